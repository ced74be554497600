"""The normal form of inverses.

`(cA)^-1 = A^-1/c`; `(AB)^-1 = B^-1 A^-1` where each is square; `(A ⊗ B)^-1 = A^-1 ⊗ B^-1`;
`diag(v)^-1` by elements; `(A^-1)^-1 = A`; `Q^-1 = Q^T` of an orthogonal matrix.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.functions.table import TABLE
from mdiff.network import powers
from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Sum, Variable

if TYPE_CHECKING:
    from mdiff.network.nodes import Factor, Net, Node
    from mdiff.network.table import Table

INV = TABLE["inv"][0]


def inverse(table: Table, value: Sum) -> Sum:
    """`value^-1` of a square value (rows and columns of equal sizes); a scalar's reciprocal."""
    if not value.terms:
        raise fail("E301", "the inverse of zero does not exist")
    if not value.rows:
        return table.power(value, -1)
    if len(value.terms) > 1:
        content, group = table.content(value)
        return table.scaled(_of_sum(table, group), 1 / content)
    ((coefficient, net),) = value.terms
    draft = Draft()
    draft.coefficient = 1 / coefficient
    outer = {w: draft.wire(net.dims[w]) for w in dict.fromkeys(net.rows + net.cols)}
    rows, cols = [outer[w] for w in net.rows], [outer[w] for w in net.cols]
    linked = []
    for node, wires, exponent in net.factors:
        if wires:
            linked.append((node, wires, exponent))
        else:
            draft.put(node, (), powers.times(table, exponent, -1))
    blocks = _blocks(net, linked)
    if blocks is None:
        bare = Draft()
        inner = bare.wires(net.dims)
        for node, wires, exponent in linked:
            bare.put(node, [inner[w] for w in wires], exponent)
        whole = table.single(bare, [inner[w] for w in net.rows], [inner[w] for w in net.cols])
        table.place(draft, _of_sum(table, whole), cols + rows)
        return table.single(draft, cols, rows)
    for row, col, factors in blocks:
        if row == col:
            _invert_diagonal(table, draft, net, factors, (row, outer[row]))
        else:
            _invert_chain(table, draft, net, factors, (row, col, outer[row], outer[col]))
    return table.single(draft, cols, rows)


Block = tuple[int, int, list["Factor"]]


def _blocks(net: Net, linked: list[Factor]) -> list[Block] | None:
    """Components that each join one row wire to one column wire of the same size, or None."""
    owner: dict[int, int] = {}
    for wire in net.rows + net.cols:
        owner.setdefault(wire, wire)

    def root(w: int) -> int:
        while owner.setdefault(w, w) != w:
            w = owner[w]
        return w

    for _, wires, _ in linked:
        for w in wires[1:]:
            owner[root(w)] = root(wires[0])
    by_root: dict[int, tuple[list[int], list[int], list[Factor]]] = {}
    for wire in net.rows:
        by_root.setdefault(root(wire), ([], [], []))[0].append(wire)
    for wire in net.cols:
        by_root.setdefault(root(wire), ([], [], []))[1].append(wire)
    for factor in linked:
        by_root.setdefault(root(factor[1][0]), ([], [], []))[2].append(factor)
    blocks: list[Block] = []
    for rows, cols, factors in by_root.values():
        if len(rows) != 1 or len(cols) != 1 or net.dims[rows[0]] != net.dims[cols[0]]:
            return None
        blocks.append((rows[0], cols[0], factors))
    return blocks


def _invert_diagonal(
    table: Table, draft: Draft, net: Net, factors: list[Factor], wire: tuple[int, int]
) -> None:
    """The inverse of `diag(v)` is `diag(1 ./ v)`."""
    own, outer = wire
    if not factors:
        return
    inner = Draft()
    wires = inner.wires(net.dims)
    for node, ports, exponent in factors:
        inner.put(node, [wires[p] for p in ports], exponent)
    used = {p for _, ports, _ in factors for p in ports}
    for w in range(len(net.dims)):
        if w not in used:
            inner.join(wires[w], wires[own])
    vector = table.single(inner, (wires[own],), ())
    table.place(draft, table.power(vector, -1), (outer,))


def _invert_chain(
    table: Table,
    draft: Draft,
    net: Net,
    factors: list[Factor],
    wires: tuple[int, int, int, int],
) -> None:
    """Split a path of factors where the size is that of the ends, and invert the pieces."""
    row, col, outer_row, outer_col = wires
    path = _path(factors, row, col)
    place = {row: outer_row, col: outer_col}
    if path is None:
        inner = Draft()
        fresh = inner.wires(net.dims)
        used = {p for _, ports, _ in factors for p in ports}
        for node, ports, exponent in factors:
            inner.put(node, [fresh[p] for p in ports], exponent)
        for w in range(len(net.dims)):
            if w not in used:
                inner.join(fresh[w], fresh[row])
        whole = table.single(inner, (fresh[row],), (fresh[col],))
        table.place(draft, _of_sum(table, whole), (outer_col, outer_row))
        return
    size = net.dims[row]
    piece: list[Factor] = []
    start = row
    for factor, after, weights in path:
        piece.append(factor)
        if net.dims[after] != size:
            piece.extend(weights)
            continue
        if after not in place:
            place[after] = draft.wire(size)
        _invert_piece(table, draft, net, piece, (start, after, place[start], place[after]))
        for node, ports, exponent in weights:
            draft.put(node, [place[p] for p in ports], powers.times(table, exponent, -1))
        piece, start = [], after
    for node, ports, exponent in factors:
        if set(ports) == {row}:
            draft.put(node, [place[p] for p in ports], powers.times(table, exponent, -1))


Step = tuple["Factor", int, list["Factor"]]


def _path(factors: list[Factor], row: int, col: int) -> list[Step] | None:
    """The factors from `row` to `col` in order, each with the wire after it and its weights."""
    edges: dict[int, list[Factor]] = {}
    weights: dict[int, list[Factor]] = {}
    for factor in factors:
        ports = set(factor[1])
        if len(ports) == 1:
            weights.setdefault(factor[1][0], []).append(factor)
        elif len(factor[1]) == 2 and factor[2] == 1:
            for w in ports:
                edges.setdefault(w, []).append(factor)
        else:
            return None
    steps: list[Step] = []
    at, last = row, None
    while at != col:
        onward = [f for f in edges.get(at, []) if f is not last]
        if len(onward) != 1:
            return None
        last = onward[0]
        at = last[1][1] if last[1][0] == at else last[1][0]
        steps.append((last, at, weights.get(at, [])))
    count = len(steps) + sum(len(group) for group in weights.values())
    return steps if count == len(factors) and len(edges.get(col, [])) == 1 else None


def _invert_piece(
    table: Table, draft: Draft, net: Net, piece: list[Factor], wires: tuple[int, int, int, int]
) -> None:
    start, end, outer_start, outer_end = wires
    if len(piece) == 1:
        node, ports, _ = piece[0]
        forward = ports[0] == start
        value = _of_node(table, node)
        table.place(draft, value, (outer_end, outer_start) if forward else (outer_start, outer_end))
        return
    inner = Draft()
    fresh = inner.wires(net.dims)
    used = {p for _, ports, _ in piece for p in ports}
    for node, ports, exponent in piece:
        inner.put(node, [fresh[p] for p in ports], exponent)
    for w in range(len(net.dims)):
        if w not in used:
            inner.join(fresh[w], fresh[start])
    whole = table.single(inner, (fresh[start],), (fresh[end],))
    table.place(draft, _of_sum(table, whole), (outer_end, outer_start))


def _of_node(table: Table, node: Node) -> Sum:
    if isinstance(node, Apply) and node.function is INV:
        return node.arguments[0]
    value = table.of_node(node)
    if isinstance(node, Variable) and "orthogonal" in node.properties:
        return table.transposed(value)
    return table.apply_as_is(INV, (value,))


def _of_sum(table: Table, value: Sum) -> Sum:
    """The application itself, in the orientation that was written first."""
    if not value.symmetric:
        turned = table.transposed(value)
        if table.has_applied(INV, (turned,)) and not table.has_applied(INV, (value,)):
            return table.transposed(table.apply_as_is(INV, (turned,)))
    return table.apply_as_is(INV, (value,))
