"""A wrong claim and the true derivative → which terms are right, and what mends the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.tree import Number, Product, Sum, Text, children
from mdiff.verdicts.change import Candidate
from mdiff.verdicts.edit import COSTS
from mdiff.verdicts.expand import expanded
from mdiff.verdicts.nodes import replaced
from mdiff.verdicts.repair import SECOND
from mdiff.verdicts.write import NEW
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.bench import Bench, Measure
    from mdiff.syntax.tree import Operator, Tree
    from mdiff.verdicts.change import Change
    from mdiff.verdicts.repair import Search, Weighed

EXPANDED = 40
"""Terms of an expanded derivative that are looked at."""

_OVER: tuple[Operator, ...] = ("/", "*")


def with_parts_of(search: Search, answer: Tree) -> list[Candidate]:
    """A term times, or divided by, a scalar that is met in the derivative."""
    scalars: dict[str, Tree] = {}
    for node in postorder([answer], children):
        match node:
            case Number() | Text() | Sum():
                continue
            case _:
                pass
        text, _ = search.pen.writer.write(node)
        if text not in scalars and search.scales.is_scalar(node):
            scalars[text] = node
    found: list[Candidate] = []
    for term in search.terms:
        known = search.need(term)
        if known is None:
            continue
        for node in scalars.values():
            for operator in _OVER:
                if not search.scales.afford([term.tree, node]):
                    return found
                tree = Product((("*", term.tree), (operator, node)), NEW)
                measure = search.scales.measure(term.sign, tree)
                if measure is None:
                    continue
                factor = search.bench.factor(measure, known[0])
                if factor is not None:
                    about, slip = "", "factor"
                    if operator == "*" and factor.number == 1:
                        about, slip = search.pen.writer.write(node)[0], "missing factor"
                    change = search.pen.of_term((slip,), term.index, tree, factor, about)
                    cost = COSTS["factor"] + (0.0 if factor.number == 1 else SECOND)
                    positive = len(search.terms) == 1 and factor.number > 0
                    positive = positive and search.scales.positive(node)
                    found.append(Candidate(cost, [change], positive=positive))
    found.sort(key=lambda candidate: candidate.cost)
    return found


def by_terms(search: Search, answer: Tree) -> tuple[list[bool], Candidate | None]:
    """Which terms of the claim are in the derivative; and the edits that mend the others.

    `answer` is the true derivative; a product of sums is expanded on both sides.
    """
    wanted = _measures(search, expanded(answer, EXPANDED))
    right: list[bool] = []
    for term in search.terms:
        pieces = _measures(
            search, [(sign * term.sign, tree) for sign, tree in expanded(term.tree, EXPANDED)]
        )
        left = _without(search.bench, wanted, [measure for measure, _, _ in pieces])
        right.append(left is not None and bool(pieces))
        if left is not None:
            wanted = left
    changes: list[Change] = []
    cost = 0.0
    for term, good in zip(search.terms, right, strict=True):
        if good:
            continue
        found = _mended(search, term, wanted)
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
        changes.append(search.pen.added(sign, tree))
    return right, Candidate(cost, changes) if changes else None


def _measures(search: Search, terms: Sequence[tuple[int, Tree]]) -> list[tuple[Measure, int, Tree]]:
    found = []
    for sign, tree in terms:
        measure = search.scales.measure(sign, tree)
        if measure is not None and not search.bench.same(measure, search.scales.zero):
            found.append((measure, sign, tree))
    return found


def _mended(
    search: Search, term: Weighed, wanted: Sequence[tuple[Measure, int, Tree]]
) -> tuple[float, Change, int] | None:
    """The cheapest edit that makes a term one of those that are wanted."""
    best: tuple[float, Change, int] | None = None
    search.try_edits(term)
    for at, (need, _, _) in enumerate(wanted):
        if term.measure is not None:
            for candidate in search.scaled(term, search.bench.factor(term.measure, need)):
                if best is None or candidate.cost < best[0]:
                    best = candidate.cost, candidate.changes[0], at
        for edit, measure in term.tried:
            factor = search.bench.factor(measure, need)
            if factor is None or factor.sizes:
                continue
            cost = edit.cost
            if factor.number == 1 and not factor.sizes:
                change = search.pen.edited(edit, term.tree)
            else:
                cost += SECOND
                tree = replaced(term.tree, edit.target, edit.node)
                change = search.pen.of_term((edit.slip,), term.index, tree, factor)
            if best is None or cost < best[0]:
                best = cost, change, at
    return best


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
