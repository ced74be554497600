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
    if function in BY_KIND:
        return _by_kind(checked, place, step, function)
    if ONE_SIZE in axes:
        return function
    if function == "norm":
        return "normF" if step.squared or numpy else function
    whole = function in OF_MATRICES and step.traced and not numpy and not _is_dotted(step)
    if whole and not _is_by_elements(checked, argument) and make_square(checked, axes, place):
        return OF_MATRICES[function]
    return function


def _by_kind(checked: Checked, place: int, step: Step, function: str) -> str:
    """The row that is meant of a scalar, a vector or a matrix; `e^x` of a vector is in doubt."""
    axes = checked.axes[step.parts[0]]
    of_scalar, of_vector, of_matrix = BY_KIND[function]
    if axes == SCALAR_AXES:
        return of_scalar
    if ONE_SIZE in axes:
        if function == "euler" and axes[1] == ONE_SIZE and not step.summed:
            checked.doubt("vector exponent", step.parts[0])
        return of_vector
    if not of_matrix:
        raise Clash("E209", place, step.parts, names=frozenset())
    if function == "euler":
        numpy = checked.steps.dialect == "numpy"
        by_elements = numpy or (step.summed and not step.multiplied)
        return of_vector if by_elements or not make_square(checked, axes, place) else of_matrix
    return of_matrix


def _is_by_elements(checked: Checked, place: int) -> bool:
    """Whether a matrix is made of its entries, `softmax(X)`: nobody takes the logarithm of that."""
    step = checked.steps.steps[place]
    match step.node:
        case Apply(function, _):
            rows = checked.steps.rows(function)
            kept = ("n×k", "scalar")
            return any(row.parameters[0][1] == row.result in kept for row in rows)
        case _:
            return False


def _is_dotted(step: Step) -> bool:
    match step.node:
        case Apply():
            return step.node.dotted
        case _:
            return False
