"""A successful attempt goes in, E211 comes out where nothing says how large a constant is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.shapes.excerpt import quote
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.tree import Apply, Name, Number, Transpose

if TYPE_CHECKING:
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.steps import Step, Steps


def check_constants(checked: Checked) -> None:
    """Raise E211 where nothing says how large an identity, a unit vector or ones are."""
    sizes = checked.sizes
    known = {
        atom
        for axes in checked.variables.values()
        for size in axes
        if size != ONE_SIZE
        for atom in sizes.expand(size)[1]
    }
    for place, step in enumerate(checked.steps.steps):
        remedy = _remedy(checked.steps, step)
        if remedy:
            atoms = (atom for size in checked.axes[place] for atom in sizes.expand(size)[1])
            if any(sizes.is_free(atom) and atom not in known for atom in atoms):
                raise fail(
                    "E211",
                    f"nothing says how large `{quote(checked.steps.text, step.node.span)}` is",
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
