"""A term under construction: factors on wires that may still be joined (union-find).

`contract` is the one way to relabel and to join whole values: by a pattern.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from mdiff.functions.wires import axes
from mdiff.network.nodes import Closed, Sum
from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mdiff.network.nodes import Dims, Exponent, Factor, Net, Node
    from mdiff.network.table import Table
    from mdiff.shapes.dims import Dim


class Draft:
    """A product of factors being put together; `Table.finish` makes a network of it."""

    __slots__ = ("coefficient", "dims", "factors", "parent")

    def __init__(
        self,
        factors: Iterable[Factor] = (),
        dims: Iterable[Dim] = (),
        coefficient: Fraction = Fraction(1),
        parent: Iterable[int] | None = None,
    ) -> None:
        self.coefficient = coefficient
        self.factors = list(factors)
        self.dims = list(dims)
        self.parent = list(range(len(self.dims)) if parent is None else parent)

    @classmethod
    def of(cls, net: Net, coefficient: Fraction = Fraction(1)) -> Self:
        """The draft of a network: wires keep their numbers."""
        return cls(net.factors, net.dims, coefficient)

    def opened(self, place: int) -> list[Draft]:
        """The group or closed network at this place multiplied out: a draft for each term of it."""
        node, wires, _ = self.factors[place]
        whole = [(Fraction(1), node.net)] if isinstance(node, Closed) else ()
        rest = self.factors[:place] + self.factors[place + 1 :]
        drafts = []
        for coefficient, net in node.terms if isinstance(node, Sum) else whole:
            draft = Draft(rest, self.dims, self.coefficient * coefficient, self.parent)
            draft.splice(net, wires)
            drafts.append(draft)
        return drafts

    def drop_idle(self, opened: Collection[int]) -> None:
        """Forget the wires that no factor is on, but for these: no sizes to multiply by."""
        used = {w for _, wires, _ in self.factors for w in wires}.union(opened)
        for w in range(len(self.parent)):
            if w not in used:
                self.dims[w] = ONE

    def wire(self, dim: Dim) -> int:
        """A new wire of this size."""
        self.parent.append(len(self.parent))
        self.dims.append(dim)
        return len(self.parent) - 1

    def wires(self, dims: Sequence[Dim]) -> tuple[int, ...]:
        """New wires of these sizes."""
        return tuple(self.wire(d) for d in dims)

    def find(self, wire: int) -> int:
        """The wire that stands for all joined with this one."""
        parent = self.parent
        while parent[wire] != wire:
            parent[wire] = parent[parent[wire]]
            wire = parent[wire]
        return wire

    def join(self, a: int, b: int) -> None:
        """Make two wires one: the two axes carry the same index."""
        a, b = self.find(a), self.find(b)
        if a != b:
            self.parent[max(a, b)] = min(a, b)

    def put(self, node: Node, wires: Sequence[int], exponent: Exponent = 1) -> None:
        """Add a factor whose ports lie on these wires."""
        self.factors.append((node, tuple(wires), exponent))

    def splice(self, net: Net, wires: Sequence[int], power: Fraction | int = 1) -> None:
        """Add all factors of a network, its open axes (rows, then columns) on these wires.

        To another power than 1 only where every wire is open and every exponent a number.
        """
        inner: dict[int, int] = {}
        for own, outer in zip(net.rows + net.cols, wires, strict=True):
            if own in inner:
                self.join(inner[own], outer)
            else:
                inner[own] = outer
        for own, dim in enumerate(net.dims):
            if own not in inner:
                inner[own] = self.wire(dim)
        for node, ports, exponent in net.factors:
            total = exponent if power == 1 or isinstance(exponent, Sum) else exponent * power
            self.factors.append((node, tuple([inner[p] for p in ports]), total))


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
            draft = Draft(coefficient=coefficient)
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
