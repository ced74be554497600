"""What a diagnostic is, as data; how it is laid out as text is told next door."""

from __future__ import annotations

from mdiff.record import Record

Span = tuple[int, int]
"""Half-open range of character positions in one text."""


class Label(Record):
    """A stretch of the user's own text and what is to be said about it."""

    span: Span
    message: str


class Diagnostic(Record):
    """One cause: a code (`E201`), one sentence, the text it is about with labels, notes and helps.

    `text` is the whole of the user's text that the labels' spans count in ("" where there is none);
    `notes` say where facts came from; `helps` are edits that were checked to be valid.
    """

    code: str
    message: str
    text: str = ""
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    helps: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The code and the sentence, on one line."""
        return f"{self.code}: {self.message}"
