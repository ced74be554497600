"""From a draft to a network in normal form: powers merged, inverses cancelled, scalars set aside.

Comes in: a draft and its open wires. Goes out: a rational coefficient and a canonical network.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.functions.identities import IDENTITIES
from mdiff.functions.table import TABLE
from mdiff.network import powers
from mdiff.network.cancel import cancel
from mdiff.network.canonical import number_wires
from mdiff.network.fold import unfold
from mdiff.network.nodes import Apply, Closed, Net, Sum, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.network.draft import Draft
    from mdiff.network.nodes import Axis, Dims, Exponent, Factor, Node
    from mdiff.network.table import Table
    from mdiff.shapes.dims import Dim

NAMED = {name for left, _, _ in IDENTITIES for name in left}


def finish(
    table: Table, draft: Draft, rows: Sequence[int], cols: Sequence[int]
) -> tuple[Fraction, Net]:
    """Normal form of a draft that is open along these wires (rows, then columns)."""
    if draft.coefficient:
        _settle(table, draft, {*rows, *cols})
    find = draft.find
    open_rows, open_cols = tuple(map(find, rows)), tuple(map(find, cols))
    opened = open_rows + open_cols
    if not draft.coefficient:
        draft.factors = []
    scalars, linked = _scalars(table, draft, set(opened))
    factors: list[Factor] = linked + [(node, (), e) for node, e in scalars.items()]
    dims = {w: draft.dims[w] for w in opened}
    for _, wires, _ in linked:
        for w in wires:
            dims[w] = draft.dims[w]
    numbers = number_wires(linked, dims, opened) if dims else {}
    net = canonical_net(table, factors, numbers, dims, open_rows, open_cols)
    return draft.coefficient, net


def canonical_net(  # noqa: PLR0913 - the parts of a network
    table: Table,
    factors: Sequence[Factor],
    numbers: dict[int, int],
    dims: dict[int, Dim],
    rows: Axis,
    cols: Axis,
) -> Net:
    """The network with its wires renumbered and its factors in order."""
    named: list[Factor] = []
    for node, wires, exponent in factors:
        ports = tuple([numbers[w] for w in wires])
        if node.symmetric and ports[0] > ports[1]:
            ports = (ports[1], ports[0])
        named.append((node, ports, exponent))
    named.sort(key=lambda f: (f[0].key, f[1]))
    sizes: list[Dim] = [d for _, d in sorted((numbers[w], d) for w, d in dims.items())]
    return table.net(
        tuple(named),
        tuple(sizes),
        tuple(numbers[w] for w in rows),
        tuple(numbers[w] for w in cols),
    )


def intern(
    nets: dict[object, Net], factors: tuple[Factor, ...], dims: Dims, rows: Axis, cols: Axis
) -> Net:
    """The one network with these parts."""
    key = (factors, dims, rows, cols)
    found = nets.get(key)
    if found is None:
        found = nets[key] = Net(factors, dims, rows, cols)
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


def add_exponents(table: Table, a: Exponent, b: Exponent) -> Exponent:
    """The sum of two exponents, a number where it is one."""
    if not isinstance(a, Sum) and not isinstance(b, Sum):
        return a + b
    left = a if isinstance(a, Sum) else table.number(a)
    right = b if isinstance(b, Sum) else table.number(b)
    return powers.as_exponent(table.added([left, right]))


def _settle(table: Table, draft: Draft, opened: set[int]) -> None:
    while True:
        _merge(table, draft)
        if powers.expand_groups(draft):
            continue
        if any(isinstance(n, Apply) and n.function.name in NAMED for n, _, _ in draft.factors) and (
            _apply_identities(table, draft)
        ):
            continue
        if _on_diagonal(table, draft):
            continue
        if unfold(table, draft, {draft.find(w) for w in opened}):
            continue
        if cancel(draft, {draft.find(w) for w in opened}):
            continue
        if _sum_rows(draft, {draft.find(w) for w in opened}):
            continue
        return


def _merge(table: Table, draft: Draft) -> None:
    find = draft.find
    merged: dict[tuple[object, Axis], Factor] = {}
    for node, wires, exponent in draft.factors:
        ports = tuple([find(w) for w in wires])
        if node.symmetric and ports[0] > ports[1]:
            ports = (ports[1], ports[0])
        key = (node, ports)
        if key in merged:
            exponent = add_exponents(table, merged[key][2], exponent)  # noqa: PLW2901
        merged[key] = (node, ports, exponent)
    draft.factors = [f for f in merged.values() if f[2] != 0]


def _apply_identities(table: Table, draft: Draft) -> bool:
    groups: dict[tuple[Sum, Axis], dict[str, int]] = {}
    for i, (node, wires, exponent) in enumerate(draft.factors):
        if (
            isinstance(node, Apply)
            and node.function.name in NAMED
            and isinstance(exponent, int | Fraction)
            and Fraction(exponent).denominator == 1
        ):
            groups.setdefault((node.arguments[0], wires), {})[node.function.name] = i
    for (argument, wires), places in groups.items():
        for left, right, where in IDENTITIES:
            if where == "real argument" and not table.is_real(argument):
                continue
            if all(
                name in places and _reaches(draft.factors[places[name]][2], e)
                for name, e in left.items()
            ):
                for name, e in left.items():
                    node, _, exponent = draft.factors[places[name]]
                    draft.factors.append((node, wires, -e))
                for name, e in right.items():
                    value = table.apply(TABLE[name][0], (argument,)) if name else argument
                    table.place(draft, table.power(value, e), wires)
                return True
    return False


def _on_diagonal(table: Table, draft: Draft) -> bool:
    """A group or a function by elements with both ports on one wire is that of the diagonal."""
    for i, (node, wires, exponent) in enumerate(draft.factors):
        if len(wires) != 2 or draft.find(wires[0]) != draft.find(wires[1]):
            continue
        if isinstance(node, Sum):
            value = table.diagonal(node)
        elif isinstance(node, Apply) and node.function.kind == "elementwise":
            arguments = [table.diagonal(a) if a.rows else a for a in node.arguments]
            value = table.apply(node.function, tuple(arguments))
        elif isinstance(node, Apply) and node.function.mask and isinstance(exponent, int):
            draft.coefficient *= Fraction(node.function.mask) ** exponent
            del draft.factors[i]
            return True
        else:
            continue
        del draft.factors[i]
        table.place(draft, table.power(value, exponent), wires[:1])
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
            size = draft.dims[row]
            draft.join(row, col)
            draft.dims[draft.find(row)] = size
            return True
    return False


def _reaches(exponent: Exponent, wanted: int) -> bool:
    if isinstance(exponent, Sum):
        return False
    number = Fraction(exponent)
    return number * wanted > 0 and abs(number) >= abs(wanted)


def _scalars(
    table: Table, draft: Draft, opened: set[int]
) -> tuple[dict[Sum | Apply, Exponent], list[Factor]]:
    """Closed components become scalar nodes, isolated summed wires sizes; the rest stays linked."""
    find = draft.find
    owner: dict[int, int] = {}
    component = list(range(len(draft.factors)))

    def root(i: int) -> int:
        while component[i] != i:
            component[i] = component[component[i]]
            i = component[i]
        return i

    for i, (_, wires, _) in enumerate(draft.factors):
        for w in wires:
            if w in owner:
                a, b = root(owner[w]), root(i)
                component[max(a, b)] = min(a, b)
            else:
                owner[w] = i
    members: dict[int, list[Factor]] = {}
    for i, factor in enumerate(draft.factors):
        members.setdefault(root(i), []).append(factor)
    scalars: dict[object, Exponent] = {}

    def multiply(node: object, exponent: Exponent) -> None:
        if node in scalars:
            exponent = add_exponents(table, scalars.pop(node), exponent)
        if exponent != 0:
            scalars[node] = exponent

    if draft.coefficient:
        for w in range(len(draft.parent)):
            if find(w) == w and w not in owner and w not in opened:
                size = draft.dims[w]
                draft.coefficient *= size.number
                for name in size.factors:
                    multiply(table.constant("size", name), 1)
    linked: list[Factor] = []
    for group in members.values():
        touched = {w for _, ports, _ in group for w in ports}
        if not touched:
            multiply(group[0][0], group[0][2])
        elif touched & opened:
            linked.extend(group)
        elif not _is_one(group):
            dims = {w: draft.dims[w] for w in touched}
            numbers = number_wires(group, dims, ())
            net = canonical_net(table, group, numbers, dims, (), ())
            whole = table.sum([(Fraction(1), net)], (), ()) if lone_group(net)[1] else None
            if whole is not None and len(whole.terms) < 2:
                _take(draft, whole, multiply)
            elif whole is not None:
                content, common, _ = table.group(whole)
                draft.coefficient *= content
                multiply(common, 1)
            elif _is_orthogonal(group):
                size = group[0][0].cols[0]
                draft.coefficient *= size.number
                for name in size.factors:
                    multiply(table.constant("size", name), 1)
            else:
                multiply(table.closed(net), 1)
    return scalars, linked  # type: ignore[return-value]


def _take(draft: Draft, value: Sum, multiply: Callable[[Node, Exponent], None]) -> None:
    """Multiply by a scalar of at most one term."""
    if not value.terms:
        draft.coefficient = Fraction(0)
    for coefficient, net in value.terms:
        draft.coefficient *= coefficient
        for node, _, exponent in net.factors:
            multiply(node, exponent)


def _is_orthogonal(group: list[Factor]) -> bool:
    """Whether a closed component is `tr(Q^T Q)` of an orthogonal matrix: its number of columns."""
    node, wires, exponent = group[0]
    return (
        len(group) == 1
        and isinstance(node, Variable)
        and "orthogonal" in node.properties
        and exponent == 2
        and len(set(wires)) == 2
    )


def _is_one(group: list[Factor]) -> bool:
    """Whether a closed component is the sum of the entries of something on the simplex: 1."""
    node, wires, exponent = group[0]
    if len(group) != 1 or exponent != 1 or len(set(wires)) < len(wires):
        return False
    if isinstance(node, Apply):
        return node.function.sums == "all" or (node.function.sums == "rows" and not node.rows)
    return isinstance(node, Variable) and "simplex" in node.properties
