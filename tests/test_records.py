"""Batches: every record answered by itself, whatever is in it; the answers come from a fake."""

import io
import json

import pytest

from mdiff import records
from mdiff.errors import fail
from mdiff.limits import Limits
from mdiff.proof.result import Proof
from mdiff.question import Question

PROVED = {
    "method": "exact",
    "verdict": "proved",
    "points": 2,
    "error": None,
    "why": "",
}


class Answer:
    plain, unicode, latex, shape, conditions = "A'*b", "Aᵀ b", r"A^\top b", "n", ("x ≠ 0",)
    wrt, shapes, reading = "x", {"A": "m×n", "x": "n"}, "`b` as a vector"

    def __init__(self, verdict="proved"):
        self.verdict = verdict

    def check(self, seed):
        why = "" if self.verdict == "proved" else f"seed {seed}"
        return Proof("none" if self.verdict == "unknown" else "exact", self.verdict, 2, why=why)


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """What the batch asked of the interface, in order; some expressions fail."""
    seen = []

    def answer(question):
        seen.append(question)
        expr = question.expr
        if expr == "syntax":
            raise fail("E001", "what is this")
        if expr == "crash":
            raise ZeroDivisionError("oh")
        if expr == "deep":
            raise RecursionError
        if expr == "large":
            raise MemoryError
        while expr == "long":
            pass
        return Answer(expr if expr in {"refuted", "unknown"} else "proved")

    monkeypatch.setattr(records.kinds, "answer", answer)
    return seen


def solve(raw, source="jsonl"):
    return list(records.solve(io.BytesIO(raw.encode() if isinstance(raw, str) else raw), source))


def solve_one(record):
    (result,) = solve(json.dumps(record))
    return result


def test_an_answer(asked):
    record = {
        "id": "ridge", "expr": "norm2(A*x-b)", "wrt": "x", "kind": "grad", "structure": "ambient",
        "vars": {"A": {"shape": ["m", "n"]}, "x": {"shape": ["n"], "props": ["positive"]}},
    }  # fmt: skip
    result = solve_one(record)
    assert result.pop("seconds") >= 0
    assert result == {
        "id": "ridge", "status": "ok", "expr": "norm2(A*x-b)", "wrt": "x", "kind": "grad",
        "plain": "A'*b", "unicode": "Aᵀ b", "latex": r"A^\top b", "shape": "n",
        "shapes": {"A": "m×n", "x": "n"}, "reading": "`b` as a vector", "conditions": ["x ≠ 0"], "proof": PROVED, "message": None, "code": None,
    }  # fmt: skip
    assert asked == [
        Question("norm2(A*x-b)", ("x",), ("A: m×n", "x: n positive"), structure="ambient")
    ]


DECLARATIONS = [
    ({"shape": []}, "v: scalar"),
    ({"shape": ["n"]}, "v: n"),
    ({"shape": [3, "n"]}, "v: 3×n"),
    ({"shape": ["n", "n"], "props": ["spd", "constant"]}, "v: n×n spd constant"),
    ({"shape": [], "function": True, "argument": ["m"]}, "v: R^{m} -> R"),
    ({"shape": [], "function": True, "argument": ["n", "k"]}, "v: R^{n×k} -> R"),
    ({"shape": [], "function": True, "argument": []}, "v: R -> R"),
]


@pytest.mark.parametrize(("variable", "declaration"), DECLARATIONS)
def test_declarations(asked, variable, declaration):
    assert solve_one({"expr": "v", "vars": {"v": variable}})["status"] == "ok"
    assert asked == [Question("v", (), (declaration,))]


def test_a_differential_of_several_variables(asked):
    solve_one({"expr": "A*X", "kind": "differential", "wrt": "A, X"})
    assert asked == [Question("A*X", ("A", "X"), (), "d")]


@pytest.mark.parametrize("kind", ["jac", "hess"])
def test_jacobians_and_hessians(asked, kind):
    assert solve_one({"expr": "x", "kind": kind, "wrt": "x, y"})["status"] == "ok"
    assert asked == [Question("x", ("x", "y"), (), kind)]


def test_a_refuted_answer_is_no_answer():
    result = solve_one({"expr": "refuted"})
    assert (result["status"], result["code"], result["plain"]) == ("refuted", "E902", None)
    assert result["proof"]["verdict"] == "refuted"
    assert result["message"].endswith("(seed 0): please report `A'*b`")


def test_an_answer_that_is_not_proved():
    result = solve_one({"expr": "unknown"})
    assert (result["status"], result["plain"]) == ("ok", "A'*b")
    assert (result["proof"]["method"], result["proof"]["why"]) == ("none", "seed 0")


def test_without_a_seed_nothing_is_proved():
    (result,) = records.solve(io.BytesIO(b'{"expr": "refuted"}'), "jsonl", None)
    assert (result["status"], result["plain"], result["proof"]) == ("ok", "A'*b", None)


BAD_RECORDS = [
    ("{", 1, "E052", "the line is not JSON: "),
    ("[" * 100_000, 1, "E052", "the line is not JSON: nested too deeply"),
    ('{"id": ' + "9" * 5000 + "}", 1, "E052", "the line is not JSON: "),
    ("[1]", 1, "E052", "the line is not a JSON object"),
    ("{}", 1, "E052", "the record has no `expr`"),
    ('{"expr": null}', 1, "E052", "the record has no `expr`"),
    ('{"id": "a", "expr": 1}', "a", "E052", "`expr` of the record is not a text"),
    ('{"id": 7, "expr": "x", "wrt": ["x"]}', 7, "E052", "`wrt` of the record is not a text"),
    ('{"id": [], "expr": "x", "kind": 1}', 1, "E052", "`kind` of the record is not a text"),
    ('{"id": true, "expr": "x", "vars": []}', 1, "E052", "`vars` of the record is not an object"),
    ('{"expr": "x", "vars": {"x": 1}}', 1, "E052", "`x` in `vars` is not an object"),
    ('{"expr": "x", "vars": {"x y": {}}}', 1, "E052", "`x y` in `vars` is no name"),
    (
        '{"expr": "x", "vars": {"x": {}}}',
        1,
        "E052",
        "the shape of `x` is not a list of at most two sizes",
    ),
    (
        '{"expr": "x", "vars": {"x": {"shape": ["n", "n", "n"]}}}',
        1,
        "E052",
        "the shape of `x` is not a list",
    ),
    ('{"expr": "x", "vars": {"x": {"shape": [0]}}}', 1, "E052", "a size of `x` is neither a name"),
    (
        '{"expr": "x", "vars": {"x": {"shape": [1.5]}}}',
        1,
        "E052",
        "a size of `x` is neither a name",
    ),
    (
        '{"expr": "x", "vars": {"x": {"shape": [true]}}}',
        1,
        "E052",
        "a size of `x` is neither a name",
    ),
    (
        '{"expr": "x", "vars": {"x": {"shape": ["n spd"]}}}',
        1,
        "E052",
        "a size of `x` is neither a name",
    ),
    (
        '{"expr": "x", "vars": {"x": {"shape": [], "props": "spd"}}}',
        1,
        "E052",
        "`props` of `x` is not a list",
    ),
    (
        '{"expr": "x", "vars": {"x": {"shape": [], "props": ["a b"]}}}',
        1,
        "E052",
        "`props` of `x` is not a list",
    ),
    (
        '{"expr": "x", "kind": "complex"}',
        1,
        "E351",
        "records of kind `complex` are not supported, only `grad`, `jac`, `hess` and `differential`",
    ),
    (
        '{"expr": "x", "structure": "entries"}',
        1,
        "E451",
        "structure `entries` is not supported, only `ambient` and `projected`",
    ),
    ('{"expr": "x", "wrt": "x,y"}', 1, "E052", "a gradient of the batch is by one variable"),
    ('{"expr": "syntax"}', 1, "E001", "what is this"),
    (b'{"expr": "\xff"}', 1, "E051", "byte 11 of the line is not UTF-8"),
    (b" " * 1_000_001, 1, "E002", "a line of more than 1000000 bytes is not read"),
    (b"x" * 5_000_000, 1, "E002", "a line of more than 1000000 bytes is not read"),
]


@pytest.mark.parametrize(("line", "identity", "code", "message"), BAD_RECORDS)
def test_a_bad_record_is_an_error_and_no_other_is_touched(line, identity, code, message):
    raw = line.encode() if isinstance(line, str) else line
    bad, good = solve(raw + b'\n{"id": "good", "expr": "x"}')
    assert (bad["id"], bad["status"], bad["code"]) == (identity, "error", code)
    assert bad["message"].startswith(message)
    assert bad["plain"] is bad["latex"] is bad["shape"] is bad["conditions"] is None
    assert (good["id"], good["status"], good["plain"]) == ("good", "ok", "A'*b")


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("crash", "internal error: ZeroDivisionError: oh"),
        ("deep", "internal error: RecursionError"),
    ],
)
def test_what_nobody_expected_is_a_crash(expression, message):
    result = solve_one({"expr": expression})
    assert (result["status"], result["code"], result["message"]) == ("crash", "E901", message)


def test_a_problem_that_takes_too_much():
    raw = io.BytesIO(b"large\nlong; wrt x # a\nx\n")
    large, long, good = records.solve(raw, "plain", limits=Limits(0.1, 1))
    assert (large["status"], large["code"]) == ("error", "E306")
    assert (long["id"], long["status"], long["code"], long["wrt"]) == ("a", "timeout", "E305", "x")
    assert long["message"] == "no answer within 0.1 seconds"
    assert good["status"] == "ok"
    assert [r["status"] for r in records.batch(["long", "x"], timeout=0.1)] == ["timeout", "ok"]


PLAIN_LINES = [
    ("x^T x", Question("x^T x"), 1),
    ("x^T A x; wrt x", Question("x^T A x", ("x",)), 1),
    ("  x^T A x ; wrt  x  # quad ", Question("x^T A x", ("x",)), "quad"),
    ("r = A x; ||r||^2; wrt x", Question("r = A x; ||r||^2", ("x",)), 1),
    ("r = A x; ||r||^2", Question("r = A x; ||r||^2"), 1),
    ("x; wrt", Question("x"), 1),
]


@pytest.mark.parametrize(("line", "question", "identity"), PLAIN_LINES)
def test_plain_lines(asked, line, question, identity):
    (result,) = solve(line, "plain")
    assert asked == [question]
    assert result["id"] == identity


def test_blank_lines_and_comments_are_passed_over():
    assert [r["id"] for r in solve("\ufeff# a title\r\n\r\nx\r\n  \nx # last", "plain")] == [
        3,
        "last",
    ]
    assert [r["id"] for r in solve('\n{"expr": "x"}\n\n{"expr": "x"}\n')] == [2, 4]


def test_results_are_streamed():
    class Endless(io.RawIOBase):
        def readable(self):
            return True

        def readinto(self, buffer):
            line = b'{"expr": "x"}\n'
            buffer[: len(line)] = line
            return len(line)

    results = records.solve(io.BufferedReader(Endless(), 16), "jsonl")
    assert [next(results)["id"] for _ in range(1000)] == list(range(1, 1001))


def test_of_what_failed_the_question_is_told():
    result = solve_one({"expr": "syntax", "wrt": "x", "kind": "hess"})
    asked = [result[key] for key in ("expr", "wrt", "kind", "plain", "reading", "shapes")]
    assert asked == ["syntax", "x", "hess", None, None, None]
    assert [solve_one({"expr": 1})[key] for key in ("expr", "wrt", "kind")] == [None, None, None]


def test_problems_from_python(asked):
    results = records.batch(
        ["x^T x; wrt x # first", "", {"expr": "A x", "id": 7, "kind": "jac"}, 5, {"expr": "syntax"}]
    )
    assert [(r["id"], r["status"], r["code"]) for r in results] == [
        ("first", "ok", None), (7, "ok", None), (4, "error", "E052"), (5, "error", "E001"),
    ]  # fmt: skip
    assert asked == [Question("x^T x", ("x",)), Question("A x", kind="jac"), Question("syntax")]


def test_problems_from_python_are_answered_one_at_a_time():
    def endless():
        while True:
            yield {"expr": "x"}

    results = records.batch(endless(), seed=None)
    assert [next(results)["proof"] for _ in range(3)] == [None, None, None]


def test_the_suffix_says_how_a_file_is_written():
    assert records.source_of("a.jsonl") == "jsonl"
    assert records.source_of("a.txt") == records.source_of("-") == "plain"
