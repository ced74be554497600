"""Scalar functions → their value, slope and half their second derivative, for any numbers.

Textbook formulas of the proof's own: the function table is not read, so that an error in one of its
rules shows as a difference from these.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mdiff.proof.jet import Void

if TYPE_CHECKING:
    from mdiff.proof.arithmetic import Numbers
    from mdiff.proof.jet import Taylor

EXPONENTIAL = frozenset(("exp", "sinh", "cosh", "tanh", "erf"))
"""Functions that read their argument where exponents live (modulo Q)."""

CIRCULAR = frozenset(("sin", "cos", "tan"))
"""Functions that read it where angles live (modulo R)."""

LAWLESS = frozenset(("log", "asin", "acos", "atan", "erf", "lgamma", "digamma", "trigamma"))
"""Functions whose values, not whose slopes, are drawn among residues: identities may be missed."""

ORDERED = frozenset(("abs", "sign"))
"""Functions that read a sign."""

SCALAR = EXPONENTIAL | CIRCULAR | LAWLESS | ORDERED

HALF = Fraction(1, 2)


def taylor(numbers: Numbers, name: str, u: Any, *, valued: bool, bent: bool) -> Taylor:
    """f(u), f'(u), f''(u)/2.

    `valued`: the value is read; where it is not, it may be 0. `bent`: so is the second derivative.
    """
    half, at = numbers.rational(HALF), numbers.at(u)
    match name:
        case "exp":
            value = numbers.exp(u)
            return value, value, value * half
        case "sinh" | "cosh" | "tanh":
            up = numbers.exp(u)
            down = numbers.reciprocal(up)
            sinh, cosh = (up - down) * half, (up + down) * half
            if name == "sinh":
                return sinh, cosh, sinh * half
            if name == "cosh":
                return cosh, sinh, cosh * half
            slope = numbers.reciprocal(numbers.reduce([cosh * cosh])[0])
            tanh = sinh * cosh * slope
            return tanh, slope, -tanh * slope
        case "sin" | "cos" | "tan":
            cos, sin = numbers.turn(u)
            if name == "sin":
                return sin, cos, -sin * half
            if name == "cos":
                return cos, -sin, -cos * half
            tan = sin * numbers.reciprocal(cos)
            return tan, 1 + tan * tan, tan * (1 + tan * tan)
        case "log":
            if not at and valued:
                return Void(), None, None
            slope = numbers.reciprocal(at)
            return numbers.log(u) if valued else 0, slope, -slope * slope * half
        case "abs" | "sign":
            sign = numbers.sign(at)
            slope = sign if name == "abs" else 0
            return (sign * at if name == "abs" else sign), slope if sign else None, 0
        case "asin" | "acos":
            slope = numbers.root(numbers.reduce([1 - at * at])[0], -HALF)
            bend = at * slope * slope * slope * half
            value = numbers.named(name, u) if valued else 0
            return (value, slope, bend) if name == "asin" else (value, -slope, -bend)
        case "atan":
            slope = numbers.reciprocal(1 + at * at)
            return numbers.named(name, u) if valued else 0, slope, -at * slope * slope
        case "erf":
            slope = 2 * numbers.exp(_minus_square(u)) * numbers.root(numbers.pi, -HALF)
            return numbers.named(name, u) if valued else 0, slope, -at * slope
        case _:
            order = {"lgamma": -1, "digamma": 0, "trigamma": 1}[name]
            names = [name, *(f"psi{order + k}" for k in (1, 2))]
            if order >= 0:
                names[0] = f"psi{order}"
            value = numbers.named(names[0], u) if valued else 0
            return value, numbers.named(names[1], u), bent and numbers.named(names[2], u) * half


def _minus_square(u: Any) -> Any:
    """-u², of a number or of a residue with its companions."""
    return tuple(-each * each for each in u) if isinstance(u, tuple) else -u * u
