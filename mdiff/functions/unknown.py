"""A function of which only the name and the shapes are known → rows for it and its derivatives.

Comes in: a name and shapes as in a signature. Goes out: rows, each with the differential that makes
the next one; two orders have names, a third has none.

| value | first | second |
| --- | --- | --- |
| a scalar | `gradf`, in the shape of the argument | `hessf`, vec of the argument by itself |
| no scalar | `Df`, vec of the value by vec of the argument | `DDf(u, du)`: how `Df` changes |

By a scalar argument all derivatives have the shape of the value. With several arguments the numbers
of those that are differentiated by stand in the name: `grad2f`, `hess12f`, `D1f`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from mdiff.functions.row import SCALAR, Function, shape_of
from mdiff.functions.wires import written
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_PARAMETERS = "uvwxyzabcdefgh"

Axes = tuple[tuple[str, ...], tuple[str, ...]]
"""The names of the sizes along rows and columns; several on one axis are stacked, slowest first."""


class Unknown(Record):
    """Which derivative of which function a row is.

    `arguments` and `result` are the shapes of the function itself; `by` are the places of the
    arguments that it is differentiated by, none for the function.
    """

    name: str
    arguments: tuple[str, ...]
    result: str
    by: tuple[int, ...] = ()

    @property
    def wide(self) -> tuple[int, ...]:
        """The places in `by` of arguments that are no scalars: each gives the value axes."""
        return tuple(place for place in self.by if self.arguments[place] != SCALAR)

    @property
    def along(self) -> int | None:
        """The argument in whose direction the value is taken; the last parameter is a change of it.

        A second derivative of a vector or matrix would have three axes.
        """
        wide = self.wide
        return wide[1] if self.result != SCALAR and len(wide) > 1 else None

    @property
    def curve(self) -> bool:
        """Whether the function is of one scalar: its derivatives are written with primes."""
        return self.arguments == (SCALAR,)

    @property
    def axes(self) -> Axes:
        """The sizes along the axes of the value."""
        shapes = [self.arguments[place] for place in self.wide]
        if self.result != SCALAR:
            shapes.insert(0, self.result)
        pairs = map(sizes, (*shapes[:2], SCALAR, SCALAR))
        one, other = [[(size,) if size else () for size in pair] for pair in pairs][:2]
        return (one[0], one[1]) if len(shapes) < 2 else (one[1] + one[0], other[1] + other[0])

    @property
    def symmetric(self) -> bool:
        """Whether the value is a symmetric matrix, whatever the argument: a Hessian is."""
        return self.result == SCALAR and len(self.wide) > 1 and len(set(self.by)) == 1

    @property
    def spelled(self) -> str:
        """The plain name: `f`, `gradf`, `hessf`, `Df`, `DDf`, `grad1f`."""
        order = len(self.by)
        sign = ("", "grad", "hess") if self.result == SCALAR else ("", "D", "DD")
        return f"{sign[order]}{self._numbers()}{self.name}"

    @property
    def primed(self) -> str:
        """The name with primes, where it has some: `f'`."""
        return self.name + "'" * len(self.by) if self.curve and self.by else ""

    def unicode(self, name: str) -> str:
        """The name, where `name` is how that of the function is shown."""
        if self.curve or not self.by:
            return name + ("", "′", "″")[len(self.by)]
        square = "²" if len(self.by) > 1 else ""
        below = self._numbers().translate(_SUBSCRIPTS)
        sign = f"∇{square}{below}" if self.result == SCALAR else f"D{below}{square}"
        return sign + name

    def latex(self, name: str) -> str:
        """The name, where `name` is how that of the function is shown."""
        if self.curve or not self.by:
            return name + "'" * len(self.by)
        numbers = self._numbers()
        below = f"_{{{numbers}}}" if numbers else ""
        above = "^{2}" if len(self.by) > 1 else ""
        if self.result == SCALAR:
            return rf"\nabla{above}{below} {name}"
        if above or below:
            return rf"\mathrm{{D}}{above}{below} {name}"
        return f"J_{{{name}}}"

    def _numbers(self) -> str:
        return "".join(str(place + 1) for place in self.by) if len(self.arguments) > 1 else ""


@cache
def unknown(name: str, arguments: tuple[str, ...], result: str = SCALAR) -> tuple[Function, ...]:
    """Rows of a function known only by name, and of its derivatives: `phi`, `gradphi`, `hessphi`.

    Shapes are written as in a signature: `n`, `n×k` or `scalar`; the letters are names of sizes.

    >>> [row.signature for row in unknown("f", ("n",), "m")]
    ['(u: n) -> m', '(u: n) -> m×n', '(u: n, v: n) -> m×n']
    """
    return tuple(_row(each) for each in _family(Unknown(name, arguments, result)))


def spellings(rows: tuple[Function, ...]) -> dict[str, tuple[Function, ...]]:
    """The names under which a text may use the rows of an unknown function.

    >>> sorted(spellings(unknown("phi", ("scalar",))))
    ['gradphi', 'hessphi', 'phi', "phi'", "phi''"]
    """
    primed = [(row.unknown.primed, row) for row in rows if row.unknown is not None]
    pairs = (*primed, *((row.name, row) for row in rows))
    return {name: (row,) for name, row in pairs if name}


def declaration(function: Unknown, renamed: Mapping[str, str] | None = None) -> str:
    """What declares the function: `f: R^n, R^{n×k} -> R`; `renamed` are other names for sizes."""
    names = renamed or {}
    *arguments, result = (
        re.sub(r"\w+", lambda size: names.get(size[0], size[0]), shape)
        for shape in (*function.arguments, function.result)
    )
    return f"{function.name}: {mapping(tuple(arguments), result, '->')}"


def mapping(arguments: tuple[str, ...], result: str, arrow: str = "→") -> str:
    """Between which spaces a function maps: `R^n, R^{n×k} → R`."""
    *domains, value = (
        "R" if each == SCALAR else f"R^{each}" if len(each) == 1 else f"R^{{{each}}}"
        for each in (*arguments, result)
    )
    return f"{', '.join(domains)} {arrow} {value}"


def sizes(shape: str) -> tuple[str, str]:
    """The sizes of rows and columns, "" for a missing axis.

    >>> sizes("n×k"), sizes("n"), sizes("1×n"), sizes("scalar")
    (('n', 'k'), ('n', ''), ('', 'n'), ('', ''))
    """
    rows, _, columns = shape.partition("×")
    return "" if rows in (SCALAR, "1") else rows, columns


# ---- the derivatives, and how each changes


def _family(base: Unknown) -> Iterator[Unknown]:
    """The function, its first derivatives, its second ones, each once."""
    yield base
    places = range(len(base.arguments))
    firsts = [_next(base, place) for place in places]
    yield from firsts
    seconds = {(last := _next(first, place)).by: last for first in firsts for place in places}
    yield from seconds.values()


def _next(function: Unknown, place: int) -> Unknown:
    """The derivative by one more argument.

    In which order two were taken counts only where the second is a direction.
    """
    by = (*function.by, place)
    found = function.but(by=by)
    return found if found.along is not None else function.but(by=tuple(sorted(by)))


def _row(function: Unknown) -> Function:
    names = _parameters(function)
    pairs = list(zip(names, function.arguments, strict=False))
    if function.along is not None:
        pairs.append((names[-1], function.arguments[function.along]))
    parameters = ", ".join(f"{name}: {shape}" for name, shape in pairs)
    differential = ""
    if len(function.by) < 2:
        places = range(len(function.arguments))
        differential = " + ".join(_change(function, place, names) for place in places)
    order = ("declared without a formula", "derivative", "second derivative")[len(function.by)]
    return Function(
        function.spelled,
        f"({parameters}) -> {shape_of(*function.axes)}",
        order if not function.by else f"{order} of {function.name}",
        differential=differential,
        value="unknown:",
        unknown=function,
    )


def _parameters(function: Unknown) -> list[str]:
    """Names for the arguments and for a direction, none of which is that of a size."""
    shapes = (*function.arguments, function.result)
    taken = {letter for shape in shapes for size in sizes(shape) for letter in size.split("*")}
    names = [letter for letter in _PARAMETERS if letter not in taken | {function.name}]
    return names[: len(function.arguments) + 1]


def _change(function: Unknown, place: int, names: list[str]) -> str:
    """The part of the differential of a row that is due to one argument."""
    following = _next(function, place)
    change, shape = f"d{names[place]}", function.arguments[place]
    given = names[: len(function.arguments)]
    if following.along is not None:
        return f"{following.spelled}({', '.join([*given, change])})"
    slope = f"{following.spelled}({', '.join(given)})"
    before = function.wide[0] if function.wide else None
    onto = function.result if before is None else function.arguments[before]
    if shape == SCALAR:
        return f"{slope}*{change}"
    if onto == SCALAR:
        return f"inner({slope}, {change})"
    return _mapped(slope, onto, shape, change, turned=before is not None and place < before)


def _mapped(slope: str, onto: str, shape: str, change: str, *, turned: bool) -> str:
    """A matrix of vec by vec (its transpose where `turned`) applied to a change of some shape."""
    (rows, columns), beside = sizes(onto), sizes(shape)
    if not (columns or beside[1]):
        return f"{slope}'*{change}" if turned else f"{slope}*{change}"
    letters = zip("ijab", (rows, columns, *beside), strict=True)
    i, j, a, b = (letter if size else "" for letter, size in letters)
    pair = (b + a, j + i) if turned else (j + i, b + a)
    inputs, operands = [written(*pair), written(a, b)], [slope, change]
    if i and j:  # which of the stacked axes is how long
        inputs += [i, j]
        operands += [f"ones({rows})", f"ones({columns})"]
    return f'einsum("{",".join(inputs)}->{written(i, j)}", {", ".join(operands)})'
