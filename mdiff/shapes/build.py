"""A successful attempt goes in, the typed problem comes out: sizes named, broadcasts explicit.

What each step means was decided when it was checked; nothing is decided here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.unknown import spellings, unknown
from mdiff.shapes import typed
from mdiff.shapes.applied import build_application
from mdiff.shapes.builder import Builder, ones
from mdiff.shapes.dims import SCALAR, named, show_shape
from mdiff.shapes.factors import build_product
from mdiff.shapes.naming import check_constants, name_sizes
from mdiff.shapes.told import tell_added, tell_kinds, tell_unknown
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from mdiff.shapes.checked import Checked
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.steps import Step
    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Program


def build(checked: Checked, program: Program, told: tuple[str, ...] = ()) -> typed.Problem:
    """Make the typed tree; the readings of the text come before those found here. Raises E211.

    `told`: what else is to be told.
    """
    check_constants(checked)
    names = name_sizes(checked)
    builder = Builder(checked)
    steps = checked.steps
    for name, known in steps.variables.items():
        shape = builder.shape(checked.variables[name])
        builder.declared[name] = typed.Declared(name, shape, known.properties, known.origin)
    for name in checked.unknown:
        _unknown(builder, name)
    builder.readings += tell_kinds(checked)
    for place, step in enumerate(steps.steps):
        builder.nodes.append(_node(builder, place, step))
    return typed.Problem(
        builder.nodes[-1],
        builder.declared,
        builder.functions,
        names,
        (*told, *program.readings, *dict.fromkeys(builder.readings)),
        steps.text,
        program.by,
        program.label,
    )


def _unknown(builder: Builder, name: str) -> None:
    """Make the rows of an unknown function, and tell between which spaces it maps."""
    axes, value = builder.checked.unknown[name]
    *arguments, result = (show_shape(builder.shape(each)) for each in (*axes, value))
    given = tuple(arguments)
    rows = spellings(unknown(name, given, result))
    builder.functions.update((each, (row,)) for each, row in rows.items())
    by_elements = builder.steps.unknown[name] and len(given) == 1
    builder.tell(tell_unknown(name, given, result, by_elements=by_elements))


def _node(builder: Builder, place: int, step: Step) -> Typed:
    """The node of one step, from those of its parts."""
    checked = builder.checked
    span = step.node.span
    shape = builder.shape(checked.axes[place])
    parts = [builder.nodes[part] for part in step.parts]
    match step.node:
        case Number(value):
            return typed.Number(value, SCALAR, span)
        case Name(name):
            return _name(builder, step, name, shape)
        case Sum(terms):
            return _sum(builder, step, [sign for sign, _ in terms], shape)
        case Product(factors):
            operators = [operator for operator, _ in factors]
            return build_product(builder, checked.factors[place], operators, span)
        case Power(_, _, elementwise):
            kind = checked.powers[place]
            if kind == "elementwise" and (not elementwise or builder.numpy):
                builder.tell_by_elements(span)
            return typed.Power(parts[0], parts[1], kind, shape, span)
        case Transpose(Number()) if shape != SCALAR:
            return typed.Transpose(ones(shape[1], parts[0].span), shape, span)
        case Transpose() if place in checked.kept:
            return parts[0]
        case Transpose():
            return typed.Transpose(parts[0], shape, span)
        case Text():
            raise AssertionError(place)  # a pattern is no step
        case Apply(function, _):
            return build_application(builder, place, function, shape)


def _name(builder: Builder, step: Step, name: str, shape: Shape) -> Typed:
    span = step.node.span
    match step.meaning:
        case "definition":
            return builder.nodes[step.parts[0]]
        case "identity":
            return typed.Constant("eye", (shape[0],), "", shape, span)
        case "pi":
            return typed.Constant("pi", (), "", SCALAR, span)
        case "size":
            return typed.Size(named(name), SCALAR, span)
        case "variable" | "constant" | "":
            return typed.Variable(builder.declared[name], span)


def _sum(builder: Builder, step: Step, signs: list[int], shape: Shape) -> Typed:
    """Scalars beside vectors and matrices are multiples of ones; vectors of numpy are rows."""
    terms: list[tuple[int, Typed]] = []
    for sign, place in zip(signs, step.parts, strict=True):
        part = term = builder.nodes[place]
        if part.shape == SCALAR != shape:
            term = typed.Broadcast(part, shape, part.span)
            match part:
                case typed.Number(value) if value == 0:
                    pass
                case _:
                    builder.tell(tell_added(builder.steps, part.span, sign))
        elif part.shape != shape:
            term = builder.spread(part, shape, row=builder.checked.is_flat(place))
        terms.append((sign, term))
    return typed.Sum(tuple(terms), shape, step.node.span)
