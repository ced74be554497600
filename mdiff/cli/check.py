"""`mdiff check`: the words of the command → verdicts, and what is shown of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mdiff.cli import arguments
from mdiff.cli.options import Debug, Format, Inline, Let, Output, Quiet, Seed, Wrt  # noqa: TC001 - Typer
from mdiff.cli.report import as_json, deliver, is_utf8, refused, remark, reporting, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.verdicts import Verdict

TERMINAL = "-"
"""What `--plot` without a file means (`arguments.in_order` puts it there)."""

_GRAVITY = ("wrong", "unproved", "correct")
"""What several verdicts amount to: the first of these that is among them."""

SUFFIXES = (".png", ".svg", ".pdf")


def check(  # noqa: PLR0913 - a parameter an option
    texts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EXPR CLAIM",
            show_default=False,
            help="An expression, and what is claimed to be its derivative; - reads one of them.",
        ),
    ] = None,
    *,
    inline: Inline = None,
    wrt: Wrt = None,
    let: Let = None,
    kind: Annotated[
        Literal["grad", "d", "jac", "hess"],
        typer.Option("--kind", show_default=True, help="What is claimed; with dX in it always d."),
    ] = "grad",
    lines: Annotated[
        str | None,
        typer.Option(
            "--lines",
            metavar="FILE",
            help="A derivation: `EXPR ; wrt X`, then a claim a line (- reads standard input).",
        ),
    ] = None,
    structure: Annotated[
        Literal["projected", "entries", "ambient", "tangent"],
        typer.Option(
            "--structure",
            show_default=True,
            help="In which sense the gradient by a structured variable is meant.",
        ),
    ] = "projected",
    plot: Annotated[
        str | None,
        typer.Option(
            "--plot",
            metavar="[FILE]",
            help="Plot the error of difference quotients, on the terminal or into FILE.png, .svg.",
        ),
    ] = None,
    form: Annotated[
        Format | None,
        typer.Option("--format", help="The form of what is right; as you write, unless told."),
    ] = None,
    output: Output = None,
    seed: Seed = 0,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Is a derivative right? If not, which slip was made?

    Exit status 0: it is correct. 1: it is wrong as it stands, also where it is right in another
    layout or under a condition (that is said). 6: neither could be proved.
    """
    given = texts[0] if texts else None
    with reporting(debug=debug, given=given):
        from mdiff.verdicts import check_each
        from mdiff.verdicts.lines import read_lines

        if lines is not None:
            claims_before, expression = [], _expression(texts, inline, most=1)
            asked = read_lines(_read(lines), expression)
            claims_before += asked.claims
        else:
            expression, claim = _both(texts, inline)
            claims_before = [claim]
            asked = None
        verdicts = check_each(
            asked.expression if asked else expression or "",
            claims_before,
            arguments.names(wrt) or (asked.wrt if asked else None),
            [*arguments.declarations(let), *(asked.let if asked else [])],
            kind=kind,
            structure=structure,
            seed=seed,
        )
        present(verdicts, form, output, quiet=quiet)
        worst = _worst(verdicts)
        if plot is not None:
            _plot(worst, plot, seed)
        if worst.exit_status:
            raise typer.Exit(worst.exit_status)


def _both(texts: Sequence[str] | None, inline: str | None) -> tuple[str, str]:
    """The expression and the claim that the command line means."""
    words = [*([inline] if inline is not None else []), *(texts or ())]
    if len(words) != 2:
        message = f"give an expression and a claim (here are {len(words)} texts), or --lines FILE"
        raise typer.BadParameter(message, param_hint="EXPR CLAIM")
    if words == ["-", "-"]:
        raise typer.BadParameter("only one of them can be read", param_hint="EXPR CLAIM")
    first, second = (arguments.read_text() if word == "-" else word for word in words)
    return arguments.checked(first), arguments.checked(second)


def _expression(texts: Sequence[str] | None, inline: str | None, most: int) -> str | None:
    """The expression beside `--lines`, where it is not in the file."""
    words = [*([inline] if inline is not None else []), *(texts or ())]
    if len(words) > most:
        message = "with --lines, claims stand in the file: give the expression at most"
        raise typer.BadParameter(message, param_hint="EXPR CLAIM")
    return arguments.checked(words[0]) if words else None


def _read(name: str) -> str:
    """The text of a file."""
    if name == "-":
        return arguments.read_text()
    try:
        with open(name, "rb") as stream:  # noqa: PTH123 - quick start
            raw = stream.read(arguments.LONGEST_TEXT)
    except (OSError, ValueError) as error:
        raise refused("--lines", f"cannot read {name}", error) from None
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    return arguments.checked(text.replace("\r\n", "\n"))


# ---- what is shown


def present(
    verdicts: Sequence[Verdict], form: Format | None, output: str | None, *, quiet: bool
) -> None:
    """Show all verdicts, and what is wrong with those that are."""
    if not quiet:
        readings = dict.fromkeys(phrase for each in verdicts for phrase in each.readings)
        if readings:
            remark("read", " · ".join(readings))
        sys.stderr.flush()
    if form == "json":
        deliver(
            as_json({**_worst(verdicts).json(), "claims": [each.json() for each in verdicts]}),
            output,
        )
        return
    on_terminal = output is None and sys.stdout.isatty()
    if on_terminal:
        _on_terminal(verdicts, quiet=quiet)
    else:
        lines = (
            f"{each.where}: {each.told(form)}" if each.where else each.told(form)
            for each in verdicts
        )
        deliver("\n".join(lines), output)
    sys.stdout.flush()
    for each in verdicts:
        found = each.diagnostic(form)
        if found is not None:
            # what is right is on standard output already where that is no terminal
            tell(found if on_terminal else found.without_helps())


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    """The first false claim, else the first that is not proved, else the first."""
    return min(verdicts, key=lambda each: _GRAVITY.index(each.status))


def _on_terminal(verdicts: Sequence[Verdict], *, quiet: bool) -> None:
    from mdiff.cli import terminal

    if len(verdicts) > 1:
        right, wrong = ("✓", "✗") if is_utf8() else ("right", "wrong")
        marks = {"correct": right, "wrong": wrong, "unproved": "?"}
        for each in verdicts:
            terminal.show_answer(f"{marks[each.status]} {' '.join(each.claim.split())}")
    worst = _worst(verdicts)
    terminal.show_answer("wrong" if worst.status == "wrong" else worst.sentence)
    sys.stdout.flush()
    if quiet:
        return
    shapes = ", ".join(f"{name}: {shape}" for name, shape in worst.shapes.items())
    facts = [*worst.conditions] if worst.status == "correct" else []
    facts += [f"with {shapes}"] if shapes else []
    facts += [str(worst.proof)] if worst.status == "correct" else []
    if facts:
        terminal.show_facts(facts)


def _plot(verdict: Verdict, target: str, seed: int) -> None:
    """Plot the error of difference quotients, on standard error or into a file."""
    from mdiff.verdicts import plot

    curves = plot.curves_of(verdict, seed)
    if target == TERMINAL:
        for line in plot.as_text(curves).split("\n"):
            sys.stderr.write(f"{line}\n")
        return
    if not target.endswith(SUFFIXES):
        message = f"a plot is written into a file that ends in {', '.join(SUFFIXES)}"
        raise typer.BadParameter(message, param_hint="--plot")
    try:
        plot.into_file(curves, target)
    except ImportError:
        message = (
            "plots into files need matplotlib: pip install 'mdiff[plot]'"
            " (`--plot` alone plots on the terminal)"
        )
        raise typer.BadParameter(message, param_hint="--plot") from None
    except OSError as error:
        raise refused("--plot", f"cannot write {target}", error) from None
    remark("plot", target)
