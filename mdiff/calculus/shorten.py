"""Products of sums multiplied out, where that leaves less to write.

The calculus never expands a product of sums: `A^T (A x - b)` stays as it is. But by elements much
may cancel: with `p = sigmoid(u)`, `p (1-p) ((1-y)/(1-p) - y/p)` is `p - y`, and nobody writes
anything else. So factors side by side are multiplied out as a trial, and the shorter one is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.calculus.local import multiplied_out
from mdiff.calculus.rebuild import rebuild
from mdiff.functions.wires import written
from mdiff.network.axes import contract
from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Closed, Net, Sum, parts, reachable
from mdiff.network.powers import is_whole
from mdiff.walk import postorder

if TYPE_CHECKING:
    from mdiff.calculus.rebuild import Piece
    from mdiff.network.nodes import Axis, Node
    from mdiff.network.table import Table

MOST_TERMS = 32
"""No product is multiplied out into more terms than these."""

MOST_TRIALS = 500
"""No value costs more trials than so many networks."""

MOST_FACTORS = 12
"""No product of more factors is tried."""


def shortened(table: Table, value: Sum) -> Sum:
    """The value with those products of sums multiplied out that become shorter."""
    if not any(_promising(node) for node in reachable(value)):
        return value
    trials = _Trials(table)
    return rebuild(table, value, {}, trials.rewrite, trials.polish)


class _Trials:
    """What has been weighed, and how many more networks may be made on trial."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.weights: dict[Node, int] = {}
        self.left = MOST_TRIALS

    def rewrite(self, pieces: list[Piece]) -> list[Piece]:
        """The factors of a term, those by elements multiplied out where that is shorter."""
        for wires in dict.fromkeys(piece[1] for piece in pieces):
            beside = [piece for piece in pieces if piece[1] == wires]
            shorter = self._shorter(beside) if len(beside) > 1 and self.left > 0 else None
            if shorter is not None:
                pieces = [piece for piece in pieces if piece[1] != wires]
                pieces.append((shorter, wires, 1))
        return pieces

    def polish(self, total: Sum) -> Sum:
        """A sum, multiplied out or with what its terms share in front where that is shorter."""
        if not _promising(total):
            return total
        choices = [total, self._factored(total), self._expanded(total, collected=True)]
        return min(
            (choice for choice in choices if choice is not None),
            key=lambda choice: weight(choice, self.weights),
        )

    def _shorter(self, beside: list[Piece]) -> Sum | None:
        """The product of values by elements, multiplied out; None where that is no shorter."""
        table = self.table
        powers = [table.power(base, exponent) for base, _, exponent in beside]
        letters = "abcdefgh"[: len(beside[0][1])]  # a column and a row may stand on the same wire
        patterns = [written(letters[: len(p.rows)], letters[len(p.rows) :]) for p in powers]
        product = contract(table, f"{','.join(patterns)}->{patterns[0]}", *powers)
        if len(product.terms) != 1 or not _interplay(product.terms[0][1]):
            return None
        expanded = self._expanded(product)
        if expanded is None or weight(expanded, self.weights) >= weight(product, self.weights):
            return None
        return expanded

    def _expanded(self, value: Sum, *, collected: bool = False) -> Sum | None:
        """The value with all its groups by elements multiplied out; None where it gets too long.

        `collected`: None too where no two terms are alike then.
        """
        table = self.table
        done = multiplied_out(table, value, _next_group, min(MOST_TERMS, self.left))
        self.left -= MOST_TERMS if done is None else len(done)
        if done is None:
            return None
        total = table.added(done) if done else table.sum([], value.rows, value.cols)
        return None if collected and len(total.terms) == len(done) else total

    def _factored(self, total: Sum) -> Sum | None:
        """The sum with what all its terms share, by elements or as a scalar, in front."""
        table, common = self.table, _common(total)
        if not common:
            return None
        terms = []
        for coefficient, net in total.terms:
            draft = Draft(net.factors, net.dims, coefficient)
            for (node, axes), exponent in common.items():
                place = tuple([(net.rows + net.cols)[axis] for axis in axes])
                draft.factors.append((node, place, -exponent))
            terms.append(table.single(draft, net.rows, net.cols))
        if (total.rows or total.cols) and any(map(_is_multiple_of_ones, terms)):
            return None
        inner = table.added(terms)
        draft = Draft()
        wires = draft.wires(total.rows + total.cols)
        for (node, axes), exponent in common.items():
            draft.factors.append((node, tuple([wires[axis] for axis in axes]), exponent))
        table.place(draft, self._expanded(inner, collected=True) or inner, wires)
        split = len(total.rows)
        return table.single(draft, wires[:split], wires[split:])


def _promising(node: Node | Net) -> bool:
    """Whether it is worth the trial to multiply out a product or the terms of a sum."""
    if isinstance(node, Net):
        return _interplay(node)
    if not isinstance(node, Sum) or not 1 < len(node.terms) <= MOST_FACTORS:
        return False
    return any(_next_group(net) is not None for _, net in node.terms) or bool(_common(node))


def _interplay(net: Net) -> bool:
    """Whether a factor occurs, entry by entry, in a group beside it, or in two such groups."""
    if len(net.factors) > MOST_FACTORS:
        return False
    seen: set[tuple[Node, Axis]] = set()
    for node, wires, _ in net.factors:
        found = {(node, wires)}
        if isinstance(node, Sum):
            found |= _entries(node, wires)
        if not seen.isdisjoint(found):
            return True
        seen |= found
    return False


def _entries(group: Sum, wires: Axis) -> set[tuple[Node, Axis]]:
    """The factors of a group's terms that stand on its own axes alone."""
    found: set[tuple[Node, Axis]] = set()
    for _, net in group.terms:
        place = dict(zip(net.rows + net.cols, wires, strict=True))
        for node, ports, _ in net.factors:
            if all(port in place for port in ports):
                found.add((node, tuple(place[port] for port in ports)))
    return found


def _is_multiple_of_ones(value: Sum) -> bool:
    """Whether a value is a scalar, other than a number, times ones."""
    return any(
        net.factors and not any(ports for _, ports, _ in net.factors) for _, net in value.terms
    )


def _common(value: Sum) -> dict[tuple[Node, Axis], int]:
    """Whole powers of scalars, and of factors along all axes, that every term has."""
    shared: dict[tuple[Node, Axis], int] | None = None
    for _, net in value.terms:
        axes = {wire: axis for axis, wire in enumerate(net.rows + net.cols)}
        if len(axes) < len(net.rows + net.cols):
            return {}
        found = {
            (node, tuple(axes[wire] for wire in wires)): int(exponent)
            for node, wires, exponent in net.factors
            if is_whole(exponent) and (not wires or axes.keys() == set(wires))
        }
        shared = {
            key: min(exponent, found[key], key=abs)
            for key, exponent in (found if shared is None else shared).items()
            if exponent * found.get(key, 0) > 0
        }
    return shared or {}


def _next_group(net: Net) -> int | None:
    """The place of the group to open next: one whose terms hold other factors, if there is one.

    `p (1/p - q)` is to be opened before `p`, or nothing cancels.
    """
    opened = {*net.rows, *net.cols}
    places = [
        i
        for i, (node, wires, exponent) in enumerate(net.factors)
        if isinstance(node, Sum)
        and len(node.terms) > 1
        and exponent == 1
        and opened.issuperset(wires)
    ]
    factors = {(node, wires) for node, wires, _ in net.factors}

    def held(place: int) -> int:
        node, wires, _ = net.factors[place]
        return len(_entries(node, wires) & factors) if isinstance(node, Sum) else 0

    return max(places, key=held, default=None)


def weight(value: Sum, known: dict[Node, int]) -> int:
    """How long a value is when it is written out: its factors and its terms."""

    def unknown(node: Node | Net) -> list[Node | Net]:
        return [] if node in known else parts(node)

    roots: list[Node | Net] = [value]
    for node in postorder(roots, unknown):
        if isinstance(node, Net) or node in known:
            continue
        match node:
            case Apply():
                known[node] = 1 + sum(known[argument] for argument in node.arguments)
            case Closed():
                known[node] = _length(node.net, known)
            case Sum():
                known[node] = sum(1 + _length(net, known) for _, net in node.terms)
            case _:
                known[node] = 1
    return known[value]


def _length(net: Net, known: dict[Node, int]) -> int:
    return sum(
        known[node] + (known[exponent] if isinstance(exponent, Sum) else exponent not in (1, -1))
        for node, _, exponent in net.factors
    )
