"""Writing sums of terms: as short as taking out what they have in common makes them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.network.nodes import Sum
from mdiff.notation.links import DIAG, VEC, Form, Link, inside, transposes, write
from mdiff.notation.share import around, beside, closing, gather
from mdiff.notation.tree import Product, collected
from mdiff.notation.tree import Sum as Total

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mdiff.network.nodes import Dims, Exponent, Node
    from mdiff.notation.kron import Blocks
    from mdiff.notation.links import Chain
    from mdiff.notation.reduce import Scalar
    from mdiff.notation.tree import Expr


class Writer:
    """Writes forms; `scalar` turns a power of a scalar node into notation.

    `scalar(node, exponent)` gives the expression of `node^exponent` for a positive exponent,
    whether it holds a differential, and its place in the text. `closed`: the scalars read so far.
    """

    def __init__(
        self,
        blocks: Blocks,
        scalar: Callable[[Node, Exponent], tuple[Expr, bool, int]],
        closed: Mapping[Node, Scalar],
    ) -> None:
        self.book = blocks.book
        self.blocks = blocks
        self.scalar = scalar
        self.closed = closed
        self.known: dict[object, Form] = {}
        self.depth = 0
        """How many groups enclose what is being written."""
        self._totals: dict[object, Expr] = {}

    # ---- one term

    def term(self, form: Form) -> tuple[int, Expr]:
        """A form as a sign and an expression."""
        book, size = self.book, abs(form.coefficient)
        above: list[tuple[Expr, bool, int]] = []
        below: list[tuple[Expr, bool, int]] = []
        for node, exponent in form.scalars.items():
            if isinstance(exponent, Sum) or exponent > 0:
                above.append(self.scalar(node, exponent))
            else:
                below.append(self.scalar(node, -exponent))
        if form.factor is not None:
            above.append((form.factor.expr, form.factor.moved, form.factor.order))
        for side in (above, below):
            side.sort(key=lambda item: (item[1], item[0].size, item[2]))
        late = bool(form.chain) and not any(link.moved for link in form.chain)
        factors = [expr for expr, moved, _ in above if not (late and moved)]
        factors += write(book, form.chain)
        factors += [expr for expr, moved, _ in above if late and moved]
        if size.numerator != 1 or not factors:
            factors.insert(0, book.number(size.numerator))
        rows = form.chain[0].rows if form.chain else ()
        cols = form.chain[-1].cols if form.chain else ()
        if any(isinstance(factor, Product) for factor in factors):
            factors = _flattened(factors)
        expr = book.product(tuple(factors), rows, cols)
        under: list[Expr] = [book.number(size.denominator)] if size.denominator != 1 else []
        under += [expr for expr, _, _ in below]
        if under:
            expr = book.quotient(expr, book.product(tuple(under), (), ()))
        return (1 if form.coefficient > 0 else -1), expr

    def moves(self, form: Form) -> bool:
        """Whether a form holds a differential."""
        return (
            any(link.moved for link in form.chain)
            or (form.factor is not None and form.factor.moved)
            or any(self.scalar(node, 1)[1] for node in form.scalars)
        )

    def size(self, forms: Sequence[Form]) -> int:
        """How long the terms are when written one by one."""
        return sum(self.term(form)[1].size + 1 for form in forms)

    # ---- sums

    def total(self, forms: Sequence[Form], rows: Dims, cols: Dims) -> Expr:
        """A sum of forms, as short as taking out common parts makes it."""
        if len(forms) == 1:
            return self.book.sum((self.term(forms[0]),), rows, cols)
        key = (rows, cols, *(form.mark() for form in forms))
        if key not in self._totals:
            self._totals[key] = self._inside(forms, rows, cols) or self._total(forms, rows, cols)
        return self._totals[key]

    def _inside(self, forms: Sequence[Form], rows: Dims, cols: Dims) -> Expr | None:
        """The transpose of a sum, or `diag` or `vec` of one, where all terms are such."""
        if not forms:
            return None
        if all(_all_transposed(form.chain) for form in forms):
            return self.book.transpose(self.total([f.turned() for f in forms], cols, rows))
        for function in (DIAG, VEC):
            within = [(form, inside(form.chain, function)) for form in forms]
            found = [form.but(chain=(link,)) for form, link in within if link]
            ways = {form.chain[0].transposed for form in forms if form.chain}
            shapes = {(form.chain[0].rows, form.chain[0].cols) for form in found}
            if len(found) == len(forms) and len(ways) == len(shapes) == 1:
                whole = (self.total(found, *shapes.pop()),)
                if ways == {False}:
                    return self.book.call(function, whole, rows, cols)
                return self.book.transpose(self.book.call(function, whole, cols, rows))
        return None

    def _total(self, forms: Sequence[Form], rows: Dims, cols: Dims) -> Expr:
        first = beside if rows or cols else closing
        forms = gather(self, _in_order(gather(self, list(forms), first)), around)
        written: list[tuple[int, Expr]] = []
        for form in forms:
            sign, expr = self.term(form)
            if isinstance(expr, Total) and len(forms) > 1:
                written.extend((s * sign, e) for s, e in expr.terms)
            else:
                written.append((sign, expr))
        terms = collected(self.book, written)
        front = next((i for i, (sign, _) in enumerate(terms) if sign > 0), 0)
        terms = [*terms[front : front + 1], *terms[:front], *terms[front + 1 :]]
        return self.book.sum(tuple(terms), rows, cols)

    def single(self, forms: Sequence[Form]) -> Form:
        """The sum of matrices as one form."""
        gathered = gather(self, _in_order(forms), around)
        if len(gathered) == 1:
            return gathered[0]
        return Form(Fraction(1), {}, (self.group(gathered),))

    def within(self, forms: Sequence[Form], call: Callable[[Chain], Link]) -> Expr:
        """A linear function such as `vec` of the sum of the forms, scalars outside."""
        form = self.single(forms)
        link = call(form.chain)
        return self.total([form.but(chain=(link,))], link.rows, link.cols)

    def group(self, inner: list[Form]) -> Link:
        """The sum of what is left of some terms, as one link."""
        first = next((form.chain for form in inner if form.chain), ())
        order = min((link.order for form in inner for link in form.chain), default=0)
        moved = any(self.moves(form) for form in inner)
        if not first:
            return Link(self.total(inner, (), ()), order, symmetric=True, moved=moved)
        turned = [form.turned() for form in inner]
        symmetric = {form.mark() for form in inner} == {form.mark() for form in turned}
        ahead = sum(transposes(form.chain) for form in inner)
        behind = sum(transposes(form.chain) for form in turned)
        if behind < ahead and not symmetric:
            expr = self.total(turned, first[-1].cols, first[0].rows)
            return Link(expr, order, transposed=True, moved=moved)
        expr = self.total(inner, first[0].rows, first[-1].cols)
        square = bool(expr.rows) and expr.rows == expr.cols
        return Link(expr, order, symmetric=symmetric and square, moved=moved)


def _flattened(factors: Sequence[Expr]) -> list[Expr]:
    """Products of matrices lose their brackets, those that are scalars only at the end."""
    flat: list[Expr] = []
    for i, factor in enumerate(factors):
        last = i == len(factors) - 1
        wide = factor.rows or factor.cols
        scalar_before = all(not (f.rows or f.cols) for f in factors[:i])
        if isinstance(factor, Product) and (wide or (last and scalar_before)):
            flat.extend(factor.factors)
        else:
            flat.append(factor)
    return flat


def _in_order(forms: Sequence[Form]) -> list[Form]:
    """As they are, but of terms that differ in transposes alone the one with fewest first."""
    places: dict[object, list[int]] = {}
    for i, form in enumerate(forms):
        places.setdefault(frozenset(link.expr for link in form.chain), []).append(i)
    ordered = list(forms)
    for spots in places.values():
        if len(spots) > 1:
            chosen = sorted((forms[i] for i in spots), key=lambda f: transposes(f.chain))
            for spot, form in zip(spots, chosen, strict=True):
                ordered[spot] = form
    return ordered


def _all_transposed(chain: Chain) -> bool:
    """Whether a chain of matrices reads better from its other end throughout."""
    return (
        any(link.transposed for link in chain)
        and all(link.transposed or link.symmetric for link in chain)
        and bool(chain[0].rows and chain[-1].cols)
    )
