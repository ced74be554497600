"""Axes of several wires go in, the wires that always run side by side come out: they are as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.network.nodes import Axis


def bundles(axes: Sequence[Axis]) -> dict[int, Axis]:
    """Every wire that is not the second or later of a bundle, and the bundle it begins.

    >>> bundles([(0, 1), (2, 0, 1), (2,)])
    {0: (0, 1), 2: (2,)}
    """
    after: dict[int, set[int | None]] = {}
    before: dict[int, set[int | None]] = {}
    for axis in axes:
        for wire, left, right in zip(axis, (None, *axis), (*axis[1:], None), strict=False):
            before.setdefault(wire, set()).add(left)
            after.setdefault(wire, set()).add(right)
    follower: dict[int, int] = {}
    for wire, found in after.items():
        (right, *others) = found
        if right is not None and not others and before[right] == {wire}:
            follower[wire] = right
    later = set(follower.values())
    bundle: dict[int, Axis] = {}
    for wire in after:
        if wire not in later:
            run = [wire]
            while run[-1] in follower:
                run.append(follower[run[-1]])
            bundle[wire] = tuple(run)
    return bundle
