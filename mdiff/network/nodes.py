"""What networks are made of: atoms, networks (factors on wires), and sums of networks.

All are immutable and made by one `Table` a problem, which holds each value once, so that equal is
identical. `key` is a digest made from the parts' digests: it orders and refines, and does not
depend on the order of creation or on the process. Nothing here computes anything.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING

from mdiff.properties import NONNEGATIVE, SYMMETRIC
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.functions.row import Function
    from mdiff.shapes.dims import Dim

Axis = tuple[int, ...]
"""The wires that an axis of a result runs along, slowest first; none for an axis of size 1."""

Dims = tuple["Dim", ...]


def digest(*parts: object) -> int:
    """A 64-bit number for strings and numbers, the same in every process."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "big")


NOTHING: frozenset[str] = frozenset()


def marks_of(parts: Iterable[Node | Net]) -> frozenset[str]:
    """The marks of all parts: what of `complex`, `d`, `E` occurs below them."""
    found = NOTHING
    for part in parts:
        if part.marks and not part.marks <= found:
            found |= part.marks
    return found


class Variable:
    """A variable, or the differential of one (`dX`); `order` is its place in the user's text.

    `properties` are the declared ones that the calculus may use. `marks`, here and in all nodes,
    tell whether complex variables, or variables that the calculus will cut out, occur below.
    """

    __slots__ = (
        "cols", "key", "marks", "name", "nonnegative", "order", "properties", "rows", "symmetric",
    )  # fmt: skip

    def __init__(
        self, name: str, rows: Dims, cols: Dims, properties: frozenset[str], order: int
    ) -> None:
        self.name = name
        self.rows = rows
        self.cols = cols
        self.properties = properties
        self.order = order
        self.symmetric = bool(properties & SYMMETRIC)
        self.nonnegative = bool(properties & NONNEGATIVE)
        self.marks = frozenset({name}) if "change" in properties else NOTHING
        if "complex" in properties:
            self.marks |= {"complex"}
        self.key = digest("variable", name, str(rows), str(cols), sorted(properties))


class Constant:
    """`pi`, a whole number under a fractional power, a dimension as a scalar, `e_i`, or a fold."""

    __slots__ = (
        "cols", "key", "marks", "name", "nonnegative", "order", "rows", "symmetric", "value",
    )  # fmt: skip

    def __init__(
        self, name: str, value: str, rows: Dims, cols: Dims = (), size: Dim | None = None
    ) -> None:
        self.name = name
        self.value = size if size is not None else value
        self.rows = rows
        self.cols = cols
        self.symmetric = False
        self.nonnegative = True
        self.order = -1
        self.marks = NOTHING
        self.key = digest("constant", name, value, str(size), str(rows), str(cols))


class Apply:
    """A function of the table applied to sums; its axes are those of its value."""

    __slots__ = (
        "arguments", "cols", "function", "key", "marks", "nonnegative", "order", "rows",
        "symmetric",
    )  # fmt: skip

    def __init__(
        self,
        function: Function,
        arguments: tuple[Sum, ...],
        rows: Dims,
        cols: Dims,
        symmetric: bool,  # noqa: FBT001 - a fact about the value
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.rows = rows
        self.cols = cols
        self.symmetric = symmetric
        self.marks: frozenset[str] = marks_of(arguments)
        self.nonnegative = function.nonnegative and "complex" not in self.marks
        self.order: int = min((a.order for a in arguments), default=0)
        self.key: int = digest("apply", function.name, [a.key for a in arguments])


class Closed:
    """A connected network without open wires: a scalar such as a trace or `x^T A y`."""

    __slots__ = ("cols", "key", "marks", "net", "nonnegative", "order", "rows", "symmetric")

    def __init__(self, net: Net, nonnegative: bool) -> None:  # noqa: FBT001 - a fact about the value
        self.net = net
        self.rows: Dims = ()
        self.cols: Dims = ()
        self.symmetric = False
        self.nonnegative = nonnegative
        self.order: int = net.order
        self.marks: frozenset[str] = net.marks
        self.key: int = digest("closed", net.key)


class Sum:
    """A sum of networks with rational coefficients, and as a factor the group `( … )`.

    `terms` stand in the order in which they were first written; all have the sum's axes.
    """

    __slots__ = ("cols", "key", "marks", "nonnegative", "order", "rows", "symmetric", "terms")

    def __init__(
        self, terms: tuple[tuple[Fraction, Net], ...], rows: Dims, cols: Dims, key: int
    ) -> None:
        self.terms = terms
        self.rows = rows
        self.cols = cols
        self.key = key
        self.order: int = min((net.order for _, net in terms), default=0)
        self.nonnegative: bool = all(c > 0 and net.nonnegative for c, net in terms)
        self.marks: frozenset[str] = marks_of(net for _, net in terms)
        self.symmetric = False  # set by the table that makes it, before anyone sees it


Node = Variable | Constant | Apply | Closed | Sum
Exponent = Fraction | int | Sum
Factor = tuple[Node, Axis, Exponent]
"""A node with a wire on each port (rows, then columns), its entries raised to the exponent."""


class Net:
    """Factors on wires: the network of one term, without its coefficient.

    Wires are numbered 0 … in a canonical way; `dims[w]` is the size of wire w. `rows` and `cols`
    are the wires of the two axes of the result; every other wire is summed over.
    """

    __slots__ = ("cols", "dims", "factors", "key", "marks", "nonnegative", "order", "rows")

    def __init__(self, factors: tuple[Factor, ...], dims: Dims, rows: Axis, cols: Axis) -> None:
        self.factors = factors
        self.dims = dims
        self.rows = rows
        self.cols = cols
        self.order: int = min((node.order for node, _, _ in factors), default=0)
        self.marks: frozenset[str] = marks_of(part for f in factors for part in parts_of(f))
        self.nonnegative: bool = all(
            node.nonnegative
            or (isinstance(e, int | Fraction) and e % 2 == 0 and "complex" not in node.marks)
            for node, _, e in factors
        )
        self.key: int = digest(
            [(node.key, wires, exponent_key(e)) for node, wires, e in factors],
            [str(d) for d in dims],
            rows,
            cols,
        )


def parts_of(factor: Factor) -> list[Node]:
    """The node of a factor, and its exponent where that is an expression."""
    node, _, exponent = factor
    return [node, exponent] if isinstance(exponent, Sum) else [node]


def exponent_key(exponent: Exponent) -> int | str:
    """What stands for an exponent in a digest."""
    return exponent.key if isinstance(exponent, Sum) else str(exponent)


def sum_key(terms: list[tuple[Fraction, Net]], rows: Dims, cols: Dims) -> int:
    """The digest of a sum, whatever the order of its terms."""
    parts = sorted((net.key, str(c)) for c, net in terms)
    return digest("sum", parts, str(rows), str(cols))


def parts(node: Node | Net) -> list[Node | Net]:
    """The nodes that a node or network is made of (for walks over the shared graph)."""
    match node:
        case Variable() | Constant():
            return []
        case Apply():
            return list(node.arguments)
        case Closed():
            return [node.net]
        case Sum():
            return [net for _, net in node.terms]
        case Net():
            return [part for factor in node.factors for part in parts_of(factor)]


def reachable(root: Node | Net) -> list[Node | Net]:
    """Everything that a value is made of, parts before wholes, the value itself last."""
    roots: list[Node | Net] = [root]
    return postorder(roots, parts)
