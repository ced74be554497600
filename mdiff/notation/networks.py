"""From one network to a chain of matrices: as a graph, as Kronecker products, or in indices."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mdiff.errors import fail
from mdiff.network.fold import is_fold
from mdiff.network.nodes import Net, Sum, Variable
from mdiff.notation.folds import along_folds, without_folds
from mdiff.notation.graph import Graph, Irreducible
from mdiff.notation.index import index_chain
from mdiff.notation.ladder import along_rails
from mdiff.notation.links import INV, Link, diagonal_of, reverse
from mdiff.notation.reduce import open_chain
from mdiff.notation.scalars import Closed

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Exponent, Factor, Node
    from mdiff.notation.links import Chain
    from mdiff.notation.read import Reader
    from mdiff.notation.scalars import Scalar
    from mdiff.notation.tree import Expr

Style = Literal["matrix", "index"]
"""Matrix notation wherever it exists, or index notation for all that has more than two wires."""


class Networks:
    """Reads networks whose nodes a reader has read."""

    def __init__(self, reader: Reader, style: Style) -> None:
        self.reader = reader
        self.book = reader.book
        self.blocks = reader.blocks
        self.style = style

    def chain(self, net: Net) -> tuple[Chain, int]:
        """A network in matrix notation, in index notation where there is none or it is wanted."""
        try:
            if self.style == "matrix" or max(len(net.rows), len(net.cols)) < 2:
                return self.axes(net, net.rows, net.cols)
        except Irreducible:
            pass
        return self.indexed(net, net.rows, net.cols)

    def indexed(self, net: Net, rows: Axis, cols: Axis) -> tuple[Chain, int]:
        """A network as an `einsum`, and the sign that its groups took out.

        Raises E303 where there are not letters enough for it.
        """
        sign = 1
        factors: list[tuple[Node, Expr, tuple[int, ...], bool]] = []
        for node, wires, exponent in net.factors:
            if not wires:
                continue
            shown, turned = self.reader.shown(node, exponent)
            sign *= turned
            if len(wires) == 1 and isinstance(node, Variable) and "diagonal" in node.properties:
                shown = diagonal_of(self.book, shown)
            elif node.cols and not node.rows:
                shown = self.book.transpose(shown)
            written = self.book.power(shown, self.reader.exponent(exponent), elementwise=True)
            factors.append((node, written, wires, self.reader.moved[node]))
        try:
            return index_chain(self.book, net, (rows, cols), factors), sign
        except Irreducible:
            message = "part of the answer has neither matrix notation nor letters for indices"
            raise fail("E303", message) from None

    def axes(self, net: Net, rows: Axis, cols: Axis) -> tuple[Chain, int]:
        """The chain of a network open along two axes of any number of wires, and a sign."""
        if any(is_fold(node) for node, _, _ in net.factors):
            return self._folded(net, rows, cols)
        wide = [factor for factor in net.factors if is_wide(factor)]
        try:
            if not wide and max(len(rows), len(cols)) < 2:
                graph, sign = self.graph(net, {*rows, *cols})
                return open_chain(graph, rows, cols), sign
        except Irreducible:
            pass
        kept = {*rows, *cols, *(wire for _, wires, _ in wide for wire in wires)}
        graph, sign = self.graph(net, kept)
        try:
            return along_rails(graph, self.blocks, rows, cols), sign
        except Irreducible:
            return self._folded(net, rows, cols)

    def _folded(self, net: Net, rows: Axis, cols: Axis) -> tuple[Chain, int]:
        """A network whose axes along several wires are taken for one wire each, and a sign."""
        graph, sign = self.graph(net, {*rows, *cols})
        return along_folds(graph, self.blocks, rows, cols), sign

    def closed(self, net: Net, *, real: bool) -> Scalar:
        """The value of a network without open wires."""
        graph, sign = self.graph(net, set())
        if graph.folds or graph.wides:
            without_folds(graph, self.blocks, set())
        return Closed(graph, real=real).read().but(sign=sign)

    def graph(self, net: Net, opened: set[int]) -> tuple[Graph, int]:
        """The network as a graph of notation, and the sign that its groups took out."""
        graph = Graph(self.book, net.dims, opened)
        sign = 1
        for node, wires, exponent in net.factors:
            if not wires:
                continue
            if is_fold(node):
                graph.add_fold(wires[0], wires[1:])
                continue
            over = not isinstance(exponent, Sum) and exponent < 0
            if len(wires) == 1 and isinstance(node, Variable) and "diagonal" in node.properties:
                self._diagonal(graph, node, wires[0], exponent)
                continue
            sign *= self.reader.shown(node, exponent)[1]
            link, count = self._link(node, exponent, over=over)
            for _ in range(count):
                if len(wires) == 1:
                    column = reverse((link,)) if node.cols else (link,)
                    graph.add_weight(wires[0], column, over=over)
                elif len(wires) == 2 and len(node.rows) == 1:
                    graph.add_edge(wires[0], wires[1], (link,), over=over)
                else:
                    height = len(node.rows)
                    graph.wides.append((wires[:height], wires[height:], link, over))
        return graph, sign

    def _link(self, node: Node, exponent: Exponent, *, over: bool) -> tuple[Link, int]:
        """A factor as a link (above or below the line), and how often it stands side by side."""
        expr, moved = self.reader.shown(node, exponent)[0], self.reader.moved[node]
        if over and not isinstance(exponent, Sum):
            exponent = -exponent
        if exponent == 2 or exponent == 1:  # noqa: PLR1714
            link = Link(expr, node.order, symmetric=node.symmetric, moved=moved)
            return link, int(Fraction(exponent)) if not isinstance(exponent, Sum) else 1
        powered = self.book.power(expr, self.reader.exponent(exponent), elementwise=True)
        return Link(powered, node.order, symmetric=node.symmetric, moved=moved), 1

    def _diagonal(self, graph: Graph, node: Variable, wire: int, exponent: Exponent) -> None:
        matrix = self.reader.exprs[node]
        moved = self.reader.moved[node]
        if isinstance(exponent, Sum) or Fraction(exponent).denominator != 1:
            vector = diagonal_of(self.book, matrix)
            powered = self.book.power(vector, self.reader.exponent(exponent), elementwise=True)
            graph.add_weight(wire, (Link(powered, node.order, moved=moved),))
            return
        if exponent < 0:
            matrix = self.book.call(INV, (matrix,), matrix.rows, matrix.cols)
        for _ in range(abs(int(exponent))):
            graph.add_diagonal(wire, Link(matrix, node.order, symmetric=True, moved=moved))


def is_wide(factor: Factor) -> bool:
    """Whether an axis of a factor is stacked: it runs along several wires."""
    node, _, _ = factor
    return max(len(node.rows), len(node.cols)) > 1
