"""Functions of one number that Python's own library lacks; nan outside their domain."""

from __future__ import annotations

from math import log, nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
"""The Bernoulli numbers of even index from 2 on, for the expansions at infinity."""

FAR = 12.0
"""From here on, the expansions at infinity have all digits of a float."""


def digamma(x: float) -> float:
    """The derivative of log Γ, for x > 0 (Abramowitz and Stegun, 6.3.5 and 6.3.18)."""
    if not x > 0:
        return nan
    total = 0.0
    while x < FAR:
        total -= 1 / x
        x += 1
    series = sum(b / (2 * k * x ** (2 * k)) for k, b in enumerate(BERNOULLI, 1))
    return total + log(x) - 1 / (2 * x) - series


def trigamma(x: float) -> float:
    """The second derivative of log Γ, for x > 0 (Abramowitz and Stegun, 6.4.6 and 6.4.12)."""
    if not x > 0:
        return nan
    total = 0.0
    while x < FAR:
        total += 1 / x**2
        x += 1
    series = sum(b / x ** (2 * k + 1) for k, b in enumerate(BERNOULLI, 1))
    return total + 1 / x + 1 / (2 * x**2) + series


SPECIAL: dict[str, Callable[[float], float]] = {"digamma": digamma, "trigamma": trigamma}
"""By the name in the function table."""
