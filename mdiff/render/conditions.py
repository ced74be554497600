"""Where an answer holds, read off its networks: inverses exist, logarithms have arguments.

Comes in: the reader of the answer, and the values whose functions count. Goes out: short texts in
unicode, `A x ≠ b`, `AᵀXA invertible`. What the declared properties imply is left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, reachable
from mdiff.network.powers import as_exponent, is_whole
from mdiff.network.rules import MATPOW
from mdiff.render.unicode import compact, line

if TYPE_CHECKING:
    from mdiff.network.nodes import Node
    from mdiff.notation.read import Reader

INVERTIBLE = {"spd", "orthogonal"}
"""Properties that make a variable invertible."""

STRICT = frozenset({"exp", "sigmoid", "softmaxall", "softmaxr", "cosh"})
"""Functions that are positive everywhere."""

OF_DEFINITE = (
    "det(X) > 0",
    "X positive definite",
    "X has no eigenvalue on the closed negative real axis",
)
"""Domains that hold all positive definite matrices."""

LONGEST = 60
"""A longer text says less than none."""


def conditions(reader: Reader, value: Sum) -> tuple[str, ...]:
    """Conditions on the answer, each once, in the order of the answer."""
    found: dict[str, None] = {}
    for node in reachable(value):
        if isinstance(node, Apply) and node.function.domain:
            text = _of_function(reader, node)
            if text:
                found[text] = None
        elif isinstance(node, Net):
            for factor, _, exponent in node.factors:
                if not isinstance(exponent, Sum) and exponent < 0:
                    text = _nonzero(reader, factor)
                    if text and not is_whole(exponent) and not _is_root(reader, factor):
                        text = text.replace("≠", ">")
                    if text:
                        found[text] = None
    return tuple(text for text in found if len(text) <= LONGEST)


def _is_root(reader: Reader, node: Node) -> bool:
    """Whether a power of the node is a power of a norm."""
    return isinstance(node, Closed) and reader.closed[node].root is not None


def _of_function(reader: Reader, node: Apply) -> str:
    """The domain in the function's row, said of its argument."""
    (name, _), argument = node.function.parameters[0], node.arguments[0]
    domain = node.function.domain
    if node.function is MATPOW and _is_anywhere(node.arguments[1]):
        return ""
    if domain.endswith("invertible") and _is_invertible(argument):
        return ""
    if domain in (f"{name} > 0", f"{name} != 0") and _is_positive(argument):
        return ""
    if domain in {text.replace("X", name) for text in OF_DEFINITE}:
        if _is_definite(argument):
            return ""
        if domain.endswith("axis") and (gram := _gram(argument)) is not None:
            return f"{_text(reader, gram)} of full column rank"
    if domain == f"{name} != 0":
        if argument.rows or argument.cols:
            text = compact(reader.exprs[argument])
            lone = len(argument.terms) == 1
            return f"{text.removeprefix('−') if lone else text} has no zero entry"
        return _nonzero_sum(reader, argument)
    if "eigenvalue on" in domain and argument.symmetric:
        text = compact(reader.exprs[argument])
        return "" if _is_definite(argument) else f"{text} positive definite"
    parameters = node.function.parameters
    texts = {
        parameter: compact(reader.exprs[given])
        for (parameter, _), given in zip(parameters, node.arguments, strict=True)
    }
    known = r"\b(" + "|".join(texts) + r")\b"
    parts = [
        re.sub(known, lambda match: texts[match[0]], part)
        for part in domain.replace("!=", "≠").split(" and ")
    ]
    return " and ".join(part for part in parts if any(map(str.isalpha, part)))


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


def _is_invertible(value: Sum) -> bool:
    if len(value.terms) == 1 and len(value.terms[0][1].factors) == 1:
        node = value.terms[0][1].factors[0][0]
        if isinstance(node, Apply) and node.function.name in ("chol", "expm", "sqrtm"):
            return True
    variable = _variable(value)
    return variable is not None and bool(variable.properties & INVERTIBLE)


def _is_definite(value: Sum) -> bool:
    variable = _variable(value)
    return variable is not None and "spd" in variable.properties


def _variable(value: Sum) -> Variable | None:
    if len(value.terms) == 1 and len(value.terms[0][1].factors) == 1:
        node = value.terms[0][1].factors[0][0]
        return node if isinstance(node, Variable) else None
    return None


def _is_positive(value: Sum) -> bool:
    """Whether every entry is known to be positive."""
    return bool(value.terms) and value.nonnegative and all(_strict(net) for _, net in value.terms)


def _strict(net: Net) -> bool:
    return all(
        isinstance(node, Constant)
        or (isinstance(node, Variable) and "positive" in node.properties)
        or (isinstance(node, Apply) and node.function.name in STRICT)
        for node, _, _ in net.factors
    )


def _nonzero(reader: Reader, node: Node) -> str:
    """`base ≠ 0` of a negative power."""
    if not any(isinstance(part, Variable) for part in reachable(node)):
        return ""  # a number, which would have been found to be zero
    if isinstance(node, Constant) or (isinstance(node, Apply) and not node.rows):
        return "" if node.nonnegative else _unequal(reader, node)
    if isinstance(node, Variable):
        if node.properties & (INVERTIBLE | {"positive"}):
            return ""
        lack = "invertible" if "diagonal" in node.properties else "≠ 0"
        if node.rows and "diagonal" not in node.properties:
            lack = "has no zero entry"
        return f"{_text(reader, node)} {lack}"
    if isinstance(node, Closed):
        return _of_closed(reader, node)
    if isinstance(node, Sum):
        return "" if _is_positive_somewhere(node) else _nonzero_sum(reader, node)
    return ""


def _is_positive_somewhere(value: Sum) -> bool:
    """Whether a sum of nonnegative terms has one that is positive."""
    return value.nonnegative and any(_strict(net) for _, net in value.terms)


def _of_closed(reader: Reader, node: Closed) -> str:
    """A sum of squares is zero only where all of them are."""
    if len(node.net.factors) == 1 and node.net.factors[0][2] == 2:
        factor = node.net.factors[0][0]
        if isinstance(factor, Sum):
            return _nonzero_sum(reader, factor)
        return f"{_text(reader, factor)} ≠ 0"
    scalar = reader.closed[node]
    if scalar.root is not None:
        return f"{line(scalar.root.arguments[0])} ≠ 0"  # type: ignore[union-attr]
    if node.nonnegative and all(_strict_node(n) for n, _, _ in node.net.factors):
        return ""
    return f"{line(scalar.expr)} ≠ 0"


def _strict_node(node: Node) -> bool:
    return isinstance(node, Apply) and node.function.name in STRICT


def _text(reader: Reader, node: Node) -> str:
    return line(reader.exprs[node])


def _unequal(reader: Reader, node: Node) -> str:
    return f"{_text(reader, node)} ≠ 0"


def _nonzero_sum(reader: Reader, value: Sum) -> str:
    """`A x − b ≠ 0` as `A x ≠ b`."""
    expr = reader.shown(value, 1)[0]
    match getattr(expr, "terms", ()):
        case ((1, left), (-1, right)):
            return f"{line(left)} ≠ {line(right)}"
        case _:
            return f"{line(expr)} ≠ 0"
