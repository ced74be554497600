"""A function known only by name, at one exact argument → values and derivatives, drawn once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import P

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

    def tangents(self, slopes: Entries) -> Entries:
        """How they change along a direction of the argument."""
        outputs = [(i,) for i in range(self._count)] if self._gradient else [()]
        return [
            sum(self._drawn(0, *output, j) * along for j, along in enumerate(slopes)) % P
            for output in outputs
        ]
