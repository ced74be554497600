"""A problem and an answer → whether finite differences agree with it, with the order as evidence.

Central differences along random directions, extrapolated by Richardson; numpy is loaded here and
nowhere else than in this room.
"""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, log2
from typing import TYPE_CHECKING

import numpy as np

from mdiff.proof.evaluate import Array, Point, evaluate
from mdiff.proof.points import direction, draw
from mdiff.proof.result import Proof
from mdiff.proof.structure import basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Declared, Problem, Typed

POINTS = 3
STEPS = (2.0**-5, 2.0**-7, 2.0**-9)
"""First steps of the extrapolation; the one that agrees best with itself counts."""
LEVELS = 5
AGREES, DIFFERS = 1e-7, 1e-5
"""Relative errors below and above which an answer is proved and refuted."""


class _Slope:
    """A derivative along a direction by differences, and how much to believe it."""

    __slots__ = ("doubt", "quotients", "scale", "value")

    def __init__(self, value: Array, doubt: float, quotients: list[Array], scale: float) -> None:
        self.value = value
        self.doubt = doubt
        self.quotients = quotients
        self.scale = scale


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
    tally = _Tally()
    for number in range(points):
        point = draw(problem, seed * 100 + number, _finite(answer))
        if point is None:
            return _undefined(problem, seed)
        value = point.values[variable]
        gradient = evaluate(answer, point)
        if gradient.shape != value.shape:
            return Proof("numeric", "refuted", number + 1, why="the answer has another shape")
        outside = _outside(declared, structure, gradient, value)
        rng = np.random.default_rng([seed, number, 1])
        for _ in range(2):
            along = _direction(rng, declared, structure, value)
            slope = _differences(problem.expression, point, {variable: along})
            weights = _first_places(declared, along) if structure == "entries" else along
            tally.add(slope, np.array([[np.sum(gradient * weights)]]), outside)
    return tally.proof(points)


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
    tally = _Tally()
    for number in range(points):
        point = draw(problem, seed * 100 + number, _finite(answer, changing))
        if point is None:
            return _undefined(problem, seed)
        rng = np.random.default_rng([seed, number, 1])
        for _ in range(2):
            along = {
                name: _direction(rng, problem.variables[name], "projected", point.values[name])
                for name in changing
            }
            slope = _differences(problem.expression, point, along)
            claim = _with_differentials(answer, point, along)
            if claim.shape != slope.value.shape:
                return Proof("numeric", "refuted", number + 1, why="the answer has another shape")
            tally.add(slope, claim, 0.0)
    return tally.proof(points)


def check_jacobian(
    problem: Problem, variable: str, answer: Typed, *, points: int = POINTS, seed: int = 0
) -> Proof:
    """Is `answer` the Jacobian d vec(f) / d vec(X)^T, rows by the output, vec by columns?"""
    declared = problem.variables[variable]
    tally = _Tally()
    for number in range(points):
        point = draw(problem, seed * 100 + number, _finite(answer))
        if point is None:
            return _undefined(problem, seed)
        rng = np.random.default_rng([seed, number, 1])
        value, claim = point.values[variable], evaluate(answer, point)
        for _ in range(2):
            along = _direction(rng, declared, "ambient", value)
            slope = _differences(problem.expression, point, {variable: along})
            if claim.shape != (slope.value.size, along.size):
                return Proof("numeric", "refuted", number + 1, why="the answer has another shape")
            claimed = (claim @ along.reshape(-1, order="F")).reshape(slope.value.shape, order="F")
            tally.add(slope, claimed, 0.0)
    return tally.proof(points)


class _Tally:
    """The worst over all points and directions."""

    __slots__ = ("doubt", "error", "orders", "outside", "undefined")

    def __init__(self) -> None:
        self.error = 0.0
        self.doubt = 0.0
        self.outside = 0.0
        self.orders: list[float] = []
        self.undefined = False

    def add(self, slope: _Slope, claim: Array, outside: float) -> None:
        """Count one comparison."""
        if not (np.all(np.isfinite(claim)) and np.all(np.isfinite(slope.value))):
            self.undefined = True
            return
        scale = max(slope.scale, float(np.max(np.abs(slope.value))), 1e-3)
        self.error = max(self.error, float(np.max(np.abs(claim - slope.value))) / scale)
        self.doubt = max(self.doubt, slope.doubt / scale)
        self.outside = max(self.outside, outside)
        errors = [float(np.max(np.abs(quotient - claim))) for quotient in slope.quotients]
        pairs = pairwise(errors)
        self.orders.extend(log2(first / second) for first, second in pairs if second > 1e-7 * scale)

    def proof(self, points: int) -> Proof:
        """The verdict."""
        order = float(np.median(self.orders)) if self.orders else None
        if self.undefined:
            return Proof("none", "unknown", points, why="not finite at points of the domain")
        if self.outside > DIFFERS:
            why = "the answer has not the structure of the variable"
            return Proof("numeric", "refuted", points, error=self.outside, order=order, why=why)
        evidence = max(self.error, self.outside)
        if evidence <= AGREES and self.doubt < 1e-5:
            return Proof("numeric", "proved", points, error=evidence, order=order)
        if self.error > max(DIFFERS, 100 * self.doubt):
            why = f"differences give another value (relative error {self.error:.1e})"
            return Proof("numeric", "refuted", points, error=self.error, order=order, why=why)
        why = f"differences are too uncertain here (error {evidence:.1e})"
        return Proof("none", "unknown", points, error=evidence, order=order, why=why)


def _finite(answer: Typed, changing: tuple[str, ...] = ()) -> Callable[[Point], bool]:
    """Whether an answer has a value at a point."""

    def accepts(point: Point) -> bool:
        along = {name: np.ones_like(point.values[name]) for name in changing}
        return bool(np.all(np.isfinite(_with_differentials(answer, point, along))))

    return accepts


def _undefined(problem: Problem, seed: int) -> Proof:
    if draw(problem, seed * 100) is None:
        return Proof("none", "unknown", 0, why="no point of the domain found")
    return Proof("none", "unknown", 0, why="the answer is not finite at points of the domain")


def _differences(expression: Typed, point: Point, along: Mapping[str, Array]) -> _Slope:
    """Central difference quotients at halved steps, extrapolated."""
    best: _Slope | None = None
    scale = float(np.max(np.abs(evaluate(expression, point)), initial=0))
    for first in STEPS:
        quotients = []
        for level in range(LEVELS):
            step = first / 2**level
            ahead = evaluate(expression, point.moved(step, along))
            behind = evaluate(expression, point.moved(-step, along))
            quotients.append((ahead - behind) / (2 * step))
        rows = quotients
        last = rows[-1]
        doubt = float("inf")
        for power in range(1, 4):
            factor = 4.0**power
            with np.errstate(all="ignore"):
                rows = [(factor * b - a) / (factor - 1) for a, b in pairwise(rows)]
                moved = float(np.max(np.abs(rows[-1] - rows[-2]), initial=0))
            if isfinite(moved) and moved < doubt:
                last, doubt = rows[-1], moved
        if best is None or doubt < best.doubt:
            best = _Slope(np.asarray(last), doubt, quotients, 1e-3 * scale)
    assert best is not None  # noqa: S101 - STEPS is not empty
    return best


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


def _with_differentials(answer: Typed, point: Point, along: Mapping[str, Array]) -> Array:
    """Value of an answer in which dX stands for the direction of X."""
    named = {f"d{name}": value for name, value in along.items()}
    return evaluate(answer, Point(point.sizes, {**named, **point.values}))
