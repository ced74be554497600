"""A wrong claim → the smallest edits of it that make it right, each proved before it is offered.

There is one loop: stages give candidates, edits that seem to do on a bench; what they make is
written into the user's text, read again, and proved. A stage costs more than the one before it, and
is bounded by the work that is allowed and by a number of proofs.
"""

from __future__ import annotations

from functools import partial
from itertools import permutations
from typing import TYPE_CHECKING

from mdiff.errors import MdiffError
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.syntax.tree import Apply, Name, Number, Sum
from mdiff.verdicts import pieces
from mdiff.verdicts.claim import again
from mdiff.verdicts.nodes import NEW, detached, expanded, replaced, times, within
from mdiff.verdicts.slips import Edit, edits
from mdiff.verdicts.verdict import Repair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.bench import Measure
    from mdiff.verdicts.search import Search, Weighed

PROOFS = 12  # of candidates of a stage, at most: a bench is hardly ever wrong
FAR = 2.0  # what terms may cost that are mended one by one, before anything else is looked for
EXPANDED = 40  # terms of an expanded derivative that are looked at
TERMS = 40  # edits of each of two terms that are tried with each other
SIDES = 3  # terms of which two may be wrong; with more, each is looked at by itself
INSERTS, PAIRS = 6_000, 4_000  # nodes typed and evaluated for a piece, for two slips: 250, 200 ms

Edits = tuple[Edit, ...]
"""Edits that are made together."""

Wanted = list[tuple["Measure", int, "Tree"]]
"""Signed terms of the derivative, with their measures."""


def repaired(search: Search, answer: str) -> Repair | None:
    """The smallest repair; `answer` is the true derivative, "" where that is not known."""
    for stage in _stages(search, answer):
        seen = {search.part.text.strip()}
        for made in sorted(stage, key=lambda made: sum(each.cost for each in made)):
            text, places = search.writer.edited(made)
            if text in seen:
                continue
            if len(seen) > PROOFS:
                break
            seen.add(text)
            try:
                written = again(search.part, text, search.asked.names, search.asked.functions)
            except MdiffError:
                continue
            proof = search.asked.right(written)
            if proof is not None:
                return Repair(places, text, proof, all(each.positive for each in made))
    return None


def _stages(search: Search, answer: str) -> Iterator[Iterable[Edits]]:
    """What may be tried: tuples of edits that are made together (`zip` makes them of one edit)."""
    yield zip(_spread(search))
    yield zip(search.one_slip())
    chain = pieces.chain(search.asked, search.writer)
    yield zip(_completed(search, partial(pieces.inserts, "chain", chain)))
    if not answer:
        return
    read = search.asked.parse(answer)
    true = detached(read)
    yield zip(_completed(search, partial(pieces.scalings, pieces.scalars(true, search))))
    mended = _term_by_term(search, true)
    yield [mended] if sum(each.cost for each in mended) < FAR else []
    factors = pieces.factors(true, search.writer)
    yield zip(_completed(search, partial(pieces.inserts, "missing factor", factors)))
    yield _pairs(search, read)
    yield [mended]


def _spread(search: Search) -> Iterator[Edit]:
    """A scalar that was meant for a multiple of ones."""
    tree, shape = search.part.tree, search.asked.shape
    typed = search.typed(tree)
    if typed is not None and typed.shape == SCALAR != shape:
        sizes = tuple(Name(str(dim), NEW) for dim in shape if dim != ONE)
        ones = Apply("ones", sizes, NEW, NEW)
        alone = isinstance(tree, Number) and tree.value == 1
        yield Edit("shape", tree, ones if alone else times(tree, ones))


# ---------------------------------------------------------------------------- forgotten pieces


def _completed(search: Search, put: Callable[[Tree], Iterable[Edit]]) -> Iterator[Edit]:
    """A piece of the derivative `put` into a term, or beside the whole."""
    search.begin(INSERTS)
    for term in search.places:
        yield from search.solved(term, search.measured(term, put(term.tree)))


# ---------------------------------------------------------------------------- term by term


def _term_by_term(search: Search, true: Tree) -> Edits:
    """What mends all terms at once that are not in the derivative; `search.rights` are those.

    Products of sums are written out on both sides, and terms paired off by their measures: what is
    left of the derivative is what the other terms should be. Cost: an edit of a term is measured
    once, and compared with at most `EXPANDED` terms.
    """
    wanted = _terms_of(search, 1, true)
    for term in search.terms:
        own, left = _terms_of(search, term.sign, term.tree), [*wanted]
        for measure, _, _ in own:
            met = (at for at, (need, _, _) in enumerate(left) if search.bench.same(need, measure))
            at = next(met, len(left))
            left[at : at + 1] = []
        right = bool(own) and len(left) + len(own) == len(wanted)
        if right:
            search.rights.append(term)
            wanted = left
    found: list[Edit] = []
    for term in search.terms:
        if term in search.rights:
            continue
        tried = [*search.tried(term)]
        mended = [
            (each, at)
            for at, (need, _, _) in enumerate(wanted)
            for each in (*search.factored(term, need), *search.solved(term, tried, need))
        ]
        if not mended:
            return ()
        changed, at = min(mended, key=lambda each: each[0].cost)
        del wanted[at]
        found.append(changed)
    if wanted and not search.rights:
        return ()
    last = search.terms[-1].tree
    return (*found, *(Edit("missing", last, Sum(((s, t),), NEW)) for _, s, t in wanted))


def _terms_of(search: Search, sign: int, tree: Tree) -> Wanted:
    """The terms of a tree that are not zero, with their measures."""
    found: Wanted = []
    for own, term in expanded(tree, EXPANDED):
        measure = search.measure(sign * own, term)
        if measure is not None and not search.bench.is_zero(measure):
            found.append((measure, sign * own, term))
    return found


# ---------------------------------------------------------------------------- two slips


def _pairs(search: Search, answer: Tree) -> Iterator[Edits]:
    """Two edits that seem to make the claim right; `answer` has places in a text of its own.

    All pairs are too many to try, some 400 n² for a claim of n nodes. So the derivative is edited
    as well: where the claim with one edit is the derivative with another, the second slip is of
    that sort, and only those are tried.
    """
    search.begin(PAIRS)
    yield from _two_terms(search)
    made: list[tuple[str, Measure]] = []
    for each in edits(answer, search) if any(search.done.values()) else ():
        if not search.afford(answer):
            break
        measure = search.look(search.typed(replaced(answer, each.target, each.node)))
        made += [(each.slip, measure)] if measure is not None else []
    for term in search.terms:
        need = search.need(term)
        if need is None:
            continue
        if term.measure is None:
            yield from _shaped(search, term, need)
        for first, measure in search.done.get(id(term), ()):
            whole = search.bench.total([(1, search.bench.truth), (-1, need), (1, measure)])
            sorts = {slip for slip, other in made if search.bench.same(whole, other)}
            if sorts:
                again = edits(term.tree, search)
                second = (other for other in again if other.slip in sorts)
                yield from _together(search, term, ((first, other) for other in second), need)


def _two_terms(search: Search) -> Iterator[Edits]:
    """An edit of one term, and an edit or a factor of another."""
    if len(search.terms) > SIDES:
        return
    for first, second in permutations(search.terms, 2):
        need = search.need(first, second)
        if need is None:
            continue
        tried = [*search.tried(second)][:TERMS]
        for one, measure in [*search.tried(first)][:TERMS]:
            left = search.bench.minus(need, measure)
            same = [other for other, own in tried if search.bench.same(own, left)]
            yield from ((one, other) for other in [*same, *search.factored(second, left)])


def _shaped(search: Search, term: Weighed, need: Measure) -> Iterator[Edits]:
    """Two edits of a term without the shape of the derivative: the first makes it fit."""
    every = edits(term.tree, search)
    first: list[Edit] = []
    for each in every:
        tree = replaced(term.tree, each.target, each.node)
        if not search.afford(tree):
            break
        if each.slip == "order" or search.typed(tree) is not None:
            first.append(each)
    both = [(one, other) for one in first for other in every]
    both.sort(key=lambda pair: pair[0].cost + pair[1].cost)
    yield from _together(search, term, both, need)


def _together(
    search: Search, term: Weighed, both: Iterable[tuple[Edit, Edit]], need: Measure
) -> Iterator[Edits]:
    """A term with two edits, where that is what is needed."""
    for one, other in both:
        if search.work <= 0:
            return
        joint = _joint(one, other)
        tree = term.tree
        for each in joint:
            tree = replaced(tree, each.target, each.node)
        if not joint or not search.afford(tree):
            continue
        measure = search.measure(term.sign, tree)
        if measure is not None and search.bench.same(measure, need):
            yield joint


def _joint(one: Edit, other: Edit) -> Edits:
    """Two edits that can be made together; one where one is within the other, none if not."""
    if one.target is other.target:
        return ()
    for outer, inner in ((one, other), (other, one)):
        if within(inner.target, outer.target):
            if not within(inner.target, outer.node):
                return ()
            node = replaced(outer.node, inner.target, inner.node)
            return (outer.but(also=inner.slips, node=node, more=outer.more + inner.cost),)
    return one, other
