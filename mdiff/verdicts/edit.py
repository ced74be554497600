"""What an edit of a claim is, and how far-fetched each sort of slip is; data only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.syntax.tree import Tree

COSTS = {
    "sign": 1.0,
    "factor": 1.0,
    "transpose": 1.1,
    "order": 1.2,
    "inverse": 1.2,
    "transposed term": 1.3,
    "elementwise": 1.3,
    "diag": 1.4,
    "function": 1.4,
    "power": 1.4,
    "extra": 1.5,
    "missing": 1.6,
    "trace": 1.6,
    "missing factor": 1.6,
    "chain": 1.6,
    "name": 1.7,
}
"""The slips, and how far-fetched an edit that undoes one is."""

FAR = 0.2
"""What an order costs more where the factors are no neighbours."""


class Edit:
    """One edit: `target` becomes `node`; `slip` is what it undoes, `span` the place to look at.

    `about` is the text of what was missing.
    """

    __slots__ = ("about", "cost", "node", "slip", "span", "target")

    def __init__(  # noqa: PLR0913 - what is put where, and what is said
        self,
        slip: str,
        target: Tree,
        node: Tree,
        *,
        span: Span | None = None,
        more: float = 0.0,
        about: str = "",
    ) -> None:
        self.about = about
        self.slip = slip
        self.target = target
        self.node = node
        self.span = span or target.span
        self.cost = COSTS[slip] + more
