"""Text → standard output, standard error or a file; failures → diagnostics and exit statuses.

Machine output is written as it is. Rich is loaded only to present something on a terminal.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
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


@contextmanager
def reporting(*, debug: bool, given: str | None = None) -> Iterator[None]:
    """Turn whatever goes wrong inside into a diagnostic and an exit status, never a traceback.

    `given` is the expression as typed: where it is also a file, a note says how to read that.
    """
    try:
        yield
        sys.stdout.flush()
    except (typer.Exit, typer.BadParameter):
        raise
    except BrokenPipeError:
        _close_quietly()
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except MdiffError as error:
        if debug:
            _traceback()
        tell(_with_file_note(error.diagnostic, given))
        raise typer.Exit(error.status) from None
    except OSError as error:
        _close_quietly()
        complain("error", f"the answer cannot be written: {error.strerror}")
        raise typer.Exit(USAGE) from None
    except Exception as error:  # noqa: BLE001 - the last resort
        if debug:
            _traceback()
        told = unexpected(error)
        tell(told.diagnostic)
        raise typer.Exit(told.status) from None


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
    from mdiff.diagnostics import layout

    shown = [layout.clean(phrase) for phrase in phrases]
    if sys.stderr.isatty():
        from mdiff.cli import terminal

        terminal.show_remark(kind, shown)
    else:
        write(sys.stderr, f"{kind}: {SEPARATOR.join(shown)}")


def complain(what: str, message: str) -> None:
    """Print a line on standard error about something that failed: `ridge: error[E007]: …`."""
    from mdiff.diagnostics import layout

    write(sys.stderr, f"{what}: {layout.clean(message)}")


def write(stream: TextIO, text: str) -> None:
    """Write a line as it is; where the stream cannot take it, in ASCII."""
    try:
        stream.write(f"{text}\n")
    except UnicodeEncodeError:
        from mdiff.render.ascii import fitting

        stream.write(f"{fitting(text, stream.encoding)}\n")


def is_utf8(stream: TextIO | None = None) -> bool:
    """Whether a stream, standard output unless another is given, takes every character."""
    encoding = (stream or sys.stdout).encoding
    return encoding.lower().replace("-", "") == "utf8"


def as_json(value: object) -> str:
    """The value as JSON on one line, readable where standard output can take it."""
    import json

    return json.dumps(value, ensure_ascii=not is_utf8())


def deliver(text: str, output: str | None) -> None:
    """Write a command's answer to standard output, or to the file that was asked for."""
    if output is None:
        write(sys.stdout, text)
        return
    try:
        with open(output, "w", encoding="utf-8", errors="backslashreplace") as file:  # noqa: PTH123 - quick start
            file.write(f"{text}\n")
    except (OSError, ValueError) as error:
        raise refused("-o", f"cannot write {output}", error) from None


def refused(option: str, what: str, error: Exception) -> typer.BadParameter:
    """The usage error for a file that cannot be opened."""
    from mdiff.diagnostics import layout

    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return typer.BadParameter(layout.clean(f"{what}: {reason}"), param_hint=option)


def _with_file_note(diagnostic: Diagnostic, given: str | None) -> Diagnostic:
    """The diagnostic, with a note where the expression is the name of a file."""
    if given is None or diagnostic.code[:2] not in {"E0", "E1"} or not _is_file(given):
        return diagnostic
    note = (
        f"`{given}` is a file, and an argument is never taken for one:"
        " `-` reads an expression from standard input, `mdiff batch` reads files"
    )
    return diagnostic.but(notes=(*diagnostic.notes, note))


def _is_file(given: str) -> bool:
    """Whether there is a file of that name; a name that no file can have is none."""
    try:
        return os.path.isfile(given)  # noqa: PTH113 - quick start
    except ValueError:
        return False


def _close_quietly() -> None:
    """Let the interpreter's last flush go nowhere: whoever read the output has gone."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _traceback() -> None:
    """Print the traceback of what is being handled."""
    import traceback

    traceback.print_exc()
