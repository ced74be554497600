"""Products by elements that several terms share: `a ⊙ b + a ⊙ c` is `a ⊙ (b + c)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.network.powers import is_whole
from mdiff.notation.form import Form
from mdiff.notation.links import Link
from mdiff.notation.tree import Hadamard, Number, Power

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.notation.tree import Book, Expr


def shared_elements(forms: Sequence[Form]) -> dict[Expr, int]:
    """The powers by elements that divide all terms; each term is a single matrix or vector."""
    shared: dict[Expr, int] = {}
    for i, form in enumerate(forms):
        if len(form.chain) != 1 or form.chain[0].transposed:
            return {}
        found = _powers(form.chain[0].expr)
        if i:
            found = {e: min(k, shared[e]) for e, k in found.items() if e in shared}
        shared = found
    return shared


def without_elements(book: Book, form: Form, shared: dict[Expr, int]) -> Form | None:
    """The term divided by these powers; None where only a scalar would be left of it."""
    (link,) = form.chain
    left = _powers(link.expr)
    rest = {expr: power - shared.get(expr, 0) for expr, power in left.items()}
    factors = written(book, rest)
    if not factors and (form.scalars or form.factor):
        return None
    ones = book.ones(link.expr.rows, link.expr.cols)
    whole = book.hadamard(factors) if factors else ones
    inner = Link(whole, link.order, moved=link.moved)
    return Form(form.coefficient, form.scalars, (inner,), form.factor)


def written(book: Book, powers: dict[Expr, int]) -> tuple[Expr, ...]:
    """Powers by elements as factors."""
    return tuple(
        book.power(expr, book.number(power), elementwise=True)
        for expr, power in powers.items()
        if power
    )


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
