"""Forward: the differential of a sum of networks, with `dX` in place.

One occurrence at a time is replaced by its differential; linearity and the product rule are all
there is to it, because every product-like operation is a shared wire.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from mdiff.calculus import local
from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, reachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.network.nodes import Node
    from mdiff.network.table import Table


def differential(table: Table, value: Sum, changes: Mapping[Variable, Sum]) -> Sum:
    """`d value`, where each variable in `changes` changes by the value given for it."""
    known: dict[int, Sum | None] = {}
    for node in reachable(value):
        known[id(node)] = _one(table, node, known, changes)
    return known[id(value)] or table.scaled(value, Fraction(0))


def _one(
    table: Table,
    node: Node | Net,
    known: dict[int, Sum | None],
    changes: Mapping[Variable, Sum],
) -> Sum | None:
    """The differential of a node whose parts' differentials are known; None where it is zero.

    A function's is left to the networks it stands in (`_of_apply`).
    """
    match node:
        case Variable():
            return changes.get(node)
        case Constant():
            return None
        case Apply():
            return None  # the network it stands in asks for it: it may exist only under a trace
        case Closed():
            return known[id(node.net)]
        case Sum():
            found = [(c, known[id(net)]) for c, net in node.terms]
            terms = [table.scaled(d, c) for c, d in found if d is not None]
            return nonzero(table.added(terms)) if terms else None
        case Net():
            return _of_net(table, node, known)
        case _:
            assert_never(node)


def nonzero(value: Sum) -> Sum | None:
    """None for zero."""
    return value if value.terms else None


def _of_apply(table: Table, node: Apply, known: dict[int, Sum | None]) -> Sum | None:
    changes = [known[id(argument)] for argument in node.arguments]
    if all(change is None for change in changes):
        return None
    given = [
        change if change is not None else table.scaled(argument, Fraction(0))
        for change, argument in zip(changes, node.arguments, strict=True)
    ]
    return nonzero(local.differential(table, node, given))


def _of_net(table: Table, net: Net, known: dict[int, Sum | None]) -> Sum | None:
    trace = local.trace_of_functions(table, net, lambda node: known[id(node)])
    if trace is not None:
        return nonzero(trace)
    terms = []
    for i, (node, wires, exponent) in enumerate(net.factors):
        change = _of_apply(table, node, known) if isinstance(node, Apply) else known[id(node)]
        if change is not None:
            draft = Draft.without(net, i)
            local.lower_exponent(table, draft, node, wires, exponent)
            table.place(draft, change, wires)
            terms.append(table.single(draft, net.rows, net.cols))
        inner = known[id(exponent)] if isinstance(exponent, Sum) else None
        if inner is not None:
            draft = Draft.of(net)
            table.place(draft, local.log(table, node), wires)
            table.place(draft, inner, ())
            terms.append(table.single(draft, net.rows, net.cols))
    return nonzero(table.added(terms)) if terms else None
