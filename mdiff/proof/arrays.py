"""Flat lists of numbers, by rows → products, contractions and repetitions, for any numbers.

Sums of products are not reduced here: whoever knows the numbers does that once for all entries.
"""

from __future__ import annotations

from math import prod
from operator import mul
from typing import TYPE_CHECKING, Any

from mdiff.functions.wires import axes

if TYPE_CHECKING:
    from collections.abc import Sequence

Number = Any
"""A residue (int), a float, a complex number or one of mpmath: what they share is `+` and `*`."""

Argument = Any
"""What a function takes: a number, or a residue modulo each of three primes."""

Entries = list[Number]
Shape = tuple[int, int]


def product(a: Entries, b: Entries, inner: int, columns: int) -> Entries:
    """The matrix product; `inner` is the length of a's rows, `columns` of b's."""
    down = [b[column::columns] for column in range(columns)]
    return [
        sum(map(mul, a[start : start + inner], column))
        for start in range(0, len(a), inner)
        for column in down
    ]


def transposed(a: Entries, rows: int, columns: int) -> Entries:
    """The transpose of a rows×columns matrix."""
    if rows == 1 or columns == 1:
        return a
    return [entry for column in range(columns) for entry in a[column::columns]]


def repeated(a: Entries, shape: Shape, rows: int, columns: int) -> Entries:
    """A 1×1, a row or a column, repeated to rows×columns."""
    if shape == (rows, columns):
        return a
    down, along = shape
    if along == 1 and columns > 1:
        a = [entry for entry in a for _ in range(columns)]
    return a * rows if down == 1 and rows > 1 else a


def identity(n: int) -> Entries:
    """The n×n identity."""
    return [int(i == j) for i in range(n) for j in range(n)]


def commutation(m: int, n: int) -> Entries:
    """K with `K vec(A) = vec(A^T)` for an m×n matrix A."""
    flat = [0] * (m * n) ** 2
    for i in range(m):
        for j in range(n):
            flat[(i * n + j) * m * n + j * m + i] = 1
    return flat


def duplication(n: int) -> list[int]:
    """For each row of the duplication matrix the column of its only 1.

    Rows are the entries of an n×n matrix by columns, columns those of its lower triangle.
    """
    first = [j * n - j * (j + 1) // 2 for j in range(n)]
    return [first[min(i, j)] + max(i, j) for j in range(n) for i in range(n)]


def contraction(wires: str, shapes: Sequence[Shape], *args: Entries) -> Entries:
    """A row's wires, by definition: a sum over every assignment of the wires.

    Wire by wire (`joins`), so that the cost is that of the largest intermediate, not of all wires.
    Those forms that are met all the time are written out.
    """
    inputs, _, result = wires.partition("->")
    match inputs, result:
        case "ij", "":
            return [sum(args[0])]
        case "ii", "":
            return [sum(args[0][:: shapes[0][1] + 1])]
        case "ij,ij", "":
            return [sum(map(mul, *args))]
        case "ij", "(ji).":
            return transposed(args[0], *shapes[0])
        case _:
            pass
    lengths = wire_lengths(inputs, list(shapes))
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
    columns = prod(lengths[wire] for wire in split[1])
    size = columns * prod(lengths[wire] for wire in split[0])
    return _joined(
        [operands[at] for at in places], _strides(split, lengths, columns), size, lengths
    )


Operand = tuple[dict[str, int], Entries]
"""How far the flat place moves where the index of a wire grows by one, and the entries."""


def _joined(
    operands: list[Operand], result: dict[str, int], size: int, lengths: dict[str, int]
) -> Entries:
    """The product of some operands, summed over the wires that the result does not have."""
    wires = list(dict.fromkeys((*result, *(wire for strides, _ in operands for wire in strides))))
    values: Entries = [1] * prod(lengths[wire] for wire in wires)
    for strides, entries in operands:
        values = list(map(mul, values, map(entries.__getitem__, _walk(wires, strides, lengths))))
    total: Entries = [0] * size
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


def wire_lengths(inputs: str, shapes: list[tuple[int, int]]) -> dict[str, int]:
    """How long each wire is that a function's arguments of these shapes are joined by.

    Of several wires on one axis one may be known by that alone; no wire is `loose`.
    """
    lengths: dict[str, int] = {}
    waiting = [
        (axis, number)
        for term, shape in zip(inputs.split(","), shapes, strict=True)
        for axis, number in zip(axes(term), shape, strict=True)
    ]
    while waiting:
        later: list[tuple[str, int]] = []
        for axis, number in waiting:
            unknown = [wire for wire in axis if wire not in lengths]
            if len(set(unknown)) > 1:
                later.append((axis, number))
            elif unknown:
                rest = number // prod(lengths[wire] for wire in axis if wire in lengths)
                lengths[unknown[0]] = round(rest ** (1 / len(unknown)))
        waiting = later
    return lengths


Join = tuple[tuple[int, ...], str]
"""Which operands to join, by place, and the letters that the product keeps; it comes last in the
list of operands, and takes the place of none."""


def joins(operands: list[str], kept: str, lengths: dict[str, int]) -> list[Join]:
    """An order in which to contract many operands at low cost; the last join leaves all of `kept`.

    Wire by wire, that with the smallest product first: all operands on it become one.
    """
    alive = {place: frozenset(letters) for place, letters in enumerate(operands)}
    inner = sorted(frozenset().union(*alive.values()) - set(kept))
    steps: list[Join] = []
    while inner and len(alive) > 2:
        around = {
            wire: frozenset().union(*(on for on in alive.values() if wire in on)) for wire in inner
        }
        wire = min(inner, key=lambda wire: prod(lengths[letter] for letter in around[wire]))
        places = tuple(place for place, on in alive.items() if wire in on)
        left = around[wire] - {wire}
        for place in places:
            del alive[place]
        alive[len(operands) + len(steps)] = left
        steps.append((places, "".join(sorted(left))))
        inner.remove(wire)
    steps.append((tuple(alive), "".join(dict.fromkeys(kept))))
    return steps


def work(wires: str, shapes: list[tuple[int, int]]) -> int:
    """About how many products of numbers a contraction of arguments of these shapes takes."""
    inputs, _, result = wires.partition("->")
    lengths = wire_lengths(inputs, shapes)
    letters = ["".join(axes(term)) for term in inputs.split(",")]
    total = 0
    for places, left in joins(letters, "".join(axes(result)), lengths):
        joined = set(left).union(*(letters[place] for place in places))
        total += len(places) * prod(lengths[wire] for wire in joined)
        letters.append(left)
    return total
