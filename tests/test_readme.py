"""Every example of the README is run, and says what the README says.

`python tests/test_readme.py` writes what terminals show into the README, to be read before it is kept.
"""

import doctest
import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from mdiff import api
from mdiff.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def examples():
    """Each command of a console block, with what a terminal shows below it."""
    for language, text in BLOCKS:
        if language == "console":
            for example in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                yield example.partition("\n")[::2]


def path_with_mdiff(folder):
    """The search path, with the command `mdiff` before all others: this very one."""
    command = folder / "mdiff"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mdiff "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return path_with_mdiff(tmp_path_factory.mktemp("bin"))


def on_a_terminal(command, path):
    leader, follower = pty.openpty()
    environment = {**os.environ, "PATH": path, "TERM": "xterm-256color", "COLUMNS": "100"}
    with subprocess.Popen(
        ["sh", "-c", command],
        stdin=subprocess.DEVNULL, stdout=follower, stderr=follower, cwd=ROOT, env=environment,
    ):  # fmt: skip
        os.close(follower)
        shown = b""
        while select.select([leader], [], [], 60)[0]:
            try:
                piece = os.read(leader, 65536)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        os.close(leader)
    return COLOURS.sub("", shown.decode().replace("\r\n", "\n"))


@pytest.mark.parametrize(("command", "shown"), list(examples()))
def test_a_transcript_is_what_a_terminal_shows(command, shown, path):
    assert on_a_terminal(command, path) == shown


def test_the_python_examples():
    (session,) = [text for language, text in BLOCKS if language == "python"]
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    results = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL).run(test)
    assert results.attempted >= 6
    assert results.failed == 0


def spellings():
    """Everything in the second column of the table of the language that is an expression."""
    table = README.partition("## The language on one screen")[2].partition("\n- ")[0]
    for line in table.splitlines():
        if line.startswith("| ") and not line.startswith(("| ---", "| meaning", "| unknown")):
            cell = re.split(r"(?<!\\)\|", line)[2]
            cell = re.sub(r"</?code>", "`", cell).replace("\\|", "|")
            yield from re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("text", list(spellings()))
def test_every_spelling_of_the_language_is_read(text):
    """With what it needs around it: `I`, `e_i` are of no size by themselves."""
    api.shape({"I": "A + I", "e_i": "A e_i"}.get(text, text), ["A: n×n"])


def test_the_commands_are_those_that_there_are():
    for name in app.COMMANDS:
        assert f"mdiff {name} " in README


def test_the_row_of_a_new_function_is_the_one_place(tmp_path):
    (row,) = [text for _, text in BLOCKS if "Function(" in text]
    shutil.copytree(ROOT / "mdiff", tmp_path / "mdiff")
    shutil.copytree(ROOT / "grammar", tmp_path / "grammar")
    table = tmp_path / "mdiff" / "functions" / "table.py"
    head, end, tail = table.read_text(encoding="utf-8").partition("\nCONTRACTIONS = ")
    assert end
    table.write_text(head.rstrip()[:-1] + row + ")\n" + end + tail, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mdiff", "grad", "c^T mish(x)", "--wrt", "x", "--let", "c: n", "--format", "json"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "sigmoid" in json.loads(done.stdout)["plain"]
    assert json.loads(done.stdout)["proof"]["verdict"] == "proved"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        search = path_with_mdiff(Path(folder))
        written = README
        for command, shown in examples():
            before = f"$ {command}\n{shown}"
            assert before in written
            written = written.replace(before, f"$ {command}\n{on_a_terminal(command, search)}", 1)
        (ROOT / "README.md").write_text(written, encoding="utf-8")
