"""What networks are made of: atoms, networks (factors on wires), and sums of networks.

All are immutable and made by one `Table` a problem, which holds each value once, so that equal is
identical. `key` is a digest made from the parts' digests: it orders and refines, and does not
depend on the order of creation or on the process. Nothing here computes anything.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar

from mdiff.properties import NONNEGATIVE, SYMMETRIC
from mdiff.record import Record, derived
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mdiff.functions.row import Function
    from mdiff.shapes.dims import Dim

Axis = tuple[int, ...]
"""The wires that an axis of a result runs along, slowest first; none for an axis of size 1."""

Dims = tuple["Dim", ...]


def digest(*parts: object) -> int:
    """A 64-bit number for strings and numbers, the same in every process."""
    return int.from_bytes(blake2b(repr(parts).encode(), digest_size=8).digest(), "big")


NOTHING: frozenset[str] = frozenset()


class Variable(Record):
    """A variable, or the differential of one (`dX`); `order` is its place in the user's text.

    `properties` are the declared ones that the calculus may use. `marks`, here and in all nodes,
    tell whether complex variables, or variables that the calculus will cut out, occur below.
    """

    name: str
    rows: Dims
    cols: Dims
    properties: frozenset[str]
    order: int
    symmetric: bool = derived(lambda v: bool(v.cols and v.properties & SYMMETRIC))
    nonnegative: bool = derived(lambda v: bool(v.properties & NONNEGATIVE))
    marks: frozenset[str] = derived(
        lambda v: (v.properties & {"complex"}) | ({v.name} if "change" in v.properties else NOTHING)
    )
    key: int = derived(
        lambda v: digest("variable", v.name, str(v.rows), str(v.cols), sorted(v.properties))
    )


class Constant(Record):
    """`pi`, a whole number under a fractional power, a dimension as a scalar, `e_i`, or a fold."""

    name: str
    value: str
    rows: Dims
    cols: Dims
    symmetric: ClassVar = False
    nonnegative: ClassVar = True
    order: ClassVar = -1
    marks: ClassVar = NOTHING
    key: int = derived(
        lambda c: digest("constant", c.name, c.value, "None", str(c.rows), str(c.cols))
    )


class Apply(Record):
    """A function of the table applied to sums; its axes are those of its value."""

    function: Function
    arguments: tuple[Sum, ...]
    rows: Dims
    cols: Dims
    symmetric: bool
    marks: frozenset[str] = derived(lambda node: NOTHING.union(*[a.marks for a in node.arguments]))
    nonnegative: bool = derived(
        lambda node: node.function.nonnegative and "complex" not in node.marks
    )
    order: int = derived(lambda node: min((a.order for a in node.arguments), default=0))
    key: int = derived(
        lambda node: digest("apply", node.function.name, [a.key for a in node.arguments])
    )


class Closed(Record):
    """A connected network without open wires: a scalar such as a trace or `x^T A y`."""

    net: Net
    rows: ClassVar[Dims] = ()
    cols: ClassVar[Dims] = ()
    symmetric: ClassVar = False
    nonnegative: bool = derived(lambda closed: closed.net.nonnegative)
    order: int = derived(lambda closed: closed.net.order)
    marks: frozenset[str] = derived(lambda closed: closed.net.marks)
    key: int = derived(lambda closed: digest("closed", closed.net.key))


class Sum(Record):
    """A sum of networks with rational coefficients, and as a factor the group `( … )`.

    `terms` stand in the order in which they were first written; all have the sum's axes.
    """

    terms: tuple[tuple[Fraction, Net], ...]
    rows: Dims
    cols: Dims
    symmetric: bool
    order: int = derived(lambda total: min((net.order for _, net in total.terms), default=0))
    nonnegative: bool = derived(
        lambda total: all(c > 0 and net.nonnegative for c, net in total.terms)
    )
    marks: frozenset[str] = derived(lambda total: NOTHING.union(*[n.marks for _, n in total.terms]))
    real: bool = derived(lambda total: "complex" not in total.marks)
    key: int = derived(
        lambda total: digest(
            "sum", sorted((n.key, str(c)) for c, n in total.terms), str(total.rows), str(total.cols)
        )
    )


Node = Variable | Constant | Apply | Closed | Sum
Exponent = Fraction | int | Sum
Factor = tuple[Node, Axis, Exponent]
"""A node with a wire on each port (rows, then columns), its entries raised to the exponent."""


class Net(Record):
    """Factors on wires: the network of one term, without its coefficient.

    Wires are numbered 0 … in a canonical way; `dims[w]` is the size of wire w. `rows` and `cols`
    are the wires of the two axes of the result; every other wire is summed over.
    """

    factors: tuple[Factor, ...]
    dims: Dims
    rows: Axis
    cols: Axis
    order: int = derived(lambda net: min((node.order for node, _, _ in net.factors), default=0))
    marks: frozenset[str] = derived(lambda net: NOTHING.union(*[part.marks for part in parts(net)]))
    nonnegative: bool = derived(lambda net: all(map(_is_nonnegative, net.factors)))
    key: int = derived(
        lambda net: digest(
            [(node.key, wires, exponent_key(e)) for node, wires, e in net.factors],
            [d.text for d in net.dims],
            net.rows,
            net.cols,
        )
    )


def _is_nonnegative(factor: Factor) -> bool:
    node, _, exponent = factor
    if node.nonnegative:
        return True
    return not isinstance(exponent, Sum) and exponent % 2 == 0 and "complex" not in node.marks


def exponent_key(exponent: Exponent) -> int | str:
    """What stands for an exponent in a digest."""
    return exponent.key if isinstance(exponent, Sum) else str(exponent)


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
            found: list[Node | Net] = []
            for factor, _, exponent in node.factors:
                found += [factor, exponent] if isinstance(exponent, Sum) else [factor]
            return found


def reachable(root: Node | Net) -> list[Node | Net]:
    """Everything that a value is made of, parts before wholes, the value itself last."""
    roots: list[Node | Net] = [root]
    return postorder(roots, parts)


def components(
    factors: Sequence[Factor], apart: Collection[int] = frozenset()
) -> list[list[Factor]]:
    """The factors in groups that hang together by wires, but for those `apart`, as in the order."""
    near: dict[int, set[int]] = {}
    for i, (_, wires, _) in enumerate(factors):
        for wire in wires:
            near.setdefault(wire, set()).add(i)
    groups = []
    done: set[int] = set()
    for i in range(len(factors)):
        if i in done:
            continue
        group = [i]  # which grows
        done.add(i)
        for j in group:
            for wire in factors[j][1]:
                if wire not in apart:
                    reached = near.pop(wire, done) - done
                    group += reached
                    done |= reached
        groups.append([factors[j] for j in sorted(group)])
    return groups
