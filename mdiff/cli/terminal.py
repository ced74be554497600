"""Answers, trees, tables and diagnostics → a terminal, by Rich; never markup, never for machines.

The only file that imports Rich; it is imported where something is shown on a terminal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from mdiff.diagnostics import layout

if TYPE_CHECKING:
    from collections.abc import Sequence

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

DEEPEST_TREE = 40
"""Levels that are drawn as a tree; a deeper one would run out of the screen."""


def _console(*, stderr: bool = False) -> Console:
    """A console that prints what it is given: no markup, no highlighting, no wrapping."""
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


def show_answer(answer: str) -> None:
    """Print an answer."""
    _console().print(Text(answer))


def show_facts(facts: Sequence[str]) -> None:
    """Print what is to be known about an answer, dim, on one line, on standard error."""
    _console(stderr=True).print(Text(" · ".join(facts), style="dim"))


def show_diagnostic(diagnostic: Diagnostic) -> None:
    """Print a diagnostic in colour, on standard error."""
    shown = Text()
    for index, line in enumerate(layout.lines(diagnostic)):
        shown.append("\n" if index else "")
        for style, piece in line:
            shown.append(piece, style=STYLES[style])
    _console(stderr=True).print(shown)


def show_tree(rows: Sequence[tuple[int, str, str]]) -> None:
    """Print subexpressions, each with its depth and its shape, as a tree."""
    path: list[Tree] = []
    for depth, text, shape in rows:
        label = Text(text)
        label.append(f"  {shape}", style="cyan")
        del path[depth:]
        path.append(path[-1].add(label) if path else Tree(label))
    _console().print(path[0])


def show_table(rows: Sequence[tuple[str, ...]], heads: Sequence[str]) -> None:
    """Print rows of text under their heads, wrapped to the terminal's width."""
    table = Table(box=None, pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    Console(highlight=False).print(table)
