"""Points, directions and second differences for the engine's tests, on the proof's evaluator."""

from itertools import pairwise

import numpy as np
from floats.evaluate import Point, evaluate
from floats.points import draw

STEP = 2.0**-6
LEVELS = 4


def point(problem, seed=0):
    """A point of the problem's domain."""
    found = draw(problem, seed)
    assert found is not None
    return found


def directions(at, names, seed):
    """Random directions of some variables."""
    rng = np.random.default_rng(seed)
    return {name: rng.standard_normal(at.values[name].shape) for name in names}


def with_values(at, values):
    """The same point with values for more names."""
    return Point(at.sizes, {**at.values, **values})


def claimed(claim, at, along):
    """The value of an answer in `dX` where every X changes along its direction."""
    changes = {f"d{name}": value for name, value in along.items()}
    return evaluate(claim, with_values(at, changes))


def near(one, other, closeness):
    """Whether two values are equal but for an error relative to the larger."""
    scale = max(1, np.max(np.abs(one), initial=0))
    return np.max(np.abs(one - other), initial=0) < closeness * scale


def difference(expression, at, along):
    """The derivative along a direction, by central differences, extrapolated."""

    def quotient(step):
        up, down = (evaluate(expression, at.moved(sign * step, along)) for sign in (1, -1))
        return (up - down) / (2 * step)

    return _extrapolated([quotient(STEP / 2**level) for level in range(2, 5)])


def second_difference(expression, at, one, other, first=STEP):
    """The second derivative along two directions, by central differences, extrapolated.

    `first` is the largest step.
    """
    return _extrapolated(
        [_quotient(expression, at, one, other, first / 2**level) for level in range(LEVELS)]
    )


def _extrapolated(rows):
    """Two rounds of Richardson's."""
    for power in (4.0, 16.0):
        rows = [(power * fine - coarse) / (power - 1) for coarse, fine in pairwise(rows)]
    return rows[-1]


def _quotient(expression, at, one, other, step):
    def value(sign, factor):
        along = {
            name: sign * (one.get(name, 0) + factor * other.get(name, 0)) for name in one | other
        }
        return evaluate(expression, at.moved(step, along))

    ends = value(1, 1) - value(1, -1) - value(-1, -1) + value(-1, 1)
    return ends / (4 * step**2)
