"""A clash goes in, the diagnostic comes out: one cause, both operands, and where sizes are from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.functions.table import TABLE
from mdiff.functions.wires import axes
from mdiff.shapes.dims import ONE, SCALAR, show_shape
from mdiff.shapes.excerpt import quote, widen
from mdiff.shapes.naming import name_sizes
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import free_below
from mdiff.syntax.pattern import groups
from mdiff.syntax.tree import Apply, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import MdiffError, Span
    from mdiff.shapes.checked import Axes, Checked, Clash
    from mdiff.shapes.dims import Shape
    from mdiff.syntax.tree import Tree

KIND_NAMES = {"scalar": "a scalar", "vector": "a vector", "matrix": "a matrix"}


class _Report:
    """What is said about an attempt that failed."""

    __slots__ = ("checked", "clash", "text")

    def __init__(self, checked: Checked, clash: Clash) -> None:
        self.checked = checked
        self.clash = clash
        self.text = checked.steps.text

    def span(self, place: int) -> Span:
        """Where a step is written."""
        return self.checked.steps.steps[place].node.span

    def quote(self, place: int) -> str:
        """The user's text of a step."""
        return quote(self.text, self.span(place))

    def shape(self, axes: Axes) -> str:
        """A shape in words."""
        return show_axes(self.checked, axes)

    def label(self, place: int, span: Span | None = None, axes: Axes | None = None) -> Label:
        """`A^T is k×n`, at the operand."""
        where = span or self.span(place)
        shape = self.shape(axes or self.checked.axes[place])
        return Label(widen(self.text, where), f"{quote(self.text, where)} is {shape}")

    def fail(
        self,
        message: str,
        labels: Sequence[Label],
        operands: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> MdiffError:
        """The error, with notes on sizes and on names that were not declared."""
        return fail(
            self.clash.code,
            message,
            text=self.text,
            labels=labels,
            notes=(*self.origins(), *self.undeclared(operands), *notes),
        )

    def origins(self) -> list[str]:
        """Where the two sizes that differ come from."""
        told: list[tuple[str, str]] = []
        if ONE_SIZE in (self.clash.sizes or ()):
            return []
        for size in self.clash.sizes or ():
            origin, steps = self.checked.sizes.origin(size)
            if not origin:
                continue
            through = [f"`{self.quote(step)}`" for step in steps if step >= 0]
            way = f" by way of {', '.join(dict.fromkeys(through))}" if through else ""
            through = [f"`{self.quote(step)}`" for step in steps if step >= 0]
            way = f" by way of {', '.join(dict.fromkeys(through))}" if through else ""
            name = str(self.checked.sizes.dim(size))
            if (name, f"{origin}{way}") not in told:
                told.append((name, f"{origin}{way}"))
        if len(told) == 2 and told[0][1] == told[1][1]:
            return [f"{told[0][0]} and {told[1][0]} come from {told[0][1]}"]
        if len(told) == 2:
            return [f"{told[0][0]} comes from {told[0][1]}, {told[1][0]} from {told[1][1]}"]
        return [f"{name} comes from {origin}" for name, origin in told]

    def undeclared(self, operands: Sequence[int]) -> list[str]:
        """What the names that nobody declared were taken for."""
        names = free_below(self.checked.steps, operands or (self.clash.step,))
        found = [
            f"`{name}`{{}} as {KIND_NAMES[self.checked.kinds[name]]}"
            for name in self.checked.steps.free
            if name in names
        ]
        if not found:
            return []
        if len(found) > 4:
            found = [*found[:4], "…"]
        first = found[0].replace("{}", " is read")
        return [f"not declared: {', '.join((first, *found[1:]))}".replace("{}", "")]


def show_axes(checked: Checked, axes: Axes) -> str:
    """A shape in words; free sizes must have names."""
    shape: Shape = (
        ONE if axes[0] == ONE_SIZE else checked.sizes.dim(axes[0]),
        ONE if axes[1] == ONE_SIZE else checked.sizes.dim(axes[1]),
    )
    if shape == SCALAR:
        return "a scalar"
    if shape[1] == ONE:
        return f"{shape[0]} (a column)"
    if shape[0] == ONE:
        return f"{show_shape(shape)} (a row)"
    return show_shape(shape)


def explain(checked: Checked, clash: Clash) -> MdiffError:
    """The error of an attempt, without helps."""
    name_sizes(checked)
    report = _Report(checked, clash)
    step = checked.steps.steps[clash.step]
    match clash.code:
        case "E201" | "E204":
            return _operands(report)
        case "E202":
            one, other = clash.parts
            return report.fail(
                f"unequal shapes in the sum `{report.quote(clash.step)}`",
                [report.label(one), report.label(other)],
                clash.parts,
            )
        case "E203":
            shape = report.shape(checked.axes[clash.step])
            return report.fail(
                "a gradient is of a scalar, and this is none",
                [Label(report.span(clash.step), f"this is {shape}")],
                notes=("`mdiff d` gives the differential of a vector or a matrix",),
            )
        case "E205":
            return report.fail(
                f"division by `{report.quote(clash.parts[0])}`, which is no scalar",
                [report.label(clash.parts[0])],
                clash.parts,
            )
        case "E206":
            vector = ONE_SIZE in checked.axes[clash.parts[0]]
            what = "a vector" if vector else "a matrix that is not square"
            return report.fail(
                f"`{report.quote(clash.step)}` is a power of {what}",
                [report.label(clash.parts[0])],
                clash.parts,
            )
        case "E217":
            return report.fail(
                f"`{report.quote(clash.step)}` in a sum: the matrix power, or that of the entries?",
                [report.label(clash.parts[0])],
            )
        case "E218":
            return report.fail(
                f"`{report.quote(clash.step)}` is a number in numpy, and a matrix for columns",
                [report.label(clash.parts[0])],
            )
        case "E219":
            (part,) = clash.parts
            return report.fail(
                f"`{report.quote(part)}` is a capital, and only a scalar would fit here",
                [Label(report.span(part), "a matrix, where nothing else is said")],
                (part,),
            )
        case "E207":
            return report.fail(
                f"the exponent `{report.quote(clash.parts[0])}` is no scalar",
                [report.label(clash.parts[0])],
                clash.parts,
            )
        case "E214":
            left, right = clash.sizes or (ONE_SIZE, ONE_SIZE)
            sizes = f"`{checked.sizes.dim(left)}` and `{checked.sizes.dim(right)}`"
            call = checked.calls.get(clash.step)
            stacked = call is not None and "(" in call.row.wires.partition("->")[0]
            say = 'what a letter stands for can be said so: `einsum("(ij),i->ij", x, ones(n))`'
            return report.fail(
                f"the sizes {sizes} have to be equal, and nothing says how",
                [Label(report.span(clash.step), "here they have to be equal")],
                notes=[say] if stacked else [],
            )
        case _:
            match step.node:
                case Apply(_, (Text() as pattern, *_)):
                    return _contraction(report, pattern)
                case Apply(function, _):
                    return _function(report, function)
                case _:
                    raise AssertionError(clash.code)


def _operands(report: _Report) -> MdiffError:
    """Two operands of a product: all before the factor, and the factor."""
    checked, clash = report.checked, report.clash
    step = checked.steps.steps[clash.step]
    right = clash.parts[0]
    position = step.parts.index(right)
    before = step.parts[position - 1]
    left_axes = checked.axes[before] if position == 1 else _before(report, position)
    alone = checked.axes[before] == left_axes or left_axes[1] == checked.axes[before][1]
    start = report.span(before if alone else step.parts[0])[0]
    left_axes = checked.axes[before] if alone else left_axes
    left = widen(report.text, (start, report.span(before)[1]))
    both = widen(report.text, (left[0], report.span(right)[1]))
    labels = [report.label(before, left, left_axes), report.label(right)]
    if clash.code == "E201":
        message = f"inner dimensions differ in the product `{quote(report.text, both)}`"
    else:
        message = f"`{clash.operator}` between unequal shapes in `{quote(report.text, both)}`"
    return report.fail(message, labels, (*step.parts[:position], right))


def _before(report: _Report, position: int) -> Axes:
    """The shape of the product of the first factors."""
    checked = report.checked
    step = checked.steps.steps[report.clash.step]
    sizes = report.clash.sizes or (ONE_SIZE, ONE_SIZE)
    rows = ONE_SIZE
    for part in step.parts[:position]:
        axes = checked.axes[part]
        if axes != (ONE_SIZE, ONE_SIZE):
            rows = axes[0]
            break
    return rows, sizes[0]


def _function(report: _Report, function: str) -> MdiffError:
    """Arguments that no row of a function takes: E208, E209, E210."""
    checked, clash = report.checked, report.clash
    rows = checked.steps.functions.get(function) or TABLE.get(function, ())
    places = checked.steps.steps[clash.step].parts
    labels = [report.label(place) for place in places]
    if function in checked.unknown:
        return _unknown(report, function)
    if clash.code == "E210":
        wanted = " or ".join(_takes(row.signature) for row in rows)
        found = f"{len(places)} argument{'s' * (len(places) != 1)}"
        return fail(
            clash.code,
            f"`{function}` takes {wanted}, not {found}",
            text=report.text,
            labels=(Label(report.span(clash.step), found),),
        )
    if clash.code == "E209":
        return report.fail(
            f"`{report.quote(clash.step)}` of a matrix leaves open which norm",
            labels,
        )
    if not rows:
        return report.fail(f"`{function}` takes a number", labels)
    shapes = [shape for row in rows for _, shape in row.parameters]
    if clash.sizes and any(row.by_elements and len(row.parameters) == len(places) for row in rows):
        message = f"`{function}` works by elements, on arguments of one shape and on scalars"
        return report.fail(message, labels)
    if shapes == ["n×n"] or (clash.sizes and "n×n" in shapes):
        message = f"`{function}` takes a square matrix"
    elif clash.sizes and len(rows[0].parameters) > 1:
        message = f"`{function}` takes {_takes(rows[0].signature)}, and these differ"
    else:
        message = f"`{function}` takes {' or '.join(_takes(row.signature) for row in rows)}"
    return report.fail(message, labels)


def _unknown(report: _Report, function: str) -> MdiffError:
    """Two uses of one function that nobody declared, with other arguments: E208, E210."""
    checked, clash = report.checked, report.clash
    steps = checked.steps.steps
    first = next(
        place for place, step in enumerate(steps) if step.parts and _calls(step.node, function)
    )
    if clash.code == "E210":
        labels = [
            Label(report.span(place), f"{len(steps[place].parts)} here")
            for place in (first, clash.step)
        ]
        message = f"`{function}` has another number of arguments here than before"
        return fail(clash.code, message, text=report.text, labels=labels)
    position = steps[clash.step].parts.index(clash.parts[0])
    labels = [report.label(steps[first].parts[position]), report.label(clash.parts[0])]
    return report.fail(f"`{function}` takes arguments of one shape, and these differ", labels)


def _calls(node: Tree, function: str) -> bool:
    """Whether a node is this function applied."""
    match node:
        case Apply(name):
            return name == function
        case _:
            return False


def _contraction(report: _Report, pattern: Text) -> MdiffError:
    """Arguments that a pattern does not take: E210, E215, E216."""
    checked, clash = report.checked, report.clash
    places = checked.steps.steps[clash.step].parts
    named = groups(pattern.value)
    if clash.code == "E210":
        wanted = f"{len(named)} argument{'s' * (len(named) != 1)}"
        return fail(
            clash.code,
            f"the pattern is of {wanted}, and there {'is' if len(places) == 1 else 'are'} "
            f"{len(places)}",
            text=report.text,
            labels=(Label(pattern.span, f"this names the axes of {wanted}"),),
        )
    labels = [report.label(place) for place in dict.fromkeys(clash.parts)]
    if clash.code == "E215":
        message = f"the letter `{clash.operator}` of `einsum` stands for two sizes"
        if len(clash.parts) == 1 and clash.sizes and len(clash.operator) > 1:
            whole, axis = (checked.sizes.dim(size) for size in clash.sizes)
            message = (
                f"the letters `{clash.operator}` of `einsum` make {whole}, and that axis is {axis}"
            )
        return report.fail(message, labels, clash.parts)
    offset, letters = named[places.index(clash.parts[0])]
    written = f"`{letters}`" if letters else "no letter"
    shape = report.shape(checked.axes[clash.parts[0]])
    if letters:
        start = pattern.span[0] + 1 + offset
        group = pattern.value[offset:].partition("->")[0].partition(",")[0].rstrip()
        labels.insert(0, Label((start, start + len(group)), f"this is {_axes_named(letters)}"))
    quoted = report.quote(clash.parts[0])
    message = f"`{quoted}` is {shape}, and {written} in the pattern is for {_axes_named(letters)}"
    return report.fail(message, labels, clash.parts)


def _axes_named(letters: str) -> str:
    """What an argument is whose axes these letters name."""
    match sum(map(bool, axes(letters))):
        case 0:
            return "a scalar"
        case 1:
            return "a vector"
        case _:
            return "a matrix"


def _takes(signature: str) -> str:
    """The left side of a signature."""
    return f"`{signature.partition('->')[0].strip()}`"
