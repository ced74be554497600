"""A function known only by name, at one exact argument → values and derivatives, drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import P
from mdiff.proof.series import HALF

if TYPE_CHECKING:
    from mdiff.proof.field import Functions
    from mdiff.proof.matrices import Entries


class Abstract:
    """An abstract function, or the gradient of one, at one argument."""

    __slots__ = ("_count", "_functions", "_gradient", "_key")

    def __init__(self, functions: Functions, name: str, entries: Entries) -> None:
        self._functions = functions
        self._gradient = name.startswith("grad")
        self._key = f"{name.removeprefix('grad')} at {entries} by "
        self._count = len(entries)

    def _drawn(self, level: int, *by: int) -> int:
        """A derivative by these entries, in any order; by none, the value."""
        return self._functions.drawn(self._key + str(sorted(by)), 0, level)

    def values(self, level: int) -> Entries:
        """The value, or the gradient's entries."""
        if self._gradient:
            return [self._drawn(level, i) for i in range(self._count)]
        return [self._drawn(level)]

    def changes(self, moved: list[Entries], order: int) -> list[Entries]:
        """Coefficients of ε, ε² where the argument has these, each with all the outputs."""
        found = [[self._slope(output, part) for output in self._outputs()] for part in moved]
        if order > 1:
            bent = [self._bend(output, moved[0]) for output in self._outputs()]
            straight = found[1] if len(found) > 1 else [0] * len(bent)
            found[1:] = [[(x + y) % P for x, y in zip(bent, straight, strict=True)]]
        return found

    def _outputs(self) -> list[tuple[int, ...]]:
        return [(i,) for i in range(self._count)] if self._gradient else [()]

    def _slope(self, output: tuple[int, ...], along: Entries) -> int:
        return sum(self._drawn(0, *output, j) * step for j, step in enumerate(along)) % P

    def _bend(self, output: tuple[int, ...], along: Entries) -> int:
        """Half the second derivative along a direction."""
        slopes = (self._slope((*output, j), along) * step for j, step in enumerate(along))
        return sum(slopes) * HALF % P
