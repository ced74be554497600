"""Written terms: what is inside of one, brackets that it can lose, and like ones put together."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.notation.form import Form
from mdiff.notation.links import Link
from mdiff.notation.tree import Call, Number, Product

if TYPE_CHECKING:
    from mdiff.functions.row import Function
    from mdiff.notation.tree import Book, Expr


def argument_of(form: Form, function: Function) -> Form | None:
    """The term inside, of a term that is `diag(v)`, `vec(A)` or `unvec(x, n, k)`."""
    match form.chain:
        case (Link(expr=Call(found, (inner, *_))) as link,) if found is function:
            chain = (Link(inner, link.order, moved=link.moved),)
            return Form(form.coefficient, form.scalars, chain, form.factor)
        case _:
            return None


def flattened(factors: tuple[Expr, ...]) -> tuple[Expr, ...]:
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
    return tuple(flat)


def collected(book: Book, terms: list[tuple[int, Expr]]) -> list[tuple[int, Expr]]:
    """The terms with those that differ in their number alone put together."""
    totals: dict[Expr, Fraction] = {}
    for sign, expr in terms:
        size, rest = _number_of(book, expr)
        totals[rest] = totals.get(rest, Fraction(0)) + sign * size
    if len(totals) == len(terms):
        return terms
    found: list[tuple[int, Expr]] = []
    for rest, size in totals.items():
        if size:
            factors = rest.factors if isinstance(rest, Product) else (rest,)
            if abs(size) != 1:
                number = book.number(abs(size))
                factors = (number,) if isinstance(rest, Number) else (number, *factors)
            found.append((1 if size > 0 else -1, book.product(factors, rest.rows, rest.cols)))
    return found


def _number_of(book: Book, expr: Expr) -> tuple[Fraction, Expr]:
    """The number in front of a term, and the rest of it."""
    match expr:
        case Number(value):
            return value, book.number(1)
        case Product((Number(value), *rest)):
            return value, book.product(tuple(rest), expr.rows, expr.cols)
        case _:
            return Fraction(1), expr


def positive_first(terms: list[tuple[int, Expr]]) -> list[tuple[int, Expr]]:
    """The terms with the first positive one in front, else as they are."""
    for i, (sign, _) in enumerate(terms):
        if sign > 0:
            return [terms[i], *terms[:i], *terms[i + 1 :]]
    return terms
