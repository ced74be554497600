"""Reading folds: a wire w that runs along two wires a, b, whose matrices meet what lies on w.

An axis along two wires is folded too, so that this also reads a Jacobian by a matrix. Two paths
from one fold to another are a Kronecker product between their wires, a matrix across a and b is
`diag(vec(·))` on w, or the `vec` of it where nothing else is on them, and a column on w is the
`unvec` of it between a and b. What is left then has no fold, and is read as any network.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from mdiff.notation.graph import Irreducible
from mdiff.notation.links import made, reverse, transposes
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
    if (len(rows), len(cols)) == (4, 2) and not graph.folds:
        chain = _of_product(graph, blocks, rows, cols)
        if chain:
            return chain
    inner = graph.folds if rows and cols else []  # between the rows' and the columns'
    graph.folds = [fold for fold in graph.folds if fold not in inner]
    start = graph.whole(rows)
    graph.folds += inner
    end = graph.whole(cols)
    without_folds(graph, blocks, {*start, *end})
    chain = open_chain(graph, start, end)
    if rows and cols and max(len(rows), len(cols)) > 1:
        chain = tuple(map(blocks.straight, chain))
    return tuple(link for link in chain if not is_constant(link.expr, "eye")) or chain[:1]


def _of_product(graph: Graph, blocks: Blocks, rows: Axis, cols: Axis) -> Chain:
    """The Jacobian of `X ⊗ B` by either factor, `(I ⊗ K ⊗ I) (I ⊗ vec(B))`; () of another."""
    reduce(graph)
    slow, second, third, fast = rows
    for first, other, column in (
        ((slow, cols[0]), (third, cols[1]), (fast, second)),
        ((second, cols[0]), (fast, cols[1]), (third, slow)),
    ):
        ends = [wire for path in (first, other, column) for wire in {*path}]
        met = all(a == b or b in graph.near.get(a, ()) for a, b in (first, other))
        edges = ({a, b} for a, near in graph.near.items() for b in near)
        apart = all(edge in map(set, (first, other, column)) for edge in edges)
        if len({*ends}) == len(ends) and met and apart:
            break
    else:
        return ()
    parts = [graph.rail(*first), graph.rail(*other)]
    parts.insert(2 if first[0] == slow else 0, (blocks.stacked(graph.rail(*column)),))
    around = [graph.eye(wire) for wire in (slow, fast)]
    swap = blocks.swap(graph, (third, second))
    shuffle = blocks.kron((blocks.kron(around[0], swap),), around[1])
    one, two, three = parts
    if is_constant(two[0].expr, "eye") and not is_constant(one[0].expr, "eye"):
        return (shuffle, blocks.kron(one, (blocks.kron(two, three),)))
    return (shuffle, blocks.kron((blocks.kron(one, two),), three))


def without_folds(graph: Graph, blocks: Blocks, opened: set[int]) -> None:
    """Take the folds out of a graph, one after the other; `Irreducible` where that cannot be."""
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
        """Take one fold out, or move it; the first of these ways that there is."""
        # Each way replaces a fold by a matrix that means the same whatever else is on its wires,
        # so the order only matters for how it reads: first what needs no identity matrix. Every
        # step takes a fold away, or an edge off its parts, so this ends; the pairs make it cubic
        # in the few folds. Only between two axes may a fold be left further on.
        folds = self.graph.folds
        pairs = list(combinations(folds, 2))
        return (
            any(self._same(one, other) for one, other in pairs)
            or any(self._stack(fold) for fold in folds)
            or (len(self.opened) == 2 and any(self._rung(fold) for fold in folds))
            or any(self._product(one, other) for one, other in pairs)
            or any(self._meet(fold) for fold in folds)
            or any(self._spread(fold, weighted=True) for fold in folds)
            or any(self._unstack(fold) for fold in folds)
            or (len(self.opened) == 2 and any(self._walk(fold) for fold in folds))
            or any(self._spread(fold) for fold in folds)
            or any(self._double(fold) for fold in reversed(folds))
        )

    def _free(self, wires: Iterable[int], *folds: Fold) -> bool:
        """Whether nothing but edges, weights and these folds is on wires."""
        inside = [wire for whole, parts in self.graph.folds for wire in (whole, *parts)]
        own = [wire for whole, parts in folds for wire in (whole, *parts)]
        return all(
            wire not in self.opened and inside.count(wire) == own.count(wire) for wire in wires
        )

    def _same(self, one: Fold, other: Fold) -> bool:
        """Two wires along the same two are one wire; two open ones are left for `_product`."""
        graph, (first, parts), (second, others) = self.graph, one, other
        if parts != others:
            return False
        if {first, second} <= self.opened:
            if parts[0] != parts[1]:
                return False
            graph.folds.remove(other)
            graph.add_edge(first, second, graph.eye(first))
            return True
        kept, gone = sorted((first, second), key=lambda wire: wire not in self.opened)
        graph.folds.remove(other)
        named = {gone: kept}
        graph.folds = [
            (named.get(whole, whole), (named.get(slow, slow), named.get(fast, fast)))
            for whole, (slow, fast) in graph.folds
        ]
        graph.merge(gone, kept)
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

    def _rung(self, fold: Fold) -> bool:
        """`vec(A)` on the whole, of a matrix across the parts; behind a swap if that reads well."""
        graph, (whole, (slow, fast)) = self.graph, fold
        if fast not in graph.near.get(slow, ()):
            return False
        chain, place = graph.edge(fast, slow), graph.folds.index(fold)
        before, after = (
            [p for _, p in folds] for folds in (graph.folds[:place], graph.folds[place:])
        )
        turned = transposes(reverse(chain)) < transposes(chain)
        if turned and (fast, slow) in after:
            return False
        if turned and any(a != b and (a == fast or b == slow) for a, b in before):
            new = graph.wire(graph.dims[whole])
            graph.add_edge(new, whole, self.blocks.swap(graph, (slow, fast)))
            graph.folds[place] = (new, (fast, slow))
        else:
            graph.cut(slow, fast)
            graph.add_weight(whole, (self.blocks.stacked(chain),))
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
        chains = [graph.rail(*pair) for pair in zip(parts, ends, strict=True)]
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
            near = [[*self.graph.near.get(wire, ())] for wire in (one, other)]
            if near != [[], []] and (one == other or near != [[other], [one]]):
                return False
        return True

    def _meet(self, fold: Fold) -> bool:
        """`(B^T ⊗ 1) ⊙ (1 ⊗ A)`, where both parts lead to one wire (the Khatri-Rao product)."""
        graph, blocks, (whole, (slow, fast)) = self.graph, self.blocks, fold
        near = {*graph.near.get(slow, ())}
        if slow == fast or near != {*graph.near.get(fast, ())} or len(near) != 1:
            return False
        (wire,) = near
        ends = self.opened | {w for _, parts in graph.folds for w in parts if parts == (w, w)}
        if wire not in ends or not self._free((slow, fast), fold):
            return False
        ones = [graph.ones(end) for end in (slow, fast)]
        left = blocks.kron(graph.rail(slow, wire), (ones[1],))
        right = blocks.kron((ones[0],), graph.rail(fast, wire))
        self._drop((slow, fast), fold)
        both = blocks.book.hadamard((left.expr, right.expr))
        graph.add_edge(whole, wire, (made(both, (left, right)),))
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

    def _walk(self, fold: Fold) -> bool:
        """`P ⊗ Q` to a new fold, one or two matrices further; to where that can be read."""
        graph, (whole, parts) = self.graph, fold
        ahead = [[wire, *self._further(wire, fold)] for wire in parts]
        if parts[0] == parts[1] or any(wires[1:] == [wires[0]] for wires in ahead):
            return False
        ways = [(a, b) for a in ahead[0] for b in ahead[1] if a != b and (a, b) != parts]
        if not ways:
            return False
        met = [{*others} for _, others in graph.folds]
        read = [{*way} in met or way[1] in graph.near.get(way[0], ()) for way in ways]
        ends = ways[read.index(True)] if any(read) else ways[-1]
        chains = [graph.rail(*pair) for pair in zip(parts, ends, strict=True)]
        new = graph.wire(product(graph.dims[wire] for wire in ends))
        graph.folds[graph.folds.index(fold)] = (new, ends)
        for wire in {*parts} - {*ends}:
            graph.remove(wire)
        graph.add_edge(whole, new, (self.blocks.kron(*chains),))
        return True

    def _further(self, wire: int, fold: Fold) -> list[int]:
        """Where the only matrix on a part leads; the part itself where there is none to follow."""
        near = [*self.graph.near.get(wire, ())]
        if not self._free((wire,), fold) or len(near) > 1:
            return []
        return near or [wire]

    def _spread(self, fold: Fold, *, weighted: bool = False) -> bool:
        """`u ⊗ I` between the whole and a part, of a column that is all that is on the other.

        `weighted`: of one that is more than ones. From an axis, what the part leads to comes along.
        """
        graph, (whole, parts) = self.graph, fold
        for one, other in (parts, parts[::-1]):
            if weighted and one not in graph.weights:
                continue
            if one != other and self._free((one,), fold) and not graph.near.get(one):
                column, rail, end = graph.column(one), graph.eye(other), other
                if whole in self.opened:
                    (end,) = self._further(other, fold) or (other,)
                    rail = tuple(map(self.blocks.straight, graph.rail(other, end)))
                chains = (column, rail) if one == parts[0] else (rail, column)
                self._drop((one,) if end == other else parts, fold)
                graph.add_edge(whole, end, (self.blocks.kron(*chains),))
                return True
        return False

    def _double(self, fold: Fold) -> bool:
        """`diag(vec(I))` on the whole of a wire twice: then a second one need not be the first."""
        graph, (whole, (slow, fast)) = self.graph, fold
        if slow != fast:
            return False
        graph.add_weight(whole, (self.blocks.stacked(graph.eye(slow)),))
        graph.folds[graph.folds.index(fold)] = (whole, (graph.wire(graph.dims[slow]), slow))
        return True

    def _drop(self, wires: Iterable[int], *folds: Fold) -> None:
        """Folds that are read, and wires that nothing is on any more."""
        for fold in folds:
            self.graph.folds.remove(fold)
        for wire in dict.fromkeys(wires):
            self.graph.remove(wire)
