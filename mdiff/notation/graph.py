"""A network as a graph of notation: wires are vertices, matrices edges, vectors weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.links import (
    DIAG,
    Link,
    diagonal_of,
    is_vector,
    made,
    matrix_of,
    reverse,
    transposes,
)
from mdiff.notation.tree import Call, Number, Power
from mdiff.record import Record
from mdiff.shapes.dims import product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Axis
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

(TRIL,) = TABLE["tril"]
(TRIU,) = TABLE["triu"]


class Irreducible(Exception):  # noqa: N818 - not an error of the user's: a fact about a network
    """The network is not series-parallel, or has axes that no matrix notation has."""


class Part(Record):
    """Factors side by side between the same ends: multiplied, or dividing, by elements.

    All chains run from the lower wire to the higher, or from a wire to 1 (a column).
    `diagonals` are diagonal matrices on a wire.
    """

    times: list[Chain]
    over: list[Chain]
    diagonals: list[Link]


class Graph:
    """A network being reduced.

    `near` are the edges of every wire, by where they lead; an edge is one part at both its ends.
    `folds` are wires that run along two others.
    """

    def __init__(self, book: Book, dims: Sequence[Dim], opened: set[int]) -> None:
        self.book = book
        self.dims = dims
        self.opened = opened
        self.weights: dict[int, Part] = {}
        self.near: dict[int, dict[int, Part]] = {}
        self.folds: list[tuple[int, tuple[int, int]]] = []

    # ---- building

    def wire(self, dim: Dim) -> int:
        """A new wire of this size."""
        self.dims = [*self.dims, dim]
        return len(self.dims) - 1

    def add_fold(self, whole: int, parts: Axis) -> None:
        """A wire along several: along the first of them, and a wire along the rest."""
        while len(parts) > 2:
            rest = self.wire(product(self.dims[wire] for wire in parts[1:]))
            self.folds.append((whole, (parts[0], rest)))
            whole, parts = rest, parts[1:]
        self.folds.append((whole, (parts[0], parts[1])))

    def whole(self, axis: Axis) -> Axis:
        """An axis along several wires as one wire that is folded into them."""
        if len(axis) < 2:
            return axis
        whole = self.wire(product(self.dims[wire] for wire in axis))
        self.add_fold(whole, axis)
        return (whole,)

    def merge(self, gone: int, kept: int) -> None:
        """Make two wires one."""
        for other in sorted(self.near.get(gone, ())):
            part = self.near[gone][other]
            for chains, over in ((part.times, False), (part.over, True)):
                for chain in chains:
                    outward = chain if gone < other else reverse(chain)
                    self.add_edge(kept, kept if other == gone else other, outward, over=over)
        if weights := self.weights.get(gone):
            part = self.weights.setdefault(kept, Part([], [], []))
            part.times.extend(weights.times)
            part.over.extend(weights.over)
            part.diagonals.extend(weights.diagonals)
        self.remove(gone)

    def add_weight(self, wire: int, chain: Chain, *, over: bool = False) -> None:
        """A column on a wire."""
        part = self.weights.setdefault(wire, Part([], [], []))
        (part.over if over else part.times).append(chain)

    def add_diagonal(self, wire: int, link: Link) -> None:
        """A diagonal matrix on a wire."""
        self.weights.setdefault(wire, Part([], [], [])).diagonals.append(link)

    def add_edge(self, start: int, end: int, chain: Chain, *, over: bool = False) -> None:
        """A matrix between two wires; a loop becomes the vector `diag(A)`."""
        if start == end:
            self.add_weight(start, (self._diagonal_of(chain),), over=over)
            return
        if start > end:
            start, end, chain = end, start, reverse(chain)
        part = self.near.setdefault(start, {}).setdefault(end, Part([], [], []))
        self.near.setdefault(end, {})[start] = part
        (part.over if over else part.times).append(chain)

    def _diagonal_of(self, chain: Chain) -> Link:
        if transposes(reverse(chain)) < transposes(chain):
            chain = reverse(chain)
        return made(diagonal_of(self.book, matrix_of(self.book, chain)), chain)

    # ---- materialising

    def edge(self, start: int, end: int) -> Chain:
        """All that is between two wires as one chain from `start` to `end`."""
        chain = self.together(self.near[start][end], backwards=start > end)
        return chain if start < end else reverse(chain)

    def column(self, wire: int) -> Chain:
        """All weights of a wire as one column; ones where there is none."""
        part = self.weights.get(wire)
        return self.together(self.flattened(part)) if part else (self.ones(wire),)

    def ones(self, wire: int) -> Link:
        """A column of ones along a wire."""
        dims = (self.dims[wire],)
        return Link(self.book.ones(dims, ()), 0)

    def eye(self, wire: int) -> Chain:
        """The identity matrix from a wire to itself."""
        dims = (self.dims[wire],)
        return (Link(self.book.constant("eye", dims, dims, dims), 0, symmetric=True),)

    def rail(self, start: int, end: int) -> Chain:
        """All between two wires that nothing else is on, which uses up their weights.

        Columns where no matrix is; between a wire and itself its weights, or the identity.
        """
        if start == end:
            chain = self.diagonal(start) or self.eye(start)
        elif end in self.near.get(start, ()):
            chain = self.diagonal(start) + self.edge(start, end) + self.diagonal(end)
        else:
            chain = self.column(start) + reverse(self.column(end))
        self.weights.pop(start, None)
        self.weights.pop(end, None)
        return chain

    def flattened(self, part: Part) -> Part:
        """The same with diagonal matrices as the columns of their diagonals."""
        columns = [(made(diagonal_of(self.book, k.expr), (k,)),) for k in part.diagonals]
        return Part([*part.times, *columns], part.over, [])

    def diagonal(self, wire: int) -> Chain:
        """All weights of a wire as diagonal matrices; nothing where there is none."""
        part = self.weights.get(wire)
        if part is None:
            return ()
        links = list(part.diagonals)
        if part.times or part.over:
            column = matrix_of(self.book, self.together(part))
            size = column.rows
            matrix = self.book.call(DIAG, (column,), size, size)
            chain = sum(part.times + part.over, ())
            links.insert(0, made(matrix, chain, symmetric=True))
        return tuple(links)

    def together(self, part: Part, *, backwards: bool = False) -> Chain:
        """All factors of a part as one chain; `backwards`: it will be read from its other end."""
        if len(part.times) == 1 and not part.over:
            return part.times[0]
        masks = [(chain, function) for chain in part.times if (function := mask_of(chain))]
        if masks:
            rest = Part([chain for chain in part.times if not mask_of(chain)], part.over, [])
            if not (rest.times or rest.over):
                rest.times.append(masks.pop()[0])
            return self._masked(self.together(rest, backwards=backwards), masks)
        chains = part.times + part.over
        forward = sum(transposes(c) for c in chains)
        backward = sum(transposes(reverse(c)) for c in chains)
        turn = backward < forward + backwards and not is_vector(chains[0][-1])
        times = self._side([reverse(c) if turn else c for c in part.times])
        over = self._side([reverse(c) if turn else c for c in part.over])
        expr = self._quotient(times, over)
        symmetric = bool(expr.cols) and all(reverse(c) == c for c in chains)
        return (made(expr, sum(chains, ()), transposed=turn, symmetric=symmetric),)

    def _masked(self, chain: Chain, masks: list[tuple[Chain, Function]]) -> Chain:
        """`tril(1 1^T) ⊙ X` as `tril(X)`, for each of the masks."""
        book = self.book
        for mask, function in masks:
            turned = transposes(reverse(chain)) < transposes(chain)
            upper = mask[0].transposed != turned
            turned ^= upper and function is not TRIL
            inside = matrix_of(book, reverse(chain) if turned else chain)
            named = TRIU if upper and function is TRIL else function
            expr = book.call(named, (inside,), inside.rows, inside.cols)
            link = made(expr, chain)
            chain = (link.turned() if turned else link,)
        return chain

    def _side(self, chains: list[Chain]) -> Expr | None:
        """Chains multiplied by elements, equal ones as a power, in the order of the text."""
        counts: dict[Expr, int] = {}
        keys: dict[Expr, tuple[bool, int, int]] = {}
        for chain in chains:
            expr = matrix_of(self.book, chain)
            counts[expr] = counts.get(expr, 0) + 1
            keys[expr] = (any(link.moved for link in chain), chain[0].order, expr.size)
        ordered = sorted(counts, key=keys.__getitem__)
        powers = [(expr, self.book.number(counts[expr])) for expr in ordered]
        factors = tuple(self.book.power(expr, n, elementwise=True) for expr, n in powers)
        return self.book.hadamard(factors) if factors else None

    def _quotient(self, times: Expr | None, over: Expr | None) -> Expr:
        if over is None:
            if times is None:
                raise Irreducible
            return times
        match times, over:
            case None, Power(base, Number() as exponent, True):
                negative = self.book.sum(((-1, exponent),), (), ())
                return self.book.power(base, negative, elementwise=True)
            case _:
                return self.book.quotient(times or self.book.ones(over.rows, over.cols), over)

    def cut(self, one: int, other: int) -> None:
        """Take an edge out of the graph."""
        del self.near[one][other], self.near[other][one]

    def remove(self, wire: int) -> None:
        """Take a wire and its edges out of the graph."""
        for other in self.near.pop(wire, ()):
            del self.near[other][wire]
        self.weights.pop(wire, None)


def mask_of(chain: Chain) -> Function | None:
    """The function whose mask, what it makes of ones, a chain is."""
    match chain:
        case (Link(expr=Call(function, _)),) if function.mask:
            return function
        case _:
            return None
