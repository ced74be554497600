"""A wrong claim → the smallest edits of it that make it right, each proved before it is offered.

Edits are typed again and held against the derivative on a bench; what survives is written into the
user's text, read again, and proved. A claim is a sum of terms, and the bench is linear: each term
is looked at by itself, so that one wrong term in many costs no more than one in one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.check.edits import COSTS, edits, replaced, scaled
from mdiff.check.expand import expanded
from mdiff.check.verdict import Place, Repair
from mdiff.check.write import NEW, SUM, TERM, Writer, bracketed, splice
from mdiff.errors import MdiffError
from mdiff.shapes.dims import SCALAR
from mdiff.syntax.tree import Definition, Name, Number, Product, Sum, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mdiff.check.claim import Part
    from mdiff.check.edits import Edit
    from mdiff.check.typist import Typist
    from mdiff.errors import Span
    from mdiff.proof import Proof
    from mdiff.proof.bench import Bench, Factor, Measure
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Operator, Tree

WORK = 24_000
"""Nodes that are typed and evaluated in one search: about a second."""

PROOFS = 12
"""Candidates that are proved at most: a bench is hardly ever wrong."""

_OVER: tuple[Operator, ...] = ("/", "*")

SECOND = 1.0
"""What a factor costs beside an edit of the same term."""

EXPANDED = 40
"""Terms of an expanded derivative that are looked at."""


FIRST, NEXT = -1, -2
"""Where a term stands with its sign: at the beginning of a sum, or after other terms."""


class Change:
    """One replacement in the text: a node in the place of a span, and what to say about it.

    `within` is how tightly what stands there has to hold together, or `FIRST` or `NEXT`; `place` is
    what is underlined.
    """

    __slots__ = ("node", "place", "slip", "span", "within")

    def __init__(self, slip: str, span: Span, node: Tree | None, within: int, place: Span) -> None:
        self.slip = slip
        self.span = span
        self.node = node
        self.within = within
        self.place = place


class Candidate:
    """Changes that, together, seem to make the claim right."""

    __slots__ = ("changes", "cost")

    def __init__(self, cost: float, changes: Sequence[Change]) -> None:
        self.cost = cost
        self.changes = tuple(changes)


class _Term:
    """One term of the claim, with its measure (its sign in it) where it has one."""

    __slots__ = ("index", "measure", "sign", "tree", "tried")

    def __init__(self, index: int, sign: int, tree: Tree, measure: Measure | None) -> None:
        self.index = index
        self.sign = sign
        self.tree = tree
        self.measure = measure
        self.tried: list[tuple[Edit, Measure]] = []


class Search:
    """One wrong claim, its terms, and the derivative that they are held against."""

    def __init__(self, part: Part, typist: Typist, bench: Bench, shape: Shape) -> None:
        self.part = part
        self.typist = typist
        self.bench = bench
        self.shape = shape
        roots = [*(each.expression for each in part.own), part.tree]
        self.writer = Writer(part.text, roots)
        self.work = WORK
        self.zero = bench.minus(bench.truth, bench.truth)
        self.scalars = self._scalars()
        self.sum = _is_sum(part.tree)
        self.spread = self.sum and shape != SCALAR and self._spreads()
        self.terms = [
            _Term(index, sign, tree, self._measure(sign, tree))
            for index, (sign, tree) in enumerate(top_terms(part.tree))
        ]

    # ---- measuring

    def _scalars(self) -> frozenset[str]:
        variables = self.typist.problem.variables
        names = {name for name, declared in variables.items() if declared.shape == SCALAR}
        names |= {f"d{name}" for name in names} | set(self.typist.problem.sizes)
        return frozenset(names)

    def _spreads(self) -> bool:
        """Whether scalars in the claim's sum are added to every entry of something else."""
        whole = self.typist.quickly(self.part.definitions, self.part.tree)
        return whole is not None and whole.shape == self.shape

    def scalar(self, node: Tree) -> bool:
        """Whether a node is known to be a scalar."""
        match node:
            case Name(name):
                return name in self.scalars
            case _:
                return False

    def _measure(self, sign: int, tree: Tree) -> Measure | None:
        spread = self.shape if self.spread else None
        typed = self.typist.quickly(self.part.definitions, tree, spread)
        found = self._look(typed)
        return found if found is None or sign > 0 else self.bench.minus(self.zero, found)

    def _look(self, typed: Typed | None) -> Measure | None:
        if typed is None or typed.shape != self.shape:
            return None
        return self.bench.measure(typed)

    def _whole(self, definitions: Sequence[Definition], tree: Tree) -> Measure | None:
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

    # ---- the search

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

    def _need(self, term: _Term) -> tuple[Measure, Measure] | None:
        """What is needed of a term beside the others, and the others; None where one is ill."""
        others = [each.measure for each in self.terms if each is not term]
        known = [measure for measure in others if measure is not None]
        if len(known) < len(others):
            return None
        rest = self.total(known)
        return self.bench.minus(self.bench.truth, rest), rest

    def _linear(self, term: _Term) -> list[Candidate]:
        """A term dropped, or with a factor."""
        known = self._need(term)
        if known is None:
            return []
        need, _ = known
        if self.bench.same(need, self.zero) and len(self.terms) > 1:
            return [Candidate(COSTS["extra"], [self._dropped(term)])]
        if term.measure is None:
            return []
        return self._scaled(term, self.bench.factor(term.measure, need))

    def _edits(self) -> list[Candidate]:
        """Edits within the terms."""
        found: list[Candidate] = []
        for term in self.terms:
            known = self._need(term)
            if known is not None:
                found += self._edited(term, *known)
        return found

    def _factors(self) -> list[Candidate]:
        """The whole claim times a factor."""
        measures = [term.measure for term in self.terms]
        if len(measures) < 2 or None in measures:
            return []
        total = self.total(measure for measure in measures if measure is not None)
        factor = self.bench.factor(total, self.bench.truth)
        if factor is None:
            return []
        tree = self.part.tree
        node = scaled(tree, factor.number, factor.sizes)
        slip = _slip(factor)
        cost = COSTS[slip] + (0.0 if _plain(factor) else 0.1)
        return [Candidate(cost, [Change(slip, tree.span, node, SUM, tree.span)])]

    def _scaled(self, term: _Term, factor: Factor | None) -> list[Candidate]:
        """A term times a factor."""
        if factor is None or (factor.number == 1 and not factor.sizes):
            return []
        slip = _slip(factor)
        cost = COSTS[slip] + (0.0 if _plain(factor) else 0.1)
        return [Candidate(cost, [self._term_change(slip, term, term.tree, factor)])]

    def _term_change(self, slip: str, term: _Term, tree: Tree, factor: Factor) -> Change:
        """A term with a factor; a changed sign is written where the term's sign stands."""
        node = scaled(tree, factor.number, factor.sizes)
        place = term.tree.span
        if not self.sum:
            return Change(slip, term.tree.span, node, SUM, place)
        if factor.number > 0:
            return Change(slip, term.tree.span, node, TERM, place)
        flipped = scaled(tree, -factor.number, factor.sizes)
        signed = Sum(((-term.sign, flipped),), NEW)
        where = NEXT if term.index else FIRST
        return Change(slip, self._with_sign(term), signed, where, place)

    def _with_sign(self, term: _Term) -> Span:
        """The span of a term of the sum with the sign before it."""
        start, end = term.tree.span
        if term.index:
            return self.terms[term.index - 1].tree.span[1], end
        source = self.part.text[slice(*self.part.tree.span)]
        inner = source.removeprefix("\\left")[1:].lstrip() if bracketed(source) else source
        return min(start, self.part.tree.span[1] - len(inner)), end

    def _dropped(self, term: _Term) -> Change:
        start, end = self._with_sign(term)
        if term.index == 0 and self.terms[1].sign > 0:  # the sign of the next one as well
            end = self.terms[1].tree.span[0]
        return Change("extra", (start, end), None, SUM, term.tree.span)

    def _definitions(self) -> list[Candidate]:
        """Edits of the definitions that the claim begins with."""
        found = []
        for definition in self.part.own:
            others = self.part.definitions
            for edit in edits(definition.expression, self.scalar):
                if not self._afford([definition.expression, self.part.tree]):
                    break
                tree = replaced(definition.expression, edit.target, edit.node)
                changed = Definition(definition.name, tree, definition.span)
                given = [changed if each is definition else each for each in others]
                measure = self._whole(given, self.part.tree)
                if measure is not None and self.bench.same(measure, self.bench.truth):
                    change = self._change(edit, definition.expression)
                    found.append(Candidate(edit.cost, [change]))
        return found

    def _wholes(self) -> list[Candidate]:
        """Edits of the whole of a sum: its transpose, its trace, and the like."""
        if not self.sum:
            return []
        tree = self.part.tree
        found = []
        for edit in edits(tree, self.scalar):
            if edit.target is not tree or edit.slip in ("sign", "extra"):
                continue
            measure = self._whole(self.part.definitions, edit.node)
            if measure is not None and self.bench.same(measure, self.bench.truth):
                found.append(Candidate(edit.cost, [self._change(edit, tree)]))
        return found

    def _edited(self, term: _Term, need: Measure, rest: Measure) -> list[Candidate]:
        """Edits within a term that give what is needed of it, alone or with a factor."""
        found = []
        self._try(term)
        truth = self.bench.truth
        for edit, measure in term.tried:
            factor = self.bench.factor(measure, need)
            if factor is not None:
                cost = edit.cost
                changes = [self._change(edit, term.tree)]
                if factor.number != 1 or factor.sizes:
                    halved = edit.slip == "transposed term" and factor.number == Fraction(1, 2)
                    cost += 0.1 if halved else SECOND + (0.0 if _plain(factor) else 0.1)
                    tree = replaced(term.tree, edit.target, edit.node)
                    changes = [self._term_change(edit.slip, term, tree, factor)]
                found.append(Candidate(cost, changes))
            elif len(self.terms) > 1:
                factor = self.bench.factor(self.plus(rest, measure), truth)
                if factor is not None:
                    root = replaced(self.part.tree, edit.target, edit.node)
                    node = scaled(root, factor.number, factor.sizes)
                    span = self.part.tree.span
                    changes = [Change(edit.slip, span, node, SUM, edit.span)]
                    found.append(Candidate(edit.cost + SECOND + 0.2, changes))
        return found

    def _try(self, term: _Term) -> None:
        """Measure every edit of a term that is typed and has the shape."""
        if term.tried:
            return
        for edit in edits(term.tree, self.scalar):
            if not self._afford([term.tree]):
                return
            tree = replaced(term.tree, edit.target, edit.node)
            measure = self._measure(term.sign, tree)
            if measure is not None and not self.bench.same(measure, self.zero):
                term.tried.append((edit, measure))

    def _afford(self, trees: Sequence[Tree]) -> bool:
        self.work -= sum(1 for _ in postorder(trees, children)) + 8
        return self.work > 0

    def _change(self, edit: Edit, root: Tree) -> Change:
        parent, index = None, 0
        for node in postorder([root, self.part.tree], children):
            for at, part in enumerate(children(node)):
                if part is edit.target:
                    parent, index = node, at
        within = self.writer.context(parent, index)
        return Change(edit.slip, edit.target.span, edit.node, within, edit.span)

    def with_parts_of(self, answer: Tree) -> list[Candidate]:
        """A term times, or divided by, a scalar that is met in the derivative."""
        scalars: dict[str, Tree] = {}
        for node in postorder([answer], children):
            match node:
                case Number() | Sum():
                    continue
                case _:
                    pass
            text, _ = self.writer.write(node)
            if text not in scalars and self._is_scalar(node):
                scalars[text] = node
        found: list[Candidate] = []
        for term in self.terms:
            known = self._need(term)
            if known is None:
                continue
            for node in scalars.values():
                for operator in _OVER:
                    if not self._afford([term.tree, node]):
                        return found
                    tree = Product((("*", term.tree), (operator, node)), NEW)
                    measure = self._measure(term.sign, tree)
                    if measure is None:
                        continue
                    factor = self.bench.factor(measure, known[0])
                    if factor is not None:
                        change = self._term_change("factor", term, tree, factor)
                        cost = COSTS["factor"] + (0.0 if factor.number == 1 else SECOND)
                        found.append(Candidate(cost, [change]))
        found.sort(key=lambda candidate: candidate.cost)
        return found

    def _is_scalar(self, node: Tree) -> bool:
        typed = self.typist.quickly(self.part.definitions, node)
        return typed is not None and typed.shape == SCALAR

    # ---- term by term

    def by_terms(self, answer: Tree) -> tuple[list[bool], Candidate | None]:
        """Which terms of the claim are in the derivative; and the edits that mend the others.

        `answer` is the true derivative; a product of sums is expanded on both sides.
        """
        wanted = self._measures(expanded(answer, EXPANDED))
        right: list[bool] = []
        for term in self.terms:
            pieces = self._measures(
                [(sign * term.sign, tree) for sign, tree in expanded(term.tree, EXPANDED)]
            )
            left = _without(self.bench, wanted, [measure for measure, _, _ in pieces])
            right.append(left is not None and bool(pieces))
            if left is not None:
                wanted = left
        changes: list[Change] = []
        cost = 0.0
        for term, good in zip(self.terms, right, strict=True):
            if good:
                continue
            found = self._mended(term, wanted)
            if found is None:
                return right, None
            price, change, at = found
            del wanted[at]
            changes.append(change)
            cost += price
        if wanted and not any(right):
            return right, None
        for _, sign, tree in wanted:
            cost += COSTS["missing"]
            changes.append(self._added(sign, tree))
        return right, Candidate(cost, changes) if changes else None

    def _measures(self, terms: Sequence[tuple[int, Tree]]) -> list[tuple[Measure, int, Tree]]:
        found = []
        for sign, tree in terms:
            measure = self._measure(sign, tree)
            if measure is not None and not self.bench.same(measure, self.zero):
                found.append((measure, sign, tree))
        return found

    def _mended(
        self, term: _Term, wanted: Sequence[tuple[Measure, int, Tree]]
    ) -> tuple[float, Change, int] | None:
        """The cheapest edit that makes a term one of those that are wanted."""
        best: tuple[float, Change, int] | None = None
        self._try(term)
        for at, (need, _, _) in enumerate(wanted):
            if term.measure is not None:
                for candidate in self._scaled(term, self.bench.factor(term.measure, need)):
                    if best is None or candidate.cost < best[0]:
                        best = candidate.cost, candidate.changes[0], at
            for edit, measure in term.tried:
                factor = self.bench.factor(measure, need)
                if factor is None or factor.sizes:
                    continue
                cost = edit.cost
                if factor.number == 1 and not factor.sizes:
                    change = self._change(edit, term.tree)
                else:
                    cost += SECOND
                    tree = replaced(term.tree, edit.target, edit.node)
                    change = self._term_change(edit.slip, term, tree, factor)
                if best is None or cost < best[0]:
                    best = cost, change, at
        return best

    def _added(self, sign: int, tree: Tree) -> Change:
        end = self.part.tree.span[1]
        signed = Sum(((sign, tree),), NEW)
        return Change("missing", (end, end), signed, NEXT, self.terms[-1].tree.span)

    # ---- the text

    def written(self, candidate: Candidate) -> tuple[str, tuple[Place, ...]]:
        """The text with the changes made, and the places with what should stand there."""
        text = self.part.text
        places = []
        for change in sorted(candidate.changes, key=lambda change: change.span, reverse=True):
            piece = self._piece(change)
            text = splice(text, change.span, piece)
            places.append(Place(change.slip, change.place, _bare(piece)))
        return text.strip(), tuple(reversed(places))

    def _piece(self, change: Change) -> str:
        """The text of what is put in."""
        if change.node is None:
            return ""
        if change.within >= 0:
            return self.writer.fitting(change.node, change.within)
        text, _ = self.writer.write(change.node)
        if change.within == FIRST:
            return text
        return f" - {text[1:]}" if text.startswith("-") else f" + {text}"


def _bare(piece: str) -> str:
    """What is put in, without brackets around all of it."""
    piece = piece.strip()
    return piece[1:-1] if piece.startswith("(") and bracketed(piece) else piece


def top_terms(tree: Tree) -> tuple[tuple[int, Tree], ...]:
    """The terms of a sum; what is no sum is its only term."""
    match tree:
        case Sum(terms):
            return terms
        case _:
            return ((1, tree),)


def _is_sum(tree: Tree) -> bool:
    match tree:
        case Sum():
            return True
        case _:
            return False


def _slip(factor: Factor) -> str:
    return "sign" if factor.number == -1 and not factor.sizes else "factor"


def _plain(factor: Factor) -> bool:
    """Whether a factor is one that is often forgotten: -1, 2, 1/2, n, 1/n."""
    return abs(factor.number) in (1, 2, Fraction(1, 2))


def _without(
    bench: Bench,
    wanted: Sequence[tuple[Measure, int, Tree]],
    pieces: Sequence[Measure],
) -> list[tuple[Measure, int, Tree]] | None:
    """What is wanted without the pieces; None where one of them is not wanted."""
    left = list(wanted)
    for piece in pieces:
        at = next((i for i, (measure, _, _) in enumerate(left) if bench.same(measure, piece)), None)
        if at is None:
            return None
        del left[at]
    return left


def proved(
    search: Search, candidates: Sequence[Candidate], prove: Callable[[str], Proof | None]
) -> Repair | None:
    """The first candidate that is right when its text is read again; `prove` says so."""
    seen: set[str] = set()
    for candidate in candidates:
        if len(seen) >= PROOFS:
            return None
        text, places = search.written(candidate)
        if text in seen or text == search.part.text.strip():
            continue
        seen.add(text)
        try:
            proof = prove(text)
        except MdiffError:
            continue
        if proof is not None and proof.ok:
            return Repair(places, text, proof)
    return None
