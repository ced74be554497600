"""The wires of a row of the function table, as text → letters on axes, and how long each is."""

from __future__ import annotations


def axes(term: str) -> tuple[str, str]:
    """The letters on rows and columns of one term of a row's wires: `(ik)(jl)`, `i.`, `ij`."""
    found: list[str] = []
    group: str | None = None
    for sign in term:
        if sign == "(":
            group = ""
        elif sign == ")":
            found.append(group or "")
            group = None
        elif group is not None:
            group += sign
        else:
            found.append("" if sign == "." else sign)
    return found[0], found[1]


def wire_lengths(inputs: str, shapes: list[tuple[int, int]]) -> dict[str, int]:
    """How long each wire is that a function's arguments of these shapes are joined by.

    A group of wires on one axis is known where all but its last are known otherwise.
    """
    lengths: dict[str, int] = {}
    groups: list[tuple[str, int]] = []
    for term, shape in zip(inputs.split(","), shapes, strict=True):
        for axis, number in zip(axes(term), shape, strict=True):
            if len(axis) == 1:
                lengths[axis] = number
            else:
                groups.append((axis, number))
    for axis, number in groups:
        rest = number
        unknown = ""
        for letter in axis:
            if letter in lengths:
                rest //= lengths[letter]
            else:
                unknown = letter
        if unknown:
            lengths[unknown] = rest
    return lengths
