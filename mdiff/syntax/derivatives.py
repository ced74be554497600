"""Words in, the same out with each way to write a derivative as its one name: `∇²f` is `hessf`.

Also which names of a text are functions of which nothing is known: nobody declared them, and
they stand for nothing else. No shape is looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.syntax.words import (
    GREEK_NAMES,
    POSTFIXES,
    Word,
    label_end,
    spelled,
    superscript,
)

if TYPE_CHECKING:
    from mdiff.syntax.names import Names

USUAL = frozenset(
    {"f", "g", "h", "p", "q", "phi", "psi", "varphi", "ell", "loss"}
    | {"F", "G", "H", "J", "L", "Phi", "Psi"}
)
"""What people call a function of which they say no more, perhaps with an index: `f_θ`."""

TIME = "t"
"""`A(t)` depends on it: nobody writes a product with a number so."""

_MEANT = frozenset({"sigma", "pi", "I", "e"})
"""Letters that mean something before a bracket as well."""

_NABLA = "∇²^{}2₀₁₂₃₄₅₆₇₈₉ \t\n\r"
# `∇f`, `∇²f`, `∇^2 f`, `∇²₁₂f`
_NABLA_WORD = re.compile(r"∇\s*(²|\^2|\^\{2\})?\s*([₀-₉]*)\s*(.*)")
_PRIMES = {"'": 1, "’": 1, "′": 1, "″": 2}


def unknown_functions(words: list[Word], names: Names) -> frozenset[str]:
    """The names of functions that always stand right before a bracket, and mean nothing else.

    They are usual ones, `f(x)`, or letters before `(t)`, or before the `(q)` of a text with
    `M(q)^-1`, which is no product; not the label of the value, `f(x) = …`.
    """
    heads = {word.name for word in words if word.called} - names.declared - names.functions
    letters = {name for name in heads if _is_letter(name, names)}
    usual = {name for name in heads if name.partition("_")[0] in USUAL}
    if not letters | usual:
        return frozenset()
    alone = {  # the one name in the brackets that follow a name, `A(t)`
        at: words[at + 2].name
        for at, word in enumerate(words)
        if word.name and [w.kind for w in words[at + 1 : at + 4]] == ["OPEN", "NAME", "CLOSE"]
    }
    depended = {TIME}  # and the `q` of `M(q)^-1`; `D(n)` has a size
    for at, name in alone.items():
        head, raised = words[at].name, words[at + 4].kind in POSTFIXES
        if raised and head not in _MEANT | {"D"} and _is_letter(head, names):
            depended.add(name)
    called: set[str] = set()
    curves: set[str] = set()
    used: set[str] = set(_MEANT)
    for at, word in enumerate(words):
        if word.kind == "GRADIENT":
            used.add(spelled(word.text.lstrip(_NABLA)))
        elif word.kind == "NAME":
            name = word.name
            if word.called:
                if label_end(words, at + 1):
                    continue
                (curves if alone.get(at) in depended else called).add(name)
            else:
                used.add(name)
            used |= names.factors(name) - {name}
    return frozenset((usual & (called | curves) | letters & (curves - called)) - used)


def with_derivatives(words: list[Word], names: Names) -> list[Word]:
    """The words with derivatives of known functions as names.

    `∇f`, `∇²f`, `∇₁f`, `f'`, `f″`, `D²f(x)[dx]`, each right before a bracket. The direction of a
    second derivative in square brackets, `(x)[dx]`, becomes its last argument, `(x, dx)`.
    """
    closing = _closings(words)
    instead: dict[int, list[Word]] = {}
    found: list[Word] = []
    at = 0
    while at < len(words):
        name, count = _derivative(words, at, closing, names)
        if not name:
            found += instead.get(at, [words[at]])
            at += 1
            continue
        last = words[at + count - 1]
        found.append(Word("NAME", name, words[at].start, last.end, name, last.called))
        at += count
        end = closing.get(at, len(words))
        after = closing.get(end + 1)
        if name.startswith("DD") and after is not None and words[end + 1].kind == "OPEN_SQUARE":
            comma = Word("COMMA", ",", words[end].start, words[end + 1].end)
            close = Word("CLOSE", ")", *words[after].span)
            instead |= {end: [comma], end + 1: [], after: [close]}
    return found


def _closings(words: list[Word]) -> dict[int, int]:
    """For each round or square bracket where as many have closed as opened from there on."""
    found: dict[int, int] = {}
    stack: list[int] = []
    for at, word in enumerate(words):
        if word.kind in ("OPEN", "OPEN_SQUARE"):
            stack.append(at)
        elif word.kind in ("CLOSE", "CLOSE_SQUARE") and stack:
            found[stack.pop()] = at
    return found


def _is_letter(name: str, names: Names) -> bool:
    """Whether a name is a letter, `M`, `f_theta`, and no function of the language."""
    stem = name.partition("_")[0]
    letter = len(stem) == 1 or stem in GREEK_NAMES
    return letter and not names.function(name, called=True)


def _derivative(
    words: list[Word], at: int, closing: dict[int, int], names: Names
) -> tuple[str, int]:
    """The name of the derivative that begins with a word, and how many words it is; "" for none."""
    name = words[at].name
    if nabla := _NABLA_WORD.fullmatch(words[at].text):
        square, numbers, function = nabla.groups()
        order, numbers = "hess" if square else "grad", spelled(numbers).removeprefix("_")
        name = f"{order}{numbers}{spelled(function)}"
        return (name, 1) if name in names.functions else ("", 0)
    if name in names.functions:
        count = 0
        while words[at + count + 1].text in _PRIMES:
            count += 1
            name += "'" * _PRIMES[words[at + count].text]
        known = count and name in names.functions and words[at + count].called
        return (name, count + 1) if known else ("", 0)
    if name.rstrip("0123456789") in ("D", "D_"):
        return _jacobian(words, at, closing, names)
    return "", 0


def _jacobian(words: list[Word], at: int, closing: dict[int, int], names: Names) -> tuple[str, int]:
    """`D²f(x)[dx]`, `D^2 f(x)[dx]`, `D₁f(x, y)`, `D₁₂²f(x, t)`.

    Without numbers and a direction, `D f(x)` and `D^2 f(x)` are products with a matrix D.
    """
    numbers = words[at].name[1:].removeprefix("_")
    rest = words[at + 1 : at + 4]
    count = 0
    if rest[0].kind == "SUPERSCRIPT" and superscript(rest[0].text) == "2":
        count = 1
    elif rest[0].kind == "POWER" and rest[1].text == "2":
        count = 2
    if words[at].name in names.declared or not rest[count].called:
        return "", 0
    apart = rest[count].start > words[at + count].end
    directed = count and closing.get(closing.get(at + count + 2, len(words)) + 1)
    if apart if numbers else not directed:
        return "", 0
    name = f"{'DD' if count else 'D'}{numbers}{rest[count].name}"
    return (name, count + 2) if name in names.functions else ("", 0)
