"""What cancels in a product: `A^-1 A = I`, also where `A` is a product itself, and `Q^T Q = I`.

By elements too: `(A B) ./ (A B)^2` is `1 ./ (A B)`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.network.nodes import Apply, Sum, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.network.draft import Draft
    from mdiff.network.nodes import Axis, Exponent, Factor, Net, Node

(INV,) = TABLE["inv"]


def cancel(draft: Draft, opened: set[int]) -> bool:
    """Remove one pair that is an identity matrix, joining the wires around it; False if none is.

    Or a product beside a negative power of itself.
    """
    products = [i for i, factor in enumerate(draft.factors) if _is_product_below(factor)]
    candidates = [
        i
        for i, (node, wires, exponent) in enumerate(draft.factors)
        if len(wires) == 2 and exponent == 1 and _may_cancel(node)
    ]
    if not candidates and not products:
        return False
    uses: dict[int, list[tuple[int, int]]] = {}
    for i, (_, wires, _) in enumerate(draft.factors):
        for port, wire in enumerate(wires):
            uses.setdefault(wire, []).append((i, port))
    if any(_power_beside(draft, i, uses, opened) for i in products):
        return True
    for i in candidates:
        node, wires, _ = draft.factors[i]
        for port in (0, 1):
            wire = wires[port]
            if wire in opened or wires[0] == wires[1]:
                continue
            if isinstance(node, Variable):
                done = _orthogonal_pair(draft, i, port, uses[wire])
            elif isinstance(node, Apply):
                done = _inverse_pair(draft, i, port, uses, opened)
            else:
                done = False
            if done:
                return True
    return False


def _is_product_below(factor: Factor) -> bool:
    node, wires, exponent = factor
    one = isinstance(node, Sum) and len(node.terms) == 1
    return one and bool(wires) and not isinstance(exponent, Sum) and exponent < 0


def _power_beside(
    draft: Draft, i: int, uses: dict[int, list[tuple[int, int]]], opened: set[int]
) -> bool:
    """Whether the product whose negative power stands at `i` is beside it; if so, merge them."""
    node, wires, exponent = draft.factors[i]
    if not isinstance(node, Sum) or isinstance(exponent, Sum):
        return False
    ((coefficient, net),) = node.terms
    ends = net.rows + net.cols
    if len(set(ends)) < len(ends):
        return False
    found = _embed(draft, net, dict(zip(ends, wires, strict=True)), uses, i)
    if found is None:
        return False
    taken, place = found
    own = _count(net)
    inner = [w for w in place if w not in ends]
    if any(place[w] in opened or len(uses[place[w]]) != own[w] for w in inner):
        return False
    draft.coefficient /= coefficient
    _drop(draft, {i, *taken}, wires[0], [place[w] for w in inner])
    if exponent != -1:
        draft.factors.append((node, wires, exponent + 1))
    return True


def _may_cancel(node: Node) -> bool:
    if isinstance(node, Variable):
        return "orthogonal" in node.properties
    return isinstance(node, Apply) and node.function is INV


def _orthogonal_pair(draft: Draft, i: int, port: int, uses: list[tuple[int, int]]) -> bool:
    node, wires, _ = draft.factors[i]
    if len(uses) != 2 or (port == 1 and node.rows != node.cols):
        return False
    for j, other in uses:
        twin, ports, exponent = draft.factors[j]
        if j != i and twin is node and exponent == 1 and other == port:
            _drop(draft, {i, j}, wires[1 - port], [wires[port], ports[1 - other]])
            return True
    return False


def _drop(draft: Draft, taken: set[int], onto: int, wires: Iterable[int]) -> None:
    """Remove factors that are an identity matrix: all their wires become one, of its size."""
    size = draft.dims[draft.find(onto)]
    for wire in wires:
        draft.join(onto, wire)
    draft.dims[draft.find(onto)] = size
    draft.factors = [f for k, f in enumerate(draft.factors) if k not in taken]


def _inverse_pair(
    draft: Draft,
    i: int,
    port: int,
    uses: dict[int, list[tuple[int, int]]],
    opened: set[int],
) -> bool:
    """Whether the argument of the inverse at `i` continues it at this port; if so, remove both."""
    node, wires, _ = draft.factors[i]
    if not isinstance(node, Apply):
        return False
    argument = node.arguments[0]
    wire = wires[port]
    if len(argument.terms) > 1:
        for j, other in uses[wire]:
            group, ports, exponent = draft.factors[j]
            fits = argument.symmetric or other != port
            if j != i and group is argument and exponent == 1 and fits and len(uses[wire]) == 2:
                _drop(draft, {i, j}, wires[1 - port], [wire, ports[1 - other]])
                return True
        return False
    net = argument.terms[0][1]
    starts = [(net.rows[0], net.cols[0])] if port == 1 else [(net.cols[0], net.rows[0])]
    if argument.symmetric:
        starts.append(starts[0][::-1])
    for start, end in starts:
        found = _embed(draft, net, {start: wire}, uses, i)
        if found is None:
            continue
        taken, place = found
        if end not in place:
            continue
        inner = {w for w in place if w not in (start, end)}
        own = _count(net)
        if any(place[w] in opened or len(uses[place[w]]) != own[w] for w in inner):
            continue
        if len(uses[wire]) != own.get(start, 0) + 1 or place[end] == wire:
            continue
        draft.coefficient *= argument.terms[0][0]
        _drop(draft, {i, *taken}, wires[1 - port], place.values())
        return True
    return False


def _count(net: Net) -> dict[int, int]:
    counts: dict[int, int] = {}
    for _, ports, _ in net.factors:
        for p in ports:
            counts[p] = counts.get(p, 0) + 1
    return counts


def _embed(
    draft: Draft,
    net: Net,
    ends: dict[int, int],
    uses: dict[int, list[tuple[int, int]]],
    without: int,
) -> tuple[set[int], dict[int, int]] | None:
    """Factors of the draft that are this network, some of its wires being given ones of it."""
    place = dict(ends)
    taken: set[int] = {without}
    waiting = list(net.factors)
    while waiting:
        nearest = next((f for f in waiting if any(p in place for p in f[1])), None)
        if nearest is None:
            return None
        waiting.remove(nearest)
        match = _match(draft, nearest, place, taken, uses)
        if match is None:
            return None
        j, assigned = match
        taken.add(j)
        place.update(assigned)
    return taken - {without}, place


def _match(
    draft: Draft,
    factor: Factor,
    place: dict[int, int],
    taken: set[int],
    uses: dict[int, list[tuple[int, int]]],
) -> tuple[int, dict[int, int]] | None:
    node, ports, exponent = factor
    known = next(p for p in ports if p in place)
    orders: list[Axis] = [ports, ports[::-1]] if node.symmetric else [ports]
    for j, _ in uses[place[known]]:
        other, wires, e = draft.factors[j]
        if j in taken or other is not node or not _same(e, exponent):
            continue
        for order in orders:
            assigned = dict(zip(order, wires, strict=True))
            if all(place.get(p, w) == w for p, w in assigned.items()):
                return j, assigned
    return None


def _same(a: Exponent, b: Exponent) -> bool:
    return a is b if isinstance(a, Sum) or isinstance(b, Sum) else Fraction(a) == Fraction(b)
