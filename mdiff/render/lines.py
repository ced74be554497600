"""A text that is too long for a line → lines that are not; never breaks inside a word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.diagnostics.layout import cells, filled

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGNS = (" + ", " − ", " - ", " · ")
"""What a formula is broken before."""

LEAST = 0.3
"""The share of a line that a break must leave filled to be worth fewer brackets around it."""


def formula(text: str, width: int, hang: int = 4) -> list[str]:
    """A formula in lines of `width` cells, further ones indented by `hang`.

    Breaks are before `+`, `−` and `·`, inside as few brackets as can be; only where there is no
    such sign before any other word. A word that is longer than a line stays whole.
    """
    lines: list[str] = []
    indent = ""
    while at := _break(text, width - len(indent)):
        lines.append(indent + text[:at])
        text = text[at + 1 :]
        indent = " " * hang
    return [*lines, indent + text]


def _break(text: str, room: int) -> int:
    """Which blank to break at, 0 where the text fits or has none; looks no further than it must."""
    best: tuple[int, int] | None = None
    depth = used = last = 0
    for at, character in enumerate(text):
        used += cells(character)
        if character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == " " and text[max(0, at - 2) : at + 1].rjust(3) not in SIGNS:
            if used > room + 1 and (best or last):
                break
            last = at
            sign = text.startswith(SIGNS, at) and used > LEAST * room
            if sign and (best is None or depth <= best[0]):
                best = depth, at
            if used > room:
                break
    else:
        if used <= room:
            return 0
    return last if best is None else best[1]


def listed(pieces: Sequence[str], separator: str, width: int, hang: int = 2) -> list[str]:
    """Pieces in a row, in lines of `width` cells; only a piece that is longer is broken itself.

    It is broken after a comma if it can be, else before a word.
    """
    room = width - hang
    words: list[str] = []
    for place, piece in enumerate(pieces):
        text = piece + (separator.rstrip() if place < len(pieces) - 1 else "")
        for part in [text] if cells(text) <= room else re.split("(?<=,) ", text):
            words += [part] if cells(part) <= room else part.split(" ")
    return filled(words, width, hang)
