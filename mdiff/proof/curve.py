"""A problem and claims about its derivative → the error of the difference quotient at many steps.

Where a claim is right, the error falls with the square of the step until rounding errors take
over; where it is wrong, it stays where it is. Differences are for this picture only: no proof takes
any.
"""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from mdiff.proof.line import NO_VALUE, Line, Target, size_orders, stage, written
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.points import Real

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.arrays import Entries
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Problem, Typed

STEPS = tuple(10 ** (-exponent / 4) for exponent in range(2, 49))
"""From 0.3 to 1e-12, four to a decade."""

SMALLEST, TRIES = 1e-17, 40


def curves(  # noqa: PLR0913 - a problem, claims about it, and where to look
    problem: Problem,
    kind: Kind,
    wrt: tuple[str, ...],
    claims: Sequence[Typed | None],
    *,
    structure: Structure = "ambient",
    seed: int = 0,
) -> list[list[float]] | None:
    """For each claim the relative error of the central difference quotient at `STEPS`.

    None instead of a claim stands for the right derivative. The answer is None where no point of
    the domain is found.
    """
    target = Target(problem, kind, wrt, structure)
    try:
        known = written(target, None)
        for sizes in size_orders(problem.sizes, 0):
            for count in range(TRIES):
                try:
                    line = Line(stage(known, sizes), Real(seed, count, 1, complex_=target.complex))
                    slopes = [_claimed(line, claim) for claim in claims]
                except NO_VALUE:
                    continue
                quotients = [_quotient(line, step) for step in STEPS]
                return [[_error(each, slope) for each in quotients] for slope in slopes]
    except Unsupported:
        pass
    return None


def _claimed(line: Line, claim: Typed | None) -> Entries:
    """The derivative along the direction, as the claim has it."""
    seen = line.truth() if claim is None else line.read(claim)[1]
    if seen is None:
        raise Unsupported("another shape")
    return seen


def _quotient(line: Line, step: float) -> Entries | None:
    """The central difference quotient; None where it leaves the domain."""
    try:
        pairs = zip(line.moved(step), line.moved(-step), strict=True)
        return [(ahead - behind) / (2 * step) for ahead, behind in pairs]
    except NO_VALUE:
        return None


def _error(quotient: Entries | None, slope: Entries) -> float:
    if quotient is None:
        return nan
    scale = max(*map(abs, slope), 1e-300)
    error = max(abs(x - y) for x, y in zip(quotient, slope, strict=True)) / scale
    return max(error, SMALLEST) if isfinite(error) else nan
