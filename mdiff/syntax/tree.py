"""The tree of a parsed text: frozen nodes with spans, names unresolved, shapes unknown.

The node types are closed; functions are not node types but the names in `Apply`.
Nothing here computes anything. Trees may be deep: walk them with `mdiff.walk`, not by recursion.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mdiff.record import Record

if TYPE_CHECKING:
    from mdiff.errors import Span

Operator = Literal["*", "/", ".*", "./", "⊗", "·", "@", "\\"]
"""`·` is the product, or the inner one of two vectors; `@` is numpy's. `\\` is in no tree."""

Dialect = Literal["notes", "matlab", "numpy", "table"]
"""The manner in which a text is written.

`numpy`: `*` by elements, vectors have one axis; `matlab` (and SymPy): `*` is the product, a run of
letters one name; `notes`: juxtaposition, a short run of letters may be a product; `table`: the
language of the function table, where everything is what it says."""

Signs = tuple[int, int]
"""The sign that several make, and where they start."""


class Number(Record):
    """A number as written; decimals are exact fractions."""

    value: Fraction
    span: Span


class Name(Record):
    """A variable, a size, or a constant that is spelled like one (`I`, `pi`)."""

    name: str
    span: Span


class Text(Record):
    """The pattern of `einsum`, as written between its quotes; no value, and no other use.

    It is well formed (`mdiff.syntax.literals`); there may be blanks in it. It starts at
    `span[0] + 1` of the text.
    """

    value: str
    span: Span


class Sum(Record):
    """Signed terms: `a - b + c`; a lone `-a` is a sum of one term with sign -1."""

    terms: tuple[tuple[int, Tree], ...]
    span: Span


class Product(Record):
    """Factors from the left, each after the first with the operator before it.

    The first factor's operator is `*` and means nothing. Juxtaposition is `*`.
    """

    factors: tuple[tuple[Operator, Tree], ...]
    span: Span


class Power(Record):
    """`base ^ exponent`, or `base .^ exponent` where `elementwise`."""

    base: Tree
    exponent: Tree
    elementwise: bool
    span: Span


class Transpose(Record):
    """The transpose of its argument; `attribute`: written `.T`, which keeps numpy's vectors."""

    argument: Tree
    span: Span
    attribute: bool = False


class Apply(Record):
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

    function: str
    arguments: tuple[Tree, ...]
    head: Span
    span: Span
    dotted: bool = False


Tree = Number | Name | Text | Sum | Product | Power | Transpose | Apply


class Definition(Record):
    """`name = expression`, one before the last part of a text."""

    name: str
    expression: Tree
    span: Span


class Program(Record):
    """A whole text: definitions in order, then the expression; `readings` tell what may surprise.

    `text` is the text as it was read; all spans count in it. `dialect` is the manner in which it is
    written, `by` the variables that stand before the expression, how that is told, and `label` its
    name. `unknown` are the names of functions of which not even the shapes are declared:
    `Apply("f", (x,))`.
    """

    definitions: tuple[Definition, ...]
    expression: Tree
    readings: tuple[str, ...]
    text: str
    dialect: Dialect = "notes"
    by: tuple[str, ...] = ()
    by_told: str = ""
    label: str = ""
    unknown: frozenset[str] = frozenset()


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


def signed(signs: Signs, tree: Tree) -> Tree:
    """The node, or the sum that is its negative."""
    sign, start = signs
    return tree if sign == 1 else Sum(((sign, tree),), (start, tree.span[1]))


def juxtaposed(run: list[Tree]) -> Tree:
    """The product of a run of factors; one is none."""
    if len(run) == 1:
        return run[0]
    return Product(tuple(("*", factor) for factor in run), (run[0].span[0], run[-1].span[1]))


def inverse(argument: Tree, span: Span, whole: Span) -> Tree:
    """`A^-1`, where `span` is that of the sign that says so."""
    return Power(argument, Number(Fraction(-1), span), elementwise=False, span=whole)


def inverse_transpose(argument: Tree, span: Span) -> Tree:
    """`A^-T`, where `span` is that of the postfix."""
    whole = (argument.span[0], span[1])
    return Transpose(inverse(argument, span, whole), whole)


def as_exponent(tree: Tree) -> Tree:
    """An exponent, as one number where it is one: `-1`, `(1/2)`, `{-1/2}`."""
    factor, inner = Fraction(1), tree
    while True:
        match inner:
            case Number(value):
                return Number(factor * value, tree.span)
            case Sum(((sign, term),)):
                factor, inner = factor * sign, term
            case Product(((_, top), ("/", Number(bottom)))) if bottom:
                factor, inner = factor / bottom, top
            case _:
                return tree
