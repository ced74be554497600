"""A function known only by name → a generic one in floating point, for it and its derivatives.

A sum of sines of as many directions as there are entries, and two, with weights of its own for each
name and each entry of the value: no derivative of it has a zero, a symmetry or a rank that those of
all functions do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdiff.proof.abstract import layout

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.functions.unknown import Unknown


def stand_in(function: Unknown, result: tuple[int, int]) -> Callable[..., np.ndarray]:
    """What computes a row of an unknown function in floating point, for values of this shape."""
    elements = function.curve and function.result == "scalar"
    shape = (1, 1) if elements else result

    def value(*given: np.ndarray) -> np.ndarray:
        arguments = given[: len(function.arguments)]
        point = np.concatenate([each.reshape(-1) for each in arguments])
        known = layout(function, [each.shape for each in arguments], shape)
        along = np.zeros(0) if known.direction is None else given[-1].reshape(-1)
        found = np.zeros(len(known.places), np.result_type(point, along, 1.0))
        entries: dict[int, list[int]] = {}
        for entry, (output, _) in enumerate(known.places):
            entries.setdefault(output, []).append(entry)
        for output, places in entries.items():
            by = np.array([known.places[place][1] for place in places], dtype=int)
            wave = _Wave(function.name, output, point)
            found[places] = wave.derivatives(by, known.direction, along)
        return found.reshape(shape)

    if elements:
        return np.vectorize(lambda u: value(np.full((1, 1), u))[0, 0])
    return value


class _Wave:
    """One entry of a generic function at one point."""

    __slots__ = ("_angles", "_heights", "_weights")

    def __init__(self, name: str, output: int, point: np.ndarray) -> None:
        random = np.random.default_rng([output, *name.encode()])
        count = len(point)
        self._weights = random.normal(size=(count + 2, count)) / np.sqrt(count)
        self._heights = random.normal(size=count + 2)
        self._angles = self._weights @ point + random.normal(size=count + 2)

    def derivatives(self, by: np.ndarray, start: int | None, along: np.ndarray) -> np.ndarray:
        """The derivatives by the entries in each row, and along a direction that starts there."""
        order = by.shape[1] + (start is not None)
        waves = np.sin(self._angles + order * np.pi / 2) * self._heights
        if start is not None:
            waves = waves * (self._weights[:, start : start + len(along)] @ along)
        if by.shape[1] == 0:
            return np.full(len(by), waves.sum())
        slopes = self._weights.T @ (waves if by.shape[1] == 1 else waves[:, None] * self._weights)
        return np.asarray(slopes[tuple(by.T)])
