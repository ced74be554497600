"""Combinations that a reader knows by a name: `exp(u)/(1 + exp(u))` is `sigmoid(u)`, and so on.

Comes in: a value in normal form. Goes out: the same value with these names in it.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.calculus.rebuild import rebuild
from mdiff.calculus.shorten import shortened
from mdiff.functions.table import TABLE
from mdiff.network.nodes import Apply, Closed, Sum, reachable

if TYPE_CHECKING:
    from mdiff.calculus.rebuild import Piece
    from mdiff.functions.row import Function
    from mdiff.network.nodes import Net
    from mdiff.network.table import Table

(EXP,) = TABLE["exp"]
(SIGMOID,) = TABLE["sigmoid"]
(SOFTMAX,) = TABLE["softmaxall"]
(SOFTMAXR,) = TABLE["softmaxr"]


def named(table: Table, value: Sum) -> Sum:
    """The value with its idioms named."""
    order = reachable(value)
    if not any(isinstance(node, Apply) and node.function is EXP for node in order):
        return value
    return shortened(table, rebuild(table, value, {}, _rename))


def _rename(table: Table, pieces: list[Piece]) -> list[Piece]:
    """Replace the factors of one term that are an idiom together."""
    for i, (base, wires, exponent) in enumerate(pieces):
        if isinstance(exponent, Sum) or exponent >= 0 or Fraction(exponent).denominator != 1:
            continue
        argument = _one_plus_exp(base)
        if argument is not None:
            return _rename(table, _as_sigmoids(table, pieces, i, argument))
        for j, (numerator, ports, power) in enumerate(pieces):
            if isinstance(power, Sum) or power < 1:
                continue
            name = _normalised(numerator, base, ports, wires)
            if name is not None:
                ((_, net),) = numerator.terms
                node = net.factors[0][0]
                if isinstance(node, Apply):
                    softmax = table.apply(name, node.arguments)
                    rest = [p for k, p in enumerate(pieces) if k not in (i, j)]
                    rest += [(base, wires, exponent + 1), (numerator, ports, power - 1)]
                    return _rename(table, [(softmax, ports, 1), *(p for p in rest if p[2] != 0)])
    return pieces


def _one_plus_exp(base: Sum) -> Sum | None:
    """The `u` of `1 + exp(u)`."""
    if len(base.terms) != 2 or any(c != 1 for c, _ in base.terms):
        return None
    plain = [net for _, net in base.terms if not net.factors]
    found = [_exp_of(net) for _, net in base.terms if net.factors]
    distinct = all(len(set(n.rows + n.cols)) == len(n.rows + n.cols) for n in plain)
    return found[0] if len(plain) == len(found) == 1 and distinct else None


def _exp_of(net: Net) -> Sum | None:
    """The `u` of a network that is `exp(u)` and nothing else."""
    if len(net.factors) != 1:
        return None
    node, wires, exponent = net.factors[0]
    if isinstance(node, Apply) and node.function is EXP and exponent == 1:
        return node.arguments[0] if wires == net.rows + net.cols else None
    return None


def _as_sigmoids(table: Table, pieces: list[Piece], i: int, argument: Sum) -> list[Piece]:
    """`exp(u)^a (1 + exp(u))^-b` as sigmoids of `u` and `-u`."""
    _, wires, below = pieces[i]
    rest: list[Piece] = []
    above: Fraction | int = 0
    for j, (base, ports, exponent) in enumerate(pieces):
        if (
            j != i
            and ports == wires
            and len(base.terms) == 1
            and base.terms[0][0] == 1
            and _exp_of(base.terms[0][1]) is argument
            and not isinstance(exponent, Sum)
            and exponent > 0
        ):
            above += exponent
        elif j != i:
            rest.append((base, ports, exponent))
    count = -below if not isinstance(below, Sum) else 0
    both = min(above, count)
    if both:
        rest.append((table.apply(SIGMOID, (argument,)), wires, both))
    if above > both:
        rest.append((table.apply(EXP, (argument,)), wires, above - both))
    if count > both:
        minus = table.scaled(argument, Fraction(-1))
        rest.append((table.apply(SIGMOID, (minus,)), wires, count - both))
    return rest


def _normalised(
    numerator: Sum, denominator: Sum, ports: tuple[int, ...], wires: tuple[int, ...]
) -> Function | None:
    """Whether `numerator / denominator` is a softmax of all entries, or of every row."""
    if len(numerator.terms) != 1 or len(denominator.terms) != 1:
        return None
    (one, above), (other, below) = numerator.terms[0], denominator.terms[0]
    if one != 1 or other != 1 or _exp_of(above) is None or len(below.factors) != 1:
        return None
    node, _, exponent = below.factors[0]
    if isinstance(node, Closed) and exponent == 1 and not wires:
        if len(node.net.factors) == 1 and node.net.factors[0][0] is above.factors[0][0]:
            distinct = len(set(node.net.factors[0][1])) == len(node.net.factors[0][1])
            return SOFTMAX if distinct and node.net.factors[0][2] == 1 else None
        return None
    same = node is above.factors[0][0] and exponent == 1
    rows_only = below.rows == below.factors[0][1][:1] and not below.cols
    if same and len(ports) == 2 and wires == ports[:1] and rows_only:
        return SOFTMAXR
    return None
