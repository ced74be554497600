"""The words of a command line → options, expressions and texts; answers nothing.

An expression may begin with `-`, so a word is an option only where it looks like one.
"""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from mdiff.cli.report import INPUT, refused
from mdiff.errors import fail, fail_at

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from typer.core import TyperCommand

_OPTION = re.compile(r"--[A-Za-z-]*[A-Za-z][A-Za-z-]*(?:=|$)", re.DOTALL)
"""What looks like `--name` or `--name=value`."""

LONGEST_TEXT = 4_000_000
"""Bytes of standard input; more is refused without being read."""


def in_order(words: Sequence[str], commands: Collection[str], command: TyperCommand) -> list[str]:
    """The words as Typer reads them, for a `command` that is named first or, `grad`, left out.

    It is left out before an expression; a word that seems to be a mistyped command stays, to be
    told: one that is like a command, or that stands before an expression.
    """
    takes_expressions = any(each.human_readable_name[:4] == "EXPR" for each in command.params)
    valued = {
        name for each in command.params if not getattr(each, "is_flag", True) for name in each.opts
    }
    first = words[0]
    if first in commands:
        return [first, *expressions_last(words[1:], valued)] if takes_expressions else list(words)
    is_option = _OPTION.match(first) or first in {"-h", "-V"}
    if is_option and first.partition("=")[0] not in valued:
        return list(words)
    ordered = expressions_last(words, valued)
    if first.isalpha() and len(first) > 1:
        from difflib import get_close_matches

        texts = ordered[ordered.index("--") + 1 :]
        if len(texts) > 1 or get_close_matches(first, commands):
            return list(words)
    return ["grad", *ordered]


def expressions_last(words: Sequence[str], valued: Collection[str]) -> list[str]:
    """The words with options first and, after a `--`, the expressions: `-x^T x` is no option.

    What looks like an option (`--name`, `-e`, `-o`, `-h`) stays one, so that an unknown one is
    refused; those that are `valued` keep the word behind them.
    """
    options: list[str] = []
    expressions: list[str] = []
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word == "--":
            expressions += words[index:]
            break
        if word == "--plot":  # its value, a file, may be left out
            named = index < len(words) and words[index].endswith((".png", ".svg", ".pdf"))
            options += [word, words[index] if named else "-"]
            index += named
        elif word in valued:
            options += words[index - 1 : index + 1]
            if index == len(words):
                return options  # its value is missing, which is told before anything else
            index += 1
        elif _OPTION.match(word) or word == "-h":
            options.append(word)
        else:
            expressions.append(word)
    return [*options, "--", *expressions] if expressions else options


def read_text(name: str = "-", hint: str = "-") -> str:
    """The text of a file, or on standard input.

    Raises E051 where it is not UTF-8, E002 where it is too long, a usage error where it cannot be
    read.
    """
    try:
        if name == "-":
            raw = sys.stdin.buffer.read(LONGEST_TEXT + 1)
        else:
            with open(name, "rb") as stream:  # noqa: PTH123 - quick start
                raw = stream.read(LONGEST_TEXT + 1)
    except (OSError, ValueError) as error:
        raise refused(hint, f"cannot read {INPUT if name == '-' else name}", error) from None
    if len(raw) > LONGEST_TEXT:
        raise fail("E002", f"a text of more than {LONGEST_TEXT} bytes is not read")
    text = raw.decode("utf-8-sig", errors="surrogateescape")
    return checked(text.replace("\r\n", "\n").rstrip("\r\n"))


def checked(text: str) -> str:
    """The text, if it was UTF-8; raises E051 where a byte was not."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        place, said = (error.start, error.start + 1), "this byte is no character"
        raise fail_at("E051", "the text is not UTF-8", text, place, said) from None
    return text
