"""The canonical numbering of a network's wires: the same for all that differ only in names.

Nearly always a walk from the open wires (of a closed network: from its rarest factor) meets no two
ways that look alike, and numbers the wires as it goes. Where it does, colours are refined until
they are stable, one member of a tied class is individualised, and the smallest description is
taken. (Refinement alone would not tell `tr(S^6)` from `tr(S^3)^2`; here these are told apart
already by their components.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.network.nodes import exponent_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.network.nodes import Factor
    from mdiff.shapes.dims import Dim

MOST_LEAVES = 48
"""Ties tried before the best so far is taken: only a merge of like terms is at stake."""

Colours = dict[int, int]
Uses = dict[int, list[tuple[int, int]]]


def number_wires(
    factors: Sequence[Factor], dims: dict[int, Dim], opened: Sequence[int]
) -> dict[int, int]:
    """New numbers 0 … for all wires in `dims`: open ones first, in the order of the axes."""
    near: dict[int, list[int]] = {wire: [] for wire in dims}
    for i, (_, wires, _) in enumerate(factors):
        for wire in dict.fromkeys(wires):
            near[wire].append(i)
    walked = _walk(factors, near, opened) if opened else _walk_closed(factors, near)
    if walked is not None and len(walked) == len(dims):
        return walked
    return _individualise(factors, dims, opened)


def _walk(
    factors: Sequence[Factor], near: dict[int, list[int]], roots: Sequence[int]
) -> dict[int, int] | None:
    """Number wires outwards from the roots; None where two ways on look alike."""
    numbers: dict[int, int] = {}
    for wire in roots:
        numbers.setdefault(wire, len(numbers))
    queue = list(numbers)
    seen: set[int] = set()
    for wire in queue:
        ways: dict[tuple[object, ...], int] = {}
        for i in near[wire]:
            if i in seen:
                continue
            node, wires, exponent = factors[i]
            ends = [numbers.get(w, -1) for w in wires]
            if node.symmetric:
                ends.sort()
            here = () if node.symmetric else tuple(w == wire for w in wires)
            way = (node.key, str(exponent_key(exponent)), *ends, *here)
            if way in ways:
                return None
            ways[way] = i
        for way in sorted(ways) if len(ways) > 1 else ways:
            i = ways[way]
            seen.add(i)
            for w in factors[i][1]:
                if w not in numbers:
                    numbers[w] = len(numbers)
                    queue.append(w)
    return numbers


def _walk_closed(factors: Sequence[Factor], near: dict[int, list[int]]) -> dict[int, int] | None:
    """Number a closed network from the factors that are rarest in it, the smallest result first."""
    classes: dict[tuple[int, str], list[int]] = {}
    for i, (node, _, exponent) in enumerate(factors):
        classes.setdefault((node.key, str(exponent_key(exponent))), []).append(i)
    rarest = classes[min(classes, key=lambda c: (len(classes[c]), c))]
    starts = []
    for i in rarest[:MOST_LEAVES]:
        node, wires, _ = factors[i]
        starts.append(wires)
        if node.symmetric and wires[0] != wires[1]:
            starts.append(wires[::-1])
    best: tuple[list[tuple[object, ...]], dict[int, int]] | None = None
    for roots in starts:
        numbers = _walk(factors, near, roots)
        if numbers is None:
            return None
        if len(starts) == 1:
            return numbers
        described = describe(factors, numbers)
        if best is None or described < best[0]:
            best = (described, numbers)
    return best[1] if best else None


def _individualise(
    factors: Sequence[Factor], dims: dict[int, Dim], opened: Sequence[int]
) -> dict[int, int]:
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


def _refine(colours: Colours, factors: Sequence[Factor], bases: list[int], uses: Uses) -> Colours:
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
