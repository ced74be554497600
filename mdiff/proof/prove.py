"""A problem and a printed answer → the proof that the answer is right: exact first, then real.

Residues have no tolerance: a wrong answer survives one point with probability 1e-15. Where
something reads a sign, exists in a part of space only, or has no exact value, real numbers are
asked as well: floats, and where these are in doubt, the same point with sixty digits.
"""

from __future__ import annotations

from itertools import cycle
from math import inf
from typing import TYPE_CHECKING, Literal, cast

from mdiff.proof.line import NO_VALUE, Line, Stage, Target, size_orders, stage, written
from mdiff.proof.outcomes import Singular, Undefined, Unsupported
from mdiff.proof.points import MOODS, MOST, WIDE, Exact, Real
from mdiff.proof.result import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.proof.arrays import Entries
    from mdiff.proof.result import Expansion, Finding, Kind, Method, Structure
    from mdiff.shapes.typed import Problem, Typed

POINTS = 3
"""Points of different sizes, the last of equal ones; one more where sizes are read as numbers.

All of them twice where a determinant may be 1 or -1, and four times where signs are read.
"""

DRAWS = 24
"""Draws of one point among residues, until all that must be a square is one."""

REAL, SIGNED, OWN, PRECISE = 4, 8, 24, 2
"""Real points that must agree; where something reads a sign, after all moods were tried; those with
sixty digits at once."""

PRODUCTS = 2_000_000
"""Products of numbers at all points but the first ones."""

DEAR = 20
"""How many products of floats one of numbers of many digits costs."""

DIGITS = (0, 60, 250)
"""Floats, and what decides where the numbers before are in doubt."""

LOST = 12
"""Points at which floats overflow and more digits are asked."""

BOTH = frozenset((-1, 1))

AGREES, CERTAIN = 1e-9, 1e-35
"""Relative errors of right answers: in floats, and with many digits."""

Met = Literal["agrees", "differs", "shape", "outside", "singular", "undefined"]
"""What is met at a point. `outside`: there is no derivative; `singular`: the claim divides by what
is zero; `undefined`: it has no value otherwise."""


WHY: dict[Met, str] = {
    "differs": "the derivative has another value",
    "shape": "it has another shape",
    "undefined": "it has no value at points where the derivative exists",
}
"""What refutes a claim, in words."""


def prove(  # noqa: PLR0913 - a problem, a claim about it, and how to look
    problem: Problem,
    kind: Kind | Expansion,
    wrt: tuple[str, ...],
    answer: Typed,
    *,
    structure: Structure = "ambient",
    seed: int = 0,
    hasty: bool = False,
) -> Proof:
    """Is `answer` the derivative of the problem's expression with respect to `wrt`?

    `answer` is the printed text, parsed again with the problem's variables at their resolved
    shapes, and `dX` for each changing X of a differential or a Taylor polynomial. `grad` and
    `jac` take one variable. A refutation is final; `unknown` says why. `hasty`: one that floats
    give is enough, as only a right answer is of interest.
    """
    try:
        return _Attempt(Target(problem, kind, wrt, structure), answer, seed, hasty=hasty).proof()
    except Unsupported as reason:
        return Proof("none", "unknown", 0, why=str(reason))


class _Attempt:
    """A claim about a target; `stages` are at sizes where both had a value."""

    def __init__(self, target: Target, answer: Typed, seed: int, *, hasty: bool) -> None:
        self._target = target
        self._last = DIGITS[0] if hasty else DIGITS[-1]
        self._written = written(target, answer)
        self._seed = seed
        self._stages: list[Stage] = []
        self._error = 0.0
        self._lost = self._spent = 0
        self._signs: dict[int, set[int]] = {}

    def proof(self) -> Proof:
        """The verdict. Raises `Unsupported`."""
        needs = self._written.needs
        exact = self._exact()
        if exact.ok and not needs.partial:
            return exact
        if exact.verdict == "refuted" and needs.trusted:
            return exact
        if not exact.ok:
            self._stages.clear()
        wanted = SIGNED if needs.ordered else 1 if exact.ok else REAL
        if needs.own:
            wanted = OWN
        real = self._real(wanted, thorough=exact.verdict == "refuted")
        return exact if exact.ok and real.ok else real

    # ------------------------------------------------------------------- exact

    def _exact(self) -> Proof:
        """By residues; `unknown` where they do not reach."""
        if self._target.complex:
            return Proof("none", "unknown", 0, why="complex variables")
        agreed = 0
        properties = [each.properties for each in self._target.problem.variables.values()]
        turns = sum("orthogonal" in each for each in properties)
        rounds = 4 if self._written.needs.signed else min(4, 2**turns)
        try:
            for count in range(POINTS * rounds + self._written.program.sized):
                large = count == POINTS * rounds
                found = self._at_sizes(POINTS if large else count % POINTS, count)
                if found in WHY:
                    return _refuted("exact", found, agreed + 1)
                agreed += found == "agrees"
        except Unsupported as reason:
            return Proof("none", "unknown", agreed, why=str(reason))
        if agreed < POINTS:
            why = "an inverse does not exist at any size tried"
            return Proof("none", "unknown", agreed, why=why)
        return Proof("exact", "proved", agreed)

    def _at_sizes(self, number: int, count: int) -> Met:
        """What is found at the first sizes at which derivative and claim have values."""
        for sizes in size_orders(self._target.problem.sizes, number):
            try:
                known = stage(self._written, sizes)
            except Unsupported:
                if number < POINTS:
                    raise
                return "outside"  # too large, as it may be
            found = self._draws(known, count)
            if found == "agrees":
                self._stages.append(known)
            if number >= POINTS or found not in ("outside", "singular"):
                return found
        return "outside"

    def _draws(self, known: Stage, count: int) -> Met:
        """Compare at a point where all that must be a square is one."""
        for draw in range(DRAWS):
            without: Met = "outside"
            order, levels = self._target.order, self._written.needs.levels
            try:
                line = Line(known, Exact(self._seed, count, draw, order, levels))
                truth = line.truth()
                without = "singular"
                claim = line.claimed()
            except Undefined:
                continue
            except Singular:
                return without
            return "shape" if claim is None else "agrees" if claim == truth else "differs"
        return "outside"

    # -------------------------------------------------------------------- real

    def _real(self, wanted: int, *, thorough: bool) -> Proof:
        """By real numbers, or complex ones where a variable is, at so many points.

        More of them, of all sizes, until whatever reads a sign has read both; all of them where the
        claim is `thorough`ly looked at, as residues did not agree: then the first ones with sixty
        digits, since a small difference may be what they saw.
        """
        stages = self._real_stages()
        agreed = singular = outside = 0
        for count in range(MOST):
            known = next(stages)
            if (count >= WIDE and not agreed) or (count >= len(MOODS) and self._spent > PRODUCTS):
                break
            found = self._at_point(known, count, DIGITS[thorough and agreed < PRECISE])
            if found in WHY:
                return _refuted("numeric", found, agreed + 1, self._error)
            singular += found == "singular"
            outside += found == "outside"
            agreed += found == "agrees"
            enough = agreed >= wanted and (wanted < SIGNED or count + 1 >= len(MOODS))
            if enough and not thorough and all(map(BOTH.issubset, self._signs.values())):
                break
        if agreed > 1 or agreed == wanted:
            return Proof("numeric", "proved", agreed, error=self._error)
        if singular:
            return _refuted("numeric", "undefined", agreed)
        if self._lost == outside:
            return Proof("none", "unknown", 0, why="its numbers are too large at the points tried")
        return Proof("none", "unknown", 0, why="no point of the domain found", finding="nowhere")

    def _real_stages(self) -> Iterator[Stage]:
        """Sizes at which residues agreed, else all, one after the other, without end."""
        found = [known for known in self._stages if max(known.sizes.values(), default=0) < 10]
        if not found:
            names = self._target.problem.sizes
            orders = [next(size_orders(names, number)) for number in (0, 1, 2)]
            orders += list(size_orders(names, 0))[1:7]
            found = [stage(self._written, sizes) for sizes in orders]
        return cycle(found)

    def _at_point(self, known: Stage, count: int, digits: int) -> Met:
        """Compare in floats (no `digits`), and where that is not clear, with many digits."""
        target = self._target
        self._spent += known.cost * (DEAR if digits else 1)
        try:
            point = Real(self._seed, count, target.order, complex_=target.complex, digits=digits)
            line = Line(known, point)
            truth = line.truth()
        except NO_VALUE as reason:
            if isinstance(reason, OverflowError) and not digits and self._lost < LOST:
                return self._at_point(known, count, DIGITS[1])
            self._lost += isinstance(reason, OverflowError)
            return "outside"
        found: Met = "differs"
        error = inf
        try:
            claim = line.claimed()
            if claim is None:
                return "shape"
            error = _relative_error(truth, claim, 1e-45 if digits else 0)
            if error <= (CERTAIN if digits else AGREES):
                self._error = max(self._error, error)
                if self._written.needs.signed and not target.complex:
                    for place, signs in line.signs().items():
                        self._signs.setdefault(place, set()).update(signs)
                return "agrees"
        except OverflowError:
            found = "outside"
        except NO_VALUE as reason:
            found = "undefined" if isinstance(reason, Undefined) else "singular"
        if found in ("differs", "undefined") and digits < self._last:
            return self._at_point(known, count, DIGITS[DIGITS.index(digits) + 1])
        if found == "differs" and line.run.largest() > 10.0 ** (digits // 2):
            return "outside"  # sums of such numbers lose what is to be compared
        self._error = error
        return found


def _refuted(method: Method, found: Met, points: int, error: float | None = None) -> Proof:
    """What a point has refuted."""
    why = WHY[found]
    if found == "differs" and error:
        why += f" (relative error {error:.1e})"
    return Proof(method, "refuted", points, error, why, cast("Finding", found))


def _relative_error(truth: Entries, claim: Entries, least: float) -> float:
    """The largest error of an entry, relative to it."""
    worst = 0.0
    for t, c in zip(truth, claim, strict=True):
        error, scale = abs(t - c), max(abs(t), abs(c))
        if error > least:
            worst = max(worst, float(error / scale))
        elif error != error:  # noqa: PLR0124 - not a number
            return inf
    return worst
