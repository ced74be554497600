"""What a gradient is where the variable has structure.

Three different things are all called the gradient of a symmetric matrix: the projection `sym(G)`
(the true gradient, the default here), the entries table `G + G^T - G ⊙ I` (Matrix Cookbook 2.8),
and the ambient `G`. This module projects; the others are named where they are printed.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.network.contract import contract
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
            return contract(table, "i.->ii", table.diagonal(gradient))
        case "symmetric":
            both = table.added([gradient, table.transposed(gradient)])
            return table.scaled(both, Fraction(1, 2))
        case _:
            return gradient
