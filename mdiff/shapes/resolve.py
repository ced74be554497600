"""A step goes in, what its name stands for and what its value is are entered; no shape is known."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.functions.table import TABLE
from mdiff.shapes.contexts import SUMS
from mdiff.shapes.meant import UNTABLED
from mdiff.shapes.sized import check_count, enter_sizes, sizes
from mdiff.shapes.steps import SIZED, is_literal_one, sizes_of
from mdiff.syntax.names import LATER
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span
    from mdiff.shapes.steps import Step, Steps
    from mdiff.syntax.tree import Tree


def resolve(
    steps: Steps,
    step: Step,
    targets: dict[str, int],
    appeared: dict[str, None],
    unknown: frozenset[str],
) -> None:
    """Say what a name means, and what is a constant.

    `targets` are the places of definitions so far; variables are entered in `appeared`. Raises
    E101 and E304 for functions, E210 and E213 for sizes.
    """
    done = steps.steps
    match step.node:
        case Number(value):
            step.value = value
        case Name(name):
            if name in targets:
                step.meaning, step.target = "definition", targets[name]
                step.value = done[step.target].value
                step.bare = done[step.target].bare
            elif name in steps.variables or name in steps.wrt:
                step.meaning = "variable"
            elif name in steps.names:
                step.meaning = "size"
            elif name == "I":
                step.meaning = "identity"
            elif name == "pi":
                step.meaning = "pi"
            else:
                step.meaning = "variable"
            if step.meaning == "variable":
                appeared.setdefault(name)
                if name not in steps.variables or steps.variables[name].axes is None:
                    step.bare = name
        case Sum(terms):
            parts = [done[part] for part in step.parts]
            if len(parts) == 1:
                step.bare = parts[0].bare
            values = [part.value for part in parts if part.value is not None]
            if len(values) == len(parts):
                signed = zip(terms, values, strict=True)
                step.value = sum((sign * value for (sign, _), value in signed), Fraction(0))
        case Product(factors):
            _constant_product(step, [done[part] for part in step.parts], factors)
        case Power() | Transpose() | Text() | Apply(_, (Text(), *_)):
            pass
        case Apply(function, arguments):
            _call(steps, step, function, arguments, unknown)


def _call(
    steps: Steps, step: Step, function: str, arguments: tuple[Tree, ...], unknown: frozenset[str]
) -> None:
    """Say which functions are unknown, and count the arguments that are sizes."""
    done = steps.steps
    if function in unknown:
        steps.unknown.setdefault(function, False)
        step.bare = function
    elif function in SIZED:
        step.meaning = "constant"
        enter_sizes(steps, step, function, arguments)
    elif sizes_of(function) and function not in steps.functions:
        check_count(steps, step, function, (len(sizes_of(function)) + 1,) * 2, arguments)
        step.sizes = sizes(steps, step, arguments[1:])
    elif not (function in steps.functions or function in TABLE or function in UNTABLED):
        raise _later(steps, function, step.node.span)
    elif function in SUMS and function not in steps.functions:
        for part in step.parts:
            if done[part].bare in steps.unknown:
                steps.unknown[done[part].bare] = True


def _later(steps: Steps, function: str, span: Span) -> MdiffError:
    """E304: syntax knows the name, and the table has no row of it yet; E101: it does not either."""
    if function not in LATER and function != "imaginary":
        return fail(
            "E101",
            f"unknown function `{function}`",
            text=steps.text,
            labels=(Label(span, "the expression has no function of this name"),),
        )
    what = "the imaginary unit" if function == "imaginary" else f"the function `{function}`"
    return fail(
        "E304",
        f"{what} is not supported yet",
        text=steps.text,
        labels=(Label(span, "not supported yet"),),
    )


def _constant_product(step: Step, parts: list[Step], factors: tuple[tuple[str, Tree], ...]) -> None:
    """A product of numbers is a number; of numbers and one free variable, that variable.

    `m 1` is no multiple: who writes the 1 means a vector of ones.
    """
    if all(part.value is not None or part.bare for part in parts):
        bare = [position for position, part in enumerate(parts) if part.bare]
        ones = any(is_literal_one(part) for part in parts)
        if len(bare) == 1 and not ones and (bare[0] == 0 or factors[bare[0]][0] == "*"):
            step.bare = parts[bare[0]].bare
        if not bare:
            value = Fraction(1)
            for (operator, _), part in zip(factors, parts, strict=True):
                factor = cast("Fraction", part.value)
                if operator in ("/", "./"):
                    if factor == 0:
                        return
                    value /= factor
                else:
                    value *= factor
            step.value = value
