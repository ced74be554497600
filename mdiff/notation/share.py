"""Taking out what terms share: the one place where a sum gets shorter, by named rules and a cost.

What terms share is always a factor in the same place relative to the open wires: a scalar, the
left or the right end of a chain, a factor by elements, one side of a Kronecker product, what
closes a trace or a scalar product. A rule finds the groups of terms that share something and tells
how each reads as one term; `gather` applies them while that makes the sum shorter.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import gcd, lcm
from typing import TYPE_CHECKING

from mdiff.network.nodes import Sum
from mdiff.network.powers import is_whole
from mdiff.notation.links import (
    TR,
    Form,
    Link,
    made,
    matrix_of,
    reverse,
    without,
    write,
)
from mdiff.notation.tree import Call, Hadamard, Number, Power, is_constant
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mdiff.network.nodes import Exponent, Node
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr
    from mdiff.notation.writer import Writer

    Rule = Callable[[Writer, list[Form]], Iterator["Group"]]

FEW = 6
"""Up to so many terms, all ways to take something out are written and compared."""

SOME = 24
"""In sums of more terms a group is weighed by one thing that it shares, not by all of them."""

MOST = 150
"""Sums of more terms are only searched for what all terms share, and for Kronecker products."""


DEEPEST = 24
"""Groups within groups: nobody reads deeper ones, and nothing here may recurse over the length."""


class Group(Record):
    """Terms that share something; about how many signs that saves; how they read as one term.

    `merged` gives None where it turns out that they share nothing after all.
    """

    members: list[Form]
    promise: int
    merged: Callable[[], Form | None]


def gather(writer: Writer, forms: list[Form], rule: Rule) -> list[Form]:
    """Merge the groups that become shorter, the best first, until none does."""
    # To write each group, and each group inside of it, is to go through all sets of the terms: of
    # more than a few, only the most promising one is written. What is merged is equal to what it
    # was merged from, whatever the choice; n terms cost n groups in each of at most n rounds.
    while len(forms) > 1 and writer.depth < DEEPEST:
        groups = list(rule(writer, forms))
        few = len(forms) <= FEW
        if not few:
            groups.sort(key=lambda group: -group.promise)
        best: tuple[int, Group, Form] | None = None
        for group in groups:
            merged = group.merged()
            saved = writer.size(group.members) - writer.size([merged]) if merged else 0
            if merged and saved > 0 and (best is None or saved > best[0]):
                best = (saved, group, merged)
                if not few:
                    break
        if best is None:
            return forms
        _, group, merged = best
        gone = {id(form) for form in group.members}
        place = next(i for i, form in enumerate(forms) if id(form) in gone)
        rest = [form for form in forms if id(form) not in gone]
        forms = [*rest[:place], merged, *rest[place:]]
    return forms


# ---- a number, a scalar, the left end, the right end, by elements


def around(writer: Writer, forms: list[Form]) -> Iterator[Group]:
    """`2 a A X B + 4 a A Y B` as `2 a A (X + 2 Y) B`, `a ⊙ b + a ⊙ c` as `a ⊙ (b + c)`."""
    whole = _Around(writer, forms)
    if whole.found:
        yield Group(forms, whole.promise(), whole.merged)
    if len(forms) > MOST:
        return
    sharing: dict[tuple[str, Node | Link], list[Form]] = {}
    for form in forms:
        for node in form.scalars:
            sharing.setdefault(("scalar", node), []).append(form)
    for form in sorted(forms, key=lambda form: len(form.chain) == 1):
        if form.chain:
            sharing.setdefault(("first", form.chain[0]), []).append(form)
            sharing.setdefault(("last", form.chain[-1]), []).append(form)
    for (_, shared), group in sharing.items():
        if 1 < len(group) < len(forms):
            if len(forms) <= SOME:
                promise = _Around(writer, group).promise()
            else:
                expr = shared.expr if isinstance(shared, Link) else writer.scalar(shared, 1)[0]
                promise = (len(group) - 1) * (expr.size + 1)
            yield Group(group, promise, partial(_outside, writer, group))


def _outside(writer: Writer, forms: list[Form]) -> Form | None:
    """Terms as one, what they share around the rest of them."""
    shared = _Around(writer, forms)
    return shared.merged() if shared.found else None


class _Around:
    """What several terms share around the rest of them, and that rest, `inner`."""

    def __init__(self, writer: Writer, forms: list[Form]) -> None:
        self.writer = writer
        self.forms = forms
        self.content = _content(forms)
        self.scalars = _scalars(forms)
        self.head, self.tail = _ends([form.chain for form in forms])
        self.inner = []
        for form in forms:
            chain = form.chain[len(self.head) : len(form.chain) - len(self.tail)]
            left = form.but(coefficient=form.coefficient / self.content, chain=chain)
            self.inner.append(without(left, self.scalars))
        self.elements = {} if self.head or self.tail else _elements(forms)
        if self.elements:
            divided = [_divided(writer.book, form, self.elements) for form in self.inner]
            if all(divided):
                self.inner = [form for form in divided if form]
            else:
                self.elements = {}
        shares = self.scalars or self.head or self.tail or self.elements
        self.found = bool(shares) or self.content != 1

    def promise(self) -> int:
        """How many signs there are fewer when what is shared stands once."""
        outer = Form(self.content, self.scalars, self.head + self.tail)
        once = self.writer.term(outer)[1].size + 1
        once += sum(expr.size + power for expr, power in self.elements.items())
        return (len(self.forms) - 1) * once

    def merged(self) -> Form:
        """All terms as one."""
        key = tuple(form.mark() for form in self.forms)
        known = self.writer.known
        if key not in known:
            known[key] = self._merged()
        return known[key]

    def _merged(self) -> Form:
        self.writer.depth += 1
        group = self.writer.group(self.inner)
        self.writer.depth -= 1
        if self.elements:
            book = self.writer.book
            expr = book.transpose(group.expr) if group.transposed else group.expr
            whole = book.hadamard((*_written(book, self.elements), expr))
            return Form(self.content, self.scalars, (made(whole, (group,)),))
        if not any(form.chain for form in self.inner):
            return Form(self.content, self.scalars, self.head + self.tail, group)
        return Form(self.content, self.scalars, (*self.head, group, *self.tail))


def _content(forms: Sequence[Form]) -> Fraction:
    """The common rational factor; negative where all coefficients are."""
    numerator, denominator = 0, 1
    for form in forms:
        numerator = gcd(numerator, form.coefficient.numerator)
        denominator = lcm(denominator, form.coefficient.denominator)
    content = Fraction(numerator, denominator)
    return -content if all(form.coefficient < 0 for form in forms) else content


def _scalars(forms: Sequence[Form]) -> dict[Node, Exponent]:
    """Powers of scalars that divide all forms, the denominators of all among them."""
    shared: dict[Node, Exponent] = {}
    for node in forms[0].scalars:
        exponents = [form.scalars.get(node, 0) for form in forms]
        numbers = [e for e in exponents if not isinstance(e, Sum)]
        if len(numbers) == len(exponents) and (min(numbers) > 0 or max(numbers) < 0):
            shared[node] = min(numbers) if numbers[0] > 0 else max(numbers)
    return shared


def _ends(chains: Sequence[Chain]) -> tuple[Chain, Chain]:
    """Links that all chains begin and end with; what is left is empty for all or for none."""
    first, shortest = chains[0], min(map(len, chains))
    head = 0
    while head < shortest and all(chain[head] == first[head] for chain in chains):
        head += 1
    if all(len(chain) == head for chain in chains):
        return first, ()
    if not shortest:
        return (), ()
    head = min(head, shortest - 1)
    tail = 0
    while tail < shortest - head - 1 and all(
        chain[-1 - tail] == first[-1 - tail] for chain in chains
    ):
        tail += 1
    return first[:head], first[len(first) - tail :]


def _elements(forms: Sequence[Form]) -> dict[Expr, int]:
    """The powers by elements that divide all terms; each term is a single matrix or vector."""
    if any(len(form.chain) != 1 or form.chain[0].transposed for form in forms):
        return {}
    shared, *others = (_powers(form.chain[0].expr) for form in forms)
    for found in others:
        shared = {e: min(k, shared[e]) for e, k in found.items() if e in shared}
    return shared


def _divided(book: Book, form: Form, shared: dict[Expr, int]) -> Form | None:
    """The term divided by these powers; None where only a scalar would be left of it."""
    (link,) = form.chain
    powers = _powers(link.expr)
    factors = _written(book, {expr: k - shared.get(expr, 0) for expr, k in powers.items()})
    if not factors and (form.scalars or form.factor):
        return None
    ones = book.ones(link.expr.rows, link.expr.cols)
    whole = book.hadamard(factors) if factors else ones
    return form.but(chain=(made(whole, (link,)),))


def _powers(expr: Expr) -> dict[Expr, int]:
    """An expression as powers by elements."""
    found: dict[Expr, int] = {}
    for factor in expr.factors if isinstance(expr, Hadamard) else (expr,):
        match factor:
            case Power(base, Number(value), True) if is_whole(value):
                found[base] = found.get(base, 0) + int(value)
            case _:
                found[factor] = found.get(factor, 0) + 1
    return found


def _written(book: Book, powers: dict[Expr, int]) -> tuple[Expr, ...]:
    """Powers by elements as factors."""
    return tuple(
        book.power(expr, book.number(power), elementwise=True)
        for expr, power in powers.items()
        if power
    )


# ---- what closes a scalar product or a trace


def closing(writer: Writer, forms: list[Form]) -> Iterator[Group]:
    """`b^T dx + x^T A dx` as `(b + A^T x)^T dx`, `tr(A B) + tr(A C)` as `tr(A (B + C))`."""
    ends: dict[tuple[Link, bool], dict[int, tuple[Form, Node, Chain]]] = {}
    for form in forms[:MOST]:
        for node, exponent in form.scalars.items():
            scalar = writer.closed.get(node)
            if exponent != 1 or scalar is None or len(scalar.chain) < 2:
                continue
            chain, cyclic = scalar.chain, scalar.cyclic
            for i in range(len(chain)) if cyclic else (len(chain) - 1,):
                if not is_constant(chain[i].expr, "ones"):
                    turned = chain[i + 1 :] + chain[: i + 1]
                    if chain[i].transposed:
                        turned = reverse(chain[i:] + chain[:i])
                    ends.setdefault((turned[-1], cyclic), {})[id(form)] = (form, node, turned)
    for (link, cyclic), found in ends.items():
        if len(found) > 1:
            members = [form for form, _, _ in found.values()]
            inner = []
            for form, node, chain in found.values():
                rest = {n: e for n, e in form.scalars.items() if n is not node}
                inner.append(form.but(scalars=rest, chain=chain[:-1]))
            merged = partial(_closed, writer, inner, link, cyclic=cyclic)
            yield Group(members, len(found) * link.expr.size, merged)


def _closed(writer: Writer, inner: list[Form], link: Link, *, cyclic: bool) -> Form:
    """One scalar product or trace of a sum with `link` at its end."""
    book = writer.book
    form = writer.single(inner)
    chain = (*form.chain, link)
    whole = book.product(write(book, chain), (), ())
    if cyclic:
        whole = book.call(TR, (matrix_of(book, chain),), (), ())
    factor = made(whole, chain)
    if form.factor is not None:
        whole = book.product((form.factor.expr, whole), (), ())
        factor = factor.but(expr=whole, order=form.factor.order)
    return form.but(chain=(), factor=factor)


# ---- one side of a Kronecker product, and a product beside the one that is its transpose


def beside(writer: Writer, forms: list[Form]) -> Iterator[Group]:
    """`Q ⊗ A + Q ⊗ B` as `Q ⊗ (A + B)`, what stands around them being equal."""
    blocks = writer.blocks
    places: dict[tuple[bool, Expr, object], list[tuple[Form, int, Chain]]] = {}
    straight = {form.chain[0]: form for form in forms if len(form.chain) == 1}
    for form in forms:
        spots = [i for i, link in enumerate(form.chain) if link.expr in blocks.factors]
        if len(spots) != 1:
            continue
        (at,) = spots
        link, outer = form.chain[at], (form.chain[:at], form.chain[at + 1 :])
        left, right = blocks.factors[link.expr]
        both = link.expr.arguments if isinstance(link.expr, Call) else ()
        for first, shared, rest in zip((True, False), both, (right, left), strict=True):
            key = (first, shared, (outer, link.transposed, form.factor))
            places.setdefault(key, []).append((form, at, rest))
        square = len(link.expr.rows) == 2 and link.expr.rows[0] == link.expr.rows[1]
        after = form.chain[1:]
        if straight and square and len(after) == 1 and not at and is_constant(after[0].expr, "K"):
            other = straight.get(blocks.kron(right, left))
            if other and not link.transposed and other.but(chain=form.chain).mark() == form.mark():
                yield Group([other, form], link.expr.size, partial(_swapped, writer, other))
    place = {id(form): i for i, form in enumerate(forms)}
    several = [each for each in places.items() if len(each[1]) > 1]
    several.sort(key=lambda each: [place[id(form)] for form, _, _ in each[1]])
    for (first, _, _), found in several:
        merged = partial(_product, writer, found, first=first)
        form, at, _ = found[0]
        kept = blocks.factors[form.chain[at].expr][0 if first else 1]
        size = sum(link.expr.size for link in kept)
        yield Group([form for form, _, _ in found], (len(found) - 1) * size, merged)


def _product(writer: Writer, found: list[tuple[Form, int, Chain]], *, first: bool) -> Form:
    """One Kronecker product of what is shared and a sum."""
    form, at, _ = found[0]
    scalars = {
        node: exponent
        for node, exponent in form.scalars.items()
        if all(other.scalars.get(node) == exponent for other, _, _ in found)
    }
    inner = []
    for each, _, chain in found:
        rest = {n: e for n, e in each.scalars.items() if n not in scalars}
        inner.append(Form(each.coefficient, rest, chain))
    link = form.chain[at]
    left, right = writer.blocks.factors[link.expr]
    sizes = inner[0].chain[0].rows, inner[0].chain[-1].cols
    total = (made(writer.total(inner, *sizes), sum((form.chain for form in inner), ())),)
    whole = writer.blocks.kron(*((left, total) if first else (total, right)))
    chain = (*form.chain[:at], whole.turned() if link.transposed else whole, *form.chain[at + 1 :])
    return Form(Fraction(1), scalars, chain, form.factor)


def _swapped(writer: Writer, straight: Form) -> Form:
    """`Q ⊗ P + (P ⊗ Q) K` as `(I + K) (Q ⊗ P)`."""
    book, rows = writer.book, straight.chain[0].rows
    eye = book.constant("eye", (rows[0] * rows[1],), rows, rows)
    swap = book.constant("K", rows, rows, rows)
    total = Link(book.sum(((1, eye), (1, swap)), rows, rows), 0, symmetric=True)
    return straight.but(chain=(total, *straight.chain))
