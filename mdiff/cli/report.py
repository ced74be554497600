"""Text → standard output, standard error or a file; failures → diagnostics and exit statuses.

Machine output is written as it is. Rich is loaded only to present something on a terminal.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import typer

from mdiff.errors import Diagnostic, MdiffError, unexpected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

SEPARATOR = " · "
"""What stands between phrases or facts on a line."""

INTERRUPTED = 130
USAGE = 2

INPUT = "standard input"
"""How the file `-` is called."""


def open_streams() -> None:
    """Open those of the standard streams that whoever called has closed.

    To read or to write them is an error, as of any file; what would be remarked is not heard.
    """
    sys.stdin = sys.stdin or os.fdopen(os.open(os.devnull, os.O_WRONLY), encoding="utf-8")
    sys.stdout = sys.stdout or os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    sys.stderr = sys.stderr or os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")


@contextmanager
def reporting(*, debug: bool = False, given: str | None = None) -> Iterator[None]:
    """Turn whatever goes wrong inside into a diagnostic and an exit status, never a traceback.

    `given` is the expression as typed: where it is also a file, a note says how to read that.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except (typer.Exit, typer.BadParameter):
        raise
    except BrokenPipeError:
        _close_quietly(sys.stdout)
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        _close_quietly(sys.stdout)
        complain("error", f"the answer cannot be written: {error.strerror}")
        raise typer.Exit(USAGE) from None
    except Exception as error:  # noqa: BLE001 - the last resort
        told = error if isinstance(error, MdiffError) else unexpected(error)
        if debug:
            import traceback

            write(sys.stderr, traceback.format_exc().rstrip())
        tell(_with_file_note(told.diagnostic, given))
        raise typer.Exit(told.status) from None


def clean(text: str) -> str:
    """The text on one line, nothing in it that a terminal would obey."""
    from mdiff.diagnostics import layout

    return layout.clean(text)


def tell(diagnostic: Diagnostic) -> None:
    """Print a diagnostic on standard error, in colour on a terminal."""
    if sys.stderr.isatty():
        from mdiff.cli import terminal

        terminal.show_diagnostic(diagnostic)
    else:
        from mdiff.diagnostics import layout

        write(sys.stderr, layout.text(diagnostic))


def remark(kind: str, *phrases: str) -> None:
    """Print phrases on a line on standard error, `read: …`, dim on a terminal."""
    kind, *shown = map(clean, (kind, *phrases))
    if sys.stderr.isatty():
        from mdiff.cli import terminal

        terminal.show_remark(kind, shown)
    else:
        write(sys.stderr, f"{kind}: {SEPARATOR.join(shown)}")


def complain(what: str, message: str) -> None:
    """Print a line on standard error about something that failed: `ridge: error[E007]: …`."""
    write(sys.stderr, f"{clean(what)}: {clean(message)}")


def write(stream: TextIO, text: str) -> None:
    """Write a line as it is; where the stream cannot take it, in ASCII.

    That standard error cannot be written is no failure of the command.
    """
    try:
        try:
            stream.write(f"{text}\n")
        except UnicodeEncodeError:
            from mdiff.render.ascii import fitting

            stream.write(f"{fitting(text, stream.encoding)}\n")
        if stream is sys.stderr:
            stream.flush()
    except OSError:
        if stream is not sys.stderr:
            raise
        _close_quietly(stream)


def is_utf8() -> bool:
    """Whether standard output takes every character."""
    return sys.stdout.encoding.lower().replace("-", "") == "utf8"


def as_json(value: object) -> str:
    """The value as JSON on one line, readable where standard output can take it."""
    import json

    text = json.dumps(value, ensure_ascii=not is_utf8())
    if not text.isprintable():  # what a terminal would obey is escaped as well
        pieces = (c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
        text = "".join(pieces)
    return text


@contextmanager
def target(output: str | None) -> Iterator[TextIO]:
    """Where a command's answer goes: standard output, or the file that was asked for."""
    if output is None:
        yield sys.stdout
        return
    try:
        with open(output, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - quick start
            yield file
    except (OSError, ValueError) as error:
        raise refused("-o", f"cannot write {output}", error) from None


def deliver(text: str, output: str | None) -> None:
    """Write a command's answer where it goes."""
    with target(output) as out:
        write(out, text)


def refused(option: str, what: str, error: Exception) -> typer.BadParameter:
    """The usage error for a file that cannot be opened."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return typer.BadParameter(clean(f"{what}: {reason}"), param_hint=option)


def _with_file_note(diagnostic: Diagnostic, given: str | None) -> Diagnostic:
    """The diagnostic, with a note where the expression is the name of a file."""
    if given is None or diagnostic.code[:2] not in {"E0", "E1"}:
        return diagnostic
    if not os.path.isfile(given):  # noqa: PTH113 - quick start
        return diagnostic
    note = (
        f"`{given}` is a file, and an argument is never taken for one:"
        " `-` reads an expression from standard input, `mdiff batch` reads files"
    )
    return diagnostic.but(notes=(*diagnostic.notes, note))


def _close_quietly(stream: TextIO) -> None:
    """Let the interpreter's last flush go nowhere: whoever read the stream has gone."""
    with suppress(OSError, ValueError):  # a stream of a test has no file below it
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
