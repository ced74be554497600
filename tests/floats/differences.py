"""An expression and a line through a point → its first and second derivative there, by differences.

Central differences at halved steps, extrapolated by Richardson.
"""

from __future__ import annotations

from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from floats.evaluate import Array, Point, run
from mdiff.proof.program import Program, sized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mdiff.shapes.typed import Typed

STEPS = (2.0**-5, 2.0**-8, 2.0**-11)
"""First steps of the extrapolation, from coarse to fine."""
SECOND_STEPS = (2.0**-3, 2.0**-5, 2.0**-7)
"""The same for second differences, of which round-off takes more."""
LEVELS = 5


class Slope:
    """A derivative along a direction by differences, and how much to believe it.

    `quotients` are those at halved steps, and `scale` is how large their parts are.
    """

    __slots__ = ("doubt", "quotients", "scale", "value")

    def __init__(self, value: Array, doubt: float, quotients: list[Array], scale: float) -> None:
        self.value = value
        self.doubt = doubt
        self.quotients = quotients
        self.scale = scale


def differences(expression: Typed, point: Point, along: Mapping[str, Array]) -> Slope:
    """Central difference quotients at halved steps, extrapolated."""
    value = _along(expression, point, along)
    return _best(lambda step: (value(step) - value(-step)) / (2 * step), value(0.0), STEPS)


def second_differences(expression: Typed, point: Point, along: Mapping[str, Array]) -> Slope:
    """Second difference quotients at halved steps, extrapolated."""
    value = _along(expression, point, along)
    middle = value(0.0)
    return _best(
        lambda step: (value(step) - 2 * middle + value(-step)) / step**2, middle, SECOND_STEPS
    )


def _along(expression: Typed, point: Point, along: Mapping[str, Array]) -> Callable[[float], Array]:
    """The value of the expression on a line."""
    program = Program()
    place = program.write(expression)
    steps = sized(program, point.sizes)
    return lambda step: run(steps, point.moved(step, along).values)[place]


def _best(
    quotient: Callable[[float], Array], middle: Array, first_steps: tuple[float, ...]
) -> Slope:
    """The extrapolation that agrees best with itself, of those that agree with the finer ones.

    What oscillates or bends within coarse steps looks calm there: only finer steps can tell.
    """
    scale = 1e-3 * float(np.max(np.abs(middle), initial=0))
    coarse_to_fine = [
        _extrapolated([quotient(first / 2**level) for level in range(LEVELS)], scale)
        for first in first_steps
    ]
    best = coarse_to_fine.pop()
    for slope in reversed(coarse_to_fine):
        if slope.doubt < best.doubt and _agree(slope, best):
            best = slope
    return best


def _agree(one: Slope, other: Slope) -> bool:
    """Whether two slopes differ by no more than their doubts explain."""
    apart = float(np.max(np.abs(one.value - other.value), initial=0))
    return not isfinite(apart) or apart <= 10 * (one.doubt + other.doubt)


def _extrapolated(quotients: list[Array], scale: float) -> Slope:
    """Richardson's table; the column that agrees best with itself counts."""
    best = Slope(quotients[-1], float("inf"), quotients, scale)
    rows = quotients
    for power in range(1, 4):
        factor = 4.0**power
        rows = [(factor * b - a) / (factor - 1) for a, b in pairwise(rows)]
        doubt = float(np.max(np.abs(rows[-1] - rows[-2]), initial=0))
        if isfinite(doubt) and doubt < best.doubt:
            best = Slope(np.asarray(rows[-1]), doubt, quotients, scale)
    return best


def expansion(value: Array, parts: list[Slope]) -> Slope:
    """The value, the slope and half the second derivative, added."""
    weights = (1.0, 0.5)
    pairs = list(zip(weights, parts, strict=False))
    total = value + sum(weight * part.value for weight, part in pairs)
    quotients = [
        np.asarray(value + sum(weight * part.quotients[at] for weight, part in pairs))
        for at in range(LEVELS)
    ]
    doubt = sum(weight * part.doubt for weight, part in pairs)
    return Slope(np.asarray(total), doubt, quotients, max(part.scale for part in parts))
