"""A wrong claim and the true derivative → two slips in the claim that together explain it.

All pairs of edits are too many to try: some 400 n² for a claim of n nodes. So the derivative is
edited as well: where the claim with one edit is the derivative with another, the second slip is of
that sort, and only those are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.verdicts.nodes import replaced, within
from mdiff.verdicts.slips import edits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mdiff.proof.bench import Measure
    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.search import Search, Weighed
    from mdiff.verdicts.slips import Edit

PAIRS = 4_000
"""Nodes that are typed and evaluated to find two slips: about 200 ms."""

TERMS = 40
"""Edits of each of two terms that are tried with each other."""

SIDES = 3
"""Terms of which two may be wrong; with more, each is looked at by itself."""


def pairs(search: Search, answer: Tree) -> Iterator[tuple[Edit, ...]]:
    """Two edits that seem to make the claim right.

    `answer` is the true derivative, with places in a text of its own.
    """
    search.begin(PAIRS)
    yield from _two_terms(search)
    made = [*_made(search, answer)]
    for term in search.terms:
        known = search.need(term)
        if known is None:
            continue
        need, rest = known
        if term.measure is None:
            yield from _shaped(search, term, need)
        for first, measure in search.done.get(id(term), ()):
            whole = search.total([rest, measure])
            sorts = {slip for slip, other in made if search.bench.same(whole, other)}
            if sorts:
                again = edits(term.tree, search)
                second = (other for other in again if other.slips[0] in sorts)
                yield from _together(search, term, ((first, other) for other in second), need)


def _made(search: Search, answer: Tree) -> Iterator[tuple[str, Measure]]:
    """What slips would make of the derivative."""
    if not any(search.done.values()):
        return
    for each in edits(answer, search):
        if not search.afford(answer):
            break
        tree = replaced(answer, each.target, each.node)
        measure = search.whole(tree)
        if measure is not None:
            yield each.slips[0], measure


def _two_terms(search: Search) -> Iterator[tuple[Edit, ...]]:
    """One edit in each of two terms; in one of them perhaps a factor."""
    bench = search.bench
    if not 1 < len(search.terms) <= SIDES:
        return
    for at, first in enumerate(search.terms):
        for second in search.terms[at + 1 :]:
            others = [each.measure for each in search.terms if each not in (first, second)]
            if None in others:
                continue
            need = bench.minus(search.truth, search.total(others))
            tried = [*search.tried(second)][:TERMS]
            for one, measure in [*search.tried(first)][:TERMS]:
                left = bench.minus(need, measure)
                same = [other for other, own in tried if bench.same(own, left)]
                yield from ((one, other) for other in [*same, *search.factored(second, left)])
            for one, measure in tried:
                scaled = search.factored(first, bench.minus(need, measure))
                yield from ((other, one) for other in scaled)


def _shaped(search: Search, term: Weighed, need: Measure) -> Iterator[tuple[Edit, ...]]:
    """Two edits of a term without the shape of the derivative: the first makes it fit."""
    every = edits(term.tree, search)
    first: list[Edit] = []
    for each in every:
        tree = replaced(term.tree, each.target, each.node)
        if not search.afford(tree):
            break
        if each.slips == ("order",) or search.typed(tree) is not None:
            first.append(each)
    both = [(one, other) for one in first for other in every]
    both.sort(key=lambda pair: pair[0].cost + pair[1].cost)
    yield from _together(search, term, both, need)


def _together(
    search: Search, term: Weighed, both: Iterable[tuple[Edit, Edit]], need: Measure
) -> Iterator[tuple[Edit, ...]]:
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


def _joint(one: Edit, other: Edit) -> tuple[Edit, ...]:
    """Two edits that can be made together; one where one is within the other, none if not."""
    if one.target is other.target:
        return ()
    for outer, inner in ((one, other), (other, one)):
        if within(inner.target, outer.target):
            if not within(inner.target, outer.node):
                return ()
            node = replaced(outer.node, inner.target, inner.node)
            slips, cost = (*outer.slips, *inner.slips), outer.cost + inner.cost
            return (outer.but(slips=slips, node=node, cost=cost),)
    return one, other
