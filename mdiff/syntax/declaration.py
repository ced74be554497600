"""The text of a declaration in, its parts out: `A: n×k symmetric`, `phi: R^m -> R`.

It says what was declared, not whether that can be: a symmetric 3×4 matrix is refused by `shapes`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from mdiff.errors import fail, fail_at
from mdiff.properties import ROWS, SQUARE, SYNONYMS
from mdiff.record import Record
from mdiff.syntax.driver import drive
from mdiff.syntax.words import Word, cut, quote, spelled, superscript

if TYPE_CHECKING:
    from mdiff.errors import MdiffError

    Words = list[Word]
    Sizes = tuple["Size", "Size | None"]

Size = tuple[int, tuple[str, ...]]
"""A number times named sizes, sorted: `2*n` is `(2, ("n",))`; a missing axis is `ONE`."""

ONE: Size = (1, ())

_MAX_SIZE_DIGITS = 9
_LONGEST = 4096
_KINDS = {"scalar": "SCALAR", "vector": "VECTOR", "matrix": "MATRIX", "R": "REALS"}
_SHAPES = frozenset({"VARIABLE", "NUMBER", "SCALAR", "REALS"})
_SHAPE_ENDS = frozenset({"VARIABLE", "SCALAR", "CLOSE", "CLOSE_BRACE", "CLOSE_SQUARE"})
_LONGEST_PHRASE = 5  # `symmetric-positive-definite`
_PHRASE = re.compile("NAME(?:(?: MINUS)? NAME)*")


class Declaration(Record):
    """One declared name.

    `shape` is rows and columns, None where only properties are given; a vector's columns and a
    scalar's rows and columns are `ONE`. For a declared function, `arguments` are the shapes of its
    arguments and `shape` that of its value. `text` is the declaration as typed.
    """

    name: str
    shape: tuple[Size, Size] | None
    properties: frozenset[str]
    arguments: tuple[tuple[Size, Size], ...] | None
    text: str


def parse_declaration(text: str) -> Declaration:
    """Read a declaration.

    Raises `E002` for one too long, `E006` and `E007` where it cannot be read, `E012` for an unknown
    property, `E013` for a size that is no positive whole number.

    >>> parse_declaration("A: n×k").shape
    ((1, ('n',)), (1, ('k',)))
    """
    if len(text) > _LONGEST:
        raise fail(
            "E002",
            f"a declaration has {len(text)} characters, more than the {_LONGEST} that are read",
            text=text[:_LONGEST],
        )
    words = _classified(cut(text), text)
    return cast("Declaration", drive(words, "declaration", _Builder(text), text))


# ---- words as the grammar's: names, sizes, properties told apart; `n x k` and `ⁿˣᵏ` are sizes


def _classified(words: list[Word], text: str) -> list[Word]:
    """The words as the grammar's kinds. Raises `E012` for a name that can only be a property."""
    words = [word for word in words if word.kind != "NEWLINE"]
    out = words[:1]
    if out and out[0].kind == "NAME":
        out = [Word("DECLARED", out[0].name, *out[0].span)]
    rest = [part for word in words[1:] for part in _split(word)]
    if rest and rest[0].kind == "NAME" and rest[0].text == "in":
        rest[0] = rest[0].but(kind="COLON")
    at = 0
    while at < len(rest):
        at = _classify(rest, at, out, text)
    return _parted(out)


def _parted(words: list[Word]) -> list[Word]:
    """Commas beside properties only part them; before another `R` one, or `×`, parts domains."""
    found: list[Word] = []
    for before, word, after in zip([None, *words], words, [*words[1:], None], strict=False):
        beside = {each.kind for each in (before, after) if each is not None}
        if word.kind == "COMMA" and "PROPERTY" in beside:
            continue
        parts = word.kind in ("COMMA", "BY") and after is not None and after.kind == "REALS"
        found.append(word.but(kind="AND") if parts else word)
    return found


def _split(word: Word) -> list[Word]:
    """Words that hide several: `ⁿˣᵏ`, `nxk`, and the `^T` of `R^T`, which is a size here."""
    if word.kind == "SUPERSCRIPT":
        line = superscript(word.text)
        out = [Word("POWER", "^", *word.span)]
        for letter in line:
            kind = "BY" if letter == "x" else "NUMBER" if letter.isdecimal() else "NAME"
            out.append(Word(kind, letter, *word.span))
        return out
    if word.kind == "TRANSPOSE" and "T" in word.text and word.text[0] == "^":
        middle = word.start + 1
        return [Word("POWER", "^", word.start, middle), Word("NAME", "T", middle, word.end)]
    if word.kind == "NAME" and "x" in word.text[:-1] and word.text not in _KINDS:
        rows, _, columns = word.text.partition("x")
        if _short(columns) and (_short(rows) or not rows):
            middle = word.start + len(rows)
            parts = [Word("BY", "x", middle, middle + 1), _size(columns, middle + 1)]
            return [_size(rows, word.start), *parts] if rows else parts
    return [word]


def _short(size: str) -> bool:
    return size.isdecimal() or (len(size) == 1 and size.isalpha())


def _size(text: str, start: int) -> Word:
    return Word("NUMBER" if text.isdecimal() else "NAME", text, start, start + len(text))


def _classify(rest: list[Word], at: int, out: list[Word], text: str) -> int:
    """Add the word at `at`, or the property of several words; return where to go on."""
    word = rest[at]
    if word.kind != "NAME":
        out.append(word)
        return at + 1
    for count in range(min(_LONGEST_PHRASE, len(rest) - at), 0, -1):
        parts = rest[at : at + count]
        phrase = "-".join(part.text.lower() for part in parts if part.kind == "NAME")
        name = SYNONYMS.get(phrase, phrase)
        if name in ROWS and _PHRASE.fullmatch(" ".join(part.kind for part in parts)):
            out.append(Word("PROPERTY", name, word.start, rest[at + count - 1].end))
            return at + count
    after_size = out[-1].kind in ("VARIABLE", "NUMBER")
    more_follows = at + 1 < len(rest) and rest[at + 1].kind in ("NAME", "NUMBER")
    if word.text in ("x", "by") and after_size and more_follows:
        out.append(word.but(kind="BY"))
    elif word.text in _KINDS:
        out.append(word.but(kind=_KINDS[word.text]))
    elif (len(word.text) > 3 and _near(word.text)) or _is_whole(out):
        raise _unknown_property(word, text)
    else:
        out.append(Word("VARIABLE", spelled(word.text), *word.span))
    return at + 1


def _is_whole(words: list[Word]) -> bool:
    """Whether a shape has been said, so that a name can only be meant for a property."""
    kinds = [word.kind for word in words]
    if kinds[-1] == "PROPERTY":
        return not _SHAPES.isdisjoint(kinds)
    return kinds[-1] in _SHAPE_ENDS or (kinds[-1] == "COMMA" and "BY" in kinds)


def _near(word: str) -> list[str]:
    """The properties whose names are nearest to a word."""
    from difflib import get_close_matches

    known = sorted({*ROWS, *SYNONYMS})
    return get_close_matches(word.lower(), known, 2, 0.75) if len(word) < 64 else []


def _unknown_property(word: Word, text: str) -> MdiffError:
    near = _near(word.text)
    message, label = f"there is no property {quote(word.text)}", "a property could stand here"
    helps = ["did you mean " + " or ".join(quote(name) for name in near) + "?"] if near else []
    notes = ["properties: " + ", ".join(sorted(ROWS))]
    return fail_at("E012", message, text, word.span, label, helps, notes)


# ---- what the grammar's alternatives make of them


class _Builder:
    """The methods of `grammar/declarations.lark`.

    A shape is a pair of sizes; the second is None where a size stands alone, `S: n`.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    # ---- a whole declaration

    def described(self, name: Word, _colon: Word, parts: tuple[Sizes | None, Words]) -> Declaration:
        """`A: n×k symmetric`."""
        sizes, words = parts
        properties = frozenset(word.text for word in words)
        shape = _column(sizes) if sizes is not None else None
        if sizes is not None and sizes[1] is None and not properties.isdisjoint(SQUARE):
            shape = sizes[0], sizes[0]
        return Declaration(name.text, shape, properties, None, self._text)

    def abstract(
        self, name: Word, _colon: Word, domains: list[Sizes], _arrow: Word, value: Sizes
    ) -> Declaration:
        """`f: R^n, R -> R`."""
        arguments = tuple(map(_column, domains))
        return Declaration(name.text, _column(value), frozenset(), arguments, self._text)

    def parts(self, *parts: Words | Sizes) -> tuple[Sizes | None, Words]:
        """A shape, properties, or a shape with properties on either side."""
        words = [word for part in parts if isinstance(part, list) for word in part]
        return next((part for part in parts if isinstance(part, tuple)), None), words

    # ---- shapes

    def bracketed(self, _open: Word, sizes: Sizes, _close: Word) -> Sizes:
        return sizes

    def scalar(self, _word: Word) -> Sizes:
        return ONE, ONE

    def reals(self, _reals: Word, _power: Word, sizes: Sizes) -> Sizes:
        """`R^n`, `R^{n×k}`."""
        return _column(sizes)

    def called(self, _word: Word, _open: Word, sizes: Sizes, _close: Word) -> Sizes:
        """`vector(n)`, `matrix(n, k)`."""
        return _column(sizes)

    def column(self, size: Size) -> Sizes:
        return size, None

    def rows_and_columns(self, rows: Size, _by: object, columns: Size) -> Sizes:
        return rows, columns

    # ---- sizes

    def size_product(self, left: Size, _times: Word, right: Size) -> Size:
        return left[0] * right[0], tuple(sorted(left[1] + right[1]))

    def size_name(self, word: Word) -> Size:
        return 1, (word.text,)

    def size_number(self, word: Word) -> Size:
        if word.text.isdecimal() and len(word.text) <= _MAX_SIZE_DIGITS and int(word.text):
            return int(word.text), ()
        label = "a whole number of at least 1, or a name"
        raise fail_at("E013", f"{quote(word.text)} is no size", self._text, word.span, label)

    def size_multiple(self, number: Word, name: Word) -> Size:
        """`2n`."""
        return self.size_number(number)[0], (name.text,)


def _column(sizes: Sizes) -> tuple[Size, Size]:
    """Rows and columns, of a column where one size stands alone."""
    rows, columns = sizes
    return rows, ONE if columns is None else columns
