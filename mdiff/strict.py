"""A problem whose text was read in one way of several → the error that refuses it, `--strict`.

What was assumed is named where it stands; an edit is offered only where the text, read again with
it, has the same value and no longer needs the assumption.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.errors import Label, MdiffError, fail
from mdiff.network.lower import Scope, lower
from mdiff.proof import reread
from mdiff.render.unicode import symbol
from mdiff.shapes.dims import show_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

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
        if meant and len(meant) == len(pieces):
            lets = [f"{name}: {show_shape(problem.variables[name].shape)}" for name in meant]
            if _settles(problem, reading, again, problem.text, lets):
                declared += lets
        elif pieces and (place := _place(problem.text, pieces[0])) is not None:
            for edit in _explicit(reading, pieces[0]):
                text = f"{problem.text[: place[0]]}{edit}{problem.text[place[1] :]}"
                if edit != pieces[0] and _settles(problem, reading, again, text, ()):
                    written.append(f"write `{edit}` for `{pieces[0]}`")
                    break
    lets = [f"--let '{let}'" for let in dict.fromkeys(declared)]
    return [*([f"declare {' '.join(lets)}"] if lets else []), *dict.fromkeys(written)]


def _explicit(reading: str, piece: str) -> Iterator[str]:
    """What could stand for a piece of the text: what it is read as, or the same by elements."""
    meant = reading.rpartition(" as ")[2]
    yield _PIECE.findall(meant)[0] if "`" in meant else meant
    yield re.sub(r"^(\w+)\(", r"\1.(", piece)
    yield re.sub(r"(?<![.*])([*/^])", r".\1", piece)


def _settles(problem: Problem, reading: str, again: Again, text: str, lets: Sequence[str]) -> bool:
    """Whether a text has the value of the problem and is read without this assumption."""
    try:
        left = set(again(text, lets))
        value = reread(problem, text)
    except MdiffError:
        return False
    derivation = Derivation(problem)
    same = lower(derivation.table, value, Scope(derivation.values)) is derivation.value()
    return same and left <= set(problem.readings) - {reading}
