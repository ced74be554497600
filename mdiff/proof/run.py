"""A program, numbers and the values of its variables → the value of every step, and how it moves.

The one interpreter: residues modulo P, Q and R side by side, real or complex numbers, all as jets.
No rule of the function table is used.
"""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from math import prod
from typing import TYPE_CHECKING

from mdiff.proof.abstract import abstract
from mdiff.proof.arrays import commutation, contraction, duplication, identity, repeated
from mdiff.proof.jet import Jet, added, multilinear, powered
from mdiff.proof.matrices import MATRIX, angle, raised
from mdiff.proof.needs import LEVELS, TANGENT, VALUE
from mdiff.proof.outcomes import NOTHING, Undefined, Unsupported, is_void
from mdiff.proof.residues import P
from mdiff.proof.scalars import SCALAR, taylor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.proof.arrays import Argument, Entries, Number
    from mdiff.proof.jet import Numbers, Taylor
    from mdiff.proof.program import Sized

LARGEST_POWER = 10**12

ZERO = (0, None, None)
"""Of a power of what is zero and stays zero: its logarithm is not needed."""


class Run:
    """The values of a program at one point, made as far as they are asked for."""

    __slots__ = ("_levels", "_masks", "_steps", "_values", "_variables")

    def __init__(
        self,
        steps: Sequence[Sized],
        masks: Sequence[int],
        levels: Sequence[Numbers],
        variables: Mapping[str, Sequence[Jet]],
    ) -> None:
        """`levels`: real numbers, or residues modulo P, Q and R; `variables` in each."""
        self._steps = steps
        self._masks = masks
        self._levels = levels
        self._variables = variables
        self._values: list[list[Jet | None]] = []

    def at(self, place: int) -> Jet:
        """The value of a step, modulo P where it is a residue.

        Raises `Undefined`, `Singular` (no value here) and `Unsupported` (none known).
        """
        for at in range(len(self._values), place + 1):
            step, mask = self._steps[at], self._masks[at]
            wanted = mask | VALUE if mask & TANGENT else mask
            self._values.append(
                [
                    self._value(step, level, mask) if wanted >> level & 1 else None
                    for level in range(len(self._levels))
                ]
            )
        return self._jet(place, 0)

    def largest(self) -> Number:
        """The largest entry of all values that were made."""
        jets = [jet for made in self._values for jet in made if jet is not None]
        return max(abs(e) for jet in jets for part in jet.parts for e in part if not is_void(e))

    def _jet(self, place: int, level: int, *, moving: bool = True) -> Jet:
        found = self._values[place][level]
        if found is None:  # of what does not move, only that is read: any value will do
            shape = self._steps[place].shape
            return Jet(self._levels[level], *shape, [[0] * prod(shape)])
        return found if moving else found.plain()

    def _arguments(self, place: int) -> list[Argument]:
        """Each entry of a step's value as functions take it: a number, or its residues."""
        if not self._levels[0].exact:
            return self._jet(place, 0).value
        zeros = [0] * prod(self._steps[place].shape)
        found = [zeros if jet is None else jet.value for jet in self._values[place]]
        return list(zip(*found, strict=True))

    def _value(self, step: Sized, level: int, mask: int) -> Jet:
        numbers, shape = self._levels[level], step.shape
        moving = bool(mask & TANGENT) and level == 0
        unknown = step.function.unknown if step.function else None
        if not step.args:
            if step.operation != "variable":
                return Jet(numbers, *shape, [_constant(step, numbers)])
            jet = self._variables[str(step.payload)][level]
            return jet if moving else jet.plain()
        if step.operation == "call" and step.payload in SCALAR:
            name, valued = str(step.payload), not numbers.exact or bool(mask & LEVELS)
            arguments = self._arguments(step.args[0])
            known = [taylor(numbers, name, u, valued=valued, moving=moving) for u in arguments]
            if moving:
                return self._jet(step.args[0], 0).composed(known)
            return Jet(numbers, *shape, [numbers.reduce([t[0] for t in known])])
        at = 0 if unknown or step.payload == "atan2" else level
        args = [self._jet(arg, at, moving=moving) for arg in step.args]
        if unknown:
            if unknown.along is not None:
                args[-1] = self._jet(step.args[-1], level, moving=moving)
            return abstract(numbers, unknown, args, shape)
        match step.operation:
            case "matmul":
                return args[0] @ args[1]
            case "transpose":
                return args[0].T
            case "contract":
                join = partial(contraction, str(step.payload), [arg.shape for arg in args])
                return Jet(numbers, *shape, multilinear(join, *args))
            case "matrixpower":
                return _matrix_power(args[0], self._jet(step.args[1], 0))
            case "power":
                exponent = self._steps[step.args[1]].payload
                if isinstance(exponent, Fraction):
                    return powered(args[0], exponent)
                return self._power(step, args, moving=moving)
            case "call" if step.payload in MATRIX:
                return MATRIX[str(step.payload)](args[0])
            case _:
                wide = [arg.wide(*shape) for arg in args]
        match step.operation, step.payload:
            case "add", tuple(signs):
                return added(signs, wide)
            case "times", _:
                return wide[0] * wide[1]
            case "over", _:
                return wide[0] * args[1].reciprocal().wide(*shape)
            case _:
                return angle(*wide)

    def _power(self, step: Sized, args: Sequence[Jet], *, moving: bool) -> Jet:
        """A power by elements whose exponent is no number: `exp(c log u)`."""
        base, power = (arg.wide(*step.shape) for arg in args)
        numbers = base.numbers
        exponents = repeated(self._arguments(step.args[1]), args[1].shape, *step.shape)
        pairs = zip(base.value, exponents, strict=True)
        value = [NOTHING if is_void(pair[1]) else numbers.raised(*pair) for pair in pairs]
        if not moving:
            return base.like([value])
        logs: list[Taylor] = [
            taylor(
                numbers,
                "log",
                (u,) if numbers.exact else u,
                valued=len(power.parts) > 1,
                moving=True,
            )
            if u
            else ZERO
            for u in base.value
        ]
        change = power * base.composed(logs)
        half = numbers.rational(Fraction(1, 2))
        return change.like([[0] * len(value), *change.parts[1:]]).composed(
            [(v, v, v * half) for v in value]
        )


def _constant(step: Sized, numbers: Numbers) -> Entries:
    rows, columns = step.shape
    match step.operation, step.payload:
        case (("number" | "size"), Fraction() as number):
            return [numbers.rational(number)]
        case "pi", _:
            return [numbers.pi]
        case "eye", _:
            return identity(rows)
        case "unit", at:
            return [int(i == at) for i in range(rows)]
        case "K", (int(m), int(n)):
            return commutation(m, n)
        case "D", (int(n),):
            return [int(at == j) for at in duplication(n) for j in range(columns)]
        case _:
            return [1] * (rows * columns)


def _matrix_power(base: Jet, exponent: Jet) -> Jet:
    (number,) = exponent.value
    if is_void(number):
        raise Undefined("no value")
    if exponent.numbers.exact:
        number = number - P if number > P >> 1 else number
    elif number != round(number.real) or len(exponent.parts) > 1:
        return raised(base, exponent)
    if abs(number) > LARGEST_POWER or len(exponent.parts) > 1:
        raise Unsupported("a matrix power that is no small whole number")
    return base.power(int(number.real))
