"""A pattern and arguments go in, the row of that contraction comes out, or a clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import einsum
from mdiff.functions.wires import axes, written
from mdiff.shapes.checked import Call, Clash
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.pattern import groups

if TYPE_CHECKING:
    from mdiff.shapes.checked import Axes, Checked
    from mdiff.shapes.steps import Step


def check_contraction(checked: Checked, place: int, step: Step, pattern: str) -> Axes:
    """Give every letter its size, and the result its shape.

    Clashes: E210 for another number of arguments, E216 for one of other axes than its letters
    name, E215 for a letter on axes of different sizes, or letters that cannot make up an axis.
    """
    named = groups(pattern)
    if len(named) != len(step.parts):
        raise Clash("E210", place, step.parts, names=frozenset())
    letters: dict[str, int] = {}
    first: dict[str, int] = {}
    wires: list[str] = []
    stacks: list[tuple[str, int, int]] = []
    for (_, group), part in zip(named, step.parts, strict=True):
        shape = checked.axes[part]
        both = _both(group, shape)
        if both is None:
            raise Clash("E216", place, (part,))
        wires.append(written(*both) or "..")
        for axis, size in zip(both, shape, strict=True):
            if len(axis) != 1:
                stacks.append((axis, size, part))
                continue
            known = letters.setdefault(axis, size)
            before = first.setdefault(axis, part)
            if known != size and not checked.sizes.unify(known, size, place):
                raise Clash("E215", place, (before, part), (known, size), operator=axis)
    for axis, size, part in stacks:
        for letter in axis:
            if letter not in letters:
                letters[letter] = checked.sizes.unknown()
        known = _size(checked, axis, letters)
        if known != size and not checked.sizes.unify(known, size, place):
            raise Clash("E215", place, (part,), (known, size), operator=f"({axis})")
    output = pattern.partition("->")[2]
    row = einsum(f"{','.join(wires)}->{output}")
    checked.calls[place] = Call(row, letters, natural=False)
    rows, columns = axes(row.wires.partition("->")[2])
    return _size(checked, rows, letters), _size(checked, columns, letters)


def stacked_sizes(checked: Checked) -> frozenset[int]:
    """The sizes of all letters of contractions that have arguments with stacked axes.

    They are never guessed: `(ij)` on an axis of m*n could be either way round.
    """
    return frozenset(
        size
        for call in checked.calls.values()
        if "(" in call.row.wires.partition("->")[0]
        for size in call.letters.values()
    )


def _both(group: str, shape: Axes) -> tuple[str, str] | None:
    """The letters on rows and on columns, "" for a missing axis; None where they do not fit.

    A single axis, with no dot beside it, is that of a column or a row.
    """
    rows, columns = axes(group)
    if shape[0] == ONE_SIZE and not (columns or "." in group):
        rows, columns = columns, rows
    fits = bool(rows) == (shape[0] != ONE_SIZE) and bool(columns) == (shape[1] != ONE_SIZE)
    return (rows, columns) if fits else None


def _size(checked: Checked, axis: str, letters: dict[str, int]) -> int:
    return checked.sizes.monomial(1, tuple(letters[letter] for letter in axis))
