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
from mdiff.network.nodes import Apply, Sum, Variable, components

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Factor, Net, Node
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
        return table.scaled(table.apply_either_way(INV, (group,)), 1 / content)
    ((coefficient, net),) = value.terms
    draft = Draft((), net.dims, 1 / coefficient)
    linked = [factor for factor in net.factors if factor[1]]
    for node, wires, exponent in net.factors:
        if not wires:
            draft.put(node, (), powers.times(table, exponent, -1))
    # A network whose components each join one row wire to one column wire of its size is a
    # Kronecker product of them, in whatever order, and is inverted one by one. A component that is
    # a path is a product of matrices, cut at the wires of that size: there each piece is square,
    # and the inverses run the other way. Every factor is looked at a fixed number of times.
    blocks = _blocks(net, linked)
    if blocks is None:
        whole = _part(table, net, linked, (net.rows, net.cols))
        table.place(draft, table.apply_either_way(INV, (whole,)), net.cols + net.rows)
    for row, col, factors in blocks or ():
        if row != col:
            _invert_chain(table, draft, net, factors, (row, col))
        elif factors:
            vector = _part(table, net, factors, ((row,), ()))
            table.place(draft, table.power(vector, -1), (row,))
    draft.drop_idle(net.rows + net.cols)
    return table.single(draft, net.cols, net.rows)


def _part(table: Table, net: Net, factors: list[Factor], ends: tuple[Axis, Axis]) -> Sum:
    """What some factors of a network are alone, open along these wires of it."""
    draft = Draft(factors, net.dims)
    draft.drop_idle(ends[0] + ends[1])
    return table.single(draft, *ends)


Block = tuple[int, int, list["Factor"]]


def _blocks(net: Net, linked: list[Factor]) -> list[Block] | None:
    """Components that each join one row wire to one column wire of the same size, or None."""
    blocks: list[Block] = []
    for factors in components(linked):
        touched = {w for _, wires, _ in factors for w in wires}
        rows, cols = ([w for w in axis if w in touched] for axis in (net.rows, net.cols))
        if len(rows) != 1 or len(cols) != 1 or net.dims[rows[0]] != net.dims[cols[0]]:
            return None
        blocks.append((rows[0], cols[0], factors))
    rows, cols = (
        sorted({*axis}.difference(block[side] for block in blocks))
        for side, axis in enumerate((net.rows, net.cols))
    )
    count = len(blocks) + len(rows)
    return blocks if rows == cols and count == len(net.rows) == len(net.cols) else None


def _invert_chain(
    table: Table, draft: Draft, net: Net, factors: list[Factor], ends: tuple[int, int]
) -> None:
    """Split a path of factors where the size is that of the ends, and invert the pieces."""
    row, col = ends
    path = _path(factors, row, col)
    if path is None:
        _invert_piece(table, draft, net, factors, (row, col))
        return
    piece: list[Factor] = []
    weights = [factor for factor in factors if set(factor[1]) == {row}]
    start = row
    for factor, after, beside in path:
        piece.append(factor)
        if net.dims[after] != net.dims[row]:
            piece.extend(beside)
            continue
        _invert_piece(table, draft, net, piece, (start, after))
        weights += beside
        piece, start = [], after
    for node, ports, exponent in weights:
        draft.put(node, ports, powers.times(table, exponent, -1))


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
    table: Table, draft: Draft, net: Net, piece: list[Factor], ends: tuple[int, int]
) -> None:
    """Put the inverse of what stands between two wires there: it runs the other way."""
    start, end = ends
    node, ports, exponent = piece[0]
    if len(piece) == 1 and exponent == 1 and len(ports) == 2:
        value = _of_node(table, node)
        table.place(draft, value, ports[::-1])
    else:
        whole = _part(table, net, piece, ((start,), (end,)))
        table.place(draft, table.apply_either_way(INV, (whole,)), (end, start))


def _of_node(table: Table, node: Node) -> Sum:
    if isinstance(node, Apply) and node.function is INV:
        return node.arguments[0]
    value = table.of_node(node)
    if isinstance(node, Variable) and "orthogonal" in node.properties:
        return table.transposed(value)
    return table.apply_as_is(INV, (value,))
