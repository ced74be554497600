"""What failed goes in, edits that might have been meant come out, the likeliest first; untried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.excerpt import whole
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.trials import Edit
from mdiff.syntax.declaration import Declaration
from mdiff.syntax.tree import Apply, Name, Power, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.errors import Span
    from mdiff.shapes.checked import Axes, Checked
    from mdiff.shapes.trials import Trials
    from mdiff.syntax.declaration import Size

ONE: Size = (1, ())


def edits(trials: Trials) -> Iterator[Edit]:
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


def _rewrite(trials: Trials, span: Span, new: str) -> Iterator[Edit]:
    old = trials.text[span[0] : span[1]].strip()
    yield Edit(span, new, None, f"write `{new}` for `{old}`")


def _transposed(trials: Trials, place: int) -> str:
    """An operand transposed, in the spelling that the text uses."""
    step = trials.checked.steps.steps[place]
    match step.node:
        case Transpose(argument):
            return whole(trials.text, argument.span)
        case _:
            text = trials.written(place)
            mark = "'" if "'" in trials.text else "^T"
            return f"{_bracketed(trials, place, text)}{mark}"


def _bracketed(trials: Trials, place: int, text: str) -> str:
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


def _product(trials: Trials) -> Iterator[Edit]:
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


def _redeclare(trials: Trials, place: int, axes: Axes) -> Iterator[Edit]:
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
        yield Edit((0, 0), "", new, f"declare {name} as {written or 'scalar'}")


def _declared_size(checked: Checked, size: int) -> Size | None:
    """A size as a declaration has it; None where it was named by mdiff and not by the user."""
    dim = checked.sizes.dim(size)
    if not set(dim.factors) <= set(checked.steps.names):
        return None
    return dim.number, dim.factors


def _write(size: Size) -> str:
    number, letters = size
    return "*".join((*([str(number)] if number != 1 or not letters else []), *letters))


def _scalars(trials: Trials) -> Iterator[Edit]:
    """A scalar made of the whole expression."""
    place = trials.clash.step
    span = trials.span(place)
    text = trials.written(place)
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


def _divisor(trials: Trials) -> Iterator[Edit]:
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


def _power(trials: Trials) -> Iterator[Edit]:
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


def _numpy_product(trials: Trials) -> Iterator[Edit]:
    """`x @ y.T`: the inner product, or the outer one."""
    step = trials.checked.steps.steps[trials.clash.step]
    right = trials.clash.parts[0]
    left = step.parts[step.parts.index(right) - 1]
    span = trials.span(left)[0], trials.span(right)[1]
    one, other = trials.written(left), _transposed(trials, right)
    yield from _rewrite(trials, span, f"{one} @ {other}")
    yield from _rewrite(trials, span, f"np.outer({one}, {other})")


def _declared_scalar(trials: Trials) -> Iterator[Edit]:
    """A capital as a scalar, because the user says so."""
    name = trials.checked.steps.steps[trials.clash.parts[0]].bare
    new = Declaration(
        name=name, shape=(ONE, ONE), properties=frozenset(), arguments=None, text=f"{name}: scalar"
    )
    yield Edit((0, 0), "", new, f"declare it: --let '{name}: scalar'")


def _argument(trials: Trials) -> Iterator[Edit]:
    """The Frobenius norm, the spectral norm; arguments transposed, or declared square."""
    step = trials.checked.steps.steps[trials.clash.step]
    if trials.clash.code == "E209":
        span = trials.span(trials.clash.step)
        text = trials.written(trials.clash.step)
        if text.endswith(("||", "‖")):
            yield from _rewrite(trials, span, f"{text}_F")
            yield from _rewrite(trials, span, f"{text}_2")
        else:
            argument = trials.written(step.parts[0])
            yield from _rewrite(trials, span, f"normF({argument})")
            yield from _rewrite(trials, span, f"||{argument}||_2")
        return
    for place in step.parts:
        rows, columns = trials.checked.axes[place]
        if ONE_SIZE not in (rows, columns):
            yield from _redeclare(trials, place, (rows, rows))
        if (rows, columns) != (ONE_SIZE, ONE_SIZE):
            yield from _rewrite(trials, trials.span(place), _transposed(trials, place))
