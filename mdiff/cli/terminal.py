"""Answers, trees, tables and diagnostics → a terminal, by Rich; never markup, never for machines.

The only file that imports Rich; it is imported where something is shown on a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from mdiff.cli.report import SEPARATOR
from mdiff.diagnostics import layout
from mdiff.render.ascii import fitting
from mdiff.render.lines import formula, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.diagnostics.layout import Style
    from mdiff.errors import Diagnostic

STYLES: dict[Style, str] = {
    "plain": "",
    "error": "bold red",
    "head": "bold",
    "frame": "blue",
    "mark": "red",
    "note": "bold cyan",
    "help": "bold green",
}

NARROWEST = 24
"""Cells that a tree leaves for what stands at its leaves; one that leaves fewer is not drawn."""


def _console(*, stderr: bool = False) -> Console:
    """A console that prints what it is given: no markup, no highlighting, no wrapping."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


def _print(console: Console, lines: Iterable[str], style: str) -> None:
    """Print lines in a style, in the characters that the terminal can take."""
    for line in lines:
        console.print(Text(fitting(line, console.encoding), style=style))


def show_answer(answer: str, *, apart: bool = False) -> None:
    """Print an answer, bold, its lines broken at signs; `apart` with a blank line around it.

    Lines of definitions that follow it are broken below their own right sides.
    """
    console = _console()
    first, *where = answer.split("\n")
    lines = formula(first, console.width)
    for line in where:
        lines += formula(line, console.width, line.find("= ") + 2)
    _print(console, ["", *lines, ""] if apart else lines, "bold")


def show_facts(facts: Sequence[str]) -> None:
    """Print what is to be known about an answer, dim, broken between facts, on standard error."""
    console = _console(stderr=True)
    _print(console, listed(facts, _separator(console), console.width), "dim")


def show_remark(kind: str, phrases: Sequence[str]) -> None:
    """Print a remark, dim, broken between its phrases, on standard error."""
    console = _console(stderr=True)
    first, *others = phrases
    pieces = [f"{kind}: {first}", *others]
    _print(console, listed(pieces, _separator(console), console.width, len(kind) + 2), "dim")


def _separator(console: Console) -> str:
    """What stands between facts, where the terminal can take it."""
    return SEPARATOR if console.encoding.startswith("utf") else " | "


def show_diagnostic(diagnostic: Diagnostic) -> None:
    """Print a diagnostic in colour, on standard error, as wide as the terminal is."""
    console = _console(stderr=True)
    for line in layout.lines(diagnostic, console.width):
        shown = Text()
        for style, piece in line:
            shown.append(fitting(piece, console.encoding), style=STYLES[style])
        console.print(shown)


def show_tree(rows: Sequence[tuple[int, str, str]], lines: Sequence[str]) -> None:
    """Print subexpressions, each with its depth and its shape, as a tree, else as `lines`.

    What is longer than the terminal is wide goes on below, so that each shape is seen.
    """
    console = Console(markup=False, highlight=False, emoji=False)
    if 4 * max(depth for depth, _, _ in rows) + NARROWEST > console.width:
        _print(_console(), lines, "")
        return
    path: list[Tree] = []
    for depth, text, shape in rows:
        label = Text(fitting(text, console.encoding))
        label.append(fitting(f"  {shape}", console.encoding), style="cyan")
        del path[depth:]
        path.append(path[-1].add(label) if path else Tree(label))
    console.print(path[0])


def show_table(rows: Sequence[tuple[str, ...]], heads: Sequence[str]) -> None:
    """Print rows of text under their heads, wrapped to the terminal's width."""
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(fitting(cell, console.encoding)) for cell in row))
    console.print(table)
