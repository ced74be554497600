"""A text in a row of the function table → its typed tree, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.unknown import declaration
from mdiff.shapes import infer
from mdiff.shapes.declare import declared
from mdiff.syntax import parse, parse_declaration

if TYPE_CHECKING:
    from mdiff.functions.row import Function
    from mdiff.shapes.typed import Typed

_PARSED: dict[tuple[Function, str], Typed] = {}


def typed_row(function: Function, text: str) -> Typed:
    """A text of a row, parsed once, in its parameters `X` and their changes `dX`."""
    key = (function, text)
    if key not in _PARSED:
        declarations = []
        for name, shape in function.parameters:
            declarations.append(parse_declaration(f"{name}: {shape}"))
            declarations.append(parse_declaration(f"d{name}: {shape}"))
        if function.unknown is not None:
            declarations.append(parse_declaration(declaration(function.unknown)))
        names, functions, sizes = declared(declarations)
        program = parse(text, names | sizes, functions, explicit=True)
        _PARSED[key] = infer(program, declarations).expression
    return _PARSED[key]
