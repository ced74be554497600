"""Chains: matrices one after the other along a path of wires, readable from either end."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.tree import Constant
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from mdiff.network.nodes import Dims
    from mdiff.notation.tree import Book, Expr

(INV,) = TABLE["inv"]
(TR,) = TABLE["tr"]
(VEC,) = TABLE["vec"]
DIAG = TABLE["diag"][0]
DIAG_OF = TABLE["diag"][1]

LONG_TRANSPOSE = 3
"""From this many transposed factors on, a chain is written as the transpose of the reversed one."""


class Link(Record):
    """One matrix or vector of a chain, perhaps transposed.

    `order` is where its first variable stands in the user's text; `moved` says whether it holds a
    differential (these are read last). Equal links are equal in expression and orientation.
    """

    expr: Expr
    order: int
    transposed: bool = False
    symmetric: bool = False
    moved: bool = False
    rows: Dims = derived(lambda self: self.expr.cols if self.transposed else self.expr.rows)
    cols: Dims = derived(lambda self: self.expr.rows if self.transposed else self.expr.cols)

    def turned(self) -> Link:
        """The same matrix read from its other end."""
        if self.symmetric:
            return self
        return Link(self.expr, self.order, transposed=not self.transposed, moved=self.moved)

    def __eq__(self, other: object) -> bool:
        """Equal in expression and orientation."""
        return (
            isinstance(other, Link)
            and self.expr is other.expr
            and self.transposed == other.transposed
        )

    def __hash__(self) -> int:
        """By expression and orientation."""
        return hash((id(self.expr), self.transposed))


Chain = tuple[Link, ...]


def made(expr: Expr, chain: Chain, *, transposed: bool = False, symmetric: bool = False) -> Link:
    """What a chain was made into, as a link: it stands where the chain stood."""
    order = min((link.order for link in chain), default=0)
    moved = any(link.moved for link in chain)
    return Link(expr, order, transposed and not symmetric, symmetric, moved)


def diagonal_of(book: Book, matrix: Expr) -> Expr:
    """`diag(A)`, a column."""
    return book.call(DIAG_OF, (matrix,), matrix.rows, ())


def reverse(chain: Chain) -> Chain:
    """The chain read from its other end: the transpose."""
    return tuple(link.turned() for link in reversed(chain))


def transposes(chain: Chain) -> int:
    """How many transposes it takes to write the chain."""
    return sum(link.transposed for link in chain)


def runs(chain: Chain) -> list[tuple[Link, int]]:
    """Equal square neighbours counted together."""
    counted: list[tuple[Link, int]] = []
    for link in chain:
        if counted and counted[-1][0] == link and link.rows == link.cols and link.rows:
            counted[-1] = (link, counted[-1][1] + 1)
        else:
            counted.append((link, 1))
    return counted


def write(book: Book, chain: Chain) -> tuple[Expr, ...]:
    """The factors of a product: powers gathered, a wholly transposed chain turned round."""
    turnable = [link for link in chain if link.transposed]
    if (
        len(turnable) >= LONG_TRANSPOSE
        and all(link.transposed or link.symmetric for link in chain)
        and not any(is_vector(link) for link in chain)
    ):
        inner = write(book, reverse(chain))
        whole = book.product(inner, chain[-1].cols, chain[0].rows)
        return (book.transpose(whole),)
    factors = []
    for link, count in runs(_ones_together(book, chain)):
        expr = link.expr
        if count > 1:
            expr = book.power(expr, book.number(count), elementwise=False)
        factors.append(book.transpose(expr) if link.transposed else expr)
    return tuple(factors)


def _ones_together(book: Book, chain: Chain) -> Chain:
    """`1_m 1_n^T` as one matrix of ones."""
    for i, (left, right) in enumerate(itertools.pairwise(chain)):
        if is_one(left) and is_one(right) and left.rows and right.cols and not left.cols:
            both = Link(book.ones(left.rows, right.cols), left.order)
            return _ones_together(book, (*chain[:i], both, *chain[i + 2 :]))
    return chain


def is_one(link: Link) -> bool:
    """Whether a link is a vector or matrix of ones."""
    return isinstance(link.expr, Constant) and link.expr.name == "ones"


def is_vector(link: Link) -> bool:
    """Whether the link is a column or a row."""
    return not (link.rows and link.cols)


def matrix_of(book: Book, chain: Chain) -> Expr:
    """The chain as one expression."""
    return book.product(write(book, chain), chain[0].rows, chain[-1].cols)
