"""A number as typed in, its exact value out: `1e-3`, `0.5`, `½`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import Span

_FRACTIONS = {
    "¼": (1, 4), "½": (1, 2), "¾": (3, 4), "⅐": (1, 7), "⅑": (1, 9), "⅒": (1, 10), "⅓": (1, 3),
    "⅔": (2, 3), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6),
    "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_MAX_DIGITS = 1_000


def exact(text: str, span: Span, source: str) -> Fraction:
    """The number at a place of the source, exactly.

    Raises `E011` for one of more than a thousand digits.
    """
    if text in _FRACTIONS:
        return Fraction(*_FRACTIONS[text])
    digits, _, exponent = text.lower().partition("e")
    size = exponent.lstrip("+-0")
    if len(digits) > _MAX_DIGITS or len(size) > 6 or int(size or "0") > _MAX_DIGITS:
        raise fail(
            "E011",
            f"the number {quote(text)} has more than {_MAX_DIGITS} digits",
            text=source,
            labels=[Label(span, "numbers are exact, and this one is too long")],
        )
    return Fraction(text)
