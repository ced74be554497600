"""The text of a declaration in, its parts out: `A: n×k symmetric`, `phi: R^m -> R`.

It says what was declared, not whether that can be: a symmetric 3×4 matrix is refused by `shapes`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.syntax.driver import drive, first, more
from mdiff.syntax.spelling import spelled, superscript
from mdiff.syntax.words import Word, cut, quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.driver import Method

Size = tuple[int, tuple[str, ...]]
"""A number times named sizes, sorted: `2*n` is `(2, ("n",))`; a missing axis is `ONE`."""

ONE: Size = (1, ())

PROPERTIES = frozenset({
    "symmetric", "spd", "diagonal", "orthogonal", "lower", "upper", "skew", "toeplitz",
    "symtoeplitz", "positive", "simplex", "complex", "constant",
})  # fmt: skip

SQUARE = frozenset({
    "symmetric", "spd", "diagonal", "lower", "upper", "skew", "toeplitz", "symtoeplitz",
})  # fmt: skip
"""Properties that only a square matrix has: with one of them, the one size of `S: n spd` is both
its rows and its columns."""

_SYNONYMS = {
    "sym": "symmetric", "pd": "spd", "psd": "spd", "posdef": "spd", "positive-definite": "spd",
    "symmetric-positive-definite": "spd", "diag": "diagonal", "orth": "orthogonal",
    "orthonormal": "orthogonal", "ltri": "lower", "lower-triangular": "lower", "tril": "lower",
    "utri": "upper", "upper-triangular": "upper", "triu": "upper", "skew-symmetric": "skew",
    "skewsymmetric": "skew", "antisymmetric": "skew", "symmetric-toeplitz": "symtoeplitz",
    "pos": "positive", "const": "constant",
}  # fmt: skip
_KINDS = {"scalar": "SCALAR", "vector": "VECTOR", "matrix": "MATRIX", "R": "REALS"}
_MAX_SIZE_DIGITS = 9
_SHAPES = frozenset({"VARIABLE", "NUMBER", "SCALAR", "REALS"})
_SHAPE_ENDS = frozenset({"VARIABLE", "SCALAR", "CLOSE", "CLOSE_BRACE", "CLOSE_SQUARE"})
_LONGEST = 4096
_LONGEST_PHRASE = 5  # `symmetric-positive-definite`


class Declaration:
    """One declared name.

    `shape` is rows and columns, None where only properties are given; a vector's columns and a
    scalar's rows and columns are `ONE`. For a declared function, `arguments` are the shapes of its
    arguments and `shape` that of its value. `text` is the declaration as typed.
    """

    __slots__ = ("arguments", "name", "properties", "shape", "text")

    def __init__(
        self,
        name: str,
        shape: tuple[Size, Size] | None,
        properties: frozenset[str],
        arguments: tuple[tuple[Size, Size], ...] | None,
        text: str,
    ) -> None:
        self.name = name
        self.shape = shape
        self.properties = properties
        self.arguments = arguments
        self.text = text


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
    value = drive(words, "declaration", _Builder(text).methods(), text)
    return cast("Declaration", value)


# ---- what the words are


def _classified(words: list[Word], text: str) -> list[Word]:
    """The words as the grammar's kinds."""
    words = [word for word in words if word.kind != "NEWLINE"]
    head = words[:1]
    if head and head[0].kind == "NAME":
        head = [Word("DECLARED", spelled(head[0].text), *head[0].span)]
    rest: list[Word] = []
    for word in words[1:]:
        rest += _split(word)
    if rest and rest[0].kind == "NAME" and rest[0].text == "in":
        rest[0].kind = "COLON"
    out = head
    at = 0
    while at < len(rest):
        at = _classify(rest, at, out, text)
    return _parted(_without_commas(out))


def _parted(words: list[Word]) -> list[Word]:
    """A comma or `×` before another `R` parts the domains of a function."""
    last = len(words) - 1
    return [
        Word("AND", word.text, *word.span)
        if word.kind in ("COMMA", "BY") and at < last and words[at + 1].kind == "REALS"
        else word
        for at, word in enumerate(words)
    ]


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
        parts = [part for part in rest[at : at + count] if part.kind == "NAME"]
        phrase = "-".join(part.text.lower() for part in parts)
        name = _SYNONYMS.get(phrase, phrase)
        if name in PROPERTIES and _is_phrase(rest[at : at + count]):
            out.append(Word("PROPERTY", name, word.start, rest[at + count - 1].end))
            return at + count
    after_size = out[-1].kind in ("VARIABLE", "NUMBER")
    more_follows = at + 1 < len(rest) and rest[at + 1].kind in ("NAME", "NUMBER")
    if word.text in ("x", "by") and after_size and more_follows:
        out.append(Word("BY", word.text, *word.span))
    elif word.text in _KINDS:
        out.append(Word(_KINDS[word.text], word.text, *word.span))
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


def _is_phrase(words: list[Word]) -> bool:
    """Names, with nothing or one hyphen between two of them."""
    kinds = [word.kind for word in words]
    if kinds[-1:] != ["NAME"] or not set(kinds) <= {"NAME", "MINUS"}:
        return False
    return ("MINUS", "MINUS") not in pairwise(kinds)


def _without_commas(words: list[Word]) -> list[Word]:
    """Commas beside properties only part them."""
    last = len(words) - 1
    return [
        word
        for at, word in enumerate(words)
        if word.kind != "COMMA"
        or not (
            (at > 0 and words[at - 1].kind == "PROPERTY")
            or (at < last and words[at + 1].kind == "PROPERTY")
        )
    ]


def _near(word: str) -> list[str]:
    """The properties whose names are nearest to a word."""
    from difflib import get_close_matches

    known = sorted({*PROPERTIES, *_SYNONYMS})
    return get_close_matches(word.lower(), known, 2, 0.75) if len(word) < 64 else []


def _unknown_property(word: Word, text: str) -> MdiffError:
    near = _near(word.text)
    return fail(
        "E012",
        f"there is no property {quote(word.text)}",
        text=text,
        labels=[Label(word.span, "a property could stand here")],
        notes=["properties: " + ", ".join(sorted(PROPERTIES))],
        helps=["did you mean " + " or ".join(quote(name) for name in near) + "?"] if near else [],
    )


# ---- what the grammar's alternatives mean


class _Builder:
    """The methods of `grammar/declarations.lark`.

    A shape is a pair of sizes; the second is None where a size stands alone, `S: n`.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def methods(self) -> dict[str, Method]:
        return {
            "first": first,
            "more": more,
            "next_domain": lambda parts: [*cast("list[object]", parts[0]), parts[2]],
            "described": self.described,
            "abstract": self.abstract,
            "without_shape": lambda parts: (None, parts[0]),
            "with_shape": lambda parts: (parts[0], []),
            "properties_before": lambda parts: (parts[1], parts[0]),
            "properties_after": lambda parts: (parts[0], parts[1]),
            "properties_around": lambda parts: (
                parts[1],
                [*cast("list[Word]", parts[0]), *cast("list[Word]", parts[2])],
            ),
            "bracketed": lambda parts: parts[1],
            "scalar": lambda _: (ONE, ONE),
            "reals": lambda parts: _column(parts[2]),
            "reals_bracketed": lambda parts: _column(parts[3]),
            "vector": lambda parts: (parts[2], ONE),
            "matrix": lambda parts: (parts[2], parts[4]),
            "column": lambda parts: (parts[0], None),
            "rows_and_columns": lambda parts: (parts[0], parts[2]),
            "size_product": self.size_product,
            "size_name": self.size_name,
            "size_number": self.size_number,
            "size_multiple": self.size_multiple,
        }

    def described(self, parts: list[object]) -> Declaration:
        """`DECLARED : described`."""
        sizes, words = cast("tuple[tuple[Size, Size | None] | None, list[Word]]", parts[2])
        properties = frozenset(word.text for word in words)
        shape = _column(sizes) if sizes is not None else None
        if sizes is not None and sizes[1] is None and not properties.isdisjoint(SQUARE):
            shape = sizes[0], sizes[0]
        return Declaration(cast("Word", parts[0]).text, shape, properties, None, self.text)

    def abstract(self, parts: list[object]) -> Declaration:
        """`DECLARED : domains -> domain`."""
        domains = cast("list[tuple[Size, Size | None]]", parts[2])
        shape = _column(parts[4])
        name = cast("Word", parts[0]).text
        return Declaration(name, shape, frozenset(), tuple(map(_column, domains)), self.text)

    def size_product(self, parts: list[object]) -> Size:
        """`size * part`."""
        left, right = cast("Size", parts[0]), cast("Size", parts[2])
        return left[0] * right[0], tuple(sorted(left[1] + right[1]))

    def size_name(self, parts: list[object]) -> Size:
        """`VARIABLE`."""
        return 1, (cast("Word", parts[0]).text,)

    def size_number(self, parts: list[object]) -> Size:
        """`NUMBER`."""
        word = cast("Word", parts[0])
        if word.text.isdecimal() and len(word.text) <= _MAX_SIZE_DIGITS and int(word.text):
            return int(word.text), ()
        raise fail(
            "E013",
            f"{quote(word.text)} is no size",
            text=self.text,
            labels=[Label(word.span, "a whole number of at least 1, or a name")],
        )

    def size_multiple(self, parts: list[object]) -> Size:
        """`NUMBER VARIABLE`."""
        return self.size_number(parts[:1])[0], (cast("Word", parts[1]).text,)


def _column(sizes: object) -> tuple[Size, Size]:
    """Rows and columns, of a column where one size stands alone."""
    rows, columns = cast("tuple[Size, Size | None]", sizes)
    return rows, ONE if columns is None else columns
