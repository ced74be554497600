"""What a diagnostic is, as data; how it is laid out as text is told next door."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Span = tuple[int, int]
"""Half-open range of character positions in one text."""


class Label:
    """A stretch of the user's own text and what is to be said about it."""

    __slots__ = ("message", "span")

    def __init__(self, span: Span, message: str) -> None:
        self.span = span
        self.message = message


class Diagnostic:
    """One cause: a code (`E201`), one sentence, the text it is about with labels, notes and helps.

    `text` is the whole of the user's text that the labels' spans count in ("" where there is none);
    `notes` say where facts came from; `helps` are edits that were checked to be valid.
    """

    __slots__ = ("code", "helps", "labels", "message", "notes", "text")

    def __init__(  # noqa: PLR0913 - the parts of a diagnostic, all but two optional
        self,
        code: str,
        message: str,
        *,
        text: str = "",
        labels: Sequence[Label] = (),
        notes: Sequence[str] = (),
        helps: Sequence[str] = (),
    ) -> None:
        self.code = code
        self.message = message
        self.text = text
        self.labels = tuple(labels)
        self.notes = tuple(notes)
        self.helps = tuple(helps)

    def without_helps(self) -> Diagnostic:
        """The same without the help lines, where they stand elsewhere."""
        return Diagnostic(
            self.code, self.message, text=self.text, labels=self.labels, notes=self.notes
        )

    @property
    def summary(self) -> str:
        """The code and the sentence, on one line."""
        return f"{self.code}: {self.message}"
