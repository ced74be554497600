"""As `bench`, in floating point: for functions that the exact method does not know."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from mdiff.errors import MdiffError
from mdiff.proof.bench import Factor, simple_factor
from mdiff.proof.differences import differences
from mdiff.proof.evaluate import Array, Point, evaluate
from mdiff.proof.field import Unsupported
from mdiff.proof.points import direction, draw
from mdiff.proof.structure import basis, linear_part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.bench import Measure
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Problem, Typed

CLOSE = 1e-6
LARGEST = 24
"""Numerators and denominators of factors that are recognised."""


class _At:
    """One point, what moves there and where to, and the derivative along it."""

    __slots__ = ("along", "generic", "point", "truth")

    def __init__(self, point: Point, along: dict[str, Array], generic: Array, truth: Array) -> None:
        self.point = point
        self.along = along
        self.generic = generic
        self.truth = truth


class NumericBench:
    """Two points of the domain.

    Raises `Unsupported` where none is found, or where differences are too uncertain there.
    """

    def __init__(  # noqa: PLR0913 - as ExactBench
        self,
        problem: Problem,
        kind: Kind,
        wrt: tuple[str, ...],
        structure: Structure = "ambient",
        seed: int = 0,
        anchors: Sequence[Typed] = (),
    ) -> None:
        self._problem = problem
        self._kind = kind
        self._wrt = wrt
        self._structure = structure
        with np.errstate(all="ignore"):
            self._points = [self._at(seed * 100 + 50, number, anchors) for number in (0, 1)]
        self.truth: Measure = tuple(_real(at.truth) for at in self._points)

    def _at(self, seed: int, number: int, anchors: Sequence[Typed]) -> _At:
        point = draw(
            self._problem,
            seed + number,
            lambda at: self._accepts(at, anchors),
            smallest=3 + number,
        )
        point = point or draw(self._problem, seed + number, smallest=3 + number)
        if point is None:
            raise Unsupported("no point of the domain found")
        rng = np.random.default_rng([seed, number, 2])
        along: dict[str, Array] = {}
        generic: Array = np.zeros((1, 1))
        for name in self._wrt:
            declared = self._problem.variables[name]
            value = point.values[name]
            linear = linear_part(declared.properties) if self._kind == "d" else None
            generic = np.asarray(direction(rng, linear, (value.shape[0], value.shape[1])))
            if "complex" in declared.properties:
                turned = direction(rng, linear, (value.shape[0], value.shape[1]))
                generic = np.asarray(generic + 1j * turned)
            along[name] = generic if self._kind == "d" else self._along(generic, name, value)
        slope = differences(self._problem.expression, point, along)
        scale = max(float(np.max(np.abs(slope.value))), slope.scale, 1e-3)
        if not np.all(np.isfinite(slope.value)) or slope.doubt > CLOSE * scale:
            raise Unsupported("differences are too uncertain here")
        return _At(point, along, generic, np.asarray(slope.value))

    def _accepts(self, point: Point, anchors: Sequence[Typed]) -> bool:
        changes = {f"d{name}": np.ones_like(point.values[name]) for name in self._wrt}
        within = Point(point.sizes, {**changes, **point.values})
        return all(np.all(np.isfinite(evaluate(anchor, within))) for anchor in anchors)

    def _along(self, generic: Array, name: str, value: Array) -> Array:
        """As in `bench`: the direction whose slope is <gradient, generic>."""
        if self._structure == "ambient":
            return generic
        if self._structure == "tangent":
            gram = generic @ value.T
            return np.asarray((gram - gram.T) / 2 @ value)
        along = np.zeros(generic.size)
        flat = generic.reshape(-1)
        properties = self._problem.variables[name].properties
        for element in basis(linear_part(properties), *generic.shape):
            total = sum(flat[place] * sign for place, sign in element)
            if self._structure == "projected":
                total = total / len(element)
            for place, sign in element:
                along[place] = total * sign
        return along.reshape(generic.shape)

    # --------------------------------------------------------------- measures

    def _value(self, at: _At, expression: Typed) -> Array:
        changes = {f"d{name}": value for name, value in at.along.items()}
        return evaluate(expression, Point(at.point.sizes, {**changes, **at.point.values}))

    def measure(self, candidate: Typed) -> Measure | None:
        """A candidate's measure; None where it has another shape, or no value."""
        found = []
        with np.errstate(all="ignore"):
            for at in self._points:
                try:
                    value = self._value(at, candidate)
                except (Unsupported, MdiffError, KeyError):
                    return None
                seen = self._seen(at, value)
                if seen is None or not np.all(np.isfinite(seen)):
                    return None
                found.append(_real(seen))
        return tuple(found)

    def _seen(self, at: _At, value: Array) -> Array | None:
        match self._kind:
            case "d":
                return value if value.shape == at.truth.shape else None
            case "grad":
                if value.shape != at.generic.shape:
                    return None
                return np.asarray(np.sum(value * at.generic))
            case "jac":
                if value.shape != (at.truth.size, at.generic.size):
                    return None
                flat = value @ at.generic.reshape(-1, order="F")
                return np.asarray(flat.reshape(at.truth.shape, order="F"))

    def minus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a difference."""
        return tuple(
            tuple(x - y for x, y in zip(first, second, strict=True))
            for first, second in zip(one, other, strict=True)
        )

    def same(self, one: Measure, other: Measure) -> bool:
        """Whether two values are equal, as far as can be seen."""
        return all(
            _close(np.array(first), np.array(second))
            for first, second in zip(one, other, strict=True)
        )

    def factor(self, one: Measure, other: Measure) -> Factor | None:
        """The simple factor that makes `other` of `one`, if there is one."""
        ratios: list[float] = []
        for first, second in zip(one, other, strict=True):
            at = max(range(len(first)), key=lambda i: abs(first[i]), default=None)
            if at is None or abs(first[at]) < CLOSE:
                return None
            ratio = second[at] / first[at]
            if not _close(ratio * np.array(first), np.array(second)):
                return None
            ratios.append(ratio)
        return simple_factor(
            [dict(at.point.sizes) for at in self._points],
            lambda number, scale: _fraction(ratios[number] / float(scale)),
        )

    def equal(self, one: Typed, other: Typed) -> bool:
        """Whether two expressions of any shape have the same value."""
        try:
            pairs = [(self._value(at, one), self._value(at, other)) for at in self._points]
        except (Unsupported, MdiffError, KeyError):
            return False
        return all(first.shape == second.shape and _close(first, second) for first, second in pairs)


def _real(values: Array) -> tuple[float, ...]:
    """The entries, real and imaginary parts apart."""
    flat = values.reshape(-1)
    if np.iscomplexobj(flat):
        flat = np.concatenate([flat.real, flat.imag])
    return tuple(float(entry) for entry in flat)


def _close(one: Array, other: Array) -> bool:
    scale = max(float(np.max(np.abs(one), initial=0)), float(np.max(np.abs(other), initial=0)))
    return bool(np.max(np.abs(one - other), initial=0) <= CLOSE * max(scale, CLOSE))


def _fraction(ratio: float) -> Fraction | None:
    """The simple fraction that is this number, as near as differences can say."""
    found = Fraction(ratio).limit_denominator(LARGEST)
    near = abs(float(found) - ratio) <= CLOSE * abs(ratio)
    return found if near and abs(found.numerator) <= LARGEST else None
