"""A bar in, what it opens or closes out: `|x|`, `||X||_F^2`, `<x|A|y>`.

Which of them it does is decided by what stands before it, an operand or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.calls import norm_with
from mdiff.syntax.kinds import PLAIN_OPERANDS
from mdiff.syntax.spelling import spelled
from mdiff.syntax.tree import Name
from mdiff.syntax.words import Word, quote

if TYPE_CHECKING:
    from mdiff.syntax.cursor import Cursor


def read_bar(word: Word, cursor: Cursor) -> None:
    """`|`: closes an absolute value, or opens one; parts the sides of `<x|A|y>`."""
    if cursor.operand_before() and cursor.innermost() == "OPEN_ANGLE":
        _part(word, cursor)
        return
    if cursor.operand_before() and cursor.innermost() == "OPEN_ABS":
        _close_bars("CLOSE_ABS", word, "", cursor)
    else:
        _open("OPEN_ABS", word, cursor)


def read_bars(word: Word, cursor: Cursor) -> None:
    """`||`, `‖`, with a subscript: closes a norm, or opens one.

    In `|x||y|` it closes and opens an absolute value, in `|x - |y||` it closes two.
    """
    sign = "‖" if word.text[0] == "‖" else "||"
    index = spelled(word.text[len(sign) :]).removeprefix("_").replace(" ", "")
    if cursor.operand_before():
        innermost = cursor.innermost()
        if innermost == "OPEN_NORM":
            _close_bars("CLOSE_NORM", word, index, cursor)
            return
        if innermost == "OPEN_ABS" and word.text == "||":
            middle = word.start + 1
            second = Word("BAR", "|", middle, word.end)
            _close("CLOSE_ABS", Word("BAR", "bars", word.start, middle), cursor)
            following = cursor.next()
            if following is not None and following.kind in PLAIN_OPERANDS:
                _open("OPEN_ABS", second, cursor)
            else:
                read_bar(second, cursor)
            return
    if index:
        raise fail(
            "E005",
            f"{quote(word.text)} closes a norm that is not open",
            text=cursor.names.text,
            labels=[Label(word.span, "no opening bars before this")],
        )
    _open("OPEN_NORM", word, cursor)


def _part(word: Word, cursor: Cursor) -> None:
    """The first bar of `<x|A|y>` is a comma, the second one says nothing."""
    at = next(at for at, each in enumerate(cursor.words) if each is cursor.open[-1])
    if at not in cursor.commas:
        cursor.commas.add(at)
        cursor.out.append(Word("COMMA", word.text, word.start, word.end))


def _close_bars(kind: str, word: Word, index: str, cursor: Cursor) -> None:
    """Close bars; which norm they are is said by an index behind them or behind their power.

    `‖X‖_F^2`, `‖X‖^2_F`; bars without an index are whatever stands between them makes of them.
    """
    behind = cursor.at
    following = cursor.kind(0)
    if following == "SUPERSCRIPT":
        behind += 1
    elif following == "POWER":
        behind = cursor.partner.get(behind + 1, behind + 1) + 1
    last = word
    if behind < len(cursor.words) and cursor.words[behind].kind == "INDEX":
        last = cursor.words[behind]
        cursor.taken.add(behind)
        index = last.text.lstrip("_").strip("{} ")
    function, exponent = "bars", None
    if index or kind == "CLOSE_NORM":
        function, exponent = norm_with(index, Word("", "", word.start, last.end), cursor.names)
    if isinstance(exponent, Name):
        cursor.used.add(index)
    end = last.end if behind == cursor.at else word.end
    _close(kind, Word("BARS", function, word.start, end), cursor)
    cursor.out[-1].tree = exponent


def _open(kind: str, word: Word, cursor: Cursor) -> None:
    cursor.out.append(Word(kind, word.text, word.start, word.end))
    cursor.open.append(cursor.out[-1])


def _close(kind: str, word: Word, cursor: Cursor) -> None:
    cursor.open.pop()
    cursor.out.append(Word(kind, word.text, word.start, word.end))
