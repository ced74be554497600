"""The words of a text in; how far they are read, what is open and what comes next out.

Shared by those who read together. It decides nothing about what a word is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.brackets import match
from mdiff.syntax.kinds import READ_ENDS
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.names import Names
    from mdiff.syntax.words import Word


class Cursor:
    """A place in the words of a text, and what was read before it.

    `at` is the place of the next word, `taken` those of words that are read already; `out` is what
    has been read, `statement` where in it the current statement begins, `open` the brackets and
    bars not yet closed, `used` the names read so far. `partner` and `commas` are what `match`
    found.
    """

    __slots__ = (
        "at", "commas", "names", "open", "out", "partner", "statement", "taken", "used", "words",
    )  # fmt: skip

    def __init__(self, words: list[Word], names: Names) -> None:
        self.words = words
        self.names = names
        self.out: list[Word] = []
        self.open: list[Word] = []
        self.used: set[str] = set()
        self.at = 0
        self.statement = 0
        self.taken: set[int] = set()
        self.partner, self.commas = match(words, names.text)

    def next(self) -> Word | None:
        """The next word."""
        return self.words[self.at] if self.at < len(self.words) else None

    def kind(self, count: int) -> str:
        """The kind of the word that many places further on, "" behind the last one."""
        at = self.at + count
        return self.words[at].kind if at < len(self.words) else ""

    def begins(self) -> bool:
        """Whether nothing of the current statement has been read."""
        return len(self.out) == self.statement and not self.open

    def operand_before(self) -> bool:
        """Whether an operand ends here."""
        return len(self.out) > self.statement and self.out[-1].kind in READ_ENDS

    def innermost(self) -> str:
        """The kind of what was opened last, "" where nothing is open."""
        return self.open[-1].kind if self.open else ""

    def unclosed(self) -> MdiffError:
        """The error for what was opened last."""
        word = self.open[-1]
        bars = word.kind in ("OPEN_ABS", "OPEN_NORM")
        write = "`abs(…)`" if word.kind == "OPEN_ABS" else "`norm(…)`"
        return fail(
            "E005",
            f"{quote(word.text)} is never closed",
            text=self.names.text,
            labels=[Label(word.span, "opened here")],
            helps=[f"where bars are hard to tell apart, write {write}"] if bars else (),
        )
