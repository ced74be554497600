"""The tree of a parsed text: frozen nodes with spans, names unresolved, shapes unknown.

The node types are closed; functions are not node types but the names in `Apply`.
Nothing here computes anything. Trees may be deep: walk them with `mdiff.walk`, not by recursion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fractions import Fraction

    from mdiff.errors import Span
    from mdiff.syntax.survey import Dialect

Operator = Literal["*", "/", ".*", "./", "⊗", "·", "@", "\\"]
"""`·` is the product, or the inner one of two vectors; `@` is numpy's. `\\` is in no tree."""


class Number:
    """A number as written; decimals are exact fractions."""

    __slots__ = ("span", "value")
    __match_args__ = ("value",)

    def __init__(self, value: Fraction, span: Span) -> None:
        self.value = value
        self.span = span


class Name:
    """A variable, a size, or a constant that is spelled like one (`I`, `pi`)."""

    __slots__ = ("name", "span")
    __match_args__ = ("name",)

    def __init__(self, name: str, span: Span) -> None:
        self.name = name
        self.span = span


class Text:
    """The pattern of `einsum`, as written between its quotes; no value, and no other use.

    It is well formed (`mdiff.syntax.pattern`); there may be blanks in it. It starts at
    `span[0] + 1` of the text.
    """

    __slots__ = ("span", "value")
    __match_args__ = ("value",)

    def __init__(self, value: str, span: Span) -> None:
        self.value = value
        self.span = span


class Sum:
    """Signed terms: `a - b + c`; a lone `-a` is a sum of one term with sign -1."""

    __slots__ = ("span", "terms")
    __match_args__ = ("terms",)

    def __init__(self, terms: tuple[tuple[int, Tree], ...], span: Span) -> None:
        self.terms = terms
        self.span = span


class Product:
    """Factors from the left, each after the first with the operator before it.

    The first factor's operator is `*` and means nothing. Juxtaposition is `*`.
    """

    __slots__ = ("factors", "span")
    __match_args__ = ("factors",)

    def __init__(self, factors: tuple[tuple[Operator, Tree], ...], span: Span) -> None:
        self.factors = factors
        self.span = span


class Power:
    """`base ^ exponent`, or `base .^ exponent` where `elementwise`."""

    __slots__ = ("base", "elementwise", "exponent", "span")
    __match_args__ = ("base", "exponent", "elementwise")

    def __init__(self, base: Tree, exponent: Tree, elementwise: bool, span: Span) -> None:  # noqa: FBT001
        self.base = base
        self.exponent = exponent
        self.elementwise = elementwise
        self.span = span


class Transpose:
    """The transpose of its argument; `attribute`: written `.T`, which keeps numpy's vectors."""

    __slots__ = ("argument", "attribute", "span")
    __match_args__ = ("argument",)

    def __init__(self, argument: Tree, span: Span, *, attribute: bool = False) -> None:
        self.argument = argument
        self.span = span
        self.attribute = attribute


class Apply:
    """A function of the table, an abstract function, or a sized constant (`ones(m,n)`).

    `function` is the canonical name in the table (aliases resolved): `||x||` is `norm`,
    `||A||_F` is `normF`, `||x||_1` is `norm1`, `|c|` is `abs`, `<A, B>` is `inner`,
    `||x||_p` is `normp` of x and p, `softmax(X, cols)` is `softmaxc`, `A ⊗ B` is `kron`; `I_n` is
    `eye` of the name `n`, `1_n` is `ones`, `e_i` is `unit`;
    `D(n)` and `D_n` are `duplication` of `n` where they are no variables.
    `bars` is `|A|`, whatever its argument makes of it, and `adjoint` is `A^H`.
    The first argument of `einsum` is its pattern, a `Text`.
    `head` is the span of the function's name alone; `dotted`: by elements at all events, `exp.(X)`.
    """

    __slots__ = ("arguments", "dotted", "function", "head", "span")
    __match_args__ = ("function", "arguments")

    def __init__(
        self,
        function: str,
        arguments: tuple[Tree, ...],
        head: Span,
        span: Span,
        *,
        dotted: bool = False,
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.head = head
        self.span = span
        self.dotted = dotted


Tree = Number | Name | Text | Sum | Product | Power | Transpose | Apply


class Definition:
    """`name = expression`, one before the last part of a text."""

    __slots__ = ("expression", "name", "span")

    def __init__(self, name: str, expression: Tree, span: Span) -> None:
        self.name = name
        self.expression = expression
        self.span = span


class Program:
    """A whole text: definitions in order, then the expression; `readings` tell what may surprise.

    `text` is the text as it was read; all spans count in it. `dialect` is the manner in which it is
    written, `by` the variables that stand before the expression, how that is told, and `label` its
    name. `unknown` are the names of functions of which not even the shapes are declared:
    `Apply("f", (x,))`.
    """

    __slots__ = (
        "by", "by_told", "definitions", "dialect", "expression", "label", "readings", "text",
        "unknown",
    )  # fmt: skip

    def __init__(  # noqa: PLR0913 - the parts of a text
        self,
        definitions: tuple[Definition, ...],
        expression: Tree,
        readings: tuple[str, ...],
        text: str,
        dialect: Dialect = "notes",
        by: tuple[str, ...] = (),
        by_told: str = "",
        label: str = "",
        unknown: frozenset[str] = frozenset(),
    ) -> None:
        self.definitions = definitions
        self.expression = expression
        self.readings = readings
        self.text = text
        self.dialect: Dialect = dialect
        self.by = by
        self.by_told = by_told
        self.label = label
        self.unknown = unknown


def children(node: Tree) -> tuple[Tree, ...]:
    """The node's direct parts, in the order of the text."""
    match node:
        case Number() | Name() | Text():
            return ()
        case Sum(terms):
            return tuple(term for _, term in terms)
        case Product(factors):
            return tuple(factor for _, factor in factors)
        case Power(base, exponent, _):
            return (base, exponent)
        case Transpose(argument):
            return (argument,)
        case Apply(_, arguments):
            return arguments
