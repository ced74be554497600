"""Index notation for one network, as an `einsum` call: it always exists for matrices and vectors.

`"ik,jl->(ji)(lk)"` names a letter for every wire; brackets in the result stack axes, slowest first.
"""

from __future__ import annotations

from itertools import chain as joined
from string import ascii_letters
from typing import TYPE_CHECKING

from mdiff.functions.table import einsum
from mdiff.notation.graph import Irreducible
from mdiff.notation.links import Link

if TYPE_CHECKING:
    from mdiff.network.nodes import Axis, Net, Node
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr

FIRST = "ijklmnopqrstuvwxyzabcdefgh" + ascii_letters[26:]
"""The letters of wires, in the order in which they are given out."""


def index_chain(
    book: Book,
    net: Net,
    axes: tuple[Axis, Axis],
    factors: list[tuple[Node, Expr, tuple[int, ...], bool]],
) -> Chain:
    """A network open along `axes` as one link.

    `factors` are its nodes, written, on their wires, and whether they hold a differential.
    Raises `Irreducible` where a factor has more than two axes or there are too many wires.
    """
    rows, cols = axes
    if len(net.dims) > len(FIRST) or any(len(wires) > 2 for _, _, wires, _ in factors):
        raise Irreducible
    letters: dict[int, str] = {}
    for wire in joined(reversed(rows), reversed(cols), *(wires for _, _, wires, _ in factors)):
        letters.setdefault(wire, FIRST[len(letters)])
    used = {wire for _, _, wires, _ in factors for wire in wires}
    inputs = ["".join(letters[w] for w in wires) for _, _, wires, _ in factors]
    arguments = [expr for _, expr, _, _ in factors]
    for wire in dict.fromkeys(rows + cols):
        if wire not in used:
            dims = (net.dims[wire],)
            inputs.append(letters[wire])
            arguments.append(book.constant("ones", dims, dims, ()))
    output = _axis(rows, letters) + _axis(cols, letters)
    turned = bool(cols) and not rows
    pattern = f"{','.join(inputs)}->{output}"
    row_dims, col_dims = (tuple(net.dims[w] for w in axis) for axis in (rows, cols))
    shape = (col_dims, ()) if turned else (row_dims, col_dims)
    call = book.call(einsum(pattern), tuple(arguments), *shape)
    order = min((node.order for node, _, _, _ in factors), default=0)
    moved = any(moves for _, _, _, moves in factors)
    return (Link(call, order, transposed=turned, moved=moved),)


def _axis(wires: Axis, letters: dict[int, str]) -> str:
    text = "".join(letters[w] for w in wires)
    return f"({text})" if len(wires) > 1 else text
