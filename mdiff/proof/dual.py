"""A program and the values of its variables modulo P, Q and R → its values, and how they move.

Along a line `X + ε dX` each value is a series in ε, cut off after ε or ε². No rule of the function
table is used: products, inverses and determinants are taken over series, scalar functions move by
slopes and curves of the proof's own.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import zip_longest
from typing import TYPE_CHECKING

from mdiff.proof.abstract import Abstract, Layout
from mdiff.proof.field import (
    MODULI,
    P,
    Redraw,
    Unsupported,
    inverse,
    rational,
    rational_power,
    sign,
)
from mdiff.proof.matrices import (
    contraction,
    determinant,
    duplication,
    invert,
    product,
    repeated,
    transposed,
)
from mdiff.proof.needs import TANGENT
from mdiff.proof.scalars import MATRIX, SCALAR, curve, scalar, slope
from mdiff.proof.series import (
    HALF,
    composed,
    eliminated,
    joined,
    multiplied,
    powered,
    reciprocal,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mdiff.functions.unknown import Unknown
    from mdiff.proof.draw import Drawn
    from mdiff.proof.field import Functions
    from mdiff.proof.matrices import Entries
    from mdiff.proof.program import Program, Step
    from mdiff.proof.series import Series

LARGEST_POWER = 200


class Run:
    """The values of a program at one point.

    `moved`: for each step the coefficients of ε, ε², …, None where it does not move; at the end
    of the list, zeros may be left out.
    """

    __slots__ = ("_functions", "_order", "_program", "_variables", "moved", "values")

    def __init__(
        self,
        program: Program,
        masks: list[int],
        variables: Mapping[str, Drawn],
        functions: Functions,
        order: int = 1,
    ) -> None:
        """`variables` are entries modulo P, Q, R, and the direction of those that move.

        Series are cut off after `order`, which is 1 or 2.
        """
        self._program = program
        self._order = order
        self._variables = variables
        self._functions = functions
        none: Entries = []
        self.values: list[list[Entries]] = [[none, none, none] for _ in program.steps]
        self.moved: list[Series | None] = [None for _ in program.steps]
        for place, (step, mask) in enumerate(zip(program.steps, masks, strict=True)):
            if mask:
                self._evaluate(place, step, mask)

    def coefficient(self, place: int, degree: int) -> Entries:
        """The coefficient of ε or ε² of a step."""
        moved = self.moved[place] or []
        step = self._program.steps[place]
        return moved[degree - 1] if degree <= len(moved) else [0] * (step.rows * step.columns)

    def _evaluate(self, place: int, step: Step, mask: int) -> None:
        values = self.values[place]
        if step.operation == "call" and step.payload in MATRIX:
            self._matrix_function(place, step, mask)
            return
        if step.operation == "call":
            self._call(place, step, mask)
            return
        for level, modulus in enumerate(MODULI):
            if mask >> level & 1:
                values[level] = self._value(step, level, modulus)
        if mask & TANGENT:
            self.moved[place] = self._move(place, step)

    # ----------------------------------------------------------------- values

    def _value(self, step: Step, level: int, m: int) -> Entries:
        args = [self.values[arg][level] for arg in step.args]
        rows, columns = step.rows, step.columns
        match step.operation:
            case "variable":
                return self._variables[str(step.payload)][0][level]
            case "matmul":
                inner = self._program.steps[step.args[0]].columns
                return product(args[0], args[1], inner, columns, m)
            case "transpose":
                return transposed(args[0], columns, rows)
            case "contract":
                shapes = [self._shape(arg) for arg in step.args]
                return contraction(step, args, shapes, m)
            case "matrixpower":
                return self._matrix_power(step, args[0], m)
            case "power":
                return self._power(step, args[0], level, m)
            case "add":
                return self._add(step, [self._wide(step, arg, level) for arg in step.args], m)
            case "times":
                first, second = (self._wide(step, arg, level) for arg in step.args)
                return [x * y % m for x, y in zip(first, second, strict=True)]
            case "over":
                below = self._reciprocal(step.args[1], level, m)
                first = self._wide(step, step.args[0], level)
                second = repeated(below, self._shape(step.args[1]), rows, columns)
                return [x * y % m for x, y in zip(first, second, strict=True)]
            case _:
                return self._constant(step, level, m)

    def _constant(self, step: Step, level: int, m: int) -> Entries:
        rows, columns = step.rows, step.columns
        match step.operation, step.payload:
            case "number", Fraction() as number:
                return [rational(number, m)]
            case "pi", _:
                return [self._functions.pi[level]]
            case "eye", _:
                return [int(i == j) for i in range(rows) for j in range(rows)]
            case "unit", at:
                return [int(i == at) for i in range(rows)]
            case "K", (int(m_), int(n_)):
                flat = [0] * (rows * columns)
                for i in range(m_):
                    for j in range(n_):
                        flat[(i * n_ + j) * columns + j * m_ + i] = 1
                return flat
            case "D", (int(n_),):
                return [int(at == j) for at in duplication(n_) for j in range(columns)]
            case _:
                return [1] * (rows * columns)

    def _shape(self, place: int) -> tuple[int, int]:
        step = self._program.steps[place]
        return step.rows, step.columns

    def _wide(self, step: Step, place: int, level: int) -> Entries:
        entries = self.values[place][level]
        return repeated(entries, self._shape(place), step.rows, step.columns)

    def _reciprocal(self, place: int, level: int, m: int) -> Entries:
        return [inverse(entry, m) for entry in self.values[place][level]]

    def _add(self, step: Step, args: list[Entries], m: int) -> Entries:
        signs = step.payload if isinstance(step.payload, tuple) else ()
        total = [0] * (step.rows * step.columns)
        for factor, entries in zip(signs, args, strict=True):
            total = [x + factor * y for x, y in zip(total, entries, strict=True)]
        return [entry % m for entry in total]

    def _power(self, step: Step, base: Entries, level: int, m: int) -> Entries:
        exponent = self._program.constant(step.args[1])
        if exponent is not None:
            return [rational_power(entry, exponent, m) for entry in base]
        bases = self._wide(step, step.args[0], level)
        if level:  # as exp inside exp: drawn
            exponents = self._wide(step, step.args[1], level)
            pairs = zip(bases, exponents, strict=True)
            return [self._functions.drawn(f"^{b}", a, level) ** 2 % m for a, b in pairs]
        exponents = self._wide(step, step.args[1], 1)
        if any(sign(entry, m) < 0 for entry in bases):
            raise Redraw
        return [pow(a, b, m) for a, b in zip(bases, exponents, strict=True)]

    def _exponent(self, step: Step) -> int:
        """The whole number that a matrix is raised to."""
        exponent = self.values[step.args[1]][0][0]
        number = exponent - P if exponent > P >> 1 else exponent
        if abs(number) > LARGEST_POWER:
            raise Unsupported("a matrix power that is no small whole number")
        return number

    def _matrix_power(self, step: Step, base: Entries, m: int) -> Entries:
        """Repeated product."""
        number, n = self._exponent(step), step.rows
        if number < 0:
            base = invert(base, n, m)
        total: Entries = [int(i == j) for i in range(n) for j in range(n)]
        for _ in range(abs(number)):
            total = product(total, base, n, n, m)
        return total

    # ----------------------------------------------------------------- series

    def _move(self, place: int, step: Step) -> Series | None:
        moved = [self.moved[arg] for arg in step.args]
        match step.operation:
            case "variable":
                direction = self._variables[str(step.payload)][1]
                return None if direction is None else [direction]
            case "transpose":
                along = moved[0] or []
                return [transposed(part, step.columns, step.rows) for part in along] or None
            case "add":
                terms = [self._wide_series(step, arg)[1:] for arg in step.args]
                zero = [0] * (step.rows * step.columns)
                powers = zip_longest(*terms, fillvalue=zero)
                return [self._add(step, list(parts), P) for parts in powers]
            case "matmul":
                inner = self._program.steps[step.args[0]].columns
                return self._product(step, lambda args: self._matmul(args, inner, step.columns))
            case "contract":
                shapes = [self._shape(arg) for arg in step.args]
                return self._product(step, lambda args: contraction(step, args, shapes, P))
            case "times":
                first, second = (self._wide_series(step, arg) for arg in step.args)
                return joined([first, second], self._order, multiplied, 1)
            case "over":
                above, below = (self._wide_series(step, arg) for arg in step.args)
                return joined([above, reciprocal(below, self._order)], self._order, multiplied, 1)
            case "power":
                return self._power_series(place, step)
            case "matrixpower":
                return self._matrix_power_series(step)
            case _:
                return None

    def _series(self, place: int) -> Series:
        """The value modulo P and how it moves."""
        return [self.values[place][0], *(self.moved[place] or [])]

    def _wide_series(self, step: Step, place: int) -> Series:
        shape = self._shape(place)
        return [repeated(part, shape, step.rows, step.columns) for part in self._series(place)]

    def _product(self, step: Step, join: Callable[[list[Entries]], Entries]) -> Series:
        return joined([self._series(arg) for arg in step.args], self._order, join, 1)

    def _matmul(self, args: list[Entries], inner: int, columns: int) -> Entries:
        return product(args[0], args[1], inner, columns, P)

    def _power_series(self, place: int, step: Step) -> Series:
        base, exponent = (self._wide_series(step, arg) for arg in step.args)
        constant = self._program.constant(step.args[1])
        if constant is not None:
            factor = rational(constant, P)
            slopes = [factor * rational_power(entry, constant - 1, P) for entry in base[0]]
            curves: Entries = []
            factor = rational(constant * (constant - 1) / 2, P)
            if self._order > 1 and factor:
                curves = [factor * rational_power(entry, constant - 2, P) for entry in base[0]]
            return composed(slopes, curves, base[1:])
        moves = self.moved[step.args[1]] is not None
        logs = [self._functions.log(entry)[0] for entry in base[0]] if moves else []
        return powered(self.values[place][0], base, exponent, logs, self._order)

    def _matrix_power_series(self, step: Step) -> Series:
        """Repeated product of series."""
        if self.moved[step.args[0]] is None or self.moved[step.args[1]] is not None:
            raise Unsupported("a matrix with an exponent that changes")
        number, n = self._exponent(step), step.rows
        base = self._series(step.args[0])
        if number < 0:
            base, _ = eliminated(base, n, self._order)
        total: Series = [[int(i == j) for i in range(n) for j in range(n)]]
        for _ in range(abs(number)):
            total = joined([total, base], self._order, lambda args: self._matmul(args, n, n))
        return total[1:]

    # -------------------------------------------------------------- functions

    def _matrix_function(self, place: int, step: Step, mask: int) -> None:
        argument = step.args[0]
        n = self._program.steps[argument].rows
        for level, modulus in enumerate(MODULI):
            if mask >> level & 1:
                entries = self.values[argument][level]
                if step.payload == "inv":
                    self.values[place][level] = invert(entries, n, modulus)
                else:
                    self.values[place][level] = [determinant(entries, n, modulus)]
        if mask & TANGENT and self.moved[argument] is not None:
            inverses, dets = eliminated(self._series(argument), n, self._order)
            found = inverses if step.payload == "inv" else [[det] for det in dets]
            self.moved[place] = found[1:]

    def _call(self, place: int, step: Step, mask: int) -> None:
        name, argument = str(step.payload), step.args[0]
        if step.function is not None and step.function.unknown is not None:
            self._abstract(place, step, step.function.unknown, mask)
            return
        if name not in SCALAR:
            raise Unsupported(f"`{name}` has no exact values")
        at_p, at_q, at_r = self.values[argument]
        count = step.rows * step.columns
        zeros = [0] * count
        arguments = list(zip(at_p or zeros, at_q or zeros, at_r or zeros, strict=True))
        for level in range(3):
            if mask >> level & 1:
                values = [scalar(self._functions, name, u, level) for u in arguments]
                self.values[place][level] = values
        moved = self.moved[argument]
        if mask & TANGENT and moved is not None:
            slopes = [slope(self._functions, name, u) for u in arguments]
            curves: Entries = []
            if self._order > 1:
                curves = [curve(self._functions, name, u) * HALF for u in arguments]
            self.moved[place] = composed(slopes, curves, moved)

    def _abstract(self, place: int, step: Step, function: Unknown, mask: int) -> None:
        """A function known by name: its value and its derivatives of every order are drawn."""
        count = len(function.arguments)
        arguments = [self.values[arg][0] for arg in step.args[:count]]
        moves = [self.moved[arg] for arg in step.args]
        levels = [level for level in range(len(MODULI)) if mask >> level & 1]
        moving = bool(mask & TANGENT) and any(series is not None for series in moves)
        values: list[Entries] = [[], [], []]
        changes: Series = [[] for _ in range(self._order)]
        if function.curve and function.result == "scalar":  # by elements
            layout = Layout(function, [(1, 1)], (1, 1))
            for i, entry in enumerate(arguments[0]):
                known = Abstract(self._functions, function, layout, [[entry]])
                for level in levels:
                    values[level] += known.values(level, [])
                if moving:
                    parts = [[part[i]] for part in self._whole(step.args[:1])]
                    for degree, part in enumerate(known.changes(parts, [], [])):
                        changes[degree] += part
        else:
            steps = self._program.steps
            shapes = [(steps[arg].rows, steps[arg].columns) for arg in step.args]
            layout = Layout(function, shapes, (step.rows, step.columns))
            known = Abstract(self._functions, function, layout, arguments)
            for level in levels:
                direction = self.values[step.args[-1]][level] if function.along is not None else []
                values[level] = known.values(level, direction)
            if moving:
                given = step.args[count:]
                direction = self.values[given[0]][0] if given else []
                changes = known.changes(
                    self._whole(step.args[:count]), direction, self._whole(given) if given else []
                )
        self.values[place] = values
        if moving:
            self.moved[place] = changes

    def _whole(self, places: tuple[int, ...]) -> Series:
        """The coefficients of ε, ε² of some values, one after the other, with all zeros."""
        return [
            [entry for place in places for entry in self.coefficient(place, degree)]
            for degree in range(1, self._order + 1)
        ]
