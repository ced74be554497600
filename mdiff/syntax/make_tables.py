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
    from typing import TypedDict

    class _Pattern(TypedDict):
        __type__: str
        value: str
        _width: tuple[int, int]

    class _Named(TypedDict):
        name: str

    class _Entry(TypedDict, total=False):
        """A terminal or a rule of Lark's, as `Lark.memo_serialize` writes them."""

        name: str
        priority: int
        pattern: _Pattern
        origin: _Named
        expansion: list[_Named]
        alias: str | None

    class _Tables(TypedDict):
        tokens: dict[int, str]
        states: dict[int, dict[int, tuple[int, int | dict[str, int]]]]
        start_states: dict[str, int]
        end_states: dict[str, int]


FORMAT = "mdiff parse tables 2"
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


def _tables(grammar: str) -> tuple[_Tables, dict[int, _Entry]]:
    """What Lark makes of the grammar, as the plain data that its own stand-alone parsers read."""
    from lark import Lark
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

    lark = Lark(grammar, parser="lalr", lexer="basic", start=list(STARTS))
    data, memo = lark.memo_serialize([TerminalDef, Rule])
    return data["parser"]["parser"], memo


def _order(entry: _Entry) -> tuple[str, ...]:
    """An order of terminals and rules that depends on the grammar alone."""
    if "pattern" in entry:
        return ("", entry["name"])
    return (entry["origin"]["name"], *(symbol["name"] for symbol in entry["expansion"]))


def _numbers(tables: _Tables) -> dict[int, int]:
    """New numbers for the states, in the order in which symbols lead to them.

    Lark's own differ from run to run; with these a grammar has one table, and a wheel one content.
    """
    numbers: dict[int, int] = {}
    waiting = [tables["start_states"][name] for name in reversed(STARTS)]
    while waiting:
        state = waiting.pop()
        if state in numbers:
            continue
        numbers[state] = len(numbers)
        row = tables["states"][state]
        for token in sorted(row, key=lambda token: tables["tokens"][token], reverse=True):
            target = row[token][1]
            if not isinstance(target, dict):
                waiting.append(target)
    return numbers


def make_tables(grammar: str) -> str:
    """The tables of a grammar, a line each, then the grammar itself.

    Lines: the format; a sum over all that follows; `words`, one regular expression with a group a
    terminal, in Lark's order of trial; `starts` and `ends`, states by start symbol; `rule` with its
    left side, its length and its alias; `state` with what to do on each symbol: `>7` go to state 7,
    `<3` reduce rule 3.
    """
    import re

    tables, memo = _tables(grammar)
    numbers = _numbers(tables)
    terminals: list[tuple[tuple[int, int, int, str], str]] = []
    rules: dict[int, int] = {}
    lines: list[str] = []
    rule_lines: list[str] = []
    for key, entry in sorted(memo.items(), key=lambda item: _order(item[1])):
        if "pattern" in entry:
            pattern = entry["pattern"]
            plain = pattern["__type__"] == "PatternStr"
            value = re.escape(pattern["value"]) if plain else pattern["value"]
            value = value.replace("\n", r"\n").replace("\r", r"\r")
            width = len(pattern["value"]) if plain else pattern["_width"][1]
            order = (-entry["priority"], -width, -len(pattern["value"]), entry["name"])
            terminals.append((order, f"(?P<{entry['name']}>{value})"))
        else:
            rules[key] = len(rule_lines)
            size = len(entry["expansion"])
            alias = entry["alias"] or "-"
            rule_lines.append(f"rule {entry['origin']['name']} {size} {alias}")
    lines.append("words " + "|".join(text for _, text in sorted(terminals)))
    for title, states in (("starts", tables["start_states"]), ("ends", tables["end_states"])):
        lines.append(title + "".join(f" {name} {numbers[states[name]]}" for name in STARTS))
    lines += rule_lines
    for state in numbers:
        actions: dict[str, list[str]] = {}
        for token, (_, target) in tables["states"][state].items():
            rule = rules[target["@"]] if isinstance(target, dict) else None
            action = f">{numbers[target]}" if isinstance(target, int) else f"<{rule}"
            actions.setdefault(action, []).append(tables["tokens"][token])
        lines.append(
            "state" + "".join(f" {','.join(sorted(actions[key]))}{key}" for key in sorted(actions))
        )
    return _summed("\n".join((*lines, "grammar", grammar)))


def is_whole(text: str, grammar: str) -> bool:
    """Whether a text has the tables of this grammar, every character as it was written."""
    body = text.partition("\n")[2].partition("\n")[2]
    return body.endswith("\ngrammar\n" + grammar) and text == _summed(body)


def _summed(body: str) -> str:
    """The tables after the two lines by which they are known again."""
    from binascii import crc32

    return f"{FORMAT}\n{crc32(body.encode()):08x}\n{body}"
