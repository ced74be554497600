"""The words of a command line → an exit status: parse, ask, present."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mdiff.cli import arguments
from mdiff.cli.check import check
from mdiff.cli.derivatives import d, grad, hess, jac, meant, taylor
from mdiff.cli.options import (  # noqa: TC001 - Typer reads the annotations
    Debug,
    Expression,
    Inline,
    Let,
    NoProof,
    Output,
    Seed,
    Strict,
)
from mdiff.cli.report import INTERRUPTED, reporting, tell
from mdiff.errors import unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


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


def shape(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    let: Let = None,
    form: Annotated[
        Literal["plain", "json"] | None, typer.Option("--format", help="plain or json.")
    ] = None,
    output: Output = None,
    strict: Strict = False,
    debug: Debug = False,
) -> None:
    """Every subexpression with its shape, as a tree."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present_tree

        text, declared = meant(expression, inline), arguments.declarations(let)
        present_tree(api.pose(text, (), declared, strict=strict), form, output)


def batch(  # noqa: PLR0913 - a parameter an option
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Files of problems; - reads them.")
    ],
    *,
    source: Annotated[
        Literal["jsonl", "plain"] | None,
        typer.Option("--from", help="How the files are written; by their suffix without it."),
    ] = None,
    form: Annotated[
        Literal["jsonl", "plain"],
        typer.Option(
            "--format",
            show_default=True,
            help="One object a line; or answers, `id: answer`, and below one whose text could be"
            " read in another way a line `# read: …`.",
        ),
    ] = "jsonl",
    output: Output = None,
    strict: Strict = False,
    no_proof: NoProof = False,
    seed: Seed = 0,
    debug: Debug = False,
) -> None:
    """Derivatives of many problems.

    In order, each answered by itself; what goes wrong with one does not touch the others.
    """
    with reporting(debug=debug):
        from functools import partial

        from mdiff import records
        from mdiff.cli.problems import answer_files

        solve = partial(records.solve, seed=None if no_proof else seed, strict=strict)
        answer_files(files, source, form, output, solve)


def functions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    *,
    debug: Debug = False,
) -> None:
    """The functions that mdiff knows.

    With a name everything that it knows about one of them.
    """
    with reporting(debug=debug):
        from mdiff.cli.manual import show_function, show_functions

        if name is None:
            show_functions()
        else:
            show_function(name)


def explain(
    code: Annotated[str | None, typer.Argument(metavar="[CODE]", show_default=False)] = None,
    *,
    debug: Debug = False,
) -> None:
    """What an error code means.

    With an example that it answers; without a code all of them in a line each.
    """
    with reporting(debug=debug):
        from mdiff.cli.manual import show_code, show_codes

        if code is None:
            show_codes()
        else:
            show_code(code)


COMMANDS: dict[str, Callable[..., None]] = {
    "grad": grad,
    "d": d,
    "jac": jac,
    "hess": hess,
    "taylor": taylor,
    "shape": shape,
    "check": check,
    "batch": batch,
    "functions": functions,
    "explain": explain,
}


def run(words: Sequence[str]) -> int:
    """Run a command line and return its exit status; without words it is `mdiff --help`."""
    completing = "_MDIFF_COMPLETE" in os.environ
    meant = arguments.with_command(words or ["--help"], COMMANDS)
    try:
        _application([] if completing else meant)(args=arguments.in_order(meant), prog_name="mdiff")
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - whatever reading the words met
        told = unexpected(error)
        tell(told.diagnostic)
        return told.status
    return 0


def _application(words: Sequence[str]) -> typer.Typer:
    """The commands for Typer: the one that is asked for, or all, since each one takes its time."""
    asked = words[0] if words and words[0] in COMMANDS else None
    mode: Literal["rich"] | None = "rich" if sys.stdout.isatty() and sys.stderr.isatty() else None
    helping = asked is None or not {"--help", "-h"}.isdisjoint(words)
    app = typer.Typer(
        callback=_mdiff,
        add_completion=asked is None,
        context_settings={"help_option_names": ["--help", "-h"]},
        epilog=_examples("", mode) if helping else None,
        pretty_exceptions_enable=False,
        rich_markup_mode=mode,
    )
    for name in [asked] if asked else COMMANDS:
        app.command(name, epilog=_examples(name, mode) if helping else None)(COMMANDS[name])
    return app


def _examples(name: str, mode: Literal["rich"] | None) -> str:
    """What stands below the help of a command: lines as they would be typed."""
    from mdiff.cli.examples import EXAMPLES

    shown = "\n".join(["\b", "Examples:", *(f"  {line}" for line in EXAMPLES[name])])
    return shown.replace("[", "\\[") if mode else shown
