"""A value again, with some of its variables standing for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts
from mdiff.network.powers import as_exponent
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.network.nodes import Node
    from mdiff.network.table import Table


def rebuild(table: Table, value: Sum, replace: Mapping[Variable, Sum]) -> Sum:
    """Put values for variables and bring everything to normal form again."""
    known: dict[int, Sum] = {}
    for node in postorder([value], parts):
        known[id(node)] = _one(table, node, known, replace)
    return known[id(value)]


def _one(
    table: Table, node: Node | Net, known: dict[int, Sum], replace: Mapping[Variable, Sum]
) -> Sum:
    match node:
        case Variable():
            return replace[node] if node in replace else table.of_node(node)
        case Constant():
            return table.of_node(node)
        case Apply():
            return table.apply(node.function, tuple(known[id(a)] for a in node.arguments))
        case Closed():
            return known[id(node.net)]
        case Sum():
            if not node.terms:
                return node
            return table.added([table.scaled(known[id(net)], c) for c, net in node.terms])
        case Net():
            draft = Draft()
            wires = draft.wires(node.dims)
            for factor, ports, exponent in node.factors:
                power = as_exponent(known[id(exponent)]) if isinstance(exponent, Sum) else exponent
                base = known[id(factor)]
                place = [wires[p] for p in ports]
                table.place(draft, table.power(base, power), place)
            return table.single(
                draft, [wires[w] for w in node.rows], [wires[w] for w in node.cols]
            )
        case _:
            assert_never(node)
