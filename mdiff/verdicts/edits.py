"""A syntax tree → the small edits of it that would undo a common slip; nothing is judged here.

Most edits are ill-typed or have another value: whoever asks for them tries them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.verdicts.edit import Edit
from mdiff.verdicts.nodes import negative, power, scaled, transpose
from mdiff.verdicts.products import of_product
from mdiff.verdicts.write import NEW
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.scales import Scales

NUMBER_IN_SUM = 0.3
"""What a number within the claim costs more than one before a whole term."""

COMPOUND = 0.15
"""What the transpose of a sum or a product costs more than that of a name."""

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "sin": ("cos",), "cos": ("sin",), "sinh": ("cosh",), "cosh": ("sinh",), "tan": ("tanh",),
    "asin": ("acos",), "acos": ("asin",), "abs": ("sign",), "sign": ("abs",),
    "relu": ("step",), "step": ("relu",), "softplus": ("sigmoid",), "sigmoid": ("tanh", "softplus"),
    "tanh": ("sigmoid",), "log": ("exp",), "exp": ("log",), "det": ("logdet",),
    "logdet": ("det",), "norm": ("norm1",), "norm2": ("norm1",), "inv": ("adj",), "adj": ("inv",),
    "normF": ("norm1",), "softmax": ("sigmoid",), "logsumexp": ("softmax",),
    "sinm": ("cosm",), "cosm": ("sinm",), "mean": ("sum",), "sum": ("mean",),
}  # fmt: skip
"""Functions that are taken for each other."""


def edits(root: Tree, scales: Scales) -> list[Edit]:
    """All edits of a tree, the likeliest first; `scales` know what its names are."""
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
        found.extend(_matrix_edits(node, parent, scales.scalar))
        found.extend(_own_edits(node, parent, scales))
    found.sort(key=lambda edit: edit.cost)
    return found


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
            yield Edit("transpose", node, transpose(node), more=_compound(node))
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


def _compound(node: Tree) -> float:
    """What a transpose costs more around something with several parts."""
    match node:
        case Sum() | Product():
            return COMPOUND
        case _:
            return 0.0


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


def _own_edits(node: Tree, parent: Tree | None, scales: Scales) -> Iterator[Edit]:
    """Edits of a node for what it is."""
    match node:
        case Number(value):
            yield from _numbers(node, value, parent)
        case Name():
            yield from _names(node, parent, scales)
        case Sum(terms):
            yield from _terms(node, terms)
        case Product(factors):
            yield from of_product(node, factors, scales.scalar)
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


def _names(node: Name, parent: Tree | None, scales: Scales) -> Iterator[Edit]:
    for other in scales.others(node.name):
        yield Edit("name", node, Name(other, NEW))
    match parent:
        case Power(_, exponent, _) if exponent is node:
            one = Number(Fraction(1), NEW)
            for sign in (-1, 1):
                yield Edit("power", node, Sum(((1, node), (sign, one)), NEW))
            return
        case _:
            pass
    if scales.scalar(node):
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


def _calls(node: Apply, function: str, arguments: Sequence[Tree]) -> Iterator[Edit]:
    for other in FUNCTIONS.get(function, ()):
        yield Edit("function", node, Apply(other, tuple(arguments), NEW, NEW))
    if function in ("norm", "norm2", "normF", "abs", "norm1"):
        for exponent in (2, 3):
            yield Edit("power", node, power(node, Fraction(exponent)))
    if len(arguments) == 2 and function != "einsum":
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
    if function in ("log", "sqrt", "abs", "norm", "norm2", "normF"):
        over = Product((("*", Number(Fraction(1), NEW)), ("./", argument)), NEW)
        yield Edit("function", node, over, more=0.2)
