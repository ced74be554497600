"""The words around an expression in, what they make of it out: its name, its variables, its end.

`y = …;` defines a name, `f(x) = …` names the value. `∂/∂X`, `d/dX`, `∇_x`, `min_x`, `argmin_{x,y}`
name the variables; they are no part of the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.syntax.words import (
    BAR_KINDS,
    CONTINUING,
    OPERANDS,
    SEPARATORS,
    SIGNS,
    Word,
    label_end,
    quote,
    spelled,
)

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.cursor import Cursor
    from mdiff.syntax.names import Names

_EXTREMA = frozenset({"min", "max", "argmin", "argmax", "minimize", "maximize", "minimise"})
_NAME = re.compile(r"[^\W\d_]\w*")
_STARTING = OPERANDS | BAR_KINDS | SIGNS


def pass_prelude(word: Word, cursor: Cursor) -> bool:
    """Pass over `∂/∂X` and its like, where a statement begins, and remember the variables."""
    names = cursor.names
    count, variables = _prelude(word, cursor)
    count += bool(count and cursor.kind(count - 1) == "COLON")
    if not count or cursor.kind(count - 1) not in _STARTING:
        return False
    cursor.at += count - 1
    if variables:
        said = ", ".join(quote(name) for name in variables)
        names.by = variables
        names.by_told = f"{names.cite(word.start, cursor.words[cursor.at - 1].end)} as by {said}"
    return True


def _prelude(word: Word, cursor: Cursor) -> tuple[int, tuple[str, ...]]:
    """How many words say what the derivative is by, and the variables; none where none do.

    A colon may follow. `min(a, b)`, whose bracket has a comma of its own, is a function.
    """
    declared, words, at = cursor.names.declared, cursor.words, cursor.at
    kinds = [cursor.kind(ahead) for ahead in range(3)]
    if word.kind == "NABLA":
        return 1, _names(word.text)
    if word.kind == "PARTIAL" and kinds == ["DIVIDE", "PARTIAL", "NAME"]:
        return 4, (words[at + 2].name,)
    if word.kind != "NAME" or word.text in declared:
        return 0, ()
    if word.text == "d" and kinds[:2] == ["DIVIDE", "NAME"]:
        below = words[at + 1].text
        if below[0] == "d" and below[1:] and below not in declared:
            return 3, (spelled(below[1:]),)
    more = int(word.text == "arg" and kinds[0] == "NAME")
    last, behind = words[at + more - 1], at + more
    head, _, index = last.text.partition("_")
    if head not in _EXTREMA:
        return 0, ()
    if not index and kinds[more] == "INDEX":
        return more + 2, _names(words[behind].text)
    touches = kinds[more] == "OPEN" and words[behind].start == last.end
    if not index and (touches or behind in cursor.commas):
        return 0, ()
    return more + 1, _names(index)


def _names(text: str) -> tuple[str, ...]:
    """The names in an index: `_{x,y}`."""
    return tuple(spelled(name) for name in _NAME.findall(text.replace("\\nabla", "").lstrip("∇_ ")))


def begin(word: Word, cursor: Cursor) -> bool:
    """Whether a name is the `f(x) =` or the `y =` before an expression; then it is read."""
    if not cursor.begins() or cursor.kind(0) not in ("OPEN", "EQUALS"):
        return False
    if cursor.kind(0) == "OPEN":
        return _label(word, cursor)
    name = word.name
    if name in cursor.defined:
        message = f"{quote(name)} is defined twice"
        raise cursor.names.fail("E102", message, word.span, "the second definition")
    if name in cursor.used:
        raise _circular(name, word, "before its definition", cursor.names)
    cursor.defined.add(name)
    cursor.target = name
    cursor.out.append(Word("TARGET", name, word.start, word.end))
    return True


def _label(word: Word, cursor: Cursor) -> bool:
    """Pass over the `f(x) =` before the last expression."""
    equals = label_end(cursor.words, cursor.at)
    if not equals or cursor.names.function(word.name, called=True):
        return False
    if any(each.kind == "SEMICOLON" for each in cursor.words[equals:]):
        span, helps = (word.start, cursor.words[equals - 1].end), [f"write `{word.text} = …`"]
        what = "a definition with arguments"
        raise cursor.names.unsupported(what, span, "define the value alone", helps)
    cursor.names.label = word.name
    cursor.at = equals + 1
    return True


def use(parts: list[str], word: Word, cursor: Cursor) -> None:
    """Remember names that are used. Raises `E103` in the definition of one of them."""
    cursor.used.update(parts)
    if cursor.target in parts:
        raise _circular(cursor.target, word, "in its own definition", cursor.names)


def _circular(name: str, word: Word, where: str, names: Names) -> MdiffError:
    label = "definitions can use only those before them"
    return names.fail("E103", f"{quote(name)} is used {where}", word.span, label)


def separate(word: Word, cursor: Cursor) -> None:
    """A line's end or `;`: the end of a definition, or nothing."""
    while cursor.kind(0) in SEPARATORS:
        if cursor.kind(0) == "SEMICOLON":
            word = cursor.words[cursor.at]
        cursor.at += 1
    following = cursor.kind(0)
    if not following or len(cursor.out) == cursor.statement:
        return
    if word.kind == "NEWLINE" and (
        not cursor.operand_before()
        or following in CONTINUING
        or (following in SIGNS and not cursor.target)
    ):
        return
    if not cursor.open and not cursor.target:
        span = (cursor.out[cursor.statement].start, cursor.out[-1].end)
        message = "only the last part of a text is an expression, the others are definitions"
        raise cursor.names.fail("E008", message, span, "`name = …` could stand here")
    cursor.out.append(word.as_kind("END"))
    if not cursor.open:
        cursor.names.declared.add(cursor.target)
        cursor.target = ""
        cursor.statement = len(cursor.out)


def end_program(cursor: Cursor) -> None:
    """The end of the text: `f = x^T x` alone is the name of the value."""
    if cursor.target and len(cursor.out) > cursor.statement + 2:
        cursor.names.label = cursor.target
        del cursor.out[cursor.statement : cursor.statement + 2]
