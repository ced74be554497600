"""A judge of derivatives that shares nothing with the proof: values in numpy, and differences.

Expressions are typed by mdiff; everything else is here: what every function is, how points are drawn,
how a claim is held against differences along random directions. It is to be trusted where two step
sizes agree, and says so where they do not.
"""

import math
from itertools import pairwise, permutations

import numpy as np

from mdiff import api
from mdiff.functions.wires import axes
from mdiff.shapes.dims import halved
from mdiff.shapes.typed import (
    Apply,
    Broadcast,
    Constant,
    Number,
    Power,
    Product,
    Size,
    Sum,
    Transpose,
    Variable,
    children,
)
from mdiff.walk import postorder

SURE, SURE_TWICE, CLOSE, FAR = 1e-7, 1e-5, 2e-5, 1e-3
"""Two step sizes agree, also for second derivatives; a claim agrees with them; a claim does not."""

TIED = ("diagonal", "symmetric", "spd", "skew", "lower", "upper", "toeplitz", "symtoeplitz")
PROJECTED = ("diagonal", "symmetric", "spd")


class UnknownFunctionError(Exception):
    """A function that the judge has no value for."""


# ------------------------------------------------------------------------------------ functions


def _matrix_function(function):
    def value(matrix):
        values, vectors = np.linalg.eig(np.asarray(matrix, complex))
        found = vectors @ np.diag(function(values)) @ np.linalg.inv(vectors)
        if np.iscomplexobj(matrix):
            return found
        small = np.max(np.abs(found.imag)) < 1e-9 * (1 + np.max(np.abs(found.real)))
        return found.real if small else np.full(matrix.shape, np.nan)

    return value


def _scalars(function):
    def guarded(x):
        try:
            return function(x) if not np.isnan(x) else math.nan
        except (ValueError, OverflowError):
            return math.nan

    return np.vectorize(guarded, otypes=[float])


def _softmax(x, axis):
    shifted = np.exp(x - np.max(x.real, axis=axis, keepdims=True))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)


def _logsumexp(x, axis=None):
    top = np.max(x.real, axis=axis, keepdims=True)
    return np.log(np.sum(np.exp(x - top), axis=axis, keepdims=True)) + top


def _hardmax(x):
    top = (x == np.max(x)).astype(float)
    return top / np.sum(top)  # entries of a symmetric matrix that are one entry, and move together


def _sigmoid(x):
    return 1 / (1 + np.exp(-x))


def _erf(x):
    return _scalars(math.erf)(x)


def _digamma(x):
    return (math.lgamma(x + 1e-5) - math.lgamma(x - 1e-5)) / 2e-5 if x > 0 else math.nan


FUNCTIONS = {
    **{name: getattr(np, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "abs", "sign", "sqrt", "conj", "square", "log1p", "expm1", "log2", "log10", "tril", "triu")},
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
    "re": np.real, "im": np.imag,
    "relu": lambda x: np.maximum(x, 0), "step": lambda x: (x > 0) + (x == 0) / 2,
    "sigmoid": _sigmoid, "softplus": lambda x: np.logaddexp(0, x), "silu": lambda x: x * _sigmoid(x),
    "erf": _erf, "gelu": lambda x: x / 2 * (1 + _erf(x / math.sqrt(2))),
    "hinge": lambda x: np.maximum(1 - x, 0), "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "lgamma": _scalars(lambda x: math.lgamma(x) if x > 0 else math.nan), "digamma": _scalars(_digamma),
    "huber": lambda x, d=1.0: np.where(np.abs(x) < d, x**2 / 2, d * (np.abs(x) - d / 2)) / (d > 0),
    "clip": np.clip,
    "max": lambda *x: np.maximum(*x) if len(x) > 1 else np.max(*x),
    "min": lambda *x: np.minimum(*x) if len(x) > 1 else np.min(*x),
    "tr": np.trace, "sum": np.sum, "transpose": np.transpose, "inner": lambda x, y: np.sum(x * y),
    "outer": lambda x, y: x @ y.T, "kron": np.kron,
    "diag": lambda x: np.diagflat(x) if x.shape[1] == 1 else np.diag(x).reshape(-1, 1),
    "vec": lambda x: x.reshape((-1, 1), order="F"),
    "mean": np.mean, "sumr": lambda x: np.sum(x, 1, keepdims=True), "sumc": lambda x: np.sum(x, 0, keepdims=True).T,
    "meanr": lambda x: np.mean(x, 1, keepdims=True), "meanc": lambda x: np.mean(x, 0, keepdims=True).T,
    "var": np.var, "std": np.std,
    "sym": lambda x: (x + x.T) / 2, "skewpart": lambda x: (x - x.T) / 2,
    "norm": lambda x: np.sqrt(np.sum(np.abs(x) ** 2)), "normF": lambda x: np.sqrt(np.sum(np.abs(x) ** 2)),
    "norm2": lambda x: np.sqrt(np.sum(np.abs(x) ** 2)) if min(x.shape) == 1 else np.linalg.svd(x, compute_uv=False)[0],
    "norm1": lambda x: np.sum(np.abs(x)), "norminf": lambda x: np.max(np.abs(x)),
    "normp": lambda x, p: np.sum(np.abs(x) ** p) ** (1 / p),
    "normr": lambda x: np.sqrt(np.sum(x**2, 1, keepdims=True)),
    "normc": lambda x: np.sqrt(np.sum(x**2, 0, keepdims=True)).T, "logsumexpc": lambda x: _logsumexp(x, 0).T,
    "log_softmaxc": lambda x: np.log(_softmax(x, 0)), "cov": lambda x: np.cov(x.T, bias=True),
    "normalize": lambda x: x / np.sqrt(np.sum(x**2)),
    "norm21": lambda x: np.sum(np.sqrt(np.sum(x**2, 1))),
    "nuclear": lambda x: np.sum(np.linalg.svd(x, compute_uv=False)),
    "det": np.linalg.det, "logdet": lambda x: np.log(np.linalg.det(x)),
    "inv": np.linalg.inv, "adj": lambda x: np.linalg.det(x) * np.linalg.inv(x), "pinv": np.linalg.pinv,
    "logsumexp": _logsumexp, "hardmax": _hardmax,
    "logsumexpr": lambda x: _logsumexp(x, 1),
    "softmaxall": lambda x: _softmax(x, None), "softmaxr": lambda x: _softmax(x, 1), "softmaxc": lambda x: _softmax(x, 0),
    "softmax": lambda x: _softmax(x, None if x.shape[1] == 1 else 1),
    "log_softmax": lambda x: np.log(_softmax(x, None if x.shape[1] == 1 else 1)),
    "log_softmaxall": lambda x: np.log(_softmax(x, None)), "log_softmaxr": lambda x: np.log(_softmax(x, 1)),
    "trigamma": _scalars(lambda x: (_digamma(x + 1e-4) - _digamma(x - 1e-4)) / 2e-4 if x > 1e-3 else math.nan),
    "expm": _matrix_function(np.exp), "logm": _matrix_function(np.log), "sqrtm": _matrix_function(np.sqrt),
    "sinm": _matrix_function(np.sin), "cosm": _matrix_function(np.cos),
    "matpow": lambda x, k: _power(x, k[0, 0]),
    "eigmax": lambda x: np.linalg.eigvalsh((x + x.T) / 2)[-1], "eigmin": lambda x: np.linalg.eigvalsh((x + x.T) / 2)[0],
    "eigvecmax": lambda x: _leading(x, -1), "eigvecmin": lambda x: _leading(x, 0),
    "chol": np.linalg.cholesky, "halflow": lambda x: np.tril(x) - np.diag(np.diag(x)) / 2,
}  # fmt: skip


def _leading(matrix, place):
    vector = np.linalg.eigh((matrix + matrix.T) / 2)[1][:, [place]]
    return vector * np.sign(vector[np.argmax(np.abs(vector))])


def _power(matrix, exponent):
    if exponent == round(exponent.real):
        return np.linalg.matrix_power(matrix, round(exponent.real))
    return _matrix_function(lambda values: values**exponent)(matrix)


# -------------------------------------------------------------------------------------- values


def number(dim, sizes):
    """A dimension as a number."""
    found = dim.number
    for name in dim.factors:
        inner = halved(name)
        n = sizes[name] if inner is None else number(inner, sizes)
        found *= n if inner is None else n * (n + 1) // 2
    return found


def value(expression, sizes, values):
    """The value of a typed tree; nan or infinite where it has none."""
    known = {}
    with np.errstate(all="ignore"):
        for node in postorder([expression], children):
            parts = [known[id(child)] for child in children(node)]
            shape = tuple(number(dim, sizes) for dim in node.shape)
            try:
                found = _value(node, parts, shape, sizes, values)
            except np.linalg.LinAlgError:
                found = np.full(shape, np.nan)
            known[id(node)] = np.asarray(found).reshape(shape)
    return known[id(expression)]


def _value(node, parts, shape, sizes, values):
    match node:
        case Number(exact):
            return np.full(shape, float(exact))
        case Size(dim):
            return np.full(shape, float(number(dim, sizes)))
        case Constant(name, dims, index):
            return _constant(name, [number(dim, sizes) for dim in dims], index, shape)
        case Variable(declared):
            return values[declared.name]
        case Sum(terms):
            return sum(sign * part for (sign, _), part in zip(terms, parts, strict=True))
        case Product(factors):
            found = parts[0]
            for (join, _), part in zip(factors[1:], parts[1:], strict=True):
                if join == "matmul":
                    found = found @ part
                else:
                    found = found / part if join in ("divide", "over") else found * part
            return found
        case Power(_, _, "matrix"):
            return _power(parts[0], parts[1][0, 0])
        case Power():
            return parts[0] ** parts[1]
        case Transpose():
            return parts[0].T
        case Broadcast():
            return np.broadcast_to(parts[0], shape)
        case Apply(function):
            return _call(function, parts, shape)


def _constant(name, dims, index, shape):
    match name:
        case "pi":
            return np.full(shape, np.pi)
        case "eye":
            return np.eye(dims[0])
        case "ones" | "zeros":
            return np.full(shape, float(name == "ones"))
        case "K":
            m, n = dims
            return np.eye(m * n)[np.arange(m * n).reshape((n, m)).T.reshape(-1)]
        case "unit" if index.isdigit():
            return np.eye(shape[0])[:, [int(index) - 1]]
    raise UnknownFunctionError(name)


ALONG_AN_AXIS = ("sumr", "sumc", "meanr", "meanc", "normr", "normc", "logsumexpr", "logsumexpc")


def _call(function, parts, shape):
    if function.name in ALONG_AN_AXIS and parts[0].shape[1] == 1:  # of a column: of all of it
        parts = [parts[0] if function.name.endswith("c") else parts[0].T]
    if function.name == "unvec":
        return parts[0].reshape(shape, order="F")
    if function.name == "einsum":
        return _contracted(function.wires, parts, shape)
    if function.name not in FUNCTIONS:
        raise UnknownFunctionError(function.name)
    try:
        return FUNCTIONS[function.name](*parts)
    except ValueError:
        return np.full(shape, np.nan)


def _contracted(wires, parts, shape):
    inputs, _, result = wires.partition("->")
    if "(" in wires:
        raise UnknownFunctionError(wires)
    terms = ["".join(axes(term)) for term in inputs.split(",")]
    arrays = [
        part.reshape([length for length in part.shape if length > 1] if len(term) < 2 else part.shape)
        for term, part in zip(terms, parts, strict=True)
    ]  # fmt: skip
    arrays = [
        a.reshape(len(t) * (-1,)) if len(t) == 1 else a for a, t in zip(arrays, terms, strict=True)
    ]
    whole = "".join(axes(result))
    once = "".join(dict.fromkeys(whole))
    found = np.einsum(f"{','.join(terms)}->{once}", *arrays)
    if once != whole:
        found = np.diagflat(found)
    return found.reshape(shape)


# -------------------------------------------------------------------------------------- points

SIZES = (
    (3, 5, 2, 4),
    (4, 2, 5, 3),
    (2, 3, 4, 5),
    (5, 4, 3, 2),
    (3, 3, 3, 3),
    (6, 3, 7, 2),
    (8, 2, 9, 3),
)
SCALES = (1.0, 1.0, 0.4, 2.0, 0.1)


def random(rng, declared, shape, scale=1.0, sign=0):
    """A value of the declared structure; `sign` is that of what may have both, 0 for any."""
    rows, columns = shape
    properties = declared.properties
    entries = scale * (0.2 + rng.random(shape)) * rng.choice([-1, 1], shape)
    if "simplex" in properties:
        entries = 0.2 + rng.random(shape)
        return entries / entries.sum()
    if "orthogonal" in properties:
        turn = np.linalg.qr(rng.standard_normal((max(shape), max(shape))))[0]
        turn[:, 0] *= rng.choice([-1, 1])
        return turn[:rows, :columns]
    if "positive" in properties:
        entries = np.abs(entries)
    elif sign:
        entries = sign * np.abs(entries)
    if "complex" in properties:
        entries = entries + 0.7j * rng.standard_normal(shape)
    if "spd" in properties:
        turn = np.linalg.qr(rng.standard_normal(shape))[0]
        value = turn @ np.diag(scale * (0.5 + 2 * rng.random(rows))) @ turn.T
        return (value + value.T) / 2
    structure = next((each for each in TIED if each in properties), None)
    found = project(entries, structure)
    if rows == columns > 1 and structure is None and rng.random() < 0.5:
        found = found + 2 * scale * np.eye(
            rows
        )  # well conditioned, and of any sign of the determinant
    return found


def project(entries, structure):
    """The matrix made of some entries of another, of a linear structure."""
    match structure:
        case "diagonal":
            return np.diag(np.diag(entries))
        case "symmetric" | "spd":
            return np.tril(entries) + np.tril(entries, -1).T
        case "skew":
            return np.tril(entries, -1) - np.tril(entries, -1).T
        case "lower":
            return np.tril(entries)
        case "upper":
            return np.triu(entries)
        case "toeplitz" | "symtoeplitz":
            n = len(entries)
            first = entries[:, 0]
            other = first if structure == "symtoeplitz" else entries[0]
            return np.array(
                [[first[i - j] if i >= j else other[j - i] for j in range(n)] for i in range(n)]
            )
    return entries


def structure_of(declared):
    """The linear structure that a variable's directions have."""
    return next((each for each in TIED if each in declared.properties), None)


def points(problem, seed, count=8, *, scales=SCALES, most=1e30):
    """(sizes, values): points where the expression has a value, of several sizes and signs."""
    names = sorted(problem.sizes)
    found = 0
    for attempt in range(25 * count):
        rng = np.random.default_rng([seed, attempt])
        orders = list(permutations(SIZES[attempt % len(SIZES)][: len(names)]))
        if len(names) > 4:
            orders = [tuple(rng.integers(2, 5, len(names)))]
        sizes = dict(zip(names, orders[rng.integers(len(orders))], strict=True))
        values = {
            name: random(
                rng,
                declared,
                tuple(number(dim, sizes) for dim in declared.shape),
                scales[attempt % len(scales)],
                (0, 0, 1, 0, -1)[(attempt // 2) % 5],
            )
            for name, declared in problem.variables.items()
        }
        here = value(problem.expression, sizes, values)
        if np.all(np.isfinite(here)) and np.max(np.abs(here), initial=0) < most:
            yield sizes, values
            found += 1
            if found == count:
                return


# --------------------------------------------------------------------------------- differences


WIDE = (
    1e-12,
    1e-8,
    3e-7,
    1e-5,
    1e-4,
    1e-3,
    0.1,
    1.0,
    5.0,
    6.5,
    7.0,
    9.0,
    30.0,
    200.0,
    3e4,
    1e7,
    1e12,
)


def differ(problem, one, other, *, seed=0, count=240):
    """Whether two claims about an expression have different values, near and far from zero.

    Also where only one of them has a value, at a point where the expression has one.
    """
    for sizes, values in points(problem, seed, count, scales=WIDE, most=math.inf):
        here = [value(claim, sizes, values) for claim in (one, other)]
        if not np.all(np.isfinite(here[1])):
            continue
        if not near(*here, 1e-11, 0.0):
            return True
    return False


def _moved(values, along, step):
    return {**values, **{name: values[name] + step * change for name, change in along.items()}}


def slope(expression, sizes, values, along):
    """(derivative, whether it is to be trusted): central differences along a direction."""

    def quotient(step):
        up, down = (value(expression, sizes, _moved(values, along, s * step)) for s in (1, -1))
        with np.errstate(invalid="ignore", over="ignore"):  # what is no number is no slope
            return (up - down) / (2 * step)

    found = [_extrapolated(quotient, first) for first in (2.0**-6, 2.0**-9)]
    here = np.max(np.abs(value(expression, sizes, values)), initial=0)
    rounded = 2.0**-52 * here / 2.0**-9  # what is lost of a value that is large beside its slope
    felt = rounded <= CLOSE * max(np.max(np.abs(found[1]), initial=0), 1e-3)
    return found[1], bool(felt) and near(*found, SURE)


def bend(expression, sizes, values, along):
    """The same for a second derivative, along two directions."""
    one, other = along

    def quotient(step):
        ends = [
            p * q * value(expression, sizes, _moved(_moved(values, one, p * step), other, q * step))
            for p in (1, -1)
            for q in (1, -1)
        ]
        return sum(ends) / (4 * step**2)

    found = [_extrapolated(quotient, first) for first in (2.0**-5, 2.0**-7)]
    return found[1], near(*found, SURE_TWICE)


def _extrapolated(quotient, first):
    """Two rounds of Richardson's."""
    rows = [quotient(first / 2**level) for level in range(3)]
    for power in (4.0, 16.0):
        rows = [(power * fine - coarse) / (power - 1) for coarse, fine in pairwise(rows)]
    return rows[-1]


def near(one, other, closeness, least=1e-6):
    """Whether two values are finite and equal, relative to the larger."""
    if not (np.all(np.isfinite(one)) and np.all(np.isfinite(other))):
        return False
    scale = max(np.max(np.abs(one), initial=0), np.max(np.abs(other), initial=0), least)
    return bool(np.max(np.abs(one - other), initial=0) <= closeness * scale)


def column(matrix):
    """`vec`."""
    return matrix.reshape((-1, 1), order="F")


class Ruling:
    """What the judge found: at how many points a claim was right, wrong, undefined, or not judged."""

    def __init__(self):
        self.right = self.wrong = self.undefined = self.skipped = 0

    @property
    def verdict(self):
        """`wrong` where it is wrong anywhere, `right` where it was compared and never wrong."""
        if self.wrong or self.undefined:
            return "wrong"
        return "right" if self.right else "unknown"

    def __repr__(self):
        return f"right {self.right}, wrong {self.wrong}, undefined {self.undefined}, skipped {self.skipped}"


def judge(problem, kind, wrt, claim, *, seed=0, count=8):  # noqa: PLR0913 - a claim, and where
    """Hold a typed claim against differences of the problem's expression.

    `kind`: grad, d, jac, hess, as of `mdiff check`; a claim about a differential has `dX`. Whatever has
    no value where the differences have one is undefined there.
    """
    ruling = Ruling()
    for place, (sizes, values) in enumerate(points(problem, seed, count)):
        rng = np.random.default_rng([seed, place, 7])
        along = {}
        for name in wrt:
            declared = problem.variables[name]
            tied = structure_of(declared)
            if kind == "grad" and tied not in PROJECTED:
                tied = None
            along[name] = project(rng.standard_normal(values[name].shape), tied)
            if "complex" in declared.properties and kind == "d":
                along[name] = along[name] + 1j * project(
                    rng.standard_normal(values[name].shape), tied
                )
        _rule(ruling, problem, kind, wrt, claim, (sizes, values, along))
    return ruling


def _rule(ruling, problem, kind, wrt, claim, at):  # noqa: PLR0913 - as judge
    sizes, values, along = at
    tolerance = CLOSE
    first, last = along[wrt[0]], along[wrt[-1]]
    if kind == "hess":
        if wrt[0] == wrt[-1]:
            first = project(
                np.random.default_rng(0).standard_normal(last.shape),
                structure_of(problem.variables[wrt[0]]),
            )
        ahead, sure = bend(problem.expression, sizes, values, ({wrt[0]: first}, {wrt[-1]: last}))
    else:
        ahead, sure = slope(problem.expression, sizes, values, along)
    if kind == "hess":
        tolerance = 1e-3
    if not sure:
        ruling.skipped += 1
        return
    named = {f"d{name}": change for name, change in along.items()}
    said = value(claim, sizes, {**values, **named})
    if not np.all(np.isfinite(said)):
        ruling.undefined += 1
        return
    fits = True
    match kind:
        case "grad":
            if (tied := structure_of(problem.variables[wrt[0]])) in PROJECTED:
                fits = near(said, project(said, tied), 1e-9)
            got = np.sum(said * first).reshape((1, 1))
        case "d":
            got = said
        case "jac":
            got, ahead = said @ column(first), column(ahead)
        case "hess":
            got = column(first).T @ said @ column(last)
    scale = np.max(np.abs(said), initial=0) * max(np.max(np.abs(c)) for c in along.values())
    error = np.max(np.abs(got - ahead), initial=0) / max(
        scale if kind != "d" else 0, np.max(np.abs(ahead), initial=0), 1e-6
    )
    if not fits or error > max(FAR, 10 * tolerance):
        ruling.wrong += 1
    elif error > tolerance:
        ruling.skipped += 1
    else:
        ruling.right += 1


def posed(expr, wrt, let):
    """The typed expression."""
    return api.pose(expr, wrt, let)


def claimed(problem, claim, changing=()):
    """The typed tree of a claim in the names of a problem, its sizes, and `dX` for what changes."""
    shapes = {name: "×".join(map(str, v.shape)) for name, v in problem.variables.items()}
    shapes |= {f"d{name}": shapes[name] for name in changing}
    let = [f"{n}: {'scalar' if s == '1×1' else s.removesuffix('×1')}" for n, s in shapes.items()]
    return api.pose(claim, let=[*let, *(f"of_{size}: {size}" for size in problem.sizes)]).expression
