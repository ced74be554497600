"""Grammar text in, parse tables as text out: the one module that imports Lark.

It runs when the wheel is built, and when the tables at hand do not belong to the grammar; reading
an expression needs the tables only. It imports nothing of mdiff, so that the build can load it.
"""

# As in tables.py, no pathlib:
# ruff: noqa: PTH118, PTH123
from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark.grammar import Rule

    States = dict[int, dict[str, tuple[object, "int | Rule"]]]

FORMAT = "mdiff parse tables 3"
"""First line of the tables; the number changes with what follows it."""

FILES = ("expressions.lark", "declarations.lark", "words.lark")
TABLES = "grammar.tables"
STARTS = ("program", "declaration", "word")


def read_grammar(folder: str) -> str:
    """The text of the grammar in a folder, its files one after the other."""
    parts = []
    for name in FILES:
        with open(os.path.join(folder, name), encoding="utf-8", newline="\n") as file:
            parts.append(file.read())
    return "\n".join(parts)


def _numbers(states: States, starts: dict[str, int]) -> dict[int, int]:
    """New numbers for the states, in the order in which symbols lead to them.

    Lark's own differ from run to run; with these a grammar has one table, and a wheel one content.
    """
    numbers: dict[int, int] = {}
    waiting = [starts[name] for name in reversed(STARTS)]
    while waiting:
        state = waiting.pop()
        if state in numbers:
            continue
        numbers[state] = len(numbers)
        targets = (target for _, (_, target) in sorted(states[state].items(), reverse=True))
        waiting += [target for target in targets if isinstance(target, int)]
    return numbers


def _symbols(rule: Rule) -> tuple[str, ...]:
    return (rule.origin.name, *(symbol.name for symbol in rule.expansion))


def make_tables(grammar: str) -> str:
    """The tables of a grammar, a line each, then the grammar itself.

    Lines: the format; a sum over all that follows; `words`, one regular expression with a group a
    terminal, in Lark's order of trial; `starts` and `ends`, states by start symbol; `rule` with its
    left side, its length and its alias; `state` with what to do on each symbol: `=7` go to state 7,
    `=-4` reduce rule 3, which is `~-4`.
    """
    from lark import Lark

    lark = Lark(grammar, parser="lalr", lexer="basic", start=list(STARTS))
    table = lark.parser.parser._parse_table  # noqa: SLF001 - what its own tools write out
    states: States = table.states
    numbers = _numbers(states, table.start_states)
    terminals = sorted(
        (-each.priority, -each.pattern.max_width, -len(each.pattern.value), each.name,
         each.pattern.to_regexp().replace("\n", r"\n").replace("\r", r"\r"))
        for each in lark.terminals
    )  # fmt: skip
    rules = sorted(lark.rules, key=_symbols)
    lines = ["words " + "|".join(f"(?P<{name}>{pattern})" for *_, name, pattern in terminals)]
    for title, found in (("starts", table.start_states), ("ends", table.end_states)):
        lines.append(title + "".join(f" {name} {numbers[found[name]]}" for name in STARTS))
    lines += [
        f"rule {each.origin.name} {len(each.expansion)} {each.alias or '-'}" for each in rules
    ]
    for state in numbers:
        actions: dict[int, list[str]] = {}
        for symbol, (_, target) in states[state].items():
            action = numbers[target] if isinstance(target, int) else ~rules.index(target)
            actions.setdefault(action, []).append(symbol)
        told = (f" {','.join(sorted(actions[action]))}={action}" for action in sorted(actions))
        lines.append("state" + "".join(told))
    return _summed("\n".join((*lines, "grammar", grammar)))


def is_whole(text: str, grammar: str) -> bool:
    """Whether a text has the tables of this grammar, every character as it was written."""
    body = text.partition("\n")[2].partition("\n")[2]
    return body.endswith("\ngrammar\n" + grammar) and text == _summed(body)


def _summed(body: str) -> str:
    """The tables after the two lines by which they are known again."""
    from binascii import crc32

    return f"{FORMAT}\n{crc32(body.encode()):08x}\n{body}"
