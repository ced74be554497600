"""Words of an expression in, words that the grammar knows out: names, bars and line ends decided.

What a bar or a line's end is depends on what stands before it, and what a name is on what is
declared; an LALR grammar sees neither. This pass decides both, from left to right, and checks the
brackets; it builds nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.bars import read_bar, read_bars
from mdiff.syntax.calls import function_head, method_head
from mdiff.syntax.cursor import Cursor
from mdiff.syntax.names import ALSO_NAMES, LONGEST_PRODUCT
from mdiff.syntax.statements import begin, end, pass_prelude, separate, use
from mdiff.syntax.survey import Survey
from mdiff.syntax.tree import Apply, Name, Number, Product
from mdiff.syntax.words import (
    BAR_KINDS,
    CLOSERS,
    CLOSING,
    GREEK_NAMES,
    OPERANDS,
    POWERS,
    ROUND,
    SEPARATORS,
    SIGNS,
    Word,
    is_called,
    quote,
    spelled,
)

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree

_ENDING = CLOSERS | {"COMMA", "SEMICOLON"}
_ARGUMENTS = OPERANDS | BAR_KINDS | POWERS
"""What may follow a function that stands without brackets."""
_MOST_DIGITS = 18
_POSITIVE = frozenset({"_+", "₊", "_{+}"})


def read(words: list[Word], names: Names, *, explicit: bool) -> list[Word]:
    """Every word as the grammar's kind; `explicit` is the language of the function table.

    Raises `E005` for brackets that do not match, `E008` for parts that are no program, `E009` for
    what is not supported yet, `E010` for a norm or a power of a function that does not exist, and
    what `Names` raises for names.
    """
    return _Reader(words, names, explicit=explicit).read()


class _Reader:
    """One pass over the words, with the cursor that all its parts share."""

    __slots__ = ("cursor", "names", "survey")

    def __init__(self, words: list[Word], names: Names, *, explicit: bool) -> None:
        self.names = names
        self.cursor = Cursor(words, names)
        self.survey = Survey(words, self.cursor.partner, names, explicit=explicit)
        names.dialect, names.euler = self.survey.dialect, self.survey.euler

    def read(self) -> list[Word]:
        """All words, and the end of the program checked."""
        cursor = self.cursor
        while cursor.at < len(cursor.words):
            word = cursor.words[cursor.at]
            cursor.at += 1
            if cursor.at - 1 not in cursor.taken:
                self._word(word)
        if cursor.open:
            raise cursor.unclosed()
        end(cursor)
        return cursor.out

    def _word(self, word: Word) -> None:
        cursor, kind = self.cursor, word.kind
        if cursor.begins() and pass_prelude(word, cursor):
            return
        if kind == "NAME":
            self._name(word)
        elif kind == "BAR":
            read_bar(word, cursor)
        elif kind == "BARS":
            read_bars(word, cursor)
        elif kind in CLOSING:
            cursor.opened(word)
            self._bracket(word)
        elif kind in CLOSERS:
            if cursor.innermost() in ("OPEN_ABS", "OPEN_NORM"):
                raise cursor.unclosed()
            cursor.open.pop()
            self._bracket(word)
        elif kind in SEPARATORS and not (cursor.open and kind == "NEWLINE"):
            separate(word, cursor)
        elif kind == "CONSTANT":
            self._constant(word, "ones" if word.text[0] == "1" else "zeros")
        elif kind == "INDEX":
            self._index(word)
        elif kind == "METHOD":
            cursor.out.append(method_head(word, cursor))
        elif kind == "MODULE":
            self._module(word)
        elif kind == "GRADIENT" and not begin(word, cursor):  # known ones are names by now
            name = "grad" + word.name.lstrip("∇ \t\n\r")
            raise self.names.unknown(name, word.span, called=True)
        elif kind in ("CONJUGATE", "TIMES") and self._is_star(word):
            self._starred(word)
        elif kind == "COLON" and word.text == "∈":
            label = "a set is no part of an expression"
            help_ = "declare what a name is: --let 'x: n'"
            raise self.names.fail("E006", "`∈` cannot stand here", word.span, label, [help_])
        elif kind not in ("NEWLINE", "GRADIENT"):
            if kind == "TRANSPOSE" and word.text == "^T" and "T" in self.names.declared:
                self.names.note("`^T` as the transpose, not a power")
            cursor.out.append(word)

    def _is_star(self, word: Word) -> bool:
        """Whether a star is part of a name, `x^*` and `x*`: nothing that it could join follows."""
        if word.kind == "CONJUGATE" and not word.text.endswith("*"):
            return False
        before = self.cursor.out[-1] if len(self.cursor.out) > self.cursor.statement else None
        if before is None or before.kind != "VARIABLE" or not before.text[:1].islower():
            return False
        if word.kind == "TIMES" and before.end != word.start:
            return False
        following = self.cursor.next()
        if following is None:
            return True
        parted = following.start > word.end or word.kind == "CONJUGATE"
        ends = following.kind in _ENDING or (following.kind == "BARS" and parted)
        return ends or (following.kind in SIGNS and parted)

    def _starred(self, word: Word) -> None:
        """`x^*`, an optimum, as a name."""
        before = self.cursor.out.pop()
        name = f"{before.text}_star"
        self.names.note(f"{self.names.cite(before.start, word.end)} as a name, `{name}`")
        self.cursor.out.append(Word("VARIABLE", name, before.start, word.end))

    def _bracket(self, word: Word) -> None:
        """Brackets of any kind group."""
        kind = word.kind.partition("_")[0] if word.kind in ROUND else word.kind
        self.cursor.out.append(word.as_kind(kind))

    def _index(self, word: Word) -> None:
        """A subscript that is no part of a name: `(z)_+`, and an entry of anything else."""
        if word.text in _POSITIVE and self.cursor.operand_before():
            self.cursor.out.append(word.as_kind("POSITIVE"))
            return
        if self.cursor.operand_before():
            raise self.names.unsupported("an entry, `(X)_{ij}`,", word.span)
        message = f"{quote(word.text)} cannot stand here"
        raise self.names.fail("E006", message, word.span, "an index of nothing")

    # ---- names

    def _name(self, word: Word) -> None:
        """A variable, a function, a constant, or a product of letters."""
        cursor = self.cursor
        place = cursor.at - 1
        if begin(word, cursor):
            return
        if place in self.survey.sums:
            what = f"a sum over an index, {quote(word.text)},"
            label = "write this in matrix form, without the index"
            raise self.names.unsupported(what, word.span, label)
        called = cursor.kind(0) == "DOT_CALL" or is_called(cursor.words, place)
        function = self._function(word, called=called)
        if function in ALSO_NAMES and not called and cursor.kind(0) not in _ARGUMENTS:
            self.names.note(f"{quote(word.text)} as a name")
            function = ""
        if function:
            cursor.out.append(function_head(word, function, cursor))
        else:
            self._variable(word, called=called)

    def _function(self, word: Word, *, called: bool) -> str:
        """The function that a name is, "" for none."""
        cursor = self.cursor
        name = word.name
        function = self.names.function(name, called=called)
        if name == "K" and name not in self.names.functions:
            two = cursor.at in cursor.commas and (called or bool(function))
            function = "K" if two else ""
            if [cursor.kind(ahead) for ahead in range(3)] == ["OPEN", "NAME", "CLOSE"]:
                self.names.note("`K` before a bracket as a factor")
        if not function and name == "sigma" and called and name not in self.names.declared:
            function = "sigmoid"
        if called and cursor.at - 1 in self.survey.duplications:
            function = "duplication"
        return function

    def _variable(self, word: Word, *, called: bool) -> None:
        head, _, index = word.name.partition("_")
        declared = self.names.declared
        constant = index and head in ("I", "e") and word.text[0] == head  # no accent, `ê`
        if constant and not declared.intersection((head, f"{head}_{index}")):
            self._constant(word, "eye" if head == "I" else "unit")
            return
        if self.cursor.at - 1 in self.survey.duplications:
            if index not in self.names.sizes:
                self.names.note(f"{quote(word.text)} as the duplication matrix")
            self._constant(word, "duplication")
            return
        transposed = self.cursor.kind(0) == "TRANSPOSE"
        parts = self.names.letters(
            word.text, word.span, self.survey, called=called, transposed=transposed
        )
        use(parts, word, self.cursor)
        if len(parts) == 1:
            self.cursor.out.append(Word("VARIABLE", parts[0], word.start, word.end))
            return
        for at, part in enumerate(parts, word.start):
            self.cursor.out.append(Word("VARIABLE", part, at, at + 1))

    def _constant(self, word: Word, function: str) -> None:
        """The word as a whole node: a function of the size in its subscript."""
        index = word.text[1:].lstrip("_")
        size = self._size(spelled("_" + index).lstrip("_"), (word.end - len(index), word.end))
        tree = Apply(function, (size,), (word.start, word.start + 1), word.span)
        self.cursor.out.append(Word("CONSTANT", word.text, word.start, word.end, tree=tree))

    def _size(self, text: str, span: Span) -> Tree:
        """The size in a subscript: `n`, `3`, `2n`, `mn`."""
        rest = text.lstrip("0123456789")
        digits = text[: len(text) - len(rest)]
        parts: list[Tree] = [Number(Fraction(int(digits[:_MOST_DIGITS])), span)] if digits else []
        if rest:
            known = rest in self.names.declared or rest in GREEK_NAMES
            whole = known or len(rest) > LONGEST_PRODUCT or not rest.isalpha()
            parts += [Name(part, span) for part in ([rest] if whole else rest)]
        if len(parts) == 1:
            return parts[0]
        times: Operator = "*"
        return Product(tuple((times, part) for part in parts), span)

    def _module(self, word: Word) -> None:
        """`np.` before a function or a constant; nothing else of a module is known."""
        following = self.cursor.next()
        name = following.text if following is not None else ""
        if following is None or not (name == "pi" or self.names.function(name)):
            span = following.span if following is not None else word.span
            raise self.names.unknown(name or word.text, span, called=True)
