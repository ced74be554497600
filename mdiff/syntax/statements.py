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
    from mdiff.syntax.names import Names

_EXTREMA = frozenset({"min", "max", "argmin", "argmax", "minimize", "maximize", "minimise"})
_NAME = re.compile(r"[^\W\d_]\w*")
_STARTING = OPERANDS | BAR_KINDS | SIGNS


def pass_prelude(cursor: Cursor) -> bool:
    """Pass over `∂/∂X` and its like, where a statement begins, and remember the variables."""
    names, first = cursor.names, cursor.at - 1
    found = _prelude(cursor.words, first, cursor.commas, names.declared)
    if found is None:
        return False
    if found.variables:
        said = ", ".join(quote(name) for name in found.variables)
        end = cursor.words[first + found.count - 1].end
        names.by = found.variables
        names.by_told = f"{names.cite(cursor.words[first].start, end)} as by {said}"
    cursor.at += found.count - 1
    return True


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
    closing = cursor.partner[cursor.at]
    inner = [each.kind for each in cursor.words[cursor.at + 1 : closing]]
    named = bool(inner) and set(inner[::2]) == {"NAME"} and set(inner[1::2]) <= {"COMMA"}
    if cursor.kind(closing + 1 - cursor.at) != "EQUALS" or not named:
        return False
    if cursor.names.function(word.name, called=True):
        return False
    if any(each.kind == "SEMICOLON" for each in cursor.words[closing:]):
        raise cursor.names.unsupported(
            "a definition with arguments",
            (word.start, cursor.words[closing].end),
            "define the value alone",
            [f"write `{word.text} = …`"],
        )
    cursor.names.label = word.name
    cursor.at = closing + 2
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


def end(cursor: Cursor) -> None:
    """The end of the text: `f = x^T x` alone is the name of the value."""
    if cursor.target and len(cursor.out) > cursor.statement + 2:
        cursor.names.label = cursor.target
        del cursor.out[cursor.statement : cursor.statement + 2]


class _Prelude(Record):
    """What stands before an expression: how many words it takes, and the variables it names."""

    count: int
    variables: tuple[str, ...]


def _prelude(
    words: list[Word], at: int, commas: Collection[int], declared: Collection[str]
) -> _Prelude | None:
    """What stands before the expression that begins at `at`, if anything.

    `commas`: the brackets that hold a comma of their own, as in `min(a, b)`, which is a function.
    """
    word = words[at]
    found: _Prelude | None = None
    if word.kind == "NABLA":
        found = _Prelude(1, _names(word.text))
    elif word.kind == "PARTIAL":
        kinds = [each.kind for each in words[at : at + 4]]
        if kinds == ["PARTIAL", "DIVIDE", "PARTIAL", "NAME"]:
            found = _Prelude(4, (words[at + 3].name,))
    elif word.kind == "NAME" and word.text not in declared:
        found = _quotient(words, at, declared) or _extremum(words, at, commas)
    if found is None or at + found.count >= len(words):
        return None
    following = words[at + found.count]
    if following.kind == "COLON":
        found = _Prelude(found.count + 1, found.variables)
        following = words[min(at + found.count, len(words) - 1)]
    return found if following.kind in _STARTING else None


def _quotient(words: list[Word], at: int, declared: Collection[str]) -> _Prelude | None:
    """`d/dX`, where neither is a name of the problem."""
    if at + 2 >= len(words) or words[at].text != "d" or words[at + 1].kind != "DIVIDE":
        return None
    below = words[at + 2].text
    if words[at + 2].kind != "NAME" or below in declared or not below.startswith("d"):
        return None
    return _Prelude(3, (spelled(below[1:]),)) if below[1:] else None


def _extremum(words: list[Word], at: int, commas: Collection[int]) -> _Prelude | None:
    """`min`, `min_x`, `arg min_{x}`; not the function `min(a, b)`."""
    count = 2 if words[at].text == "arg" and at + 1 < len(words) else 1
    word = words[at + count - 1]
    head, _, index = word.text.partition("_")
    if word.kind != "NAME" or head not in _EXTREMA:
        return None
    following = words[at + count] if at + count < len(words) else None
    if not index and following is not None and following.kind == "INDEX":
        return _Prelude(count + 1, _names(following.text))
    bracket = not index and following is not None and following.kind == "OPEN"
    if bracket and (at + count in commas or words[at + count].start == word.end):
        return None
    return _Prelude(count, _names(index))


def _names(text: str) -> tuple[str, ...]:
    """The names in an index: `_{x,y}`."""
    return tuple(spelled(name) for name in _NAME.findall(text.replace("\\nabla", "").lstrip("∇_ ")))
