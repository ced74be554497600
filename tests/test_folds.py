"""An axis of n*k that meets one of n and one of k: Kronecker products, `vec`, `unvec`."""

import engine
import pytest

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.network.draft import Draft
from mdiff.network.fold import resplit
from mdiff.network.nodes import Constant, Variable
from mdiff.network.table import Table
from mdiff.shapes import subexpressions
from mdiff.shapes.dims import Dim, named, product

SIZED = ["x: n*k", "X: n×k"]
NET = ["W: m×n*k", "X: n×k", "w: m", "b: m"]

WRITTEN = [
    ("d", "(A ⊗ B) x", "x", [], "kron(A,B)*dx"),
    ("d", "M kron(A,B) N", "A", [], "M*kron(dA,B)*N"),
    ("grad", "||kron(A,B) x||^2", "x", [], "2*kron(A'*A,B'*B)*x"),
    ("grad", "x^T kron(A,B) y", "x", [], "kron(A,B)*y"),
    ("grad", "x^T kron(A,B) y", "A", [], "unvec(x,k,m)'*B*unvec(y,p,n)"),
    ("grad", "x^T kron(A,B) y", "B", [], "unvec(x,k,m)*A*unvec(y,p,n)'"),
    ("grad", "x^T kron(A, kron(B, C)) y", "y", [], "kron(A,kron(B,C))'*x"),
    ("grad", "vec(A X)^T S vec(X B)", "X", [], "A'*unvec(S*vec(X*B),m,k)+unvec(S'*vec(A*X),n,p)*B'"),
    ("grad", "log det unvec(S x, n, n)", "x", [], "S'*vec(inv(unvec(S*x,n,n))')"),
    ("grad", "x^T kron(a, b)", "a", ["x: n*k", "a: n", "b: k"], "kron(eye(n),b)'*x"),
    ("grad", "vec(X)^T A vec(X)", "X", [], "unvec((A+A')*vec(X),m,n)"),
    ("hess", "vec(X)^T A vec(X)", "X", [], "A+A'"),
    ("d", "vec(X)^T A vec(X)", "X", [], "vec(X)'*(A+A')*vec(dX)"),
    ("grad", "x^T vec(X)", "X", SIZED, "unvec(x,n,k)"),
    ("grad", "||x - vec(X)||^2", "X", SIZED, "2*(X-unvec(x,n,k))"),
    ("grad", "||x - vec(X)||^2", "x", SIZED, "2*(x-vec(X))"),
    ("grad", "sum(exp(x - vec(X)))", "X", SIZED, "-unvec(exp(x-vec(X)),n,k)"),
    ("grad", "sum((x - vec(X)).^4)", "X", SIZED, "-4*unvec((x-vec(X)).^3,n,k)"),
    ("grad", "sum((kron(A,B) x).^3)", "x", [], "3*kron(A,B)'*(kron(A,B)*x).^2"),
    ("grad", "logsumexp(W vec(X))", "X", [], "unvec(W'*softmax(W*vec(X)),k,n)"),
    ("grad", "y^T relu(kron(A,B) x)", "x", [], "kron(A,B)'*(step(kron(A,B)*x).*y)"),
    ("grad", "x^T K(m,n) x", "x", [], "(K(m,n)+K(m,n)')*x"),
    ("grad", "vec(X)^T vec(Y)", "X", ["X: n×k", "Y: k×n"], "unvec(vec(Y),n,k)"),
    ("grad", "w^T tanh(W vec(X) + b)", "X", NET, "unvec(W'*((ones(m)-tanh(W*vec(X)+b).^2).*w),n,k)"),
    ("jac", "A vec(X)", "X", [], "A"),
    ("jac", "kron(A,B) x", "x", [], "kron(A,B)"),
    ("jac", "kron(A,B) vec(X)", "X", [], "kron(A,B)"),
    ("jac", "kron(A,B) x", "A", [], "kron(eye(m),B*unvec(x,p,n))*K(m,n)"),
    ("jac", "(a ⊗ I_n) X b", "X", ["a: m", "X: n×k", "b: k"], "kron(a*b',eye(n))"),
    ("grad", "tr(unvec(x, n, k)^T A unvec(x, n, k))", "x", [], "kron(eye(k),A+A')*x"),
    ("jac", "unvec(A x, n, k)", "x", [], "A"),
    ("d", "reshape(A x, n, k) B", "x", [], "unvec(A*dx,n,k)*B"),
    ("grad", "log det(M + kron(A,B))", "M", [], "inv(M+kron(A,B))'"),
    (
        "grad", "x^T inv(M + kron(A,B)) x", "x", [],
        "(inv(M+kron(A,B))+inv(M+kron(A,B))')*x",
    ),
    (
        "grad", "tr(cos.(kron(z, x)*kron(z, x)'))", "z", ["x: n", "z: m"],
        "-2*(z.*(kron(eye(m),x.^2)'*diag(sin(kron(z,x)*kron(z,x)'))))",
    ),
    (
        "grad", "tr(kron(I_3, X) B kron(I_3, X) C)", "X", [],
        ('einsum("(kj)(lm),(ln)(ki),mn,k->ij", C, B, X, ones(3))'
        '+einsum("(kl)(mi),(mj)(kn),nl,m->ij", C, B, X, ones(3))'),
    ),
    ("jac", "vec(X) x^T", "X", ["X: n×k"], "kron(x,eye(k*n))"),
    ("jac", "kron(X, I_2) vec(B)", "X", [], "kron(eye(m),B)*K(m,n)"),
    ("hess", "(M vec(B))^T M tanh(vec(B))", "B", ["M: n×m*p", "B: m×p"], None),
    ("grad", "tr(((X .* Y') R)' unvec(vec(Y), n, k))", "Y", ["X: n×k", "Y: k×n"], None),
    ("jac", "inv(kron(A, B) + I) x", "A", [], None),
    ("grad", "tr(kron(A,X) M)", "X", [], 'einsum("(kj)(li),lk->ij", M, A)'),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "expr", "wrt", "let", "plain"), WRITTEN)
def test_a_folded_axis_is_read(kind, expr, wrt, let, plain):
    answer = getattr(api, kind)(expr, wrt, let)
    assert plain in (None, answer.plain)
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")
    assert engine.again(answer, answer.unicode).shape == engine.again(answer, answer.plain).shape


@pytest.mark.parametrize(("kind", "expr", "wrt", "let"), [case[:4] for case in WRITTEN])
def test_a_folded_axis_is_read_back_as_its_own_network(kind, expr, wrt, let):
    answer = getattr(api, kind)(expr, wrt, let)
    value, other = engine.value_of(answer), engine.network(answer, answer.plain)
    table = answer._table
    flat = [resplit(table, v, *whole_axes(v)) for v in (value, other)]
    assert engine.same(table, *flat)


def whole_axes(value):
    """One wire for each axis."""
    return tuple((product(axis),) if axis else () for axis in (value.rows, value.cols))


@pytest.mark.parametrize(
    ("expr", "shape"),
    [
        ("unvec(x, 2*n, k)", "2*n×k"),
        ("reshape(x, n, k)", "n×k"),
        ("unvec(x, 3, 4)", "3×4"),
        ("unvec(A vec(X), n, k) X^T", "n×m"),
    ],
)
def test_unvec_has_the_sizes_that_it_is_given(expr, shape):
    assert subexpressions(api.pose(expr))[0][2] == shape


@pytest.mark.parametrize(
    ("expr", "let", "code"),
    [
        ("unvec(x)", [], "E210"),
        ("unvec(x, n)", [], "E210"),
        ("unvec x", [], "E006"),
        ("unvec(x, 3, 5)", ["x: 12"], "E208"),
        ("unvec(x, n, n+1)", [], "E213"),
        ("unvec(c, n, k)", ["c: scalar"], "E208"),
    ],
)
def test_unvec_of_other_sizes_is_refused(expr, let, code):
    with pytest.raises(MdiffError) as caught:
        api.pose(expr, (), let)
    assert caught.value.diagnostic.code == code


# ------------------------------------------------------------------------------ what folds are

N, K = named("n"), named("k")


def column(table, *dims):
    """A vector x, its axis along wires of these sizes."""
    x = table.of_node(table.node(Variable, "x", (product(dims),), (), frozenset(), 0))
    return resplit(table, x, dims, ())


def test_an_axis_is_folded_and_unfolded_again():
    table = Table()
    whole = column(table, N * K)
    assert resplit(table, column(table, N, K), (N * K,), ()) is whole
    assert column(table, N, K) is not column(table, K, N)
    turned = resplit(table, column(table, N, K), (K, N), ())
    assert turned is column(table, K, N)
    three = column(table, Dim(2), N, K)
    assert resplit(table, column(table, Dim(2) * N, K), (Dim(2), N, K), ()) is three


def test_the_sum_over_a_fold_is_one():
    table, draft = Table(), Draft()
    wires = draft.wires((N * K, N, K))
    draft.factors.append((table.node(Constant, "fold", "", (N * K,), (N, K)), wires, 1))
    ones = table.single(draft, wires[:1], ())
    plain = Draft()
    assert ones is table.single(plain, plain.wires((N * K,)), ())


def test_folds_of_one_wire_are_one():
    table, draft = Table(), Draft()
    fold = table.node(Constant, "fold", "", (N * K,), (N, K))
    whole, a, b, c, d = draft.wires((N * K, N, K, N, K))
    draft.factors.append((fold, (whole, a, b), 1))
    draft.factors.append((fold, (whole, c, d), 1))
    identity = table.single(draft, (a, b), (c, d))
    plain = Draft()
    wires = plain.wires((N, K))
    assert identity is table.single(plain, wires, wires)


def test_a_newton_step_of_a_vec_has_no_vec_of_an_unvec():
    expr = "1/2 ||vec(X) - b||^2 + 1/2 vec(X)^T S vec(X)"
    answer = api.newton(expr, "X", ["S: spd", "b: m*n", "X: m×n"])
    assert answer.plain == "-unvec(inv(eye(m*n)+S)*(vec(X)-b+S*vec(X)),m,n)"
    assert answer.proof.ok


@pytest.mark.parametrize(
    ("expr", "let", "plain"),
    [
        ("vec(X)^T A vec(X)", ["X: 2*n×3"], "unvec((A+A')*vec(X),2*n,3)"),
        ("x^T kron(X, B) y", ["X: 2×3", "B: 4×5"], "unvec(x,4,2)'*B*unvec(y,5,3)"),
    ],
)
def test_sizes_that_are_products_and_numbers_are_read_back(expr, let, plain):
    answer = api.grad(expr, "X", let)
    assert answer.plain == plain
    assert answer.proof.ok
    assert engine.again(answer, answer.unicode).shape == engine.again(answer, plain).shape


@pytest.mark.parametrize("form", ["kron", "operator", "index"])
def test_the_forms_of_a_folded_jacobian_are_proved(form):
    for expr in ("kron(A,B) x", "unvec(x, n, k) A"):
        assert api.jac(expr, "A", form=form).proof.ok


def test_a_triangle_of_a_product_whose_axes_run_along_other_wires():
    assert str(api.grad("sum(tril(K(n,n)\\Y))", "Y").proof) == "proved exactly"
