"""Dimensions: sizes known by number or by name, and their products."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Iterable


class Dim(Record, eq=True):
    """A size: a positive whole number times named sizes, `2*m*n`; immutable, equal by value.

    `factors` are the names, sorted; `ONE` is the size of a missing axis.
    """

    number: int = 1
    factors: tuple[str, ...] = ()
    text: str = derived(
        lambda d: "*".join(
            d.factors if d.number == 1 and d.factors else (str(d.number), *d.factors)
        )
    )

    def __mul__(self, other: Dim) -> Dim:
        """The size of a Kronecker product's axis."""
        return Dim(self.number * other.number, tuple(sorted(self.factors + other.factors)))

    def __str__(self) -> str:
        """As a user would type it: `2*m*n`."""
        return self.text

    def __repr__(self) -> str:
        """For tests."""
        return f"Dim({self})"


ONE = Dim()

Shape = tuple[Dim, Dim]
"""Rows and columns. A scalar is 1×1, a vector n×1: there is no other difference."""

SCALAR: Shape = (ONE, ONE)

Outline = tuple[tuple[Dim, ...], tuple[Dim, ...]]
"""Rows and columns, each as the sizes that it runs along, the slowest first."""


def outline(shape: Shape) -> Outline:
    """A shape whose axes run along one size each."""
    rows, columns = shape
    return (rows,), (columns,)


def by_vec(value: Shape, variable: Shape) -> Outline:
    """The outline of a Jacobian: rows along `vec` of the value, columns along that of the variable.

    >>> by_vec((named("m"), named("n")), (named("k"), ONE))
    ((Dim(n), Dim(m)), (Dim(1), Dim(k)))
    """
    return value[::-1], variable[::-1]


def named(name: str) -> Dim:
    """The size called `name`."""
    return Dim(1, (name,))


def sized(text: str) -> Dim:
    """A size as it is written: `2*n`."""
    parts = text.split("*")
    number = int(parts.pop(0)) if parts[0].isdecimal() else 1
    return Dim(number, tuple(sorted(parts)))


def product(sizes: Iterable[Dim]) -> Dim:
    """The size of an axis that runs along these sizes."""
    return reduce(mul, sizes, ONE)


def half(size: Dim) -> Dim:
    """The length of the vech of a square matrix of this size, `n*(n+1)/2`.

    It is a number, or one factor by that name, equal to itself and to no other size.
    """
    if not size.factors:
        return Dim(size.number * (size.number + 1) // 2)
    return named(f"{size}*({size}+1)/2")


def halved(factor: str) -> Dim | None:
    """The size `n` where a factor is `n*(n+1)/2`, else None."""
    whole, sign, _ = factor.partition("*(")
    return sized(whole) if sign else None


def show_shape(shape: Shape) -> str:
    """As printed: `scalar`, `n` (a column), `1×n` (a row), `n×k`."""
    rows, columns = shape
    if shape == SCALAR:
        return "scalar"
    if columns == ONE:
        return str(rows)
    return f"{rows}×{columns}"
