"""From a draft to a network in normal form: powers merged, inverses cancelled, scalars set aside.

Comes in: a draft and its open wires. `Table.finish` calls `settle`, `set_aside`, `net` in turn.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.functions.identities import IDENTITIES
from mdiff.functions.table import TABLE
from mdiff.network import powers
from mdiff.network.axes import contract
from mdiff.network.cancel import cancel
from mdiff.network.canonical import number_wires
from mdiff.network.fold import unfold
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, components
from mdiff.shapes.dims import ONE, product

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.network.draft import Draft
    from mdiff.network.nodes import Axis, Factor, Node
    from mdiff.network.table import Table
    from mdiff.shapes.dims import Dim

NAMED = {name for left, _, _ in IDENTITIES for name in left}


def net(
    table: Table, draft: Draft, factors: Sequence[Factor], rows: Axis = (), cols: Axis = ()
) -> Net:
    """The one network with these factors of a draft, open along these wires, canonical."""
    dims = {w: draft.dims[w] for w in rows + cols}
    for _, wires, _ in factors:
        for w in wires:
            dims[w] = draft.dims[w]
    numbers = number_wires(factors, dims, rows + cols) if dims else {}
    named: list[Factor] = []
    for node, wires, exponent in factors:
        ports = tuple([numbers[w] for w in wires])
        if node.symmetric and ports[0] > ports[1]:
            ports = (ports[1], ports[0])
        named.append((node, ports, exponent))
    named.sort(key=lambda f: (f[0].key, f[1]))
    sizes = tuple([dims[w] for w in sorted(numbers, key=numbers.__getitem__)])
    rows, cols = (tuple([numbers[w] for w in axis]) for axis in (rows, cols))
    key = (tuple(named), sizes, rows, cols)
    found = table.nets.get(key)
    if found is None:
        found = table.nets[key] = Net(*key)
    return found


def lone_group(net: Net) -> tuple[Net, Sum | None]:
    """The group that is all there is to a network, or to the trace that it is, if so."""
    if len(net.factors) == 1:
        node, wires, exponent = net.factors[0]
        if exponent == 1:
            if isinstance(node, Closed) and not net.dims:
                return lone_group(node.net)
            if isinstance(node, Sum) and len(net.dims) == len(set(wires)):
                return net, node
    return net, None


def settle(table: Table, draft: Draft, ends: tuple[int, ...]) -> None:
    """Apply what simplifies until nothing does; each of it merges, joins or removes factors.

    A rule is tried only where a factor is there that it is about.
    """
    while True:
        _merge(table, draft)
        opened = {draft.find(w) for w in ends}
        nodes = [node for node, _, _ in draft.factors]
        kinds = set(map(type, nodes))
        functions = {node.function for node in nodes if isinstance(node, Apply)}
        twice = any(len(w) == 2 and w[0] == w[1] for _, w, _ in draft.factors)
        if not (
            (not kinds.isdisjoint((Sum, Constant)) and powers.expand_groups(draft))
            or (any(f.name in NAMED for f in functions) and _apply_identities(table, draft))
            or (twice and _on_diagonal(table, draft))
            or (Constant in kinds and unfold(table, draft, opened))
            or cancel(draft, opened)
            or (any(f.sums == "rows" for f in functions) and _sum_rows(draft, opened))
        ):
            return


def _merge(table: Table, draft: Draft) -> None:
    """Put factors on the wires that stand for theirs, and like ones together."""
    find = draft.find
    merged: dict[tuple[object, Axis], Factor] = {}
    for node, wires, exponent in draft.factors:
        ports = tuple([find(w) for w in wires])
        if node.symmetric and ports[0] > ports[1]:
            ports = (ports[1], ports[0])
        key = (node, ports)
        if key in merged:
            exponent = powers.plus(table, merged[key][2], exponent)  # noqa: PLW2901
        merged[key] = (node, ports, exponent)
    draft.factors = [f for f in merged.values() if f[2] != 0]


def _apply_identities(table: Table, draft: Draft) -> bool:
    groups: dict[tuple[Sum, Axis], dict[str, tuple[Node, int]]] = {}
    for node, wires, exponent in draft.factors:
        if isinstance(node, Apply) and node.function.name in NAMED and powers.is_whole(exponent):
            there = groups.setdefault((node.arguments[0], wires), {})
            there[node.function.name] = node, int(exponent)
    for (argument, wires), there in groups.items():
        for left, right, where in IDENTITIES:
            if not left.keys() <= there.keys():
                continue
            if where == "real argument" and not argument.real:
                continue
            often = min(there[name][1] // e for name, e in left.items())  # all at once
            if often >= 1:
                for name, e in left.items():
                    draft.factors.append((there[name][0], wires, -e * often))
                for name, e in right.items():
                    value = table.apply(TABLE[name][0], (argument,)) if name else argument
                    table.place(draft, table.power(value, e * often), wires)
                return True
    return False


def _on_diagonal(table: Table, draft: Draft) -> bool:
    """A group or a function by elements with both ports on one wire is that of the diagonal."""
    for i, (node, wires, exponent) in enumerate(draft.factors):
        if len(wires) != 2 or wires[0] != wires[1]:
            continue
        if isinstance(node, Sum):
            value = contract(table, "ii->i.", node)
        elif isinstance(node, Apply) and node.function.kind == "elementwise":
            arguments = [contract(table, "ii->i.", a) if a.rows else a for a in node.arguments]
            value = table.apply(node.function, tuple(arguments))
        elif isinstance(node, Apply) and node.function.mask:
            value = table.number(node.function.mask)
        else:
            continue
        del draft.factors[i]
        table.place(draft, table.power(value, exponent), wires[: len(value.rows)])
        return True
    return False


def _sum_rows(draft: Draft, opened: set[int]) -> bool:
    """Remove a function whose rows sum to 1 where nothing but that sum is taken of its rows."""
    for i, (node, wires, exponent) in enumerate(draft.factors):
        if not isinstance(node, Apply) or node.function.sums != "rows" or exponent != 1:
            continue
        if len(wires) != 2 or not (node.rows and node.cols):
            continue
        row, col = wires
        used = any(col in ports for j, (_, ports, _) in enumerate(draft.factors) if j != i)
        if row != col and col not in opened and not used:
            del draft.factors[i]
            draft.dims[col] = ONE
            return True
    return False


def set_aside(table: Table, draft: Draft, opened: set[int]) -> None:
    """Put scalars in place of what hangs on no open wire.

    A closed component becomes a scalar node, an isolated summed wire its size.
    """
    used = {w for _, wires, _ in draft.factors for w in wires} | opened
    idle = [w for w, parent in enumerate(draft.parent) if w == parent and w not in used]
    size = product([draft.dims[w] for w in idle])
    before, draft.factors = draft.factors, []
    for group in components(before):
        touched = {w for _, ports, _ in group for w in ports}
        if not touched or touched & opened:
            draft.factors += group
        elif (known := _size(group)) is not None:
            size *= known
        else:
            closed = net(table, draft, group)
            if lone_group(closed)[1] is None:
                draft.factors.append((table.node(Closed, closed), (), 1))
            else:
                table.place(draft, table.sum([(Fraction(1), closed)], (), ()), ())
    if size != ONE:
        draft.coefficient *= size.number
        sizes = [table.node(Constant, "size", name, (), ()) for name in size.factors]
        draft.factors += [(node, (), 1) for node in sizes]
    if draft.factors != before:
        _merge(table, draft)


def _size(group: list[Factor]) -> Dim | None:
    """The size that a closed component of one factor always is, None where it is not.

    The entries of something on the simplex sum to 1; `tr(Q^T Q)` of an orthogonal matrix, which is
    the sum of the squares of its entries, is the number of its columns.
    """
    node, wires, exponent = group[0]
    if len(group) > 1 or len(set(wires)) < len(wires):
        return None
    if isinstance(node, Variable) and "orthogonal" in node.properties and exponent == 2:
        return node.cols[0] if len(wires) == 2 else None
    sums = node.function.sums if isinstance(node, Apply) else ""
    simplex = isinstance(node, Variable) and "simplex" in node.properties
    is_one = simplex or sums == "all" or (sums == "rows" and not node.rows)
    return ONE if is_one and exponent == 1 else None
