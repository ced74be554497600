"""`mdiff batch`: files of problems → their results, streamed, as `mdiff.records` gives them."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from mdiff.cli import options  # noqa: TC001 - Typer reads the annotations
from mdiff.cli.report import (
    INPUT,
    as_json,
    clean,
    complain,
    refused,
    remark,
    reporting,
    target,
    write,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

    from mdiff.records import Result, Source

NOT_PROVED = 6
"""Exit status of a batch that was answered, but not proved throughout."""

FAILURES = 7
"""Exit status of a batch in which some records were not answered."""


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
    output: options.Output = None,
    strict: options.Strict = False,
    no_proof: options.NoProof = False,
    timeout: options.Timeout = 20,
    memory: options.Memory = 1000,
    seed: options.Seed = 0,
    debug: options.Debug = False,
) -> None:
    """Derivatives of many problems.

    In order, each answered by itself; what goes wrong with one does not touch the others.
    """
    with reporting(debug=debug), contextlib.ExitStack() as stack:
        from mdiff import records
        from mdiff.limits import Limits

        points, limits = None if no_proof else seed, Limits(timeout, memory)
        failed = unproved = total = 0
        streams = [(name, stack.enter_context(_opened(name))) for name in files]
        out = stack.enter_context(target(output))
        for name, stream in streams:
            written = source or records.source_of(name)
            results = records.solve(stream, written, points, limits, strict=strict)
            for result in _each(name, results):
                total += 1
                failed += result["status"] != "ok"
                unproved += _unproved(result) is not None
                _tell(result, form, out)
                out.flush()
        if failed:
            remark("batch", f"{failed} of {total} not answered")
        if unproved:
            remark("batch", f"{unproved} of {total} not proved")
        if failed or unproved:
            raise typer.Exit(FAILURES if failed else NOT_PROVED)


def _unproved(result: Result) -> str | None:
    """Why the answer is not proved; None where there is none, or nothing was to be proved."""
    proof = result["proof"]
    if result["status"] != "ok" or proof is None or proof["verdict"] == "proved":
        return None
    return f"{proof['why']}"


def _tell(result: Result, form: Source, out: TextIO) -> None:
    """Write one result."""
    if form == "jsonl":
        write(out, as_json(result))
    elif result["status"] == "ok":
        write(out, f"{clean(str(result['id']))}: {result['plain']}")
        if result["reading"]:
            write(out, f"# read: {clean(result['reading'])}")
        why = _unproved(result)
        if why is not None:
            remark(f"{result['id']}", f"not proved: {why}")
    else:
        complain(f"{result['id']}", f"error[{result['code']}]: {result['message']}")


def _each(name: str, results: Iterator[Result]) -> Iterator[Result]:
    """The results; a usage error where their file cannot be read to its end."""
    try:
        yield from results
    except OSError as error:
        raise refused("FILE", f"cannot read {INPUT if name == '-' else name}", error) from None


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file as bytes; `-` is standard input."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = open(name, "rb")  # noqa: PTH123, SIM115 - quick start; closed below
    except (OSError, ValueError) as error:
        raise refused("FILE", f"cannot read {name}", error) from None
    with stream:
        yield stream
