"""A row of the function table → the typed tree of its value or definition, made once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes import infer
from mdiff.syntax import parse, parse_declaration

if TYPE_CHECKING:
    from mdiff.functions.row import Function
    from mdiff.shapes.typed import Typed

_BODIES: dict[tuple[Function, str], Typed] = {}


def body(function: Function, text: str) -> Typed:
    """The tree of a text in the row's parameters; sizes are the letters of its signature."""
    known = _BODIES.get((function, text))
    if known is None:
        declarations = [
            parse_declaration(f"{name}: {shape}") for name, shape in function.parameters
        ]
        names = {declaration.name for declaration in declarations}
        for declaration in declarations:
            for _, letters in declaration.shape or ():
                names.update(letters)
        known = infer(parse(text, frozenset(names), explicit=True), declarations).expression
        _BODIES[function, text] = known
    return known
