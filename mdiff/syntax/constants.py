"""A name with a size below it in, the constant that it is out: `1_n`, `I_n`, `e_i`, `0_{2n}`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.names import LONGEST_PRODUCT
from mdiff.syntax.spelling import GREEK_NAMES, spelled
from mdiff.syntax.tree import Apply, Name, Number, Product
from mdiff.syntax.words import Word

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree

_MOST_DIGITS = 18


def constant(word: Word, function: str, declared: Collection[str]) -> Word:
    """The word as a whole node: a function of the size in its subscript."""
    index = word.text[1:].lstrip("_")
    size = _size(spelled("_" + index).lstrip("_"), (word.end - len(index), word.end), declared)
    letter = (word.start, word.start + 1)
    tree = Apply(function, (size,), letter, word.span)
    return Word("CONSTANT", word.text, word.start, word.end, tree=tree)


def _size(text: str, span: Span, declared: Collection[str]) -> Tree:
    """The size in a subscript: `n`, `3`, `2n`, `mn`."""
    rest = text.lstrip("0123456789")
    digits = text[: len(text) - len(rest)]
    parts: list[Tree] = [Number(Fraction(int(digits[:_MOST_DIGITS])), span)] if digits else []
    if rest:
        known = rest in declared or rest in GREEK_NAMES
        whole = known or len(rest) > LONGEST_PRODUCT or not rest.isalpha()
        parts += [Name(part, span) for part in ([rest] if whole else rest)]
    if len(parts) == 1:
        return parts[0]
    times: Operator = "*"
    return Product(tuple((times, part) for part in parts), span)
