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
from mdiff.proof.needs import TANGENT, VALUE
from mdiff.proof.outcomes import NOTHING, Unsupported, is_void
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
        """`levels`: one kind of numbers, or residues modulo P, Q and R; `variables` in each."""
        self._steps = steps
        self._masks = masks
        self._levels = levels
        self._variables = variables
        self._values: list[list[Jet | None]] = []

    def at(self, place: int) -> Jet:
        """The value of a step, modulo P where it is a residue.

        Raises `Undefined`, `Singular` (no value here) and `Unsupported` (none known).
        """
        for step in range(len(self._values), place + 1):
            self._values.append(self._evaluate(step))
        return self._known(place, 0)

    def _known(self, place: int, level: int) -> Jet:
        found = self._values[place][level]
        if found is None:  # of what does not move, only that is read: any value will do
            shape = self._steps[place].shape
            return Jet(self._levels[level], *shape, [[0] * prod(shape)])
        return found

    def _evaluate(self, place: int) -> list[Jet | None]:
        mask, step = self._masks[place], self._steps[place]
        wanted = mask | VALUE if mask & TANGENT else mask
        return [
            self._value(step, level, mask) if wanted >> level & 1 else None
            for level in range(len(self._levels))
        ]

    def _value(self, step: Sized, level: int, mask: int) -> Jet:
        numbers = self._levels[level]
        if step.operation == "variable":
            jet = self._variables[str(step.payload)][level]
            return jet if mask & TANGENT else jet.plain()
        if not step.args:
            return Jet(numbers, *step.shape, [self._constant(step, numbers)])
        if step.operation == "call" and step.payload not in MATRIX:
            return self._call(step, level, mask)
        places = step.args[:1] if step.operation in ("matrixpower", "power") else step.args
        args = [self._known(arg, level) for arg in places]
        if not mask & TANGENT:
            args = [arg.plain() for arg in args]
        match step.operation:
            case "matmul":
                return args[0] @ args[1]
            case "transpose":
                return args[0].T
            case "contract":
                join = partial(contraction, str(step.payload), [arg.shape for arg in args])
                return Jet(numbers, *step.shape, multilinear(join, *args))
            case "matrixpower":
                return self._matrix_power(step, args[0])
            case "call":
                return MATRIX[str(step.payload)](args[0])
            case "power":
                return self._power(step, args[0], level, mask)
            case _:
                wide = [arg.wide(*step.shape) for arg in args]
        match step.operation, step.payload:
            case "add", tuple(signs):
                return added(signs, wide)
            case "times", _:
                return wide[0] * wide[1]
            case _:
                return wide[0] * args[1].reciprocal().wide(*step.shape)

    def _constant(self, step: Sized, numbers: Numbers) -> Entries:
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

    def _arguments(self, place: int) -> list[Argument]:
        """Each entry of a step's value as functions take it: a number, or three residues."""
        found = self._values[place]
        if len(self._levels) == 1:
            return self._known(place, 0).value
        zeros = [0] * prod(self._steps[place].shape)
        return list(zip(*(zeros if jet is None else jet.value for jet in found), strict=True))

    def _power(self, step: Sized, base: Jet, level: int, mask: int) -> Jet:
        numbers, shape = self._levels[level], step.shape
        exponent = self._steps[step.args[1]].payload
        if isinstance(exponent, Fraction):
            return powered(base, exponent)
        base = base.wide(*shape)
        narrow = self._steps[step.args[1]].shape
        arguments = repeated(self._arguments(step.args[1]), narrow, *shape)
        pairs = zip(base.value, arguments, strict=True)
        value = [NOTHING if is_void(pair[1]) else numbers.raised(*pair) for pair in pairs]
        if not mask & TANGENT:
            return base.like([value])
        power = self._known(step.args[1], level).wide(*shape)
        moves = len(power.parts) > 1
        logs = base.composed(
            [self._log(entry, valued=moves) if entry else ZERO for entry in base.value]
        )
        change = power * logs
        half = numbers.rational(Fraction(1, 2))
        return change.like([[0] * len(value), *change.parts[1:]]).composed(
            [(v, v, v * half) for v in value]
        )

    def _log(self, entry: Number, *, valued: bool) -> Taylor:
        numbers = self._levels[0]
        u = (entry, 0, 0) if len(self._levels) > 1 else entry
        return taylor(numbers, "log", u, valued=valued, moving=True)

    def _matrix_power(self, step: Sized, base: Jet) -> Jet:
        exponent = self._known(step.args[1], 0)
        number = exponent.value[0]
        if len(self._levels) > 1:
            number = number - P if number > P >> 1 else number
        elif number != round(number.real) or len(exponent.parts) > 1:
            return raised(base, exponent)
        if abs(number) > LARGEST_POWER or len(exponent.parts) > 1:
            raise Unsupported("a matrix power that is no small whole number")
        return base.power(int(number.real))

    def _call(self, step: Sized, level: int, mask: int) -> Jet:
        """A function that is taken by elements, or of which only the name is known."""
        numbers, name = self._levels[level], str(step.payload)
        moving = bool(mask & TANGENT) and level == 0
        if name in SCALAR:
            valued = len(self._levels) == 1 or bool(mask & ~TANGENT)  # reals: is it defined?
            arguments = self._arguments(step.args[0])
            known = [taylor(numbers, name, u, valued=valued, moving=moving) for u in arguments]
            if moving:
                return self._known(step.args[0], 0).composed(known)
            return Jet(numbers, *step.shape, [numbers.reduce([t[0] for t in known])])
        args = [self._known(arg, 0) for arg in step.args]
        args = args if moving else [arg.plain() for arg in args]
        if name == "atan2":
            return angle(*(arg.wide(*step.shape) for arg in args))
        if step.function is None or step.function.unknown is None:
            raise Unsupported(f"`{name}` has no value here")
        if level and step.function.unknown.along is not None:
            args[-1] = self._known(step.args[-1], level)
        return abstract(numbers, step.function.unknown, args, step.shape)
