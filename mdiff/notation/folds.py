"""Reading folds: a wire w that runs along two wires a, b, whose matrices meet what lies on w.

Two paths from one fold to another are a Kronecker product between their wires, all that is on a
and b alone is the `vec` of a matrix on w, and a column on w is the `unvec` of it between a and b.
What is left then has no fold, and is read as any network.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from mdiff.notation.graph import Irreducible
from mdiff.notation.links import reverse, transposes
from mdiff.notation.reduce import open_chain, reduce
from mdiff.notation.tree import is_constant
from mdiff.shapes.dims import product

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
    return tuple(link for link in chain if not is_constant(link.expr, "eye")) or chain[:1]


def _whole(graph: Graph, axis: Axis) -> Axis:
    """An axis along several wires as one wire that is folded into them."""
    if len(axis) < 2:
        return axis
    whole = graph.wire(product(graph.dims[wire] for wire in axis))
    graph.add_fold(whole, axis)
    return (whole,)


def without_folds(graph: Graph, blocks: Blocks, opened: set[int]) -> None:
    """Take the folds out of a graph, one after the other; `Irreducible` where that cannot be.

    A matrix whose axes run along several wires is one between folds.
    """
    for rows, cols, link, over in graph.wides:
        ends = [wire for axis in (rows, cols) for wire in _whole(graph, axis)]
        if len(ends) == 2:
            graph.add_edge(ends[0], ends[1], (link,), over=over)
        else:
            graph.add_weight(ends[0], (link,) if rows else (link.turned(),), over=over)
    graph.wides = []
    folding = _Folding(graph, blocks, opened)
    while graph.folds:
        graph.opened = opened | {w for whole, parts in graph.folds for w in (whole, *parts)}
        reduce(graph)
        if not folding.step():
            raise Irreducible
    graph.opened = opened


class _Folding:
    """One fold after the other."""

    def __init__(self, graph: Graph, blocks: Blocks, opened: set[int]) -> None:
        self.graph = graph
        self.blocks = blocks
        self.opened = opened

    def step(self) -> bool:
        """Take one fold out, or two that are one; the first of these ways that there is."""
        # Each way replaces a fold by a matrix that means the same whatever else is on its wires,
        # so the order only matters for how it reads: first what needs no identity matrix. Every
        # step takes a fold away or ends the reading; the pairs make it cubic in the few folds.
        folds = self.graph.folds
        pairs = list(combinations(folds, 2))
        return (
            any(self._same(one, other) for one, other in pairs)
            or any(self._stack(fold) for fold in folds)
            or any(self._product(one, other) for one, other in pairs)
            or any(self._spread(fold, weighted=True) for fold in folds)
            or any(self._unstack(fold) for fold in folds)
            or any(self._spread(fold) for fold in folds)
        )

    def _free(self, wires: Iterable[int], *folds: Fold) -> bool:
        """Whether nothing but edges, weights and these folds is on wires."""
        inside = [wire for whole, parts in self.graph.folds for wire in (whole, *parts)]
        own = [wire for whole, parts in folds for wire in (whole, *parts)]
        return all(
            wire not in self.opened and inside.count(wire) == own.count(wire) for wire in wires
        )

    def _same(self, one: Fold, other: Fold) -> bool:
        """Two wires along the same two are one wire; two open ones are joined by the identity."""
        if one[1] != other[1]:
            return False
        if {one[0], other[0]} <= self.opened:
            self.graph.folds.remove(other)
            self.graph.add_edge(one[0], other[0], self.graph.eye(one[0]))
            return True
        kept, gone = sorted((one[0], other[0]), key=lambda wire: wire not in self.opened)
        self.graph.folds.remove(other)
        named = {gone: kept}
        self.graph.folds = [
            (named.get(whole, whole), (named.get(slow, slow), named.get(fast, fast)))
            for whole, (slow, fast) in self.graph.folds
        ]
        self.graph.merge(gone, kept)
        return True

    def _stack(self, fold: Fold) -> bool:
        """`vec(A)` on the whole, where a matrix is all that is on the parts; `u ⊗ v` of columns."""
        graph, (whole, parts) = self.graph, fold
        near = {other for wire in parts for other in graph.near.get(wire, ())}
        if not (self._free(parts, fold) and near <= set(parts)):
            return False
        if near or parts[0] == parts[1] or not graph.weights.keys().isdisjoint(parts):
            graph.add_weight(whole, (self.blocks.side(graph, *parts),))
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
        turned, back = sum(map(transposes, chains)), sum(map(transposes, backwards))
        if straight and back < turned > 1:
            start, end, chains = end, start, backwards
        chain: Chain = (blocks.kron(*chains),)
        if not straight:
            chain = (*chain, *blocks.swap(graph, others))
        self._drop((*parts, *others), one, other)
        graph.add_edge(start, end, chain)
        return True

    def _lead(self, parts: Axis, others: Axis) -> bool:
        """Whether each of two wires is, or has its only matrices to, its own partner."""
        if not {parts[0], others[0]}.isdisjoint((parts[1], others[1])):
            return False
        for one, other in zip(parts, others, strict=True):
            near = self.graph.near.get(one, set()), self.graph.near.get(other, set())
            joined = (set(), set()) if one == other else ({other}, {one})
            if near not in (joined, (set(), set())):
                return False
        return True

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

    def _spread(self, fold: Fold, *, weighted: bool = False) -> bool:
        """`u ⊗ I` between the whole and a part, of a column that is all that is on the other.

        `weighted`: of one that is more than ones.
        """
        graph, (whole, parts) = self.graph, fold
        for one, other in (parts, parts[::-1]):
            if weighted and one not in graph.weights:
                continue
            if one != other and self._free((one,), fold) and not graph.near.get(one):
                column, eye = graph.column(one), graph.eye(other)
                chains = (column, eye) if one == parts[0] else (eye, column)
                self._drop((one,), fold)
                graph.add_edge(whole, other, (self.blocks.kron(*chains),))
                return True
        return False

    def _drop(self, wires: Iterable[int], *folds: Fold) -> None:
        """Folds that are read, and wires that nothing is on any more."""
        for fold in folds:
            self.graph.folds.remove(fold)
        for wire in dict.fromkeys(wires):
            self.graph.remove(wire)
