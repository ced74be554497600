"""Scalar functions → their value, slope and half their second derivative, for any numbers.

Textbook formulas of the proof's own: the function table is not read, so that an error in one of its
rules shows as a difference from these.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.proof.outcomes import NOTHING, Singular, is_void

if TYPE_CHECKING:
    from mdiff.proof.arrays import Argument, Number
    from mdiff.proof.jet import Numbers, Taylor

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


def taylor(numbers: Numbers, name: str, u: Argument, *, valued: bool, moving: bool) -> Taylor:
    """f(u), f'(u), f''(u)/2; 0 for a value that is not read, and for slopes of what is constant."""
    if is_void(u):
        return NOTHING, NOTHING, NOTHING
    if not valued and not numbers.at(u) and name == "log":
        raise Singular("a logarithm of what is zero at all points of these sizes")
    slopes = _slopes(numbers, name, u) if moving else (0, 0)
    return _value(numbers, name, u) if valued else 0, *slopes


def _value(numbers: Numbers, name: str, u: Argument) -> Number:
    match name:
        case "exp":
            return numbers.exp(u)
        case "sinh" | "cosh" | "tanh" | "sin" | "cos" | "tan":
            sine, cosine = _pair(numbers, name, u)
            if name.startswith("tan"):
                return sine * numbers.reciprocal(cosine)
            return sine if name.startswith("sin") else cosine
        case "log":
            return numbers.log(u)
        case "abs":
            return numbers.magnitude(numbers.at(u))
        case "sign":
            return numbers.sign(numbers.at(u))
        case _:
            return numbers.named(POLYGAMMA.get(name, name), u)


def _slopes(numbers: Numbers, name: str, u: Argument) -> tuple[Number, Number]:
    """The first derivative and half the second one; None where there is none.

    What is zero but for rounding, such as `1 - sum(p)` on the simplex, is at the kink.
    """
    half, at = numbers.rational(HALF), numbers.at(u)
    if name in ("abs", "sign", "log") and numbers.is_rounding(at):
        return None, None
    match name:
        case "exp":
            value = numbers.exp(u)
            return value, value * half
        case "sinh" | "cosh" | "tanh" | "sin" | "cos" | "tan":
            sine, cosine = _pair(numbers, name, u)
            turn = 1 if name.endswith("h") else -1
            if name.startswith("sin"):
                return cosine, turn * sine * half
            if name.startswith("cos"):
                return turn * sine, turn * cosine * half
            value = sine * numbers.reciprocal(cosine)
            slope = 1 - turn * value * value
            return slope, -turn * value * slope
        case "log":
            if not at:
                return None, None
            slope = numbers.reciprocal(at)
            return slope, -slope * slope * half
        case "abs" | "sign":
            sign = numbers.sign(at)
            return (sign if name == "abs" else 0) if sign else None, 0
        case "asin" | "acos":
            slope = numbers.root(numbers.reduce([1 - at * at])[0], -HALF)
            bend = at * slope * slope * slope * half
            return (slope, bend) if name == "asin" else (-slope, -bend)
        case "atan":
            slope = numbers.reciprocal(1 + at * at)
            return slope, -at * slope * slope
        case "erf":
            slope = 2 * numbers.exp(_minus_square(u)) * numbers.root(numbers.pi, -HALF)
            return slope, -at * slope
        case _:
            order = int(POLYGAMMA.get(name, "psi-1")[3:])
            first, second = (numbers.named(f"psi{order + k}", u) for k in (1, 2))
            return first, second * half


POLYGAMMA = {"digamma": "psi0", "trigamma": "psi1"}
"""The derivatives of log Γ; each is the next one's integral."""


def _pair(numbers: Numbers, name: str, u: Argument) -> tuple[Number, Number]:
    """Sine and cosine, or the hyperbolic ones."""
    if name in CIRCULAR:
        return numbers.turn(u)[::-1]
    up, half = numbers.exp(u), numbers.rational(HALF)
    down = numbers.reciprocal(up)
    return (up - down) * half, (up + down) * half


def _minus_square(u: Argument) -> Argument:
    """-u², of a number or of a residue with its companions."""
    return tuple(-each * each for each in u) if isinstance(u, tuple) else -u * u
