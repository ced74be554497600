"""A problem and a seed → a point of its domain, in numpy arrays of the declared structure."""

from __future__ import annotations

from itertools import islice, permutations
from typing import TYPE_CHECKING, Literal

import numpy as np

from floats.evaluate import Array, Point, run
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.program import Program, Sized, size, sized
from mdiff.properties import basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mdiff.shapes.typed import Declared, Problem, Typed

SIZE_RANK = "pknmq"
"""Matrices such as X: n×k with inv(X'*X) are taken to be tall: p < k < n < m < q."""

MOODS: tuple[tuple[Literal["any", "positive", "negative"], float], ...] = (
    ("any", 1.0), ("any", 1.0), ("positive", 1.0), ("any", 0.3), ("positive", 0.3),
    ("any", 1.0), ("negative", 1.0), ("any", 0.05), ("positive", 0.05), ("negative", 0.3),
    ("positive", 4.0), ("any", 1.0),
)  # fmt: skip
"""Signs and sizes of the real numbers to try, one after the other, until the domain is met."""

WORST_CONDITION = 1e4
COSTLIEST = 50_000_000
"""Products of numbers at one point: some hundred points are needed."""


def size_orders(names: Sequence[str], smallest: int) -> list[dict[str, int]]:
    """Sizes to try for the named dimensions, all different: the usual order first, then others."""
    ranked = sorted(names, key=_rank)
    tries: list[dict[str, int]] = []
    for start in range(smallest, smallest + 3):
        numbers = range(start, start + len(ranked))
        tries.extend(
            dict(zip(ranked, order, strict=True)) for order in islice(permutations(numbers), 24)
        )
    return tries


def _rank(name: str) -> tuple[int, str]:
    at = SIZE_RANK.find(name)
    return (at if at >= 0 else len(SIZE_RANK), name)


def draw(
    problem: Problem,
    seed: int,
    accepts: Callable[[Point], bool] = lambda _: True,
    first: int = 0,
    smallest: int = 3,
) -> Point | None:
    """A point where the expression is finite and its inverses are safe; None if none is found.

    `accepts` may ask for more; `first` is the mood to begin with, `smallest` the
    smallest size: it should differ between points, or a size could be taken for a number.
    """
    orders = size_orders(sorted(problem.sizes), 2)
    preferred = [order for order in orders if min(order.values(), default=9) >= smallest] + orders
    flat: Point | None = None
    for sizes in preferred[:1] + preferred[1:30:3]:
        for attempt in range(len(MOODS)):
            mood = (first + attempt) % len(MOODS)
            point = propose(problem, sizes, np.random.default_rng([seed, attempt]), mood)
            verdict = _usable(problem, point)
            if verdict == "yes" and accepts(point):
                return point
            if verdict == "det is 0" and flat is None and accepts(point):
                flat = point
            if verdict in ("singular", "det is 0") and attempt > 2:
                break
    return flat


def propose(
    problem: Problem, sizes: Mapping[str, int], rng: np.random.Generator, mood: int = 0
) -> Point:
    """Values for all variables, in or out of the domain.

    Raises `Unsupported` where arrays would be too large.
    """
    program = Program()
    program.write(problem.expression)
    steps = sized(program, sizes)
    if sum(step.work for step in steps) > COSTLIEST:
        raise Unsupported("too large for differences")
    whole = _exponents(program)
    values: dict[str, Array] = {}
    for name, declared in problem.variables.items():
        shape = size(declared.shape[0], sizes), size(declared.shape[1], sizes)
        if name in whole:
            values[name] = np.full((1, 1), float(rng.integers(2, 5)))
        else:
            values[name] = matrix(rng, declared, shape, mood)
    return Point(sizes, values)


def _exponents(program: Program) -> set[str]:
    """The variables in exponents of matrices, which are whole numbers."""
    places = [step.args[1] for step in program.steps if step.operation == "matrixpower"]
    names: set[str] = set()
    while places:
        step = program.steps[places.pop()]
        if step.operation == "variable":
            names.add(str(step.payload))
        places.extend(step.args)
    return names


def _usable(problem: Problem, point: Point) -> Literal["yes", "singular", "det is 0", "no"]:
    program = Program()
    place = program.write(problem.expression)
    steps = sized(program, point.sizes)
    done = run(steps, point.values)
    if _singular(steps, done, "inv"):
        return "singular"
    if not np.all(np.isfinite(done[place])):
        return "no"
    return "det is 0" if _singular(steps, done, "det") else "yes"


def singular(expression: Typed, point: Point) -> bool:
    """Whether an expression takes the inverse of a matrix that has almost none."""
    program = Program()
    program.write(expression)
    steps = sized(program, point.sizes)
    return _singular(steps, run(steps, point.values), "inv")


def _singular(steps: list[Sized], done: list[Array], function: str) -> bool:
    """Whether some argument of a function is no matrix with a good inverse.

    Powers of matrices that are no whole positive ones count as inverses.
    """
    arguments = [
        done[step.args[0]]
        for step in steps
        if (step.operation == "call" and step.payload == function)
        or (step.operation == "matrixpower" and function == "inv" and _inverts(done[step.args[1]]))
    ]
    return any(
        not np.all(np.isfinite(argument)) or np.linalg.cond(argument) > WORST_CONDITION
        for argument in arguments
    )


def _inverts(exponent: Array) -> bool:
    """Whether a power is smooth only where the base has an inverse."""
    number = float(exponent[0, 0].real)
    return number < 0 or number != round(number)


def matrix(
    rng: np.random.Generator, declared: Declared, shape: tuple[int, int], mood: int = 0
) -> Array:
    """A value of the declared structure; well conditioned, determinants positive if they can be."""
    signs, scale = MOODS[mood]
    if {"orthogonal", "simplex"} & declared.properties:
        scale = 1.0
    value = scale * _real(rng, declared.properties - {"complex"}, shape, signs)
    if "complex" in declared.properties:
        return np.asarray(value + 0.8j * rng.standard_normal(shape))
    return np.asarray(value)


def direction(rng: np.random.Generator, structure: str | None, shape: tuple[int, int]) -> Array:
    """A random matrix of a linear structure."""
    flat = np.zeros(shape[0] * shape[1])
    for element in basis(structure, *shape):
        number = rng.standard_normal()
        for place, factor in element:
            flat[place] = factor * number
    return flat.reshape(shape)


def _real(
    rng: np.random.Generator,
    properties: frozenset[str],
    shape: tuple[int, int],
    signs: str,
) -> Array:
    rows, columns = shape
    structure = linear_part(properties)
    if "simplex" in properties:
        entries = 0.3 + rng.random(shape)
        return np.asarray(entries / entries.sum())
    if "orthogonal" in properties:
        return _orthogonal(rng, rows, columns)
    if structure == "diagonal":
        return np.diag(0.5 + rng.random(rows))
    if structure == "spd":
        return _spectrum(rng, _spaced(rng, 0.6, 2.4, rows))
    if structure == "symmetric":
        spectrum = _spaced(rng, 0.7, 2.2, rows)
        if signs == "any":  # an even number of negative ones, where there is room
            spectrum[rng.choice(rows, min(2, rows), replace=False)] *= -1
        return _spectrum(rng, spectrum)
    if structure in ("lower", "upper"):
        value = np.tril(0.5 * rng.standard_normal(shape), -1) + np.diag(0.7 + rng.random(rows))
        return value if structure == "lower" else value.T
    if structure == "skew":
        return direction(rng, structure, shape)
    if structure is not None:
        return 0.7 * direction(rng, structure, shape) + 2.5 * np.eye(rows)
    if "positive" in properties or signs != "any":
        value = 0.4 + rng.random(shape)
        if "positive" not in properties and rows == columns > 1:
            value = np.abs(_safe(rng, rows, columns))
        return np.asarray(-value if signs == "negative" else value)
    if columns == 1:
        entries = 0.8 * rng.standard_normal(shape)
        return np.asarray(entries + 0.15 * np.sign(entries))
    return _safe(rng, rows, columns)


def _safe(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """A matrix of full rank; a square one has a positive determinant."""
    if rows == columns:
        value = 1.3 * np.eye(rows) + 0.3 * rng.standard_normal((rows, rows))
        if np.linalg.det(value) < 0:
            value[0] = -value[0]
        return np.asarray(value)
    left, right = _orthogonal(rng, rows, rows), _orthogonal(rng, columns, columns)
    short = min(rows, columns)
    middle = np.zeros((rows, columns))
    middle[range(short), range(short)] = _spaced(rng, 0.6, 1.8, short)
    return np.asarray(left @ middle @ right)


def _spectrum(rng: np.random.Generator, spectrum: Array) -> Array:
    turn = _orthogonal(rng, len(spectrum), len(spectrum))
    value = turn @ np.diag(spectrum) @ turn.T
    return np.asarray((value + value.T) / 2)


def _orthogonal(rng: np.random.Generator, rows: int, columns: int) -> Array:
    n = max(rows, columns)
    turn, upper = np.linalg.qr(rng.standard_normal((n, n)))
    return np.asarray((turn * np.sign(np.diag(upper)))[:rows, :columns])


def _spaced(rng: np.random.Generator, low: float, high: float, count: int) -> Array:
    """Well separated numbers in random order."""
    spread = rng.uniform(-0.15, 0.15, count) * (high - low) / max(count - 1, 1)
    return rng.permutation(np.linspace(low, high, count) + spread)
