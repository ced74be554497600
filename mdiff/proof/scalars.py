"""Scalar functions modulo P, Q and R, with derivatives from formulas of the proof's own.

The function table is not read: an error in one of its rules shows as a difference from these.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.proof.field import MODULI, P, inverse, rational_power, sign

if TYPE_CHECKING:
    from mdiff.proof.field import Functions

EXPONENTIAL = frozenset(("exp", "sinh", "cosh", "tanh"))
CIRCULAR = frozenset(("sin", "cos", "tan"))
BY_ROOTS = frozenset(("asin", "acos", "atan", "erf"))
BY_SIGN = frozenset(("abs", "sign"))
REAL = frozenset(("conj", "re", "im"))
SCALAR = EXPONENTIAL | CIRCULAR | BY_ROOTS | BY_SIGN | REAL | {"log"}
MATRIX = frozenset(("det", "inv"))
NAMED = SCALAR | MATRIX
"""The functions that the exact method knows, beside those written out in them and abstract ones."""


def scalar(functions: Functions, name: str, u: tuple[int, int, int], level: int) -> int:
    """Value of a scalar function at an argument known modulo P, Q and R."""
    m, at = MODULI[level], u[level]
    match name:
        case "exp":
            return functions.exp(u, level)
        case "sinh" | "cosh" | "tanh":
            up = functions.exp(u, level)
            down = inverse(up, m)
            half = inverse(2, m)
            if name == "sinh":
                return (up - down) * half % m
            if name == "cosh":
                return (up + down) * half % m
            return (up - down) * inverse((up + down) % m, m) % m
        case "sin" | "cos" | "tan":
            cos, sin = functions.turn(u, level)
            if name == "tan":
                return sin * inverse(cos, m) % m
            return sin if name == "sin" else cos
        case "log":
            return functions.log(u[0])[level]
        case "abs":
            return at * sign(at, m) % m
        case "sign":
            return sign(at, m) % m
        case "acos":
            return (functions.pi[level] * inverse(2, m) - functions.odd("asin", at, level)) % m
        case "im":
            return 0
        case "conj" | "re":
            return at
        case _:
            return functions.odd(name, at, level)


def slope(functions: Functions, name: str, u: tuple[int, int, int]) -> int:
    """Derivative of a scalar function modulo P, from textbook formulas of the proof's own."""
    at = u[0]
    match name:
        case "exp":
            return functions.exp(u, 0)
        case "sinh":
            return scalar(functions, "cosh", u, 0)
        case "cosh":
            return scalar(functions, "sinh", u, 0)
        case "tanh":
            return inverse(scalar(functions, "cosh", u, 0) ** 2 % P, P)
        case "sin":
            return functions.turn(u, 0)[0]
        case "cos":
            return -functions.turn(u, 0)[1]
        case "tan":
            return inverse(functions.turn(u, 0)[0] ** 2 % P, P)
        case "log":
            return inverse(at, P)
        case "abs":
            return sign(at, P)
        case "asin":
            return inverse(rational_power((1 - at * at) % P, Fraction(1, 2), P), P)
        case "acos":
            return -slope(functions, "asin", u)
        case "atan":
            return inverse((1 + at * at) % P, P)
        case "erf":
            bell = functions.exp((-at * at % P, -u[1] * u[1] % MODULI[1], 0), 0)
            return 2 * bell * inverse(rational_power(functions.pi[0], Fraction(1, 2), P), P) % P
        case "conj" | "re":
            return 1
        case _:  # sign, im
            return 0


def curve(functions: Functions, name: str, u: tuple[int, int, int]) -> int:
    """Second derivative of a scalar function modulo P, from formulas of the proof's own."""
    at = u[0]
    match name:
        case "exp" | "sinh" | "cosh":
            return scalar(functions, name, u, 0)
        case "tanh":
            return -2 * scalar(functions, name, u, 0) * slope(functions, name, u)
        case "sin" | "cos":
            return -scalar(functions, name, u, 0)
        case "tan":
            return 2 * scalar(functions, name, u, 0) * slope(functions, name, u)
        case "log":
            return -(inverse(at, P) ** 2)
        case "asin" | "acos":
            return at * slope(functions, name, u) * slope(functions, "asin", u) ** 2
        case "atan":
            return -2 * at * slope(functions, name, u) ** 2
        case "erf":
            return -2 * at * slope(functions, name, u)
        case _:  # abs, sign, conj, re, im
            return 0
