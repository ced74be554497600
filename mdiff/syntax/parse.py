"""The text of an expression in, its tree out; names are looked up, shapes are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.syntax.build import Builder
from mdiff.syntax.driver import drive
from mdiff.syntax.names import Names
from mdiff.syntax.reader import read
from mdiff.syntax.tree import Program
from mdiff.syntax.words import cut

if TYPE_CHECKING:
    from mdiff.syntax.tree import Definition, Tree


def parse(
    text: str, names: frozenset[str] = frozenset(), functions: frozenset[str] = frozenset()
) -> Program:
    """Read an expression with the definitions before it.

    `names` are the declared variables and sizes, `functions` the declared functions (`phi`, and
    `gradphi` with it). Raises `E0…` for what is no text of the language and `E1…` for names that
    mean nothing or too much.

    >>> parse("Ax - b").readings
    ('`Ax` is read as the product `A x`',)
    """
    known = Names(text, names, functions)
    words = read(cut(text), known)
    value = drive(words, "program", Builder(known).methods(), text)
    definitions, expression = cast("tuple[list[Definition], Tree]", value)
    return Program(tuple(definitions), expression, tuple(known.readings), text)
