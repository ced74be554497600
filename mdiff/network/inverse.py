"""The normal form of inverses.

`(cA)^-1 = A^-1/c`; `(AB)^-1 = B^-1 A^-1` where each is square; `(A ⊗ B)^-1 = A^-1 ⊗ B^-1`;
`diag(v)^-1` by elements; `(A^-1)^-1 = A`; `Q^-1 = Q^T` of an orthogonal matrix.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.functions.table import TABLE
from mdiff.network import powers
from mdiff.network.draft import Draft
from mdiff.network.fold import resplit
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
    if value.rows != value.cols:  # one size as a product here and as a whole there
        square = resplit(table, value, value.rows, value.rows)
        return resplit(table, inverse(table, square), value.cols, value.rows)
    if len(value.terms) > 1:
        content, group = table.content(value)
        return table.scaled(table.apply_either_way(INV, (group,)), 1 / content)
    ((coefficient, net),) = value.terms
    draft = Draft((), net.dims, 1 / coefficient)
    linked = [factor for factor in net.factors if factor[1]]
    for node, wires, exponent in net.factors:
        if not wires:
            draft.factors.append((node, (), powers.times(table, exponent, -1)))
    # A network whose components each join one row wire to one column wire of its size is a
    # Kronecker product of them, in whatever order, and is inverted one by one. A component that is
    # a path is a product of matrices, cut at the wires of that size: there each piece is square,
    # and the inverses run the other way. In steps, about the square of the number of factors.
    blocks = _blocks(net, linked)
    if blocks is None:
        whole = _part(table, net, linked, (net.rows, net.cols))
        table.place(draft, table.apply_either_way(INV, (whole,)), net.cols + net.rows)
    for row, col, factors in blocks or ():
        _invert(table, draft, net, factors, (row, col))
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


def _invert(table: Table, draft: Draft, net: Net, factors: list[Factor], ends: Axis) -> None:
    """Put the inverse of a component between two wires there: piece by piece it runs backwards.

    Pieces hang together by wires of other sizes than the ends: what joins two wires of that size
    is a square matrix, what hangs on one is a diagonal matrix. They are a path, or one piece.
    """
    start = ends[0]
    cuts = {w for w, dim in enumerate(net.dims) if dim == net.dims[start]}
    pieces = [
        (group, [w for w in dict.fromkeys(w for _, wires, _ in group for w in wires) if w in cuts])
        for group in components(factors, cuts)
    ]
    met = Counter(w for _, at in pieces if len(at) != 1 for w in at)
    parted = all(len(at) in (1, 2) for _, at in pieces)
    if not parted or any(met[w] != 2 - ends.count(w) for _, at in pieces for w in at):
        pieces = [(factors, list(dict.fromkeys(ends)))]
    edges = [piece for piece in pieces if len(piece[1]) == 2]
    for group, (wire,) in (piece for piece in pieces if len(piece[1]) == 1):
        vector = _part(table, net, group, ((wire,), ()))
        table.place(draft, table.power(vector, -1), (wire,))
    while edges:
        group, at = edges.pop(next(i for i, (_, at) in enumerate(edges) if start in at))
        end = at[1] if at[0] == start else at[0]
        node, ports, exponent = group[0]
        if len(group) == 1 and exponent == 1 and len(ports) == 2:
            table.place(draft, _of_node(table, node), ports[::-1])
        else:
            whole = _part(table, net, group, ((start,), (end,)))
            table.place(draft, table.apply_either_way(INV, (whole,)), (end, start))
        start = end


def _of_node(table: Table, node: Node) -> Sum:
    if isinstance(node, Apply) and node.function is INV:
        return node.arguments[0]
    value = table.of_node(node)
    if isinstance(node, Variable) and "orthogonal" in node.properties:
        return table.transposed(value)
    return table.apply_as_is(INV, (value,))
