"""The factors of a product go in, how each joins those before it comes out, or a clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import SCALAR_AXES, Clash, Factor, is_plain, make_square, unify
from mdiff.shapes.kinds import are_scalar_letters
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import free_below, is_identity, is_literal_one, is_sum_of_names
from mdiff.syntax.tree import Apply, Power

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
            case "*" | "/" | "·" | "@":
                factor = _times(checked, place, position, so_far, operator)
            case "⊗":
                factor = _kron(checked, part, so_far)
            case _:
                flat = position == 1 and checked.is_flat(parts[0])
                factor = _by_elements(
                    checked, place, part, so_far, over=operator == "./", flat=flat
                )
                _doubt_hadamard(checked, step, position)
        factors.append(factor)
        so_far = factor.axes
    checked.factors[place] = tuple(factors)
    return so_far


def _times(checked: Checked, place: int, position: int, left: Axes, operator: str) -> Factor:
    """A matrix product, or a multiple where one of the two is a scalar; scalars divide.

    Inside a sum over entries columns are multiplied and divided by elements. A 1 beside a matrix
    is a vector of ones. `·` of two vectors is their inner product, and so is numpy's `@`.
    """
    step = checked.steps.steps[place]
    part = step.parts[position]
    right = checked.axes[part]
    columns = left[1] == right[1] == ONE_SIZE
    if operator == "@":
        for each in step.parts[position - 1 : position + 1]:
            if is_plain(checked, each):
                checked.doubt("more than a scalar", each, checked.steps.steps[each].bare)
    if right == SCALAR_AXES:
        return _by_scalar(checked, place, position, left, operator)
    if operator == "/":
        return _over(checked, place, part, left, columns=columns)
    if left == SCALAR_AXES:
        return _multiple(checked, place, position)
    turned = operator == "@" or (operator == "·" and right[1] == ONE_SIZE)
    if turned and left[1] == ONE_SIZE != right[0]:
        if part in checked.kept:
            raise Clash("E218", place, (part,), names=frozenset())
        if not checked.sizes.unify(left[0], right[0], place):
            raise Clash("E201", place, (part,), (left[0], right[0]))
        return Factor("row", part, (right[1], ONE_SIZE))
    if columns and step.summed and operator == "*":
        unify(checked, left, right, Clash("E201", place, (part,)))
        names = [checked.steps.steps[each].bare for each in step.parts[position - 1 : position + 1]]
        if all(names):
            checked.doubt("names by elements", place, names[0])
        return Factor("hadamard", part, left)
    _fit_inside(checked, place, part, left)
    return Factor("matmul", part, (left[0], right[1]))


def _fit_inside(checked: Checked, place: int, part: int, left: Axes) -> None:
    """Make the inner dimensions of a matrix product equal, or raise E201."""
    inner = left[1], checked.axes[part][0]
    if inner[0] != inner[1] and not checked.sizes.unify(*inner, place):
        raise Clash("E201", place, (part,), inner)


def _by_scalar(checked: Checked, place: int, position: int, left: Axes, operator: str) -> Factor:
    """A scalar on the right divides, scales, or is a 1 that stands for a vector of ones."""
    step = checked.steps.steps[place]
    part = step.parts[position]
    factor = checked.steps.steps[part]
    before = checked.steps.steps[step.parts[position - 1]]
    if step.traced and factor.bare in checked.steps.wrt and left != SCALAR_AXES:
        checked.doubt("more than a scalar", place, factor.bare)
    if operator == "·" and left == SCALAR_AXES and factor.bare and before.bare:
        checked.doubt("dot of scalars", place)
    if left == SCALAR_AXES and is_literal_one(factor) and _is_juxtaposed(checked, step, part):
        return Factor("ones", part, (checked.sizes.unknown(), ONE_SIZE))
    if operator == "/":
        return Factor("divide", part, left)
    if left != SCALAR_AXES:
        if left[1] != ONE_SIZE and operator == "*" and is_literal_one(factor):
            return Factor("ones", part, (left[0], ONE_SIZE))
        if is_literal_one(factor) and _is_juxtaposed(checked, step, part):
            checked.doubt("misplaced sum", place, before.bare)
        if factor.bare:
            checked.doubt("misplaced", place, factor.bare)
        elif is_sum_of_names(checked.steps, checked.steps.steps[part]):
            checked.doubt("misplaced sum", place)
    return Factor("scale", part, left)


def _multiple(checked: Checked, place: int, position: int) -> Factor:
    """A scalar on the left scales, or is a 1 before a row that stands for a vector of ones."""
    step = checked.steps.steps[place]
    part = step.parts[position]
    right = checked.axes[part]
    scalar = checked.steps.steps[step.parts[position - 1]]
    if step.traced and scalar.bare in checked.steps.wrt:
        checked.doubt("more than a scalar", place, scalar.bare)
    if right[0] == ONE_SIZE and position == 1 and is_literal_one(scalar):
        return Factor("ones before", part, (checked.sizes.unknown(), right[1]))
    return Factor("scale", part, right)


def _is_juxtaposed(checked: Checked, step: Step, part: int) -> bool:
    """Whether a factor stands behind the name before it, with nothing between: `b 1`."""
    before = checked.steps.steps[step.parts[step.parts.index(part) - 1]]
    between = checked.steps.text[before.node.span[1] : checked.steps.steps[part].node.span[0]]
    return bool(before.bare) and not between.strip() and bool(between)


def _over(checked: Checked, place: int, part: int, left: Axes, *, columns: bool) -> Factor:
    """Division by what is no scalar: by a square matrix, or by elements inside a sum."""
    right = checked.axes[part]
    if left != SCALAR_AXES and make_square(checked, right, place):
        _fit_inside(checked, place, part, left)
        return Factor("inverse", part, left)
    if checked.steps.steps[place].summed and right[1] == ONE_SIZE:
        if left == SCALAR_AXES:
            return Factor("over", part, right, "left")
        if columns:
            unify(checked, left, right, Clash("E204", place, (part,), operator="/"))
            return Factor("over", part, left)
    names = free_below(checked.steps, (part,))
    raise Clash("E205", place, (part,), names=names)


def _kron(checked: Checked, part: int, left: Axes) -> Factor:
    right = checked.axes[part]
    rows, columns = (checked.sizes.monomial(1, pair) for pair in zip(left, right, strict=True))
    return Factor("kron", part, (rows, columns))


def _by_elements(  # noqa: PLR0913 - where a factor stands
    checked: Checked, place: int, part: int, left: Axes, *, over: bool, flat: bool
) -> Factor:
    """Equal shapes; a column beside a matrix counts in each of its columns.

    In numpy a vector (`flat`: the one on the left) counts in each of the rows instead.
    """
    right = checked.axes[part]
    join: Join = "over" if over else "hadamard"
    if right == SCALAR_AXES:
        return Factor("divide" if over else "scale", part, left)
    if left == SCALAR_AXES:
        return Factor("over", part, right, "left") if over else Factor("scale", part, right)
    clash = Clash("E204", place, (part,), operator="./" if over else ".*")
    wrap: Wrap = ""
    whole = right
    _doubt_diagonal(checked, place, part)
    if ONE_SIZE not in left and right[0] != ONE_SIZE and right[1] == ONE_SIZE:
        whole = left
        if checked.is_flat(part):
            wrap, left, right = "right row", (left[1], left[0]), (right[0], left[0])
        else:
            wrap, right = "right", (right[0], left[1])
    elif ONE_SIZE not in right and left[0] != ONE_SIZE and left[1] == ONE_SIZE:
        if flat:
            wrap, left, right = "left row", (left[0], right[0]), (right[1], right[0])
        else:
            wrap, left = "left", (left[0], right[1])
    unify(checked, left, right, clash)
    return Factor(join, part, whole, wrap)


def _doubt_diagonal(checked: Checked, place: int, part: int) -> None:
    """Who writes `s*np.eye(n)` means a multiple of the identity."""
    pair = part, checked.steps.steps[place].parts[0]
    for one, other in (pair, pair[::-1]):
        names = free_below(checked.steps, (one,))
        if len(names) == 1 and is_identity(checked.steps.steps[other]):
            checked.doubt("misplaced", place, *names)


def spread_together(
    checked: Checked, one: tuple[int, Axes], other: tuple[int, Axes], clash: Clash
) -> Axes:
    """The axes of a matrix and a vector of numpy, added: the vector counts in every row.

    A column with two axes counts in every column, a row in every row.
    """
    (place, vector), (_, matrix) = (one, other) if ONE_SIZE in one[1] else (other, one)
    rows, columns = vector
    if checked.is_flat(place) or rows == ONE_SIZE:
        size = columns if rows == ONE_SIZE else rows
        unify(checked, (size, ONE_SIZE), (matrix[1], ONE_SIZE), clash)
    else:
        unify(checked, (rows, ONE_SIZE), (matrix[0], ONE_SIZE), clash)
    return matrix


def _doubt_hadamard(checked: Checked, step: Step, position: int) -> None:
    """Who writes `a .* x` does not mean a multiple; in numpy all do, but of `a * b` nobody does."""
    parts = step.parts[max(0, position - 1) : position + 1]
    alike = are_scalar_letters([checked.steps.steps[part].bare for part in parts])
    if checked.steps.dialect == "numpy" and not (alike and step.summed):
        return
    for part in parts:
        if is_plain(checked, part) and _is_dotted(checked.steps.steps[part]):
            checked.doubt("misplaced", part, checked.steps.steps[part].bare)


def _is_dotted(step: Step) -> bool:
    """Whether a factor of `.*` is a name, a function or a power by elements."""
    match step.node:
        case Apply() | Power(elementwise=True):
            return True
        case _:
            return bool(step.bare)
