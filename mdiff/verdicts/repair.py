"""A wrong claim → the smallest edits of it that make it right, each proved before it is offered.

Edits are typed again and held against the derivative on a bench; what survives is written into the
user's text, read again, and proved. A claim is a sum of terms, and the bench is linear: each term
is looked at by itself, so that one wrong term in many costs no more than one in one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.errors import MdiffError
from mdiff.proof.bench import Factor
from mdiff.syntax.tree import Definition
from mdiff.verdicts.change import Candidate, Change, Pen
from mdiff.verdicts.edit import COSTS
from mdiff.verdicts.edits import edits
from mdiff.verdicts.findings import Repair
from mdiff.verdicts.missing import inserts
from mdiff.verdicts.nodes import replaced, scaled
from mdiff.verdicts.scales import Scales
from mdiff.verdicts.write import SUM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mdiff.proof import Proof
    from mdiff.proof.bench import Bench, Measure
    from mdiff.shapes.dims import Shape
    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.claim import Part
    from mdiff.verdicts.edit import Edit
    from mdiff.verdicts.missing import Piece
    from mdiff.verdicts.typist import Typist

PROOFS = 12
"""Candidates that are proved at most: a bench is hardly ever wrong."""

SECOND = 1.0
"""What a factor costs beside an edit of the same term."""


INSERTS = 6_000
"""Nodes that are typed and evaluated to find a forgotten piece: about 250 ms."""

Tried = list[tuple["Edit", "Measure"]]
"""Edits, with the measures of what they make."""


class Weighed:
    """One term of the claim, with its measure (its sign in it) where it has one."""

    __slots__ = ("index", "measure", "sign", "tree", "tried")

    def __init__(self, index: int, sign: int, tree: Tree, measure: Measure | None) -> None:
        self.index = index
        self.sign = sign
        self.tree = tree
        self.measure = measure
        self.tried: Tried = []


class Search:
    """One wrong claim, its terms, and the derivative that they are held against."""

    def __init__(self, part: Part, typist: Typist, bench: Bench, shape: Shape) -> None:
        self.part = part
        self.bench = bench
        self.pen = Pen(part)
        self.scales = Scales(part, typist, bench, shape, is_sum=self.pen.sum)
        self.terms = [
            Weighed(index, sign, tree, self.scales.measure(sign, tree))
            for index, (sign, tree) in enumerate(self.pen.terms)
        ]
        self._ill = [term for term in self.terms if term.measure is None]
        known = (term.measure for term in self.terms)
        self._known = self.scales.total(measure for measure in known if measure is not None)

    def candidates(self) -> list[Candidate]:
        """All that seem to make the claim right by one edit and perhaps a factor, smallest first.

        Where a sign or a factor does, nothing else is looked for.
        """
        found = self._factors()
        for term in self.terms:
            found += self._linear(term)
        if not found:
            found = [*self._definitions(), *self._wholes(), *self._edits()]
        found.sort(key=lambda candidate: candidate.cost)
        return found

    def need(self, term: Weighed) -> tuple[Measure, Measure] | None:
        """What is needed of a term beside the others, and the others; None where one is ill."""
        if any(each is not term for each in self._ill):
            return None
        rest = self._known
        if term.measure is not None:
            rest = self.bench.minus(rest, term.measure)
        return self.bench.minus(self.scales.truth, rest), rest

    def _linear(self, term: Weighed) -> list[Candidate]:
        """A term dropped, or with a factor."""
        known = self.need(term)
        if known is None:
            return []
        need, _ = known
        if self.bench.same(need, self.scales.zero) and len(self.terms) > 1:
            return [Candidate(COSTS["extra"], [self.pen.dropped(term.index)])]
        if term.measure is None:
            return []
        return self.scaled(term, self.bench.factor(term.measure, need))

    def _edits(self) -> list[Candidate]:
        """Edits within the terms."""
        found: list[Candidate] = []
        for term in self.terms:
            known = self.need(term)
            if known is not None:
                self.try_edits(term)
                found += self._edited(term, term.tried, *known)
        return found

    def _factors(self) -> list[Candidate]:
        """The whole claim times a factor."""
        if len(self.terms) < 2 or self._ill:
            return []
        factor = self.bench.factor(self._known, self.scales.truth)
        if factor is None:
            return []
        tree = self.part.tree
        node = scaled(tree, factor.number, factor.sizes)
        slip = _slip(factor)
        cost = COSTS[slip] + (0.0 if _plain(factor) else 0.1)
        change = Change((slip,), tree.span, node, SUM, tree.span)
        return [Candidate(cost, [change], positive=factor.number > 0)]

    def scaled(self, term: Weighed, factor: Factor | None) -> list[Candidate]:
        """A term times a factor."""
        if factor is None or (factor.number == 1 and not factor.sizes):
            return []
        slip = _slip(factor)
        cost = COSTS[slip] + (0.0 if _plain(factor) else 0.1)
        change = self.pen.of_term((slip,), term.index, term.tree, factor)
        alone = len(self.terms) == 1
        return [Candidate(cost, [change], positive=alone and factor.number > 0)]

    def _definitions(self) -> list[Candidate]:
        """Edits of the definitions that the claim begins with."""
        found = []
        for definition in self.part.own:
            others = self.part.definitions
            for edit in edits(definition.expression, self.scales):
                if not self.scales.afford([definition.expression, self.part.tree]):
                    break
                tree = replaced(definition.expression, edit.target, edit.node)
                changed = Definition(definition.name, tree, definition.span)
                given = [changed if each is definition else each for each in others]
                measure = self.scales.whole(given, self.part.tree)
                if measure is not None and self.bench.same(measure, self.scales.truth):
                    change = self.pen.edited(edit, definition.expression)
                    found.append(Candidate(edit.cost, [change]))
        return found

    def _wholes(self) -> list[Candidate]:
        """Edits of the whole of a sum: its transpose, its trace, and the like."""
        if not self.pen.sum:
            return []
        tree = self.part.tree
        outer = edits(tree, self.scales)
        within = ("sign", "extra")
        return self._whole(e for e in outer if e.target is tree and e.slip not in within)

    def _edited(self, term: Weighed, tried: Tried, need: Measure, rest: Measure) -> list[Candidate]:
        """Edits within a term that give what is needed of it, alone or with a factor."""
        found = []
        truth = self.scales.truth
        for edit, measure in tried:
            same = self.bench.same(measure, need)
            factor = Factor(Fraction(1)) if same else self.bench.factor(measure, need)
            if factor is not None:
                cost = edit.cost
                changes = [self.pen.edited(edit, term.tree)]
                if factor.number != 1 or factor.sizes:
                    halved = edit.slip == "transposed term" and factor.number == Fraction(1, 2)
                    cost += 0.1 if halved else SECOND + (0.0 if _plain(factor) else 0.1)
                    slips = (edit.slip,) if halved else (edit.slip, _slip(factor))
                    tree = replaced(term.tree, edit.target, edit.node)
                    changes = [self.pen.of_term(slips, term.index, tree, factor, edit.about)]
                found.append(Candidate(cost, changes))
            elif len(self.terms) > 1:
                factor = self.bench.factor(self.scales.plus(rest, measure), truth)
                if factor is not None:
                    root = replaced(self.part.tree, edit.target, edit.node)
                    node = scaled(root, factor.number, factor.sizes)
                    span = self.part.tree.span
                    slips = (edit.slip, _slip(factor))
                    changes = [Change(slips, span, node, SUM, span, edit.about)]
                    found.append(Candidate(edit.cost + SECOND + 0.2, changes))
        return found

    def try_edits(self, term: Weighed) -> None:
        """Measure every edit of a term that is typed and has the shape."""
        if not term.tried:
            term.tried = self._tried(term, edits(term.tree, self.scales))

    def _tried(self, term: Weighed, found: Iterable[Edit]) -> Tried:
        tried: Tried = []
        for edit in found:
            if not self.scales.afford([term.tree]):
                break
            tree = replaced(term.tree, edit.target, edit.node)
            measure = self.scales.measure(term.sign, tree)
            if measure is not None and (
                self.scales.nothing or not self.bench.same(measure, self.scales.zero)
            ):
                tried.append((edit, measure))
        return tried

    def completed(self, found: Sequence[Piece]) -> list[Candidate]:
        """A piece of the derivative put into a term, or beside the whole."""
        candidates: list[Candidate] = []
        self.scales.begin(INSERTS)
        if self.pen.sum:
            tree = self.part.tree
            outer = (edit for edit in inserts(tree, found) if edit.target is tree)
            candidates += self._whole(outer)
        for term in self.terms:
            known = self.need(term)
            if known is not None:
                tried = self._tried(term, inserts(term.tree, found))
                candidates += self._edited(term, tried, *known)
        candidates.sort(key=lambda candidate: candidate.cost)
        return candidates

    def _whole(self, found: Iterable[Edit]) -> list[Candidate]:
        """Edits of the whole of a sum."""
        candidates = []
        for edit in found:
            if not self.scales.afford([edit.node]):
                break
            measure = self.scales.whole(self.part.definitions, edit.node)
            if measure is not None and self.bench.same(measure, self.scales.truth):
                candidates.append(Candidate(edit.cost, [self.pen.edited(edit, self.part.tree)]))
        return candidates


def _slip(factor: Factor) -> str:
    return "sign" if factor.number == -1 and not factor.sizes else "factor"


def _plain(factor: Factor) -> bool:
    """Whether a factor is one that is often forgotten: -1, 2, 1/2, n, 1/n."""
    return abs(factor.number) in (1, 2, Fraction(1, 2))


def proved(
    search: Search, candidates: Sequence[Candidate], prove: Callable[[str], Proof | None]
) -> Repair | None:
    """The first candidate that is right when its text is read again; `prove` says so."""
    seen: set[str] = set()
    for candidate in candidates:
        if len(seen) >= PROOFS:
            return None
        text, places = search.pen.written(candidate)
        if text in seen or text == search.part.text.strip():
            continue
        seen.add(text)
        try:
            proof = prove(text)
        except MdiffError:
            continue
        if proof is not None and proof.ok:
            return Repair(places, text, proof, positive=candidate.positive)
    return None
