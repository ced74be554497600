"""Sums of Kronecker products, made shorter: common factors, and `(I + K)` taken out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.notation.form import Form
from mdiff.notation.links import Link
from mdiff.notation.tree import Constant

if TYPE_CHECKING:
    from mdiff.network.nodes import Exponent, Node
    from mdiff.notation.kron import Blocks
    from mdiff.notation.links import Chain
    from mdiff.notation.writer import Writer

MOST = 24
"""Sums of more terms are left as they are."""


def merged(forms: list[Form], blocks: Blocks, writer: Writer) -> list[Form]:
    """The terms with pairs put together as long as that makes them shorter."""
    if len(forms) > MOST:
        return forms
    again = True
    while again:
        again = False
        for i, first in enumerate(forms):
            for j in range(i + 1, len(forms)):
                found = _pair(first, forms[j], blocks, writer)
                if found is not None and writer.size([found]) < writer.size([first, forms[j]]):
                    forms = [*forms[:i], found, *forms[i + 1 : j], *forms[j + 1 :]]
                    again = True
                    break
            if again:
                break
    return forms


def _pair(one: Form, two: Form, blocks: Blocks, writer: Writer) -> Form | None:
    if one.factor is not two.factor:
        return None
    swapped = None
    if one.scalars == two.scalars:
        swapped = _with_swap(one, two, blocks) or _with_swap(two, one, blocks)
    return swapped or _same_factor(one, two, blocks, writer)


def _with_swap(straight: Form, crossed: Form, blocks: Blocks) -> Form | None:
    """`Q ⊗ P + (P ⊗ Q) K` as `(I + K) (Q ⊗ P)`."""
    if len(straight.chain) != 1 or len(crossed.chain) != 2:
        return None
    if straight.coefficient != crossed.coefficient:
        return None
    product, swap = crossed.chain
    parts = blocks.factors.get(product.expr)
    if parts is None or not (isinstance(swap.expr, Constant) and swap.expr.name == "K"):
        return None
    left, right = parts
    turned = blocks.kron(right, left)
    if turned != straight.chain[0] or product.transposed:
        return None
    book = blocks.book
    rows = product.expr.rows
    both = (rows[0], rows[1]) if len(rows) == 2 else None
    if both is None or both[0] != both[1]:
        return None
    eye = book.constant("eye", (both[0] * both[1],), rows, rows)
    swapped = book.constant("K", both, rows, rows)
    total = Link(book.sum(((1, eye), (1, swapped)), rows, rows), 0, symmetric=True)
    return Form(straight.coefficient, straight.scalars, (total, turned), straight.factor)


def _same_factor(one: Form, two: Form, blocks: Blocks, writer: Writer) -> Form | None:
    """`Q ⊗ A + Q ⊗ B` as `Q ⊗ (A + B)`, what stands around being equal."""
    places = [i for i, link in enumerate(one.chain) if link.expr in blocks.factors]
    if len(one.chain) != len(two.chain) or len(places) != 1:
        return None
    (at,) = places
    if any(a != b for i, (a, b) in enumerate(zip(one.chain, two.chain, strict=True)) if i != at):
        return None
    turned = one.chain[at].transposed
    if two.chain[at].expr not in blocks.factors or two.chain[at].transposed != turned:
        return None
    first, second = blocks.factors[one.chain[at].expr], blocks.factors[two.chain[at].expr]
    if first[0] == second[0]:
        inner = _total(one, two, (first[1], second[1]), writer)
        link = blocks.kron(first[0], inner)
    elif first[1] == second[1]:
        inner = _total(one, two, (first[0], second[0]), writer)
        link = blocks.kron(inner, first[1])
    else:
        return None
    around = (*one.chain[:at], link.turned() if turned else link, *one.chain[at + 1 :])
    return Form(Fraction(1), _shared(one, two), around, one.factor)


def _total(one: Form, two: Form, parts: tuple[Chain, Chain], writer: Writer) -> Chain:
    """The sum of one factor of both terms, with their coefficients, as one link."""
    shared = _shared(one, two)
    forms = [
        Form(form.coefficient, {n: e for n, e in form.scalars.items() if n not in shared}, part)
        for form, part in zip((one, two), parts, strict=True)
    ]
    rows, cols = parts[0][0].rows, parts[0][-1].cols
    expr = writer.total(forms, rows, cols)
    order = min(link.order for part in parts for link in part)
    moved = any(link.moved for part in parts for link in part)
    return (Link(expr, order, moved=moved),)


def _shared(one: Form, two: Form) -> dict[Node, Exponent]:
    """The powers of scalars that both terms have."""
    return {n: e for n, e in one.scalars.items() if two.scalars.get(n) == e}
