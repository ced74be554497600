"""What cancels in a product: `A^-1 A = I`, also where `A` is a product itself, and `Q^T Q = I`.

By elements too: `(A B) ./ (A B)^2` is `1 ./ (A B)`.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.network.nodes import Apply, Sum, Variable
from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mdiff.network.draft import Draft
    from mdiff.network.nodes import Axis, Factor, Node

    Pattern = tuple[Sequence[Factor], dict[int, int], Axis, Fraction]
    """Factors, those of their wires that are on a port of another one, their ends, and a number:
    what all of it is together, times an identity matrix between the end and the other port, or
    times one power less of a product that is divided by."""

(INV,) = TABLE["inv"]


def cancel(draft: Draft, opened: set[int]) -> bool:
    """Remove what is an identity matrix, joining the wires around it; False if nothing is.

    And products beside negative powers of themselves, which come first.
    """
    waiting = [i for i, factor in enumerate(draft.factors) if _may_cancel(factor)]
    if not waiting:
        return False
    waiting.sort(key=lambda i: draft.factors[i][2] == 1)
    removal = _Removal(draft, opened)
    for i in waiting:  # which grows: where a pair went, others meet
        if i not in removal.gone:
            waiting += removal.around(i)
    draft.factors = [f for i, f in enumerate(draft.factors) if i not in removal.gone]
    return bool(removal.gone)


def _may_cancel(factor: Factor) -> bool:
    node, wires, exponent = factor
    if isinstance(node, Sum):
        below = not isinstance(exponent, Sum) and exponent < 0
        return below and bool(wires) and len(node.terms) == 1
    if exponent != 1 or len(wires) != 2:
        return False
    if isinstance(node, Variable):
        return "orthogonal" in node.properties
    return isinstance(node, Apply) and node.function is INV


def _patterns(node: Node) -> Iterator[Pattern]:
    """What goes together with a factor that may cancel."""
    if isinstance(node, Variable):
        for port in (0, 1) if node.rows == node.cols else (0,):
            yield [(node, (0, 1), 1)], {port: port}, (1 - port,), Fraction(1)
    elif isinstance(node, Apply):
        (argument,) = node.arguments
        factors: Sequence[Factor] = [(argument, (0, 1), 1)]
        start, end, coefficient = 0, 1, Fraction(1)
        if len(argument.terms) == 1:
            ((coefficient, net),) = argument.terms
            factors, start, end = net.factors, net.rows[0], net.cols[0]
        for port in (0, 1):
            start, end = end, start
            yield factors, {start: port}, (end,), coefficient
            if argument.symmetric:
                yield factors, {end: port}, (start,), coefficient
    elif isinstance(node, Sum):
        ((coefficient, net),) = node.terms
        ends = net.rows + net.cols
        if len(set(ends)) == len(ends):
            yield net.factors, {wire: port for port, wire in enumerate(ends)}, ends, 1 / coefficient


class _Removal:
    """A draft, the factors removed from it, and who is on its wires.

    A pattern is found by growing it from a wire that is known: the next of its factors touches a
    wire already placed, so only the few factors there are looked at, and a chain of n inverses
    beside what they invert is gone in about n steps. It is an identity only if its inner wires
    belong to it alone: nothing else is on them, and they are not open.
    """

    def __init__(self, draft: Draft, opened: set[int]) -> None:
        self.draft = draft
        self.opened = opened
        self.gone: set[int] = set()
        self.uses: dict[int, list[int]] = {}
        for i, (_, wires, _) in enumerate(draft.factors):
            for wire in wires:
                self.uses.setdefault(draft.find(wire), []).append(i)

    def around(self, i: int) -> list[int]:
        """Remove what cancels with the factor at `i`; tells who else may cancel now."""
        draft = self.draft
        node, wires, exponent = draft.factors[i]
        for factors, known, ends, coefficient in _patterns(node):
            place = {wire: draft.find(wires[port]) for wire, port in known.items()}
            if not self._remove(i, factors, place, ends):
                continue
            draft.coefficient *= coefficient
            if not isinstance(exponent, Sum) and exponent < 0:  # what was divided by
                if exponent != -1:
                    draft.factors[i] = (node, wires, exponent + 1)
                    self.gone.remove(i)
                return [i]
            (port,), (end,) = known.values(), ends
            one, other = draft.find(wires[1 - port]), place[end]
            met = self.uses.pop(one, []) + (self.uses.pop(other, []) if one != other else [])
            draft.join(one, other)
            self.uses[draft.find(one)] = met = [j for j in met if j not in self.gone]
            return [j for j in met if _may_cancel(draft.factors[j])]
        return []

    def _remove(
        self, i: int, pattern: Sequence[Factor], place: dict[int, int], ends: Collection[int]
    ) -> bool:
        """Remove the factor at `i` and a pattern beside it, whose wires `place` then tells.

        Only its ends may be on other factors too; the other wires are gone with it.
        """
        known = set(place)
        taken = {i}
        waiting = list(pattern)
        while waiting:
            at = next((k for k, f in enumerate(waiting) if any(p in place for p in f[1])), None)
            if at is None or not self._match(waiting.pop(at), place, taken):
                return False
        own = Counter(wire for _, wires, _ in pattern for wire in wires)
        inner = [wire for wire in place if wire not in ends]
        if not all(end in place for end in ends):
            return False
        for wire in inner:
            users = [j for j in self.uses[place[wire]] if j not in self.gone]
            if place[wire] in self.opened or len(users) != own[wire] + (wire in known):
                return False
        self.gone |= taken
        for wire in inner:
            self.draft.dims[place[wire]] = ONE
        return True

    def _match(self, factor: Factor, place: dict[int, int], taken: set[int]) -> bool:
        """Find one factor of a pattern, add it to those taken, and its wires to the places."""
        draft = self.draft
        node, ports, exponent = factor
        known = next(place[p] for p in ports if p in place)
        for j in self.uses[known]:
            other, wires, power = draft.factors[j]
            if j in taken or j in self.gone or other is not node or power != exponent:
                continue
            roots = [draft.find(w) for w in wires]
            for order in (ports, ports[::-1]) if node.symmetric else (ports,):
                assigned = dict(zip(order, roots, strict=True))
                if all(place.get(p, w) == w for p, w in assigned.items()):
                    taken.add(j)
                    place.update(assigned)
                    return True
        return False
