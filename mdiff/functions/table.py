"""The function table: everything mdiff knows about functions, one row each, and nothing else.

To add a function, add a row here. The grammar, the shapes, the calculus, the renderers, the help
and the tests read it; `tests/test_functions.py` proves it.

Sources: MN = Magnus & Neudecker, Matrix Differential Calculus (3rd ed.); MC = The Matrix Cookbook
(2012), by equation; G = Giles, Collected matrix derivative results (2008).
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from mdiff.functions.row import Function, shape_of
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
    Function("abs", "(x: scalar) -> scalar", "absolute value", real=True, differential="sign(x)*dx", value="numpy:abs", domain="x != 0", nonnegative=True),
    Function("sign", "(x: scalar) -> scalar", "-1 below zero, 1 above", real=True, aliases=("sgn",), differential="0*dx", value="numpy:sign", domain="x != 0", latex=r"\operatorname{sign}"),
    Function("relu", "(x: scalar) -> scalar", "the positive part, max(x, 0)", real=True, differential="step(x)*dx", value="(x + abs(x))/2", domain="x != 0", nonnegative=True),
    Function("step", "(x: scalar) -> scalar", "1 above zero, else 0", real=True, aliases=("heaviside",), differential="0*dx", value="(1 + sign(x))/2", domain="x != 0", nonnegative=True),
    Function("sigmoid", "(x: scalar) -> scalar", "logistic function, 1/(1 + exp(-x))", aliases=("logistic",), differential="sigmoid(x)*(1 - sigmoid(x))*dx", value="1/(1 + exp(-x))", nonnegative=True, unicode="σ", latex=r"\sigma"),
    Function("softplus", "(x: scalar) -> scalar", "log(1 + exp(x))", differential="sigmoid(x)*dx", value="log(1 + exp(x))", nonnegative=True),
    Function("erf", "(x: scalar) -> scalar", "error function", real=True, differential="2/sqrt(pi)*exp(-x^2)*dx", value="math:erf"),
    Function("gelu", "(x: scalar) -> scalar", "Gaussian error linear unit, x/2 (1 + erf(x/sqrt(2)))", real=True, differential="((1 + erf(x/sqrt(2)))/2 + x*exp(-x^2/2)/sqrt(2*pi))*dx", value="x/2*(1 + erf(x/sqrt(2)))"),
    Function("conj", "(x: scalar) -> scalar", "complex conjugate", differential="conj(dx)", value="numpy:conj", latex=r"\operatorname{conj}"),
    Function("re", "(x: scalar) -> scalar", "real part", aliases=("real", "Re"), differential="re(dx)", value="numpy:real", latex=r"\operatorname{Re}"),
    Function("im", "(x: scalar) -> scalar", "imaginary part", aliases=("imag", "Im"), differential="im(dx)", value="numpy:imag", latex=r"\operatorname{Im}"),
)

SPECIAL = (
    Function("lgamma", "(x: scalar) -> scalar", "log of the gamma function", real=True, aliases=("gammaln", "lngamma", "loggamma"), differential="digamma(x)*dx", value="math:lgamma", domain="x > 0", latex=r"\log\Gamma"),
    Function("digamma", "(x: scalar) -> scalar", "derivative of lgamma", real=True, differential="trigamma(x)*dx", value="special:digamma", domain="x > 0", latex=r"\psi"),
    Function("trigamma", "(x: scalar) -> scalar", "derivative of digamma; its own derivative is not in the table", real=True, value="special:trigamma", domain="x > 0", nonnegative=True, latex=r"\psi_1"),
    Function("atan2", "(y: scalar, x: scalar) -> scalar", "angle of the point (x, y), between -pi and pi", real=True, aliases=("arctan2",), differential="(x*dy - y*dx)/(x^2 + y^2)", value="numpy:arctan2", domain="(x, y) not on the negative x-axis"),
)

PIECEWISE = (
    Function("elu", "(x: scalar) -> scalar", "exponential linear unit: x above zero, exp(x) - 1 below", real=True, differential="exp(-relu(-x))*dx", value="relu(x) + exp(-relu(-x)) - 1"),
    Function("huber", "(x: scalar) -> scalar", "Huber loss: x^2/2 up to 1, |x| - 1/2 beyond", real=True, differential="clip(x,-1,1)*dx", value="relu(x + 1)^2/2 - relu(x - 1)^2/2 - x - 1/2", nonnegative=True),
    Function("clip", "(x: scalar, lo: scalar, hi: scalar) -> scalar", "x, but no less than lo and no more than hi", real=True, aliases=("clamp",), differential="step(x - lo)*step(hi - x)*dx + step(lo - x)*step(hi - lo)*dlo + step(max(x,lo) - hi)*dhi", value="min(max(x,lo),hi)", domain="x != lo and x != hi"),
    Function("huber", "(x: scalar, delta: scalar) -> scalar", "Huber loss: x^2/2 up to delta > 0, delta (|x| - delta/2) beyond", real=True, differential="clip(x,-delta,delta)*dx + relu(abs(x) - delta)*ddelta", value="sqrt(delta)^4*huber(x/delta)", domain="delta > 0", nonnegative=True),
)

CONTRACTIONS = (
    Function("tr", "(X: n×n) -> scalar", "trace", aliases=("trace", "Tr"), wires="ii->", latex=r"\operatorname{tr}"),
    Function("sum", "(X: n×k) -> scalar", "sum of all entries", any_shape=True, wires="ij->", latex=r"\operatorname{sum}"),
    Function("diag", "(x: n) -> n×n", "the diagonal matrix of a vector", wires="i.->ii", latex=r"\operatorname{diag}"),
    Function("diag", "(X: n×n) -> n", "the diagonal of a matrix, as a vector", wires="ii->i.", latex=r"\operatorname{diag}"),
    Function("vec", "(X: n×k) -> k*n", "the columns of a matrix, stacked", any_shape=True, wires="ij->(ji).", latex=r"\operatorname{vec}"),
    Function("unvec", "(x: k*n) -> n×k", "the matrix of n rows and k columns whose vec is x: unvec(x, n, k)", aliases=("reshape",), sizes="nk", wires="(kn).->nk", latex=r"\operatorname{unvec}"),
    Function("kron", "(X: m×n, Y: p×q) -> m*p×n*q", "Kronecker product", aliases=("kroneckerproduct",), any_shape=True, wires="ij,kl->(ik)(jl)", latex=r"\otimes"),
    Function("inner", "(X: n×k, Y: n×k) -> scalar", "sum of the products of corresponding entries", aliases=("dot",), any_shape=True, wires="ij,ij->"),
    Function("outer", "(x: n, y: m) -> n×m", "all products of an entry of x with one of y, x y^T", wires="i.,j.->ij"),
    Function("transpose", "(X: n×k) -> k×n", "transpose", any_shape=True, wires="ij->ji"),
)

DEFINED = (
    Function("mean", "(X: n×k) -> scalar", "mean of all entries", any_shape=True, definition="sum(X)/(n*k)"),
    Function("sumr", "(X: n×k) -> n", "sum of every row", definition="X*ones(k)"),
    Function("sumr", "(x: n) -> scalar", "sum of a vector", definition="sum(x)"),
    Function("sumc", "(X: n×k) -> k", "sum of every column", definition="X'*ones(n)"),
    Function("sumc", "(x: n) -> scalar", "sum of a vector", definition="sum(x)"),
    Function("meanr", "(X: n×k) -> n", "mean of every row", definition="X*ones(k)/k"),
    Function("meanr", "(x: n) -> scalar", "mean of a vector", definition="sum(x)/n"),
    Function("meanc", "(X: n×k) -> k", "mean of every column", definition="X'*ones(n)/n"),
    Function("meanc", "(x: n) -> scalar", "mean of a vector", definition="sum(x)/n"),
    Function("normr", "(X: n×k) -> n", "Euclidean norm of every row", definition="sqrt((X.*X)*ones(k))", domain="X has no zero row", nonnegative=True),
    Function("normr", "(x: n) -> scalar", "Euclidean norm of a vector", definition="norm2(x)", domain="x != 0", nonnegative=True),
    Function("normc", "(X: n×k) -> k", "Euclidean norm of every column", definition="sqrt((X.*X)'*ones(n))", domain="X has no zero column", nonnegative=True),
    Function("normc", "(x: n) -> scalar", "Euclidean norm of a vector", definition="norm2(x)", domain="x != 0", nonnegative=True),
    Function("logsumexpr", "(X: n×k) -> n", "logsumexp of every row", definition="log(exp(X)*ones(k))"),
    Function("logsumexpr", "(x: n) -> scalar", "log(sum(exp(x)))", definition="logsumexp(x)"),
    Function("logsumexpc", "(X: n×k) -> k", "logsumexp of every column", definition="log(exp(X)'*ones(n))"),
    Function("logsumexpc", "(x: n) -> scalar", "log(sum(exp(x)))", definition="logsumexp(x)"),
    Function("var", "(X: n×k) -> scalar", "variance of all entries, divided by their number", any_shape=True, definition="sum((X - mean(X)).^2)/(n*k)", nonnegative=True, told="over the number of entries"),
    Function("std", "(X: n×k) -> scalar", "standard deviation of all entries, the root of var", any_shape=True, definition="sqrt(var(X))", domain="the entries of X are not all equal", nonnegative=True, told="over the number of entries"),
    Function("cov", "(X: n×k) -> k×k", "covariance matrix of the columns, every row a sample, divided by the number of rows", definition="X'*(eye(n) - ones(n,n)/n)*X/n", told="of rows as samples, over their number"),
    Function("square", "(x: scalar) -> scalar", "square", definition="x^2", nonnegative=True),
    Function("log1p", "(x: scalar) -> scalar", "log(1 + x)", definition="log(1 + x)", domain="x > -1"),
    Function("expm1", "(x: scalar) -> scalar", "exp(x) - 1", definition="exp(x) - 1"),
    Function("log2", "(x: scalar) -> scalar", "logarithm to the base 2", definition="log(x)/log(2)", domain="x > 0"),
    Function("log10", "(x: scalar) -> scalar", "logarithm to the base 10", definition="log(x)/log(10)", domain="x > 0"),
    Function("silu", "(x: scalar) -> scalar", "sigmoid linear unit, x sigmoid(x)", aliases=("swish",), definition="x*sigmoid(x)"),
    Function("hinge", "(x: scalar) -> scalar", "hinge loss, max(0, 1 - x)", definition="relu(1 - x)", domain="x != 1", nonnegative=True),
    Function("max", "(x: scalar, y: scalar) -> scalar", "the larger of two, by elements", aliases=("maximum",), definition="x + relu(y - x)", commutes=True, domain="x != y"),
    Function("min", "(x: scalar, y: scalar) -> scalar", "the smaller of two, by elements", aliases=("minimum",), definition="x - relu(x - y)", commutes=True, domain="x != y"),
    Function("min", "(X: n×k) -> scalar", "smallest entry", any_shape=True, definition="-max(-X)", domain="X has one smallest entry"),
    Function("sym", "(X: n×n) -> n×n", "symmetric part, (X + X^T)/2", definition="(X + X')/2"),
    Function("skewpart", "(X: n×n) -> n×n", "skew-symmetric part, (X - X^T)/2", definition="(X - X')/2"),
    Function("normalize", "(x: n) -> n", "x/||x||", definition="x/norm2(x)", domain="x != 0"),
    Function("sqrt", "(x: scalar) -> scalar", "square root", definition="x^(1/2)", value="numpy:sqrt", domain="x > 0", nonnegative=True, latex=r"\sqrt"),
    Function("norm", "(x: n) -> scalar", "Euclidean norm of a vector, `||x||`", definition="norm2(x)", domain="x != 0", nonnegative=True),
    Function("norm2", "(x: n) -> scalar", "Euclidean norm of a vector, `||x||_2`", definition="sqrt(conj(x)'*x)", value="numpy:linalg.norm", domain="x != 0", nonnegative=True),
    Function("normF", "(X: n×k) -> scalar", "Frobenius norm, `||X||_F`", any_shape=True, definition="sqrt(tr(conj(X)'*X))", value="numpy:linalg.norm", domain="X != 0", nonnegative=True),
    Function("norm1", "(X: n×k) -> scalar", "sum of the absolute values of all entries, `||X||_1`", any_shape=True, definition="sum(abs(X))", domain="X has no zero entry", nonnegative=True),
    Function("norm21", "(X: n×k) -> scalar", "sum of the 2-norms of the rows, `||X||_{2,1}`", definition="sum(sqrt(diag(X*X')))", domain="X has no zero row", nonnegative=True),
)

MATRIX = (
    Function("det", "(X: n×n) -> scalar", "determinant", aliases=("determinant",), differential="det(X)*tr(inv(X)*dX)", value="numpy:linalg.det", domain="X invertible", latex=r"\det", source="MN 8.3; MC (49)"),
    Function("logdet", "(X: n×n) -> scalar", "log of the determinant", differential="tr(inv(X)*dX)", value="log(det(X))", domain="det(X) > 0", latex=r"\log\det", unicode="log det", source="MN 8.3; MC (57)"),
    Function("inv", "(X: n×n) -> n×n", "inverse", aliases=("inverse",), differential="-inv(X)*dX*inv(X)", value="numpy:linalg.inv", domain="X invertible", symmetric=True, source="MN 8.4; MC (59)"),
    Function("adj", "(X: n×n) -> n×n", "adjugate, det(X) inv(X)", aliases=("adjugate",), differential="tr(inv(X)*dX)*adj(X) - inv(X)*dX*adj(X)", value="det(X)*inv(X)", domain="X invertible", symmetric=True, latex=r"\operatorname{adj}", source="MN 8.5"),
    Function("logsumexp", "(X: n×k) -> scalar", "log(sum(exp(X)))", any_shape=True, entries=True, aliases=("lse",), differential="inner(softmaxall(X), dX)", value="log(sum(exp(X)))"),
    Function("max", "(X: n×k) -> scalar", "largest entry", real=True, any_shape=True, entries=True, differential="inner(hardmax(X), dX)", value="numpy:max", domain="X has one largest entry", latex=r"\max"),
    Function("hardmax", "(X: n×k) -> n×k", "1 where X is largest, else 0", real=True, any_shape=True, entries=True, differential="0*dX", value="decomposition:hardmax", domain="X has one largest entry", nonnegative=True, sums="all"),
    Function("norminf", "(x: n) -> scalar", "largest absolute value, `||x||_inf`", real=True, differential="inner(hardmax(abs(x)).*sign(x), dx)", value="max(abs(x))", domain="abs(x) has one largest entry", nonnegative=True),
    Function("normp", "(x: n, p: scalar) -> scalar", "p-norm of a vector, `||x||_p`", real=True, differential="normp(x,p)^(1 - p)*inner(abs(x).^(p - 1).*sign(x), dx) + normp(x,p)/p*(inner(abs(x).^p, log(abs(x)))/normp(x,p)^p - log(normp(x,p)))*dp", value="sum(abs(x).^p)^(1/p)", domain="x has no zero entry", nonnegative=True),
)

SOFTMAX = (
    Function("softmaxall", "(X: n×k) -> n×k", "exp(X)/sum(exp(X)), softmax(X, all)", any_shape=True, entries=True, differential="softmaxall(X).*dX - inner(softmaxall(X), dX)*softmaxall(X)", value="exp(X)/sum(exp(X))", nonnegative=True, sums="all", of_column="softmax"),
    Function("softmaxr", "(X: n×k) -> n×k", "softmax of every row, softmax(X, rows)", any_shape=True, differential="softmaxr(X).*dX - (softmaxr(X).*dX)*ones(k,k).*softmaxr(X)", value="exp(X)./(exp(X)*ones(k,k))", nonnegative=True, sums="rows"),
    Function("softmaxc", "(X: n×k) -> n×k", "softmax of every column, softmax(X, cols)", any_shape=True, definition="softmaxr(X')'", nonnegative=True),
    Function("softmax", "(x: n) -> n", "exp(x)/sum(exp(x))", definition="softmaxall(x)", nonnegative=True),
    Function("softmax", "(X: n×k) -> n×k", "softmax of every row", any_shape=True, definition="softmaxr(X)", nonnegative=True, told="of every row"),
    Function("log_softmaxall", "(X: n×k) -> n×k", "X - logsumexp(X), log_softmax(X, all)", any_shape=True, definition="X - logsumexp(X)"),
    Function("log_softmaxr", "(X: n×k) -> n×k", "log of the softmax of every row, log_softmax(X, rows)", any_shape=True, definition="log(softmaxr(X))"),
    Function("log_softmaxc", "(X: n×k) -> n×k", "log of the softmax of every column, log_softmax(X, cols)", any_shape=True, definition="log_softmaxr(X')'"),
    Function("log_softmax", "(x: n) -> n", "log of the softmax, x - logsumexp(x)", aliases=("logsoftmax",), definition="log_softmaxall(x)"),
    Function("log_softmax", "(X: n×k) -> n×k", "log of the softmax of every row", any_shape=True, definition="log_softmaxr(X)", told="of every row"),
)

FUNCTIONS_OF_MATRICES = (
    Function("matpow", "(X: n×n, k: scalar) -> n×n", "matrix power with a symbolic exponent, X^k", commuting="k*X^(k-1)", value="X^k", domain="X has no eigenvalue on the closed negative real axis", symmetric=True, source="MC (121)"),
    Function("expm", "(X: n×n) -> n×n", "matrix exponential", commuting="expm(X)", value="spectral:exp", symmetric=True, source="MC (500)"),
    Function("logm", "(X: n×n) -> n×n", "principal matrix logarithm", commuting="inv(X)", value="spectral:log", domain="X has no eigenvalue on the closed negative real axis", symmetric=True),
    Function("sqrtm", "(X: n×n) -> n×n", "principal matrix square root", commuting="inv(sqrtm(X))/2", differential="unvec(inv(kron(eye(n),sqrtm(X)) + kron(sqrtm(X)',eye(n)))*vec(dX), n, n)", value="spectral:sqrt", domain="X has no eigenvalue on the closed negative real axis", symmetric=True),
    Function("sinm", "(X: n×n) -> n×n", "matrix sine", commuting="cosm(X)", value="spectral:sin", symmetric=True),
    Function("cosm", "(X: n×n) -> n×n", "matrix cosine", commuting="-sinm(X)", value="spectral:cos", symmetric=True),
)

DECOMPOSITIONS = (
    Function("pinv", "(X: n×k) -> k×n", "Moore-Penrose inverse", real=True, differential="-pinv(X)*dX*pinv(X) + pinv(X)*pinv(X)'*dX'*(eye(n) - X*pinv(X)) + (eye(k) - pinv(X)*X)*dX'*pinv(X)'*pinv(X)", value="decomposition:pinv", domain="X of constant rank", symmetric=True, source="Golub & Pereyra (1973), (4.12)"),
    Function("eigmax", "(X: n×n) -> scalar", "largest eigenvalue of a symmetric matrix", real=True, aliases=("lambda_max",), differential="eigvecmax(X)'*dX*eigvecmax(X)", value="decomposition:eigmax", requires="symmetric", domain="X has a simple largest eigenvalue", source="MN 8.9; MC (67)"),
    Function("eigvecmax", "(X: n×n) -> n", "unit eigenvector of the largest eigenvalue of a symmetric matrix, its largest entry positive", real=True, differential="pinv(eigmax(X)*eye(n) - X)*dX*eigvecmax(X)", value="decomposition:eigvecmax", requires="symmetric", domain="X has a simple largest eigenvalue", source="MN 8.9; MC (68)"),
    Function("eigmin", "(X: n×n) -> scalar", "smallest eigenvalue of a symmetric matrix", real=True, aliases=("lambda_min",), differential="eigvecmin(X)'*dX*eigvecmin(X)", value="decomposition:eigmin", requires="symmetric", domain="X has a simple smallest eigenvalue", source="MN 8.9; MC (67)"),
    Function("eigvecmin", "(X: n×n) -> n", "unit eigenvector of the smallest eigenvalue of a symmetric matrix, its largest entry positive", real=True, differential="pinv(eigmin(X)*eye(n) - X)*dX*eigvecmin(X)", value="decomposition:eigvecmin", requires="symmetric", domain="X has a simple smallest eigenvalue", source="MN 8.9; MC (68)"),
    Function("nuclear", "(X: n×k) -> scalar", "nuclear norm, the sum of the singular values, `||X||_*`", real=True, aliases=("norm_nuc",), differential="tr(inv(sqrtm(X'*X))*X'*dX)", value="decomposition:nuclear", nonnegative=True, domain="X of full column rank"),
    Function("norm2", "(X: n×k) -> scalar", "spectral norm of a matrix: its largest singular value, `||X||_2`", real=True, aliases=("sigma_max",), differential="svdu1(X)'*dX*svdv1(X)", value="decomposition:norm2", nonnegative=True, domain="X has a simple largest singular value"),
    Function("svdu1", "(X: n×k) -> n", "left singular vector of the largest singular value, its largest entry positive", real=True, differential="pinv(norm2(X)^2*eye(n) - X*X')*(dX*X' + X*dX')*svdu1(X)", value="decomposition:svdu1", domain="X has a simple largest singular value", source="MN 8.9"),
    Function("svdv1", "(X: n×k) -> k", "right singular vector of the largest singular value, X^T svdu1(X) over it", real=True, differential="pinv(norm2(X)^2*eye(k) - X'*X)*(dX'*X + X'*dX)*svdv1(X)", value="decomposition:svdv1", domain="X has a simple largest singular value", source="MN 8.9"),
    Function("chol", "(X: n×n) -> n×n", "lower Cholesky factor L, L L^T = X", real=True, differential="chol(X)*halflow(inv(chol(X))*dX*inv(chol(X))')", value="decomposition:chol", requires="symmetric", domain="X positive definite", source="G 2.3"),
    Function("halflow", "(X: n×n) -> n×n", "lower triangle with half of the diagonal", differential="halflow(dX)", value="decomposition:halflow", mask=Fraction(1, 2)),
    Function("tril", "(X: n×n) -> n×n", "lower triangle", differential="tril(dX)", value="numpy:tril", mask=1),
    Function("triu", "(X: n×n) -> n×n", "upper triangle", definition="tril(X')'", value="numpy:triu"),
)

ROWS = (
    *ELEMENTWISE, *SPECIAL, *PIECEWISE, *CONTRACTIONS, *DEFINED, *MATRIX, *SOFTMAX,
    *FUNCTIONS_OF_MATRICES, *DECOMPOSITIONS,
)

TABLE: dict[str, tuple[Function, ...]] = {}
"""Rows by name; a name with several rows takes the first whose signature fits."""
for _row in ROWS:
    TABLE[_row.name] = (*TABLE.get(_row.name, ()), _row)

CONSTANTS = {
    "eye": (Function("eye", "() -> n×n", "identity matrix", sizes="n"),),
    "ones": (Function("ones", "() -> n", "a vector of ones", sizes="n"), Function("ones", "() -> m×n", "a matrix of ones", sizes="mn")),
    "zeros": (Function("zeros", "() -> n", "a vector of zeros", sizes="n"), Function("zeros", "() -> m×n", "a matrix of zeros", sizes="mn")),
    "K": (Function("K", "() -> n*m×n*m", "commutation matrix: K(m,n) vec(A) is vec(A^T) for A: m×n", sizes="mn"),),
    "duplication": (Function("D", "() -> n*n×h", "makes vec(A) of vech(A), whose length is h = n(n+1)/2", sizes="n"),),
}
"""Constants whose sizes are written beside them, as rows without parameters."""

SIZED = {name: len(rows[0].parameters) for name, rows in {**TABLE, **CONSTANTS}.items() if rows[0].sizes}
"""What takes sizes as arguments, to the number of arguments before them."""

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
    shapes = [shape_of(*axes(group)) for group in inputs.split(",")]
    parameters = ", ".join(f"X{number}: {shape}" for number, shape in enumerate(shapes, 1))
    signature = f"({parameters}) -> {shape_of(*axes(output))}"
    return Function("einsum", signature, "a contraction, by its indices", wires=f"{inputs}->{output}")


def pattern_of(row: Function) -> str:
    """The pattern of a contraction as it is best written: no dots but that of a row at the end.

    >>> pattern_of(einsum("ij,j.->i.")), pattern_of(einsum("ij,j->.i"))
    ('ij,j->i', 'ij,j->.i')
    """
    inputs, _, output = row.wires.partition("->")
    return f"{inputs.replace('.', '')}->{output.removesuffix('.')}"
