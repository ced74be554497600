"""The words at the start of a statement in, what is said before the expression out.

`∂/∂X`, `d/dX`, `∇_x`, `min_x`, `argmin_{x,y}` name the variables; they are no part of the value.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.syntax.kinds import BAR_KINDS, OPERANDS, SIGNS
from mdiff.syntax.spelling import spelled

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.syntax.words import Word

_EXTREMA = frozenset({"min", "max", "argmin", "argmax", "minimize", "maximize", "minimise"})
_NAME = re.compile(r"[^\W\d_]\w*")
_STARTING = OPERANDS | BAR_KINDS | SIGNS


class Prelude:
    """What stands before an expression: how many words it takes, and the variables it names."""

    __slots__ = ("count", "variables")

    def __init__(self, count: int, variables: tuple[str, ...]) -> None:
        self.count = count
        self.variables = variables


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
            found = Prelude(4, (spelled(words[at + 3].text),))
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
