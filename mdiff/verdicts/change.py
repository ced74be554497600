"""Edits of a claim → changes of its text, made in the user's own way of writing; judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.tree import Sum, children
from mdiff.verdicts.findings import Place
from mdiff.verdicts.nodes import scaled
from mdiff.verdicts.write import NEW, SUM, TERM, Writer, bracketed, splice
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.proof.bench import Factor
    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.claim import Part
    from mdiff.verdicts.edit import Edit

FIRST, NEXT = -1, -2
"""Where a term stands with its sign: at the beginning of a sum, or after other terms."""


POINTED = frozenset({"sign", "factor", "extra"})
"""Slips that are shown where they are, in a larger piece of the claim that is replaced."""


class Change:
    """One replacement in the text: a node in the place of a span, and what to say about it.

    `within` is how tightly what stands there has to hold together, or `FIRST` or `NEXT`; `place` is
    what is underlined; `about` what was missing.
    """

    __slots__ = ("about", "node", "place", "slips", "span", "within")

    def __init__(  # noqa: PLR0913 - what is put where, and what is said
        self,
        slips: tuple[str, ...],
        span: Span,
        node: Tree | None,
        within: int,
        place: Span,
        about: str = "",
    ) -> None:
        self.slips = slips
        self.about = about
        self.span = span
        self.node = node
        self.within = within
        self.place = place


class Candidate:
    """Changes that, together, seem to make the claim right.

    `positive`: they put a positive factor before all of it, and do nothing else.
    """

    __slots__ = ("changes", "cost", "positive")

    def __init__(self, cost: float, changes: Sequence[Change], *, positive: bool = False) -> None:
        self.cost = cost
        self.positive = positive
        self.changes = tuple(changes)


class Pen:
    """Makes changes of one claim, and writes them into its text.

    `terms` are those of the claim, with their signs; one that is no sum is its only term.
    """

    __slots__ = ("part", "sum", "terms", "writer")

    def __init__(self, part: Part) -> None:
        self.part = part
        roots = [*(each.expression for each in part.own), part.tree]
        self.writer = Writer(part.text, roots, part.expression)
        self.sum = _is_sum(part.tree)
        self.terms = top_terms(part.tree)

    def of_term(
        self, slips: tuple[str, ...], index: int, tree: Tree, factor: Factor, about: str = ""
    ) -> Change:
        """A term with a factor; a changed sign is written where the term's sign stands."""
        sign, old = self.terms[index]
        if self.sum and factor.number < 0:
            flipped = scaled(tree, -factor.number, factor.sizes)
            signed = Sum(((-sign, flipped),), NEW)
            where = NEXT if index else FIRST
            return Change(slips, self._with_sign(index), signed, where, old.span, about)
        node = scaled(tree, factor.number, factor.sizes)
        return Change(slips, old.span, node, TERM if self.sum else SUM, old.span, about)

    def _with_sign(self, index: int) -> Span:
        """The span of a term of the sum with the sign before it."""
        start, end = self.terms[index][1].span
        if index:
            return self.terms[index - 1][1].span[1], end
        source = self.part.text[slice(*self.part.tree.span)]
        inner = source.removeprefix("\\left")[1:].lstrip() if bracketed(source) else source
        return min(start, self.part.tree.span[1] - len(inner)), end

    def dropped(self, index: int) -> Change:
        """A term left out, with its sign."""
        start, end = self._with_sign(index)
        if index == 0 and self.terms[1][0] > 0:  # the sign of the next one as well
            end = self.terms[1][1].span[0]
        return Change(("extra",), (start, end), None, SUM, self.terms[index][1].span)

    def edited(self, edit: Edit, root: Tree, *also: str) -> Change:
        """An edit of a term or a definition, whose tree is `root`; `also` are more slips in it."""
        parent, index = None, 0
        for node in postorder([root, self.part.tree], children):
            for at, part in enumerate(children(node)):
                if part is edit.target:
                    parent, index = node, at
        within = self.writer.context(parent, index)
        slips, span = (edit.slip, *also), edit.target.span
        # where "should be …" is said, that is all of what is replaced
        place = edit.span if edit.slip in POINTED else span
        return Change(slips, span, edit.node, within, place, edit.about)

    def added(self, sign: int, tree: Tree) -> Change:
        """A term more, behind all others."""
        end = self.part.tree.span[1]
        signed = Sum(((sign, tree),), NEW)
        return Change(("missing",), (end, end), signed, NEXT, self.terms[-1][1].span)

    def written(self, candidate: Candidate) -> tuple[str, tuple[Place, ...]]:
        """The text with the changes made, and the places with what should stand there."""
        text = self.part.text
        places = []
        for change in sorted(candidate.changes, key=lambda change: change.span, reverse=True):
            piece = self._piece(change)
            text = splice(text, change.span, piece)
            places.append(Place(change.slips, change.place, _bare(piece), change.about))
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
