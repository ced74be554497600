"""The exact half of the proof: what it proves, what it refutes, what it leaves to differences."""

import subprocess
import sys
import time
from fractions import Fraction

import pytest

from mdiff.api import grad, pose
from mdiff.functions.table import TABLE
from mdiff.proof import prove, reread
from mdiff.proof.reals import Stream
from mdiff.proof.residues import MODULI, Drawn, P, Q, R, Residues

LET = [
    "A: n×n", "B: n×k", "S: n×n spd", "x: n", "y: n", "v: n positive", "w: m", "W: m×n",
    "a: scalar", "b: scalar", "c: scalar positive", "k: scalar", "phi: R^n -> R", "psi: R -> R",
]  # fmt: skip


def proof(expr, answer, wrt, kind="grad", let=LET, structure="ambient", seed=0):  # noqa: PLR0913
    names = tuple(wrt.split(","))
    problem = pose(expr, names, let, scalar=kind == "grad")
    changing = names if kind == "d" else ()
    return prove(
        problem, kind, names, reread(problem, answer, changing), structure=structure, seed=seed
    )


RIGHT = [
    ("x'*A*x", "x", "(A + A')*x"),
    ("x'*S*x", "x", "2*S*x"),
    ("logdet(B'*S*B)", "S", "B*inv(B'*S*B)*B'"),
    ("det(A)", "A", "adj(A)'"),
    ("tr(A^5)", "A", "5*(A^4)'"),
    ("tr(A^-2)", "A", "-2*inv(A^3)'"),
    ("tr(inv(A)*S)", "A", "-(inv(A)*S*inv(A))'"),
    ("norm2(A*x - y)", "x", "A'*(A*x - y)/norm2(A*x - y)"),
    ("sqrt(a)*sqrt(c)*b", "b", "sqrt(a*c)"),
    ("(x'*x)^(3/2)", "x", "3*x*norm2(x)"),
    ("c^a", "a", "log(c)*c^a"),
    ("c^a", "a", "log(c)*exp(a*log(c))"),
    ("c^a", "c", "a*c^a/c"),
    ("sum(v.^(1/3))", "v", "v.^(1/3)./(3*v)"),
    ("sum(exp(x + y))", "x", "exp(x).*exp(y)"),
    ("sum(exp(-x))", "x", "-1./exp(x)"),
    ("sum(exp(3/2*x))", "x", "3/2*exp(x/2).^3"),
    ("exp(exp(a))", "a", "exp(exp(a) + a)"),
    ("sum(sin(2*x))", "x", "4*cos(x).^2 - 2"),
    ("sum(sin(x + y))", "x", "cos(x).*cos(y) - sin(x).*sin(y)"),
    ("sum(tan(x))", "x", "1./cos(x).^2"),
    ("sum(tanh(x))", "x", "4*exp(2*x)./(exp(2*x) + 1).^2"),
    ("sum(cosh(x))", "x", "sinh(x)"),
    ("sum(softplus(x))", "x", "1./(1 + exp(-x))"),
    ("sum(softplus(-x))", "x", "sigmoid(x) - 1"),
    ("sum(sigmoid(x))", "x", "sigmoid(x).*sigmoid(-x)"),
    ("logsumexp(x)", "x", "exp(x)/sum(exp(x))"),
    ("y'*log(softmax(x))", "x", "y - sum(y)*softmax(x)"),
    ("sum(gelu(x))", "x", "(1 + erf(x/sqrt(2)))/2 + x.*exp(-x.^2/2)/sqrt(2*pi)"),
    ("asin(a) + acos(a) + b", "a", "0"),
    ("atan(a)", "a", "1/(1 + a^2)"),
    ("sum(v.*log(v./x))", "v", "log(v) - log(x) + 1"),
    ("a*log(c^2)", "a", "2*log(c)"),
    ("a*logdet(S)", "a", "-log(det(inv(S)))"),
    ("norm1(x)", "x", "x./abs(x)"),
    ("abs(a)^3", "a", "3*a*abs(a)"),
    ("sum(relu(x).^2)", "x", "2*x.*step(x)"),
    ("phi(A*x + y)", "A", "gradphi(A*x + y)*x'"),
    ("sum(psi(x))", "x", "gradpsi(x)"),
    ("a*b", "x", "zeros(n)"),
    ("sum(kron(B, A))", "A", "sum(B)*ones(n,n)"),
    ("sum(v.^a)", "v", "a*v.^(a - 1)"),
]

WRONG = [
    ("x'*A*x", "x", "2*A*x"),
    ("x'*A*x", "x", "(A + A')*y"),
    ("logdet(B'*A*B)", "A", "B*inv(B'*A*B)*B'"),
    ("tr(A'*A)", "A", "n*A"),
    ("tr(A'*A)", "A", "3*A"),
    ("det(A)", "A", "adj(A)"),
    ("det(A)", "A", "det(A)*inv(A)"),
    ("norm2(A*x - y)", "x", "A*(A*x - y)/norm2(A*x - y)"),
    ("sum(cos(x))", "x", "sin(x)"),
    ("sum(exp(x))", "x", "exp(-x)"),
    ("sum(sigmoid(x))", "x", "sigmoid(x).^2"),
    ("abs(a)^3", "a", "3*a^2"),
    ("abs(a)", "a", "1"),
    ("phi(x)", "x", "cos(x) + sum(x)/2 + x.^2/2"),
    ("sum(psi(x))", "x", "gradpsi(y)"),
    ("x'*x", "x", "2*a"),
    ("a*sqrt(c)", "c", "a/sqrt(c)"),
    ("a^b", "a", "b*a^b"),
    ("c^a", "a", "a*c^a"),
]


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("expr", "wrt", "answer"), RIGHT)
def test_true_answers_are_proved_exactly(expr, wrt, answer, seed):
    found = proof(expr, answer, wrt, seed=seed)
    assert (found.method, found.verdict, found.why) == ("exact", "proved", "")
    assert str(found) == "proved exactly"


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("expr", "wrt", "answer"), WRONG)
def test_wrong_answers_are_refuted(expr, wrt, answer, seed):
    assert proof(expr, answer, wrt, seed=seed).verdict == "refuted"


@pytest.mark.parametrize(
    ("expr", "wrt", "answer"),
    [
        ("sqrt((v'*v + c)^2)", "v", "2*v"),
        ("abs(x'*x)", "x", "2*x"),
        ("tr(expm(A))", "A", "expm(A)'"),
    ],
)
def test_differences_decide_where_the_exact_method_cannot(expr, wrt, answer):
    found = proof(expr, answer, wrt)
    assert (found.method, found.verdict) == ("numeric", "proved")


@pytest.mark.parametrize("expr", ["log(-exp(a))", "sqrt(-x'*x)", "log(sin(a) - 2)*c"])
def test_nowhere_defined(expr):
    found = proof(expr, "0*x", "x")
    assert (found.method, found.verdict, found.why) == (
        "none",
        "unknown",
        "no point of the domain found",
    )


@pytest.mark.parametrize(
    ("expr", "answer", "wrt"),
    [
        ("A*inv(X)*y", "dA*inv(X)*y - A*inv(X)*dX*inv(X)*y", "A,X"),
        ("X*A*X", "dX*A*X + X*A*dX", "X"),
        ("diag(A*dX)", "diag(dA*dX)", "A"),
        ("K(n,n)*vec(A)", "vec(dA')", "A"),
        ("sin(exp(A))", "cos(exp(A)).*exp(A).*dA", "A"),
    ],
)
def test_differentials(expr, answer, wrt):
    let = (
        ["A: n×n", "X: n×n", "y: n", "dX: n×n"] if "diag" in expr else ["A: n×n", "X: n×n", "y: n"]
    )
    assert proof(expr, answer, wrt, "d", let).method == "exact"
    assert proof(expr, answer, wrt, "d", let).ok
    assert proof(expr, f"-({answer})", wrt, "d", let).verdict == "refuted"


def test_the_differential_of_a_symmetric_variable_is_symmetric():
    assert proof("x'*S*y", "y'*dS*x", "S", "d").ok
    assert proof("x'*A*y", "y'*dA*x", "A", "d").verdict == "refuted"


@pytest.mark.parametrize(
    ("structure", "let", "expr", "right", "wrong"),
    [
        ("ambient", "X: n×n symmetric", "tr(A*X)", "A'", "(A + A')/2"),
        ("projected", "X: n×n symmetric", "tr(A*X)", "(A + A')/2", "A'"),
        ("entries", "X: n×n symmetric", "tr(A*X)", "A + A' - A.*eye(n)", "(A + A')/2"),
        ("projected", "X: n×n diagonal", "tr(A*X)", "A.*eye(n)", "A"),
        ("projected", "X: n×n skew", "tr(A*X)", "(A' - A)/2", "(A - A')/2"),
        ("entries", "X: n×n skew", "tr(A*X)", "A' - A", "(A' - A)/2"),
        ("tangent", "X: n×n orthogonal", "tr(A'*X)", "(A - X*A'*X)/2", "A"),
        ("tangent", "X: n×k orthogonal", "tr(B'*X)", "B - X*(X'*B + B'*X)/2", "B - X*B'*X/2"),
    ],
)
def test_structures(structure, let, expr, right, wrong):
    let = ["A: n×n", "B: n×k", let]
    found = proof(expr, right, "X", let=let, structure=structure)
    assert (found.method, found.verdict) == ("exact", "proved")
    assert proof(expr, wrong, "X", let=let, structure=structure).verdict == "refuted"


@pytest.mark.parametrize(
    ("expr", "wrt", "right", "wrong"),
    [
        ("A*X*B", "X", "kron(B', A)", "kron(A, B')"),
        ("X'", "X", "K(n,k)", "eye(n*k)"),
        ("inv(A)", "A", "-kron(inv(A)', inv(A))", "-kron(inv(A), inv(A)')"),
    ],
)
def test_jacobians(expr, wrt, right, wrong):
    let = ["A: n×n", "B: k×p", "X: n×k"]
    assert proof(expr, right, wrt, "jac", let).ok
    assert proof(expr, right, wrt, "jac", let).method == "exact"
    assert proof(expr, wrong, wrt, "jac", let).verdict == "refuted"


def test_sizes_that_make_an_inverse_singular_are_left():
    assert proof("logdet(X*X')", "2*inv(X*X')*X", "X", let=["X: n×k"]).ok
    assert proof("logdet(X'*X)", "2*X*inv(X'*X)", "X", let=["X: n×k"]).ok
    assert proof("det(inv(A))", "-det(inv(A))*inv(A)'", "A", let=["A: n×n skew"]).ok


def test_an_inverse_that_never_exists():
    found = proof("y'*inv(x*x')*y", "x", "x", let=["x: n", "y: n"])
    assert (found.method, found.verdict) == ("none", "unknown")


def test_symbolic_powers_of_matrices_are_whole():
    let = ["A: n×n", "k: scalar"]
    assert proof("tr(A^k)", "k*(A^(k-1))'", "A", let=let).method == "exact"
    assert proof("tr(A^k)", "k*A^(k-1)", "A", let=let).verdict == "refuted"


def test_a_name_that_the_problem_has_not():
    problem = pose("x'*x", ("x",), LET)
    other = pose("2*z + 0*x", (), ["z: n", "x: n"]).expression
    found = prove(problem, "grad", ("x",), other)
    assert (found.verdict, found.why) == ("unknown", "`z` is no variable of the problem")


def test_no_rule_of_the_table_is_read(monkeypatch):
    for rows in TABLE.values():
        for row in rows:
            monkeypatch.setattr(row, "differential", "no rule")
            monkeypatch.setattr(row, "commuting", "no rule")
    for expr, wrt, answer in RIGHT:
        assert proof(expr, answer, wrt).ok


def test_many_layers_cost_little():
    text = "x"
    for _ in range(100):
        text = f"tanh(W*({text}))"
    answer = grad(f"sum({text})", "x", let=["x: n", "W: n×n"])
    again = reread(answer.problem, answer.plain)
    start = time.process_time()
    assert prove(answer.problem, "grad", ("x",), again).method == "exact"
    problem = pose("+".join(["x'*A*x"] * 1000), ("x",), LET, scalar=True)
    assert prove(problem, "grad", ("x",), reread(problem, "1000*(A + A')*x")).ok
    assert time.process_time() - start < 5


def test_what_is_too_large_is_not_proved():
    for let, expr in ((["x: 100000"], "x'*diag(x)*x"), (["X: 2000×2000"], "logdet(X)")):
        wrt = let[0][0]
        found = proof(expr, wrt, wrt, let=let)
        assert (found.method, found.verdict, found.why) == (
            "none",
            "unknown",
            "too large",
        )


def test_the_exact_proof_needs_no_numpy():
    code = (
        "import sys; from mdiff.api import pose; from mdiff.proof import prove, reread\n"
        "problem = pose('log det(A^T X A)', ('X',), scalar=True)\n"
        "proof = prove(problem, 'grad', ('X',), reread(problem, \"A*inv(A'*X*A)'*A'\"))\n"
        "assert proof.json() == {'method': 'exact', 'verdict': 'proved', 'points': 3,"
        " 'error': None, 'why': ''}, proof.json()\n"
        "assert 'numpy' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# ------------------------------------------------------------------ the fields


def fields(seed):
    known = Drawn(Stream(seed))
    return [Residues(known, level, 1) for level in range(3)]


def test_the_fields_are_what_they_have_to_be():
    assert P == 2 * Q + 1
    assert P + 1 == 240 * R
    for modulus in MODULI:
        assert modulus % 4 == 3
        assert all(pow(base, modulus - 1, modulus) == 1 for base in (2, 3, 5, 7, 11, 13))
    modulo_p = fields(1)[0]
    assert [number for number in range(1, 23) if modulo_p.sign(number) < 0] == []
    assert modulo_p.sign(P - 1) == -1


def test_functions_keep_their_laws_modulo_p():
    numbers = fields(5)[0]
    u, v = (11, 22, 33), (P - 3, Q - 7, R - 1)
    both = tuple((x + y) % m for x, y, m in zip(u, v, MODULI, strict=True))
    exp = [numbers.exp(at) for at in (u, v, both)]
    assert exp[2] == exp[0] * exp[1] % P
    (cos, sin), (cos2, sin2), (cos3, sin3) = (numbers.turn(at) for at in (u, v, both))
    assert (cos * cos + sin * sin) % P == 1
    assert cos3 == (cos * cos2 - sin * sin2) % P
    assert sin3 == (sin * cos2 + cos * sin2) % P
    logs = [numbers.log((at, 0, 0)) for at in (4, 9, 4 * 9 % P)]
    assert logs[2] == (logs[0] + logs[1]) % P
    assert numbers.log((exp[0], 0, 0)) == 11


@pytest.mark.parametrize("level", range(3))
def test_roots_are_exact(level):
    numbers, modulus = fields(3)[level], MODULI[level]
    x, y = 1234567**2 % modulus, 7654321**2 % modulus
    for power in (Fraction(1, 2), Fraction(1, 3), Fraction(-3, 2), Fraction(5, 4)):
        root = numbers.root(x, power)
        assert pow(root, power.denominator, modulus) == pow(x, power.numerator, modulus)
        other = numbers.root(y, power)
        assert numbers.root(x * y % modulus, power) == root * other % modulus
