"""A sized constant as typed goes in, its sizes come out: `ones(m,2*n)`, `e_3`, `reshape(x, m, n)`.

Only names, whole numbers and their products are sizes (E213); what is of a size is not asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import SIZED, sizes_of
from mdiff.syntax.tree import Apply, Name, Number, Product, Text, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import MdiffError, Span
    from mdiff.shapes.sizes import Monomial
    from mdiff.shapes.steps import Step, Steps
    from mdiff.syntax.tree import Tree


def expressions(node: Tree) -> tuple[Tree, ...]:
    """Parts that are expressions: the arguments of a sized constant, and a pattern, are not."""
    match node:
        case Apply(_, (Text(), *arguments)):
            return tuple(arguments)
        case Apply(function, _) if function in SIZED:
            return ()
        case Apply(function, arguments) if sizes_of(function):
            return arguments[:1]
        case _:
            return children(node)


def size_names(nodes: Sequence[Tree]) -> dict[str, None]:
    """The names used as sizes: in the arguments of sized constants."""
    found: dict[str, None] = {}
    for node in nodes:
        match node:
            case Apply(function, arguments) if function != "unit":
                sizes = arguments if function in SIZED else arguments[1:] * bool(sizes_of(function))
                for part in postorder(sizes, children):
                    match part:
                        case Name(name):
                            found[name] = None
                        case _:
                            pass
            case _:
                pass
    return found


def enter_sizes(steps: Steps, step: Step, function: str, arguments: tuple[Tree, ...]) -> None:
    """Read the arguments of a sized constant; E210, E213."""
    check_count(steps, step, function, SIZED[function], arguments)
    if function == "unit":
        match arguments[0]:
            case Name(name):
                step.index = name
                return
            case Number(value) if value.denominator == 1 and value > 0:
                step.index = str(value)
                return
            case _:
                raise spot(
                    steps,
                    "E213",
                    "the index of a unit vector is a name or a number",
                    arguments[0].span,
                )
    step.sizes = sizes(steps, step, arguments)


def check_count(
    steps: Steps, step: Step, function: str, counts: tuple[int, int], arguments: tuple[Tree, ...]
) -> None:
    """Raise E210 for another number of arguments than the least to the most."""
    least, most = counts
    if not least <= len(arguments) <= most:
        count = f"{least}" if least == most else f"{least} or {most}"
        raise spot(
            steps,
            "E210",
            f"`{function}` takes {count} argument{'s' if most > 1 else ''}, not {len(arguments)}",
            step.node.span,
        )


def sizes(steps: Steps, step: Step, arguments: tuple[Tree, ...]) -> tuple[int, ...]:
    """Arguments that are sizes; E213 for what is none."""
    origin = f"`{steps.text[step.node.span[0] : step.node.span[1]]}`"
    return tuple(
        steps.sizes.axis(steps.sizes.monomial(*_monomial(steps, argument)), origin)
        for argument in arguments
    )


def _monomial(steps: Steps, argument: Tree) -> Monomial:
    """A size as typed: names, whole numbers, and products of those; E213 for all else."""
    number = 1
    factors: list[int] = []
    stack = [argument]
    while stack:
        part = stack.pop()
        match part:
            case Number(value) if value.denominator == 1 and value > 0:
                number *= int(value)
            case Name(name) if name not in steps.variables or steps.variables[name].axes in (
                None,
                (ONE_SIZE, ONE_SIZE),
            ):
                factors.append(steps.names[name])
            case Product(inner) if all(operator == "*" for operator, _ in inner):
                stack.extend(factor for _, factor in reversed(inner))
            case _:
                raise spot(
                    steps,
                    "E213",
                    "a size is a name, a positive whole number, or a product of those",
                    part.span,
                )
    return number, tuple(factors)


def spot(steps: Steps, code: str, message: str, span: Span) -> MdiffError:
    """The error with this piece of the text marked."""
    return fail(code, message, text=steps.text, labels=(Label(span, "here"),))
