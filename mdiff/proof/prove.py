"""A problem and a printed answer → the proof that the answer is right: exact first, else numeric.

numpy is loaded only where the exact method does not reach.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mdiff.proof.exact import Exact

if TYPE_CHECKING:
    from mdiff.proof.result import Expansion, Kind, Proof, Structure
    from mdiff.shapes.typed import Problem, Typed


POINTS, POINTS_IN_DOUBT = 3, 9
"""Points for differences; more where the exact method, which may miss an identity, says no."""


def prove(  # noqa: PLR0913 - a problem, a claim about it, and how to look
    problem: Problem,
    kind: Kind | Expansion,
    wrt: tuple[str, ...],
    answer: Typed,
    *,
    structure: Structure = "ambient",
    seed: int = 0,
) -> Proof:
    """Is `answer` the derivative of the problem's expression with respect to `wrt`?

    `answer` is the printed text, parsed again with the problem's variables at their resolved
    shapes, and `dX` for each changing X of a differential or a Taylor polynomial. `grad` and
    `jac` take one variable. A refutation is final; `unknown` says why.
    """
    exact = Exact(problem, kind, wrt, answer, structure, seed)
    found = exact.proof()
    if found.verdict == "proved" or (found.verdict == "refuted" and exact.trusted):
        return found
    points = POINTS if found.verdict == "unknown" else POINTS_IN_DOUBT
    return _numeric(problem, kind, wrt, answer, structure, seed, points)


def _numeric(  # noqa: PLR0913 - as prove
    problem: Problem,
    kind: Kind | Expansion,
    wrt: tuple[str, ...],
    answer: Typed,
    structure: Structure,
    seed: int,
    points: int,
) -> Proof:
    from mdiff.proof.numeric import (
        check_differential,
        check_expansion,
        check_gradient,
        check_jacobian,
    )

    match kind:
        case "grad":
            return check_gradient(
                problem, wrt[0], answer, seed=seed, points=points, structure=structure
            )
        case "d":
            return check_differential(problem, wrt, answer, seed=seed, points=points)
        case "jac":
            return check_jacobian(problem, wrt[0], answer, seed=seed, points=points)
        case "d2" | "taylor1" | "taylor2":
            return check_expansion(problem, kind, wrt, answer, seed=seed, points=points)
        case _:
            assert_never(kind)
