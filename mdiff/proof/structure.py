"""A variable's properties → the linear space its matrices form, as a basis of disjoint supports."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mdiff.shapes.typed import Property

Basis = list[list[tuple[int, int]]]
"""Each element: the places where it is not zero (counted by rows) and its sign there."""

LINEAR: tuple[Property, ...] = (
    "diagonal", "symtoeplitz", "toeplitz", "skew", "symmetric", "spd", "lower", "upper",
)  # fmt: skip
"""Properties that make a linear space (or an open part of one), the narrowest first."""


def linear_part(properties: frozenset[Property]) -> Property | None:
    """The property whose linear space a variable and its differential lie in."""
    return next((name for name in LINEAR if name in properties), None)


def basis(structure: Property | None, rows: int, columns: int) -> Basis:
    """A basis of the matrices of a structure; all matrices where there is none."""
    n = columns
    match structure:
        case "diagonal":
            return [[(i * n + i, 1)] for i in range(rows)]
        case "symmetric" | "spd":
            return [
                [(i * n + j, 1), (j * n + i, 1)] if i < j else [(i * n + i, 1)]
                for i in range(rows)
                for j in range(i, n)
            ]
        case "skew":
            return [[(i * n + j, 1), (j * n + i, -1)] for i in range(rows) for j in range(i + 1, n)]
        case "lower":
            return [[(i * n + j, 1)] for i in range(rows) for j in range(i + 1)]
        case "upper":
            return [[(i * n + j, 1)] for i in range(rows) for j in range(i, n)]
        case "toeplitz":
            return [
                [(i * n + i + d, 1) for i in range(rows) if 0 <= i + d < n]
                for d in range(1 - rows, n)
            ]
        case "symtoeplitz":
            return [
                [(i * n + j, 1) for i in range(rows) for j in range(n) if abs(i - j) == d]
                for d in range(rows)
            ]
        case _:
            return [[(place, 1)] for place in range(rows * columns)]
