"""The words of a command line → an exit status: parse, ask, present."""

from __future__ import annotations

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
)
from mdiff.cli.report import INTERRUPTED, reporting, tell
from mdiff.errors import unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _version(asked: bool) -> None:  # noqa: FBT001 - a Typer callback
    """Print the version and leave."""
    if asked:
        from mdiff.api import VERSION

        typer.echo(f"mdiff {VERSION}")
        raise typer.Exit


def _mdiff(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Derivatives of matrix expressions, in matrix notation."""


def shape(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    let: Let = None,
    form: Annotated[
        Literal["plain", "json"] | None, typer.Option("--format", help="plain or json.")
    ] = None,
    output: Output = None,
    debug: Debug = False,
) -> None:
    """Every subexpression with its shape, as a tree."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present_tree

        present_tree(
            api.shape(meant(expression, inline), arguments.declarations(let)), form, output
        )


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
        Literal["jsonl", "plain"], typer.Option("--format", help="One object a line, or answers.")
    ] = "jsonl",
    output: Output = None,
    no_proof: NoProof = False,
    seed: Seed = 0,
    debug: Debug = False,
) -> None:
    """Derivatives of many problems, in order, each answered by itself."""
    with reporting(debug=debug):
        from mdiff.cli.problems import answer_files

        answer_files(files, source, form, output, None if no_proof else seed)


def functions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", show_default=False)] = None,
    *,
    debug: Debug = False,
) -> None:
    """The functions that mdiff knows, or everything it knows about one."""
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
    """What an error code means, with an example; without a code all of them."""
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
    """Run a command line and return its exit status."""
    try:
        _application(words)(args=arguments.in_order(words), prog_name="mdiff")
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
    app = typer.Typer(
        callback=_mdiff,
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich" if sys.stdout.isatty() and sys.stderr.isatty() else None,
    )
    for name in words[:1] if words and words[0] in COMMANDS else COMMANDS:
        app.command(name)(COMMANDS[name])
    return app
