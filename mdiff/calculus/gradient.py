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
    from collections.abc import Iterable, Iterator

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
    adjoints: dict[int, list[Sum]] = {id(value): [table.number(1)]}
    for node in reversed(order):
        found = adjoints.pop(id(node), []) if id(node) in matters else []
        if not found:
            continue
        adjoint = table.added(found[::-1])  # what stands first comes first
        adjoints[id(node)] = [adjoint]
        for part, own in _handed_on(table, node, adjoint, matters) if adjoint.terms else ():
            if own.terms:
                adjoints.setdefault(id(part), []).append(own)
    return {
        v: adjoints[id(v)][0] if id(v) in adjoints else table.sum([], v.rows, v.cols)
        for v in variables
    }


def _handed_on(
    table: Table, node: Node | Net, adjoint: Sum, matters: set[int]
) -> Iterator[tuple[Node | Net, Sum]]:
    """The parts of a node that matter, and what its adjoint adds to theirs."""
    match node:
        case Variable() | Constant():
            return
        case Apply():
            for position, argument in enumerate(node.arguments):
                if id(argument) in matters:
                    yield argument, local.pullback(table, node, adjoint, position)
        case Closed():
            yield node.net, adjoint
        case Sum():
            for coefficient, net in node.terms:
                if id(net) in matters:
                    yield net, table.scaled(adjoint, coefficient)
        case Net():
            under_trace = _of_trace(table, node, adjoint, matters)
            if under_trace is not None:
                yield under_trace
                return
            places = sum(id(factor) in matters for factor, _, _ in node.factors)
            table.afford(places * len(node.factors))
            for part, draft, ends in local.cuts(table, node, lambda n: id(n) in matters):
                table.place(draft, adjoint, node.rows + node.cols)
                split = len(part.rows)
                yield part, table.single(draft, ends[:split], ends[split:])
        case _:
            assert_never(node)


def _of_trace(table: Table, net: Net, adjoint: Sum, matters: set[int]) -> tuple[Node, Sum] | None:
    """`X`, and its adjoint in the trace of matrix functions of `X`; None if the net is none."""
    argument = next((n.arguments[0] for n, _, _ in net.factors if isinstance(n, Apply)), None)
    if argument is None or id(argument) not in matters:
        return None
    change = table.variable("d", argument.rows, argument.cols, frozenset({"change"}))
    moved = table.of_node(change)
    rule = local.trace_of_functions(table, net, lambda node: moved if id(node) in matters else None)
    return None if rule is None else (argument, local.cut(table, rule, change, adjoint))
