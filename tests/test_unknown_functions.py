"""Functions known by name: their answers, their proof, how they are read, and what is refused."""

import engine
import numerics
import numpy as np
import pytest
from floats.numeric import check_differential, check_gradient, check_jacobian

from mdiff import api, render
from mdiff.calculus.problem import Derivation
from mdiff.errors import MdiffError
from mdiff.functions.unknown import Unknown, declaration, unknown
from mdiff.notation.read import Reader
from mdiff.notation.tree import Book
from mdiff.proof import prove
from mdiff.records import _from_json
from mdiff.shapes import infer
from mdiff.syntax import parse, parse_declaration
from mdiff.syntax.tree import Apply, Name, Program
from mdiff.verdicts import check

PHI, PHI1, F, G = "phi: R^m -> R", "phi: R -> R", "f: R^n -> R^p", "F: R^{m×n} -> R"
FIELD, TWO, CURVE, FAMILY = (
    "F: R^n -> R^{p×q}",
    "f: R^n, R^m -> R",
    "x: R -> R^n",
    "A: R -> R^{n×n}",
)
TIME = "t: scalar"

GRADIENTS = [
    ("phi(A x)", "x", (PHI,), "A'*gradphi(A*x)", "Aᵀ ∇φ(A x)", r"A^{\top} \nabla \phi\left(A x\right)"),
    ("phi(W x + b)", "W", (PHI,), "gradphi(W*x+b)*x'", "∇φ(W x + b) xᵀ", r"\nabla \phi\left(W x + b\right) x^{\top}"),
    ("phi(a^T x)", "x", (PHI1, "a: n"), "gradphi(a'*x)*a", "φ′(aᵀx) a", r"\phi'\left(a^{\top} x\right) a"),
    ("sum(phi(x))", "x", (PHI1, "x: n"), "gradphi(x)", "φ′(x)", r"\phi'\left(x\right)"),
    ("sum(phi(X Y))", "X", (PHI1, "Y: n×k"), "gradphi(X*Y)*Y'", "φ′(X Y) Yᵀ", r"\phi'\left(X Y\right) Y^{\top}"),
    ("y^T f(x)", "x", (F,), "Df(x)'*y", "Df(x)ᵀ y", r"J_{f}\left(x\right)^{\top} y"),
    ("||f(x) - y||^2", "x", (F,), "2*Df(x)'*(f(x)-y)", "2 Df(x)ᵀ (f(x) − y)", r"2 J_{f}\left(x\right)^{\top} \left(f\left(x\right) - y\right)"),
    ("phi(f(x))", "x", ("f: R^n -> R^m", PHI), "Df(x)'*gradphi(f(x))", "Df(x)ᵀ ∇φ(f(x))", r"J_{f}\left(x\right)^{\top} \nabla \phi\left(f\left(x\right)\right)"),
    ("F(A X B)", "X", (G,), "A'*gradF(A*X*B)*B'", "Aᵀ ∇F(A X B) Bᵀ", r"A^{\top} \nabla F\left(A X B\right) B^{\top}"),
    ("f(x, y)", "y", (TWO,), "grad2f(x,y)", "∇₂f(x, y)", r"\nabla_{2} f\left(x, y\right)"),
    ("f(x, A x)", "x", (TWO,), "grad1f(x,A*x)+A'*grad2f(x,A*x)", "∇₁f(x, A x) + Aᵀ ∇₂f(x, A x)", r"\nabla_{1} f\left(x, A x\right) + A^{\top} \nabla_{2} f\left(x, A x\right)"),
    ("y^T x(t)", "t", (CURVE, TIME), "y'*Dx(t)", "yᵀx′(t)", r"y^{\top} x'\left(t\right)"),
    ("log det A(t)", "t", (FAMILY, TIME), "tr(DA(t)*inv(A(t)))", "tr(A′(t) A(t)⁻¹)", r"\operatorname{tr}\left(A'\left(t\right) A\left(t\right)^{-1}\right)"),
]  # fmt: skip

HESSIANS = [
    ("phi(A x)", "x", (PHI,), "A'*hessphi(A*x)*A", "Aᵀ ∇²φ(A x) A", r"A^{\top} \nabla^{2} \phi\left(A x\right) A"),
    ("phi(a^T x)", "x", (PHI1, "a: n"), "hessphi(a'*x)*a*a'", "φ″(aᵀx) a aᵀ", r"\phi''\left(a^{\top} x\right) a a^{\top}"),
    ("sum(phi(x))", "x", (PHI1, "x: n"), "diag(hessphi(x))", "diag(φ″(x))", r"\operatorname{diag}\left(\phi''\left(x\right)\right)"),
    ("phi(W x)", "W", (PHI,), "kron(x*x',hessphi(W*x))", "(x xᵀ) ⊗ ∇²φ(W x)", r"\left(x x^{\top}\right) \otimes \nabla^{2} \phi\left(W x\right)"),
    ("F(A X B)", "X", (G,), "kron(B,A')*hessF(A*X*B)*kron(B',A)", "(B ⊗ Aᵀ) ∇²F(A X B) (Bᵀ ⊗ A)", r"\left(B \otimes A^{\top}\right) \nabla^{2} F\left(A X B\right) \left(B^{\top} \otimes A\right)"),
    ("f(x, y)", "x,y", (TWO,), "hess12f(x,y)", "∇²₁₂f(x, y)", r"\nabla^{2}_{12} f\left(x, y\right)"),
    ("f(x, y)", "y,x", (TWO,), "hess12f(x,y)'", "∇²₁₂f(x, y)ᵀ", r"\nabla^{2}_{12} f\left(x, y\right)^{\top}"),
    ("f(x, y)", "y", (TWO,), "hess22f(x,y)", "∇²₂₂f(x, y)", r"\nabla^{2}_{22} f\left(x, y\right)"),
    ("phi(x(t))", "t", (CURVE, "phi: R^n -> R", TIME), "Dx(t)'*hessphi(x(t))*Dx(t)+gradphi(x(t))'*DDx(t)", "x′(t)ᵀ ∇²φ(x(t)) x′(t) + ∇φ(x(t))ᵀx″(t)", r"x'\left(t\right)^{\top} \nabla^{2} \phi\left(x\left(t\right)\right) x'\left(t\right) + \nabla \phi\left(x\left(t\right)\right)^{\top} x''\left(t\right)"),
]  # fmt: skip

JACOBIANS = [
    ("f(W x)", "x", ("f: R^m -> R^p",), "Df(W*x)*W", "Df(W x) W"),
    ("f(W x)", "W", ("f: R^m -> R^p",), "kron(x',Df(W*x))", "xᵀ ⊗ Df(W x)"),
    ("F(x)", "x", (FIELD,), "DF(x)", "DF(x)"),
    ("F(A X B)", "X", ("F: R^{m×n} -> R^{p×q}",), "DF(A*X*B)*kron(B',A)", "DF(A X B) (Bᵀ ⊗ A)"),
    ("phi(x)", "x", (PHI1, "x: n"), "diag(gradphi(x))", "diag(φ′(x))"),
    ("phi(x)", "x", ("phi: R^n -> R",), "gradphi(x)'", "∇φ(x)ᵀ"),
    ("f(x, y)", "y", ("f: R^n, R^m -> R^p",), "D2f(x,y)", "D₂f(x, y)"),
    ("A(t)^-1 x", "t", (FAMILY, TIME), "-inv(A(t))*DA(t)*inv(A(t))*x", "−A(t)⁻¹ A′(t) A(t)⁻¹ x"),
    ("x(t)", "t", (CURVE, TIME), "Dx(t)", "x′(t)"),
]

DIFFERENTIALS = [
    ("f(x)", "x", 1, (F,), "Df(x)*dx", "Df(x) dx"),
    ("f(x)", "x", 2, (F,), "DDf(x,dx)*dx", "D²f(x)[dx] dx"),
    ("phi(A x)", "x", 2, (PHI,), "dx'*A'*hessphi(A*x)*A*dx", "dxᵀAᵀ ∇²φ(A x) A dx"),
    ("x(t)", "t", 2, (CURVE, TIME), "DDx(t)*dt^2", "x″(t) dt²"),
    ("A(t) x", "t", 1, (FAMILY, TIME), "DA(t)*x*dt", "A′(t) x dt"),
]


def texts(answer):
    return answer.plain, answer.unicode, answer.latex


def proved(answer):
    return answer.proof.method, answer.proof.verdict


@pytest.mark.parametrize("case", GRADIENTS)
def test_gradients(case):
    text, wrt, let, plain, unicode, latex = case
    answer = api.grad(text, wrt, let)
    assert texts(answer) == (plain, unicode, latex)
    assert proved(answer) == ("exact", "proved")
    assert engine.reads_back(answer, answer.unicode)
    point = numerics.point(answer.problem)
    along = numerics.directions(point, [wrt], 1)
    slope = numerics.difference(answer.problem.expression, point, along)
    gradient = numerics.claimed(engine.again(answer, plain), point, {})
    assert numerics.near(np.sum(gradient * along[wrt]), slope[0, 0], 1e-6)
    claim = engine.again(answer, plain)
    assert check_gradient(answer.problem, wrt, claim).verdict == "proved"


@pytest.mark.parametrize("case", HESSIANS)
def test_hessians(case):
    text, wrt, let, plain, unicode, latex = case
    answer = api.hess(text, wrt.split(","), let)
    assert texts(answer) == (plain, unicode, latex)
    assert proved(answer) == ("exact", "proved")
    assert engine.reads_back(answer, answer.unicode)
    point = numerics.point(answer.problem)
    first, last = wrt[0], wrt[-1]
    one = numerics.directions(point, [first], 1)
    other = numerics.directions(point, [last], 2)
    bend = numerics.second_difference(answer.problem.expression, point, one, other)
    matrix = numerics.claimed(engine.again(answer, plain), point, {})
    rows, columns = (x.reshape(-1, order="F") for x in (one[first], other[last]))
    assert numerics.near(rows @ matrix @ columns, bend[0, 0], 1e-5)


@pytest.mark.parametrize(("text", "wrt", "let", "plain", "unicode"), JACOBIANS)
def test_jacobians(text, wrt, let, plain, unicode):
    answer = api.jac(text, wrt, let)
    assert (answer.plain, answer.unicode) == (plain, unicode)
    assert proved(answer) == ("exact", "proved")
    assert engine.reads_back(answer, answer.unicode)
    claim = engine.again(answer, plain)
    assert check_jacobian(answer.problem, wrt, claim).verdict == "proved"
    point = numerics.point(answer.problem)
    along = numerics.directions(point, [wrt], 1)
    slope = numerics.difference(answer.problem.expression, point, along)
    found = numerics.claimed(claim, point, {}) @ along[wrt].reshape(-1, 1, order="F")
    assert numerics.near(found, slope.reshape(-1, 1, order="F"), 1e-6)


@pytest.mark.parametrize("case", DIFFERENTIALS)
def test_differentials(case):
    text, wrt, order, let, plain, unicode = case
    answer = api.d(text, [wrt], let, order=order)
    assert (answer.plain, answer.unicode) == (plain, unicode)
    assert proved(answer) == ("exact", "proved")
    assert engine.reads_back(answer, answer.unicode)
    if order == 1:
        assert check_differential(answer.problem, (wrt,), engine.again(answer, plain)).ok


def test_taylor():
    answer = api.taylor("phi(A x)", "x", [PHI], order=2)
    assert answer.unicode == "φ(A x) + ∇φ(A x)ᵀA dx + dxᵀAᵀ ∇²φ(A x) A dx / 2"
    assert proved(answer) == ("exact", "proved")
    answer = api.taylor("f(x)", "x", [F], order=2)
    assert answer.unicode == "f(x) + Df(x) dx + D²f(x)[dx] dx / 2"
    assert proved(answer) == ("exact", "proved")


def test_a_second_derivative_with_three_axes_is_a_map():
    answer = api.hess("y^T f(x, u)", "u", ["f: R^n, R^m -> R^p"], form="operator")
    assert answer.plain == "DD22f(x,u,du)'*y"
    assert proved(answer) == ("exact", "proved")
    answer = api.hess("phi(f(x))", "x", [F, "phi: R^p -> R"], form="operator")
    assert answer.unicode == "Df(x)ᵀ ∇²φ(f(x)) Df(x) dx + D²f(x)[dx]ᵀ ∇φ(f(x))"
    assert proved(answer) == ("exact", "proved")


# ---- claims that only hold for some functions


FALSE = [
    ("phi(A x)", "gradphi(A*x)'*A", (PHI,), "grad"),
    ("phi(A x)", "A'*gradphi(x)", ("phi: R^n -> R", "A: n×n"), "grad"),
    ("phi(x) + psi(x)", "2*gradphi(x)", ("phi: R^n -> R", "psi: R^n -> R"), "grad"),
    ("phi(x + y)", "gradphi(x) + gradphi(y)", ("phi: R^n -> R",), "grad"),
    ("phi(2 x)", "gradphi(2*x)", ("phi: R^n -> R",), "grad"),
    ("phi(x)^2", "2*gradphi(x)", ("phi: R^n -> R",), "grad"),
    ("phi(-x)", "gradphi(-x)", ("phi: R^n -> R",), "grad"),
    ("phi(x)", "gradphi(x).*ones(n)*phi(x)", ("phi: R^n -> R",), "grad"),
    ("y^T f(x)", "Df(x)*y", ("f: R^n -> R^n",), "grad"),
    ("gradphi(x)", "diag(diag(hessphi(x)))", ("phi: R^n -> R",), "jac"),
    ("gradphi(x)", "gradphi(x)*gradphi(x)'", ("phi: R^n -> R",), "jac"),
    ("gradphi(x)", "hesspsi(x)", ("phi: R^n -> R", "psi: R^n -> R"), "jac"),
    ("f(x)", "Df(x)'", ("f: R^n -> R^n",), "jac"),
    ("f(x)", "(Df(x) + Df(x)')/2", ("f: R^n -> R^n",), "jac"),
    ("f(x)", "diag(diag(Df(x)))", ("f: R^n -> R^n",), "jac"),
    ("f(x)", "diag(f(x))", ("f: R^n -> R^n",), "jac"),
    ("f(x)", "tr(Df(x))*eye(n)/n", ("f: R^n -> R^n",), "jac"),
    ("f(f(x))", "Df(x)*Df(f(x))", ("f: R^n -> R^n",), "jac"),
    ("f(f(x))", "Df(x)^2", ("f: R^n -> R^n",), "jac"),
    ("grad1f(x, y)", "hess12f(x,y)'", ("f: R^n, R^n -> R",), "jac"),
    ("grad1f(x, y)", "hess22f(x,y)", ("f: R^n, R^n -> R",), "jac"),
    ("phi(x)", "diag(hessphi(x))", (PHI1,), "jac"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claim", "let", "kind"), FALSE)
def test_no_false_claim_is_proved(text, claim, let, kind):
    problem = api.pose(text, ["x"], [*let, "x: n", "y: n"])
    read = engine.reread(problem, claim)
    assert prove(problem, kind, ("x",), read).verdict == "refuted"
    check = check_gradient if kind == "grad" else check_jacobian
    assert check(problem, "x", read).verdict == "refuted"


TRUE = [
    ("gradphi(x)", "hessphi(x)'", ("phi: R^n -> R",)),
    ("f(x)", "Df(x)", ("f: R^n -> R^n",)),
    ("f(f(x))", "Df(f(x))*Df(x)", ("f: R^n -> R^n",)),
    ("grad2f(x, y)", "hess12f(x,y)'", ("f: R^n, R^n -> R",)),
    ("Df(x) y", "DDf(x,y)", ("f: R^n -> R^n",)),
    ("f(2 x) - f(x)", "2*Df(2*x) - Df(x)", ("f: R^n -> R^n",)),
]


@pytest.mark.parametrize(("text", "claim", "let"), TRUE)
def test_true_claims_are_proved(text, claim, let):
    problem = api.pose(text, ["x"], [*let, "x: n", "y: n"])
    read = engine.reread(problem, claim)
    assert prove(problem, "jac", ("x",), read).verdict == "proved"
    assert check_jacobian(problem, "x", read).verdict == "proved"


CHECKS = [
    ("f(A x)", "A' gradf(A x)", "x", (), "correct"),
    ("f(A x)", "A^T ∇f(A x)", "x", (), "correct"),
    ("f(A x)", "A ∇f(A x)", "x", (), "wrong"),
    ("f(A x)", "∇f(A x)", "x", (), "wrong"),
    ("f(a^T x)", "f'(a^T x) a", "x", (), "correct"),
    ("f(a^T x)", "f''(a^T x) a", "x", (), "wrong"),
    ("f(W x)", "Df(W x) W", "x", ("f: R^m -> R^p",), "correct"),
    ("f(W x)", "W Df(W x)", "x", ("f: R^m -> R^p",), "wrong"),
]


@pytest.mark.parametrize(("text", "claim", "wrt", "let", "verdict"), CHECKS)
def test_checked_claims(text, claim, wrt, let, verdict):
    kind = "jac" if let else "grad"
    assert check(text, claim, wrt, let, kind=kind).status == verdict


# ---- how they are read


READ = [
    ("∇²f(x)", ("f: R^n -> R",), "hessf(x)"),
    ("∇^2 f(x)", ("f: R^n -> R",), "hessf(x)"),
    ("∇^{2}f(x)", ("f: R^n -> R",), "hessf(x)"),
    ("∇ f(x)", ("f: R^n -> R",), "gradf(x)"),
    ("f'(t)", ("f: R -> R", TIME), "gradf(t)"),
    ("f′(t)", ("f: R -> R", TIME), "gradf(t)"),
    ("f''(t)", ("f: R -> R", TIME), "hessf(t)"),
    ("f″(t)", ("f: R -> R", TIME), "hessf(t)"),
    ("f'(t)'", ("f: R -> R^n", TIME), "Df(t)'"),
    ("D²f(x)[y]", ("f: R^n -> R^m",), "DDf(x,y)"),
    ("D^2 f(A x)[A y] y", ("f: R^n -> R^m", "A: n×n"), "DDf(A*x,A*y)*y"),
    ("∇₂f(x, y)", ("f: R^n, R^m -> R",), "grad2f(x,y)"),
    ("D f(x)", ("f: R^n -> R^m",), "D*f(x)"),
    ("D^2 f(x)", ("f: R^n -> R^n",), "D^2*f(x)"),
    ("D^2 f(x)", ("f: R^n -> R^n", "D: n×n"), "D^2*f(x)"),
    ("D₁ f(x, y)", ("f: R^n, R^m -> R^k",), "D_1*f(x,y)"),
    ("∇²₁₂f(x, y)", ("f: R^n, R^m -> R",), "hess12f(x,y)"),
    ("D₂f(x, y)", ("f: R^n, R^m -> R^k",), "D2f(x,y)"),
    ("D₂₁²f(x, y)[x]", ("f: R^n, R^m -> R^k",), "DD21f(x,y,x)"),
]


@pytest.mark.parametrize(("text", "let", "plain"), READ)
def test_derivatives_as_people_write_them(text, let, plain):
    derivation = Derivation(api.pose(text, let=let))
    assert render.plain(Reader(derivation.table, Book()).read(derivation.value())) == plain


# ---- functions that nobody declared


UNDECLARED = [
    ("f(x)", "x", "gradf(x)", ("f: R^n → R",)),
    ("f(A x)", "x", "A'*gradf(A*x)", ("f: R^m → R",)),
    ("L(W x + b)", "W", "gradL(W*x+b)*x'", ("L: R^m → R",)),
    ("loss(W x)", "W", "gradloss(W*x)*x'", ("loss: R^m → R",)),
    ("phi(a^T x)", "x", "gradphi(a'*x)*a", ("phi: R → R",)),
    ("φ(aᵀx)", "x", "gradphi(a'*x)*a", ("phi: R → R",)),
    ("F(X)", "X", "gradF(X)", ("F: R^{m×n} → R",)),
    ("f(x) g(x)", "x", "g(x)*gradf(x)+f(x)*gradg(x)", ("f: R^n → R", "g: R^n → R")),
    ("f(g(x))", "x", "gradf(g(x))*gradg(x)", ("g: R^n → R", "f: R → R")),
    ("f(x) + f(2 x)", "x", "gradf(x)+2*gradf(2*x)", ("f: R^n → R",)),
    ("f(x, y)", "x", "grad1f(x,y)", ("f: R^n, R^m → R",)),
    ("y^T f(x)", "x", "Df(x)'*y", ("f: R^m → R^n",)),
    ("||y - f(x)||^2", "x", "2*Df(x)'*(f(x)-y)", ("f: R^m → R^n",)),
    ("x^T f(x)", "x", "Df(x)'*x+f(x)", ("f: R^n → R^n",)),
    ("f(x)^T A f(x)", "x", "Df(x)'*(A+A')*f(x)", ("f: R^k → R^n",)),
    ("log det F(t)", "t", "tr(inv(F(t))*DF(t))", ("F: R → R^{n×n}",)),
    ("tr(A F(t))", "t", "tr(A*DF(t))", ("F: R → R^{n×m}",)),
    ("log p(x)", "x", "gradp(x)/p(x)", ("p: R^n → R",)),
    ("Φ(w^T x)", "w", "gradPhi(w'*x)*x", ("Phi: R → R",)),
    ("phi(3) x^T x", "x", "2*phi(3)*x", ("phi: R → R",)),
    ("L(w) = loss(X w)", "w", "X'*gradloss(X*w)", ("loss: R^m → R",)),
    ("||y - h(x)||^2", "x", "2*Dh(x)'*(h(x)-y)", ("h: R^m → R^n",)),
    ("||f(x)||_1", "x", "Df(x)'*sign(f(x))", ("f: R^n → R^m",)),
    ("sum((y - f(x))^2)", "x", "2*Df(x)'*(f(x)-y)", ("f: R^m → R^n",)),
    ("sum(f(x, y))", "x", "D1f(x,y)'*ones(k)", ("f: R^n, R^m → R^k",)),
    ("sum(phi(X Y))", "X", "gradphi(X*Y)*Y'", ("phi: R → R, by elements",)),
    ("mean(2 f(x))", "x", "2*gradf(x)/n", ("f: R → R, by elements",)),
    ("sum(f(a^T x))", "x", "gradf(a'*x)*a", ("f: R → R, by elements",)),
    ("log det A(t)", "t", "tr(DA(t)*inv(A(t)))", ("A: R → R^{n×n}",)),
    ("x(t)^T x(t)", "t", "2*x(t)'*Dx(t)", ("x: R → R^n",)),
    ("tr(X A(t)^-1)", "X", "inv(A(t))'", ("A: R → R^{n×n}",)),
    (
        "1/2 p^T M(q)^-1 p + V(q)",
        "p",
        "(inv(M(q))+inv(M(q))')*p/2",
        ("M: R^m → R^{n×n}", "V: R^m → R"),
    ),
    ("u(x)^T v(x)", "x", "Dv(x)'*u(x)+Du(x)'*v(x)", ("u: R^n → R^m", "v: R^n → R^m")),
    ("||f_θ(x) - y||^2", "y", "2*(y-f_theta(x))", ("f_theta: R^n → R^m",)),
]


@pytest.mark.parametrize(("text", "wrt", "plain", "said"), UNDECLARED)
def test_an_undeclared_function_is_inferred_and_told(text, wrt, plain, said):
    answer = api.grad(text, wrt, [TIME] if wrt == "t" else [])
    assert answer.plain == plain
    assert proved(answer) == ("exact", "proved")
    told = [reading for reading in answer.problem.readings if "function" in reading]
    parts = [each.partition(": ") for each in said]
    assert told == [f"`{name}` as an unknown function, {spaces}" for name, _, spaces in parts]


PRODUCTS = [
    "a(x + y)", "A(x + y)", "x^T(x + y)", "K(m,n)", "f (x)", "f(x) + f^T x", "f(x) + c f", "B(x)",
    "f + f(x)", "fx + f(x)", "b(x)", "Q(x)", "f = 2 x; f(x)", "f(x)^2 f", "p(1 - p)", "sigma(t)", "σ(t)",
    "x(t) + x", "A(t) + A(x)", "exp(t)", "K(t)", "f(x) = x^T x", "L(W, b) := b^T W b",
    "D(n)^T A D(n) + a(n)", "ones(n)^T x a(n)", "exp(x)^2 a(x)",
]  # fmt: skip


@pytest.mark.parametrize("text", PRODUCTS)
def test_other_names_before_a_bracket_are_none(text):
    assert parse(text).unknown == frozenset()


@pytest.mark.parametrize("known", [{"names": frozenset({"f"})}, {"functions": frozenset({"f"})}])
def test_a_name_that_is_known_is_no_unknown_function(known):
    assert parse("f(x)", **known).unknown == frozenset()


def test_which_names_are_unknown_functions():
    assert parse("log g(x) + L(W x) + a(x)").unknown == {"g", "L"}
    assert parse("s = f(x); s + tr H(X)").unknown == {"f", "H"}


def program(*arguments):
    text = f"f({', '.join(arguments)})"
    span = (0, len(text))
    given = tuple(Name(each, span) for each in arguments)
    return Program((), Apply("f", given, (0, 1), span), (), text, unknown=frozenset({"f"}))


SHAPES = [
    (("x",), (), "(u: n) -> scalar"),
    (("X",), (), "(u: m×n) -> scalar"),
    (("c",), (), "(u: scalar) -> scalar"),
    (("x", "c"), (), "(u: n, v: scalar) -> scalar"),
    (("u",), ("u: u",), "(v: u) -> scalar"),
    (("x",), ("x: 2n",), "(u: 2*n) -> scalar"),
    (("x",), ("x: 1×n",), "(u: 1×n) -> scalar"),
]


@pytest.mark.parametrize(("arguments", "let", "signature"), SHAPES)
def test_what_is_inferred_of_a_program_with_unknown_functions(arguments, let, signature):
    found = infer(program(*arguments), [parse_declaration(each) for each in let], scalar=True)
    (row,) = found.functions["f"]
    assert row.signature == signature
    assert found.expression.function is row


REFUSED = [
    ("f(x) + f(x, y)", (), "E210", "another number of arguments"),
    ("f(x) + f(X)", ("x: n", "X: m×n"), "E208", "arguments of one shape"),
    ("f(x) + f(y)", ("x: n", "y: m"), "E208", "arguments of one shape"),
    ("log(x)", ("log: R -> R",), "E113", "a function that mdiff knows"),
    ("ln(x)", ("ln: R^n -> R",), "E113", "a function that mdiff knows"),
]


@pytest.mark.parametrize(("text", "let", "code", "said"), REFUSED)
def test_what_does_not_fit_is_said(text, let, code, said):
    with pytest.raises(MdiffError) as caught:
        api.grad(text, "x", let)
    assert caught.value.diagnostic.code == code
    assert said in caught.value.diagnostic.message


BEYOND = [
    ("hess", "y^T f(x)", ("f: R^n -> R^m",), "the second derivative of `f` has three axes"),
    ("d", "hessf(x) y", ("f: R^n -> R",), "a third derivative of `f`"),
    ("d", "DDf(x, y)", ("f: R^n -> R^m", "y: n"), "a third derivative of `f`"),
    ("hess", "y^T gradf(x)", ("f: R^n -> R",), "a third derivative of `f`"),
]


@pytest.mark.parametrize(("kind", "text", "let", "said"), BEYOND)
def test_what_has_no_name_is_refused_with_the_reason(kind, text, let, said):
    with pytest.raises(MdiffError) as caught:
        getattr(api, kind)(text, "x", let)
    assert caught.value.diagnostic.code == "E302"
    assert said in caught.value.diagnostic.message


# ---- the rows


FAMILIES = [
    (("scalar",), "scalar"), (("n",), "scalar"), (("m×n",), "scalar"), (("n",), "p"),
    (("1×n",), "p"), (("m×n",), "p"), (("n",), "p×q"), (("m×n",), "p×q"), (("scalar",), "p×q"),
    (("scalar",), "p"), (("n", "m"), "scalar"), (("n", "scalar"), "p"), (("n", "m×k"), "p"),
    (("m×k", "n"), "scalar"), (("scalar", "n"), "1×p"), (("2*n",), "3"),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "result"), FAMILIES)
def test_every_row_has_the_derivative_that_its_rule_says(arguments, result):
    family = unknown("f", arguments, result)
    let = [declaration(Unknown("f", arguments, result))]
    names = "xyz"[: len(arguments)]
    let += [f"{name}: {shape}" for name, shape in zip(names, arguments, strict=True)]
    for row in family:
        if not row.differential:
            continue
        answer = api.d(f"{row.name}({','.join(names)})", list(names), let)
        assert proved(answer) == ("exact", "proved"), row.name
        claim = engine.again(answer, answer.plain)
        assert check_differential(answer.problem, tuple(names), claim).ok
        point = numerics.point(answer.problem)
        along = numerics.directions(point, names, 3)
        slope = numerics.difference(answer.problem.expression, point, along)
        assert numerics.near(numerics.claimed(claim, point, along), slope, 1e-6)
        assert engine.reads_back(answer, answer.unicode)


# ---- beside matrices of stacked axes


STACKED = [
    ("grad", "tr(B F(x))", "x", (FIELD,), "DF(x)'*vec(B')"),
    ("grad", "y^T F(x) z", "x", (FIELD,), "DF(x)'*kron(z,y)"),
    ("grad", "tr F(x)", "x", ("F: R^n -> R^{p×p}",), "DF(x)'*vec(eye(p))"),
    ("grad", "||F(x) - B||_F^2", "x", (FIELD,), "2*DF(x)'*vec(F(x)-B)"),
    ("d", "f(X)", "X", ("f: R^{m×n} -> R^p",), "Df(X)*vec(dX)"),
    ("d", "y^T F(x) z", "x", (FIELD,), "kron(z,y)'*DF(x)*dx"),
]


@pytest.mark.parametrize(("kind", "text", "wrt", "let", "plain"), STACKED)
def test_what_meets_a_stacked_axis_is_one_column(kind, text, wrt, let, plain):
    answer = getattr(api, kind)(text, wrt if kind == "grad" else [wrt], let)
    assert answer.plain == plain
    assert proved(answer) == ("exact", "proved")
    assert engine.reads_back(answer, answer.unicode)


def test_a_second_differential_by_a_matrix():
    answer = api.d("F(A X B)", ["X"], [G], order=2)
    assert answer.plain == "vec(A*dX*B)'*hessF(A*X*B)*vec(A*dX*B)"
    assert proved(answer) == ("exact", "proved")


def test_a_large_unknown_function_is_proved():
    answer = api.hess("F(X)", "X", ["F: R^{9×9} -> R"])
    assert answer.plain == "hessF(X)"
    assert proved(answer) == ("exact", "proved")


# ---- the other doors


def test_a_batch_declares_functions_of_any_shape():
    let = _from_json({
        "expr": "f(x)", "wrt": "x", "vars": {
            "f": {"shape": ["m"], "function": True, "argument": ["n"]},
            "F": {"shape": ["m", "k"], "function": True, "argument": ["n", "n"]},
            "phi": {"shape": [], "function": True, "argument": []},
        },
    }).let  # fmt: skip
    assert sorted(let) == ["F: R^{n×n} -> R^{m×k}", "f: R^{n} -> R^{m}", "phi: R -> R"]


def test_a_function_that_only_the_claim_has_is_unknown():
    with pytest.raises(MdiffError) as caught:
        check("x^T A x", "f(x)", "x")
    assert caught.value.diagnostic.code == "E101"
    assert caught.value.diagnostic.message == "unknown function `f`"


VALUES = [
    ("x + f(x)", "`f` as an unknown function, R^n → R^n"),
    ("A f(x)", "`f` as an unknown function, R^k → R^n"),
    ("f(x)", "`f` as an unknown function, R^n → R"),
    ("f(x^T)", "`f` as an unknown function, R^{1×n} → R"),
]


@pytest.mark.parametrize(("text", "said"), VALUES)
def test_what_an_unknown_function_returns_is_what_fits(text, said):
    answer = api.jac(text, "x")
    assert said in answer.problem.readings
    assert proved(answer) == ("exact", "proved")
