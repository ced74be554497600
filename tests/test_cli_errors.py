"""Every code: it is explained, its example gives exactly that code, and its text is the golden one.

`python tests/test_cli_errors.py` writes the golden texts, to be read before they are kept.
"""

import io
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from mdiff.cli import app
from mdiff.cli.explanations import EXPLANATIONS

ROOT = Path(__file__).parent.parent
GOLDEN = ROOT / "tests" / "errors"
RAISED = re.compile(r'"(E\d{3})"')


def examples():
    return {code: entry for code, entry in EXPLANATIONS.items() if entry.command}


def transcript(entry):
    """The example as a person would see it: the command, what it prints, its exit status."""
    piped, _, asked = entry.command.rpartition(" | ")
    given = b""
    if piped:
        given = subprocess.run(["sh", "-c", piped], capture_output=True, check=True).stdout
    name, *words = shlex.split(asked)
    assert name == "mdiff"
    stdin = io.TextIOWrapper(io.BytesIO(given))
    out, err = io.StringIO(), io.StringIO()
    before, sys.stdin = sys.stdin, stdin
    try:
        with redirect_stdout(out), redirect_stderr(err):
            status = app.run(words)
    finally:
        sys.stdin = before
    return f"$ {entry.command}\n{out.getvalue()}{err.getvalue()}exit status {status}\n"


BACKSTOPS = {"E114", "E117"}
"""Codes of the shapes room for trees that the syntax room does not make."""


def test_every_code_that_is_raised_is_explained_and_no_other():
    raised: set[str] = set()
    for file in (ROOT / "mdiff").rglob("*.py"):
        raised.update(RAISED.findall(file.read_text(encoding="utf-8")))
    assert sorted(EXPLANATIONS) == sorted(raised - BACKSTOPS)
    assert list(EXPLANATIONS) == sorted(EXPLANATIONS)


UNREACHED = {"E303", "E306"}
"""Codes for which no input is known, or none that is certain: how much memory is enough?"""


def test_only_faults_of_mdiff_lack_an_example():
    lacking = {code for code in EXPLANATIONS if code not in examples() and code[:2] != "E9"}
    assert lacking == UNREACHED


@pytest.mark.parametrize("code", examples())
def test_the_example_gives_the_code_and_the_golden_text(code):
    shown = transcript(EXPLANATIONS[code])
    assert re.findall(r"error\[(E\d+)\]", shown) == [code]
    assert shown == (GOLDEN / f"{code}.txt").read_text(encoding="utf-8")


def test_no_golden_text_is_left_over():
    assert {file.stem for file in GOLDEN.glob("*.txt")} == set(examples())


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for code, entry in examples().items():
        (GOLDEN / f"{code}.txt").write_text(transcript(entry), encoding="utf-8")
