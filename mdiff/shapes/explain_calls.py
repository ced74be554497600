"""An application whose arguments do not fit goes in, its diagnostic comes out: E208, E209, E210.

Also those of a contraction, E215 and E216; no help is looked for here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.functions.wires import axes
from mdiff.shapes.kinds import KINDS
from mdiff.syntax.pattern import groups
from mdiff.syntax.tree import Apply, Text

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.shapes.report import Report
    from mdiff.syntax.tree import Tree


def explain_function(report: Report, function: str) -> MdiffError:
    """Arguments that no row of a function takes: E208, E209, E210."""
    checked, clash = report.checked, report.clash
    rows = checked.steps.rows(function)
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


def _unknown(report: Report, function: str) -> MdiffError:
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


def explain_contraction(report: Report, pattern: Text) -> MdiffError:
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
    return f"a {KINDS[sum(map(bool, axes(letters)))]}"


def _takes(signature: str) -> str:
    """The left side of a signature."""
    return f"`{signature.partition('->')[0].strip()}`"
