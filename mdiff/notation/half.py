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
    is_constant,
    numbered,
    signed,
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
    scalars, middle = _split(body)
    if len(middle) == 1 and _is_eye(middle[0]):
        middle = []
    if rows is not None:
        middle.insert(0, book.transpose(_duplication(book, rows)))
    if columns is not None:
        middle.append(_duplication(book, columns))
    product = book.product((*scalars, *middle), middle[0].rows, middle[-1].cols)
    if below is not None:
        product = book.quotient(product, below)
    return book.sum((signed(book, number, product),), product.rows, product.cols)


def _duplication(book: Book, size: Dim) -> Expr:
    return book.constant("D", (size,), (size, size), (half(size),))


def _is_scalar(expr: Expr) -> bool:
    return not (expr.rows or expr.cols)


def _split(expr: Expr) -> tuple[list[Expr], list[Expr]]:
    """The scalar factors, and the others."""
    factors = expr.factors if isinstance(expr, Product) else (expr,)
    return [f for f in factors if _is_scalar(f)], [f for f in factors if not _is_scalar(f)]


def _is_eye(expr: Expr) -> bool:
    """Whether an expression is an identity matrix, or one of identity matrices only."""
    if isinstance(expr, Call) and expr.function.name == "kron":
        return all(is_constant(each, "eye") for each in expr.arguments)
    return is_constant(expr, "eye")


def _is_swap(expr: Expr, size: Dim | None) -> bool:
    """Whether an expression is the commutation matrix that a duplication matrix swallows."""
    return isinstance(expr, Constant) and expr.name == "K" and expr.dims == (size, size)


def _reduced(book: Book, expr: Expr, sides: Sides, depth: int = 0) -> Expr:
    """The expression without what the duplication matrices beside it swallow."""
    rows, columns = sides
    if depth == DEEPEST:
        return expr
    match expr:
        case Sum(terms):
            reduced = [
                (sign * s, t)
                for sign, term in terms
                for s, t in _terms(_reduced(book, term, sides, depth + 1))
            ]
            opened = [(sign * s, t) for sign, term in reduced for s, t in _opened(book, term)]
            turn = partial(_turned, book) if rows == columns else None
            totals = [
                book.sum(tuple(collected(book, each, turn)), expr.rows, expr.cols)
                for each in (reduced, opened)
            ]
            return min(totals, key=lambda total: total.size)
        case Quotient(above, below) if _is_scalar(below):
            return book.quotient(_reduced(book, above, sides, depth + 1), below)
        case Product():
            scalars, middle = _split(expr)
            if len(middle) > 1 and _is_swap(middle[-1], columns):
                middle.pop()
            if len(middle) > 1 and _is_swap(middle[0], rows):
                del middle[0]
            if len(middle) == 1:
                middle[0] = _reduced(book, middle[0], sides, depth + 1)
            return book.product((*scalars, *middle), expr.rows, expr.cols)
        case Constant() if _is_swap(expr, rows) or _is_swap(expr, columns):
            return book.constant("eye", (expr.rows[0] * expr.rows[1],), expr.rows, expr.cols)
        case _:
            return expr


def _opened(book: Book, expr: Expr) -> list[tuple[int, Expr]]:
    """A Kronecker product of sums as a sum of Kronecker products; the rest as it is."""
    number, body = numbered(book, expr)
    if isinstance(body, Call) and body.function.name == "kron":
        left, right = map(_terms, body.arguments)
        if len(left) * len(right) <= MOST_OPENED:
            return [
                signed(book, number * s * t, book.call(body.function, (a, b), body.rows, body.cols))
                for s, a in left
                for t, b in right
            ]
    return [(1, expr)]


def _terms(expr: Expr) -> tuple[tuple[int, Expr], ...]:
    return expr.terms if isinstance(expr, Sum) else ((1, expr),)


def _turned(book: Book, body: Expr) -> Expr:
    """A Kronecker product with its factors exchanged, also behind scalars; the rest as it is."""
    match body:
        case Call(function, (left, right)) if function.name == "kron":
            return book.call(function, (right, left), body.rows, body.cols)
        case Product((*scalars, last)) if all(map(_is_scalar, scalars)) and isinstance(last, Call):
            return book.product((*scalars, _turned(book, last)), body.rows, body.cols)
        case _:
            return body
