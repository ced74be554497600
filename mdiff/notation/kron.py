"""Reading a network with more than two open wires: Kronecker products, `vec`, `diag(vec(·))`, `K`.

The rows of the matrix run along up to two wires (the columns of a matrix value, then its rows), and
so do its columns. Two paths `i–k`, `j–l` read `Q ⊗ P`, crossed ones `(Q ⊗ P) K`, paths `i–j`, `k–l`
read `vec(P) vec(Q)^T`; a matrix between the two rows beside such paths reads `diag(vec(A))`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.network.split import product
from mdiff.notation.graph import Irreducible, link_of
from mdiff.notation.links import DIAG, Link, matrix_of, reverse, transposes
from mdiff.notation.paths import connections, edge_key, pairs
from mdiff.notation.reduce import reduce
from mdiff.notation.tree import Call, Constant

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Dims
    from mdiff.notation.graph import Graph
    from mdiff.notation.links import Chain
    from mdiff.notation.paths import Pair
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

(KRON,) = TABLE["kron"]
(VEC,) = TABLE["vec"]
(UNVEC,) = TABLE["unvec"]


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
        if is_eye(first) and is_eye(second):
            size = product(rows)
            made: Expr = self.book.constant("eye", (size,), rows, cols)
            return Link(made, order, symmetric=True)
        if _is_ones(first) and _is_ones(second) and not cols:
            return Link(self.book.ones(rows, cols), order)
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
        """`vec` of a matrix, a column; of the `unvec` of a column, that column."""
        match chain:
            case (Link(expr=Call(function, (column, *_))) as link,) if (
                function is UNVEC and not link.transposed
            ):
                return link_of(column, chain)
            case _:
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
        if max(len(rows), len(cols)) > 2:
            raise Irreducible
        if set(graph.near) - set(rows + cols):
            raise Irreducible
        return self._connected(graph, rows, cols)

    def _connected(self, graph: Graph, rows: Axis, cols: Axis) -> Chain:
        """The same where all wires are rows or columns, and none but weights lie across."""
        near = connections(graph, rows, cols)
        if not any(near.values()):
            return self.side(graph, rows) + reverse(self.side(graph, cols))
        if len(set(rows)) < len(rows) or len(set(cols)) < len(cols):
            return self._doubled(graph, rows, cols)
        joined = pairs(near, rows, cols)
        before = self._weight(graph, rows)
        after = () if set(rows) == set(cols) else self._weight(graph, cols)
        chains = [self._block(graph, pair) for pair in joined]
        if [c for _, c in joined if c is not None] == list(cols) or len(cols) < 2:
            middle = (self.kron(*chains),) if len(chains) == 2 else chains[0]
        else:
            middle = self._crossed(graph, chains, cols)
        if len(middle) == 1 and is_eye(middle[0].expr) and (before or after):
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
        around = [self.eye(graph, wire) for wire in (slow, fast)]
        shuffle = self.kron((self.kron(around[0], (Link(swap, 0),)),), around[1])
        if is_eye(matrix_of(self.book, blocks[1])) and not is_eye(matrix_of(self.book, blocks[0])):
            whole = self.kron(blocks[0], (self.kron(blocks[1], blocks[2]),))
        else:
            whole = self.kron((self.kron(blocks[0], blocks[1]),), blocks[2])
        return (shuffle, whole)

    def _vec_of(self, graph: Graph, row: int, col: int) -> Chain:
        return (self.stacked(self._matrix(graph, row, col)),)

    def _apart(self, graph: Graph, paths: tuple[tuple[int, int], ...]) -> bool:
        """Whether the paths share nothing, no matrix joins two, and the first two have matrices."""
        ends = [wire for path in paths for wire in set(path)]
        if len(set(ends)) < len(ends):
            return False
        inside = {edge_key(a, b) for a, b in paths}
        met = all(a == b or edge_key(a, b) in graph.edges for a, b in paths[:2])
        return met and set(graph.edges) <= inside

    def swap(self, graph: Graph, cols: Axis) -> Chain:
        """`K`, where the row wires go to the column wires in the other order."""
        dims = graph.dims[cols[1]], graph.dims[cols[0]]
        return (Link(self.book.constant("K", dims, dims, dims[::-1]), 0),)

    def step(self, graph: Graph, start: int, end: int) -> Chain:
        """The matrix between two wires with their weights, which are used up by that.

        Between a wire and itself the identity, or the weights of the wire.
        """
        chain = graph.diagonal(start)
        if start != end:
            chain += graph.edge(start, end) + graph.diagonal(end)
        graph.weights.pop(start, None)
        graph.weights.pop(end, None)
        return chain or self.eye(graph, start)

    def rail(self, graph: Graph, start: int, end: int) -> Chain:
        """All between two wires that nothing else is on; columns where no matrix is."""
        if start == end or edge_key(start, end) in graph.edges:
            return self.step(graph, start, end)
        chain = graph.column(start) + reverse(graph.column(end))
        graph.weights.pop(start, None)
        graph.weights.pop(end, None)
        return chain

    def unstacked(self, chain: Chain, rows: Dim, cols: Dim) -> Link:
        """`unvec` of a column, a matrix of this size; of the `vec` of such a one, that one."""
        match chain:
            case (Link(expr=Call(function, (matrix,))),) if function is VEC and (
                matrix.rows,
                matrix.cols,
            ) == ((rows,), (cols,)):
                return link_of(matrix, chain)
            case _:
                pass
        column = matrix_of(self.book, chain)
        sizes = tuple(self.book.constant("size", (dim,), (), ()) for dim in (rows, cols))
        made = self.book.call(UNVEC, (column, *sizes), (rows,), (cols,))
        return link_of(made, chain)

    def eye(self, graph: Graph, wire: int) -> Chain:
        """The identity matrix from a wire to itself."""
        dims: Dims = (graph.dims[wire],)
        return (Link(self.book.constant("eye", dims, dims, dims), 0, symmetric=True),)

    def _crossed(self, graph: Graph, chains: list[Chain], cols: Axis) -> Chain:
        """`(Q ⊗ P) K`: the first row wire goes with the second column wire."""
        crossed = self.kron(*chains)
        swap = self.swap(graph, cols)
        return swap if is_eye(crossed.expr) else (crossed, *swap)

    def side(self, graph: Graph, wires: Axis) -> Chain:
        """The open wires of one side alone: nothing, a column, or the `vec` of a matrix."""
        if not wires:
            return ()
        if len(wires) == 1:
            return graph.column(wires[0])
        slow, fast = wires
        if slow == fast:
            return (self.stacked(graph.diagonal(slow) or self.eye(graph, slow)),)
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
        return (self.diagonal(self.stacked(graph.edge(fast, slow))),)

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
            return graph.diagonal(row) or self.eye(graph, row)
        return self._matrix(graph, row, col)

    def _doubled(self, graph: Graph, rows: Axis, cols: Axis) -> Chain:
        """`diag(x)` and the like: one wire stands for both rows, so only the diagonal remains."""
        if len(set(rows)) == len(rows):
            return reverse(self._doubled(graph, cols, rows))
        wire = rows[0]
        eye = self.eye(graph, wire)
        if cols == rows:
            return (self.diagonal(self.stacked(graph.diagonal(wire) or eye)),)
        inner = self._connected(graph, (wire,), cols)
        return (self.diagonal(self.stacked(eye)), self.kron((graph.ones(wire),), inner))

    def diagonal(self, column: Link) -> Link:
        """`diag` of a column."""
        size = column.expr.rows
        made = self.book.call(DIAG, (column.expr,), size, size)
        return Link(made, column.order, symmetric=True, moved=column.moved)


def is_eye(expr: Expr) -> bool:
    """Whether an expression is an identity matrix."""
    return isinstance(expr, Constant) and expr.name == "eye"


def _is_ones(expr: Expr) -> bool:
    return isinstance(expr, Constant) and expr.name == "ones"
