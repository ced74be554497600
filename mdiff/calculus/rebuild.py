"""A value again, with some of its variables standing for something else."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, assert_never

from mdiff.network.draft import Draft
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts, reachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mdiff.network.nodes import Exponent
    from mdiff.network.table import Table

    Piece = tuple[Sum, tuple[int, ...], Exponent]
    """A factor of a term: a value, the wires it stands on, its exponent."""


def rebuild(
    table: Table,
    value: Sum,
    replace: Mapping[Variable, Sum],
    rewrite: Callable[[list[Piece]], list[Piece]] = lambda pieces: pieces,
    polish: Callable[[Sum], Sum] = lambda total: total,
) -> Sum:
    """Put values for variables and bring all to normal form again.

    The factors of every term are replaced by what `rewrite` tells, and every sum by what `polish`
    tells: others of the same value.
    """
    known: dict[int, Sum] = {}
    kept: set[int] = set()  # what is as it was: most of a large value, and in normal form already
    for node in reachable(value):
        unchanged = kept.issuperset(map(id, parts(node)))
        match node:
            case Variable() | Constant():
                whole = replace.get(node) if isinstance(node, Variable) else None
                found, unchanged = whole or table.of_node(node), whole is None
            case Apply():
                found = table.apply(node.function, tuple(known[id(a)] for a in node.arguments))
            case Closed():
                found = known[id(node.net)]
            case Sum():
                terms = [table.scaled(known[id(net)], c) for c, net in node.terms]
                found = polish(table.added(terms) if terms else node)
                unchanged = found is node
            case Net():
                draft = Draft((), node.dims)
                pieces: list[Piece] = []
                for factor, wires, exponent in node.factors:
                    power = known[id(exponent)] if isinstance(exponent, Sum) else exponent
                    pieces.append((known[id(factor)], wires, power))
                rewritten, alone = rewrite(pieces), _alone(table, node)
                if rewritten is pieces and unchanged:
                    found = alone
                else:
                    for base, place, power in rewritten:
                        table.place(draft, table.power(base, power), place)
                    found = table.single(draft, node.rows, node.cols)
                unchanged = found is alone
            case _:
                assert_never(node)
        known[id(node)] = found
        if unchanged:
            kept.add(id(node))
    return known[id(value)]


def _alone(table: Table, net: Net) -> Sum:
    """A network of a value in normal form, as a sum of one term."""
    if net.dims and not (net.rows or net.cols):
        return table.of_node(table.node(Closed, net))
    rows, cols = (tuple(net.dims[wire] for wire in axis) for axis in (net.rows, net.cols))
    return table.sum([(Fraction(1), net)], rows, cols)
