"""The words of a command line → an exit status: parse, ask, present."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mdiff.cli import arguments
from mdiff.cli.check import check
from mdiff.cli.options import (  # noqa: TC001 - Typer reads the annotations
    AnswerLayout,
    AnswerStructure,
    Debug,
    Expression,
    Inline,
    Let,
    NoProof,
    Output,
    OutputFormat,
    Quiet,
    Seed,
    Shown,
    Wrt,
)
from mdiff.cli.report import INTERRUPTED, reporting, tell
from mdiff.errors import unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _meant(expression: str | None, inline: str | None) -> str:
    """The text of the expression that the command line means."""
    if (expression is None) == (inline is None):
        message = "give one expression: as an argument, by -e, or `-` for standard input"
        raise typer.BadParameter(message, param_hint="EXPR")
    text = inline if expression is None else expression
    if text is None or expression == "-":
        return arguments.read_text()
    return arguments.checked(text)


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


def grad(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    form: OutputFormat = None,
    output: Output = None,
    structure: AnswerStructure = "projected",
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Gradient of a scalar, in the shape of the variable; without --wrt by every variable."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        text = _meant(expression, inline)
        answers = api.gradients(
            text, arguments.names(wrt), arguments.declarations(let), structure=structure
        )
        present(answers, form, output, seed=None if no_proof else seed, quiet=quiet)


def d(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    form: OutputFormat = None,
    output: Output = None,
    order: Annotated[int, typer.Option("--order", min=1, max=2, help="1, or 2: of it.")] = 1,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Differential, with dX in place; without --wrt every variable changes."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        text = _meant(expression, inline)
        answer = api.d(text, arguments.names(wrt), arguments.declarations(let), order=order)
        present((answer,), form, output, seed=None if no_proof else seed, quiet=quiet)


def jac(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    shown: Shown = "matrix",
    layout: AnswerLayout = "numerator",
    form: OutputFormat = None,
    output: Output = None,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Jacobian of anything by one variable, vec by columns; rows are the value."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        if shown == "operator" and layout == "denominator":
            message = "an operator has no layout"
            raise typer.BadParameter(message, param_hint="--layout")
        answer = api.jac(
            _meant(expression, inline),
            arguments.names(wrt),
            arguments.declarations(let),
            form="matrix" if shown == "kron" else shown,
            layout=layout,
        )
        present((answer,), form, output, seed=None if no_proof else seed, quiet=quiet)


def hess(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    shown: Shown = "matrix",
    inverse: Annotated[bool, typer.Option("--inverse", help="The inverse of the Hessian.")] = False,
    newton: Annotated[
        bool, typer.Option("--newton", help="The Newton step, -H^-1 times the gradient.")
    ] = False,
    form: OutputFormat = None,
    output: Output = None,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Hessian of a scalar, vec by columns; the mixed block for --wrt X,Y: rows X, columns Y."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        if inverse + newton + (shown not in ("matrix", "kron")) > 1:
            message = "only one of --inverse, --newton and another --form"
            raise typer.BadParameter(message)
        text, names = _meant(expression, inline), arguments.names(wrt)
        declared = arguments.declarations(let)
        if inverse:
            answer = api.inverse_hessian(text, names, declared)
        elif newton:
            answer = api.newton(text, names, declared)
        else:
            kind = "matrix" if shown == "kron" else shown
            answer = api.hess(text, names, declared, form=kind)
        present((answer,), form, output, seed=None if no_proof else seed, quiet=quiet)


def taylor(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    order: Annotated[
        int, typer.Option("--order", min=1, max=2, show_default=True, help="1 or 2.")
    ] = 2,
    form: OutputFormat = None,
    output: Output = None,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Taylor polynomial in dX around X; without --wrt every variable changes."""
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        text = _meant(expression, inline)
        answer = api.taylor(text, arguments.names(wrt), arguments.declarations(let), order=order)
        present((answer,), form, output, seed=None if no_proof else seed, quiet=quiet)


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
            api.shape(_meant(expression, inline), arguments.declarations(let)), form, output
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
