"""An error goes in, the same with helps comes out: edits that make the whole expression right.

Every edit is tried: the edited text is parsed and checked again. Nothing untried is offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Diagnostic, MdiffError
from mdiff.shapes.build import check_constants
from mdiff.shapes.excerpt import whole, widen
from mdiff.shapes.flatten import flatten
from mdiff.shapes.kinds import options
from mdiff.shapes.search import search
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax import parse
from mdiff.syntax.declaration import Declaration
from mdiff.syntax.tree import Apply, Name, Power, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.errors import Span
    from mdiff.shapes.checked import Axes, Checked, Clash
    from mdiff.syntax.declaration import Size

MOST_TRIALS = 10
MOST_HELPS = 2
ONE: Size = (1, ())
LONGEST_TEXT = 2_000
"""Longer texts get no helps: trying them costs too much."""


class _Edit:
    """A piece of the text and what to write instead, or a declaration in place of another."""

    __slots__ = ("declaration", "help", "new", "span")

    def __init__(self, span: Span, new: str, declaration: Declaration | None, text: str) -> None:
        self.span = span
        self.new = new
        self.declaration = declaration
        self.help = text


class _Trials:
    """What failed, and how to try again."""

    __slots__ = ("checked", "clash", "declarations", "scalar", "text", "wrt")

    def __init__(
        self,
        checked: Checked,
        clash: Clash,
        declarations: Sequence[Declaration],
        *,
        scalar: bool,
        wrt: Sequence[str],
    ) -> None:
        self.checked = checked
        self.clash = clash
        self.declarations = declarations
        self.scalar = scalar
        self.wrt = wrt
        self.text = checked.steps.text

    def span(self, place: int) -> Span:
        """Where a step is written, with its brackets."""
        return widen(self.text, self.checked.steps.steps[place].node.span)

    def works(self, edit: _Edit) -> bool:
        """The edited problem type-checks, with every name of the kind it starts with."""
        declarations = self.declarations
        text = self.text
        if edit.declaration is not None:
            changed = edit.declaration
            others = [each for each in declarations if each.name != changed.name]
            declarations = [*others, changed]
        else:
            text = f"{text[: edit.span[0]]}{edit.new}{text[edit.span[1] :]}"
        steps = self.checked.steps
        try:
            names = frozenset((*(each.name for each in declarations), *self.wrt, *steps.names))
            functions, sizes = frozenset(steps.functions), frozenset(steps.names)
            program = parse(text, names - functions, functions, sizes - set(steps.variables))
            again = flatten(program, declarations, self.wrt)
            checked, clash = search(again, options(again), scalar=self.scalar, limit=1)
            if clash is None:
                check_constants(checked)
        except MdiffError:
            return False
        return clash is None


def with_helps(  # noqa: PLR0913 - a problem has that many parts
    error: MdiffError,
    checked: Checked,
    clash: Clash,
    declarations: Sequence[Declaration],
    *,
    scalar: bool,
    wrt: Sequence[str],
) -> MdiffError:
    """The error with at most two helps; `checked` and `clash` are what it was made from."""
    old = error.diagnostic
    if len(checked.steps.text) > LONGEST_TEXT:
        return error
    trials = _Trials(checked, clash, declarations, scalar=scalar, wrt=wrt)
    helps: list[str] = []
    for count, edit in enumerate(_edits(trials)):
        if count == MOST_TRIALS or len(helps) == MOST_HELPS:
            break
        if edit.help not in helps and trials.works(edit):
            helps.append(edit.help)
    return MdiffError(
        Diagnostic(
            old.code,
            old.message,
            text=old.text,
            labels=old.labels,
            notes=old.notes,
            helps=(*old.helps, *helps),
        )
    )


def _edits(trials: _Trials) -> Iterator[_Edit]:
    """What might have been meant, the likeliest first."""
    match trials.clash.code:
        case "E201" | "E204":
            yield from _product(trials)
        case "E202":
            one, other = trials.clash.parts
            yield from _redeclare(trials, other, trials.checked.axes[one])
            yield from _redeclare(trials, one, trials.checked.axes[other])
            yield from _rewrite(trials, trials.span(other), _transposed(trials, other))
            yield from _rewrite(trials, trials.span(one), _transposed(trials, one))
        case "E203":
            yield from _scalars(trials)
        case "E205":
            yield from _divisor(trials)
        case "E206" | "E217":
            yield from _power(trials)
        case "E218":
            yield from _numpy_product(trials)
        case "E219":
            yield from _declared_scalar(trials)
        case "E208" | "E209" | "E215":
            yield from _argument(trials)
        case _:
            pass


def _rewrite(trials: _Trials, span: Span, new: str) -> Iterator[_Edit]:
    old = trials.text[span[0] : span[1]].strip()
    yield _Edit(span, new, None, f"write `{new}` for `{old}`")


def _transposed(trials: _Trials, place: int) -> str:
    """An operand transposed, in the spelling that the text uses."""
    step = trials.checked.steps.steps[place]
    match step.node:
        case Transpose(argument):
            return whole(trials.text, argument.span)
        case _:
            text = whole(trials.text, trials.span(place))
            mark = "'" if "'" in trials.text else "^T"
            return f"{_bracketed(trials, place, text)}{mark}"


def _bracketed(trials: _Trials, place: int, text: str) -> str:
    match trials.checked.steps.steps[place].node:
        case Name() | Apply():
            return text
        case _:
            return text if _in_brackets(text) else f"({text})"


def _in_brackets(text: str) -> bool:
    """One pair of brackets around the whole."""
    depth = 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            return place > 0 and place == len(text) - 1
    return False


def _bare(text: str) -> str:
    """Without one pair of brackets around the whole."""
    return text[1:-1].strip() if _in_brackets(text) else text


def _product(trials: _Trials) -> Iterator[_Edit]:
    """Declared otherwise, one operand transposed, `.*`, swapped."""
    steps = trials.checked.steps
    step = steps.steps[trials.clash.step]
    right = trials.clash.parts[0]
    left = step.parts[step.parts.index(right) - 1]
    left_span, right_span = trials.span(left), trials.span(right)
    span = left_span[0], right_span[1]
    between = trials.text[left_span[1] : right_span[0]]
    left_text, right_text = (trials.text[start:end] for start, end in (left_span, right_span))
    if trials.clash.code == "E204":
        wanted = trials.checked.axes[left]
        yield from _redeclare(trials, right, wanted)
        yield from _rewrite(trials, span, f"{left_text}{between}{_transposed(trials, right)}")
        yield from _rewrite(trials, span, f"{left_text} * {right_text}")
        return
    sizes = trials.clash.sizes or (ONE_SIZE, ONE_SIZE)
    yield from _redeclare(trials, right, (sizes[0], trials.checked.axes[right][1]))
    yield from _redeclare(trials, left, (trials.checked.axes[left][0], sizes[1]))
    yield from _rewrite(trials, span, f"{left_text}{between}{_transposed(trials, right)}")
    yield from _rewrite(trials, span, f"{_transposed(trials, left)}{between}{right_text}")
    yield from _rewrite(trials, span, f"{left_text} .* {right_text}")
    yield from _rewrite(trials, span, f"{right_text}{between}{left_text}")


def _redeclare(trials: _Trials, place: int, axes: Axes) -> Iterator[_Edit]:
    """Another shape for an operand that is a declared variable or its transpose."""
    checked = trials.checked
    node = checked.steps.steps[place].node
    turned = False
    match node:
        case Transpose(Name(name)):
            turned = True
        case Name(name):
            pass
        case _:
            return
    old = next((each for each in trials.declarations if each.name == name), None)
    if old is None or old.shape is None:
        return
    rows, columns = (_declared_size(checked, size) for size in (axes[::-1] if turned else axes))
    if rows is None or columns is None:
        return
    if (rows == ONE, columns == ONE) != (old.shape[0] == ONE, old.shape[1] == ONE):
        return
    shapes = [(rows, columns)]
    if old.shape[0] == old.shape[1]:
        changed = rows if rows != old.shape[0] else columns
        shapes.insert(0, (changed, changed))
    for shape in shapes:
        if shape == old.shape:
            continue
        written = "×".join(_write(size) for size in shape if size != ONE)
        properties = "".join(f" {each}" for each in sorted(old.properties))
        text = f"{name}: {written}{properties}"
        new = Declaration(
            name=name, shape=shape, properties=old.properties, arguments=None, text=text
        )
        yield _Edit((0, 0), "", new, f"declare {name} as {written or 'scalar'}")


def _declared_size(checked: Checked, size: int) -> Size | None:
    """A size as a declaration has it; None where it was named by mdiff and not by the user."""
    dim = checked.sizes.dim(size)
    if not set(dim.factors) <= set(checked.steps.names):
        return None
    return dim.number, dim.factors


def _write(size: Size) -> str:
    number, letters = size
    return "*".join((*([str(number)] if number != 1 or not letters else []), *letters))


def _scalars(trials: _Trials) -> Iterator[_Edit]:
    """A scalar made of the whole expression."""
    place = trials.clash.step
    span = trials.checked.steps.steps[place].node.span
    span = widen(trials.text, span)
    text = trials.text[span[0] : span[1]].strip()
    rows, columns = trials.checked.axes[place]
    if ONE_SIZE in (rows, columns):
        norm = f"norm2({text})^2" if "||" in text else f"||{text}||^2"
        yield from _rewrite(trials, span, norm)
    elif trials.checked.sizes.find(rows) == trials.checked.sizes.find(columns):
        yield from _rewrite(trials, span, f"tr({text})")
    else:
        norm = f"normF({text})^2" if "||" in text else f"||{text}||_F^2"
        yield from _rewrite(trials, span, norm)
    yield from _rewrite(trials, span, f"sum({text})")


def _divisor(trials: _Trials) -> Iterator[_Edit]:
    """What follows belongs to the divisor; division by elements; the inverse."""
    step = trials.checked.steps.steps[trials.clash.step]
    divisor = trials.clash.parts[0]
    position = step.parts.index(divisor)
    before = step.parts[position - 1]
    if position + 1 < len(step.parts):
        span = trials.span(divisor)[0], trials.span(step.parts[position + 1])[1]
        yield from _rewrite(trials, span, f"({trials.text[span[0] : span[1]]})")
    span = trials.span(before)[0], trials.span(divisor)[1]
    left = trials.text[span[0] : trials.span(before)[1]]
    right = trials.text[trials.span(divisor)[0] : span[1]]
    if ONE_SIZE in trials.checked.axes[divisor]:
        yield from _rewrite(trials, span, f"{left} ./ {right}")
        yield from _rewrite(trials, span, f"{left} / ||{right}||")
    else:
        yield from _rewrite(trials, span, f"{left} * inv({_bare(right)})")
        yield from _rewrite(trials, span, f"{left} ./ {right}")


def _power(trials: _Trials) -> Iterator[_Edit]:
    """Powers of the entries, or the square of the norm."""
    place = trials.clash.step
    node = trials.checked.steps.steps[place].node
    match node:
        case Power(base, exponent, _):
            span = trials.span(place)
            base_text, power = whole(trials.text, base.span), whole(trials.text, exponent.span)
            yield from _rewrite(trials, span, f"{base_text}.^{power}")
            if trials.clash.code == "E217":
                yield from _rewrite(trials, span, " * ".join([base_text] * 2))
            elif power == "2":
                inner = _bare(base_text)
                frobenius = ONE_SIZE not in trials.checked.axes[trials.clash.parts[0]]
                yield from _rewrite(trials, span, f"||{inner}||{'_F' if frobenius else ''}^2")
        case _:
            return


def _numpy_product(trials: _Trials) -> Iterator[_Edit]:
    """`x @ y.T`: the inner product, or the outer one."""
    step = trials.checked.steps.steps[trials.clash.step]
    right = trials.clash.parts[0]
    left = step.parts[step.parts.index(right) - 1]
    span = trials.span(left)[0], trials.span(right)[1]
    one, other = (whole(trials.text, trials.span(place)) for place in (left, right))
    other = other.removesuffix(".T")
    yield from _rewrite(trials, span, f"{one} @ {other}")
    yield from _rewrite(trials, span, f"np.outer({one}, {other})")


def _declared_scalar(trials: _Trials) -> Iterator[_Edit]:
    """A capital as a scalar, because the user says so."""
    name = trials.checked.steps.steps[trials.clash.parts[0]].bare
    new = Declaration(
        name=name, shape=(ONE, ONE), properties=frozenset(), arguments=None, text=f"{name}: scalar"
    )
    yield _Edit((0, 0), "", new, f"declare it: --let '{name}: scalar'")


def _argument(trials: _Trials) -> Iterator[_Edit]:
    """The Frobenius norm, the spectral norm; arguments transposed, or declared square."""
    step = trials.checked.steps.steps[trials.clash.step]
    if trials.clash.code == "E209":
        span = trials.span(trials.clash.step)
        text = trials.text[span[0] : span[1]].strip()
        if text.endswith(("||", "‖")):
            yield from _rewrite(trials, span, f"{text}_F")
            yield from _rewrite(trials, span, f"{text}_2")
        else:
            argument = whole(trials.text, trials.span(step.parts[0]))
            yield from _rewrite(trials, span, f"normF({argument})")
            yield from _rewrite(trials, span, f"||{argument}||_2")
        return
    for place in step.parts:
        rows, columns = trials.checked.axes[place]
        if ONE_SIZE not in (rows, columns):
            yield from _redeclare(trials, place, (rows, rows))
        if (rows, columns) != (ONE_SIZE, ONE_SIZE):
            yield from _rewrite(trials, trials.span(place), _transposed(trials, place))
