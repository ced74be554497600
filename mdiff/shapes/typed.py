"""The typed tree: every node with its shape, every name resolved, every broadcast explicit.

The node types are closed. Trees share nodes where the text has definitions, so they are graphs:
walk them with `mdiff.walk.postorder`, which visits each node once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.record import Record, derived
from mdiff.shapes.dims import Dim, Shape, show_shape
from mdiff.walk import postorder

if TYPE_CHECKING:
    from fractions import Fraction

    from mdiff.errors import Span
    from mdiff.functions.row import Function

Property = str
"""The name of a row of `mdiff.properties`."""

Join = Literal["matmul", "scale", "divide", "hadamard", "over"]
"""How a factor joins the product before it: matrix product; one of the two is a scalar;
division by a scalar; by elements, equal shapes; division by elements, equal shapes."""

PowerKind = Literal["scalar", "elementwise", "matrix"]

ConstantName = Literal["eye", "ones", "zeros", "K", "D", "unit", "pi"]


class Declared(Record):
    """A variable of the problem: its name, resolved shape, and properties.

    `spd` implies neither `symmetric` nor `positive` in this set: ask `mdiff.properties` for that.
    `origin` says where the shape came from: `--let 'A: n×k'`, `inferred`.
    """

    name: str
    shape: Shape
    properties: frozenset[str]
    origin: str


class Number(Record):
    """An exact number; a scalar."""

    value: Fraction
    shape: Shape
    span: Span


class Size(Record):
    """A dimension used as a scalar: the `n` of `1/n`."""

    dim: Dim
    shape: Shape
    span: Span


class Constant(Record):
    """`eye(n)`, `ones(m,n)`, `zeros(m,n)`, `K(m,n)`, `D(n)`, the unit vector `e_i`, `pi`.

    The duplication matrix `D(n)` makes `vec(A)` of `vech(A)`, the lower triangle of a symmetric A
    by columns: its shape is n*n by n*(n+1)/2.
    `dims` are the arguments as sizes: one for `eye` and `D`, two for `ones` and `zeros` (also of a
    vector, whose second is `ONE`) and `K`; `index` is the `i` of `e_i`, "" for the others.
    """

    name: ConstantName
    dims: tuple[Dim, ...]
    index: str
    shape: Shape
    span: Span


class Variable(Record):
    """A declared or inferred variable."""

    declared: Declared
    span: Span
    shape: Shape = derived(lambda self: self.declared.shape)


class Sum(Record):
    """Signed terms, all of the sum's own shape."""

    terms: tuple[tuple[int, Typed], ...]
    shape: Shape
    span: Span


class Product(Record):
    """Factors from the left; each joins all before it by its `Join` (the first's is `scale`)."""

    factors: tuple[tuple[Join, Typed], ...]
    shape: Shape
    span: Span


class Power(Record):
    """A scalar or entries to a scalar exponent; a square matrix to an integer or symbolic one."""

    base: Typed
    exponent: Typed
    kind: PowerKind
    shape: Shape
    span: Span


class Transpose(Record):
    """The transpose."""

    argument: Typed
    shape: Shape
    span: Span


class Apply(Record):
    """A row of the function table applied; an elementwise row takes an argument of any shape.

    `sizes` are the sizes that the letters of the row's signature stand for here.
    """

    function: Function
    arguments: tuple[Typed, ...]
    sizes: dict[str, Dim]
    shape: Shape
    span: Span


class Broadcast(Record):
    """A scalar as a multiple of ones of this shape, or a column repeated in every column."""

    argument: Typed
    shape: Shape
    span: Span


Typed = Number | Size | Constant | Variable | Sum | Product | Power | Transpose | Apply | Broadcast


class Problem(Record):
    """A typed expression with the variables it is about.

    `variables` in the order of first appearance in the text (definitions first), declared but
    unused ones last; `functions` are the functions of which only the name is known and their
    derivatives, by each name that a text may use; `sizes` the names of dimensions; `readings` what
    was assumed (kinds, broadcasts); `text` the text of the expression; `by` the variables and
    `label` the name that stand before it, `∂/∂x`, `f(x) =`.
    """

    expression: Typed
    variables: dict[str, Declared]
    functions: dict[str, tuple[Function, ...]]
    sizes: frozenset[str]
    readings: tuple[str, ...]
    text: str
    by: tuple[str, ...] = ()
    label: str = ""


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


def subexpressions(problem: Problem) -> list[tuple[int, str, str]]:
    """Depth, text and shape of every subexpression, each before its parts.

    Broadcasts are not shown, nor a part with the text of the whole; what is used several times
    (a definition) is shown once with its parts, and after that without.
    """
    found: list[tuple[int, str, str]] = []
    stack: list[tuple[int, Typed, str]] = [(0, problem.expression, "")]
    shown: set[int] = set()
    while stack:
        depth, node, above = stack.pop()
        if isinstance(node, Broadcast):
            stack.append((depth, node.argument, above))
            continue
        text = problem.text[slice(*node.span)]
        below = depth
        if text != above:
            found.append((depth, text, show_shape(node.shape)))
            below = depth + 1
        if id(node) in shown:
            continue
        shown.add(id(node))
        stack.extend((below, part, text) for part in reversed(children(node)))
    return found
