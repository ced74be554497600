"""How a closed network reads: a trace, a scalar product, or the square of a norm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.graph import Trace
from mdiff.notation.links import TR, is_vector, matrix_of, reverse, transposes, write
from mdiff.record import Record

if TYPE_CHECKING:
    from mdiff.notation.links import Chain
    from mdiff.notation.tree import Book, Expr

NORM2 = TABLE["norm2"][0]
(NORMF,) = TABLE["normF"]


class Scalar(Record):
    """How a closed network reads; `root` is the norm that it is the square of, if it is one.

    `sign` is -1 where the expression is the negated value (its groups stand as they were typed).
    `chain` is what stands in the scalar product, or in the trace (`cyclic`), if it is one.
    """

    expr: Expr
    root: Expr | None = None
    sign: int = 1
    chain: Chain = ()
    cyclic: bool = False


def scalar_of(book: Book, found: Chain | Trace | Expr, sign: int, *, real: bool) -> Scalar:
    """The reading of what a closed network was reduced to.

    `real`: no complex variable occurs in it, so that `v^T v` is the square of a norm.
    """
    if isinstance(found, Trace):
        return _of_trace(book, found.chain, sign, real=real)
    if not isinstance(found, tuple):
        return Scalar(found, None, sign)
    chain = _best_direction(found)
    expr = book.product(write(book, chain), (), ())
    half = _half(chain) if real else None
    if half is None:
        return Scalar(expr, None, sign, chain)
    root = book.call(NORM2, (matrix_of(book, half),), (), ())
    square = book.power(root, book.number(2), elementwise=False)
    return Scalar(square if square.size < expr.size else expr, root, sign, chain)


def _of_trace(book: Book, chain: Chain, sign: int, *, real: bool) -> Scalar:
    """`tr(A^T A)` is the square of a norm."""
    expr = book.call(TR, (matrix_of(book, chain),), (), ())
    middle, odd = divmod(len(chain), 2)
    for turn in range(0 if odd or not real else len(chain)):
        turned = chain[turn:] + chain[:turn]
        half = turned[middle:]
        if reverse(half) == turned[:middle] and 2 * transposes(half) <= len(half):
            root = book.call(NORMF, (matrix_of(book, half),), (), ())
            square = book.power(root, book.number(2), elementwise=False)
            return Scalar(square, root, sign, chain, cyclic=True)
    return Scalar(expr, None, sign, chain, cyclic=True)


def _best_direction(chain: Chain) -> Chain:
    """The direction of a scalar product with fewest transposes; a differential stands last."""
    backwards = reverse(chain)

    def key(links: Chain) -> tuple[bool, int, bool, list[int]]:
        turned = any(link.moved and link.transposed for link in links)
        ahead = any(link.moved for link in links[: len(links) // 2])
        return turned, transposes(links), ahead, [link.order for link in links]

    return min(chain, backwards, key=key)


def _half(chain: Chain) -> Chain | None:
    """The `v` of `v^T v`, where a chain is that."""
    middle = len(chain) // 2
    if len(chain) % 2 or reverse(chain) != chain or chain[middle].symmetric:
        return None
    half = chain[middle:]
    return half if is_vector(half[-1]) else None
