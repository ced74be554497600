"""The words around an expression in, what they make of it out: its name, its variables, its end.

`y = …;` defines a name, `f(x) = …` names the value. `∂/∂X`, `d/dX`, `∇_x`, `min_x`, `argmin_{x,y}`
name the variables; they are no part of the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.record import Record
from mdiff.syntax.spelling import spelled
from mdiff.syntax.words import BAR_KINDS, CONTINUING, OPERANDS, SEPARATORS, SIGNS, Word, quote

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.errors import MdiffError
    from mdiff.syntax.cursor import Cursor

_EXTREMA = frozenset({"min", "max", "argmin", "argmax", "minimize", "maximize", "minimise"})
_NAME = re.compile(r"[^\W\d_]\w*")
_STARTING = OPERANDS | BAR_KINDS | SIGNS


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
        if self._names.function(word.name, called=True):
            return False
        if any(each.kind == "SEMICOLON" for each in cursor.words[closing:]):
            raise self._names.unsupported(
                "a definition with arguments",
                (word.start, cursor.words[closing].end),
                "define the value alone",
                [f"write `{word.text} = …`"],
            )
        self._names.label = word.name
        cursor.at = closing + 2
        return True

    def _define(self, word: Word) -> None:
        """The name before `=`."""
        name = word.name
        if name in self._defined:
            message = f"{quote(name)} is defined twice"
            raise self._names.fail("E102", message, word.span, "the second definition")
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
        label = "definitions can use only those before them"
        return self._names.fail("E103", f"{quote(name)} is used {where}", word.span, label)

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
            cursor.out.append(word.as_kind("END"))
            return
        if not self._target:
            span = (cursor.out[cursor.statement].start, cursor.out[-1].end)
            message = "only the last part of a text is an expression, the others are definitions"
            raise self._names.fail("E008", message, span, "`name = …` could stand here")
        cursor.out.append(word.as_kind("END"))
        self._names.declared.add(self._target)
        self._target = ""
        cursor.statement = len(cursor.out)

    def end(self) -> None:
        """The end of the text: `f = x^T x` alone is the name of the value."""
        cursor = self._cursor
        if self._target and len(cursor.out) > cursor.statement + 2:
            self._names.label = self._target
            del cursor.out[cursor.statement : cursor.statement + 2]


class Prelude(Record):
    """What stands before an expression: how many words it takes, and the variables it names."""

    count: int
    variables: tuple[str, ...]


def prelude(
    words: list[Word], at: int, commas: Collection[int], declared: Collection[str]
) -> Prelude | None:
    """What stands before the expression that begins at `at`, if anything.

    `commas`: the brackets that hold a comma of their own, as in `min(a, b)`, which is a function.
    """
    word = words[at]
    found: Prelude | None = None
    if word.kind == "NABLA":
        found = Prelude(1, _names(word.text))
    elif word.kind == "PARTIAL":
        kinds = [each.kind for each in words[at : at + 4]]
        if kinds == ["PARTIAL", "DIVIDE", "PARTIAL", "NAME"]:
            found = Prelude(4, (words[at + 3].name,))
    elif word.kind == "NAME" and word.text not in declared:
        found = _quotient(words, at, declared) or _extremum(words, at, commas)
    if found is None or at + found.count >= len(words):
        return None
    following = words[at + found.count]
    if following.kind == "COLON":
        found = Prelude(found.count + 1, found.variables)
        following = words[min(at + found.count, len(words) - 1)]
    return found if following.kind in _STARTING else None


def _quotient(words: list[Word], at: int, declared: Collection[str]) -> Prelude | None:
    """`d/dX`, where neither is a name of the problem."""
    if at + 2 >= len(words) or words[at].text != "d" or words[at + 1].kind != "DIVIDE":
        return None
    below = words[at + 2].text
    if words[at + 2].kind != "NAME" or below in declared or not below.startswith("d"):
        return None
    return Prelude(3, (spelled(below[1:]),)) if below[1:] else None


def _extremum(words: list[Word], at: int, commas: Collection[int]) -> Prelude | None:
    """`min`, `min_x`, `arg min_{x}`; not the function `min(a, b)`."""
    count = 2 if words[at].text == "arg" and at + 1 < len(words) else 1
    word = words[at + count - 1]
    head, _, index = word.text.partition("_")
    if word.kind != "NAME" or head not in _EXTREMA:
        return None
    following = words[at + count] if at + count < len(words) else None
    if not index and following is not None and following.kind == "INDEX":
        return Prelude(count + 1, _names(following.text))
    bracket = not index and following is not None and following.kind == "OPEN"
    if bracket and (at + count in commas or words[at + count].start == word.end):
        return None
    return Prelude(count, _names(index))


def _names(text: str) -> tuple[str, ...]:
    """The names in an index: `_{x,y}`."""
    return tuple(spelled(name) for name in _NAME.findall(text.replace("\\nabla", "").lstrip("∇_ ")))
