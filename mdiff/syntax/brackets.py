"""Words in, which bracket closes which out; bars, which need more than that, are left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.kinds import CLOSERS, CLOSING
from mdiff.syntax.names import FUNCTIONS
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.words import Word

_EXPECTATIONS = frozenset({"E", "Var", "Cov", "P", "Pr"})
_IN_AN_INDEX = frozenset({"NAME", "NUMBER", "COLON", "COMMA", "PLUS", "MINUS"})


def match(words: list[Word], text: str) -> tuple[dict[int, int], set[int]]:
    """For each opening bracket where it closes, and which of them hold a comma of their own.

    Raises `E005` where brackets do not match, `E009` at an entry and at a matrix of blocks.
    """
    partner: dict[int, int] = {}
    commas: set[int] = set()
    stack: list[int] = []
    for at, word in enumerate(words):
        kind = word.kind
        if kind in CLOSING:
            stack.append(at)
        elif (kind == "COMMA" and stack) or (
            kind == "SEMICOLON" and stack and words[stack[-1]].kind == "OPEN_SQUARE"
        ):
            commas.add(stack[-1])
        elif kind in CLOSERS:
            if not stack:
                raise fail(
                    "E005",
                    f"{quote(word.text)} closes nothing",
                    text=text,
                    labels=[Label(word.span, "no bracket is open here")],
                )
            place = stack[-1]
            opening = words[place]
            if CLOSING[opening.kind] != kind:
                raise fail(
                    "E005",
                    f"{quote(opening.text)} is closed by {quote(word.text)}",
                    text=text,
                    labels=[Label(opening.span, "opened here"), Label(word.span, "closed here")],
                )
            partner[stack.pop()] = at
            if opening.kind == "OPEN_SQUARE":
                _refuse_square(words, place, at, text, blocks=place in commas)
            elif opening.kind == "OPEN":
                _refuse_entry(words, place, at, text)
    if stack:
        opening = words[stack[-1]]
        raise fail(
            "E005",
            f"{quote(opening.text)} is never closed",
            text=text,
            labels=[Label(opening.span, "opened here")],
        )
    return partner, commas


def _refuse_entry(words: list[Word], start: int, end: int, text: str) -> None:
    """Refuse MATLAB's `A(1,2)` and `X(:,1)`: a name called with a colon or with numbers only."""
    before = words[start - 1] if start else None
    if before is None or before.kind != "NAME" or before.end != words[start].start:
        return
    kinds = [word.kind for word in words[start + 1 : end]]
    numbers = bool(kinds) and set(kinds) == {"NUMBER", "COMMA"}
    known = before.text in FUNCTIONS or before.text.lower() in FUNCTIONS
    if not known and (numbers or "COLON" in kinds[:1] + kinds[-1:]):
        raise unsupported("an entry or a slice, `A(i,j)`,", words[start].span, text)


def _refuse_square(words: list[Word], start: int, end: int, text: str, *, blocks: bool) -> None:
    """Refuse `x[i]`, `A[:, j]` and `[A, B]`; other square brackets group."""
    inner = words[start + 1 : end]
    before = words[start - 1] if start else None
    touches = before is not None and before.end == words[start].start
    if touches and before is not None and before.text in _EXPECTATIONS:
        raise unsupported(f"an expectation, `{before.text}[…]`,", words[start].span, text)
    index = bool(inner) and all(word.kind in _IN_AN_INDEX for word in inner)
    if touches and index and before is not None and before.kind in ("NAME", "CLOSE", "TRANSPOSE"):
        short = all(len(word.text) == 1 or word.kind == "NUMBER" for word in inner)
        if (short and before.text.lower() not in FUNCTIONS) or blocks:
            raise unsupported("an entry or a slice, `x[i]`,", words[start].span, text)
    if blocks:
        raise unsupported("a matrix of blocks, `[A, B; C, D]`,", words[start].span, text)


def unsupported(what: str, span: Span, text: str) -> MdiffError:
    """The error for a part of the language that is still to come."""
    return fail(
        "E009",
        f"{what} is not supported yet",
        text=text,
        labels=[Label(span, "write this as products, sums and functions of whole matrices")],
    )
