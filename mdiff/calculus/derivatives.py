"""Differentials (forward), gradients (reverse), and Jacobians of sums of networks.

Forward, one occurrence at a time is replaced by its differential; linearity and the product rule
are all there is to it, because every product-like operation is a shared wire. Reverse, the adjoint
of the result is 1; in reverse topological order, every occurrence of a node adds the network with
that occurrence cut out to the node's adjoint. No product of sums is expanded, and the cost is
linear in the size of the shared expression. A Jacobian is the gradient of `<E, f(X)>` with the
fresh variable `E`, of the shape of the value, cut out again.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from mdiff.calculus import local
from mdiff.network.axes import contract
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts, reachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mdiff.network.nodes import Node
    from mdiff.network.table import Table


CHANGE = frozenset({"change"})
"""Properties of a variable that will be cut out."""

MOST_PATHS = 12
"""A linear map is opened along no more paths than these."""


def differential(table: Table, value: Sum, changes: Mapping[Variable, Sum]) -> Sum:
    """`d value`, where each variable in `changes` changes by the value given for it."""
    known: dict[int, Sum] = {}  # the differentials of nodes, of those that have one
    for node in reachable(value):
        match node:
            case Variable():
                found = changes.get(node)
            case Constant() | Apply():
                found = (
                    None  # a function's is left to its networks: it may exist under a trace only
                )
            case Closed():
                found = known.get(id(node.net))
            case Sum():
                terms = [table.scaled(known[id(n)], c) for c, n in node.terms if id(n) in known]
                found = table.added(terms) if terms else None
            case Net():
                found = _of_net(table, node, known)
            case _:
                assert_never(node)
        if found and found.terms:
            known[id(node)] = found
    return known.get(id(value)) or table.scaled(value, Fraction(0))


def _of_net(table: Table, net: Net, known: Mapping[int, Sum]) -> Sum | None:
    trace = local.trace_of_functions(table, net, lambda node: known.get(id(node)))
    if trace is not None:
        return trace

    def changes(node: Node) -> bool:
        return any(id(p) in known for p in (node.arguments if isinstance(node, Apply) else [node]))

    terms = []
    for node, draft, wires in local.cuts(table, net, changes):
        if isinstance(node, Apply):
            given = [known.get(id(a)) or table.scaled(a, Fraction(0)) for a in node.arguments]
            change = local.differential(table, node, given)
        else:
            change = known[id(node)]
        table.place(draft, change, wires)
        terms.append(table.single(draft, net.rows, net.cols))
    return table.added(terms) if terms else None


def gradients(table: Table, value: Sum, variables: Iterable[Variable]) -> dict[Variable, Sum]:
    """The gradient of a scalar by each variable: the axes of the variable, all entries free."""
    order = reachable(value)
    matters = {id(v) for v in variables}
    for node in order:
        if any(id(part) in matters for part in parts(node)):
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
    nodes = [node for node, _, _ in net.factors]
    functions = [node for node in nodes if isinstance(node, Apply) and node.function.commuting]
    argument = functions[0].arguments[0] if functions else None
    if argument is None or id(argument) not in matters:
        return None
    change = table.node(Variable, "d", argument.rows, argument.cols, CHANGE, 0)
    moved = table.of_node(change)
    rule = local.trace_of_functions(table, net, lambda node: moved if id(node) in matters else None)
    return None if rule is None else (argument, local.cut(table, rule, change, adjoint))


def jacobian(table: Table, value: Sum, variable: Variable) -> Sum:
    """`d vec(value) / d vec(variable)^T`.

    Shapes: rows are the value's columns, then its rows (slowest first); columns are the
    variable's columns, then its rows.
    """
    if not (variable.rows or variable.cols):
        return contract(table, "ij->(ji).", differential(table, value, {variable: table.number(1)}))
    if not (value.rows or value.cols):
        gradient = gradients(table, value, [variable])[variable]
        return contract(table, "ij->.(ji)", gradient)
    seed = table.node(Variable, "E", value.rows, value.cols, CHANGE, 0)
    paired = contract(table, "ij,ij->", value, table.of_node(seed))
    return unstack(table, gradients(table, paired, [variable])[variable], seed)


def unstack(table: Table, gradient: Sum, seed: Variable) -> Sum:
    """A value that is linear in `seed` as the matrix of that linear map, transposed.

    Where very many paths lead to the seed, what is shared between them becomes a matrix of its
    own: the chain rule, as it is.
    """
    # A Hessian of n nested functions has a path to the seed for each choice of a factor in each
    # layer. A group that several networks hold gets its matrix once, parts before wholes, and
    # stands for it where it is met again: each network is then opened once, not once a path.
    known: dict[Node, Sum] = {}
    paths: dict[Node | Net, int] = {}  # in how many ways each node leads to the seed
    for node in reachable(gradient):
        paths[node] = int(node is seed) + sum(paths[part] for part in parts(node))
    if paths[gradient] > MOST_PATHS:
        holders = Counter(part for node in paths for part in parts(node))
        uses: Counter[Node | Net] = Counter()
        for net in paths:
            for node in {*parts(net)} if isinstance(net, Net) else ():
                uses[node] += holders[net]
        for node, ways in paths.items():
            if isinstance(node, Sum | Closed) and uses[node] > 1 and ways > 1:
                known[node] = _opened(table, table.of_node(node), seed, known)
    return _opened(table, gradient, seed, known)


def _opened(table: Table, value: Sum, seed: Variable, known: Mapping[Node, Sum]) -> Sum:
    """The matrix of a linear map, whose parts in `known` have theirs."""
    rows, cols = seed.cols + seed.rows, value.cols + value.rows
    terms = []
    for draft, ports, outer in local.linear_terms(table, value, seed, known):
        split, cut = len(seed.rows), len(value.rows)
        result_rows = (*ports[split:], *ports[:split])
        result_cols = (*outer[cut:], *outer[:cut])
        terms.append(table.finish(draft, result_rows, result_cols))
    return table.sum(terms, rows, cols)
