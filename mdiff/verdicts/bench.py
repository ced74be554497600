"""A problem → points with its derivative on them, to hold many candidates against it quickly.

A bench finds what is worth proving; it proves nothing. Everything is linear: a measure of a sum is
the sum of the measures, so that factors and terms can be told apart.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import prod
from typing import TYPE_CHECKING, Any

from mdiff.errors import MdiffError
from mdiff.proof.line import NO_VALUE, Line, Target, size_orders, stage, written
from mdiff.proof.outcomes import Singular, Unsupported
from mdiff.proof.points import Exact, Real
from mdiff.proof.residues import P
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mdiff.proof.arrays import Number
    from mdiff.proof.line import Written
    from mdiff.proof.points import Point
    from mdiff.shapes.typed import Typed
    from mdiff.verdicts.asked import Asked

DRAWS = 32

MOST_PRODUCTS = 200_000
"""Products of numbers at all points that are looked at for one where the derivative exists."""
LARGEST = 60
"""Numerators and denominators of factors that are recognised."""

CLOSE = 1e-8

Measure = tuple[tuple[Any, ...], ...]
"""What is seen of a value at each point: of a gradient its product with a random direction, of a
differential its entries. Whole numbers modulo P, or real numbers; only a bench knows which."""


class Factor(Record):
    """A factor between two values: a number times sizes and their reciprocals, `2/n`.

    `slip`: what it undoes; `more`: how much less likely it is than one that is often forgotten.
    """

    number: Fraction
    sizes: tuple[tuple[str, int], ...] = ()
    is_one: bool = derived(lambda self: self.number == 1 and not self.sizes)
    slip: str = derived(lambda self: "sign" if self.number == -1 and not self.sizes else "factor")
    more: float = derived(lambda self: 0.0 if abs(self.number) in (1, 2, Fraction(1, 2)) else 0.1)


class Bench:
    """Two points of different sizes, of residues or, where these do not reach, of real numbers.

    Raises `Unsupported` where no point is found. `anchors` are expressions that should have a value
    at the points; where they have none anywhere, they are given up.
    """

    def __init__(self, asked: Asked, anchors: Sequence[Typed], *, real: bool) -> None:
        self._target = Target(asked.problem, asked.kind, asked.wrt, asked.structure)
        self._real = real
        if self._target.complex and not real:
            raise Unsupported("complex variables")
        self._written = written(self._target, None)
        self.trusted = self._written.needs.trusted and not real
        self._lines = [self._line(asked.seed * 7919 + 31 * n, n, anchors) for n in (0, 1)]
        self.truth: Measure = tuple(tuple(line.truth()) for line in self._lines)

    def _line(self, seed: int, number: int, anchors: Sequence[Typed]) -> Line:
        """A point where the derivative exists, and if there is one of its sizes, all anchors do."""
        found = None
        for line in lines(self._written, seed, number, real=self._real):
            if found is not None and found.stage is not line.stage:
                break
            found = found or line
            if all(self._exists(line, anchor) for anchor in anchors):
                return line
        if found is None:
            raise Unsupported("no point of the domain found")
        return found

    def _exists(self, line: Line, expression: Typed) -> bool:
        """Whether to look no further: there is a value, or none that these numbers know."""
        try:
            line.read(expression)
        except NO_VALUE:
            return False
        except Unsupported:
            self.trusted = False
        return True

    def measure(self, candidate: Typed) -> Measure | None:
        """A candidate's measure; None where it has another shape, or no value."""
        found = []
        for line in self._lines:
            try:
                _, seen = line.read(candidate)
            except (*NO_VALUE, Unsupported, MdiffError, KeyError):
                return None
            if seen is None:
                return None
            found.append(tuple(seen))
        return tuple(found)

    def total(self, signed: Iterable[tuple[int, Measure]]) -> Measure:
        """The measure of a signed sum."""
        found = [[0] * len(row) for row in self.truth]
        for sign, measure in signed:
            for row, seen in zip(found, measure, strict=True):
                row[:] = [x + sign * y for x, y in zip(row, seen, strict=True)]
        rows = zip(found, self._lines, strict=True)
        return tuple(tuple(line.reduce(row)) for row, line in rows)

    def minus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a difference."""
        return self.total([(1, one), (-1, other)])

    def same(self, one: Measure, other: Measure) -> bool:
        """Whether two values are equal, as far as can be seen."""
        return all(map(self._close, one, other))

    def is_zero(self, measure: Measure) -> bool:
        """Whether a value is zero, as far as can be seen."""
        return self.same(measure, self.total([]))

    def _close(self, one: Sequence[Number], other: Sequence[Number]) -> bool:
        if not self._real:
            return tuple(one) == tuple(other)
        scale = max(map(abs, (*one, *other)), default=0)
        worst = max((abs(x - y) for x, y in zip(one, other, strict=True)), default=0)
        return bool(worst <= CLOSE * max(scale, CLOSE))

    def factor(self, one: Measure, other: Measure) -> Factor | None:
        """The simple factor that makes `other` of `one`, if there is one."""
        if self.same(one, other):
            return Factor(Fraction(1))
        ratios = []
        for first, second, line in zip(one, other, self._lines, strict=True):
            largest = max(first, key=abs, default=0)
            if abs(largest) < CLOSE:
                return None
            ratio = second[first.index(largest)] * line.numbers.reciprocal(largest)
            if not self._close(line.reduce([ratio * x for x in first]), second):
                return None
            ratios.append((ratio, line))
        names = sorted(self._target.problem.sizes)
        powers: list[tuple[tuple[str, int], ...]] = [()]
        powers += [((name, power),) for name in names for power in (1, -1)]
        powers += [((a, p), (b, p)) for a, b in combinations(names, 2) for p in (1, -1)]
        for power in powers:
            found = set()
            for ratio, line in ratios:
                scale = prod(Fraction(line.stage.sizes[name]) ** -by for name, by in power)
                (rest,) = line.reduce([ratio * line.numbers.rational(Fraction(scale))])
                found.add(self._fraction(rest))
            number = found.pop()
            if number and not found:
                return Factor(number, power)
        return None

    def _fraction(self, number: Number) -> Fraction | None:
        """The simple fraction that is a number, or a residue modulo P."""
        if self._real:
            found = Fraction(0 if isinstance(number, complex) else number)
            found = found.limit_denominator(LARGEST)
            near = abs(float(found) - number) <= CLOSE * abs(number)
            return found if near and abs(found.numerator) <= LARGEST else None
        for denominator in range(1, LARGEST + 1):
            numerator = (number * denominator + P // 2) % P - P // 2
            if abs(numerator) <= LARGEST:
                return Fraction(numerator, denominator)
        return None

    def equal(self, one: Typed, other: Typed) -> bool:
        """Whether two expressions of any shape have the same value."""
        try:
            pairs = [(line.read(one)[0], line.read(other)[0]) for line in self._lines]
            return all(x.shape == y.shape and self._close(x.value, y.value) for x, y in pairs)
        except (*NO_VALUE, Unsupported, MdiffError, KeyError):
            return False


def lines(known: Written, seed: int, number: int, *, real: bool) -> Iterator[Line]:
    """Lines through points where the derivative exists, of one sizes after the other."""
    order, complex_ = known.target.order, known.target.complex
    spent = 0
    for sizes in size_orders(known.target.problem.sizes, number):
        at_sizes = stage(known, sizes)
        for draw in range(DRAWS):
            spent += at_sizes.cost
            if spent > MOST_PRODUCTS:
                return
            point: Point = Exact(seed, number, draw, order, 3)
            if real:
                point = Real(seed, draw, order, complex_=complex_)
            try:
                line = Line(at_sizes, point)
                line.truth()
            except Singular:
                break
            except NO_VALUE:
                continue
            yield line


def benches(asked: Asked, anchors: Sequence[Typed]) -> Iterator[Bench]:
    """Where claims are tried: exactly, and where that may miss something, on real numbers."""
    for real in (False, True):
        try:
            bench = Bench(asked, anchors, real=real)
        except Unsupported:
            continue
        yield bench
        if bench.trusted:
            return
