"""The one way to relabel and to join networks: values and a pattern go in, a value comes out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mdiff.functions.wires import axes
from mdiff.network.draft import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.network.nodes import Dims, Sum
    from mdiff.network.table import Table


@lru_cache(512)
def _read(pattern: str, count: int) -> tuple[list[tuple[str, str]], tuple[str, str]]:
    inputs, _, output = pattern.partition("->")
    return [axes(term) for term in inputs.split(",")] if count else [], axes(output)


def contract(
    table: Table, pattern: str, *values: Sum, sizes: Mapping[str, Dims] | None = None
) -> Sum:
    """The contraction of values in the notation of the function table: `"ij,jk->ik"`, `"ii->"`.

    A letter is an axis with all the wires that it runs along (a scalar's has none); in brackets,
    as in `"ij->(ji)."`, it has those in `sizes`, else one. A letter that stands twice joins the
    axes, one that the output lacks is summed over, one that it alone has repeats the value along
    `sizes`. A single value is contracted term by term; several are factors of one term.
    """
    terms, (rows, cols) = _read(pattern, len(values))
    lines: dict[str, Dims] = {**sizes} if sizes else {}
    for term, value in zip(terms, values, strict=True):
        for axis, dims in zip(term, (value.rows, value.cols), strict=True):
            parts = [dims] if len(axis) == 1 else [(dim,) for dim in dims]
            for letter, own in zip(axis, parts, strict=False):
                lines.setdefault(letter, own)

    def place(wires: Mapping[str, tuple[int, ...]], axis: str) -> tuple[int, ...]:
        return tuple([w for letter in axis for w in wires.get(letter, ())])

    if len(values) == 1:
        (((left, right),), (value,)) = terms, values
        results = []
        for coefficient, net in value.terms:
            draft = Draft()
            draft.coefficient = coefficient
            wires = {letter: draft.wires(dims) for letter, dims in lines.items()}
            draft.splice(net, place(wires, left) + place(wires, right))
            results.append(table.finish(draft, place(wires, rows), place(wires, cols)))
        row_dims, col_dims = (
            tuple(dim for letter in axis for dim in lines.get(letter, ())) for axis in (rows, cols)
        )
        return table.sum(results, row_dims, col_dims)
    draft = Draft()
    wires = {letter: draft.wires(dims) for letter, dims in lines.items()}
    for (left, right), value in zip(terms, values, strict=True):
        table.place(draft, value, place(wires, left) + place(wires, right))
    return table.single(draft, place(wires, rows), place(wires, cols))
