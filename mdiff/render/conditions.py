"""Where an answer holds, read off its networks: inverses exist, logarithms have arguments.

Comes in: the reader of the answer, and the values whose functions count. Goes out: short texts in
unicode, `A x ≠ b`, `AᵀXA invertible`. What the declared properties imply is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    from mdiff.notation.tree import Expr

REGULAR = frozenset({"chol", "expm", "sqrtm"})
"""Functions whose values are invertible matrices."""

STRICT = frozenset({"exp", "sigmoid", "softmaxall", "softmaxr", "cosh"})
"""Functions that are positive everywhere."""

PRINCIPAL = "x has no eigenvalue on the closed negative real axis"
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
    demand = re.sub(rf"\b{name}\b", "x", node.function.domain)
    if _is_met(demand, node):
        return ""
    gram = _gram(argument)
    if demand == PRINCIPAL and gram is not None:
        return f"{line(reader.exprs[gram])} of full column rank"
    if demand == PRINCIPAL and argument.symmetric:
        return f"{compact(reader.exprs[argument])} positive definite"
    if demand == "x != 0" and (argument.rows or argument.cols):
        text = compact(reader.exprs[argument])
        text = text.removeprefix("−") if len(argument.terms) == 1 else text
        return f"{text} has no zero entry"
    if demand == "x != 0":
        return _differ(reader.shown(argument, 1)[0], "≠")
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
    if node.function is MATPOW:
        power = as_exponent(node.arguments[1])
        if isinstance(power, Sum) or is_whole(power):
            return True  # nothing shows that it asks for more than an invertible matrix
    match demand:
        case "x invertible":
            made = isinstance(variable, Apply) and variable.function.name in REGULAR
            return made or bool(properties & INVERTIBLE)
        case "x > 0" | "x != 0":
            strict = all(_is_strict(net) for _, net in argument.terms)
            return bool(argument.terms) and argument.nonnegative and strict
        case _:
            definite = ("x positive definite", "det(x) > 0", PRINCIPAL)
            return "spd" in properties and demand in definite


def _gram(value: Sum) -> Node | None:
    """The matrix X that a value is X^T X of."""
    match value.terms:
        case ((_, Net(((one, (a, b), _), (other, (c, d), _))) as net),) if one is other and a == c:
            return one if {(b,), (d,)} == {net.rows, net.cols} else None
        case _:
            return None


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
    lack = f"{sign} 0"
    match node:
        case Apply() if node.nonnegative or node.rows:
            return ""
        case Variable() if node.properties & (INVERTIBLE | {"positive"}):
            return ""
        case Variable() if "diagonal" in node.properties:
            lack = "invertible"
        case Variable() if node.rows:
            lack = "has no zero entry"
        case Closed():
            root = reader.closed[node].root  # a sum of squares is zero only where all of them are
            if isinstance(root, Call):
                return _differ(root.arguments[0], sign)
            if node.nonnegative and _is_strict(node.net):
                return ""
        case Sum():
            somewhere = node.nonnegative and any(_is_strict(net) for _, net in node.terms)
            return "" if somewhere else _differ(reader.shown(node, 1)[0], sign)
        case _:
            pass
    return f"{line(reader.exprs[node])} {lack}"


def _differ(expr: Expr, sign: str) -> str:
    """`A x − b ≠ 0` as `A x ≠ b`."""
    match expr:
        case Total(((1, left), (-1, right))):
            return f"{line(left)} {sign} {line(right)}"
        case _:
            return f"{line(expr)} {sign} 0"
