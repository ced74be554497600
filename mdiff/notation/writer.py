"""Writing sums of terms: as short as taking out what they have in common makes them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.network.nodes import Sum
from mdiff.notation.elements import shared_elements, without_elements, written
from mdiff.notation.form import (
    Form,
    all_transposed,
    content_of,
    in_order,
    mark,
    shared_ends,
    shared_scalars,
    turned_dims,
    without,
)
from mdiff.notation.links import DIAG, TR, VEC, Link, is_one, matrix_of, reverse, transposes, write
from mdiff.notation.terms import argument_of, collected, flattened, positive_first
from mdiff.notation.tree import Sum as Total
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.network.nodes import Dims, Exponent, Node
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr

MOST_FORMS = 40
"""Sums of more terms are only searched for what all terms share."""

FEW_FORMS = 6
"""Up to so many terms, all ways to take something out are written and compared."""


class Shared(Record):
    """What terms share: a number, powers of scalars, ends of chains, by elements; and the rest."""

    content: Fraction
    scalars: dict[Node, Exponent]
    head: Chain
    tail: Chain
    elements: dict[Expr, int]
    inner: list[Form]


class Writer:
    """Writes forms; `scalar` turns a power of a scalar node into notation.

    `scalar(node, exponent)` gives the expression of `node^exponent` for a positive exponent,
    whether it holds a differential, and its place in the text. `opened(node)` gives the chain
    of a scalar product or a trace.
    """

    def __init__(
        self,
        book: Book,
        scalar: Callable[[Node, Exponent], tuple[Expr, bool, int]],
        opened: Callable[[Node], tuple[Chain, bool]],
    ) -> None:
        self.book = book
        self.scalar = scalar
        self.opened = opened
        self._totals: dict[object, Expr] = {}
        self._commons: dict[object, Form] = {}

    # ---- one term

    def term(self, form: Form) -> tuple[int, Expr]:
        """A form as a sign and an expression."""
        book = self.book
        sign = 1 if form.coefficient > 0 else -1
        size = abs(form.coefficient)
        above: list[tuple[bool, int, int, Expr]] = []
        below: list[tuple[bool, int, int, Expr]] = []
        for node, exponent in form.scalars.items():
            negative = not isinstance(exponent, Sum) and exponent < 0
            expr, moved, order = self.scalar(node, -exponent if negative else exponent)  # type: ignore[operator]
            (below if negative else above).append((moved, order, expr.size, expr))
        if form.factor is not None:
            held = form.factor
            above.append((held.moved, held.order, held.expr.size, held.expr))
        above.sort(key=lambda item: (item[0], item[2], item[1]))
        below.sort(key=lambda item: (item[0], item[2], item[1]))
        over: list[Expr] = [item[3] for item in below]
        factors: list[Expr] = [item[3] for item in above]
        if size.denominator != 1:
            over.insert(0, book.number(size.denominator))
        written = write(book, form.chain)
        if size.numerator != 1 or not (factors or written):
            factors.insert(0, book.number(size.numerator))
        rows = form.chain[0].rows if form.chain else ()
        cols = form.chain[-1].cols if form.chain else ()
        last = any(link.moved for link in form.chain)
        moved_scalars = [item[3] for item in above if item[0]]
        if moved_scalars and not last and form.chain:
            factors = [f for f in factors if f not in moved_scalars]
            whole = (*factors, *written, *moved_scalars)
        else:
            whole = (*factors, *written)
        whole = flattened(whole)
        expr = book.product(whole, rows, cols)
        if over:
            expr = book.quotient(expr, book.product(tuple(over), (), ()))
        return sign, expr

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
        key = (rows, cols, *(mark(form) for form in forms))
        if key not in self._totals:
            self._totals[key] = self._total(forms, rows, cols)
        return self._totals[key]

    def _total(self, forms: Sequence[Form], rows: Dims, cols: Dims) -> Expr:
        if len(forms) > 1 and all(all_transposed(form.chain) for form in forms):
            turned = [Form(f.coefficient, f.scalars, reverse(f.chain), f.factor) for f in forms]
            return self.book.transpose(self.total(turned, cols, rows))
        for function in (DIAG, VEC):
            inside = [argument_of(form, function) for form in forms]
            found = [form for form in inside if form is not None]
            ways = {form.chain[0].transposed for form in forms if form.chain}
            shapes = {(form.chain[0].rows, form.chain[0].cols) for form in found}
            alike = len(ways) == len(shapes) == 1
            if len(forms) > 1 and len(found) == len(forms) and alike:
                first = found[0].chain[0]
                inner = self.total(found, first.rows, first.cols)
                sizes = (cols, rows) if ways == {True} else (rows, cols)
                whole = self.book.call(function, (inner,), *sizes)
                return self.book.transpose(whole) if ways == {True} else whole
        if not (rows or cols):
            forms = self.join_scalars(list(forms))
        merged = self.gather(in_order(forms))
        written: list[tuple[int, Expr]] = []
        for form in merged:
            sign, expr = self.term(form)
            if isinstance(expr, Total) and len(merged) > 1:
                written.extend((s * sign, e) for s, e in expr.terms)
            else:
                written.append((sign, expr))
        return self.book.sum(tuple(positive_first(collected(self.book, written))), rows, cols)

    def around(
        self, forms: Sequence[Form], rows: Dims, cols: Dims, call: Callable[[Chain], Link]
    ) -> Expr:
        """A linear function such as `vec` of the sum of the forms, scalars outside."""
        gathered = self.gather(in_order(forms))
        if len(gathered) == 1 and gathered[0].chain:
            (form,) = gathered
            link = call(form.chain)
        else:
            form = Form(Fraction(1), {}, ())
            link = call((Link(self.total(forms, rows, cols), 0),))
        whole = Form(form.coefficient, form.scalars, (link,), form.factor)
        return self.total([whole], link.rows, link.cols)

    def join_scalars(self, forms: list[Form]) -> list[Form]:
        """`b^T dx + x^T A dx` as `(b + A^T x)^T dx`, `tr(A B) + tr(A C)` as `tr(A (B + C))`."""
        ends: dict[tuple[Link, bool], list[tuple[Form, Node, Chain]]] = {}
        for form in forms[:MOST_FORMS]:
            for node, exponent in form.scalars.items():
                chain, cyclic = self.opened(node)
                if exponent != 1 or len(chain) < 2:
                    continue
                for i, link in enumerate(chain):
                    if not (cyclic or i == len(chain) - 1) or is_one(link):
                        continue
                    turned = chain[i + 1 :] + chain[: i + 1]
                    if link.transposed:
                        turned = reverse(chain[i:] + chain[:i])
                        link = turned[-1]  # noqa: PLW2901 - the link as it stands now
                    ends.setdefault((link, cyclic), []).append((form, node, turned))
        sharing = {
            end: list({id(each[0]): each for each in found}.values()) for end, found in ends.items()
        }
        if len(forms) > FEW_FORMS:  # as in `gather`
            order = sorted(sharing, key=lambda end: -len(sharing[end]) * end[0].expr.size)
            sharing = {end: sharing[end] for end in order}
        best: tuple[int, list[Form], Form] | None = None
        for (link, cyclic), group in sharing.items():
            if len(group) > 1:
                joined = self._joined(link, group, cyclic=cyclic)
                members = [form for form, _, _ in group]
                saved = self.size(members) - self.size([joined])
                if saved > 0 and (best is None or saved > best[0]):
                    best = (saved, members, joined)
                if best and len(forms) > FEW_FORMS:
                    break
        if best is None:
            return forms
        place = min(i for i, form in enumerate(forms) if form in best[1])
        rest = [form for form in forms if form not in best[1]]
        return self.join_scalars([*rest[:place], best[2], *rest[place:]])

    def _joined(self, link: Link, group: list[tuple[Form, Node, Chain]], *, cyclic: bool) -> Form:
        """The terms as one scalar product or trace that ends in `link`."""
        inner = []
        for form, node, chain in group:
            rest = {n: e for n, e in form.scalars.items() if n is not node}
            inner.append(Form(form.coefficient, rest, chain[:-1], form.factor))
        merged = self.gather(in_order(inner))
        if len(merged) == 1:
            (form,) = merged
        else:
            form = Form(Fraction(1), {}, (self._group(merged),))
        whole = self.book.product(write(self.book, (*form.chain, link)), (), ())
        if cyclic:
            matrix = matrix_of(self.book, (*form.chain, link))
            whole = self.book.call(TR, (matrix,), (), ())
        moved = link.moved or any(k.moved for k in form.chain)
        factor = Link(whole, min(k.order for k in (*form.chain, link)), moved=moved)
        if form.factor is not None:
            whole = self.book.product((form.factor.expr, whole), (), ())
            factor = Link(whole, form.factor.order, moved=moved)
        return Form(form.coefficient, form.scalars, (), factor)

    def gather(self, forms: list[Form]) -> list[Form]:
        """Merge the groups that become shorter, the best first, until none does."""
        while len(forms) > 1:
            found = [(self._shared(group), group) for group in self._groups(forms)]
            sharing = [(shared, group) for shared, group in found if shared]
            # To write each group, and each inside it, is to go through all sets of the terms: of
            # more than a few, only the most promising are written, which costs their square.
            if len(forms) > FEW_FORMS:
                sharing.sort(key=lambda each: -self._promise(*each))
            best: tuple[int, list[Form], Form] | None = None
            for shared, group in sharing:
                merged = self.common(group, shared)
                saved = self.size(group) - self.size([merged])
                if saved > 0 and (best is None or saved > best[0]):
                    best = (saved, group, merged)
                if best and len(forms) > FEW_FORMS:
                    break
            if best is None:
                return forms
            _, group, merged = best
            place = min(i for i, form in enumerate(forms) if form in group)
            rest = [form for form in forms if form not in group]
            forms = [*rest[:place], merged, *rest[place:]]
        return forms

    def _groups(self, forms: list[Form]) -> list[list[Form]]:
        groups = [forms]
        if len(forms) > MOST_FORMS:
            return groups
        ends: dict[tuple[str, Link], list[Form]] = {}
        shared: dict[Node, list[Form]] = {}
        for form in forms:
            if len(form.chain) > 1:
                ends.setdefault(("first", form.chain[0]), []).append(form)
                ends.setdefault(("last", form.chain[-1]), []).append(form)
        for form in forms:
            if len(form.chain) == 1:
                for end in ("first", "last"):
                    ends.setdefault((end, form.chain[0]), []).append(form)
        for form in forms:
            for node in form.scalars:
                shared.setdefault(node, []).append(form)
        groups.extend(g for g in shared.values() if 1 < len(g) < len(forms))
        groups.extend(g for g in ends.values() if 1 < len(g) < len(forms))
        return groups

    def _shared(self, forms: list[Form]) -> Shared | None:
        """What several terms share, and what is left of them; None where they share nothing."""
        content, scalars = content_of(forms), shared_scalars(forms)
        head, tail = shared_ends([form.chain for form in forms])
        inner = []
        for form in forms:
            chain = form.chain[len(head) : len(form.chain) - len(tail)]
            left = Form(form.coefficient / content, form.scalars, chain, form.factor)
            inner.append(without(left, scalars))
        elements = {} if head or tail else shared_elements(forms)
        divided = [without_elements(self.book, form, elements) for form in inner if elements]
        if elements and all(divided):
            inner = [form for form in divided if form]
        elif content == 1 and not (scalars or head or tail):
            return None
        else:
            elements = {}
        return Shared(content, scalars, head, tail, elements, inner)

    def _promise(self, shared: Shared, forms: list[Form]) -> int:
        """About how many signs fewer there are when what is shared stands once."""
        once = self.term(Form(shared.content, shared.scalars, shared.head + shared.tail))[1].size
        once += sum(expr.size + power for expr, power in shared.elements.items())
        return (len(forms) - 1) * (once + 1)

    def common(self, forms: list[Form], shared: Shared) -> Form:
        """Several terms as one, what they share in front and behind or by elements."""
        key = tuple(mark(form) for form in forms)
        if key not in self._commons:
            group = self._group(shared.inner)
            chain = (*shared.head, group, *shared.tail)
            factor = None
            if shared.elements:
                expr = self.book.transpose(group.expr) if group.transposed else group.expr
                whole = self.book.hadamard((*written(self.book, shared.elements), expr))
                chain = (Link(whole, group.order, moved=group.moved),)
            elif not any(form.chain for form in shared.inner):
                chain, factor = shared.head + shared.tail, group
            self._commons[key] = Form(shared.content, shared.scalars, chain, factor)
        return self._commons[key]

    def _group(self, inner: list[Form]) -> Link:
        """The sum of what is left, as one link."""
        first = next((form.chain for form in inner if form.chain), ())
        order = min((link.order for form in inner for link in form.chain), default=0)
        moved = any(self.moves(form) for form in inner)
        if not first:
            expr = self.total(inner, (), ())
            return Link(expr, order, symmetric=True, moved=moved)
        turned = [Form(f.coefficient, f.scalars, reverse(f.chain), f.factor) for f in inner]
        symmetric = {mark(f) for f in inner} == {mark(f) for f in turned}
        ahead = sum(transposes(f.chain) for f in inner)
        behind = sum(transposes(f.chain) for f in turned)
        if behind < ahead and not symmetric:
            rows, cols = turned_dims(first)
            return Link(self.total(turned, rows, cols), order, transposed=True, moved=moved)
        expr = self.total(inner, first[0].rows, first[-1].cols)
        square = bool(expr.rows) and expr.rows == expr.cols
        return Link(expr, order, symmetric=symmetric and square, moved=moved)
