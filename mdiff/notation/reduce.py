"""Reading one network as matrix notation: wires are vertices, matrices edges, vectors weights.

Reduction of series-parallel graphs: a summed vertex with one neighbour becomes a vector on it
(`A w`), one with two neighbours becomes one edge (`A diag(w) B`), parallel edges become `A ⊙ B`,
a loop is `diag(A)` or, at the end of a closed network, `tr(A B)`. Every series-parallel network
reads this way, and only those do; for the others `Irreducible` is raised.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.graph import Graph, Irreducible, Part, edge_key, mask_of
from mdiff.notation.links import (
    Link,
    reverse,
)

if TYPE_CHECKING:
    from mdiff.network.nodes import Dims
    from mdiff.notation.links import Chain

(SUM,) = TABLE["sum"]


def reduce(graph: Graph) -> None:
    """Eliminate summed wires until only open ones, or a closed network's last, are left."""
    # A summed wire with one neighbour is summed into it, one with two becomes an edge between
    # them; both keep the value, for a wire is summed once all its factors are known. Leaves go
    # first, so that `A (B x)` is a vector early. Whatever the order, a series-parallel network
    # ends without summed wires; each wire is taken up again only when a neighbour went: linear.
    leaves = deque(sorted(graph.near))
    paths = deque(leaves)
    while leaves or paths:
        wire = leaves.popleft() if leaves else paths.popleft()
        near = graph.near.get(wire)
        if near is None or wire in graph.opened:
            continue
        if len(near) == 1:
            (other,) = near
            if not _closing(graph, wire, other):
                _leaf(graph, wire, other)
                leaves.append(other)
                paths.append(other)
        elif len(near) == 2 and not leaves:
            first, second = sorted(near)
            chain = graph.edge(first, wire) + graph.diagonal(wire) + graph.edge(wire, second)
            graph.remove(wire)
            graph.add_edge(first, second, chain)
            leaves.extend((first, second))
            paths.extend((first, second))


def _closing(graph: Graph, wire: int, other: int) -> bool:
    """Whether these are the last two wires of a closed network (left for `scalar`)."""
    return not graph.opened and graph.near[other] == {wire} and len(graph.near) == 2


def _leaf(graph: Graph, wire: int, other: int) -> None:
    part = graph.edges[edge_key(wire, other)]
    pair = pair_of(part)
    if pair is not None and wire not in graph.weights:
        there, back = (pair[0], reverse(pair[1])) if other < wire else (reverse(pair[0]), pair[1])
        graph.remove(wire)
        graph.add_edge(other, other, there + back)
        return
    chain = graph.edge(other, wire) + graph.column(wire)
    graph.remove(wire)
    graph.add_weight(other, chain)


def pair_of(part: Part) -> list[Chain] | None:
    """The two chains of a part that is a way there and a way back."""
    if len(part.times) != 2 or part.over or any(map(mask_of, part.times)):
        return None
    return part.times


def open_chain(graph: Graph, rows: tuple[int, ...], cols: tuple[int, ...]) -> Chain:
    """The matrix between two axes of at most one wire each, or the vector along one."""
    reduce(graph)
    book = graph.book
    if len(graph.edges) > 1 or set(graph.near) - set(rows + cols):
        raise Irreducible
    if not cols:
        return graph.column(rows[0])
    if not rows:
        return reverse(graph.column(cols[0]))
    (row,), (col,) = rows, cols
    if row == col:
        dims: Dims = (graph.dims[row],)
        return graph.diagonal(row) or (
            Link(book.constant("eye", dims, dims, dims), 0, symmetric=True),
        )
    if graph.edges:
        part = next(iter(graph.edges.values()))
        outer = _absorb(graph, part, row, col)
        if outer is not None:
            return outer
        return graph.diagonal(row) + graph.edge(row, col) + graph.diagonal(col)
    if row not in graph.weights and col not in graph.weights:
        rows_of, cols_of = (graph.dims[row],), (graph.dims[col],)
        return (Link(book.ones(rows_of, cols_of), 0),)
    return graph.column(row) + reverse(graph.column(col))


def _absorb(graph: Graph, part: Part, row: int, col: int) -> Chain | None:
    """Weights join a bare denominator, or a bare mask that both sides are weighted of.

    `diag(u) (1 ./ B) diag(v)` is `(u v^T) ./ B`, `diag(u) tril(1 1^T) diag(v)` is `tril(u v^T)`.
    """
    both = row in graph.weights and col in graph.weights
    bare = all(map(mask_of, part.times)) and (both or not part.times)
    if not (bare and (part.over or part.times)):
        return None
    outer = graph.column(row) + reverse(graph.column(col))
    if row > col:
        outer = reverse(outer)
    part.times.append(outer)
    return graph.edge(row, col)
