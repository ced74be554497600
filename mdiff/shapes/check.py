"""Steps and a kind for each free name go in, the sizes of all steps come out, or the first clash.

One attempt: nothing is searched and nothing is worded here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.calls import check_call
from mdiff.shapes.checked import (
    SCALAR_AXES,
    Checked,
    Clash,
    is_plain,
    make_square,
    must_be_square,
    unify,
)
from mdiff.shapes.contractions import check_contraction, stacked_sizes
from mdiff.shapes.kinds import DATA, are_scalar_letters
from mdiff.shapes.products import check_product, spread_together
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import free_below, is_literal_one
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from mdiff.shapes.checked import Axes
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.steps import Step, Steps
    from mdiff.shapes.typed import PowerKind


def attempt(steps: Steps, kinds: Mapping[str, Kind]) -> tuple[Checked, Clash | None]:
    """Check every step in order, with these kinds for the free names; stop at the first clash."""
    checked = Checked(steps, kinds)
    try:
        for place, step in enumerate(steps.steps):
            checked.axes.append(_axes(checked, place, step))
    except Clash as clash:
        return checked, clash
    unsolved = checked.sizes.settle(stacked_sizes(checked))
    if unsolved is not None:
        return checked, Clash("E214", unsolved[2], (), unsolved[:2], frozenset())
    if steps.wanted is not None:
        _fit(checked, steps.wanted)
    return checked, None


def _fit(checked: Checked, wanted: Axes) -> None:
    """Take what is still unknown of the sizes from the axes of the whole, if it can have those."""
    sizes, last = checked.sizes.copy(), len(checked.axes) - 1
    for size, other in zip(checked.axes[last], wanted, strict=True):
        if not sizes.unify(size, other, last):
            return
    if sizes.settle(stacked_sizes(checked)) is None:
        checked.sizes = sizes


def _axes(checked: Checked, place: int, step: Step) -> Axes:
    """The sizes of one step, from those of its parts."""
    axes = checked.axes
    match step.node:
        case Number():
            return SCALAR_AXES
        case Name(name):
            return _name(checked, step, name)
        case Sum(terms):
            return axes[step.parts[0]] if len(terms) == 1 else _sum(checked, place, step)
        case Product(factors):
            return check_product(checked, place, step, [operator for operator, _ in factors])
        case Power(_, _, elementwise):
            return _power(checked, place, step, elementwise=elementwise)
        case Transpose() as node:
            return _transpose(checked, place, step, attribute=node.attribute)
        case Apply(_, (Text(pattern), *_)):
            return check_contraction(checked, place, step, pattern)
        case Text():
            raise AssertionError(place)  # a pattern is no step
        case Apply(function, _):
            return check_call(checked, place, step, function)


def _transpose(checked: Checked, place: int, step: Step, *, attribute: bool) -> Axes:
    """Axes swapped; a transposed 1 is a row of ones; numpy's `.T` leaves a vector as it is."""
    (part,) = step.parts
    rows, columns = checked.axes[part]
    if is_plain(checked, part):
        checked.doubt("more than a scalar", place, checked.steps.steps[part].bare)
    if is_literal_one(checked.steps.steps[part]):
        rows, columns = checked.sizes.unknown(), ONE_SIZE
    if attribute and checked.is_flat(part):
        checked.kept.add(place)
        return rows, columns
    if checked.steps.dialect == "numpy" and rows == ONE_SIZE:
        checked.standing.add(place)
    return columns, rows


def _name(checked: Checked, step: Step, name: str) -> Axes:
    match step.meaning:
        case "definition":
            return checked.axes[step.parts[0]]
        case "variable":
            return checked.variables[name]
        case "identity":
            size = checked.sizes.unknown()
            return size, size
        case "size" | "pi" | "constant" | "":
            return SCALAR_AXES


def _sum(checked: Checked, place: int, step: Step) -> Axes:
    """Equal shapes; a scalar beside them counts in every entry; in numpy also rows do."""
    found = SCALAR_AXES
    first = -1
    scalars = False
    for part in step.parts:
        axes = checked.axes[part]
        if axes == SCALAR_AXES:
            scalars = True
        elif found == SCALAR_AXES:
            found, first = axes, part
        elif axes != found:
            clash = Clash("E202", place, (first, part))
            if checked.steps.dialect == "numpy" and (ONE_SIZE in axes) != (ONE_SIZE in found):
                found = spread_together(checked, (first, found), (part, axes), clash)
            else:
                unify(checked, found, axes, clash)
    if scalars and found != SCALAR_AXES:
        for part in step.parts:
            inner = checked.steps.steps[part]
            if checked.axes[part] == SCALAR_AXES and inner.value is None:
                free = inner.bare or free_below(checked.steps, (part,))
                if not free:
                    checked.doubt("declared to every entry", place, inner.bare)
                elif _is_usual(checked, step, part, found):
                    checked.doubt("usual to every entry", place, inner.bare)
                else:
                    checked.doubt("to every entry", place, inner.bare)
    return found


def _is_usual(checked: Checked, step: Step, scalar: int, axes: Axes) -> bool:
    """Whether a scalar is usual beside arrays: in a sum over entries, and in most of numpy."""
    bare = [checked.steps.steps[part].bare for part in step.parts]
    if _is_residual(checked, step, scalar) or are_scalar_letters(bare):
        return False
    if checked.steps.dialect != "numpy":
        return step.summed
    if ONE_SIZE not in axes:
        return not any(_is_multiplied(checked, part) for part in step.parts)
    return step.summed or not all(bare)


def _is_multiplied(checked: Checked, part: int) -> bool:
    """Whether a term is a product of matrices."""
    return any(factor.join == "matmul" for factor in checked.factors.get(part, ()))


def _is_residual(checked: Checked, step: Step, scalar: int) -> bool:
    """Whether a scalar stands where a vector does: `b - A x`, `W x + b`.

    Beside data, whose rows are samples, it is one offset for all of them: `X w + b`.
    """
    match step.node:
        case Sum(terms):
            signs = dict(zip(step.parts, (sign for sign, _ in terms), strict=True))
            return any(
                _is_multiplied(checked, part)
                and (sign != signs[scalar] or not _is_of_data(checked, part))
                for part, sign in signs.items()
            )
        case _:
            return False


def _is_of_data(checked: Checked, place: int) -> bool:
    """Whether a product begins with the letter of a matrix of data."""
    step = checked.steps.steps[place]
    return checked.steps.steps[step.parts[0]].bare.partition("_")[0] in DATA


def _is_of_entries(checked: Checked, step: Step, axes: Axes, value: Fraction | None) -> bool:
    """Whether a power inside a sum is of the entries: of a vector, or the square of a matrix.

    A matrix that is multiplied on, inverted, or raised to a root is one; so is a square one.
    """
    if not step.summed:
        return False
    if ONE_SIZE in axes:
        return True
    whole = value is not None and value > 0 and value.denominator == 1
    return whole and not step.multiplied and not must_be_square(checked, axes)


def _power(checked: Checked, place: int, step: Step, *, elementwise: bool) -> Axes:
    """A scalar, entries, or a square matrix, to a scalar exponent."""
    base, exponent = step.parts
    axes = checked.axes[base]
    if checked.axes[exponent] != SCALAR_AXES:
        raise Clash("E207", place, (exponent,))
    kind: PowerKind = "elementwise" if elementwise else "matrix"
    value = checked.steps.steps[exponent].value
    if axes == SCALAR_AXES:
        kind = "scalar"
    elif elementwise or _is_of_entries(checked, step, axes, value):
        kind = "elementwise"
    elif not make_square(checked, axes, place):
        if value is None or (value >= 0 and value.denominator == 1):
            raise Clash("E206", place, (base,), axes if ONE_SIZE not in axes else None)
        kind = "elementwise"
    elif step.summed and not step.multiplied and value is not None and value > 1:
        raise Clash("E217", place, (base,), names=frozenset())
    checked.powers[place] = kind
    return axes
