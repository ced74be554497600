"""A program and declarations go in, one flat list of steps with every name resolved comes out.

Nothing is said about shapes here; errors are about names (E11x), sizes as typed (E213)
and functions that are not supported yet (E304).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.functions.table import ALIASES, TABLE
from mdiff.shapes.declare import declare, want
from mdiff.shapes.meant import BY_KIND, find_contexts
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import SHAPELESS, SIZED, Known, Step, Steps, sizes_of
from mdiff.syntax.names import LATER
from mdiff.syntax.tree import (
    Apply,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Text,
    Transpose,
    children,
)
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.shapes.dims import Outline
    from mdiff.shapes.sizes import Monomial
    from mdiff.syntax.declaration import Declaration
    from mdiff.syntax.tree import Program, Tree


_UNTABLED = BY_KIND.union(SHAPELESS)
_SUMS = frozenset({"sum", "mean"})


def _parts(node: Tree) -> tuple[Tree, ...]:
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


def _size_names(nodes: Sequence[Tree]) -> dict[str, None]:
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
    later = {definition.name: definition.span for definition in program.definitions}
    orders = [postorder((each.expression,), _parts) for each in program.definitions]
    orders.append(postorder((program.expression,), _parts))
    declared = tuple(steps.variables)
    for names in (sorted(sizes), *map(_size_names, orders)):
        for name in names:
            if name not in steps.names:
                steps.names[name] = steps.sizes.named(name)
    if known is not None:
        want(steps, known)
    for name in wrt:
        if name in later:
            _refuse_defined(program, orders, name)
        if name in steps.names and name not in steps.variables:
            raise fail("E116", f"`{name}` is a size: there is no derivative by it")
        function = name in steps.functions or name in (*TABLE, *ALIASES, "einsum")
        if function and name not in steps.variables:
            raise fail("E116", f"`{name}` is a function: name a variable to differentiate by")
    appeared: dict[str, None] = {}
    for order, definition in zip(orders, (*program.definitions, None), strict=True):
        places: dict[int, int] = {}
        for node in order:
            step = Step(node, tuple(places[id(part)] for part in _parts(node)))
            _resolve(steps, step, targets, appeared, wrt, program.unknown)
            places[id(node)] = len(steps.steps)
            steps.steps.append(step)
        if definition is not None:
            name = definition.name
            if name in declared or name in steps.functions:
                message = f"`{name}` is both declared and defined"
                raise _spot(steps, "E113", message, definition.span)
            targets[name] = len(steps.steps) - 1
    find_contexts(steps)
    _finish(steps, appeared, wrt, targets)
    return steps


def _finish(
    steps: Steps, appeared: dict[str, None], wrt: Sequence[str], targets: dict[str, int]
) -> None:
    """Put the variables in order, and collect the names that are taken."""
    for name in (*wrt, *steps.variables):
        appeared.setdefault(name)
    steps.variables = {
        name: steps.variables.get(name) or Known(name, None, frozenset(), "inferred")
        for name in appeared
    }
    steps.free = tuple(name for name, known in steps.variables.items() if known.axes is None)
    steps.reserved.update(steps.variables, steps.names, targets, steps.functions, steps.unknown)


def _spot(steps: Steps, code: str, message: str, span: Span) -> Exception:
    return fail(code, message, text=steps.text, labels=(Label(span, "here"),))


def _refuse_defined(program: Program, orders: list[list[Tree]], name: str) -> None:
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
    raise fail(
        "E115",
        f"`{name}` is defined by other names, so there is no derivative by it",
        text=program.text,
        labels=(Label(span, "defined here"),),
        notes=(f"`{name}` depends on {', '.join(variables)}",) if variables else (),
    )


def _resolve(  # noqa: PLR0913 - a step, and all that a name may stand for
    steps: Steps,
    step: Step,
    targets: dict[str, int],
    appeared: dict[str, None],
    wrt: Sequence[str],
    unknown: frozenset[str],
) -> None:
    """Say what a name means, and what is a constant."""
    done = steps.steps
    match step.node:
        case Number(value):
            step.value = value
        case Name(name):
            if name in targets:
                step.meaning, step.target = "definition", targets[name]
                step.value = done[step.target].value
                step.bare = done[step.target].bare
            elif name in steps.variables or name in wrt:
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
        _sized(steps, step, function, arguments)
    elif sizes_of(function) and function not in steps.functions:
        _count(steps, step, function, (len(sizes_of(function)) + 1,) * 2, arguments)
        step.sizes = _sizes(steps, step, arguments[1:])
    elif not (function in steps.functions or function in TABLE or function in _UNTABLED):
        raise _later(steps, function, step.node.span)
    elif function in _SUMS and function not in steps.functions:
        for part in step.parts:
            if done[part].bare in steps.unknown:
                steps.unknown[done[part].bare] = True


def _later(steps: Steps, function: str, span: Span) -> Exception:
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
    """A product of numbers is a number; of numbers and one free variable, that variable."""
    if all(part.value is not None or part.bare for part in parts):
        bare = [position for position, part in enumerate(parts) if part.bare]
        if len(bare) == 1 and (bare[0] == 0 or factors[bare[0]][0] == "*"):
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


def _sized(steps: Steps, step: Step, function: str, arguments: tuple[Tree, ...]) -> None:
    """Read the arguments of a sized constant; E210, E213."""
    _count(steps, step, function, SIZED[function], arguments)
    if function == "unit":
        match arguments[0]:
            case Name(name):
                step.index = name
                return
            case Number(value) if value.denominator == 1 and value > 0:
                step.index = str(value)
                return
            case _:
                raise _spot(
                    steps,
                    "E213",
                    "the index of a unit vector is a name or a number",
                    arguments[0].span,
                )
    step.sizes = _sizes(steps, step, arguments)


def _count(
    steps: Steps, step: Step, function: str, counts: tuple[int, int], arguments: tuple[Tree, ...]
) -> None:
    """Raise E210 for another number of arguments than the least to the most."""
    least, most = counts
    if not least <= len(arguments) <= most:
        count = f"{least}" if least == most else f"{least} or {most}"
        raise _spot(
            steps,
            "E210",
            f"`{function}` takes {count} argument{'s' if most > 1 else ''}, not {len(arguments)}",
            step.node.span,
        )


def _sizes(steps: Steps, step: Step, arguments: tuple[Tree, ...]) -> tuple[int, ...]:
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
                raise _spot(
                    steps,
                    "E213",
                    "a size is a name, a positive whole number, or a product of those",
                    part.span,
                )
    return number, tuple(factors)
