"""The text of a declaration in, its parts out: `A: n×k symmetric`, `phi: R^m -> R`.

It says what was declared, not whether that can be: a symmetric 3×4 matrix is refused by `shapes`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.properties import SQUARE
from mdiff.syntax.driver import drive, first, more
from mdiff.syntax.properties import classified
from mdiff.syntax.words import Word, cut, quote

if TYPE_CHECKING:
    from mdiff.syntax.driver import Method

Size = tuple[int, tuple[str, ...]]
"""A number times named sizes, sorted: `2*n` is `(2, ("n",))`; a missing axis is `ONE`."""

ONE: Size = (1, ())

_MAX_SIZE_DIGITS = 9
_LONGEST = 4096


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
    words = classified(cut(text), text)
    value = drive(words, "declaration", _Builder(text).methods(), text)
    return cast("Declaration", value)


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
