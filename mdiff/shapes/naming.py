"""An attempt goes in; a size that is still free gets the name that a textbook would give it.

A constant whose size nothing says is refused: E211.
"""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.shapes.dims import halved
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.tree import Apply, Name, Number, Transpose

if TYPE_CHECKING:
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.steps import Step, Steps

SQUARE_FIRST = "nkmpqr"
"""Where a matrix is square: `X: n×n`, `A: n×k`."""
MATRIX_FIRST = "mnkpqr"
"""Where none is: `A: m×n`, `x: n`."""
VECTORS = "nmkpqr"
"""Where there are only vectors."""


def name_sizes(checked: Checked) -> frozenset[str]:
    """Name the free sizes, and return all names of sizes.

    In order of appearance, square matrices first, then other matrices, vectors, the rest; no name
    is one of a variable or of another size.
    """
    sizes = checked.sizes
    shapes = list(checked.variables.values())
    matrices = [axes for axes in shapes if ONE_SIZE not in axes]
    square = [axes for axes in matrices if sizes.find(axes[0]) == sizes.find(axes[1])]
    free_square = any(sizes.is_free(sizes.find(axes[0])) for axes in square)
    letters = SQUARE_FIRST if free_square else MATRIX_FIRST if matrices else VECTORS
    more = (f"{letters[0]}{number}" for number in count(1))
    names = (name for name in chain(letters, more) if name not in checked.steps.reserved)
    letters_of = (tuple(call.letters.values()) for call in checked.calls.values())
    for axes in chain(square, matrices, shapes, checked.axes, letters_of):
        for atom in sizes.free(axes):
            sizes.names[atom] = sizes.names[atom] or next(names)
    found = {name for name in sizes.names if name}
    for name in tuple(found):
        whole = halved(name)
        if whole is not None:
            found.remove(name)
            found.update(whole.factors)
    return frozenset(found)


def check_constants(checked: Checked) -> None:
    """Raise E211 where nothing says how large an identity, a unit vector or ones are."""
    sizes = checked.sizes
    known = set(sizes.free(chain.from_iterable(checked.variables.values())))
    for place, step in enumerate(checked.steps.steps):
        remedy = _remedy(checked.steps, step)
        if remedy and not known.issuperset(sizes.free(checked.axes[place])):
            raise fail(
                "E211",
                f"nothing says how large `{checked.steps.quote(step.node.span)}` is",
                text=checked.steps.text,
                labels=(Label(step.node.span, "size unknown"),),
                helps=(remedy,),
            )


def _remedy(steps: Steps, step: Step) -> str:
    """How to say the size of a constant without one, "" for all other steps."""
    match step.node:
        case Name() if step.meaning == "identity":
            return "write the size: `I_n` or `eye(n)`"
        case Apply("unit", _):
            return "declare a variable that it is multiplied with"
        case Apply("vector", _) if "vector" not in steps.functions:
            return "write the size: `ones(n)`"
        case Apply("matrix", _) if "matrix" not in steps.functions:
            return "write the sizes: `ones(m,n)`"
        case Transpose(Number()):
            return "write the size: `ones(n)'`"
        case _:
            return ""
