"""A function known only by name → a generic one in floating point, for it and its derivatives.

A sum of sines of as many directions as there are entries, and two, with weights of its own for each
name and each entry of the value: no derivative of it has a zero, a symmetry or a rank that those of
all functions do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mdiff.proof.abstract import Layout

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.functions.unknown import Unknown


def stand_in(function: Unknown, result: tuple[int, int]) -> Callable[..., np.ndarray]:
    """What computes a row of an unknown function in floating point, for values of this shape."""
    elements = function.curve and function.result == "scalar"
    shape = (1, 1) if elements else result

    def value(*given: np.ndarray) -> np.ndarray:
        arguments = given[: len(function.arguments)]
        point = np.concatenate([each.reshape(-1) for each in arguments])
        layout = Layout(function, [each.shape for each in arguments], shape)
        waves: dict[int, _Wave] = {}
        found = []
        for output, by in layout.places:
            wave = waves.get(output)
            if wave is None:
                wave = waves[output] = _Wave(function.name, output, point)
            if layout.direction is None:
                found.append(wave.derivative(by))
            else:
                steps = enumerate(given[-1].reshape(-1), layout.direction)
                found.append(sum(wave.derivative((*by, i)) * step for i, step in steps))
        return np.array(found).reshape(shape)

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

    def derivative(self, by: Sequence[int]) -> complex:
        """The derivative by these entries."""
        waves = np.sin(self._angles + len(by) * np.pi / 2) * self._heights
        for place in by:
            waves = waves * self._weights[:, place]
        return complex(waves.sum()) if np.iscomplexobj(waves) else float(waves.sum())
