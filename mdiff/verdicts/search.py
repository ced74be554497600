"""A wrong claim on a bench → edits of its terms, and factors, that seem to make it right.

Everything is linear: a claim is a sum of terms, and what a term has to be is the derivative less
the other terms. So each term is looked at by itself, and one wrong term in many costs no more than
one in one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.errors import MdiffError
from mdiff.record import Record
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.typed import Broadcast
from mdiff.syntax.tree import Name, Sum, children
from mdiff.verdicts.asked import CLAIMED
from mdiff.verdicts.nodes import NEW, replaced, scaled, top_terms
from mdiff.verdicts.slips import Edit, edits
from mdiff.verdicts.write import Writer
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Definition, Tree
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.bench import Bench, Factor, Measure
    from mdiff.verdicts.claim import Part

WORK = 24_000  # nodes that are typed and evaluated in one search: about a second
SECOND = 1.0  # what a factor costs beside an edit of the same term


class Weighed(Record):
    """One term of the claim, with its measure (its sign in it) where it has one."""

    sign: int
    tree: Tree
    measure: Measure | None


class Search:
    """One wrong claim, its terms, and the derivative that they are held against."""

    def __init__(self, asked: Asked, part: Part, bench: Bench) -> None:
        self.asked = asked
        self.part = part
        self.bench = bench
        self.writer = Writer(part)
        self.work = WORK
        known = asked.problem.variables.items()
        scalars = {name for name, each in known if each.shape == SCALAR}
        self._scalars = scalars | {f"d{name}" for name in scalars} | asked.problem.sizes
        # whether scalars in the claim's sum are added to every entry of something else
        whole = self.typed(part.tree) if isinstance(part.tree, Sum) else None
        self._spread = whole is not None and whole.shape == asked.shape != SCALAR
        self.terms = [
            Weighed(sign, tree, self.measure(sign, tree)) for sign, tree in top_terms(part.tree)
        ]
        self.whole, self.places = self.terms[0], self.terms
        if len(self.terms) > 1:
            self.whole = Weighed(1, part.tree, self.look(whole))
            self.places = [self.whole, *self.terms]
        self.rights: list[Weighed] = []
        self.done: dict[int, list[tuple[Edit, Measure]]] = {}

    def one_slip(self) -> list[Edit]:
        """One edit and perhaps a factor; where a sign or a factor does, nothing else is tried."""
        found: list[Edit] = []
        for term in self.places:
            need = self.need(term)
            if need is None:
                continue
            if term is not self.whole and self.bench.is_zero(need):
                found.append(Edit("extra", term.tree, Sum((), NEW)))
            else:
                found += self.factored(term, need)
        if found:
            return found
        for definition in self.part.own:
            found += self._defined(definition)
        for term in self.places:
            found += self.solved(term, self.tried(term))
        return found

    def need(self, *terms: Weighed) -> Measure | None:
        """What is needed of some terms beside the others; None where one of these is ill."""
        others = [each.measure for each in self.terms if each not in terms]
        if self.whole in terms:
            return self.bench.truth
        signed = [(-1, each) for each in others if each is not None]
        return self.bench.total([(1, self.bench.truth), *signed]) if None not in others else None

    def factored(self, term: Weighed, need: Measure) -> list[Edit]:
        """A term times a factor that makes it what is needed."""
        factor = self.bench.factor(term.measure, need) if term.measure else None
        if factor is None or factor.is_one:
            return []
        positive = factor.number > 0 and term is self.whole
        new = self._times(term.tree, term.tree, factor)
        return [Edit(factor.slip, term.tree, new, more=factor.more, positive=positive)]

    def _times(self, target: Tree, node: Tree, factor: Factor) -> Tree:
        """What stands for a target, times a factor; the sign of a sum in a sum is put before it."""
        sign = 1
        if factor.number < 0 and target is not self.part.tree and len(top_terms(node)) > 1:
            sign = -1
        new = scaled(node, sign * factor.number, factor.sizes)
        return new if sign > 0 else Sum(((-1, new),), NEW)

    def _defined(self, definition: Definition) -> Iterator[Edit]:
        """Edits of a definition that the claim begins with, which make the claim right."""
        for each in edits(definition.expression, self):
            if not self.afford(each.node, self.part.tree):
                break
            changed = replaced(definition.expression, each.target, each.node)
            definitions = [
                known.but(expression=changed) if known is definition else known
                for known in self.part.definitions
            ]
            measure = self.look(self.asked.quickly(definitions, self.part.tree))
            if measure is not None and self.bench.same(measure, self.bench.truth):
                yield each

    def tried(self, term: Weighed) -> Iterator[tuple[Edit, Measure]]:
        """All edits of a term that undo a slip, measured once."""
        if not self.done.get(id(term)):
            self.done[id(term)] = [*self.measured(term, edits(term.tree, self))]
        yield from self.done[id(term)]

    def measured(self, term: Weighed, found: Iterable[Edit]) -> Iterator[tuple[Edit, Measure]]:
        """Those edits of a term that are typed and have the shape, with their measures.

        Within a sum its terms are edited: of the sum itself, what none of them has.
        """
        zero = self.bench.is_zero(self.bench.truth)
        for each in found:
            if term.tree is not each.target and term not in self.terms:
                continue
            if not self.afford(term.tree):
                break
            measure = self.measure(term.sign, replaced(term.tree, each.target, each.node))
            if measure is not None and (zero or not self.bench.is_zero(measure)):
                yield each, measure

    def solved(
        self, term: Weighed, tried: Iterable[tuple[Edit, Measure]], need: Measure | None = None
    ) -> Iterator[Edit]:
        """Edits within a term that make it what is needed, alone or with a factor."""
        need = need or self.need(term)
        if need is None:
            return
        for each, measure in tried:
            factor = self.bench.factor(measure, need)
            if factor is not None:
                alone = term is self.whole and factor.number > 0
                positive = alone and each.by is not None and self.positive(each.by)
                yield self.with_factor(term, each, factor).but(positive=positive)

    def with_factor(self, term: Weighed, each: Edit, factor: Factor) -> Edit:
        """An edit of a term and a factor of the term, as one edit; half of `A + A'` is no slip."""
        if factor.is_one:
            return each
        tree = replaced(term.tree, each.target, each.node)
        new = self._times(term.tree, tree, factor)
        if each.slip == "transposed term" and factor.number == Fraction(1, 2):
            return Edit(each.slip, term.tree, new, more=each.more + 0.1)
        more = factor.more + each.more + SECOND
        return Edit(each.slip, term.tree, new, more=more, about=each.about, also=(factor.slip,))

    # ------------------------------------------------------------------------ measures

    def measure(self, sign: int, tree: Tree) -> Measure | None:
        """The measure of a term; None where it has none, or another shape."""
        found = self.look(self.typed(tree), spread=self._spread)
        return found and self.bench.total([(sign, found)])

    def look(self, typed: Typed | None, *, spread: bool = False) -> Measure | None:
        """The measure of a whole claim, or of a term that may be `spread` over all entries."""
        shape = self.asked.shape
        if spread and typed is not None and typed.shape == SCALAR:
            typed = Broadcast(typed, shape, typed.span)
        return self.bench.measure(typed) if typed is not None and typed.shape == shape else None

    def begin(self, work: int) -> None:
        """Allow some work for another stage, unless the claim was too large for the last one."""
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

    def is_scalar(self, node: Tree) -> bool:
        """Whether a node is a name that is known to be a scalar."""
        return isinstance(node, Name) and node.name in self._scalars

    def typed(self, tree: Tree) -> Typed | None:
        """A tree in the names of the claim, whatever its shape; None where it has none."""
        return self.asked.quickly(self.part.definitions, tree)

    def positive(self, node: Tree) -> bool:
        """Whether a scalar is known to be positive wherever the derivative exists."""
        typed = self.typed(node)
        if typed is None:
            return False
        try:
            return Derivation(self.asked.problem.but(expression=typed)).value().nonnegative
        except MdiffError:
            return False
