"""All forms of Jacobians and Hessians say the same, in networks of every kind, and stay small."""

import time
from math import prod

import agreement
import numpy as np
import pytest
from floats.evaluate import Point
from floats.points import draw

from mdiff import api
from mdiff.proof.program import Program, sized

LETS = [
    "A: n×n", "B: n×n", "X: n×n", "S: n×n spd", "D: n×n diagonal", "u: n", "v: n", "c: scalar",
    "M: m×n", "N: n×m", "T: m×n", "U: m×k", "V: n×k", "W: m×n", "Q: m×d", "H: n×d", "P: n×p",
    "g: n", "w: m", "lambda: scalar", "R: m×m",
]  # fmt: skip

CENTRED = "(W - ones(m,m)*W/m)"
VARIANCE = f"((ones(m)'*({CENTRED}.^2))'/m + ones(n)/10)"

JACOBIANS = [
    # matrix by matrix: vec, kron, K, diag(vec)
    ("M*X*B", "X", "kron(B',M)"),
    ("X'", "X", "K(n,n)"),
    ("M'", "M", "K(m,n)"),
    ("inv(X)", "X", "-kron(inv(X)',inv(X))"),
    ("A.*X", "X", "diag(vec(A))"),
    ("tr(X)*A", "X", "vec(A)*vec(eye(n))'"),
    ("det(X)*A", "X", None),
    ("X*A*X'", "X", None),
    ("X^3", "X", None),
    ("exp(A*X)*B", "X", None),
    ("tr(A*X)*X", "X", None),
    # networks with a wire of three or more: Hadamard products, diagonals, Khatri–Rao
    ("X.*(A*X*B)", "X", None),
    ("(A.*X)*(B.*X)*v", "X", None),
    ("(A*X).*(X*B)", "X", None),
    ("diag(v)*X*diag(v)", "v", None),
    ("diag(v)*X*diag(v)", "X", "kron(diag(v),diag(v))"),
    ("diag(A*diag(v)*X)", "v", "A.*X'"),
    ("diag(A*diag(v)*X)", "X", None),
    ("diag(A*X*B)", "X", None),
    ("diag(X)", "X", None),
    ("diag(diag(X))", "X", None),
    ("diag(X)*v'", "X", None),
    ("X*diag(X)", "X", None),
    ("diag(X).*diag(X)", "X", None),
    ("diag(v.*v.*(A*v))", "v", None),
    ("(A*v).*(B*v).*(X*v)", "v", None),
    ("(v*u').*X.*(u*v')", "v", None),
    ("diag(u)*X*diag(v)*A*diag(v)", "v", None),
    ("inv(diag(v)+X)", "v", "-kron(inv(diag(v)+X)',ones(n)).*kron(ones(n),inv(diag(v)+X))"),
    ("M*diag(v)*X", "v", "kron(X',ones(m)).*kron(ones(n),M)"),
    ("diag(v)'*X*diag(A*v)*S", "X", None),
    ("inv(diag(v)+X)", "X", None),
    ("inv(X).*A", "X", None),
    ("inv(X.*A)", "X", None),
    ("diag(inv(X))", "X", None),
    ("inv(diag(X*u)+S)*v", "X", None),
    # self-loops and traces of Hadamard products
    ("tr(X.*A)*v", "X", None),
    ("diag(X)'*A*X", "X", None),
    ("tr(diag(X)*v')*X*u", "X", None),
    ("diag(diag(A*X))*X", "X", None),
    # open wires that carry weights
    ("v*u'", "v", None),
    ("diag(v)", "v", None),
    ("diag(M*v)", "v", None),
    ("v.*(A*v)", "v", None),
    ("W.*(w*v')", "v", None),
    ("diag(w)*W*diag(v)", "W", "kron(diag(v),diag(w))"),
    ("diag(w)*W", "w", None),
    ("w*ones(n)'", "w", "kron(ones(n),eye(m))"),
    ("ones(m)*v'", "v", "kron(eye(n),ones(m))"),
    ("sum(W)*W", "W", None),
    # by a scalar, of a scalar
    ("c^2*A", "c", "2*c*vec(A)"),
    ("exp(c*A)*v", "c", None),
    ("inv(A+c*X)", "c", None),
    ("v'*X*v", "X", "kron(v,v)'"),
    ("u'*A*v", "v", "u'*A"),
    ("log(1+v'*S*v)", "v", None),
    # normalisations
    ("g.*(v-mean(v))/sqrt(mean((v-mean(v)).^2)+1)+u", "v", None),
    ("v/||v||", "v", None),
    (CENTRED, "W", None),
    (f"{CENTRED}*diag({VARIANCE}.^(-1/2))*diag(g)", "W", None),
    (f"{CENTRED}*diag({VARIANCE}.^(-1/2))*diag(g)", "g", None),
    ("W./((W.^2*ones(n)).^(1/2)*ones(n)')", "W", None),
    # softmax and attention
    ("softmax(v)", "v", "diag(softmax(v))-softmax(v)*softmax(v)'"),
    ("softmax(A*v)", "v", None),
    ("softmax(A*v)", "A", None),
    ("softmax(W)", "W", None),
    ("softmaxr(W)", "W", None),
    ("softmaxr(W)'", "W", None),
    ("softmaxr(Q*H')*P", "Q", "kron(P',eye(m))*diag(vec(softmaxr(Q*H')))*kron(H,eye(m))-diag(vec(softmaxr(Q*H')*P))*kron(ones(p,d),eye(m))*diag(vec(softmaxr(Q*H')*H))"),
    ("softmaxr(Q*H')*P", "H", "kron(P',eye(m))*diag(vec(softmaxr(Q*H')))*kron(eye(n),Q)*K(n,d)-diag(vec(softmaxr(Q*H')*P))*kron(ones(p,d),eye(m))*diag(vec(Q))*kron(eye(d),softmaxr(Q*H'))"),
    ("softmaxr(Q*H')*P", "P", "kron(eye(p),softmaxr(Q*H'))"),
    ("softmaxr(Q*H'/sqrt(2)+W)*P", "W", None),
    ("Q+softmaxr(Q*H')*H", "Q", None),
    # networks of layers
    ("tanh(M*sigmoid(A*v))", "v", None),
    ("tanh(M*sigmoid(A*v))", "A", None),
    ("relu(M*v)", "M", None),
    ("tanh(M*X)*N", "X", None),
    ("A*(B.*X)'*C", "X", "kron(C',A)*K(n,n)*diag(vec(B))"),
    ("diag(diag(X))", "X", "diag(vec(eye(n)))"),
    ("diag(X'*v)", "X", "diag(vec(eye(n)))*kron(ones(n),kron(eye(n),v'))"),
    ("diag(X)*u'", "X", None),
    ("(W-ones(m)*ones(m)'*W/m)*diag(g)", "W", "kron(diag(g),eye(m)-ones(m,m)/m)"),
    # stacked axes
    ("vec(M)", "M", "eye(m*n)"),
    ("vec(M')", "M", "K(m,n)"),
    ("vec(exp(M))", "M", "diag(vec(exp(M)))"),
    ("kron(w,v)", "v", None),
    ("kron(v,v)", "v", None),
    ("kron(A,X)", "X", None),
    ("kron(X,X)*vec(A)", "X", None),
    ("kron(X,A)", "X", None),
    ("vec(X)*vec(A)'", "X", None),
    ("diag(vec(M))*kron(v,w)", "M", None),
    ("(kron(X,S).^2)'", "X", None),
    ("(kron(X,X).*kron(X,S))'", "X", None),
    ("tanh(kron(X,A))", "X", None),
    ("exp(vec(M))", "M", "diag(vec(exp(M)))"),
    ("exp(kron(w,v))", "v", None),
    ("vec(softmax(X')')", "X", None),
    ("cosh(diag(vec(M)).^2)", "M", None),
    ("(vec(M)+vec(M*X)).*vec(M)", "M", None),
    ("sigmoid(vec(M)*vec(M)')", "M", None),
    # rows: the Jacobian of a scalar
    ("c", "v", "zeros(1,n)"),
    ("||v-mean(v)||^2", "v", None),
    ("||relu(v)-2*v||^2", "v", None),
    ("||softmaxr(W-W*ones(n,n)/n)||_F^2", "W", None),
    ("u'*inv(X+S)*(X*v)", "X", None),
    ("log(1+u'*S*(inv(S)*v-2*u))", "S", None),
    ("diag(v.*D+D)", "D", None),
]  # fmt: skip

SCALARS = [
    ("||T - U*V'||_F^2", ["U"], "2*kron(V'*V,eye(m))"),
    ("||T - U*V'||_F^2", ["V"], "2*kron(U'*U,eye(n))"),
    ("||T - U*V'||_F^2", ["U", "V"], None),
    ("||W.*(T - U*V')||_F^2", ["U"], "2*kron(V',eye(m))*diag(vec(W.^2))*kron(V,eye(m))"),
    ("||W.*(T - U*V')||_F^2", ["U", "V"], "2*(kron(V',eye(m))*diag(vec(W.^2))*kron(eye(n),U)*K(n,k)-kron(eye(k),W.^2.*(T-U*V')))"),
    ("||T - U*V'||_F^2 + lambda*||U||_F^2", ["U"], None),
    ("||T - U*V'||_F^2 + lambda*||U||_F^2", ["lambda", "U"], None),
    ("||T - U*V'||_F^2 + lambda*||U||_F^2", ["U", "lambda"], None),
    ("||T - U*V'||_F^2 + lambda*||U||_F^2", ["lambda"], "0"),
    ("v'*A*v", ["v"], "A+A'"),
    ("u'*A*v", ["u", "v"], "A"),
    ("u'*A*v", ["v", "u"], "A'"),
    ("u'*A*v", ["u", "A"], None),
    ("v'*inv(X)*u", ["X"], None),
    ("v'*inv(X)*u", ["X", "v"], None),
    ("tr(X^3)", ["X"], None),
    ("tr(X*A*X'*B)", ["X"], None),
    ("tr(inv(X)*A)", ["X"], None),
    ("logdet(X)", ["X"], "-kron(inv(X),inv(X)')*K(n,n)"),
    ("det(X)", ["X"], None),
    ("log(v'*S*v)", ["v"], None),
    ("log(det(X'*S*X))", ["X"], None),
    ("||v||", ["v"], None),
    ("||X||_F", ["X"], None),
    ("logsumexp(A*v)", ["v"], None),
    ("logsumexp(X)", ["X"], None),
    ("sum(log(1+exp(-(W*v))))", ["v"], None),
    ("||tanh(A*tanh(X*v))||^2", ["v"], None),
    ("||tanh(A*tanh(X*v))||^2", ["X"], None),
    ("||tanh(A*tanh(X*v))||^2", ["A", "X"], None),
    ("||softmaxr(Q*H')*P||_F^2", ["Q"], None),
    ("||softmaxr(Q*H')*P||_F^2", ["Q", "P"], None),
    ("||softmaxr(Q*H')*P||_F^2", ["P"], None),
    ("-sum(W.*log(softmaxr(M*X)))", ["X"], None),
    ("||softmaxr(M*X)-W||_F^2", ["X"], None),
    ("normF(softmaxr(softmaxr(W))+W)", ["W"], None),
    ("sum((A*v).*(B*v).*(X*v))", ["v"], None),
    ("sum(v.^3)", ["v"], "6*diag(v)"),
    ("sum(X.^3)", ["X"], "6*diag(vec(X))"),
    ("tr(diag(v)*A*diag(v)*B)", ["v"], None),
    ("diag(X)'*A*diag(X)", ["X"], None),
    ("tr(X.*(A*X))", ["X"], None),
    ("||X.*X'||_F^2", ["X"], None),
    ("v'*diag(X*u)*v", ["X", "v"], None),
    ("||kron(w,v)||^2", ["v"], None),
    ("vec(A)'*kron(X,X)*vec(B)", ["X"], None),
    ("||v-mean(v)||^2/||v||^2", ["v"], None),
    ("u'*inv(diag(v)+S)*u", ["v"], None),
    ("c^2", ["c", "A"], "zeros(1,n*n)"),
    ("tr(exp.(vec(M)*vec(M)'))", ["M"], None),
    ("tr(cos.(kron(w,v)*kron(w,v)'))", ["w"], None),
    ("tr(tanh(kron(X,A)))", ["X"], None),
    ("tr(sigmoid(kron(X,A*X)))", ["X"], None),
    ("sum(1./kron(X,M))", ["X"], "2*sum(ones(m,n)./M)*diag(vec(X.^-3))"),
    ("sum((2-vec(M)).*vec(M))", ["M"], "-2*eye(m*n)"),
    ("ones(m*n)'*vec(M)", ["M"], "zeros(m*n,m*n)"),
    ("tr(kron(A,X))", ["X"], "zeros(n*n,n*n)"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "wrt", "expected"), JACOBIANS)
def test_the_forms_of_a_jacobian_are_one_map(expr, wrt, expected):
    assert agreement.jacobian(expr, wrt, LETS)
    if expected is not None:
        assert api.jac(expr, wrt, LETS).plain == expected


@pytest.mark.parametrize(("expr", "wrt", "expected"), SCALARS)
def test_the_forms_of_a_hessian_are_one_map(expr, wrt, expected):
    assert agreement.hessian(expr, wrt[0], wrt[-1], LETS)
    if expected is not None:
        assert api.hess(expr, wrt, LETS).plain == expected


@pytest.mark.parametrize(("expr", "wrt", "expected"), JACOBIANS[::3])
def test_the_second_differential_agrees_with_differences(expr, wrt, expected):
    del expected
    assert agreement.differential(expr, [wrt], LETS)


@pytest.mark.parametrize(("expr", "wrt"), [("det(X)*v", "X"), ("inv(S)", "S"), ("D*A*D", "D")])
@pytest.mark.parametrize("form", ["plain", "unicode"])
def test_the_other_texts_of_a_jacobian_are_read_back(expr, wrt, form):
    answer = api.jac(expr, wrt, LETS)
    at = draw(answer.problem, 0)
    value = agreement.value(answer, at, text=getattr(answer, form))
    agreement.equal(agreement.value(answer, at), value, agreement.CLOSE, form)


@pytest.mark.parametrize(("one", "other"), [("u", "v"), ("U", "V"), ("A", "X")])
def test_swapping_two_variables_transposes_the_mixed_block(one, other):
    expr = "u'*A*inv(X)*v + ||T - U*V'||_F^2*(v'*X*u)"
    answer, turned = (api.hess(expr, names, LETS) for names in ([one, other], [other, one]))
    at = draw(answer.problem, 0)
    blocks = agreement.value(answer, at), agreement.value(turned, at)
    agreement.equal(blocks[0], blocks[1].T, agreement.CLOSE, "mixed blocks")


# ---------------------------------------------------------------------------- what stays factored

LAYERS = 10


def layers(square):
    """A net of ten layers, with the declarations of its weights."""
    expr, lets = "x", ["x: n" if square else "x: n0"]
    for i in range(1, LAYERS):
        expr = f"tanh(W{i}*{expr})"
        lets.append(f"W{i}: n×n" if square else f"W{i}: n{i}×n{i - 1}")
    return f"||{expr}||^2", lets


def entries(answer, sizes):
    """How many entries the values on the way of an answer have, the last one's left out."""
    program = Program()
    place = program.write(agreement.reread(answer, answer.plain))
    return max(prod(step.shape) for step in sized(program, sizes)[:place])


@pytest.mark.parametrize("square", [True, False])
def test_the_hessian_of_ten_layers_is_made_of_matrices(square):
    expr, lets = layers(square)
    began = time.perf_counter()
    answer = api.hess(expr, "x", lets)
    text = answer.plain
    assert time.perf_counter() - began < 1
    sizes = {name: 20 + i for i, name in enumerate(sorted(answer.problem.sizes))}
    largest = max(sizes.values())
    assert entries(answer, sizes) <= largest**2
    assert len(text) < 4000
    assert agreement.hessian(expr, "x", "x", lets)


@pytest.mark.parametrize(
    ("expr", "wrt", "expected"),
    [
        ("||T - U*V'||_F^2", "U", "2*kron(V'*V,eye(m))"),
        ("||T - U*V'||_F^2", "V", "2*kron(U'*U,eye(n))"),
        ("||T - U*V'||_F^2/2 + lambda/2*||U||_F^2", "U", None),
    ],
)
def test_the_hessian_of_a_factorisation_is_a_kronecker_product(expr, wrt, expected):
    began = time.perf_counter()
    answer = api.hess(expr, wrt, LETS)
    text = answer.plain
    assert time.perf_counter() - began < 1
    assert "einsum" not in text
    assert expected is None or text == expected
    factors = [part for part in text.split("kron(") if part]
    assert len(factors) <= 2
    operator = api.hess(expr, wrt, LETS, form="operator")
    sizes = {"m": 30, "n": 31, "k": 7, "d": 2, "p": 2}
    program = Program()
    program.write(agreement.reread(operator, operator.plain))
    assert max(prod(step.shape) for step in sized(program, sizes)) <= 31**2


def test_the_operator_of_a_big_factorisation_needs_no_big_array():
    answer = api.hess("||T - U*V'||_F^2", "U", LETS, form="operator")
    sizes = {"m": 2000, "n": 300, "k": 5, "d": 1, "p": 1}
    rng = np.random.default_rng(0)
    values = {"U": rng.standard_normal((2000, 5)), "V": rng.standard_normal((300, 5))}
    along = rng.standard_normal((2000, 5))
    at = Point(sizes, values)
    found = agreement.value(answer, at, {"U": along})
    agreement.equal(2 * along @ values["V"].T @ values["V"], found, agreement.CLOSE, "H[dU]")
