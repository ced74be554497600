"""The text of an expression or a name in, its tree or its spelling out; never its shape."""

from __future__ import annotations

from mdiff.syntax.build import build
from mdiff.syntax.derivatives import unknown_functions, with_derivatives
from mdiff.syntax.names import Names
from mdiff.syntax.reader import read
from mdiff.syntax.tree import Program
from mdiff.syntax.words import cut, quote, superscript

_HIGHEST_POWER = 100


def parse(
    text: str,
    names: frozenset[str] = frozenset(),
    functions: frozenset[str] = frozenset(),
    sizes: frozenset[str] = frozenset(),
    *,
    explicit: bool = False,
) -> Program:
    """Read an expression with the definitions before it.

    `names` are the declared variables and sizes, `functions` the declared functions (`phi`, and
    `gradphi` with it), `sizes` those of the names that are known as sizes. A usual name of a
    function, `f(x)`, is one that is `unknown` where it can be nothing else. `explicit`: the text
    is in the language of the function table, where nothing is meant but what it says.
    Raises `E0…` for what is no text of the language and `E1…` for names that mean nothing or too
    much.

    >>> parse("Ax - b").readings
    ('`Ax` as `A x`',)
    """
    known = Names(text, names, functions, sizes)
    words = cut(text, names)
    unknown = frozenset[str]() if explicit else unknown_functions(words, known)
    known.functions |= unknown
    if known.functions:
        words = with_derivatives(words, known)
    words = read(words, known, explicit=explicit)
    definitions, expression = build(words, known)
    return Program(
        tuple(definitions), expression, tuple(known.readings), text,
        known.dialect, known.by, known.by_told, known.label, unknown,
    )  # fmt: skip


def parse_name(text: str) -> str:
    """Read the name of a variable, in the letters that mdiff uses.

    Raises `E106` for what is no name, `E0…` for what is no text of the language.

    >>> parse_name("Σ")
    'Sigma'
    """
    return parse_variable(text, powers=False)[0]


def parse_variable(text: str, *, powers: bool = True) -> tuple[str, int]:
    """Read what a gradient is by: the name of a variable, and the power of it, mostly 1.

    Raises `E106` for what is neither, `E009` for an entry, `E0…` for no text of the language.

    >>> parse_variable("σ²"), parse_variable("sigma^2")
    (('sigma', 2), ('sigma', 2))
    """
    *words, _ = cut(text)
    kinds, name = [word.kind for word in words], words[0].name
    whole, nowhere = (0, len(text)), Names(text, frozenset(), frozenset())
    if kinds == ["NAME"]:
        return name, 1
    if kinds[:2] in (["NAME", "OPEN_SQUARE"], ["NAME", "INDEX"]):
        raise nowhere.unsupported("the derivative by an entry", whole)
    if powers and kinds in (["NAME", "POWER", "NUMBER"], ["NAME", "SUPERSCRIPT"]):
        exponent = superscript(words[-1].text)
        if exponent.isdecimal() and 1 < int(exponent[:3]) < _HIGHEST_POWER:
            return name, int(exponent)
    message = f"{quote(text)} is not a name: name a variable to differentiate by"
    raise nowhere.fail("E106", message, whole, "a name could stand here: `x`, `A_1`, `Sigma`")
