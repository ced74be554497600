"""A variable's properties → the linear space its matrices form, as a basis of disjoint supports."""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.typed import Property

Basis = list[list[tuple[int, int]]]
"""Each element: the places where it is not zero (counted by rows) and its sign there."""

LINEAR: tuple[Property, ...] = (
    "diagonal", "symtoeplitz", "toeplitz", "skew", "symmetric", "spd", "lower", "upper",
)  # fmt: skip
"""Properties that make a linear space (or an open part of one), the narrowest first."""

SIZE_RANK = "pknmq"
"""Matrices such as X: n×k with inv(X'*X) are taken to be tall: p < k < n < m < q."""


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


def size_orders(names: Sequence[str], smallest: int) -> list[dict[str, int]]:
    """Sizes to try for the named dimensions, all different: the usual order first, then others."""
    ranked = sorted(names, key=_rank)
    tries: list[dict[str, int]] = []
    for start in range(smallest, smallest + 3):
        numbers = range(start, start + len(ranked))
        tries.extend(
            dict(zip(ranked, order, strict=True)) for order in islice(permutations(numbers), 24)
        )
    return tries


def _rank(name: str) -> tuple[int, str]:
    at = SIZE_RANK.find(name)
    return (at if at >= 0 else len(SIZE_RANK), name)


MOODS: tuple[tuple[Literal["any", "positive", "negative"], float], ...] = (
    ("any", 1.0), ("any", 1.0), ("positive", 1.0), ("any", 0.3), ("positive", 0.3),
    ("any", 1.0), ("negative", 1.0), ("any", 0.05), ("positive", 0.05), ("negative", 0.3),
    ("positive", 4.0), ("any", 1.0),
)  # fmt: skip
"""Signs and sizes of the real numbers to try, one after the other, until the domain is met."""
