"""Real and complex numbers for the proof: floats, and where these are in doubt, sixty digits.

They do what `residues` do. An object stands for one point: what it draws for a function without
laws stays the same there.
"""

from __future__ import annotations

import cmath
import math
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from mdiff.proof.outcomes import LIMIT, NOTHING, Undefined, Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from mdiff.proof.arrays import Entries, Number

Library = Any
"""`math`, `cmath` or a context of mpmath: functions by the same names."""

LARGEST = 1e7
"""Of exponents and angles: beyond, no number of digits helps."""


class Stream:
    """Reproducible random numbers (a linear congruential generator, of which the top is used)."""

    __slots__ = ("_state",)

    def __init__(self, seed: int) -> None:
        self._state = (2 * seed + 1) * 0x9E3779B97F4A7C15F39CC0605CEDC835

    def below(self, bound: int) -> int:
        """A number from 1 to bound - 1."""
        self._state = (self._state * 0x2360ED051FC65DA44385DF649FCCF645 + 1) % (1 << 128)
        return 1 + (self._state >> 40) % (bound - 1)

    def unit(self) -> float:
        """A number between 0 and 1."""
        return self.below(1 << 53) / (1 << 53)


class Reals:
    """Real or complex numbers: those of `math`, of `cmath`, or mpmath's of many digits."""

    exact = False

    def __init__(self, order: int, *, complex_: bool = False, digits: int = 0) -> None:
        """`digits`: of mpmath's numbers; none for floats."""
        self.order = order
        self.complex = complex_
        self.precise = bool(digits)
        self._library: Library = cmath if complex_ else math
        self.one: Number = 1
        self.eps: Number = 1e-16
        if digits:
            self._library = _precise(digits)
            self.one = self._library.mpf(1)
            self.eps = self.one / 10**digits
        self.pi = +self._library.pi
        self.imaginary = self.number(-0.5j) if complex_ else 0
        self._drawn: dict[object, float] = {}

    def number(self, value: complex) -> Number:
        """A float as one of these."""
        return self._library.convert(value) if self.precise else value

    def reduce(self, entries: Entries) -> Entries:
        """Nothing is to be done."""
        return entries

    def rational(self, value: Fraction) -> Number:
        """An exact number."""
        return value.numerator * self.one / value.denominator

    def reciprocal(self, x: Number) -> Number:
        """1/x."""
        if not x:
            raise Undefined("a division by zero")
        return self.one / x

    def pivot(self, column: Entries, size: Number) -> int | None:
        """The largest; what is only rounding counts as zero."""
        best = max(range(len(column)), key=lambda i: abs(column[i]))
        return best if abs(column[best]) > 1e3 * self.eps * size else None

    def conjugate(self, entries: Entries) -> Entries:
        """The complex conjugates."""
        return [entry.conjugate() for entry in entries] if self.complex else entries

    def at(self, u: Number) -> Number:
        """The argument itself."""
        return u

    def sign(self, x: Number) -> int:
        """-1, 0 or 1."""
        if self.complex:
            raise Unsupported("the order of complex numbers")
        return int(x > 0) - int(x < 0)

    def is_rounding(self, x: Number) -> bool:
        """Whether a value may be zero but for the last three digits of numbers about 1."""
        return bool(abs(x) < 1000 * self.eps)

    def magnitude(self, x: Number) -> Number:
        """The absolute value."""
        return abs(x)

    def root(self, x: Number, exponent: Fraction) -> Number:
        """A rational power."""
        if exponent.denominator == 1:
            base = self.reciprocal(x) if _bounded(exponent) < 0 else x
            return base ** abs(exponent.numerator)
        return self.raised(x, self.rational(exponent))

    def raised(self, base: Number, exponent: Number) -> Number:
        """A real power, of what is not negative."""
        _bounded(exponent)
        if not base and not self.complex:
            if exponent > 0:
                return 0
            raise Undefined("a division by zero")
        if not self.complex and base < 0 and exponent != int(exponent):
            return NOTHING
        _bounded(exponent * self._library.log(abs(base)))
        return base**exponent

    def exp(self, u: Number) -> Number:
        """The exponential; raises OverflowError where even many digits are too few."""
        return self._library.exp(_bounded(u))

    def turn(self, u: Number) -> tuple[Number, Number]:
        """Cosine and sine."""
        return self._library.cos(_bounded(u)), self._library.sin(u)

    def log(self, u: Number) -> Number:
        """The logarithm of what is positive."""
        if not u:
            return LIMIT
        return NOTHING if not self.complex and u < 0 else self._library.log(u)

    def named(self, name: str, *u: Number) -> Number:
        """Functions of numbers in Python's library, mpmath's otherwise."""
        if name in ("asin", "acos") and not self.complex and abs(u[0]) > 1:
            return NOTHING
        if name.startswith("psi") or name == "lgamma":
            if u[0] <= 0:
                return NOTHING
            if name == "lgamma":
                return self._library.loggamma(u[0]) if self.precise else math.lgamma(u[0])
            library = self._library if self.precise else _precise(20)
            value = library.psi(int(name[3:]), u[0])  # the derivatives of log Γ, NIST DLMF 5.15
            return value if self.precise else float(value)
        found: Callable[..., Number] | None = getattr(self._library, name, None)
        if found is None:
            raise Unsupported(f"`{name}` of complex numbers")
        return found(*u)

    def drawn(self, name: str, point: Entries) -> Number:
        """A number for a name at a point; points that agree to ten digits are one."""
        key = name, tuple(f"{complex(entry):.9e}" for entry in point)
        if key not in self._drawn:
            stream = Stream(crc32(repr(key).encode()))
            self._drawn[key] = (0.4 + stream.unit()) * (1 if stream.below(3) == 1 else -1)
        return self.number(self._drawn[key])


def _bounded(x: Number) -> Number:
    """A number that is not too large to be an exponent or an angle; raises `OverflowError`."""
    if abs(x) > LARGEST:
        raise OverflowError
    return x


@cache
def _precise(digits: int) -> Library:
    """So many digits of mpmath's, in a context of their own."""
    import mpmath

    context = mpmath.MPContext()
    context.dps = digits
    return context
