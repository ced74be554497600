"""What all text forms share: binding strengths, the walk, and `where` names for repeated pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.notation.tree import (
    Call,
    Constant,
    Hadamard,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transpose,
    children,
)
from mdiff.shapes.meant import OF_MATRICES
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mdiff.notation.tree import Expr

SUM, PRODUCT, POSTFIX, ATOM = range(4)
"""Binding strengths: what an expression is from outside, weakest first."""

Text = tuple[str, int]
"""A text and its binding strength."""


class Texts(dict["Expr", Text]):
    """The texts of the parts written so far, and which parts stand under a name.

    `dotted` are the calls that without a dot, `exp.(X)`, would be read as functions of matrices,
    `spread` the powers of matrices that are written as products, `sum(X*X)`, for `sum(X^2)` may
    mean the entries; `taken` the names of the problem, beside which no other name may look like
    one of them.
    """

    def __init__(
        self,
        names: dict[Expr, str],
        taken: Collection[str],
        dotted: set[Expr],
        spread: set[Expr],
    ) -> None:
        super().__init__()
        self.names = names
        self.taken = taken
        self.dotted = dotted
        self.spread = spread

    def dot(self, node: Expr) -> str:
        """What stands between the name of a function and its bracket."""
        named = isinstance(node, Call) and node.function.name in OF_MATRICES
        return "." if named and node in self.dotted else ""


LONGEST_SPREAD = 6
"""A power up to this is written as a product where it could be taken for one of the entries."""

LONG = 400
"""An answer of more signs than this names its repeated pieces even in the plain form."""

WORTH = 10
"""A repeated piece of at least this many signs is worth a name."""


def bracketed(text: Text, strength: int) -> str:
    """The text, in round brackets where it binds weaker than asked."""
    return text[0] if text[1] >= strength else f"({text[0]})"


def compose(
    root: Expr,
    names: dict[Expr, str],
    one: Callable[[Expr, Texts], Text],
    taken: Collection[str] = (),
) -> str:
    """Write an expression; what has a name is written as its name (the root is not)."""

    def below(node: Expr) -> tuple[Expr, ...]:
        return () if node in names and node is not root else children(node)

    order = postorder([root], below)
    texts = Texts(names, taken, _in_traces(order, below), _in_sums(order, below))
    for node in order:
        if node in names and node is not root:
            texts[node] = names[node], ATOM
        else:
            texts[node] = one(node, texts)
    return texts[root][0]


def _under(
    functions: Collection[str],
    order: list[Expr],
    below: Callable[[Expr], tuple[Expr, ...]],
    through: tuple[type, ...],
) -> list[Expr]:
    """The parts that the arguments of some functions are made of, through these nodes alone."""
    stack = [
        node.arguments[0]
        for node in order
        if isinstance(node, Call) and node.function.name in functions
    ]
    found: dict[Expr, None] = {}
    while stack:
        node = stack.pop()
        if node not in found:
            found[node] = None
            stack += below(node) if isinstance(node, through) else ()
    return list(found)


def _in_traces(order: list[Expr], below: Callable[[Expr], tuple[Expr, ...]]) -> set[Expr]:
    """The functions by elements that are factors of a matrix product directly under a trace."""
    factors = _under(("tr",), order, below, (Product, Sum, Transpose, Quotient))
    names = {*OF_MATRICES, "softmaxall"}
    return {node for node in factors if isinstance(node, Call) and node.function.name in names}


def _in_sums(order: list[Expr], below: Callable[[Expr], tuple[Expr, ...]]) -> set[Expr]:
    """The whole powers of matrices of whose entries a sum is taken."""
    terms = _under(("sum", "mean"), order, below, (Sum, Transpose, Hadamard, Quotient))
    return {
        node
        for node in terms
        if isinstance(node, Power)
        and not node.elementwise
        and node.rows
        and node.cols
        and isinstance(node.exponent, Number)
        and 1 < node.exponent.value <= LONGEST_SPREAD
    }


def repeated(root: Expr, worth: int, taken: Collection[str]) -> dict[Expr, str]:
    """Names for the pieces of at least `worth` signs that stand in more than one place.

    Names are free of `taken`; matrices are called `S`, vectors `s`, scalars `r`, with numbers. They
    come in the order of the text, each after all that are used in what it stands for. A named piece
    counts as one sign of what it stands in.
    """
    order = postorder([root], children)
    uses: dict[Expr, int] = {}
    for node in order:
        for child in children(node):
            uses[child] = uses.get(child, 0) + 1
    names: dict[Expr, str] = {}
    saved: dict[Expr, int] = {}
    counts = {"S": 0, "s": 0, "r": 0}
    for node in order:
        saved[node] = sum(saved[child] for child in children(node))
        if isinstance(node, Number | Symbol | Constant) or node.size - saved[node] < worth:
            continue
        if uses.get(node, 0) < 2 or node is root:
            continue
        saved[node] = node.size - 1
        letter = "S" if node.rows and node.cols else "s" if node.rows or node.cols else "r"
        while True:
            counts[letter] += 1
            name = letter if counts[letter] == 1 else f"{letter}{counts[letter]}"
            if name not in taken:
                break
        names[node] = name
    return names


def symbols(root: Expr) -> set[str]:
    """All names of variables and sizes in an expression."""
    found: set[str] = set()
    for node in postorder([root], children):
        if isinstance(node, Symbol):
            found.add(node.name)
        elif isinstance(node, Constant):
            found.update(name for dim in node.dims for name in dim.factors)
        elif isinstance(node, Call):
            found.add(node.function.name)
    return found
