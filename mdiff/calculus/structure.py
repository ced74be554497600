"""What a gradient is where the variable has structure.

Three different things are all called the gradient of a symmetric matrix: the projection `sym(G)`
(the true gradient, the default here), the entries table `G + G^T - G ⊙ I` (Matrix Cookbook 2.8),
and the ambient `G`. This module projects; the others are named where they are printed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.network.draft import Draft
from mdiff.properties import projection

if TYPE_CHECKING:
    from mdiff.network.nodes import Sum
    from mdiff.network.table import Table

PROJECTIONS = {"symmetric": "sym(G)", "diagonal": "the diagonal part of G"}
"""What a projection makes of the ambient gradient G, in words."""


def project(table: Table, gradient: Sum, properties: frozenset[str]) -> Sum:
    """The ambient gradient projected on the matrices of this structure."""
    match projection(properties):
        case "diagonal":
            return _diagonal_part(table, gradient)
        case "symmetric":
            half = Fraction(1, 2)
            turned = table.transposed(gradient)
            return table.added([table.scaled(gradient, half), table.scaled(turned, half)])
        case _:
            return gradient


def _diagonal_part(table: Table, gradient: Sum) -> Sum:
    draft = Draft()
    wires = draft.wires(gradient.rows)
    table.place(draft, table.diagonal(gradient), wires)
    return table.single(draft, wires, wires)
