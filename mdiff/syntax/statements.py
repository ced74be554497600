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
    END,
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
_BEGINNING = _EXTREMA | {"∂", "\\partial", "d", "arg"}
_NAME = re.compile(r"[^\W\d_]\w*")
_STARTING = OPERANDS | BAR_KINDS | SIGNS


def begin(cursor: Cursor) -> None:
    """Read what stands before the expression of a statement: `∂/∂X`, `f(x) =`, `y =`."""
    names, words = cursor.names, cursor.words
    while True:
        word = words[cursor.at]
        if word.kind in SEPARATORS:
            cursor.at += 1
            continue
        count, variables = _prelude(word, cursor)
        count += bool(count and cursor.kind(count) == "COLON")
        if count and cursor.kind(count) in _STARTING:
            cursor.at += count
            if variables:
                said = ", ".join(quote(name) for name in variables)
                names.by = variables
                names.by_told = f"{names.cite(word.start, words[cursor.at - 1].end)} as by {said}"
        elif not (word.name and cursor.kind(1) == "OPEN" and _label(word, cursor)):
            break
    if word.name and cursor.kind(1) == "EQUALS":
        name = word.name
        if name in cursor.defined:
            message = f"{quote(name)} is defined twice"
            raise names.fail("E102", message, word.span, "the second definition")
        if name in cursor.used:
            raise circular(name, word, "before its definition", names)
        cursor.defined.add(name)
        cursor.target = name
        cursor.at += 1
        cursor.out.append(Word("TARGET", name, word.start, word.end))


def _prelude(word: Word, cursor: Cursor) -> tuple[int, tuple[str, ...]]:
    """How many words say what the derivative is by, and the variables; none where none do.

    A colon may follow. `min(a, b)`, whose bracket has a comma of its own, is a function.
    """
    if word.kind == "NABLA":
        return 1, _names(word.text)
    declared, words, at = cursor.names.declared, cursor.words, cursor.at
    if word.text in declared or word.text.partition("_")[0] not in _BEGINNING:
        return 0, ()
    kinds = [cursor.kind(ahead) for ahead in range(1, 4)]
    if word.kind == "PARTIAL" and kinds == ["DIVIDE", "PARTIAL", "NAME"]:
        return 4, (words[at + 3].name,)
    if word.text == "d" and kinds[:2] == ["DIVIDE", "NAME"]:
        below = words[at + 2].text
        if below[0] == "d" and below[1:] and below not in declared:
            return 3, (spelled(below[1:]),)
    more = int(word.text == "arg" and kinds[0] == "NAME")
    last, behind = words[at + more], at + more + 1
    head, _, index = last.text.partition("_")
    if head not in _EXTREMA:
        return 0, ()
    if not index and kinds[more] == "INDEX":
        return more + 2, _names(words[behind].text)
    if not index and (last.called or behind in cursor.commas):
        return 0, ()
    return more + 1, _names(index)


def _names(text: str) -> tuple[str, ...]:
    """The names in an index: `_{x,y}`."""
    return tuple(spelled(name) for name in _NAME.findall(text.replace("\\nabla", "").lstrip("∇_ ")))


def _label(word: Word, cursor: Cursor) -> bool:
    """Pass over the `f(x) =` before the last expression."""
    equals = label_end(cursor.words, cursor.at + 1)
    if not equals or cursor.names.function(word.name, called=True):
        return False
    if any(each.kind == "SEMICOLON" for each in cursor.words[equals:]):
        span, helps = (word.start, cursor.words[equals - 1].end), [f"write `{word.text} = …`"]
        what = "a definition with arguments"
        raise cursor.names.unsupported(what, span, "define the value alone", helps)
    cursor.names.label = word.name
    cursor.at = equals + 1
    return True


def circular(name: str, word: Word, where: str, names: Names) -> MdiffError:
    """The error for a name that is used where it means nothing yet."""
    label = "definitions can use only those before them"
    return names.fail("E103", f"{quote(name)} is used {where}", word.span, label)


def separate(word: Word, cursor: Cursor) -> None:
    """A line's end or `;`: the end of a definition, or nothing."""
    if cursor.open and word.kind == "NEWLINE":
        return
    while cursor.kind(0) in SEPARATORS:
        if cursor.kind(0) == "SEMICOLON":
            word = cursor.words[cursor.at]
        cursor.at += 1
    following = cursor.kind(0)
    if following == END:
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
    cursor.out.append(word.but(kind="END"))
    if not cursor.open:
        cursor.names.declared.add(cursor.target)
        cursor.target = ""
        cursor.statement = len(cursor.out)
        begin(cursor)
