"""What stands around a step goes in, and which function of the table it means comes out.

`|A|` is a determinant, a length or an absolute value by what `A` is; `exp(X)` in a trace is the
exponential of the matrix; `(y - X w)^2` in a sum is by elements. One table a question; whatever is
not certain is told (`Reading`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.shapes.checked import VECTOR_EXPONENT_COST, Clash
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.tree import Apply, Number, Power, Product, Sum, Transpose

if TYPE_CHECKING:
    from mdiff.shapes.checked import Axes, Checked
    from mdiff.shapes.steps import Step, Steps

OF_MATRICES = {"exp": "expm", "log": "logm", "sqrt": "sqrtm", "sin": "sinm", "cos": "cosm"}
"""Functions by elements → the functions of square matrices with the same name in textbooks."""

INDUCED = {"induced1": "norm1", "induced2": "norm2", "inducedinf": "norminf"}
"""The norms of programs, `norm(A, 1)` → those of vectors."""

BY_KIND = frozenset({"bars", "adjoint", "euler", *INDUCED})
"""Functions of the language that are no rows of the table: what they are is decided here."""

TOLD = {
    "det": "det({})",
    "norm2": "‖{}‖₂",
    "normF": "‖{}‖_F",
    "expm": "the matrix exponential",
    "logm": "the matrix logarithm",
    "sqrtm": "the matrix square root",
    "sinm": "the matrix sine",
    "cosm": "the matrix cosine",
}
"""What a reading is told as; `{}` is the user's argument."""

_SUMS = frozenset({"sum", "mean"})
_THROUGH_SUMS = frozenset({"vec", "transpose"})


def find_contexts(steps: Steps) -> None:
    """Say of each step whether it is summed over entries, a factor in a trace, or squared.

    `summed`: it is the argument of a sum or a mean, through sums, products and functions by
    elements; `traced`: it is a factor of a matrix product directly under a trace. Both end at a
    definition, whose value is used elsewhere as well.
    """
    for place in range(len(steps.steps) - 1, -1, -1):
        step = steps.steps[place]
        parts = [steps.steps[part] for part in step.parts]
        match step.node:
            case Apply(function, _):
                if function in _SUMS:
                    _mark(parts, summed=True)
                elif function == "tr":
                    _mark(parts, traced=True)
                elif steps.by_elements(function) or function in _THROUGH_SUMS:
                    _mark(parts, summed=step.summed)
            case Power():
                parts[0].squared = parts[1].value == 2
                _mark(parts, summed=step.summed)
            case Product(factors):
                matrices = all(operator not in (".*", "./", "⊗") for operator, _ in factors)
                _mark(parts, summed=step.summed, traced=step.traced and matrices)
                if matrices and sum(part.value is None for part in parts) > 1:
                    for part in parts:
                        part.multiplied = True
            case Sum() | Transpose():
                _mark(parts, summed=step.summed, traced=step.traced)
            case _:
                pass


def _mark(parts: list[Step], *, summed: bool = False, traced: bool = False) -> None:
    for part in parts:
        part.summed = part.summed or summed
        part.traced = part.traced or traced


def meant(checked: Checked, place: int, step: Step, function: str) -> str:
    """The row of the table that a function means for the argument that it has here."""
    if len(step.parts) != 1 or checked.steps.dialect == "table":
        return function
    axes = checked.axes[step.parts[0]]
    is_matrix = ONE_SIZE not in axes
    if function == "euler" and axes[1] == ONE_SIZE != axes[0] and not step.summed:
        checked.doubt(VECTOR_EXPONENT_COST, step.parts[0])
    numpy = checked.steps.dialect == "numpy"
    if function == "bars":
        return "abs" if axes == (ONE_SIZE, ONE_SIZE) else "det" if is_matrix else "norm2"
    if function == "norm" and is_matrix and (step.squared or numpy):
        return "normF"
    if function in INDUCED:
        if is_matrix and function != "induced2":
            raise Clash("E209", place, step.parts, names=frozenset())
        return INDUCED[function]
    if function == "euler":
        by_elements = numpy or not is_matrix or (step.summed and not step.multiplied)
        return "exp" if by_elements or not is_square(checked, axes, place) else "expm"
    if not is_matrix or _is_dotted(step):
        return function
    if function in OF_MATRICES and step.traced and not numpy:
        entries = _is_by_elements(checked, step.parts[0])
        if not entries and is_square(checked, axes, place):
            return OF_MATRICES[function]
    return function


def _is_by_elements(checked: Checked, place: int) -> bool:
    """Whether a matrix is made of its entries, `softmax(X)`: nobody takes the logarithm of that."""
    step = checked.steps.steps[place]
    match step.node:
        case Apply(function, _):
            rows = checked.steps.functions.get(function) or TABLE.get(function, ())
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


def is_square(checked: Checked, axes: Axes, place: int) -> bool:
    """Whether a matrix can be square, and then it is."""
    return ONE_SIZE not in axes and checked.sizes.unify(axes[0], axes[1], place)


def must_be_square(checked: Checked, axes: Axes) -> bool:
    """Whether a matrix is square by what is known of it."""
    sizes = checked.sizes
    return ONE_SIZE not in axes and sizes.find(axes[0]) == sizes.find(axes[1])


def is_literal_one(step: Step) -> bool:
    """The number 1 as typed, which beside matrices is a vector of ones."""
    match step.node:
        case Number(value):
            return value == 1
        case _:
            return False
