"""Which sizes and signs of numbers to try; the linear spaces of properties are told elsewhere."""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Literal

from mdiff.properties import basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["MOODS", "basis", "linear_part", "size_orders"]

SIZE_RANK = "pknmq"
"""Matrices such as X: n×k with inv(X'*X) are taken to be tall: p < k < n < m < q."""


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
