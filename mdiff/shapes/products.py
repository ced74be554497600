"""The factors of a product go in, how each joins those before it comes out, or a clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import MISPLACED_COST, SCALAR_AXES, Clash, Factor, unify
from mdiff.shapes.sizes import ONE_SIZE

if TYPE_CHECKING:
    from mdiff.shapes.checked import Axes, Checked, Wrap
    from mdiff.shapes.steps import Step
    from mdiff.shapes.typed import Join


def check_product(checked: Checked, place: int, step: Step, operators: list[str]) -> Axes:
    """From the left; every factor joins the product of all before it."""
    parts = step.parts
    so_far = checked.axes[parts[0]]
    factors = [Factor("scale", parts[0], so_far)]
    for position in range(1, len(parts)):
        part, operator = parts[position], operators[position]
        match operator:
            case "*" | "/":
                factor = _times(checked, place, part, so_far, divide=operator == "/")
            case "⊗":
                factor = _kron(checked, part, so_far)
            case _:
                factor = _by_elements(checked, place, part, so_far, over=operator == "./")
                _doubt_hadamard(checked, place, step, position)
        factors.append(factor)
        so_far = factor.axes
    checked.factors[place] = tuple(factors)
    return so_far


def _times(checked: Checked, place: int, part: int, left: Axes, *, divide: bool) -> Factor:
    """A matrix product, or a multiple where one of the two is a scalar; only scalars divide."""
    right = checked.axes[part]
    if right == SCALAR_AXES:
        if left != SCALAR_AXES and not divide and checked.steps.steps[part].bare:
            checked.doubt(MISPLACED_COST, place, checked.steps.steps[part].bare)
        return Factor("divide" if divide else "scale", part, left)
    if divide:
        raise Clash("E205", place, (part,))
    if left == SCALAR_AXES:
        return Factor("scale", part, right)
    if left[1] != right[0] and not checked.sizes.unify(left[1], right[0], place):
        raise Clash("E201", place, (part,), (left[1], right[0]))
    return Factor("matmul", part, (left[0], right[1]))


def _kron(checked: Checked, part: int, left: Axes) -> Factor:
    right = checked.axes[part]
    rows, columns = (checked.sizes.monomial(1, pair) for pair in zip(left, right, strict=True))
    return Factor("kron", part, (rows, columns))


def _by_elements(checked: Checked, place: int, part: int, left: Axes, *, over: bool) -> Factor:
    """Equal shapes; a column beside a matrix counts in each of its columns."""
    right = checked.axes[part]
    join: Join = "over" if over else "hadamard"
    if right == SCALAR_AXES:
        return Factor("divide" if over else "scale", part, left)
    if left == SCALAR_AXES:
        return Factor("over", part, right, "left") if over else Factor("scale", part, right)
    clash = Clash("E204", place, (part,), operator="./" if over else ".*")
    wrap: Wrap = ""
    whole = right
    if ONE_SIZE not in left and right[0] != ONE_SIZE and right[1] == ONE_SIZE:
        wrap, whole, right = "right", left, (right[0], left[1])
    elif ONE_SIZE not in right and left[0] != ONE_SIZE and left[1] == ONE_SIZE:
        wrap, left = "left", (left[0], right[1])
    unify(checked, left, right, clash)
    return Factor(join, part, whole, wrap)


def _doubt_hadamard(checked: Checked, place: int, step: Step, position: int) -> None:
    """Who writes `a .* x` does not mean a multiple."""
    for part in step.parts[max(0, position - 1) : position + 1]:
        bare = checked.steps.steps[part].bare
        if bare and checked.axes[part] == SCALAR_AXES:
            checked.doubt(MISPLACED_COST, place, bare)
