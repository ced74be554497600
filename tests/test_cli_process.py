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


@pytest.mark.parametrize("columns", [60, 80])
def test_a_terminal_shows_the_shapes_of_what_is_longer_than_its_lines(columns):
    terms = " + ".join(f"a_{n} tr(B_{n}^T X B_{n})" for n in range(12))
    status, shown = on_a_terminal("shape", f"log(exp({terms}))", columns=columns)
    lines = bare(shown).splitlines()
    assert (status, max(map(len, lines)) <= columns) == (0, True)
    text = " ".join(" ".join(line.strip("│├└─ ") for line in lines).split())
    assert f"log(exp({terms})) scalar exp({terms}) scalar" in text
    assert text.count("n×n") >= 12
    deep = "sin(" * 15 + "c" + ")" * 15
    shown = bare(on_a_terminal("shape", deep, columns=40)[1])
    assert shown.count(": scalar\n") == 16


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


EARLY = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == WHEN:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from mdiff.__main__ import main
sys.argv = ["mdiff", "grad", "log det(A^T X A)"]
signal.signal(signal.SIGINT, signal.default_int_handler)
main()
"""


@pytest.mark.parametrize(
    "when", ["mdiff.cli.app", "typer", "mdiff.kinds", "mdiff.syntax.tables", "mdiff.proof"]
)
def test_an_interrupt_while_it_starts_is_quiet(when):
    done = subprocess.run(
        [sys.executable, "-c", f"WHEN = {when!r}{EARLY}"],
        capture_output=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


def in_a_shell(line, folder=ROOT):
    """Status, standard output and error of `mdiff` in a shell's line, where `mdiff` is this one."""
    command = f'mdiff() {{ "{sys.executable}" -m mdiff "$@"; }}; {line}'
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        cwd=folder,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


FULL = "the answer cannot be written: No space left on device"
CLOSED = "the answer cannot be written: Bad file descriptor"
UNREAD = "cannot read standard input: Bad file descriptor"
ENDS = [
    ("mdiff grad 'x^T A x' --wrt x 2>&-", 0, "(A+A')*x\n", ""),
    ("mdiff grad 'Ax' --wrt x --quiet 2>&-", 4, "", ""),
    ("mdiff check 'x^T x' '2 x' 2>&-", 0, "correct\n", ""),
    ("mdiff check 'x^T x' 'x' >/dev/null 2>&-", 1, "", ""),
    ("mdiff gard 2>&-", 2, "", ""),
    ("mdiff grad 'x^T x' >&-", 2, "", CLOSED),
    ("mdiff --help >&-", 2, "", CLOSED),
    ("mdiff grad 'x^T x' <&- >&- 2>&-", 2, "", ""),
    ("mdiff grad - <&-", 2, "", UNREAD),
    ("mdiff batch - <&-", 2, "", UNREAD),
    ("mdiff check --lines - <&-", 2, "", UNREAD),
    ("set -o pipefail; mdiff --help | true", 0, "", ""),
    ("set -o pipefail; mdiff functions | true", 0, "", ""),
]
ON_FULL = [
    ("mdiff --help >/dev/full", 2, "", FULL),
    ("mdiff grad --help >/dev/full", 2, "", FULL),
    ("mdiff --version >/dev/full", 2, "", FULL),
    ("mdiff check 'x^T x' 'x' --quiet >/dev/full", 2, "", FULL),
    ("mdiff batch examples/textbook.txt >/dev/full", 2, "", FULL),
    ("mdiff batch examples/textbook.txt -o /dev/full", 2, "", "cannot write /dev/full"),
    ("mdiff grad 'x^T A x' --wrt x -o /dev/full", 2, "", "cannot write /dev/full"),
    ("mdiff grad 'x^T Ax' --wrt x 2>/dev/full", 0, "(A+A')*x\n", ""),
]


@pytest.mark.parametrize(
    ("line", "status", "out", "err"), [*ENDS, *(ON_FULL if Path("/dev/full").exists() else [])]
)
def test_streams_that_are_closed_or_full(line, status, out, err):
    got, shown, told = in_a_shell(line)
    assert (got, shown) == (status, out)
    assert err in told
    assert "E9" not in told
    assert (told == "") == (err == "")


FORGED = (
    b'{"id": "a\\u001b[31m\\nb: 1", "expr": "x^T x"}\n{"id": "c\\u009b\\u202e", "expr": "x^T"}\n'
)


def test_an_id_cannot_speak_to_a_terminal_nor_forge_a_line(tmp_path):
    file = tmp_path / "ids.jsonl"
    file.write_bytes(FORGED)
    status, out, err = run("batch", str(file), "--format", "plain")
    assert (status, out) == (7, "a\\x1b[31m b: 1: 2*x\n")
    assert err.startswith("c\\x9b\\u202e: error[E203]: ")
    shown = run("batch", str(file))[1]
    assert shown.replace("\n", "").isprintable()
    assert [json.loads(line)["id"] for line in shown.splitlines()] == [
        "a\x1b[31m\nb: 1",
        "c\x9b\u202e",
    ]


SLOW = " + ".join(f"{n} c^{n} x^T A_{n} x" for n in range(1, 3000))


@pytest.mark.parametrize(
    ("bound", "code", "said"),
    [
        (("--timeout", "0.2"), "E305", "0.2 seconds"),
        (("--memory", "20"), "E306", "20 MiB of memory"),
    ],
)
def test_time_and_memory_are_bounded(bound, code, said, tmp_path):
    """A batch goes on, and what comes after is answered as it is alone."""
    status, out, err = run("grad", "-", "--wrt", "c", *bound, stdin=SLOW.encode())
    assert (status, out) == (5, "")
    assert err.startswith(f"error[{code}]: no answer within {said}\n")
    file = tmp_path / "problems.jsonl"
    bad = {"id": "slow", "expr": SLOW, "wrt": "c"}
    good = [{"id": n, "expr": "log(det(A'*X*A))", "wrt": "X"} for n in range(3)]
    lines = [json.dumps(each) for each in (good[0], bad, good[1], bad, good[2])]
    file.write_text("\n".join(lines), encoding="utf-8")
    status, out, _ = run("batch", str(file), *bound)
    results = [json.loads(line) for line in out.splitlines()]
    slow = "timeout" if code == "E305" else "error"
    assert status == 7
    assert [each["status"] for each in results] == ["ok", slow, "ok", slow, "ok"]
    assert {each["code"] for each in results} == {None, code}
    assert {each["plain"] for each in results} == {None, "A*inv(A'*X*A)'*A'"}


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
