"""A bar in, what it opens or closes out: `|x|`, `||X||_F^2`, `<x|A|y>`.

Which of them it does is decided by what stands before it, an operand or none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.calls import norm_with
from mdiff.syntax.tree import Name
from mdiff.syntax.words import PLAIN_OPERANDS, Word, quote, spelled

if TYPE_CHECKING:
    from mdiff.syntax.cursor import Cursor


def read_bar(word: Word, cursor: Cursor) -> None:
    """`|`: closes an absolute value, or opens one; parts the sides of `<x|A|y>`."""
    innermost = cursor.innermost() if cursor.operand_before() else ""
    if innermost == "OPEN_ANGLE":
        _, opening = cursor.open[-1]
        if opening not in cursor.commas:  # the first bar is a comma, the second one says nothing
            cursor.commas.add(opening)
            cursor.out.append(word.as_kind("COMMA"))
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
    innermost = cursor.innermost() if cursor.operand_before() else ""
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
    cursor.out.append(word.as_kind(kind))
    cursor.opened(cursor.out[-1])


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
    if behind < len(cursor.words) and cursor.words[behind].kind == "INDEX":
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
