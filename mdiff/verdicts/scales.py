"""Trees in the names of a claim → their measures on a bench, as far as a search may go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.shapes.dims import SCALAR
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.proof.bench import Bench, Measure
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Definition, Tree
    from mdiff.verdicts.claim import Part
    from mdiff.verdicts.typist import Typist

CLAIMED = "the claim"
"""Where a variable is from that only the claim has."""

WORK = 24_000
"""Nodes that are typed and evaluated in one search: about a second."""


class Scales:
    """What weighs trees against the derivative.

    `zero` is the measure of nothing; `nothing` says that the derivative is zero itself.
    """

    def __init__(
        self, part: Part, typist: Typist, bench: Bench, shape: Shape, *, is_sum: bool
    ) -> None:
        self.part = part
        self.typist = typist
        self.bench = bench
        self.shape = shape
        self.work = WORK
        self.truth = bench.truth
        self.zero = bench.minus(bench.truth, bench.truth)
        self.nothing = bench.same(bench.truth, self.zero)
        self._scalar_names = self._scalars()
        self._spread = is_sum and shape != SCALAR and self._spreads()

    def _scalars(self) -> frozenset[str]:
        variables = self.typist.problem.variables
        names = {name for name, declared in variables.items() if declared.shape == SCALAR}
        names |= {f"d{name}" for name in names} | set(self.typist.problem.sizes)
        return frozenset(names)

    def _spreads(self) -> bool:
        """Whether scalars in the claim's sum are added to every entry of something else."""
        whole = self.typist.quickly(self.part.definitions, self.part.tree)
        return whole is not None and whole.shape == self.shape

    def others(self, name: str) -> list[str]:
        """The names that may be meant in place of one."""
        claimed = {n for n, v in self.typist.problem.variables.items() if v.origin == CLAIMED}
        sizes = self.typist.problem.sizes
        known = sorted(self.typist.names - sizes - claimed - {name})
        if name not in sizes:
            return [*known, *(sorted(sizes) if name in claimed else ())]
        return sorted(sizes - {name})

    def scalar(self, node: Tree) -> bool:
        """Whether a node is known to be a scalar."""
        match node:
            case Name(name):
                return name in self._scalar_names
            case _:
                return False

    def positive(self, node: Tree) -> bool:
        """Whether a scalar is known to be positive wherever the derivative exists."""
        match node:
            case Number(value):
                return value > 0
            case Name(name):
                known = self.typist.problem.variables.get(name)
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

    def measure(self, sign: int, tree: Tree) -> Measure | None:
        """The measure of a term; None where it has none, or another shape."""
        spread = self.shape if self._spread else None
        typed = self.typist.quickly(self.part.definitions, tree, spread)
        found = self._look(typed)
        return found if found is None or sign > 0 else self.bench.minus(self.zero, found)

    def _look(self, typed: Typed | None) -> Measure | None:
        if typed is None or typed.shape != self.shape:
            return None
        return self.bench.measure(typed)

    def whole(self, definitions: Sequence[Definition], tree: Tree) -> Measure | None:
        """The measure of a whole claim, with other definitions."""
        return self._look(self.typist.quickly(definitions, tree))

    def plus(self, one: Measure, other: Measure) -> Measure:
        """The measure of a sum."""
        return self.bench.minus(one, self.bench.minus(self.zero, other))

    def total(self, measures: Iterable[Measure]) -> Measure:
        """The measure of a sum of many."""
        total = self.zero
        for measure in measures:
            total = self.plus(total, measure)
        return total

    def begin(self, work: int) -> None:
        """Allow some work for another search, unless the claim was too large for the last one."""
        self.work = work if self.work > 0 else 0

    def afford(self, trees: Sequence[Tree]) -> bool:
        """Whether the search may go on with one more edit of trees of this size."""
        self.work -= sum(1 for _ in postorder(trees, children)) + 8
        return self.work > 0

    def fits(self, tree: Tree) -> bool:
        """Whether a tree has any shape at all."""
        return self.typist.quickly(self.part.definitions, tree) is not None

    def is_scalar(self, node: Tree) -> bool:
        """Whether a tree has the shape of a scalar."""
        typed = self.typist.quickly(self.part.definitions, node)
        return typed is not None and typed.shape == SCALAR
