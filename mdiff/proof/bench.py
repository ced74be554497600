"""A problem → points with its derivative on them, to hold many candidates against it quickly.

A bench finds what is worth proving; it proves nothing. Everything is linear: a measure of a sum is
the sum of the measures, so that factors and terms can be told apart.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from operator import mul
from typing import TYPE_CHECKING, Protocol, cast

from mdiff.proof.draw import draw, exponents, from_basis
from mdiff.proof.dual import Run
from mdiff.proof.field import Functions, P, Redraw, Singular, Stream, Unsupported
from mdiff.proof.matrices import product, transposed
from mdiff.proof.needs import ALL_LEVELS, masks
from mdiff.proof.program import Program, size
from mdiff.proof.stage import Stage
from mdiff.proof.structure import basis, linear_part, size_orders

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.proof.draw import Drawn
    from mdiff.proof.matrices import Entries
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Problem, Typed

DRAWS = 32
LARGEST = 60
"""Numerators and denominators of factors that are recognised."""

Measure = tuple[tuple[float, ...], ...]
"""What is seen of a value at each point: of a gradient its product with a random direction, of a
differential its entries. Whole numbers modulo P, or real numbers; only a bench knows which."""

Residues = tuple[tuple[int, ...], ...]
"""A measure of the exact bench."""


class Factor:
    """A factor between two values: a number times sizes and their reciprocals, `2/n`."""

    __slots__ = ("number", "sizes")

    def __init__(self, number: Fraction, sizes: tuple[tuple[str, int], ...] = ()) -> None:
        self.number = number
        self.sizes = sizes


class Bench(Protocol):
    """Points, and the derivative on them."""

    @property
    def truth(self) -> Measure:
        """The derivative's measure."""

    def measure(self, candidate: Typed) -> Measure | None:
        """A candidate's measure; None where it has another shape, or no value."""

    def minus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a difference."""

    def same(self, one: Measure, other: Measure) -> bool:
        """Whether two values are equal, as far as can be seen."""

    def factor(self, one: Measure, other: Measure) -> Factor | None:
        """The simple factor that makes `other` of `one`, if there is one."""

    def equal(self, one: Typed, other: Typed) -> bool:
        """Whether two expressions of any shape have the same value."""


class _At:
    """One point: sizes, what was drawn, and the derivative there."""

    __slots__ = ("drawn", "functions", "generic", "shape", "sizes", "truth")

    def __init__(self, sizes: dict[str, int], functions: Functions) -> None:
        self.sizes = sizes
        self.functions = functions
        self.drawn: dict[str, Drawn] = {}
        self.generic: Entries = []
        self.shape = (1, 1)
        self.truth: Entries = []


class ExactBench:
    """Two points of different sizes over the field of the exact method.

    Raises `Unsupported` where that method does not reach. `anchors` are expressions that should
    have a value at the points; an anchor that has none anywhere is given up.
    """

    def __init__(  # noqa: PLR0913 - a problem, how it is asked, and where to look
        self,
        problem: Problem,
        kind: Kind,
        wrt: tuple[str, ...],
        structure: Structure = "ambient",
        seed: int = 0,
        anchors: Sequence[Typed] = (),
    ) -> None:
        if any("complex" in declared.properties for declared in problem.variables.values()):
            raise Unsupported("complex variables")
        self._problem = problem
        self._kind = kind
        self._wrt = wrt
        self._structure = structure
        self.trusted = True
        self._points = [self._point(seed, number, anchors) for number in (0, 1)]
        self.truth: Measure = tuple(tuple(at.truth) for at in self._points)

    # ----------------------------------------------------------------- points

    def _point(self, seed: int, number: int, anchors: Sequence[Typed]) -> _At:
        stream = Stream(seed * 7919 + 31 + number)
        for sizes in size_orders(sorted(self._problem.sizes), 2 + number):
            stage = Stage(self._problem, self._wrt, self._problem.expression, sizes)
            self.trusted = self.trusted and stage.trusted
            found: _At | None = None
            for attempt in range(DRAWS):
                try:
                    at = self._draw(stage, sizes, Functions(stream))
                except Redraw:
                    continue
                except Singular:
                    break
                if found is None:
                    found = at
                if attempt == DRAWS - 1 or all(self._exists(at, anchor) for anchor in anchors):
                    return at
            if found is not None:
                return found
        raise Unsupported("an inverse does not exist at any size tried")

    def _exists(self, at: _At, expression: Typed) -> bool:
        """Whether to look no further: there is a value, or none that this method knows."""
        try:
            self._value(at, expression)
        except (Redraw, Singular):
            return False
        except Unsupported:
            self.trusted = False
        return True

    def _draw(self, stage: Stage, sizes: dict[str, int], functions: Functions) -> _At:
        at = _At(sizes, functions)
        for name in self._wrt:
            self._variable(at, name, whole=name in exponents(stage.program))
        self._variables(at, stage.program)
        run = Run(stage.program, stage.needed, at.drawn, functions)
        root = stage.program.steps[stage.root]
        slope = run.coefficient(stage.root, 1)
        match self._kind:
            case "jac":
                at.truth = transposed(slope, root.rows, root.columns)
            case _:
                at.truth = slope
        return at

    def _variables(self, at: _At, program: Program) -> None:
        """Draw the variables of a program that are not drawn yet."""
        whole = exponents(program)
        for step in program.steps:
            name = str(step.payload)
            if step.operation == "variable" and name not in at.drawn:
                if name not in self._problem.variables:
                    raise Unsupported(f"`{name}` is no variable of the problem")
                self._variable(at, name, whole=name in whole)

    def _variable(self, at: _At, name: str, *, whole: bool) -> None:
        declared = self._problem.variables[name]
        rows, columns = (size(dim, at.sizes) for dim in declared.shape)
        entries = draw(at.functions, declared, (rows, columns), ALL_LEVELS, whole=whole)
        along: Entries | None = None
        if name in self._wrt:
            stream = at.functions.stream
            linear = linear_part(declared.properties)
            if self._kind == "d":
                along = from_basis(stream, linear, rows, columns)
                at.drawn[f"d{name}"] = ((along, along, along), None)
            else:
                at.generic = from_basis(stream, None, rows, columns)
                along = self._along(at.generic, name, entries[0], rows, columns)
                at.shape = (rows, columns)
        at.drawn[name] = (entries, along)

    def _along(
        self, generic: Entries, name: str, value: Entries, rows: int, columns: int
    ) -> Entries:
        """The direction whose slope is <gradient, generic>, for a gradient of the structure."""
        if self._structure == "ambient":
            return generic
        if self._structure == "tangent":
            gram = product(generic, transposed(value, rows, columns), columns, rows, P)
            mirror = transposed(gram, rows, rows)
            half = (P + 1) // 2
            skew = [(x - y) * half % P for x, y in zip(gram, mirror, strict=True)]
            return product(skew, value, rows, columns, P)
        along = [0] * len(generic)
        for element in basis(linear_part(self._problem.variables[name].properties), rows, columns):
            total = sum(generic[place] * sign for place, sign in element)
            if self._structure == "projected":
                total = total * pow(len(element), -1, P)
            for place, sign in element:
                along[place] = total * sign % P
        return along

    # --------------------------------------------------------------- measures

    def _value(self, at: _At, expression: Typed) -> tuple[Entries, tuple[int, int]]:
        program = Program(dict(at.sizes))
        place = program.write(expression)
        self._variables(at, program)
        needed = masks(program, place, place, [False] * len(program.steps))
        run = Run(program, needed, at.drawn, at.functions)
        step = program.steps[place]
        return run.values[place][0], (step.rows, step.columns)

    def measure(self, candidate: Typed) -> Measure | None:
        """A candidate's measure; None where it has another shape, or no value."""
        found = []
        for at in self._points:
            try:
                value, shape = self._value(at, candidate)
            except (Redraw, Singular, Unsupported, KeyError):
                return None
            seen = self._seen(at, value, shape)
            if seen is None:
                return None
            found.append(tuple(seen))
        return tuple(found)

    def _seen(self, at: _At, value: Entries, shape: tuple[int, int]) -> Entries | None:
        match self._kind:
            case "d":
                return value if len(value) == len(at.truth) else None
            case "grad":
                if shape != at.shape:
                    return None
                return [sum(map(mul, value, at.generic)) % P]
            case "jac":
                along = transposed(at.generic, *at.shape)
                if shape != (len(at.truth), len(along)):
                    return None
                return product(value, along, len(along), 1, P)

    def minus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a difference."""
        return tuple(
            tuple((x - y) % P for x, y in zip(first, second, strict=True))
            for first, second in zip(cast("Residues", one), cast("Residues", other), strict=True)
        )

    def same(self, one: Measure, other: Measure) -> bool:
        """Whether two values are equal, as far as can be seen."""
        return one == other

    def factor(self, one: Measure, other: Measure) -> Factor | None:
        """The simple factor that makes `other` of `one`, if there is one."""
        ratios: list[int] = []
        for first, second in zip(cast("Residues", one), cast("Residues", other), strict=True):
            at = next((i for i, entry in enumerate(first) if entry), None)
            if at is None:
                return None
            ratio = second[at] * pow(first[at], -1, P) % P
            if any((ratio * x - y) % P for x, y in zip(first, second, strict=True)):
                return None
            ratios.append(ratio)
        return simple_factor(
            [at.sizes for at in self._points],
            lambda number, scale: _fraction(
                ratios[number] * scale.denominator * pow(scale.numerator, -1, P) % P
            ),
        )

    def equal(self, one: Typed, other: Typed) -> bool:
        """Whether two expressions of any shape have the same value."""
        try:
            return all(self._value(at, one) == self._value(at, other) for at in self._points)
        except (Redraw, Singular, Unsupported):
            return False


def simple_factor(
    sizes: Sequence[dict[str, int]], fraction: Callable[[int, Fraction], Fraction | None]
) -> Factor | None:
    """The simplest factor that is the same at all points.

    `fraction` gives the ratio at a point, divided by a number, where that is a simple fraction.
    """
    names = sorted(sizes[0])
    powers: list[tuple[tuple[str, int], ...]] = [()]
    powers += [((name, power),) for name in names for power in (1, -1)]
    powers += [((a, p), (b, p)) for a, b in combinations(names, 2) for p in (1, -1)]
    for power in powers:
        found = {fraction(number, _scale(at, power)) for number, at in enumerate(sizes)}
        number = found.pop()
        if number and not found:
            return Factor(number, power)
    return None


def _scale(sizes: dict[str, int], powers: tuple[tuple[str, int], ...]) -> Fraction:
    scale = Fraction(1)
    for name, power in powers:
        scale *= Fraction(sizes[name]) ** power
    return scale


def _fraction(residue: int) -> Fraction | None:
    """The simple fraction that is this number modulo P."""
    for denominator in range(1, LARGEST + 1):
        numerator = residue * denominator % P
        if numerator > P >> 1:
            numerator -= P
        if abs(numerator) <= LARGEST:
            return Fraction(numerator, denominator)
    return None
