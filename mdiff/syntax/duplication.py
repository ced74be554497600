"""Words of an expression in, which of them are the duplication matrix out: `D(n)`, `D_n`, `Dₙ`.

A letter that people like for their own matrices, so that nothing is taken from a variable D: it is
the constant only where every D of the text is a call of something that can only be a size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.names import FUNCTIONS, LONGEST_PRODUCT
from mdiff.syntax.spelling import GREEK_NAMES, spelled
from mdiff.syntax.words import is_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.syntax.names import Names
    from mdiff.syntax.words import Word

_SIZED = frozenset({"D", "K", "eye", "ones", "zeros"})
_LETTERS = frozenset("mnkpqr")
"""The names that sizes have where nobody named them."""


def duplications(words: list[Word], partner: dict[int, int], names: Names) -> frozenset[int]:
    """The places of the words that are the duplication matrix; none where D is a variable."""
    if "D" not in names.text or "D" in names.declared or "D" in names.functions:
        return frozenset()
    return _Search(words, partner, names).found()


class _Search:
    """What a text says of D and of the names that could be sizes."""

    __slots__ = ("calls", "names", "partner", "subscripts", "used", "variable", "words")

    def __init__(self, words: list[Word], partner: dict[int, int], names: Names) -> None:
        self.words = words
        self.partner = partner
        self.names = names
        self.calls: dict[int, range] = {}
        self.subscripts: dict[int, str] = {}
        self.used: set[str] = set()
        self.variable = False
        self._look()

    def found(self) -> frozenset[int]:
        """The places, once all words have been looked at."""
        if self.variable or not all(map(self._is_size, self.calls.values())):
            return frozenset()
        places = {at for at, index in self.subscripts.items() if self._is_known(index)}
        return frozenset(places.union(self.calls))

    def _look(self) -> None:
        """Collect the calls of D, its subscripts, and the names that are used as operands."""
        inside = -1
        for at, word in enumerate(self.words):
            if word.kind != "NAME":
                continue
            name = spelled(word.text)
            following = self.words[at + 1] if at + 1 < len(self.words) else None
            if name in _SIZED and is_called(self.words, at):
                inside = max(inside, self.partner[at + 1])
                if name == "D":
                    self.calls[at] = range(at + 2, self.partner[at + 1])
                continue
            if name.startswith("D_") and name not in self.names.declared:
                self.subscripts[at] = name[2:]
            defined = following is not None and following.kind == "EQUALS"
            if at > inside or defined:
                for part in self._parts(name):
                    self.used.add(part)
                    self.variable = self.variable or part == "D"
                    if defined and part.startswith("D_"):
                        self.variable = True

    def _parts(self, name: str) -> Iterator[str]:
        """The factors that a name may stand for."""
        yield name
        short = 1 < len(name) <= LONGEST_PRODUCT and name.isalpha()
        if short and not (name in self.names.declared or name in FUNCTIONS or name in GREEK_NAMES):
            yield from name

    def _is_size(self, places: range) -> bool:
        """Whether the words in a bracket are a size: names, whole numbers, products of those."""
        operand = False
        for word in map(self.words.__getitem__, places):
            if word.kind == "TIMES" and operand:
                operand = False
            elif (word.kind == "NUMBER" and word.text.isdecimal()) or (
                word.kind == "NAME" and self._is_known(spelled(word.text))
            ):
                operand = True
            else:
                return False
        return operand

    def _is_known(self, name: str) -> bool:
        """Whether a name is a size: a known one, or one by its letter that is nothing else."""
        if name in self.names.sizes:
            return True
        if name in self.names.declared or name in self.names.functions or name in self.used:
            return False
        return name[:1] in _LETTERS and (len(name) == 1 or name[1:].isdecimal())
