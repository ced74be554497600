"""`mdiff functions` and `mdiff explain`: the function table and the codes, as they are shown."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mdiff.cli import options  # noqa: TC001 - Typer reads the annotations
from mdiff.cli.report import reporting, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.functions.row import Function

TEXT_WIDTH = 88


def functions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    *,
    debug: options.Debug = False,
) -> None:
    """The functions that mdiff knows.

    With a name everything that it knows about one of them.
    """
    with reporting(debug=debug):
        from mdiff.functions.table import ALIASES, ROWS, TABLE
        from mdiff.syntax.names import ANY_CASE, FUNCTIONS

        if name is None:
            told = [(row.name, row.signature, row.doc) for row in ROWS]
            _show(told, ("name", "signature", "meaning"))
            return
        rows = TABLE.get(FUNCTIONS.get(name) or ANY_CASE.get(name.lower(), ""))
        if rows is None:
            raise _unknown("NAME", name, "function", [*TABLE, *ALIASES])
        for index, row in enumerate(rows):
            blank = "\n" if index else ""
            write(sys.stdout, f"{blank}{row.name}{row.signature}")
            for what, value in _facts(row):
                write(sys.stdout, f"  {what:<13}{value}")


def explain(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", show_default=False)] = None,
    *,
    debug: options.Debug = False,
) -> None:
    """What an error code means.

    With an example that it answers; without a code all of them in a line each.
    """
    with reporting(debug=debug):
        from textwrap import fill

        from mdiff.cli.explanations import EXPLANATIONS

        if code is None:
            _show(
                [(each, entry.title) for each, entry in EXPLANATIONS.items()], ("code", "meaning")
            )
            return
        entry = EXPLANATIONS.get(code.upper())
        if entry is None:
            raise _unknown("CODE", code, "code", EXPLANATIONS)
        write(sys.stdout, f"{code.upper()}: {entry.title}\n\n{fill(entry.text, TEXT_WIDTH)}")
        if entry.command:
            write(sys.stdout, f"\nExample:\n\n    {entry.command}")


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
