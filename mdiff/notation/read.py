"""From a sum of networks to matrix notation: every node once, parts before wholes.

Comes in: a value in normal form. Goes out: an expression of `mdiff.notation.tree`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from mdiff.functions.table import TABLE
from mdiff.network.fold import has_folds
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts, reachable
from mdiff.network.powers import is_whole
from mdiff.notation.form import Form
from mdiff.notation.graph import Irreducible
from mdiff.notation.kron import Blocks
from mdiff.notation.links import Link
from mdiff.notation.networks import Networks
from mdiff.notation.scalars import Scalar
from mdiff.notation.writer import Writer

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Exponent, Node
    from mdiff.network.table import Table
    from mdiff.notation.links import Chain
    from mdiff.notation.networks import Style
    from mdiff.notation.tree import Book, Expr

(MATPOW,) = TABLE["matpow"]
(SQRT,) = TABLE["sqrt"]


class Reader:
    """What has been read so far.

    Raises E303 where there is neither matrix notation nor letters enough for indices.
    """

    def __init__(self, table: Table, book: Book, style: Style = "matrix") -> None:
        self.table = table
        self.book = book
        self.blocks = Blocks(book)
        self.networks = Networks(self, style)
        self.writer = Writer(self.blocks, self.scalar_power, self.opened)
        self.moved: dict[Node | Net, bool] = {}
        self.exprs: dict[Node, Expr] = {}
        self.negated: dict[Sum, Expr] = {}
        self.signs: dict[Sum, set[bool]] = {}
        self.closed: dict[Node, Scalar] = {}
        self.rooted: set[Node] = set()

    def read(self, value: Sum) -> Expr:
        """Read all nodes below a value, then the value."""
        order = reachable(value)
        for net in order:
            if isinstance(net, Net):
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
                dims = node.rows + node.cols
                square = "diagonal" in node.properties and bool(dims)
                self.exprs[node] = (
                    book.symbol(node.name, node.rows, node.rows)
                    if square and not node.cols
                    else book.symbol(node.name, node.rows, node.cols)
                )
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
            case "size":
                return book.symbol(str(node.value), (), ())
            case "number":
                return book.number(int(str(node.value)))
            case "fold":
                return book.constant("eye", node.rows, node.rows, node.cols)
            case "unit":
                return book.constant("unit", node.rows, node.rows, (), str(node.value))
            case _:
                return book.symbol(node.name, (), ())

    # ---- sums and terms

    def _sum(self, value: Sum) -> Expr:
        forms = [self._form(coefficient, net) for coefficient, net in value.terms]
        self.signs[value] = {form.coefficient > 0 for form in forms}
        if len(forms) == 1:
            forms = [self._turn_group(forms[0], value.terms[0][1])]
        written = self.writer.total(forms, value.rows, value.cols)
        for other in (self._stacked(value), self._unstacked(value)):
            if other is not None and other.size < written.size + (len(forms) > 1):
                return other
        return written

    def _stacked(self, value: Sum) -> Expr | None:
        """A column or row of two stacked axes as the `vec` of a matrix: its terms are one sum."""
        axes = len(value.rows), len(value.cols)
        if axes not in ((2, 0), (0, 2)) or self.networks.style == "index" or not value.terms:
            return None
        forms = []
        for coefficient, net in value.terms:
            slow, fast = net.rows + net.cols
            try:
                forms.append(self._form(coefficient, net, ((fast,), (slow,))))
            except Irreducible:
                return None
        if len(forms) == 1:
            forms = [self._turn_group(forms[0], value.terms[0][1])]

        def call(chain: Chain) -> Link:
            stacked = self.blocks.stacked(chain)
            return stacked if value.rows else stacked.turned()

        return self.writer.within(forms, call)

    def _unstacked(self, value: Sum) -> Expr | None:
        """A matrix with folds as the `unvec` of a column: its terms are one sum."""
        if (len(value.rows), len(value.cols)) != (1, 1) or not has_folds(value):
            return None
        try:
            forms = [self._form(c, net, (net.cols + net.rows, ())) for c, net in value.terms]
        except Irreducible:
            return None
        if len(forms) == 1:
            forms = [self._turn_group(forms[0], value.terms[0][1])]
        (rows,), (cols,) = value.rows, value.cols
        return self.writer.within(forms, lambda chain: self.blocks.unstacked(chain, rows, cols))

    def shown(self, node: Node, exponent: Exponent) -> tuple[Expr, int]:
        """How a factor is written, and the sign that this takes out of `node^exponent`.

        A group stands with the signs that it was typed with, except under a root; none has a minus
        before every term.
        """
        if isinstance(node, Sum) and node not in self.rooted and not isinstance(exponent, Sum):
            signs = self.signs[node]
            turned = self.table.groups.get(node) == -1 if len(signs) == 2 else signs == {False}
            if turned:
                return self._negated(node), -1 if exponent % 2 else 1
        return self.exprs[node], 1

    def _negated(self, value: Sum) -> Expr:
        if value not in self.negated:
            forms = [self._form(-c, net) for c, net in value.terms]
            self.negated[value] = self.writer.total(forms, value.rows, value.cols)
        return self.negated[value]

    def _turn_group(self, form: Form, net: Net) -> Form:
        """`-2 X^T (y - X w)` as `2 X^T (X w - y)`: the sign goes into a group with both signs."""
        for node, wires, exponent in net.factors if form.coefficient < 0 else ():
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

    def _form(self, coefficient: Fraction, net: Net, axes: tuple[Axis, Axis] | None = None) -> Form:
        """A term; `axes` are those to read it along, where they are not its own."""
        scalars: dict[Node, Exponent] = {}
        sign = 1
        for node, wires, exponent in net.factors:
            if not wires:
                scalars[node] = exponent
                sign *= self._scalar_sign(node, exponent)
        if not (net.rows or net.cols):
            return Form(coefficient * sign, scalars, ())
        chain, turned = self.networks.axes(net, *axes) if axes else self.networks.chain(net)
        return Form(coefficient * sign * turned, scalars, chain)

    def _scalar_sign(self, node: Node, exponent: Exponent) -> int:
        if isinstance(node, Closed) and not isinstance(exponent, Sum) and exponent % 2:
            return self.closed[node].sign
        return self.shown(node, exponent)[1]

    def exponent(self, exponent: Exponent) -> Expr:
        """An exponent as it is written."""
        if isinstance(exponent, Sum):
            return self.exprs[exponent]
        if exponent < 0:
            number = self.book.number(-exponent)
            return self.book.sum(((-1, number),), (), ())
        return self.book.number(exponent)

    # ---- scalars

    def _closed(self, node: Closed) -> Scalar:
        try:
            scalar = self.networks.closed(node.net, real="complex" not in node.marks)
        except Irreducible:
            chain, sign = self.networks.indexed(node.net, (), ())
            scalar = Scalar(chain[0].expr, None, sign)
        return self._honest(node) if scalar.sign < 0 and node in self.rooted else scalar

    def _honest(self, node: Closed) -> Scalar:
        """Read a closed network again with its groups in normal form: its sign matters."""
        inner = [n for n, _, _ in node.net.factors if n not in self.rooted]
        self.rooted.update(inner)
        scalar = self._closed(node)
        self.rooted.difference_update(inner)
        return scalar

    def opened(self, node: Node) -> tuple[Chain, bool]:
        """The chain of a scalar product or of a trace (then True), empty where it is neither."""
        scalar = self.closed.get(node)
        return (scalar.chain, scalar.cyclic) if scalar else ((), False)

    def scalar_power(self, node: Node, exponent: Exponent) -> tuple[Expr, bool, int]:
        """`node^exponent` for a positive exponent; whether it moves; its place in the text."""
        book = self.book
        place = self.moved[node], node.order
        scalar = self.closed.get(node) or Scalar(self.shown(node, exponent)[0], None)
        if exponent == 1:
            return (scalar.expr, *place)
        if isinstance(exponent, Sum):
            return (book.power(scalar.expr, self.exprs[exponent], elementwise=False), *place)
        if scalar.root is not None:
            return (book.power(scalar.root, book.number(2 * exponent), elementwise=False), *place)
        if exponent == Fraction(1, 2):
            return (book.call(SQRT, (scalar.expr,), (), ()), *place)
        return (book.power(scalar.expr, book.number(exponent), elementwise=False), *place)
