"""Which open wires of a network are joined, and by what paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.notation.graph import Irreducible

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis
    from mdiff.notation.graph import Graph

Pair = tuple[int | None, int | None]
"""A row wire and the column wire that it is joined to; None where there is none."""


def edge_key(a: int, b: int) -> tuple[int, int]:
    """The two ends of an edge, as the graph keys it."""
    return min(a, b), max(a, b)


def connections(graph: Graph, rows: Axis, cols: Axis) -> dict[int, list[int]]:
    """The column wires that each row wire is, or is joined to by a matrix."""
    return {
        row: [
            col
            for col in dict.fromkeys(cols)
            if col == row
            or (
                (min(row, col), max(row, col)) in graph.edges
                and row not in cols
                and col not in rows
            )
        ]
        for row in dict.fromkeys(rows)
    }


def pairs(near: dict[int, list[int]], rows: Axis, cols: Axis) -> list[Pair]:
    """Which row wire goes with which column wire; the straight pairing where it is open."""
    if any(len(found) > 1 for found in near.values()):
        raise Irreducible
    partner = {row: found[0] for row, found in near.items() if found}
    if len(set(partner.values())) < len(partner):
        raise Irreducible
    if len(rows) == len(cols) == 2:
        for turned in (cols, cols[::-1]):
            if all(partner.get(r, c) == c for r, c in zip(rows, turned, strict=True)):
                return list(zip(rows, turned, strict=True))
        raise Irreducible
    if len(rows) == 2:
        return [(row, partner.get(row)) for row in rows]
    row, with_row = rows[0], partner[rows[0]]
    return [(row, c) if c == with_row else (None, c) for c in cols]
