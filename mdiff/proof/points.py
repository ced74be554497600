"""A variable's shape and properties → random values of that structure, in residues or real numbers.

What is not declared positive has both signs, on diagonals and in triangles too; symmetric matrices
have any signature, orthogonal ones both determinants.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Literal

from mdiff.proof.jet import Jet, eye
from mdiff.proof.outcomes import Singular
from mdiff.proof.reals import Reals, Stream
from mdiff.proof.residues import MODULI, Drawn, Residues
from mdiff.properties import ROWS, basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.arrays import Entries, Number, Shape
    from mdiff.proof.jet import Numbers
    from mdiff.shapes.typed import Declared

Signs = Literal["any", "positive", "negative"]

MOODS: tuple[tuple[Signs, float, bool], ...] = (
    ("any", 1.0, False), ("any", 1.0, True), ("positive", 1.0, False), ("any", 0.3, True),
    ("negative", 1.0, False), ("positive", 0.3, True), ("any", 4.0, False), ("any", 0.05, False),
    ("negative", 0.3, True), ("positive", 0.05, False), ("positive", 4.0, True),
    ("any", 30.0, False), ("positive", 30.0, False), ("negative", 0.05, False),
    ("any", 1.0, True), ("positive", 900.0, True),
)  # fmt: skip
"""Signs and sizes of the real numbers to try, and whether square matrices get a large diagonal."""

EXPONENTS = (1, 9), (10, 30), (-7, 7)
"""Exponents of matrices are drawn from these: above a number, so many."""

STEPS = ((4.0, 18), (1.08, 60))
"""Sizes beyond, up and down from 1: by fours to about 1e11, and in fine steps to about 100."""

WIDE = len(MOODS) + 6 * STEPS[0][1]
MOST = WIDE + 6 * STEPS[1][1]
"""How many points there are until the domain should have been met, and in all."""


class Point:
    """Numbers at one point, and what is drawn of them."""

    levels: Sequence[Numbers]
    count: int
    stream: Stream
    scale = 1.0
    dominant = 0.0
    """What is added to the diagonal of a square matrix."""
    orthogonal = -1
    """The number of the last orthogonal matrix."""
    real = False
    """Whether what is being drawn is a real variable, which it stays beside complex ones."""

    def number(self, level: int, *, positive: bool) -> Number:
        """One random number."""
        raise NotImplementedError

    def scalar(self) -> Number:
        """One that is a variable by itself."""
        return self.number(0, positive=False)

    def draw(self, declared: Declared, shape: Shape, *, whole: bool) -> list[Jet]:
        """A variable in all numbers; `whole` where it is an exponent of matrices."""
        self.real = "complex" not in declared.properties
        if whole:
            low, many = EXPONENTS[self.count % len(EXPONENTS)]
            entries: Entries = [low + self.stream.below(many) for _ in range(prod(shape))]
            drawn = [entries] * len(self.levels)
        else:
            levels = range(len(self.levels))
            drawn = [self._matrix(level, declared.properties, shape) for level in levels]
        pairs = zip(self.levels, drawn, strict=True)
        return [Jet(numbers, *shape, [entries]) for numbers, entries in pairs]

    def spread(
        self, structure: str | None, shape: Shape, level: int = 0, *, positive: bool = False
    ) -> Entries:
        """A random matrix of a linear structure."""
        entries: Entries = [0] * (shape[0] * shape[1])
        if structure is None:
            return [self.number(level, positive=positive) for _ in entries]
        for element in basis(structure, *shape):
            value = self.number(level, positive=positive)
            for place, sign in element:
                entries[place] = sign * value
        return entries

    def _matrix(self, level: int, properties: frozenset[str], shape: Shape) -> Entries:
        numbers, (rows, columns) = self.levels[level], shape
        drawn = {ROWS[name].draw for name in properties}
        positive = "positive" in drawn
        if "simplex" in drawn:
            while True:
                entries = self.spread(None, shape, level, positive=True)
                (total,) = numbers.reduce([sum(entries)])
                if numbers.sign(total) > 0:
                    scale = numbers.reciprocal(total)
                    return numbers.reduce([entry * scale for entry in entries])
        if "cayley" in drawn:
            return self._orthogonal(level, rows, columns)
        structure = linear_part(properties)
        if "gram" in drawn and structure == "spd":
            entries = self.spread("lower", shape, level, positive=positive)
            lower = Jet(numbers, rows, rows, [entries])
            return (lower @ lower.T).value
        if shape == (1, 1) and not positive and level == 0:
            return [self.scalar()]
        definite = "gram" in drawn  # of a narrower structure, which a Gram matrix has not
        entries = self.spread(structure, shape, level, positive=positive or definite)
        if definite and structure != "diagonal":
            more = 2 * rows * self.scale if self.scale != 1 else 2 * rows
            entries[:: rows + 1] = [entry + more for entry in entries[:: rows + 1]]
        if self.dominant and rows == columns > 1 and structure != "skew":
            entries[:: rows + 1] = [entry + self.dominant for entry in entries[:: rows + 1]]
        return entries

    def _orthogonal(self, level: int, n: int, columns: int) -> Entries:
        """Columns of Cayley's (I + K)⁻¹ (I - K) with K skew.

        Reflected at every other point, for each such matrix: at all sizes both.
        """
        if n < columns:
            raise Singular("more columns than can be orthogonal")
        numbers = self.levels[level]
        turn = 1 / self.scale if self.scale != 1 else 1  # angles have a size of their own
        skew = [turn * entry for entry in self.spread("skew", (n, n), level)]
        unit, tangent = eye(numbers, n), Jet(numbers, n, n, [skew])
        whole = (unit + tangent).inverse() @ (unit - tangent)
        found = whole.take(range(n), range(columns)).value
        self.orthogonal += 1
        if (self.count // 3 + self.orthogonal * (self.count // 6)) % 2:
            found = [-entry for entry in found[:columns]] + found[columns:]
        return numbers.reduce(found)


class Exact(Point):
    """A point of residues."""

    def __init__(self, seed: int, count: int, draw: int, order: int, levels: int) -> None:
        """The `draw` for the `count`-th point; `levels`: how many of P, Q and R are needed."""
        self.stream = Stream((seed * 1009 + count) * 64 + draw)
        self.count = count
        self._known = Drawn(self.stream)
        self.levels = [Residues(self._known, level, order) for level in range(levels)]

    def number(self, level: int, *, positive: bool) -> Number:
        """A residue; a positive one is a square, of a known logarithm where powers may use it."""
        if not positive:
            return self.stream.below(MODULI[level])
        if level == 0 and len(self.levels) > 1:
            return self._known.positive(self.stream.below(MODULI[1]))
        return self._known.square(MODULI[level])


class Real(Point):
    """A point of real or complex numbers, the `count`-th that is tried."""

    def __init__(
        self, seed: int, count: int, order: int, *, complex_: bool = False, digits: int = 0
    ) -> None:
        self.stream = Stream(seed + 7919 * count)
        self.count = count
        self._numbers = Reals(order, complex_=complex_, digits=digits)
        self.levels = [self._numbers]
        self._scalars = 0
        if count < len(MOODS):
            self._spread = 1.0
            self._signs, self.scale, dominant = MOODS[count]
            self.dominant = 2.5 * self.scale if dominant else 0.0
        else:  # all sizes, all signs
            self._spread = 0.05
            factor, _ = STEPS[count >= WIDE]
            step, sign = divmod(count - (WIDE if count >= WIDE else len(MOODS)), 3)
            self._signs = ("positive", "negative", "any")[sign]
            self.scale = factor ** (step // 2 + 1)
            if step % 2:
                self.scale = 1 / self.scale

    def number(self, level: int, *, positive: bool) -> Number:
        """A number about 1, from 0.4 to 1.4 at first, of one of both signs, times a scale."""
        del level
        size = (1 + (self.stream.unit() - 0.6) * self._spread) * self.scale
        if self._numbers.complex and not positive and not self.real:
            return self._numbers.number(complex(size, 2 * self.stream.unit() - 1))
        negative = self._signs == "negative" or (self._signs == "any" and self.stream.below(3) == 1)
        return self._numbers.number(-size if negative and not positive else size)

    def scalar(self) -> Number:
        """One whose sign, over the points, is independent of those of the first few others."""
        self._scalars += 1
        value = self.number(0, positive=False)
        if self._signs != "any" or (self._numbers.complex and not self.real):
            return value
        return abs(value) if (self._scalars & self.count).bit_count() % 2 else -abs(value)
