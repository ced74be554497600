"""Folds: the identity between one wire and the wires that it is cut into, and what they cancel to.

`x_w F(w; i, j)` is the vector x, of n*k entries, as the matrix whose vec it is: the wire w runs
along i (slow) and j (fast). A fold is nothing but an axis seen in two ways, so that what has one
axis of n*k meets what has two, of n and of k.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.network.nodes import Constant
from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from mdiff.network.draft import Draft
    from mdiff.network.nodes import Axis, Node, Sum
    from mdiff.network.table import Table

FOLD = "fold"


def is_fold(node: Node) -> bool:
    """Whether a node is a fold: its row is the whole wire, its columns are the parts."""
    return isinstance(node, Constant) and node.name == FOLD


def has_folds(value: Sum) -> bool:
    """Whether folds are among the factors of a value's terms."""
    return any(is_fold(node) for _, net in value.terms for node, _, _ in net.factors)


def unfold(table: Table, draft: Draft, opened: set[int]) -> bool:
    """Join what two folds make equal, or drop one that nothing depends on; False if there is none.

    `F(w; i, j) F(w; k, l)` is zero unless `i = k` and `j = l`, and so is `F(v; i, j) F(w; i, j)`
    unless `v = w`. The sum of a fold over its whole wire is 1, and so is that over its parts. A
    fold of a part of another is one fold with it, unless that part is needed, and then is a part.
    """
    places = [i for i, (node, _, _) in enumerate(draft.factors) if is_fold(node)]
    if not places:
        return False
    uses: dict[int, int] = {}
    for _, wires, _ in draft.factors:
        for wire in wires:
            uses[wire] = uses.get(wire, 0) + 1

    def alone(wires: Axis) -> bool:
        return all(uses[wire] == 1 and wire not in opened for wire in wires)

    seen: dict[tuple[Node, bool, Axis], Axis] = {}
    for i in places:
        node, ports, exponent = draft.factors[i]
        whole, parts = ports[:1], ports[1:]
        for wires in (whole, parts):
            if alone(wires):
                del draft.factors[i]
                for wire in wires:
                    draft.dims[wire] = ONE
                return True
        if exponent != 1:  # it is 0 or 1
            draft.factors[i] = (node, ports, 1)
            return True
        for key, others in (((node, True, whole), parts), ((node, False, parts), whole)):
            for one, other in zip(seen.setdefault(key, others), others, strict=True):
                if one != other:
                    draft.join(one, other)
                    return True
    for i in places:
        for j in places:
            within, (one, *some) = draft.factors[i][1], draft.factors[j][1]
            needed = uses[one] > 1 + (one in within) or one in opened
            old, new = (some, [one]) if needed else ([one], some)
            found = _replaced(within, old, new) if i != j else None
            if found is not None:
                cols = tuple(draft.dims[wire] for wire in found[1:])
                fold = table.constant(FOLD, "", (draft.dims[found[0]],), cols)
                draft.factors[i] = (fold, found, 1)
                return True
    return False


def _replaced(wires: Axis, old: list[int], new: list[int]) -> Axis | None:
    """The wires of a fold with some parts, side by side, replaced; None where it has not these."""
    for at in range(1, len(wires) - len(old) + 1):
        if list(wires[at : at + len(old)]) == old:
            return (*wires[:at], *new, *wires[at + len(old) :])
    return None
