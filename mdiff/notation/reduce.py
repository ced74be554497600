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
from mdiff.notation.links import (
    DIAG,
    DIAG_OF,
    Link,
    is_vector,
    matrix_of,
    reverse,
    transposes,
    write,
)
from mdiff.notation.tree import Call, Number, Power

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.network.nodes import Dims
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

(SUM,) = TABLE["sum"]


class Irreducible(Exception):  # noqa: N818 - not an error of the user's: a fact about a network
    """The network is not series-parallel, or has axes that no matrix notation has."""


class Trace:
    """The trace of a chain that closes."""

    __slots__ = ("chain",)

    def __init__(self, chain: Chain) -> None:
        self.chain = chain


class Part:
    """Factors side by side between the same ends: multiplied, or dividing, by elements.

    All chains run from the lower wire to the higher, or from a wire to 1 (a column).
    `diagonals` are diagonal matrices on a wire.
    """

    __slots__ = ("diagonals", "over", "times")

    def __init__(self) -> None:
        self.times: list[Chain] = []
        self.over: list[Chain] = []
        self.diagonals: list[Link] = []


class Graph:
    """A network being reduced."""

    def __init__(self, book: Book, dims: Sequence[Dim], opened: set[int]) -> None:
        self.book = book
        self.dims = dims
        self.opened = opened
        self.weights: dict[int, Part] = {}
        self.edges: dict[tuple[int, int], Part] = {}
        self.near: dict[int, set[int]] = {}

    # ---- building

    def add_weight(self, wire: int, chain: Chain, *, over: bool = False) -> None:
        """A column on a wire."""
        part = self.weights.setdefault(wire, Part())
        (part.over if over else part.times).append(chain)

    def add_diagonal(self, wire: int, link: Link) -> None:
        """A diagonal matrix on a wire."""
        self.weights.setdefault(wire, Part()).diagonals.append(link)

    def add_edge(self, start: int, end: int, chain: Chain, *, over: bool = False) -> None:
        """A matrix between two wires; a loop becomes the vector `diag(A)`."""
        if start == end:
            self.add_weight(start, (self._diagonal_of(chain),), over=over)
            return
        if start > end:
            start, end, chain = end, start, reverse(chain)
        part = self.edges.setdefault((start, end), Part())
        (part.over if over else part.times).append(chain)
        self.near.setdefault(start, set()).add(end)
        self.near.setdefault(end, set()).add(start)

    def _diagonal_of(self, chain: Chain) -> Link:
        if transposes(reverse(chain)) < transposes(chain):
            chain = reverse(chain)
        matrix = matrix_of(self.book, chain)
        return _link(self.book.call(DIAG_OF, (matrix,), matrix.rows, ()), chain)

    # ---- materialising

    def edge(self, start: int, end: int) -> Chain:
        """All that is between two wires as one chain from `start` to `end`."""
        key = (min(start, end), max(start, end))
        chain = self._together(self.edges[key])
        return chain if start < end else reverse(chain)

    def column(self, wire: int) -> Chain:
        """All weights of a wire as one column; ones where there is none."""
        part = self.weights.get(wire)
        if part is None:
            dims = (self.dims[wire],)
            return (Link(self.book.constant("ones", dims, dims, ()), 0),)
        return self._together(self._flattened(part))

    def _flattened(self, part: Part) -> Part:
        """The same with diagonal matrices as the columns of their diagonals."""
        both = Part()
        both.over = part.over
        both.times = list(part.times)
        for link in part.diagonals:
            matrix = link.expr
            both.times.append(
                (_link(self.book.call(DIAG_OF, (matrix,), matrix.rows, ()), (link,)),)
            )
        return both

    def diagonal(self, wire: int) -> Chain:
        """All weights of a wire as diagonal matrices; nothing where there is none."""
        part = self.weights.get(wire)
        if part is None:
            return ()
        links = list(part.diagonals)
        if part.times or part.over:
            column = matrix_of(self.book, self._together(part))
            size = column.rows
            made = self.book.call(DIAG, (column,), size, size)
            chain = sum(part.times + part.over, ())
            links.insert(
                0,
                Link(
                    made,
                    min(k.order for k in chain),
                    symmetric=True,
                    moved=any(k.moved for k in chain),
                ),
            )
        return tuple(links)

    def _together(self, part: Part) -> Chain:
        if len(part.times) == 1 and not part.over:
            return part.times[0]
        chains = part.times + part.over
        forward = sum(transposes(c) for c in chains)
        backward = sum(transposes(reverse(c)) for c in chains)
        turn = backward < forward and not is_vector(chains[0][-1])
        times = self._side([reverse(c) if turn else c for c in part.times])
        over = self._side([reverse(c) if turn else c for c in part.over])
        expr = self._quotient(times, over)
        order = min(link.order for c in chains for link in c)
        moved = any(link.moved for c in chains for link in c)
        symmetric = bool(expr.cols) and all(reverse(c) == c for c in chains)
        return (Link(expr, order, transposed=turn, symmetric=symmetric, moved=moved),)

    def _side(self, chains: list[Chain]) -> Expr | None:
        """Chains multiplied by elements, equal ones as a power, in the order of the text."""
        counts: dict[Expr, int] = {}
        keys: dict[Expr, tuple[bool, int, int]] = {}
        for chain in chains:
            expr = matrix_of(self.book, chain)
            counts[expr] = counts.get(expr, 0) + 1
            keys[expr] = (
                any(link.moved for link in chain), chain[0].order, expr.size,
            )  # fmt: skip
        if not counts:
            return None
        ordered = sorted(counts, key=keys.__getitem__)
        return self.book.hadamard(
            tuple(
                self.book.power(e, self.book.number(counts[e]), elementwise=True) for e in ordered
            )
        )

    def _quotient(self, times: Expr | None, over: Expr | None) -> Expr:
        if over is None:
            if times is None:
                raise Irreducible
            return times
        if times is None:
            match over:
                case Power(base, Number() as exponent, True):
                    negative = self.book.sum(((-1, exponent),), (), ())
                    return self.book.power(base, negative, elementwise=True)
                case _:
                    pass
            dims = over.rows + over.cols
            times = self.book.constant("ones", dims, over.rows, over.cols)
        return self.book.quotient(times, over)

    # ---- reducing

    def remove(self, wire: int) -> None:
        """Take a wire and its edges out of the graph."""
        for other in self.near.pop(wire, set()):
            self.near[other].discard(wire)
            del self.edges[min(wire, other), max(wire, other)]
        self.weights.pop(wire, None)

    def reduce(self) -> None:
        """Eliminate summed wires until only open ones, or a closed network's last, are left."""
        leaves = deque(sorted(self.near))
        paths = deque(leaves)
        while leaves or paths:
            wire = leaves.popleft() if leaves else paths.popleft()
            near = self.near.get(wire)
            if near is None or wire in self.opened:
                continue
            if len(near) == 1:
                (other,) = near
                if not self._closing(wire, other):
                    self._leaf(wire, other)
                    leaves.append(other)
                    paths.append(other)
            elif len(near) == 2 and not leaves:
                first, second = sorted(near)
                chain = self.edge(first, wire) + self.diagonal(wire) + self.edge(wire, second)
                self.remove(wire)
                self.add_edge(first, second, chain)
                leaves.extend((first, second))
                paths.extend((first, second))

    def _closing(self, wire: int, other: int) -> bool:
        """Whether these are the last two wires of a closed network (left for `scalar`)."""
        return not self.opened and self.near[other] == {wire} and len(self.near) == 2

    def _leaf(self, wire: int, other: int) -> None:
        part = self.edges[min(wire, other), max(wire, other)]
        pair = part.times if len(part.times) == 2 and not part.over else None
        if pair is not None and wire not in self.weights:
            there, back = (
                (pair[0], reverse(pair[1])) if other < wire else (reverse(pair[0]), pair[1])
            )
            self.remove(wire)
            self.add_edge(other, other, there + back)
            return
        chain = self.edge(other, wire) + self.column(wire)
        self.remove(wire)
        self.add_weight(other, chain)

    # ---- what is left

    def scalar(self) -> Chain | Trace | Expr:
        """The value of a closed network: a chain from 1 to 1, a trace, or an expression."""
        self.reduce()
        wires = set(self.weights) | set(self.near)
        if len(self.edges) == 1:
            (a, b), part = next(iter(self.edges.items()))
            if (
                len(part.times) == 2
                and not part.over
                and not (a in self.weights and b in self.weights)
            ):
                around = (
                    part.times[0] + self.diagonal(b) + reverse(part.times[1]) + self.diagonal(a)
                )
                return self.trace(around)
            middle = self.edge(a, b)
            left, right = self.weights.get(a), self.weights.get(b)
            if left is None and right is None:
                return self._sum_of(middle)
            if left is None:
                return self._best((self._sum_of(middle + self.column(b)), middle, a, b))
            if right is None:
                return self._best((self._sum_of(reverse(middle) + self.column(a)), middle, a, b))
            return reverse(self.column(a)) + middle + self.column(b)
        if self.edges or len(wires) != 1:
            raise Irreducible
        (wire,) = wires
        return self._dot(self.weights[wire])

    def _best(self, options: tuple[Expr | Trace, Chain, int, int]) -> Expr | Chain | Trace:
        total, middle, a, b = options
        chain = reverse(self.column(a)) + middle + self.column(b)
        written = self.book.product(write(self.book, chain), (), ())
        if isinstance(total, Trace) or total.size <= written.size:
            return total
        return chain

    def _sum_of(self, chain: Chain) -> Expr | Trace:
        backwards = reverse(chain)
        if not is_vector(chain[-1]) and transposes(backwards) < transposes(chain):
            chain = backwards
        match chain:
            case (Link(expr=Call(function, (argument,))) as link,) if function is DIAG_OF:
                return Trace((Link(argument, link.order, moved=link.moved),))
            case _:
                pass
        return self.book.call(SUM, (matrix_of(self.book, chain),), (), ())

    def _dot(self, part: Part) -> Chain | Trace | Expr:
        """The sum of the entries of a product of columns."""
        if len(part.times) == 1 and not part.over and len(part.diagonals) == 1:
            matrix = part.diagonals[0].expr
            part.times.append(
                (_link(self.book.call(DIAG_OF, (matrix,), matrix.rows, ()), (part.diagonals[0],)),)
            )
            part.diagonals = []
        if part.diagonals and not part.times and not part.over:
            return self.trace(tuple(part.diagonals))
        if part.diagonals and len(part.times) > 1 and not part.over:
            first, *others = part.times
            rest = Part()
            rest.times = others
            return reverse(first) + tuple(part.diagonals) + self._together(rest)
        if part.diagonals:
            part = self._flattened(part)
        if len(part.times) == 2 and not part.over:
            return reverse(part.times[0]) + part.times[1]
        if len(part.times) > 2 and not part.over:
            rest = Part()
            *rest.times, last = sorted(
                part.times, key=lambda c: (any(k.moved for k in c), min(k.order for k in c))
            )
            return reverse(self._together(rest)) + last
        return self._sum_of(self._together(part))

    def trace(self, chain: Chain) -> Trace:
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


def _link(expr: Expr, chain: Chain) -> Link:
    return Link(expr, min(k.order for k in chain), moved=any(k.moved for k in chain))


def open_chain(graph: Graph, rows: tuple[int, ...], cols: tuple[int, ...]) -> Chain:
    """The matrix between two axes of at most one wire each, or the vector along one."""
    graph.reduce()
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
        return (Link(book.constant("ones", rows_of + cols_of, rows_of, cols_of), 0),)
    return graph.column(row) + reverse(graph.column(col))


def _absorb(graph: Graph, part: Part, row: int, col: int) -> Chain | None:
    """`diag(u) (1 ./ B) diag(v)` as `(u v^T) ./ B`: weights join a bare denominator."""
    if part.times or not part.over:
        return None
    outer = graph.column(row) + reverse(graph.column(col))
    if row > col:
        outer = reverse(outer)
    part.times.append(outer)
    return graph.edge(row, col)
