"""Words in, whatever a builder makes of them out: runs the LALR tables, and nothing more.

Lark makes the tables; running them here keeps Lark out of every start (30 ms), gives each parse
its own builder, and lets an error say exactly what could have stood in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mdiff.errors import fail_at
from mdiff.syntax.tables import load_tables
from mdiff.syntax.words import END, quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.tables import Tables
    from mdiff.syntax.words import Word

_DESCRIPTIONS = {
    "VARIABLE": "a name", "DECLARED": "the name that is declared", "NUMBER": "a number",
    "CALL": "a function", "TEXT": 'a pattern in quotes, `"ij,jk->ik"`',
    "PROPERTY": "a property such as `symmetric`", "SCALAR": "a shape such as `n×k`", "OPEN": "`(`",
    "TIMES": "an operator", "DIVIDE": "an operator", "BY": "`×`", "POWER": "`^`", "COMMA": "`,`",
    "CLOSE": "`)`", "CLOSE_SQUARE": "`]`", "CLOSE_BRACE": "`}`", "CLOSE_ANGLE": "`>`",
    "CLOSE_ABS": "`|`", "CLOSE_NORM": "`||`", "COLON": "`:`", "ARROW": "`->`", "END": "`;`",
    "EQUALS": "`=`", END: "the end",
}  # fmt: skip
"""What could stand somewhere, by its terminal, in the order in which it is told."""


def drive(words: list[Word], start: str, builder: object, text: str) -> object:
    """The value of the whole text.

    `builder` has a method for each alias of the grammar, which makes the value of a rule from those
    of its parts; these are words or what methods made. An alternative without alias is its only
    part; `first` begins a list, and `more` adds the last part to the first. Raises `E006` at a word
    that cannot stand where it does, `E007` where the text ends too early.
    """
    # Shift a word, or reduce: the last `size` values become the one that the rule's method makes of
    # them, and the state before them says where to go on with its left side. Every word is shifted
    # once and every reduction makes one node of the tree, so the cost is that of the text.
    tables = load_tables()
    actions, rules, end = tables.actions, tables.rules, tables.ends[start]
    states = [tables.starts[start]]
    values: list[Any] = []
    for at, word in enumerate(words):
        while True:
            action = actions[states[-1]].get(word.kind)
            if action is None:
                raise _unexpected(words, at, _acceptable(tables, states, end), text)
            if action >= 0:
                states.append(action)
                values.append(word)
                break
            left, size, alias = rules[~action]
            if alias == "first":
                values[-1] = [values[-1]]
            elif alias == "more":
                values[-size].append(values[-1])
                del values[1 - size :]
            elif alias:
                values[-size:] = [getattr(builder, alias)(*values[-size:])]
            del states[-size:]
            states.append(actions[states[-1]][left])
            if word.kind == END and states[-1] == end and len(states) == 2:
                return values[0]
    raise AssertionError(words)  # the end is either accepted or refused


def _acceptable(tables: Tables, states: list[int], end: int) -> set[str]:
    """The terminals that could come next, found by trying each without building anything."""
    # A terminal is possible if reductions alone lead to a state that shifts it; the default of LALR
    # tables is to reduce on more terminals than can follow, so each one is tried on the states.
    found: set[str] = set()
    for symbol in filter(str.isupper, tables.actions[states[-1]]):
        tried = states.copy()
        action = tables.actions[tried[-1]].get(symbol)
        while action is not None and action < 0:
            left, size, _ = tables.rules[~action]
            del tried[-size:]
            tried.append(tables.actions[tried[-1]][left])
            accepted = symbol == END and tried[1:] == [end]
            action = 0 if accepted else tables.actions[tried[-1]].get(symbol)
        if action is not None:
            found.add(symbol)
    return found


def _unexpected(words: list[Word], at: int, expected: set[str], text: str) -> MdiffError:
    """The error at a word, or at the end."""
    could = list(dict.fromkeys(told for kind, told in _DESCRIPTIONS.items() if kind in expected))
    if "VARIABLE" in expected and "FUNCTION" in expected:
        could = ["a name, a number, a function or `(`", *could[4:]]
    wanted = " or ".join(could) or "nothing"
    word = words[at]
    if word.kind == END:
        span = words[at - 1].span if at else (0, len(text.rstrip()))
        message = f"the text ends after {quote(text[slice(*span)])}, where more is needed"
        return fail_at("E007", message, text, span, f"after this could stand {wanted}")
    helps = ["a product is written `A B` or `A*B`"] if word.kind == "BY" else []
    shown = text[word.start : word.end] if word.kind != "END" else word.text
    message = f"{quote(shown)} cannot stand here"
    return fail_at("E006", message, text, word.span, f"{wanted} could stand here", helps)
