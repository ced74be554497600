"""The typed tree: every node with its shape, every name resolved, every broadcast explicit.

The node types are closed. Trees share nodes where the text has definitions, so they are graphs:
walk them with `mdiff.walk.postorder`, which visits each node once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.walk import postorder

if TYPE_CHECKING:
    from fractions import Fraction

    from mdiff.errors import Span
    from mdiff.functions.row import Function
    from mdiff.shapes.dims import Dim, Shape

Property = str
"""The name of a row of `mdiff.properties`."""

Join = Literal["matmul", "scale", "divide", "hadamard", "over"]
"""How a factor joins the product before it: matrix product; one of the two is a scalar;
division by a scalar; by elements, equal shapes; division by elements, equal shapes."""

PowerKind = Literal["scalar", "elementwise", "matrix"]

ConstantName = Literal["eye", "ones", "zeros", "K", "D", "unit", "pi"]


class Declared:
    """A variable of the problem: its name, resolved shape, and properties.

    `spd` implies neither `symmetric` nor `positive` in this set: ask `network` what it means.
    `origin` says where the shape came from: `--let 'A: n×k'`, `inferred`.
    """

    __slots__ = ("name", "origin", "properties", "shape")

    def __init__(
        self, name: str, shape: Shape, properties: frozenset[Property], origin: str
    ) -> None:
        self.name = name
        self.shape = shape
        self.properties = properties
        self.origin = origin


class Number:
    """An exact number; a scalar."""

    __slots__ = ("shape", "span", "value")
    __match_args__ = ("value",)

    def __init__(self, value: Fraction, shape: Shape, span: Span) -> None:
        self.value = value
        self.shape = shape
        self.span = span


class Size:
    """A dimension used as a scalar: the `n` of `1/n`."""

    __slots__ = ("dim", "shape", "span")
    __match_args__ = ("dim",)

    def __init__(self, dim: Dim, shape: Shape, span: Span) -> None:
        self.dim = dim
        self.shape = shape
        self.span = span


class Constant:
    """`eye(n)`, `ones(m,n)`, `zeros(m,n)`, `K(m,n)`, `D(n)`, the unit vector `e_i`, `pi`.

    The duplication matrix `D(n)` makes `vec(A)` of `vech(A)`, the lower triangle of a symmetric A
    by columns: its shape is n*n by n*(n+1)/2.
    `dims` are the arguments as sizes: one for `eye` and `D`, two for `ones` and `zeros` (also of a
    vector, whose second is `ONE`) and `K`; `index` is the `i` of `e_i`, "" for the others.
    """

    __slots__ = ("dims", "index", "name", "shape", "span")
    __match_args__ = ("name", "dims", "index")

    def __init__(
        self, name: ConstantName, dims: tuple[Dim, ...], index: str, shape: Shape, span: Span
    ) -> None:
        self.name = name
        self.dims = dims
        self.index = index
        self.shape = shape
        self.span = span


class Variable:
    """A declared or inferred variable."""

    __slots__ = ("declared", "shape", "span")
    __match_args__ = ("declared",)

    def __init__(self, declared: Declared, span: Span) -> None:
        self.declared = declared
        self.shape = declared.shape
        self.span = span


class Sum:
    """Signed terms, all of the sum's own shape."""

    __slots__ = ("shape", "span", "terms")
    __match_args__ = ("terms",)

    def __init__(self, terms: tuple[tuple[int, Typed], ...], shape: Shape, span: Span) -> None:
        self.terms = terms
        self.shape = shape
        self.span = span


class Product:
    """Factors from the left; each joins all before it by its `Join` (the first's is `scale`)."""

    __slots__ = ("factors", "shape", "span")
    __match_args__ = ("factors",)

    def __init__(self, factors: tuple[tuple[Join, Typed], ...], shape: Shape, span: Span) -> None:
        self.factors = factors
        self.shape = shape
        self.span = span


class Power:
    """A scalar or entries to a scalar exponent; a square matrix to an integer or symbolic one."""

    __slots__ = ("base", "exponent", "kind", "shape", "span")
    __match_args__ = ("base", "exponent", "kind")

    def __init__(
        self, base: Typed, exponent: Typed, kind: PowerKind, shape: Shape, span: Span
    ) -> None:
        self.base = base
        self.exponent = exponent
        self.kind = kind
        self.shape = shape
        self.span = span


class Transpose:
    """The transpose."""

    __slots__ = ("argument", "shape", "span")
    __match_args__ = ("argument",)

    def __init__(self, argument: Typed, shape: Shape, span: Span) -> None:
        self.argument = argument
        self.shape = shape
        self.span = span


class Apply:
    """A row of the function table applied; an elementwise row takes an argument of any shape.

    `sizes` are the sizes that the letters of the row's signature stand for here.
    """

    __slots__ = ("arguments", "function", "shape", "sizes", "span")
    __match_args__ = ("function", "arguments")

    def __init__(
        self,
        function: Function,
        arguments: tuple[Typed, ...],
        sizes: dict[str, Dim],
        shape: Shape,
        span: Span,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.sizes = sizes
        self.shape = shape
        self.span = span


class Broadcast:
    """A scalar as a multiple of ones of this shape, or a column repeated in every column."""

    __slots__ = ("argument", "shape", "span")
    __match_args__ = ("argument",)

    def __init__(self, argument: Typed, shape: Shape, span: Span) -> None:
        self.argument = argument
        self.shape = shape
        self.span = span


Typed = Number | Size | Constant | Variable | Sum | Product | Power | Transpose | Apply | Broadcast


class Problem:
    """A typed expression with the variables it is about.

    `variables` in the order of first appearance in the text (definitions first), declared but
    unused ones last; `functions` are the functions of which only the name is known and their
    derivatives, by each name that a text may use; `sizes` the names of dimensions; `readings` what
    was assumed (kinds, broadcasts); `text` the text of the expression; `by` the variables and
    `label` the name that stand before it, `∂/∂x`, `f(x) =`.
    """

    __slots__ = ("by", "expression", "functions", "label", "readings", "sizes", "text", "variables")

    def __init__(  # noqa: PLR0913 - the parts of a problem
        self,
        expression: Typed,
        variables: dict[str, Declared],
        functions: dict[str, tuple[Function, ...]],
        sizes: frozenset[str],
        readings: tuple[str, ...],
        text: str,
        by: tuple[str, ...] = (),
        label: str = "",
    ) -> None:
        self.expression = expression
        self.by = by
        self.label = label
        self.variables = variables
        self.functions = functions
        self.sizes = sizes
        self.readings = readings
        self.text = text


def children(node: Typed) -> tuple[Typed, ...]:
    """The node's direct parts, in the order of the text."""
    match node:
        case Number() | Size() | Constant() | Variable():
            return ()
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Product(factors):
            return tuple(factor for _, factor in factors)
        case Power(base, exponent, _):
            return (base, exponent)
        case Transpose(argument) | Broadcast(argument):
            return (argument,)
        case Apply(_, arguments):
            return arguments


def occurring(expression: Typed) -> frozenset[str]:
    """The names of the variables in an expression."""
    nodes = postorder([expression], children)
    return frozenset(node.declared.name for node in nodes if isinstance(node, Variable))
