"""Nodes in, the node that a sign or an exponent makes of them out; a number stays one number."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.tree import Number, Power, Product, Sum, Transpose

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.syntax.tree import Tree

Signs = tuple[int, int]
"""The sign that several make, and where they start."""


def signed(signs: Signs, tree: Tree) -> Tree:
    """The node, or the sum that is its negative."""
    sign, start = signs
    return tree if sign == 1 else Sum(((sign, tree),), (start, tree.span[1]))


def inverse(argument: Tree, span: Span, whole: Span) -> Tree:
    """`A^-1`, where `span` is that of the sign that says so."""
    return Power(argument, Number(Fraction(-1), span), elementwise=False, span=whole)


def inverse_transpose(argument: Tree, span: Span) -> Tree:
    """`A^-T`, where `span` is that of the postfix."""
    whole = (argument.span[0], span[1])
    return Transpose(inverse(argument, span, whole), whole)


def as_exponent(tree: Tree) -> Tree:
    """An exponent, as one number where it is one: `-1`, `(1/2)`, `{-1/2}`."""
    sign, inner = 1, tree
    while isinstance(inner, Sum) and len(inner.terms) == 1:
        sign *= inner.terms[0][0]
        inner = inner.terms[0][1]
    if isinstance(inner, Number):
        return Number(sign * inner.value, tree.span)
    match inner:
        case Product(((_, top), ("/", bottom))):
            upper, lower = as_exponent(top), as_exponent(bottom)
            if isinstance(upper, Number) and isinstance(lower, Number) and lower.value:
                return Number(sign * upper.value / lower.value, tree.span)
        case _:
            pass
    return tree
