"""A clash goes in, the diagnostic comes out: one cause, both operands, and where sizes are from.

What could be written instead is not said here (`mdiff.shapes.suggest`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label
from mdiff.shapes.excerpt import quote, widen
from mdiff.shapes.explain_calls import explain_contraction, explain_function
from mdiff.shapes.naming import name_sizes
from mdiff.shapes.report import Report
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.tree import Apply, Text

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.shapes.checked import Axes, Checked, Clash


def explain(checked: Checked, clash: Clash) -> MdiffError:
    """The error of an attempt, without helps."""
    name_sizes(checked)
    report = Report(checked, clash)
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
                    return explain_contraction(report, pattern)
                case Apply(function, _):
                    return explain_function(report, function)
                case _:
                    raise AssertionError(clash.code)


def _operands(report: Report) -> MdiffError:
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


def _before(report: Report, position: int) -> Axes:
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
