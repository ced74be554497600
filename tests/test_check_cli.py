"""`mdiff check` on the command line: what is shown, where, and with which exit status."""

import importlib.util
import io
import json
import sys
from pathlib import Path

import pytest

from mdiff.cli import app, arguments
from mdiff.verdicts import check
from mdiff.verdicts.plot import curves_of, legend

EXAMPLES = Path(__file__).parent.parent / "examples"
NORM = ("check", "||A x - b||^2", "A^T (A x - b)", "--wrt", "x")
MATPLOTLIB = importlib.util.find_spec("matplotlib") is not None


@pytest.fixture
def mdiff(capsys, monkeypatch):
    """Run a command line: its status, standard output and standard error."""

    def mdiff(*words, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = app.run(words)
        return status, *capsys.readouterr()

    return mdiff


def test_a_right_claim(mdiff):
    assert mdiff("check", "x^T A x", "A x + A^T x", "--wrt", "x") == (0, "correct\n", "")


def test_a_wrong_claim(mdiff):
    status, out, err = mdiff("check", "||A x - b||^2", "A^T (A x - b)", "--wrt", "x", "--quiet")
    assert status == 1
    assert out == "wrong: right up to a positive factor; right is 2 A^T (A x - b)\n"
    assert err == (
        "error[E501]: this is not the gradient by x, but it is right up to a positive factor\n"
        "  1 | A^T (A x - b)\n"
        "    | ──────┬──────\n"
        "    |       ╰─ the factor is wrong\n"
    )


def test_neither_right_nor_wrong(mdiff):
    status, out, _ = mdiff("check", "log(-exp(x))", "1", "--wrt", "x", "--let", "x: scalar")
    assert (status, out.partition(":")[0]) == (6, "unproved")


def test_a_claim_may_begin_with_a_minus(mdiff):
    assert mdiff("check", "-x^T x", "-2 x", "--wrt", "x")[:2] == (0, "correct\n")


def test_one_of_the_texts_may_be_read(mdiff):
    words = ("check", "x^T x", "-", "--wrt", "x")
    assert mdiff(*words, stdin=b"2 x\n")[:2] == (0, "correct\n")
    assert mdiff("check", "-e", "x^T x", "2 x", "--wrt", "x")[:2] == (0, "correct\n")
    assert mdiff("check", "-", "-")[0] == 2


@pytest.mark.parametrize("words", [(), ("x^T x",), ("x^T x", "x", "x")])
def test_two_texts_are_needed(mdiff, words):
    status, out, err = mdiff("check", *words)
    assert (status, out) == (2, "")
    assert f"here are {len(words)} texts" in err


def test_json(mdiff):
    status, out, err = mdiff(*NORM, "--format", "json", "--quiet")
    assert (status, err) == (1, "")
    found = json.loads(out)
    assert (found["verdict"], found["slips"]) == ("wrong", ["factor"])
    assert found["repaired"] == "2 A^T (A x - b)"
    assert found["places"] == [
        {"slip": "factor", "about": None, "start": 0, "end": 13, "right": "2 A^T (A x - b)"}
    ]
    assert found["answer"] == "2*A'*(A*x-b)"
    assert found["proof"]["verdict"] == "refuted"
    assert json.loads(mdiff("check", "x^T x", "2 x", "--format", "json")[1])["proof"] == {
        "method": "exact", "verdict": "proved", "points": 3, "error": None, "why": "",
    }  # fmt: skip


FORMS = {
    "plain": "(A+A')*x",
    "unicode": "(A + Aᵀ) x",
    "latex": r"\left(A + A^{\top}\right) x",
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_right_in_a_form(mdiff, form):
    status, out, _ = mdiff("check", "x^T A x", "A x", "--wrt", "x", "--format", form)
    assert (status, out) == (1, f"wrong: a missing transposed term; right is {FORMS[form]}\n")


def test_readings_are_one_line(mdiff):
    words = ("check", "mean((A x - b).^2)", "2/N A^T (A x - b) + 0 y", "--wrt", "x")
    status, out, err = mdiff(*words)
    assert (status, out) == (1, "wrong: a name; right is 2/m A^T (A x - b) + 0 y\n")
    (line,) = [line for line in err.splitlines() if line.startswith("read: ")]
    assert line.endswith("`N` as a scalar · `y` as a vector")


def test_all_lines_are_reported(mdiff):
    """Also those after a false one, and the worst of them is the exit status."""
    words = ("check", "x^T A x", "--wrt", "x", "--lines", "-")
    text = b"A x\n# a note\n(A + A^T) x\n\n2 (A + A^T) x\n"
    status, out, err = mdiff(*words, stdin=text)
    assert status == 1
    assert out == (
        "line 1: wrong: a missing transposed term; right is (A + A^T) x\n"
        "line 3: correct\n"
        "line 5: wrong: right up to a positive factor; right is (A + A^T) x\n"
    )
    assert err.count("error[E501]") == 2
    assert "  5 | 2 (A + A^T) x" in err


def test_no_claim_is_a_usage_error(mdiff):
    for claim in ("2 (A x - b) A", "A x + x^T", "tr(A)", "x x", "[1"):
        status, out, err = mdiff("check", "||A x - b||^2", claim, "--wrt", "x")
        if claim == "[1":
            assert (status, out) == (3, "")
            continue
        assert (status, out.partition(":")[0]) == (1, "wrong")
        assert "error[E502]: this cannot be the gradient by x" in err


def test_into_a_file(mdiff, tmp_path):
    target = tmp_path / "verdict.txt"
    assert mdiff("check", "x^T x", "2 x", "-o", str(target)) == (0, "", "")
    assert target.read_text(encoding="utf-8") == "correct\n"


FALSE_AS_PRINTED = [
    ("check-cosine.txt", "wrong: a sign; right is -(sin x) dx"),
    ("check-norm.txt", "wrong: a transpose; right is x^T/||x|| dx"),
    (
        "check-cookbook-92.txt",
        "wrong: a transpose; right is (X a b^T (X^2)^T)^T + (a b^T (X^2)^T X)^T + X^2 a b^T X^T + X^T X^2 a b^T",
    ),
]


@pytest.mark.parametrize(("name", "sentence"), FALSE_AS_PRINTED)
def test_what_is_false_as_printed_is_found(mdiff, name, sentence):
    status, out, err = mdiff("check", "--lines", str(EXAMPLES / name))
    assert (status, out) == (1, f"{sentence}\n")
    assert "should be" in err or "the sign is wrong" in err


def test_a_derivation_line_by_line(mdiff):
    text = (EXAMPLES / "check-ridge.txt").read_text(encoding="utf-8")
    assert mdiff("check", "--lines", str(EXAMPLES / "check-ridge.txt"))[:2] == (
        0,
        "".join(f"line {row}: correct\n" for row in range(9, 14)),
    )
    wrong = text.replace("= r^T A dx + c x^T dx", "= r^T A dx - c x^T dx")
    status, out, err = mdiff("check", "--lines", "-", stdin=wrong.encode())
    assert status == 1
    assert out.splitlines()[:3] == [
        "line 9: correct",
        "line 10: wrong: a sign; right is r^T A dx + c x^T dx",
        "line 11: correct",
    ]
    assert "error[E501]: line 10: this is not the differential by x" in err
    assert "  10 |     = r^T A dx - c x^T dx" in err


def test_lines_about_a_given_expression(mdiff):
    words = ("check", "x^T A x", "--wrt", "x", "--lines", "-")
    both = b"(A + A^T) x\n= A x + A^T x\n"
    assert mdiff(*words, stdin=both)[:2] == (0, "line 1: correct\nline 2: correct\n")
    assert mdiff(*words, stdin=b"A x\n")[0] == 1
    assert mdiff("check", "x", "x", "--lines", "-")[0] == 2
    assert mdiff("check", "--lines", "nowhere.txt")[0] == 2


def test_a_plot_on_the_terminal(mdiff):
    status, out, err = mdiff(*NORM, "--quiet", "--plot")
    assert (status, out) == (1, "wrong: right up to a positive factor; right is 2 A^T (A x - b)\n")
    plot = err.split("the factor is wrong")[1]
    assert "x the claim: error at least 1e+00" in plot
    assert "o the right derivative" in plot


def test_the_slopes_of_a_plot():
    curves = curves_of(check("sum(sin(A x))", "A^T sin(A x)", "x"))
    assert curves.truncation == pytest.approx(2, abs=0.2)
    assert curves.rounding == pytest.approx(-1, abs=0.2)
    assert min(curves.answer) < 1e-8
    assert min(curves.claim) > 1e-2
    assert len(legend(curves)) == 3


def test_a_plot_into_a_file(mdiff, tmp_path):
    target = tmp_path / "curve.svg"
    status, _, err = mdiff(*NORM, "--plot", str(target))
    if MATPLOTLIB:
        assert status == 1
        assert target.read_text(encoding="utf-8").startswith("<?xml")
    else:
        assert status == 2
        assert "pip install 'mdiff[plot]'" in err


def test_without_matplotlib_a_plot_into_a_file_is_refused(mdiff, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    status, _, err = mdiff(*NORM, "--plot", str(tmp_path / "curve.png"))
    assert status == 2
    assert "pip install 'mdiff[plot]'" in err


def test_where_the_file_of_a_plot_stands():
    assert arguments.expressions_last(["--plot", "c.png", "x", "y"], ()) == [
        "--plot", "c.png", "--", "x", "y",
    ]  # fmt: skip
    assert arguments.expressions_last(["--plot", "x", "-y"], ()) == [
        "--plot", "-", "--", "x", "-y",
    ]  # fmt: skip
