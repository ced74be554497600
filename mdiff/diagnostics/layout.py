"""A diagnostic → lines of styled pieces, or plain text; never prints, never colours.

The layout is that of compilers: the line with its number, each label's stretch underlined with
box-drawing characters, and what is to be said about it below. For a terminal of so many `columns`
long sentences are broken between words.
"""

from __future__ import annotations

from bisect import bisect
from itertools import accumulate
from typing import TYPE_CHECKING, Literal
from unicodedata import category, combining, east_asian_width

from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.diagnostics.data import Diagnostic, Label, Span

Style = Literal["plain", "error", "head", "frame", "mark", "note", "help"]

Piece = tuple[Style, str]

WIDTH = 96
"""Cells of a source line that are shown whole; of a longer one, what is near the labels."""

NEAR = 16
"""Characters kept on either side of both ends of a label where a line is too long."""

NARROWEST = 24
"""Cells beside which a label's message is broken into lines; in fewer it would be a column."""

LONGEST_MESSAGE = 600
"""Characters of a message, note or help that are shown; a user's text may have got into it."""

TAB = "    "
ESCAPES = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\r": "\\r", "\v": "\\v", "\n": "\\n"}


def text(diagnostic: Diagnostic) -> str:
    """The diagnostic as plain text, without a newline at the end."""
    return "\n".join("".join(piece for _, piece in line).rstrip() for line in lines(diagnostic))


def lines(diagnostic: Diagnostic, columns: int | None = None) -> list[list[Piece]]:
    """The diagnostic line by line, each a list of pieces with their styles."""
    shown = _said("error", f"error[{diagnostic.code}]:", diagnostic.message, columns)
    if diagnostic.labels:
        shown += _source(diagnostic.text, diagnostic.labels, columns)
    for note in diagnostic.notes:
        shown += _said("note", "  note:", note, columns)
    for line in diagnostic.helps:
        shown += _said("help", "  help:", line, columns)
    return shown


def _said(kind: Style, head: str, message: str, columns: int | None) -> list[list[Piece]]:
    """A sentence after what it is; further lines stand below its first word."""
    style: Style = "head" if kind == "error" else "plain"
    hang = len(head) + 1 if kind != "error" else 4
    first, *more = filled([head, *clean(message).split(" ")], columns, hang)
    return [[(kind, head), (style, first[len(head) :])], *([(style, line)] for line in more)]


def filled(words: Sequence[str], columns: int | None, hang: int) -> list[str]:
    """Words in lines of so many cells, further ones indented by `hang`; each word stays whole."""
    found = [words[0]]
    for word in words[1:]:
        if columns is None or cells(found[-1]) + 1 + cells(word) <= columns:
            found[-1] += f" {word}"
        else:
            found.append(" " * hang + word)
    return found


def clean(message: str) -> str:
    """The message on one line, nothing in it that a terminal would obey."""
    if len(message) > LONGEST_MESSAGE:
        message = f"{message[:LONGEST_MESSAGE]}…"
    return "".join(_visible(character) for character in message.replace("\n", " "))


def _visible(character: str) -> str:
    """The character as it is shown: control, format and lone surrogate characters escaped."""
    if " " <= character <= "~":
        return character
    if character == "\t":
        return TAB
    if character in ESCAPES:
        return ESCAPES[character]
    if category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        code = ord(character)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    return character


def cells(shown: str) -> int:
    """How many terminal cells a string of visible characters takes."""
    return sum(
        0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1
        for character in shown
    )


class _Mark(Record):
    """A label's stretch of one line, in cells; `message` is empty where it goes on below."""

    start: int
    end: int
    message: str
    anchor: int = derived(lambda mark: (mark.start + mark.end - 1) // 2)  # where it hangs from


def _source(source: str, labels: Sequence[Label], columns: int | None) -> list[list[Piece]]:
    """The lines that labels begin or end on, each with the labels below it."""
    texts = source.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in texts)]
    by_line: dict[int, list[tuple[Span, str]]] = {}
    for label in labels:
        begin = min(max(label.span[0], 0), len(source))
        end = min(max(label.span[1], begin), len(source))
        first, last = (bisect(starts, place) - 1 for place in (begin, max(begin, end - 1)))
        for number in sorted({first, last}):
            start, size = starts[number], len(texts[number].removesuffix("\r"))
            left = min(max(begin - start, 0), size)
            message = clean(label.message) if number == last else ""
            span = left, max(left, min(end - start, size))
            by_line.setdefault(number, []).append((span, message))
    width = len(str(max(by_line) + 1))
    shown: list[list[Piece]] = []
    previous: int | None = None
    for number in sorted(by_line):
        if previous is not None and number > previous + 1:
            shown.append([("frame", f"  {'':{width}} ⋮")])
        line = texts[number].removesuffix("\r")
        frame: Piece = ("frame", f"  {'':{width}} | ")
        room = None if columns is None else columns - len(frame[1])
        visible, marks = _fit(line, by_line[number], WIDTH if room is None else min(WIDTH, room))
        shown.append([("frame", f"  {number + 1:{width}} | "), ("plain", visible)])
        shown += [[frame, ("mark", row)] for row in _rows(marks, room)]
        previous = number
    return shown


def _fit(line: str, labels: Sequence[tuple[Span, str]], width: int) -> tuple[str, list[_Mark]]:
    """The line as shown, and its labels in cells; of a long line only what is near the labels."""
    places = range(len(line))
    ends = {end for span, _ in labels for end in span}
    near = {place for end in ends for place in range(end - NEAR, end + NEAR)}
    shown, cell, previous = "", 0, -1
    cell_of: dict[int, int] = {}
    for place in (*(at for at in places if len(line) <= width or at in near), len(line)):
        if place > previous + 1:
            shown, cell = f"{shown}…", cell + 1
        cell_of[place], previous = cell, place
        piece = _visible(line[place]) if place < len(line) else ""
        shown, cell = shown + piece, cell + cells(piece)
    marks = [
        _Mark(cell_of[begin], max(cell_of[end], cell_of[begin] + 1), message)
        for (begin, end), message in labels
    ]
    return shown, marks


def _rows(marks: Sequence[_Mark], room: int | None) -> list[str]:
    """The rows below a line: underlines share a row where they can, shorter ones are nearer."""
    layers: list[list[_Mark]] = []
    for mark in sorted(marks, key=lambda mark: (mark.end - mark.start, mark.start)):
        for layer in layers:
            if all(mark.end <= other.start or other.end <= mark.start for other in layer):
                layer.append(mark)
                break
        else:
            layers.append([mark])
    ordered = (sorted(layer, key=lambda mark: mark.start) for layer in layers)
    return [row for layer in ordered for row in _layer(layer, room)]


def _layer(marks: Sequence[_Mark], room: int | None) -> list[str]:
    """One row of underlines, then the messages, the rightmost first, each hanging from its own."""
    row = [" "] * max(mark.end for mark in marks)
    for mark in marks:
        row[mark.start : mark.end] = "─" * (mark.end - mark.start)
        if mark.message:
            row[mark.anchor] = "┬"
    rows = ["".join(row)]
    speaking = [mark for mark in marks if mark.message]
    while speaking:
        mark = speaking.pop()
        hanging = [" "] * mark.anchor
        for other in speaking:
            hanging[other.anchor] = "│"
        before = "".join(hanging)
        head, *words = mark.message.split(" ")
        left = None if room is None or room - len(before) < NARROWEST else room - len(before)
        rows += [f"{before}{line}" for line in filled([f"╰─ {head}", *words], left, 3)]
    return rows
