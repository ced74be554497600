"""The words around an expression in, what they make of it out: its name, its variables, its end.

`y = …;` defines a name, `f(x) = …` names the value, `∂/∂X …` the variables of the derivative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.kinds import CONTINUING, SEPARATORS, SIGNS
from mdiff.syntax.prelude import prelude
from mdiff.syntax.spelling import spelled
from mdiff.syntax.words import Word, quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.cursor import Cursor


class Statements:
    """The definitions of one text, and the expression behind them.

    `target` is the name that the current statement defines, "" where it defines none.
    """

    __slots__ = ("_cursor", "_defined", "_names", "_target")

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor
        self._names = cursor.names
        self._defined: set[str] = set()
        self._target = ""

    def prelude(self) -> bool:
        """Pass over `∂/∂X` and its like, where a statement begins, and remember the variables."""
        cursor, names = self._cursor, self._names
        first = cursor.at - 1
        found = prelude(cursor.words, first, cursor.commas, names.declared)
        if found is None:
            return False
        if found.variables:
            said = ", ".join(quote(name) for name in found.variables)
            end = cursor.words[first + found.count - 1].end
            names.by = found.variables
            names.by_told = f"{names.cite(cursor.words[first].start, end)} as by {said}"
        cursor.at += found.count - 1
        return True

    def begin(self, word: Word) -> bool:
        """Whether a name is the `f(x) =` or the `y =` before an expression; then it is read."""
        cursor = self._cursor
        if not cursor.begins():
            return False
        following = cursor.kind(0)
        if following == "OPEN":
            return self._label(word)
        if following == "EQUALS":
            self._define(word)
            return True
        return False

    def _label(self, word: Word) -> bool:
        """Pass over the `f(x) =` before the last expression."""
        cursor = self._cursor
        closing = cursor.partner[cursor.at]
        inner = [each.kind for each in cursor.words[cursor.at + 1 : closing]]
        named = bool(inner) and set(inner[::2]) == {"NAME"} and set(inner[1::2]) <= {"COMMA"}
        if cursor.kind(closing + 1 - cursor.at) != "EQUALS" or not named:
            return False
        if self._names.function(spelled(word.text), called=True):
            return False
        if any(each.kind == "SEMICOLON" for each in cursor.words[closing:]):
            raise fail(
                "E009",
                "a definition with arguments is not supported yet",
                text=self._names.text,
                labels=[Label((word.start, cursor.words[closing].end), "define the value alone")],
                helps=[f"write `{word.text} = …`"],
            )
        self._names.label = spelled(word.text)
        cursor.at = closing + 2
        return True

    def _define(self, word: Word) -> None:
        """The name before `=`."""
        name = spelled(word.text)
        if name in self._defined:
            raise fail(
                "E102",
                f"{quote(name)} is defined twice",
                text=self._names.text,
                labels=[Label(word.span, "the second definition")],
            )
        if name in self._cursor.used:
            raise self._circular(name, word, "before its definition")
        self._defined.add(name)
        self._target = name
        self._cursor.out.append(Word("TARGET", name, word.start, word.end))

    def use(self, parts: list[str], word: Word) -> None:
        """Remember names that are used. Raises `E103` in the definition of one of them."""
        self._cursor.used.update(parts)
        if self._target in parts:
            raise self._circular(self._target, word, "in its own definition")

    def _circular(self, name: str, word: Word, where: str) -> MdiffError:
        return fail(
            "E103",
            f"{quote(name)} is used {where}",
            text=self._names.text,
            labels=[Label(word.span, "definitions can use only those before them")],
        )

    def separator(self, word: Word) -> None:
        """A line's end or `;`: the end of a definition, or nothing."""
        cursor = self._cursor
        following = cursor.next()
        while following is not None and following.kind in SEPARATORS:
            cursor.at += 1
            if following.kind == "SEMICOLON":
                word = following
            following = cursor.next()
        if following is None or len(cursor.out) == cursor.statement:
            return
        if word.kind == "NEWLINE" and (
            not cursor.operand_before()
            or following.kind in CONTINUING
            or (following.kind in SIGNS and not self._target)
        ):
            return
        if cursor.open:
            cursor.out.append(Word("END", word.text, word.start, word.end))
            return
        if not self._target:
            span = (cursor.out[cursor.statement].start, cursor.out[-1].end)
            raise fail(
                "E008",
                "only the last part of a text is an expression, the others are definitions",
                text=self._names.text,
                labels=[Label(span, "`name = …` could stand here")],
            )
        cursor.out.append(Word("END", word.text, word.start, word.end))
        self._names.declared.add(self._target)
        self._target = ""
        cursor.statement = len(cursor.out)

    def end(self) -> None:
        """The end of the text: `f = x^T x` alone is the name of the value."""
        cursor = self._cursor
        if self._target and len(cursor.out) > cursor.statement + 2:
            self._names.label = self._target
            del cursor.out[cursor.statement : cursor.statement + 2]
