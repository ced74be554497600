"""Matrices over a prime field, as flat lists by rows: products, elimination, contractions.

With coefficients of ε beside them they are what `series` makes of them.
"""

from __future__ import annotations

from math import prod
from operator import mul
from typing import TYPE_CHECKING, TypeVar

from mdiff.functions.wires import axes
from mdiff.proof.field import Singular, inverse
from mdiff.proof.wires import joins, wire_lengths

if TYPE_CHECKING:
    from mdiff.proof.program import Step

Entries = list[int]
Scalar = TypeVar("Scalar", int, float)


def transposed(a: list[Scalar], rows: int, columns: int) -> list[Scalar]:
    """The transpose of a rows×columns matrix."""
    if rows == 1 or columns == 1:
        return a
    return [entry for column in range(columns) for entry in a[column::columns]]


def product(a: Entries, b: Entries, inner: int, columns: int, modulus: int) -> Entries:
    """The matrix product; `inner` is the length of a's rows, `columns` of b's."""
    down = [b[column::columns] for column in range(columns)]
    return [
        sum(map(mul, a[start : start + inner], column)) % modulus
        for start in range(0, len(a), inner)
        for column in down
    ]


def duplication(n: int) -> list[int]:
    """For each row of the duplication matrix the column of its only 1.

    Rows are the entries of an n×n matrix by columns, columns those of its lower triangle.
    """
    first = [j * n - j * (j + 1) // 2 for j in range(n)]
    return [first[min(i, j)] + max(i, j) for j in range(n) for i in range(n)]


def repeated(a: list[Scalar], shape: tuple[int, int], rows: int, columns: int) -> list[Scalar]:
    """A 1×1, a row or a column, repeated to rows×columns."""
    if shape == (rows, columns):
        return a
    down, along = shape
    if along == 1 and columns > 1:
        a = [entry for entry in a for _ in range(columns)]
    if down == 1 and rows > 1:
        a = a * rows
    return a


def invert(a: Entries, n: int, modulus: int) -> Entries:
    """The inverse, by Gauss–Jordan elimination."""
    rows = [[*a[n * i : n * i + n], *(int(i == j) for j in range(n))] for i in range(n)]
    for column in range(n):
        pivot = _pivot(rows, column)
        scale = inverse(rows[pivot][column], modulus)
        top = [entry * scale % modulus for entry in rows[pivot]]
        rows[pivot] = rows[column]
        rows[column] = top
        for i, row in enumerate(rows):
            factor = row[column]
            if factor and i != column:
                rows[i] = [
                    (entry - factor * above) % modulus
                    for entry, above in zip(row, top, strict=True)
                ]
    return [entry for row in rows for entry in row[n:]]


def determinant(a: Entries, n: int, modulus: int) -> int:
    """The determinant, by elimination; 0 where the matrix is singular."""
    rows = [a[n * i : n * i + n] for i in range(n)]
    value = 1
    for column in range(n):
        pivot = next((i for i in range(column, n) if rows[i][column]), None)
        if pivot is None:
            return 0
        if pivot != column:
            rows[pivot], rows[column] = rows[column], rows[pivot]
            value = -value
        top = rows[column]
        value = value * top[column] % modulus
        scale = inverse(top[column], modulus)
        for i in range(column + 1, n):
            factor = rows[i][column] * scale % modulus
            if factor:
                rows[i] = [
                    (entry - factor * above) % modulus
                    for entry, above in zip(rows[i], top, strict=True)
                ]
    return value % modulus


def contraction(step: Step, args: list[Entries], shapes: list[tuple[int, int]], m: int) -> Entries:
    """A row's wires, by definition: a sum over every assignment of the wires."""
    inputs, _, result = str(step.payload).partition("->")
    match inputs, result:
        case "ij", "":
            return [sum(args[0]) % m]
        case "ii", "":
            return [sum(args[0][:: shapes[0][1] + 1]) % m]
        case "ij,ij", "":
            return [sum(map(mul, *args)) % m]
        case "ij", "(ji).":
            return transposed(args[0], *shapes[0])
        case _:
            pass
    return [entry % m for entry in sums(step, args, shapes)]


def sums(step: Step, args: list[list[Scalar]], shapes: list[tuple[int, int]]) -> list[Scalar]:
    """The same for any numbers."""
    inputs, _, result = str(step.payload).partition("->")
    lengths = wire_lengths(inputs, shapes)
    split = axes(result)
    terms = [axes(term) for term in inputs.split(",")]
    operands = [
        (_strides(term, lengths, shape[1]), entries)
        for term, shape, entries in zip(terms, shapes, args, strict=True)
    ]
    *before, (places, _) = joins([rows + cols for rows, cols in terms], "".join(split), lengths)
    for some, left in before:
        strides = _strides(("", left), lengths, 1)
        size = prod(lengths[wire] for wire in left)
        operands.append((strides, _joined([operands[at] for at in some], strides, size, lengths)))
    strides = _strides(split, lengths, step.columns)
    chosen = [operands[at] for at in places]
    return _joined(chosen, strides, step.rows * step.columns, lengths)


Operand = tuple[dict[str, int], list[Scalar]]
"""How far the flat place moves where the index of a wire grows by one, and the entries."""


def _joined(
    operands: list[Operand[Scalar]], result: dict[str, int], size: int, lengths: dict[str, int]
) -> list[Scalar]:
    """The product of some operands, summed over the wires that the result does not have."""
    wires = list(dict.fromkeys((*result, *(wire for strides, _ in operands for wire in strides))))
    values = [1] * prod(lengths[wire] for wire in wires)
    for strides, entries in operands:
        values = list(map(mul, values, map(entries.__getitem__, _walk(wires, strides, lengths))))
    total: list[Scalar] = [0] * size
    for at, value in zip(_walk(wires, result, lengths), values, strict=True):
        total[at] += value
    return total


def _walk(wires: list[str], strides: dict[str, int], lengths: dict[str, int]) -> list[int]:
    """The flat place for every assignment of the wires, the last of them the fastest."""
    places = [0]
    for wire in wires:
        jump = strides.get(wire, 0)
        places = [at + jump * k for at in places for k in range(lengths[wire])]
    return places


def _strides(term: tuple[str, str], lengths: dict[str, int], columns: int) -> dict[str, int]:
    """The jumps of all wires of a term; those of a wire that is on it twice add up."""
    jumps: dict[str, int] = {}
    for axis, width in zip(term, (columns, 1), strict=True):
        unit = width
        for wire in reversed(axis):
            jumps[wire] = jumps.get(wire, 0) + unit
            unit *= lengths[wire]
    return jumps


def _pivot(rows: list[Entries], column: int) -> int:
    for i in range(column, len(rows)):
        if rows[i][column]:
            return i
    raise Singular
