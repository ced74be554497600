"""A problem and an answer → whether finite differences agree with it, with the order as evidence.

Along random directions at points of the domain; numpy is loaded here and nowhere else than in this
room.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from math import inf, log2
from typing import TYPE_CHECKING

import numpy as np

from floats.differences import differences, expansion, second_differences
from floats.evaluate import Array, Point, evaluate
from floats.points import MOODS, direction, draw, singular
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.result import Proof
from mdiff.properties import basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from floats.differences import Slope
    from mdiff.proof.result import Expansion, Structure
    from mdiff.shapes.typed import Declared, Problem, Typed

POINTS, DIRECTIONS = 3, 2
AGREES, DIFFERS = 1e-7, 1e-5
"""Relative errors below and above which an answer is proved and refuted."""
ATTEMPTS = 3
"""So many points are tried for one where differences are sure: none within a step of a kink."""
UNSURE, SURE = 1e-5, 1e-3
"""Relative doubts of differences above which they prove, and refute, nothing."""


def check_gradient(  # noqa: PLR0913 - a problem, a claim about it, and how to look
    problem: Problem,
    variable: str,
    answer: Typed,
    *,
    points: int = POINTS,
    seed: int = 0,
    structure: Structure = "ambient",
) -> Proof:
    """Is `answer` the gradient of the scalar problem with respect to `variable`?

    `ambient`: all entries vary. `projected`, `tangent`: the gradient within the variable's linear
    structure or tangent space. `entries`: entry (i,j) is the derivative by the free element there.
    """
    declared = problem.variables[variable]

    def claim(point: Point, along: Mapping[str, Array]) -> Array:
        gradient = evaluate(answer, point)
        _same_shape(gradient.shape, point.values[variable].shape)
        direction = along[variable]
        weights = _first_places(declared, direction) if structure == "entries" else direction
        return np.array([[np.sum(gradient * weights)]])

    def outside(point: Point) -> float:
        return _outside(declared, structure, evaluate(answer, point), point.values[variable])

    found = _Claim(problem, (variable,), structure, answer, claim, outside=outside)
    return _check(found, points, seed)


def check_differential(
    problem: Problem,
    changing: tuple[str, ...],
    answer: Typed,
    *,
    points: int = POINTS,
    seed: int = 0,
) -> Proof:
    """Is `answer`, an expression in `dX` for each changing X, the differential of the problem?

    Each `dX` has X's linear structure.
    """
    claim = _valued(problem, answer)
    return _check(_Claim(problem, changing, "projected", answer, claim), points, seed)


def _valued(problem: Problem, answer: Typed) -> Callable[[Point, Mapping[str, Array]], Array]:
    """The value of an answer in `dX`, which has the shape of the problem's expression."""

    def claim(point: Point, along: Mapping[str, Array]) -> Array:
        named = {f"d{name}": value for name, value in along.items()}
        value = evaluate(answer, Point(point.sizes, {**named, **point.values}))
        _same_shape(value.shape, evaluate(problem.expression, point).shape)
        return value

    return claim


def check_jacobian(
    problem: Problem, variable: str, answer: Typed, *, points: int = POINTS, seed: int = 0
) -> Proof:
    """Is `answer` the Jacobian d vec(f) / d vec(X)^T, rows by the output, vec by columns?"""

    def claim(point: Point, along: Mapping[str, Array]) -> Array:
        direction, jacobian = along[variable], evaluate(answer, point)
        shape = evaluate(problem.expression, point).shape
        _same_shape(jacobian.shape, (shape[0] * shape[1], direction.size))
        along_columns = direction.reshape(-1, order="F")
        return np.asarray((jacobian @ along_columns).reshape(shape, order="F"))

    return _check(_Claim(problem, (variable,), "ambient", answer, claim), points, seed)


def check_expansion(  # noqa: PLR0913 - a problem, a claim about it, and how to look
    problem: Problem,
    kind: Expansion,
    changing: tuple[str, ...],
    answer: Typed,
    *,
    points: int = POINTS,
    seed: int = 0,
) -> Proof:
    """Is `answer`, in `dX` for each changing X, the second differential or a Taylor polynomial?"""

    def truth(point: Point, along: Mapping[str, Array]) -> Slope:
        match kind:
            case "d2":
                return second_differences(problem.expression, point, along)
            case "taylor1":
                parts = [differences(problem.expression, point, along)]
            case "taylor2":
                bent = second_differences(problem.expression, point, along)
                parts = [differences(problem.expression, point, along), bent]
        return expansion(evaluate(problem.expression, point), parts)

    claim = _valued(problem, answer)
    return _check(_Claim(problem, changing, "projected", answer, claim, truth=truth), points, seed)


class _OtherShapeError(Exception):
    """The answer has not the shape it should have."""


def _same_shape(found: tuple[int, ...], wanted: tuple[int, ...]) -> None:
    if found != wanted:
        raise _OtherShapeError


class _Claim:
    """What an answer says about a problem.

    `answer`: its tree; `value`: the derivative along given directions at a point; `outside`: how
    far the answer is from the variable's structure there; `truth`: what the value should be, by
    differences.
    """

    __slots__ = ("answer", "changing", "outside", "problem", "structure", "truth", "value")

    def __init__(  # noqa: PLR0913 - the parts of a claim
        self,
        problem: Problem,
        changing: tuple[str, ...],
        structure: Structure,
        answer: Typed,
        value: Callable[[Point, Mapping[str, Array]], Array],
        *,
        outside: Callable[[Point], float] = lambda _: 0.0,
        truth: Callable[[Point, Mapping[str, Array]], Slope] | None = None,
    ) -> None:
        self.problem = problem
        self.changing = changing
        self.structure = structure
        self.answer = answer
        self.value = value
        self.outside = outside
        self.truth = truth or partial(differences, problem.expression)

    def along(self, rng: np.random.Generator, point: Point) -> dict[str, Array]:
        """Random directions of all that changes."""
        return {
            name: _direction(rng, self.problem.variables[name], self.structure, point.values[name])
            for name in self.changing
        }

    def finite(self, point: Point) -> bool:
        """Whether the answer has a value at a point."""
        ones = {name: np.ones_like(point.values[name]) for name in self.changing}
        return bool(np.all(np.isfinite(self.value(point, ones))))

    def sound(self, point: Point) -> bool:
        """Whether it has one there that is more than the noise of a singular inverse."""
        ones = {f"d{name}": np.ones_like(point.values[name]) for name in self.changing}
        with_ones = Point(point.sizes, {**ones, **point.values})
        return self.finite(point) and not singular(self.answer, with_ones)


def _check(claim: _Claim, points: int, seed: int) -> Proof:
    try:
        with np.errstate(all="ignore"):
            return _tally(claim, points, seed)
    except _OtherShapeError:
        return Proof("numeric", "refuted", 1, why="the answer has another shape")
    except Unsupported as reason:
        return Proof("none", "unknown", 0, why=str(reason))


def _tally(claim: _Claim, points: int, seed: int) -> Proof:
    tally = _Tally()
    for number in range(points):
        found = _compared(claim, seed, number)
        if found is None:
            return _pointless(claim, seed * 100, number)
        point, slopes = found
        for along, slope in slopes:
            tally.add(slope, claim.value(point, along), claim.outside(point))
        if tally.proof(number + 1).verdict == "refuted":
            break
    return tally.proof(number + 1)


def _compared(
    claim: _Claim, seed: int, number: int
) -> tuple[Point, list[tuple[dict[str, Array], Slope]]] | None:
    """A point, and directions with the derivative along them, that differences are surest of."""
    mood, smallest = number % len(MOODS), 3 + number % 2
    found, least = None, inf
    for attempt in range(ATTEMPTS):
        place = seed * 100 + number + 10_000 * attempt
        point = draw(claim.problem, place, claim.sound, mood, smallest)
        if point is None:
            break
        rng = np.random.default_rng([seed, number, 1])
        lines = [claim.along(rng, point) for _ in range(DIRECTIONS)]
        slopes = [(along, claim.truth(point, along)) for along in lines]
        doubt = max(slope.doubt / _scale(slope) for _, slope in slopes)
        if found is None or doubt < least:
            found, least = (point, slopes), doubt
        if doubt < AGREES:
            break
    return found


def _pointless(claim: _Claim, seed: int, number: int) -> Proof:
    """The verdict where no point was found at which the claim can be held against differences."""
    if draw(claim.problem, seed) is None:
        return Proof("none", "unknown", number, why="no point of the domain found")
    if draw(claim.problem, seed, claim.finite) is None:
        why = "the answer has no value at points of the domain"
        return Proof("numeric", "refuted", number, why=why)
    why = "the answer takes inverses of matrices that are singular at the points found"
    return Proof("none", "unknown", number, why=why)


def _scale(slope: Slope) -> float:
    """What errors of a slope are relative to."""
    return max(slope.scale, float(np.max(np.abs(slope.value))), 1e-3)


class _Tally:
    """The worst over all points and directions."""

    __slots__ = ("doubt", "error", "orders", "outside", "undefined")

    def __init__(self) -> None:
        self.error = 0.0
        self.doubt = 0.0
        self.outside = 0.0
        self.orders: list[float] = []
        self.undefined = False

    def add(self, slope: Slope, claim: Array, outside: float) -> None:
        """Count one comparison."""
        if not (np.all(np.isfinite(claim)) and np.all(np.isfinite(slope.value))):
            self.undefined = True
            return
        scale = _scale(slope)
        self.error = max(self.error, float(np.max(np.abs(claim - slope.value))) / scale)
        self.doubt = max(self.doubt, slope.doubt / scale)
        self.outside = max(self.outside, outside)
        errors = [float(np.max(np.abs(quotient - claim))) for quotient in slope.quotients]
        pairs = pairwise(errors)
        self.orders.extend(log2(first / second) for first, second in pairs if second > 1e-7 * scale)

    def proof(self, points: int) -> Proof:
        """The verdict."""
        if self.undefined:
            return Proof("none", "unknown", points, why="not finite at points of the domain")
        if self.outside > DIFFERS:
            why = "the answer has not the structure of the variable"
            return Proof("numeric", "refuted", points, error=self.outside, why=why)
        evidence = max(self.error, self.outside)
        if evidence <= AGREES and self.doubt < UNSURE:
            return Proof("numeric", "proved", points, error=evidence)
        if self.error > max(DIFFERS, 100 * self.doubt) and self.doubt < SURE:
            why = f"differences give another value (relative error {self.error:.1e})"
            return Proof("numeric", "refuted", points, error=self.error, why=why)
        why = f"differences are too uncertain here (error {evidence:.1e})"
        return Proof("none", "unknown", points, error=evidence, why=why)


def _direction(
    rng: np.random.Generator, declared: Declared, structure: Structure, value: Array
) -> Array:
    shape = (value.shape[0], value.shape[1])
    if structure == "tangent":
        return np.asarray(direction(rng, "skew", (shape[0], shape[0])) @ value)
    linear = None if structure == "ambient" else linear_part(declared.properties)
    along = direction(rng, linear, shape)
    if "complex" in declared.properties:
        along = along + 1j * direction(rng, linear, shape)
    return along


def _outside(declared: Declared, structure: Structure, gradient: Array, value: Array) -> float:
    """How far the gradient is from the variable's structure."""
    if structure == "ambient":
        return 0.0
    if structure == "tangent":
        gram = value.T @ gradient
        return float(np.max(np.abs(gram + gram.T)))
    inside = np.zeros(gradient.size)
    flat = gradient.reshape(-1)
    for element in basis(linear_part(declared.properties), *gradient.shape):
        mean = sum(flat[place] * factor for place, factor in element) / len(element)
        for place, factor in element:
            inside[place] = mean * factor
    return float(np.max(np.abs(inside - flat)) / max(1e-3, np.max(np.abs(flat))))


def _first_places(declared: Declared, along: Array) -> Array:
    """The direction counted once for every free element."""
    flat = np.zeros(along.size)
    for element in basis(linear_part(declared.properties), *along.shape):
        place = element[0][0]
        flat[place] = along.reshape(-1)[place]
    return flat.reshape(along.shape)
