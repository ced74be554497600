"""A claim with `d(…)` of whole expressions in it → the same in `dX` alone; judges nothing.

`d(A x - b)` in a line of a derivation stands for `A dx` where x changes. Its differential is
derived, and proved before it takes that place.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.claims import written
from mdiff.errors import Label, fail
from mdiff.functions.table import ROWS
from mdiff.proof import prove, reread
from mdiff.syntax.tree import Apply, Name, Product, Transpose, children
from mdiff.verdicts.nodes import detached, rewritten
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.claim import Part

_NONLINEAR = frozenset(row.name for row in ROWS if row.kind == "elementwise") | {"sqrt"}


def has_differentials(tree: Tree) -> bool:
    """Whether `d` stands before something in a tree."""
    return any(
        operator == "*" and _is_d(before)
        for node in postorder([tree], children)
        if isinstance(node, Product)
        for (_, before), (operator, _) in pairwise(node.factors)
    )


def joined(tree: Tree, names: frozenset[str], text: str, readings: list[str]) -> Tree:
    """The tree with `d X` made `dX`, unless `d` is a name; and `sin x dx` made `sin(x) dx`."""

    def change(inner: Tree, span: Span) -> Tree | None:
        if isinstance(inner, Name) and f"d{inner.name}" in names:
            return Name(f"d{inner.name}", span)
        return None

    def join(node: Tree) -> Tree:
        if isinstance(node, Product) and "d" not in names:
            return _with_changes(node, change)
        if isinstance(node, Apply) and node.function in _NONLINEAR:
            return _freed(node, names, text, readings)
        return node

    return rewritten(tree, join)


def _with_changes(node: Product, change: Callable[[Tree, Span], Tree | None]) -> Tree:
    """A product with the change of F in place of `d F`; of `d F'` the transpose of that.

    `change` gets F and the span of `d F`, and gives None for what is left alone.
    """
    found: list[tuple[Operator, Tree]] = []
    for operator, factor in node.factors:
        new = None
        if found and operator == "*" and _is_d(found[-1][1]):
            start = found[-1][1].span[0]
            inner = factor.argument if isinstance(factor, Transpose) else factor
            new = change(inner, (start, inner.span[1]))
            if new is not None and inner is not factor:
                new = Transpose(new, (start, factor.span[1]))
        if new is None:
            found.append((operator, factor))
        else:
            found[-1] = (found[-1][0], new)
    if len(found) == len(node.factors):
        return node
    return found[0][1] if len(found) == 1 else Product(tuple(found), node.span)


def _freed(node: Apply, names: frozenset[str], text: str, readings: list[str]) -> Tree:
    """`sin x dx`: no claim is a sine of a differential, so the function ends before `dx`."""
    argument = node.arguments[0]
    bracketed = "(" in text[node.head[1] : argument.span[0] + 1]
    if bracketed or len(node.arguments) > 1 or not isinstance(argument, Product):
        return node
    factors = argument.factors
    count = len(factors)
    while count > 1 and _is_change(factors[count - 1][1], names):
        count -= 1
    if count == len(factors):
        return node
    last = factors[count - 1][1].span[1]
    inner = factors[0][1]
    if count > 1:
        inner = Product(factors[:count], (argument.span[0], last))
    call = Apply(node.function, (inner,), node.head, (node.span[0], last))
    whole, rest = text[slice(*node.span)], text[last : node.span[1]].strip()
    readings.append(f"`{whole}` is read as `({text[node.span[0] : last]}) {rest}`")
    return Product((("*", call), *factors[count:]), node.span)


def _is_change(node: Tree, names: frozenset[str]) -> bool:
    return isinstance(node, Name) and node.name[0] == "d" and names >= {node.name, node.name[1:]}


def _is_d(node: Tree) -> bool:
    return isinstance(node, Name) and node.name == "d"


def resolved(part: Part, asked: Asked) -> Tree:
    """The claim's tree with the differential of F in place of `d F`."""
    problem, wrt = asked.problem, asked.wrt

    def differential(inner: Tree, span: Span) -> Tree:
        found = asked.read(part.definitions, inner, part.text)
        strangers = sorted(set(found.variables) - asked.names)
        if strangers:
            message = f"`{strangers[0]}` is not a name of the expression"
            label = Label(inner.span, f"the differential of `{strangers[0]}` is unknown")
            raise fail("E101", message, text=part.text, labels=[label])
        own = problem.but(expression=found.expression, readings=())
        derivation = Derivation(own)
        text = written(derivation, derivation.differential(list(wrt)))
        proof = prove(own, "d", wrt, reread(own, text, wrt))
        if not proof.ok:
            message = f"the differential of `{part.text[slice(*inner.span)]}` cannot be proved"
            label = Label(inner.span, proof.why)
            raise fail("E302", message, text=part.text, labels=[label])
        return detached(asked.parse(text)).but(span=span)

    def resolve(node: Tree) -> Tree:
        return _with_changes(node, differential) if isinstance(node, Product) else node

    return rewritten(part.tree, resolve)
