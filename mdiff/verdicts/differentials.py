"""A claim with `d(…)` of whole expressions in it → the same in `dX` alone; judges nothing.

`d(A x - b)` in a line of a derivation stands for `A dx` where x changes. Its differential is
derived, and proved before it takes that place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.errors import Label, fail
from mdiff.notation.read import Reader
from mdiff.notation.tree import Book
from mdiff.proof import prove, reread
from mdiff.render import plain
from mdiff.shapes.typed import Problem
from mdiff.syntax import parse
from mdiff.syntax.tree import Name, Product, Transpose, children
from mdiff.verdicts.nodes import detached, rewritten
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.syntax.tree import Operator, Tree
    from mdiff.verdicts.claim import Part
    from mdiff.verdicts.typist import Typist


def has_differentials(tree: Tree) -> bool:
    """Whether `d` stands before something in a tree."""
    for node in postorder([tree], children):
        match node:
            case Product(factors):
                for (_, before), (operator, _) in pairwise(factors):
                    if operator == "*" and _is_d(before):
                        return True
            case _:
                pass
    return False


def resolved(part: Part, typist: Typist, wrt: tuple[str, ...]) -> Tree:
    """The claim's tree with the differential of F in place of `d F`."""

    def differential(inner: Tree) -> Tree:
        found = typist.read(part.definitions, inner, part.text)
        strangers = sorted(set(found.variables) - typist.names)
        if strangers:
            message = f"`{strangers[0]}` is not a name of the expression"
            label = Label(inner.span, f"the differential of `{strangers[0]}` is unknown")
            raise fail("E101", message, text=part.text, labels=[label])
        expression, known = found.expression, typist.problem
        problem = Problem(expression, known.variables, known.functions, known.sizes, (), known.text)
        derivation = Derivation(problem)
        value = derivation.differential(list(wrt))
        text = plain(Reader(derivation.table, Book()).read(value), known.variables)
        proof = prove(problem, "d", wrt, reread(problem, text, wrt))
        if not proof.ok:
            source = part.text[slice(*inner.span)]
            raise fail(
                "E302",
                f"the differential of `{source}` cannot be proved",
                text=part.text,
                labels=[Label(inner.span, proof.why)],
            )
        return detached(parse(text, typist.names, typist.functions).expression)

    def resolve(node: Tree) -> Tree:
        match node:
            case Product(factors):
                return _product(node, factors, differential)
            case _:
                return node

    return rewritten(part.tree, resolve)


def _product(
    node: Product,
    factors: tuple[tuple[Operator, Tree], ...],
    differential: Callable[[Tree], Tree],
) -> Tree:
    found: list[tuple[Operator, Tree]] = []
    for operator, factor in factors:
        if found and operator == "*" and _is_d(found[-1][1]):
            start = found[-1][1].span[0]
            match factor:
                case Transpose(argument) if argument.span[1] <= factor.span[1]:
                    inner = differential(argument).but(span=(start, argument.span[1]))
                    new: Tree = Transpose(inner, (start, factor.span[1]))
                case _:
                    new = differential(factor).but(span=(start, factor.span[1]))
            found[-1] = found[-1][0], new
        else:
            found.append((operator, factor))
    if len(found) == len(factors):
        return node
    return found[0][1] if len(found) == 1 else Product(tuple(found), node.span)


def _is_d(node: Tree) -> bool:
    match node:
        case Name("d"):
            return True
        case _:
            return False
