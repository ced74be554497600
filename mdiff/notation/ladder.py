"""Reading a network along two rails: from its row wires to its column wires, step by step.

A pair of wires is one axis of a matrix, its slow wire first. A step along a rail by a matrix is a
factor of a Kronecker product, a matrix across the two rails is `diag(vec(·))`, a matrix whose axes
are pairs leads from one pair to another, and where a rail ends and another begins there are ones.
Whatever is read in this way is a product of matrices: the chain rule as one writes it by hand.
"""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

from mdiff.notation.graph import Irreducible
from mdiff.notation.kron import is_eye
from mdiff.notation.links import DIAG, Link, is_one, reverse
from mdiff.notation.paths import edge_key
from mdiff.notation.reduce import reduce
from mdiff.notation.tree import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.network.nodes import Axis
    from mdiff.notation.graph import Graph
    from mdiff.notation.kron import Blocks
    from mdiff.notation.links import Chain

MOST_STATES = 2000
"""The search for a way along the rails gives up after so many states."""

Edges = frozenset[tuple[int, int]]
Way = tuple[str, "Axis"]
"""One step: `rung`, `rails`, `swap`, or `wide` with the number of the matrix; where it leads."""


class State:
    """A pair of wires (or a single one), and what has not been read yet."""

    __slots__ = ("at", "edges", "wides")

    def __init__(self, at: Axis, edges: Edges, wides: frozenset[int]) -> None:
        self.at = at
        self.edges = edges
        self.wides = wides

    @property
    def key(self) -> tuple[Axis, Edges, frozenset[int]]:
        """What tells two states apart."""
        return self.at, self.edges, self.wides


def along_rails(graph: Graph, blocks: Blocks, rows: Axis, cols: Axis) -> Chain:
    """The chain of matrices from the row wires to the column wires.

    Raises `Irreducible` where there is no way that passes everything once.
    """
    if not (rows and cols) or max(len(rows), len(cols)) > 2:
        raise Irreducible
    if len(set(rows)) < len(rows) or len(set(cols)) < len(cols):
        raise Irreducible
    reduce(graph)
    if len(rows) == 1 and len(cols) == 2 and _is_star(graph, *cols, *rows):
        return reverse(_columns_by_columns(graph, blocks, *cols, *rows))
    if len(rows) == 2 and len(cols) == 1 and _is_star(graph, *rows, *cols):
        return _columns_by_columns(graph, blocks, *rows, *cols)
    ways = _Search(graph, cols).ways(rows)
    chain: list[Link] = []
    at = rows
    for kind, there in ways:
        chain += _Step(graph, blocks, at).links(kind, there)
        at = there
    chain += _Step(graph, blocks, at).weights()
    kept = tuple(link for link in chain if not is_eye(link.expr))
    return _without_ones(kept) or tuple(chain[:1])


def _is_star(graph: Graph, slow: int, fast: int, wire: int) -> bool:
    """Whether two matrices that meet on a wire are all there is."""
    return not graph.wides and graph.edges.keys() == {edge_key(slow, wire), edge_key(fast, wire)}


def _columns_by_columns(graph: Graph, blocks: Blocks, slow: int, fast: int, wire: int) -> Chain:
    """`(B^T ⊗ 1) ⊙ (1 ⊗ A)`, the Jacobian of `A diag(v) B` (the Khatri-Rao product of columns)."""
    ones = [graph.ones(end) for end in (slow, fast)]
    left = blocks.kron(blocks.step(graph, slow, wire), (ones[1],))
    right = blocks.kron((ones[0],), blocks.step(graph, fast, wire))
    whole = blocks.book.hadamard((left.expr, right.expr))
    return (Link(whole, min(left.order, right.order), moved=left.moved or right.moved),)


class _Search:
    """The shortest way, breadth first."""

    def __init__(self, graph: Graph, ends: Axis) -> None:
        self.graph = graph
        self.ends = ends

    def ways(self, rows: Axis) -> list[Way]:
        """The steps from the rows to the columns."""
        start = State(rows, frozenset(self.graph.edges), frozenset(range(len(self.graph.wides))))
        seen = {start.key}
        waiting: list[tuple[State, list[Way]]] = [(start, [])]
        for state, ways in waiting:
            if not state.edges and not state.wides:
                if state.at == self.ends:
                    return ways
                if state.at == self.ends[::-1]:
                    return [*ways, ("swap", self.ends)]
            for kind, after in self._steps(state):
                if after.key not in seen and len(seen) < MOST_STATES:
                    seen.add(after.key)
                    waiting.append((after, [*ways, (kind, after.at)]))
        raise Irreducible

    def _steps(self, state: State) -> Iterator[tuple[str, State]]:
        at = state.at
        if len(at) == 2 and edge_key(*at) in state.edges:
            yield "rung", State(at, state.edges - {edge_key(*at)}, state.wides)
            return
        for number in sorted(state.wides):
            rest = state.wides - {number}
            rows, cols, _ = self.graph.wides[number]
            if not cols and rows == at:
                yield f"wide {number}", State(at, state.edges, rest)
                return
            left = State(at, state.edges, rest)
            if all(self._free(wire, left) for wire in at):
                for here, there in ((rows, cols), (cols, rows)):
                    if here == at and there and len({*here, *there}) == len(here + there):
                        yield f"wide {number}", State(there, state.edges, rest)
        yield from self._rails(state)

    def _rails(self, state: State) -> Iterator[tuple[str, State]]:
        """Steps along one rail or both."""
        for chosen in product(*(self._moves(wire, state) for wire in state.at)):
            there = tuple(wire for wire, _ in chosen)
            used = [edge for _, edge in chosen if edge is not None]
            if there == state.at or len(set(there)) < len(there) or len(set(used)) < len(used):
                continue
            after = State(there, state.edges - set(used), state.wides)
            if all(
                wire in there or self._free(wire, after) for wire in state.at
            ) and not self._passed(state, there):
                yield "rails", after

    def _moves(self, wire: int, state: State) -> list[tuple[int, tuple[int, int] | None]]:
        """Where a wire can lead, and by which edge (none for itself, and for ones)."""
        moves: list[tuple[int, tuple[int, int] | None]] = [(wire, None)]
        if wire in self.ends:
            return moves
        edges = sorted(edge for edge in state.edges if wire in edge)
        moves += [(edge[0] + edge[1] - wire, edge) for edge in edges]
        if not edges:
            ahead = {wire for edge in state.edges for wire in edge}
            ahead |= {w for n in state.wides for axis in self.graph.wides[n][:2] for w in axis}
            moves += [(other, None) for other in (*self.ends, *sorted(ahead - {*self.ends}))]
        return moves

    def _free(self, wire: int, state: State) -> bool:
        """Whether nothing that has not been read is on a wire."""
        return (
            wire not in self.ends
            and not any(wire in edge for edge in state.edges)
            and not any(wire in axis for n in state.wides for axis in self.graph.wides[n][:2])
        )

    def _passed(self, state: State, there: Axis) -> bool:
        """Whether a rail crosses to a wire of the other one."""
        return any(wire in state.at and state.at[i] != wire for i, wire in enumerate(there))


class _Step:
    """One step as matrices."""

    def __init__(self, graph: Graph, blocks: Blocks, at: Axis) -> None:
        self.graph = graph
        self.blocks = blocks
        self.at = at

    def links(self, kind: str, there: Axis) -> list[Link]:
        """What stands for the step."""
        graph, blocks = self.graph, self.blocks
        match kind.split():
            case ["rung"]:
                slow, fast = self.at
                return [blocks.diagonal(blocks.stacked(graph.edge(fast, slow)))]
            case ["swap"]:
                return [*self.weights(), *blocks.swap(graph, there)]
            case ["wide", number]:
                rows, cols, link = graph.wides[int(number)]
                if not cols:
                    return [blocks.diagonal(link)]
                return [*self.weights(), link if rows == self.at else link.turned()]
            case _:
                return self._rails(there)

    def weights(self) -> list[Link]:
        """The weights of the wires here as a diagonal matrix."""
        if not any(wire in self.graph.weights for wire in self.at):
            return []
        return self._rails(self.at)

    def _rails(self, there: Axis) -> list[Link]:
        pairs = zip(self.at, there, strict=True)
        chains = [self.blocks.rail(self.graph, start, end) for start, end in pairs]
        if len(chains) == 1:
            return list(chains[0])
        if all(len(chain) == 2 and not chain[0].cols for chain in chains):
            (first, second), (third, fourth) = chains
            before = self.blocks.kron((first,), (third,))
            after = self.blocks.kron((second.turned(),), (fourth.turned(),))
            return [before, after.turned()]
        return [self.blocks.kron(*chains)]


def _without_ones(chain: Chain) -> Chain:
    """`diag(v) 1` as `v`."""
    for i, (left, right) in enumerate(pairwise(chain)):
        vector = None
        if is_one(right) and not right.cols:
            vector = _vector(left)
        elif is_one(left) and not left.rows:
            vector = _vector(right)
            vector = vector and vector.turned()
        if vector is not None:
            return _without_ones((*chain[:i], vector, *chain[i + 2 :]))
    return chain


def _vector(link: Link) -> Link | None:
    """The vector of a diagonal matrix."""
    match link.expr:
        case Call(function, (inner,)) if function is DIAG:
            return Link(inner, link.order, moved=link.moved)
        case _:
            return None
