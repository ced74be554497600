"""A problem and claims about its derivative → the error of the difference quotient at many steps.

Where a claim is right, the error falls with the square of the step until rounding errors take
over; where it is wrong, it stays where it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdiff.errors import MdiffError
from mdiff.proof.differences import differences
from mdiff.proof.evaluate import Array, Point, evaluate
from mdiff.proof.field import Unsupported
from mdiff.proof.points import direction, draw
from mdiff.proof.structure import linear_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.result import Kind
    from mdiff.shapes.typed import Problem, Typed

STEPS = tuple(10 ** (-exponent / 4) for exponent in range(2, 49))
"""From 0.3 to 1e-12, four to a decade."""

SMALLEST = 1e-17


def curves(  # noqa: PLR0913 - a problem, claims about it, and where to look
    problem: Problem,
    kind: Kind,
    wrt: tuple[str, ...],
    claims: Sequence[Typed | None],
    *,
    structured: bool = False,
    seed: int = 0,
) -> list[list[float]] | None:
    """For each claim the relative error of the central difference quotient at `STEPS`.

    None instead of a claim stands for the derivative by extrapolated differences. The answer is
    None where no point of the domain is found.
    """
    with np.errstate(all="ignore"):
        point = draw(problem, seed * 100 + 7)
        if point is None:
            return None
        rng = np.random.default_rng([seed, 3])
        along = {}
        for name in wrt:
            declared = problem.variables[name]
            rows, columns = point.values[name].shape
            tied = kind == "d" or structured
            linear = linear_part(declared.properties) if tied else None
            along[name] = direction(rng, linear, (rows, columns))
        try:
            slopes = [_claimed(problem, kind, wrt, claim, point, along) for claim in claims]
            quotients = [_quotient(problem, point, along, step) for step in STEPS]
        except (Unsupported, MdiffError, ValueError):
            return None
    return [[_error(quotient, slope) for quotient in quotients] for slope in slopes]


def _claimed(  # noqa: PLR0913 - as `curves`
    problem: Problem,
    kind: Kind,
    wrt: tuple[str, ...],
    claim: Typed | None,
    point: Point,
    along: dict[str, Array],
) -> Array:
    """The derivative along the direction, as the claim has it."""
    if claim is None:
        return np.asarray(differences(problem.expression, point, along).value)
    changes = {f"d{name}": value for name, value in along.items()}
    value = evaluate(claim, Point(point.sizes, {**changes, **point.values}))
    match kind:
        case "grad":
            return np.array([[np.sum(value * along[wrt[0]])]])
        case "d":
            return value
        case "jac":
            shape = evaluate(problem.expression, point).shape
            flat = value @ along[wrt[0]].reshape(-1, order="F")
            return np.asarray(flat.reshape(shape, order="F"))


def _quotient(problem: Problem, point: Point, along: dict[str, Array], step: float) -> Array:
    ahead = evaluate(problem.expression, point.moved(step, along))
    behind = evaluate(problem.expression, point.moved(-step, along))
    return np.asarray((ahead - behind) / (2 * step))


def _error(quotient: Array, slope: Array) -> float:
    scale = max(float(np.max(np.abs(slope), initial=0)), 1e-300)
    error = float(np.max(np.abs(quotient - slope), initial=0)) / scale
    return max(error, SMALLEST) if np.isfinite(error) else float("nan")
