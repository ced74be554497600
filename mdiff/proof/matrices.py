"""Functions of matrices as iterations over jets: their derivatives come along.

An iteration that converges for numbers converges for jets as well: where it is right to order εᵏ, a
Newton step makes it right to order ε²ᵏ⁺¹. What starts from floats (an eigenvector) is polished so.
None of them is quicker than n³; matrices here are small.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.proof.arrays import product
from mdiff.proof.jet import Jet, eye, powered
from mdiff.proof.outcomes import Undefined, Unsupported
from mdiff.proof.reals import LARGEST
from mdiff.proof.residues import Residues

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.proof.arrays import Number
    from mdiff.proof.reals import Reals

MOST = 200
"""Steps of an iteration."""

NEWTON = 30
"""Steps of a Newton iteration, which doubles the number of right digits once it is near."""

HALF, FAR = Fraction(1, 2), 1 << 40


def _reals(jet: Jet) -> Reals:
    """The numbers, where they are real: a limit has no value among residues."""
    if isinstance(jet.numbers, Residues):
        raise Unsupported("a limit has no exact value")
    return jet.numbers


def _size(jet: Jet) -> Number:
    """The largest sum of absolute values of a row, of any coefficient."""
    starts = range(0, len(jet.value), jet.columns)
    return max([sum(map(abs, part[i : i + jet.columns])) for part in jet.parts for i in starts])


def _halved(x: Jet, numbers: Reals) -> tuple[Jet, int]:
    """X/2ᵏ of size below 1, and k; raises OverflowError as the functions of numbers do.

    A series of sixty digits has half as many terms at a sixty-fourth of that size.
    """
    size = _size(x.plain())
    if not size <= LARGEST:
        raise OverflowError
    halvings = int(size).bit_length() + (7 if numbers.precise else 1)
    return x.times(numbers.rational(Fraction(1, 2**halvings))), halvings


def expm(x: Jet) -> Jet:
    """The exponential: its series at X/2ᵏ, squared k times."""
    numbers = _reals(x)
    x, halvings = _halved(x, numbers)
    term = total = eye(numbers, x.rows)
    for k in range(1, MOST):
        term = (term @ x).times(numbers.reciprocal(k))
        total = total + term
        if _size(term) < numbers.eps:
            break
    for _ in range(halvings):
        total = total @ total
    return total


def sqrtm(x: Jet) -> Jet:
    """The principal square root, by Denman and Beavers' coupled Newton iteration."""
    numbers = _reals(x)
    half = numbers.rational(HALF)
    root, other = x, eye(numbers, x.rows)
    for _ in range(NEWTON):
        root, other, last = (
            (root + other.inverse()).times(half),
            (other + root.inverse()).times(half),
            root,
        )
        if _size(root - last) < 1e3 * numbers.eps * (1 + _size(root)):
            return root
    raise Undefined("a matrix without a principal square root")


def logm(x: Jet) -> Jet:
    """The principal logarithm: `2ᵏ log X^(1/2ᵏ)`, there `2 artanh((X - I)(X + I)⁻¹)`."""
    numbers = _reals(x)
    unit = eye(numbers, x.rows)
    scale = 2
    while _size((x - unit).plain()) > 0.25:
        x = sqrtm(x)
        scale *= 2
        if scale > FAR:
            raise Undefined("a matrix without a principal logarithm")
    step = (x - unit) @ (x + unit).inverse()
    square, total = step @ step, step
    for k in range(3, MOST, 2):
        step = step @ square
        total = total + step.times(numbers.reciprocal(k))
        if _size(step) < numbers.eps:
            break
    return total.times(scale)


def _circular(x: Jet) -> tuple[Jet, Jet]:
    """Sine and cosine: `exp [[0, -X], [X, 0]]` is `[[cos X, -sin X], [sin X, cos X]]`."""
    n, zero = x.rows, x.times(0)
    turned = expm(_blocks(zero, x.times(-1), x, zero))
    return turned.take(range(n, 2 * n), range(n)), turned.take(range(n), range(n))


def raised(x: Jet, exponent: Jet) -> Jet:
    """A power of a matrix that is no whole number, `exp(k log X)`."""
    return expm(logm(x) * exponent.wide(*x.shape))


def _eigen(x: Jet) -> tuple[Jet, Jet]:
    """The largest eigenvalue and its unit vector, of a matrix whose value is symmetric.

    Powers of `X + cI`, by squaring, lead to the vector; Newton's method on `X v = λ v, v'v = 1`,
    a bordered system, gives both all their digits, and their derivatives.
    """
    numbers, n = _reals(x), x.rows
    shift = _size(x.plain())
    power = [float(entry) for entry in x.value]
    power = [entry + (i % (n + 1) == 0) * float(shift) for i, entry in enumerate(power)]
    for _ in range(30):
        power = product(power, power, n, n)
        largest = max(map(abs, power), default=0)
        if not largest:
            raise Undefined("all eigenvalues are zero")
        power = [entry / largest for entry in power]
    at = max(range(n), key=lambda j: sum(abs(entry) for entry in power[j::n]))
    column = power[at::n]
    length = sum(entry * entry for entry in column) ** 0.5
    top = max(column, key=abs)
    length = length if top > 0 else -length
    vector = Jet(numbers, n, 1, [[numbers.number(entry / length) for entry in column]])
    value, one = vector.T @ x.plain() @ vector, eye(numbers, 1)
    for _ in range(numbers.order + (7 if numbers.precise else 2)):
        rest = x @ vector - vector * value.wide(n, 1)
        length = (vector.T @ vector - one).times(numbers.rational(HALF))
        shifted = x - eye(numbers, n) * value.wide(n, n)
        system = _blocks(shifted, vector.times(-1), vector.T, one.times(0))
        step = system.inverse() @ _stacked(rest, length)
        vector = vector - step.take(range(n), (0,))
        value = value - step.take((n,), (0,))
    if _size(step.plain()) > numbers.eps**0.5:
        raise Undefined("eigenvalues too close to each other")
    return value, vector


def _stacked(above: Jet, below: Jet) -> Jet:
    degrees = range(max(len(above.parts), len(below.parts)))
    parts = [above.part(k) + below.part(k) for k in degrees]
    return Jet(above.numbers, above.rows + below.rows, above.columns, parts)


def _blocks(a: Jet, b: Jet, c: Jet, d: Jet) -> Jet:
    """`[[A, B], [C, D]]`."""
    return _stacked(_stacked(a.T, b.T).T, _stacked(c.T, d.T).T)


def _singular(x: Jet) -> tuple[Jet, Jet, Jet]:
    """The largest singular value, its left and its right vector."""
    square, left = _eigen(x @ x.T)
    value = powered(square, HALF)
    return value, left, (x.T @ left) * value.reciprocal().wide(x.columns, 1)


def nuclear(x: Jet) -> Jet:
    """The sum of the singular values: the trace of the root of the smaller Gram matrix."""
    gram = x.T @ x if x.columns <= x.rows else x @ x.T
    root = sqrtm(gram)
    return Jet(x.numbers, 1, 1, [[sum(part[:: gram.rows + 1])] for part in root.parts])


def chol(x: Jet) -> Jet:
    """The lower Cholesky factor.

    Beside symmetric matrices it is that of X = L U where L and U have one diagonal: so the rule of
    the table holds in all directions, as for eigenvalues, and not only in symmetric ones.
    """
    numbers, n = x.numbers, x.rows
    total = eye(numbers, n).times(0)
    size = 0 if numbers.exact else _size(x.plain())
    for i in range(n):
        head = x.take((i,), (i,))
        if size and numbers.is_rounding(head.value[0] / size):
            raise Undefined("a singular matrix, which has no Cholesky factor")
        column = x.take(range(n), (i,)) * head.reciprocal().wide(n, 1)
        unit = Jet(numbers, 1, n, [[int(j == i) for j in range(n)]])
        total = total + (column * powered(head, HALF).wide(n, 1)) @ unit
        x = x - column @ x.take((i,), range(n))
    return total


def pinv(x: Jet) -> Jet:
    """The Moore-Penrose inverse, along lines on which the rank stays.

    `X = C U⁻¹ R` with rows and columns chosen by elimination with complete pivots: then
    `X⁺ = R'(R R')⁻¹ U (C'C)⁻¹ C'` (Penrose's conditions).
    """
    rows: list[int] = []
    columns: list[int] = []
    rest = x.plain()
    size = 1e4 * _size(rest)
    while rest.rows > len(rows) < rest.columns:
        at = rest.numbers.pivot(rest.value, size)
        if at is None:
            break
        i, j = divmod(at, rest.columns)
        rows.append(i)
        columns.append(j)
        scale = rest.numbers.reciprocal(rest.value[at])
        whole = rest.take(range(rest.rows), (j,)) @ rest.take((i,), range(rest.columns))
        rest = rest - whole.times(scale)
    if not rows:
        return x.T.times(0)
    left, right = x.take(range(x.rows), columns), x.take(rows, range(x.columns))
    inner = x.take(rows, columns)
    return right.T @ (right @ right.T).inverse() @ inner @ (left.T @ left).inverse() @ left.T


def _largest(x: Jet) -> int:
    """The place of the largest entry."""
    if _reals(x).complex:
        raise Unsupported("the order of complex numbers")
    first, *others = sorted(range(len(x.value)), key=x.value.__getitem__, reverse=True)
    largest = x.value[first]
    if others and largest - x.value[others[0]] <= 1e-9 * abs(largest):
        raise Undefined("two largest entries")
    return first


def hardmax(x: Jet) -> Jet:
    """1 at the largest entry, else 0."""
    at = _largest(x)
    return x.like([[int(i == at) for i in range(len(x.value))]])


def largest(x: Jet) -> Jet:
    """The largest entry."""
    return x.take(*((at,) for at in divmod(_largest(x), x.columns)))


def _masked(x: Jet, diagonal: Fraction) -> Jet:
    """The lower triangle, with so much of the diagonal."""
    scale = x.numbers.rational(diagonal)
    rows = range(x.rows)
    mask = [scale if i == j else int(i > j) for i in rows for j in range(x.columns)]
    return x * x.like([mask])


def angle(y: Jet, x: Jet) -> Jet:
    """The angle of points (x, y): at the value, and as an arcus tangent of what is turned back."""
    numbers = y.numbers
    one, other = y.plain(), x.plain()
    turned = (y * other - x * one) * (x * other + y * one).reciprocal()
    turned = turned.composed([(0, 1, 0)] * len(turned.value))
    start = [numbers.named("atan2", *pair) for pair in zip(y.value, x.value, strict=True)]
    return turned + y.like([start])


MATRIX: dict[str, Callable[[Jet], Jet]] = {
    "inv": Jet.inverse,
    "det": Jet.determinant,
    "expm": expm,
    "logm": logm,
    "sqrtm": sqrtm,
    "sinm": lambda x: _circular(x)[0],
    "cosm": lambda x: _circular(x)[1],
    "eigmax": lambda x: _eigen(x)[0],
    "eigvecmax": lambda x: _eigen(x)[1],
    "eigmin": lambda x: _eigen(x.times(-1))[0].times(-1),
    "eigvecmin": lambda x: _eigen(x.times(-1))[1],
    "norm2": lambda x: _singular(x)[0],
    "svdu1": lambda x: _singular(x)[1],
    "svdv1": lambda x: _singular(x)[2],
    "nuclear": nuclear,
    "chol": chol,
    "pinv": pinv,
    "max": largest,
    "hardmax": hardmax,
    "halflow": lambda x: _masked(x, HALF),
    "tril": lambda x: _masked(x, Fraction(1)),
    "conj": Jet.conjugate,
    "re": lambda x: (x + x.conjugate()).times(x.numbers.rational(HALF)),
    "im": lambda x: (x - x.conjugate()).times(x.numbers.imaginary),
}
"""By the name in the function table."""
