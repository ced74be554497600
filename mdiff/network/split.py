"""Axes along several wires: a value goes in, the same with its axes split finer comes out."""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.network.draft import Draft
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
    """The same value with its axes split into wires of other sizes, where they are free.

    Raises E302 where a factor is on a wire that would have to be split.
    """
    if (value.rows, value.cols) == (rows, cols):
        return value
    terms = []
    for coefficient, net in value.terms:
        draft = Draft()
        draft.coefficient = coefficient
        wires = _split(draft, net, rows, cols)
        for node, ports, exponent in net.factors:
            draft.put(node, [w for p in ports for w in wires[p]], exponent)
            if any(len(wires[p]) != 1 for p in ports):
                raise _unsplittable(rows, cols)
        row_wires = [w for r in net.rows for w in wires[r]]
        col_wires = [w for c in net.cols for w in wires[c]]
        found = [tuple(draft.dims[w] for w in axis) for axis in (row_wires, col_wires)]
        if found != [rows, cols]:
            raise _unsplittable(rows, cols)
        terms.append(table.finish(draft, row_wires, col_wires))
    return table.sum(terms, rows, cols)


def _split(draft: Draft, net: Net, rows: Dims, cols: Dims) -> dict[int, tuple[int, ...]]:
    """New wires for those of a network, several where the axes are to have more."""
    wires: dict[int, tuple[int, ...]] = {}
    for own, dims in ((net.rows, rows), (net.cols, cols)):
        parts = runs(dims, [net.dims[w] for w in own]) or []
        for w, part in zip(own, parts, strict=False):
            if len(part) > 1 and w not in wires:
                wires[w] = draft.wires(part)
    for w, dim in enumerate(net.dims):
        if w not in wires:
            wires[w] = (draft.wire(dim),)
    return wires


def _unsplittable(rows: Dims, cols: Dims) -> Exception:
    sizes = " and ".join("*".join(f"({d})" for d in dims) or "1" for dims in (rows, cols))
    return fail(
        "E302",
        "a Kronecker product meets a matrix whose axes are not such a product; "
        f"this would need the matrix with axes split into {sizes}",
    )
