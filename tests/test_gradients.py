"""Random well-typed expressions: gradients and differentials agree with differences."""

import os
import re
import subprocess
import sys

import engine
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.functions.table import ROWS
from mdiff.proof import prove
from mdiff.proof.numeric import check_differential, check_gradient

LETS = [
    "A: m×n", "B: n×m", "X: n×n", "S: n×n spd", "D: n×n diagonal", "x: n", "y: n", "z: m",
    "c: scalar", "t: scalar",
]  # fmt: skip

SHAPES = {
    "1": ["c", "t"], "n": ["x", "y"], "m": ["z"],
    "nn": ["X", "S", "D"], "mn": ["A"], "nm": ["B"],
}  # fmt: skip

SMOOTH = [
    row.name
    for row in ROWS
    if row.kind == "elementwise" and not row.domain and row.name not in ("conj", "re", "im")
]
"""Functions by elements that have a derivative everywhere."""

EVERYWHERE = [
    "{0} + {0}", "{0} - 2*{0}", "{0}.*{0}", "{1}*{0}", "{0}/(2 + {1}^2)",
    *(f"{name}({{0}})" for name in SMOOTH),
]  # fmt: skip
"""Patterns for every shape: `{0}` is a part of the same shape, others are named by theirs."""

PATTERNS = {
    "1": [
        "{n}'*{n}", "{m}'*{mn}*{n}", "tr({nn})", "tr({mn}*{nm})", "inner({mn}, {mn})", "sum({mn})",
        "mean({n})", "logsumexp({n})", "log(1 + {n}'*S*{n})", "sqrt(1 + ||{n}||^2)",
        "logdet(S + {n}*x')", "normF({mn} + A)",
    ],
    "n": ["{nn}*{n}", "{mn}'*{m}", "diag({nn})", "softmax({n})", "inv(S)*{n}"],
    "m": ["{mn}*{n}", "{nm}'*{n}", "softmax({m})"],
    "nn": ["{nn}*{nn}", "{nm}*{mn}", "{nn}'", "{n}*{n}'", "diag({n})", "{nn}^2", "inv(S + {n}*y')"],
    "mn": ["{mn}*{nn}", "{nm}'", "{m}*{n}'", "diag({m})*{mn}", "softmaxr({mn})"],
    "nm": ["{mn}'", "{nn}*{nm}"],
}  # fmt: skip

PART = re.compile(r"\{(\w+)\}")


@st.composite
def text(draw, shape, depth):
    """An expression of this shape, of at most so many operations one inside the other."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from(SHAPES[shape]))
    pattern = draw(st.sampled_from(PATTERNS[shape] * 2 + EVERYWHERE))

    def part(found):
        inner = draw(text(shape if found[1] == "0" else found[1], depth - 1))
        return inner if inner.isalpha() else f"({inner})"

    return PART.sub(part, pattern)


@st.composite
def asked(draw, shapes, depth, tied="SD"):
    """An expression and a variable that occurs in it, none of those in `tied`."""
    expr = draw(text(draw(st.sampled_from(shapes)), depth))
    names = sorted(set(re.findall(r"\b[A-Za-z]\b", expr)) - set(tied))
    return expr, draw(st.sampled_from(names or ["X"]))


SCALARS = asked(["1"], 4, tied="")
FREE = asked(["1"], 4)
VALUES = asked(sorted(SHAPES), 3, tied="")

CALM = settings(
    derandomize=True,
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def undecided(proof):
    """Whether differences cannot tell: values too large, or no point of the domain."""
    return proof.verdict == "unknown"


@CALM
@given(SCALARS)
def test_a_gradient_agrees_with_differences(problem):
    expr, wrt = problem
    answer = api.grad(expr, wrt, LETS)
    claim = engine.again(answer, answer.plain)
    found = check_gradient(answer.problem, wrt, claim, structure=answer.structure, points=1)
    assert found.ok or undecided(found), answer.plain
    exact = prove(answer.problem, "grad", (wrt,), claim, structure=answer.structure)
    assert exact.verdict != "refuted", answer.plain


@CALM
@given(VALUES, st.sampled_from("AXxyzct"))
def test_a_differential_agrees_with_differences(problem, other):
    expr, name = problem
    wrt = sorted({name, other})
    answer = api.d(expr, wrt, LETS)
    claim = engine.again(answer, answer.plain)
    found = check_differential(answer.problem, tuple(wrt), claim, points=1)
    assert found.ok or undecided(found), answer.plain
    assert prove(answer.problem, "d", tuple(wrt), claim).verdict != "refuted", answer.plain


@CALM
@given(SCALARS, st.sampled_from(["plain", "unicode"]))
def test_a_gradient_is_read_back_as_its_own_network(problem, form):
    expr, wrt = problem
    answer = api.grad(expr, wrt, LETS)
    text = getattr(answer, form)
    assert engine.reads_back(answer, text), text


@CALM
@given(VALUES)
def test_the_normal_form_is_idempotent(problem):
    expr, wrt = problem
    answer = api.d(expr, [wrt], LETS)
    assert engine.is_settled(answer)


@CALM
@given(SCALARS, st.permutations(LETS))
def test_the_order_of_declarations_does_not_matter(problem, lets):
    expr, wrt = problem
    assert api.grad(expr, wrt, lets).plain == api.grad(expr, wrt, LETS).plain


@CALM
@given(FREE)
def test_the_gradient_is_the_differential_along_the_variable(problem):
    expr, wrt = problem
    gradient = api.grad(expr, wrt, LETS)
    whole = api.d(expr, [wrt], LETS)
    claim = engine.again(whole, f"inner({gradient.plain}, d{wrt})")
    assert prove(whole.problem, "d", (wrt,), claim).verdict != "refuted"


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
import engine
for case in engine.own():
    answer = engine.ask(case)
    print(answer.plain, answer.unicode, answer.latex, answer.conditions, sep=chr(10))
"""


def printed(seed):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(tests=str(engine.HERE))],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(engine.MDIFF)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    return run.stdout


def test_answers_do_not_depend_on_the_order_of_hashes():
    first = printed("1")
    assert len(first.splitlines()) > 200
    assert printed("2") == first


@pytest.mark.parametrize("expr", ["tr(A*B)", "x'*x", "sum(A)", "c*t"])
def test_a_variable_that_does_not_occur_gives_zero(expr):
    absent = next(name for name in ("S", "z", "y") if name not in expr)
    assert api.grad(expr, absent, LETS).plain.startswith("zeros(")


def test_a_matrix_has_no_gradient():
    with pytest.raises(MdiffError) as caught:
        api.grad("A*B", "A", LETS)
    assert caught.value.diagnostic.code == "E203"
