"""Reading a network with more than two open wires: Kronecker products, `vec`, `diag(vec(·))`, `K`.

The rows of the matrix run along up to two wires (the columns of a matrix value, then its rows), and
so do its columns. Two paths `i–k`, `j–l` read `Q ⊗ P`, crossed ones `(Q ⊗ P) K`, paths `i–j`, `k–l`
read `vec(P) vec(Q)^T`; a matrix between the two rows beside such paths reads `diag(vec(A))`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.graph import Irreducible
from mdiff.notation.links import DIAG, Link, matrix_of, reverse, transposes
from mdiff.notation.reduce import reduce
from mdiff.notation.tree import Constant

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Dims
    from mdiff.notation.graph import Graph
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

(KRON,) = TABLE["kron"]
(VEC,) = TABLE["vec"]

Pair = tuple[int | None, int | None]
"""A row wire and the column wire that it is joined to; None where there is none."""


class Blocks:
    """Kronecker products written so far, with their two factors (for taking out common ones)."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.factors: dict[Expr, tuple[Chain, Chain]] = {}

    def kron(self, left: Chain, right: Chain) -> Link:
        """`left ⊗ right`; of identities, one identity."""
        first, second = self._short(left), self._short(right)
        rows, cols = first.rows + second.rows, first.cols + second.cols
        order = min(link.order for link in left + right)
        moved = any(link.moved for link in left + right)
        if _is_eye(first) and _is_eye(second):
            size = first.rows[0] * second.rows[0]
            made: Expr = self.book.constant("eye", (size,), rows, cols)
            return Link(made, order, symmetric=True)
        if _is_ones(first) and _is_ones(second) and not cols:
            size = first.rows[0] * second.rows[0]
            return Link(self.book.constant("ones", (size,), rows, cols), order)
        made = self.book.call(KRON, (first, second), rows, cols)
        self.factors[made] = (left, right)
        return Link(made, order, moved=moved)

    def _short(self, chain: Chain) -> Expr:
        """A wholly transposed chain as the transpose of the reversed one."""
        turned = reverse(chain)
        if transposes(chain) > 1 and not transposes(turned):
            return self.book.transpose(matrix_of(self.book, turned))
        return matrix_of(self.book, chain)

    def stacked(self, chain: Chain) -> Link:
        """`vec` of a matrix, a column."""
        matrix = matrix_of(self.book, chain)
        order = min(link.order for link in chain)
        made = self.book.call(VEC, (matrix,), matrix.cols + matrix.rows, ())
        return Link(made, order, moved=any(link.moved for link in chain))

    def read(self, graph: Graph, rows: Axis, cols: Axis) -> Chain:
        """The chain of a network open along up to two row wires and two column wires.

        Raises `Irreducible` where none of the patterns above fits.
        """
        reduce(graph)
        if len(rows) == 4 and len(cols) == 2:
            return self._of_product(graph, rows, cols)
        if set(graph.near) - set(rows + cols) or max(len(rows), len(cols)) > 2:
            raise Irreducible
        near = _connections(graph, rows, cols)
        if not any(near.values()):
            return self._side(graph, rows) + reverse(self._side(graph, cols))
        if len(set(rows)) < len(rows) or len(set(cols)) < len(cols):
            return self._doubled(graph, rows, cols)
        layered = self._layered(graph, rows, cols)
        if layered is not None:
            return layered
        pairs = _pairs(near, rows, cols)
        before = self._weight(graph, rows)
        after = () if set(rows) == set(cols) else self._weight(graph, cols)
        chains = [self._block(graph, pair) for pair in pairs]
        if [c for _, c in pairs if c is not None] == list(cols) or len(cols) < 2:
            middle = (self.kron(*chains),) if len(chains) == 2 else chains[0]
        else:
            middle = self._crossed(graph, chains, cols)
        if len(middle) == 1 and _is_eye(middle[0].expr) and (before or after):
            middle = ()
        return before + middle + after

    def _of_product(self, graph: Graph, rows: Axis, cols: Axis) -> Chain:
        """The Jacobian of `X ⊗ B` by either factor: `(I ⊗ K ⊗ I) (I ⊗ vec(B))` and the like.

        Raises `Irreducible` where the four row wires are no such product.
        """
        slow, second, third, fast = rows
        if len({*rows}) < len(rows) or set(graph.near) - set(rows + cols):
            raise Irreducible
        if self._apart(graph, ((slow, cols[0]), (third, cols[1]), (fast, second))):
            side = self._vec_of(graph, fast, second)
            blocks = [
                self._block(graph, (slow, cols[0])),
                self._block(graph, (third, cols[1])),
                side,
            ]
        elif self._apart(graph, ((second, cols[0]), (fast, cols[1]), (third, slow))):
            side = self._vec_of(graph, third, slow)
            blocks = [
                side,
                self._block(graph, (second, cols[0])),
                self._block(graph, (fast, cols[1])),
            ]
        else:
            raise Irreducible
        dims = graph.dims
        swap = self.book.constant(
            "K",
            (dims[second], dims[third]),
            (dims[second], dims[third]),
            (dims[third], dims[second]),
        )
        around = [self._step(graph, wire, wire) for wire in (slow, fast)]
        shuffle = self.kron((self.kron(around[0], (Link(swap, 0),)),), around[1])
        if _is_eye(matrix_of(self.book, blocks[1])) and not _is_eye(
            matrix_of(self.book, blocks[0])
        ):
            product = self.kron(blocks[0], (self.kron(blocks[1], blocks[2]),))
        else:
            product = self.kron((self.kron(blocks[0], blocks[1]),), blocks[2])
        return (shuffle, product)

    def _vec_of(self, graph: Graph, row: int, col: int) -> Chain:
        return (self.stacked(self._matrix(graph, row, col)),)

    def _apart(self, graph: Graph, pairs: tuple[tuple[int, int], ...]) -> bool:
        """Whether the pairs share nothing, no matrix joins two, and the first two are paths."""
        ends = [wire for pair in pairs for wire in set(pair)]
        if len(set(ends)) < len(ends):
            return False
        inside = {_key(a, b) for a, b in pairs}
        met = all(a == b or _key(a, b) in graph.edges for a, b in pairs[:2])
        return met and set(graph.edges) <= inside

    def _layered(self, graph: Graph, rows: Axis, cols: Axis) -> Chain | None:
        """`(I ⊗ W) diag(vec(C)) (X^T ⊗ I)`, the Jacobian of `W f(V X)`; None where it is not that.

        Straight paths `i–k` and `j–l`, and one matrix across, between the end of one path and the
        beginning of the other: there the two paths meet, entry by entry.
        """
        if len(rows) != 2 or len(cols) != 2 or set(rows) & set(cols):
            return None
        (slow, fast), (left, right) = rows, cols
        edges = set(graph.edges)
        straight = {_key(slow, left), _key(fast, right)}
        across = edges - straight
        if not straight <= edges or len(across) != 1:
            return None
        (met,) = across
        if met == _key(slow, right):
            middle, column = (slow, right), graph.edge(right, slow)
        elif met == _key(fast, left):
            middle, column = (left, fast), graph.edge(fast, left)
        else:
            return None
        stacked = self.stacked(column)
        size = stacked.expr.rows
        diagonal = Link(
            self.book.call(DIAG, (stacked.expr,), size, size),
            stacked.order,
            symmetric=True,
            moved=stacked.moved,
        )
        outer = [self._step(graph, a, b) for a, b in zip(rows, middle, strict=True)]
        inner = [self._step(graph, a, b) for a, b in zip(middle, cols, strict=True)]
        return (self.kron(*outer), diagonal, self.kron(*inner))

    def _step(self, graph: Graph, start: int, end: int) -> Chain:
        """An identity, or the matrix between two wires with the weights that have not been used."""
        if start == end:
            dims: Dims = (graph.dims[start],)
            return (Link(self.book.constant("eye", dims, dims, dims), 0, symmetric=True),)
        chain = graph.diagonal(start) + graph.edge(start, end) + graph.diagonal(end)
        graph.weights.pop(start, None)
        graph.weights.pop(end, None)
        return chain

    def _crossed(self, graph: Graph, chains: list[Chain], cols: Axis) -> Chain:
        """`(Q ⊗ P) K`: the first row wire goes with the second column wire."""
        dims = graph.dims[cols[1]], graph.dims[cols[0]]
        swap = Link(self.book.constant("K", dims, dims, dims[::-1]), 0)
        product = self.kron(*chains)
        return (swap,) if _is_eye(product.expr) else (product, swap)

    def _side(self, graph: Graph, wires: Axis) -> Chain:
        """The open wires of one side alone: nothing, a column, or the `vec` of a matrix."""
        if not wires:
            return ()
        if len(wires) == 1:
            return graph.column(wires[0])
        slow, fast = wires
        if slow == fast:
            dims: Dims = (graph.dims[slow],)
            eye = Link(self.book.constant("eye", dims, dims, dims), 0, symmetric=True)
            return (self.stacked(graph.diagonal(slow) or (eye,)),)
        if (min(wires), max(wires)) not in graph.edges:
            return (self.kron(graph.column(slow), graph.column(fast)),)
        return (self.stacked(self._matrix(graph, fast, slow)),)

    def _matrix(self, graph: Graph, row: int, col: int) -> Chain:
        key = (min(row, col), max(row, col))
        if key in graph.edges:
            return graph.diagonal(row) + graph.edge(row, col) + graph.diagonal(col)
        return graph.column(row) + reverse(graph.column(col))

    def _weight(self, graph: Graph, wires: Axis) -> Chain:
        """A matrix between the two wires of one side, as a diagonal factor beside the rest."""
        if len(wires) != 2 or (min(wires), max(wires)) not in graph.edges:
            return ()
        slow, fast = wires
        column = self.stacked(graph.edge(fast, slow))
        size = column.expr.rows
        made = self.book.call(DIAG, (column.expr,), size, size)
        return (Link(made, column.order, symmetric=True, moved=column.moved),)

    def _block(self, graph: Graph, pair: Pair) -> Chain:
        """One factor of a Kronecker product: a path, an identity, a column, a row or both."""
        row, col = pair
        if row is None and col is None:
            raise Irreducible
        if col is None and row is not None:
            return graph.column(row)
        if row is None and col is not None:
            return reverse(graph.column(col))
        if row is None or col is None:
            raise Irreducible
        if row == col:
            dims: Dims = (graph.dims[row],)
            eye = Link(self.book.constant("eye", dims, dims, dims), 0, symmetric=True)
            return graph.diagonal(row) or (eye,)
        return self._matrix(graph, row, col)

    def _doubled(self, graph: Graph, rows: Axis, cols: Axis) -> Chain:
        """`diag(x)` and the like: one wire stands for both rows, so only the diagonal remains."""
        if len(set(cols)) < len(cols):
            if len(set(rows)) < len(rows):
                raise Irreducible
            return reverse(self._doubled(graph, cols, rows))
        (wire,) = set(rows)
        size: Dim = graph.dims[wire]
        if len(cols) != 1:
            raise Irreducible
        eye = self.book.constant("eye", (size,), (size,), (size,))
        ones = self.book.constant("ones", (size,), (size,), ())
        stacked = self.stacked((Link(eye, 0, symmetric=True),))
        both: Dims = (size, size)
        select = Link(self.book.call(DIAG, (stacked.expr,), both, both), 0, symmetric=True)
        inner = self._block(graph, (wire, cols[0]))
        return (select, self.kron((Link(ones, 0),), inner))


def _key(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def _is_eye(expr: Expr) -> bool:
    return isinstance(expr, Constant) and expr.name == "eye"


def _connections(graph: Graph, rows: Axis, cols: Axis) -> dict[int, list[int]]:
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


def _is_ones(expr: Expr) -> bool:
    return isinstance(expr, Constant) and expr.name == "ones"


def _pairs(near: dict[int, list[int]], rows: Axis, cols: Axis) -> list[Pair]:
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
