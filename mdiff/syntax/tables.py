"""Finds the parse tables that belong to the grammar; makes them, once, where there are none."""

# pathlib would cost more at the start than all the reading here:
# ruff: noqa: PTH100, PTH103, PTH105, PTH108, PTH111, PTH113, PTH117, PTH118, PTH120, PTH123
from __future__ import annotations

import os
import re
from contextlib import suppress
from functools import cache

from mdiff.errors import fail
from mdiff.syntax.make_tables import TABLES, is_whole, make_tables, read_grammar


class Tables:
    """An LALR automaton and the words it reads, as plain data.

    `actions[state][symbol]` is the state to go to, or `~rule` to reduce by that rule;
    `rules` are (left side, length, alias), the alias "" where there is none.
    """

    __slots__ = ("actions", "ends", "rules", "starts", "words")

    def __init__(self, text: str) -> None:
        lines = text.split("\n")
        self.words = re.compile(lines[2].removeprefix("words "))
        self.starts = _states(lines[3])
        self.ends = _states(lines[4])
        self.rules: list[tuple[str, int, str]] = []
        self.actions: list[dict[str, int]] = []
        for line in lines[5:]:
            kind, *parts = line.split(" ")
            if kind == "state":
                row: dict[str, int] = {}
                for part in parts:
                    symbols, _, action = part.partition("=")
                    row.update(dict.fromkeys(symbols.split(","), int(action)))
                self.actions.append(row)
            elif kind == "rule":
                left, size, alias = parts
                self.rules.append((left, int(size), "" if alias == "-" else alias))
            else:
                break


def _states(line: str) -> dict[str, int]:
    parts = line.split(" ")
    return {name: int(state) for name, state in zip(parts[1::2], parts[2::2], strict=True)}


@cache
def load_tables() -> Tables:
    """The tables of the installed grammar.

    They are taken from beside the grammar, else from the user's cache directory, and only where
    they were made from exactly this grammar. Otherwise Lark makes them, and they are kept in the
    cache directory if that can be written. Raises `E901` where there is no grammar.
    """
    folder, grammar = _grammar()
    cached = _cache_path(grammar)
    for path in (os.path.join(folder, TABLES), cached):
        if os.path.isfile(path):  # a pipe in its place would never end
            with suppress(OSError, ValueError), open(path, encoding="utf-8", newline="\n") as file:
                text = file.read()
                if is_whole(text, grammar):
                    return Tables(text)
    text = make_tables(grammar)
    if cached:
        _keep(cached, text)
    return Tables(text)


def _grammar() -> tuple[str, str]:
    """The folder of the grammar and its text: inside the package, or beside it in a checkout."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    for folder in (os.path.join(package, "grammar"), os.path.join(package, "..", "grammar")):
        with suppress(OSError):
            return folder, read_grammar(folder)
    raise fail("E901", "the grammar of mdiff is missing from this installation")


def _cache_path(grammar: str) -> str:
    """Where the user's own copy lies; "" where there is no home."""
    from binascii import crc32

    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    name = f"{crc32(grammar.encode()):08x}.tables"
    return os.path.join(base, "mdiff", name) if os.path.isabs(base) else ""


def _keep(path: str, text: str) -> None:
    """Write the tables for the next time, all or nothing; a place that refuses is no error."""
    draft = f"{path}.{os.getpid()}"
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with suppress(FileNotFoundError):
            os.unlink(draft)
        with open(draft, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(draft, path)
