"""Reverse: the gradients of a scalar by all its variables, in one walk over the shared graph.

The adjoint of the result is 1. In reverse topological order, every occurrence of a node adds the
network with that occurrence cut out to the node's adjoint. No product of sums is expanded, and the
cost is linear in the size of the shared expression.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mdiff.calculus import local
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts, reachable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.network.nodes import Node
    from mdiff.network.table import Table


def gradients(table: Table, value: Sum, variables: Iterable[Variable]) -> dict[Variable, Sum]:
    """The gradient of a scalar by each variable: the axes of the variable, all entries free."""
    order = reachable(value)
    wanted = {id(v) for v in variables}
    matters: set[int] = set()
    for node in order:
        if id(node) in wanted or any(id(part) in matters for part in parts(node)):
            matters.add(id(node))
    walk = _Reverse(table, matters)
    walk.add(value, table.number(1))
    for node in reversed(order):
        if id(node) in matters:
            walk.visit(node)
    return {v: walk.total(v) or table.sum([], v.rows, v.cols) for v in variables}


class _Reverse:
    """Adjoints under way: what has been added for each node so far."""

    def __init__(self, table: Table, matters: set[int]) -> None:
        self.table = table
        self.matters = matters
        self.adjoints: dict[int, list[Sum]] = {}

    def add(self, node: Node | Net, adjoint: Sum) -> None:
        """Add to the adjoint of a node."""
        if adjoint.terms and id(node) in self.matters:
            self.adjoints.setdefault(id(node), []).append(adjoint)

    def total(self, node: Node | Net) -> Sum | None:
        """The adjoint of a node, None where it is zero. What stands first comes first."""
        found = self.adjoints.get(id(node))
        adjoint = self.table.added(found[::-1]) if found else None
        return adjoint if adjoint and adjoint.terms else None

    def visit(self, node: Node | Net) -> None:
        """Hand a node's adjoint on to its parts."""
        adjoint = self.total(node)
        if adjoint is None:
            return
        match node:
            case Variable() | Constant():
                return
            case Apply():
                for position, argument in enumerate(node.arguments):
                    if id(argument) in self.matters:
                        self.add(argument, local.pullback(self.table, node, adjoint, position))
            case Closed():
                self.add(node.net, adjoint)
            case Sum():
                for coefficient, net in node.terms:
                    self.add(net, self.table.scaled(adjoint, coefficient))
            case Net():
                self._cut_each(node, adjoint)
            case _:
                assert_never(node)

    def _cut_each(self, net: Net, adjoint: Sum) -> None:
        if self._trace(net, adjoint):
            return
        places = sum(id(node) in self.matters for node, _, _ in net.factors)
        self.table.afford(places * len(net.factors))
        for node, draft, ends in local.cuts(self.table, net, lambda n: id(n) in self.matters):
            self.table.place(draft, adjoint, net.rows + net.cols)
            split = len(node.rows)
            self.add(node, self.table.single(draft, ends[:split], ends[split:]))

    def _trace(self, net: Net, adjoint: Sum) -> bool:
        """The adjoint of `X` in the trace of matrix functions of `X`, where the network is one."""
        argument = next((n.arguments[0] for n, _, _ in net.factors if isinstance(n, Apply)), None)
        if argument is None or id(argument) not in self.matters:
            return False
        table = self.table
        change = table.variable("d", argument.rows, argument.cols, frozenset({"change"}))
        rule = local.trace_of_functions(
            table,
            net,
            lambda node: (
                table.of_node(change) if node is argument or id(node) in self.matters else None
            ),
        )
        if rule is None:
            return False
        self.add(argument, local.cut(table, rule, change, adjoint))
        return True
