"""A wrong claim and the true derivative → two slips in the claim that together explain it.

All pairs of edits are too many to try. So the derivative is edited as well: where the claim with
one edit is the derivative with another, the second slip is of that sort, and only those are tried.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.tree import children
from mdiff.verdicts.change import Candidate
from mdiff.verdicts.edit import Edit
from mdiff.verdicts.edits import edits
from mdiff.verdicts.nodes import replaced
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.proof.bench import Measure
    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.change import Change
    from mdiff.verdicts.repair import Search, Weighed

PAIRS = 4_000
"""Nodes that are typed and evaluated to find two slips: about 200 ms."""

TERMS = 40
"""Edits of each of two terms that are tried with each other."""

SIDES = 3
"""Terms of which two may be wrong; with more, each is looked at by itself (`terms`)."""


def pairs(search: Search, answer: Tree) -> list[Candidate]:
    """Two edits that seem to make the claim right, the likeliest first.

    `answer` is the true derivative, with places in a text of its own.
    """
    search.scales.begin(PAIRS)
    found = [*_two_terms(search)]
    made = _made(search, answer) if any(term.tried for term in search.terms) else []
    for term in search.terms:
        known = search.need(term)
        if known is None:
            continue
        need, rest = known
        if term.measure is None:
            found += _shaped(search, term, need)
        for edit, measure in term.tried:
            whole = search.scales.plus(rest, measure)
            sorts = {slip for slip, other in made if search.bench.same(whole, other)}
            if sorts:
                found += _second(search, term, edit, sorts, need)
    found.sort(key=lambda candidate: candidate.cost)
    return found


def _made(search: Search, answer: Tree) -> list[tuple[str, Measure]]:
    """What slips would make of the derivative."""
    found = []
    for edit in edits(answer, search.scales):
        if not search.scales.afford([answer]):
            break
        measure = search.scales.whole(
            search.part.definitions, replaced(answer, edit.target, edit.node)
        )
        if measure is not None:
            found.append((edit.slip, measure))
    return found


def _two_terms(search: Search) -> Iterator[Candidate]:
    """One edit in each of two terms."""
    bench, scales = search.bench, search.scales
    if not 1 < len(search.terms) <= SIDES:
        return
    for at, first in enumerate(search.terms):
        for second in search.terms[at + 1 :]:
            others = [each for each in search.terms if each is not first and each is not second]
            known = [each.measure for each in others if each.measure is not None]
            if len(known) < len(others):
                continue
            search.try_edits(first)
            search.try_edits(second)
            need = bench.minus(scales.truth, scales.total(known))
            for one, measure in first.tried[:TERMS]:
                change = search.pen.edited(one, first.tree)
                for other in _as_needed(search, second, bench.minus(need, measure)):
                    yield Candidate(one.cost + other.cost, [change, *other.changes])
            for one, measure in second.tried[:TERMS]:
                if first.measure is None:
                    break
                change = search.pen.edited(one, second.tree)
                factor = bench.factor(first.measure, bench.minus(need, measure))
                for other in search.scaled(first, factor):
                    yield Candidate(one.cost + other.cost, [*other.changes, change])


def _as_needed(search: Search, term: Weighed, need: Measure) -> Iterator[Candidate]:
    """A term with one edit, or with a factor, that is what is needed."""
    for edit, measure in term.tried[:TERMS]:
        if search.bench.same(measure, need):
            yield Candidate(edit.cost, [search.pen.edited(edit, term.tree)])
    if term.measure is not None:
        yield from search.scaled(term, search.bench.factor(term.measure, need))


def _shaped(search: Search, term: Weighed, need: Measure) -> Iterator[Candidate]:
    """Two edits of a term without the shape of the derivative: the first makes it fit."""
    every = edits(term.tree, search.scales)
    first: list[Edit] = []
    for edit in every:
        tree = replaced(term.tree, edit.target, edit.node)
        if not search.scales.afford([tree]):
            break
        if edit.slip == "order" or search.scales.fits(tree):
            first.append(edit)
    both = [(edit, other) for edit in first for other in every]
    both.sort(key=lambda pair: pair[0].cost + pair[1].cost)
    for edit, other in both:
        if search.scales.work <= 0:
            return
        yield from _together(search, term, edit, other, need)


def _second(
    search: Search, term: Weighed, edit: Edit, sorts: set[str], need: Measure
) -> Iterator[Candidate]:
    """The edits of some sorts that make a term right which has one edit already."""
    for other in edits(term.tree, search.scales):
        if other.slip in sorts:
            yield from _together(search, term, edit, other, need)


def _together(
    search: Search, term: Weighed, edit: Edit, other: Edit, need: Measure
) -> Iterator[Candidate]:
    """A term with two edits, where that is what is needed."""
    both = None if other.target is edit.target else _both(search, term, edit, other)
    if both is None or not search.scales.afford([both[0]]):
        return
    measure = search.scales.measure(term.sign, both[0])
    if measure is not None and search.bench.same(measure, need):
        yield Candidate(edit.cost + other.cost, both[1])


def _both(
    search: Search, term: Weighed, edit: Edit, other: Edit
) -> tuple[Tree, list[Change]] | None:
    """A term with two edits, and the changes; None where one leaves no place for the other."""
    for outer, inner in ((edit, other), (other, edit)):
        if _within(inner.target, outer.target):
            if not _within(inner.target, outer.node):
                return None
            node = replaced(outer.node, inner.target, inner.node)
            joint = Edit(outer.slip, outer.target, node, span=outer.span)
            change = search.pen.edited(joint, term.tree, inner.slip)
            return replaced(term.tree, outer.target, node), [change]
    tree = replaced(replaced(term.tree, edit.target, edit.node), other.target, other.node)
    return tree, [search.pen.edited(each, term.tree) for each in (edit, other)]


def _within(node: Tree, root: Tree) -> bool:
    return any(each is node for each in postorder([root], children))
