"""Whole processes: pipes, a terminal, signals, odd locales; the answers are mdiff's own."""

import contextlib
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MDIFF = (sys.executable, "-m", "mdiff")
LOGDET = ("grad", "log det(A^T X A)", "--wrt", "X")


def run(*words, stdin=b"", **environment):
    done = subprocess.run(
        [*MDIFF, *words],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def on_a_terminal(*words, columns=60, **environment):
    """Status and everything that a terminal shows, without its escape sequences."""
    leader, follower = pty.openpty()
    os.set_blocking(leader, False)
    process = subprocess.Popen(
        [*MDIFF, *words],
        stdin=subprocess.DEVNULL,
        stdout=follower,
        stderr=follower,
        cwd=ROOT,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": str(columns), **environment},
    )
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
    return process.wait(), shown.decode().replace("\r\n", "\n")


def write_for_ever(stream, piece):
    for _ in range(1000):
        stream.write(piece)
        stream.flush()
        time.sleep(0.01)
    pytest.fail("nobody closed the other end")


def bare(shown):
    return re.sub(r"\x1b\[[0-9;]*m", "", shown)


def test_piped_the_plain_form_and_nothing_else():
    assert run(*LOGDET) == (0, "A*inv(A'*X*A)'*A'\n", "")


def test_a_terminal_gets_unicode_and_a_dim_line():
    status, shown = on_a_terminal(*LOGDET)
    assert status == 0
    above, answer, below, *facts = shown.rstrip("\n").split("\n")
    assert (above, bare(answer), below) == ("", "A (AᵀXA)⁻ᵀ Aᵀ", "")
    assert answer.startswith("\x1b[1m")
    assert all(line.startswith("\x1b[2m") for line in facts)
    assert [bare(line) for line in facts] == [
        "n×n · gradient in the shape of X · AᵀXA invertible ·",
        "  with A: n×k, X: n×n · proved exactly",
    ]
    assert on_a_terminal(*LOGDET, "--quiet")[1] == answer + "\n"
    assert on_a_terminal(*LOGDET, "--format", "plain")[1] == "A*inv(A'*X*A)'*A'\n"


LONG = "h = 1/(1+exp(-(w^T x + b))); -(1/m)(y log(h) + (1-y) log(1-h))"


def test_a_long_answer_is_broken_at_signs_and_remarks_are_dim():
    status, shown = on_a_terminal("hess", LONG, "--wrt", "w", columns=60)
    assert status == 0
    lines = shown.splitlines()
    assert lines[0].startswith("\x1b[2mread: `m`")
    text = [bare(line) for line in lines]
    assert max(map(len, text)) <= 60
    start, where = text.index("") + 1, next(i for i, t in enumerate(text) if t[:5] == "where")
    assert where - start >= 2
    assert all(line[:6] in {"    + ", "    − "} for line in text[start + 1 : where])
    assert text[where + 1].startswith("      r")
    assert text[-1].endswith("proved exactly")


def test_a_terminal_that_takes_no_unicode():
    status, shown = on_a_terminal(*LOGDET, columns=100, PYTHONIOENCODING="ascii")
    assert (status, shown.isascii()) == (0, True)
    answer, facts = [bare(line) for line in shown.splitlines() if line]
    assert answer == "A*inv(A'*X*A)'*A'"
    assert facts == (
        "nxn | gradient in the shape of X | A^TXA invertible | with A: nxk, X: nxn | proved exactly"
    )
    shown = on_a_terminal("grad", "A X", "--let", "A: m×n", PYTHONIOENCODING="ascii")[1]
    assert "  1 | A X\n    | -+-\n" in bare(shown)


@pytest.mark.parametrize("words", [("functions",), ("explain",), ("shape", "Σ x + 1/2 A x")])
def test_tables_and_trees_where_there_is_no_unicode(words):
    status, shown = on_a_terminal(*words, PYTHONIOENCODING="ascii")
    assert (status, shown.isascii(), "Error:" in shown) == (0, True, False)
    assert len(shown.splitlines()) >= 5


def test_a_terminal_shows_a_tree_of_shapes():
    status, shown = on_a_terminal("shape", "tr(A X)")
    assert status == 0
    lines = bare(shown).splitlines()
    assert lines[0] == "tr(A X)  scalar"
    assert lines[1].startswith("└── A X  ")


def test_a_terminal_shows_errors_in_colour_and_without_markup():
    status, shown = on_a_terminal("grad", "[bold]x[/bold] +")
    assert status == 3
    assert shown.startswith("\x1b[1;31merror[E0")
    assert "[bold]x[/bold] +" in bare(shown)
    assert "\x1b" not in on_a_terminal("grad", "x +", NO_COLOR="1", TERM="dumb")[1]


def test_a_terminal_shows_tables_and_help():
    status, shown = on_a_terminal("functions", columns=100)
    assert status == 0
    assert "determinant" in shown
    status, shown = on_a_terminal("grad", "--help")
    assert status == 0
    assert "--wrt" in bare(shown)


def test_a_leading_dash():
    assert run("grad", "-x^T A x", "--wrt", "x", "--let", "A: n×n symmetric")[:2] == (0, "-2*A*x\n")


def test_a_closed_pipe_ends_quietly():
    records = b'{"expr": "x\'*x", "wrt": "x"}\n' * 2000
    with subprocess.Popen(
        [*MDIFF, "batch", "--from", "jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        process.stdin.write(records[:4000])
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["plain"] == "2*x"
        process.stdout.close()
        with pytest.raises(BrokenPipeError):  # it leaves before it has read everything
            write_for_ever(process.stdin, records)
        assert process.stderr.read() == b""
        assert process.wait() == 0
        with contextlib.suppress(BrokenPipeError):  # what was not written goes nowhere
            process.stdin.close()
        process.stdin = None


AWAKE = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
"""Runs a command that hears interrupts, as the children of a shell's background do not."""


def test_an_interrupt_is_quiet():
    with subprocess.Popen(
        [sys.executable, "-c", AWAKE, *MDIFF, "batch", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        process.stdin.write(b"x^T x; wrt x\n" * 700)
        process.stdin.flush()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.stderr.read() == b""
        assert process.wait() == 130


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*MDIFF, *LOGDET], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"error: the answer cannot be written")


def test_a_locale_that_cannot_show_an_answer():
    status, out, err = run(*LOGDET, "--format", "unicode", PYTHONIOENCODING="ascii")
    assert err == "note: standard output takes no unicode: this is the plain form\n"
    assert (status, out) == (0, "A*inv(A'*X*A)'*A'\n")
    status, out, _ = run(*LOGDET, "--format", "json", PYTHONIOENCODING="ascii")
    assert status == 0
    assert json.loads(out)["unicode"] == "A (AᵀXA)⁻ᵀ Aᵀ"


def test_words_that_are_not_utf8():
    status, out, err = run("grad", b"x + \xff")
    assert (status, out) == (3, "")
    assert err.startswith("error[E051]: the text is not UTF-8\n  1 | x + \\udcff\n")


@pytest.mark.parametrize(
    ("expression", "status"),
    [
        ("(" * 10_000 + "x^T x" + ")" * 10_000, 0),
        ("(" * 10_000 + "x^T x", 3),
        ("x^T x + " * 125_000 + "x^T x", None),
        ("x" * 1_000_000, None),
        ("", 3),
        ("\0", 3),
        ("x^T x )", 3),
        ("det", None),
    ],
    ids=["brackets", "open", "long", "name", "empty", "nul", "close", "function"],
)
def test_bad_input_on_standard_input(expression, status):
    got, _, err = run("grad", "-", "--wrt", "x", stdin=expression.encode())
    assert got in ({status} if status is not None else {0, 3, 4, 5})
    assert "Traceback" not in err
    assert "E9" not in err
    assert len(err) < 5000


@pytest.mark.parametrize(
    ("variables", "shown"),
    [
        ({"_MDIFF_COMPLETE": "complete_bash", "COMP_WORDS": "mdiff gr", "COMP_CWORD": "1"}, "grad"),
        (
            {"_MDIFF_COMPLETE": "complete_bash", "COMP_WORDS": "mdiff d --st", "COMP_CWORD": "2"},
            "--strict",
        ),
        ({"_MDIFF_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "mdiff tay"}, "taylor"),
        (
            {
                "_MDIFF_COMPLETE": "complete_fish",
                "_TYPER_COMPLETE_ARGS": "mdiff hess --fo",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
            "--format",
        ),
    ],
    ids=["bash", "options", "zsh", "fish"],
)
def test_a_shell_completes_commands_and_options(variables, shown):
    status, out, err = run(**variables)
    assert (status, err) == (0, "")
    assert shown in out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_for_a_shell(shell, tmp_path):
    named = {"HOME": str(tmp_path), "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    status, script, _ = run("--show-completion", shell, **named)
    assert status == 0
    assert "_MDIFF_COMPLETE" in script
    assert run("--install-completion", shell, **named)[0] == 0
    written = [file.read_text() for file in tmp_path.rglob("*") if file.is_file()]
    assert any(script.strip() in text for text in written)
