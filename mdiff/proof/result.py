"""What a proof says of an answer: the verdict and its evidence."""

from __future__ import annotations

from typing import Literal

Method = Literal["exact", "numeric", "none"]
Verdict = Literal["proved", "refuted", "unknown"]
Kind = Literal["grad", "d", "jac"]
"""What an answer claims to be: a gradient in the shape of X, a differential in dX, a Jacobian
(numerator layout, vec by columns)."""

Expansion = Literal["d2", "taylor1", "taylor2"]
"""A second differential, where X moves by dX and dX does not change; a Taylor polynomial in dX."""

Structure = Literal["ambient", "projected", "entries", "tangent"]


class Proof:
    """A verdict on one answer.

    `points`: how many points agree (or were tried). `error`: the largest relative error there,
    `order`: the fitted order of the error against the step, both only for the numeric method.
    `why`: one clause where the verdict is not `proved`, else "".
    """

    __slots__ = ("error", "method", "order", "points", "verdict", "why")

    def __init__(  # noqa: PLR0913 - the parts of a verdict
        self,
        method: Method,
        verdict: Verdict,
        points: int,
        *,
        error: float | None = None,
        order: float | None = None,
        why: str = "",
    ) -> None:
        self.method = method
        self.verdict = verdict
        self.points = points
        self.error = error
        self.order = order
        self.why = why

    @property
    def ok(self) -> bool:
        """Whether the answer is proved."""
        return self.verdict == "proved"

    def __str__(self) -> str:
        """As the terminal's dim line ends: `proved numerically (order 2.0, error 3e-12)`."""
        match self.verdict, self.method:
            case "proved", "exact":
                return "proved exactly"
            case "proved", _:
                order = "" if self.order is None else f"order {self.order:.1f}, "
                return f"proved numerically ({order}error {self.error or 0:.0e})"
            case "refuted", _:
                return f"refuted: {self.why}"
            case _:
                return f"not proved: {self.why}"

    def json(self) -> dict[str, str | int | float | None]:
        """The fields of machine output."""
        return {
            "method": self.method,
            "verdict": self.verdict,
            "points": self.points,
            "order": self.order,
            "error": self.error,
            "why": self.why,
        }
