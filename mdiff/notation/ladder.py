"""Reading a network along two rails: from its row wires to its column wires, step by step.

A pair of wires is one axis of a matrix, its slow wire first. A step along a rail by a matrix is a
factor of a Kronecker product, a matrix across the two rails is `diag(vec(·))`, a matrix whose axes
are pairs leads from one pair to another, and where a rail ends and another begins there are ones.
Whatever is read in this way is a product of matrices: the chain rule as one writes it by hand.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from mdiff.notation.graph import Irreducible, edge_key
from mdiff.notation.links import made, reverse, transposes
from mdiff.notation.reduce import reduce
from mdiff.notation.tree import is_constant
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.network.nodes import Axis
    from mdiff.notation.graph import Graph
    from mdiff.notation.kron import Blocks
    from mdiff.notation.links import Chain, Link

MOST_STATES = 2000
"""The search for a way along the rails gives up after so many states."""

Edges = frozenset[tuple[int, int]]
Way = tuple[str, "Axis"]
"""One step: `rung`, `rails`, `swap`, `wide` with the number of the matrix, or `begin` with the wire
of the second rail; and where it leads."""


class State(Record, eq=True):
    """A pair of wires (or a single one), and what has not been read yet."""

    at: Axis
    edges: Edges
    wides: frozenset[int]


def along_rails(graph: Graph, blocks: Blocks, rows: Axis, cols: Axis) -> Chain:
    """The chain of matrices from the row wires to the column wires.

    Raises `Irreducible` where there is no way that passes everything once.
    """
    if (len(rows), len(cols)) == (4, 2):
        return _of_product(graph, blocks, rows, cols)
    if not (rows and cols) or max(len(rows), len(cols)) > 2 or any(w[-1] for w in graph.wides):
        raise Irreducible
    reduce(graph)
    if len(set(rows)) < len(rows):
        return _doubled(graph, blocks, rows[0], cols)
    if len(set(cols)) < len(cols) or len(rows) > len(cols):
        return tuple(map(blocks.turned, reversed(along_rails(graph, blocks, cols, rows))))
    star = {edge_key(wire, rows[0]) for wire in cols}
    if len(rows) < len(cols) and graph.edges.keys() == star and not graph.wides:
        return reverse(_columns_by_columns(graph, blocks, *cols, *rows))
    inside = all({*edge} <= {*rows} or {*edge} <= {*cols} for edge in graph.edges)
    if inside and not graph.wides and {*rows}.isdisjoint(cols):
        raise Irreducible  # a column times a row: `vec(P) vec(Q)^T`
    chain: list[Link] = []
    at = rows
    for kind, there in _Search(graph, cols).ways(rows):
        chain += _step(graph, blocks, at, kind, there)
        at = there
    chain += _step(graph, blocks, at, "weights", at)
    kept = tuple(link for link in chain if not is_constant(link.expr, "eye"))
    return kept or tuple(chain[:1]) or _step(graph, blocks, at, "rails", at)


def _doubled(graph: Graph, blocks: Blocks, wire: int, cols: Axis) -> Chain:
    """`diag(x)` and the like: one wire stands for both rows, so only the diagonal remains."""
    eye = graph.eye(wire)
    if graph.wides:
        raise Irreducible
    if cols == (wire, wire) and not graph.edges:
        return (blocks.diagonal(blocks.stacked(graph.diagonal(wire) or eye)),)
    inner = along_rails(graph, blocks, (wire,), cols)
    return (blocks.diagonal(blocks.stacked(eye)), blocks.kron((graph.ones(wire),), inner))


def _of_product(graph: Graph, blocks: Blocks, rows: Axis, cols: Axis) -> Chain:
    """The Jacobian of `X ⊗ B` by either factor: `(I ⊗ K ⊗ I) (I ⊗ vec(B))` and the like."""
    reduce(graph)
    slow, second, third, fast = rows
    for first, other, column in (
        ((slow, cols[0]), (third, cols[1]), (fast, second)),
        ((second, cols[0]), (fast, cols[1]), (third, slow)),
    ):
        ends = [wire for path in (first, other, column) for wire in {*path}]
        met = all(a == b or edge_key(a, b) in graph.edges for a, b in (first, other))
        apart = graph.edges.keys() <= {edge_key(*path) for path in (first, other, column)}
        if len({*ends}) == len(ends) and met and apart and not graph.wides:
            break
    else:
        raise Irreducible
    parts = [blocks.rail(graph, *first), blocks.rail(graph, *other)]
    parts.insert(2 if first[0] == slow else 0, (blocks.stacked(blocks.rail(graph, *column)),))
    around = [graph.eye(wire) for wire in (slow, fast)]
    swap = blocks.swap(graph, (third, second))
    shuffle = blocks.kron((blocks.kron(around[0], swap),), around[1])
    one, two, three = parts
    if is_constant(two[0].expr, "eye") and not is_constant(one[0].expr, "eye"):
        return (shuffle, blocks.kron(one, (blocks.kron(two, three),)))
    return (shuffle, blocks.kron((blocks.kron(one, two),), three))


def _columns_by_columns(graph: Graph, blocks: Blocks, slow: int, fast: int, wire: int) -> Chain:
    """`(B^T ⊗ 1) ⊙ (1 ⊗ A)`, the Jacobian of `A diag(v) B` (the Khatri-Rao product of columns)."""
    ones = [graph.ones(end) for end in (slow, fast)]
    left = blocks.kron(blocks.step(graph, slow, wire), (ones[1],))
    right = blocks.kron((ones[0],), blocks.step(graph, fast, wire))
    whole = blocks.book.hadamard((left.expr, right.expr))
    return (made(whole, (left, right)),)


# Which rail takes which step first is not told by the network: `P ⊗ I` before a rung is another
# matrix than after it. So the ways are searched breadth first, over pairs of wires and what is left
# to read; a way that is found has read every factor once, each where it lies, so it is the network.
# A step takes a factor off, so ways are short, but there can be many: MOST_STATES bounds the cost.


class _Search:
    """The shortest way, breadth first."""

    def __init__(self, graph: Graph, ends: Axis) -> None:
        self.graph = graph
        self.ends = ends

    def ways(self, rows: Axis) -> list[Way]:
        """The steps from the rows to the columns."""
        start = State(rows, frozenset(self.graph.edges), frozenset(range(len(self.graph.wides))))
        seen = {start}
        waiting: list[tuple[State, list[Way]]] = [(start, [])]
        for state, ways in waiting:
            if state.at == self.ends and not state.edges and not state.wides:
                return ways
            for kind, after in self._steps(state):
                if after not in seen and len(seen) < MOST_STATES:
                    seen.add(after)
                    waiting.append((after, [*ways, (kind, after.at)]))
        raise Irreducible

    def _steps(self, state: State) -> Iterator[tuple[str, State]]:
        at = state.at
        if at == self.ends[::-1] != self.ends and not self._reads_well(at, state):
            yield "swap", State(self.ends, state.edges, state.wides)
            return
        if len(at) == 2 and edge_key(*at) in state.edges:
            yield "rung", State(at, state.edges - {edge_key(*at)}, state.wides)
            return
        for number in sorted(state.wides):
            rest = state.wides - {number}
            rows, cols, *_ = self.graph.wides[number]
            if not cols and rows == at:
                yield f"wide {number}", State(at, state.edges, rest)
                return
            left = State(at, state.edges, rest)
            if all(self._free(wire, left) for wire in at):
                for here, there in ((rows, cols), (cols, rows)):
                    if here == at and there and len({*here, *there}) == len(here + there):
                        yield f"wide {number}", State(there, state.edges, rest)
        yield from self._rails(state)

    def _reads_well(self, at: Axis, state: State) -> bool:
        """Whether the matrix across the rails is to be read here rather than behind a swap."""
        there = self.graph.edge(*at[::-1]) if edge_key(*at) in state.edges else ()
        return bool(there) and transposes(there) <= transposes(reverse(there))

    def _rails(self, state: State) -> Iterator[tuple[str, State]]:
        """Steps along one rail or both."""
        if len(state.at) < len(self.ends):
            yield from self._beginnings(state)
        for chosen in product(*(self._moves(wire, state) for wire in state.at)):
            there = tuple(wire for wire, _ in chosen)
            used = [edge for _, edge in chosen if edge is not None]
            if there == state.at or len(set(there)) < len(there) or len(set(used)) < len(used):
                continue
            after = State(there, state.edges - set(used), state.wides)
            crossed = any(
                wire in state.at and wire != at for wire, at in zip(there, state.at, strict=True)
            )
            if not crossed and all(wire in there or self._free(wire, after) for wire in state.at):
                yield "rails", after

    def _beginnings(self, state: State) -> Iterator[tuple[str, State]]:
        """Steps along a single rail, beside which a second one begins at the wire where it ends."""
        (wire,) = state.at
        for new in self.ends:
            for on, edge in self._moves(wire, state):
                there = (on, new) if new == self.ends[1] else (new, on)
                after = State(there, state.edges - {edge}, state.wides)
                if on != new != wire and (on == wire or self._free(wire, after)):
                    yield f"begin {new}", after

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


def _step(graph: Graph, blocks: Blocks, at: Axis, kind: str, there: Axis) -> Chain:
    """What stands for one step, or for the weights of the wires here."""
    match kind.split():
        case ["weights"] if not any(wire in graph.weights for wire in at):
            return ()
        case ["rung"]:
            return (blocks.diagonal(blocks.stacked(graph.edge(*at[::-1]))),)
        case ["swap"]:
            return (*_step(graph, blocks, at, "weights", at), *blocks.swap(graph, there))
        case ["wide", number]:
            rows, cols, link, _ = graph.wides[int(number)]
            if not cols:
                return (blocks.diagonal(link),)
            weights = _step(graph, blocks, at, "weights", at)
            return (*weights, link if rows == at else link.turned())
        case ["begin", number]:
            begun = reverse(graph.column(int(number)))
            graph.weights.pop(int(number), None)
            on = blocks.rail(graph, at[0], sum(there) - int(number))
            return (blocks.kron(*((begun, on) if there[0] == int(number) else (on, begun))),)
        case _:
            pass
    chains = [blocks.rail(graph, *ends) for ends in zip(at, there, strict=True)]
    if len(chains) == 1:
        return chains[0]
    if all(len(chain) == 2 and not chain[0].cols for chain in chains):
        (first, second), (third, fourth) = chains
        before = blocks.kron((first,), (third,))
        return (before, blocks.kron((second.turned(),), (fourth.turned(),)).turned())
    return (blocks.kron(*chains),)
