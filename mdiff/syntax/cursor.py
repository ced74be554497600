"""The words of a text in; which brackets belong together, how far they are read, what is out.

Shared by those who read together. It decides nothing about what a word is, and leaves bars alone,
which need more than a look at the brackets.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.names import FUNCTIONS
from mdiff.syntax.words import CLOSERS, CLOSING, READ_ENDS, quote

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from mdiff.errors import MdiffError
    from mdiff.syntax.names import Names
    from mdiff.syntax.words import Word

_EXPECTATIONS = frozenset({"E", "Var", "Cov", "P", "Pr"})
_IN_AN_INDEX = frozenset({"NAME", "NUMBER", "COLON", "COMMA", "PLUS", "MINUS"})
_NUMBERS = frozenset({"NUMBER", "COMMA"})


class Cursor:
    """A place in the words of a text, and what was read before it.

    `at` is the place of the next word, `taken` those of words that are read already; `out` is what
    has been read, `statement` where in it the current statement begins, `open` the places of the
    brackets and bars not yet closed, with their kinds, `used` the names read so far. `partner` is
    where each opening bracket closes, `commas` which of them hold a comma of their own. `target` is
    the name that the current statement defines, if it does, `defined` those defined so far.
    """

    __slots__ = (
        "at", "commas", "defined", "names", "open", "out", "partner", "statement", "taken",
        "target", "used", "words",
    )  # fmt: skip

    def __init__(self, words: list[Word], names: Names) -> None:
        """Raises `E005` where brackets do not match, `E009` at entries and blocks."""
        self.words = words
        self.names = names
        self.out: list[Word] = []
        self.open: list[tuple[Word, int]] = []
        self.used: set[str] = set()
        self.defined: set[str] = set()
        self.target = ""
        self.at = 0
        self.statement = 0
        self.taken: set[int] = set()
        self.partner: dict[int, int] = {}
        self.commas: set[int] = set()
        self._match()

    def kind(self, count: int) -> str:
        """The kind of the word that many places further on, "" behind the last one."""
        at = self.at + count
        return self.words[at].kind if at < len(self.words) else ""

    def next(self) -> Word | None:
        """The next word."""
        return self.words[self.at] if self.at < len(self.words) else None

    def arguments(self, opening: int) -> list[range]:
        """The places of the words of each argument in a bracket."""
        starts, at = [opening + 1], opening + 1
        last = self.partner[opening]
        while at < last:
            if self.words[at].kind == "COMMA":
                starts.append(at + 1)
            at = self.partner.get(at, at) + 1
        return [range(start, after - 1) for start, after in pairwise([*starts, last + 1])]

    def begins(self) -> bool:
        """Whether nothing of the current statement has been read."""
        return len(self.out) == self.statement and not self.open

    def operand_before(self) -> bool:
        """Whether an operand ends here."""
        return len(self.out) > self.statement and self.out[-1].kind in READ_ENDS

    def innermost(self) -> str:
        """The kind of what was opened last, "" where nothing is open."""
        return self.open[-1][0].kind if self.open else ""

    def opened(self, word: Word) -> None:
        """Remember what the word just passed opens, under its kind here."""
        self.open.append((word, self.at - 1))

    def unclosed(self) -> MdiffError:
        """The error for what was opened last."""
        word, _ = self.open[-1]
        bars = word.kind in ("OPEN_ABS", "OPEN_NORM")
        write = "`abs(…)`" if word.kind == "OPEN_ABS" else "`norm(…)`"
        helps = [f"where bars are hard to tell apart, write {write}"] if bars else []
        return self._unmatched(word, "never closed", "opened here", helps)

    # ---- brackets

    def _unmatched(
        self, word: Word, what: str, label: str, helps: Sequence[str] = ()
    ) -> MdiffError:
        return self.names.fail("E005", f"{quote(word.text)} is {what}", word.span, label, helps)

    def _match(self) -> None:
        # One stack for all kinds of brackets; each is pushed and popped once. Angles are brackets,
        # so `a < b` is refused here; bars are not: which of them opens is not known yet.
        stack: list[int] = []
        for at, word in enumerate(self.words):
            kind = word.kind
            if kind in CLOSING:
                stack.append(at)
            elif kind in CLOSERS:
                if not stack:
                    message = f"{quote(word.text)} closes nothing"
                    raise self.names.fail("E005", message, word.span, "no bracket is open here")
                opening = self.words[stack[-1]]
                if CLOSING[opening.kind] != kind:
                    raise fail(
                        "E005",
                        f"{quote(opening.text)} is closed by {quote(word.text)}",
                        text=self.names.text,
                        labels=[
                            Label(opening.span, "opened here"),
                            Label(word.span, "closed here"),
                        ],
                    )
                self.partner[stack[-1]] = at
                self._refuse_entry(stack.pop(), at)
            elif stack and (
                kind == "COMMA"
                or (kind == "SEMICOLON" and self.words[stack[-1]].kind == "OPEN_SQUARE")
            ):
                self.commas.add(stack[-1])
        if stack:
            raise self._unmatched(self.words[stack[-1]], "never closed", "opened here")

    def _all_inside(self, start: int, end: int, kinds: Container[str]) -> bool:
        """Whether there are words between two brackets, and all of these kinds.

        It stops at the first other one, so of nested brackets hardly a word is looked at twice, and
        all of them together cost no square of the length.
        """
        return start + 1 < end and all(self.words[at].kind in kinds for at in range(start + 1, end))

    def _refuse_entry(self, start: int, end: int) -> None:
        """Refuse MATLAB's `A(1,2)` and `X(:,1)`, and `x[i]`, `A[:, j]`, `E[x]`, `[A, B]`."""
        words, opening = self.words, self.words[start]
        before = words[start - 1] if start and words[start - 1].end == opening.start else None
        name = before.text if before is not None else ""
        function = name.lower() in FUNCTIONS
        what = ""
        if opening.kind == "OPEN" and before is not None and before.kind == "NAME":
            colon = "COLON" in (words[start + 1].kind, words[end - 1].kind)
            numbers = start in self.commas and self._all_inside(start, end, _NUMBERS)
            if not (function or name in FUNCTIONS) and (
                colon or (numbers and words[start + 1].kind == "NUMBER")
            ):
                what = "an entry or a slice, `A(i,j)`,"
        elif opening.kind == "OPEN_SQUARE":
            blocks = start in self.commas
            indexed = before is not None and before.kind in ("NAME", "CLOSE", "TRANSPOSE")
            if name in _EXPECTATIONS:
                what = f"an expectation, `{name}[…]`,"
            elif indexed and self._all_inside(start, end, _IN_AN_INDEX):
                inner = words[start + 1 : end]
                short = all(len(word.text) == 1 or word.kind == "NUMBER" for word in inner)
                if blocks or (short and not function):
                    what = "an entry or a slice, `x[i]`,"
            if blocks and not what:
                what = "a matrix of blocks, `[A, B; C, D]`,"
        if what:
            raise self.names.unsupported(what, opening.span)
