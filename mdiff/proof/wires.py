"""The wires of a contraction → how long each is, and in which order to sum over them."""

from __future__ import annotations

from math import prod

from mdiff.functions.wires import axes


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
