"""From a sum of networks to matrix notation: every node once, parts before wholes.

Comes in: a value in normal form. Goes out: an expression of `mdiff.notation.tree`.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, assert_never

from mdiff.errors import fail
from mdiff.functions.table import TABLE
from mdiff.network.fold import has_folds, is_fold
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts, reachable
from mdiff.network.powers import is_whole
from mdiff.notation.folds import along_folds, without_folds
from mdiff.notation.graph import Graph, Irreducible
from mdiff.notation.index import index_chain
from mdiff.notation.kron import Blocks
from mdiff.notation.links import INV, Form, Link, diagonal_of
from mdiff.notation.reduce import Scalar, closed_value, open_chain
from mdiff.notation.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.network.nodes import Axis, Exponent, Node
    from mdiff.network.table import Table
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr

(MATPOW,) = TABLE["matpow"]
(SQRT,) = TABLE["sqrt"]


class Reader:
    """What has been read so far; `indices`: in them stands all that has more than two wires.

    Raises E303 where there is neither matrix notation nor letters enough for indices.
    """

    def __init__(self, table: Table, book: Book, *, indices: bool = False) -> None:
        self.table = table
        self.book = book
        self.indices = indices
        self.blocks = Blocks(book)
        self.moved: dict[Node | Net, bool] = {}
        self.exprs: dict[Node, Expr] = {}
        self.negated: dict[Sum, Expr] = {}
        self.signs: dict[Sum, set[bool]] = {}
        self.closed: dict[Node, Scalar] = {}
        self.writer = Writer(self.blocks, self.scalar_power, self.closed)
        self.rooted: set[Node] = set()

    def read(self, value: Sum) -> Expr:
        """Read all nodes below a value, then the value."""
        order = reachable(value)
        for net in order:
            if isinstance(net, Net):
                self.table.afford(2 * len(net.factors))  # about what reading one costs
                self.table.spent += 2 * len(net.factors)
                self.rooted.update(n for n, _, e in net.factors if not is_whole(e))
        for node in order:
            self.moved[node] = (
                "differential" in node.properties
                if isinstance(node, Variable)
                else any(self.moved[part] for part in parts(node))
            )
            if not isinstance(node, Net):
                self._node(node)
        return self.exprs[value]

    def _node(self, node: Node) -> None:
        book = self.book
        match node:
            case Variable():
                cols = node.cols or (node.rows if "diagonal" in node.properties else ())
                self.exprs[node] = book.symbol(node.name, node.rows, cols)
            case Constant():
                self.exprs[node] = self._constant(node)
            case Apply():
                arguments = tuple(self.exprs[a] for a in node.arguments)
                if node.function is MATPOW:
                    self.exprs[node] = book.power(arguments[0], arguments[1], elementwise=False)
                    return
                function = node.function
                if function.of_column and node.rows and not node.cols:
                    (function, *_) = TABLE[function.of_column]
                self.exprs[node] = book.call(function, arguments, node.rows, node.cols)
            case Closed():
                self.closed[node] = self._closed(node)
                self.exprs[node] = self.closed[node].expr
            case Sum():
                self.exprs[node] = self._sum(node)
            case _:
                assert_never(node)

    def _constant(self, node: Constant) -> Expr:
        book = self.book
        match node.name:
            case "number":
                return book.number(int(str(node.value)))
            case "fold":
                return book.constant("eye", node.rows, node.rows, node.cols)
            case "unit":
                return book.constant("unit", node.rows, node.rows, (), str(node.value))
            case name:
                return book.symbol(str(node.value) if name == "size" else name, (), ())

    # ---- sums and terms

    def _sum(self, value: Sum) -> Expr:
        written = self.writer.total(self._forms(value, self._chain), value.rows, value.cols)
        if not (has_folds(value) or max(len(value.rows), len(value.cols)) > 1):
            return written
        other = self._as_vec(value)
        return other if other and other.size < written.size + (len(value.terms) > 1) else written

    def _as_vec(self, value: Sum) -> Expr | None:
        """The `vec` of a matrix along two stacked axes, the `unvec` of a column with folds."""
        axes = len(value.rows), len(value.cols)
        if axes in ((2, 0), (0, 2)) and not self.indices and value.terms:

            def read(net: Net) -> Chain:
                slow, fast = net.rows + net.cols
                return self._axes(net, (fast,), (slow,))

            def call(chain: Chain) -> Link:
                stacked = self.blocks.stacked(chain)
                return stacked if value.rows else stacked.turned()

        elif axes == (1, 1):

            def read(net: Net) -> Chain:
                return self._axes(net, net.cols + net.rows, ())

            def call(chain: Chain) -> Link:
                return self.blocks.unstacked(chain, value.rows[0], value.cols[0])

        else:
            return None
        try:
            return self.writer.within(self._forms(value, read), call)
        except Irreducible:
            return None

    def _forms(self, value: Sum, read: Callable[[Net], Chain]) -> list[Form]:
        forms = [self._form(coefficient, net, read) for coefficient, net in value.terms]
        self.signs[value] = {form.coefficient > 0 for form in forms}
        if len(forms) == 1 and forms[0].coefficient < 0:
            forms = [self._turn_group(forms[0], value.terms[0][1])]
        return forms

    def shown(self, node: Node, exponent: Exponent) -> tuple[Expr, int]:
        """How a factor is written, and the sign that this takes out of `node^exponent`.

        A group stands with the signs that it was typed with, except under a root; none has a minus
        before every term.
        """
        odd = not isinstance(exponent, Sum) and exponent % 2
        if isinstance(node, Closed):
            return self.exprs[node], self.closed[node].sign if odd else 1
        if isinstance(node, Sum) and node not in self.rooted and not isinstance(exponent, Sum):
            signs = self.signs[node]
            turned = self.table.groups.get(node) == -1 if len(signs) == 2 else signs == {False}
            if turned:
                return self._negated(node), -1 if odd else 1
        return self.exprs[node], 1

    def _negated(self, value: Sum) -> Expr:
        if value not in self.negated:
            forms = [self._form(-c, net, self._chain) for c, net in value.terms]
            self.negated[value] = self.writer.total(forms, value.rows, value.cols)
        return self.negated[value]

    def _turn_group(self, form: Form, net: Net) -> Form:
        """`-2 X^T (y - X w)` as `2 X^T (X w - y)`: the sign goes into a group with both signs."""
        for node, wires, exponent in net.factors:
            if not (isinstance(node, Sum) and exponent == 1) or len(self.signs[node]) == 1:
                continue
            expr, sign = self.shown(node, exponent)
            turned = self._negated(node) if sign > 0 else self.exprs[node]
            if not wires:
                rest = {n: e for n, e in form.scalars.items() if n is not node}
                factor = Link(turned, node.order, moved=self.moved[node])
                return Form(-form.coefficient, rest, form.chain, factor)
            for i, link in enumerate(form.chain):
                if link.expr is expr:
                    chain = (*form.chain[:i], link.but(expr=turned), *form.chain[i + 1 :])
                    return form.but(coefficient=-form.coefficient, chain=chain)
        return form

    def _form(self, coefficient: Fraction, net: Net, read: Callable[[Net], Chain]) -> Form:
        scalars = {node: exponent for node, wires, exponent in net.factors if not wires}
        chain = read(net) if net.rows or net.cols else ()
        return Form(coefficient * self._sign(net), scalars, chain)

    def _sign(self, net: Net) -> int:
        """What the factors of a network take out as they are written."""
        return prod(self.shown(node, exponent)[1] for node, _, exponent in net.factors)

    def _exponent(self, exponent: Exponent) -> Expr:
        """An exponent as it is written."""
        if isinstance(exponent, Sum):
            return self.exprs[exponent]
        if exponent < 0:
            number = self.book.number(-exponent)
            return self.book.sum(((-1, number),), (), ())
        return self.book.number(exponent)

    # ---- networks

    def _chain(self, net: Net) -> Chain:
        """A network in matrix notation, in indices where there is none or they are wanted."""
        try:
            if not self.indices or max(len(net.rows), len(net.cols)) < 2:
                return self._axes(net, net.rows, net.cols)
        except Irreducible:
            pass
        return self._indexed(net)

    def _axes(self, net: Net, rows: Axis, cols: Axis) -> Chain:
        """The chain of a network open along two axes of any number of wires."""
        graph = self._graph(net, {*rows, *cols})
        if not graph.folds and max(len(rows), len(cols)) < 2:
            return open_chain(graph, rows, cols)
        return along_folds(graph, self.blocks, rows, cols)

    def _indexed(self, net: Net) -> Chain:
        """A network as an `einsum`; raises E303 where there are not letters enough for it."""
        factors: list[tuple[Node, Expr, Axis, bool]] = []
        for node, wires, exponent in net.factors:
            if not wires:
                continue
            shown = self.shown(node, exponent)[0]
            if is_diagonal(node, wires):
                shown = diagonal_of(self.book, shown)
            elif node.cols and not node.rows:
                shown = self.book.transpose(shown)
            written = self.book.power(shown, self._exponent(exponent), elementwise=True)
            factors.append((node, written, wires, self.moved[node]))
        try:
            return index_chain(self.book, net, (net.rows, net.cols), factors)
        except Irreducible:
            message = "part of the answer has neither matrix notation nor letters for indices"
            raise fail("E303", message) from None

    def _graph(self, net: Net, opened: set[int]) -> Graph:
        """The network as a graph of notation."""
        graph = Graph(self.book, net.dims, opened)
        for node, wires, exponent in net.factors:
            if is_fold(node):
                graph.add_fold(wires[0], wires[1:])
                continue
            if not wires:
                continue
            if is_diagonal(node, wires):
                self._diagonal(graph, node, wires[0], exponent)
                continue
            over = not isinstance(exponent, Sum) and exponent < 0
            link, count = self._link(node, exponent)
            for _ in range(count):
                height, ends = len(node.rows), wires
                if max(height, len(node.cols)) > 1:
                    ends = graph.whole(wires[:height]) + graph.whole(wires[height:])
                if len(ends) == 2:
                    graph.add_edge(*ends, (link,), over=over)
                else:
                    graph.add_weight(ends[0], (link if height else link.turned(),), over=over)
        return graph

    def _link(self, node: Node, exponent: Exponent) -> tuple[Link, int]:
        """A factor as a link, above or below the line, and how often it stands side by side."""
        expr, count = self.shown(node, exponent)[0], 1
        if not isinstance(exponent, Sum):
            exponent = -exponent if exponent < 0 else exponent
            if exponent == 2:
                exponent, count = 1, 2
        if exponent != 1:
            expr = self.book.power(expr, self._exponent(exponent), elementwise=True)
        symmetric, moved = node.symmetric, self.moved[node]
        return Link(expr, node.order, symmetric=symmetric, moved=moved), count

    def _diagonal(self, graph: Graph, node: Node, wire: int, exponent: Exponent) -> None:
        matrix, moved = self.exprs[node], self.moved[node]
        if isinstance(exponent, Sum) or not is_whole(exponent):
            vector = diagonal_of(self.book, matrix)
            powered = self.book.power(vector, self._exponent(exponent), elementwise=True)
            graph.add_weight(wire, (Link(powered, node.order, moved=moved),))
            return
        if exponent < 0:
            matrix = self.book.call(INV, (matrix,), matrix.rows, matrix.cols)
        for _ in range(abs(int(exponent))):
            graph.add_diagonal(wire, Link(matrix, node.order, symmetric=True, moved=moved))

    # ---- scalars

    def _closed(self, node: Closed) -> Scalar:
        """A network without open wires."""
        net, sign = node.net, self._sign(node.net)
        try:
            graph = self._graph(net, set())
            without_folds(graph, self.blocks, set())
            scalar = closed_value(graph, real="complex" not in node.marks).but(sign=sign)
        except Irreducible:
            scalar = Scalar(self._indexed(net)[0].expr, sign=sign)
        return self._honest(node) if sign < 0 and node in self.rooted else scalar

    def _honest(self, node: Closed) -> Scalar:
        """Read a closed network again with its groups in normal form: its sign matters."""
        inner = [n for n, _, _ in node.net.factors if n not in self.rooted]
        self.rooted.update(inner)
        scalar = self._closed(node)
        self.rooted.difference_update(inner)
        return scalar

    def scalar_power(self, node: Node, exponent: Exponent) -> tuple[Expr, bool, int]:
        """`node^exponent` for a positive exponent; whether it moves; its place in the text."""
        book = self.book
        scalar = self.closed.get(node) or Scalar(self.shown(node, exponent)[0])
        expr = scalar.expr
        if scalar.root is None and exponent == Fraction(1, 2):
            expr, exponent = book.call(SQRT, (expr,), (), ()), 1
        elif scalar.root is not None and exponent != 1 and not isinstance(exponent, Sum):
            expr, exponent = scalar.root, 2 * exponent
        power = book.power(expr, self._exponent(exponent), elementwise=False)
        return power, self.moved[node], node.order


def is_diagonal(node: Node, wires: Axis) -> bool:
    """Whether a factor is a diagonal matrix, whose two axes are one wire."""
    return len(wires) == 1 and isinstance(node, Variable) and "diagonal" in node.properties
