"""A product in a claim → the small edits of it: orders, operators, factors left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.check.edit import FAR, Edit
from mdiff.check.write import NEW
from mdiff.syntax.tree import Product, Transpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mdiff.syntax.tree import Operator, Tree

LONGEST_SHUFFLE = 6


def of_product(
    node: Product, factors: Sequence[tuple[Operator, Tree]], scalar: Callable[[Tree], bool]
) -> Iterator[Edit]:
    """The edits of a product with these factors; `scalar` tells nodes that are known to be one."""
    count = len(factors)
    for index in range(1, count):
        operator, _ = factors[index]
        yield from _operators(node, factors, index)
        if operator in ("*", "/", "⊗") and not _commute(factors, index - 1, index, scalar):
            yield _swapped(node, factors, index - 1, index, 0.0)
            yield from _turned(node, factors, index)
    if count <= LONGEST_SHUFFLE and all(operator == "*" for operator, _ in factors):
        for first in range(count):
            for second in range(first + 2, count):
                if not _commute(factors, first, second, scalar):
                    yield _swapped(node, factors, first, second, FAR)
        if count > 2:
            trees = [factor for _, factor in factors]
            for turned in (trees[1:] + trees[:1], trees[-1:] + trees[:-1], trees[::-1]):
                yield Edit("order", node, _joined(turned), more=FAR)
    if count > 1:
        for index in range(count):
            rest = [*factors[:index], *factors[index + 1 :]]
            if index == 0 and rest[0][0] != "*":
                continue
            new = rest[0][1] if len(rest) == 1 else Product((("*", rest[0][1]), *rest[1:]), NEW)
            yield Edit("extra", node, new, span=factors[index][1].span, more=0.1)


def _commute(
    factors: Sequence[tuple[Operator, Tree]],
    first: int,
    second: int,
    scalar: Callable[[Tree], bool],
) -> bool:
    """Whether two factors are known to give the same in each other's place."""
    same = (factors[first][0] == "/") == (factors[second][0] == "/")
    return same and (scalar(factors[first][1]) or scalar(factors[second][1]))


def _joined(trees: Sequence[Tree]) -> Tree:
    times: Operator = "*"
    return Product(tuple((times, tree) for tree in trees), NEW)


def _swapped(
    node: Product, factors: Sequence[tuple[Operator, Tree]], first: int, second: int, more: float
) -> Edit:
    changed = [*factors]
    changed[first] = (factors[first][0], factors[second][1])
    changed[second] = (factors[second][0], factors[first][1])
    span = factors[first][1].span[0], factors[second][1].span[1]
    return Edit("order", node, Product(tuple(changed), NEW), span=span, more=more)


def _turned(node: Product, factors: Sequence[tuple[Operator, Tree]], index: int) -> Iterator[Edit]:
    """`u' v` for `u v'`, and the other way round."""
    match factors[index - 1][1], factors[index][1]:
        case Transpose(left), Transpose():
            return
        case Transpose(left), right:
            pair: tuple[Tree, Tree] = left, Transpose(right, NEW)
        case left, Transpose(right):
            pair = Transpose(left, NEW), right
        case _:
            return
    changed = [*factors]
    changed[index - 1 : index + 1] = zip(
        (factors[index - 1][0], factors[index][0]), pair, strict=True
    )
    span = factors[index - 1][1].span[0], factors[index][1].span[1]
    yield Edit("transpose", node, Product(tuple(changed), NEW), span=span, more=FAR)
    if factors[index - 1][1] is not pair[0] and factors[index][1] is not pair[1]:
        left, right = _bare(pair[0]), _bare(pair[1])
        changed[index - 1 : index + 1] = [(factors[index - 1][0], left), (".*", right)]
        new = Product(tuple(changed), NEW)
        yield Edit("elementwise", node, new, span=span, more=0.05)


def _bare(node: Tree) -> Tree:
    match node:
        case Transpose(argument):
            return argument
        case _:
            return node


def _operators(
    node: Product, factors: Sequence[tuple[Operator, Tree]], index: int
) -> Iterator[Edit]:
    """Another operator before a factor."""
    others: dict[Operator, tuple[Operator, ...]] = {
        "*": (".*", "/"), ".*": ("*",), "/": ("./", "*"), "./": ("/", ".*"), "⊗": ("*",),
    }  # fmt: skip
    operator, factor = factors[index]
    span = factors[index - 1][1].span[0], factor.span[1]
    for other in others[operator]:
        changed = [*factors]
        changed[index] = (other, factor)
        turned = operator.endswith("/") != other.endswith("/")
        slip = "inverse" if turned else "elementwise"
        yield Edit(slip, node, Product(tuple(changed), NEW), span=span)
