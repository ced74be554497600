"""A function known only by name, at one point → a generic one: its value and all its derivatives.

Nothing is known of such a function but that its derivatives are those of one another, and that the
order in which they are taken does not count. So each of them is drawn, for each argument anew: only
derivatives at points are ever asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.jet import Jet
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.functions.unknown import Unknown
    from mdiff.proof.arrays import Entries, Number, Shape
    from mdiff.proof.jet import Numbers

Place = tuple[int, tuple[int, ...]]
"""An entry of the function's value, counted as by `vec`, and by which entries of the arguments it
is differentiated; these are counted row by row, one argument after the other."""


class Layout(Record):
    """What stands where in the value of a row.

    `places` are those of the entries of the value, row by row. `direction` is where the entries of
    the argument begin that the last parameter is a change of, None where there is none.
    """

    places: list[Place]
    direction: int | None


def layout(function: Unknown, shapes: Sequence[Shape], result: Shape) -> Layout:
    """The layout of a row for arguments of these shapes."""
    starts: list[int] = []
    count = 0
    for rows, columns in shapes[: len(function.arguments)]:
        starts.append(count)
        count += rows * columns
    wide = [(starts[place], shapes[place]) for place in function.wide]
    scalars = tuple(starts[place] for place in function.by if place not in function.wide)
    rows, columns = result
    places: list[Place]
    if function.result == "scalar" and not wide:
        places = [(0, scalars)]
    elif function.result == "scalar" and len(wide) == 1:
        start = wide[0][0]
        places = [(0, (*scalars, start + i)) for i in range(rows * columns)]
    elif function.result == "scalar":
        first, second = (_vec(*each) for each in wide)
        places = [(0, (*scalars, a, b)) for a in first for b in second]
    elif not wide:
        places = [(j * rows + i, scalars) for i in range(rows) for j in range(columns)]
    else:
        by = _vec(*wide[0])
        places = [(row, (*scalars, a)) for row in range(rows) for a in by]
    return Layout(places, None if function.along is None else starts[function.along])


def _vec(start: int, shape: Shape) -> list[int]:
    """The entries of an argument in the order of `vec`."""
    rows, columns = shape
    return [start + i * columns + j for j in range(columns) for i in range(rows)]


def abstract(numbers: Numbers, function: Unknown, args: Sequence[Jet], shape: Shape) -> Jet:
    """The value of a row of an unknown function; `args` are known modulo P but the direction."""
    if function.curve and function.result == "scalar":  # by elements
        places = [((i,), (j,)) for i in range(shape[0]) for j in range(shape[1])]
        each = [_parts(numbers, function, [args[0].take(*place)], (1, 1)) for place in places]
        parts = [[entry for (entry,) in part] for part in zip(*each, strict=True)]
        return Jet(numbers, *shape, parts)
    return Jet(numbers, *shape, _parts(numbers, function, args, shape))


def _parts(numbers: Numbers, function: Unknown, args: Sequence[Jet], shape: Shape) -> list[Entries]:
    """The coefficients of all entries of the value at one point."""
    own = args[: len(function.arguments)]
    point = [entry for arg in own for entry in arg.value]
    order = max(len(arg.parts) for arg in args) - 1 and numbers.order
    moved = [[entry for arg in own for entry in arg.part(k)] for k in range(1, order + 1)]
    along = [args[-1].part(k) for k in range(order + 1)]
    known = layout(function, [arg.shape for arg in args], shape)

    def drawn(output: int, by: tuple[int, ...]) -> Number:
        """A derivative by these entries, in any order; by none, the value."""
        return numbers.drawn(f"{function.name} {sorted(by)} of {output}", point)

    def slope(output: int, by: tuple[int, ...], change: Entries) -> Number:
        return sum(drawn(output, (*by, i)) * step for i, step in enumerate(change) if step)

    def series(output: int, by: tuple[int, ...]) -> list[Number]:
        """A derivative of the function along the jets of its arguments."""
        found = [drawn(output, by), *(slope(output, by, change) for change in moved)]
        if order > 1:
            bend = (slope(output, (*by, i), moved[0]) * x for i, x in enumerate(moved[0]) if x)
            found[2] += sum(bend) * numbers.reciprocal(2)
        return found

    def entry(output: int, by: tuple[int, ...]) -> list[Number]:
        """An entry of the value: a derivative, or the sum of those along the direction."""
        if known.direction is None:
            return series(output, by)
        total: list[Number] = [0] * (order + 1)
        for i in range(len(along[0])):
            slopes = series(output, (*by, known.direction + i))
            for degree in range(order + 1):
                total[degree] += sum(slopes[k] * along[degree - k][i] for k in range(degree + 1))
        return total

    entries = [entry(output, by) for output, by in known.places]
    return [numbers.reduce(list(part)) for part in zip(*entries, strict=True)]
