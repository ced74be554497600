"""An error goes in, the same with helps comes out: edits that make the whole expression right.

Every edit is tried: the edited text is parsed and checked again. Nothing untried is offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import MdiffError, Span
from mdiff.record import Record
from mdiff.shapes import infer
from mdiff.shapes.dims import ONE, SCALAR, Dim, Shape, show_shape
from mdiff.shapes.sizes import ONE_SIZE, Axes
from mdiff.syntax import parse
from mdiff.syntax.declaration import Declaration
from mdiff.syntax.tree import Apply, Name, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.shapes.explain import Failure

MOST_TRIALS = 10
MOST_HELPS = 2
LONGEST_TEXT = 2_000
"""Longer texts get no helps: trying them costs too much."""


class _Edit(Record):
    """What to do, the text after that, and the declarations."""

    help: str
    text: str
    declarations: Sequence[Declaration]


def _rewrites(failure: Failure, span: Span, *news: str) -> Iterator[_Edit]:
    """Other words for a stretch of the text."""
    before, old, after = (failure.text[slice(*at)] for at in ((0, span[0]), span, (span[1], None)))
    for new in news:
        help_ = f"write `{new}` for `{old}`"
        yield _Edit(help_, f"{before}{new}{after}", failure.declarations)


def _turned(failure: Failure, place: int) -> str:
    """An operand transposed, in the spelling that the text uses."""
    text = failure.written(place)
    match failure.checked.steps.steps[place].node:
        case Transpose(argument):
            return failure.text[slice(*argument.span)]
        case Name() | Apply():
            pass
        case _:
            text = text if _in_brackets(text) else f"({text})"
    return text + ("'" if "'" in failure.text else "^T")


def _works(failure: Failure, edit: _Edit) -> bool:
    """The edited problem type-checks, with every name of the kind it starts with."""
    declarations, steps = edit.declarations, failure.checked.steps
    try:
        names = frozenset((*(each.name for each in declarations), *failure.wrt, *steps.names))
        functions, sizes = frozenset(steps.functions), frozenset(steps.names)
        program = parse(edit.text, names - functions, functions, sizes - set(steps.variables))
        infer(program, declarations, scalar=failure.scalar, wrt=failure.wrt, quick=True)
    except MdiffError:
        return False
    return True


def with_helps(error: MdiffError, failure: Failure) -> MdiffError:
    """The error with at most two helps, from what it was made of."""
    if len(failure.text) > LONGEST_TEXT:
        return error
    helps: list[str] = []
    for count, edit in enumerate(_edits(failure)):
        if count == MOST_TRIALS or len(helps) == MOST_HELPS:
            break
        if edit.help not in helps and _works(failure, edit):
            helps.append(edit.help)
    return MdiffError(error.diagnostic.but(helps=tuple(helps)))


def _edits(failure: Failure) -> Iterator[_Edit]:
    """What might have been meant, the likeliest first."""
    axes, clash = failure.checked.axes, failure.clash
    match clash.code:
        case "E201" | "E204" | "E205" | "E218":
            yield from _product(failure)
        case "E202":
            one, other = clash.parts
            yield from _redeclare(failure, other, axes[one])
            yield from _redeclare(failure, one, axes[other])
            for place in (other, one):
                yield from _rewrites(failure, failure.span(place), _turned(failure, place))
        case "E203":
            yield from _scalars(failure)
        case "E206" | "E217":
            yield from _power(failure)
        case "E219":
            name = failure.checked.steps.steps[clash.parts[0]].bare
            said = f"declare it: --let '{name}: scalar'"
            yield _declared(failure, name, SCALAR, frozenset(), said)
        case "E208" | "E209" | "E215":
            yield from _argument(failure)
        case _:
            pass


def _in_brackets(text: str) -> bool:
    """One pair of brackets around the whole."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return place > 0 and place == len(text) - 1
    return False


def _bare(text: str) -> str:
    return text[1:-1].strip() if _in_brackets(text) else text


_FACTORS = {
    "E201": (
        "{left}{between}{right_turned}", "{left_turned}{between}{right}", "{left} .* {right}",
        "{right}{between}{left}",
    ),
    "E204": ("{left}{between}{right_turned}", "{left} * {right}"),
    "E205": ("{left} ./ {right}", "{left} / ||{right}||"),
    "E205 matrix": ("{left} * inv({bare})", "{left} ./ {right}"),
    "E218": ("{left} @ {right_turned}", "np.outer({left}, {right_turned})"),
}  # fmt: skip
"""What may be meant by two factors that do not fit."""


def _product(failure: Failure) -> Iterator[_Edit]:
    """Declared otherwise, what follows belongs to the divisor, or two factors written otherwise."""
    axes, clash, text, parts = failure.checked.axes, failure.clash, failure.text, failure.step.parts
    code, right = clash.code, clash.parts[0]
    position = parts.index(right)
    left = parts[position - 1]
    one, other = failure.span(left), failure.span(right)
    if code == "E204":
        yield from _redeclare(failure, right, axes[left])
    elif code == "E201":
        rows, columns = clash.sizes or (ONE_SIZE, ONE_SIZE)
        yield from _redeclare(failure, right, (rows, axes[right][1]))
        yield from _redeclare(failure, left, (axes[left][0], columns))
    elif code == "E205" and position + 1 < len(parts):
        span = other[0], failure.span(parts[position + 1])[1]
        yield from _rewrites(failure, span, f"({text[slice(*span)]})")
    pieces = {
        "left": failure.written(left),
        "left_turned": _turned(failure, left),
        "between": text[one[1] : other[0]],
        "right": failure.written(right),
        "right_turned": _turned(failure, right),
        "bare": _bare(failure.written(right)),
    }
    matrix = code == "E205" and ONE_SIZE not in axes[right]
    written = _FACTORS["E205 matrix" if matrix else code]
    yield from _rewrites(failure, (one[0], other[1]), *(each.format(**pieces) for each in written))


def _declared(
    failure: Failure, name: str, shape: Shape, properties: frozenset[str], said: str
) -> _Edit:
    """A declaration to add or to change."""
    text = " ".join((f"{name}: {show_shape(shape)}", *sorted(properties)))
    rows, columns = ((dim.number, dim.factors) for dim in shape)
    others = [each for each in failure.declarations if each.name != name]
    new = Declaration(name, (rows, columns), properties, None, text)
    return _Edit(said, failure.text, [*others, new])


def _redeclare(failure: Failure, place: int, axes: Axes) -> Iterator[_Edit]:
    """Another shape for an operand that is a declared variable or its transpose."""
    checked = failure.checked
    match checked.steps.steps[place].node:
        case Transpose(Name(name)):
            axes = axes[::-1]
        case Name(name):
            pass
        case _:
            return
    old = next((each for each in failure.declarations if each.name == name), None)
    if old is None or old.shape is None:
        return
    rows, columns = (checked.sizes.dim(size) for size in axes)
    was = Dim(*old.shape[0]), Dim(*old.shape[1])
    if not checked.steps.names.keys() >= {*rows.factors, *columns.factors}:
        return  # a size that mdiff has named, and not the user
    if (rows == ONE, columns == ONE) != (was[0] == ONE, was[1] == ONE):
        return
    shapes = [(rows, columns)]
    if was[0] == was[1]:
        changed = rows if rows != was[0] else columns
        shapes.insert(0, (changed, changed))
    for shape in shapes:
        if shape != was:
            said = f"declare {name} as {show_shape(shape)}"
            yield _declared(failure, name, shape, old.properties, said)


def _scalars(failure: Failure) -> Iterator[_Edit]:
    """A scalar made of the whole expression."""
    span, text = failure.span(failure.place), failure.written(failure.place)
    rows, columns = failure.checked.axes[failure.place]
    vector = ONE_SIZE in (rows, columns)
    if not vector and failure.checked.sizes.find(rows) == failure.checked.sizes.find(columns):
        made = f"tr({text})"
    elif "||" in text:
        made = f"norm{2 if vector else 'F'}({text})^2"
    else:
        made = f"||{text}||{'' if vector else '_F'}^2"
    yield from _rewrites(failure, span, made, f"sum({text})")


def _power(failure: Failure) -> Iterator[_Edit]:
    """Powers of the entries, or the square of the norm."""
    inner, power = map(failure.written, failure.step.parts)
    written = [f"{inner}.^{power}"]
    if failure.clash.code == "E217":
        written.append(f"{inner} * {inner}")
    elif power == "2":
        vector = ONE_SIZE in failure.checked.axes[failure.clash.parts[0]]
        written.append(f"||{_bare(inner)}||{'' if vector else '_F'}^2")
    return _rewrites(failure, failure.span(failure.place), *written)


def _argument(failure: Failure) -> Iterator[_Edit]:
    """The Frobenius norm, the spectral norm; arguments transposed, or declared square."""
    if failure.clash.code == "E209":
        span, text = failure.span(failure.place), failure.written(failure.place)
        argument = failure.written(failure.step.parts[0])
        written = [f"normF({argument})", f"||{argument}||_2"]
        if text.endswith(("||", "‖")):
            written = [f"{text}_F", f"{text}_2"]
        yield from _rewrites(failure, span, *written)
        return
    for place in failure.step.parts:
        rows, columns = failure.checked.axes[place]
        if ONE_SIZE not in (rows, columns):
            yield from _redeclare(failure, place, (rows, rows))
        if (rows, columns) != (ONE_SIZE, ONE_SIZE):
            yield from _rewrites(failure, failure.span(place), _turned(failure, place))
