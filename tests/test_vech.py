"""Half-vectorisation: the duplication matrix as typed, and Jacobians and Hessians by vech."""

import numpy as np
import pytest
from dump import dump
from floats.evaluate import Point, evaluate

from mdiff import api
from mdiff.cli import app
from mdiff.errors import MdiffError
from mdiff.proof import reread
from mdiff.proof.arrays import duplication
from mdiff.proof.points import Exact
from mdiff.proof.program import Program, sized
from mdiff.proof.run import Run
from mdiff.shapes import infer
from mdiff.shapes.dims import Dim, half, halved
from mdiff.syntax import parse, parse_declaration


def typed(text, *let):
    """The problem that a text is, every name that is declared known."""
    return api.pose(text, (), let)


# ------------------------------------------------------------------------- vech, by definition


def vech(matrix):
    """The columns of the lower triangle, stacked."""
    return np.concatenate([matrix[column:, column] for column in range(len(matrix))])


def unvech(entries, n):
    """The symmetric matrix with this lower triangle."""
    matrix = np.zeros((n, n))
    rest = list(entries)
    for column in range(n):
        for row in range(column, n):
            matrix[row, column] = matrix[column, row] = rest.pop(0)
    return matrix


def vec(matrix):
    return np.asarray(matrix).reshape(-1, order="F")


def slopes(function, at, step=1e-5):
    """The Jacobian of a function of a vector by central differences."""
    columns = [
        (function(at + step * along) - function(at - step * along)) / (2 * step)
        for along in np.eye(len(at))
    ]
    return np.stack(columns, axis=-1)


# ----------------------------------------------------------------------------------- the matrix


def test_the_duplication_matrix_of_order_two():
    value = evaluate(typed("D(2)").expression, Point({}, {}))
    assert value.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0, 1]]


@pytest.mark.parametrize("n", range(1, 7))
def test_it_makes_vec_of_vech(n):
    symmetric = unvech(range(1, n * (n + 1) // 2 + 1), n)
    value = evaluate(typed("D(n)").expression, Point({"n": n}, {}))
    assert (value @ vech(symmetric) == vec(symmetric)).all()
    assert len(duplication(n)) == n * n


@pytest.mark.parametrize("n", [1, 2, 4])
def test_exact_values_are_the_numeric_ones(n):
    program = Program()
    place = program.write(typed("D(n)").expression)
    steps = sized(program, {"n": n})
    run = Run(steps, [1] * len(steps), Exact(1, 0, 0, 1, 1).levels, {})
    numeric = evaluate(typed("D(n)").expression, Point({"n": n}, {}))
    assert run.at(place).value == numeric.reshape(-1).tolist()


# ------------------------------------------------------------------------------------- language

# a text, known names, those of them that are sizes, the tree
READINGS = [
    ("D(n)", (), (), "(duplication n)"),
    ("D(3)' H D(3)", (), (), "((' (duplication 3)) * H * (duplication 3))"),
    ("D(2n)", (), (), "(duplication (2 * n))"),
    ("D(m*n)", (), (), "(duplication (m * n))"),
    ("tr D(n)' X", (), (), "(tr ((' (duplication n)) * X))"),
    ("I_n D(n)", (), (), "((eye n) * (duplication n))"),
    ("eye(n) D(n)", (), (), "((eye n) * (duplication n))"),
    ("1/d D(d) v", ("d",), ("d",), "(1 / d * (duplication d) * v)"),
    ("D_n v", (), (), "((duplication n) * v)"),
    ("Dₙᵀ H D_{n}", (), (), "((' (duplication n)) * H * (duplication n))"),
    ("D_d v", ("d",), ("d",), "((duplication d) * v)"),
    # a variable: declared, without a size, or in a product
    ("D(n)", ("D",), (), "(D * n)"),
    ("D(n)", ("D", "n"), ("n",), "(D * n)"),
    ("D (A x)", (), (), "(D * (A * x))"),
    ("D(A x)", (), (), "(D * (A * x))"),
    ("D (n)", (), (), "(D * n)"),
    ("D(x)", (), (), "(D * x)"),
    ("D(n)", ("n",), (), "(D * n)"),
    ("n^T D(n)", (), (), "((' n) * D * n)"),
    ("D(n) x + D y", (), (), "(sum +(D * n * x) +(D * y))"),
    ("D(n) + D(A)", (), (), "(sum +(D * n) +(D * A))"),
    ("D(n) AD", (), (), "(D * n * A * D)"),
    ("D(ones(n))", (), (), "(D * (ones n))"),
    ("D(n+1)", (), (), "(D * (sum +n +1))"),
    ("n = A x; D(n)", (), (), "(D * n)"),
    ("D = A; D(n)", (), (), "(D * n)"),
    ("D_n v", ("D_n",), (), "(D_n * v)"),
    ("D_n x + D y", (), (), "(sum +(D_n * x) +(D * y))"),
    ("D_1 X D_2", (), (), "(D_1 * X * D_2)"),
    ("D_x y", (), (), "(D_x * y)"),
    ("D_n x", ("n",), (), "(D_n * x)"),
]


@pytest.mark.parametrize(("text", "names", "sizes", "tree"), READINGS)
def test_what_a_text_with_a_d_is(text, names, sizes, tree):
    program = parse(text, frozenset(names), frozenset(), frozenset(sizes))
    assert dump(program.expression) == tree


def test_a_declared_function_keeps_its_name():
    problem = typed("D(x)", "D: R^n -> R", "x: n")
    assert problem.expression.function.name == "D"
    assert api.grad("D(x)", "x", ["D: R^n -> R"]).plain == "gradD(x)"


def test_a_variable_called_d_is_answered_as_ever():
    assert api.grad("tr(D(X + A))", "D").plain == "(X+A)'"
    assert api.grad("x^T D x", "x", ["D: symmetric"]).plain == "2*D*x"


# --------------------------------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("text", "let", "shape"),
    [
        ("D(n)", [], ("n*n", "n*(n+1)/2")),
        ("D(3)", [], ("9", "6")),
        ("D(1)", [], ("1", "1")),
        ("D(2n)", [], ("4*n*n", "2*n*(2*n+1)/2")),
        ("D(n)' H D(n)", ["H: 9×9", "X: n×n"], None),
        ("D(n)'*kron(inv(X),inv(X))*D(n)", ["X: spd"], ("n*(n+1)/2", "n*(n+1)/2")),
        ("D(m*n) v - D(n*m) w", [], ("m*m*n*n", "1")),
        ("D(2) v", ["v: 3"], ("4", "1")),
    ],
)
def test_shapes(text, let, shape):
    if shape is None:
        with pytest.raises(MdiffError, match="E201"):
            typed(text, *let)
        return
    assert tuple(map(str, typed(text, *let).expression.shape)) == shape


def test_the_length_of_a_vech_is_a_size_of_its_own():
    problem = typed("D(n) v")
    assert str(problem.variables["v"].shape[0]) == "n*(n+1)/2"
    assert problem.sizes == {"n"}
    for text in ("D(n) v + D(m) v", "(D(n) v + w)' K(n,n) v"):
        with pytest.raises(MdiffError, match="E20"):
            typed(text, "w: n*n")
    assert typed("v' D(n)' D(n) v").expression.shape == (Dim(), Dim())


@pytest.mark.parametrize("size", [Dim(1, ("n",)), Dim(2, ("m", "n")), Dim(1, ("a_1", "b"))])
def test_half_and_back(size):
    found = half(size)
    assert found.number == 1
    assert halved(found.factors[0]) == size
    assert str(found) == f"{size}*({size}+1)/2"
    assert half(Dim(4)) == Dim(10)


def test_it_is_not_differentiated():
    with pytest.raises(MdiffError, match="only used in answers"):
        api.grad("||D(n) v||^2", "v")


# ------------------------------------------------------------------------------------- answers

# kind, expression, declarations, plain, unicode
ANSWERS = [
    ("jac", "log det X", ["X: spd"], "vec(inv(X))'*D(n)", "vec(X⁻¹)ᵀDₙ"),
    ("hess", "log det X", ["X: spd"], "-D(n)'*kron(inv(X),inv(X))*D(n)", "−Dₙᵀ (X⁻¹ ⊗ X⁻¹) Dₙ"),
    ("hess", "log det X", ["X: 4×4 spd"], "-D(4)'*kron(inv(X),inv(X))*D(4)", "−D(4)ᵀ (X⁻¹ ⊗ X⁻¹) D(4)"),
    ("jac", "X", ["X: symmetric"], "D(n)", "Dₙ"),
    ("jac", "X^T", ["X: symmetric"], "D(n)", "Dₙ"),
    ("jac", "X^-1", ["X: spd"], "-kron(inv(X),inv(X))*D(n)", "−(X⁻¹ ⊗ X⁻¹) Dₙ"),
    ("jac", "A X B", ["X: d×d symmetric"], "kron(B',A)*D(d)", "(Bᵀ ⊗ A) D_d"),
    ("jac", "X .* X", ["X: symmetric"], "2*diag(vec(X))*D(n)", "2 diag(vec(X)) Dₙ"),
    ("hess", "||X||_F^2", ["X: symmetric"], "2*D(n)'*D(n)", "2 Dₙᵀ Dₙ"),
    ("hess", "tr(X^3)", ["X: symmetric"], "6*D(n)'*kron(X,eye(n))*D(n)", "6 Dₙᵀ (X ⊗ Iₙ) Dₙ"),
    ("hess", "tr(X A X B)", ["X: symmetric", "A: n×n", "B: n×n"],
     "D(n)'*(kron(B,A')+kron(A,B'))*D(n)", "Dₙᵀ (B ⊗ Aᵀ + A ⊗ Bᵀ) Dₙ"),
    ("hess", "x^T X^-1 x", ["X: spd", "x: n"],
     "2*D(n)'*kron(inv(X)*x*x'*inv(X),inv(X))*D(n)", "2 Dₙᵀ ((X⁻¹ x xᵀX⁻¹) ⊗ X⁻¹) Dₙ"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "let", "plain", "unicode"), ANSWERS)
def test_answers_by_vech_are_proved_and_read_back(kind, text, let, plain, unicode):
    answer = (api.jac if kind == "jac" else api.hess)(text, "X", let, half=True)
    assert (answer.plain, answer.unicode) == (plain, unicode)
    assert answer.proof.verdict == "proved"
    assert answer.proof.method == "exact"
    assert "vech: the lower triangle by columns" in answer.convention
    again = {form: reread(answer.problem, form) for form in (plain, unicode)}
    assert {f"{a.shape[0]}×{a.shape[1]}" for a in again.values()} == {
        "×".join(map(str, again[plain].shape))
    }
    assert answer.check(seed=3).ok


def test_a_text_read_back_without_declared_sizes_is_the_same_matrix():
    let = [parse_declaration("X: spd")]
    for text in (
        "-D(n)'*kron(inv(X),inv(X))*D(n)",
        "−Dₙᵀ (X⁻¹ ⊗ X⁻¹) Dₙ",
        "-D_{n}' (X^-1 ⊗ X^-1) D_{n}",
    ):
        problem = infer(parse(text, frozenset({"X"})), let)
        assert [str(axis) for axis in problem.expression.shape] == ["n*(n+1)/2"] * 2


def test_latex_has_the_size_below_the_line():
    answer = api.hess("log det X", "X", ["X: spd"], half=True)
    assert answer.latex == r"-D_{n}^{\top} \left(X^{-1} \otimes X^{-1}\right) D_{n}"


def test_denominator_layout_is_the_transpose():
    answer = api.jac("X A X", "X", ["X: symmetric"], layout="denominator", half=True)
    assert answer.plain == "D(n)'*(kron(eye(n),A'*X)+kron(A*X,eye(n)))"
    assert answer.shape == "n*(n+1)/2×n*n"
    assert str(answer.proof) == "proved exactly"
    assert answer.convention.endswith("denominator layout: rows are vech(X), columns the value")


def test_mixed_blocks_halve_the_symmetric_side():
    let = ["X: symmetric"]
    assert api.hess("x^T X x", ["x", "X"], let, half=True).shape == "n×n*(n+1)/2"
    block = api.hess("x^T X x", ["X", "x"], let, half=True)
    assert block.plain == "D(n)'*(kron(eye(n),x)+kron(x,eye(n)))"
    both = api.hess("tr(X Y X)", ["X", "Y"], [*let, "Y: spd"], half=True)
    assert both.plain == "2*D(n)'*kron(eye(n),X)*D(n)"
    assert all(api.hess("x^T X x", w, let, half=True).proof.ok for w in (["x", "X"], ["X", "x"]))
    assert both.proof.ok
    assert api.hess("x^T X x", ["x", "X"], let).proof.ok


def test_the_index_form_is_halved_too():
    answer = api.jac("X A X", "X", ["X: symmetric"], form="index", half=True)
    assert answer.plain.endswith("*D(n)")
    assert answer.proof.ok


def test_a_wrong_answer_is_refuted():
    answer = api.hess("log det X", "X", ["X: spd"], half=True)
    for wrong in (
        "-D(n)'*D(n)",
        "D(n)'*kron(inv(X),inv(X))*D(n)",
        "-2*D(n)'*kron(inv(X),inv(X))*D(n)",
    ):
        assert answer._prove(wrong, 0).verdict == "refuted"
    jacobian = api.jac("X A X", "X", ["X: symmetric"], half=True)
    assert jacobian._prove("2*kron(eye(n),X*A)*D(n)", 0).verdict == "refuted"


# --------------------------------------------------------------------------------------- values

N = 3
RANDOM = np.random.default_rng(7)
A, B = RANDOM.normal(size=(2, N, N))
a, b = RANDOM.normal(size=(2, N, 1))
ROOT = RANDOM.normal(size=(N, N))
START = ROOT @ ROOT.T + N * np.eye(N)
VALUES = {"A": A, "B": B, "a": a, "b": b, "X": START}
SIZED = ["A: n×n", "B: n×n", "a: n", "b: n", "X: n×n spd"]


def evaluated(answer):
    kept = {name: VALUES[name] for name in answer.problem.variables}
    return evaluate(reread(answer.problem, answer.plain), Point({"n": N}, kept))


JACOBIANS = {
    "X A X": lambda x: x @ A @ x,
    "X^-1": np.linalg.inv,
    "X^2 a": lambda x: x @ x @ a,
    "log det X": lambda x: np.array([[np.linalg.slogdet(x)[1]]]),
    "a^T X b": lambda x: a.T @ x @ b,
    "X .* X": lambda x: x * x,
    "tr(X) X A": lambda x: np.trace(x) * x @ A,
    "X a / (a^T X a)": lambda x: x @ a / (a.T @ x @ a),
    "diag(X)": lambda x: np.diag(x).reshape(-1, 1),
    "exp(X) B": lambda x: np.exp(x) @ B,
}


@pytest.mark.parametrize("text", JACOBIANS)
def test_jacobians_agree_with_differences_along_symmetric_directions(text):
    let = [each for each in SIZED if each[0] in text]
    answer = api.jac(text, "X", let, half=True)
    wanted = slopes(lambda v: vec(JACOBIANS[text](unvech(v, N))), vech(START))
    assert np.allclose(evaluated(answer), wanted, rtol=1e-6, atol=1e-6)
    assert answer.proof.ok


GRADIENTS = {
    "log det X": np.linalg.inv,
    "tr(X A X B)": lambda x: (A @ x @ B + B @ x @ A).T,
    "tr(X^4)": lambda x: 4 * x @ x @ x,
    "tr(X' A X X)": lambda x: A @ x @ x + A.T @ x @ x.T + x.T @ A.T @ x,
    "a^T X^-1 b": lambda x: -np.linalg.inv(x).T @ a @ b.T @ np.linalg.inv(x).T,
    "det X": lambda x: np.linalg.det(x) * np.linalg.inv(x).T,
    "exp(a^T X b)": lambda x: np.exp(a.T @ x @ b) * (a @ b.T),
    "||A X - X B||_F^2": lambda x: 2 * A.T @ (A @ x - x @ B) - 2 * (A @ x - x @ B) @ B.T,
    "(a^T X b)^2 + tr(A X)^2": lambda x: 2 * (a.T @ x @ b) * a @ b.T + 2 * np.trace(A @ x) * A.T,
    "sum(exp(X))": np.exp,
    "a^T X^-1 a + 1/2 log det X": lambda x: (
        np.linalg.inv(x) / 2 - np.linalg.inv(x) @ a @ a.T @ np.linalg.inv(x)
    ),
    "||X||_F": lambda x: x / np.linalg.norm(x),
}


@pytest.mark.parametrize("text", GRADIENTS)
def test_hessians_agree_with_differences_along_symmetric_directions(text):
    let = [each for each in SIZED if each[0] in text]
    answer = api.hess(text, "X", let, half=True)
    doubled = evaluate(typed("D(n)").expression, Point({"n": N}, {}))
    wanted = slopes(lambda v: doubled.T @ vec(GRADIENTS[text](unvech(v, N))), vech(START))
    value = evaluated(answer)
    assert np.allclose(value, wanted, rtol=1e-5, atol=1e-6)
    assert np.allclose(value, value.T)
    assert answer.proof.ok


# --------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("code", "text", "wrt", "let", "form"),
    [
        ("E401", "A X", "X", [], "matrix"),
        ("E401", "A x", "x", [], "matrix"),
        ("E401", "2 X", "X", ["X: diagonal"], "matrix"),
        ("E402", "X D", "X", ["X: spd"], "matrix"),
        ("E402", "X D_n a", "X", ["X: n×n spd", "D_n: n×n", "a: n"], "matrix"),
        ("E403", "X", "X", ["X: spd"], "operator"),
    ],
)
def test_errors(code, text, wrt, let, form):
    with pytest.raises(MdiffError, match=code):
        api.jac(text, wrt, let, form=form, half=True)


def test_a_mixed_block_with_a_matrix_that_is_not_symmetric():
    with pytest.raises(MdiffError, match="`Y` is not declared symmetric"):
        api.hess("tr(X Y X)", ["X", "Y"], ["X: symmetric"], half=True)


# --------------------------------------------------------------------------------- command line


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["hess", "log det X", "--let", "X: spd", "--vec", "vech"], "-D(n)'*kron(inv(X),inv(X))*D(n)\n"),
        (["jac", "X A X", "--wrt", "X", "--let", "X: symmetric", "--vec", "vech", "--layout", "denominator"],
         "D(n)'*(kron(eye(n),A'*X)+kron(A*X,eye(n)))\n"),
        (["jac", "log det X", "--let", "X: spd", "--vec", "vec"], "vec(inv(X))'\n"),
    ],
)  # fmt: skip
def test_the_command(words, shown, capsys):
    assert app.run(words) == 0
    assert capsys.readouterr().out == shown
