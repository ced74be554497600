"""A value again, with some of its variables standing for something else."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts, reachable
from mdiff.network.powers import as_exponent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mdiff.network.nodes import Exponent, Node
    from mdiff.network.table import Table

    Piece = tuple[Sum, tuple[int, ...], Exponent]
    """A factor of a term: a value, the wires it stands on, its exponent."""

    Rewrite = Callable[[Table, list[Piece]], list[Piece]]
    """What may replace the factors of one term by others of the same value."""

    Polish = Callable[[Table, Sum], Sum]
    """What may replace a sum by another of the same value."""


def rebuild(
    table: Table,
    value: Sum,
    replace: Mapping[Variable, Sum],
    rewrite: Rewrite | None = None,
    polish: Polish | None = None,
) -> Sum:
    """Put values for variables, rewrite every term and sum, and bring all to normal form again."""
    known: dict[int, Sum] = {}
    kept: set[int] = set()  # what is as it was: most of a large value, and in normal form already
    for node in reachable(value):
        given = replace.get(node) if isinstance(node, Variable) else None
        found = given or _one(table, node, known, kept, rewrite)
        known[id(node)] = polish(table, found) if polish and isinstance(node, Sum) else found
        if isinstance(node, Net | Sum):
            same = known[id(node)] is (_alone(table, node) if isinstance(node, Net) else node)
        else:
            same = given is None and kept.issuperset(map(id, parts(node)))
        if same:
            kept.add(id(node))
    return known[id(value)]


def _alone(table: Table, net: Net) -> Sum:
    """A network of a value in normal form, as a sum of one term."""
    if net.dims and not (net.rows or net.cols):
        return table.of_node(table.closed(net))
    rows, cols = (tuple(net.dims[wire] for wire in axis) for axis in (net.rows, net.cols))
    return table.sum([(Fraction(1), net)], rows, cols)


def _one(
    table: Table,
    node: Node | Net,
    known: dict[int, Sum],
    kept: set[int],
    rewrite: Rewrite | None,
) -> Sum:
    match node:
        case Variable() | Constant():
            return table.of_node(node)
        case Apply():
            return table.apply(node.function, tuple(known[id(a)] for a in node.arguments))
        case Closed():
            return known[id(node.net)]
        case Sum():
            if not node.terms:
                return node
            return table.added([table.scaled(known[id(net)], c) for c, net in node.terms])
        case Net():
            draft = Draft((), node.dims)
            pieces: list[Piece] = []
            for factor, wires, exponent in node.factors:
                power = as_exponent(known[id(exponent)]) if isinstance(exponent, Sum) else exponent
                pieces.append((known[id(factor)], wires, power))
            rewritten = rewrite(table, pieces) if rewrite else pieces
            if rewritten is pieces and kept.issuperset(map(id, parts(node))):
                return _alone(table, node)
            for base, place, power in rewritten:
                table.place(draft, table.power(base, power), place)
            return table.single(draft, node.rows, node.cols)
        case _:
            assert_never(node)
