"""A function and its argument go in, the row of the table that is meant comes out.

`|A|` is a determinant, a length or an absolute value by what `A` is; `exp(X)` in a trace is the
exponential of the matrix. Also the phrases that tell of what is not certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import SCALAR_AXES, Clash, make_square, must_be_square
from mdiff.shapes.kinds import by_letter
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import SHAPELESS
from mdiff.syntax.spelling import spelled
from mdiff.syntax.tree import Apply, Name

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.steps import Step, Steps

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

_ROWS = {
    "det": "det({})",
    "norm2": "‖{}‖₂",
    "normF": "‖{}‖_F",
    "expm": "the matrix exponential",
    "logm": "the matrix logarithm",
    "sqrtm": "the matrix square root",
    "sinm": "the matrix sine",
    "cosm": "the matrix cosine",
}
"""What a row is told as that is not the function as typed; `{}` is the user's argument."""

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
    node = checked.steps.steps[place].node
    rows = checked.steps.rows(node.function) if isinstance(node, Apply) else ()
    return any(row.parameters[0][1] == row.result in ("n×k", "scalar") for row in rows)


def tell_kinds(checked: Checked) -> list[str]:
    """The names that are not what their letter says: `b1`, `b2` as vectors."""
    found: dict[Kind, list[str]] = {}
    for name in checked.steps.free:
        kind = checked.kinds[name]
        if kind != by_letter(name):
            found.setdefault(kind, []).append(f"`{_as_typed(checked.steps, name)}`")
    plurals = {"scalar": "scalars", "vector": "vectors", "matrix": "matrices"}
    return [
        f"{', '.join(names)} as {plurals[kind] if len(names) > 1 else f'a {kind}'}"
        for kind, names in found.items()
    ]


def _as_typed(steps: Steps, name: str) -> str:
    """A name in the user's letters."""
    for step in steps.steps:
        if isinstance(step.node, Name) and step.node.name == name:
            typed_so = steps.text[slice(*step.node.span)]
            return typed_so if spelled(typed_so) == name else name
    return name


def tell_function(checked: Checked, place: int, argument: Span) -> str:
    """Which function was meant, where its name alone does not say it; `argument` is its first."""
    steps = checked.steps
    step, used = steps.steps[place], checked.calls[place].row
    of_matrix = ONE_SIZE not in checked.axes[step.parts[0]]
    match step.node:
        case Apply("bars", _):
            return _row(used.name, steps.quote(argument))
        case Apply(function, _) if used.name != function:
            plain = used.name == "norm2" and not of_matrix
            return "" if plain else _row(used.name, steps.quote(argument))
        case Apply("norm2", _) as node if of_matrix and steps.called(node) not in used.aliases:
            return "as the spectral norm"
        case Apply(function, _) as node if function in OF_MATRICES:
            usual = node.dotted or steps.dialect == "numpy"
            if not usual and must_be_square(checked, checked.axes[place]):
                return f"by elements, not `{OF_MATRICES[function]}`"
            return ""
        case _:
            return ""


def _row(name: str, argument: str) -> str:
    """`as det A`, with brackets where the argument is more than a name."""
    said = _ROWS.get(name, "").replace("{}", argument)
    if argument.isalnum():
        said = said.replace(f"({argument})", f" {argument}")
    return said and f"as {said}"
