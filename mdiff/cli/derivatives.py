"""The commands that answer with a derivative: their words → answers, presented."""

from __future__ import annotations

from typing import Annotated

import typer

from mdiff.cli import arguments
from mdiff.cli.options import (  # noqa: TC001 - Typer reads the annotations
    AnswerLayout,
    AnswerStructure,
    AnswerVec,
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
    Strict,
    Wrt,
)
from mdiff.cli.report import reporting


def meant(expression: str | None, inline: str | None) -> str:
    """The text of the expression that the command line means."""
    if (expression is None) == (inline is None):
        message = "give one expression: as an argument, by -e, or `-` for standard input"
        raise typer.BadParameter(message, param_hint="EXPR")
    text = inline if expression is None else expression
    if text is None or expression == "-":
        return arguments.read_text()
    return arguments.checked(text)


def grad(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    form: OutputFormat = None,
    output: Output = None,
    structure: AnswerStructure = "projected",
    strict: Strict = False,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Gradient of a scalar.

    In the shape of the variable; without --wrt by every variable.
    """
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        text = meant(expression, inline)
        names, declared = arguments.names(wrt), arguments.declarations(let)
        answers = api.gradients(text, names, declared, structure=structure, strict=strict)
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
    strict: Strict = False,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Differential, with dX in place.

    Of a scalar, a vector or a matrix; without --wrt every variable changes.
    """
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        text = meant(expression, inline)
        names, declared = arguments.names(wrt), arguments.declarations(let)
        answer = api.d(text, names, declared, order=order, strict=strict)
        present((answer,), form, output, seed=None if no_proof else seed, quiet=quiet)


def jac(  # noqa: PLR0913 - a parameter an option
    expression: Expression = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    shown: Shown = "matrix",
    layout: AnswerLayout = "numerator",
    vec: AnswerVec = "vec",
    form: OutputFormat = None,
    output: Output = None,
    strict: Strict = False,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Jacobian of anything by one variable.

    By vec, which stacks columns; rows are the value.
    """
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        if shown == "operator" and layout == "denominator":
            message = "an operator has no layout"
            raise typer.BadParameter(message, param_hint="--layout")
        answer = api.jac(
            meant(expression, inline),
            arguments.names(wrt),
            arguments.declarations(let),
            form="matrix" if shown == "kron" else shown,
            layout=layout,
            half=vec == "vech",
            strict=strict,
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
    vec: AnswerVec = "vec",
    form: OutputFormat = None,
    output: Output = None,
    strict: Strict = False,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Hessian of a scalar.

    By vec, which stacks columns; --wrt X,Y gives the mixed block: rows X, columns Y.
    """
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        others = shown not in ("matrix", "kron") or vec == "vech"
        if inverse + newton + others > 1:
            message = "only one of --inverse, --newton and another --form or --vec"
            raise typer.BadParameter(message)
        text, names = meant(expression, inline), arguments.names(wrt)
        declared = arguments.declarations(let)
        if inverse:
            answer = api.inverse_hessian(text, names, declared, strict=strict)
        elif newton:
            answer = api.newton(text, names, declared, strict=strict)
        else:
            kind = "matrix" if shown == "kron" else shown
            half = vec == "vech"
            answer = api.hess(text, names, declared, form=kind, half=half, strict=strict)
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
    strict: Strict = False,
    no_proof: NoProof = False,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Taylor polynomial in dX around X.

    Of order 2 or 1; without --wrt every variable changes.
    """
    with reporting(debug=debug, given=expression):
        from mdiff import api
        from mdiff.cli.answers import present

        text = meant(expression, inline)
        names, declared = arguments.names(wrt), arguments.declarations(let)
        answer = api.taylor(text, names, declared, order=order, strict=strict)
        present((answer,), form, output, seed=None if no_proof else seed, quiet=quiet)
