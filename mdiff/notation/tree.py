"""The tree of matrix notation: what an answer says, before it is said in plain, unicode or LaTeX.

Nodes are immutable and made by a `Book`, which holds each once: equal is identical. `size` is the
number of signs it takes to write the node (brackets and commas not counted). `rows` and `cols` are
the sizes of the axes, empty where there is none. `parts` stand in the order of writing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from mdiff.record import Record, derived
from mdiff.shapes.dims import product

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Dims
    from mdiff.shapes.dims import Dim


class Number(Record):
    """A positive rational number."""

    value: Fraction
    rows: Dims = derived(lambda _: ())
    cols: Dims = derived(lambda _: ())
    parts: tuple[Expr, ...] = derived(lambda _: ())
    size: int = derived(lambda self: 1 if self.value.denominator == 1 else 3)


class Symbol(Record):
    """A variable, a differential, a size or `pi`, by its name."""

    name: str
    rows: Dims
    cols: Dims
    parts: tuple[Expr, ...] = derived(lambda _: ())
    size: int = derived(lambda _: 1)


class Constant(Record):
    """`eye(n)`, `ones(m,n)`, `zeros(n)`, `K(m,n)`, `e_i`: a name and its sizes."""

    name: str
    dims: tuple[Dim, ...]
    index: str
    rows: Dims
    cols: Dims
    parts: tuple[Expr, ...] = derived(lambda _: ())
    size: int = derived(lambda self: 1 + sum(max(1, 2 * len(d.factors) - 1) for d in self.dims))


class Call(Record):
    """A function of the table applied to expressions."""

    function: Function
    arguments: tuple[Expr, ...]
    rows: Dims
    cols: Dims
    parts: tuple[Expr, ...] = derived(lambda self: self.arguments)
    size: int = derived(lambda self: 1 + sum(a.size for a in self.arguments))


class Transpose(Record):
    """The transpose."""

    argument: Expr
    rows: Dims = derived(lambda self: self.argument.cols)
    cols: Dims = derived(lambda self: self.argument.rows)
    parts: tuple[Expr, ...] = derived(lambda self: (self.argument,))
    size: int = derived(lambda self: self.argument.size + 1)


class Power(Record):
    """A scalar or a square matrix to a power, or every entry (`elementwise`)."""

    base: Expr
    exponent: Expr
    elementwise: bool
    rows: Dims = derived(lambda self: self.base.rows)
    cols: Dims = derived(lambda self: self.base.cols)
    parts: tuple[Expr, ...] = derived(lambda self: (self.base, self.exponent))
    size: int = derived(lambda self: self.base.size + 1 + self.exponent.size)


class Product(Record):
    """Scalars and matrices multiplied in this order."""

    factors: tuple[Expr, ...]
    rows: Dims
    cols: Dims
    parts: tuple[Expr, ...] = derived(lambda self: self.factors)
    size: int = derived(lambda self: sum(f.size + 1 for f in self.factors) - 1)


class Hadamard(Record):
    """Factors multiplied by elements; all have the same shape."""

    factors: tuple[Expr, ...]
    rows: Dims = derived(lambda self: self.factors[0].rows)
    cols: Dims = derived(lambda self: self.factors[0].cols)
    parts: tuple[Expr, ...] = derived(lambda self: self.factors)
    size: int = derived(lambda self: sum(f.size + 1 for f in self.factors) - 1)


class Quotient(Record):
    """`numerator / denominator`: by a scalar, or by elements where the denominator has axes."""

    numerator: Expr
    denominator: Expr
    rows: Dims = derived(lambda self: self.numerator.rows)
    cols: Dims = derived(lambda self: self.numerator.cols)
    parts: tuple[Expr, ...] = derived(lambda self: (self.numerator, self.denominator))
    size: int = derived(lambda self: self.numerator.size + 1 + self.denominator.size)


class Sum(Record):
    """Signed terms; a single term has sign -1."""

    terms: tuple[tuple[int, Expr], ...]
    rows: Dims
    cols: Dims
    parts: tuple[Expr, ...] = derived(lambda self: tuple(term for _, term in self.terms))
    size: int = derived(
        lambda self: sum(t.size + 1 for _, t in self.terms) - (self.terms[0][0] > 0)
    )


Expr = Number | Symbol | Constant | Call | Transpose | Power | Product | Hadamard | Quotient | Sum
"""A piece of matrix notation."""


def is_constant(expr: Expr, name: str) -> bool:
    """Whether an expression is the constant of this name, `eye` or `ones`."""
    return isinstance(expr, Constant) and expr.name == name


Made = TypeVar("Made", bound=Record)


class Book:
    """Makes notation and remembers it, so that equal pieces are the same object."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Record] = {}

    def _once(self, kind: type[Made], *fields: object) -> Made:
        key = (kind, *fields)
        found = self._made.get(key)
        if not isinstance(found, kind):
            found = self._made[key] = kind(*fields)
        return found

    def number(self, value: Fraction | int) -> Number:
        """A positive rational number."""
        return self._once(Number, Fraction(value))

    def symbol(self, name: str, rows: Dims, cols: Dims) -> Symbol:
        """A name."""
        return self._once(Symbol, name, rows, cols)

    def constant(
        self, name: str, dims: tuple[Dim, ...], rows: Dims, cols: Dims, index: str = ""
    ) -> Constant:
        """A sized constant."""
        return self._once(Constant, name, dims, index, rows, cols)

    def ones(self, rows: Dims, cols: Dims) -> Constant:
        """A column, row or matrix of ones; an axis may be stacked."""
        dims = tuple(product(axis) for axis in (rows, cols) if axis)
        return self.constant("ones", dims, rows, cols)

    def call(self, function: Function, arguments: tuple[Expr, ...], rows: Dims, cols: Dims) -> Call:
        """A function applied."""
        return self._once(Call, function, arguments, rows, cols)

    def transpose(self, argument: Expr) -> Expr:
        """The transpose; twice is none, and a scalar has none."""
        if isinstance(argument, Transpose):
            return argument.argument
        if not (argument.rows or argument.cols):
            return argument
        return self._once(Transpose, argument)

    def power(self, base: Expr, exponent: Expr, *, elementwise: bool) -> Expr:
        """A power; the first power is the base."""
        if isinstance(exponent, Number) and exponent.value == 1:
            return base
        return self._once(Power, base, exponent, elementwise and bool(base.rows or base.cols))

    def product(self, factors: tuple[Expr, ...], rows: Dims, cols: Dims) -> Expr:
        """A product; of one factor, that factor."""
        return factors[0] if len(factors) == 1 else self._once(Product, factors, rows, cols)

    def hadamard(self, factors: tuple[Expr, ...]) -> Expr:
        """A product by elements; of one factor, that factor."""
        return factors[0] if len(factors) == 1 else self._once(Hadamard, factors)

    def quotient(self, numerator: Expr, denominator: Expr) -> Expr:
        """A quotient."""
        return self._once(Quotient, numerator, denominator)

    def joined(self, pieces: list[Expr], rows: Dims, cols: Dims) -> Expr:
        """Expressions added up in this order, sums among them opened."""
        terms: list[tuple[int, Expr]] = []
        for piece in pieces:
            terms.extend(piece.terms if isinstance(piece, Sum) else ((1, piece),))
        return self.sum(tuple(terms), rows, cols)

    def sum(self, terms: tuple[tuple[int, Expr], ...], rows: Dims, cols: Dims) -> Expr:
        """Signed terms; a lone positive one is itself, none at all are zeros."""
        if not terms:
            if rows or cols:
                whole = [product(axis) for axis in ((rows, cols) if cols else (rows,))]
                return self.constant("zeros", tuple(whole), rows, cols)
            return self.number(0)
        if len(terms) == 1 and terms[0][0] > 0:
            return terms[0][1]
        return self._once(Sum, terms, rows, cols)


def numbered(book: Book, expr: Expr) -> tuple[Fraction, Expr]:
    """The number in front of a term, and the rest."""
    number = Fraction(1)
    while True:
        match expr:
            case Number(value) if value != 1:
                return number * value, book.number(1)
            case Sum(((sign, inner),)):
                number *= sign
                expr = inner
            case Quotient(inner, Number(value)):
                number /= value
                expr = inner
            case Product((Number(value), *rest)):
                number *= value
                expr = book.product(tuple(rest), expr.rows, expr.cols)
            case _:
                return number, expr


def signed(book: Book, value: Fraction, body: Expr) -> tuple[int, Expr]:
    """A number in front of a term, its sign before it and its denominator below."""
    factors, number = body.factors if isinstance(body, Product) else (body,), abs(value)
    if number.numerator != 1 or isinstance(body, Number):
        factors = (book.number(number.numerator), *factors[isinstance(body, Number) :])
    above = book.product(factors, body.rows, body.cols)
    if number.denominator != 1:
        above = book.quotient(above, book.number(number.denominator))
    return (1 if value > 0 else -1), above


def collected(
    book: Book, terms: list[tuple[int, Expr]], turn: Callable[[Expr], Expr] | None = None
) -> list[tuple[int, Expr]]:
    """Signed terms, those put together that differ in their number alone, or by being turned."""
    totals: dict[Expr, Fraction] = {}
    for sign, term in terms:
        number, body = numbered(book, term)
        if turn and body not in totals and turn(body) in totals:
            body = turn(body)
        totals[body] = totals.get(body, Fraction(0)) + sign * number
    if len(totals) == len(terms):
        return terms
    return [signed(book, number, body) for body, number in totals.items() if number]
