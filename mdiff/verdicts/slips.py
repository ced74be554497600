"""A syntax tree → the small edits of it that would undo a common slip; nothing is judged here.

Most edits are ill-typed or have another value: whoever asks for them tries them. A tree of n nodes
has some 20 n of them.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations
from typing import TYPE_CHECKING

from mdiff.functions.row import SCALAR
from mdiff.functions.table import TABLE
from mdiff.record import Record, derived
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.verdicts.nodes import (
    NEW,
    inverted,
    negative,
    number,
    power,
    powered,
    product,
    scaled,
    summed,
    times,
    transpose,
)
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree
    from mdiff.verdicts.nodes import Factors
    from mdiff.verdicts.search import Search

SLIPS: dict[str, tuple[str, float]] = {
    "sign": ("a sign", 1.0),
    "factor": ("a factor", 1.0),
    "transpose": ("a transpose", 1.1),
    "order": ("the order of factors", 1.2),
    "inverse": ("an inverse", 1.2),
    "transposed term": ("a missing transposed term", 1.3),
    "elementwise": ("a product by elements", 1.3),
    "diag": ("a diag", 1.4),
    "function": ("a function", 1.4),
    "power": ("a power", 1.4),
    "extra": ("something too much", 1.5),
    "missing": ("a missing term", 1.6),
    "trace": ("a trace", 1.6),
    "missing factor": ("the factor `{}` is missing", 1.6),
    "chain": ("the derivative of `{}` is missing", 1.6),
    "name": ("a name", 1.7),
    "shape": ("a scalar in place of ones", 1.0),
}
"""The slips in words (`{}` is what they are about), and how far-fetched an edit is that undoes
one."""

FAR = 0.2  # what an order costs more where the factors are no neighbours
NUMBER_IN_SUM = 0.3  # what a number within the claim costs more than one before a whole term
COMPOUND = 0.15  # what the transpose of a sum or a product costs more than that of a name
LONGEST_SHUFFLE = 6  # factors

CONFUSED: dict[str, str] = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tan": "tanh", "tanh": "sigmoid",
    "asin": "acos", "acos": "asin", "abs": "sign", "sign": "abs", "relu": "step", "step": "relu",
    "softplus": "sigmoid", "sigmoid": "tanh softplus", "log": "exp", "exp": "log",
    "det": "logdet", "logdet": "det", "norm": "norm1", "norm2": "norm1", "normF": "norm1",
    "inv": "adj", "adj": "inv", "softmax": "sigmoid", "logsumexp": "softmax",
    "sinm": "cosm", "cosm": "sinm", "mean": "sum", "sum": "mean",
}  # fmt: skip
"""Functions that are taken for each other."""

_SIZED = frozenset({"eye", "ones", "zeros", "K", "duplication", "unit"})


class Edit(Record):
    """One edit: `target` becomes `node`, or goes where that is the empty sum.

    `slip` is what it undoes, as are `also`; `place` where to look, if not at the target; `more`
    what it costs more than others of its sort; `about` the text of what was missing; `by` the
    scalar that it multiplies a term by, where it does nothing else; `positive`: all that it does is
    to put a positive factor before the whole claim.
    """

    slip: str
    target: Tree
    node: Tree
    place: Span | None = None
    more: float = 0.0
    about: str = ""
    by: Tree | None = None
    positive: bool = False
    also: tuple[str, ...] = ()
    slips: tuple[str, ...] = derived(lambda self: (self.slip, *self.also))
    cost: float = derived(lambda self: SLIPS[self.slip][1] + self.more)


def edits(root: Tree, search: Search) -> list[Edit]:
    """All edits of a tree, the likeliest first; `search` knows what its names are."""
    order = postorder([root], children)
    parents = {id(part): node for node in order for part in children(node)}
    found: list[Edit] = []
    for node in order:
        if node.span != NEW:
            parent = parents.get(id(node))
            sized = isinstance(parent, Apply) and parent.function in _SIZED
            number_like = isinstance(node, Number | Text) or _is_exponent(node, parent)
            if not (sized or number_like or search.is_scalar(node)):
                found.extend(_of_a_matrix(node, parent))
            found.extend(_of_a_node(node, parent, search))
    found.sort(key=lambda edit: edit.cost)
    return found


def _is_exponent(node: Tree, parent: Tree | None) -> bool:
    return isinstance(parent, Power) and parent.exponent is node


def _of_a_matrix(node: Tree, parent: Tree | None) -> Iterator[Edit]:
    """Edits that make sense wherever a vector or matrix stands."""
    if not isinstance(parent, Transpose):
        compound = COMPOUND if isinstance(node, Sum | Product) else 0.0
        yield Edit("transpose", node, transpose(node), more=compound)
    bare = node.argument if isinstance(node, Transpose) else node
    base = inverted(bare)
    if base is not None and bare is node:
        yield Edit("inverse", node, base)
    elif bare is not node or not (
        isinstance(parent, Power | Transpose) or (parent is not None and inverted(parent) is node)
    ):
        other = power(bare, -1) if base is None else base
        plain, turned = (0.0, 0.1) if bare is node else (0.1, 0.0)
        yield Edit("inverse", node, other, more=plain)
        yield Edit("inverse", node, Transpose(other, NEW), more=turned)
    if not isinstance(node, Sum | Transpose):
        both = summed([(1, node), (1, Transpose(node, NEW))])
        yield Edit("transposed term", node, both)
        half = product([("*", both), ("/", number(2))])
        yield Edit("transposed term", node, half, more=0.4)
    if not (isinstance(node, Apply) and node.function == "diag"):
        diagonal = _call("diag", node)
        yield Edit("diag", node, diagonal)
        yield Edit("diag", node, _call("diag", diagonal), more=0.1)
    if parent is None or isinstance(parent, Sum | Product):
        yield Edit("trace", node, _call("tr", node))


def _call(function: str, *arguments: Tree) -> Tree:
    return Apply(function, arguments, NEW, NEW)


def _of_a_node(node: Tree, parent: Tree | None, search: Search) -> Iterator[Edit]:
    """Edits of a node for what it is."""
    match node:
        case Number(value):
            yield from _of_a_number(node, value, parent)
        case Name():
            yield from (Edit("name", node, Name(o, NEW)) for o in search.others(node.name))
            if _is_exponent(node, parent):
                for sign in (-1, 1):
                    yield Edit("power", node, summed([(1, node), (sign, number(1))]))
            elif search.is_scalar(node):
                yield Edit("power", node, power(node, 2))
        case Sum(terms):
            yield from _of_a_sum(node, terms)
        case Product(factors):
            yield from _of_a_product(node, factors, search)
        case Power(base, exponent, elementwise):
            yield Edit("power", node, base)
            yield Edit("elementwise", node, Power(base, exponent, not elementwise, NEW))
        case Apply(function, arguments):
            yield from _of_a_call(node, function, arguments)
        case Transpose() | Text():
            pass


def _of_a_number(node: Number, value: Fraction, parent: Tree | None) -> Iterator[Edit]:
    if isinstance(parent, Power) and parent.exponent is node:
        for other in (value + 1, value - 1, -value):
            if other:
                changed = power(parent.base, other, elementwise=parent.elementwise)
                yield Edit("power", parent, changed)
        return
    for other in (2 * value, value / 2, -value, value + 1, value - 1):
        if other and other != value:
            slip = "sign" if other == -value else "factor"
            yield Edit(slip, node, number(other), more=NUMBER_IN_SUM)


def _of_a_sum(node: Sum, terms: Sequence[tuple[int, Tree]]) -> Iterator[Edit]:
    for index, (sign, term) in enumerate(terms):
        before, after = terms[:index], terms[index + 1 :]
        yield Edit("sign", node, summed([*before, (-sign, term), *after]), place=term.span)
        if len(terms) == 1:
            continue
        yield Edit("extra", node, summed([*before, *after]), place=term.span)
        if not isinstance(term, Number):
            for by in (Fraction(2), Fraction(1, 2)):
                yield Edit("factor", term, scaled(term, by), more=NUMBER_IN_SUM)


def _of_a_call(node: Apply, function: str, arguments: Sequence[Tree]) -> Iterator[Edit]:
    for other in CONFUSED.get(function, "").split():
        yield Edit("function", node, _call(other, *arguments))
    if len(arguments) == 2 and function != "einsum":
        yield Edit("order", node, _call(function, arguments[1], arguments[0]))
    if len(arguments) != 1 or function in _SIZED:
        return
    (argument,) = arguments
    if function in ("diag", "tr"):
        yield Edit("diag" if function == "diag" else "trace", node, argument)
    else:
        yield Edit("function", node, argument, more=0.2)
        yield Edit("sign", argument, negative(argument), more=0.2)
    rows = TABLE.get(function, ())
    if rows and rows[0].result == SCALAR:
        for exponent in (2, 3):
            yield Edit("power", node, power(node, exponent, elementwise=rows[0].by_elements))
    if rows and rows[0].by_elements:
        yield Edit("function", node, negative(node), more=0.1)
        yield Edit("function", node, summed([(1, number(1)), (-1, node)]), more=0.1)
        yield Edit("function", node, product([("*", number(1)), ("./", argument)]), more=0.2)


# ------------------------------------------------------------------------------- products

_OTHERS: dict[Operator, tuple[Operator, ...]] = {
    "*": (".*", "/"), ".*": ("*",), "/": ("./", "*"), "./": ("/", ".*"), "⊗": ("*",),
    "·": (".*",), "@": (".*",), "\\": (),
}  # fmt: skip
"""Operators that are taken for each other."""


def _of_a_product(node: Product, factors: Factors, search: Search) -> Iterator[Edit]:
    """Other orders, other operators, factors left out."""
    count = len(factors)
    trees = [factor for _, factor in factors]

    def put(first: int, last: int, pieces: Factors) -> Tree:
        return product([*factors[:first], *pieces, *factors[last + 1 :]])

    def swapped(first: int, second: int, more: float) -> Iterator[Edit]:
        (one, left), (other, right) = factors[first], factors[second]
        same = (one == "/") == (other == "/")
        if not (same and (search.is_scalar(left) or search.is_scalar(right))):
            between = factors[first + 1 : second]
            new = put(first, second, [(one, right), *between, (other, left)])
            yield Edit("order", node, new, place=(left.span[0], right.span[1]), more=more)

    for index in range(1, count):
        (before, left), (operator, right) = factors[index - 1 : index + 1]
        place = left.span[0], right.span[1]
        for other in _OTHERS[operator]:
            turned = operator.endswith("/") != other.endswith("/")
            new = put(index, index, [(other, right)])
            yield Edit("inverse" if turned else "elementwise", node, new, place=place)
        if operator not in ("*", "/", "⊗"):
            continue
        orders = [*swapped(index - 1, index, 0.0)]
        yield from orders
        if orders and isinstance(left, Transpose) != isinstance(right, Transpose):
            pair = (before, transpose(left)), (operator, transpose(right))  # `u' v` for `u v'`
            new = put(index - 1, index, pair)
            yield Edit("transpose", node, new, place=place, more=FAR)
            one, two = (t.argument if isinstance(t, Transpose) else t for t in (left, right))
            new = put(index - 1, index, [(before, one), (".*", two)])
            yield Edit("elementwise", node, new, place=place, more=0.05)
    if count <= LONGEST_SHUFFLE and all(operator == "*" for operator, _ in factors):
        for first in range(count):
            for second in range(first + 2, count):
                yield from swapped(first, second, FAR)
        if count > 2:
            for moved in (trees[1:] + trees[:1], trees[-1:] + trees[:-1], trees[::-1]):
                yield Edit("order", node, times(*moved), more=FAR)
        yield from _spread_out(node, trees)
    for index, (_, factor) in enumerate(factors):
        if count > 1 and (index or factors[1][0] == "*"):
            yield Edit("extra", node, put(index, index, []), place=factor.span, more=0.1)


def _spread_out(node: Product, trees: Sequence[Tree]) -> Iterator[Edit]:
    """`X^-1 G X^-1` for `X^-2 G`, `X G + G X` for `2 X G`: as if they commuted."""
    for at, far in permutations(range(len(trees)), 2):
        base, exponent = powered(trees[at])
        count = abs(exponent)
        if not 0 < count <= LONGEST_SHUFFLE:
            continue
        first, last = min(at, far), max(at, far)
        block = trees[first + (first == at) : last + (last != at)]
        before, after = trees[:first], trees[last + 1 :]
        place = trees[first].span[0], trees[last].span[1]
        more = FAR if last - first > 1 else 0.0

        for left in range(1, count):
            moved = exponent // count * left
            new = times(*before, *_around(block, base, moved, exponent - moved), *after)
            yield Edit("order", node, new, place=place, more=more)
        head = trees[0]
        if first and isinstance(head, Number) and head.value == count + 1 == exponent + 1:
            sums = [_around(block, base, count - right, right) for right in range(count + 1)]
            spread = Sum(tuple((1, times(*before[1:], *s, *after)) for s in sums), NEW)
            yield Edit("order", node, spread, place=place, more=more + 0.1)


def _around(block: Sequence[Tree], base: Tree, left: int, right: int) -> list[Tree]:
    """Factors between two powers of a base."""
    before, after = ([power(base, side)] if side else [] for side in (left, right))
    return [*before, *block, *after]
