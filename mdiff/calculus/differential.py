"""Forward: the differential of a sum of networks, with `dX` in place.

One occurrence at a time is replaced by its differential; linearity and the product rule are all
there is to it, because every product-like operation is a shared wire.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from mdiff.calculus import local
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, reachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.network.nodes import Node
    from mdiff.network.table import Table


def differential(table: Table, value: Sum, changes: Mapping[Variable, Sum]) -> Sum:
    """`d value`, where each variable in `changes` changes by the value given for it."""
    known: dict[int, Sum | None] = {}
    for node in reachable(value):
        found = _one(table, node, known, changes)
        known[id(node)] = found if found and found.terms else None
    return known[id(value)] or table.scaled(value, Fraction(0))


def _one(
    table: Table,
    node: Node | Net,
    known: dict[int, Sum | None],
    changes: Mapping[Variable, Sum],
) -> Sum | None:
    """The differential of a node whose parts' differentials are known; None where it is zero.

    A function's is left to the networks it stands in: it may exist only under a trace.
    """
    match node:
        case Variable():
            return changes.get(node)
        case Constant() | Apply():
            return None
        case Closed():
            return known[id(node.net)]
        case Sum():
            found = [(c, known[id(net)]) for c, net in node.terms]
            terms = [table.scaled(d, c) for c, d in found if d is not None]
            return table.added(terms) if terms else None
        case Net():
            return _of_net(table, node, known)
        case _:
            assert_never(node)


def _of_net(table: Table, net: Net, known: dict[int, Sum | None]) -> Sum | None:
    trace = local.trace_of_functions(table, net, lambda node: known[id(node)])
    if trace is not None:
        return trace

    def changes(node: Node) -> bool:
        whole = node.arguments if isinstance(node, Apply) else (node,)
        return any(known[id(part)] is not None for part in whole)

    terms = []
    for node, draft, wires in local.cuts(table, net, changes):
        change = _of_apply(table, node, known) if isinstance(node, Apply) else known[id(node)]
        if change is not None:
            table.place(draft, change, wires)
            terms.append(table.single(draft, net.rows, net.cols))
    return table.added(terms) if terms else None


def _of_apply(table: Table, node: Apply, known: dict[int, Sum | None]) -> Sum:
    given = [known[id(a)] or table.scaled(a, Fraction(0)) for a in node.arguments]
    return local.differential(table, node, given)
