"""A Jacobian or Hessian by vec in, by vech of its symmetric variables out: `D(n)'*H*D(n)`.

What the duplication matrix makes equal is not told apart: `K(n,n)*D(n)` is `D(n)`, and between
`D(n)'` and `D(n)` `kron(A,B)` is `kron(B,A)` (Magnus and Neudecker, chapter 3). Nothing else is
looked at.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mdiff.notation.tree import (
    Call,
    Constant,
    Product,
    Quotient,
    Sum,
    collected,
    numbered,
    times,
)
from mdiff.shapes.dims import half

if TYPE_CHECKING:
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

Sides = tuple["Dim | None", "Dim | None"]
"""The sizes of the symmetric variables whose vec the rows and the columns are, where they are."""

MOST_OPENED = 9
"""A Kronecker product of sums that has more terms stays closed."""

DEEPEST = 20
"""Sums in scaled sums deeper than this are left as they are."""


def by_vech(book: Book, whole: Expr, sides: Sides) -> Expr:
    """The matrix between duplication matrices, with its numbers in front."""
    rows, columns = sides
    number, body = numbered(book, _reduced(book, whole, sides))
    below: Expr | None = None
    match body:
        case Quotient(above, under) if _is_scalar(under):
            body, below = above, under
        case _:
            pass
    factors = body.factors if isinstance(body, Product) else (body,)
    scalars = [factor for factor in factors if _is_scalar(factor)]
    middle = [factor for factor in factors if not _is_scalar(factor)]
    if len(middle) == 1 and _is_eye(middle[0]):
        middle = []
    if rows is not None:
        middle.insert(0, book.transpose(_duplication(book, rows)))
    if columns is not None:
        middle.append(_duplication(book, columns))
    product = book.product((*scalars, *middle), middle[0].rows, middle[-1].cols)
    if below is not None:
        product = book.quotient(product, below)
    sign = 1 if number > 0 else -1
    return book.sum(((sign, times(book, abs(number), product)),), product.rows, product.cols)


def _duplication(book: Book, size: Dim) -> Expr:
    return book.constant("D", (size,), (size, size), (half(size),))


def _is_scalar(expr: Expr) -> bool:
    return not (expr.rows or expr.cols)


def _is_eye(expr: Expr) -> bool:
    """Whether an expression is an identity matrix, or one of identity matrices only."""
    if isinstance(expr, Call) and expr.function.name == "kron":
        return all(isinstance(each, Constant) and each.name == "eye" for each in expr.arguments)
    return isinstance(expr, Constant) and expr.name == "eye"


def _is_swap(expr: Expr, size: Dim | None) -> bool:
    """Whether an expression is the commutation matrix that a duplication matrix swallows."""
    if size is None:
        return False
    return isinstance(expr, Constant) and expr.name == "K" and expr.dims == (size, size)


def _reduced(book: Book, expr: Expr, sides: Sides, depth: int = 0) -> Expr:
    """The expression without what the duplication matrices beside it swallow."""
    rows, columns = sides
    match expr:
        case Sum(terms) if depth < DEEPEST:
            each = ((sign, _reduced(book, term, sides, depth + 1)) for sign, term in terms)
            reduced = [(sign * s, t) for sign, term in each for s, t in _terms(term)]
            shorter = _total(book, expr, reduced, sides)
            opened = [(sign * s, t) for sign, term in reduced for s, t in _opened(book, term)]
            other = shorter
            if len(opened) > len(reduced):
                other = _total(book, expr, opened, sides)
            return other if other.size < shorter.size else shorter
        case Quotient(above, below) if _is_scalar(below) and depth < DEEPEST:
            return book.quotient(_reduced(book, above, sides, depth + 1), below)
        case Product(factors):
            middle = [factor for factor in factors if not _is_scalar(factor)]
            scalars = tuple(factor for factor in factors if _is_scalar(factor))
            if len(middle) > 1 and _is_swap(middle[-1], columns):
                middle.pop()
            if len(middle) > 1 and _is_swap(middle[0], rows):
                del middle[0]
            if len(middle) == 1 and depth < DEEPEST:
                middle[0] = _reduced(book, middle[0], sides, depth + 1)
            return book.product((*scalars, *middle), expr.rows, expr.cols)
        case Constant() if _is_swap(expr, rows) or _is_swap(expr, columns):
            return book.constant("eye", (expr.rows[0] * expr.rows[1],), expr.rows, expr.cols)
        case _:
            return expr


def _opened(book: Book, expr: Expr) -> list[tuple[int, Expr]]:
    """A Kronecker product of sums as a sum of Kronecker products; the rest as it is."""
    number, body = numbered(book, expr)
    sign = 1 if number > 0 else -1
    match body:
        case Call(function, (left, right)) if (
            function.name == "kron" and len(_terms(left)) * len(_terms(right)) <= MOST_OPENED
        ):
            return [
                (sign * s * t, times(book, abs(number), book.call(function, (a, b), *axes)))
                for axes in ((body.rows, body.cols),)
                for s, a in _terms(left)
                for t, b in _terms(right)
            ]
        case _:
            return [(1, expr)]


def _terms(expr: Expr) -> tuple[tuple[int, Expr], ...]:
    return expr.terms if isinstance(expr, Sum) else ((1, expr),)


def _total(book: Book, whole: Sum, terms: list[tuple[int, Expr]], sides: Sides) -> Expr:
    """A sum with the terms added up that the duplication matrices make equal."""
    both = None not in sides and sides[0] == sides[1]
    found = collected(book, terms, partial(_turned, book) if both else None)
    return book.sum(tuple(found), whole.rows, whole.cols)


def _turned(book: Book, body: Expr) -> Expr:
    """A Kronecker product with its factors exchanged, also behind scalars; the rest as it is."""
    match body:
        case Call(function, (left, right)) if function.name == "kron":
            return book.call(function, (right, left), body.rows, body.cols)
        case Product((*scalars, last)) if all(map(_is_scalar, scalars)) and isinstance(last, Call):
            return book.product((*scalars, _turned(book, last)), body.rows, body.cols)
        case _:
            return body
