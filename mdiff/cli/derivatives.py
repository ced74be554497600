"""The commands about one expression: their words → a question, whose answers are presented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

import typer

from mdiff.cli import arguments, options
from mdiff.cli.report import reporting

if TYPE_CHECKING:
    from mdiff.question import Kind

OPTIONS = {
    "grad": ("structure",),
    "d": ("order",),
    "jac": ("shown", "layout", "vec"),
    "hess": ("shown", "inverse", "newton", "vec"),
    "taylor": ("order",),
}
"""What each command has for itself of the options of `derive`, by the names of its parameters."""

HELP = {
    "grad": """Gradient of a scalar.

    In the shape of the variable; without --wrt by every variable.
    """,
    "d": """Differential, with dX in place.

    Of a scalar, a vector or a matrix; without --wrt every variable changes.
    """,
    "jac": """Jacobian of anything by one variable.

    By vec, which stacks columns; rows are the value.
    """,
    "hess": """Hessian of a scalar.

    By vec, which stacks columns; --wrt X,Y gives the mixed block: rows X, columns Y.
    """,
    "taylor": """Taylor polynomial in dX around X.

    Of order 2 or 1; without --wrt every variable changes.
    """,
}


def derive(  # noqa: PLR0913 - a parameter an option
    context: typer.Context,
    expression: options.Expression = None,
    *,
    inline: options.Inline = None,
    wrt: options.Wrt = None,
    let: options.Let = None,
    order: options.Order = None,
    shown: options.Shown = "matrix",
    layout: options.AnswerLayout = "numerator",
    inverse: options.Inverse = False,
    newton: options.Newton = False,
    vec: options.AnswerVec = "vec",
    form: options.OutputFormat = None,
    output: options.Output = None,
    structure: options.AnswerStructure = "projected",
    strict: options.Strict = False,
    no_proof: options.NoProof = False,
    timeout: options.Timeout = 20,
    memory: options.Memory = 1000,
    seed: options.Seed = 0,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Answer with the derivative that the command is called for."""
    with reporting(debug=debug, given=expression):
        from mdiff.cli.answers import present
        from mdiff.limits import Limits
        from mdiff.question import Question, names_of

        kind = cast("Kind", context.info_name)
        if shown == "operator" and layout == "denominator":
            raise typer.BadParameter("an operator has no layout", param_hint="--layout")
        if kind == "hess":
            if inverse + newton + (shown not in ("matrix", "kron") or vec == "vech") > 1:
                message = "only one of --inverse, --newton and another --form or --vec"
                raise typer.BadParameter(message)
            kind = "inverse hessian" if inverse else "newton" if newton else kind
        question = Question(
            meant(expression, inline),
            names_of(map(arguments.checked, wrt or ())),
            tuple(map(arguments.checked, let or ())),
            kind,
            order or 0,
            "matrix" if shown == "kron" else shown,
            layout,
            vec == "vech",
            structure,
            strict,
        )
        points = None if no_proof else seed
        present(question, Limits(timeout, memory), form, output, seed=points, quiet=quiet)


def shape(  # noqa: PLR0913 - a parameter an option
    expression: options.Expression = None,
    *,
    inline: options.Inline = None,
    let: options.Let = None,
    form: Annotated[
        Literal["plain", "json"] | None, typer.Option("--format", help="plain or json.")
    ] = None,
    output: options.Output = None,
    strict: options.Strict = False,
    timeout: options.Timeout = 20,
    memory: options.Memory = 1000,
    debug: options.Debug = False,
) -> None:
    """Every subexpression with its shape, as a tree."""
    with reporting(debug=debug, given=expression):
        from mdiff.cli.answers import present_tree
        from mdiff.limits import Limits
        from mdiff.question import Question

        declared = tuple(map(arguments.checked, let or ()))
        question = Question(meant(expression, inline), (), declared, strict=strict)
        present_tree(question, Limits(timeout, memory), form, output)


def meant(expression: str | None, inline: str | None) -> str:
    """The text of the expression that the command line means."""
    if (expression is None) == (inline is None):
        message = "give one expression: as an argument, by -e, or `-` for standard input"
        raise typer.BadParameter(message, param_hint="EXPR")
    text = inline if expression is None else expression
    if text is None or expression == "-":
        return arguments.read_text()
    return arguments.checked(text)
