"""Nodes of a syntax tree → others made of them: parts replaced, transposes, powers, factors."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.verdicts.write import NEW
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree


def replaced(root: Tree, target: Tree, node: Tree) -> Tree:
    """The tree with a node in the place of another; the nodes above it are new."""
    if root is target:
        return node
    parents: dict[int, tuple[Tree, int]] = {}
    for each in postorder([root], children):
        for index, part in enumerate(children(each)):
            parents[id(part)] = (each, index)
    while target is not root:
        parent, index = parents[id(target)]
        node = with_child(parent, index, node, NEW)
        target = parent
    return node


def rewritten(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The tree with every node changed, its parts first; nodes above a change keep their span."""
    made: dict[int, Tree] = {}
    for node in postorder([tree], children):
        new = node
        for index, part in enumerate(children(node)):
            if made[id(part)] is not part:
                new = with_child(new, index, made[id(part)], new.span)
        made[id(node)] = change(new)
    return made[id(tree)]


def with_child(parent: Tree, index: int, child: Tree, span: Span) -> Tree:
    """A node with another child, and a span of its own."""
    match parent:
        case Number() | Name() | Text():
            return parent
        case Sum(terms):
            changed = [*terms]
            changed[index] = (terms[index][0], child)
            return Sum(tuple(changed), span)
        case Product(factors):
            joined = [*factors]
            joined[index] = (factors[index][0], child)
            return Product(tuple(joined), span)
        case Power(base, exponent, elementwise):
            if index == 0:
                return Power(child, exponent, elementwise, span)
            return Power(base, child, elementwise, span)
        case Transpose():
            return Transpose(child, span)
        case Apply(function, arguments):
            given = (*arguments[:index], child, *arguments[index + 1 :])
            return Apply(function, given, parent.head, span)


def detached(tree: Tree) -> Tree:
    """A copy of a tree of another text, whose places mean nothing here."""
    made: dict[int, Tree] = {}
    for node in postorder([tree], children):
        parts = [made[id(part)] for part in children(node)]
        made[id(node)] = _copy(node, parts)
    return made[id(tree)]


def _copy(node: Tree, parts: Sequence[Tree]) -> Tree:
    match node:
        case Number(value):
            return Number(value, NEW)
        case Name(name):
            return Name(name, NEW)
        case Text(value):
            return Text(value, NEW)
        case Sum(terms):
            signs = (sign for sign, _ in terms)
            return Sum(tuple(zip(signs, parts, strict=True)), NEW)
        case Product(factors):
            operators = (operator for operator, _ in factors)
            return Product(tuple(zip(operators, parts, strict=True)), NEW)
        case Power():
            return Power(parts[0], parts[1], node.elementwise, NEW)
        case Transpose():
            return Transpose(parts[0], NEW)
        case Apply(function, _):
            return Apply(function, tuple(parts), NEW, NEW)


def transpose(node: Tree) -> Tree:
    """The transpose of a node, without a second transpose."""
    match node:
        case Transpose(argument):
            return argument
        case _:
            return Transpose(node, NEW)


def power(node: Tree, exponent: Fraction, *, elementwise: bool = False) -> Tree:
    """A power of a node."""
    if exponent == 1:
        return node
    return Power(node, Number(exponent, NEW), elementwise, NEW)


def negative(node: Tree) -> Tree:
    """A node with the other sign."""
    match node:
        case Sum(((-1, term),)):
            return term
        case Sum(terms):
            return Sum(tuple((-sign, term) for sign, term in terms), NEW)
        case Number(value):
            return Number(-value, NEW) if value < 0 else Sum(((-1, node),), NEW)
        case _:
            return Sum(((-1, node),), NEW)


def scaled(node: Tree, number: Fraction, sizes: Sequence[tuple[str, int]] = ()) -> Tree:
    """A node times a number and powers of sizes; numbers in it are joined with that."""
    factors: tuple[tuple[Operator, Tree], ...] = (("*", node),)
    match node:
        case Sum(((sign, term),)):
            number, node = number * sign, term
            factors = (("*", term),)
        case _:
            pass
    match node:
        case Number(value):
            factors, number = (), number * value
        case Product(parts):
            kept: list[tuple[Operator, Tree]] = []
            for operator, part in parts:
                match operator, part:
                    case "*", Number(value):
                        number *= value
                    case "/", Number(value) if value:
                        number /= value
                    case _:
                        kept.append((operator, part))
            if kept and kept[0][0] == "*":
                factors = tuple(kept)
            else:
                number, factors = _own_number(number, parts), parts
        case _:
            pass
    below: list[tuple[Operator, Tree]] = []
    front: list[tuple[Operator, Tree]] = []
    for name, exponent in sizes:
        cancelled = _without_size(factors, name, "/" if exponent > 0 else "*")
        if cancelled is not None:
            factors = cancelled
            continue
        size: tuple[Operator, Tree] = ("/" if exponent < 0 else "*", Name(name, NEW))
        (below if exponent < 0 else front).append(size)
    sign, number = (1, number) if number > 0 else (-1, -number)
    head: list[tuple[Operator, Tree]] = []
    if number.numerator != 1 or (not front and (below or number != 1)) or not (factors or front):
        head.append(("*", Number(Fraction(number.numerator), NEW)))
    if number.denominator != 1:
        head.append(("/", Number(Fraction(number.denominator), NEW)))
    every = [*head, *front, *below, *factors]
    if every[0][0] != "*":
        every.insert(0, ("*", Number(Fraction(1), NEW)))
    result = every[0][1] if len(every) == 1 else Product(tuple(every), NEW)
    return result if sign > 0 else negative(result)


def _without_size(
    factors: tuple[tuple[Operator, Tree], ...], name: str, operator: Operator
) -> tuple[tuple[Operator, Tree], ...] | None:
    """Factors without a size that stands among them in this way; None where it does not."""
    for at, (own, factor) in enumerate(factors):
        match factor:
            case Name(found) if found == name and own == operator:
                rest = (*factors[:at], *factors[at + 1 :])
                return rest if not rest or rest[0][0] == "*" else None
            case _:
                pass
    return None


def _own_number(number: Fraction, parts: Sequence[tuple[Operator, Tree]]) -> Fraction:
    """The number without those that stand in the product itself."""
    for operator, part in parts:
        match operator, part:
            case "*", Number(value):
                number /= value
            case "/", Number(value) if value:
                number *= value
            case _:
                pass
    return number
