"""Nodes of a syntax tree → others made of them: parts replaced, factors, sums written out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree

    Terms = Sequence[tuple[int, Tree]]
    Factors = Sequence[tuple[Operator, Tree]]

NEW: Span = (-1, -1)
"""The span of a node that is nowhere in the user's text."""


def with_parts(node: Tree, parts: Sequence[Tree], span: Span = NEW) -> Tree:
    """A node like another one, with other parts and a span of its own."""
    match node:
        case Number() | Name() | Text():
            return node.but(span=span)
        case Sum(terms):
            signs = (sign for sign, _ in terms)
            return Sum(tuple(zip(signs, parts, strict=True)), span)
        case Product(factors):
            operators = (operator for operator, _ in factors)
            return Product(tuple(zip(operators, parts, strict=True)), span)
        case Power():
            return Power(parts[0], parts[1], node.elementwise, span)
        case Transpose():
            return Transpose(parts[0], span)
        case Apply(function):
            return Apply(function, tuple(parts), node.head if span != NEW else NEW, span)


def rewritten(tree: Tree, change: Callable[[Tree], Tree], span: Span | None = None) -> Tree:
    """The tree with every node changed, its parts first.

    Nodes above a change keep their span, unless another is given.
    """
    made: dict[int, Tree] = {}
    for node in postorder([tree], children):
        parts = children(node)
        changed = [made[id(part)] for part in parts]
        same = all(one is other for one, other in zip(parts, changed, strict=True))
        made[id(node)] = change(node if same else with_parts(node, changed, span or node.span))
    return made[id(tree)]


def replaced(root: Tree, target: Tree, node: Tree) -> Tree:
    """The tree with a node in the place of another; the nodes above it are new."""
    return rewritten(root, lambda each: node if each is target else each, NEW)


def detached(tree: Tree) -> Tree:
    """A copy of a tree of another text, whose places mean nothing here."""
    return rewritten(tree, lambda node: with_parts(node, children(node)))


def within(node: Tree, root: Tree) -> bool:
    """Whether a node is in a tree."""
    return any(each is node for each in postorder([root], children))


def names(roots: Iterable[Tree]) -> set[str]:
    """All names in some trees."""
    return {each.name for each in postorder(roots, children) if isinstance(each, Name)}


# ----------------------------------------------------------------------- sums and products


def top_terms(tree: Tree) -> Terms:
    """The terms of a sum; what is no sum is its only term."""
    return tree.terms if isinstance(tree, Sum) else ((1, tree),)


def summed(terms: Terms) -> Tree:
    """The sum of some terms; a single one that is added is none."""
    return terms[0][1] if len(terms) == 1 and terms[0][0] > 0 else Sum(tuple(terms), NEW)


def product(factors: Factors) -> Tree:
    """The product of some factors, whatever stands before the first; a single one is none."""
    match factors:
        case ((_, Number(value)), ("*", _), *_) if value == 1:
            factors = factors[1:]
        case _:
            pass
    first = factors[0][1]
    return first if len(factors) == 1 else Product((("*", first), *factors[1:]), NEW)


def times(*trees: Tree) -> Tree:
    """The product of some trees."""
    return product([("*", tree) for tree in trees])


def transpose(node: Tree) -> Tree:
    """The transpose of a node, without a second transpose."""
    return node.argument if isinstance(node, Transpose) else Transpose(node, NEW)


def powered(node: Tree) -> tuple[Tree, int]:
    """A base and its whole exponent; 0 for what is no matrix power."""
    match node:
        case Power(base, Number(value), False) if value.denominator == 1:
            return base, value.numerator
        case Apply("inv", (base,)):
            return base, -1
        case Number() | Power():
            return node, 0
        case _:
            return node, 1


def inverted(node: Tree) -> Tree | None:
    """What a node is the inverse of."""
    base, exponent = powered(node)
    return base if exponent == -1 else None


def number(value: Fraction | int) -> Tree:
    """A number that is in no text."""
    return Number(Fraction(value), NEW)


def power(node: Tree, exponent: Fraction | int, *, elementwise: bool = False) -> Tree:
    """A power of a node."""
    return node if exponent == 1 else Power(node, number(exponent), elementwise, NEW)


def negative(node: Tree) -> Tree:
    """A node with the other sign."""
    if isinstance(node, Number) and node.value < 0:
        return number(-node.value)
    return summed([(-sign, term) for sign, term in top_terms(node)])


def scaled(node: Tree, by: Fraction, sizes: Sequence[tuple[str, int]] = ()) -> Tree:
    """A node times a number and powers of sizes; what stands in it already is joined with them."""
    if isinstance(node, Sum) and len(node.terms) == 1:
        ((sign, node),) = node.terms
        by *= sign
    powers = dict(sizes)
    kept: list[tuple[Operator, Tree]] = []
    for operator, factor in node.factors if isinstance(node, Product) else (("*", node),):
        way = {"*": 1, "/": -1}.get(operator, 0)
        match factor:
            case Number(value) if way and value:
                by *= value**way
            case Name(name) if way and name in powers:
                powers[name] += way
            case _:
                kept.append((operator, factor))
    every: list[tuple[Operator, Tree]] = []
    every += [("*", power(Name(n, NEW), p)) for n, p in powers.items() if p > 0]
    every += [("/", number(by.denominator))] if by.denominator != 1 else []
    every += [("/", power(Name(n, NEW), -p)) for n, p in powers.items() if p < 0]
    every += kept
    if abs(by.numerator) != 1 or not every or every[0][0] != "*":
        every.insert(0, ("*", number(abs(by.numerator))))
    return product(every) if by > 0 else negative(product(every))


def expanded(tree: Tree, most: int) -> Terms:
    """The signed terms of a tree with all products of sums written out.

    A part that would have more than `most` terms is left as it is, so that the cost is bounded by
    `most` times the nodes.
    """
    made: dict[int, Terms] = {}
    for node in postorder([tree], children):
        terms: Terms = [(1, node)]
        match node:
            case Sum(own):
                terms = [(sign * s, t) for sign, term in own for s, t in made[id(term)]]
            case Transpose(argument) if len(made[id(argument)]) > 1:
                terms = [(sign, Transpose(term, NEW)) for sign, term in made[id(argument)]]
            case Product(factors):
                found: list[tuple[int, Factors]] = [(1, ())]
                for operator, factor in factors:
                    parts = made[id(factor)] if operator in ("*", ".*") else [(1, factor)]
                    found = [
                        (sign * s, (*before, (operator, term)))
                        for sign, before in found
                        for s, term in parts
                    ]
                    if len(found) > most:
                        break
                if len(found) > 1 or found[0][0] < 0:
                    terms = [(sign, product(joined)) for sign, joined in found]
            case _:
                pass
        made[id(node)] = terms if len(terms) <= most else [(1, node)]
    return made[id(tree)]
