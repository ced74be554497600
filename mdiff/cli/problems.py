"""Files of problems → their results, streamed; the batch itself is in `mdiff.batch`."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

import typer

from mdiff import batch
from mdiff.cli.report import as_json, refused, remark, write

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import BinaryIO, TextIO

    from mdiff.batch import Result, Source

NOT_PROVED = 6
"""Exit status of a batch that was answered, but not proved throughout."""

FAILURES = 7
"""Exit status of a batch in which some records were not answered."""


def answer_files(
    files: Sequence[str],
    source: Source | None,
    form: Source,
    output: str | None,
    seed: int | None,
) -> None:
    """Answer every record of every file, in order, writing each result when it is known.

    In plain form answers go to standard output and failures to standard error, each with its id.
    Answers are proved where there is a seed for the points.
    Raises a usage error for a file that cannot be opened, before anything is answered.
    """
    failed = unproved = total = 0
    with contextlib.ExitStack() as stack:
        streams = [(name, stack.enter_context(_opened(name))) for name in files]
        target = stack.enter_context(_target(output))
        for name, stream in streams:
            for result in batch.solve(stream, source or batch.source_of(name), seed):
                total += 1
                failed += result["status"] != "ok"
                unproved += _unproved(result) is not None
                _tell(result, form, target)
                target.flush()
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


def _tell(result: Result, form: Source, target: TextIO) -> None:
    """Write one result."""
    if form == "jsonl":
        write(target, as_json(result))
    elif result["status"] == "ok":
        write(target, f"{result['id']}: {result['plain']}")
        why = _unproved(result)
        if why is not None:
            remark(f"{result['id']}", f"not proved: {why}")
    else:
        remark(f"{result['id']}", f"error[{result['code']}]: {result['message']}")


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


@contextlib.contextmanager
def _target(output: str | None) -> Iterator[TextIO]:
    """Where results go: standard output, or the file that was asked for."""
    if output is None:
        yield sys.stdout
        return
    try:
        stream = open(output, "w", encoding="utf-8", errors="backslashreplace")  # noqa: PTH123, SIM115
    except (OSError, ValueError) as error:
        raise refused("-o", f"cannot write {output}", error) from None
    with stream:
        yield stream
