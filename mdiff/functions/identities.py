"""Identities between functions, used to bring values of them to normal form."""

from __future__ import annotations

from typing import Literal

Powers = dict[str, int]
"""Function name → exponent, all of the same argument; the argument itself is ""."""

Where = Literal["", "real argument"]
"""The condition under which an identity holds; "" for none."""

IDENTITIES: tuple[tuple[Powers, Powers, Where], ...] = (
    ({"sign": 2}, {}, "real argument"),
    ({"sign": -1}, {"sign": 1}, "real argument"),
    ({"abs": 2}, {"": 2}, "real argument"),
    ({"abs": -2}, {"": -2}, "real argument"),
    ({"sign": 1, "abs": 1}, {"": 1}, "real argument"),
    ({"sign": 1, "abs": -1}, {"": -1}, "real argument"),
    ({"step": 2}, {"step": 1}, "real argument"),
    ({"tril": 2}, {"tril": 1}, ""),
    ({"step": 1, "relu": 1}, {"relu": 1}, "real argument"),
    ({"sin": 1, "cos": -1}, {"tan": 1}, ""),
    ({"sinh": 1, "cosh": -1}, {"tanh": 1}, ""),
    ({"tan": 1, "cos": 1}, {"sin": 1}, ""),
    ({"tanh": 1, "cosh": 1}, {"sinh": 1}, ""),
)
"""Left side → right side, for a product of entries: `sign(x)^2 = 1`, `sign(x)*abs(x) = x`, …
They hold wherever the functions are differentiable, if the argument is what they ask for."""

ON_REALS = {"conj": True, "re": True, "im": False}
"""Functions that a real argument goes through unchanged (True), or that are zero there."""

COMPOSITIONS: dict[tuple[str, str], tuple[str, Where]] = {
    ("log", "det"): ("logdet", ""),
    ("log", "exp"): ("", "real argument"),
    ("exp", "log"): ("", ""),
}
"""Outer and inner function → the function that both are together; "" is the argument itself."""

BETWEEN = {"clip": (1, 2)}
"""Function → the places of two arguments, of which its value is one where they are the same."""
