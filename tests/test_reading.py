"""What people type, and what is read: every rule of reading, with what is told and what `strict` says.

Each line is typed as a person would; `meant` is the same question said explicitly, with every shape
declared, and both must have one answer. `told` are the phrases of the remark, "" where the reading
is certain; a code where mdiff asks back or refuses.
"""

import pytest

from mdiff import api
from mdiff.errors import MdiffError

N = ["x: n", "y: n", "A: n×n", "X: n×n", "B: n×n"]

# typed, wrt, let, meant, told
READ = [
    # bars
    ("log|M|", "M", [], "log(det(M))", ["`|M|` as det M"]),
    ("|A X|", "X", [], "det(A*X)", ["`|A X|` as det(A X)"]),
    ("ln|I + X X'|", "X", [], "log(det(eye(m) + X*X'))", ["`|I + X X'|` as det(I + X X')"]),
    ("|x - y|", "x", [], "norm2(x - y)", ["`|x - y|` as ‖x - y‖₂"]),
    ("|x|_2", "x", [], "norm2(x)", []),
    ("|c|", "c", [], "abs(c)", []),
    ("|a^T x|", "x", ["a: n"], "abs(a'*x)", []),
    # norms
    ("||X||_F^2", "X", [], "normF(X)^2", []),
    ("||X||^2_F", "X", [], "normF(X)^2", []),
    ("‖X‖²_F", "X", [], "normF(X)^2", []),
    ("||X||_fro", "X", [], "normF(X)", []),
    ("||x||^2_2", "x", [], "norm2(x)^2", []),
    (r"||x||_\infty", "x", [], "norminf(x)", []),
    ("||x||_3", "x", [], "normp(x, 3)", []),
    ("||X||_*", "X", ["X: m×n"], "nuclear(X)", []),
    ("||X||_{2,1}", "X", ["X: m×n"], "norm21(X)", []),
    ("||A X - B||^2", "X", [], "normF(A*X - B)^2", ["`||A X - B||` as ‖A X - B‖_F"]),
    ("||X||_2", "X", ["X: m×n"], "sigma_max(X)", ["`||X||_2` as the spectral norm"]),
    ("norm(A*X - B, 'fro')^2", "X", [], "normF(A*X - B)^2", []),
    # by elements inside sums
    ("sum((y - X w)^2)", "w", [], "sum((y - X*w).^2)", ["`(y - X w)^2` by elements"]),
    ("mean((y - X beta)^2)", "beta", [], "sum((y - X*beta).^2)/m", ["`beta` as a vector", "`(y - X beta)^2` by elements"]),
    ("sum(1/x)", "x", [], "sum(ones(n)./x)", ["`1/x` by elements"]),
    ("sum(x log x)", "x", [], "sum(x.*log(x))", ["`x log x` by elements"]),
    ("sum(x^2 / 2)", "x", [], "sum(x.^2/2)", ["`x^2` by elements"]),
    ("sum(e^x)", "x", [], "sum(exp(x))", []),
    ("e^{-(w^T x)}", "w", [], "exp(-w'*x)", []),
    ("1/(1 + e^(-a^T x))", "x", ["a: n"], "1/(1 + exp(-a'*x))", []),
    # softmax
    ("<G, softmax(M)>", "M", [], "inner(G, softmaxr(M))", ["`softmax(M)` of every row"]),
    ("<G, softmax(M, rows)>", "M", [], "inner(G, softmaxr(M))", []),
    ("<G, softmax(M, cols)>", "M", [], "inner(G, softmaxr(M')')", []),
    ("<G, softmax(M, all)>", "M", [], "inner(G, exp(M)/sum(exp(M)))", []),
    ("<G, log_softmax(M)>", "M", [], "inner(G, log(softmaxr(M)))", ["`log_softmax(M)` of every row"]),
    # functions of matrices
    ("tr(exp(X))", "X", [], "tr(expm(X))", ["`exp(X)` as the matrix exponential"]),
    ("tr(sqrt(X^T X))", "X", [], "tr(sqrtm(X'*X))", ["`sqrt(X^T X)` as the matrix square root"]),
    ("tr(log(X))", "X", [], "tr(logm(X))", ["`log(X)` as the matrix logarithm"]),
    ("tr(X^(1/2))", "X", ["X: spd"], "tr(sqrtm(X))", []),
    ("tr(X^3)", "X", [], "tr(X*X*X)", []),
    ("y^T exp(-D/l) y", "l", ["D: n×n", "l: scalar"], "y'*exp.(-D/l)*y", ["`exp(-D/l)` by elements, not `expm`"]),
    ("tr(A exp.(X))", "X", [], "sum(A' .* exp(X))", []),
    # brackets and names of functions
    ("tr{A X}", "X", [], "tr(A*X)", []),
    ("Tr[A X]", "X", [], "tr(A*X)", []),
    ("log det[X]", "X", [], "log(det(X))", []),
    ("exp{-x^T x}", "x", [], "exp(-x'*x)", []),
    ("Trace(A X)", "X", [], "tr(A*X)", []),
    ("Log(Det(X))", "X", [], "log(det(X))", []),
    ("Sum(ReLU(W x))", "x", [], "sum(relu(W*x))", []),
    ("np.trace(A @ X)", "X", [], "tr(A*X)", []),
    ("torch.sum(torch.exp(x))", "x", [], "sum(exp(x))", []),
    ("x.dot(y)", "x", ["y: n"], "x'*y", ["`@` and vectors as in numpy"]),
    ("(A @ X).sum()", "X", [], "sum(A*X)", []),
    # numpy
    ("x @ A @ x", "x", [], "x'*A*x", ["`@` and vectors as in numpy"]),
    ("x @ y", "x", ["y: n"], "x'*y", ["`@` and vectors as in numpy"]),
    ("np.sum((w @ X.T - y)**2)", "w", [], "sum((X*w - y).^2)", ["`@` and vectors as in numpy", "`*`, `/`, `**` by elements, as in numpy"]),
    ("np.sum((X - X.mean(axis=0))**2)", "X", [], "sum((X - ones(m)*(ones(m)'*X)/m).^2)", ["`X.mean(axis=0)` in every row", "`*`, `/`, `**` by elements, as in numpy"]),
    ("np.sum((X - X.mean(axis=1, keepdims=True))**2)", "X", [], "sum((X - X*ones(n)*ones(n)'/n).^2)", ["`X.mean(axis=1, keepdims=True)` in every column", "`*`, `/`, `**` by elements, as in numpy"]),
    ("(w - w_old) @ (w - w_old) / (2*lr)", "w", [], "||w - w_old||^2/(2*lr)", ["`@` and vectors as in numpy"]),
    ("np.linalg.norm(X @ w - y)**2", "w", [], "norm2(X*w - y)^2", []),
    ("(a·x)^2", "x", ["x: n"], "(a'*x)^2", ["`a` as a vector", "`a·x` as an inner product"]),
    # matlab and sympy
    ("trace(W*Rxx*W' - 2*W*Rxs)", "W", [], "tr(W*R1*W' - 2*W*R2)", []),
    ("(a - y).T*(a - y)/2", "a", ["a: n"], "(a - y)'*(a - y)/2", []),
    ("sum(sum((A*X - B).^2))", "X", [], "normF(A*X - B)^2", []),
    # ones
    ("w^T 1", "w", [], "sum(w)", []),
    ("1^T X 1", "X", [], "sum(X)", []),
    ("y^T X 1", "X", [], "y'*(X*ones(n))", []),
    # conjugate transposes
    ("z^H A z", "z", [], "z'*A*z", ["`z^H` as the transpose (all is real)"]),
    ("tr(A^* X)", "X", [], "tr(A'*X)", ["`A^*` as the transpose (all is real)"]),
    ("tr(A^† X)", "X", [], "tr(A'*X)", ["`A^†` as the transpose (all is real)"]),
    (r"x^T A^\dagger x", "x", [], "x'*A'*x", [r"`A^\dagger` as the transpose (all is real)"]),
    # products and brackets
    ("a(x + y)^T x", "x", ["a: scalar", "y: n"], "a*(x + y)'*x", []),
    ("y^T A(x + z)", "x", [], "y'*A*(x + z)", []),
    ("2(x + y)^T x", "x", ["y: n"], "2*(x + y)'*x", []),
    # one name
    ("1/2 ||A x||^2 + lam ||x||^2", "x", [], "1/2*(A*x)'*(A*x) + lam*x'*x", []),
    ("g^T (w - w_t) / eta_t", "w", ["g: n"], "g'*(w - w_t)/eta_t", []),
    ("sum(log(x + eps))", "x", [], "sum(log(x + eps*ones(n)))", ["`eps` added to every entry"]),
    ("alpha1 x^T x / sigma_n^2", "x", [], "alpha1*x'*x/sigma_n^2", []),
    # runs
    ("||Ax - b||^2", "x", ["b: m"], "||A*x - b||^2", ["`Ax` as `A x`"]),
    ("tr(X'AX)", "X", [], "tr(X'*A*X)", ["`AX` as `A X`"]),
    ("tr(AXBX')", "X", [], "tr(A*X*B*X')", ["`AXBX` as `A X B X`"]),
    ("ab^T x", "x", ["a: scalar", "b: n"], "a*b'*x", ["`ab` as `a b`"]),
    ("a' Sxy b", "a", ["Sxx: symmetric", "a: m", "b: n"], "a'*Sxy*b", ["`Sxy` as one name"]),
    # positive parts
    ("max(0, a^T x)", "x", ["a: n"], "relu(a'*x)", []),
    ("max(a^T x, 0)", "x", ["a: n"], "relu(a'*x)", []),
    ("sum((A x)_+)", "x", [], "sum(relu(A*x))", []),
    ("sum([A x]_+)", "x", [], "sum(relu(A*x))", []),
    # what stands before
    ("f = x^T A x", "x", [], "x'*A*x", []),
    ("f(x) = x^T A x", "x", [], "x'*A*x", []),
    ("L(W) := tr(W A)", "W", [], "tr(W*A)", []),
    ("d/dX tr(A X)", "", [], "tr(A*X)", ["`d/dX` as by `X`"]),
    ("∂/∂X tr(A X)", "", [], "tr(A*X)", ["`∂/∂X` as by `X`"]),
    ("argmin_x ||A x||^2", "", [], "||A*x||^2", ["`argmin_x` as by `x`"]),
    ("min_x ||A x||^2", "", [], "||A*x||^2", ["`min_x` as by `x`"]),
    (r"\nabla_x x^T A x", "", [], "x'*A*x", [r"`\nabla_x` as by `x`"]),
    # products of matrices
    ("A : X", "X", [], "inner(A, X)", []),
    ("A:X", "X", [], "inner(A, X)", []),
    (r"b'*(A\b)", "b", ["A: n×n", "b: n"], "b'*inv(A)*b", []),
    (r"y^T solve(A, b)", "b", ["A: n×n", "b: n"], "y'*inv(A)*b", []),
    ("tr(B / A)", "B", ["A: n×n"], "tr(B*inv(A))", []),
    # coefficients
    ("C ||w||^2", "w", [], "C*(w'*w)", ["`C` as a scalar"]),
    ("1/N ||A x||^2", "x", [], "(A*x)'*(A*x)/N", ["`N` as a scalar"]),
    ("sum(sqrt(diag(X'*X) + d^2) - d)", "X", ["d: scalar"], "sum(sqrt(diag(X'*X) + d^2*ones(n)) - d*ones(n))", ["`d^2` added to every entry", "`d` subtracted from every entry"]),
    ("1/2 (w^T x + b - y)^2", "w", [], "(w'*x + b - y)^2/2", ["`y` as a scalar"]),
    ("Sigma_u : X", "X", ["Sigma_u: n×n"], "inner(Sigma_u, X)", []),
]  # fmt: skip

# typed, wrt, let, code, what the help offers
ASKED = [
    ("||A X - B||", "X", [], "E209", ["||A X - B||_F", "||A X - B||_2"]),
    ("norm(A X)", "X", [], "E209", ["normF(A X)", "||A X||_2"]),
    ("norm2(A X - B)", "X", [], "E209", ["normF(A X - B)", "||A X - B||_2"]),
    ("(y - X w)^2", "w", [], "E206", ["||y - X w||^2"]),
    ("x A x", "x", [], "E201", ["x^T A"]),
    ("xAx", "x", [], "E201", ["x^TA"]),
    ("sum(X^2)", "X", ["X: n×n"], "E217", ["X.^2", "X * X"]),
    ("A : (x @ x.T)", "x", [], "E218", ["np.outer(x, x)"]),
    ("x @ x.T", "x", [], "E218", ["x @ x"]),
    ("foo(x)", "x", [], "E101", []),
    ("sofmax(x)", "x", [], "E101", ["softmax"]),
    ("sum_i log(x_i)", "x", [], "E009", []),
    ("Σ_i (y_i - w^T x_i)^2", "w", [], "E009", []),
    ("Σ_{i=1}^n x_i^2", "x", [], "E009", []),
    ("Σ x_i", "x", [], "E009", []),
    ("x^T A x + x[i]", "x", [], "E009", []),
    ("log(X)", "X", [], "E203", ["||log(X)||_F^2", "sum(log(X))"]),
    (r"\log \det X", "X", [], "E009", []),
]


def answered(text, wrt, let, **options):
    """The plain answer by the variable, or by the only one."""
    return api.grad(text, wrt or None, let, **options)


@pytest.mark.parametrize(("typed", "wrt", "let", "meant", "told"), READ)
def test_what_is_read_and_told(typed, wrt, let, meant, told):
    answer = answered(typed, wrt, let)
    assert list(answer.readings) == told
    known = {**answer.shapes, "R1": answer.shapes.get("Rxx"), "R2": answer.shapes.get("Rxs")}
    properties = {part.partition(":")[0]: part.partition(": ")[2] for part in let}
    declared = {
        name: f"{shape} {' '.join(w for w in properties.get(name, '').split() if w.islower() and len(w) > 6)}"
        for name, shape in known.items()
        if shape
    }
    explicit = answered(meant, answer.wrt, declared)
    assert explicit.proof.ok
    assert answer.proof.ok
    assert answer._prove(swapped(explicit.plain), 0).ok, (answer.plain, explicit.plain)


def swapped(plain):
    """The answer in the names of the question."""
    for one, other in (("R1", "Rxx"), ("R2", "Rxs")):
        plain = plain.replace(one, other)
    return plain


@pytest.mark.parametrize(("typed", "wrt", "let", "told"), [(*row[:3], row[4]) for row in READ])
def test_strict_refuses_what_is_told(typed, wrt, let, told):
    if not told:
        answered(typed, wrt, let, strict=True)
        return
    with pytest.raises(MdiffError) as caught:
        answered(typed, wrt, let, strict=True)
    assert caught.value.diagnostic.code == "E118"


@pytest.mark.parametrize(("typed", "wrt", "let", "code", "helps"), ASKED)
def test_what_is_asked_back(typed, wrt, let, code, helps):
    with pytest.raises(MdiffError) as caught:
        answered(typed, wrt, let)
    found = caught.value.diagnostic
    assert found.code == code
    offered = " ".join(found.helps)
    for each in helps:
        assert f"`{each}`" in offered
