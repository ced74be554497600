"""The words of a command line → options, expressions and texts; answers nothing.

An expression may begin with `-`, so a word is an option only where it looks like one.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

COMMANDS = frozenset({"grad", "d", "jac", "hess", "taylor", "shape", "check"})
"""The commands that take an expression."""

VALUED = frozenset(
    {
        "--wrt",
        "--let",
        "--format",
        "-o",
        "--output",
        "--structure",
        "--seed",
        "-e",
        "--expression",
        "--form",
        "--layout",
        "--order",
        "--vec",
        "--kind",
        "--lines",
    }
)
"""The options of those commands that are followed by a value."""

_COMMA = re.compile(r",(?![^\[{(]*[\]})])")
"""A comma that stands in no bracket."""

LONGEST_TEXT = 4_000_000
"""Bytes of standard input; more is refused without being read."""


def with_command(words: Sequence[str], commands: Collection[str]) -> list[str]:
    """The words; where the first is an expression, behind the command that it leaves out, `grad`.

    A word that seems to be a mistyped command stays, to be told: one that is like a command, or
    that stands before an expression.
    """
    first = words[0]
    is_option = _is_option(first) or first in {"-h", "-V"}
    if first in commands or (is_option and first.partition("=")[0] not in VALUED):
        return list(words)
    asked = ["grad", *words]
    if first.isalpha() and len(first) > 1:
        from difflib import get_close_matches

        ordered = in_order(asked)
        texts = ordered[ordered.index("--") + 1 :]
        if len(texts) > 1 or get_close_matches(first, commands):
            return list(words)
    return asked


def in_order(words: Sequence[str]) -> list[str]:
    """The words with options first and, after a `--`, the expressions: `-x^T x` is no option.

    What looks like an option (`--name`, `-e`, `-o`, `-h`) stays one, so that an unknown one is
    refused.
    """
    if not words or words[0] not in COMMANDS:
        return list(words)
    options: list[str] = [words[0]]
    expressions: list[str] = []
    index = 1
    while index < len(words):
        word = words[index]
        index += 1
        if word == "--":
            expressions += words[index:]
            break
        if word in VALUED:
            options += words[index - 1 : index + 1]
            if index == len(words):
                return options  # its value is missing, which is told before anything else
            index += 1
        elif word == "--plot":  # its value, a file, may be left out
            named = index < len(words) and words[index].endswith((".png", ".svg", ".pdf"))
            options += [word, words[index] if named else "-"]
            index += named
        elif _is_option(word) or word == "-h":
            options.append(word)
        else:
            expressions.append(word)
    return [*options, "--", *expressions] if expressions else options


def _is_option(word: str) -> bool:
    """Whether a word looks like `--name` or `--name=value`."""
    name = word[2:].partition("=")[0]
    return word.startswith("--") and name.isascii() and name.replace("-", "").isalpha()


def names(wrt: Sequence[str] | None) -> list[str] | None:
    """The variables of `--wrt A,X`, which may be repeated; each once; None where there are none."""
    found = [name.strip() for part in wrt or () for name in _COMMA.split(checked(part))]
    return [name for name in dict.fromkeys(found) if name] or None


def declarations(let: Sequence[str] | None) -> list[str]:
    """The texts of `--let`."""
    return [checked(text) for text in let or ()]


def read_text() -> str:
    """The text on standard input; raises E051 where it is not UTF-8, E002 where it is too long."""
    raw = sys.stdin.buffer.read(LONGEST_TEXT + 1)
    if len(raw) > LONGEST_TEXT:
        raise fail("E002", f"a text of more than {LONGEST_TEXT} bytes is not read")
    return checked(raw.decode("utf-8-sig", errors="surrogateescape").rstrip("\r\n"))


def checked(text: str) -> str:
    """The text, if it was UTF-8; raises E051 where a byte was not."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        label = Label((error.start, error.start + 1), "this byte is no character")
        raise fail("E051", "the text is not UTF-8", text=text, labels=[label]) from None
    return text
