"""A program and declarations go in, one flat list of steps with every name resolved comes out.

Nothing is said about shapes here; errors are about names (E11x), sizes as typed (E213)
and functions that are not supported yet (E304).
"""

from __future__ import annotations

from fractions import Fraction
from operator import attrgetter
from typing import TYPE_CHECKING, cast

from mdiff.errors import fail, fail_at
from mdiff.functions.table import ALIASES, SIZED, TABLE
from mdiff.shapes.declare import declare, enter_sizes, expressions, size_names
from mdiff.shapes.steps import UNTABLED, Known, Step, Steps, is_literal_one
from mdiff.syntax.names import LATER
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import MdiffError, Span
    from mdiff.shapes.dims import Outline
    from mdiff.shapes.steps import Meaning
    from mdiff.syntax.declaration import Declaration
    from mdiff.syntax.tree import Program

SUMS = frozenset({"sum", "mean"})
"""Functions that add up the entries of what they are given."""

_CONSTANTS: dict[str, Meaning] = {"I": "identity", "pi": "pi"}


def flatten(
    program: Program,
    declarations: Sequence[Declaration],
    wrt: Sequence[str],
    sizes: frozenset[str] = frozenset(),
    known: Outline | None = None,
) -> Steps:
    """List the steps of a program in an order in which each comes after its parts.

    Raises E11x: a name that is declared twice, or declared and defined, or that cannot be
    differentiated by. That functions are known, and definitions in order, is for `syntax` to see.
    """
    steps = Steps(program, tuple(wrt))
    declare(steps, declarations)
    orders = [postorder((each.expression,), expressions) for each in program.definitions]
    orders.append(postorder((program.expression,), expressions))
    declared = {*steps.variables, *steps.functions}
    for names in (sorted(sizes), *map(size_names, orders)):
        steps.size(1, names)
    if known is not None:
        rows, columns = (
            steps.sizes.monomial(1, tuple(steps.size(dim.number, dim.factors) for dim in axis))
            for axis in known
        )
        steps.wanted = rows, columns
    defined = {definition.name for definition in program.definitions}
    _check_variables(steps, defined)
    appeared: dict[str, None] = {}
    for order, definition in zip(orders, (*program.definitions, None), strict=True):
        places: dict[int, int] = {}
        for node in order:
            parts = tuple(places[id(part)] for part in expressions(node))
            step = Step(node, parts, [steps.steps[part] for part in parts])
            _resolve(steps, step, program.unknown)
            if step.meaning == "variable":
                appeared.setdefault(cast("Name", node).name)
            places[id(node)] = len(steps.steps)
            steps.steps.append(step)
        if definition is not None:
            name = definition.name
            if name in declared:
                message = f"`{name}` is both declared and defined"
                raise fail_at("E113", message, steps.text, definition.span, "here")
            steps.targets[name] = len(steps.steps) - 1
            if name in steps.wrt:
                raise _defined(steps, name, definition.span)
    _find_contexts(steps)
    variables = dict.fromkeys((*appeared, *steps.wrt, *steps.variables))
    steps.variables = {name: steps.variables.get(name) or Known() for name in variables}
    steps.free = tuple(name for name, each in steps.variables.items() if each.axes is None)
    steps.reserved.update(
        steps.variables, steps.names, steps.targets, steps.functions, steps.unknown
    )
    return steps


def _check_variables(steps: Steps, defined: set[str]) -> None:
    """Raise E116 for a variable of the derivative that is a size or a function."""
    for name in steps.wrt:
        if name in steps.variables or name in defined:
            continue
        if name in steps.names:
            raise fail("E116", f"`{name}` is a size: there is no derivative by it")
        if name in steps.functions or name in TABLE or name in ALIASES or name == "einsum":
            raise fail("E116", f"`{name}` is a function: name a variable to differentiate by")


def _defined(steps: Steps, name: str, span: Span) -> MdiffError:
    """E115: a defined name is no variable; say which it depends on."""
    below = postorder([steps.steps[steps.targets[name]]], attrgetter("below"))
    inside = [
        step.node.name
        for step in below
        if isinstance(step.node, Name) and step.meaning == "variable"
    ]
    return fail_at(
        "E115",
        f"`{name}` is defined by other names, so there is no derivative by it",
        steps.text,
        span,
        "defined here",
        notes=[f"`{name}` depends on {', '.join(dict.fromkeys(inside))}"] if inside else (),
    )


def _resolve(steps: Steps, step: Step, unknown: frozenset[str]) -> None:
    """Say what a name means, and what is a constant.

    A name stands for a definition, a variable, a size or a constant, in this order. Raises E101 and
    E304 for functions, E210 and E213 for sizes.
    """
    parts = step.below
    match step.node:
        case Number(value):
            step.value = value
        case Name(name) if name in steps.targets:
            place = steps.targets[name]
            defined = steps.steps[place]
            step.meaning, step.parts, step.below = "definition", (place,), [defined]
            step.value, step.bare = defined.value, defined.bare
        case Name(name):
            step.meaning = "variable"
            if name not in steps.variables and name not in steps.wrt:
                step.meaning = "size" if name in steps.names else _CONSTANTS.get(name, "variable")
            if step.meaning == "variable" and steps.variables.get(name, Known()).axes is None:
                step.bare = name
        case Sum(terms):
            step.bare = parts[0].bare if len(parts) == 1 else ""
            pairs = zip(terms, parts, strict=True)
            values = [sign * part.value for (sign, _), part in pairs if part.value is not None]
            if len(values) == len(parts):
                step.value = sum(values, Fraction(0))
        case Product(factors) if all(part.value is not None or part.bare for part in parts):
            _constant_product(step, parts, [operator for operator, _ in factors])
        case Apply(_, (Text(), *_)):
            pass
        case Apply() as node:
            _call(steps, step, node, unknown)
        case _:
            pass


def _call(steps: Steps, step: Step, node: Apply, unknown: frozenset[str]) -> None:
    """Say which functions are unknown, and read the arguments that are sizes.

    E304: syntax knows the name, and the table has no row of it yet; E101: it does not either.
    """
    function = node.function
    if function in unknown:
        steps.unknown.setdefault(function, False)
        step.bare = function
    elif function in SIZED or function == "unit":
        enter_sizes(steps, step, node)
    elif function in steps.functions:
        pass
    elif function in SUMS:
        for part in step.parts:
            if steps.steps[part].bare in steps.unknown:
                steps.unknown[steps.steps[part].bare] = True
    elif function in LATER or function == "imaginary":
        what = "the imaginary unit" if function == "imaginary" else f"the function `{function}`"
        said = f"{what} is not supported yet"
        raise fail_at("E304", said, steps.text, node.span, "not supported yet")
    elif function not in TABLE and function not in UNTABLED:
        said = "the expression has no function of this name"
        raise fail_at("E101", f"unknown function `{function}`", steps.text, node.span, said)


def _constant_product(step: Step, parts: list[Step], operators: list[str]) -> None:
    """A product of numbers is a number; of numbers and one free variable, that variable.

    `m 1` is no multiple: who writes the 1 means a vector of ones.
    """
    bare = [position for position, part in enumerate(parts) if part.bare]
    if bare:
        ones = any(is_literal_one(part) for part in parts)
        if len(bare) == 1 and not ones and (bare[0] == 0 or operators[bare[0]] == "*"):
            step.bare = parts[bare[0]].bare
        return
    value = Fraction(1)
    for operator, part in zip(operators, parts, strict=True):
        factor = cast("Fraction", part.value)
        if operator not in ("/", "./"):
            value *= factor
        elif factor == 0:
            return
        else:
            value /= factor
    step.value = value


def _find_contexts(steps: Steps) -> None:
    """Say of each step whether it is summed over entries, a factor in a trace, or squared.

    `summed`: it is the argument of a sum or a mean, through sums, products and functions by
    elements; `traced`: it is a factor of a matrix product directly under a trace; `multiplied`: by
    another matrix. All end at a definition, whose value is used elsewhere as well.
    """
    for step in reversed(steps.steps):
        parts = step.below
        summed = traced = multiplied = False
        match step.node:
            case Apply(function, _):
                entries = function == "vec" or any(row.by_elements for row in steps.rows(function))
                summed = function in SUMS or (step.summed and entries)
                traced = function == "tr"
            case Power():
                parts[0].squared = parts[1].value == 2
                summed = step.summed
            case Product(factors):
                matrices = all(operator not in (".*", "./", "⊗") for operator, _ in factors)
                summed, traced = step.summed, step.traced and matrices
                multiplied = matrices and sum(part.value is None for part in parts) > 1
            case Sum() | Transpose():
                summed, traced, multiplied = step.summed, step.traced, step.multiplied
            case _:
                pass
        for part in parts:
            part.summed = part.summed or summed
            part.traced = part.traced or traced
            part.multiplied = part.multiplied or multiplied
