"""Reading one network as matrix notation: wires are vertices, matrices edges, vectors weights.

Reduction of series-parallel graphs: a summed vertex with one neighbour becomes a vector on it
(`A w`), one with two neighbours becomes one edge (`A diag(w) B`), parallel edges become `A ⊙ B`,
a loop is `diag(A)` or, at the end of a closed network, `tr(A B)`. Every series-parallel network
reads this way, and only those do; for the others `Irreducible` is raised. A closed one is a trace,
a scalar product, the square of a norm, or a sum.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.graph import Irreducible, Part, mask_of
from mdiff.notation.links import (
    DIAG_OF,
    TR,
    Link,
    inside,
    is_vector,
    matrix_of,
    reverse,
    transposes,
    write,
)
from mdiff.record import Record

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis
    from mdiff.notation.graph import Graph
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr

NORM2 = TABLE["norm2"][0]
(NORMF,) = TABLE["normF"]
(SUM,) = TABLE["sum"]


def reduce(graph: Graph) -> None:
    """Eliminate summed wires until only open ones, or a closed network's last, are left."""
    # A summed wire with one neighbour is summed into it, one with two becomes an edge between
    # them; both keep the value, for a wire is summed once all its factors are known. Leaves go
    # first, so that `A (B x)` is a vector early. Whatever the order, a series-parallel network
    # ends without summed wires; each wire is taken up again only when a neighbour went: linear. A
    # wire whose neighbour went waits for its next turn: else one chain would grow link by link.
    leaves = deque(sorted(graph.near))
    paths = deque(leaves)
    grown: set[int] = set()
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
        elif len(near) == 2 and not leaves and wire in grown:
            grown.discard(wire)
            paths.append(wire)
        elif len(near) == 2 and not leaves:
            first, second = sorted(near)
            grown.update(near)
            chain = graph.edge(first, wire) + graph.diagonal(wire) + graph.edge(wire, second)
            graph.remove(wire)
            graph.add_edge(first, second, chain)
            leaves.extend((first, second))
            paths.extend((first, second))


def _closing(graph: Graph, wire: int, other: int) -> bool:
    """Whether these are the last two wires of a closed network (left for `scalar`)."""
    return not graph.opened and graph.near[other].keys() == {wire} and len(graph.near) == 2


def _leaf(graph: Graph, wire: int, other: int) -> None:
    part = graph.near[wire][other]
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


def open_chain(graph: Graph, rows: Axis, cols: Axis) -> Chain:
    """The matrix between two axes of at most one wire each, or the vector along one."""
    reduce(graph)
    if graph.near.keys() - {*rows, *cols}:
        raise Irreducible
    if not cols:
        return graph.column(rows[0])
    if not rows:
        return reverse(graph.column(cols[0]))
    (row,), (col,) = rows, cols
    weighted = [wire in graph.weights for wire in (row, col)]
    part = graph.near.get(row, {}).get(col)
    if part and (all(weighted) or not part.times) and all(map(mask_of, part.times)):
        # a bare denominator, or a bare mask that both sides are weighted of, takes the weights:
        # `(u v^T) ./ B` for `diag(u) (1 ./ B) diag(v)`, `tril(u v^T)`
        outer = graph.column(row) + reverse(graph.column(col))
        part.times.append(outer if row < col else reverse(outer))
        return graph.edge(row, col)
    if row != col and not part and not any(weighted):
        return (Link(graph.book.ones((graph.dims[row],), (graph.dims[col],)), 0),)
    return graph.rail(row, col)


# ---- closed networks


class Scalar(Record):
    """How a closed network reads; `root` is the norm that it is the square of, if it is one.

    `sign` is -1 where the expression is the negated value (its groups stand as they were typed).
    `chain` is what stands in the scalar product, or in the trace (`cyclic`), if it is one.
    """

    expr: Expr
    root: Expr | None = None
    sign: int = 1
    chain: Chain = ()
    cyclic: bool = False


def closed_value(graph: Graph, *, real: bool) -> Scalar:
    """The value of a closed network; `real`: nothing in it is complex: `v^T v` is a norm's square.

    Raises `Irreducible` where the network is not series-parallel.
    """
    reduce(graph)
    scalar = _value(graph)
    return _as_square(graph.book, scalar) if real else scalar


def _value(graph: Graph) -> Scalar:
    book, ends = graph.book, sorted(wire for wire, near in graph.near.items() if near)
    if not ends:
        ends = [*{*graph.weights, *graph.near}]
        if len(ends) != 1:
            raise Irreducible
        return _dot(graph, graph.weights[ends[0]])
    if len(ends) != 2:
        raise Irreducible
    a, b = ends
    part = graph.near[a][b]
    pair, middle = pair_of(part), graph.edge(a, b)
    weighted = [wire for wire in (a, b) if wire in graph.weights]
    if pair is not None and len(weighted) < 2:
        return _trace(book, pair[0] + graph.diagonal(b) + reverse(pair[1]) + graph.diagonal(a))
    if not weighted:
        return _sum(book, middle)
    product = _product(book, reverse(graph.column(a)) + middle + graph.column(b))
    if len(weighted) == 2:
        return product
    inner = middle if weighted == [b] else reverse(middle)
    total = _sum(book, inner + graph.column(*weighted))
    return total if total.cyclic or total.expr.size <= product.expr.size else product


def _dot(graph: Graph, part: Part) -> Scalar:
    """The sum of the entries of a product of columns."""
    book = graph.book
    if part.diagonals and not part.times and not part.over:
        return _trace(book, tuple(part.diagonals))
    if part.diagonals and len(part.times) > 1 and not part.over:
        first, *others = part.times
        rest = graph.together(Part(others, [], []))
        return _product(book, reverse(first) + tuple(part.diagonals) + rest)
    part = graph.flattened(part)
    if len(part.times) < 2 or part.over:
        return _sum(book, graph.together(part))
    *others, last = part.times
    if others[1:]:
        *others, last = sorted(
            part.times, key=lambda c: (any(k.moved for k in c), min(k.order for k in c))
        )
    return _product(book, reverse(graph.together(Part(others, [], []))) + last)


def _sum(book: Book, chain: Chain) -> Scalar:
    """`sum(A)`; `sum(diag(A))` is a trace."""
    backwards = reverse(chain)
    if not is_vector(chain[-1]) and transposes(backwards) < transposes(chain):
        chain = backwards
    if matrix := inside(chain, DIAG_OF):
        return _trace(book, (matrix,))
    return Scalar(book.call(SUM, (matrix_of(book, chain),), (), ()))


def _product(book: Book, chain: Chain) -> Scalar:
    chain = min(chain, reverse(chain), key=_awkward)
    return Scalar(book.product(write(book, chain), (), ()), chain=chain)


def _trace(book: Book, chain: Chain) -> Scalar:
    chain = _best_turn(chain)
    expr = book.call(TR, (matrix_of(book, chain),), (), ())
    return Scalar(expr, chain=chain, cyclic=True)


def _as_square(book: Book, scalar: Scalar) -> Scalar:
    """`tr(A^T A)` as the square of a norm, and `v^T v` where that is shorter."""
    chain, cyclic = scalar.chain, scalar.cyclic
    back = reverse(chain)
    middle, odd = divmod(len(chain), 2)
    for turn in range(0 if odd else len(chain) if cyclic else 1):
        turned = chain[turn:] + chain[:turn]
        half = turned[middle:]
        if not half or (back[-turn:] + back[:-turn])[:middle] != turned[:middle]:
            continue
        if cyclic and 2 * transposes(half) > len(half):
            continue
        if not cyclic and (half[0].symmetric or not is_vector(half[-1])):
            continue
        root = book.call(NORMF if cyclic else NORM2, (matrix_of(book, half),), (), ())
        square = book.power(root, book.number(2), elementwise=False)
        shorter = cyclic or square.size < scalar.expr.size
        return scalar.but(expr=square if shorter else scalar.expr, root=root)
    return scalar


def _best_turn(chain: Chain) -> Chain:
    """A closed chain from the link and in the direction that reads best."""
    first = min(link.order for link in chain)
    moves = any(link.moved for link in chain)
    turns = [t[i:] + t[:i] for t in (chain, reverse(chain)) for i in range(len(chain))]
    fitting = [t for t in turns if t[-1].moved or (t[0].order == first and not moves)]
    return min(fitting, key=_awkward, default=chain)


def _awkward(chain: Chain) -> tuple[bool, int, bool, bool, list[int]]:
    """What makes a chain read badly: transposes, of a differential above all; one that is ahead."""
    turned = any(link.moved and link.transposed for link in chain)
    ahead = any(link.moved for link in chain[: len(chain) // 2]) and not chain[-1].moved
    orders = [link.order for link in chain]
    return turned, transposes(chain), not chain[0].transposed, ahead, orders
