"""Matrices of numbers `a + bε + cε²` → sums, products, inverses, determinants, compositions.

A jet is a list of coefficients; what is left out at its end is zero. Along a line `X + ε dX` the
coefficients of a value are its derivatives (over factorials), whatever the numbers are: no
difference is taken, and no rule for the derivative of a product, inverse or determinant is used.
"""

from __future__ import annotations

from functools import lru_cache, partial
from itertools import zip_longest
from operator import mul
from typing import TYPE_CHECKING

from mdiff.proof.arrays import identity, product, repeated, transposed
from mdiff.proof.outcomes import Singular
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from fractions import Fraction

    from mdiff.proof.arrays import Entries, Number, Shape
    from mdiff.proof.reals import Reals
    from mdiff.proof.residues import Residues

    Numbers = Residues | Reals
    """Numbers of one kind, at one point; `order` is up to which power of ε they are followed."""

Taylor = tuple["Number", "Number", "Number"]
"""f(u), f'(u) and f''(u)/2; None for a slope that does not exist."""


class Jet(Record):
    """A rows×columns matrix, `parts` its coefficients of 1, ε, ε², up to the order of `numbers`.

    `value` is the first of them.
    """

    numbers: Numbers
    rows: int
    columns: int
    parts: list[Entries]
    shape: Shape = derived(lambda self: (self.rows, self.columns))
    value: Entries = derived(lambda self: self.parts[0])

    def part(self, degree: int) -> Entries:
        """The coefficient of a power of ε."""
        return self.parts[degree] if degree < len(self.parts) else [0] * len(self.value)

    def like(self, parts: list[Entries]) -> Jet:
        """The same shape, other entries."""
        return Jet(self.numbers, self.rows, self.columns, parts)

    def plain(self) -> Jet:
        """The value, which does not move."""
        return self.like(self.parts[:1]) if len(self.parts) > 1 else self

    def wide(self, rows: int, columns: int) -> Jet:
        """A 1×1, a row or a column, repeated."""
        if self.shape == (rows, columns):
            return self
        parts = [repeated(part, self.shape, rows, columns) for part in self.parts]
        return Jet(self.numbers, rows, columns, parts)

    @property
    def T(self) -> Jet:  # noqa: N802 - as everywhere
        """The transpose."""
        parts = [transposed(part, self.rows, self.columns) for part in self.parts]
        return Jet(self.numbers, self.columns, self.rows, parts)

    def take(self, rows: Sequence[int], columns: Sequence[int]) -> Jet:
        """Some rows and columns."""
        parts = [[part[i * self.columns + j] for i in rows for j in columns] for part in self.parts]
        return Jet(self.numbers, len(rows), len(columns), parts)

    def __add__(self, other: Jet) -> Jet:
        return added((1, 1), (self, other))

    def __sub__(self, other: Jet) -> Jet:
        return added((1, -1), (self, other))

    def __mul__(self, other: Jet) -> Jet:
        """By elements."""
        return self.like(multilinear(lambda a, b: list(map(mul, a, b)), self, other))

    def __matmul__(self, other: Jet) -> Jet:
        join = partial(product, inner=self.columns, columns=other.columns)
        return Jet(self.numbers, self.rows, other.columns, multilinear(join, self, other))

    def times(self, factor: Number) -> Jet:
        """Every entry times a number that does not move."""
        reduce = self.numbers.reduce
        return self.like([reduce([factor * entry for entry in part]) for part in self.parts])

    def conjugate(self) -> Jet:
        """The complex conjugate; ε is real."""
        return self.like([self.numbers.conjugate(part) for part in self.parts])

    def power(self, exponent: int) -> Jet:
        """A whole power of a square matrix, by squaring."""
        base = self if exponent >= 0 else self.inverse()
        exponent = abs(exponent)
        total = eye(self.numbers, self.rows)
        while exponent:
            if exponent & 1:
                total = total @ base
            exponent >>= 1
            if exponent:
                base = base @ base
        return total

    def reciprocal(self) -> Jet:
        """1/x for every entry x."""
        known = [self.numbers.reciprocal(entry) for entry in self.value]
        if len(self.parts) == 1:
            return self.like([known])
        return self.composed([(r, -r * r, r * r * r) for r in known])

    def composed(self, taylors: Sequence[Taylor]) -> Jet:
        """f(u) for every entry u, from Taylor coefficients at its value.

        `f(a + bε + cε²) = f + f' b ε + (f' c + f''/2 b²) ε²`. Raises `Singular` where an entry
        moves and the slope there does not exist.
        """
        reduce = self.numbers.reduce
        parts = [reduce([known[0] for known in taylors])]
        if len(self.parts) > 1:
            first = self.parts[1]
            for known, moved in zip(taylors, zip(*self.parts[1:], strict=True), strict=True):
                if known[1] is None and any(moved):
                    raise Singular("on a kink")
            slopes = [known[1] or 0 for known in taylors]
            parts.append(reduce(list(map(mul, slopes, first))))
            if self.numbers.order > 1:
                bent = zip(slopes, self.part(2), taylors, first, strict=True)
                parts.append(reduce([s * c + (t[2] or 0) * b * b for s, c, t, b in bent]))
        return self.like(parts)

    def inverse(self) -> Jet:
        """The inverse of a square matrix: of the value by Gauss and Jordan, then by Newton.

        `Y ← Y (2I - X Y)` doubles the number of right coefficients. n³ products of numbers.
        """
        numbers, n, value = self.numbers, self.rows, self.value
        reduce, unit, size = numbers.reduce, identity(n), max(map(abs, value), default=0)
        rows = [value[at : at + n] + unit[at : at + n] for at in range(0, n * n, n)]
        for column in range(n):
            pivot = numbers.pivot([row[column] for row in rows[column:]], size)
            if pivot is None:
                raise Singular
            top = rows.pop(column + pivot)
            scale = numbers.reciprocal(top[column])
            top = reduce([scale * x for x in top])
            rows.insert(column, top)
            for i, row in enumerate(rows):
                factor = row[column]
                if factor and i != column:
                    rows[i] = reduce([x - factor * y for x, y in zip(row, top, strict=True)])
        known = self.like([[entry for row in rows for entry in row[n:]]])
        if len(self.parts) > 1:
            twice = self.like([[2 * entry for entry in unit]])
            for _ in range(numbers.order):
                known = known @ (twice - self @ known)
        return known

    def determinant(self) -> Jet:
        """The determinant, 1×1, also of a singular matrix: the product of the pivots.

        Below each of them stays what is left of the other rows (Schur's complement).
        """
        det, rest = eye(self.numbers, 1), self
        size = max(map(abs, self.value), default=0)
        while True:
            pivot = self.numbers.pivot(rest.value[:: rest.columns], size)
            if pivot is None:
                found = _singular_determinant(self)
                return found.like([[0], *found.parts[1:]])
            others, right = [i for i in range(rest.rows) if i != pivot], range(1, rest.columns)
            head = rest.take((pivot,), (0,))
            det = det * (head.times(-1) if pivot % 2 else head)
            if not others:
                return det
            factors = rest.take(others, (0,)) * head.reciprocal().wide(len(others), 1)
            rest = rest.take(others, right) - factors @ rest.take((pivot,), right)


def powered(x: Jet, exponent: Fraction) -> Jet:
    """A rational power of every entry; a zero that does not move stays one where it can."""
    numbers = x.numbers
    if len(x.parts) == 1:
        return x.like([[numbers.root(entry, exponent) for entry in x.value]])
    whole = exponent.denominator == 1
    factor = numbers.rational(exponent)
    half = numbers.rational(exponent * (exponent - 1) / 2) if numbers.order > 1 else 0

    def known(entry: Number) -> Taylor:
        value = numbers.root(entry, exponent)
        if not entry and not whole and exponent < numbers.order:
            return value, None, None
        slope = factor * numbers.root(entry, exponent - 1) if factor else 0
        return value, slope, half * numbers.root(entry, exponent - 2) if half else 0

    return x.composed([known(entry) for entry in x.value])


def eye(numbers: Numbers, n: int) -> Jet:
    """The identity, which does not move."""
    return Jet(numbers, n, n, [identity(n)])


def added(signs: Sequence[int], jets: Sequence[Jet]) -> Jet:
    """A sum of jets of one shape, each times a sign."""
    first = jets[0]
    zero = [0] * len(first.value)
    parts = [
        first.numbers.reduce([sum(map(mul, signs, entries)) for entries in zip(*each, strict=True)])
        for each in zip_longest(*(jet.parts for jet in jets), fillvalue=zero)
    ]
    return first.like(parts)


@lru_cache
def _splits(degree: int, limits: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """All ways to take powers of ε from the factors that make this degree."""
    if len(limits) == 1:
        return ((degree,),) if degree <= limits[0] else ()
    return tuple(
        (first, *rest)
        for first in range(min(degree, limits[0]) + 1)
        for rest in _splits(degree - first, limits[1:])
    )


def multilinear(join: Callable[..., Entries], *jets: Jet) -> list[Entries]:
    """The coefficients of a product of jets, whose entries are multiplied by `join`."""
    numbers = jets[0].numbers
    limits = tuple([len(jet.parts) - 1 for jet in jets])
    if not any(limits):
        return [numbers.reduce(join(*[jet.value for jet in jets]))]
    parts: list[Entries] = []
    for degree in range(min(numbers.order, sum(limits)) + 1):
        terms = [
            join(*[jet.parts[at] for jet, at in zip(jets, split, strict=True)])
            for split in _splits(degree, limits)
        ]
        whole = terms[0] if len(terms) == 1 else list(map(sum, zip(*terms, strict=True)))
        parts.append(numbers.reduce(whole))
    return parts


def _singular_determinant(jet: Jet) -> Jet:
    """The determinant by Faddeev and LeVerrier: no pivots, so it may be zero and move.

    `M ← A M + c I`, `c ← -tr(A M)/k`: the last c is ±det. n⁴ products, for small matrices only.
    """
    numbers, n = jet.numbers, jet.rows
    unit = whole = eye(numbers, n)
    for k in range(1, n + 1):
        moved = jet @ whole
        trace = Jet(numbers, 1, 1, [[sum(part[:: n + 1])] for part in moved.parts])
        factor = trace.times(-numbers.reciprocal(k))
        whole = moved + factor.wide(n, n) * unit
    return factor.times(-1 if n % 2 else 1)
