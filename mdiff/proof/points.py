"""A variable's shape and properties → random values of that structure, in residues or real numbers.

What is not declared positive has both signs, on diagonals and in triangles too; symmetric matrices
have any signature, orthogonal ones both determinants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.proof.jet import Jet, eye
from mdiff.proof.outcomes import Singular
from mdiff.proof.reals import Reals, Stream
from mdiff.proof.residues import MODULI, Drawn, Residues
from mdiff.properties import ROWS, basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.proof.arrays import Entries, Number, Shape
    from mdiff.proof.jet import Numbers
    from mdiff.proof.program import Program
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


def mood(count: int) -> tuple[Signs, float, bool]:
    """How the `count`-th point is drawn: at first by the moods, then at all sizes."""
    if count < len(MOODS):
        return MOODS[count]
    factor, _ = STEPS[count >= WIDE]
    step, sign = divmod(count - (WIDE if count >= WIDE else len(MOODS)), 3)
    step, down = divmod(step, 2)
    size = factor ** (step + 1)
    return ("positive", "negative", "any")[sign], 1 / size if down else size, False


class Point:
    """Numbers at one point, what is drawn from, and the variables drawn so far."""

    levels: Sequence[Numbers]
    count: int
    scale = 1.0
    drawn: int
    """For how many of them variables are drawn."""
    stream: Stream
    real = False
    """Whether what is being drawn is a real variable, which it stays beside complex ones."""

    def number(self, level: int, *, positive: bool) -> Number:
        """One random number."""
        raise NotImplementedError

    def scalar(self) -> Number:
        """One that is a variable by itself."""
        return self.number(0, positive=False)

    def dominant(self) -> float:
        """What to add to the diagonal of a square matrix."""
        return 0

    def reflected(self) -> bool:
        """Whether the next orthogonal matrix has determinant -1: for each, at all sizes both."""
        self._orthogonal = getattr(self, "_orthogonal", -1) + 1
        return (self.count // 3 + self._orthogonal * (self.count // 6)) % 2 == 1

    def direction(self, structure: str | None, shape: Shape) -> Entries:
        """A random matrix of a linear structure."""
        return _spread(structure, shape, lambda: self.number(0, positive=False))

    def draw(self, declared: Declared, shape: Shape, *, whole: bool) -> list[Entries]:
        """The entries of a variable in all numbers; `whole` where it is an exponent of matrices."""
        self.real = "complex" not in declared.properties
        if whole:
            low, many = EXPONENTS[self.count % len(EXPONENTS)]
            exponent = low + self.stream.below(many)
            return [[exponent] for _ in range(self.drawn)]
        return [_matrix(self, level, declared.properties, shape) for level in range(self.drawn)]


class Exact(Point):
    """A point of residues."""

    def __init__(self, seed: int, count: int, draw: int, order: int, levels: int) -> None:
        """The `draw` for the `count`-th point; `levels`: how many of P, Q and R are needed."""
        self.stream = Stream((seed * 1009 + count) * 64 + draw)
        self.count = count
        self._known = Drawn(self.stream)
        self.levels = [Residues(self._known, level, order) for level in range(len(MODULI))]
        self.drawn = levels

    def number(self, level: int, *, positive: bool) -> Number:
        """A residue; a positive one is a square, of a known logarithm where powers may use it."""
        if not positive:
            return self.stream.below(MODULI[level])
        if level == 0 and self.drawn > 1:
            return self._known.positive(self.stream.below(MODULI[1]))
        return self._known.square(MODULI[level])


class Real(Point):
    """A point of real or complex numbers, the `count`-th that is tried."""

    def __init__(
        self, seed: int, count: int, order: int, *, complex_: bool = False, digits: int = 0
    ) -> None:
        self.stream = Stream(seed + 7919 * count)
        self._numbers = Reals(order, complex_=complex_, digits=digits)
        self.levels = [self._numbers]
        self.drawn = 1
        self._signs, self.scale, self._dominant = mood(count)
        self._spread = 1.0 if count < len(MOODS) else 0.05
        self.count = count
        self._scalars = 0

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

    def dominant(self) -> float:
        """Some for a matrix that should have a good inverse and a positive determinant."""
        return 2.5 * self.scale if self._dominant else 0


def exponents(program: Program) -> frozenset[str]:
    """The variables in exponents of matrices, which are whole numbers."""
    places = [step.args[1] for step in program.steps if step.operation == "matrixpower"]
    names: set[str] = set()
    while places:
        step = program.steps[places.pop()]
        if step.operation == "variable":
            names.add(str(step.payload))
        places.extend(step.args)
    return frozenset(names)


def _matrix(point: Point, level: int, properties: frozenset[str], shape: Shape) -> Entries:
    numbers, (rows, columns) = point.levels[level], shape
    drawn = {ROWS[name].draw for name in properties}
    positive = "positive" in drawn

    def number() -> Number:
        return point.number(level, positive=positive)

    if "simplex" in drawn:
        while True:
            entries = [point.number(level, positive=True) for _ in range(rows * columns)]
            (total,) = numbers.reduce([sum(entries)])
            if numbers.sign(total) > 0:
                scale = numbers.reciprocal(total)
                return numbers.reduce([entry * scale for entry in entries])
    if "cayley" in drawn:
        return _orthogonal(point, level, rows, columns)
    structure = linear_part(properties)
    if "gram" in drawn:
        lower = Jet(numbers, rows, rows, [_spread("lower", (rows, rows), number)])
        return (lower @ lower.T).value
    if shape == (1, 1) and not positive and level == 0:
        return [point.scalar()]
    entries = _spread(structure, shape, number)
    more = point.dominant() if rows == columns > 1 and structure != "skew" else 0
    return (
        [e + (more if i % (rows + 1) == 0 else 0) for i, e in enumerate(entries)]
        if more
        else entries
    )


def _spread(structure: str | None, shape: Shape, number: Callable[[], Number]) -> Entries:
    """A matrix of a linear structure."""
    rows, columns = shape
    if structure is None:
        return [number() for _ in range(rows * columns)]
    entries: Entries = [0] * (rows * columns)
    for element in basis(structure, rows, columns):
        value = number()
        for place, sign in element:
            entries[place] = sign * value
    return entries


def _orthogonal(point: Point, level: int, rows: int, columns: int) -> Entries:
    """Columns of Cayley's (I + K)⁻¹ (I - K) with K skew, reflected at every other point."""
    if rows < columns:
        raise Singular("more columns than can be orthogonal")
    numbers, n = point.levels[level], rows
    turn = 1 / point.scale if point.scale != 1 else 1  # angles have a size of their own
    skew = _spread("skew", (n, n), lambda: point.number(level, positive=False) * turn)
    unit, tangent = eye(numbers, n), Jet(numbers, n, n, [skew])
    found = ((unit + tangent).inverse() @ (unit - tangent)).take(range(rows), range(columns)).value
    if point.reflected():
        found = [-entry for entry in found[:columns]] + found[columns:]
    return numbers.reduce(found)
