"""Axes along several wires: a value goes in, the same with its axes split finer comes out."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from mdiff.network.draft import Draft
from mdiff.network.fold import FOLD
from mdiff.shapes.dims import ONE, Dim

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.network.nodes import Dims, Net, Sum
    from mdiff.network.table import Table


def product(dims: Iterable[Dim]) -> Dim:
    """The size of an axis along wires of these sizes."""
    return reduce(mul, dims, ONE)


def runs(dims: Dims, sizes: Sequence[Dim]) -> list[Dims] | None:
    """The wires of an axis, parted into runs of these sizes; None where they do not fall so."""
    found: list[Dims] = []
    start = 0
    for size in sizes:
        end = start
        whole = ONE
        while whole != size:
            if end == len(dims):
                return None
            whole *= dims[end]
            end += 1
        found.append(dims[start:end])
        start = end
    return found if start == len(dims) else None


def resplit(table: Table, value: Sum, rows: Dims, cols: Dims) -> Sum:
    """The same value with its axes along wires of other sizes, whose products are the same.

    A wire that no factor is on is split as it is, one that some factor is on by a fold.
    """
    if (value.rows, value.cols) == (rows, cols):
        return value
    terms = []
    for coefficient, net in value.terms:
        draft = Draft()
        draft.coefficient = coefficient
        free = _free(net, rows, cols)
        wires = [draft.wires(free.get(w, (dim,))) for w, dim in enumerate(net.dims)]
        for node, ports, exponent in net.factors:
            draft.put(node, [wires[p][0] for p in ports], exponent)
        ends = [
            _folded(table, draft, [w for own in axis for w in wires[own]], dims)
            for axis, dims in ((net.rows, rows), (net.cols, cols))
        ]
        terms.append(table.finish(draft, *ends))
    return table.sum(terms, rows, cols)


def _free(net: Net, rows: Dims, cols: Dims) -> dict[int, Dims]:
    """The wires that no factor is on, with the sizes that they are split into on all axes."""
    parts: dict[int, set[Dims]] = {}
    for axis, dims in ((net.rows, rows), (net.cols, cols)):
        found = runs(dims, [net.dims[w] for w in axis])
        for w, part in zip(axis, found or [(net.dims[w],) for w in axis], strict=True):
            parts.setdefault(w, set()).add(part)
    busy = {w for _, ports, _ in net.factors for w in ports}
    return {w: found.pop() for w, found in parts.items() if w not in busy and len(found) == 1}


def _folded(table: Table, draft: Draft, own: Sequence[int], dims: Dims) -> list[int]:
    """Wires of these sizes for an axis along others: folded where they are not the same."""
    found: list[int] = []
    at = start = 0
    while at < len(own) or start < len(dims):
        end, stop = _stretch([draft.dims[w] for w in own], at, dims, start)
        wires = own[at:end]
        if len(wires) > 1:
            whole = draft.wire(product(draft.dims[w] for w in wires))
            _fold(table, draft, whole, wires)
            wires = [whole]
        if stop - start > 1:
            (whole,), wires = wires, draft.wires(dims[start:stop])
            _fold(table, draft, whole, wires)
        found += wires
        at, start = end, stop
    return found


def _stretch(own: Sequence[Dim], at: int, dims: Dims, start: int) -> tuple[int, int]:
    """The shortest stretches of two axes of one size, from here on, that are of one size too."""
    ends = [(i, j) for i in range(at + 1, len(own) + 1) for j in range(start + 1, len(dims) + 1)]
    fitting = (end for end in ends if product(own[at : end[0]]) == product(dims[start : end[1]]))
    return min(fitting, key=sum, default=(len(own), len(dims)))


def _fold(table: Table, draft: Draft, whole: int, parts: Sequence[int]) -> None:
    dims = tuple(draft.dims[w] for w in parts)
    draft.put(table.constant(FOLD, "", (draft.dims[whole],), dims), (whole, *parts))
