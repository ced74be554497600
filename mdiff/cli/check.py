"""`mdiff check`: the words of the command → verdicts, and what is shown of them."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mdiff.cli import arguments, options, report
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Diagnostic
    from mdiff.verdicts import Verdict
    from mdiff.verdicts.lines import Lines
    from mdiff.verdicts.plot import Curves

TERMINAL = "-"
"""What `--plot` without a file means (`arguments.expressions_last` puts it there)."""

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
    inline: options.Inline = None,
    wrt: options.Wrt = None,
    let: options.Let = None,
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
        options.Format | None,
        typer.Option("--format", help="The form of what is right; as you write, unless told."),
    ] = None,
    output: options.Output = None,
    timeout: options.Timeout = 20,
    memory: options.Memory = 1000,
    seed: options.Seed = 0,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Is a derivative right? If not, which slip was made?

    Exit status 0: it is correct. 1: it is wrong as it stands, also where it is right in another
    layout or under a condition (that is said). 6: neither could be proved.
    """
    given = texts[0] if texts else None
    with report.reporting(debug=debug, given=given):
        from mdiff.limits import Limits, within
        from mdiff.question import Question, names_of
        from mdiff.verdicts import check_each

        asked = _asked(texts, inline, lines)
        declared = (*map(arguments.checked, let or ()), *asked.let)
        by = names_of([*map(arguments.checked, wrt or ())] or asked.wrt)
        question = Question(asked.expression, by, declared, kind, structure=structure)
        limits = Limits(timeout, memory)

        def compute() -> list[Told]:
            return [_told(each, form) for each in check_each(question, asked.claims, seed)]

        told = within(limits, compute)
        present(told, form, output, quiet=quiet)
        worst = _worst(told).verdict
        if plot is not None:
            from mdiff.verdicts.plot import curves_of

            _plot(within(limits, partial(curves_of, worst, seed)), plot)
        if worst.exit_status:
            raise typer.Exit(worst.exit_status)


def _asked(texts: Sequence[str] | None, inline: str | None, lines: str | None) -> Lines:
    """The expression and the claims that the command line means, or the file that it names."""
    from mdiff.verdicts.lines import Lines, read_lines

    words = [*([inline] if inline is not None else []), *(texts or ())]
    if lines is not None:
        if len(words) > 1:
            message = "with --lines, claims stand in the file: give the expression at most"
            raise typer.BadParameter(message, param_hint="EXPR CLAIM")
        expression = arguments.checked(words[0]) if words else None
        return read_lines(arguments.read_text(lines, "--lines"), expression)
    if len(words) != 2:
        message = f"give an expression and a claim (here are {len(words)} texts), or --lines FILE"
        raise typer.BadParameter(message, param_hint="EXPR CLAIM")
    if words == ["-", "-"]:
        raise typer.BadParameter("only one of them can be read", param_hint="EXPR CLAIM")
    first, second = (arguments.read_text() if word == "-" else word for word in words)
    return Lines(arguments.checked(first), [], [], [arguments.checked(second)])


# ---- what is shown


class Told(Record):
    """A verdict as it is shown: its line, its fields, and what is wrong with the claim."""

    verdict: Verdict
    line: str
    fields: dict[str, object]
    wrong: Diagnostic | None


def _told(verdict: Verdict, form: options.Format | None) -> Told:
    """What is shown of a verdict."""
    if form == "json":
        return Told(verdict, "", verdict.json(), verdict.diagnostic(form))
    line = f"{verdict.where}: " if verdict.where else ""
    return Told(verdict, f"{line}{verdict.told(form)}", {}, verdict.diagnostic(form))


def present(
    told: Sequence[Told], form: options.Format | None, output: str | None, *, quiet: bool
) -> None:
    """Show all verdicts, and what is wrong with those that are."""
    if not quiet:
        readings = dict.fromkeys(phrase for each in told for phrase in each.verdict.readings)
        if readings:
            report.remark("read", report.SEPARATOR.join(readings))
    if form == "json":
        fields = {**_worst(told).fields, "claims": [each.fields for each in told]}
        report.deliver(report.as_json(fields), output)
        return
    on_terminal = output is None and sys.stdout.isatty()
    if on_terminal:
        _on_terminal(told, quiet=quiet)
    else:
        report.deliver("\n".join(each.line for each in told), output)
    sys.stdout.flush()
    for each in told:
        if each.wrong is not None:
            # what is right is on standard output already where that is no terminal
            report.tell(each.wrong if on_terminal else each.wrong.but(helps=()))


def _worst(told: Sequence[Told]) -> Told:
    """The first false claim, else the first that is not proved, else the first."""
    return min(told, key=lambda each: _GRAVITY.index(each.verdict.status))


def _on_terminal(told: Sequence[Told], *, quiet: bool) -> None:
    from mdiff.cli import terminal

    if len(told) > 1:
        right, wrong = ("✓", "✗") if report.is_utf8() else ("right", "wrong")
        marks = {"correct": right, "wrong": wrong, "unproved": "?"}
        for each in told:
            claim = " ".join(each.verdict.claim.split())
            terminal.show_answer(f"{marks[each.verdict.status]} {claim}")
    worst = _worst(told).verdict
    terminal.show_answer("wrong" if worst.status == "wrong" else worst.sentence)
    sys.stdout.flush()
    if quiet:
        return
    shapes = ", ".join(f"{name}: {shape}" for name, shape in worst.shapes.items())
    correct = worst.status == "correct"
    facts = [*worst.conditions] if correct else []
    facts += [f"with {shapes}"] if shapes else []
    facts += [str(worst.proof)] if correct else []
    if facts:
        terminal.show_facts(facts)


def _plot(curves: Curves, target: str) -> None:
    """Plot the error of difference quotients, on standard error or into a file."""
    from mdiff.verdicts import plot

    if target == TERMINAL:
        report.write(sys.stderr, plot.as_text(curves))
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
        raise report.refused("--plot", f"cannot write {target}", error) from None
    report.remark("plot", target)
