"""Whatever is typed: the right exit status, one diagnostic, no traceback, bounded time and memory."""

import io
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mdiff.cli import app

ROOT = Path(__file__).parent.parent
MEMORY = 2 << 30
SECONDS = 20


def typed(*words, stdin=b"", monkeypatch=None, capsys=None):
    """Status, standard output and error of a command, in process."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
    status = app.run(words)
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return status, shown.out, shown.err


def whole(*words, stdin=b""):
    """The same as a process of its own, with little memory and time."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "mdiff", *words],
        input=stdin, capture_output=True, cwd=ROOT, check=False, timeout=60,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )  # fmt: skip
    assert time.monotonic() - began < SECONDS
    assert b"Traceback" not in done.stderr
    assert len(done.stderr) < 10_000
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def code_of(err):
    return [*re.findall(r"^error\[(E\d+)\]", err, re.MULTILINE), ""][0]


REFUSED = [
    # nothing, brackets, characters
    ("", 3, "E001"),
    ("  \n ", 3, "E001"),
    (";;;", 3, "E001"),
    ("(x^T x", 3, "E005"),
    ("x^T x)", 3, "E005"),
    ("(x]", 3, "E005"),
    ("||x|", 3, "E005"),
    ("x\0", 3, "E003"),
    ("😀", 3, "E004"),
    ("ｘ^T ｘ", 3, "E004"),
    ("x\N{COMBINING ENCLOSING CIRCLE}", 3, "E004"),
    ("\N{RIGHT-TO-LEFT OVERRIDE}x", 3, "E004"),
    ("__class__", 3, "E004"),
    ("__import__('os')", 3, "E004"),
    ("x.__class__", 3, "E004"),
    ("x x +", 3, "E007"),
    ("+", 3, "E007"),
    ("* x", 3, "E006"),
    ("1" * 5000 + " c", 3, "E011"),
    ("1e99999 c", 3, "E011"),
    # names
    ("foobar(x)", 4, "E101"),
    ("True", 4, "E101"),
    ("sum", 3, "E007"),
    ("tr^T tr", 3, "E006"),
    ("det", 3, "E007"),
    ("A = A", 4, "E103"),
    ("A = 2 A; tr(A)", 4, "E103"),
    # shapes
    ("A x", 4, "E203"),
    ("T^T T", 4, "E203"),
    ("dX^T dX", 4, "E203"),
    ("I", 4, "E203"),
    # nothing to differentiate by, nothing there
    ("3", 4, "E104"),
    ("1/0", 4, "E104"),
    ("0^-1", 4, "E104"),
    ("log(0)", 4, "E104"),
    ("c/0", 5, "E301"),
    ("c 0^-1", 5, "E301"),
    ("tr(inv(A - A) X)", 5, "E301"),
    # later
    ("sum(eig(A))", 5, "E304"),
    ("sum(prod(x))", 5, "E304"),
    ("sum(singvals(A))", 5, "E304"),
    ("1i c", 5, "E304"),
    ("toepsum(A)", 5, "E304"),
    ("x[1]", 3, "E009"),
    ("tr([A, B; C, D])", 3, "E009"),
    ("sum_i x_i", 3, "E009"),
    ('einsum("ij,jk->ikl", A, B)', 3, "E014"),
    ('einsum("i', 3, "E005"),
    ('einsum("", x)', 3, "E014"),
    ('einsum("ij->", x, x)', 4, "E210"),
]


@pytest.mark.parametrize(("text", "status", "code"), REFUSED)
def test_a_text_that_is_refused(text, status, code, monkeypatch, capsys):
    got, out, err = typed("grad", text, monkeypatch=monkeypatch, capsys=capsys)
    assert (got, code_of(err)) == (status, code), err
    assert out == ""


ANSWERED = [
    ("x^0", "0"),
    ("c^0", "0"),
    ("tr(X^0)", "zeros(n,n)"),
    ("-x^T x", "-2*x"),
    ("--x^T x", "2*x"),
    ("- - x^T x", "2*x"),
    ("lambda^2", "2*lambda"),
    ("d^2", "2*d"),
    ("e^2", "2*e"),
    ("i^T i", "2*i"),
    ("c^100000", "100000*c^99999"),
    ("tr(X^100000)", "100000*(X^99999)'"),
    ("tr(X^1000000000)", "1000000000*(X^999999999)'"),
    ("tr(((X^40)^7)^7)", "1960*(X^1959)'"),
    ("tr((X^50)^-6)", "-300*(X^-301)'"),
    ("tr((X^-40)^7)", "-280*(X^-281)'"),
    ("(x^T x)^99999", "199998*norm2(x)^199996*x"),
    ("10^100000 c", "10^100000"),
    ("10^(10^10) c", "10^10000000000"),
    ("sum(conj(x))", "ones(n)"),
]


@pytest.mark.parametrize(("text", "answer"), ANSWERED)
def test_a_text_that_looks_bad_and_is_answered(text, answer, monkeypatch, capsys):
    assert typed("grad", text, monkeypatch=monkeypatch, capsys=capsys)[:2] == (0, f"{answer}\n")


def test_a_variable_that_does_not_occur(monkeypatch, capsys):
    words = ("grad", "x^T x", "--wrt", "Y", "--let", "Y: m×n")
    status, out, err = typed(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out) == (0, "zeros(m,n)\n")
    assert err == "note: the expression does not depend on Y: the answer is zero\n"


@pytest.mark.parametrize(
    ("expr", "wrt", "answer"),
    [
        ("u^T A v", "u", "zeros(m,m)"),
        ("||x||_1", "x", "zeros(n,n)"),
        ("y^T A y - y^T A y", "y", "zeros(n,n)"),
    ],
)
def test_a_derivative_that_is_zero_of_what_does_depend(expr, wrt, answer, monkeypatch, capsys):
    words = ("hess", expr, "--wrt", wrt)
    status, out, err = typed(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out) == (0, f"{answer}\n")
    assert err == f"note: this derivative by {wrt} is zero wherever it exists\n"


def test_a_hessian_by_three_variables(monkeypatch, capsys):
    words = ("hess", "u^T A v", "--wrt", "u,v,A")
    status, out, err = typed(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out) == (4, "")
    assert "error[E105]: a Hessian is by one variable or by two, and these are u, v, A" in err


@pytest.mark.parametrize("name", ["1", "x x", "x+y", "x^T", "-x", "x;y", "(x)", "2x"])
def test_what_is_no_name_is_no_variable(name, monkeypatch, capsys):
    status, out, err = typed(
        "grad", "x^T x", f"--wrt={name}", monkeypatch=monkeypatch, capsys=capsys
    )
    assert (status, out, code_of(err)) == (4, "", "E106")


def test_an_entry_is_refused_as_one(monkeypatch, capsys):
    status, out, err = typed("grad", "x^T x", "--wrt=x[1]", monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out, code_of(err)) == (3, "", "E009")


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [("Σ", "log det Σ", "inv(Sigma)'"), ("x₁", "x₁^T x_1", "2*x_1"), ("x, x", "x^T x", "2*x")],
)
def test_a_variable_in_another_spelling(name, text, answer, monkeypatch, capsys):
    status, out, _ = typed("grad", text, "--wrt", name, monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out) == (0, f"{answer}\n")


@pytest.mark.parametrize("name", ["tr", "det", "phi"])
def test_a_function_is_no_variable(name, monkeypatch, capsys):
    words = ("grad", "phi(x)", "--let", "phi: R^n -> R", "--wrt", name)
    status, out, err = typed(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out, code_of(err)) == (4, "", "E116")


def test_a_declared_name_wins_over_the_function(monkeypatch, capsys):
    words = ("grad", "det^T det", "--let", "det: n", "--quiet")
    assert typed(*words, monkeypatch=monkeypatch, capsys=capsys)[:2] == (0, "2*det\n")


DECLARATIONS = [
    ("", 3, "E001"),
    ("x", 3, "E007"),
    ("x:", 3, "E007"),
    ("x: 0", 3, "E013"),
    ("x: -1", 3, "E006"),
    ("x: 1.5", 3, "E013"),
    ("x: 99999999999999999999", 3, "E013"),
    ("x: n×n×n", 3, "E006"),
    ("x: " + "n×" * 1000, 3, "E006"),
    ("x: " + "n×" * 100_000, 3, "E002"),
    ("x: n foo", 3, "E012"),
    ("x: n; y: n", 3, "E006"),
    ("x = n", 3, "E006"),
    ("x: R^{", 3, "E007"),
    ("__import__('os'): n", 3, "E004"),
    ("x: m×n symmetric", 4, "E212"),
]


@pytest.mark.parametrize(("declaration", "status", "code"), DECLARATIONS)
def test_a_declaration_that_is_refused(declaration, status, code, monkeypatch, capsys):
    words = ("grad", "x^T x", "--let", declaration)
    got, out, err = typed(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (got, out, code_of(err)) == (status, "", code)


@pytest.mark.parametrize("name", ["pyproject.toml", "README.md", "examples/textbook.txt"])
def test_a_file_where_an_expression_was_meant(name, monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    status, out, err = typed("grad", name, monkeypatch=monkeypatch, capsys=capsys)
    assert (out, status in {3, 4}) == ("", True)
    assert f"`{name}` is a file" in err
    assert "`mdiff batch` reads files" in err


def nested(opening, count, inside="c", closing=")"):
    return (opening * count + inside + closing * count).encode()


HEAVY = {
    "10,000 brackets": (nested("(", 10_000), 0),
    "10,000 open brackets": (b"(" * 10_000, 3),
    "10,000 square brackets": (b"[" * 10_000, 3),
    "10,000 bars": (b"|" * 10_000, 3),
    "10,000 signs": (b"-" * 10_000 + b"c", 0),
    "10,001 transposes": (b"x" + b"'" * 10_001 + b" x", 0),
    "2,000 functions": (nested("sin(", 2000), 0),
    "2,000 functions without brackets": (b"sin " * 2000 + b"c", 0),
    "2,000 inverses": (nested("inv(", 2000, "X") + b" 1", None),
    "500 powers": (b"c^(" * 500 + b"c" + b")" * 500, 0),
    "60 doublings": (
        b"".join(b"a_%d = a_%d a_%d; " % (i + 1, i, i) for i in range(60)) + b"a_60",
        0,
    ),
    "20,000 equal terms": (b"x^T x + " * 20_000 + b"x^T x", 0),
    "5,000 different terms": (b" + ".join(b"%d c^%d" % (i + 1, i + 1) for i in range(5000)), 0),
    "a long product": (b"c " * 20_000, 0),
    "1 MB of operators": (b"+" * 1_000_000, 3),
    "1 MB of a name": (b"x" * 1_000_000, 3),
    "1 MB of digits": (b"1" * 1_000_000, 3),
    "1 MB of blanks": (b" " * 1_000_000, 3),
    "1 MB of lines": (b"\n" * 1_000_000, 3),
    "1 MB of functions": (b"sin(" * 250_000, 3),
    "10 MB": (b"x" * 10_000_000, 3),
    "another encoding": (b"x^T \xe9", 3),
    "UTF-16": ("x^T x".encode("utf-16"), 3),
    "no text": (bytes(range(256)) * 100, 3),
}


@pytest.mark.parametrize(("stdin", "status"), HEAVY.values(), ids=HEAVY)
def test_bounded_time_and_memory(stdin, status):
    got, out, err = whole("grad", "-", stdin=stdin)
    assert got == status or (status is None and got in {0, 4})
    assert (out == "") == (got != 0)
    assert got == 0 or code_of(err)[:2] in {"E0", "E1", "E2"}


@pytest.mark.parametrize(
    "words",
    [
        (b"x\xff",),
        (b"x^T x", b"--wrt", b"\xff"),
        (b"x^T x", b"--let", b"x: \xff"),
        (b"-e", b"\xff"),
    ],
)
def test_arguments_that_are_no_text(words):
    status, out, err = whole("grad", *words)
    assert (status, out, code_of(err)) == (3, "", "E051")


def test_a_batch_of_bad_lines(tmp_path):
    good = b'{"id": "good", "expr": "x\'*x", "wrt": "x"}'
    bad = [b"\xff\xfe", b"[]", b"{}", b'{"expr": 1}', b"null", b"[" * 100_000, b"{" * 3_000_000]
    bad += [b'{"expr": "__class__"}', b'{"expr": "x", "vars": {"x": {"shape": [0]}}}', b"\0"]
    file = tmp_path / "bad.jsonl"
    file.write_bytes(b"".join(line + b"\n" + good + b"\n" for line in bad))
    status, out, err = whole("batch", os.fspath(file), "--format", "plain")
    assert status == 7
    assert out == "good: 2*x\n" * len(bad)
    assert len(re.findall(r"error\[E[0-5]\d\d\]", err)) == len(bad)
    assert err.endswith(f"batch: {len(bad)} of {2 * len(bad)} not answered\n")


@pytest.mark.parametrize(
    "words",
    [
        ("nothing", "x^T x"),
        ("gard",),
        ("grad",),
        ("grad", "x", "y"),
        ("grad", "x^T x", "--nothing"),
        ("grad", "x^T x", "--wrt"),
        ("grad", "x^T x", "--format", "nothing"),
        ("grad", "x^T x", "--seed", "x"),
        ("grad", "x^T x", "-o", "/nowhere/at/all"),
        ("batch",),
        ("batch", "/nowhere"),
        ("batch", os.fspath(ROOT)),
        ("functions", "nothing"),
        ("explain", "E999"),
    ],
)
def test_usage(words, monkeypatch, capsys):
    status, out, err = typed(*words, monkeypatch=monkeypatch, capsys=capsys)
    assert (status, out) == (2, "")
    assert err
