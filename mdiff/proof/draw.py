"""A variable's shape and properties → random exact values of that structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import MODULI, inverse, sign
from mdiff.proof.matrices import invert, product, transposed
from mdiff.proof.needs import AT_Q, AT_R
from mdiff.proof.structure import basis, linear_part

if TYPE_CHECKING:
    from mdiff.proof.field import Functions, Stream
    from mdiff.proof.matrices import Entries
    from mdiff.proof.program import Program
    from mdiff.shapes.typed import Declared, Property

    Drawn = tuple[tuple[Entries, Entries, Entries], Entries | None]
    """Entries modulo P, Q and R; the tangent where the variable moves."""


def exponents(program: Program) -> frozenset[str]:
    """The variables in exponents of matrices, which are whole numbers."""
    places = [step.args[1] for step in program.steps if step.operation == "matrixpower"]
    names: set[str] = set()
    while places:
        step = program.steps[places.pop()]
        if step.operation == "variable":
            names.add(str(step.payload))
        places.extend(step.args)
    return frozenset(names)


def draw(
    functions: Functions, declared: Declared, shape: tuple[int, int], levels: int, *, whole: bool
) -> tuple[Entries, Entries, Entries]:
    """Values modulo P and, as far as `levels` asks for them, Q and R."""
    if whole:
        number = [2 + functions.stream.below(6)]
        return number, number, number
    none: Entries = []
    return (
        _draw(functions, declared.properties, shape, 0, tied=bool(levels & AT_Q)),
        _draw(functions, declared.properties, shape, 1) if levels & AT_Q else none,
        _draw(functions, declared.properties, shape, 2) if levels & AT_R else none,
    )


def from_basis(stream: Stream, structure: Property | None, rows: int, columns: int) -> Entries:
    """A random matrix of a structure, modulo P."""
    return _spread(stream, structure, rows, columns, 0, positive=False)


def _draw(
    functions: Functions,
    properties: frozenset[Property],
    shape: tuple[int, int],
    level: int,
    *,
    tied: bool = False,
) -> Entries:
    """`tied`: positive numbers are drawn by their logarithm modulo Q, so that powers may use it."""
    stream, modulus = functions.stream, MODULI[level]
    rows, columns = shape
    if "simplex" in properties:
        while True:
            entries = [stream.square(modulus) for _ in range(rows * columns)]
            total = sum(entries) % modulus
            if total and sign(total, modulus) > 0:
                scale = inverse(total, modulus)
                return [entry * scale % modulus for entry in entries]
    if "orthogonal" in properties:
        return _orthogonal(stream, rows, columns, level)
    structure = linear_part(properties)
    if structure == "spd":
        lower = _spread(stream, "lower", rows, rows, level, positive=False)
        return product(lower, transposed(lower, rows, rows), rows, rows, modulus)
    if "positive" in properties and tied and structure is None:
        return [functions.positive(stream.below(MODULI[1])) for _ in range(rows * columns)]
    positive = "positive" in properties or "spd" in properties
    return _spread(stream, structure, rows, columns, level, positive=positive)


def _spread(  # noqa: PLR0913 - what to draw, and where
    stream: Stream,
    structure: Property | None,
    rows: int,
    columns: int,
    level: int,
    *,
    positive: bool,
) -> Entries:
    modulus = MODULI[level]
    if structure is None and not positive:
        return [stream.below(modulus) for _ in range(rows * columns)]
    entries = [0] * (rows * columns)
    for element in basis(structure, rows, columns):
        number = stream.square(modulus) if positive else stream.below(modulus)
        for place, factor in element:
            entries[place] = factor * number % modulus
    return entries


def _orthogonal(stream: Stream, rows: int, columns: int, level: int) -> Entries:
    """Columns (or rows) of Cayley's (I + K)^-1 (I - K) with K skew."""
    modulus, n = MODULI[level], max(rows, columns)
    skew = _spread(stream, "skew", n, n, level, positive=False)
    plus = [(entry + (i % (n + 1) == 0)) % modulus for i, entry in enumerate(skew)]
    minus = transposed(plus, n, n)
    square = product(invert(plus, n, modulus), minus, n, n, modulus)
    return [square[i * n + j] for i in range(rows) for j in range(columns)]
