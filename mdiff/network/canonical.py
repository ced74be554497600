"""The canonical numbering of a network's wires: the same for all that differ only in names.

Nearly always a walk from the open wires (of a closed network: from its rarest factor) meets no two
ways that look alike, and numbers the wires as it goes: n factors cost about n steps. Where it does,
colours are refined until they are stable, one member of a tied class is individualised, and the
smallest description is taken. (Refinement alone would not tell `tr(S^6)` from `tr(S^3)^2`; here
these are told apart already by their components.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.network.nodes import Sum, exponent_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.network.nodes import Axis, Factor
    from mdiff.shapes.dims import Dim

MOST_LEAVES = 48
"""Ties tried before the best so far is taken: only a merge of like terms is at stake."""

Colours = dict[int, int]
Numbers = dict[int, int]
Label = tuple[int, str]
"""What a factor is, wherever it stands: the digests of its node and its exponent."""


def number_wires(factors: Sequence[Factor], dims: dict[int, Dim], opened: Sequence[int]) -> Numbers:
    """New numbers 0 … for all wires in `dims`: open ones first, in the order of the axes."""
    labels = [(n.key, "1" if e == 1 else str(exponent_key(e))) for n, _, e in factors]
    near: dict[int, list[int]] = {wire: [] for wire in dims}
    for i, (_, wires, _) in enumerate(factors):
        for wire in dict.fromkeys(wires):
            near[wire].append(i)
    found: list[Numbers] = []
    for roots in [opened] if opened else _rarest(factors, labels):
        numbers = _walk(factors, labels, near, roots)
        if numbers is None or len(numbers) < len(dims):
            found = _individualised(factors, dims, opened)
            break
        found.append(numbers)

    def described(numbers: Numbers) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = []
        for (node, wires, _), label in zip(factors, labels, strict=True):
            ports = [numbers[w] for w in wires]
            rows.append((*label, *(sorted(ports) if node.symmetric else ports)))
        return sorted(rows, key=lambda row: tuple(map(str, row)))

    return found[0] if len(found) == 1 else min(found, key=described)


def _rarest(factors: Sequence[Factor], labels: list[Label]) -> list[Axis]:
    """The wires of the factors of the kind that is rarest, in every order that may be meant."""
    classes: dict[Label, list[int]] = {}
    for i, label in enumerate(labels):
        classes.setdefault(label, []).append(i)
    starts = []
    for i in classes[min(classes, key=lambda c: (len(classes[c]), c))][:MOST_LEAVES]:
        node, wires, _ = factors[i]
        starts.append(wires)
        if node.symmetric and wires[0] != wires[1]:
            starts.append(wires[::-1])
    return starts


def _walk(
    factors: Sequence[Factor],
    labels: list[Label],
    near: dict[int, list[int]],
    roots: Sequence[int],
) -> Numbers | None:
    """Number wires outwards from the roots; None where two ways on look alike."""
    numbers: Numbers = {}
    for wire in roots:
        numbers.setdefault(wire, len(numbers))
    queue = list(numbers)
    seen: set[int] = set()
    for wire in queue:
        there = [i for i in near[wire] if i not in seen]
        if len(there) > 1:
            ways: dict[tuple[object, ...], int] = {}
            for i in there:
                node, wires, _ = factors[i]
                ends = [numbers.get(w, -1) for w in wires]
                if node.symmetric:
                    ends.sort()
                here = () if node.symmetric else tuple([w == wire for w in wires])
                ways[(*labels[i], *ends, *here)] = i
            if len(ways) < len(there):
                return None
            there = [ways[way] for way in sorted(ways)]
        seen.update(there)
        for i in there:
            for w in factors[i][1]:
                if w not in numbers:
                    numbers[w] = len(numbers)
                    queue.append(w)
    return numbers


def _individualised(
    factors: Sequence[Factor], dims: dict[int, Dim], opened: Sequence[int]
) -> list[Numbers]:
    """The numberings that stable colours give, a member of each tie being chosen in turn.

    Wires that no automorphism exchanges end with different colours; the first class with several
    members is split in every way, so what is smallest among the results is the same for all
    networks that differ only in names. `MOST_LEAVES` bounds the cost on very regular networks.
    """
    start = {}
    for wire, dim in dims.items():
        places = tuple(i for i, w in enumerate(opened) if w == wire)
        start[wire] = hash((int.from_bytes(str(dim).encode()[:32], "big"), places))
    bases = [
        hash((node.key, hash(e) if not isinstance(e, Sum) else e.key)) for node, _, e in factors
    ]
    found: list[Numbers] = []
    stack = [_refined(start, factors, bases)]
    while stack and len(found) < MOST_LEAVES:
        colours = stack.pop()
        classes: dict[int, list[int]] = {}
        for wire, colour in colours.items():
            classes.setdefault(colour, []).append(wire)
        ties = [c for c in classes if len(classes[c]) > 1]
        if ties:
            tied = classes[min(ties, key=lambda c: (len(classes[c]), c))]
            for wire in tied[: max(1, MOST_LEAVES - len(found))]:
                chosen = {**colours, wire: hash((colours[wire], 1))}
                stack.append(_refined(chosen, factors, bases))
            continue
        order = dict.fromkeys([*opened, *sorted(colours, key=colours.__getitem__)])
        found.append({wire: number for number, wire in enumerate(order)})
    return found


def _refined(colours: Colours, factors: Sequence[Factor], bases: list[int]) -> Colours:
    """Colours told apart by the factors on each wire and the colours of their other wires."""
    uses: dict[int, list[tuple[int, int]]] = {wire: [] for wire in colours}
    for i, (node, wires, _) in enumerate(factors):
        for port, wire in enumerate(wires):
            uses[wire].append((i, 0 if node.symmetric else port))
    while True:
        marks = []
        for (node, wires, _), base in zip(factors, bases, strict=True):
            ports = [colours[w] for w in wires]
            marks.append(hash((base, *(sorted(ports) if node.symmetric else ports))))
        finer = {
            wire: hash((colour, *sorted([hash((marks[i], port)) for i, port in uses[wire]])))
            for wire, colour in colours.items()
        }
        if len(set(finer.values())) in (len(finer), len(set(colours.values()))):
            return finer
        colours = finer
