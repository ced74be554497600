"""A function and its argument go in, the row of the table that is meant comes out; nothing is told.

`|A|` is a determinant, a length or an absolute value by what `A` is; `exp(X)` in a trace is the
exponential of the matrix. What is not certain is told later (`mdiff.shapes.told`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import SCALAR_AXES, Clash, make_square
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import SHAPELESS
from mdiff.syntax.tree import Apply

if TYPE_CHECKING:
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.steps import Step

OF_MATRICES = {"exp": "expm", "log": "logm", "sqrt": "sqrtm", "sin": "sinm", "cos": "cosm"}
"""Functions by elements → the functions of square matrices with the same name in textbooks."""

BY_KIND = {
    "bars": ("abs", "norm2", "det"),
    "euler": ("exp", "exp", "expm"),
    "induced1": ("norm1", "norm1", ""),
    "induced2": ("norm2", "norm2", "norm2"),
    "inducedinf": ("norminf", "norminf", ""),
}
"""Functions of the language that are no rows of the table → the rows that they are of a scalar, of
a vector and of a matrix; "" is refused (E209). `norm(A, 1)` of programs is `induced1`."""

UNTABLED = frozenset({*BY_KIND, *SHAPELESS, "adjoint"})
"""All functions of the language that are no rows of the table."""


def meant(checked: Checked, place: int, step: Step, function: str) -> str:
    """The row of the table that a function means for the argument that it has here."""
    if len(step.parts) != 1 or checked.steps.dialect == "table":
        return function
    (argument,) = step.parts
    axes = checked.axes[argument]
    numpy = checked.steps.dialect == "numpy"
    vector = ONE_SIZE in axes
    if function in BY_KIND:
        of_scalar, of_vector, of_matrix = BY_KIND[function]
        if axes == SCALAR_AXES:
            return of_scalar
        if not (vector or of_matrix):
            raise Clash("E209", place, step.parts, names=frozenset())
        if function != "euler":
            return of_vector if vector else of_matrix
        if vector and axes[1] == ONE_SIZE and not step.summed:
            checked.doubt("vector exponent", argument)
        by_elements = vector or numpy or (step.summed and not step.multiplied)
        return of_vector if by_elements or not make_square(checked, axes, place) else of_matrix
    if function == "norm" and not vector:
        return "normF" if step.squared or numpy else function
    whole = function in OF_MATRICES and step.traced and not (vector or numpy)
    dotted = isinstance(step.node, Apply) and step.node.dotted
    if whole and not dotted and not _is_by_elements(checked, argument):
        return OF_MATRICES[function] if make_square(checked, axes, place) else function
    return function


def _is_by_elements(checked: Checked, place: int) -> bool:
    """Whether a matrix is made of its entries, `softmax(X)`: nobody takes the logarithm of that."""
    match checked.steps.steps[place].node:
        case Apply(function, _):
            kept = ("n×k", "scalar")
            rows = checked.steps.rows(function)
            return any(row.parameters[0][1] == row.result in kept for row in rows)
        case _:
            return False
