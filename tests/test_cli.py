"""The command line, its words, its output and its exit statuses; the answers come from a fake."""

import io
import json
import shlex
import subprocess
import sys
from types import SimpleNamespace

import pytest

from mdiff import kinds, shapes
from mdiff.cli import answers, app, arguments
from mdiff.cli.examples import EXAMPLES
from mdiff.errors import Label, fail
from mdiff.proof.result import Proof
from mdiff.question import Question
from mdiff.version import __version__

PROVED = Proof("numeric", "proved", 3, error=1.25e-11)


def answer(**changes):
    """An answer as the interface gives it."""
    values = {
        "kind": "grad", "wrt": "x", "plain": "A'*b", "unicode": "Aᵀb", "latex": r"A^\top b",
        "shape": "n", "convention": "gradient in the shape of x", "structure": "projected", "form": "matrix",
        "conditions": ("A x ≠ b",), "readings": ("`Ax` as `A x`",), "shapes": {"A": "m×n"}, "reading": "`Ax` as `A x`",
        "notes": (), "json": lambda proof=None: {"plain": "A'*b", "proof": proof and proof.json()}, "check": lambda _seed: PROVED,
    }  # fmt: skip
    return SimpleNamespace(**{**values, **changes})


@pytest.fixture
def mdiff(capsys, monkeypatch):
    """Run a command line: its status, standard output and standard error."""

    def mdiff(*words, stdin=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        status = app.run(words)
        return status, *capsys.readouterr()

    return mdiff


@pytest.fixture
def asked(monkeypatch):
    """What was asked of the interface; every question has the same answer."""
    seen = []

    def found(question):
        seen.append(question)
        return (answer(kind=question.kind, wrt="x" if question.kind == "grad" else "x,A"),)

    def pose(expr, wrt, let, *, strict):
        assert (wrt, strict) == ((), False)
        seen.append(("shape", expr, let))
        return problem

    monkeypatch.setattr(kinds, "answers", found)
    problem = SimpleNamespace(text="x^T x", readings=("`x` as a vector",), variables={})
    rows = [(0, "x^T x", "scalar"), (1, "x^T", "1×n"), (1, "x[i]", "n")]
    monkeypatch.setattr(answers, "pose", pose)
    monkeypatch.setattr(shapes, "subexpressions", lambda _: rows)
    return seen


def answering(monkeypatch, *found):
    monkeypatch.setattr(kinds, "answers", lambda _: found)


def raising(monkeypatch, error):
    def found(_question):
        raise error

    monkeypatch.setattr(kinds, "answers", found)


def in_order(words):
    """The words as Typer reads them."""
    name = words[0] if words and words[0] in app.COMMANDS else "grad"
    command = app._group([name], words).commands[name]
    return arguments.in_order(words, app.COMMANDS, command)


# ------------------------------------------------------------------------------ words

WORDS = [
    (["grad", "x"], ["grad", "--", "x"]),
    (["grad", "-x^T A x", "--wrt", "x"], ["grad", "--wrt", "x", "--", "-x^T A x"]),
    (["grad", "--wrt", "x", "-exp(x)"], ["grad", "--wrt", "x", "--", "-exp(x)"]),
    (["grad", "--wrt=x", "--", "--wrt"], ["grad", "--wrt=x", "--", "--wrt"]),
    (["grad", "-", "-o", "-x"], ["grad", "-o", "-x", "--", "-"]),
    (["grad", "-e", "-x"], ["grad", "-e", "-x"]),
    (["grad", "--(x)"], ["grad", "--", "--(x)"]),
    (["grad", "--wrtt", "x"], ["grad", "--wrtt", "--", "x"]),
    (["grad", "x", "-h"], ["grad", "-h", "--", "x"]),
    (["d", "-2 x", "--let"], ["d", "--let"]),
    (["shape", "--quiet"], ["shape", "--quiet"]),
    (["batch", "-", "--from", "plain"], ["batch", "-", "--from", "plain"]),
    (["check", "x", "--plot", "-x"], ["check", "--plot", "-", "--", "x", "-x"]),
    (["check", "x", "--plot", "a.png"], ["check", "--plot", "a.png", "--", "x"]),
]


MEANT = [
    (["x^T x", "--wrt", "x"], True),
    (["x", "--wrt", "x"], True),
    (["-x^T x"], True),
    (["-"], True),
    (["--wrt", "x", "x^T x"], True),
    (["--wrt=x", "x^T x"], True),
    (["-e", "x^T x"], True),
    (["AXB"], True),
    (["f(x)", "x"], True),
    (["grad", "x"], False),
    (["explain"], False),
    (["gard"], False),
    (["gard", "x^T x"], False),
    (["differentiate", "x^T x", "--wrt", "x"], False),
    (["--version"], False),
    (["-V"], False),
    (["-h"], False),
    (["--foo", "x"], False),
]


@pytest.mark.parametrize(("words", "left_out"), MEANT)
def test_a_first_word_that_is_an_expression_asks_for_the_gradient(words, left_out):
    if left_out:
        assert in_order(words) == in_order(["grad", *words])
    else:
        assert in_order(words)[0] == words[0]


@pytest.mark.parametrize(("words", "ordered"), WORDS)
def test_an_expression_may_begin_with_a_dash(words, ordered):
    assert in_order(words) == ordered


def test_each_command_has_the_options_that_it_uses():
    assert set().union(*app.OPTIONS.values()) == app.OWN
    for name, own in app.OPTIONS.items():
        command = app._group([name], []).commands[name]
        had = {each.name for each in command.params}
        assert had & app.OWN == set(own)
        assert {"expression", "wrt", "let", "form", "timeout", "memory", "seed"} <= had


@pytest.mark.parametrize(
    ("words", "question"),
    [
        (["grad", "f(x)"], Question("f(x)")),
        (["grad", "-x^T x", "--wrt", "x"], Question("-x^T x", ("x",))),
        (["grad", "f", "--wrt", "x, A", "--wrt", "B"], Question("f", ("x", "A", "B"))),
        (["grad", "f", "--let", "A: n", "--let=b: m"], Question("f", (), ("A: n", "b: m"))),
        (["grad", "-e", "-x", "--structure", "ambient"], Question("-x", structure="ambient")),
        (["grad", "f", "--strict"], Question("f", strict=True)),
        (["d", "A X", "--wrt", "X"], Question("A X", ("X",), (), "d")),
        (["d", "A X", "--order", "2"], Question("A X", kind="d", order=2)),
        (["jac", "-x", "--wrt", "x"], Question("-x", ("x",), (), "jac")),
        (["jac", "f", "--form", "kron", "--layout", "denominator"], Question("f", kind="jac", layout="denominator")),
        (["jac", "f", "--form", "index"], Question("f", kind="jac", form="index")),
        (["hess", "f", "--wrt", "x,y"], Question("f", ("x", "y"), (), "hess")),
        (["hess", "f", "--form", "operator"], Question("f", kind="hess", form="operator")),
        (["hess", "f", "--vec", "vech"], Question("f", kind="hess", half=True)),
        (["hess", "f", "--inverse", "--form", "kron"], Question("f", kind="inverse hessian")),
        (["hess", "f", "--newton", "--let", "x: n"], Question("f", (), ("x: n",), "newton")),
        (["taylor", "f"], Question("f", kind="taylor")),
        (["taylor", "-f", "--wrt", "x", "--order", "1"], Question("-f", ("x",), (), "taylor", 1)),
        (["shape", "A X", "--let", "X: n"], ("shape", "A X", ("X: n",))),
    ],
)  # fmt: skip
def test_what_is_asked(mdiff, asked, words, question):
    status, _, _ = mdiff(*words)
    assert status == 0
    assert asked == [question]


def test_standard_input(mdiff, asked):
    mdiff("grad", "-", "--wrt", "x", stdin="\ufeffr = A x\n‖r‖²\r\n".encode())
    assert asked == [Question("r = A x\n‖r‖²", ("x",))]


USAGE = [
    (["grad"], "give one expression"),
    (["grad", "x", "-e", "x"], "give one expression"),
    (["grad", "x", "y"], "unexpected extra argument"),
    (["grad", "x", "--wrtt", "x"], "No such option: --wrtt"),
    (["grad", "x", "--format", "pdf"], "'pdf' is not one of"),
    (["grad", "x", "--structure", "entries"], "'entries' is not one of"),
    (["grad", "x", "--seed", "a"], "'a' is not a valid int"),
    (["grad", "x", "--wrt"], "--wrt"),
    (["d", "x", "--order", "3"], "3 is not in the range 1<=x<=2"),
    (["taylor", "x", "--order", "0"], "0 is not in the range 1<=x<=2"),
    (["jac", "x", "--form", "tensor"], "'tensor' is not one of"),
    (["jac", "x", "--layout", "mixed"], "'mixed' is not one of"),
    (["jac", "x", "--form", "operator", "--layout", "denominator"], "an operator has no layout"),
    (["hess", "x", "--inverse", "--newton"], "only one of --inverse, --newton"),
    (["hess", "x", "--inverse", "--form", "index"], "only one of --inverse, --newton"),
    (["hess", "x", "--newton", "--vec", "vech"], "only one of --inverse, --newton"),
    (["grad", "x", "-o", "no/such/folder/file"], "cannot write no/such/folder/file"),
    (["batch"], "FILE"),
    (["batch", "no-such-file"], "cannot read no-such-file: No such file or directory"),
    (["batch", "a\0b"], "cannot read a\\x00b"),
    (["batch", "-", "-o", "no/such/folder/file"], "cannot write no/such/folder/file"),
    (["functions", "trase"], "there is no function 'trase'; did you mean trace?"),
    (["explain", "E999"], "there is no code 'E999'"),
    (["gard"], "No such command 'gard'. Did you mean 'grad'"),
    (["gard", "x^T x"], "No such command 'gard'. Did you mean 'grad'"),
    (["differentiate", "x^T x"], "No such command 'differentiate'"),
    (["--foo"], "No such option: --foo"),
]


@pytest.mark.parametrize(("words", "message"), USAGE)
def test_usage_errors(mdiff, asked, words, message):  # noqa: ARG001 - nothing is to be asked
    status, out, err = mdiff(*words)
    assert (status, out) == (2, "")
    assert message in err


def test_help(mdiff):
    status, out, _ = mdiff("grad", "--help")
    assert status == 0
    for option in (
        "--wrt",
        "--let",
        "--format",
        "--output",
        "--structure",
        "--no-proof",
        "--quiet",
    ):
        assert option in out
    assert mdiff("grad", "-h") == (status, out, "")
    status, out, _ = mdiff("--help")
    assert status == 0
    assert all(f"\n  {command} " in out for command in app.COMMANDS)
    assert mdiff("-h") == mdiff() == (0, out, "")
    assert mdiff("-V") == mdiff("--version") == (0, f"mdiff {__version__}\n", "")


def shown_examples(out):
    return [line.strip() for line in out.partition("Examples:\n")[2].splitlines()]


@pytest.mark.parametrize("command", EXAMPLES)
def test_every_help_has_three_examples_that_work(mdiff, command):
    out = mdiff(*([command] if command else []), "--help")[1]
    assert shown_examples(out) == list(EXAMPLES[command])
    assert len(EXAMPLES[command]) == 3
    for line in EXAMPLES[command]:
        piped, _, asked = line.rpartition(" | ")
        given = b""
        if piped:
            given = subprocess.run(["sh", "-c", piped], capture_output=True, check=True).stdout
        name, *words = shlex.split(asked)
        status, out, err = mdiff(*words, stdin=given)
        assert (name, status) == ("mdiff", 0), err
        assert out
    assert set(EXAMPLES) == {"", *app.COMMANDS}


# ------------------------------------------------------------------------------ output


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ([], "A'*b\n"),
        (["--format", "plain"], "A'*b\n"),
        (["--format", "unicode"], "Aᵀb\n"),
        (["--format", "latex"], "A^\\top b\n"),
        (
            ["--format", "json"],
            '{"plain": "A\'*b", "proof": {"method": "numeric", "verdict": "proved", "points": 3, "error": 1.25e-11, "why": ""}}\n',
        ),
        (["--format", "json", "--no-proof"], '{"plain": "A\'*b", "proof": null}\n'),
    ],
)
def test_forms(mdiff, asked, words, shown):  # noqa: ARG001
    assert mdiff("grad", "f", *words) == (0, shown, "read: `Ax` as `A x`\n")
    assert mdiff("grad", "f", "--quiet", *words) == (0, shown, "")


def test_a_file_gets_the_answer_and_only_that(mdiff, asked, tmp_path):  # noqa: ARG001
    file = tmp_path / "answer"
    assert mdiff("d", "f", "-o", str(file), "--quiet") == (0, "", "")
    assert file.read_text(encoding="utf-8") == "A'*b\n"


def test_a_file_is_left_alone_where_there_is_no_answer(mdiff, monkeypatch, tmp_path):
    file = tmp_path / "answer"
    file.write_text("before", encoding="utf-8")
    raising(monkeypatch, fail("E201", "no"))
    assert mdiff("grad", "f", "-o", str(file))[0] == 4
    assert file.read_text(encoding="utf-8") == "before"


def test_several_variables(mdiff, monkeypatch):
    same = {"readings": ("said once",), "notes": ()}
    answering(
        monkeypatch,
        answer(**same),
        answer(wrt="A", plain="b*x'", notes=("a note",), readings=("said once",)),
    )
    assert mdiff("grad", "f") == (0, "x: A'*b\nA: b*x'\n", "read: said once\nnote: a note\n")
    status, out, _ = mdiff("grad", "f", "--format", "json", "--quiet")
    assert status == 0
    assert [json.loads(line)["plain"] for line in out.splitlines()] == ["A'*b", "A'*b"]


def test_markup_is_text(mdiff, monkeypatch):
    answering(monkeypatch, answer(plain="x[i] [bold]" + "+ y" * 100))
    assert mdiff("grad", "f", "--quiet")[1] == "x[i] [bold]" + "+ y" * 100 + "\n"


def test_shapes(mdiff, asked):  # noqa: ARG001
    shown = "x^T x: scalar\n  x^T: 1×n\n  x[i]: n\n"
    assert mdiff("shape", "f") == (0, shown, "read: `x` as a vector\n")
    status, out, _ = mdiff("shape", "f", "--format", "json")
    assert status == 0
    told = json.loads(out)
    assert told["tree"][1] == {"depth": 1, "text": "x^T", "shape": "1×n"}
    assert (told["expr"], told["reading"], told["shapes"]) == ("x^T x", "`x` as a vector", {})


def test_the_shape_of_something_deep(mdiff, asked, monkeypatch):  # noqa: ARG001
    rows = [(depth, "x", "n") for depth in range(10_000)]
    monkeypatch.setattr(shapes, "subexpressions", lambda _: rows)
    status, out, _ = mdiff("shape", "f")
    assert status == 0
    assert out.count("\n") == 10_000
    assert max(map(len, out.splitlines())) == 2 * 60 + len("x: n")


# ------------------------------------------------------------------------------ proof


def test_a_proof_is_silent_where_only_the_answer_is_wanted(mdiff, asked):  # noqa: ARG001
    assert mdiff("grad", "f", "--quiet") == (0, "A'*b\n", "")


@pytest.mark.parametrize(
    ("words", "seeds"), [(["--seed", "7"], [7]), ([], [0]), (["--no-proof"], [])]
)
def test_the_seed_is_used(mdiff, monkeypatch, words, seeds):
    seen = []
    answering(monkeypatch, answer(check=lambda seed: seen.append(seed) or PROVED))
    assert mdiff("grad", "f", *words)[0] == 0
    assert seen == seeds


def test_an_answer_that_cannot_be_proved(mdiff, monkeypatch):
    unknown = Proof("none", "unknown", 0, why="empty domain")
    answering(monkeypatch, answer(check=lambda _seed: unknown))
    status, out, err = mdiff("grad", "f", "--quiet")
    assert (status, out) == (6, "A'*b\n")
    assert err == "proof: not proved: empty domain\n"
    assert mdiff("grad", "f", "--quiet", "--no-proof") == (0, "A'*b\n", "")


def test_one_answer_of_several_that_cannot_be_proved(mdiff, monkeypatch):
    unknown = Proof("none", "unknown", 0, why="empty domain")
    answering(monkeypatch, answer(), answer(wrt="A", plain="b*x'", check=lambda _seed: unknown))
    assert mdiff("grad", "f", "--quiet") == (
        6,
        "x: A'*b\nA: b*x'\n",
        "proof: A: not proved: empty domain\n",
    )


def test_a_refuted_answer_is_not_shown(mdiff, monkeypatch):
    wrong = Proof("exact", "refuted", 1, why="off by 0.5")
    answering(monkeypatch, answer(check=lambda _seed: wrong))
    status, out, err = mdiff("grad", "f")
    assert (status, out) == (70, "")
    assert err.startswith("error[E902]: internal error: the answer by x is not the derivative")
    assert "off by 0.5" in err


# ------------------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("code", "status"),
    [("E001", 3), ("E101", 4), ("E201", 4), ("E301", 5), ("E401", 2), ("E501", 1), ("E901", 70)],
)
def test_exit_statuses(mdiff, monkeypatch, code, status):
    raising(monkeypatch, fail(code, "it fails", text="A B", labels=[Label((2, 3), "here")]))
    assert mdiff("grad", "A B") == (
        status,
        "",
        f"error[{code}]: it fails\n  1 | A B\n    |   ┬\n    |   ╰─ here\n",
    )


@pytest.mark.parametrize("error", [ZeroDivisionError("oh"), RecursionError("deep")])
def test_never_a_traceback(mdiff, monkeypatch, error):
    raising(monkeypatch, error)
    status, out, err = mdiff("grad", "x")
    assert (status, out) == (70, "")
    assert err.startswith(f"error[E901]: internal error: {type(error).__name__}")
    assert "Traceback" not in err
    assert "Traceback" in mdiff("grad", "x", "--debug")[2]


def test_no_memory_is_no_fault(mdiff, monkeypatch):
    raising(monkeypatch, MemoryError())
    status, out, err = mdiff("grad", "x")
    assert (status, out) == (5, "")
    assert err.startswith("error[E306]: no answer within 1000 MiB of memory\n")
    assert mdiff("grad", "x", "--memory", "0", "--timeout", "0")[2].startswith(
        "error[E306]: no answer within the memory\n"
    )


def test_an_interrupt(mdiff, monkeypatch):
    raising(monkeypatch, KeyboardInterrupt())
    assert mdiff("grad", "x") == (130, "", "")


def test_a_file_where_an_expression_was_meant(mdiff, monkeypatch, tmp_path):
    file = tmp_path / "f.txt"
    file.write_text("x^T x", encoding="utf-8")
    raising(monkeypatch, fail("E001", "what is this"))
    assert f"note: `{file}` is a file" in mdiff("grad", str(file))[2]
    assert "is a file" not in mdiff("grad", "x")[2]
    assert "is a file" not in mdiff("grad", "x\0y")[2]
    assert "is a file" not in mdiff("grad", "x" * 100_000)[2]


@pytest.mark.parametrize(
    ("words", "stdin", "label"),
    [
        (["grad", "x + \udcff"], b"", "  1 | x + \\udcff"),
        (["grad", "-"], b"x + \xff", "  1 | x + \\udcff"),
        (["shape", "-e", "\udc80"], b"", "  1 | \\udc80"),
    ],
)
def test_what_is_not_utf8(mdiff, asked, words, stdin, label):
    status, out, err = mdiff(*words, stdin=stdin)
    assert (status, out, asked) == (3, "", [])
    assert err.splitlines()[:2] == ["error[E051]: the text is not UTF-8", label]


def test_a_declaration_that_is_not_utf8(mdiff, asked):
    assert mdiff("grad", "x", "--let", "\udcff: n")[0] == 3
    assert mdiff("grad", "x", "--wrt", "\udcff")[0] == 3
    assert asked == []


def test_standard_input_is_bounded(mdiff):
    status, _, err = mdiff("grad", "-", stdin=b"x" * 4_000_001)
    assert status == 3
    assert err == "error[E002]: a text of more than 4000000 bytes is not read\n"


# ------------------------------------------------------------------------------ batch


def test_a_batch(mdiff, monkeypatch, tmp_path):
    def found(question):
        if question.expr == "bad":
            raise fail("E001", "what is this")
        return answer()

    monkeypatch.setattr(kinds, "answer", found)
    first, second = tmp_path / "a.txt", tmp_path / "b.jsonl"
    first.write_text("x # one\nbad # two\n", encoding="utf-8")
    second.write_text('{"id": "three", "expr": "x"}\n', encoding="utf-8")
    status, out, err = mdiff("batch", str(first), str(second))
    assert status == 7
    assert [(r["id"], r["status"]) for r in map(json.loads, out.splitlines())] == [
        ("one", "ok"), ("two", "error"), ("three", "ok"),
    ]  # fmt: skip
    assert err == "batch: 1 of 3 not answered\n"
    assert mdiff("batch", str(first), str(second), "--format", "plain") == (
        7,
        "one: A'*b\n# read: `Ax` as `A x`\nthree: A'*b\n# read: `Ax` as `A x`\n",
        "two: error[E001]: what is this\nbatch: 1 of 3 not answered\n",
    )
    assert mdiff("batch", "-", "--from", "jsonl", "--format", "plain", stdin=b'{"expr": "x"}') == (
        0,
        "1: A'*b\n# read: `Ax` as `A x`\n",
        "",
    )
    target = tmp_path / "out.jsonl"
    assert mdiff("batch", "-", "-o", str(target), stdin=b"x") == (0, "", "")
    assert json.loads(target.read_text(encoding="utf-8"))["status"] == "ok"


# ------------------------------------------------------------------------------ manual


def test_functions(mdiff):
    status, out, _ = mdiff("functions")
    assert status == 0
    assert ["det", "(X:", "n×n)", "->", "scalar", "determinant"] in map(str.split, out.splitlines())
    status, out, _ = mdiff("functions", "trace")
    assert status == 0
    assert out.splitlines()[:2] == ["tr(X: n×n) -> scalar", "  meaning      trace"]
    assert mdiff("functions", "diag")[1].count("\ndiag") + 1 == 2


def test_explain(mdiff):
    status, out, _ = mdiff("explain", "e051")
    assert status == 0
    assert out.startswith("E051: the text is not UTF-8\n\n")
    assert out.endswith("\nExample:\n\n    printf 'x^T x + \\377' | mdiff grad -\n")
    status, out, _ = mdiff("explain")
    assert status == 0
    assert "\nE051  the text is not UTF-8\n" in f"\n{out}"
