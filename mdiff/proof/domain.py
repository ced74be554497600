"""A program → whether a real point exists where it has a value, by plain floats without numpy.

The exact method works where no number is negative or positive, so that it alone would prove the
derivative of `log(-exp(x))`, which is nowhere defined.
"""

from __future__ import annotations

import math
from fractions import Fraction
from operator import mul
from typing import TYPE_CHECKING

from mdiff.proof.draw import exponents
from mdiff.proof.field import Stream
from mdiff.proof.matrices import duplication, repeated, sums, transposed
from mdiff.proof.program import Program
from mdiff.proof.structure import MOODS, basis, linear_part, size_orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.proof.program import Step
    from mdiff.shapes.typed import Declared, Problem, Typed

Floats = list[float]

PARTIAL = frozenset(("log", "asin", "acos"))
"""Functions that are not defined everywhere, beside roots and other powers."""

REAL: dict[str, Callable[[float], float]] = {
    "sin": math.sin, "cos": math.cos, "tan": math.tan, "asin": math.asin, "acos": math.acos,
    "atan": math.atan, "sinh": math.sinh, "cosh": math.cosh, "tanh": math.tanh, "exp": math.exp,
    "log": math.log, "abs": abs, "erf": math.erf, "sign": lambda x: math.copysign(1.0, x),
    "im": lambda _: 0.0, "re": float, "conj": float,
}  # fmt: skip


ROUNDS = 2
"""How often every mood is tried."""


def needs_point(program: Program, root: int) -> bool:
    """Whether the value at `root` exists only in a part of space."""
    below = {root}
    for place in range(root, -1, -1):
        if place in below:
            step = program.steps[place]
            below.update(step.args)
            if step.operation == "call" and step.payload in PARTIAL:
                return True
            if step.operation == "power":
                exponent = program.constant(step.args[1])
                if exponent is None or exponent.denominator != 1:
                    return True
    return False


def defined(problem: Problem, claim: Typed) -> bool:
    """Whether a claim has a value wherever the expression has one, as far as a few points show.

    Where the expression itself may have none, or holds what is no plain number here, one point
    with both is enough.
    """
    if any("complex" in declared.properties for declared in problem.variables.values()):
        return True
    program = Program(size_orders(sorted(problem.sizes), 2)[0])
    root, answer = program.write(problem.expression), program.write(claim)
    if not needs_point(program, answer):
        return True
    everywhere = not needs_point(program, root) and not any(map(_stands_in, program.steps[:root]))
    whole = exponents(program)
    any_root = both = False
    for number in range(ROUNDS * len(MOODS)):
        found = _finite(program, (root, answer), problem, whole, number)
        any_root, both = any_root or found[0], both or all(found)
        if everywhere and found == (True, False):
            return False
    return both or not any_root


def _stands_in(step: Step) -> bool:
    """Whether a step has another value here than it has."""
    return step.operation == "call" and step.payload not in {*REAL, "det", "inv"}


def has_point(program: Program, root: int, problem: Problem, whole: frozenset[str]) -> bool:
    """Whether one of a few random real points has a finite value at `root`."""
    count = range(len(MOODS))
    return any(_finite(program, (root,), problem, whole, number)[0] for number in count)


def _finite(
    program: Program, roots: tuple[int, ...], problem: Problem, whole: frozenset[str], number: int
) -> tuple[bool, ...]:
    """Whether there are finite values at some places, in order, at one random real point."""
    mood, scale = MOODS[number % len(MOODS)]
    stream = Stream(number)
    values: list[Floats] = []
    found: list[bool] = []
    for root in roots:
        try:
            for place in range(len(values), root + 1):
                step = program.steps[place]
                if step.operation == "variable":
                    name = str(step.payload)
                    declared = problem.variables.get(name)
                    entries = _draw(stream, declared, step, mood, scale)
                    values.append([3.0] if name in whole else entries)
                elif step.function is not None and step.function.unknown is not None:
                    values.append(_draw(stream, None, step, mood, scale))  # it may have any value
                else:
                    values.append(_value(program, step, [values[arg] for arg in step.args]))
            found.append(all(map(math.isfinite, values[root])))
        except (ValueError, ZeroDivisionError, OverflowError):
            found.append(False)
    return tuple(found)


def _value(program: Program, step: Step, args: list[Floats]) -> Floats:
    rows, columns = step.rows, step.columns
    shapes = [(program.steps[arg].rows, program.steps[arg].columns) for arg in step.args]
    match step.operation, step.payload:
        case "number", Fraction() as number:
            return [float(number)]
        case "pi", _:
            return [math.pi]
        case "eye", _:
            return [float(i == j) for i in range(rows) for j in range(rows)]
        case "unit", at:
            return [float(i == at) for i in range(rows)]
        case "K", (int(m), int(n)):
            flat = [0.0] * (rows * columns)
            for i in range(m):
                for j in range(n):
                    flat[(i * n + j) * columns + j * m + i] = 1.0
            return flat
        case "D", (int(n),):
            return [float(at == column) for at in duplication(n) for column in range(columns)]
        case "ones", _:
            return [1.0] * (rows * columns)
        case "matmul", _:
            return _product(args[0], args[1], shapes[0][1], columns)
        case "transpose", _:
            return transposed(args[0], columns, rows)
        case "contract", _:
            return sums(step, args, shapes)
        case "matrixpower", _:
            return _matrix_power(args[0], round(args[1][0]), rows)
        case "call", "det":
            return [_eliminate(args[0], shapes[0][0])[1]]
        case "call", "inv":
            return _eliminate(args[0], rows)[0]
        case "call", str(name) if name in REAL:
            return [REAL[name](entry) for entry in args[0]]
        case "call", _:
            return [math.sin(sum(args[0]))] * (rows * columns)
        case _:
            pairs = zip(args, shapes, strict=True)
            wide = [repeated(arg, shape, rows, columns) for arg, shape in pairs]
            return _by_elements(step, wide)


def _by_elements(step: Step, args: list[Floats]) -> Floats:
    match step.operation, step.payload:
        case "add", tuple(signs):
            return [sum(map(mul, signs, terms)) for terms in zip(*args, strict=True)]
        case "times", _:
            return list(map(mul, *args))
        case "over", _:
            return [x / y for x, y in zip(*args, strict=True)]
        case _:
            return [math.pow(x, y) for x, y in zip(*args, strict=True)]


def _product(a: Floats, b: Floats, inner: int, columns: int) -> Floats:
    down = [b[column::columns] for column in range(columns)]
    return [
        sum(map(mul, a[start : start + inner], column))
        for start in range(0, len(a), inner)
        for column in down
    ]


def _matrix_power(base: Floats, exponent: int, n: int) -> Floats:
    if exponent < 0:
        base = _eliminate(base, n)[0]
    total = [float(i == j) for i in range(n) for j in range(n)]
    for _ in range(abs(exponent)):
        total = _product(total, base, n, n)
    return total


def _eliminate(a: Floats, n: int) -> tuple[Floats, float]:
    """Inverse and determinant, with partial pivoting."""
    rows = [[*a[n * i : n * i + n], *(float(i == j) for j in range(n))] for i in range(n)]
    det = 1.0
    for column in range(n):
        pivot = max(range(column, n), key=lambda i: abs(rows[i][column]))
        if pivot != column:
            rows[pivot], rows[column] = rows[column], rows[pivot]
            det = -det
        head = rows[column][column]
        det *= head
        rows[column] = top = [entry / head for entry in rows[column]]
        for i in range(n):
            factor = rows[i][column]
            if i != column and factor:
                rows[i] = [x - factor * y for x, y in zip(rows[i], top, strict=True)]
    return [entry for row in rows for entry in row[n:]], det


def _draw(stream: Stream, declared: Declared | None, step: Step, mood: str, scale: float) -> Floats:
    """A real matrix with the variable's structure."""
    properties = declared.properties if declared is not None else frozenset()
    rows, columns = step.rows, step.columns
    structure = linear_part(properties)
    positive = mood == "positive" or bool({"positive", "simplex", "spd"} & properties)

    def number() -> float:
        size = 0.4 + stream.below(1 << 53) / (1 << 53)
        if positive:
            return size
        return -size if mood == "negative" or stream.below(1 << 40) & 1 else size

    flat = [0.0] * (rows * columns)
    for element in basis(structure, rows, columns):
        entry = number()
        for place, factor in element:
            flat[place] = factor * entry * scale
    if "simplex" in properties:
        total = sum(flat)
        return [entry / total for entry in flat]
    if "orthogonal" in properties:
        return [float(i == j) for i in range(rows) for j in range(columns)]
    if rows == columns > 1 and structure != "skew":  # safely invertible; definite if it can be
        for i in range(rows):
            flat[i * rows + i] += scale * (rows if positive or "spd" in properties else 1.3)
    return flat
