"""How a closed network reads: a trace, a scalar product, the square of a norm, or a sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.graph import Graph, Irreducible, Part
from mdiff.notation.links import (
    DIAG_OF,
    TR,
    Link,
    is_vector,
    made,
    matrix_of,
    reverse,
    transposes,
    write,
)
from mdiff.notation.reduce import pair_of, reduce
from mdiff.notation.tree import Call
from mdiff.record import Record

if TYPE_CHECKING:
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Expr

NORM2 = TABLE["norm2"][0]
(NORMF,) = TABLE["normF"]
(SUM,) = TABLE["sum"]


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


class Closed:
    """A closed network as a graph; `real`: nothing in it is complex, so `v^T v` is a norm's square.

    `read` raises `Irreducible` where the network is not series-parallel.
    """

    def __init__(self, graph: Graph, *, real: bool) -> None:
        self.graph = graph
        self.book = graph.book
        self.real = real

    def read(self) -> Scalar:
        """The value of the network."""
        graph = self.graph
        reduce(graph)
        wires = set(graph.weights) | set(graph.near)
        if len(graph.edges) != 1 or graph.wides:
            if graph.edges or graph.wides or len(wires) != 1:
                raise Irreducible
            return self._dot(graph.weights[wires.pop()])
        (a, b), part = next(iter(graph.edges.items()))
        pair, middle = pair_of(part), graph.edge(a, b)
        weighted = [wire for wire in (a, b) if wire in graph.weights]
        if pair is not None and len(weighted) < 2:
            around = pair[0] + graph.diagonal(b) + reverse(pair[1]) + graph.diagonal(a)
            return self._trace(around)
        if not weighted:
            return self._sum(middle)
        product = self._product(reverse(graph.column(a)) + middle + graph.column(b))
        if len(weighted) == 2:
            return product
        inner = middle if weighted == [b] else reverse(middle)
        total = self._sum(inner + graph.column(*weighted))
        written = self.book.product(write(self.book, product.chain), (), ())
        return total if total.cyclic or total.expr.size <= written.size else product

    def _dot(self, part: Part) -> Scalar:
        """The sum of the entries of a product of columns."""
        graph = self.graph
        if len(part.times) == 1 and not part.over and len(part.diagonals) == 1:
            part = graph.flattened(part)
        if part.diagonals and not part.times and not part.over:
            return self._trace(tuple(part.diagonals))
        if part.diagonals and len(part.times) > 1 and not part.over:
            first, *others = part.times
            rest = graph.together(Part(others, [], []))
            return self._product(reverse(first) + tuple(part.diagonals) + rest)
        if part.diagonals:
            part = graph.flattened(part)
        if len(part.times) == 2 and not part.over:
            return self._product(reverse(part.times[0]) + part.times[1])
        if len(part.times) > 2 and not part.over:
            *others, last = sorted(
                part.times, key=lambda c: (any(k.moved for k in c), min(k.order for k in c))
            )
            return self._product(reverse(graph.together(Part(others, [], []))) + last)
        return self._sum(graph.together(part))

    def _sum(self, chain: Chain) -> Scalar:
        """`sum(A)`; `sum(diag(A))` is a trace."""
        backwards = reverse(chain)
        if not is_vector(chain[-1]) and transposes(backwards) < transposes(chain):
            chain = backwards
        match chain:
            case (Link(expr=Call(function, (argument,))) as link,) if function is DIAG_OF:
                return self._trace((made(argument, (link,)),))
            case _:
                return Scalar(self.book.call(SUM, (matrix_of(self.book, chain),), (), ()))

    def _product(self, chain: Chain) -> Scalar:
        """A scalar product; `v^T v` is the square of a norm, where that is shorter."""
        book, chain = self.book, _best_direction(chain)
        expr = book.product(write(book, chain), (), ())
        half = _half(chain) if self.real else None
        if half is None:
            return Scalar(expr, chain=chain)
        root = book.call(NORM2, (matrix_of(book, half),), (), ())
        square = book.power(root, book.number(2), elementwise=False)
        return Scalar(square if square.size < expr.size else expr, root, chain=chain)

    def _trace(self, chain: Chain) -> Scalar:
        """The trace of a closed chain; `tr(A^T A)` is the square of a norm."""
        book, chain = self.book, _best_turn(chain)
        middle, odd = divmod(len(chain), 2)
        for turn in range(0 if odd or not self.real else len(chain)):
            turned = chain[turn:] + chain[:turn]
            half = turned[middle:]
            if reverse(half) == turned[:middle] and 2 * transposes(half) <= len(half):
                root = book.call(NORMF, (matrix_of(book, half),), (), ())
                square = book.power(root, book.number(2), elementwise=False)
                return Scalar(square, root, chain=chain, cyclic=True)
        expr = book.call(TR, (matrix_of(book, chain),), (), ())
        return Scalar(expr, chain=chain, cyclic=True)


def _best_turn(chain: Chain) -> Chain:
    """A closed chain from the link and in the direction that reads best."""
    best: tuple[tuple[bool, int, bool, list[int]], Chain] | None = None
    for turned in (chain, reverse(chain)):
        first = min(link.order for link in turned)
        moves = any(link.moved for link in turned)
        for i in range(len(turned)):
            rotated = turned[i:] + turned[:i]
            if rotated[-1].moved or (rotated[0].order == first and not moves):
                changed = any(link.moved and link.transposed for link in rotated)
                orders = [link.order for link in rotated]
                key = (changed, transposes(rotated), not rotated[0].transposed, orders)
                if best is None or key < best[0]:
                    best = (key, rotated)
    return best[1] if best else chain


def _best_direction(chain: Chain) -> Chain:
    """The direction of a scalar product with fewest transposes; a differential stands last."""
    backwards = reverse(chain)

    def key(links: Chain) -> tuple[bool, int, bool, list[int]]:
        turned = any(link.moved and link.transposed for link in links)
        ahead = any(link.moved for link in links[: len(links) // 2])
        return turned, transposes(links), ahead, [link.order for link in links]

    return min(chain, backwards, key=key)


def _half(chain: Chain) -> Chain | None:
    """The `v` of `v^T v`, where a chain is that."""
    middle = len(chain) // 2
    if len(chain) % 2 or reverse(chain) != chain or chain[middle].symmetric:
        return None
    half = chain[middle:]
    return half if is_vector(half[-1]) else None
