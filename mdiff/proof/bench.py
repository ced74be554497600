"""A problem → points with its derivative on them, to hold many candidates against it quickly.

A bench finds what is worth proving; it proves nothing. Everything is linear: a measure of a sum is
the sum of the measures, so that factors and terms can be told apart.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, Any

from mdiff.errors import MdiffError
from mdiff.proof.line import NO_VALUE, Line, Target, size_orders, stage, written
from mdiff.proof.outcomes import Singular, Unsupported
from mdiff.proof.points import Exact, Real
from mdiff.proof.residues import P
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.proof.arrays import Number
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Problem, Typed

DRAWS = 32
LARGEST = 60
"""Numerators and denominators of factors that are recognised."""

CLOSE = 1e-8

Measure = tuple[tuple[Any, ...], ...]
"""What is seen of a value at each point: of a gradient its product with a random direction, of a
differential its entries. Whole numbers modulo P, or real numbers; only a bench knows which."""


class Factor(Record):
    """A factor between two values: a number times sizes and their reciprocals, `2/n`."""

    number: Fraction
    sizes: tuple[tuple[str, int], ...] = ()


class Bench:
    """Two points of different sizes, of residues or, where these do not reach, of real numbers.

    Raises `Unsupported` where no point is found. `anchors` are expressions that should have a value
    at the points; where they have none anywhere, they are given up.
    """

    def __init__(  # noqa: PLR0913 - a problem, how it is asked, and where to look
        self,
        problem: Problem,
        kind: Kind,
        wrt: tuple[str, ...],
        structure: Structure = "ambient",
        seed: int = 0,
        anchors: Sequence[Typed] = (),
        *,
        real: bool = False,
    ) -> None:
        self._target = Target(problem, kind, wrt, structure)
        self._real = real
        if self._target.complex and not real:
            raise Unsupported("complex variables")
        self._written = written(self._target, None)
        self.trusted = self._written.needs.trusted and not real
        self._lines = [self._line(seed, number, anchors) for number in (0, 1)]
        self.truth: Measure = tuple(tuple(line.truth()) for line in self._lines)

    def _line(self, seed: int, number: int, anchors: Sequence[Typed]) -> Line:
        """A point where the derivative exists, and if there is one, all anchors do."""
        found: Line | None = None
        for sizes in size_orders(self._target.problem.sizes, number):
            for line in self._draws(sizes, seed * 7919 + 31 * number, number):
                found = found or line
                if all(self._exists(line, anchor) for anchor in anchors):
                    return line
            if found is not None:
                return found
        raise Unsupported("no point of the domain found")

    def _draws(self, sizes: dict[str, int], seed: int, number: int) -> Iterator[Line]:
        """Points of these sizes at which there is a derivative."""
        known, order = stage(self._written, sizes), self._target.order
        for draw in range(DRAWS):
            try:
                if self._real:
                    line = Line(known, Real(seed, draw, order, complex_=self._target.complex))
                else:
                    line = Line(known, Exact(seed, number, draw, order, 3))
                line.truth()
            except Singular:
                return
            except NO_VALUE:
                continue
            yield line

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

    def minus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a difference."""
        pairs = zip(one, other, self._lines, strict=True)
        return tuple(
            tuple(line.reduce([x - y for x, y in zip(first, second, strict=True)]))
            for first, second, line in pairs
        )

    def same(self, one: Measure, other: Measure) -> bool:
        """Whether two values are equal, as far as can be seen."""
        return all(map(self._close, one, other))

    def _close(self, one: Sequence[Number], other: Sequence[Number]) -> bool:
        if not self._real:
            return tuple(one) == tuple(other)
        scale = max(map(abs, (*one, *other)), default=0)
        worst = max((abs(x - y) for x, y in zip(one, other, strict=True)), default=0)
        return bool(worst <= CLOSE * max(scale, CLOSE))

    def factor(self, one: Measure, other: Measure) -> Factor | None:
        """The simple factor that makes `other` of `one`, if there is one."""
        ratios = []
        for first, second, line in zip(one, other, self._lines, strict=True):
            largest = max(first, key=abs, default=0)
            if abs(largest) < CLOSE:
                return None
            ratio = second[first.index(largest)] * line.numbers.reciprocal(largest)
            if not self._close(line.reduce([ratio * x for x in first]), second):
                return None
            ratios.append(ratio)
        names = sorted(self._target.problem.sizes)
        powers: list[tuple[tuple[str, int], ...]] = [()]
        powers += [((name, power),) for name in names for power in (1, -1)]
        powers += [((a, p), (b, p)) for a, b in combinations(names, 2) for p in (1, -1)]
        for power in powers:
            found = {self._number(*pair, power) for pair in zip(ratios, self._lines, strict=True)}
            number = found.pop()
            if number and not found:
                return Factor(number, power)
        return None

    def _number(
        self, ratio: Number, line: Line, powers: tuple[tuple[str, int], ...]
    ) -> Fraction | None:
        """The simple fraction that a ratio is, over powers of sizes."""
        scale = Fraction(1)
        for name, power in powers:
            scale /= Fraction(line.stage.sizes[name]) ** power
        (rest,) = line.reduce([ratio * line.numbers.rational(scale)])
        if not self._real:
            return _fraction(rest)
        if isinstance(rest, complex):
            return None
        found = Fraction(rest).limit_denominator(LARGEST)
        near = abs(float(found) - rest) <= CLOSE * abs(rest)
        return found if near and abs(found.numerator) <= LARGEST else None

    def equal(self, one: Typed, other: Typed) -> bool:
        """Whether two expressions of any shape have the same value."""
        try:
            pairs = [(line.read(one)[0], line.read(other)[0]) for line in self._lines]
            return all(x.shape == y.shape and self._close(x.value, y.value) for x, y in pairs)
        except (*NO_VALUE, Unsupported, MdiffError, KeyError):
            return False


def _fraction(residue: int) -> Fraction | None:
    """The simple fraction that is this number modulo P."""
    for denominator in range(1, LARGEST + 1):
        numerator = residue * denominator % P
        if numerator > P >> 1:
            numerator -= P
        if abs(numerator) <= LARGEST:
            return Fraction(numerator, denominator)
    return None
