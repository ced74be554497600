"""What is written rather than named in, its meaning out: numbers, raised signs, quoted patterns."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING
from unicodedata import normalize

from mdiff.errors import fail_at
from mdiff.syntax.words import is_letter, quote, superscript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.words import Word

_MAX_DIGITS = 1_000


def exact(text: str, span: Span, names: Names) -> Fraction:
    """The number at a place of the text, exactly.

    Raises `E011` for one of more than a thousand digits.
    """
    if not text.isascii():  # `½`
        return Fraction(normalize("NFKC", text).replace("⁄", "/"))
    digits, _, exponent = text.lower().partition("e")
    size = exponent.lstrip("+-0")
    if len(digits) > _MAX_DIGITS or len(size) > 6 or int(size or "0") > _MAX_DIGITS:
        message = f"the number {quote(text)} has more than {_MAX_DIGITS} digits"
        raise names.fail("E011", message, span, "numbers are exact, and this one is too long")
    return Fraction(text)


def raised(sign: Word, names: Names) -> Iterator[tuple[bool, str, int, int]]:
    """What a raised word says, from the left: whether with a minus, digits or a letter, its place.

    The `T` of a transpose is a letter. The place is that of the piece with its minus. Raises `E006`
    for a minus with nothing behind it.
    """
    for piece in re.finditer("(-?)([0-9]+|[A-Za-z]|$|(?=-))", superscript(sign.text)):
        minus, said = piece.groups()
        if minus and not said:
            label = "a number, a letter or `ᵀ` could follow it"
            raise names.fail("E006", "a raised minus stands alone", sign.span, label)
        if said:
            yield bool(minus), said, sign.start + piece.start(), sign.start + piece.end()


# ---- the pattern of an `einsum`

AXES = 2
"""The most axes that a value has."""


def check_pattern(word: Word, text: str) -> str:
    """The pattern in a quoted word: `ij,jk->ik`, with its blanks, so that places can be found.

    Left of the arrow a group for each argument, right of it the result: at most two axes, each a
    letter, `.`, which is a missing axis, or letters in round brackets; those of the result are all
    letters of the groups. Raises `E014`, at the sign that is wrong.
    """
    inputs, arrow, output = word.text[1:-1].replace("→", "->", 1).partition("->")
    if not arrow:
        raise _malformed(word.start, word.end, "`->` and the axes of the result are missing", text)
    start = word.start + 1
    for group in inputs.split(","):
        _check_axes(group, start, None, text)
        start += len(group) + 1
    known = frozenset(filter(is_letter, inputs))
    _check_axes(output, word.end - 1 - len(output), known, text)
    return f"{inputs}->{output}"


def groups(pattern: str) -> list[tuple[int, str]]:
    """The groups of a well-formed pattern: where each starts in it, and its letters."""
    found: list[tuple[int, str]] = []
    start = 0
    for group in pattern.partition("->")[0].split(","):
        found.append((start + len(group) - len(group.lstrip()), group.replace(" ", "")))
        start += len(group) + 1
    return found


def _check_axes(term: str, start: int, known: frozenset[str] | None, text: str) -> None:
    """One group, or the result: then `known` are the letters of all groups."""
    axes = 0
    opened = -1
    for at, sign in enumerate(term, start):
        if sign == " ":
            continue
        if known is not None and is_letter(sign) and sign not in known:
            raise _malformed(at, at + 1, f"no argument has an axis {quote(sign)}", text)
        if sign == ")" and opened >= 0 and text[opened + 1 : at].strip():
            opened = -1
        elif not (is_letter(sign) or (sign in ".(" and opened < 0)):
            outside = "a letter or `(`" if known is not None else "a letter, `(`, `,` or `->`"
            wanted = "a letter" if opened >= 0 else outside
            raise _malformed(at, at + 1, f"{wanted} could stand here", text)
        elif opened < 0:
            axes += 1
            if axes > AXES:
                owner = "an argument" if known is None else "the result"
                raise _malformed(at, at + 1, f"{owner} has at most two axes", text)
            if sign == "(":
                opened = at
    if opened >= 0:
        raise _malformed(opened, opened + 1, "this is never closed", text)


def _malformed(start: int, end: int, what: str, text: str) -> MdiffError:
    note = 'a pattern is written like this: `einsum("ij,jk->ik", A, B)`'
    message = "the pattern of `einsum` is not well formed"
    return fail_at("E014", message, text, (start, end), what, notes=[note])
