"""Steps and a kind for each free name go in, the sizes of all steps come out, or the first clash.

One attempt: nothing is searched and nothing is worded here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.calls import check_call, check_contraction
from mdiff.shapes.checked import Checked, Clash, doubt_scalars, make_square, must_be_square, unify
from mdiff.shapes.kinds import DATA, Kind, are_scalar_letters, by_letter
from mdiff.shapes.products import check_product, spread_together
from mdiff.shapes.sizes import ONE_SIZE, SCALAR_AXES, Axes
from mdiff.shapes.steps import Step, Steps, free_below, is_literal_one, is_sum_of_names
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.shapes.typed import PowerKind


def attempt(
    steps: Steps, kinds: Mapping[str, Kind], *, scalar: bool
) -> tuple[Checked, Clash | None]:
    """Check every step in order, with these kinds for the free names; stop at the first clash.

    `scalar`: the whole has to be one.
    """
    checked = Checked(steps, kinds)
    try:
        for place, step in enumerate(steps.steps):
            checked.axes.append(_axes(checked, place, step))
    except Clash as clash:
        return checked, clash
    stacked = frozenset(
        size for call in checked.calls.values() if call.stacked for size in call.letters.values()
    )
    unsolved = checked.sizes.settle(stacked) if checked.sizes.deferred else None
    if unsolved is not None:
        return checked, Clash("E214", unsolved[2], (), unsolved[:2], frozenset())
    last = len(steps.steps) - 1
    if scalar and checked.axes[last] != SCALAR_AXES:
        return checked, Clash("E203", last, (last,))
    if steps.wanted is not None:  # take what is still unknown from the axes that the whole has
        sizes = checked.sizes.copy()
        pairs = zip(checked.axes[last], steps.wanted, strict=True)
        fits = all(sizes.unify(*pair, last) for pair in pairs)
        if fits and not (sizes.deferred and sizes.settle(stacked)):
            checked.sizes = sizes
    return checked, _bent(checked)


def _axes(checked: Checked, place: int, step: Step) -> Axes:
    match step.node:
        case Name(name) if step.meaning == "variable":
            return checked.variables[name]
        case Name() if step.meaning == "definition":
            return checked.axes[step.parts[0]]
        case Name() if step.meaning == "identity":
            size = checked.sizes.new()
            checked.unsized[place] = "write the size: `I_n` or `eye(n)`"
            return size, size
        case Name() | Number():
            return SCALAR_AXES
        case Sum():
            return _sum(checked, place, step)
        case Product(factors):
            return check_product(checked, place, step, [operator for operator, _ in factors])
        case Power(_, _, elementwise):
            return _power(checked, place, step, elementwise=elementwise)
        case Transpose(_, _, attribute):
            return _transpose(checked, place, step.parts[0], attribute=attribute)
        case Apply(_, (Text(pattern), *_)):
            return check_contraction(checked, place, step, pattern)
        case Text():
            raise AssertionError(place)  # a pattern is no step
        case Apply(function, _):
            return check_call(checked, place, step, function)


def _transpose(checked: Checked, place: int, part: int, *, attribute: bool) -> Axes:
    """Axes swapped; a transposed 1 is a row of ones; numpy's `.T` leaves a vector as it is."""
    rows, columns = checked.axes[part]
    if (rows, columns) == SCALAR_AXES:
        doubt_scalars(checked, part)
        if is_literal_one(checked.steps.steps[part]):
            rows = checked.sizes.new()
            checked.unsized[place] = "write the size: `ones(n)'`"
    if attribute and checked.is_flat(part):
        checked.kept.add(place)
        return rows, columns
    if checked.steps.dialect == "numpy" and rows == ONE_SIZE:
        checked.standing.add(place)
    return columns, rows


def _sum(checked: Checked, place: int, step: Step) -> Axes:
    """Equal shapes; a scalar beside them counts in every entry; in numpy also rows do."""
    found = SCALAR_AXES
    first = -1
    for part in step.parts:
        axes = checked.axes[part]
        if found == SCALAR_AXES:
            found, first = axes, part
        elif axes not in (found, SCALAR_AXES):
            clash = Clash("E202", place, (first, part))
            if checked.steps.dialect == "numpy" and (ONE_SIZE in axes) != (ONE_SIZE in found):
                found = spread_together(checked, (first, found), (part, axes), clash)
            else:
                unify(checked, found, axes, clash)
    for part in step.parts if found != SCALAR_AXES else ():
        inner = checked.steps.steps[part]
        if checked.axes[part] != SCALAR_AXES or inner.value is not None:
            continue
        reason = "to every entry"
        if not (inner.bare or free_below(checked.steps, (part,))):
            reason = "declared to every entry"
        elif _is_usual(checked, step, part, found):
            reason = "usual to every entry"
        checked.doubt(reason, place, inner.bare)
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
    return any(factor.join == "matmul" for factor in checked.factors.get(part, ()))


def _is_residual(checked: Checked, step: Step, scalar: int) -> bool:
    """Whether a scalar stands where a vector does: `b - A x`, `W x + b`.

    Beside data, whose rows are samples, it is one offset for all of them: `X w + b`.
    """
    if not isinstance(step.node, Sum):
        return False
    signs = dict(zip(step.parts, (sign for sign, _ in step.node.terms), strict=True))
    for part, sign in signs.items():
        if _is_multiplied(checked, part):
            first = checked.steps.steps[checked.steps.steps[part].parts[0]]
            of_data = first.bare.partition("_")[0] in DATA
            if sign != signs[scalar] or not of_data:
                return True
    return False


def _power(checked: Checked, place: int, step: Step, *, elementwise: bool) -> Axes:
    """A scalar, entries, or a square matrix, to a scalar exponent.

    Inside a sum over entries, the power of a vector is one of its entries, and so is the square of
    a matrix, but not where that is multiplied on, or has to be square.
    """
    base, exponent = step.parts
    axes, value = checked.axes[base], checked.steps.steps[exponent].value
    if checked.axes[exponent] != SCALAR_AXES:
        raise Clash("E207", place, (exponent,))
    whole = value is not None and value > 0 and value.denominator == 1
    square_of_entries = whole and not step.multiplied and not must_be_square(checked, axes)
    kind: PowerKind = "matrix"
    if axes == SCALAR_AXES:
        kind = "scalar"
    elif elementwise or (step.summed and (ONE_SIZE in axes or square_of_entries)):
        kind = "elementwise"
    elif not make_square(checked, axes, place):
        if value is None or whole or value == 0:
            raise Clash("E206", place, (base,), axes if ONE_SIZE not in axes else None)
        kind = "elementwise"
    elif step.summed and not step.multiplied and value is not None and value > 1:
        raise Clash("E217", place, (base,), names=frozenset())
    checked.powers[place] = kind
    return axes


# ------------------------------------------------------------- capitals that became scalars


def _bent(checked: Checked) -> Clash | None:
    """The clash of a capital that became a scalar and is more than a coefficient.

    In `C ||w||^2` and `1/N` it is nothing else; in `tr(A X)` or `log(X)` it is a matrix, and what
    would type-check with a scalar in its place is another question.
    """
    steps = checked.steps
    suspects = {
        name for name in steps.free
        if checked.kinds[name] == "scalar" and by_letter(name) == "matrix"
    }  # fmt: skip
    for place, step in enumerate(steps.steps if suspects else ()):
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
    parts = step.below
    letters = [
        bool(part.bare) or part.value is not None or is_sum_of_names(part) for part in parts
    ]  # a number, a free name or a sum of names, and nothing more
    match step.node:
        case Product(factors):
            if factors[position][0] in ("/", "./"):
                return parts[position].bare not in checked.steps.wrt
            others = [each for at, each in enumerate(letters) if at != position]
            return not all(others) and checked.axes[place] == SCALAR_AXES
        case Power():
            return position == 1 or checked.axes[place] == SCALAR_AXES
        case Apply(_, (Text(), *_)):
            return True  # the pattern of a contraction says what it is
        case Sum():
            return len(letters) == 1 or all(letters)
        case _:
            return False
