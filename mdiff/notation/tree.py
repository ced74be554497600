"""The tree of matrix notation: what an answer says, before it is said in plain, unicode or LaTeX.

Nodes are immutable and made by a `Book`, which holds each once: equal is identical. `size` is the
number of signs it takes to write the node (brackets and commas not counted). `rows` and `cols` are
the sizes of the axes, empty where there is none.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, TypeVar

from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Dims
    from mdiff.shapes.dims import Dim


class Number:
    """A positive rational number."""

    __slots__ = ("cols", "rows", "size", "value")
    __match_args__ = ("value",)

    def __init__(self, value: Fraction) -> None:
        self.value = value
        self.rows: Dims = ()
        self.cols: Dims = ()
        self.size: int = 1 if value.denominator == 1 else 3


class Symbol:
    """A variable, a differential, a size or `pi`, by its name."""

    __slots__ = ("cols", "name", "rows", "size")
    __match_args__ = ("name",)

    def __init__(self, name: str, rows: Dims, cols: Dims) -> None:
        self.name = name
        self.rows = rows
        self.cols = cols
        self.size: int = 1


class Constant:
    """`eye(n)`, `ones(m,n)`, `zeros(n)`, `K(m,n)`, `e_i`: a name and its sizes."""

    __slots__ = ("cols", "dims", "index", "name", "rows", "size")
    __match_args__ = ("name", "dims", "index")

    def __init__(
        self, name: str, dims: tuple[Dim, ...], index: str, rows: Dims, cols: Dims
    ) -> None:
        self.name = name
        self.dims = dims
        self.index = index
        self.rows = rows
        self.cols = cols
        self.size: int = 1 + sum(max(1, 2 * len(d.factors) - 1) for d in dims)


class Call:
    """A function of the table applied to expressions."""

    __slots__ = ("arguments", "cols", "function", "rows", "size")
    __match_args__ = ("function", "arguments")

    def __init__(
        self, function: Function, arguments: tuple[Expr, ...], rows: Dims, cols: Dims
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.rows = rows
        self.cols = cols
        self.size: int = 1 + sum(a.size for a in arguments)


class Transpose:
    """The transpose."""

    __slots__ = ("argument", "cols", "rows", "size")
    __match_args__ = ("argument",)

    def __init__(self, argument: Expr) -> None:
        self.argument = argument
        self.rows: Dims = argument.cols
        self.cols: Dims = argument.rows
        self.size: int = argument.size + 1


class Power:
    """A scalar or a square matrix to a power, or every entry (`elementwise`)."""

    __slots__ = ("base", "cols", "elementwise", "exponent", "rows", "size")
    __match_args__ = ("base", "exponent", "elementwise")

    def __init__(self, base: Expr, exponent: Expr, elementwise: bool) -> None:  # noqa: FBT001
        self.base = base
        self.exponent = exponent
        self.elementwise = elementwise
        self.rows: Dims = base.rows
        self.cols: Dims = base.cols
        self.size: int = base.size + 1 + exponent.size


class Product:
    """Scalars and matrices multiplied in this order."""

    __slots__ = ("cols", "factors", "rows", "size")
    __match_args__ = ("factors",)

    def __init__(self, factors: tuple[Expr, ...], rows: Dims, cols: Dims) -> None:
        self.factors = factors
        self.rows = rows
        self.cols = cols
        self.size: int = sum(f.size for f in factors) + len(factors) - 1


class Hadamard:
    """Factors multiplied by elements; all have the same shape."""

    __slots__ = ("cols", "factors", "rows", "size")
    __match_args__ = ("factors",)

    def __init__(self, factors: tuple[Expr, ...]) -> None:
        self.factors = factors
        self.rows: Dims = factors[0].rows
        self.cols: Dims = factors[0].cols
        self.size: int = sum(f.size for f in factors) + len(factors) - 1


class Quotient:
    """`numerator / denominator`: by a scalar, or by elements where the denominator has axes."""

    __slots__ = ("cols", "denominator", "numerator", "rows", "size")
    __match_args__ = ("numerator", "denominator")

    def __init__(self, numerator: Expr, denominator: Expr) -> None:
        self.numerator = numerator
        self.denominator = denominator
        self.rows: Dims = numerator.rows
        self.cols: Dims = numerator.cols
        self.size: int = numerator.size + 1 + denominator.size


class Sum:
    """Signed terms; a single term has sign -1."""

    __slots__ = ("cols", "rows", "size", "terms")
    __match_args__ = ("terms",)

    def __init__(self, terms: tuple[tuple[int, Expr], ...], rows: Dims, cols: Dims) -> None:
        self.terms = terms
        self.rows = rows
        self.cols = cols
        self.size: int = sum(t.size + 1 for _, t in terms) - (1 if terms[0][0] > 0 else 0)


Expr = Number | Symbol | Constant | Call | Transpose | Power | Product | Hadamard | Quotient | Sum
"""A piece of matrix notation."""

Made = TypeVar("Made")


class Book:
    """Makes notation and remembers it, so that equal pieces are the same object."""

    def __init__(self) -> None:
        self._made: dict[Hashable, object] = {}

    def _once(self, key: Hashable, kind: type[Made], make: Callable[[], Made]) -> Made:
        found = self._made.get(key)
        if not isinstance(found, kind):
            found = make()
            self._made[key] = found
        return found

    def number(self, value: Fraction | int) -> Number:
        """A positive rational number."""
        exact = Fraction(value)
        return self._once(("number", exact), Number, lambda: Number(exact))

    def symbol(self, name: str, rows: Dims, cols: Dims) -> Symbol:
        """A name."""
        return self._once(("symbol", name, rows, cols), Symbol, lambda: Symbol(name, rows, cols))

    def constant(
        self, name: str, dims: tuple[Dim, ...], rows: Dims, cols: Dims, index: str = ""
    ) -> Constant:
        """A sized constant."""
        key = ("constant", name, dims, rows, cols, index)
        return self._once(key, Constant, lambda: Constant(name, dims, index, rows, cols))

    def ones(self, rows: Dims, cols: Dims) -> Constant:
        """A column, row or matrix of ones; an axis may be stacked."""
        dims = tuple(reduce(mul, axis, ONE) for axis in (rows, cols) if axis)
        return self.constant("ones", dims, rows, cols)

    def call(self, function: Function, arguments: tuple[Expr, ...], rows: Dims, cols: Dims) -> Call:
        """A function applied."""
        key = ("call", function, arguments)
        return self._once(key, Call, lambda: Call(function, arguments, rows, cols))

    def transpose(self, argument: Expr) -> Expr:
        """The transpose; twice is none, and a scalar has none."""
        if isinstance(argument, Transpose):
            return argument.argument
        if not (argument.rows or argument.cols):
            return argument
        return self._once(("transpose", argument), Transpose, lambda: Transpose(argument))

    def power(self, base: Expr, exponent: Expr, *, elementwise: bool) -> Expr:
        """A power; the first power is the base."""
        if isinstance(exponent, Number) and exponent.value == 1:
            return base
        by_elements = elementwise and bool(base.rows or base.cols)
        key = ("power", base, exponent, by_elements)
        return self._once(key, Power, lambda: Power(base, exponent, by_elements))

    def product(self, factors: tuple[Expr, ...], rows: Dims, cols: Dims) -> Expr:
        """A product; of one factor, that factor."""
        if len(factors) == 1:
            return factors[0]
        key = ("product", factors)
        return self._once(key, Product, lambda: Product(factors, rows, cols))

    def hadamard(self, factors: tuple[Expr, ...]) -> Expr:
        """A product by elements; of one factor, that factor."""
        if len(factors) == 1:
            return factors[0]
        return self._once(("hadamard", factors), Hadamard, lambda: Hadamard(factors))

    def quotient(self, numerator: Expr, denominator: Expr) -> Expr:
        """A quotient."""
        key = ("quotient", numerator, denominator)
        return self._once(key, Quotient, lambda: Quotient(numerator, denominator))

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
                whole = [reduce(mul, axis, ONE) for axis in ((rows, cols) if cols else (rows,))]
                return self.constant("zeros", tuple(whole), rows, cols)
            return self.number(0)
        if len(terms) == 1 and terms[0][0] > 0:
            return terms[0][1]
        return self._once(("sum", terms), Sum, lambda: Sum(terms, rows, cols))


def children(node: Expr) -> tuple[Expr, ...]:
    """The node's direct parts, in the order of writing."""
    match node:
        case Number() | Symbol() | Constant():
            return ()
        case Call(_, arguments):
            return arguments
        case Transpose(argument):
            return (argument,)
        case Power(base, exponent, _):
            return (base, exponent)
        case Product(factors) | Hadamard(factors):
            return factors
        case Quotient(numerator, denominator):
            return (numerator, denominator)
        case Sum(terms):
            return tuple(term for _, term in terms)
