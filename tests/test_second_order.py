"""Jacobians, Hessians, second differentials and Taylor polynomials: values, forms, proofs, commands."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from floats.numeric import check_expansion

from mdiff import api
from mdiff.cli import app
from mdiff.functions.table import ELEMENTWISE
from mdiff.proof import prove, reread

ROOT = Path(__file__).parent.parent
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

# expression, variable, declarations, matrix, operator
JACOBIANS = [
    ("A x", "x", [], "A", "A*dx"),
    ("A x", "A", [], "kron(x',eye(m))", "dA*x"),
    ("x^T A x", "x", [], "x'*(A+A')", "x'*(A+A')*dx"),
    ("||x||", "x", [], "x'/norm2(x)", "x'*dx/norm2(x)"),
    ("x / ||x||", "x", [], "eye(n)/norm2(x)-x*x'/norm2(x)^3", "dx/norm2(x)-x*(x'*dx)/norm2(x)^3"),
    ("exp(A x)", "x", [], "diag(exp(A*x))*A", "exp(A*x).*(A*dx)"),
    ("relu(W x + b)", "x", [], "diag(step(W*x+b))*W", "step(W*x+b).*(W*dx)"),
    ("relu(W x + b)", "W", [], "kron(x',diag(step(W*x+b)))", "step(W*x+b).*(dW*x)"),
    ("softmax(x)", "x", [], "diag(softmax(x))-softmax(x)*softmax(x)'", "softmax(x).*dx-softmax(x)*(softmax(x)'*dx)"),
    ("logsumexp(x)", "x", [], "softmax(x)'", "softmax(x)'*dx"),
    ("x", "x", [], "eye(n)", "dx"),
    ("1_n^T x", "x", [], "ones(n)'", "sum(dx)"),
    ("x x^T", "x", [], "kron(eye(n),x)+kron(x,eye(n))", "dx*x'+x*dx'"),
    ("y x^T", "x", [], "kron(eye(m),y)", "y*dx'"),
    ("kron(x,y)", "x", [], "kron(eye(n),y)", "kron(dx,y)"),
    ("A X B", "X", [], "kron(B',A)", "A*dX*B"),
    ("X^T", "X", [], "K(m,n)", "dX'"),
    ("vec(X)", "X", [], "eye(m*n)", "vec(dX)"),
    ("X .* Y", "X", [], "diag(vec(Y))", "Y.*dX"),
    ("exp(X)", "X", [], "diag(vec(exp(X)))", "exp(X).*dX"),
    ("X^2", "X", [], "kron(eye(n),X)+kron(X',eye(n))", "dX*X+X*dX"),
    ("X^T X", "X", [], "(eye(n*n)+K(n,n))*kron(eye(n),X')", "dX'*X+X'*dX"),
    ("X^-1", "X", [], "-kron(inv(X)',inv(X))", "-inv(X)*dX*inv(X)"),
    ("A^-1 b", "A", [], "-kron((inv(A)*b)',inv(A))", "-inv(A)*dA*inv(A)*b"),
    ("tr X", "X", [], "vec(eye(n))'", "tr(dX)"),
    ("det X", "X", [], "det(X)*vec(inv(X)')'", "det(X)*tr(inv(X)*dX)"),
    ("adj(X)", "X", [], "vec(adj(X))*vec(inv(X)')'-kron(adj(X)',inv(X))", "adj(X)*tr(inv(X)*dX)-inv(X)*dX*adj(X)"),
    ("c A", "c", ["c: scalar"], "vec(A)", "A*dc"),
    ("softmaxr(Q K^T) V", "V", [], "kron(eye(p),softmaxr(Q*K'))", "softmaxr(Q*K')*dV"),
]  # fmt: skip

HESSIANS = [
    ("x^T A x", "x", [], "A+A'", "(A+A')*dx"),
    ("x^T A x", "x", ["A: n×n symmetric"], "2*A", "2*A*dx"),
    ("1/2 ||A x - b||^2", "x", [], "A'*A", "A'*A*dx"),
    ("1/2 x^T Q x + lambda/2 ||x||^2", "x", ["Q: n×n symmetric"], "Q+lambda*eye(n)", None),
    ("||x||", "x", [], "eye(n)/norm2(x)-x*x'/norm2(x)^3", "dx/norm2(x)-x*(x'*dx)/norm2(x)^3"),
    ("logsumexp(x)", "x", [], "diag(softmax(x))-softmax(x)*softmax(x)'", None),
    ("sum(x.^3)", "x", [], "6*diag(x)", "6*(x.*dx)"),
    ("log(a^T x)", "x", ["a: n"], "-a*a'/(a'*x)^2", "-a*(a'*dx)/(a'*x)^2"),
    ("-sum(log(b - A x))", "x", ["b: m"], "A'*diag((b-A*x).^-2)*A", "A'*((A*dx)./(b-A*x).^2)"),
    ("c^3", "c", ["c: scalar"], "6*c", "6*c*dc"),
    ("||X||_F^2", "X", [], "2*eye(m*n)", "2*dX"),
    ("a^T X b", "X", [], "zeros(m*n,m*n)", "zeros(m,n)"),
    ("sum(exp(X))", "X", [], "diag(vec(exp(X)))", "exp(X).*dX"),
    ("tr(X^2)", "X", [], "2*K(n,n)", "2*dX'"),
    ("tr(X^T A X)", "X", [], "kron(eye(k),A+A')", "(A+A')*dX"),
    ("tr(X A X B)", "X", [], "(kron(B,A')+kron(A,B'))*K(m,n)", "(B*dX*A+A*dX*B)'"),
    ("log det X", "X", [], "-kron(inv(X),inv(X)')*K(n,n)", "-(inv(X)*dX*inv(X))'"),
    ("||T - U V^T||_F^2", "U", [], "2*kron(V'*V,eye(m))", "2*dU*V'*V"),
    ("||T - U V^T||_F^2", "U,V", [], "2*(kron(V',U)*K(n,k)-kron(eye(k),T-U*V'))", None),
    ("x^T A y", "x,y", [], "A", "A*dy"),
]  # fmt: skip

SECOND_DIFFERENTIALS = [
    ("x^T A x", "x", [], "2*dx'*A*dx"),
    ("||A x - b||^2", "x", [], "2*norm2(A*dx)^2"),
    ("||x||", "x", [], "dx'*dx/norm2(x)-(x'*dx)^2/norm2(x)^3"),
    ("log(a^T x)", "x", ["a: n"], "-(a'*dx)^2/(a'*x)^2"),
    ("exp(A x)", "x", [], "exp(A*x).*(A*dx).^2"),
    ("1/c", "c", ["c: scalar"], "2*dc^2/c^3"),
    ("A X B", "X", [], "zeros(m,p)"),
    ("X^2", "X", [], "2*dX^2"),
    ("X^T A X", "X", [], "2*dX'*A*dX"),
    ("X Y", "X,Y", [], "2*dX*dY"),
    ("tr(X^3)", "X", [], "6*tr(X*dX^2)"),
    ("X^-1", "X", [], "2*inv(X)*dX*inv(X)*dX*inv(X)"),
    ("log det X", "X", [], "-tr(inv(X)*dX*inv(X)*dX)"),
    ("det X", "X", [], "det(X)*(tr(inv(X)*dX)^2-tr(inv(X)*dX*inv(X)*dX))"),
]

TAYLOR = [
    ("log det X", "X", 1, [], "logdet(X)+tr(inv(X)*dX)"),
    ("log det X", "X", 2, [], "logdet(X)+tr(inv(X)*dX)-tr(inv(X)*dX*inv(X)*dX)/2"),
    ("X^-1", "X", 2, [], "inv(X)-inv(X)*dX*inv(X)+inv(X)*dX*inv(X)*dX*inv(X)"),
    ("A X B", "X", 2, [], "A*X*B+A*dX*B"),
    ("tr(X^2)", "X", 2, [], "tr(X^2)+2*tr(X*dX)+tr(dX^2)"),
    ("x^T A x", "x", 2, [], "x'*A*x+x'*(A+A')*dx+dx'*A*dx"),
    ("||x||^2", "x", 2, [], "x'*x+2*x'*dx+dx'*dx"),
    ("||x||", "x", 1, [], "norm2(x)+x'*dx/norm2(x)"),
    ("exp(c)", "c", 2, ["c: scalar"], "exp(c)+exp(c)*dc+exp(c)*dc^2/2"),
    ("log(1+c)", "c", 2, ["c: scalar"], "log(1+c)+dc/(1+c)-dc^2/(2*(1+c)^2)"),
]

SOLVED = [
    ("x^T A x", "x", ["A: n×n spd"], "inv(A)/2", "-x"),
    ("1/2 x^T A x - b^T x", "x", ["A: n×n spd"], "inv(A)", "inv(A)*(b-A*x)"),
    ("||T - U V^T||_F^2", "U", [], "kron(inv(V'*V),eye(m))/2", "(T-U*V')*V*inv(V'*V)"),
    (
        "1/2 ||A x - b||^2 + c/2 ||x||^2",
        "x",
        ["c: scalar"],
        "inv(A'*A+c*eye(n))",
        "-inv(A'*A+c*eye(n))*(A'*(A*x-b)+c*x)",
    ),
    ("-sum(log(x))", "x", [], "diag(x.^2)", "x"),
    ("tr(X^T A X)", "X", ["A: n×n spd"], "kron(eye(m),inv(A))/2", "-X"),
    ("-log det X", "X", [], "kron(X',X)*K(n,n)", "X"),
]


def exactly(answer):
    """The answer's text, which is proved exactly."""
    proof = answer.check()
    assert str(proof) == "proved exactly"
    return answer.plain


# ------------------------------------------------------------------------------ values


@pytest.mark.parametrize(("expression", "wrt", "let", "matrix", "operator"), JACOBIANS)
def test_a_jacobian(expression, wrt, let, matrix, operator):
    assert exactly(api.jac(expression, wrt, let)) == matrix
    assert exactly(api.jac(expression, wrt, let, form="operator")) == operator


@pytest.mark.parametrize(("expression", "wrt", "let", "matrix", "operator"), HESSIANS)
def test_a_hessian(expression, wrt, let, matrix, operator):
    names = wrt.split(",")
    assert exactly(api.hess(expression, names, let)) == matrix
    product = exactly(api.hess(expression, names, let, form="operator"))
    assert operator is None or product == operator


@pytest.mark.parametrize(("expression", "wrt", "let", "plain"), SECOND_DIFFERENTIALS)
def test_a_second_differential(expression, wrt, let, plain):
    assert exactly(api.d(expression, wrt.split(","), let, order=2)) == plain


@pytest.mark.parametrize(("expression", "wrt", "order", "let", "plain"), TAYLOR)
def test_a_taylor_polynomial(expression, wrt, order, let, plain):
    assert exactly(api.taylor(expression, wrt, let, order=order)) == plain


@pytest.mark.parametrize(("expression", "wrt", "let", "inverse", "step"), SOLVED)
def test_an_inverse_hessian_and_a_newton_step(expression, wrt, let, inverse, step):
    assert exactly(api.inverse_hessian(expression, wrt, let)) == inverse
    assert exactly(api.newton(expression, wrt, let)) == step


HARD = [
    ("softmaxr(Q K^T) V", "Q"),
    ("softmaxr(Q W K^T) V", "W"),
    ("diag(v) X diag(v)", "v"),
    ("A diag(x) B", "x"),
    ("kron(X, B)", "X"),
    ("W tanh(V X)", "V"),
    ("(x - mean(x)) / sqrt(mean((x - mean(x)).^2))", "x"),
    ("diag(X)", "X"),
    ("inv(A^T X A)", "X"),
    *((expression, wrt) for expression, wrt, let, *_ in JACOBIANS if not let),
]


@pytest.mark.parametrize("layout", ["numerator", "denominator"])
@pytest.mark.parametrize("form", ["matrix", "index"])
@pytest.mark.parametrize(("expression", "wrt"), HARD)
def test_every_form_has_the_same_value(expression, wrt, form, layout):
    let = ["v: vector(n)"] if wrt == "v" else []
    answer = api.jac(expression, wrt, let, form=form, layout=layout)
    assert answer.proof.ok  # exactly, but for a text too large for the exact method


@pytest.mark.parametrize(("expression", "wrt", "let", "matrix", "operator"), HESSIANS)
def test_a_hessian_in_indices(expression, wrt, let, matrix, operator):  # noqa: ARG001
    exactly(api.hess(expression, wrt.split(","), let, form="index"))


@pytest.mark.parametrize(
    ("expression", "first", "last"),
    [
        ("x^T A y", "x", "y"),
        ("||T - U V^T||_F^2", "U", "V"),
        ("log det(A^T X A)", "A", "X"),
        ("sum(log(1 + exp(-y .* (X w))))", "X", "w"),
    ],
)
def test_swapping_two_variables_transposes_a_mixed_block(expression, first, last):
    block = api.hess(expression, [first, last])
    swapped = api.hess(expression, [last, first])
    assert block._prove(f"({swapped.plain})'", 0).ok
    assert exactly(block) != ""


def test_a_jacobian_in_denominator_layout_is_the_transpose():
    assert exactly(api.jac("exp(A x)", "x", layout="denominator")) == "A'*diag(exp(A*x))"
    assert api.jac("A x", "x", layout="denominator").shape == "n×m"
    assert api.jac("A x", "x").shape == "m×n"


# ------------------------------------------------------------------------------ proof

FUNCTIONS = [row.name for row in ELEMENTWISE if row.name not in ("conj", "re", "im")]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_second_derivative_of_the_proofs_own(name):
    for expression in (f"{name}(A x)", f"{name}(x'*x) * {name}(c)"):
        exactly(api.d(expression, order=2))
        exactly(api.taylor(expression, order=1))
        exactly(api.taylor(expression))


MATRIX_FUNCTIONS = ["X^-3", "X^3", "X^-1 A X", "det(X) X", "adj(X)", "logdet(X) inv(X)"]


@pytest.mark.parametrize("expression", MATRIX_FUNCTIONS)
@pytest.mark.parametrize("properties", ["", "symmetric", "spd", "diagonal", "lower"])
def test_second_order_of_matrix_functions(expression, properties):
    let = [f"X: n×n {properties}"]
    exactly(api.d(expression, ["X"], let, order=2))
    exactly(api.taylor(expression, ["X"], let))


OTHERS = ["c^(x'*x)", "(x'*x)^c", "A x ./ sqrt(x'*x)", "kron(x, x)", "softmax(A x)", "norm1(x) x"]


@pytest.mark.parametrize("expression", OTHERS)
def test_second_order_of_other_functions(expression):
    exactly(api.d(expression, ["x"], order=2))
    exactly(api.taylor(expression, ["x"]))


# kind, expression, variables, a claim, whether it is right
CLAIMS = [
    ("d2", "X^-1", "X", "2*inv(X)*dX*inv(X)*dX*inv(X)", True),
    ("d2", "X^-1", "X", "inv(X)*dX*inv(X)*dX*inv(X)", False),
    ("d2", "X^-1", "X", "-2*inv(X)*dX*inv(X)*dX*inv(X)", False),
    ("d2", "X^-1", "X", "2*inv(X)*dX'*inv(X)*dX*inv(X)", False),
    ("d2", "X^-1", "X", "2*inv(X)*dX*inv(X)*dX", False),
    ("d2", "x^T A x", "x", "dx'*(A+A')*dx", True),
    ("d2", "x^T A x", "x", "dx'*A*dx", False),
    ("d2", "x^T A x", "x", "x'*(A+A')*dx", False),
    ("d2", "x^T A x", "x", "A+A'", False),
    ("d2", "x^T A y", "x,y", "dx'*A*dy + dy'*A'*dx", True),
    ("d2", "x^T A y", "x,y", "dx'*A*dy", False),
    ("d2", "log(a^T x)", "x", "-(a'*dx)^2/(a'*x)^2", True),
    ("d2", "log(a^T x)", "x", "(a'*dx)^2/(a'*x)^2", False),
    ("d2", "log(a^T x)", "x", "(a'*dx)/(a'*x)", False),
    ("d2", "sum(tanh(x))", "x", "-2*sum(tanh(x).*(1-tanh(x).^2).*dx.^2)", True),
    ("d2", "sum(tanh(x))", "x", "2*sum(tanh(x).*(1-tanh(x).^2).*dx.^2)", False),
    ("taylor1", "log det X", "X", "logdet(X)+tr(inv(X)*dX)", True),
    ("taylor1", "log det X", "X", "tr(inv(X)*dX)", False),
    ("taylor1", "log det X", "X", "logdet(X)+tr(inv(X)*dX')", False),
    ("taylor1", "log det X", "X", "logdet(X)+tr(inv(X)*dX)-tr(inv(X)*dX*inv(X)*dX)/2", False),
    ("taylor2", "x^T A x", "x", "(x+dx)'*A*(x+dx)", True),
    ("taylor2", "x^T A x", "x", "x'*A*x+dx'*A*dx", False),
    ("taylor2", "x^T A x", "x", "x'*A*x+x'*(A+A')*dx+2*dx'*A*dx", False),
    ("taylor2", "sqrt(c)", "c", "sqrt(c)+dc/(2*sqrt(c))-dc^2/(8*sqrt(c)^3)", True),
    ("taylor2", "sqrt(c)", "c", "sqrt(c)+dc/(2*sqrt(c))-dc^2/(4*sqrt(c)^3)", False),
]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("kind", "expression", "wrt", "claim", "right"), CLAIMS)
def test_claims_of_second_order(  # noqa: PLR0913 - a claim and a seed
    kind, expression, wrt, claim, right, seed
):
    names = tuple(wrt.split(","))
    problem = api.pose(expression, names, ["a: n"] if "a^T" in expression else [])
    answer = reread(problem, claim, names)
    assert prove(problem, kind, names, answer, seed=seed).verdict == (
        "proved" if right else "refuted"
    )
    by_differences = check_expansion(problem, kind, names, answer, seed=seed)
    assert by_differences.verdict == ("proved" if right else "refuted")


def test_a_taylor_polynomial_that_only_differences_can_prove():
    proof = api.taylor("tr(expm(X))", "X", order=1).check()
    assert (proof.method, proof.verdict) == ("numeric", "proved")


@pytest.mark.parametrize("error", [ZeroDivisionError("oh"), RecursionError()])
def test_a_fault_of_the_proof_does_not_cost_the_answer(monkeypatch, capsys, error):
    def faulty(*_, **__):
        raise error

    monkeypatch.setattr("mdiff.claims.prove", faulty)
    assert app.run(["jac", "A x", "--wrt", "x"]) == 6
    out, err = capsys.readouterr()
    assert out == "A\n"
    assert err.startswith(f"proof: not proved: internal error: {type(error).__name__}")
    assert app.run(["jac", "A x", "--wrt", "x", "--no-proof"]) == 0
    assert capsys.readouterr() == ("A\n", "")


# ------------------------------------------------------------------------------ commands


def on_a_terminal(monkeypatch, capsys, *words):
    """Exit status, answer and dim line of a command on a terminal."""
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    status = app.run(words)
    out, err = capsys.readouterr()
    return status, COLOURS.sub("", out), COLOURS.sub("", err)


COMMANDS = [
    (
        ["jac", "A X B", "--wrt", "X"],
        "Bᵀ ⊗ A",
        (
            "m*p×k*n · Jacobian, vec by columns, numerator layout: rows are the value, columns X"
            " · with A: m×n, X: n×k, B: k×p · proved exactly"
        ),
    ),
    (["jac", "A X B", "--wrt", "X", "--form", "kron"], "Bᵀ ⊗ A", None),
    (
        ["jac", "A X B", "--wrt", "X", "--form", "operator"],
        "dX ↦ A dX B",
        "m×p · the map dX ↦ change of the value · with A: m×n, X: n×k, B: k×p · proved exactly",
    ),
    (["hess", "x^T A y", "--wrt", "x,y", "--form", "operator"], "dy ↦ A dy", None),
    (["hess", "tr(Sigma^2)", "--wrt", "Sigma", "--form", "operator"], "dΣ ↦ 2 dΣᵀ", None),
    (
        ["hess", "||T - U V^T||_F^2", "--wrt", "U", "--inverse"],
        "((VᵀV)⁻¹ ⊗ Iₘ) / 2",
        (
            "k*m×k*m · inverse of the Hessian, vec by columns · VᵀV invertible"
            " · with T: m×n, U: m×k, V: n×k · proved exactly"
        ),
    ),
    (
        ["taylor", "log det X", "--order", "1"],
        "log det(X) + tr(X⁻¹ dX)",
        (
            "scalar · Taylor approximation of order 1 around X · det(X) > 0 · X invertible"
            " · with X: n×n · proved exactly"
        ),
    ),
    (
        ["d", "X^-1", "--order", "2", "--no-proof"],
        "2 X⁻¹ dX X⁻¹ dX X⁻¹",
        "n×n · second differential · X invertible · with X: n×n",
    ),
]


@pytest.mark.parametrize(("words", "answer", "facts"), COMMANDS)
def test_commands_on_a_terminal(monkeypatch, capsys, words, answer, facts):
    status, out, err = on_a_terminal(monkeypatch, capsys, *words)
    assert (status, out) == (0, f"\n{answer}\n\n")
    assert facts is None or " ".join(map(str.strip, err.splitlines())) == facts


PIPED = [
    (["jac", "A X B", "--wrt", "X"], "kron(B',A)"),
    (["jac", "A X B", "--wrt", "X", "--form", "operator"], "A*dX*B"),
    (["jac", "A X B", "--wrt", "X", "--form", "index"], 'einsum("lj,ik->(ji)(lk)", B, A)'),
    (["jac", "exp(A x)", "--wrt", "x", "--layout", "denominator"], "A'*diag(exp(A*x))"),
    (["hess", "x^T A x", "--wrt", "x"], "A+A'"),
    (["hess", "x^T A x", "--wrt", "x", "--form", "operator"], "(A+A')*dx"),
    (["hess", "-log det X", "--newton"], "X"),
    (["jac", "A X B", "--wrt", "X", "--let", "X: symmetric", "--vec", "vech"], "kron(B',A)*D(n)"),
    (["taylor", "x^T x"], "x'*x+2*x'*dx+dx'*dx"),
    (["d", "X^2", "--order", "2"], "2*dX^2"),
]


@pytest.mark.parametrize(("words", "plain"), PIPED)
def test_commands_in_a_pipe(capsys, words, plain):
    assert app.run(words) == 0
    assert capsys.readouterr() == (f"{plain}\n", "")


def test_json_has_form_and_proof(capsys):
    assert (
        app.run(["hess", "log det X", "--wrt", "X", "--form", "operator", "--format", "json"]) == 0
    )
    told = json.loads(capsys.readouterr().out)
    assert (told["kind"], told["form"], told["wrt"]) == ("hess", "operator", "X")
    assert told["plain"] == "-(inv(X)*dX*inv(X))'"
    assert told["proof"] == {
        "method": "exact", "verdict": "proved", "points": 3, "error": None, "why": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["hess", "A x"], 4, "E203"),
        (["hess", "A x", "--newton"], 4, "E203"),
        (["jac", "A x"], 4, "E105"),
        (["jac", "A x", "--wrt", "A,x"], 4, "E105"),
        (["jac", "A dA", "--let", "dA: n×n", "--wrt", "A", "--form", "operator"], 4, "E107"),
        (["taylor", "A dA", "--let", "dA: n×n", "--wrt", "A"], 4, "E107"),
        (["hess", "y^T f(x)", "--wrt", "x", "--let", "f: R^n -> R^m"], 5, "E302"),
        (["hess", "tr(expm(X))", "--wrt", "X"], 5, "E302"),
        (["jac", "A X", "--wrt", "X", "--vec", "vech"], 2, "E401"),
    ],
)
def test_what_has_no_answer(capsys, words, status, code):
    assert app.run(words) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error[{code}]: ")


def test_a_piped_command_of_second_order_loads_no_array_library():
    program = (
        "import sys; from mdiff.cli.app import run\n"
        "for words in (['jac', 'A X B', '--wrt', 'X'], ['hess', 'log det X'], ['taylor', 'X^-1'],"
        " ['d', 'exp(A x)', '--order', '2']):\n"
        "    assert run(words) == 0\n"
        "print(sorted({'numpy', 'sympy', 'rich', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("expression", "wrt", "let"),
    [
        ("(kron(X,S).^2)'", "X", ["X: n×n", "S: n×n"]),
        ("(kron(X,X).*kron(X,S))'", "X", ["X: n×n", "S: n×n"]),
        ("diag(exp(vec(A)*vec(A)'))", "A", []),
    ],
)
def test_axes_on_the_same_wires_are_told_apart(expression, wrt, let):
    assert api.jac(expression, wrt, let).proof.ok


def test_the_diagonal_of_a_function_on_stacked_axes_is_kept():
    assert api.hess("tr(exp.(vec(A)*vec(A)'))", ["A"]).proof.ok


def test_the_jacobian_of_a_square_root():
    """`S dS + dS S = dX` where `S^2 = X`."""
    jacobian = api.jac("sqrtm(X)", "X")
    assert jacobian.plain == "inv(kron(eye(n),sqrtm(X))+kron(sqrtm(X)',eye(n)))"
    assert jacobian.proof.ok
    for answer in (api.d("A*sqrtm(X)*B", ["X"]), api.hess("tr(sqrtm(X))", ["X"])):
        assert answer.proof.ok


def test_a_variable_called_k_beside_the_commutation_matrix():
    answer = api.jac("tr(K)*K'", "K")
    assert answer.plain == "tr(K)*K(n,n)+vec(K')*vec(eye(n))'"
    assert answer.proof.ok


NESTED = "sum(softmax(softmaxr(softmaxr(A .* (softmaxr(A).^2 - A)) .* A) .* A).^2)"


def test_the_jacobian_of_a_scalar_is_the_vec_of_its_gradient():
    gradient = api.grad(NESTED, "A").unicode
    jacobian = api.jac(NESTED, "A").unicode
    assert jacobian.split("\nwhere")[1:] == gradient.split("\nwhere")[1:]


@pytest.mark.parametrize("form", ["matrix", "index"])
def test_the_hessian_of_nested_functions_is_a_chain_of_matrices(form):
    """Opened along all its paths it would have more than 50,000 characters."""
    answer = api.hess(NESTED, "A", form=form)
    assert len(answer.plain) < 5000
    assert answer.proof.method == "exact"
    assert answer.proof.ok


@pytest.mark.parametrize("let", [(), ("x: scalar",)])
def test_a_hessian_by_the_exponent_of_what_may_be_negative(let):
    answer = api.hess("sqrt(x^c)", "c", let)
    assert answer.plain == "log(x)^2*((2*x^c-x^(2*c)/x^c)/sqrt(x^c))/4"
    assert answer.proof.ok
