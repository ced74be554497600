"""A Jacobian or Hessian by vec in, by vech of its symmetric variables out: `D(n)'*H*D(n)`.

What the duplication matrix makes equal is not told apart: `K(n,n)*D(n)` is `D(n)`, and between
`D(n)'` and `D(n)` `kron(A,B)` is `kron(B,A)` (Magnus and Neudecker, chapter 3). Nothing else is
looked at.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.notation.tree import Call, Constant, Number, Product, Quotient, Sum
from mdiff.shapes.dims import half

if TYPE_CHECKING:
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

Sides = tuple["Dim | None", "Dim | None"]
"""The sizes of the symmetric variables that the rows and the columns are the vec of, if they are."""


def by_vech(book: Book, whole: Expr, sides: Sides) -> Expr:
    """The matrix between duplication matrices, with its numbers in front."""
    rows, columns = sides
    body = _reduced(book, whole, sides)
    sign = 1
    if isinstance(body, Sum) and len(body.terms) == 1:
        sign, body = body.terms[0]
    numbers: list[Expr] = []
    below: Expr | None = None
    if isinstance(body, Quotient) and _is_scalar(body.denominator):
        body, below = body.numerator, body.denominator
    middle = [body]
    if isinstance(body, Product):
        numbers = [factor for factor in body.factors if _is_scalar(factor)]
        middle = [factor for factor in body.factors if not _is_scalar(factor)]
    if len(middle) == 1 and _is_eye(middle[0]):
        middle = []
    if rows is not None:
        middle.insert(0, book.transpose(_duplication(book, rows)))
    if columns is not None:
        middle.append(_duplication(book, columns))
    product = book.product((*numbers, *middle), middle[0].rows, middle[-1].cols)
    if below is not None:
        product = book.quotient(product, below)
    return book.sum(((sign, product),), product.rows, product.cols)


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


def _reduced(book: Book, expr: Expr, sides: Sides) -> Expr:
    """The expression without what the duplication matrices beside it swallow."""
    rows, columns = sides
    if isinstance(expr, Sum):
        return _collected(book, expr, sides)
    if isinstance(expr, Quotient) and _is_scalar(expr.denominator):
        return book.quotient(_reduced(book, expr.numerator, sides), expr.denominator)
    if isinstance(expr, Product):
        factors = [factor for factor in expr.factors if not _is_scalar(factor)]
        numbers = tuple(factor for factor in expr.factors if _is_scalar(factor))
        if len(factors) > 1 and _is_swap(factors[-1], columns):
            factors.pop()
        if len(factors) > 1 and _is_swap(factors[0], rows):
            del factors[0]
        if len(factors) == 1:
            factors[0] = _reduced(book, factors[0], sides)
        return book.product((*numbers, *factors), expr.rows, expr.cols)
    if _is_swap(expr, rows) or _is_swap(expr, columns):
        return book.constant("eye", (expr.rows[0] * expr.rows[1],), expr.rows, expr.cols)
    return expr


def _collected(book: Book, whole: Sum, sides: Sides) -> Expr:
    """A sum with the terms added up that the duplication matrices make equal."""
    found: dict[Expr, Fraction] = {}
    for sign, term in whole.terms:
        number, body = _number(book, _reduced(book, term, sides))
        turned = _turned(book, body) if None not in sides and sides[0] == sides[1] else body
        if body not in found and turned in found:
            body = turned
        found[body] = found.get(body, Fraction(0)) + sign * number
    terms = [
        (1 if number > 0 else -1, _times(book, abs(number), body))
        for body, number in found.items()
        if number
    ]
    return book.sum(tuple(terms), whole.rows, whole.cols)


def _number(book: Book, expr: Expr) -> tuple[Fraction, Expr]:
    """The number in front of a term, and the rest."""
    if isinstance(expr, Sum) and len(expr.terms) == 1:
        sign, inner = expr.terms[0]
        number, body = _number(book, inner)
        return sign * number, body
    if isinstance(expr, Quotient) and isinstance(expr.denominator, Number):
        number, body = _number(book, expr.numerator)
        return number / expr.denominator.value, body
    if isinstance(expr, Product) and isinstance(expr.factors[0], Number):
        rest = book.product(expr.factors[1:], expr.rows, expr.cols)
        return expr.factors[0].value, rest
    return Fraction(1), expr


def _times(book: Book, number: Fraction, body: Expr) -> Expr:
    above = body
    if number.numerator != 1:
        factors = body.factors if isinstance(body, Product) else (body,)
        above = book.product((book.number(number.numerator), *factors), body.rows, body.cols)
    if number.denominator == 1:
        return above
    return book.quotient(above, book.number(number.denominator))


def _turned(book: Book, body: Expr) -> Expr:
    """The Kronecker product with its factors exchanged; anything else as it is."""
    if isinstance(body, Product):
        rest = body.factors[-1]
        if isinstance(rest, Call) and all(map(_is_scalar, body.factors[:-1])):
            turned = _turned(book, rest)
            return book.product((*body.factors[:-1], turned), body.rows, body.cols)
    if isinstance(body, Call) and body.function.name == "kron":
        left, right = body.arguments
        return book.call(body.function, (right, left), body.rows, body.cols)
    return body
