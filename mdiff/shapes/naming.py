"""An attempt goes in, and every size that is still free gets the name a textbook would give it."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING

from mdiff.shapes.dims import halved
from mdiff.shapes.sizes import ONE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.shapes.checked import Checked

SQUARE_FIRST = "nkmpqr"
"""Where a matrix is square: `X: n×n`, `A: n×k`."""
MATRIX_FIRST = "mnkpqr"
"""Where none is: `A: m×n`, `x: n`."""
VECTORS = "nmkpqr"
"""Where there are only vectors."""


def name_sizes(checked: Checked) -> frozenset[str]:
    """Name the free sizes, and return all names of sizes.

    In order of appearance, square matrices first, then other matrices, vectors, the rest; no name
    is one of a variable or of another size.
    """
    sizes = checked.sizes
    shapes = list(checked.variables.values())
    matrices = [axes for axes in shapes if ONE_SIZE not in axes]
    square = [axes for axes in matrices if sizes.find(axes[0]) == sizes.find(axes[1])]
    free_square = any(sizes.is_free(sizes.find(axes[0])) for axes in square)
    letters = SQUARE_FIRST if free_square else MATRIX_FIRST if matrices else VECTORS
    taken = set(checked.steps.reserved)
    names = _unused(letters, taken)
    letters_of = (tuple(call.letters.values()) for call in checked.calls.values())
    for axes in chain(square, matrices, shapes, checked.axes, letters_of):
        for size in axes:
            if size == ONE_SIZE:
                continue
            for atom in sizes.expand(size)[1]:
                if sizes.is_free(atom):
                    sizes.names[atom] = next(names)
    found = {name for name in sizes.names if name}
    for name in tuple(found):
        whole = halved(name)
        if whole is not None:
            found.remove(name)
            found.update(whole.factors)
    return frozenset(found)


def _unused(letters: str, taken: set[str]) -> Iterator[str]:
    for name in chain(letters, (f"{letters[0]}{number}" for number in count(1))):
        if name not in taken:
            yield name
