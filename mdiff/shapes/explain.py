"""A clash goes in, the diagnostic comes out: one cause, both operands, and where sizes are from.

What could be written instead is not said here (`mdiff.shapes.suggest`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, MdiffError, Span, fail
from mdiff.functions.wires import axes
from mdiff.record import Record, derived
from mdiff.shapes.checked import Checked, Clash, name_sizes
from mdiff.shapes.dims import ONE, SCALAR, show_shape
from mdiff.shapes.kinds import KINDS
from mdiff.shapes.sizes import ONE_SIZE, SCALAR_AXES, Axes
from mdiff.shapes.steps import Step, cut, free_below
from mdiff.syntax.literals import groups
from mdiff.syntax.tree import Apply, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.syntax.declaration import Declaration

_SAID = {
    "E202": "unequal shapes in the sum `{step}`",
    "E205": "division by `{part}`, which is no scalar",
    "E206": "`{step}` is a power of {what}",
    "E207": "the exponent `{part}` is no scalar",
    "E217": "`{step}` in a sum: the matrix power, or that of the entries?",
    "E218": "`{step}` is a number in numpy, and a matrix for columns",
}
"""Clashes of which no more is said than this, what its parts are, and where sizes come from."""


def explain(report: Failure) -> MdiffError:
    """The error of an attempt, without helps."""
    checked, clash = report.checked, report.clash
    name_sizes(checked)
    match clash.code, report.step.node:
        case code, _ if code in _SAID:
            first = report.quote(clash.parts[0])
            operands = () if code in ("E217", "E218") else clash.parts
            vector = ONE_SIZE in checked.axes[clash.parts[0]]
            what = "a vector" if vector else "a matrix that is not square"
            said = _SAID[code].format(step=report.quote(report.place), part=first, what=what)
            return report.fail(said, report.labels(clash.parts), operands)
        case (("E201" | "E204"), _):
            return _operands(report)
        case "E203", _:
            said = "a gradient is of a scalar, and this is none"
            label = f"this is {report.shape(checked.axes[clash.step])}"
            note = "`mdiff d` gives the differential of a vector or a matrix"
            return report.fail(said, [Label(report.span(report.place), label)], notes=[note])
        case "E214", _:
            one, other = (checked.sizes.dim(size) for size in clash.sizes or SCALAR_AXES)
            said = f"the sizes `{one}` and `{other}` have to be equal, and nothing says how"
            note = 'what a letter stands for can be said so: `einsum("(ij),i->ij", x, ones(n))`'
            call = checked.calls.get(clash.step)
            notes = [note] if call is not None and call.stacked else []
            here = Label(report.span(clash.step), "here they have to be equal")
            return report.fail(said, [here], notes=notes)
        case "E219", _:
            (part,) = clash.parts
            said = f"`{report.quote(part)}` is a capital, and only a scalar would fit here"
            label = "a matrix, where nothing else is said"
            return report.fail(said, [Label(report.span(part), label)], (part,))
        case _, Apply(_, (Text() as pattern, *_)):
            return _contraction(report, pattern)
        case _, Apply(function, _):
            return _function(report, function)
        case _:
            raise AssertionError(clash.code)


class Failure(Record):
    """An attempt that failed, with all that it was made from to try again.

    It makes the pieces that all diagnostics are made of.
    """

    checked: Checked
    clash: Clash
    declarations: Sequence[Declaration]
    scalar: bool
    wrt: Sequence[str]
    text: str = derived(lambda self: self.checked.steps.text)
    place: int = derived(lambda self: self.clash.step)
    step: Step = derived(lambda self: self.checked.steps.steps[self.place])

    def span(self, place: int) -> Span:
        """Where a step is written."""
        return self.checked.steps.steps[place].node.span

    def written(self, place: int) -> str:
        """A step as it is written."""
        return self.text[slice(*self.span(place))]

    def quote(self, place: int) -> str:
        """A step as it is quoted."""
        return self.checked.steps.quote(self.span(place))

    def shape(self, axes: Axes) -> str:
        """A shape in words; free sizes must have names."""
        shape = self.checked.shape(axes)
        if shape == SCALAR:
            return "a scalar"
        said = cut(show_shape(shape))
        return f"{said} (a column)" if shape[1] == ONE else said + " (a row)" * (shape[0] == ONE)

    def label(self, place: int, span: Span | None = None, axes: Axes | None = None) -> Label:
        """`A^T is k×n`, at the operand."""
        where = span or self.span(place)
        shape = self.shape(axes or self.checked.axes[place])
        return Label(where, f"{self.checked.steps.quote(where)} is {shape}")

    def labels(self, places: Sequence[int]) -> list[Label]:
        """What several operands are."""
        return [self.label(place) for place in places]

    def fail(
        self,
        message: str,
        labels: Sequence[Label],
        operands: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> MdiffError:
        """The error, with notes on sizes and on names that were not declared; none on numbers."""
        if self.clash.code != "E210":
            notes = (*self.origins(), *self.undeclared(operands), *notes)
        return fail(self.clash.code, message, text=self.text, labels=labels, notes=notes)

    def origins(self) -> list[str]:
        """Where the two sizes that differ come from."""
        told: dict[tuple[str, str], None] = {}
        sizes = self.clash.sizes or ()
        for size in sizes if ONE_SIZE not in sizes else ():
            origin, steps = self.checked.sizes.origin(size)
            if origin:
                through = dict.fromkeys(f"`{self.quote(step)}`" for step in steps if step >= 0)
                way = f" by way of {', '.join(through)}" if through else ""
                told[cut(str(self.checked.sizes.dim(size))), f"{origin}{way}"] = None
        match list(told):
            case [(one, here), (other, there)] if here == there:
                return [f"{one} and {other} come from {here}"]
            case [(one, here), (other, there)]:
                return [f"{one} comes from {here}, {other} from {there}"]
            case found:
                return [f"{name} comes from {origin}" for name, origin in found]

    def undeclared(self, operands: Sequence[int]) -> list[str]:
        """What the names that nobody declared were taken for."""
        names = free_below(self.checked.steps, operands or (self.place,))
        free = [name for name in self.checked.steps.free if name in names]
        if not free:
            return []
        found = [f"`{name}` as a {self.checked.kinds[name]}" for name in free[:4]]
        found[0] = found[0].replace("` as", "` is read as")
        return [f"not declared: {', '.join((*found, *['…'] * (len(free) > 4)))}"]


def _operands(report: Failure) -> MdiffError:
    """Two operands of a product: all before the factor, and the factor."""
    checked, clash, parts = report.checked, report.clash, report.step.parts
    right = clash.parts[0]
    position = parts.index(right)
    before = parts[position - 1]
    so_far = checked.factors[report.place][-1].axes
    left_axes = checked.axes[before]
    first = before
    if so_far[1] != left_axes[1] or (clash.code == "E204" and so_far != left_axes):
        first, left_axes = parts[0], so_far
    left = report.span(first)[0], report.span(before)[1]
    both = checked.steps.quote((left[0], report.span(right)[1]))
    if clash.code == "E201":
        message = f"inner dimensions differ in the product `{both}`"
    else:
        message = f"`{clash.operator}` between unequal shapes in `{both}`"
    labels = [report.label(before, left, left_axes), report.label(right)]
    return report.fail(message, labels, (*parts[:position], right))


def _function(report: Failure, function: str) -> MdiffError:
    """Arguments that no row of a function takes: E208, E209, E210."""
    checked, clash = report.checked, report.clash
    rows = checked.steps.rows(function)
    places = report.step.parts
    if function in checked.unknown:
        return _unknown(report, function)
    sides = [f"`{row.signature.partition('->')[0].strip()}`" for row in rows]
    takes = " or ".join(sides)
    if clash.code == "E210":
        found = f"{len(places)} argument{'s' * (len(places) != 1)}"
        labels = [Label(report.span(report.place), found)]
        return report.fail(f"`{function}` takes {takes}, not {found}", labels)
    shapes = [shape for row in rows for _, shape in row.parameters]
    if clash.code == "E209":
        message = f"`{report.quote(report.place)}` of a matrix leaves open which norm"
    elif not rows:
        message = f"`{function}` takes a number"
    elif clash.sizes and any(
        row.by_elements and len(row.parameters) == len(places) for row in rows
    ):
        message = f"`{function}` works by elements, on arguments of one shape and on scalars"
    elif shapes == ["n×n"] or (clash.sizes and "n×n" in shapes):
        message = f"`{function}` takes a square matrix"
    elif clash.sizes and len(rows[0].parameters) > 1:
        message = f"`{function}` takes {sides[0]}, and these differ"
    else:
        message = f"`{function}` takes {takes}"
    return report.fail(message, report.labels(places))


def _unknown(report: Failure, function: str) -> MdiffError:
    """Two uses of one function that nobody declared, with other arguments: E208, E210."""
    clash, steps = report.clash, report.checked.steps.steps
    first = next(
        place
        for place, step in enumerate(steps)
        if step.parts and isinstance(step.node, Apply) and step.node.function == function
    )
    if clash.code == "E210":
        places = (first, clash.step)
        labels = [Label(report.span(each), f"{len(steps[each].parts)} here") for each in places]
        return report.fail(f"`{function}` has another number of arguments here than before", labels)
    position = report.step.parts.index(clash.parts[0])
    labels = report.labels((steps[first].parts[position], clash.parts[0]))
    return report.fail(f"`{function}` takes arguments of one shape, and these differ", labels)


def _contraction(report: Failure, pattern: Text) -> MdiffError:
    """Arguments that a pattern does not take: E210, E215, E216."""
    checked, clash, places = report.checked, report.clash, report.step.parts
    named = groups(pattern.value)
    if clash.code == "E210":
        wanted = f"{len(named)} argument{'s' * (len(named) != 1)}"
        are = "is" if len(places) == 1 else "are"
        labels = [Label(pattern.span, f"this names the axes of {wanted}")]
        return report.fail(f"the pattern is of {wanted}, and there {are} {len(places)}", labels)
    labels = report.labels(tuple(dict.fromkeys(clash.parts)))
    if clash.code == "E215":
        message = f"the letter `{clash.operator}` of `einsum` stands for two sizes"
        if len(clash.parts) == 1 and clash.sizes and len(clash.operator) > 1:
            whole, axis = (checked.sizes.dim(size) for size in clash.sizes)
            message = (
                f"the letters `{clash.operator}` of `einsum` make {whole}, and that axis is {axis}"
            )
        return report.fail(message, labels, clash.parts)
    offset, letters = named[places.index(clash.parts[0])]
    kind = f"a {KINDS[sum(map(bool, axes(letters)))]}"
    if letters:
        start = pattern.span[0] + 1 + offset
        group = pattern.value[offset:].partition("->")[0].partition(",")[0].rstrip()
        labels.insert(0, Label((start, start + len(group)), f"this is {kind}"))
    written = f"`{letters}`" if letters else "no letter"
    shape = report.shape(checked.axes[clash.parts[0]])
    message = (
        f"`{report.quote(clash.parts[0])}` is {shape}, and {written} in the pattern is for {kind}"
    )
    return report.fail(message, labels, clash.parts)
