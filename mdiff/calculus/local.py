"""The derivative of one function node, from the one rule in its row.

The rule is an expression linear in `dX`. Forward, `dX` is the argument's change. Backward, `dX`
is a fresh variable, and cutting it out of the rule's networks is the local derivative.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.functions.identities import ON_REALS
from mdiff.functions.table import TABLE
from mdiff.network.axes import contract
from mdiff.network.draft import Draft
from mdiff.network.lower import by_row
from mdiff.network.nodes import Apply, Closed, Net, Sum, Variable
from mdiff.network.powers import as_sum, plus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mdiff.network.nodes import Axis, Node
    from mdiff.network.table import Table

LOG = TABLE["log"][0]

MOST_TERMS = 32
"""Whether two matrices commute is not looked for in products of more terms."""

AT_POINT = "symmetric at the point"
"""Property of a variable whose entries vary freely around a symmetric matrix."""


def differential(table: Table, node: Apply, changes: Sequence[Sum]) -> Sum:
    """The change of a function's value where its arguments change by `changes`.

    Raises E302 where the row has no differential (or none that holds here).
    """
    function = node.function
    if function.real and "complex" in node.marks:
        raise fail("E302", f"the derivative of `{function.name}` is known for real arguments only")
    if function.requires == "symmetric" and not _is_symmetric(node.arguments[0]):
        raise fail(
            "E302",
            f"the derivative of `{function.name}` is known for symmetric matrices only",
            notes=("declare the matrix symmetric or spd",),
        )
    if function.commuting and not any(change.terms for change in changes[1:]):
        argument, change = node.arguments[0], changes[0]
        if _commute(table, argument, change):
            slope = by_row(table, function, function.commuting, node.arguments)
            return contract(table, "ij,jk->ik", slope, change)
    if function.differential:
        return by_row(table, function, function.differential, node.arguments, changes)
    if function.unknown is not None:
        name = function.unknown.name
        message = f"this takes a third derivative of `{name}`, and only two of it have names"
        raise fail("E302", message)
    if not function.commuting:
        raise fail("E302", f"the derivative of `{function.name}` is not in the table")
    raise fail(
        "E302",
        f"the derivative of `{function.name}` has no closed matrix form here",
        notes=("it is known under a trace, and where the argument commutes with its change",),
    )


def _is_symmetric(value: Sum) -> bool:
    """Whether a value is symmetric, if only at the point where the derivative is taken."""
    if value.symmetric:
        return True
    if len(value.terms) != 1 or len(value.terms[0][1].factors) != 1:
        return False
    ((_, net),) = value.terms
    ((node, ports, _),) = net.factors
    whole = {*ports} == {*net.rows, *net.cols}
    return isinstance(node, Variable) and AT_POINT in node.properties and whole


def pullback(table: Table, node: Apply, adjoint: Sum, position: int) -> Sum:
    """What an adjoint of a function's value is for its argument at `position`.

    Shapes: the adjoint has the axes of the value, the result those of the argument.
    """
    argument = node.arguments[position]
    kind = {"change"} if argument.real else {"change", "complex"}
    change = table.node(Variable, "d", argument.rows, argument.cols, frozenset(kind), 0)
    changes = [
        table.of_node(change) if i == position else table.scaled(a, Fraction(0))
        for i, a in enumerate(node.arguments)
    ]
    rule = differential(table, node, changes)
    return cut(table, rule, change, adjoint)


def cut(table: Table, rule: Sum, change: Variable, adjoint: Sum) -> Sum:
    """The adjoint contracted with a linear form whose variable is cut out.

    `rule` holds `change` once in every term, perhaps inside groups and closed networks.
    """
    split = len(change.rows)
    results = [table.sum([], change.rows, change.cols)]
    for draft, ports, outer in linear_terms(table, rule, change, {}):
        table.place(draft, adjoint, outer)
        results.append(table.single(draft, ports[:split], ports[split:]))
    return table.added(results)


def linear_terms(
    table: Table, value: Sum, change: Variable, known: Mapping[Node, Sum]
) -> list[tuple[Draft, tuple[int, ...], tuple[int, ...]]]:
    """The terms of a value that is linear in `change`, with that factor taken out.

    For each: the draft of the rest, the wires of the factor's ports, the wires of the value's axes.
    Groups in `known` are not opened: the matrix of what they do to `change` stands for them, its
    rows along the columns and rows of `change`, its columns along those of the group.
    Raises E302 where the value is not linear (it conjugates).
    """
    found = []
    waiting = [(Draft(n.factors, n.dims, c), n.rows + n.cols) for c, n in reversed(value.terms)]
    while waiting:
        draft, outer = waiting.pop()
        place = next(
            (i for i, (node, _, _) in enumerate(draft.factors) if change.name in node.marks), None
        )
        if place is None:
            continue
        node, wires, exponent = draft.factors[place]
        if node is change or node in known:
            del draft.factors[place]
            ports = wires
            if node in known:
                ports = draft.wires(change.rows + change.cols)
                ends, heads = len(change.rows), len(node.rows)
                around = (*ports[ends:], *ports[:ends], *wires[heads:], *wires[:heads])
                table.place(draft, known[node], around)
            found.append((draft, ports, outer))
        elif isinstance(node, Apply) and node.function.unknown is not None:
            name = node.function.unknown.name
            raise fail(
                "E302",
                f"the second derivative of `{name}` has three axes: no matrix holds it",
                notes=("as a map it exists: `--form operator`, or `mdiff d --order 2`",),
            )
        elif isinstance(node, Apply) and node.function.differential:
            name = node.function.name
            raise fail(
                "E302",
                f"a gradient by a complex variable through `{name}` is not supported yet"
                if name in ON_REALS
                else f"`{name}` of a change has no transpose in closed matrix form",
                notes=("the differential exists: `mdiff d`",),
            )
        elif exponent != 1 or not isinstance(node, Closed | Sum):
            raise fail("E302", "this function's differential is not linear over the real numbers")
        else:
            waiting += [(opened, outer) for opened in reversed(draft.opened(place))]
    return found


def multiplied_out(
    table: Table, value: Sum, choose: Callable[[Net], int | None], most: int
) -> list[Sum] | None:
    """The terms of a value, its groups multiplied out where `choose` tells a place of a network.

    None where there are more than `most`.
    """
    done: list[Sum] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if len(one.terms) != 1:
            waiting += [table.sum([term], one.rows, one.cols) for term in reversed(one.terms)]
            continue
        ((coefficient, net),) = one.terms
        place = choose(net)
        if place is None:
            done.append(one)
        else:
            opened = Draft(net.factors, net.dims, coefficient).opened(place)
            waiting += [table.single(draft, net.rows, net.cols) for draft in reversed(opened)]
        if len(done) + len(waiting) > most:
            return None
    return done


def _commute(table: Table, one: Sum, other: Sum) -> bool:
    """Whether two matrices commute: their products are one network, if need be multiplied out."""
    left, right = (contract(table, "ij,jk->ik", *pair) for pair in ((one, other), (other, one)))
    if left is right:
        return True
    one_side, other_side = (
        multiplied_out(table, product, _first_group, MOST_TERMS) for product in (left, right)
    )
    if not one_side or not other_side:
        return False
    return table.added(one_side) is table.added(other_side)


def _first_group(net: Net) -> int | None:
    """The place of the first sum that is a factor."""
    places = (
        i for i, (n, wires, e) in enumerate(net.factors) if isinstance(n, Sum) and wires and e == 1
    )
    return next(places, None)


def cuts(
    table: Table, net: Net, changes: Callable[[Node], bool]
) -> Iterator[tuple[Node, Draft, Axis]]:
    """The product rule: what a network is by each of its factors, and exponents, that change.

    For each: the node, the draft of the rest (`e u^(e-1)` stays of a factor `u^e`, and by its
    exponent `u^e log u`), and the wires of the rest where the node's change belongs.
    """
    for i, (node, wires, exponent) in enumerate(net.factors):
        if changes(node):
            draft = Draft(net.factors[:i] + net.factors[i + 1 :], net.dims)
            if exponent != 1:
                table.place(draft, as_sum(table, exponent), ())
                draft.factors.append((node, wires, plus(table, exponent, -1)))
            yield node, draft, wires
        if isinstance(exponent, Sum) and changes(exponent):
            draft = Draft(net.factors, net.dims)
            table.place(draft, table.apply(LOG, (table.of_node(node),)), wires)
            yield exponent, draft, ()


def trace_of_functions(
    table: Table, net: Net, change: Callable[[Node | Net], Sum | None]
) -> Sum | None:
    """The differential of `tr f(X)`, `f` a matrix function or a product of such and of `X` itself.

    All factors commute, so under the trace each differential is `f'(X) dX`. None where the
    network is no such trace.
    """
    nodes = [node for node, _, _ in net.factors]
    functions = [node for node in nodes if isinstance(node, Apply) and node.function.commuting]
    nodes = _cycle(net) if functions else []
    if not nodes:
        return None
    base = functions[0].arguments[0]
    if any(
        not (isinstance(node, Apply) and node.function.commuting and node.arguments[0] is base)
        or any(change(other) is not None for other in node.arguments[1:])
        for node in nodes
        if table.of_node(node) is not base
    ):
        return None
    moved = change(base)
    if moved is None:
        return table.sum([], (), ())
    terms = []
    for i, chosen in enumerate(nodes):
        product = moved
        for j, other in enumerate(nodes):
            if i != j:
                product = contract(table, "ij,jk->ik", table.of_node(other), product)
            elif isinstance(chosen, Apply) and chosen in functions:
                slope = by_row(table, chosen.function, chosen.function.commuting, chosen.arguments)
                product = contract(table, "ij,jk->ik", slope, product)
        terms.append(contract(table, "ii->", product))
    return table.added(terms)


def _cycle(net: Net) -> list[Node]:
    """The factors in order where a network is one closed chain of matrices read forwards."""
    if net.rows or net.cols or any(len(wires) != 2 or e != 1 for _, wires, e in net.factors):
        return []
    after = {wires[0]: (node, wires[1]) for node, wires, _ in net.factors}
    start = at = net.factors[0][1][0]
    order = []
    while at in after:
        node, at = after.pop(at)
        order.append(node)
    return order if at == start and len(order) == len(net.factors) else []
