"""A program and declarations go in, one flat list of steps with every name resolved comes out.

Nothing is said about shapes here; errors are about names (E11x), sizes as typed (E213)
and functions that are not supported yet (E304).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.functions.table import ALIASES, TABLE
from mdiff.shapes.contexts import find_contexts
from mdiff.shapes.declare import declare, want
from mdiff.shapes.resolve import resolve
from mdiff.shapes.sized import expressions, size_names, spot
from mdiff.shapes.steps import Known, Step, Steps
from mdiff.syntax.tree import Name
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import MdiffError
    from mdiff.shapes.dims import Outline
    from mdiff.syntax.declaration import Declaration
    from mdiff.syntax.tree import Program, Tree


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
    steps = Steps(program.text, program.dialect, tuple(wrt))
    declare(steps, declarations)
    targets: dict[str, int] = {}
    orders = [postorder((each.expression,), expressions) for each in program.definitions]
    orders.append(postorder((program.expression,), expressions))
    declared = tuple(steps.variables)
    for names in (sorted(sizes), *map(size_names, orders)):
        for name in names:
            if name not in steps.names:
                steps.names[name] = steps.sizes.named(name)
    if known is not None:
        want(steps, known)
    _check_variables(steps, program, orders)
    appeared: dict[str, None] = {}
    for order, definition in zip(orders, (*program.definitions, None), strict=True):
        places: dict[int, int] = {}
        for node in order:
            step = Step(node, tuple(places[id(part)] for part in expressions(node)))
            resolve(steps, step, targets, appeared, program.unknown)
            places[id(node)] = len(steps.steps)
            steps.steps.append(step)
        if definition is not None:
            name = definition.name
            if name in declared or name in steps.functions:
                message = f"`{name}` is both declared and defined"
                raise spot(steps, "E113", message, definition.span)
            targets[name] = len(steps.steps) - 1
    find_contexts(steps)
    _finish(steps, appeared, targets)
    return steps


def _check_variables(steps: Steps, program: Program, orders: list[list[Tree]]) -> None:
    """Raise E115 or E116 for a variable of the derivative that is none."""
    defined = {definition.name for definition in program.definitions}
    for name in steps.wrt:
        if name in defined:
            raise _defined(program, orders, name)
        if name in steps.variables:
            continue
        if name in steps.names:
            raise fail("E116", f"`{name}` is a size: there is no derivative by it")
        if name in steps.functions or name in TABLE or name in ALIASES or name == "einsum":
            raise fail("E116", f"`{name}` is a function: name a variable to differentiate by")


def _finish(steps: Steps, appeared: dict[str, None], targets: dict[str, int]) -> None:
    """Put the variables in order, and collect the names that are taken."""
    for name in (*steps.wrt, *steps.variables):
        appeared.setdefault(name)
    steps.variables = {
        name: steps.variables.get(name) or Known(name, None, frozenset(), "inferred")
        for name in appeared
    }
    steps.free = tuple(name for name, known in steps.variables.items() if known.axes is None)
    steps.reserved.update(steps.variables, steps.names, targets, steps.functions, steps.unknown)


def _defined(program: Program, orders: list[list[Tree]], name: str) -> MdiffError:
    """E115: a defined name is no variable; say which it depends on."""
    inside: dict[str, list[str]] = {}
    for definition, order in zip(program.definitions, orders, strict=False):
        names: list[str] = []
        for node in order:
            match node:
                case Name(used):
                    names.extend(inside.get(used, [used]))
                case _:
                    pass
        inside[definition.name] = list(dict.fromkeys(names))
    variables = [each for each in inside[name] if each not in ("I", "pi")]
    span = next(each.span for each in program.definitions if each.name == name)
    return fail(
        "E115",
        f"`{name}` is defined by other names, so there is no derivative by it",
        text=program.text,
        labels=(Label(span, "defined here"),),
        notes=(f"`{name}` depends on {', '.join(variables)}",) if variables else (),
    )
