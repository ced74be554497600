"""A syntax tree → the small edits of it that would undo a common slip; nothing is judged here.

Most edits are ill-typed or have another value: whoever asks for them tries them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.check.write import NEW
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree

COSTS = {
    "sign": 1.0,
    "factor": 1.0,
    "transpose": 1.1,
    "order": 1.2,
    "inverse": 1.2,
    "transposed term": 1.3,
    "elementwise": 1.3,
    "diag": 1.4,
    "function": 1.4,
    "power": 1.4,
    "extra": 1.5,
    "missing": 1.6,
    "trace": 1.6,
}
"""The slips, and how far-fetched an edit that undoes one is."""

NUMBER_IN_SUM = 0.3
"""What a number within the claim costs more than one before a whole term."""

FAR = 0.2
"""What an order costs more where the factors are no neighbours."""

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",), "cosh": ("sinh",), "tan": ("tanh",),
    "asin": ("acos",), "acos": ("asin",), "abs": ("sign",), "sign": ("abs",),
    "relu": ("step",), "step": ("relu",), "softplus": ("sigmoid",), "sigmoid": ("tanh", "softplus"),
    "tanh": ("sigmoid",), "log": ("exp",), "exp": ("log",), "det": ("logdet",),
    "logdet": ("det",), "norm2": ("norm1",), "inv": ("adj",), "adj": ("inv",),
    "normF": ("norm1",), "softmax": ("sigmoid",), "logsumexp": ("softmax",),
    "sinm": ("cosm",), "cosm": ("sinm",), "mean": ("sum",), "sum": ("mean",),
}  # fmt: skip
"""Functions that are taken for each other."""

LONGEST_SHUFFLE = 6


class Edit:
    """One edit: `target` becomes `node`; `slip` is what it undoes, `span` the place to look at."""

    __slots__ = ("cost", "node", "slip", "span", "target")

    def __init__(
        self, slip: str, target: Tree, node: Tree, *, span: Span | None = None, more: float = 0.0
    ) -> None:
        self.slip = slip
        self.target = target
        self.node = node
        self.span = span or target.span
        self.cost = COSTS[slip] + more


def edits(root: Tree, scalar: Callable[[Tree], bool]) -> list[Edit]:
    """All edits of a tree, the likeliest first; `scalar` tells nodes that are known to be one."""
    order = postorder([root], children)
    parents: dict[int, Tree] = {}
    for node in order:
        for part in children(node):
            parents[id(part)] = node
    found: list[Edit] = []
    for node in order:
        if node.span == NEW:
            continue
        parent = parents.get(id(node))
        found.extend(_matrix_edits(node, parent, scalar))
        found.extend(_own_edits(node, parent, scalar))
    found.sort(key=lambda edit: edit.cost)
    return found


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


# ---- new nodes


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


# ---- edits


def _matrix_edits(
    node: Tree, parent: Tree | None, scalar: Callable[[Tree], bool]
) -> Iterator[Edit]:
    """Edits that make sense wherever a vector or matrix stands."""
    match node, parent:
        case ((Number() | Text()), _):
            return
        case _, Power(_, exponent, _) if exponent is node:
            return
        case _, Apply(function, _) if function in (
            "eye",
            "ones",
            "zeros",
            "K",
            "duplication",
            "unit",
        ):
            return
        case _:
            pass
    if scalar(node):
        return
    match parent:
        case Transpose():
            pass
        case _:
            yield Edit("transpose", node, transpose(node))
    yield from _inverses(node, parent)
    match node:
        case Sum() | Transpose():
            pass
        case _:
            both = Sum(((1, node), (1, Transpose(node, NEW))), NEW)
            yield Edit("transposed term", node, both)
            half = Product((("*", both), ("/", Number(Fraction(2), NEW))), NEW)
            yield Edit("transposed term", node, half, more=0.4)
    match node:
        case Apply("diag", _):
            pass
        case _:
            diagonal = Apply("diag", (node,), NEW, NEW)
            yield Edit("diag", node, diagonal)
            yield Edit("diag", node, Apply("diag", (diagonal,), NEW, NEW), more=0.1)
    match parent:
        case None | Sum() | Product():
            yield Edit("trace", node, Apply("tr", (node,), NEW, NEW))
        case _:
            pass


def _inverses(node: Tree, parent: Tree | None) -> Iterator[Edit]:
    minus = Fraction(-1)
    match node:
        case Power(base, Number(value), False) if value == -1:
            yield Edit("inverse", node, base)
        case Transpose(Power(base, Number(value), False)) if value == -1:
            yield Edit("inverse", node, Transpose(base, NEW))
            yield Edit("inverse", node, base, more=0.1)
        case Apply("inv", (base,)):
            yield Edit("inverse", node, base)
        case Transpose(base):
            yield Edit("inverse", node, Transpose(power(base, minus), NEW))
            yield Edit("inverse", node, power(base, minus), more=0.1)
        case _:
            match parent:
                case Power() | Transpose() | Apply("inv", _):
                    pass
                case _:
                    inverse = power(node, minus)
                    yield Edit("inverse", node, inverse)
                    yield Edit("inverse", node, Transpose(inverse, NEW), more=0.1)


def _own_edits(node: Tree, parent: Tree | None, scalar: Callable[[Tree], bool]) -> Iterator[Edit]:
    """Edits of a node for what it is."""
    match node:
        case Number(value):
            yield from _numbers(node, value, parent)
        case Name():
            yield from _names(node, parent, scalar)
        case Sum(terms):
            yield from _terms(node, terms)
        case Product(factors):
            yield from _factors(node, factors, scalar)
        case Power(base, _, elementwise):
            yield Edit("power", node, base)
            flipped = Power(base, node.exponent, not elementwise, NEW)
            yield Edit("elementwise", node, flipped)
        case Apply(function, arguments):
            yield from _calls(node, function, arguments)
        case Transpose() | Text():
            pass


def _numbers(node: Number, value: Fraction, parent: Tree | None) -> Iterator[Edit]:
    match parent:
        case Power(_, exponent, _) if exponent is node:
            for other in (value + 1, value - 1, -value):
                if other:
                    yield Edit("power", parent, _exponent(parent, Number(other, NEW)))
        case _:
            for other in (2 * value, value / 2, -value, value + 1, value - 1):
                if other and other != value:
                    edit = Edit("factor", node, Number(other, NEW), more=NUMBER_IN_SUM)
                    edit.slip = "sign" if other == -value else "factor"
                    yield edit


def _exponent(power_node: Power, exponent: Tree) -> Tree:
    match exponent:
        case Number(value) if value == 1:
            return power_node.base
        case _:
            return Power(power_node.base, exponent, power_node.elementwise, NEW)


def _names(node: Name, parent: Tree | None, scalar: Callable[[Tree], bool]) -> Iterator[Edit]:
    match parent:
        case Power(_, exponent, _) if exponent is node:
            one = Number(Fraction(1), NEW)
            for sign in (-1, 1):
                yield Edit("power", node, Sum(((1, node), (sign, one)), NEW))
            return
        case _:
            pass
    if scalar(node):
        yield Edit("power", node, power(node, Fraction(2)))


def _terms(node: Sum, terms: Sequence[tuple[int, Tree]]) -> Iterator[Edit]:
    for index, (sign, term) in enumerate(terms):
        flipped = [*terms]
        flipped[index] = (-sign, term)
        new: Tree = Sum(tuple(flipped), NEW)
        match flipped:
            case [(1, only)]:
                new = only
            case _:
                pass
        yield Edit("sign", node, new, span=term.span)
        rest = [*terms[:index], *terms[index + 1 :]]
        match rest:
            case []:
                continue
            case [(1, only)]:
                yield Edit("extra", node, only, span=term.span)
            case _:
                yield Edit("extra", node, Sum(tuple(rest), NEW), span=term.span)
        for number in (Fraction(2), Fraction(1, 2)):
            match term:
                case Number():
                    continue
                case _:
                    yield Edit("factor", term, scaled(term, number), more=NUMBER_IN_SUM)


def _factors(
    node: Product, factors: Sequence[tuple[Operator, Tree]], scalar: Callable[[Tree], bool]
) -> Iterator[Edit]:
    count = len(factors)
    for index in range(1, count):
        operator, factor = factors[index]
        before = factors[index - 1][1]
        yield from _operators(node, factors, index)
        if operator in ("*", "⊗") and not scalar(factor) and not scalar(before):
            yield _swapped(node, factors, index - 1, index, 0.0)
            yield from _turned(node, factors, index)
    if count <= LONGEST_SHUFFLE and all(operator == "*" for operator, _ in factors):
        for first in range(count):
            for second in range(first + 2, count):
                if not scalar(factors[first][1]) and not scalar(factors[second][1]):
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


def _calls(node: Apply, function: str, arguments: Sequence[Tree]) -> Iterator[Edit]:
    for other in FUNCTIONS.get(function, ()):
        yield Edit("function", node, Apply(other, tuple(arguments), NEW, NEW))
    if function in ("norm2", "normF", "abs", "norm1"):
        for exponent in (2, 3):
            yield Edit("power", node, power(node, Fraction(exponent)))
    if len(arguments) == 2:
        turned = Apply(function, (arguments[1], arguments[0]), NEW, NEW)
        yield Edit("order", node, turned)
    if len(arguments) != 1:
        return
    (argument,) = arguments
    match function:
        case "diag":
            yield Edit("diag", node, argument)
        case "tr":
            yield Edit("trace", node, argument)
        case "eye" | "ones" | "zeros" | "unit":
            return
        case _:
            yield Edit("function", node, argument, more=0.2)
            yield Edit("sign", argument, negative(argument), more=0.2)
    if function in ("sigmoid", "tanh", "sin", "cos", "log", "exp", "abs", "sign"):
        yield Edit("function", node, negative(node), more=0.1)
        one = Number(Fraction(1), NEW)
        yield Edit("function", node, Sum(((1, one), (-1, node)), NEW), more=0.1)
        yield Edit("power", node, power(node, Fraction(2), elementwise=True), more=0.1)
    if function in ("log", "sqrt", "abs", "norm2", "normF"):
        over = Product((("*", Number(Fraction(1), NEW)), ("./", argument)), NEW)
        yield Edit("function", node, over, more=0.2)
