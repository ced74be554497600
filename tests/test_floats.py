"""The independent judge: values against numpy, points of the domain, differences."""

import numpy as np
import pytest
from floats.evaluate import Point, evaluate, named
from floats.numeric import check_differential, check_gradient, check_jacobian
from floats.points import draw

from mdiff.api import d, jac, pose
from mdiff.functions.row import Function
from mdiff.functions.table import TABLE
from mdiff.proof import reread

LET = ["A: n×n", "B: n×k", "C: n×k", "x: n", "y: n", "a: scalar", "P: k×m"]
SIZES = {"n": 4, "k": 3, "m": 5}


def point():
    rng = np.random.default_rng(7)
    shapes = {"A": (4, 4), "B": (4, 3), "C": (4, 3), "x": (4, 1), "y": (4, 1), "P": (3, 5)}
    values = {name: 0.3 + rng.random(shape) for name, shape in shapes.items()}
    values["A"] += 2 * np.eye(4)
    return Point(SIZES, {**values, "a": np.array([[1.7]])})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A*B - 2*C", lambda v: v["A"] @ v["B"] - 2 * v["C"]),
        ("B'*x", lambda v: v["B"].T @ v["x"]),
        ("x'*y", lambda v: v["x"].T @ v["y"]),
        ("a*B.*C./B", lambda v: 1.7 * v["C"]),
        ("B/a + 1", lambda v: v["B"] / 1.7 + 1),
        ("x.^2 + a^3", lambda v: v["x"] ** 2 + 1.7**3),
        ("A^3 - A^-1", lambda v: v["A"] @ v["A"] @ v["A"] - np.linalg.inv(v["A"])),
        ("tr(A) + sum(B) + mean(C)", lambda v: np.trace(v["A"]) + v["B"].sum() + v["C"].mean()),
        ("diag(x)*B", lambda v: v["x"] * v["B"]),
        ("diag(A)", lambda v: np.diag(v["A"])[:, None]),
        ("vec(B)", lambda v: v["B"].reshape(-1, 1, order="F")),
        ("kron(B, P)", lambda v: np.kron(v["B"], v["P"])),
        ("inner(B, C)", lambda v: (v["B"] * v["C"]).sum()),
        ("K(n,k)*vec(B)", lambda v: v["B"].T.reshape(-1, 1, order="F")),
        ("n*eye(n) + ones(n,n)", lambda _: 4 * np.eye(4) + 1),
        ("zeros(n,k)", lambda _: np.zeros((4, 3))),
        ("norm2(x) + normF(B) + norm1(C)", lambda v: np.linalg.norm(v["x"]) + np.linalg.norm(v["B"]) + np.abs(v["C"]).sum()),
        ("det(A) + logdet(A)", lambda v: np.linalg.det(v["A"]) + np.linalg.slogdet(v["A"])[1]),
        ("adj(A)", lambda v: np.linalg.det(v["A"]) * np.linalg.inv(v["A"])),
        ("softmax(x)", lambda v: np.exp(v["x"]) / np.exp(v["x"]).sum()),
        ("logsumexp(B)", lambda v: np.log(np.exp(v["B"]).sum())),
        ("sigmoid(x) + softplus(x)", lambda v: 1 / (1 + np.exp(-v["x"])) + np.log(1 + np.exp(v["x"]))),
        ("relu(x - 1) + step(x - 1)", lambda v: np.maximum(v["x"] - 1, 0) + (v["x"] > 1)),
        ("sqrt(pi)*erf(a)", lambda _: np.sqrt(np.pi) * 0.9837904585907746),
    ],
)  # fmt: skip
def test_values_are_those_of_numpy(text, value):
    at = point()
    found = evaluate(pose(text, let=LET).expression, at)
    wanted = np.atleast_2d(value(at.values))
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, rtol=1e-12, atol=1e-12)


ROWS = [row for rows in TABLE.values() for row in rows if ":" in row.value]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name}{row.signature}")
def test_every_named_value_is_a_function(row):
    assert callable(named(row))


def test_a_value_names_nothing_outside_of_numbers():
    with pytest.raises(Exception, match="E901"):
        named(Function("f", "(x: scalar) -> scalar", "", value="os:getcwd"))


def test_sizes_of_a_point_are_all_different_and_matrices_tall():
    found = draw(pose("logdet(X'*X) + sum(Y)", let=["X: n×k", "Y: m×p"]), 0)
    assert len(set(found.sizes.values())) == 4
    assert found.sizes["p"] < found.sizes["k"] < found.sizes["n"] < found.sizes["m"]


def test_other_sizes_are_tried_where_a_matrix_is_singular():
    found = draw(pose("logdet(X*X')", let=["X: n×k"]), 0)
    assert found.sizes["n"] < found.sizes["k"]


@pytest.mark.parametrize(
    ("properties", "holds"),
    [
        ("symmetric", lambda a: np.allclose(a, a.T)),
        ("spd", lambda a: np.allclose(a, a.T) and np.linalg.eigvalsh(a).min() > 0.3),
        ("diagonal", lambda a: np.allclose(a, np.diag(np.diag(a)))),
        ("lower", lambda a: np.allclose(a, np.tril(a))),
        ("upper", lambda a: np.allclose(a, np.triu(a))),
        ("skew", lambda a: np.allclose(a, -a.T)),
        ("toeplitz", lambda a: np.allclose(a[1:, 1:], a[:-1, :-1])),
        ("symtoeplitz", lambda a: np.allclose(a[1:, 1:], a[:-1, :-1]) and np.allclose(a, a.T)),
        ("orthogonal", lambda a: np.allclose(a.T @ a, np.eye(len(a)))),
        ("positive", lambda a: a.min() > 0),
        ("complex", np.iscomplexobj),
        ("", lambda a: np.linalg.det(a) > 0),
    ],
)
def test_structured_variables_are_drawn_structured(properties, holds):
    found = draw(pose("tr(A)", let=[f"A: n×n {properties}"]), 3)
    assert holds(found.values["A"])


def test_tall_orthogonal_and_simplex():
    found = draw(pose("tr(Q'*Q) + sum(x)", let=["Q: n×k orthogonal", "x: n simplex"]), 1)
    q = found.values["Q"]
    assert np.allclose(q.T @ q, np.eye(q.shape[1]))
    assert found.values["x"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("expr", "found"),
    [
        ("log(a)", True),
        ("log(a/(1 - a))", True),
        ("log(1 - x'*x)", True),
        ("sqrt(-a)", True),
        ("asin(a) + sum(asin(x))", True),
        ("log(-exp(a))", False),
        ("sqrt(-x'*x)", False),
        ("log(sin(a) - 2)", False),
    ],
)
def test_points_lie_in_the_domain(expr, found):
    assert (draw(pose(expr, let=["a: scalar", "x: n"]), 0) is not None) is found


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(
    ("expr", "wrt", "right", "wrong"),
    [
        ("logdet(B'*A*B)", "A", "B*inv(B'*A*B)'*B'", "B*inv(B'*A*B)*B'"),
        ("norm2(A*x - y)", "x", "A'*(A*x - y)/norm2(A*x - y)", "(A*x - y)/norm2(A*x - y)"),
        ("sum(tanh(x))", "x", "1 - tanh(x).^2", "1 + tanh(x).^2"),
        ("abs(a)^3", "a", "3*a*abs(a)", "3*a^2.1"),
        ("tr(A)", "A", "eye(n)", "ones(n,n)"),
    ],
)
def test_gradients(expr, wrt, right, wrong, seed):
    problem = pose(expr, let=LET, scalar=True)
    proof = check_gradient(problem, wrt, reread(problem, right), seed=seed)
    assert (proof.method, proof.verdict, proof.points) == ("numeric", "proved", 3)
    assert proof.error < 1e-8
    assert check_gradient(problem, wrt, reread(problem, wrong), seed=seed).verdict == "refuted"


@pytest.mark.parametrize(
    ("structure", "right"),
    [
        ("ambient", "inv(S)"),
        ("projected", "inv(S)"),
        ("entries", "2*inv(S) - inv(S).*eye(n)"),
    ],
)
def test_structures_of_a_symmetric_variable(structure, right):
    problem = pose("logdet(S)", let=["S: n×n spd"])
    others = {"inv(S)", "2*inv(S) - inv(S).*eye(n)", "tril(S)"} - {right, "tril(S)"}
    answer = reread(problem, right)
    assert check_gradient(problem, "S", answer, structure=structure).ok
    for other in others:
        assert not check_gradient(problem, "S", reread(problem, other), structure=structure).ok


def test_projected_refuses_what_is_not_symmetric():
    problem = pose("tr(A*S)", let=["A: n×n", "S: n×n symmetric"])
    proof = check_gradient(problem, "S", reread(problem, "A'"), structure="projected")
    assert (proof.verdict, proof.why) == (
        "refuted",
        "the answer has not the structure of the variable",
    )
    assert check_gradient(problem, "S", reread(problem, "(A + A')/2"), structure="projected").ok
    assert check_gradient(problem, "S", reread(problem, "A'")).ok


def test_differentials():
    problem = pose("A*inv(X)*y", let=["A: m×n", "X: n×n", "y: n"])
    right = reread(problem, "dA*inv(X)*y - A*inv(X)*dX*inv(X)*y", ("A", "X"))
    wrong = reread(problem, "dA*inv(X)*y + A*inv(X)*dX*inv(X)*y", ("A", "X"))
    assert check_differential(problem, ("A", "X"), right).ok
    assert check_differential(problem, ("A", "X"), wrong).verdict == "refuted"


def test_complex_differential():
    problem = pose("conj(X)'", let=["X: n×k complex"])
    assert check_differential(problem, ("X",), reread(problem, "conj(dX)'", ("X",))).ok
    wrong = reread(problem, "dX'", ("X",))
    assert check_differential(problem, ("X",), wrong).verdict == "refuted"


def test_jacobian_is_vec_by_columns():
    problem = pose("A*X*B", let=["A: m×n", "X: n×k", "B: k×p"])
    assert check_jacobian(problem, "X", reread(problem, "kron(B', A)")).ok
    assert check_jacobian(problem, "X", reread(problem, "kron(A, B')")).verdict == "refuted"


def test_an_answer_without_values():
    problem = pose("sum(x.^2)", let=["x: n"])
    proof = check_gradient(problem, "x", reread(problem, "2*x + log(-exp(x)) - log(-exp(x))"))
    assert (proof.verdict, proof.why) == (
        "refuted",
        "the answer has no value at points of the domain",
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("expr", ["sin(sinh(inv(A)*tr(A)*x))", "sin(sinh(sinh(x + sinh(x))))"])
def test_what_oscillates_within_a_step_refutes_nothing(expr, seed):
    answer = d(expr, "x", LET)
    right = reread(answer.problem, answer.plain, ("x",))
    assert check_differential(answer.problem, ("x",), right, seed=seed).verdict != "refuted"


def test_what_oscillates_within_a_coarse_step_is_told_by_finer_ones():
    problem = pose("sin(1000*a)", let=LET, scalar=True)
    assert check_gradient(problem, "a", reread(problem, "1000*cos(1000*a)")).ok
    wrong = reread(problem, "-1000*cos(1000*a)")
    assert check_gradient(problem, "a", wrong).verdict == "refuted"


def test_an_inverse_of_what_is_singular_refutes_nothing():
    """`det(X*G)` is 0 unless G is wide enough, and then the inverse in its derivative is noise."""
    let = ["X: n×n", "A: m×n"]
    right = jac("cos(det(X*A'*softmax(A))*X)", "A", let)
    answer = reread(right.problem, right.plain)
    for seed in range(3):
        assert check_jacobian(right.problem, "A", answer, seed=seed).ok


def test_an_answer_that_is_noise_everywhere():
    problem = pose("sum(x.^2)", let=["x: n"])
    proof = check_gradient(problem, "x", reread(problem, "2*x + inv(x*x')*x"))
    assert proof.verdict == "unknown"
    assert "singular" in proof.why
