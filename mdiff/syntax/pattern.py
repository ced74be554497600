"""The quoted pattern of an `einsum` in, the same without its quotes out, if it is well formed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.words import Word

AXES = 2
"""The most axes that a value has."""


def check_pattern(word: Word, text: str) -> str:
    """The pattern in a quoted word: `ij,jk->ik`.

    Left of the arrow a group for each argument, of at most two letters (or `.`, a missing axis);
    right of it at most two axes, each a letter of the groups, `.`, or such letters in brackets.
    Raises `E014`, at the sign that is wrong.
    """
    pattern = word.text[1:-1].replace("→", "->")
    start = word.start + 1
    if "->" not in pattern:
        raise _malformed(word.start, word.end, "`->` and the axes of the result are missing", text)
    inputs, _, output = pattern.partition("->")
    if "→" in word.text:
        pattern = f"{inputs}→{output}"
    known: set[str] = set()
    axes = 0
    for at, sign in enumerate(inputs, start):
        if sign == ",":
            axes = 0
        elif _is_letter(sign) or sign == ".":
            known.add(sign)
            axes += 1
            if axes > AXES:
                raise _malformed(at, at + 1, "an argument has at most two axes", text)
        elif sign != " ":
            raise _malformed(at, at + 1, "a letter, `,` or `->` could stand here", text)
    _check_output(output, word.end - 1 - len(output), known, text)
    return pattern


def _check_output(output: str, start: int, known: set[str], text: str) -> None:
    axes = 0
    opened = -1
    for at, sign in enumerate(output, start):
        if sign == " ":
            continue
        if _is_letter(sign) and sign not in known:
            raise _malformed(at, at + 1, f"no argument has an axis {quote(sign)}", text)
        if sign == ")" and opened >= 0 and text[opened + 1 : at].strip():
            opened = -1
        elif not (_is_letter(sign) or (sign in ".(" and opened < 0)):
            wanted = "a letter" if opened >= 0 else "a letter or `(`"
            raise _malformed(at, at + 1, f"{wanted} could stand here", text)
        elif opened < 0:
            axes += 1
            if axes > AXES:
                raise _malformed(at, at + 1, "the result has at most two axes", text)
            if sign == "(":
                opened = at
    if opened >= 0:
        raise _malformed(opened, opened + 1, "this is never closed", text)


def _is_letter(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _malformed(start: int, end: int, what: str, text: str) -> MdiffError:
    return fail(
        "E014",
        "the pattern of `einsum` is not well formed",
        text=text,
        labels=[Label((start, end), what)],
        notes=['a pattern is written like this: `einsum("ij,jk->ik", A, B)`'],
    )
