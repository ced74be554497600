"""Index notation for one network, as an `einsum` call: it always exists.

`"ik,jl->(ji)(lk)"` names a letter for every wire; brackets stack axes, the slowest first.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain as joined
from itertools import pairwise
from string import ascii_letters
from typing import TYPE_CHECKING

from mdiff.functions.table import einsum
from mdiff.functions.wires import loose
from mdiff.network.fold import is_fold
from mdiff.notation.graph import Irreducible
from mdiff.notation.links import Link
from mdiff.shapes.dims import product

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.network.nodes import Axis, Net, Node
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr
    from mdiff.shapes.dims import Dim

FIRST = "ijklmnopqrstuvwxyzabcdefgh" + ascii_letters[26:]
"""The letters of wires, in the order in which they are given out."""

Operand = tuple["Expr", "Axis", "Axis"]
"""A factor as it is written, and the wires of its rows and of its columns (if it is no column)."""


def index_chain(
    book: Book,
    net: Net,
    axes: tuple[Axis, Axis],
    factors: list[tuple[Node, Expr, tuple[int, ...], bool]],
) -> Chain:
    """A network open along `axes` as one link.

    `factors` are its nodes, written, on their wires, and whether they hold a differential; one
    that has only columns is written as a column. A fold cuts the axis that its row is.
    Raises `Irreducible` where more wires than there are letters meet, whatever is summed first.
    """
    operands: list[Operand] = []
    folds: dict[int, Axis] = {}
    for node, expr, wires, _ in factors:
        if is_fold(node) and folds.setdefault(wires[0], wires[1:]) == wires[1:]:
            continue
        height = len(node.rows) or len(wires)
        operands.append((expr, wires[:height], wires[height:]))

    def cut(axis: Axis) -> Axis:
        return tuple(part for wire in axis for part in folds.get(wire, (wire,)))

    operands = [(expr, cut(high), cut(wide)) for expr, high, wide in operands]
    axes = cut(axes[0]), cut(axes[1])
    parts = _bundles([*axes, *(axis for _, high, wide in operands for axis in (high, wide))])
    dims = {wire: product(net.dims[w] for w in run) for wire, run in parts.items()}

    def kept(axis: Axis) -> Axis:
        return tuple(wire for wire in axis if wire in parts)

    rows, cols = kept(axes[0]), kept(axes[1])
    operands = [(expr, kept(high), kept(wide)) for expr, high, wide in operands]
    while len(_wires(operands, rows + cols)) > len(FIRST):
        operands = _shorter(book, dims, operands, rows + cols)
    turned = bool(cols) and not rows
    call = _contraction(book, dims, operands, cols if turned else rows, () if turned else cols)
    order = min((node.order for node, _, _, _ in factors), default=0)
    moved = any(moves for _, _, _, moves in factors)
    return (Link(call, order, transposed=turned, moved=moved),)


def _contraction(
    book: Book, dims: Mapping[int, Dim], operands: list[Operand], rows: Axis, cols: Axis
) -> Expr:
    """The sum over all wires of some factors that are no axes of the result.

    Ones tell the sizes that do not follow from those of the arguments.
    """
    wires = _wires(operands, (*reversed(rows), *reversed(cols)))
    letters = dict(zip(wires, FIRST, strict=False))
    named = {letter: wire for wire, letter in letters.items()}
    inputs = [_axis(high, letters) + _axis(wide, letters) for _, high, wide in operands]
    arguments = [expr for expr, _, _ in operands]
    used = {wire for _, high, wide in operands for wire in high + wide}
    unused = "".join(letters[wire] for wire in wires if wire not in used)
    for letter in unused + loose(",".join(inputs)):
        size = (dims[named[letter]],)
        inputs.append(letter)
        arguments.append(book.ones(size, ()))
    pattern = f"{','.join(inputs)}->{_axis(rows, letters)}{_axis(cols, letters)}"
    row_dims, col_dims = (tuple(dims[wire] for wire in axis) for axis in (rows, cols))
    return book.call(einsum(pattern), tuple(arguments), row_dims, col_dims)


def _shorter(
    book: Book, dims: Mapping[int, Dim], operands: list[Operand], opened: Axis
) -> list[Operand]:
    """The factors with those on one summed wire multiplied and summed first: the cheapest such."""
    # To sum a wire early is to multiply all factors on it into one with the wires they leave
    # open; the result is the same, for no other factor has that wire. The one with the fewest
    # neighbours makes the smallest factor (greedy elimination); quadratic in the number of wires.
    around: dict[int, dict[int, None]] = {}
    for _, rows, cols in operands:
        for wire in rows + cols:
            around.setdefault(wire, {}).update(dict.fromkeys(rows + cols))
    inner = [wire for wire in around if wire not in opened]
    if not inner:
        raise Irreducible
    summed = min(inner, key=lambda wire: len(around[wire]))
    some = [operand for operand in operands if summed in operand[1] + operand[2]]
    others = [operand for operand in operands if summed not in operand[1] + operand[2]]
    outside = {*opened, *_wires(others, ())}
    kept = tuple(wire for wire in around[summed] if wire in outside)
    rows, cols = (kept[:1], kept[1:]) if len(kept) == 2 else (kept, ())
    if len(_wires(some, kept)) > len(FIRST):
        raise Irreducible
    return [(_contraction(book, dims, some, rows, cols), rows, cols), *others]


def _wires(operands: list[Operand], opened: Axis) -> list[int]:
    """All wires, in the order in which they are given letters: first those of the result."""
    inner = (wire for _, rows, cols in operands for wire in rows + cols)
    return list(dict.fromkeys(joined(opened, inner)))


def _axis(wires: Axis, letters: dict[int, str]) -> str:
    text = "".join(letters[w] for w in wires)
    return f"({text})" if len(wires) > 1 else text


def _bundles(axes: Sequence[Axis]) -> dict[int, Axis]:
    """Every wire but the later ones of a bundle, and the bundle it begins: what runs side by side.

    >>> _bundles([(0, 1), (2, 0, 1), (2,)])
    {0: (0, 1), 2: (2,)}
    """
    pairs = Counter(pair for axis in axes for pair in pairwise(axis))
    counts = Counter(wire for axis in axes for wire in axis)
    follower = {a: b for (a, b), n in pairs.items() if n == counts[a] == counts[b]}
    later = set(follower.values())
    bundle: dict[int, Axis] = {}
    for wire in counts:
        if wire not in later:
            run = [wire]
            while run[-1] in follower:
                run.append(follower[run[-1]])
            bundle[wire] = tuple(run)
    return bundle
