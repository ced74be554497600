"""Networks around a matrix of stacked axes: what meets both wires of an axis there is a `vec`.

`D_(ji)k B_ij` is `D^T vec(B)`: the pair of wires becomes one, and what hangs on it a column.
"""

from __future__ import annotations

from functools import reduce
from operator import mul
from typing import TYPE_CHECKING

from mdiff.network.nodes import Net
from mdiff.notation.graph import Irreducible, link_of
from mdiff.notation.links import VEC, matrix_of

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Factor
    from mdiff.notation.graph import Graph
    from mdiff.notation.links import Link
    from mdiff.notation.networks import Networks

PAIR = 2
"""An axis is stacked from two wires: a matrix has no more."""

Folded = tuple["Graph", "Axis", "Axis", int]
"""The network as a graph, its open axes in it, and the sign that its groups took out."""


def folded(networks: Networks, net: Net, rows: Axis, cols: Axis) -> Folded:
    """The network with each pair of wires as one.

    Raises `Irreducible` where a pair is no axis of its own: its wires also meet others.
    """
    wide = [factor for factor in net.factors if max(map(len, _axes(factor))) > 1]
    axes = [axis for factor in wide for axis in _axes(factor)] + [rows, cols]
    pairs = dict.fromkeys(axis for axis in axes if len(axis) > 1)
    paired = [wire for pair in pairs for wire in pair]
    single = {wire for axis in axes if len(axis) == 1 for wire in axis}
    whole = len(set(paired)) == sum(len(set(pair)) for pair in pairs)
    whole = whole and all(len(pair) == PAIR for pair in pairs)
    if not wide or not whole or single.intersection(paired):
        raise Irreducible
    vertices = {pair: (len(net.dims) + number,) for number, pair in enumerate(pairs)}
    rest = list(net.factors)
    columns: list[tuple[int, Link]] = []
    sign = 1
    for pair, (vertex,) in vertices.items():
        factors = _around([factor for factor in rest if factor not in wide], pair)
        met = {wire for _, wires, _ in factors for wire in wires} or set(pair)
        if not factors and len(met) == PAIR:
            continue
        if met.intersection(single) or met.intersection(paired) != set(pair):
            raise Irreducible
        slow, fast = pair
        inner = Net(tuple(factors), net.dims, (fast,), (slow,))
        chain, turned = networks.axes(inner, inner.rows, inner.cols)
        sign *= turned
        matrix = matrix_of(networks.book, chain)
        column = networks.book.call(VEC, (matrix,), matrix.cols + matrix.rows, ())
        columns.append((vertex, link_of(column, chain)))
        rest = [factor for factor in rest if factor not in factors]
    ends = vertices.get(rows, rows), vertices.get(cols, cols)
    graph, turned = networks.graph(Net(tuple(rest), net.dims, rows, cols), {*ends[0], *ends[1]})
    graph.dims = [*net.dims, *(reduce(mul, (net.dims[wire] for wire in pair)) for pair in pairs)]
    for vertex, link in columns:
        graph.add_weight(vertex, (link,))
    for above, beside, link in graph.wides:
        start, end = vertices.get(above, above), vertices.get(beside, beside)
        if start and end:
            graph.add_edge(start[0], end[0], (link,))
        else:
            graph.add_weight((start or end)[0], (link,) if start else (link.turned(),))
    graph.wides = []
    return graph, *ends, sign * turned


def _axes(factor: Factor) -> tuple[Axis, Axis]:
    node, wires, _ = factor
    return wires[: len(node.rows)], wires[len(node.rows) :]


def _around(factors: list[Factor], pair: Axis) -> list[Factor]:
    """The factors that hang together with a wire of the pair."""
    met = set(pair)
    found: list[Factor] = []
    rest = [factor for factor in factors if factor[1]]
    while True:
        touched = [factor for factor in rest if met.intersection(factor[1])]
        if not touched:
            return [factor for factor in factors if factor in found]
        found += touched
        rest = [factor for factor in rest if factor not in touched]
        met.update(wire for _, wires, _ in touched for wire in wires)
