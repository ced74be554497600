"""A function known only by name, at one point → a generic one: its value and all its derivatives.

Nothing is known of such a function but that its derivatives are those of one another, and that the
order in which they are taken does not count. So each of them is drawn, for each argument anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import MODULI, P
from mdiff.proof.series import HALF

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.functions.unknown import Unknown
    from mdiff.proof.field import Functions
    from mdiff.proof.matrices import Entries
    from mdiff.proof.series import Series

Shapes = list[tuple[int, int]]

Place = tuple[int, tuple[int, ...]]
"""An entry of the function's value, counted as by `vec`, and by which entries of the arguments it
is differentiated; these are counted row by row, one argument after the other."""


class Layout:
    """What stands where in the value of a row, for arguments of these shapes.

    `places` are those of the entries of the value, row by row. `direction` is where the entries of
    the argument begin that the last parameter is a change of, None where there is none.
    """

    __slots__ = ("direction", "places")

    def __init__(self, function: Unknown, shapes: Shapes, result: tuple[int, int]) -> None:
        starts: list[int] = []
        count = 0
        for rows, columns in shapes[: len(function.arguments)]:
            starts.append(count)
            count += rows * columns
        along = function.along
        self.direction = None if along is None else starts[along]
        wide = [(starts[place], shapes[place]) for place in function.wide]
        scalars = tuple(starts[place] for place in function.by if place not in function.wide)
        rows, columns = result
        self.places: list[Place]
        if function.result == "scalar" and not wide:
            self.places = [(0, scalars)]
        elif function.result == "scalar" and len(wide) == 1:
            start = wide[0][0]
            self.places = [(0, (*scalars, start + i)) for i in range(rows * columns)]
        elif function.result == "scalar":
            first, second = (_vec(*each) for each in wide)
            self.places = [(0, (*scalars, a, b)) for a in first for b in second]
        elif not wide:
            self.places = [(j * rows + i, scalars) for i in range(rows) for j in range(columns)]
        else:
            by = _vec(*wide[0])
            self.places = [(row, (*scalars, a)) for row in range(rows) for a in by]


def _vec(start: int, shape: tuple[int, int]) -> list[int]:
    """The entries of an argument in the order of `vec`."""
    rows, columns = shape
    return [start + i * columns + j for j in range(columns) for i in range(rows)]


class Abstract:
    """A row of an unknown function at one point of the exact method."""

    __slots__ = ("_functions", "_key", "_layout")

    def __init__(
        self, functions: Functions, function: Unknown, layout: Layout, arguments: list[Entries]
    ) -> None:
        """`arguments` are the entries modulo P of the function's own arguments."""
        self._functions = functions
        self._layout = layout
        point = functions.drawn(f"{function.name} at {arguments}", 0, 0)  # a short name for it
        self._key = f"{function.name} at {point} by "

    def values(self, level: int, direction: Entries) -> Entries:
        """All entries; `direction` is the last argument where that is one."""
        return [
            sum(self._drawn(level, output, by) * scale for by, scale in self._terms(by, direction))
            % MODULI[level]
            for output, by in self._layout.places
        ]

    def changes(self, moved: Series, direction: Entries, turned: Series) -> Series:
        """Coefficients of ε, ε², where the arguments have `moved` and the direction `turned`."""
        found: Series = [[] for _ in moved]
        for output, by in self._layout.places:
            total = [0] * len(moved)
            for number, (each, scale) in enumerate(self._terms(by, direction)):
                series = self._series(output, each, moved)
                scales = [scale, *(part[number] for part in turned)]
                for degree in range(len(moved)):
                    total[degree] += sum(
                        series[power] * scales[degree + 1 - power]
                        for power in range(degree + 2)
                        if degree + 1 - power < len(scales)
                    )
            for degree, value in enumerate(total):
                found[degree].append(value % P)
        return found

    def _terms(
        self, by: tuple[int, ...], direction: Entries
    ) -> Iterable[tuple[tuple[int, ...], int]]:
        start = self._layout.direction
        if start is None:
            return [(by, 1)]
        return (((*by, start + i), step) for i, step in enumerate(direction))

    def _series(self, output: int, by: tuple[int, ...], moved: Series) -> Entries:
        """A derivative of the function along the series of its arguments."""
        found = [self._drawn(0, output, by)]
        found += [self._slope(output, by, part) for part in moved]
        if len(moved) > 1:
            bend = (
                self._slope(output, (*by, i), moved[0]) * x for i, x in enumerate(moved[0]) if x
            )
            found[2] += sum(bend) * HALF
        return found

    def _slope(self, output: int, by: tuple[int, ...], along: Entries) -> int:
        return (
            sum(self._drawn(0, output, (*by, i)) * step for i, step in enumerate(along) if step) % P
        )

    def _drawn(self, level: int, output: int, by: tuple[int, ...]) -> int:
        """A derivative by these entries, in any order; by none, the value."""
        return self._functions.drawn(f"{self._key}{sorted(by)} of {output}", 0, level)
