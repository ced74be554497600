"""Jacobians and Hessians: the gradient of `<E, f(X)>` with `E` cut out again.

`E` is a fresh variable of the shape of the value. Its two axes become the rows of the Jacobian and
the variable's two axes the columns, both stacked by columns: numerator layout of vec by vec.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.calculus import local
from mdiff.calculus.differential import differential
from mdiff.calculus.gradient import gradients
from mdiff.network.draft import Draft

if TYPE_CHECKING:
    from mdiff.network.nodes import Sum, Variable
    from mdiff.network.table import Table


def jacobian(table: Table, value: Sum, variable: Variable) -> Sum:
    """`d vec(value) / d vec(variable)^T`.

    Shapes: rows are the value's columns, then its rows (slowest first); columns are the
    variable's columns, then its rows.
    """
    if not (value.rows or value.cols):
        return table.transposed(stacked(table, gradients(table, value, [variable])[variable]))
    seed = table.variable("E", value.rows, value.cols, frozenset({"change"}))
    draft = Draft()
    wires = draft.wires(value.rows + value.cols)
    table.place(draft, value, wires)
    draft.put(seed, wires)
    paired = table.single(draft, (), ())
    gradient = gradients(table, paired, [variable])[variable]
    return unstack(table, gradient, seed)


def unstack(table: Table, gradient: Sum, seed: Variable) -> Sum:
    """A value that is linear in `seed` as the matrix of that linear map, transposed."""
    rows, cols = seed.cols + seed.rows, gradient.cols + gradient.rows
    terms = []
    for draft, ports, outer in local.linear_terms(gradient, seed):
        split, cut = len(seed.rows), len(gradient.rows)
        result_rows = (*ports[split:], *ports[:split])
        result_cols = (*outer[cut:], *outer[:cut])
        terms.append(table.finish(draft, result_rows, result_cols))
    return table.sum(terms, rows, cols)


def stacked(table: Table, value: Sum) -> Sum:
    """`vec(value)`: its columns, then its rows, along one axis."""
    terms = []
    for coefficient, net in value.terms:
        draft = Draft()
        draft.coefficient = coefficient
        outer = draft.wires(value.rows + value.cols)
        draft.splice(net, outer)
        split = len(value.rows)
        terms.append(table.finish(draft, (*outer[split:], *outer[:split]), ()))
    return table.sum(terms, value.cols + value.rows, ())


def hessian(table: Table, value: Sum, first: Variable, second: Variable) -> Sum:
    """The Jacobian by `second` of the gradient of a scalar by `first`."""
    gradient = slope(table, value, first)
    if second.rows or second.cols:
        return jacobian(table, gradient, second)
    return stacked(table, differential(table, gradient, {second: table.number(1)}))


def slope(table: Table, value: Sum, variable: Variable) -> Sum:
    """The gradient of a scalar by one variable; by a scalar, forwards."""
    if variable.rows or variable.cols:
        return gradients(table, value, [variable])[variable]
    return differential(table, value, {variable: table.number(1)})
