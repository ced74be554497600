"""The words of a command line → an exit status: parse, ask, present."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer
import typer.main

from mdiff.cli import arguments
from mdiff.cli.check import check
from mdiff.cli.derivatives import HELP, OPTIONS, derive, shape
from mdiff.cli.manual import explain, functions
from mdiff.cli.problems import batch
from mdiff.cli.report import open_streams, reporting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from typer.core import TyperCommand, TyperGroup


def _version(asked: bool) -> None:  # noqa: FBT001 - a Typer callback
    """Print the version and leave."""
    if asked:
        from mdiff.version import __version__

        typer.echo(f"mdiff {__version__}")
        raise typer.Exit


def _mdiff(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Derivatives of matrix expressions, in matrix notation.

    An expression instead of a command asks for its gradient: `mdiff EXPR` is `mdiff grad EXPR`.
    """


COMMANDS: dict[str, Callable[..., None]] = {
    **dict.fromkeys(OPTIONS, derive),
    "shape": shape,
    "check": check,
    "batch": batch,
    "functions": functions,
    "explain": explain,
}

OWN = frozenset(name for names in OPTIONS.values() for name in names)
"""The parameters of `derive` that not every one of its commands has."""

COMPLETION = ("--show-completion", "--install-completion")


def run(words: Sequence[str]) -> int:
    """Run a command line and return its exit status; without words it is `mdiff --help`."""
    open_streams()
    words, standard_output = list(words) or ["--help"], sys.stdout
    if words[0] in COMPLETION and len(words) > 1:  # Typer takes the shell's name only with this
        os.environ["_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION"] = "1"
    try:
        with reporting():
            asked = words[0] if words[0] in COMMANDS else "grad"
            group = _group([asked], words)
            words = arguments.in_order(words, COMMANDS, cast("TyperCommand", group.commands[asked]))
            if words[0] != asked or "_MDIFF_COMPLETE" in os.environ:
                group = _group(list(COMMANDS), words)
            group(args=words, prog_name="mdiff")
    except typer.Exit as leave:
        return leave.exit_code
    except SystemExit as leave:
        closed = sys.stdout is not standard_output  # what Typer does where nobody reads its help
        return leave.code if isinstance(leave.code, int) and not closed else 0
    return 0


def _group(names: Sequence[str], words: Sequence[str]) -> TyperGroup:
    """These commands for the words: the one that is asked for, or all; each one takes its time."""
    mode: Literal["rich"] | None = "rich" if sys.stdout.isatty() and sys.stderr.isatty() else None
    helping = len(names) > 1 or not {"--help", "-h"}.isdisjoint(words)
    app = typer.Typer(
        callback=_mdiff,
        add_completion=len(names) > 1,
        context_settings={"help_option_names": ["--help", "-h"]},
        epilog=_examples("", mode) if helping else None,
        pretty_exceptions_enable=False,
        rich_markup_mode=mode,
    )
    for name in names:
        epilog = _examples(name, mode) if helping else None
        app.command(name, help=HELP.get(name), epilog=epilog)(COMMANDS[name])
    group = cast("TyperGroup", typer.main.get_command(app))
    for name in OPTIONS.keys() & names:
        unfit = OWN.difference(OPTIONS[name])
        command = group.commands[name]
        command.params = [each for each in command.params if each.name not in unfit]
    return group


def _examples(name: str, mode: Literal["rich"] | None) -> str:
    """What stands below the help of a command: lines as they would be typed."""
    from mdiff.cli.examples import EXAMPLES

    shown = "\n".join(["\b", "Examples:", *(f"  {line}" for line in EXAMPLES[name])])
    return shown.replace("[", "\\[") if mode else shown
