"""The words of a text in; which brackets and bars belong together, how far it is read, what is out.

Shared by those who read together. Of a word that is no bracket and no bar it decides nothing.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.calls import norm_with
from mdiff.syntax.names import FUNCTIONS
from mdiff.syntax.tree import Name
from mdiff.syntax.words import CLOSERS, CLOSING, PLAIN_OPERANDS, READ_ENDS, Word, quote, spelled

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.names import Names

_EXPECTATIONS = frozenset({"E", "Var", "Cov", "P", "Pr"})
_IN_AN_INDEX = frozenset({"NAME", "NUMBER", "COLON", "COMMA", "PLUS", "MINUS"})
_NUMBERS = frozenset({"NUMBER", "COMMA"})
_PARTING = {"OPEN_SQUARE": ("COMMA", "SEMICOLON")}


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
        """The kind of the word that many places further on."""
        return self.words[min(self.at + count, len(self.words) - 1)].kind

    def arguments(self, opening: int) -> list[range]:
        """The places of the words of each argument in a bracket."""
        starts, at = [opening + 1], opening + 1
        last = self.partner[opening]
        while at < last:
            if self.words[at].kind == "COMMA":
                starts.append(at + 1)
            at = self.partner.get(at, at) + 1
        return [range(start, after - 1) for start, after in pairwise([*starts, last + 1])]

    def operand_before(self) -> bool:
        """Whether an operand ends here."""
        return len(self.out) > self.statement and self.out[-1].kind in READ_ENDS

    def innermost(self) -> str:
        """The kind of what was opened last, where an operand ends that it could close; else ""."""
        return self.open[-1][0].kind if self.open and self.operand_before() else ""

    def unclosed(self, word: Word) -> MdiffError:
        """The error for a bracket or a bar that opens something."""
        function = {"OPEN_ABS": "abs", "OPEN_NORM": "norm"}.get(word.kind)
        helps = [f"where bars are hard to tell apart, write `{function}(…)`"] if function else []
        message = f"{quote(word.text)} is never closed"
        return self.names.fail("E005", message, word.span, "opened here", helps)

    # ---- brackets

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
                    message = f"{quote(opening.text)} is closed by {quote(word.text)}"
                    labels = Label(opening.span, "opened here"), Label(word.span, "closed here")
                    raise fail("E005", message, text=self.names.text, labels=labels)
                self.partner[stack[-1]] = at
                self._refuse_entry(stack.pop(), at)
            elif stack and kind in _PARTING.get(self.words[stack[-1]].kind, ("COMMA",)):
                self.commas.add(stack[-1])
        if stack:
            raise self.unclosed(self.words[stack[-1]])

    def _refuse_entry(self, start: int, end: int) -> None:
        """Refuse MATLAB's `A(1,2)` and `X(:,1)`, and `x[i]`, `A[:, j]`, `E[x]`, `[A, B]`."""
        words, opening, listed = self.words, self.words[start], start in self.commas
        before = words[start - 1] if start and words[start - 1].end == opening.start else None
        name, kind = (before.text, before.kind) if before is not None else ("", "")
        function = name.lower() in FUNCTIONS
        # `all` stops at the first word that is none of an index, so of nested brackets hardly a
        # word is looked at twice, and all of them together cost no square of the length.
        inside = range(start + 1, end)
        what = ""
        if opening.kind == "OPEN" and kind == "NAME" and not function and name not in FUNCTIONS:
            first, last = words[start + 1].kind, words[end - 1].kind
            numbers = listed and first == "NUMBER"
            if "COLON" in (first, last) or (
                numbers and all(words[at].kind in _NUMBERS for at in inside)
            ):
                what = "an entry or a slice, `A(i,j)`,"
        elif opening.kind == "OPEN_SQUARE" and name in _EXPECTATIONS:
            what = f"an expectation, `{name}[…]`,"
        elif opening.kind == "OPEN_SQUARE":
            index = kind in ("NAME", "CLOSE", "TRANSPOSE")
            index = index and bool(inside) and (listed or not function)
            if index and all(_is_index(words[at], short=not listed) for at in inside):
                what = "an entry or a slice, `x[i]`,"
            elif listed:
                what = "a matrix of blocks, `[A, B; C, D]`,"
        if what:
            raise self.names.unsupported(what, opening.span)


def _is_index(word: Word, *, short: bool) -> bool:
    """Whether a word can stand in an index; in a `short` one no longer names do."""
    short_enough = not short or len(word.text) == 1 or word.kind == "NUMBER"
    return short_enough and word.kind in _IN_AN_INDEX


# ---- bars: which of them opens or closes is decided by whether an operand stands before


def read_bar(word: Word, cursor: Cursor) -> None:
    """`|`: closes an absolute value, or opens one; parts the sides of `<x|A|y>`."""
    innermost = cursor.innermost()
    if innermost == "OPEN_ANGLE":
        _, opening = cursor.open[-1]
        if opening not in cursor.commas:  # the first bar is a comma, the second one says nothing
            cursor.commas.add(opening)
            cursor.out.append(word.but(kind="COMMA"))
    elif innermost == "OPEN_ABS":
        _close(word, "", cursor)
    else:
        _open("OPEN_ABS", word, cursor)


def read_bars(word: Word, cursor: Cursor) -> None:
    """`||`, `‖`, with a subscript: closes a norm, or opens one.

    In `|x||y|` it closes and opens an absolute value, in `|x - |y||` it closes two.
    """
    sign = "‖" if word.text[0] == "‖" else "||"
    index = spelled(word.text[len(sign) :]).removeprefix("_").replace(" ", "")
    innermost = cursor.innermost()
    if innermost == "OPEN_NORM":
        _close(word, index, cursor)
    elif innermost == "OPEN_ABS" and word.text == "||":
        middle = word.start + 1
        cursor.open.pop()
        cursor.out.append(Word("CLOSE_ABS", "bars", word.start, middle))
        second = Word("BAR", "|", middle, word.end)
        if cursor.kind(0) in PLAIN_OPERANDS:
            _open("OPEN_ABS", second, cursor)
        else:
            read_bar(second, cursor)
    elif index:
        message = f"{quote(word.text)} closes a norm that is not open"
        raise cursor.names.fail("E005", message, word.span, "no opening bars before this")
    else:
        _open("OPEN_NORM", word, cursor)


def _open(kind: str, word: Word, cursor: Cursor) -> None:
    cursor.out.append(word.but(kind=kind))
    cursor.open.append((cursor.out[-1], cursor.at - 1))


def _close(word: Word, index: str, cursor: Cursor) -> None:
    """Close bars; which norm they are is said by an index behind them or behind their power.

    `‖X‖_F^2`, `‖X‖^2_F`; bars without an index are whatever stands between them makes of them.
    """
    opening, _ = cursor.open.pop()
    behind = cursor.at
    if cursor.kind(0) == "SUPERSCRIPT":
        behind += 1
    elif cursor.kind(0) == "POWER":
        behind = cursor.partner.get(behind + 1, behind + 1) + 1
    last = word
    if cursor.kind(behind - cursor.at) == "INDEX":
        last = cursor.words[behind]
        cursor.taken.add(behind)
        index = last.text.lstrip("_").strip("{} ")
    function, exponent = "bars", None
    if index or opening.kind == "OPEN_NORM":
        function, exponent = norm_with(index, (word.start, last.end), cursor.names)
    if isinstance(exponent, Name):
        cursor.used.add(index)
    end = last.end if behind == cursor.at else word.end
    kind = opening.kind.replace("OPEN", "CLOSE")
    cursor.out.append(Word(kind, function, word.start, end, tree=exponent))
