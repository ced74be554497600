"""A checked application goes in, the typed node that it is comes out; its row is settled."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mdiff.functions.table import TABLE
from mdiff.shapes import typed
from mdiff.shapes.dims import ONE, SCALAR, named
from mdiff.shapes.excerpt import quote
from mdiff.shapes.signatures import signature_of
from mdiff.shapes.told import tell_adjoint, tell_function

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.errors import Span
    from mdiff.functions.row import Function
    from mdiff.shapes.builder import Builder
    from mdiff.shapes.checked import Call
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.steps import Step
    from mdiff.shapes.typed import Typed

_SCALAR_CASES: dict[str, Literal["itself", "log", "abs", "inverse", "one"]] = {
    "tr": "itself", "det": "itself", "diag": "itself", "logdet": "log", "norm": "abs",
    "norm2": "abs", "nuclear": "abs", "norminf": "abs", "norm21": "abs",
    "eigmax": "itself", "eigmin": "itself", "inv": "inverse", "adj": "one",
}  # fmt: skip
"""What a function of matrices is for a 1-by-1 matrix."""


def build_application(builder: Builder, place: int, function: str, shape: Shape) -> Typed:
    """A row of the table, of an unknown function, a conjugate transpose, or a constant."""
    step = builder.steps.steps[place]
    span = step.node.span
    arguments = tuple(builder.nodes[part] for part in step.parts)
    if function in builder.checked.unknown:
        (row,) = builder.functions[function]
        letters = {letter: named(letter) for letter in _letters(row)}  # names of sizes
        return typed.Apply(row, arguments, letters, shape, span)
    if function == "adjoint":
        return _adjoint(builder, arguments[0], span)
    call = builder.checked.calls.get(place)
    if call is None:
        return _constant(builder, step, function, arguments, shape)
    builder.tell(tell_function(builder.checked, place, arguments[0].span))
    if call.row.told:
        builder.tell(f"`{quote(builder.steps.text, span)}` {call.row.told}")
    if call.natural:
        return _of_scalar(call, arguments, span)
    letters = {letter: builder.dim(size) for letter, size in call.letters.items()}
    return typed.Apply(call.row, arguments, letters, shape, span)


def _adjoint(builder: Builder, argument: Typed, span: Span) -> Typed:
    """The conjugate transpose; of what is real the transpose."""
    if any("complex" in each.properties for each in builder.declared.values()):
        row = TABLE["conj"][0]
        argument = typed.Apply(row, (argument,), {}, argument.shape, argument.span)
    else:
        builder.tell(tell_adjoint(builder.steps, span))
    if argument.shape == SCALAR:
        return argument
    return typed.Transpose(argument, argument.shape[::-1], span)


def _constant(
    builder: Builder, step: Step, function: str, arguments: tuple[Typed, ...], shape: Shape
) -> Typed:
    """A sized constant, or a multiple of ones of inferred shape."""
    span = step.node.span
    match function:
        case "eye":
            return typed.Constant("eye", (shape[0],), "", shape, span)
        case "K":
            rows, columns = (builder.dim(size) for size in step.sizes)
            return typed.Constant("K", (rows, columns), "", shape, span)
        case "duplication":
            return typed.Constant("D", (builder.dim(step.sizes[0]),), "", shape, span)
        case "unit":
            return typed.Constant("unit", (shape[0],), step.index, shape, span)
        case "zeros" | "ones":
            return typed.Constant(function, shape, "", shape, span)
        case _:
            match arguments[0]:
                case typed.Number(value) if value == 1:
                    return typed.Constant("ones", shape, "", shape, span)
                case _:
                    return typed.Broadcast(arguments[0], shape, span)


def _of_scalar(call: Call, arguments: tuple[Typed, ...], span: Span) -> Typed:
    """What a function of matrices is of a scalar."""
    match _SCALAR_CASES.get(call.row.name):
        case "itself":
            return arguments[0]
        case "log" | "abs" as name:
            return typed.Apply(TABLE[name][0], arguments, {}, SCALAR, span)
        case "inverse":
            exponent = typed.Number(Fraction(-1), SCALAR, span)
            return typed.Power(arguments[0], exponent, "scalar", SCALAR, span)
        case "one":
            return typed.Number(Fraction(1), SCALAR, span)
        case None:
            letters = dict.fromkeys(_letters(call.row), ONE)
            return typed.Apply(call.row, arguments, letters, SCALAR, span)


def _letters(row: Function) -> Iterator[str]:
    """The letters in the shapes of a row."""
    return (letter for _, letters in signature_of(row).axes for letter in letters)
