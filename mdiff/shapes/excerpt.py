"""A span of the user's text goes in, what can be quoted comes out: with its brackets balanced.

Also a typed problem, and all its subexpressions come out, each with its text and shape.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes import typed
from mdiff.shapes.dims import show_shape

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.shapes.typed import Problem, Typed

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


def subexpressions(problem: Problem) -> list[tuple[int, str, str]]:
    """Depth, text and shape of every subexpression, each before its parts.

    Broadcasts are not shown, nor a part with the text of the whole; what is used several times
    (a definition) is shown once with its parts, and after that without.
    """
    found: list[tuple[int, str, str]] = []
    stack: list[tuple[int, Typed, str]] = [(0, problem.expression, "")]
    shown: set[int] = set()
    while stack:
        depth, node, above = stack.pop()
        if isinstance(node, typed.Broadcast):
            stack.append((depth, node.argument, above))
            continue
        text = whole(problem.text, node.span)
        below = depth
        if text != above:
            found.append((depth, text, show_shape(node.shape)))
            below = depth + 1
        if id(node) in shown:
            continue
        shown.add(id(node))
        stack.extend((below, part, text) for part in reversed(typed.children(node)))
    return found
