"""Chains: matrices one after the other along a path of wires, readable from either end.

A term, as it is being put together, is a `Form`: numbers and scalars in front of a chain.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, TypeGuard

from mdiff.functions.table import TABLE
from mdiff.network.nodes import Sum, exponent_key
from mdiff.network.powers import is_whole
from mdiff.notation.tree import Call, is_constant
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Dims, Exponent, Node
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


def write(book: Book, chain: Chain) -> tuple[Expr, ...]:
    """The factors of a product: equal neighbours as a power, a wholly transposed chain turned."""
    if (
        transposes(chain) >= LONG_TRANSPOSE
        and all(link.transposed or link.symmetric for link in chain)
        and all(link.rows and link.cols for link in chain)
    ):
        return (book.transpose(matrix_of(book, reverse(chain))),)
    if any(is_constant(link.expr, "ones") for link in chain):
        chain = _ones_together(book, chain)
    factors = []
    for link, equal in itertools.groupby(chain):
        expr, count = link.expr, len(list(equal))
        if count > 1:
            expr = book.power(expr, book.number(count), elementwise=False)
        factors.append(book.transpose(expr) if link.transposed else expr)
    return tuple(factors)


def _ones_together(book: Book, chain: Chain) -> Chain:
    """`1_m 1_n^T` as one matrix of ones, `diag(v) 1` as `v`."""
    for i, (left, right) in enumerate(itertools.pairwise(chain)):
        both = None
        before, after = (is_constant(link.expr, "ones") for link in (left, right))
        if before and after and left.rows and right.cols and not left.cols:
            both = Link(book.ones(left.rows, right.cols), left.order)
        elif after and not right.cols:
            both = inside((left,), DIAG)
        elif before and not left.rows and (vector := inside((right,), DIAG)):
            both = vector.turned()
        if both is not None:
            return _ones_together(book, (*chain[:i], both, *chain[i + 2 :]))
    return chain


def inside(chain: Chain, function: Function) -> Link | None:
    """The argument of a chain that is a function alone, `diag(v)` or `vec(A)`."""
    match chain:
        case (Link(expr=Call(found, (argument, *_))),) if found is function:
            return made(argument, chain)
        case _:
            return None


def is_vector(link: Link) -> bool:
    """Whether the link is a column or a row."""
    return not (link.rows and link.cols)


def matrix_of(book: Book, chain: Chain) -> Expr:
    """The chain as one expression."""
    return book.product(write(book, chain), chain[0].rows, chain[-1].cols)


# ---- terms


class Form(Record):
    """One term: a rational coefficient, powers of scalar nodes, and a chain (empty: a scalar).

    `factor` is a further scalar, the sum that was left when all else had been taken out.
    """

    coefficient: Fraction
    scalars: dict[Node, Exponent]
    chain: Chain
    factor: Link | None = None

    def turned(self) -> Form:
        """The transpose."""
        return self.but(chain=reverse(self.chain))

    def mark(self) -> object:
        """What two equal forms have in common."""
        scalars = frozenset((n, str(exponent_key(e))) for n, e in self.scalars.items())
        return (self.coefficient, scalars, self.chain, self.factor)


def without(form: Form, shared: Mapping[Node, Exponent]) -> Form:
    """The form divided by powers of scalars; groups of one term come apart at whole powers."""
    coefficient = form.coefficient
    rest = dict(form.scalars)
    for node, exponent in shared.items():
        left = _add(rest.pop(node), exponent, -1)
        if left != 0 and is_whole(left) and _comes_apart(node, rest):
            ((inner, net),) = node.terms
            coefficient *= inner ** int(left)
            for factor, _, e in net.factors:
                rest[factor] = _add(rest.get(factor, 0), e, int(left))
        elif left != 0:
            rest[node] = left
    kept = {node: exponent for node, exponent in rest.items() if exponent != 0}
    return form.but(coefficient=coefficient, scalars=kept)


def _comes_apart(node: Node, beside: Mapping[Node, Exponent]) -> TypeGuard[Sum]:
    """Whether a node is a group of one term whose factors have numbers for exponents, here too."""
    if not isinstance(node, Sum) or len(node.terms) != 1:
        return False
    factors = node.terms[0][1].factors
    return not any(isinstance(e, Sum) or isinstance(beside.get(f), Sum) for f, _, e in factors)


def _add(a: Exponent, b: Exponent, times: int) -> Fraction | int:
    """`a + times b` of exponents that are numbers."""
    if isinstance(a, Sum) or isinstance(b, Sum):
        raise TypeError(a, b)
    return a + times * b
