"""The text of a declaration in, its parts out: `A: n×k symmetric`, `phi: R^m -> R`.

It says what was declared, not whether that can be: a symmetric 3×4 matrix is refused by `shapes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.errors import fail, fail_at
from mdiff.properties import SQUARE
from mdiff.record import Record
from mdiff.syntax.driver import Lists, drive
from mdiff.syntax.properties import classified
from mdiff.syntax.words import cut, quote

if TYPE_CHECKING:
    from mdiff.syntax.words import Word

    Words = list[Word]
    Sizes = tuple["Size", "Size | None"]

Size = tuple[int, tuple[str, ...]]
"""A number times named sizes, sorted: `2*n` is `(2, ("n",))`; a missing axis is `ONE`."""

ONE: Size = (1, ())

_MAX_SIZE_DIGITS = 9
_LONGEST = 4096


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
    words = classified(cut(text), text)
    return cast("Declaration", drive(words, "declaration", _Builder(text), text))


class _Builder(Lists):
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

    def next_domain(self, domains: list[Sizes], _comma: Word, domain: Sizes) -> list[Sizes]:
        return [*domains, domain]

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
        """`R^n`."""
        return _column(sizes)

    def reals_bracketed(
        self, _reals: Word, _power: Word, _open: Word, sizes: Sizes, _close: Word
    ) -> Sizes:
        """`R^{n×k}`."""
        return _column(sizes)

    def vector(self, _word: Word, _open: Word, size: Size, _close: Word) -> Sizes:
        """`vector(n)`."""
        return size, ONE

    def matrix(
        self, _word: Word, _open: Word, rows: Size, _by: object, columns: Size, _close: Word
    ) -> Sizes:
        """`matrix(n, k)`."""
        return rows, columns

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
