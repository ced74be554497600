"""Errors of difference quotients → a plot of them against the step, as text or in a file.

matplotlib is an extra, and is loaded only to draw into a file.
"""

from __future__ import annotations

from math import isfinite, log10
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.proof.reread import reread
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from mdiff.shapes.typed import Typed
    from mdiff.verdicts.verdict import Verdict

WIDTH, HEIGHT = 64, 18
LOWEST = -16

CLAIM, ANSWER, BOTH = "x", "o", "*"


class Curves(Record):
    """The errors at every step: of the right derivative, and of the claim.

    `truncation` and `rounding` are the fitted slopes of the right one on log axes, None where
    too little of it is seen.
    """

    steps: tuple[float, ...]
    answer: list[float]
    claim: list[float] | None
    lowest: int = derived(lambda self: self.answer.index(min(self.answer)))
    truncation: float | None = derived(lambda self: self.slope(0, self.lowest))
    rounding: float | None = derived(lambda self: self.slope(self.lowest + 2, len(self.steps)))

    def slope(self, first: int, end: int) -> float | None:
        """The slope of the line through some of the right errors, on log axes (least squares)."""
        pairs = zip(self.steps[first:end], self.answer[first:end], strict=True)
        points = [(log10(x), log10(y)) for x, y in pairs if isfinite(y) and y > 0]
        if len(points) < 3:
            return None
        mean_x, mean_y = (sum(each) / len(points) for each in zip(*points, strict=True))
        below = sum((x - mean_x) ** 2 for x, _ in points)
        return float(sum((x - mean_x) * (y - mean_y) for x, y in points) / below)


def curves_of(verdict: Verdict, seed: int = 0) -> Curves:
    """The curves of a claim; raises E302 where no difference quotient can be taken."""
    from mdiff.proof.curve import STEPS, curves

    asked = verdict.asked
    answer: Typed | None = None
    if verdict.answer:
        answer = reread(asked.problem, verdict.answer, asked.changing)
    claims = [answer] if verdict.typed is None else [answer, verdict.typed]
    found = curves(
        asked.problem, asked.kind, asked.wrt, claims, structure=asked.structure, seed=seed
    )
    if found is None:
        raise fail("E302", "no point was found where difference quotients exist: nothing to plot")
    return Curves(STEPS, found[0], found[1] if len(found) > 1 else None)


def as_text(curves: Curves) -> str:
    """The plot in characters: error up, step to the right, both by powers of ten."""
    left, right = log10(curves.steps[-1]), log10(curves.steps[0])
    grid = [[" "] * (WIDTH + 1) for _ in range(HEIGHT + 1)]
    for errors, sign in ((curves.claim, CLAIM), (curves.answer, ANSWER)):
        for step, error in zip(curves.steps, errors or (), strict=False):
            if not isfinite(error) or error <= 0:
                continue
            column = round((log10(step) - left) / (right - left) * WIDTH)
            height = min(max(log10(error), LOWEST), 2)
            row = round((2 - height) / (2 - LOWEST) * HEIGHT)
            cell = grid[row][column]
            grid[row][column] = sign if cell in (" ", sign) else BOTH
    lines = []
    for row, cells in enumerate(grid):
        power = round(2 - row * (2 - LOWEST) / HEIGHT)
        label = f"1e{power:+03d}" if row % 3 == 0 else ""
        lines.append(f"{label:>6} ┤{''.join(cells)}".rstrip())
    lines.append(f"{'':6} └{'─' * (WIDTH + 1)}")
    marks = [" "] * (WIDTH + 8)
    for power in range(int(left), 1, 3):
        at = round((power - left) / (right - left) * WIDTH)
        for offset, sign in enumerate(f"1e{power:+03d}"):
            if 0 <= at - 2 + offset < len(marks):
                marks[at - 2 + offset] = sign
    lines.append(f"{'':7} {''.join(marks)}".rstrip())
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
        axes.loglog(curves.steps, curves.claim, "x-", color="tab:red", label=words[1][2:])
    axes.loglog(curves.steps, curves.answer, "o-", color="tab:blue", label=words[0][2:])
    for power, name in ((2, "step²"), (-1, "1/step")):
        axes.loglog(curves.steps, _guide(curves, power), "--", color="gray", linewidth=0.8)
        axes.plot([], [], "--", color="gray", label=f"slope {power}: {name}")
    axes.set_xlabel("step")
    axes.set_ylabel("relative error of the central difference quotient")
    axes.set_ylim(1e-17, 1e3)
    axes.legend(fontsize="small")
    figure.savefig(path)


def _guide(curves: Curves, power: int) -> list[float]:
    """A line of a slope, through the end of the right curve where it is seen."""
    at = 0 if power > 0 else len(curves.steps) - 1
    step, error = curves.steps[at], curves.answer[at]
    return [error * (other / step) ** power for other in curves.steps]
