"""Exact numbers for the proof: three prime fields in which functions keep their identities.

A value is a number modulo `P`, and where a function needs it, also modulo `Q` and `R`:

* `P = 2Q + 1`. Squares modulo `P` play the positive numbers: they form a group of order `Q`, so
  `exp(u) = g^u` with `u` taken modulo `Q` turns sums into products, and `x^a` for a square `x` has
  all the laws of powers. The root of a square is the one that is itself a square.
* -1 is no square, so the quadratic character is a sign: `abs(u) = sign(u)*u` is multiplicative.
* `P + 1 = 240R`. Numbers `c + is` with `c^2 + s^2 = 1` form a group of order `P + 1`, so
  `cos(u) + i sin(u) = w^u` with `u` taken modulo `R` has the addition theorems.

An identity of rational functions holds in each field by itself, and one of `exp`, `sin` and powers
holds modulo `P`. Where such a function stands inside another one, its value modulo `Q` or `R` is
drawn, once for each argument. So are all functions without laws, and logarithms, which are tied to
each other where an argument is a product or quotient of two earlier ones. There is no order here:
what depends on one is looked at over the real numbers as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.outcomes import LIMIT, NOTHING, Singular, Unsupported

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from mdiff.proof.arrays import Entries, Number
    from mdiff.proof.reals import Stream

P = 764534205765705359
Q = 382267102882852679
R = 3185559190690439
MODULI = (P, Q, R)

BASE = pow(5, 2 * 123456789, P)
"""exp(1)"""

Argument = tuple[int, ...]
"""A number modulo P, Q and R, as many of them as are needed somewhere, 0 where it is not here."""


class Drawn:
    """What is drawn at one point, for all three fields."""

    __slots__ = ("logs", "numbers", "pi", "powers", "stream", "turns")

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.pi = tuple(self.square(modulus) for modulus in MODULI)
        self.numbers: dict[object, int] = {}
        self.powers: dict[int, int] = {}
        self.turns: dict[tuple[int, int], tuple[int, int]] = {}
        self.logs: dict[int, tuple[int, int]] = {1: (0, 0)}
        """By a number: its logarithm modulo P and Q; the reciprocals of all are there as well."""

    def square(self, modulus: int) -> int:
        """A square, which plays a positive number."""
        return self.stream.below(modulus) ** 2 % modulus

    def positive(self, logarithm: int) -> int:
        """The positive number modulo P of this logarithm modulo Q."""
        value = pow(BASE, logarithm, P)
        self.tie(value, self.stream.below(P), logarithm)
        return value

    def tie(self, value: int, at_p: int, at_q: int) -> None:
        """Remember the logarithm of a number, unless it has one."""
        if value not in self.logs:
            self.logs[value] = at_p, at_q
            self.logs[pow(value, -1, P)] = -at_p % P, -at_q % Q

    def log(self, value: int) -> tuple[int, int]:
        """The logarithm: known, that of the square halved, that of a product of two, or drawn."""
        logs = self.logs
        if value in logs:
            return logs[value]
        if square := logs.get(value * value % P):
            found = square[0] * ((P + 1) // 2) % P, square[1] * ((Q + 1) // 2) % Q
        else:
            for factor, (first, second) in logs.items():  # value = other/factor
                if other := logs.get(value * factor % P):
                    found = (other[0] - first) % P, (other[1] - second) % Q
                    break
            else:
                found = self.stream.below(P), self.stream.below(Q)
        self.tie(value, *found)
        return found


class Residues:
    """Numbers modulo the `level`-th of P, Q and R at one point; only modulo P anything moves."""

    __slots__ = ("_known", "imaginary", "level", "modulus", "order", "pi")

    exact = True

    def __init__(self, known: Drawn, level: int, order: int) -> None:
        self._known = known
        self.level = level
        self.modulus = MODULI[level]
        self.order = 0 if level else order
        self.pi = known.pi[level]
        self.imaginary = 0

    def reduce(self, entries: Entries) -> Entries:
        """Entries modulo the modulus."""
        modulus = self.modulus
        return [entry % modulus for entry in entries]

    def rational(self, value: Fraction) -> int:
        """An exact number."""
        if value.denominator == 1:
            return value.numerator % self.modulus
        return value.numerator * self.reciprocal(value.denominator) % self.modulus

    def reciprocal(self, x: int) -> int:
        """1/x; raises `Singular`, as zero is so at all points of these sizes."""
        if x % self.modulus == 0:
            raise Singular
        return pow(x, -1, self.modulus)

    def pivot(self, column: Entries, size: Number) -> int | None:
        """The first that is not zero."""
        del size
        return next((i for i, entry in enumerate(column) if entry), None)

    def conjugate(self, entries: Entries) -> Entries:
        """All is real."""
        return entries

    def at(self, u: Argument) -> int:
        """The argument modulo this modulus."""
        return u[self.level]

    def sign(self, x: int) -> int:
        """1 for a square, else -1."""
        power = pow(x, self.modulus >> 1, self.modulus)
        return power if power <= 1 else -1

    def is_rounding(self, x: int) -> bool:
        """Whether a value may be zero but for rounding: nothing is rounded here."""
        return x == 0

    def magnitude(self, x: int) -> int:
        """The absolute value."""
        return self.sign(x) * x

    def root(self, x: int, exponent: Fraction) -> Number:
        """A rational power; where the exponent is no whole number, x must be a square."""
        modulus = self.modulus
        if x % modulus == 0:
            if exponent < 0:
                raise Singular
            return 0 if exponent else 1
        if exponent.denominator == 1:
            return pow(x, exponent.numerator % (modulus - 1), modulus)
        if self.sign(x) < 0:
            return NOTHING
        order = modulus >> 1
        try:
            root = pow(exponent.denominator, -1, order)
        except ValueError:
            raise Unsupported("a root of this order") from None
        return pow(x, exponent.numerator * root % order, modulus)

    def raised(self, base: int, exponent: Argument) -> Number:
        """A power with the laws of powers modulo P; elsewhere drawn."""
        if self.level:
            return self.drawn("^", (base, exponent[self.level])) ** 2 % self.modulus
        if base == 0:
            return 0
        return NOTHING if self.sign(base) < 0 else pow(base, exponent[1], P)

    def exp(self, u: Argument) -> int:
        """exp(u): `g^u` modulo P; elsewhere drawn, with exp(-u) = 1/exp(u)."""
        known = self._known
        if self.level == 0:
            value = known.powers.get(u[1])
            if value is None:
                value = known.powers[u[1]] = pow(BASE, u[1], P)
                known.tie(value, u[0], u[1])
            return value
        modulus, at = self.modulus, u[self.level]
        if at == 0:
            return 1
        mirrored = at > modulus >> 1
        value = self.drawn("exp", (modulus - at if mirrored else at,)) ** 2 % modulus
        return pow(value, -1, modulus) if mirrored else value

    def turn(self, u: Argument) -> tuple[int, int]:
        """cos(u) and sin(u): `w^u` modulo P; elsewhere drawn on the circle."""
        modulus, turns = self.modulus, self._known.turns
        at = u[self.level or 2]
        if self.level and at > modulus >> 1:
            cos, sin = self.turn((modulus - at,) * 3)
            return cos, -sin % modulus
        key = (at, self.level)
        if key not in turns:
            if self.level == 0:
                turns[key] = _power_on_circle(at)
            elif at == 0:
                turns[key] = (1, 0)
            else:
                turns[key] = _circle(self._known.stream.below(modulus), modulus)
        return turns[key]

    def log(self, u: Argument) -> Number:
        """The logarithm of an argument modulo P."""
        if u[0] == 0:
            return LIMIT
        found = self._known.log(u[0])
        return found[self.level] if self.level < 2 else self.drawn("log", (u[0],))

    def named(self, name: str, *u: Argument | int) -> int:
        """A function of which at most `f(-u) = -f(u)` is known, drawn for each argument."""
        at = [each if isinstance(each, int) else each[self.level] for each in u]
        if name == "acos":
            half = self.pi * self.reciprocal(2)
            return (half - self.named("asin", *u)) % self.modulus
        if name in ("asin", "atan", "erf"):
            if at[0] == 0:
                return 0
            if at[0] > self.modulus >> 1:
                return self.modulus - self.drawn(name, (self.modulus - at[0],))
        return self.drawn(name, at)

    def drawn(self, name: str, point: Sequence[int]) -> int:
        """A number for a name at a point."""
        key, numbers = (name, self.level, *point), self._known.numbers
        if key not in numbers:
            numbers[key] = self._known.stream.below(self.modulus)
        return numbers[key]


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
