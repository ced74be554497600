"""A syntax tree → its terms with all products of sums written out; the value stays the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.verdicts.write import NEW
from mdiff.walk import postorder

if TYPE_CHECKING:
    from mdiff.syntax.tree import Operator, Tree

    Terms = list[tuple[int, Tree]]


def expanded(tree: Tree, most: int) -> Terms:
    """The signed terms of a tree; a part that would have more than `most` is left as it is."""
    made: dict[int, Terms] = {}
    for node in postorder([tree], children):
        terms = _terms(node, made, most)
        made[id(node)] = terms if len(terms) <= most else [(1, node)]
    return made[id(tree)]


def _terms(node: Tree, made: dict[int, Terms], most: int) -> Terms:
    match node:
        case Number() | Name() | Text() | Power() | Apply():
            return [(1, node)]
        case Sum(terms):
            return [(sign * own, tree) for sign, term in terms for own, tree in made[id(term)]]
        case Transpose(argument):
            inner = made[id(argument)]
            if len(inner) == 1:
                return [(1, node)]
            return [(sign, Transpose(tree, NEW)) for sign, tree in inner]
        case Product(factors):
            return _product(node, factors, made, most)


def _product(
    node: Product, factors: tuple[tuple[Operator, Tree], ...], made: dict[int, Terms], most: int
) -> Terms:
    found: list[tuple[int, tuple[tuple[Operator, Tree], ...]]] = [(1, ())]
    for operator, factor in factors:
        terms = made[id(factor)] if operator in ("*", ".*") else [(1, factor)]
        found = [
            (sign * own, (*before, (operator, tree)))
            for sign, before in found
            for own, tree in terms
        ]
        if len(found) > most:
            return [(1, node)]
    if len(found) == 1 and found[0][0] == 1:
        return [(1, node)]
    return [(sign, Product(joined, NEW)) for sign, joined in found]
