"""The properties that a variable may be declared with: one row each, and what the rows imply.

Everything that is particular to one property is a column here; the rooms ask for the column.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Entry = tuple[int, int, int]
"""A free number of a structure, named by two numbers, and the sign it has at some place; the sign
0 says that the entry there is always zero."""

Basis = list[list[tuple[int, int]]]
"""Each element: the places where it is not zero (counted by rows) and its sign there."""


class Property(Record):
    """A property by its name.

    `of`: what alone can have it, "" for anything. `entry`: the free number that stands at row i,
    column j, of a property that makes a linear space, or an open part of one. `change`: the
    property of a differential dX because X has this one, where it is another than the space.
    `form`: how networks hold the variable: with its two axes unordered, or its diagonal on one
    wire. `projection`: on what the gradient is projected. `draw`: how one is made at random, where
    drawing its free numbers is not enough: a Gram matrix, a Cayley transform, numbers that add up
    to 1, positive or complex ones. `excludes`: what nothing has besides (or only zero).
    """

    name: str
    of: Literal["square matrix", "matrix", "vector", ""] = ""
    synonyms: tuple[str, ...] = ()
    entry: Callable[[int, int], Entry] | None = None
    change: str = ""
    form: Literal["symmetric", "diagonal", ""] = ""
    projection: Literal["symmetric", "diagonal", ""] = ""
    draw: Literal["gram", "cayley", "simplex", "positive", "complex", ""] = ""
    nonnegative: bool = False
    invertible: bool = False
    excludes: tuple[str, ...] = ()


def _symmetric(i: int, j: int) -> Entry:
    return min(i, j), max(i, j), 1


TABLE = (
    Property(
        "diagonal", "square matrix", ("diag",), lambda i, j: (i, j, i == j),
        form="diagonal", projection="diagonal",
    ),
    Property(
        "symtoeplitz", "square matrix", ("symmetric-toeplitz",), lambda i, j: (abs(i - j), 0, 1),
        form="symmetric",
    ),
    Property("toeplitz", "square matrix", (), lambda i, j: (j - i, 0, 1)),
    Property(
        "skew", "square matrix", ("skew-symmetric", "skewsymmetric", "antisymmetric"),
        lambda i, j: (min(i, j), max(i, j), (i < j) - (i > j)),
        excludes=("symmetric", "spd", "diagonal", "symtoeplitz", "positive"),
    ),
    Property(
        "symmetric", "square matrix", ("sym",), _symmetric,
        form="symmetric", projection="symmetric",
    ),
    Property(
        "spd", "square matrix",
        ("pd", "psd", "posdef", "positive-definite", "symmetric-positive-definite"), _symmetric,
        change="symmetric", form="symmetric", projection="symmetric", draw="gram", invertible=True,
    ),
    Property(
        "lower", "square matrix", ("ltri", "lower-triangular", "tril"), lambda i, j: (i, j, i >= j),
        excludes=("symmetric", "spd", "symtoeplitz"),
    ),
    Property(
        "upper", "square matrix", ("utri", "upper-triangular", "triu"), lambda i, j: (i, j, i <= j),
        excludes=("symmetric", "spd", "symtoeplitz"),
    ),
    Property("orthogonal", "matrix", ("orth", "orthonormal"), draw="cayley", invertible=True),
    Property("simplex", "vector", draw="simplex", nonnegative=True),
    Property("positive", "", ("pos",), draw="positive", nonnegative=True),
    Property("complex", "", change="complex", draw="complex", excludes=("positive", "simplex")),
    Property("constant", "", ("const",)),
)  # fmt: skip
"""All properties; of those that make linear spaces the narrowest first."""

ROWS = {row.name: row for row in TABLE}
SYNONYMS = {synonym: row.name for row in TABLE for synonym in row.synonyms}


def names(rows: Iterable[Property]) -> frozenset[str]:
    """The names of some rows."""
    return frozenset(row.name for row in rows)


SQUARE = names(row for row in TABLE if row.of == "square matrix")
"""Properties that only a square matrix has: with one of them, the one size of `S: n spd` is both
its rows and its columns."""
STRUCTURED = names(row for row in TABLE if row.of)
"""Properties that say more than what numbers the entries are."""
LINEAR = names(row for row in TABLE if row.entry)
"""Properties that tie entries to each other, or to zero."""
SYMMETRIC = names(row for row in TABLE if row.form == "symmetric")
PROJECTED = names(row for row in TABLE if row.projection)
"""Properties of a variable whose projected gradient is answered by default."""
NONNEGATIVE = names(row for row in TABLE if row.nonnegative)
INVERTIBLE = names(row for row in TABLE if row.invertible)


def linear_part(properties: frozenset[str]) -> str | None:
    """The property whose linear space a variable and its differential lie in: the narrowest."""
    return next((row.name for row in TABLE if row.entry and row.name in properties), None)


def projection(properties: frozenset[str]) -> str:
    """On what a gradient is projected by default, "" on nothing."""
    found = (row.projection for row in TABLE if row.name in properties)
    return next(filter(None, found), "")


def of_change(properties: frozenset[str]) -> frozenset[str]:
    """The properties of dX for a variable X of these."""
    rows = [ROWS[name] for name in properties]
    return frozenset(row.change or row.name for row in rows if row.change or row.entry)


def clash(properties: frozenset[str]) -> tuple[str, str] | None:
    """Two of the properties that nothing has at once."""
    return next(
        (
            (row.name, other)
            for row in TABLE
            for other in row.excludes
            if {row.name, other} <= properties
        ),
        None,
    )


def basis(structure: str | None, rows: int, columns: int) -> Basis:
    """A basis of the matrices of a structure, with disjoint supports; of all where there is none.

    Places that share a free number make one element, so each is visited once.
    """
    entry = ROWS[structure].entry if structure else None
    if entry is None:
        return [[(place, 1)] for place in range(rows * columns)]
    elements: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for i in range(rows):
        for j in range(columns):
            first, second, sign = entry(i, j)
            if sign:
                elements.setdefault((first, second), []).append((i * columns + j, int(sign)))
    return list(elements.values())
