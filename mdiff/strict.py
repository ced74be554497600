"""A problem whose text was read in one way of several → the error that refuses it, `--strict`.

What was assumed is named where it stands; an edit is offered only where the text, read again with
it, no longer needs the assumption.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.errors import Label, MdiffError, fail
from mdiff.render.unicode import symbol
from mdiff.shapes.dims import show_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.shapes.typed import Problem

    Again = Callable[[str, Sequence[str]], Sequence[str]]
    """A text and further declarations → its readings; raises what reading it raises."""

_PIECE = re.compile(r"`([^`]+)`")


def refusal(problem: Problem, again: Again) -> MdiffError:
    """The error E118 for a problem that has readings: each of them, and how to be explicit."""
    labels: list[Label] = []
    notes: list[str] = []
    for reading in problem.readings:
        found = [_place(problem.text, piece) for piece in _PIECE.findall(reading)]
        spans = [span for span in found if span is not None]
        labels += [Label(span, "" if at else reading) for at, span in enumerate(spans)]
        if not spans:
            notes.append(f"read: {reading}")
    return fail(
        "E118",
        "the text can be read in more than one way, and nothing is to be assumed",
        text=problem.text,
        labels=labels,
        notes=notes,
        helps=_helps(problem, again),
    )


def _place(text: str, piece: str) -> tuple[int, int] | None:
    """Where a piece of the text stands first, not within a longer name."""
    before = r"(?<!\w)" if piece[0].isalnum() else ""
    after = r"(?!\w)" if piece[-1].isalnum() else ""
    found = re.search(f"{before}{re.escape(piece)}{after}", text)
    return found.span() if found else None


def _helps(problem: Problem, again: Again) -> list[str]:
    """The declarations and rewritings that make readings needless."""
    names = {symbol(name): name for name in problem.variables}
    names |= {name: name for name in problem.variables}
    declared: list[str] = []
    written: list[str] = []
    for reading in problem.readings:
        pieces = _PIECE.findall(reading)
        meant = [names[piece] for piece in pieces if piece in names]
        lets = [f"{name}: {show_shape(problem.variables[name].shape)}" for name in meant]
        if lets and len(meant) == len(pieces):
            if _settles(reading, problem.text, lets, again):
                declared += lets
        elif len(pieces) == 2 and (place := _place(problem.text, pieces[0])) is not None:
            text = f"{problem.text[: place[0]]}{pieces[1]}{problem.text[place[1] :]}"
            if _settles(reading, text, (), again):
                written.append(f"write `{pieces[1]}` for `{pieces[0]}`")
    lets = [f"--let '{let}'" for let in dict.fromkeys(declared)]
    return [*([f"declare {' '.join(lets)}"] if lets else []), *dict.fromkeys(written)]


def _settles(reading: str, text: str, lets: Sequence[str], again: Again) -> bool:
    """Whether the text is read without this assumption."""
    try:
        return reading not in again(text, lets)
    except MdiffError:
        return False
