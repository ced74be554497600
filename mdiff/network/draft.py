"""A term under construction: factors on wires that may still be joined (union-find)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.network.nodes import Closed, Sum
from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mdiff.network.nodes import Factor, Net
    from mdiff.shapes.dims import Dim


class Draft:
    """A product of factors being put together; `Table.finish` makes a network of it.

    Made of a network's factors and sizes, its wires keep their numbers.
    """

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

    def wires(self, dims: Iterable[Dim]) -> tuple[int, ...]:
        """New wires of these sizes."""
        start = len(self.dims)
        self.dims += dims
        new = range(start, len(self.dims))
        self.parent += new
        return tuple(new)

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
        hidden = [own for own in range(len(net.dims)) if own not in inner]
        if hidden:
            inner.update(zip(hidden, self.wires([net.dims[w] for w in hidden]), strict=True))
        for node, ports, exponent in net.factors:
            total = exponent if power == 1 or isinstance(exponent, Sum) else exponent * power
            self.factors.append((node, tuple([inner[p] for p in ports]), total))
