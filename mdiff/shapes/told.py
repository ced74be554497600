"""What was read in one of several ways goes in, the phrase that tells so comes out, or "".

Nothing is decided, and no node is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import must_be_square
from mdiff.shapes.excerpt import quote
from mdiff.shapes.kinds import by_letter
from mdiff.shapes.meant import OF_MATRICES
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.spelling import spelled
from mdiff.syntax.tree import Apply, Name

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.steps import Steps

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

_PLURALS = {"scalar": "scalars", "vector": "vectors", "matrix": "matrices"}


def tell_kinds(checked: Checked) -> list[str]:
    """The names that are not what their letter says: `b1`, `b2` as vectors."""
    found: dict[Kind, list[str]] = {}
    for name in checked.steps.free:
        kind = checked.kinds[name]
        if kind != by_letter(name):
            found.setdefault(kind, []).append(f"`{_as_typed(checked.steps, name)}`")
    return [
        f"{', '.join(names)} as {_PLURALS[kind] if len(names) > 1 else f'a {kind}'}"
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
            return _row(used.name, quote(steps.text, argument))
        case Apply(function, _) if used.name != function:
            plain = used.name == "norm2" and not of_matrix
            return "" if plain else _row(used.name, quote(steps.text, argument))
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
