"""Words in, which bracket closes which out; bars, which need more than that, are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.words import Word

CLOSING = {"OPEN": "CLOSE", "OPEN_BRACE": "CLOSE_BRACE", "OPEN_ANGLE": "CLOSE_ANGLE"}
CLOSERS = frozenset(CLOSING.values())


def match(words: list[Word], text: str) -> tuple[dict[int, int], set[int]]:
    """For each opening bracket where it closes, and which of them hold a comma of their own.

    Raises `E005` where brackets do not match, `E009` at a square bracket.
    """
    partner: dict[int, int] = {}
    commas: set[int] = set()
    stack: list[int] = []
    for at, word in enumerate(words):
        kind = word.kind
        if kind in CLOSING:
            stack.append(at)
        elif kind == "COMMA" and stack:
            commas.add(stack[-1])
        elif kind == "OPEN_SQUARE":
            entry = at > 0 and (words[at - 1].kind == "NAME" or words[at - 1].kind in CLOSERS)
            what = "an entry or a slice, `x[i]`" if entry else "a matrix of blocks, `[A, B; C, D]`"
            raise unsupported(f"{what},", word.span, text)
        elif kind in CLOSERS:
            if not stack:
                raise fail(
                    "E005",
                    f"{quote(word.text)} closes nothing",
                    text=text,
                    labels=[Label(word.span, "no bracket is open here")],
                )
            opening = words[stack[-1]]
            if CLOSING[opening.kind] != kind:
                raise fail(
                    "E005",
                    f"{quote(opening.text)} is closed by {quote(word.text)}",
                    text=text,
                    labels=[Label(opening.span, "opened here"), Label(word.span, "closed here")],
                )
            partner[stack.pop()] = at
    if stack:
        opening = words[stack[-1]]
        raise fail(
            "E005",
            f"{quote(opening.text)} is never closed",
            text=text,
            labels=[Label(opening.span, "opened here")],
        )
    return partner, commas


def unsupported(what: str, span: Span, text: str) -> MdiffError:
    """The error for a part of the language that is still to come."""
    return fail(
        "E009",
        f"{what} is not supported yet",
        text=text,
        labels=[Label(span, "write this as products, sums and functions of whole matrices")],
    )
