"""The text of an expression or a name in, its tree or its spelling out; never its shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.syntax.build import Builder
from mdiff.syntax.derivatives import unknown_functions, with_derivatives
from mdiff.syntax.driver import drive
from mdiff.syntax.names import Names, spelled
from mdiff.syntax.reader import read
from mdiff.syntax.tree import Program
from mdiff.syntax.words import cut, quote

if TYPE_CHECKING:
    from mdiff.syntax.tree import Definition, Tree


def parse(
    text: str,
    names: frozenset[str] = frozenset(),
    functions: frozenset[str] = frozenset(),
    sizes: frozenset[str] = frozenset(),
) -> Program:
    """Read an expression with the definitions before it.

    `names` are the declared variables and sizes, `functions` the declared functions (`phi`, and
    `gradphi` with it), `sizes` those of the names that are known as sizes. A usual name of a
    function, `f(x)`, is one that is `unknown` where it can be nothing else. Raises `E0…` for what
    is no text of the language and `E1…` for names that mean nothing or too much.

    >>> parse("Ax - b").readings
    ('`Ax` is read as the product `A x`',)
    """
    known = Names(text, names, functions, sizes)
    words = cut(text)
    unknown = unknown_functions(words, known)
    known.functions |= unknown
    words = read(with_derivatives(words, known), known)
    value = drive(words, "program", Builder(known).methods(), text)
    definitions, expression = cast("tuple[list[Definition], Tree]", value)
    return Program(tuple(definitions), expression, tuple(known.readings), text, unknown)


def parse_name(text: str) -> str:
    """Read the name of a variable, in the letters that mdiff uses.

    Raises `E106` for what is no name, `E0…` for what is no text of the language.

    >>> parse_name("Σ")
    'Sigma'
    """
    words = cut(text)
    if len(words) != 1 or words[0].kind != "NAME":
        raise fail(
            "E106",
            f"{quote(text)} is not a name: name a variable to differentiate by",
            text=text,
            labels=[Label((0, len(text)), "a name could stand here: `x`, `A_1`, `Sigma`")],
        )
    return spelled(words[0].text)
