"""A term under construction: factors on wires that may still be joined (union-find)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Self

from mdiff.network.nodes import Closed, Sum
from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from mdiff.network.nodes import Exponent, Factor, Net, Node
    from mdiff.shapes.dims import Dim


class Draft:
    """A product of factors being put together; `Table.finish` makes a network of it."""

    __slots__ = ("coefficient", "dims", "factors", "parent")

    def __init__(self) -> None:
        self.coefficient = Fraction(1)
        self.factors: list[Factor] = []
        self.parent: list[int] = []
        self.dims: list[Dim] = []

    @classmethod
    def of(
        cls,
        net: Net,
        factors: Iterable[Factor] | None = None,
        coefficient: Fraction = Fraction(1),
    ) -> Self:
        """The draft of a network, or of these factors on its wires: wires keep their numbers."""
        draft = cls()
        draft.coefficient = coefficient
        draft.factors = list(net.factors if factors is None else factors)
        draft.parent = list(range(len(net.dims)))
        draft.dims = list(net.dims)
        return draft

    @classmethod
    def without(cls, net: Net, place: int) -> Self:
        """The draft of a network with its factor at this place cut out."""
        return cls.of(net, net.factors[:place] + net.factors[place + 1 :])

    def opened(self, place: int) -> list[Draft]:
        """The group or closed network at this place multiplied out: a draft for each term of it."""
        node, wires, _ = self.factors[place]
        whole = [(Fraction(1), node.net)] if isinstance(node, Closed) else ()
        drafts = []
        for coefficient, net in node.terms if isinstance(node, Sum) else whole:
            draft = Draft()
            draft.coefficient = self.coefficient * coefficient
            draft.factors = self.factors[:place] + self.factors[place + 1 :]
            draft.parent = list(self.parent)
            draft.dims = list(self.dims)
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
