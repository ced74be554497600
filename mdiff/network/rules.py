"""The rules of the function table as typed expressions: each row's text is parsed once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.shapes import infer
from mdiff.syntax import parse, parse_declaration

if TYPE_CHECKING:
    from mdiff.functions.row import Function
    from mdiff.shapes.typed import Typed

INV = TABLE["inv"][0]
MATPOW = TABLE["matpow"][0]

_parsed: dict[tuple[Function, str], Typed] = {}


def definition(function: Function) -> Typed:
    """What a defined function stands for, in its parameters."""
    return _typed(function, function.definition)


def differential(function: Function) -> Typed:
    """The differential of a function, in its parameters `X` and their changes `dX`."""
    return _typed(function, function.differential)


def commuting(function: Function) -> Typed:
    """The derivative of a matrix function, in its parameters."""
    return _typed(function, function.commuting)


def _typed(function: Function, text: str) -> Typed:
    key = (function, text)
    if key not in _parsed:
        declarations = []
        for name, shape in function.parameters:
            declarations.append(parse_declaration(f"{name}: {shape}"))
            declarations.append(parse_declaration(f"d{name}: {shape}"))
        names = {d.name for d in declarations}
        functions: set[str] = set()
        if f"grad{function.name}" in text:
            shape = function.parameters[0][1]
            declarations.append(parse_declaration(f"{function.name}: {spell(shape)} -> R"))
            functions = {function.name, f"grad{function.name}"}
        sizes = {s for _, shape in function.parameters for s in shape.split("×") if s != "scalar"}
        program = parse(text, frozenset(names | sizes), frozenset(functions), explicit=True)
        _parsed[key] = infer(program, declarations).expression
    return _parsed[key]


def spell(shape: str) -> str:
    """The shape of a signature as the domain of an abstract function: `n×k` is `R^{n×k}`."""
    return "R" if shape == "scalar" else f"R^{{{shape}}}"
