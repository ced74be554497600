"""The function table: everything mdiff knows about functions, one row each, and nothing else.

To add a function, add a row here. The grammar, the shapes, the calculus, the renderers, the help
and the tests read it; `tests/test_functions.py` proves it.

Sources: MN = Magnus & Neudecker, Matrix Differential Calculus (3rd ed.); MC = The Matrix Cookbook
(2012), by equation; G = Giles, Collected matrix derivative results (2008).
"""

from __future__ import annotations

from functools import cache

from mdiff.functions.row import Function
from mdiff.functions.wires import axes, written

ELEMENTWISE = (
    Function("sin", "(x: scalar) -> scalar", "sine", differential="cos(x)*dx", value="numpy:sin", latex=r"\sin"),
    Function("cos", "(x: scalar) -> scalar", "cosine", differential="-sin(x)*dx", value="numpy:cos", latex=r"\cos"),
    Function("tan", "(x: scalar) -> scalar", "tangent", differential="(1 + tan(x)^2)*dx", value="numpy:tan", domain="cos(x) != 0", latex=r"\tan"),
    Function("asin", "(x: scalar) -> scalar", "inverse sine", aliases=("arcsin",), differential="dx/sqrt(1 - x^2)", value="numpy:arcsin", domain="abs(x) < 1", latex=r"\arcsin"),
    Function("acos", "(x: scalar) -> scalar", "inverse cosine", aliases=("arccos",), differential="-dx/sqrt(1 - x^2)", value="numpy:arccos", domain="abs(x) < 1", latex=r"\arccos"),
    Function("atan", "(x: scalar) -> scalar", "inverse tangent", aliases=("arctan",), differential="dx/(1 + x^2)", value="numpy:arctan", latex=r"\arctan"),
    Function("sinh", "(x: scalar) -> scalar", "hyperbolic sine", differential="cosh(x)*dx", value="numpy:sinh", latex=r"\sinh"),
    Function("cosh", "(x: scalar) -> scalar", "hyperbolic cosine", differential="sinh(x)*dx", value="numpy:cosh", nonnegative=True, latex=r"\cosh"),
    Function("tanh", "(x: scalar) -> scalar", "hyperbolic tangent", differential="(1 - tanh(x)^2)*dx", value="numpy:tanh", latex=r"\tanh"),
    Function("exp", "(x: scalar) -> scalar", "exponential", differential="exp(x)*dx", value="numpy:exp", nonnegative=True, latex=r"\exp"),
    Function("log", "(x: scalar) -> scalar", "natural logarithm", aliases=("ln",), differential="dx/x", value="numpy:log", domain="x > 0", latex=r"\log"),
    Function("abs", "(x: scalar) -> scalar", "absolute value", differential="sign(x)*dx", value="numpy:abs", domain="x != 0", nonnegative=True),
    Function("sign", "(x: scalar) -> scalar", "-1 below zero, 1 above", aliases=("sgn",), differential="0*dx", value="numpy:sign", domain="x != 0", latex=r"\operatorname{sign}"),
    Function("relu", "(x: scalar) -> scalar", "the positive part, max(x, 0)", differential="step(x)*dx", value="(x + abs(x))/2", domain="x != 0", nonnegative=True),
    Function("step", "(x: scalar) -> scalar", "1 above zero, else 0", aliases=("heaviside",), differential="0*dx", value="(1 + sign(x))/2", domain="x != 0", nonnegative=True),
    Function("sigmoid", "(x: scalar) -> scalar", "logistic function, 1/(1 + exp(-x))", aliases=("logistic",), differential="sigmoid(x)*(1 - sigmoid(x))*dx", value="1/(1 + exp(-x))", nonnegative=True, unicode="σ", latex=r"\sigma"),
    Function("softplus", "(x: scalar) -> scalar", "log(1 + exp(x))", differential="sigmoid(x)*dx", value="log(1 + exp(x))", nonnegative=True),
    Function("erf", "(x: scalar) -> scalar", "error function", differential="2/sqrt(pi)*exp(-x^2)*dx", value="math:erf"),
    Function("gelu", "(x: scalar) -> scalar", "Gaussian error linear unit, x/2 (1 + erf(x/sqrt(2)))", differential="((1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi))*dx", value="x/2*(1 + erf(x/sqrt(2)))"),
    Function("conj", "(x: scalar) -> scalar", "complex conjugate", differential="conj(dx)", value="numpy:conj", latex=r"\operatorname{conj}"),
    Function("re", "(x: scalar) -> scalar", "real part", differential="re(dx)", value="numpy:real", latex=r"\operatorname{Re}"),
    Function("im", "(x: scalar) -> scalar", "imaginary part", differential="im(dx)", value="numpy:imag", latex=r"\operatorname{Im}"),
)

CONTRACTIONS = (
    Function("tr", "(X: n×n) -> scalar", "trace", aliases=("trace", "Tr"), wires="ii->", latex=r"\operatorname{tr}"),
    Function("sum", "(X: n×k) -> scalar", "sum of all entries", any_shape=True, wires="ij->", latex=r"\operatorname{sum}"),
    Function("diag", "(x: n) -> n×n", "the diagonal matrix of a vector", wires="i.->ii", latex=r"\operatorname{diag}"),
    Function("diag", "(X: n×n) -> n", "the diagonal of a matrix, as a vector", wires="ii->i.", latex=r"\operatorname{diag}"),
    Function("vec", "(X: n×k) -> k*n", "the columns of a matrix, stacked", any_shape=True, wires="ij->(ji).", latex=r"\operatorname{vec}"),
    Function("kron", "(X: m×n, Y: p×q) -> m*p×n*q", "Kronecker product", any_shape=True, wires="ij,kl->(ik)(jl)", latex=r"\otimes"),
    Function("inner", "(X: n×k, Y: n×k) -> scalar", "sum of the products of corresponding entries", aliases=("dot",), any_shape=True, wires="ij,ij->"),
    Function("transpose", "(X: n×k) -> k×n", "transpose", any_shape=True, wires="ij->ji"),
)

DEFINED = (
    Function("mean", "(X: n×k) -> scalar", "mean of all entries", any_shape=True, definition="sum(X)/(n*k)"),
    Function("sqrt", "(x: scalar) -> scalar", "square root", definition="x^(1/2)", value="numpy:sqrt", domain="x > 0", nonnegative=True, latex=r"\sqrt"),
    Function("norm", "(x: n) -> scalar", "Euclidean norm of a vector, `||x||`", definition="norm2(x)", domain="x != 0", nonnegative=True),
    Function("norm2", "(x: n) -> scalar", "Euclidean norm of a vector", definition="sqrt(x'*x)", value="numpy:linalg.norm", domain="x != 0", nonnegative=True),
    Function("normF", "(X: n×k) -> scalar", "Frobenius norm", any_shape=True, definition="sqrt(tr(X'*X))", value="numpy:linalg.norm", domain="X != 0", nonnegative=True),
    Function("norm1", "(X: n×k) -> scalar", "sum of the absolute values of all entries", any_shape=True, definition="sum(abs(X))", domain="X has no zero entry", nonnegative=True),
)

MATRIX = (
    Function("det", "(X: n×n) -> scalar", "determinant", differential="det(X)*tr(inv(X)*dX)", value="numpy:linalg.det", domain="X invertible", latex=r"\det", source="MN 8.3; MC (49)"),
    Function("logdet", "(X: n×n) -> scalar", "log of the determinant", differential="tr(inv(X)*dX)", value="log(det(X))", domain="det(X) > 0", latex=r"\log\det", unicode="log det", source="MN 8.3; MC (57)"),
    Function("inv", "(X: n×n) -> n×n", "inverse", differential="-inv(X)*dX*inv(X)", value="numpy:linalg.inv", domain="X invertible", symmetric=True, source="MN 8.4; MC (59)"),
    Function("adj", "(X: n×n) -> n×n", "adjugate, det(X) inv(X)", aliases=("adjugate",), differential="tr(inv(X)*dX)*adj(X) - inv(X)*dX*adj(X)", value="det(X)*inv(X)", domain="X invertible", symmetric=True, latex=r"\operatorname{adj}", source="MN 8.5"),
    Function("logsumexp", "(X: n×k) -> scalar", "log(sum(exp(X)))", any_shape=True, entries=True, aliases=("lse",), differential="inner(softmax(X), dX)", value="log(sum(exp(X)))"),
    Function("softmax", "(X: n×k) -> n×k", "exp(X)/sum(exp(X))", any_shape=True, entries=True, differential="softmax(X).*dX - inner(softmax(X), dX)*softmax(X)", value="exp(X)/sum(exp(X))", nonnegative=True, sums="all"),
    Function("softmaxr", "(X: n×k) -> n×k", "softmax of every row", any_shape=True, differential="softmaxr(X).*dX - (softmaxr(X).*dX)*ones(k,k).*softmaxr(X)", value="exp(X)./(exp(X)*ones(k,k))", nonnegative=True, sums="rows"),
)

FUNCTIONS_OF_MATRICES = (
    Function("matpow", "(X: n×n, k: scalar) -> n×n", "matrix power with a symbolic exponent, X^k", commuting="k*X^(k-1)", value="X^k", symmetric=True, source="MC (121)"),
    Function("expm", "(X: n×n) -> n×n", "matrix exponential", commuting="expm(X)", value="spectral:exp", symmetric=True, source="MC (500)"),
    Function("logm", "(X: n×n) -> n×n", "principal matrix logarithm", commuting="inv(X)", value="spectral:log", domain="X has no eigenvalue on the closed negative real axis", symmetric=True),
    Function("sqrtm", "(X: n×n) -> n×n", "principal matrix square root", commuting="inv(sqrtm(X))/2", differential='einsum("(ji)(lk),kl,i,j->ij", inv(kron(eye(n),sqrtm(X)) + kron(sqrtm(X)\',eye(n))), dX, ones(n), ones(n))', value="spectral:sqrt", domain="X has no eigenvalue on the closed negative real axis", symmetric=True),
    Function("sinm", "(X: n×n) -> n×n", "matrix sine", commuting="cosm(X)", value="spectral:sin", symmetric=True),
    Function("cosm", "(X: n×n) -> n×n", "matrix cosine", commuting="-sinm(X)", value="spectral:cos", symmetric=True),
)

DECOMPOSITIONS = (
    Function("pinv", "(X: n×k) -> k×n", "Moore-Penrose inverse", differential="-pinv(X)*dX*pinv(X) + pinv(X)*pinv(X)'*dX'*(eye(n) - X*pinv(X)) + (eye(k) - pinv(X)*X)*dX'*pinv(X)'*pinv(X)", value="decomposition:pinv", domain="X of constant rank", symmetric=True, source="Golub & Pereyra (1973), (4.12)"),
    Function("eigmax", "(X: n×n) -> scalar", "largest eigenvalue of a symmetric matrix", differential="eigvecmax(X)'*dX*eigvecmax(X)", value="decomposition:eigmax", requires="symmetric", domain="X has a simple largest eigenvalue", source="MN 8.9; MC (67)"),
    Function("eigvecmax", "(X: n×n) -> n", "unit eigenvector of the largest eigenvalue of a symmetric matrix, its largest entry positive", differential="pinv(eigmax(X)*eye(n) - X)*dX*eigvecmax(X)", value="decomposition:eigvecmax", requires="symmetric", domain="X has a simple largest eigenvalue", source="MN 8.9; MC (68)"),
    Function("norm2", "(X: n×k) -> scalar", "spectral norm of a matrix: its largest singular value", differential="svdu1(X)'*dX*svdv1(X)", value="decomposition:norm2", nonnegative=True, domain="X has a simple largest singular value"),
    Function("svdu1", "(X: n×k) -> n", "left singular vector of the largest singular value, its largest entry positive", differential="pinv(norm2(X)^2*eye(n) - X*X')*(dX*X' + X*dX')*svdu1(X)", value="decomposition:svdu1", domain="X has a simple largest singular value", source="MN 8.9"),
    Function("svdv1", "(X: n×k) -> k", "right singular vector of the largest singular value, X^T svdu1(X) over it", differential="pinv(norm2(X)^2*eye(k) - X'*X)*(dX'*X + X'*dX)*svdv1(X)", value="decomposition:svdv1", domain="X has a simple largest singular value", source="MN 8.9"),
    Function("chol", "(X: n×n) -> n×n", "lower Cholesky factor L, L L^T = X", differential="chol(X)*halflow(inv(chol(X))*dX*inv(chol(X))')", value="numpy:linalg.cholesky", requires="symmetric", domain="X positive definite", source="G 2.3"),
    Function("halflow", "(X: n×n) -> n×n", "lower triangle with half of the diagonal", differential="halflow(dX)", value="decomposition:halflow"),
    Function("tril", "(X: n×n) -> n×n", "lower triangle", differential="tril(dX)", value="numpy:tril"),
)

ROWS = (*ELEMENTWISE, *CONTRACTIONS, *DEFINED, *MATRIX, *FUNCTIONS_OF_MATRICES, *DECOMPOSITIONS)

TABLE: dict[str, tuple[Function, ...]] = {}
"""Rows by name; a name with several rows takes the first whose signature fits."""
for _row in ROWS:
    TABLE[_row.name] = (*TABLE.get(_row.name, ()), _row)

ALIASES = {alias: row.name for row in ROWS for alias in row.aliases}
"""Other spellings, to the name in the table."""


def einsum(pattern: str) -> Function:
    """Row of the contraction that a pattern names; equal contractions are the same row.

    `"ij,jk->ik"`: a group of letters for every argument, two for a matrix, one for a vector, none
    for a scalar; then the axes of the result. Letters in round brackets are one axis that runs
    along all of them, the slowest first: `"(ik)(jl)"` are those of a Kronecker product. `.` is a
    missing axis: one letter is a column, `i.`, and `.i` a row. The pattern has to be well formed.

    >>> einsum("i,j->(ij)").wires
    'i.,j.->(ij).'
    >>> einsum("ij,j->i") is einsum("ij, j. -> i.")
    True
    """
    inputs, _, output = pattern.replace(" ", "").partition("->")
    groups = [written(*axes(group)) or ".." for group in inputs.split(",")]
    return _contraction(",".join(groups), written(*axes(output)))


@cache
def _contraction(inputs: str, output: str) -> Function:
    shapes = [_shape(group) for group in inputs.split(",")]
    parameters = ", ".join(f"X{number}: {shape}" for number, shape in enumerate(shapes, 1))
    signature = f"({parameters}) -> {_shape(output)}"
    return Function("einsum", signature, "a contraction, by its indices", wires=f"{inputs}->{output}")


def pattern_of(row: Function) -> str:
    """The pattern of a contraction as it is best written: no dots but that of a row at the end.

    >>> pattern_of(einsum("ij,j.->i.")), pattern_of(einsum("ij,j->.i"))
    ('ij,j->i', 'ij,j->.i')
    """
    inputs, _, output = row.wires.partition("->")
    return f"{inputs.replace('.', '')}->{output.removesuffix('.')}"


def _shape(term: str) -> str:
    """The shape in a signature of a term of wires: `(ik)j` is `i*k×j`."""
    rows, columns = ("*".join(axis) for axis in axes(term))
    if columns:
        return f"{rows or 1}×{columns}"
    return rows or "scalar"
