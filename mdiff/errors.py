"""The one exception of mdiff and its diagnostic; nothing here knows how it is printed."""

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


EXIT_STATUS = {"E0": 3, "E1": 4, "E2": 4, "E3": 5, "E4": 2, "E5": 1, "E9": 70}
"""Exit status of the command line by the first two letters of a code (language, section 3)."""


class MdiffError(Exception):
    """The only exception that mdiff raises on purpose.

    Codes: E0 text, E1 names, E2 shapes, E3 domain and differentiability, E4 layout and structure,
    E5 check, E9 internal.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(f"{diagnostic.code}: {diagnostic.message}")
        self.diagnostic = diagnostic

    @property
    def status(self) -> int:
        """Exit status of a command that ends with this error."""
        return EXIT_STATUS[self.diagnostic.code[:2]]


def fail(  # noqa: PLR0913 - as Diagnostic
    code: str,
    message: str,
    *,
    text: str = "",
    labels: Sequence[Label] = (),
    notes: Sequence[str] = (),
    helps: Sequence[str] = (),
) -> MdiffError:
    """Make the error to raise: `raise fail("E201", …)`."""
    return MdiffError(Diagnostic(code, message, text=text, labels=labels, notes=notes, helps=helps))


def unexpected(error: BaseException) -> MdiffError:
    """Make the error to show for an exception that mdiff did not raise on purpose."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return fail(
        "E901",
        f"internal error: {what}",
        notes=["this is a fault of mdiff: please report the command and what `--debug` adds to it"],
    )
