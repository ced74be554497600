"""Products of sums multiplied out, where that leaves less to write.

The calculus never expands a product of sums: `A^T (A x - b)` stays as it is. But by elements much
may cancel: with `p = sigmoid(u)`, `p (1-p) ((1-y)/(1-p) - y/p)` is `p - y`, and nobody writes
anything else. So factors side by side are multiplied out as a trial, and the shorter one is kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.calculus.local import copy
from mdiff.calculus.rebuild import rebuild
from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Closed, Net, Sum, reachable

if TYPE_CHECKING:
    from mdiff.calculus.rebuild import Piece
    from mdiff.network.nodes import Axis, Exponent, Node
    from mdiff.network.table import Table

MOST_TERMS = 32
"""No product is multiplied out into more terms than these."""

MOST_FACTORS = 12
"""No product of more factors is tried."""


def shortened(table: Table, value: Sum) -> Sum:
    """The value with those products of sums multiplied out that become shorter."""
    nets = [node for node in reachable(value) if isinstance(node, Net)]
    if not any(_interplay(net) for net in nets):
        return value
    weights: dict[Node, int] = {}

    def rewrite(table: Table, pieces: list[Piece]) -> list[Piece]:
        for wires in dict.fromkeys(piece[1] for piece in pieces):
            beside = [piece for piece in pieces if piece[1] == wires]
            shorter = _shorter(table, beside, weights) if len(beside) > 1 else None
            if shorter is not None:
                pieces = [piece for piece in pieces if piece[1] != wires]
                pieces.append((shorter, wires, 1))
        return pieces

    return rebuild(table, value, {}, rewrite)


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


def _shorter(table: Table, beside: list[Piece], weights: dict[Node, int]) -> Sum | None:
    """The product of values by elements, multiplied out; None where that is no shorter."""
    first = beside[0][0]
    draft = Draft()
    wires = draft.wires(first.rows + first.cols)
    for base, _, exponent in beside:
        if (base.rows, base.cols) != (first.rows, first.cols):
            return None
        table.place(draft, table.power(base, exponent), wires)
    split = len(first.rows)
    product = table.single(draft, wires[:split], wires[split:])
    if len(product.terms) != 1 or not _interplay(product.terms[0][1]):
        return None
    expanded = _expanded(table, product)
    if expanded is None or weight(expanded, weights) >= weight(product, weights):
        return None
    return expanded


def _expanded(table: Table, value: Sum) -> Sum | None:
    """The value with all its groups by elements multiplied out; None where it gets too long."""
    done: list[Sum] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if len(one.terms) != 1:
            waiting += [table.sum([term], one.rows, one.cols) for term in reversed(one.terms)]
            continue
        ((coefficient, net),) = one.terms
        place = next((i for i, f in enumerate(net.factors) if _is_open(f, net)), None)
        if place is None:
            done.append(one)
        else:
            draft = Draft()
            outer = draft.wires(one.rows + one.cols)
            draft.splice(net, outer)
            draft.coefficient = coefficient
            group, ports, _ = draft.factors.pop(place)
            split = len(one.rows)
            for c, inner in reversed(group.terms) if isinstance(group, Sum) else ():
                opened = copy(draft)
                opened.coefficient *= c
                opened.splice(inner, ports)
                waiting.append(table.single(opened, outer[:split], outer[split:]))
        if len(done) + len(waiting) > MOST_TERMS:
            return None
    return table.added(done) if done else table.sum([], value.rows, value.cols)


def _is_open(factor: tuple[Node, Axis, Exponent], net: Net) -> bool:
    """Whether a factor is a sum on the axes of its network, or a scalar one."""
    node, wires, exponent = factor
    return (
        isinstance(node, Sum)
        and len(node.terms) > 1
        and exponent == 1
        and set(wires) <= {*net.rows, *net.cols}
    )


def weight(value: Sum, known: dict[Node, int]) -> int:
    """How long a value is when it is written out: its factors and its terms."""
    for node in reachable(value):
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
