"""An attempt that type-checks goes in, the clash of a capital that it bends comes out, if any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import SCALAR_AXES, Clash
from mdiff.shapes.kinds import by_letter
from mdiff.shapes.steps import is_sum_of_names
from mdiff.syntax.tree import Apply, Power, Product, Sum, Text

if TYPE_CHECKING:
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.steps import Step, Steps


def bent(checked: Checked) -> Clash | None:
    """The clash of a capital that became a scalar and is more than a coefficient.

    In `C ||w||^2` and `1/N` it is nothing else; in `tr(A X)` or `log(X)` it is a matrix, and what
    would type-check with a scalar in its place is another question.
    """
    steps = checked.steps
    suspects = {
        name for name in steps.free
        if checked.kinds[name] == "scalar" and by_letter(name) == "matrix"
    }  # fmt: skip
    if not suspects:
        return None
    for place, step in enumerate(steps.steps):
        for position, part in enumerate(step.parts):
            name = steps.steps[part].bare
            if name == step.bare:  # `2 N`: what stands around it decides
                continue
            if name in suspects and not _is_coefficient(checked, place, step, position):
                return Clash("E219", place, (part,), names=frozenset({name}))
    if steps.steps and steps.steps[-1].bare in suspects:
        return Clash("E219", len(steps.steps) - 1, names=frozenset(suspects))
    return None


def _is_coefficient(checked: Checked, place: int, step: Step, position: int) -> bool:
    """Whether a scalar stands where only a coefficient does: in a product of scalars, `N - 1`."""
    steps = checked.steps.steps
    match step.node:
        case Product(factors):
            if factors[position][0] in ("/", "./"):
                return steps[step.parts[position]].bare not in checked.steps.wrt
            others = [part for each, part in enumerate(step.parts) if each != position]
            whole = any(not _is_letter(checked.steps, steps[part]) for part in others)
            return whole and checked.axes[place] == SCALAR_AXES
        case Power():
            return position == 1 or checked.axes[place] == SCALAR_AXES
        case Apply(_, (Text(), *_)):
            return True  # the pattern of a contraction says what it is
        case Sum():
            terms = [steps[part] for part in step.parts]
            return len(terms) == 1 or all(_is_letter(checked.steps, term) for term in terms)
        case _:
            return False


def _is_letter(steps: Steps, step: Step) -> bool:
    """Whether a factor is a number, a free name or a sum of names, and nothing more."""
    return bool(step.bare) or step.value is not None or is_sum_of_names(steps, step)
