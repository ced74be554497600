"""Files of problems → their results, streamed; the batch itself is in `mdiff.records`."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import typer

from mdiff import records
from mdiff.cli.report import INPUT, as_json, complain, refused, remark, target, write
from mdiff.diagnostics.layout import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import BinaryIO, TextIO

    from mdiff.records import Result, Source

NOT_PROVED = 6
"""Exit status of a batch that was answered, but not proved throughout."""

FAILURES = 7
"""Exit status of a batch in which some records were not answered."""


def answer_files(
    files: Sequence[str],
    source: Source | None,
    form: Source,
    output: str | None,
    solve: Callable[[BinaryIO, Source], Iterator[Result]],
) -> None:
    """Answer every record of every file, in order, writing each result when it is known.

    In plain form answers go to standard output, each with its id and, where the text could be read
    in another way, a line `# read: …` below it; failures go to standard error.
    Raises a usage error for a file that cannot be opened, before anything is answered.
    """
    failed = unproved = total = 0
    with contextlib.ExitStack() as stack:
        streams = [(name, stack.enter_context(_opened(name))) for name in files]
        out = stack.enter_context(target(output))
        for name, stream in streams:
            written = source or records.source_of(name)
            for result in _each(name, solve(stream, written)):
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
