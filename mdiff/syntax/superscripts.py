"""A raised text in, the powers and transposes that it consists of out: `⁻¹ᵀ`, `²`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.spelling import superscript

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.syntax.words import Word


def raised(sign: Word, source: str) -> Iterator[tuple[bool, str, int, int]]:
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
        if at < len(text) and text[at] == "T":
            at += 1
        else:
            digits = at < len(text) and text[at].isdecimal()
            while at < len(text) and text[at] not in "-T" and text[at].isdecimal() == digits:
                at += 1
                if not digits:
                    break
        if body == at:
            raise fail(
                "E006",
                "a raised minus stands alone",
                text=source,
                labels=[Label(sign.span, "a number, a letter or `ᵀ` could follow it")],
            )
        yield negative, text[body:at], sign.start + start, sign.start + at
