"""Errors of difference quotients → a plot of them against the step, as text or in a file.

Where a claim is right, the error falls with the square of the step until rounding errors take
over; where it is wrong, it stays where it is. Differences are for this picture only: no proof takes
any. matplotlib is an extra, and is loaded only to draw into a file.
"""

from __future__ import annotations

from math import isfinite, log10, nan
from statistics import linear_regression
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.proof.line import NO_VALUE, Target, written
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.reread import reread
from mdiff.record import Record, derived
from mdiff.verdicts.bench import lines

if TYPE_CHECKING:
    from mdiff.proof.arrays import Entries
    from mdiff.proof.line import Line
    from mdiff.verdicts.verdict import Verdict

STEPS = tuple(10 ** (-exponent / 4) for exponent in range(2, 49))
"""From 0.3 to 1e-12, four to a decade."""

SMALLEST = 1e-17

WIDTH = 64
LOWEST, HIGHEST = -16, 2
"""Powers of ten of the errors, a row each."""

CLAIM, ANSWER, BOTH = "x", "o", "*"


class Curves(Record):
    """The errors at every step: of the right derivative, and of the claim.

    `truncation` and `rounding` are the fitted slopes of the right one on log axes, None where
    too little of it is seen.
    """

    answer: list[float]
    claim: list[float] | None = None
    lowest: int = derived(
        lambda self: self.answer.index(min(error for error in self.answer if isfinite(error)))
    )
    truncation: float | None = derived(lambda self: self.slope(0, self.lowest))
    rounding: float | None = derived(lambda self: self.slope(self.lowest + 2, len(STEPS)))

    def slope(self, first: int, end: int) -> float | None:
        """The slope of the line through some of the right errors, on log axes (least squares)."""
        pairs = zip(STEPS[first:end], self.answer[first:end], strict=True)
        points = [(log10(x), log10(y)) for x, y in pairs if isfinite(y) and y > 0]
        return linear_regression(*zip(*points, strict=True)).slope if len(points) > 2 else None


# ------------------------------------------------------------------------------- the errors


def curves_of(verdict: Verdict, seed: int = 0) -> Curves:
    """The relative errors of the central difference quotient, of what is right and of a claim.

    Raises E302 where no difference quotient can be taken.
    """
    asked = verdict.asked
    target = Target(asked.problem, asked.kind, asked.wrt, asked.structure)
    claims = [] if verdict.typed is None or verdict.wrong_shape else [verdict.typed]
    if verdict.answer:
        claims.insert(0, reread(asked.problem, verdict.answer, asked.changing))
    try:
        for line in lines(written(target, None), seed, 0, real=True):
            try:
                slopes = [] if verdict.answer else [line.truth()]
                slopes += [seen for claim in claims if (seen := line.read(claim)[1]) is not None]
            except NO_VALUE:
                continue
            quotients = [_quotient(line, step) for step in STEPS]
            return Curves(*([_error(each, slope) for each in quotients] for slope in slopes))
    except Unsupported:
        pass
    raise fail("E302", "no point was found where difference quotients exist: nothing to plot")


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


# --------------------------------------------------------------------------------- the plot


def as_text(curves: Curves) -> str:
    """The plot in characters: error up, step to the right, both by powers of ten."""
    left, right = log10(STEPS[-1]), log10(STEPS[0])

    def column(power: float) -> int:
        return round((power - left) / (right - left) * WIDTH)

    grid = [[" "] * (WIDTH + 1) for _ in range(LOWEST, HIGHEST + 1)]
    for errors, sign in ((curves.claim, CLAIM), (curves.answer, ANSWER)):
        for step, error in zip(STEPS, errors or (), strict=False):
            if isfinite(error):
                row = HIGHEST - round(min(max(log10(error), LOWEST), HIGHEST))
                at = column(log10(step))
                grid[row][at] = sign if grid[row][at] in (" ", sign) else BOTH
    lines = []
    for row, cells in enumerate(grid):
        label = f"1e{HIGHEST - row:+03d}" if row % 3 == 0 else ""
        lines.append(f"{label:>6} ┤{''.join(cells)}".rstrip())
    lines.append(f"{'':6} └{'─' * (WIDTH + 1)}")
    marks = ""
    for power in range(round(left), 1, 3):
        marks = f"{marks:{column(power) + 6}}1e{power:+03d}"
    lines.append(marks)
    lines += [f"        {line}" for line in legend(curves)]
    return "\n".join(lines)


def legend(curves: Curves) -> list[str]:
    """What the two curves are, with their slopes."""
    parts = []
    if curves.truncation is not None:
        parts.append(f"truncation falls like step^{curves.truncation:.1f}")
    if curves.rounding is not None:
        parts.append(f"rounding grows like step^{curves.rounding:.1f}")
    found = [f"{ANSWER} the right derivative: {', '.join(parts) or 'exact'}"]
    if curves.claim is not None:
        least = min(error for error in curves.claim if isfinite(error))
        found.append(f"{CLAIM} the claim: error at least {least:.0e}")
        found.append(f"{BOTH} both; error of the central difference quotient against the step")
    return found


def into_file(curves: Curves, path: str) -> None:
    """Draw into a file, whose suffix says how: `.png`, `.svg`, `.pdf`.

    Raises ImportError where matplotlib is not there.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.add_subplot()
    words = legend(curves)
    if curves.claim is not None:
        axes.loglog(STEPS, curves.claim, "x-", color="tab:red", label=words[1][2:])
    axes.loglog(STEPS, curves.answer, "o-", color="tab:blue", label=words[0][2:])
    axes.set_xlabel("step")
    axes.set_ylabel("relative error of the central difference quotient")
    axes.set_ylim(1e-17, 1e3)
    axes.legend(fontsize="small")
    figure.savefig(path)
