"""Exact numbers for the proof: three prime fields in which functions keep their identities.

A value is a number modulo `P`, and where a function needs it, also modulo `Q` and `R`:

* `P = 2Q + 1`. Squares modulo `P` play the positive numbers: they form a group of order `Q`, so
  `exp(u) = g^u` with `u` taken modulo `Q` turns sums into products, and `x^a` for a square `x` has
  all the laws of powers. The root of a square is the one that is itself a square.
* -1 is no square, so the quadratic character is a sign: `abs(u) = sign(u)*u` is multiplicative.
  The whole numbers up to 22 are squares.
* `P + 1 = 240R`. Numbers `c + is` with `c^2 + s^2 = 1` form a group of order `P + 1`, so
  `cos(u) + i sin(u) = w^u` with `u` taken modulo `R` has the addition theorems.

An identity of rational functions holds in each field by itself, and one of `exp`, `sin` and powers
holds modulo `P`. Where such a function stands inside another one, its value modulo `Q` or `R` is
drawn, once for each argument. So are all functions without laws, and logarithms, which are tied to
each other where an argument is a product or quotient of two earlier ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

P = 764534205765705359
Q = 382267102882852679
R = 3185559190690439
MODULI = (P, Q, R)

BASE = pow(5, 2 * 123456789, P)
"""exp(1)"""


class Redraw(Exception):  # noqa: N818 - no error, and it never leaves the room
    """The point is outside the domain: draw another one."""


class Singular(Exception):  # noqa: N818 - as Redraw
    """A matrix to be inverted is singular: try other sizes."""


class Unsupported(Exception):  # noqa: N818 - as Redraw
    """The exact method does not know this function."""


class Stream:
    """Reproducible random numbers (a linear congruential generator, of which the top is used)."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = (2 * seed + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835

    def below(self, bound: int) -> int:
        """A number from 1 to bound - 1."""
        self._state = (self._state * 0x2360ED051FC65DA44385DF649FCCF645 + 1) % (1 << 128)
        return 1 + (self._state >> 40) % (bound - 1)

    def square(self, modulus: int) -> int:
        """A square, which plays a positive number."""
        return self.below(modulus) ** 2 % modulus


def sign(value: int, modulus: int) -> int:
    """1 for a square, else -1; 0 is no point of the domain."""
    power = pow(value, modulus >> 1, modulus)
    if power == 0:
        raise Redraw
    return 1 if power == 1 else -1


def inverse(value: int, modulus: int) -> int:
    """1/value."""
    if value == 0:
        raise Singular
    return pow(value, -1, modulus)


def rational(value: Fraction, modulus: int) -> int:
    """An exact number in a field."""
    if value.denominator == 1:
        return value.numerator % modulus
    return value.numerator * inverse(value.denominator % modulus, modulus) % modulus


def rational_power(base: int, exponent: Fraction, modulus: int) -> int:
    """`base^exponent`; where the exponent is no whole number, the base must be a square."""
    if exponent.denominator == 1:
        if base == 0 and exponent < 0:
            raise Singular
        return pow(base, exponent.numerator, modulus)
    if sign(base, modulus) < 0:
        raise Redraw
    order = modulus >> 1
    try:
        root = pow(exponent.denominator, -1, order)
    except ValueError:
        raise Unsupported("a root of this order") from None
    return pow(base, exponent.numerator * root % order, modulus)


class Functions:
    """Scalar functions at one point: equal arguments have equal values.

    `level` counts in `MODULI`; `u` is the argument modulo each of the three, 0 where not needed.
    """

    __slots__ = ("_drawn", "_logs", "_powers", "_turns", "pi", "stream")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.pi = tuple(stream.square(modulus) for modulus in MODULI)
        self._drawn: dict[tuple[str, int, int], int] = {}
        self._powers: dict[int, int] = {}
        self._turns: dict[tuple[int, int], tuple[int, int]] = {}
        self._logs: dict[int, tuple[int, int]] = {1: (0, 0)}

    def drawn(self, name: str, u: int, level: int) -> int:
        """Any function without laws."""
        key = (name, u, level)
        if key not in self._drawn:
            self._drawn[key] = self.stream.below(MODULI[level])
        return self._drawn[key]

    def odd(self, name: str, u: int, level: int) -> int:
        """A function of which only f(-u) = -f(u) is known."""
        modulus = MODULI[level]
        if u == 0:
            return 0
        if u > modulus >> 1:
            return modulus - self.drawn(name, modulus - u, level)
        return self.drawn(name, u, level)

    def exp(self, u: tuple[int, int, int], level: int) -> int:
        """exp(u): `g^u` modulo P; elsewhere drawn, with exp(-u) = 1/exp(u)."""
        if level == 0:
            value = self._powers.get(u[1])
            if value is None:
                value = self._powers[u[1]] = pow(BASE, u[1], P)
                self._logs.setdefault(value, (u[0], u[1]))
            return value
        modulus, at = MODULI[level], u[level]
        if at == 0:
            return 1
        mirrored = at > modulus >> 1
        root = self.drawn("exp", modulus - at if mirrored else at, level)
        value = root * root % modulus
        return pow(value, -1, modulus) if mirrored else value

    def turn(self, u: tuple[int, int, int], level: int) -> tuple[int, int]:
        """cos(u) and sin(u): `w^u` modulo P; elsewhere drawn on the circle."""
        modulus = MODULI[level]
        at = u[2] if level == 0 else u[level]
        if level and at > modulus >> 1:
            cos, sin = self.turn((0, modulus - u[1], modulus - u[2]), level)
            return cos, -sin % modulus
        key = (at, level)
        if key not in self._turns:
            if level == 0:
                self._turns[key] = _power_on_circle(at)
            elif at == 0:
                self._turns[key] = (1, 0)
            else:
                self._turns[key] = _circle(self.stream.below(modulus), modulus)
        return self._turns[key]

    def log(self, u: int) -> tuple[int, int, int]:
        """Logarithm modulo P, Q and R, of an argument modulo P."""
        if u == 0:
            raise Redraw
        found = self._logs.get(u) or self._related_log(u)
        if found is None:
            found = (self.stream.below(P), self.stream.below(Q))
        self._logs.setdefault(u, found)
        return found[0], found[1], self.drawn("log", u, 2)

    def positive(self, logarithm: int) -> int:
        """The positive number modulo P of this logarithm modulo Q."""
        value = pow(BASE, logarithm, P)
        self._logs.setdefault(value, (self.stream.below(P), logarithm))
        return value

    def _related_log(self, u: int) -> tuple[int, int] | None:
        """Log u = log a + log b where u = a b, and so on, for a and b met before."""
        logs = self._logs
        reciprocal = pow(u, -1, P)
        square = logs.get(u * u % P)
        if square is not None:
            half = (P + 1) // 2, (Q + 1) // 2
            return square[0] * half[0] % P, square[1] * half[1] % Q
        for a, (first, second) in logs.items():
            b = logs.get(u * a % P)  # u = b/a
            if b is not None:
                return (b[0] - first) % P, (b[1] - second) % Q
            b = logs.get(reciprocal * a % P)  # u = a/b
            if b is not None:
                return (first - b[0]) % P, (second - b[1]) % Q
            c = logs.get(u * pow(a, -1, P) % P)  # u = a c
            if c is not None:
                return (first + c[0]) % P, (second + c[1]) % Q
        return None


def _circle(t: int, modulus: int) -> tuple[int, int]:
    """A point with c^2 + s^2 = 1."""
    scale = pow(1 + t * t, -1, modulus)
    return (1 - t * t) * scale % modulus, 2 * t * scale % modulus


def _power_on_circle(exponent: int) -> tuple[int, int]:
    """(c + is)^exponent for one such point of order R."""
    cos, sin = _circle(1234567891011, P)
    exponent *= (P + 1) // R
    result = (1, 0)
    while exponent:
        if exponent & 1:
            result = (
                (result[0] * cos - result[1] * sin) % P,
                (result[0] * sin + result[1] * cos) % P,
            )
        cos, sin = (cos * cos - sin * sin) % P, 2 * cos * sin % P
        exponent >>= 1
    return result
