"""What is written with `⊗` and `vec`: Kronecker products, stacked columns, diagonals, `K`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.links import VEC, Link, inside, made, matrix_of, reverse, transposes
from mdiff.notation.tree import is_constant
from mdiff.shapes.dims import product

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis
    from mdiff.notation.graph import Graph
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

(KRON,) = TABLE["kron"]
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
        if is_constant(first, "eye") and is_constant(second, "eye"):
            eye = self.book.constant("eye", (product(rows),), rows, cols)
            return made(eye, left + right, symmetric=True)
        if is_constant(first, "ones") and is_constant(second, "ones") and not cols:
            return made(self.book.ones(rows, cols), left + right)
        whole = self.book.call(KRON, (first, second), rows, cols)
        self.factors[whole] = (left, right)
        return made(whole, left + right)

    def straight(self, link: Link) -> Link:
        """A transposed Kronecker product as one of transposes."""
        if not (link.transposed and link.expr.cols) or link.expr not in self.factors:
            return link
        left, right = map(reverse, self.factors[link.expr])
        return self.kron(tuple(map(self.straight, left)), tuple(map(self.straight, right)))

    def _short(self, chain: Chain) -> Expr:
        """A wholly transposed chain as the transpose of the reversed one."""
        turned = reverse(chain)
        if transposes(chain) > 1 and not transposes(turned):
            return self.book.transpose(matrix_of(self.book, turned))
        return matrix_of(self.book, chain)

    def stacked(self, chain: Chain) -> Link:
        """`vec` of a matrix, a column; of the `unvec` of a column, that column."""
        column = inside(chain, UNVEC)
        if column and not chain[0].transposed:
            return column
        matrix = matrix_of(self.book, chain)
        return made(self.book.call(VEC, (matrix,), matrix.cols + matrix.rows, ()), chain)

    def swap(self, graph: Graph, cols: Axis) -> Chain:
        """`K`, where the row wires go to the column wires in the other order."""
        dims = graph.dims[cols[1]], graph.dims[cols[0]]
        return (Link(self.book.constant("K", dims, dims, dims[::-1]), 0),)

    def unstacked(self, chain: Chain, rows: Dim, cols: Dim) -> Link:
        """`unvec` of a column, a matrix of this size; of the `vec` of such a one, that one."""
        matrix = inside(chain, VEC)
        if matrix and (matrix.rows, matrix.cols) == ((rows,), (cols,)):
            return matrix
        column = matrix_of(self.book, chain)
        sizes = tuple(self.book.constant("size", (dim,), (), ()) for dim in (rows, cols))
        return made(self.book.call(UNVEC, (column, *sizes), (rows,), (cols,)), chain)

    def side(self, graph: Graph, slow: int, fast: int) -> Link:
        """What is on two wires alone as a column: the `vec` of a matrix, or `u ⊗ v`."""
        if slow != fast and fast not in graph.near.get(slow, ()):
            return self.kron(graph.column(slow), graph.column(fast))
        return self.stacked(graph.rail(fast, slow))
