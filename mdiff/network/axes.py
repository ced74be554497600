"""A function and its arguments go in, the sizes along the axes of its value come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.row import MISSING
from mdiff.functions.unknown import sizes
from mdiff.shapes.dims import sized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.functions.row import Axis, Function
    from mdiff.network.nodes import Dims, Sum


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
        for size, dims in zip(sizes(shape), (argument.rows, argument.cols), strict=True):
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
