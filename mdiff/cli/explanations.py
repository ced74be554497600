"""What every code means: the prose of `explanations.txt`, as data."""

from __future__ import annotations

from pathlib import Path

from mdiff.record import Record


class Explanation(Record):
    """What `mdiff explain CODE` says; `command` is an example as typed, "" where there is none."""

    title: str
    text: str
    command: str


def _read(text: str) -> dict[str, Explanation]:
    """Blocks of lines, by their codes: code and title, prose, and a line `$ command` or none."""
    found = {}
    for block in text.strip().split("\n\n")[1:]:
        head, *lines = block.split("\n")
        code, _, title = head.partition(" ")
        command = lines.pop().removeprefix("$ ") if lines[-1].startswith("$ ") else ""
        found[code] = Explanation(title, " ".join(lines), command)
    return found


EXPLANATIONS = _read(Path(__file__).with_suffix(".txt").read_text(encoding="utf-8"))
