"""An error goes in, the same with helps comes out: edits that make the whole expression right.

Every edit is tried: the edited text is parsed and checked again. Nothing untried is offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Diagnostic, MdiffError
from mdiff.record import Record, derived
from mdiff.shapes.declare import write_size
from mdiff.shapes.excerpt import whole, widen
from mdiff.shapes.flatten import flatten
from mdiff.shapes.naming import check_constants
from mdiff.shapes.options import options
from mdiff.shapes.search import search
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax import parse
from mdiff.syntax.declaration import Declaration
from mdiff.syntax.tree import Apply, Name, Power, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.errors import Span
    from mdiff.shapes.checked import Axes, Checked, Clash
    from mdiff.shapes.steps import Step
    from mdiff.syntax.declaration import Size

MOST_TRIALS = 10
MOST_HELPS = 2
LONGEST_TEXT = 2_000
"""Longer texts get no helps: trying them costs too much."""

ONE: Size = (1, ())


class _Edit(Record):
    """Pieces of the text and what to write instead, or a declaration in place of another."""

    help: str
    span: Span = (0, 0)
    new: str = ""
    declaration: Declaration | None = None


class Failure(Record):
    """A problem that failed, with all that is needed to try again."""

    checked: Checked
    clash: Clash
    declarations: Sequence[Declaration]
    scalar: bool
    wrt: Sequence[str]
    text: str = derived(lambda self: self.checked.steps.text)
    step: Step = derived(lambda self: self.checked.steps.steps[self.clash.step])

    def span(self, place: int) -> Span:
        """Where a step is written, with its brackets."""
        return widen(self.text, self.checked.steps.steps[place].node.span)

    def written(self, place: int) -> str:
        """A step as it is written, with its brackets."""
        return whole(self.text, self.checked.steps.steps[place].node.span)

    def rewrite(self, span: Span, new: str) -> _Edit:
        """Other words for a stretch of the text."""
        return _Edit(f"write `{new}` for `{self.text[slice(*span)].strip()}`", span, new)

    def turned(self, place: int) -> str:
        """An operand transposed, in the spelling that the text uses."""
        node, text = self.checked.steps.steps[place].node, self.written(place)
        match node:
            case Transpose(argument):
                return whole(self.text, argument.span)
            case Name() | Apply():
                pass
            case _:
                text = text if _in_brackets(text) else f"({text})"
        return text + ("'" if "'" in self.text else "^T")

    def works(self, edit: _Edit) -> bool:
        """The edited problem type-checks, with every name of the kind it starts with."""
        declarations, text, steps = self.declarations, self.text, self.checked.steps
        changed = edit.declaration
        if changed is None:
            text = f"{text[: edit.span[0]]}{edit.new}{text[edit.span[1] :]}"
        else:
            declarations = [*(each for each in declarations if each.name != changed.name), changed]
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


def with_helps(error: MdiffError, failure: Failure) -> MdiffError:
    """The error with at most two helps, from what it was made of."""
    old = error.diagnostic
    if len(failure.text) > LONGEST_TEXT:
        return error
    helps: list[str] = []
    for count, edit in enumerate(_edits(failure)):
        if count == MOST_TRIALS or len(helps) == MOST_HELPS:
            break
        if edit.help not in helps and failure.works(edit):
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


def _edits(failure: Failure) -> Iterator[_Edit]:
    """What might have been meant, the likeliest first."""
    axes, clash = failure.checked.axes, failure.clash
    match clash.code:
        case "E201" | "E204" | "E218":
            yield from _product(failure)
        case "E202":
            one, other = clash.parts
            yield from _redeclare(failure, other, axes[one])
            yield from _redeclare(failure, one, axes[other])
            for place in (other, one):
                yield failure.rewrite(failure.span(place), failure.turned(place))
        case "E203":
            yield from _scalars(failure)
        case "E205":
            yield from _divisor(failure)
        case "E206" | "E217":
            yield from _power(failure)
        case "E219":
            name = failure.checked.steps.steps[clash.parts[0]].bare
            yield _declared(name, (ONE, ONE), frozenset(), f"declare it: --let '{name}: scalar'")
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
    """Without one pair of brackets around the whole."""
    return text[1:-1].strip() if _in_brackets(text) else text


def _product(failure: Failure) -> Iterator[_Edit]:
    """Declared otherwise, one operand transposed, another product, swapped."""
    axes, clash, text = failure.checked.axes, failure.clash, failure.text
    right = clash.parts[0]
    left = failure.step.parts[failure.step.parts.index(right) - 1]
    one, other = failure.span(left), failure.span(right)
    before, between, after = text[slice(*one)], text[one[1] : other[0]], text[slice(*other)]
    turned = failure.turned(right)
    if clash.code == "E204":
        yield from _redeclare(failure, right, axes[left])
        written = [f"{before}{between}{turned}", f"{before} * {after}"]
    elif clash.code == "E218":
        before = failure.written(left)
        written = [f"{before} @ {turned}", f"np.outer({before}, {turned})"]
    else:
        rows, columns = clash.sizes or (ONE_SIZE, ONE_SIZE)
        yield from _redeclare(failure, right, (rows, axes[right][1]))
        yield from _redeclare(failure, left, (axes[left][0], columns))
        written = [
            f"{before}{between}{turned}",
            f"{failure.turned(left)}{between}{after}",
            f"{before} .* {after}",
            f"{after}{between}{before}",
        ]
    for new in written:
        yield failure.rewrite((one[0], other[1]), new)


def _declared(
    name: str, shape: tuple[Size, Size], properties: frozenset[str], said: str = ""
) -> _Edit:
    """A declaration to add or to change."""
    written = "×".join(write_size(size) for size in shape if size != ONE) or "scalar"
    text = " ".join((f"{name}: {written}", *sorted(properties)))
    declaration = Declaration(name, shape, properties, None, text)
    return _Edit(said or f"declare {name} as {written}", declaration=declaration)


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
    dims = [checked.sizes.dim(size) for size in axes]
    if old is None or old.shape is None:
        return
    if any({*dim.factors} - checked.steps.names.keys() for dim in dims):
        return  # a size that mdiff has named, and not the user
    rows, columns = ((dim.number, dim.factors) for dim in dims)
    if (rows == ONE, columns == ONE) != (old.shape[0] == ONE, old.shape[1] == ONE):
        return
    shapes = [(rows, columns)]
    if old.shape[0] == old.shape[1]:
        changed = rows if rows != old.shape[0] else columns
        shapes.insert(0, (changed, changed))
    for shape in shapes:
        if shape != old.shape:
            yield _declared(name, shape, old.properties)


def _scalars(failure: Failure) -> Iterator[_Edit]:
    """A scalar made of the whole expression."""
    span, text = failure.span(failure.clash.step), failure.written(failure.clash.step)
    rows, columns = failure.checked.axes[failure.clash.step]
    vector = ONE_SIZE in (rows, columns)
    if not vector and failure.checked.sizes.find(rows) == failure.checked.sizes.find(columns):
        yield failure.rewrite(span, f"tr({text})")
    elif "||" in text:
        yield failure.rewrite(span, f"norm{2 if vector else 'F'}({text})^2")
    else:
        yield failure.rewrite(span, f"||{text}||{'' if vector else '_F'}^2")
    yield failure.rewrite(span, f"sum({text})")


def _divisor(failure: Failure) -> Iterator[_Edit]:
    """What follows belongs to the divisor; division by elements; the inverse."""
    parts, text, divisor = failure.step.parts, failure.text, failure.clash.parts[0]
    position = parts.index(divisor)
    one, other = failure.span(parts[position - 1]), failure.span(divisor)
    if position + 1 < len(parts):
        span = other[0], failure.span(parts[position + 1])[1]
        yield failure.rewrite(span, f"({text[slice(*span)]})")
    left, right = text[slice(*one)], text[slice(*other)]
    written = [f"{left} ./ {right}", f"{left} / ||{right}||"]
    if ONE_SIZE not in failure.checked.axes[divisor]:
        written = [f"{left} * inv({_bare(right)})", written[0]]
    for new in written:
        yield failure.rewrite((one[0], other[1]), new)


def _power(failure: Failure) -> Iterator[_Edit]:
    """Powers of the entries, or the square of the norm."""
    match failure.step.node:
        case Power(base, exponent, _):
            span = failure.span(failure.clash.step)
            inner, power = whole(failure.text, base.span), whole(failure.text, exponent.span)
            yield failure.rewrite(span, f"{inner}.^{power}")
            if failure.clash.code == "E217":
                yield failure.rewrite(span, f"{inner} * {inner}")
            elif power == "2":
                vector = ONE_SIZE in failure.checked.axes[failure.clash.parts[0]]
                norm = f"||{_bare(inner)}||{'' if vector else '_F'}^2"
                yield failure.rewrite(span, norm)
        case _:
            return


def _argument(failure: Failure) -> Iterator[_Edit]:
    """The Frobenius norm, the spectral norm; arguments transposed, or declared square."""
    if failure.clash.code == "E209":
        span, text = failure.span(failure.clash.step), failure.written(failure.clash.step)
        argument = failure.written(failure.step.parts[0])
        written = [f"normF({argument})", f"||{argument}||_2"]
        if text.endswith(("||", "‖")):
            written = [f"{text}_F", f"{text}_2"]
        for new in written:
            yield failure.rewrite(span, new)
        return
    for place in failure.step.parts:
        rows, columns = failure.checked.axes[place]
        if ONE_SIZE not in (rows, columns):
            yield from _redeclare(failure, place, (rows, rows))
        if (rows, columns) != (ONE_SIZE, ONE_SIZE):
            yield failure.rewrite(failure.span(place), failure.turned(place))
