"""The options that commands share, as Typer reads them; holds no values."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

Format = Literal["plain", "unicode", "latex", "json"]
Structure = Literal["projected", "ambient"]

Expression = Annotated[
    str | None,
    typer.Argument(metavar="EXPR", show_default=False, help="An expression, or - to read one."),
]
Inline = Annotated[
    str | None, typer.Option("-e", "--expression", metavar="EXPR", help="The expression.")
]
Wrt = Annotated[
    list[str] | None,
    typer.Option("--wrt", metavar="X[,Y]", help="The variables to differentiate by."),
]
Let = Annotated[
    list[str] | None,
    typer.Option("--let", metavar="DECL", help="A declaration, 'A: n×k symmetric'; repeatable."),
]
OutputFormat = Annotated[
    Format | None,
    typer.Option("--format", help="The form of the answer; unicode on a terminal, else plain."),
]
Output = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="Write the answer to a file.")
]
AnswerStructure = Annotated[
    Structure,
    typer.Option(
        "--structure",
        show_default=True,
        help="The gradient by a symmetric or diagonal variable: projected on such matrices or not.",
    ),
]
Shown = Annotated[
    Literal["matrix", "kron", "operator", "index"],
    typer.Option(
        "--form",
        show_default=True,
        help="A matrix (kron is the same), the map from dX to the change, or indices.",
    ),
]
AnswerLayout = Annotated[
    Literal["numerator", "denominator"],
    typer.Option("--layout", show_default=True, help="Rows are the value, or the variable."),
]
AnswerVec = Annotated[
    Literal["vec", "vech"],
    typer.Option(
        "--vec",
        show_default=True,
        help="Of a symmetric variable all entries, or vech: those of its lower triangle.",
    ),
]
Order = Annotated[
    int | None,
    typer.Option("--order", min=1, max=2, help="1 or 2; unless told 1 for d, 2 for taylor."),
]
Inverse = Annotated[bool, typer.Option("--inverse", help="The inverse of the Hessian.")]
Newton = Annotated[
    bool, typer.Option("--newton", help="The Newton step, -H^-1 times the gradient.")
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout", metavar="SECONDS", min=0, show_default=True, help="Of computing; 0: no bound."
    ),
]
Memory = Annotated[
    float,
    typer.Option(
        "--memory", metavar="MIB", min=0, show_default=True, help="For computing; 0: no bound."
    ),
]
NoProof = Annotated[bool, typer.Option("--no-proof", help="Leave the proof of the answer out.")]
Seed = Annotated[int, typer.Option("--seed", show_default=True, help="Seed of the random points.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Assume nothing: refuse what a `read:` line would tell.")
]
Quiet = Annotated[
    bool, typer.Option("--quiet", help="Only the answer: no notes on how the input was read.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
