"""Reading folds: a wire w that runs along two wires a, b, whose matrices meet what lies on w.

Two paths from one fold to another are a Kronecker product between their wires, all that is on a
and b alone is the `vec` of a matrix on w, and a column on w is the `unvec` of it between a and b.
What is left then has no fold, and is read as any network.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from mdiff.network.split import product
from mdiff.notation.graph import Irreducible
from mdiff.notation.kron import is_eye
from mdiff.notation.links import reverse, transposes
from mdiff.notation.reduce import open_chain, reduce

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.network.nodes import Axis
    from mdiff.notation.graph import Graph
    from mdiff.notation.kron import Blocks
    from mdiff.notation.links import Chain

Fold = tuple[int, tuple[int, int]]


def along_folds(graph: Graph, blocks: Blocks, rows: Axis, cols: Axis) -> Chain:
    """The chain of a network with folds, open along two axes of any number of wires.

    Raises `Irreducible` where folds are left over.
    """
    ends = [_whole(graph, axis) for axis in (rows, cols)]
    without_folds(graph, blocks, {wire for axis in ends for wire in axis})
    chain = open_chain(graph, *ends)
    return tuple(link for link in chain if not is_eye(link.expr)) or chain[:1]


def _whole(graph: Graph, axis: Axis) -> Axis:
    """An axis along several wires as one wire that is folded into them."""
    if len(axis) < 2:
        return axis
    whole = graph.wire(product(graph.dims[wire] for wire in axis))
    graph.add_fold(whole, axis)
    return (whole,)


def without_folds(graph: Graph, blocks: Blocks, opened: set[int]) -> None:
    """Take the folds out of a graph, one after the other; `Irreducible` where that cannot be."""
    folding = _Folding(graph, blocks, opened)
    while graph.folds:
        graph.opened = opened | folding.held()
        reduce(graph)
        if not folding.step():
            raise Irreducible
    if graph.wides:
        raise Irreducible
    graph.opened = opened


class _Folding:
    """One fold after the other."""

    def __init__(self, graph: Graph, blocks: Blocks, opened: set[int]) -> None:
        self.graph = graph
        self.blocks = blocks
        self.opened = opened

    def held(self) -> set[int]:
        """The wires of folds and of matrices on more than two wires."""
        held = {wire for whole, parts in self.graph.folds for wire in (whole, *parts)}
        return held | {w for rows, cols, _ in self.graph.wides for w in rows + cols}

    def step(self) -> bool:
        """Take one fold out, or two that are one; the first of these ways that there is."""
        folds = self.graph.folds
        pairs = list(combinations(folds, 2))
        return (
            any(self._same(one, other) for one, other in pairs)
            or any(self._stack(fold) for fold in folds)
            or any(self._product(one, other) for one, other in pairs)
            or any(self._wide(fold) for fold in folds)
            or any(self._unstack(fold) for fold in folds)
        )

    def _free(self, wires: Iterable[int], *folds: Fold, wides: int = 0) -> bool:
        """Whether nothing but edges, weights, these folds and so many wide matrices is on wires."""
        inside = [wire for whole, parts in self.graph.folds for wire in (whole, *parts)]
        own = [wire for whole, parts in folds for wire in (whole, *parts)]
        across = [w for rows, cols, _ in self.graph.wides for w in rows + cols]
        return all(
            wire not in self.opened
            and inside.count(wire) == own.count(wire)
            and across.count(wire) == wides
            for wire in wires
        )

    def _same(self, one: Fold, other: Fold) -> bool:
        """Two wires along the same two are one wire."""
        if one[1] != other[1] or {one[0], other[0]} <= self.opened:
            return False
        kept, gone = sorted((one[0], other[0]), key=lambda wire: wire not in self.opened)
        self.graph.folds.remove(other)
        self.graph.folds = [
            (kept if whole == gone else whole, self._named(parts, gone, kept))
            for whole, parts in self.graph.folds
        ]
        self.graph.wides = [
            (
                tuple(kept if wire == gone else wire for wire in rows),
                tuple(kept if wire == gone else wire for wire in cols),
                link,
            )
            for rows, cols, link in self.graph.wides
        ]
        self.graph.merge(gone, kept)
        return True

    def _named(self, parts: tuple[int, int], gone: int, kept: int) -> tuple[int, int]:
        first, second = (kept if wire == gone else wire for wire in parts)
        return first, second

    def _stack(self, fold: Fold) -> bool:
        """`vec(A)` on the whole, where a matrix is all that is on the parts; `u ⊗ v` of columns."""
        graph, (whole, parts) = self.graph, fold
        near = {other for wire in parts for other in graph.near.get(wire, ())}
        if not (self._free(parts, fold) and near <= set(parts)):
            return False
        if near or parts[0] == parts[1] or not graph.weights.keys().isdisjoint(parts):
            graph.add_weight(whole, self.blocks.side(graph, parts))
        self._drop(parts, fold)
        return True

    def _product(self, one: Fold, other: Fold) -> bool:
        """`P ⊗ Q` between two wholes, where one path leads from each part to one of the others."""
        graph, blocks = self.graph, self.blocks
        (start, parts), (end, others) = one, other
        if not self._free((*parts, *others), one, other):
            return False
        straight = self._lead(parts, others)
        if not (straight or self._lead(parts, others[::-1])):
            return False
        ends = others if straight else others[::-1]
        chains = [blocks.rail(graph, *pair) for pair in zip(parts, ends, strict=True)]
        backwards = [reverse(chain) for chain in chains]
        if straight and sum(map(transposes, backwards)) < sum(map(transposes, chains)):
            start, end, chains = end, start, backwards
        chain: Chain = (blocks.kron(*chains),)
        if not straight:
            chain = (*chain, *blocks.swap(graph, others))
        self._drop((*parts, *others), one, other)
        graph.add_edge(start, end, chain)
        return True

    def _lead(self, parts: Axis, others: Axis) -> bool:
        """Whether each of two wires is, or has its only matrices to, its partner."""
        for one, other in zip(parts, others, strict=True):
            near = self.graph.near.get(one, set()), self.graph.near.get(other, set())
            joined = (set(), set()) if one == other else ({other}, {one})
            if near not in (joined, (set(), set())):
                return False
        return True

    def _wide(self, fold: Fold) -> bool:
        """A matrix on the parts alone as one on the whole."""
        graph, (whole, parts) = self.graph, fold
        if any(graph.near.get(wire) or wire in graph.weights for wire in parts):
            return False
        if not self._free(parts, fold, wides=1):
            return False
        for i, (rows, cols, link) in enumerate(graph.wides):
            if parts in (rows, cols):
                rows = (whole,) if rows == parts else rows  # noqa: PLW2901
                cols = (whole,) if cols == parts else cols  # noqa: PLW2901
                self._drop(parts, fold)
                graph.wides[i] = rows, cols, link
                if max(len(rows), len(cols)) == 1:
                    del graph.wides[i]
                    self._narrow(rows, cols, (link,))
                return True
        return False

    def _narrow(self, rows: Axis, cols: Axis, chain: Chain) -> None:
        """A matrix or a vector on at most two wires."""
        if rows and cols:
            self.graph.add_edge(rows[0], cols[0], chain)
        elif rows:
            self.graph.add_weight(rows[0], chain)
        else:
            self.graph.add_weight(cols[0], reverse(chain))

    def _unstack(self, fold: Fold) -> bool:
        """`unvec(x)` between the parts, of a column that is all that is on the whole."""
        graph, (whole, (slow, fast)) = self.graph, fold
        if not self._free((whole,), fold) or graph.near.get(whole):
            return False
        chain = graph.column(whole)
        self._drop((whole,), fold)
        matrix = self.blocks.unstacked(chain, graph.dims[fast], graph.dims[slow])
        graph.add_edge(fast, slow, (matrix,))
        return True

    def _drop(self, wires: Iterable[int], *folds: Fold) -> None:
        """Folds that are read, and wires that nothing is on any more."""
        for fold in folds:
            self.graph.folds.remove(fold)
        for wire in dict.fromkeys(wires):
            self.graph.remove(wire)
