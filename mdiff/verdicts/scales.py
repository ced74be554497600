"""Trees in the names of a claim → their measures on a bench, as far as a search may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.typed import Broadcast
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.proof.bench import Bench, Measure
    from mdiff.syntax.tree import Definition, Tree
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.claim import Part

CLAIMED = "the claim"
"""Where a variable is from that only the claim has."""

WORK = 24_000
"""Nodes that are typed and evaluated in one search: about a second."""


class Scales:
    """What weighs trees against the derivative, until the work that is allowed is done.

    `zero` is the measure of nothing; `nothing` says that the derivative is zero itself.
    """

    def __init__(self, asked: Asked, part: Part, bench: Bench) -> None:
        self.part = part
        self.asked = asked
        self.bench = bench
        self.shape = asked.shape
        self.work = WORK
        self.truth = bench.truth
        self.zero = bench.minus(bench.truth, bench.truth)
        self.nothing = bench.same(bench.truth, self.zero)
        problem = asked.problem
        scalars = {name for name, each in problem.variables.items() if each.shape == SCALAR}
        self._scalars = scalars | {f"d{name}" for name in scalars} | problem.sizes
        # whether scalars in the claim's sum are added to every entry of something else
        self._spread = False
        if isinstance(part.tree, Sum) and self.shape != SCALAR:
            whole = asked.quickly(part.definitions, part.tree)
            self._spread = whole is not None and whole.shape == self.shape

    # ------------------------------------------------------------------------ measures

    def measure(self, sign: int, tree: Tree) -> Measure | None:
        """The measure of a term; None where it has none, or another shape."""
        found = self.whole(self.part.definitions, tree, spread=self._spread)
        return found if found is None or sign > 0 else self.bench.minus(self.zero, found)

    def whole(
        self, definitions: Sequence[Definition], tree: Tree, *, spread: bool = False
    ) -> Measure | None:
        """The measure of a whole claim, with other definitions."""
        typed = self.asked.quickly(definitions, tree)
        if spread and typed is not None and typed.shape == SCALAR:
            typed = Broadcast(typed, self.shape, typed.span)
        if typed is None or typed.shape != self.shape:
            return None
        return self.bench.measure(typed)

    def plus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a sum."""
        return self.bench.minus(one, self.bench.minus(self.zero, other))

    def total(self, measures: Iterable[Measure | None]) -> Measure:
        """The measure of a sum of all that have one."""
        total = self.zero
        for measure in measures:
            total = total if measure is None else self.plus(total, measure)
        return total

    def begin(self, work: int) -> None:
        """Allow some work for another search, unless the claim was too large for the last one."""
        self.work = work if self.work > 0 else 0

    def afford(self, *trees: Tree) -> bool:
        """Whether the search may go on with one more edit of trees of this size."""
        self.work -= len(postorder(trees, children)) + 8
        return self.work > 0

    # ------------------------------------------------------------------------ what trees are

    def others(self, name: str) -> list[str]:
        """The names that may be meant in place of one."""
        problem = self.asked.problem
        claimed = {n for n, v in problem.variables.items() if v.origin == CLAIMED}
        if name in problem.sizes:
            return sorted(problem.sizes - {name})
        known = sorted(self.asked.names - problem.sizes - claimed - {name})
        return [*known, *(sorted(problem.sizes) if name in claimed else ())]

    def scalar(self, node: Tree) -> bool:
        """Whether a node is known to be a scalar."""
        return isinstance(node, Name) and node.name in self._scalars

    def is_scalar(self, node: Tree) -> bool:
        """Whether a tree has the shape of a scalar."""
        typed = self.asked.quickly(self.part.definitions, node)
        return typed is not None and typed.shape == SCALAR

    def fits(self, tree: Tree) -> bool:
        """Whether a tree has any shape at all."""
        return self.asked.quickly(self.part.definitions, tree) is not None

    def positive(self, node: Tree) -> bool:
        """Whether a scalar is known to be positive wherever the derivative exists."""
        match node:
            case Number(value):
                return value > 0
            case Name(name):
                known = self.asked.problem.variables.get(name)
                return known is None or "positive" in known.properties
            case Apply(function, _):
                return function in TABLE and TABLE[function][0].nonnegative
            case Power(base, Number(value), _):
                return value % 2 == 0 or self.positive(base)
            case Product(factors):
                return all(self.positive(factor) for _, factor in factors)
            case Sum(terms):
                return all(sign > 0 and self.positive(term) for sign, term in terms)
            case _:
                return False
