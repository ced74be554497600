"""The shared store of one problem: each value exists once, in normal form."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from mdiff.errors import fail
from mdiff.functions.identities import BETWEEN, COMPOSITIONS, ON_REALS
from mdiff.functions.table import TABLE
from mdiff.network import finish, inverse, powers
from mdiff.network.axes import contract, result_dims, widest
from mdiff.network.draft import Draft
from mdiff.network.fold import has_folds, resplit
from mdiff.network.nodes import Apply, Net, Sum
from mdiff.shapes.dims import product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Dims, Exponent, Node

INV = TABLE["inv"][0]

MOST_FACTORS = 400_000
"""So many factors are brought to normal form and read in one problem: some four seconds."""

Made = TypeVar("Made")
Parts = ParamSpec("Parts")


class Table:
    """Makes values and remembers them; equal values are the same object.

    One table belongs to one problem, so that a batch's memory stays flat.
    """

    def __init__(self) -> None:
        self.nets: dict[object, Net] = {}
        self._sums: dict[object, Sum] = {}
        self._nodes: dict[object, object] = {}
        self._applied: dict[tuple[Function, tuple[Sum, ...]], Apply] = {}
        self._transposed: dict[Sum, Sum] = {}
        self.groups: dict[Sum, int] = {}
        self.roots: dict[Sum, tuple[Sum, int]] = {}
        """Of matrix powers, the matrix and the exponent."""
        self.spent = 0

    def afford(self, factors: int) -> None:
        """Raise E307 where so many factors more to be brought to normal form are too many.

        So the time of a problem is bounded whatever it is, and on every machine in the same way.
        """
        if self.spent + factors > MOST_FACTORS:
            raise fail("E307", "this derivative has too many factors to be written out")

    def node(self, kind: Callable[Parts, Made], *parts: Parts.args, **named: Parts.kwargs) -> Made:
        """The one node of this kind with these parts: a variable, a constant, a closed network."""
        key = (kind, *parts)
        if key not in self._nodes:
            self._nodes[key] = kind(*parts, **named)
        return cast("Made", self._nodes[key])

    # ---- sums

    def sum(self, terms: Iterable[tuple[Fraction, Net]], rows: Dims, cols: Dims) -> Sum:
        """A sum in normal form: groups opened, like terms collected, zeros dropped."""
        collected: dict[Net, Fraction] = {}
        waiting = list(terms)
        waiting.reverse()
        while waiting:
            coefficient, net = waiting.pop()
            inner, group = finish.lone_group(net)
            if group is not None:
                opened = self._opened(coefficient, inner, group)
                opened.reverse()
                waiting.extend(opened)
            else:
                collected[net] = collected.get(net, Fraction(0)) + coefficient
        kept = tuple((c, net) for net, c in collected.items() if c)
        key = (frozenset((net, c) for c, net in kept), rows, cols)
        found = self._sums.get(key)
        if found is None:
            symmetric = rows == cols and len(rows) == 1 and self._is_symmetric(kept)
            found = self._sums[key] = Sum(kept, rows, cols, symmetric)
        return found

    def _opened(self, coefficient: Fraction, net: Net, group: Sum) -> list[tuple[Fraction, Net]]:
        """The terms of a network that is a group alone, on some of its wires."""
        wires = net.factors[0][1]
        axes = tuple(tuple(net.dims[w] for w in axis) for axis in (net.rows, net.cols))
        as_it_is = wires == net.rows + net.cols and len(set(wires)) == len(wires)
        if as_it_is and axes == (group.rows, group.cols):
            return [(coefficient * c, inner) for c, inner in group.terms]
        drafts = Draft(net.factors, net.dims, coefficient).opened(0)
        return [self.finish(draft, net.rows, net.cols) for draft in drafts]

    def single(self, draft: Draft, rows: Sequence[int], cols: Sequence[int]) -> Sum:
        """The sum of one draft alone."""
        coefficient, net = self.finish(draft, rows, cols)
        sides = (tuple([net.dims[w] for w in axis]) for axis in (net.rows, net.cols))
        return self.sum([(coefficient, net)], *sides)

    def finish(
        self, draft: Draft, rows: Sequence[int], cols: Sequence[int]
    ) -> tuple[Fraction, Net]:
        """Coefficient and canonical network of a draft, open along these wires."""
        self.afford(len(draft.factors))
        self.spent += len(draft.factors)
        if draft.coefficient:
            finish.settle(self, draft, (*rows, *cols))
        rows, cols = tuple(map(draft.find, rows)), tuple(map(draft.find, cols))
        if draft.coefficient:
            finish.set_aside(self, draft, {*rows, *cols})
        if not draft.coefficient:
            draft.factors = []
        return draft.coefficient, finish.net(self, draft, draft.factors, rows, cols)

    def of_node(self, node: Node, exponent: Exponent = 1) -> Sum:
        """A node as a sum of one term."""
        draft = Draft()
        rows, cols = draft.wires(node.rows), draft.wires(node.cols)
        draft.factors.append((node, rows + cols, exponent))
        return self.single(draft, rows, cols)

    def number(self, value: Fraction | int) -> Sum:
        """A scalar number."""
        return self.single(Draft(coefficient=Fraction(value)), (), ())

    def scaled(self, value: Sum, factor: Fraction) -> Sum:
        """A rational multiple."""
        return self.sum([(c * factor, net) for c, net in value.terms], value.rows, value.cols)

    def added(self, values: Sequence[Sum]) -> Sum:
        """The sum of at least one value, all of the same axes."""
        terms = [term for value in values for term in value.terms]
        return self.sum(terms, values[0].rows, values[0].cols)

    def transposed(self, value: Sum) -> Sum:
        """Rows and columns exchanged."""
        if value not in self._transposed:
            turned = contract(self, "ij->ji", value)
            self._transposed[value] = turned
            self._transposed[turned] = value
        return self._transposed[value]

    def _is_symmetric(self, terms: tuple[tuple[Fraction, Net], ...]) -> bool:
        """Whether exchanging the axes of each term gives another.

        What stands at the two ends tells most terms from their transposes at no cost.
        """
        ends = [(_beside(net, net.rows[0]), _beside(net, net.cols[0])) for _, net in terms]
        if any(end[::-1] not in ends for end in ends):
            return False
        known = set(terms)
        return all(
            net.rows == net.cols
            or self.finish(Draft(net.factors, net.dims, coefficient), net.cols, net.rows) in known
            for coefficient, net in terms
        )

    # ---- placing values into drafts

    def place(self, draft: Draft, value: Sum, wires: Sequence[int]) -> None:
        """Multiply the draft by a value whose axes lie on these wires."""
        if len(value.terms) == 1:
            ((coefficient, net),) = value.terms
            draft.coefficient *= coefficient
            if len(net.factors) <= powers.LARGE:
                draft.splice(net, wires)
            else:
                draft.factors.append((self.scaled(value, 1 / coefficient), tuple(wires), 1))
        elif not value.terms:
            draft.coefficient = Fraction(0)
        else:
            if is_stacked(value) and not has_folds(value):
                value, wires = self.unstacked(value), (wires[1], wires[0])
            content, group, turned = self.group(value)
            draft.coefficient *= content
            split = len(value.rows)
            ports = (*wires[split:], *wires[:split]) if turned else (*wires,)
            draft.factors.append((group, ports, 1))

    def group(self, value: Sum) -> tuple[Fraction, Sum, bool]:
        """A sum as a factor: its content, what that leaves, and whether this stands transposed.

        A group and its transpose are one factor, in the orientation that was written first; rows
        stand as columns. `groups` remembers the sign with which a group was written first.
        """
        content, group = self.content(value)
        if group in self.groups:
            return content, group, False
        if value.cols and not group.symmetric:
            back, turned = self.content(self.transposed(group))
            if turned in self.groups or not value.rows:
                self.groups.setdefault(turned, 1 if content * back > 0 else -1)
                return content * back, turned, True
        self.groups[group] = 1 if content > 0 else -1
        return content, group, False

    def content(self, value: Sum) -> tuple[Fraction, Sum]:
        """A common rational factor, with the sign of the first term by key, and what it leaves."""
        numerator, denominator = 0, 1
        for coefficient, _ in value.terms:
            numerator = gcd(numerator, coefficient.numerator)
            denominator = lcm(denominator, coefficient.denominator)
        first = min(value.terms, key=lambda term: term[1].key)[0]
        common = Fraction(numerator, denominator) * (1 if first > 0 else -1)
        if common == 1:
            return common, value
        return common, self.scaled(value, 1 / common)

    # ---- functions

    def apply(self, function: Function, arguments: tuple[Sum, ...]) -> Sum:
        """A function's value, in normal form."""
        first = arguments[0]
        if function is INV:
            return inverse.inverse(self, first)
        if function.name in ON_REALS and first.real:
            return first if ON_REALS[function.name] else self.scaled(first, Fraction(0))
        along = function.unknown.along if function.unknown is not None else None
        if along is not None and not arguments[-1].terms:  # linear in the direction
            return self.sum([], *result_dims(function, arguments))
        together = self._composed(function, first)
        if together is not None:
            return together
        if function.mask:
            return self._masked(function, first)
        if function.sums and not (first.cols or (first.rows and function.sums == "all")):
            return contract(self, "->i.", sizes={"i": first.rows})
        wide = widest(arguments)
        bounds = [arguments[at] for at in BETWEEN.get(function.name, ())]
        if bounds and bounds[0] is bounds[1]:
            pattern = f"{'i' if bounds[0].rows else '.'}{'j' if bounds[0].cols else '.'}->ij"
            return contract(self, pattern, bounds[0], sizes={"i": wide.rows, "j": wide.cols})
        if function.by_elements or function.entries:
            found = self.by_entries(arguments, lambda values: self.apply(function, values))
            if found is not None:
                return found
        if function.by_elements:
            if not (wide.rows or wide.cols):
                simple = powers.function_of_number(self, function, first)
                if simple is not None:
                    return simple
            return self.apply_either_way(function, arguments)
        return self.apply_as_is(function, arguments)

    def _masked(self, function: Function, value: Sum) -> Sum:
        """`tril(X)` as `tril(ones) .* X`: a constant times X, by elements."""
        if not (value.rows or value.cols):
            return self.scaled(value, Fraction(function.mask))
        ones = contract(self, "->ij", sizes={"i": value.rows, "j": value.cols})
        mask = self.apply_as_is(function, (ones,))
        if (mask.rows, mask.cols) != (value.rows, value.cols):  # of one size along other wires
            value = resplit(self, value, mask.rows, mask.cols)
        return contract(self, "ij,ij->ij", mask, value)

    def by_entries(
        self, values: tuple[Sum, ...], operation: Callable[[tuple[Sum, ...]], Sum]
    ) -> Sum | None:
        """What depends on the entries alone of values that can be put more simply, else None.

        It is taken of a column, not of a row; of the matrix that a value along two wires is the
        vec of, or, where folds make it one from a column, of that column.
        """
        wide = widest(values)
        if wide.cols and not wide.rows:
            return self.transposed(operation(tuple(map(self.transposed, values))))
        if not is_stacked(wide):
            return None
        if has_folds(wide):
            rows = (product(wide.rows),)
            found = operation(tuple(resplit(self, v, rows, ()) if v.rows else v for v in values))
            return resplit(self, found, wide.rows, ()) if found.rows else found
        found = operation(tuple(self.unstacked(v) if v.rows else v for v in values))
        return contract(self, "ij->(ji).", found) if found.rows else found

    def unstacked(self, value: Sum) -> Sum:
        """A value stacked along one axis of two wires, as the matrix that it is the vec of."""
        return contract(self, "(ji).->ij" if value.rows else ".(ji)->ij", value)

    def _composed(self, function: Function, argument: Sum) -> Sum | None:
        """`log(det(X))` as `logdet(X)`, `log(exp(x))` as `x`, and the like."""
        match argument.terms:
            case ((1, Net(((Apply(inner, inside), wires, 1),), _, rows, cols)),):
                name, where = COMPOSITIONS.get((function.name, inner.name), (None, ""))
                if name is None or wires != rows + cols or (where and not argument.real):
                    return None
                return self.apply(TABLE[name][0], inside) if name else inside[0]
            case _:
                return None

    def apply_either_way(self, function: Function, arguments: tuple[Sum, ...]) -> Sum:
        """What commutes with transposition, on the orientation that was written first."""
        turned = tuple(map(self.transposed, arguments))
        if (function, arguments) not in self._applied and (function, turned) in self._applied:
            return self.transposed(self.apply_as_is(function, turned))
        return self.apply_as_is(function, arguments)

    def apply_as_is(self, function: Function, arguments: tuple[Sum, ...]) -> Sum:
        """The application itself, without any normal form."""
        node = self._applied.get((function, arguments))
        if node is None:
            rows, cols = result_dims(function, arguments)
            by_elements = function.kind == "elementwise"
            whole = [a for a in arguments if a.rows or a.cols] if by_elements else arguments[:1]
            symmetric = (function.symmetric or by_elements) and bool(whole)
            symmetric = symmetric and all(argument.symmetric for argument in whole)
            if function.unknown is not None and function.unknown.symmetric:
                symmetric = len(rows) == 1  # stacked axes cannot be swapped one by one
            node = Apply(function, arguments, rows, cols, symmetric)
            self._applied[function, arguments] = node
        return self.of_node(node)

    def power(self, value: Sum, exponent: Exponent) -> Sum:
        """Every entry raised to an exponent."""
        return powers.power(self, value, exponent)


def is_stacked(value: Sum) -> bool:
    """Whether a value runs along one axis of two wires: it is the vec of a matrix."""
    return sorted((len(value.rows), len(value.cols))) == [0, 2]


def _beside(net: Net, wire: int) -> list[tuple[int, int]]:
    """The factors on a wire, and the port that it is on where that matters."""
    return sorted(
        (node.key, 0 if node.symmetric else wires.index(wire))
        for node, wires, _ in net.factors
        if wire in wires
    )
