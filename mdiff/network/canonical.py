"""The canonical numbering of a network's wires: the same for all networks that differ only in names.

Colours are refined until they are stable; where classes tie, one member is individualised and the
smallest resulting description is taken. (Refinement alone would not tell `tr(S^6)` from
`tr(S^3)^2`; here these are told apart already by their components.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.network.nodes import exponent_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.network.nodes import Factor
    from mdiff.shapes.dims import Dim

MOST_LEAVES = 48
"""Ties tried before the first description is taken as it is: only a merge of like terms is at stake."""

Colours = dict[int, int]
Uses = dict[int, list[tuple[int, int]]]


def number_wires(
    factors: Sequence[Factor], dims: dict[int, Dim], opened: Sequence[int]
) -> dict[int, int]:
    """New numbers 0 … for all wires in `dims`: open ones first, in the order of the axes."""
    start: Colours = {}
    for wire, dim in dims.items():
        places = tuple(i for i, w in enumerate(opened) if w == wire)
        start[wire] = hash((hash(str_key(dim)), places))
    bases = [hash((node.key, hash_exponent(e))) for node, _, e in factors]
    uses: Uses = {wire: [] for wire in dims}
    for i, (node, wires, _) in enumerate(factors):
        for port, wire in enumerate(wires):
            uses[wire].append((i, 0 if node.symmetric else port))
    leaves = 0
    best: tuple[list[tuple[object, ...]], dict[int, int]] | None = None
    stack = [_refine(start, factors, bases, uses)]
    while stack and leaves < MOST_LEAVES:
        colours = stack.pop()
        classes: dict[int, list[int]] = {}
        for wire, colour in colours.items():
            classes.setdefault(colour, []).append(wire)
        if len(classes) < len(colours):
            tied = min(
                (c for c in classes if len(classes[c]) > 1), key=lambda c: (len(classes[c]), c)
            )
            for wire in classes[tied][: max(1, MOST_LEAVES - leaves)]:
                chosen = dict(colours)
                chosen[wire] = hash((chosen[wire], 1))
                stack.append(_refine(chosen, factors, bases, uses))
            continue
        leaves += 1
        numbers = _numbers(colours, opened)
        if not stack and best is None:
            return numbers
        described = describe(factors, numbers)
        if best is None or described < best[0]:
            best = (described, numbers)
    if best is None:
        return {}
    return best[1]


def describe(factors: Sequence[Factor], numbers: dict[int, int]) -> list[tuple[object, ...]]:
    """The sorted list of factors by their keys and new wires."""
    rows: list[tuple[object, ...]] = []
    for node, wires, exponent in factors:
        ports = [numbers[w] for w in wires]
        if node.symmetric:
            ports.sort()
        rows.append((node.key, str(exponent_key(exponent)), *ports))
    rows.sort(key=lambda row: tuple(map(str, row)))
    return rows


def hash_exponent(exponent: object) -> int:
    """A number for an exponent; sums have a digest of their own."""
    key = getattr(exponent, "key", None)
    return key if isinstance(key, int) else hash(exponent)


def str_key(dim: Dim) -> int:
    """A number for a size that is the same in every process."""
    return int.from_bytes(str(dim).encode()[:32], "big")


def _refine(
    colours: Colours, factors: Sequence[Factor], bases: list[int], uses: Uses
) -> Colours:
    count = len(set(colours.values()))
    while True:
        marks = []
        for (node, wires, _), base in zip(factors, bases, strict=True):
            ports = [colours[w] for w in wires]
            if node.symmetric:
                ports.sort()
            marks.append(hash((base, *ports)))
        finer = {
            wire: hash((colour, *sorted([hash((marks[i], port)) for i, port in uses[wire]])))
            for wire, colour in colours.items()
        }
        now = len(set(finer.values()))
        if now == len(finer):
            return finer
        if now == count:
            return finer
        colours, count = finer, now


def _numbers(colours: Colours, opened: Sequence[int]) -> dict[int, int]:
    numbers: dict[int, int] = {}
    for wire in opened:
        if wire not in numbers:
            numbers[wire] = len(numbers)
    for wire in sorted(colours, key=colours.__getitem__):
        if wire not in numbers:
            numbers[wire] = len(numbers)
    return numbers
