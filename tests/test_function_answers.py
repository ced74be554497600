"""What the functions of the table answer: each derivative by its text, proved, and read back."""

import engine
import pytest
from floats.special import digamma, trigamma

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.proof import prove

ANSWERS = [
    # masks are constants that multiply by elements, so they have gradients and Jacobians
    ("grad", "sum(tril(A).*B)", "A", [], "tril(B)"),
    ("grad", "sum(triu(A).*B)", "A", [], "triu(B)"),
    ("grad", "sum(halflow(A).*B)", "A", [], "halflow(B)"),
    ("grad", "tr(halflow(A))", "A", [], "eye(n)/2"),
    ("grad", "x'*tril(A)*y", "A", [], "tril(x*y')"),
    ("grad", "x'*tril(A./B)*y", "A", [], "tril((x*y')./B)"),
    ("grad", "sum(tril(A).^2)", "A", [], "2*tril(A)"),
    ("jac", "tril(A)", "A", [], "diag(vec(tril(ones(n,n))))"),
    (
        "grad", "sum(chol(A).*B)", "A", ["A: spd"],
        "inv(chol(A))'*(halflow(chol(A)'*B)+halflow(chol(A)'*B)')*inv(chol(A))/2",
    ),
    (
        "jac", "chol(S)", "S", ["S: spd"],
        "kron(eye(n),chol(S))*diag(vec(halflow(ones(n,n))))*kron(inv(chol(S)),inv(chol(S)))",
    ),
    (
        "hess", "logdet(chol(S))", "S", ["S: spd"],
        ("-kron(inv(chol(S))',inv(chol(S))')*(diag(vec(halflow(ones(n,n))))*kron(inv(chol(S)),"
        "inv(chol(S)))+diag(vec(halflow(ones(n,n))'))*kron(inv(chol(S)),inv(chol(S)))*K(n,n))/2"),
    ),
    # norms
    ("grad", "||x||_p", "x", [], "normp(x,p)^(1-p)*(sign(x).*abs(x).^(p-1))"),
    ("grad", "||x||_p^p", "x", [], "p*(sign(x).*abs(x).^(p-1))"),
    ("grad", "||x||_4", "x", [], "x.^3/normp(x,4)^3"),
    ("grad", "||x||_{3/2}^2", "x", [], "2*sqrt(normp(x,3/2))*(sign(x).*abs(x).^(1/2))"),
    ("grad", "normp(x,F)^F", "x", ["F: scalar"], "F*(sign(x).*abs(x).^(F-1))"),
    ("d", "normp(x,F)*c", "c", ["F: scalar"], "normp(x,F)*dc"),
    ("d", "||x||_q c", "c", ["x: n", "q: scalar"], "normp(x,q)*dc"),
    ("grad", "||A x||_inf", "x", [], "A'*(sign(A*x).*hardmax(abs(A*x)))"),
    ("grad", "||X||_{2,1}", "X", [], "diag(diag(X*X').^(-1/2))*X"),
    ("grad", "||X||_*", "X", [], "X*inv(sqrtm(X'*X))"),
    ("grad", "lambda_max(S)", "S", ["S: symmetric"], "eigvecmax(S)*eigvecmax(S)'"),
    ("grad", "lambda_min(S)", "S", ["S: symmetric"], "eigvecmin(S)*eigvecmin(S)'"),
    ("grad", "sigma_max(A)", "A", [], "svdu1(A)*svdv1(A)'"),
    ("grad", "lambda_max ||x||^2", "x", [], "2*lambda_max*x"),
    ("grad", "||c||_*", "c", ["c: scalar"], "sign(c)"),
    ("grad", "tr(A^(1/2))", "A", ["A: spd"], "A^(-1/2)/2"),
    # softmax
    ("grad", "sum(softmax(x).*y)", "x", [], "softmax(x).*y-(softmax(x)'*y)*softmax(x)"),
    ("grad", "sum(log_softmax(x).*y)", "x", [], "y-sum(y)*softmax(x)"),
    ("grad", "sum(log_softmax(X).*Y)", "X", [], "Y-diag(Y*ones(n))*softmaxr(X)"),
    ("grad", "tr(log_softmax(X, cols)' B)", "X", [], "B-softmaxr(X')'*diag(B'*ones(m))"),
    ("jac", "log_softmax(x)", "x", [], "eye(n)-ones(n)*softmax(x)'"),
    ("grad", "sum(softmax(c))", "c", ["c: scalar"], "0"),
    ("grad", "sum(softmax(x'))", "x", ["x: n"], "zeros(n)"),
    # by elements
    ("grad", "sum(log1p(exp(x)))", "x", [], "sigmoid(x)"),
    ("grad", "sum(log2(x))", "x", [], "(ones(n)./x)/log(2)"),
    ("grad", "sum(elu(x))", "x", [], "exp(-relu(-x))"),
    ("grad", "mean(huber(X w - y))", "w", [], "X'*clip(X*w-y,-1,1)/m"),
    ("grad", "sum(huber(x, 2))", "x", ["x: n"], "clip(x,-2,2)"),
    ("hess", "sum(huber(x))", "x", ["x: n"], "diag(step(x+ones(n)).*step(ones(n)-x))"),
    ("hess", "sum(lgamma(x))", "x", ["x: n"], "diag(trigamma(x))"),
    ("grad", "sum(hinge(y.*(X*w)))", "w", ["y: m"], "-X'*(y.*step(ones(m)-y.*(X*w)))"),
    ("d", "atan2(y,x)", "y,x", ["x: n", "y: n"], "(x.*dy-y.*dx)./(x.^2+y.^2)"),
    # the larger of two; a number stands first
    ("grad", "sum(max(0,z))", "z", ["z: n"], "step(z)"),
    ("grad", "sum(maximum(z,0))", "z", ["z: n"], "step(z)"),
    ("grad", "sum(min(z,0))", "z", ["z: n"], "step(-z)"),
    ("grad", "sum(max(x,y))", "y", ["x: n", "y: n"], "step(y-x)"),
    ("grad", "max(A*x)", "x", [], "A'*hardmax(A*x)"),
    ("grad", "max(X)-min(X)", "X", [], "hardmax(X)-hardmax(-X)"),
    # statistics and parts
    ("grad", "var(x)", "x", ["x: n"], "2*(x-sum(x)*ones(n)/n)/n"),
    ("hess", "var(x)", "x", ["x: n"], "2*(eye(n)-ones(n,n)/n)/n"),
    ("grad", "tr(cov(X)*S)", "X", [], "(eye(k)-ones(k,k)/k)*X*(S+S')/k"),
    ("grad", "tr(A*outer(x,y))", "x", [], "A'*y"),
    ("grad", "tr(sym(A)*B)", "A", [], "(B+B')/2"),
    ("jac", "normalize(x)", "x", [], "eye(n)/norm2(x)-x*x'/norm2(x)^3"),
]  # fmt: skip


def ask(kind, text, wrt, let):
    if kind == "d":
        return api.d(text, wrt.split(","), let)
    return getattr(api, kind)(text, wrt, let)


@pytest.mark.parametrize(
    ("kind", "text", "wrt", "let", "plain"), ANSWERS, ids=[f"{a[0]} {a[1]!a}" for a in ANSWERS]
)
def test_answers(kind, text, wrt, let, plain):
    answer = ask(kind, text, wrt, let)
    assert answer.plain == plain
    assert answer.proof.ok, answer.proof
    assert engine.reads_back(answer, answer.plain)
    assert engine.reads_back(answer, answer.unicode)


@pytest.mark.parametrize(
    ("text", "let", "conditions"),
    [
        ("||A X - B||_*", [], ("A X − B of full column rank",)),
        ("lambda_max(X)", ["X: symmetric"], ("X has a simple largest eigenvalue",)),
        ("mean(huber(X))", ["X: n"], ("X ≠ −1 and X ≠ 1",)),
        ("tr(chol(X))", ["X: spd"], ()),
        ("sum(relu(-X))", [], ("X has no zero entry",)),
        ("sum(log10(exp(X)))", [], ()),
    ],
)
def test_conditions(text, let, conditions):
    assert api.grad(text, "X", let).conditions == conditions


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("std(X)", "`std(X)` over the number of entries"),
        ("tr(cov(X))", "`cov(X)` of rows as samples, over their number"),
        ("sum(softmax(X) .* Y)", "`softmax(X)` of every row"),
    ],
)
def test_what_differs_from_book_to_book_is_told(text, told):
    assert told in api.grad(text, "X").problem.readings


@pytest.mark.parametrize(
    ("text", "let", "code", "said"),
    [
        ("lambda_max(X)", [], "E302", "known for symmetric matrices only"),
        ("lambda_max(X ones(n,n))", ["X: n×n symmetric"], "E302", "symmetric matrices only"),
        ("sum(trigamma(X))", [], "E302", "`trigamma` is not in the table"),
        ("sum(max(X, Y))", ["X: n×k", "Y: n×m"], "E208", "works by elements"),
        ("||X||_inf", ["X: n×k"], "E208", "`norminf` takes `(x: n)`"),
        ("prod(X)", [], "E304", "`prod` is not supported yet"),
        ("max(X, Y, Z)", [], "E210", "not 3 arguments"),
    ],
)
def test_refusals(text, let, code, said):
    with pytest.raises(MdiffError) as caught:
        api.grad(text, "X", let)
    assert caught.value.diagnostic.code == code
    assert said in caught.value.diagnostic.message


def test_digamma_and_trigamma_have_their_known_values():
    euler, pi = 0.5772156649015329, 3.141592653589793
    assert digamma(1) == pytest.approx(-euler, abs=1e-15)
    assert digamma(0.5) == pytest.approx(-euler - 2 * 0.6931471805599453, abs=1e-14)
    assert digamma(20) == pytest.approx(2.9705239922421493, abs=1e-14)
    assert trigamma(1) == pytest.approx(pi**2 / 6, abs=1e-14)
    assert trigamma(0.5) == pytest.approx(pi**2 / 2, abs=1e-14)
    assert all(f(x) != f(x) for f in (digamma, trigamma) for x in (0.0, -1.5))  # nan


def test_another_form_of_a_right_derivative_is_proved():
    answer = api.grad("||X||_*", "X")
    for right in ("X*(X'*X)^(-1/2)", "X*sqrtm(inv(X'*X))"):
        assert prove(answer.problem, "grad", ("X",), engine.again(answer, right)).ok
    wrong = engine.again(answer, "X*(X'*X)^(-1/3)")
    assert prove(answer.problem, "grad", ("X",), wrong).verdict == "refuted"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("sum(huber(X))", "clip(X,-2,2)"),
        ("sum(clip(X, -1, 1))", "step(X+ones(n))"),
        ("sum(lgamma(X))", "log(X)"),
        ("sum(atan2(X, Y))", "-Y./(X.^2+Y.^2)"),
        ("||X||_inf", "sign(X).*hardmax(X)"),
        ("||X||_3", "sign(X).*X.^2"),
        ("max(X)", "hardmax(-X)"),
        ("sum(max(X, Y))", "step(Y-X)"),
        ("sum(elu(X))", "exp(relu(-X))"),
    ],
)
def test_wrong_derivatives_are_refuted(text, wrong):
    answer = api.grad(text, "X", ["X: n", "Y: n"])
    assert prove(answer.problem, "grad", ("X",), engine.again(answer, wrong)).verdict == "refuted"
