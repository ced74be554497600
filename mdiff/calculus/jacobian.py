"""Jacobians and Hessians: the gradient of `<E, f(X)>` with `E` cut out again.

`E` is a fresh variable of the shape of the value. Its two axes become the rows of the Jacobian and
the variable's two axes the columns, both stacked by columns: numerator layout of vec by vec.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mdiff.calculus import local
from mdiff.calculus.modes import differential, gradients
from mdiff.network.draft import contract
from mdiff.network.nodes import Closed, Net, Sum, parts, reachable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.network.nodes import Node, Variable
    from mdiff.network.table import Table

MOST_PATHS = 12
"""A linear map is opened along no more paths than these."""


def jacobian(table: Table, value: Sum, variable: Variable) -> Sum:
    """`d vec(value) / d vec(variable)^T`.

    Shapes: rows are the value's columns, then its rows (slowest first); columns are the
    variable's columns, then its rows.
    """
    if not (variable.rows or variable.cols):
        return table.stacked(differential(table, value, {variable: table.number(1)}))
    if not (value.rows or value.cols):
        gradient = gradients(table, value, [variable])[variable]
        return table.transposed(table.stacked(gradient))
    seed = table.variable("E", value.rows, value.cols, frozenset({"change"}))
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
