"""Combinations that a reader knows by a name: `exp(u)/(1 + exp(u))` is `sigmoid(u)`, and so on.

Comes in: a value in normal form. Goes out: the same value with these names in it.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from mdiff.calculus.rebuild import rebuild
from mdiff.calculus.shorten import shortened
from mdiff.functions.table import TABLE
from mdiff.network.axes import contract
from mdiff.network.nodes import Apply, Net, Sum, reachable

if TYPE_CHECKING:
    from mdiff.calculus.rebuild import Piece
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
    return shortened(table, rebuild(table, value, {}, partial(_rename, table)))


def _rename(table: Table, pieces: list[Piece]) -> list[Piece]:
    """Replace the factors of one term that are an idiom together."""
    for i, (base, wires, exponent) in enumerate(pieces):
        if isinstance(exponent, Sum) or exponent >= 0 or Fraction(exponent).denominator != 1:
            continue
        argument = _one_plus_exp(base)
        if argument is not None:
            return _rename(table, _as_sigmoids(table, pieces, i, argument))
        for j, (numerator, ports, power) in enumerate(pieces):
            inside = _exp_of(numerator.terms)
            if inside is None or not ports or isinstance(power, Sum) or power < 1:
                continue
            if not wires and base is contract(table, "ij->", numerator):
                softmax = SOFTMAX
            elif wires == ports[:-1] and base is contract(table, "ij->i.", numerator):
                softmax = SOFTMAXR
            else:
                continue
            left = [(base, wires, exponent + 1), (numerator, ports, power - 1)]
            rest = [piece for k, piece in enumerate(pieces) if k not in (i, j)]
            rest += [piece for piece in left if piece[2] != 0]
            return _rename(table, [(table.apply(softmax, (inside,)), ports, 1), *rest])
    return pieces


def _one_plus_exp(base: Sum) -> Sum | None:
    """The `u` of `1 + exp(u)`."""
    if len(base.terms) == 2:
        for (coefficient, net), other in (base.terms, base.terms[::-1]):
            opened = net.rows + net.cols
            if coefficient == 1 and not net.factors and len({*opened}) == len(opened):
                return _exp_of((other,))
    return None


def _exp_of(terms: tuple[tuple[Fraction, Net], ...]) -> Sum | None:
    """The `u` of a single term that is `exp(u)`."""
    match terms:
        case ((1, Net(((Apply(function, (inside,)), wires, 1),)) as net),) if function is EXP:
            return inside if wires == net.rows + net.cols else None
        case _:
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
            and _exp_of(base.terms) is argument
            and not isinstance(exponent, Sum)
            and exponent > 0
        ):
            above += exponent
        elif j != i:
            rest.append((base, ports, exponent))
    count = -below if not isinstance(below, Sum) else 0
    both = min(above, count)
    minus = table.scaled(argument, Fraction(-1))
    for function, value, power in (
        (SIGMOID, argument, both),
        (EXP, argument, above - both),
        (SIGMOID, minus, count - both),
    ):
        if power:
            rest.append((table.apply(function, (value,)), wires, power))
    return rest
