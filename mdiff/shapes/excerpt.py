"""A span of the user's text goes in, what can be quoted comes out: with its brackets balanced."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mdiff.errors import Span

LONGEST = 60
"""Longer quotations are cut in the middle."""

_CLOSING = {")": "(", "]": "[", "}": "{"}


def widen(text: str, span: Span) -> Span:
    """The span with the brackets that belong to it: `A+B) C` begins one bracket earlier."""
    start, end = span
    opened: list[str] = []
    missing = 0
    for letter in text[start:end]:
        if letter in "([{":
            opened.append(letter)
        elif letter in _CLOSING:
            if opened:
                opened.pop()
            else:
                missing += 1
    while missing and start > 0:
        start -= 1
        if text[start] in "([{":
            missing -= 1
        elif not text[start].isspace():
            return span
    left = len(opened)
    while left and end < len(text):
        if text[end] in _CLOSING:
            left -= 1
        elif not text[end].isspace():
            return span
        end += 1
    return start, end


def whole(text: str, span: Span) -> str:
    """The text of a span, with its brackets, all of it."""
    start, end = widen(text, span)
    return text[start:end].strip()


def quote(text: str, span: Span) -> str:
    """The text of a span as it is quoted in a sentence, with its brackets; never very long."""
    return cut(" ".join(whole(text, span).split()))


def cut(text: str) -> str:
    """The beginning and the end of what is very long."""
    half = LONGEST // 2 - 1
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"
