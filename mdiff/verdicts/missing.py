"""What a derivative is made of → edits that put a forgotten piece of it into a claim.

Pieces are the derivatives of the functions in the expression, as the chain rule has them, and the
factors of the true derivative.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.functions.table import TABLE
from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Text, Transpose, children
from mdiff.verdicts.edit import Edit
from mdiff.verdicts.nodes import detached, power, rewritten
from mdiff.verdicts.write import NEW
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mdiff.syntax.tree import Operator, Tree
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.write import Writer

MOST = 8
"""Pieces of a sort that are looked for."""


class Piece:
    """A piece of a derivative: the slip that leaves it out, and what is said of it."""

    __slots__ = ("about", "slip", "tree")

    def __init__(self, slip: str, tree: Tree, about: str) -> None:
        self.slip = slip
        self.tree = tree
        self.about = about


def pieces(asked: Asked, answer: Tree | None, writer: Writer) -> list[Piece]:
    """The pieces of a derivative, those of the chain rule first, each once."""
    found = [*_chain(asked)][:MOST] if asked.name != "hess" else []
    if answer is not None:
        found += [*_factors(answer, writer)][:MOST]
    texts: dict[tuple[str, str], Piece] = {}
    for piece in found:
        texts.setdefault((piece.slip, writer.write(piece.tree)[0]), piece)
    return [*texts.values()]


def _chain(asked: Asked) -> Iterator[Piece]:
    """The derivatives of all functions and powers in the expression, and of what is in them."""
    typist, text = asked.typist(), asked.problem.text
    program = parse(text, typist.names, typist.functions)
    roots = [*(each.expression for each in program.definitions), program.expression]
    for node in reversed(postorder(roots, children)):
        about = text[slice(*node.span)]
        match node:
            case Apply(function, (argument,)) if function in TABLE:
                outer = _outer(function, argument)
            case Power(argument, Number(value), _) if value != -1:
                inner = power(detached(argument), value - 1, elementwise=True)
                outer = Product((("*", Number(value, NEW)), ("*", inner)), NEW)
            case _:
                continue
        if outer is not None:
            yield Piece("chain", outer, about)
        yield from _inner(asked, text[slice(*argument.span)])


def _outer(function: str, argument: Tree) -> Tree | None:
    """The derivative of a function by elements, at its argument."""
    row = TABLE[function][0]
    if not row.by_elements or not row.differential:
        return None
    name, _ = row.parameters[0]
    tree = parse(row.differential, frozenset({name, f"d{name}"}), frozenset()).expression
    return _at(detached(tree), name, detached(argument))


def _at(tree: Tree, name: str, argument: Tree) -> Tree:
    """A rule without its `dx`, by elements, with something in the place of its parameter."""

    def at(node: Tree) -> Tree:
        match node:
            case Name(found) if found == name:
                return argument
            case Power(base, exponent, _):
                return Power(base, exponent, elementwise=True, span=NEW)
            case Product(factors):
                return _without(factors, f"d{name}")
            case _:
                return node

    return rewritten(tree, at)


def _without(factors: Sequence[tuple[Operator, Tree]], change: str) -> Tree:
    """A product by elements without its `dx`."""
    one = Number(Fraction(1), NEW)
    kept: list[tuple[Operator, Tree]] = []
    for operator, factor in factors:
        over = operator in ("/", "./")
        match factor:
            case Name(name) if name == change and kept:
                pass
            case Name(name) if name == change:
                kept.append(("*", one))
            case _:
                kept.append(("./" if over else ".*", factor))
    if len(kept) > 1 and kept[0][1] is one and kept[1][0] == ".*":
        del kept[0]
    return kept[0][1] if len(kept) == 1 else Product((("*", kept[0][1]), *kept[1:]), NEW)


def _inner(asked: Asked, text: str) -> Iterator[Piece]:
    """The derivative of the argument of a function, where it is a matrix or simpler."""
    if asked.kind == "jac" or len(asked.wrt) != 1:
        return
    let, name = asked.declarations({}), asked.wrt[0]
    typist = asked.typist()
    try:
        problem = api.pose(text, asked.wrt, let)
        scalar = problem.expression.shape[0] == problem.expression.shape[1]
        plain = api.grad(text, name, let).plain if scalar else api.jac(text, name, let).plain
    except MdiffError:
        return
    tree = detached(parse(plain, typist.names, typist.functions).expression)
    yield Piece("chain", tree, text)
    yield Piece("chain", Transpose(tree, NEW), text)


def _factors(answer: Tree, writer: Writer) -> Iterator[Piece]:
    """The factors of all products in the derivative."""
    for node in reversed(postorder([answer], children)):
        match node:
            case Product(factors):
                for operator, factor in factors:
                    match factor:
                        case Number():
                            pass
                        case _ if operator != "/":
                            yield Piece("missing factor", factor, writer.write(factor)[0])
                        case _:
                            pass
            case _:
                pass


def inserts(root: Tree, found: Sequence[Piece]) -> Iterator[Edit]:
    """Every piece put into every product, and beside whatever is none."""
    order = postorder([root], children)
    factors_of: set[int] = set()
    arguments: set[int] = set()
    for node in reversed(order):
        parts = [id(part) for part in children(node)]
        match node:
            case Product():
                factors_of.update(parts)
            case Apply() | Power():
                arguments.update(parts)
            case _:
                pass
        if id(node) in arguments:
            arguments.update(parts)
    for piece in found:
        for node in reversed(order):
            if piece.slip == "chain" and id(node) in arguments:
                continue
            match node:
                case Number() | Text():
                    continue
                case Product(factors):
                    for at in range(_numbers(factors), len(factors) + 1):
                        if at == len(factors) or factors[at][0] == "*":
                            yield _edit(piece, node, _put(factors, at, piece.tree))
                case _ if id(node) not in factors_of:
                    for pair in ((piece.tree, node), (node, piece.tree)):
                        new = Product((("*", pair[0]), ("*", pair[1])), NEW)
                        yield _edit(piece, node, new)
                case _:
                    pass
            by_elements = Product((("*", node), (".*", piece.tree)), NEW)
            yield _edit(piece, node, by_elements)


def _numbers(factors: Sequence[tuple[Operator, Tree]]) -> int:
    """How many numbers stand in front."""
    for at, (_, factor) in enumerate(factors):
        match factor:
            case Number():
                pass
            case _:
                return at
    return len(factors)


def _edit(piece: Piece, node: Tree, new: Tree) -> Edit:
    return Edit(piece.slip, node, new, about=piece.about)


def _put(factors: Sequence[tuple[Operator, Tree]], at: int, tree: Tree) -> Tree:
    times: Operator = "*"
    joined = [*factors[:at], (times, tree), *factors[at:]]
    return Product(tuple(joined), NEW)
