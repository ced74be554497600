"""The name of a function in, the word that calls it out: with its power, its dot and its options.

`sin^2 x`, `exp.(X)`, `sum(X, axis=0)`, `X.sum(axis=0)`; the words of these are passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.functions.table import TABLE
from mdiff.syntax.calls import take_options
from mdiff.syntax.kinds import FENCES, PLAIN_OPERANDS, POSTFIXES, POWERS
from mdiff.syntax.spelling import superscript
from mdiff.syntax.words import Word, quote

if TYPE_CHECKING:
    from mdiff.syntax.cursor import Cursor

_SEVERAL_ARGUMENTS = {"kron": 2, "inner": 2, "K": 2, "unvec": 3}
_COUNTS = {2: "two", 3: "three"}


def function_head(word: Word, function: str, cursor: Cursor) -> Word:
    """The word for a function, with its power if it has one, before a bracket or before a product.

    Raises `E006` for a dot or a missing bracket, `E009` for an option, `E010` for a power.
    """
    names = cursor.names
    head = Word("", function, word.start, word.end, _power(word, cursor))
    following = cursor.next()
    if following is not None and following.kind == "DOT_CALL":
        if not any(row.by_elements for row in TABLE.get(function, ())):
            raise fail(
                "E006",
                f"{quote(word.text)} is no function of scalars: it is not applied by elements",
                text=names.text,
                labels=[Label(following.span, "no dot could stand here")],
            )
        head.options["dotted"] = "True"
        cursor.at += 1
        following = cursor.next()
    fenced = following is not None and following.kind in FENCES
    contraction = function == "einsum" and function not in names.functions
    if not fenced and (contraction or function in _SEVERAL_ARGUMENTS):
        what, example = "a pattern and", '"ij->ji", …'
        if not contraction:
            count = _SEVERAL_ARGUMENTS[function]
            what, example = _COUNTS[count], ", ".join(["…"] * count)
        raise fail(
            "E006",
            f"`{function}` takes {what} arguments, in brackets",
            text=names.text,
            labels=[Label(word.span, f"`{function}({example})` could stand here")],
        )
    if following is not None and following.kind == "OPEN":
        _note_bracket(word, following, cursor)
        _take_options(head, cursor)
    head.kind = "EINSUM" if contraction else "CALL" if fenced else "FUNCTION"
    return head


def method_head(word: Word, cursor: Cursor) -> Word:
    """The word for `X.sum(axis=0)`, `x.dot(y)`. Raises `E101`, and `E009` for an option."""
    name = word.text[1:]
    function = "matmul" if name == "dot" else cursor.names.function(name)
    if not function:
        raise cursor.names.unknown(name, (word.start + 1, word.end), called=True)
    head = Word("METHOD", function, word.start + 1, word.end)
    _take_options(head, cursor)
    return head


def _take_options(head: Word, cursor: Cursor) -> None:
    """Take the options out of the brackets that come next."""
    last = cursor.partner[cursor.at]
    cursor.taken |= take_options(
        head, cursor.words, cursor.at, last, cursor.partner, cursor.names.dialect, cursor.names.text
    )


def _power(word: Word, cursor: Cursor) -> int:
    """The 2 of `sin^2 x`; its words are passed over."""
    following = cursor.next()
    if following is None or following.kind not in POWERS:
        return 1
    cursor.at += 1
    text, end = following.text, following.end
    if following.kind == "SUPERSCRIPT":
        text = superscript(text)
    elif (number := cursor.next()) is not None:
        text, end = number.text, number.end
        cursor.at += 1
    if text.isdecimal() and text.isascii() and len(text) < 4:
        return int(text)
    raise fail(
        "E010",
        f"{quote(word.text)} can have a whole number as its power here, as in `sin^2(x)`",
        text=cursor.names.text,
        labels=[Label((word.start, end), "a function, not a value")],
        helps=[f"put the power behind the brackets: `{word.text}(x)^-1`"],
    )


def _note_bracket(word: Word, bracket: Word, cursor: Cursor) -> None:
    """`tr (A) B`: say that the function takes the bracket alone."""
    between = cursor.names.text[word.end : bracket.start]
    if not any(character.isspace() for character in between):
        return
    after = cursor.partner[cursor.at] + 1
    if after < len(cursor.words) and cursor.words[after].kind in PLAIN_OPERANDS | POSTFIXES:
        call = cursor.names.cite(word.start, cursor.words[after - 1].end)
        cursor.names.note(f"{call} of its bracket alone")
