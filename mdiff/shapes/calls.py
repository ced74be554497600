"""A function and arguments go in, the row of the table that takes them comes out, or a clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.checked import SCALAR_AXES, Call, Clash, is_plain, unify
from mdiff.shapes.meant import meant
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import SHAPELESS, free_below
from mdiff.syntax.tree import Apply

if TYPE_CHECKING:
    from mdiff.functions.row import Axis, Function, Parameter
    from mdiff.shapes.checked import Axes, Checked
    from mdiff.shapes.sizes import Sizes
    from mdiff.shapes.steps import Step


def check_call(checked: Checked, place: int, step: Step, function: str) -> Axes:
    """The first row of the function whose parameters take arguments of these kinds."""
    sizes = checked.sizes
    if step.meaning == "constant":
        return _sized(checked, step, function)
    if function in checked.steps.unknown:
        return _unknown(checked, place, step, function)
    if function in SHAPELESS and function not in checked.steps.functions:
        if len(step.parts) != 1 or checked.axes[step.parts[0]] != SCALAR_AXES:
            raise Clash("E208", place, step.parts)
        return sizes.unknown(), ONE_SIZE if function == "vector" else sizes.unknown()
    arguments = [checked.axes[part] for part in step.parts]
    if function == "adjoint":
        return arguments[0][::-1]
    function = meant(checked, place, step, function)
    if function == "norm2" and ONE_SIZE not in arguments[0] and _is_open(checked, place, step):
        raise Clash("E209", place, step.parts, names=_small_letters(checked, place))
    rows = checked.steps.rows(function)
    if all(len(row.parameters) != len(arguments) for row in rows):
        raise Clash("E210", place, step.parts)
    for natural in (False,) if function in checked.steps.functions else (False, True):
        for row in rows:
            if len(row.parameters) == len(arguments) and _takes(row, arguments, natural=natural):
                return _call(checked, place, step, row, natural=natural)
    code = "E209" if function == "norm" and ONE_SIZE not in arguments[0] else "E208"
    vectors_only = code == "E209" or function in ("norminf", "normp")
    names = _small_letters(checked, place) if vectors_only else None
    raise Clash(code, place, step.parts, names=names)


def _unknown(checked: Checked, place: int, step: Step, function: str) -> Axes:
    """What an unknown function takes is what it is first given, and is the same everywhere.

    One that is summed, `sum(f(x))`, has a value for every entry: it takes scalars.
    """
    arguments = given = tuple(checked.axes[part] for part in step.parts)
    by_elements = checked.steps.unknown[function] and len(given) == 1
    if by_elements:
        arguments = (SCALAR_AXES,)
    known = checked.unknown.get(function)
    if known is None:
        value = SCALAR_AXES if by_elements else checked.fresh(checked.kinds[function])
        known = checked.unknown[function] = arguments, value
    if len(known[0]) != len(arguments):
        raise Clash("E210", place, step.parts)
    for part, axes, first in zip(step.parts, arguments, known[0], strict=True):
        clash = Clash("E208", place, (part,))
        if (axes == SCALAR_AXES) != (first == SCALAR_AXES):
            raise clash
        unify(checked, first, axes, clash)
    return given[0] if by_elements else known[1]


def _is_open(checked: Checked, place: int, step: Step) -> bool:
    """Whether `norm2(A)` leaves open which norm: it is called by name, of what nobody declared."""
    match step.node:
        case Apply("norm2", _) as node:
            by_name = checked.steps.called(node) == "norm2"
            return by_name and bool(free_below(checked.steps, (place,)))
        case _:
            return False


def _small_letters(checked: Checked, place: int) -> frozenset[str]:
    """The free names below a step that do not begin with a capital."""
    below = free_below(checked.steps, (place,))
    return frozenset(name for name in below if not name[0].isupper())


def _takes(row: Function, arguments: list[Axes], *, natural: bool) -> bool:
    """The kinds fit; `natural`: a scalar counts as a 1-by-1 matrix."""
    if row.by_elements:
        return True
    if natural:
        return len(arguments) == 1 and arguments[0] == SCALAR_AXES and not row.sizes
    return all(map(_fits, row.parsed.parameters, arguments))


def _fits(parameter: Parameter, axes: Axes) -> bool:
    rows, columns = axes
    match parameter.fit:
        case "scalar":
            return axes == SCALAR_AXES
        case "column":
            return rows != ONE_SIZE and columns == ONE_SIZE
        case "row":
            return rows == ONE_SIZE and columns != ONE_SIZE
        case "matrix" | "square":
            return ONE_SIZE not in axes
        case "any":
            return True


def _call(checked: Checked, place: int, step: Step, row: Function, *, natural: bool) -> Axes:
    """Give the letters of the signature their sizes, and the result its shape."""
    signature = row.parsed
    arguments = [checked.axes[part] for part in step.parts]
    letters: dict[str, int] = {}
    if row.by_elements:
        checked.calls[place] = Call(row, letters, natural=False)
        return _together(checked, place, step, arguments)
    for part, axes in zip(step.parts, arguments, strict=True):
        if axes == SCALAR_AXES and is_plain(checked, part):
            checked.doubt("more than a scalar", part, checked.steps.steps[part].bare)
    if natural:
        checked.calls[place] = Call(row, letters, natural=True)
        return SCALAR_AXES
    if row.name in checked.steps.functions:
        letters = {
            letter: checked.steps.names[letter] for _, names in signature.axes for letter in names
        }
    letters.update(zip(row.sizes, step.sizes, strict=False))
    for part, parameter, axes in zip(step.parts, signature.parameters, arguments, strict=True):
        for axis, size in zip((parameter.rows, parameter.columns), axes, strict=True):
            if not _bind(checked, place, axis, letters, size):
                wanted = _size_of(checked.sizes, axis, letters)
                raise Clash("E208", place, (part,), (wanted, size))
    checked.calls[place] = Call(row, letters, natural=False)
    return _size_of(checked.sizes, signature.rows, letters), _size_of(
        checked.sizes, signature.columns, letters
    )


def _together(checked: Checked, place: int, step: Step, arguments: list[Axes]) -> Axes:
    """The shape of a function by elements: that of all its arguments that are no scalars."""
    found = SCALAR_AXES
    for part, axes in zip(step.parts, arguments, strict=True):
        if SCALAR_AXES in (found, axes):
            found = axes if found == SCALAR_AXES else found
            continue
        for one, other in zip(found, axes, strict=True):
            fits = one == other or (
                ONE_SIZE not in (one, other) and checked.sizes.unify(one, other, place)
            )
            if not fits:
                raise Clash("E208", place, (part,), (one, other))
    return found


def _bind(checked: Checked, place: int, axis: Axis, letters: dict[str, int], size: int) -> bool:
    number, names = axis
    if number == 1 and len(names) == 1 and names[0] not in letters:
        letters[names[0]] = size
        return True
    if not names and number == 1:
        return size == ONE_SIZE
    for name in names:
        if name not in letters:
            letters[name] = checked.sizes.unknown()
    known = _size_of(checked.sizes, axis, letters)
    return known == size or (
        ONE_SIZE not in (known, size) and checked.sizes.unify(known, size, place)
    )


def _size_of(sizes: Sizes, axis: Axis, letters: dict[str, int]) -> int:
    number, names = axis
    return sizes.monomial(number, tuple(letters[name] for name in names))


def _sized(checked: Checked, step: Step, function: str) -> Axes:
    """The shape of a constant with its sizes written beside it."""
    sizes = checked.sizes
    match function:
        case "eye":
            return step.sizes[0], step.sizes[0]
        case "K":
            size = sizes.monomial(1, step.sizes[::-1])  # in the order of `vec`
            return size, size
        case "duplication":
            size = step.sizes[0]
            return sizes.monomial(1, (size, size)), sizes.half(size)
        case "unit":
            return sizes.unknown(), ONE_SIZE
        case _:
            return step.sizes[0], step.sizes[1] if len(step.sizes) > 1 else ONE_SIZE
