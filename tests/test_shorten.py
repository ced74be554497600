"""Products of sums that become shorter when they are multiplied out, and what else cancels."""

import pytest

from mdiff import api

LOGISTIC = "-sum(y.*log(sigmoid(X*w))+(1-y).*log(1-sigmoid(X*w)))"
ENTROPY = "-y*log(sigmoid(w'*x))-(1-y)*log(1-sigmoid(w'*x))"
LAYERS = "-sum(y.*log(sigmoid(V*tanh(W*x)))+(1-y).*log(1-sigmoid(V*tanh(W*x))))"

GRADIENTS = [
    (LOGISTIC, "w", [], "X'*(sigmoid(X*w)-y)"),
    (LOGISTIC.replace("w", "W").replace("y", "Y"), "W", [], "X'*(sigmoid(X*W)-Y)"),
    (ENTROPY, "w", ["y: scalar"], "(sigmoid(w'*x)-y)*x"),
    (LAYERS, "W", [], "-((ones(n)-tanh(W*x).^2).*(V'*(y-sigmoid(V*tanh(W*x)))))*x'"),
    (LOGISTIC.replace("X*w", "X*w+b"), "b", ["b: scalar"], "sum(sigmoid(X*w+b*ones(m)))-sum(y)"),
    ("sum(log(sigmoid(X*w)))", "w", [], "X'*(ones(m)-sigmoid(X*w))"),
    ("sum(log(1-tanh(X*w).^2))", "w", [], "-2*X'*tanh(X*w)"),
    ("sum(x)*log(sum(x))-sum(x.*log(x))", "x", [], "log(sum(x))*ones(n)-log(x)"),
    ("c^3*(1-c)^2", "c", ["c: scalar"], "c^2*(1-c)*(3-5*c)"),
    ("sqrt(c)*(1+1/c)", "c", ["c: scalar"], "(1-1/c)/(2*sqrt(c))"),
    # a product by elements beside a negative power of itself
    ("sum(V.*log(V./(W*H))-V+W*H)", "W", [], "(ones(m,n)-V./(W*H))*H'"),
    ("sum(V./(W*H)-log(V./(W*H))-1)", "H", [], "W'*(ones(m,n)./(W*H)-V./(W*H).^2)"),
    ("sum((W*x).^2./(W*x))", "x", [], "W'*ones(m)"),
    # quotients of functions with a name
    ("sum(log(cosh(A*x-b)))", "x", [], "A'*tanh(A*x-b)"),
    ("sum(log(cos(A*x)))", "x", [], "-A'*tan(A*x)"),
    # what sums to 1
    ("c*sum(softmax(x))", "c", ["c: scalar"], "1"),
    ("sum(softmax(x))", "x", [], "zeros(n)"),
    ("z'*softmaxr(A)*ones(n)", "z", [], "ones(m)"),
    ("sum(softmaxr(A))", "A", [], "zeros(m,n)"),
    # what is as short as it is
    ("||A*x-b||^2", "x", [], "2*A'*(A*x-b)"),
    ("x'*A*x", "x", [], "(A+A')*x"),
    ("y'*softmax(x)", "x", [], "y.*softmax(x)-(y'*softmax(x))*softmax(x)"),
    ("sum(sigmoid(x))", "x", [], "sigmoid(x).*(ones(n)-sigmoid(x))"),
]  # fmt: skip

HESSIANS = [
    (LOGISTIC, "w", [], "X'*diag((ones(m)-sigmoid(X*w)).*sigmoid(X*w))*X"),
    (ENTROPY, "w", ["y: scalar"], "sigmoid(w'*x)*(1-sigmoid(w'*x))*x*x'"),
    ("sum(log(cosh(A*x-b)))", "x", [], "A'*diag(ones(m)-tanh(A*x-b).^2)*A"),
    ("sum(log(1+exp(-y.*(X*w))))", "w", [], "X'*diag(y.^2.*sigmoid(-y.*(X*w)).*(ones(m)-sigmoid(-y.*(X*w))))*X"),
]  # fmt: skip


def proved(answer):
    """The text of an answer, which is proved exactly."""
    assert str(answer.proof) == "proved exactly"
    return answer.plain


@pytest.mark.parametrize(("expr", "wrt", "let", "expected"), GRADIENTS)
def test_gradients(expr, wrt, let, expected):
    assert proved(api.grad(expr, wrt, let)) == expected


@pytest.mark.parametrize(("expr", "wrt", "let", "expected"), HESSIANS)
def test_hessians(expr, wrt, let, expected):
    assert proved(api.hess(expr, wrt, let)) == expected


def test_a_differential():
    assert proved(api.d(LOGISTIC, ["w"])) == "(sigmoid(X*w)-y)'*X*dw"


def test_a_differential_of_what_has_no_gradient_in_closed_form():
    answer = api.d("sum(chol(S))", ["S"], ["S: n×n spd"])
    assert "dS" in answer.plain
    assert answer.proof.ok
