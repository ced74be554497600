"""Where an answer holds, read off its networks: inverses exist, logarithms have arguments.

Comes in: the reader of the answer, and the values whose functions count. Goes out: short texts in
unicode, `A x ≠ b`, `AᵀXA invertible`. What the declared properties imply is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from mdiff.network.lower import MATPOW
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, reachable
from mdiff.network.powers import as_exponent, is_whole
from mdiff.notation.tree import Call
from mdiff.notation.tree import Sum as Total
from mdiff.properties import INVERTIBLE
from mdiff.render.unicode import compact, line

if TYPE_CHECKING:
    from mdiff.network.nodes import Node
    from mdiff.notation.read import Reader

REGULAR = frozenset({"chol", "expm", "sqrtm"})
"""Functions whose values are invertible matrices."""

STRICT = frozenset({"exp", "sigmoid", "softmaxall", "softmaxr", "cosh"})
"""Functions that are positive everywhere."""

DEMANDS = {
    "x > 0": "positive",
    "x != 0": "nonzero",
    "x invertible": "invertible",
    "x positive definite": "definite",
    "det(x) > 0": "determinant",
    "x has no eigenvalue on the closed negative real axis": "principal",
}
"""What is asked of an argument `x`, by the sentence in the function's row."""

LONGEST = 60
"""A longer text says less than none."""


def conditions(reader: Reader, value: Sum) -> tuple[str, ...]:
    """Conditions on the answer, each once, in the order of the answer."""
    found: dict[str, None] = {}
    for node in reachable(value):
        if isinstance(node, Apply) and node.function.domain:
            found[_of_function(reader, node)] = None
        elif isinstance(node, Net):
            for factor, _, exponent in node.factors:
                if not isinstance(exponent, Sum) and exponent < 0:
                    root = isinstance(factor, Closed) and reader.closed[factor].root is not None
                    sign = "≠" if is_whole(exponent) or root else ">"
                    found[_of_base(reader, factor, sign)] = None
    return tuple(text for text in found if 0 < len(text) <= LONGEST)


def _of_function(reader: Reader, node: Apply) -> str:
    """The domain in the function's row, said of its argument; "" where it is always met."""
    (name, _), argument = node.function.parameters[0], node.arguments[0]
    demand = DEMANDS.get(re.sub(rf"\b{name}\b", "x", node.function.domain), "")
    if _is_met(demand, node):
        return ""
    gram = _gram(argument)
    if demand == "principal" and gram is not None:
        return f"{line(reader.exprs[gram])} of full column rank"
    if demand == "principal" and argument.symmetric:
        return f"{compact(reader.exprs[argument])} positive definite"
    if demand == "nonzero" and (argument.rows or argument.cols):
        text = compact(reader.exprs[argument])
        text = text.removeprefix("−") if len(argument.terms) == 1 else text
        return f"{text} has no zero entry"
    if demand == "nonzero":
        return _differ(reader, argument, "≠")
    texts = {
        parameter: compact(reader.exprs[given])
        for (parameter, _), given in zip(node.function.parameters, node.arguments, strict=True)
    }
    known = r"\b(" + "|".join(texts) + r")\b"
    parts = [
        re.sub(known, lambda match: texts[match[0]], part)
        for part in node.function.domain.replace("!=", "≠").split(" and ")
    ]
    return " and ".join(part for part in parts if any(map(str.isalpha, part)))


def _is_met(demand: str, node: Apply) -> bool:
    """Whether the argument is known to be what is asked of it."""
    argument, variable = node.arguments[0], _lone(node.arguments[0])
    properties = variable.properties if isinstance(variable, Variable) else frozenset()
    if node.function is MATPOW and _is_anywhere(node.arguments[1]):
        return True
    match demand:
        case "invertible":
            made = isinstance(variable, Apply) and variable.function.name in REGULAR
            return made or bool(properties & INVERTIBLE)
        case "positive" | "nonzero":
            strict = all(_is_strict(net) for _, net in argument.terms)
            return bool(argument.terms) and argument.nonnegative and strict
        case "definite" | "determinant" | "principal":
            return "spd" in properties
        case _:
            return False


def _gram(value: Sum) -> Node | None:
    """The matrix X that a value is X^T X of."""
    if len(value.terms) != 1 or len(value.terms[0][1].factors) != 2:
        return None
    net = value.terms[0][1]
    (one, first, _), (other, second, _) = net.factors
    if one is not other or len(first) != 2:
        return None
    return (
        one if first[0] == second[0] and {first[1:], second[1:]} == {net.rows, net.cols} else None
    )


def _is_anywhere(exponent: Sum) -> bool:
    """Whether nothing shows that a matrix power asks for more than an invertible matrix."""
    number = as_exponent(exponent)
    return isinstance(number, Sum) or is_whole(number)


def _lone(value: Sum) -> Node | None:
    """The factor that a value is a multiple of."""
    factors = value.terms[0][1].factors if len(value.terms) == 1 else ()
    return factors[0][0] if len(factors) == 1 else None


def _is_strict(net: Net) -> bool:
    """Whether all factors are known to be positive."""
    return all(
        isinstance(node, Constant)
        or (isinstance(node, Variable) and "positive" in node.properties)
        or (isinstance(node, Apply) and node.function.name in STRICT)
        for node, _, _ in net.factors
    )


def _of_base(reader: Reader, node: Node, sign: str) -> str:
    """`base ≠ 0` of a negative power, `base > 0` of one that is not whole."""
    if not any(isinstance(part, Variable) for part in reachable(node)):
        return ""  # a number, which would have been found to be zero
    match node:
        case Constant():
            return "" if node.nonnegative else f"{line(reader.exprs[node])} {sign} 0"
        case Apply():
            never = node.nonnegative or bool(node.rows)
            return "" if never else f"{line(reader.exprs[node])} {sign} 0"
        case Variable():
            if node.properties & (INVERTIBLE | {"positive"}):
                return ""
            lack = f"{sign} 0" if not node.rows else "has no zero entry"
            lack = "invertible" if "diagonal" in node.properties else lack
            return f"{line(reader.exprs[node])} {lack}"
        case Closed():
            return _of_closed(reader, node, sign)
        case Sum():
            somewhere = node.nonnegative and any(_is_strict(net) for _, net in node.terms)
            return "" if somewhere else _differ(reader, node, sign)
        case _:
            assert_never(node)


def _of_closed(reader: Reader, node: Closed, sign: str) -> str:
    """A sum of squares is zero only where all of them are."""
    if len(node.net.factors) == 1 and node.net.factors[0][2] == 2:
        factor = node.net.factors[0][0]
        if isinstance(factor, Sum):
            return _differ(reader, factor, sign)
        return f"{line(reader.exprs[factor])} {sign} 0"
    scalar = reader.closed[node]
    if isinstance(scalar.root, Call):
        return f"{line(scalar.root.arguments[0])} {sign} 0"
    strict = all(isinstance(n, Apply) and n.function.name in STRICT for n, _, _ in node.net.factors)
    return "" if node.nonnegative and strict else f"{line(scalar.expr)} {sign} 0"


def _differ(reader: Reader, value: Sum, sign: str) -> str:
    """`A x − b ≠ 0` as `A x ≠ b`."""
    expr = reader.shown(value, 1)[0]
    match expr:
        case Total(((1, left), (-1, right))):
            return f"{line(left)} {sign} {line(right)}"
        case _:
            return f"{line(expr)} {sign} 0"
