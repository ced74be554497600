"""What a proof says of an answer: the verdict and its evidence."""

from __future__ import annotations

from typing import Literal

from mdiff.record import Record, derived

Method = Literal["exact", "numeric", "none"]
Verdict = Literal["proved", "refuted", "unknown"]
Kind = Literal["grad", "d", "jac"]
"""What an answer claims to be: a gradient in the shape of X, a differential in dX, a Jacobian
(numerator layout, vec by columns)."""

Expansion = Literal["d2", "taylor1", "taylor2"]
"""A second differential, where X moves by dX and dX does not change; a Taylor polynomial in dX."""

Finding = Literal["", "shape", "differs", "undefined", "nowhere"]

Structure = Literal["ambient", "projected", "entries", "tangent"]


class Proof(Record):
    """A verdict on one answer.

    `exact`: by arithmetic in finite fields, and where something depends on signs, or exists in a
    part of space only, over the real numbers as well; `numeric`: over these only. `points`: how
    many agree (or were tried). `error`: the largest relative error over the real numbers. `why`:
    one clause where the verdict is not `proved`; `finding` says it as data: the answer has another
    `shape`, it `differs`, it is `undefined` where the derivative exists, or the derivative exists
    `nowhere`, as far as points were found. `ok`: the answer is proved; `contradicted`: it has
    another value, not only none at some points.
    """

    method: Method
    verdict: Verdict
    points: int
    error: float | None = None
    why: str = ""
    finding: Finding = ""
    ok: bool = derived(lambda self: self.verdict == "proved")
    contradicted: bool = derived(
        lambda self: self.verdict == "refuted" and self.finding != "undefined"
    )

    def __str__(self) -> str:
        """As the terminal's dim line ends: `proved numerically (error 3e-12)`."""
        match self.verdict, self.method:
            case "proved", "exact":
                return "proved exactly"
            case "proved", _:
                return f"proved numerically (error {self.error or 0:.0e})"
            case "refuted", _:
                return f"refuted: {self.why}"
            case _:
                return f"not proved: {self.why}"

    def json(self) -> dict[str, str | int | float | None]:
        """The fields of machine output."""
        fields = ("method", "verdict", "points", "error", "why")
        return {field: getattr(self, field) for field in fields}
