"""Random well-typed expressions: gradients and differentials agree with differences."""

import os
import subprocess
import sys

import engine
import pytest
from expressions import LETS, PLAIN, asked
from floats.numeric import check_differential, check_gradient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.proof import prove

SCALARS = asked(["1"], 10, tied="")
FREE = asked(["1"], 10)
VALUES = asked(PLAIN, 8, tied="")

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


GROWING = {
    "nested functions": ("hess", "x", lambda n: "sin(" * n + "x" + ")" * n),
    "products of sums": ("hess", "x", lambda n: "*".join(f"(x+{i})" for i in range(n))),
    "powers of powers": ("hess", "x", lambda n: "(1+" * n + "x" + ")^2" * n),
    "nested inverses": ("grad", "X", lambda n: "tr(" + "inv(A+" * n + "X" + ")" * n + ")"),
    "a product of inverses": ("grad", "X", lambda n: f"logdet(X^{n}*A)"),
    "definitions that double": (
        "hess",
        "x",
        lambda n: "; ".join(["v1=x", *(f"v{i + 1}=v{i}*v{i}+v{i}" for i in range(1, n)), f"v{n}"]),
    ),
    "vectors that double": (
        "hess",
        "z",
        lambda n: "; ".join(
            ["v1=z", *(f"v{i + 1}=v{i}.*v{i}+v{i}" for i in range(1, n)), f"sum(v{n})"]
        ),
    ),
    "doubled Kronecker products": (
        "grad",
        "X",
        lambda n: "tr(" + "kron(X," * n + "A" + ")" * n + ")",
    ),
}


@pytest.mark.parametrize("family", GROWING)
def test_the_work_grows_as_a_power_of_the_length(family):
    """Twice the length is at most 16 times the work: what is exponential would be 64 times."""
    kind, wrt, text = GROWING[family]
    lets = ["x: scalar", "X: n×n", "A: n×n", "z: n"]
    some, more = (getattr(api, kind)(text(n), wrt, lets)._table.spent for n in (6, 12))
    assert more <= 16 * some


@pytest.mark.parametrize(
    "expr", ["1_n' X^40 A X^40 1_n", "tr(X^25 A X^25 A)", "logdet(X^25 + A^25)"]
)
def test_a_derivative_that_is_too_long_is_refused(expr, monkeypatch):
    monkeypatch.setattr("mdiff.network.table.MOST_FACTORS", 20_000)
    with pytest.raises(MdiffError) as caught:
        api.hess(expr, "X", ["X: n×n", "A: n×n"])
    assert caught.value.diagnostic.code == "E307"
