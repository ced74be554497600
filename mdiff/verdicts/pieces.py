"""What a derivative is made of → edits that put a forgotten piece of it into a claim.

Pieces are the derivatives of the functions in the expression, as the chain rule has them, and the
factors of the true derivative.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.functions.table import TABLE
from mdiff.record import Record
from mdiff.shapes.dims import SCALAR
from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.verdicts.nodes import NEW, detached, number, power, product, rewritten, times
from mdiff.verdicts.slips import Edit
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.nodes import Factors
    from mdiff.verdicts.search import Search
    from mdiff.verdicts.write import Writer

MOST = 8  # pieces of a sort that are looked for


class Piece(Record):
    """A piece of a derivative, and what it is the derivative of, or its own text."""

    tree: Tree
    about: str


def chain(asked: Asked, writer: Writer) -> list[Piece]:
    """The derivatives of the functions and powers in the expression, and of what is in them."""
    return _each_once(_chain(asked), writer) if asked.name != "hess" else []


def factors(answer: Tree, writer: Writer) -> list[Piece]:
    """The factors of all products in the derivative."""
    found = (
        Piece(factor, writer.write(factor))
        for node in reversed(postorder([answer], children))
        if isinstance(node, Product)
        for operator, factor in node.factors
        if operator != "/" and not isinstance(factor, Number)
    )
    return _each_once(found, writer)


def _each_once(found: Iterator[Piece], writer: Writer) -> list[Piece]:
    texts: dict[str, Piece] = {}
    for piece in islice(found, MOST):
        texts.setdefault(writer.write(piece.tree), piece)
    return [*texts.values()]


def _chain(asked: Asked) -> Iterator[Piece]:
    text = asked.problem.text
    program = parse(text, asked.names, asked.functions)
    roots = [*(each.expression for each in program.definitions), program.expression]
    for node in reversed(postorder(roots, children)):
        slope: Tree | None = None
        match node:
            case Apply(function, (argument,)) if function in TABLE:
                row = TABLE[function][0]
                if row.by_elements and row.differential:
                    told = row.differential.removesuffix("*dx").replace("dx", "1")
                    slope = detached(parse(told).expression)
            case Power(argument, Number(value), _) if value != -1:
                slope = times(number(value), power(Name("x", NEW), value - 1))
            case _:
                continue
        if slope is not None:
            yield Piece(_at(slope, argument), text[slice(*node.span)])
        yield from _inner(asked, text[slice(*argument.span)])


def _at(slope: Tree, argument: Tree) -> Tree:
    """A function of x by elements, at an argument."""
    inner = detached(argument)

    def by_elements(factors: Factors) -> Factors:
        return [("./" if operator == "/" else ".*", factor) for operator, factor in factors]

    def at(node: Tree) -> Tree:
        match node:
            case Name("x"):
                return inner
            case Power(base, exponent, _):
                return Power(base, exponent, elementwise=True, span=NEW)
            case Product(((_, Number() as by), ("*", factor), *rest)):
                return product([("*", by), ("*", factor), *by_elements(rest)])
            case Product(factors):
                return product(by_elements(factors))
            case _:
                return node

    return rewritten(slope, at)


def _inner(asked: Asked, text: str) -> Iterator[Piece]:
    """The derivative of the argument of a function, where it is a matrix or simpler."""
    if asked.kind == "jac" or len(asked.wrt) != 1:
        return
    let, name = asked.declarations({}), asked.wrt[0]
    try:
        rows, columns = api.pose(text, asked.wrt, let).expression.shape
        found = api.grad(text, name, let) if rows == columns else api.jac(text, name, let)
    except MdiffError:
        return
    tree = detached(asked.parse(found.plain))
    yield Piece(tree, text)
    yield Piece(Transpose(tree, NEW), text)


# ------------------------------------------------------------------------------------ edits


def inserts(slip: str, found: Sequence[Piece], root: Tree) -> Iterator[Edit]:
    """Every piece put into every product, and beside whatever is none."""
    order = [*reversed(postorder([root], children))]
    in_products = {id(f) for node in order if isinstance(node, Product) for f in children(node)}
    in_calls: set[int] = set()
    for node in order:
        if isinstance(node, Apply | Power) or id(node) in in_calls:
            in_calls.update(id(part) for part in children(node))
    for piece in found:
        for node in order:
            if isinstance(node, Number | Text) or (slip == "chain" and id(node) in in_calls):
                continue
            made: list[Tree] = []
            if isinstance(node, Product):
                made += _put_in(node, piece.tree)
            elif id(node) not in in_products:
                made += [times(piece.tree, node), times(node, piece.tree)]
            made.append(product([("*", node), (".*", piece.tree)]))
            yield from (Edit(slip, node, each, about=piece.about) for each in made)


def _put_in(node: Product, piece: Tree) -> Iterator[Tree]:
    """A product with one factor more, anywhere behind its numbers."""
    known = node.factors
    behind = (at for at, (_, factor) in enumerate(known) if not isinstance(factor, Number))
    for at in range(next(behind, len(known)), len(known) + 1):
        if at == len(known) or known[at][0] == "*":
            yield product([*known[:at], ("*", piece), *known[at:]])


def scalars(answer: Tree, search: Search) -> list[Piece]:
    """The scalars that are met in the derivative, with their texts."""
    found: dict[str, Tree] = {}
    for node in postorder([answer], children):
        if not isinstance(node, Number | Text | Sum):
            typed = search.typed(node)
            if typed is not None and typed.shape == SCALAR:
                found.setdefault(search.writer.write(node), node)
    return [Piece(node, text) for text, node in found.items()]


def scalings(found: Sequence[Piece], term: Tree) -> Iterator[Edit]:
    """A term times, or divided by, a scalar."""
    for piece in found:
        by = piece.tree
        # first the product, for where the scalar is its own inverse, both are right
        yield Edit("missing factor", term, times(term, by), more=-0.6, about=piece.about, by=by)
        yield Edit("factor", term, product([("*", term), ("/", by)]), by=by)
