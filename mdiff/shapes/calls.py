"""A function and arguments go in, the row of the table that takes them comes out, or a clash.

Also a contraction: the row is then that of its pattern.
"""

from __future__ import annotations

from mdiff.functions.row import SCALAR, Axis, Function
from mdiff.functions.table import einsum
from mdiff.functions.wires import axes, written
from mdiff.shapes.checked import Call, Checked, Clash, doubt_scalars, make_square, unify
from mdiff.shapes.sizes import ONE_SIZE, SCALAR_AXES, Axes
from mdiff.shapes.steps import BY_KIND, OF_MATRICES, SHAPELESS, Step, free_below
from mdiff.syntax.literals import groups
from mdiff.syntax.tree import Apply


def check_call(checked: Checked, place: int, step: Step, function: str) -> Axes:
    """The first row of the function whose parameters take arguments of these kinds.

    A scalar counts as a 1-by-1 matrix where nothing else fits.
    """
    steps, sizes = checked.steps, checked.sizes
    if function in steps.unknown:
        return _unknown(checked, place, step, function)
    arguments = [checked.axes[part] for part in step.parts]
    if function in SHAPELESS and function not in steps.functions:
        if any(each != SCALAR_AXES for each in arguments):
            raise Clash("E208", place, step.parts)
        checked.unsized[place] = SHAPELESS[function]
        return sizes.new(), sizes.new() if function == "matrix" else ONE_SIZE
    if function == "adjoint":
        return arguments[0][::-1]
    function = _meant(checked, place, step, function)
    of_matrix = arguments != [] and ONE_SIZE not in arguments[0]
    spectral = function == "norm2" and of_matrix and steps.is_called(step, "norm2")
    if spectral and free_below(steps, (place,)):
        raise Clash("E209", place, step.parts, names=_small_letters(checked, place))
    given = len(arguments), len(step.sizes)
    rows = [r for r in steps.rows(function) if (len(r.parameters), len(r.sizes)) == given]
    if not rows:
        raise Clash("E210", place, step.parts)
    missing = [(rows == ONE_SIZE, columns == ONE_SIZE) for rows, columns in arguments]
    for row in rows:
        if row.by_elements:
            checked.calls[place] = Call(row, {})
            return _together(checked, place, step)
        pairs = zip(row.parsed.parameters, missing, strict=True)
        if all((row.any_shape and p.shape != SCALAR) or p.missing == kind for p, kind in pairs):
            doubt_scalars(checked, *step.parts)
            return _call(checked, place, step, row)
    if arguments == [SCALAR_AXES] and function not in steps.functions and not rows[0].sizes:
        doubt_scalars(checked, *step.parts)
        checked.calls[place] = Call(rows[0], {}, natural=True)
        return SCALAR_AXES
    code = "E209" if function == "norm" and of_matrix else "E208"
    vectors_only = code == "E209" or function in ("norminf", "normp")
    names = _small_letters(checked, place) if vectors_only else None
    raise Clash(code, place, step.parts, names=names)


def _meant(checked: Checked, place: int, step: Step, function: str) -> str:
    """The row of the table that a function means for the argument that it has here."""
    if len(step.parts) != 1 or checked.steps.dialect == "table":
        return function
    (argument,) = step.parts
    axes = checked.axes[argument]
    numpy = checked.steps.dialect == "numpy"
    vector = ONE_SIZE in axes
    if function in BY_KIND:
        of_scalar, of_vector, of_matrix = BY_KIND[function]
        if axes == SCALAR_AXES:
            return of_scalar
        if not (vector or of_matrix):
            raise Clash("E209", place, step.parts, names=frozenset())
        if function != "euler":
            return of_vector if vector else of_matrix
        if vector and axes[1] == ONE_SIZE and not step.summed:
            checked.doubt("vector exponent", argument)
        by_elements = vector or numpy or (step.summed and not step.multiplied)
        return of_vector if by_elements or not make_square(checked, axes, place) else of_matrix
    if function == "norm" and not vector:
        return "normF" if step.squared or numpy else function
    whole = function in OF_MATRICES and step.traced and not (vector or numpy)
    dotted = isinstance(step.node, Apply) and step.node.dotted
    if whole and not dotted and not _is_by_elements(checked, argument):
        return OF_MATRICES[function] if make_square(checked, axes, place) else function
    return function


def _is_by_elements(checked: Checked, place: int) -> bool:
    """Whether a matrix is made of its entries, `softmax(X)`: nobody takes the logarithm of that."""
    node = checked.steps.steps[place].node
    rows = checked.steps.rows(node.function) if isinstance(node, Apply) else ()
    return any(
        row.parameters and row.parameters[0][1] == row.result in ("n×k", "scalar") for row in rows
    )


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
    for part, argument, first in zip(step.parts, arguments, known[0], strict=True):
        clash = Clash("E208", place, (part,))
        if (argument == SCALAR_AXES) != (first == SCALAR_AXES):
            raise clash
        unify(checked, first, argument, clash)
    return given[0] if by_elements else known[1]


def _small_letters(checked: Checked, place: int) -> frozenset[str]:
    """The free names below a step that do not begin with a capital."""
    below = free_below(checked.steps, (place,))
    return frozenset(name for name in below if not name[0].isupper())


def _call(checked: Checked, place: int, step: Step, row: Function, code: str = "E208") -> Axes:
    """Give the letters of the signature their sizes, and the result its shape.

    `code` is that of the clash. Axes along several letters come last: most of these are known then.
    """
    letters: dict[str, int] = {}
    if row.name in checked.steps.functions:
        letters = {letter: checked.steps.names[letter] for letter in row.letters}
    letters.update(zip(row.sizes, step.sizes, strict=True))
    if row.name == "D":
        letters["h"] = checked.sizes.half(letters["n"])
    found = [
        (axis, size, part)
        for part, parameter in zip(step.parts, row.parsed.parameters, strict=True)
        for axis, size in zip((parameter.rows, parameter.columns), checked.axes[part], strict=True)
    ]
    first: dict[Axis, int] = {}
    for axis, size, part in sorted(found, key=lambda each: len(each[0][1]) != 1):
        wanted, names = _size(checked, axis, letters, size), "".join(axis[1])
        before = first.setdefault(axis, part)
        if not checked.sizes.unify(wanted, size, place):
            if len(names) == 1:
                raise Clash(code, place, (before, part), (wanted, size), operator=names)
            raise Clash(code, place, (part,), (wanted, size), operator=f"({names})")
    checked.calls[place] = Call(row, letters)
    rows, columns = row.parsed.rows, row.parsed.columns
    size = _size(checked, rows, letters)
    return size, size if rows == columns else _size(checked, columns, letters)


def _size(checked: Checked, axis: Axis, letters: dict[str, int], lone: int = ONE_SIZE) -> int:
    """The size of an axis by its letters; new ones are unknown, or `lone` if there is but one."""
    number, names = axis
    for name in names:
        if name not in letters:
            letters[name] = lone if axis == (1, (name,)) else checked.sizes.new()
    return checked.sizes.monomial(number, tuple(letters[name] for name in names))


def _together(checked: Checked, place: int, step: Step) -> Axes:
    """The shape of a function by elements: that of all its arguments that are no scalars."""
    found = SCALAR_AXES
    for part in step.parts:
        argument = checked.axes[part]
        if found == SCALAR_AXES:
            found = argument
        elif argument != SCALAR_AXES:
            unify(checked, found, argument, Clash("E208", place, (part,)))
    return found


# ------------------------------------------------------------------------------ contractions


def check_contraction(checked: Checked, place: int, step: Step, pattern: str) -> Axes:
    """A call of the row that a pattern is.

    Clashes: E210 for another number of arguments, E216 for one of other axes than its letters
    name, E215 for a letter on axes of different sizes, or letters that cannot make up an axis.
    """
    named = groups(pattern)
    if len(named) != len(step.parts):
        raise Clash("E210", place, step.parts, names=frozenset())
    wires: list[str] = []
    for (_, group), part in zip(named, step.parts, strict=True):
        both = _letters(group, checked.axes[part])
        if both is None:
            raise Clash("E216", place, (part,))
        wires.append(written(*both) or "..")
    row = einsum(f"{','.join(wires)}->{pattern.partition('->')[2]}")
    return _call(checked, place, step, row, "E215")


def _letters(group: str, shape: Axes) -> tuple[str, str] | None:
    """The letters on rows and on columns, "" for a missing axis; None where they do not fit.

    A single axis, with no dot beside it, is that of a column or a row.
    """
    rows, columns = axes(group)
    if shape[0] == ONE_SIZE and not (columns or "." in group):
        rows, columns = columns, rows
    fits = bool(rows) == (shape[0] != ONE_SIZE) and bool(columns) == (shape[1] != ONE_SIZE)
    return (rows, columns) if fits else None
