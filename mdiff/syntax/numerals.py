"""A number as typed in, its exact value out: `1e-3`, `½`; and what is raised: `⁻¹ᵀ`, `²`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.spelling import superscript
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.errors import Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.words import Word

_FRACTIONS = {
    "¼": (1, 4), "½": (1, 2), "¾": (3, 4), "⅐": (1, 7), "⅑": (1, 9), "⅒": (1, 10), "⅓": (1, 3),
    "⅔": (2, 3), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6),
    "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_MAX_DIGITS = 1_000


def exact(text: str, span: Span, names: Names) -> Fraction:
    """The number at a place of the text, exactly.

    Raises `E011` for one of more than a thousand digits.
    """
    if text in _FRACTIONS:
        return Fraction(*_FRACTIONS[text])
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
    text = superscript(sign.text)
    at = 0
    while at < len(text):
        start = at
        negative = text[at] == "-"
        at += negative
        body = at
        while at < len(text) and text[at].isdecimal():
            at += 1
        if at == body and text[at : at + 1] not in ("", "-"):
            at += 1
        if at == body:
            label = "a number, a letter or `ᵀ` could follow it"
            raise names.fail("E006", "a raised minus stands alone", sign.span, label)
        yield negative, text[body:at], sign.start + start, sign.start + at
