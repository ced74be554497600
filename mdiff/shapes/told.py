"""What was read in one of several ways goes in, the phrase that tells so comes out, or "".

All phrases of readings that the room makes; nothing is decided, and no node is built.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.unknown import mapping
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
        match step.node:
            case Name(used) if used == name:
                typed_so = steps.text[slice(*step.node.span)]
                return typed_so if spelled(typed_so) == name else name
            case _:
                pass
    return name


def tell_unknown(name: str, arguments: tuple[str, ...], result: str, *, by_elements: bool) -> str:
    """Between which spaces an unknown function maps."""
    how = ", by elements" if by_elements else ""
    return f"`{name}` as an unknown function, {mapping(arguments, result)}{how}"


def tell_function(checked: Checked, place: int, argument: Span) -> str:
    """Which function was meant, where its name alone does not say it; `argument` is its first."""
    steps = checked.steps
    step = steps.steps[place]
    match step.node:
        case Apply(function, _) as node:
            used = checked.calls[place].row
            of_matrix = ONE_SIZE not in checked.axes[step.parts[0]]
        case _:
            raise AssertionError(place)  # a call is an application
    said = ""
    if used.name != function:
        plain = used.name == "norm2" and not of_matrix and function != "bars"
        said = "" if plain else _row(used.name, quote(steps.text, argument))
    elif function == "norm2" and of_matrix:
        said = "" if steps.called(node) in used.aliases else "as the spectral norm"
    elif function in OF_MATRICES and must_be_square(checked, checked.axes[place]):
        usual = node.dotted or steps.dialect == "numpy"
        said = "" if usual else f"by elements, not `{OF_MATRICES[function]}`"
    return said and f"`{quote(steps.text, node.span)}` {said}"


def _row(name: str, argument: str) -> str:
    """`as det A`, with brackets where the argument is more than a name."""
    said = _ROWS.get(name, "").replace("{}", argument)
    if argument.isalnum():
        said = said.replace(f"({argument})", f" {argument}")
    return said and f"as {said}"


def tell_by_elements(steps: Steps, span: Span) -> str:
    """A product, a quotient or a power is one of the entries."""
    if steps.dialect == "numpy":
        return "`*`, `/`, `**` by elements, as in numpy"
    return f"`{quote(steps.text, span)}` by elements"


def tell_added(steps: Steps, span: Span, sign: int) -> str:
    """A scalar counts in every entry."""
    return (
        f"`{quote(steps.text, span)}` {'added to' if sign > 0 else 'subtracted from'} every entry"
    )


def tell_spread(steps: Steps, span: Span, *, row: bool) -> str:
    """A vector counts in every row or column."""
    return f"`{quote(steps.text, span)}` in every {'row' if row else 'column'}"


def tell_row(steps: Steps, span: Span, operator: str) -> str:
    """A vector on the left stands for a row."""
    if operator == "@":
        return "`@` and vectors as in numpy"
    return f"`{quote(steps.text, span)}` as an inner product"


def tell_adjoint(steps: Steps, span: Span) -> str:
    """A conjugate transpose is a transpose."""
    return f"`{quote(steps.text, span)}` as the transpose (all is real)"
