"""A program and the values of its variables modulo P, Q and R → its values, with a tangent.

No rule of the function table is used: products, inverses and determinants are differentiated by
their definition over dual numbers, scalar functions by the table of slopes here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.proof.abstract import Abstract
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
    dual_elimination,
    invert,
    product,
    repeated,
    transposed,
)
from mdiff.proof.needs import TANGENT
from mdiff.proof.scalars import MATRIX, SCALAR, scalar, slope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.proof.draw import Drawn
    from mdiff.proof.field import Functions
    from mdiff.proof.matrices import Entries
    from mdiff.proof.program import Program, Step

LARGEST_POWER = 200


class Run:
    """The values of a program at one point."""

    __slots__ = ("_functions", "_masks", "_program", "_variables", "tangents", "values")

    def __init__(
        self,
        program: Program,
        masks: list[int],
        variables: Mapping[str, Drawn],
        functions: Functions,
    ) -> None:
        """`variables` are entries modulo P, Q, R, and the tangent of those that move."""
        self._program = program
        self._masks = masks
        self._variables = variables
        self._functions = functions
        none: Entries = []
        self.values: list[list[Entries]] = [[none, none, none] for _ in program.steps]
        self.tangents: list[Entries | None] = [None for _ in program.steps]
        for place, (step, mask) in enumerate(zip(program.steps, masks, strict=True)):
            if mask:
                self._evaluate(place, step, mask)

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
            self.tangents[place] = self._tangent(place, step)

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

    def _matrix_power_tangent(self, step: Step, moved: Entries) -> Entries:
        """Repeated product of dual numbers."""
        number, n = self._exponent(step), step.rows
        base = self.values[step.args[0]][0]
        if number < 0:
            base, moved, _, _ = dual_elimination(base, moved, n, P)
        total: Entries = [int(i == j) for i in range(n) for j in range(n)]
        dtotal = [0] * (n * n)
        for _ in range(abs(number)):
            first = product(dtotal, base, n, n, P)
            second = product(total, moved, n, n, P)
            dtotal = [(x + y) % P for x, y in zip(first, second, strict=True)]
            total = product(total, base, n, n, P)
        return dtotal

    # --------------------------------------------------------------- tangents

    def _tangent(self, place: int, step: Step) -> Entries | None:
        moving = [self.tangents[arg] for arg in step.args]
        match step.operation:
            case "variable":
                return self._variables[str(step.payload)][1]
            case "transpose":
                return None if moving[0] is None else transposed(moving[0], step.columns, step.rows)
            case "add":
                wide = [self._wide_tangent(step, arg) for arg in step.args]
                return self._add(step, wide, P)
            case "matmul" | "times" | "contract":
                return self._product_tangent(step, moving)
            case "over":
                return self._over_tangent(step)
            case "power":
                return self._power_tangent(place, step)
            case "matrixpower":
                if moving[0] is None or self.tangents[step.args[1]] is not None:
                    raise Unsupported("a matrix with an exponent that changes")
                return self._matrix_power_tangent(step, moving[0])
            case _:
                return None

    def _wide_tangent(self, step: Step, place: int) -> Entries:
        entries = self.tangents[place]
        if entries is None:
            return [0] * (step.rows * step.columns)
        return repeated(entries, self._shape(place), step.rows, step.columns)

    def _product_tangent(self, step: Step, moving: list[Entries | None]) -> Entries:
        """One factor at a time moves."""
        total = [0] * (step.rows * step.columns)
        for i, moved in enumerate(moving):
            if moved is None:
                continue
            args = [self.values[arg][0] for arg in step.args]
            args[i] = moved
            shapes = [self._shape(arg) for arg in step.args]
            match step.operation:
                case "matmul":
                    part = product(args[0], args[1], shapes[0][1], step.columns, P)
                case "contract":
                    part = contraction(step, args, shapes, P)
                case _:
                    first, second = (
                        repeated(arg, shape, step.rows, step.columns)
                        for arg, shape in zip(args, shapes, strict=True)
                    )
                    part = [x * y % P for x, y in zip(first, second, strict=True)]
            total = [(x + y) % P for x, y in zip(total, part, strict=True)]
        return total

    def _over_tangent(self, step: Step) -> Entries:
        above, below = (self._wide(step, arg, 0) for arg in step.args)
        dabove, dbelow = (self._wide_tangent(step, arg) for arg in step.args)
        entries = zip(above, below, dabove, dbelow, strict=True)
        return [(dx * y - x * dy) * pow(inverse(y, P), 2, P) % P for x, y, dx, dy in entries]

    def _power_tangent(self, place: int, step: Step) -> Entries:
        bases, exponents = (self._wide(step, arg, 0) for arg in step.args)
        dbases, dexponents = (self._wide_tangent(step, arg) for arg in step.args)
        constant = self._program.constant(step.args[1])
        if constant is not None:
            factor = rational(constant, P)
            slopes = (factor * rational_power(base, constant - 1, P) for base in bases)
            return [x * y % P for x, y in zip(slopes, dbases, strict=True)]
        moves = self.tangents[step.args[1]] is not None
        total = []
        powers = self.values[place][0]
        for a, b, da, db, power in zip(bases, exponents, dbases, dexponents, powers, strict=True):
            change = b * power * inverse(a, P) * da
            if moves:
                change += power * self._functions.log(a)[0] * db
            total.append(change % P)
        return total

    # -------------------------------------------------------------- functions

    def _matrix_function(self, place: int, step: Step, mask: int) -> None:
        argument = step.args[0]
        n, moved = self._program.steps[argument].rows, self.tangents[argument]
        for level, modulus in enumerate(MODULI):
            if mask >> level & 1:
                entries = self.values[argument][level]
                if step.payload == "inv":
                    self.values[place][level] = invert(entries, n, modulus)
                else:
                    self.values[place][level] = [determinant(entries, n, modulus)]
        if mask & TANGENT and moved is not None:
            entries = self.values[argument][0]
            _, dinverse, _, ddet = dual_elimination(entries, moved, n, P)
            self.tangents[place] = dinverse if step.payload == "inv" else [ddet]

    def _call(self, place: int, step: Step, mask: int) -> None:
        name, argument = str(step.payload), step.args[0]
        if name not in SCALAR:
            self._abstract(place, step, mask)
            return
        at_p, at_q, at_r = self.values[argument]
        count = step.rows * step.columns
        zeros = [0] * count
        arguments = list(zip(at_p or zeros, at_q or zeros, at_r or zeros, strict=True))
        for level in range(3):
            if mask >> level & 1:
                values = [scalar(self._functions, name, u, level) for u in arguments]
                self.values[place][level] = values
        slopes = self.tangents[argument]
        if mask & TANGENT and slopes is not None:
            pairs = zip(arguments, slopes, strict=True)
            self.tangents[place] = [slope(self._functions, name, u) * du % P for u, du in pairs]

    def _abstract(self, place: int, step: Step, mask: int) -> None:
        """A function known by name: its value, gradient and second derivatives are drawn."""
        argument = step.args[0]
        entries, slopes = self.values[argument][0], self.tangents[argument]
        elementwise = step.function is not None and step.function.kind == "elementwise"
        values: list[Entries] = [[], [], []]
        tangents: Entries = []
        width = 1 if elementwise else len(entries)
        for start in range(0, len(entries), width):
            known = Abstract(self._functions, str(step.payload), entries[start : start + width])
            for level in range(3):
                values[level] += known.values(level)
            if slopes is not None and mask & TANGENT:
                tangents += known.tangents(slopes[start : start + width])
        self.values[place] = values
        if slopes is not None and mask & TANGENT:
            self.tangents[place] = tangents
