"""The one exception of mdiff, whose text is its whole diagnostic, and how it is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.diagnostics.data import Diagnostic, Label, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Diagnostic", "Label", "MdiffError", "Span", "fail", "unexpected"]

EXIT_STATUS = {"E0": 3, "E1": 4, "E2": 4, "E3": 5, "E4": 2, "E5": 1, "E9": 70}
"""Exit status of the command line by the first two letters of a code (language, section 3)."""


class MdiffError(Exception):
    """The only exception that mdiff raises on purpose.

    `str(error)` is all that the command line says: the code and the sentence, the text with what
    is wrong underlined, notes and helps. `error.diagnostic` has the same as data.

    Codes: E0 text, E1 names, E2 shapes, E3 domain and differentiability, E4 layout and structure,
    E5 check, E9 internal.
    """

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic)
        self.diagnostic = diagnostic

    def __str__(self) -> str:
        """The whole diagnostic, as on a terminal without colour."""
        from mdiff.diagnostics import layout

        return layout.text(self.diagnostic)

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
    return MdiffError(Diagnostic(code, message, text, tuple(labels), tuple(notes), tuple(helps)))


def unexpected(error: BaseException) -> MdiffError:
    """Make the error to show for an exception that mdiff did not raise on purpose."""
    said = error.diagnostic.summary if isinstance(error, MdiffError) else str(error)
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return fail(
        "E901",
        f"internal error: {what}",
        notes=["this is a fault of mdiff: please report the command and what `--debug` adds to it"],
    )
