"""The function table and the explanations of codes → what is shown of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from mdiff.cli.explanations import EXPLANATIONS
from mdiff.cli.report import write
from mdiff.functions.table import ALIASES, ROWS, TABLE
from mdiff.syntax.names import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.functions.row import Function


TEXT_WIDTH = 88


def show_functions() -> None:
    """Show every function with its signature and its line of documentation."""
    _show([(row.name, row.signature, row.doc) for row in ROWS], ("name", "signature", "meaning"))


def show_function(name: str) -> None:
    """Show all that the table says of one function, by its name or an alias."""
    rows = TABLE.get(canonical(name, any_case=True))
    if rows is None:
        raise _unknown("NAME", name, "function", [*TABLE, *ALIASES])
    for index, row in enumerate(rows):
        if index:
            write(sys.stdout, "")
        write(sys.stdout, f"{row.name}{row.signature}")
        for what, value in _facts(row):
            write(sys.stdout, f"  {what:<13}{value}")


def _facts(row: Function) -> list[tuple[str, str]]:
    """What a row says, as far as it says it."""
    facts = [
        ("meaning", row.doc),
        ("differential", row.differential),
        ("definition", row.definition),
        ("contraction", row.wires),
        ("domain", row.domain),
        ("convention", f"it {row.told}" if row.told else ""),
        ("also spelled", ", ".join(row.aliases)),
        ("source", row.source),
    ]
    return [(what, value) for what, value in facts if value]


def show_codes() -> None:
    """Show every code with its sentence."""
    _show([(code, entry.title) for code, entry in EXPLANATIONS.items()], ("code", "meaning"))


def show_code(code: str) -> None:
    """Show what a code means, and a command that it answers."""
    from textwrap import fill

    entry = EXPLANATIONS.get(code.upper())
    if entry is None:
        raise _unknown("CODE", code, "code", EXPLANATIONS)
    write(sys.stdout, f"{code.upper()}: {entry.title}\n\n{fill(entry.text, TEXT_WIDTH)}")
    if entry.command:
        write(sys.stdout, f"\nExample:\n\n    {entry.command}")


def _show(rows: Sequence[tuple[str, ...]], heads: Sequence[str]) -> None:
    """Show rows as a table on a terminal, else as columns of text."""
    if sys.stdout.isatty():
        from mdiff.cli import terminal

        terminal.show_table(rows, heads)
        return
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        cells = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True))
        write(sys.stdout, "  ".join(cells).rstrip())


def _unknown(hint: str, name: str, what: str, known: Iterable[str]) -> typer.BadParameter:
    """The usage error for a name that is not known, with a near one where there is one."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    tail = f"; did you mean {near[0]}?" if near else ""
    return typer.BadParameter(f"there is no {what} {name!r}{tail}", param_hint=hint)
