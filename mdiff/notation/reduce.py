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
from mdiff.notation.graph import Graph, Irreducible, Part, Trace, edge_key, mask_of
from mdiff.notation.links import (
    DIAG_OF,
    Link,
    is_vector,
    made,
    matrix_of,
    reverse,
    transposes,
    write,
)
from mdiff.notation.tree import Call

if TYPE_CHECKING:
    from mdiff.network.nodes import Dims
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Expr

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
    pair = _pair(part)
    if pair is not None and wire not in graph.weights:
        there, back = (pair[0], reverse(pair[1])) if other < wire else (reverse(pair[0]), pair[1])
        graph.remove(wire)
        graph.add_edge(other, other, there + back)
        return
    chain = graph.edge(other, wire) + graph.column(wire)
    graph.remove(wire)
    graph.add_weight(other, chain)


def _pair(part: Part) -> list[Chain] | None:
    """The two chains of a part that is a way there and a way back."""
    if len(part.times) != 2 or part.over or any(map(mask_of, part.times)):
        return None
    return part.times


def scalar(graph: Graph) -> Chain | Trace | Expr:
    """The value of a closed network: a chain from 1 to 1, a trace, or an expression."""
    reduce(graph)
    wires = set(graph.weights) | set(graph.near)
    if len(graph.edges) == 1 and not graph.wides:
        (a, b), part = next(iter(graph.edges.items()))
        pair = _pair(part)
        if pair is not None and not (a in graph.weights and b in graph.weights):
            around = pair[0] + graph.diagonal(b) + reverse(pair[1]) + graph.diagonal(a)
            return trace(around)
        middle = graph.edge(a, b)
        left, right = graph.weights.get(a), graph.weights.get(b)
        if left is None and right is None:
            return _sum_of(graph, middle)
        if left is None:
            return _best(graph, (_sum_of(graph, middle + graph.column(b)), middle, a, b))
        if right is None:
            return _best(graph, (_sum_of(graph, reverse(middle) + graph.column(a)), middle, a, b))
        return reverse(graph.column(a)) + middle + graph.column(b)
    if graph.edges or graph.wides or len(wires) != 1:
        raise Irreducible
    (wire,) = wires
    return _dot(graph, graph.weights[wire])


def _best(graph: Graph, options: tuple[Expr | Trace, Chain, int, int]) -> Expr | Chain | Trace:
    total, middle, a, b = options
    chain = reverse(graph.column(a)) + middle + graph.column(b)
    written = graph.book.product(write(graph.book, chain), (), ())
    if isinstance(total, Trace) or total.size <= written.size:
        return total
    return chain


def _sum_of(graph: Graph, chain: Chain) -> Expr | Trace:
    backwards = reverse(chain)
    if not is_vector(chain[-1]) and transposes(backwards) < transposes(chain):
        chain = backwards
    match chain:
        case (Link(expr=Call(function, (argument,))) as link,) if function is DIAG_OF:
            return Trace((made(argument, (link,)),))
        case _:
            pass
    return graph.book.call(SUM, (matrix_of(graph.book, chain),), (), ())


def _dot(graph: Graph, part: Part) -> Chain | Trace | Expr:
    """The sum of the entries of a product of columns."""
    if len(part.times) == 1 and not part.over and len(part.diagonals) == 1:
        part = graph.flattened(part)
    if part.diagonals and not part.times and not part.over:
        return trace(tuple(part.diagonals))
    if part.diagonals and len(part.times) > 1 and not part.over:
        first, *others = part.times
        return reverse(first) + tuple(part.diagonals) + graph.together(Part(others, [], []))
    if part.diagonals:
        part = graph.flattened(part)
    if len(part.times) == 2 and not part.over:
        return reverse(part.times[0]) + part.times[1]
    if len(part.times) > 2 and not part.over:
        *others, last = sorted(
            part.times, key=lambda c: (any(k.moved for k in c), min(k.order for k in c))
        )
        return reverse(graph.together(Part(others, [], []))) + last
    return _sum_of(graph, graph.together(part))


def trace(chain: Chain) -> Trace:
    """The trace of a closed chain: from the link and in the direction that reads best."""
    best: tuple[tuple[bool, int, bool, list[int]], Chain] | None = None
    for turned in (chain, reverse(chain)):
        first = min(link.order for link in turned)
        for i, link in enumerate(turned):
            last = turned[i - 1]
            if not (last.moved or link.order == first) or (
                any(k.moved for k in turned) and not last.moved
            ):
                continue
            rotated = turned[i:] + turned[:i]
            turned_change = any(k.moved and k.transposed for k in rotated)
            orders = [k.order for k in rotated]
            key = (turned_change, transposes(rotated), not rotated[0].transposed, orders)
            if best is None or key < best[0]:
                best = (key, rotated)
    return Trace(best[1] if best else chain)


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
