"""A text in a row of the function table → its typed tree, made once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mdiff.functions.unknown import declaration
from mdiff.shapes import infer
from mdiff.shapes.declare import declared
from mdiff.syntax import parse, parse_declaration

if TYPE_CHECKING:
    from mdiff.functions.row import Function
    from mdiff.shapes.typed import Typed


@cache
def typed_row(function: Function, text: str) -> Typed:
    """A text of a row, parsed once, in its parameters `X` and their changes `dX`."""
    pairs = [
        f"{each}: {shape}" for name, shape in function.parameters for each in (name, f"d{name}")
    ]
    if function.unknown is not None:
        pairs.append(declaration(function.unknown))
    declarations = [parse_declaration(each) for each in pairs]
    names, functions, sizes = declared(declarations)
    return infer(parse(text, names | sizes, functions, explicit=True), declarations).expression
