"""What runs along the axes of values: joined by a pattern, or as a function's signature has it.

`contract` is the one way to relabel and to join whole values.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from mdiff.functions import unknown
from mdiff.functions.row import MISSING
from mdiff.functions.wires import axes
from mdiff.network.draft import Draft
from mdiff.network.fold import resplit, runs
from mdiff.shapes.dims import product, sized

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.functions.row import Axis, Function
    from mdiff.network.nodes import Dims, Sum
    from mdiff.network.table import Table
    from mdiff.shapes.dims import Dim

Item = TypeVar("Item")


@lru_cache(512)
def _read(pattern: str, count: int) -> tuple[list[tuple[str, str]], tuple[str, str]]:
    inputs, _, output = pattern.partition("->")
    return [axes(term) for term in inputs.split(",")] if count else [], axes(output)


def contract(
    table: Table, pattern: str, *values: Sum, sizes: Mapping[str, Dims] | None = None
) -> Sum:
    """The contraction of values in the notation of the function table: `"ij,jk->ik"`, `"ii->"`.

    A letter is an axis with all the wires that it runs along (a scalar's has none); in brackets,
    as in `"ij->(ji)."`, it has those in `sizes`, else one. Where axes that meet are split
    differently, the finer wins. A letter that stands twice joins the axes, one that the output
    lacks is summed over, one that it alone has repeats the value along `sizes`. A single value is
    contracted term by term; several are factors of one term.
    """
    terms, output = _read(pattern, len(values))
    lines: dict[str, Dims] = {**sizes} if sizes else {}
    differ = False  # perhaps axes that meet, or an axis of several letters and those
    for term, value in zip(terms, values, strict=True):
        for axis, dims in zip(term, (value.rows, value.cols), strict=True):
            parts: list[Dims] = [dims]
            if len(axis) > 1:
                parts = [sizes[letter] for letter in axis] if sizes else [(dim,) for dim in dims]
                parts = runs(dims, [product(part) for part in parts]) or parts
                differ = True
            for letter, own in zip(axis, parts, strict=False):
                line = lines.setdefault(letter, own)
                if line != own:
                    differ = True
                    lines[letter] = max(line, own, key=len)
    if differ:
        values = tuple(
            resplit(table, value, *(_along(lines, axis) for axis in term))
            for term, value in zip(terms, values, strict=True)
        )
    all_dims: list[Dim] = []
    wires: dict[str, Sequence[int]] = {}
    for letter, line in lines.items():
        wires[letter] = range(len(all_dims), len(all_dims) + len(line))
        all_dims += line
    ends = [_along(wires, left + right) for left, right in terms]
    rows, cols = (_along(wires, axis) for axis in output)
    if len(values) != 1:
        draft = Draft((), all_dims)
        for value, place in zip(values, ends, strict=True):
            table.place(draft, value, place)
        return table.single(draft, rows, cols)
    found = []
    for coefficient, net in values[0].terms:
        draft = Draft((), all_dims, coefficient)
        draft.splice(net, ends[0])
        found.append(table.finish(draft, rows, cols))
    return table.sum(found, *(_along(lines, axis) for axis in output))


def _along(lines: Mapping[str, Sequence[Item]], axis: str) -> tuple[Item, ...]:
    """What the letters of an axis stand for, one after the other."""
    return tuple([item for letter in axis for item in lines.get(letter, ())])


def widest(values: Sequence[Sum]) -> Sum:
    """The first of the values with most axes."""
    return max(values, key=lambda value: len(value.rows) + len(value.cols))


def result_dims(function: Function, arguments: Sequence[Sum]) -> tuple[Dims, Dims]:
    """The sizes of the axes of a function's value, by its signature."""
    if function.kind == "elementwise":
        wide = widest(arguments)
        return wide.rows, wide.cols
    if function.unknown is None:
        known = axes_of(function, arguments)
        return known[function.parsed.rows], known[function.parsed.columns]
    named: dict[str, Dims] = {}  # sizes that no argument has are those declared
    for shape, argument in zip(function.unknown.arguments, arguments, strict=False):
        for size, dims in zip(unknown.sizes(shape), (argument.rows, argument.cols), strict=True):
            named.setdefault(size, dims)
    rows, columns = (
        tuple(dim for size in axis for dim in named.get(size) or (sized(size),))
        for axis in function.unknown.axes
    )
    return rows, columns


def axes_of(function: Function, arguments: Sequence[Sum]) -> dict[Axis, Dims]:
    """The sizes that the axes in a signature stand for."""
    known: dict[Axis, Dims] = {MISSING: ()}
    for parameter, argument in zip(function.parsed.parameters, arguments, strict=True):
        known.setdefault(parameter.rows, argument.rows)
        known.setdefault(parameter.columns, argument.cols)
    return known
