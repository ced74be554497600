"""A product in a claim → the small edits of it: orders, operators, factors left out."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.tree import Apply, Number, Power, Product, Sum, Transpose
from mdiff.verdicts.edit import FAR, Edit
from mdiff.verdicts.nodes import power
from mdiff.verdicts.write import NEW

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
    yield from _spread_out(node, factors)
    if count > 1:
        for index in range(count):
            rest = [*factors[:index], *factors[index + 1 :]]
            if index == 0 and rest[0][0] != "*":
                continue
            new = rest[0][1] if len(rest) == 1 else Product((("*", rest[0][1]), *rest[1:]), NEW)
            yield Edit("extra", node, new, span=factors[index][1].span, more=0.1)


def _spread_out(node: Product, factors: Sequence[tuple[Operator, Tree]]) -> Iterator[Edit]:
    """`X^-1 G X^-1` for `X^-2 G`, `X G + G X` for `2 X G`: as if they commuted."""
    if any(operator != "*" for operator, _ in factors[1:]) or len(factors) > LONGEST_SHUFFLE:
        return
    trees = [factor for _, factor in factors]
    for at, tree in enumerate(trees):
        base, exponent = _power(tree)
        count = abs(exponent)
        if not 0 < count <= LONGEST_SHUFFLE:
            continue
        unit = exponent // count
        for far in range(len(trees)):
            if far == at:
                continue
            first, last = min(at, far), max(at, far)
            block = [each for each in trees[first : last + 1] if each is not tree]
            span = trees[first].span[0], trees[last].span[1]
            more = FAR if last - first > 1 else 0.0
            for left in range(1, count):
                right = exponent - unit * left
                split = [*_power_of(base, unit * left), *block, *_power_of(base, right)]
                new = _joined([*trees[:first], *split, *trees[last + 1 :]])
                yield Edit("order", node, new, span=span, more=more)
            match trees[0]:
                case Number(number) if first and number == count + 1 == exponent + 1:
                    terms = [
                        [*_power_of(base, left), *block, *_power_of(base, count - left)]
                        for left in range(count, -1, -1)
                    ]
                    before, after = trees[1:first], trees[last + 1 :]
                    whole = [(1, _joined([*before, *term, *after])) for term in terms]
                    spread = Sum(tuple(whole), NEW)
                    yield Edit("order", node, spread, span=span, more=more + 0.1)
                case _:
                    pass


def _power(node: Tree) -> tuple[Tree, int]:
    """A base and its whole exponent; 0 for what is no matrix power."""
    match node:
        case Power(base, Number(value), False) if value.denominator == 1:
            return base, value.numerator
        case Power(base, Sum(((-1, Number(value)),)), False) if value.denominator == 1:
            return base, -value.numerator
        case Apply("inv", (base,)):
            return base, -1
        case Number() | Power():
            return node, 0
        case _:
            return node, 1


def _power_of(base: Tree, exponent: int) -> list[Tree]:
    return [power(base, Fraction(exponent))] if exponent else []


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
    if len(trees) == 1:
        return trees[0]
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
        "·": (".*",), "@": (".*",), "\\": (),
    }  # fmt: skip
    operator, factor = factors[index]
    span = factors[index - 1][1].span[0], factor.span[1]
    for other in others[operator]:
        changed = [*factors]
        changed[index] = (other, factor)
        turned = operator.endswith("/") != other.endswith("/")
        slip = "inverse" if turned else "elementwise"
        yield Edit(slip, node, Product(tuple(changed), NEW), span=span)
