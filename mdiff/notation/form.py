"""A term as it is being put together, and what several terms share."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from typing import TYPE_CHECKING

from mdiff.network.nodes import Sum, exponent_key
from mdiff.network.powers import is_whole
from mdiff.notation.links import Link, transposes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.network.nodes import Dims, Exponent, Node
    from mdiff.notation.links import Chain


class Form:
    """One term: a rational coefficient, powers of scalar nodes, and a chain (empty: a scalar).

    `factor` is a further scalar, the sum that was left when all else had been taken out.
    """

    __slots__ = ("chain", "coefficient", "factor", "scalars")

    def __init__(
        self,
        coefficient: Fraction,
        scalars: dict[Node, Exponent],
        chain: Chain,
        factor: Link | None = None,
    ) -> None:
        self.coefficient = coefficient
        self.scalars = scalars
        self.chain = chain
        self.factor = factor


def without(form: Form, shared: Mapping[Node, Exponent]) -> Form:
    """The form divided by powers of scalars; groups of one term come apart at whole powers."""
    coefficient = form.coefficient
    rest = dict(form.scalars)
    for node, exponent in shared.items():
        left = add(rest.pop(node), exponent, -1)
        if isinstance(node, Sum) and len(node.terms) == 1 and is_whole(left) and left != 0:
            ((inner, net),) = node.terms
            coefficient *= inner ** int(Fraction(str(left)))
            for factor, _, e in net.factors:
                rest[factor] = add(rest.get(factor, 0), e, int(Fraction(str(left))))
        elif left != 0:
            rest[node] = left
    return Form(coefficient, {n: e for n, e in rest.items() if e != 0}, form.chain, form.factor)


def add(a: Exponent, b: Exponent, times: int) -> Fraction | int:
    """`a + times b` of exponents that are numbers."""
    if isinstance(a, Sum) or isinstance(b, Sum):
        raise TypeError(a, b)
    return a + times * b


def all_transposed(chain: Chain) -> bool:
    """Whether a chain of matrices reads better from its other end throughout."""
    return (
        any(link.transposed for link in chain)
        and all(link.transposed or link.symmetric for link in chain)
        and bool(chain[0].rows and chain[-1].cols)
    )


def in_order(forms: Sequence[Form]) -> list[Form]:
    """As they are, but of terms that differ in transposes alone the one with fewest first."""
    places: dict[object, list[int]] = {}
    for i, form in enumerate(forms):
        places.setdefault(frozenset(link.expr for link in form.chain), []).append(i)
    ordered = list(forms)
    for spots in places.values():
        if len(spots) > 1:
            chosen = sorted((forms[i] for i in spots), key=lambda f: transposes(f.chain))
            for spot, form in zip(spots, chosen, strict=True):
                ordered[spot] = form
    return ordered


def turned_dims(chain: Chain) -> tuple[Dims, Dims]:
    """The axes of the transpose of a chain."""
    return chain[-1].cols, chain[0].rows


def mark(form: Form) -> object:
    """What two equal forms have in common."""
    scalars = frozenset((n, str(exponent_key(e))) for n, e in form.scalars.items())
    return (form.coefficient, scalars, form.chain, form.factor)


def content_of(forms: Sequence[Form]) -> Fraction:
    """The common rational factor; negative where all coefficients are."""
    numerator, denominator = 0, 1
    for form in forms:
        numerator = gcd(numerator, form.coefficient.numerator)
        denominator = lcm(denominator, form.coefficient.denominator)
    content = Fraction(numerator, denominator)
    return -content if all(form.coefficient < 0 for form in forms) else content


def shared_scalars(forms: Sequence[Form]) -> dict[Node, Exponent]:
    """Powers of scalars that divide all forms, the denominators of all among them."""
    shared: dict[Node, Exponent] = {}
    for node in forms[0].scalars:
        exponents = [form.scalars.get(node, 0) for form in forms]
        if any(isinstance(e, Sum) for e in exponents):
            continue
        numbers = [e for e in exponents if not isinstance(e, Sum)]
        if all(e > 0 for e in numbers):
            shared[node] = min(numbers)
        elif all(e < 0 for e in numbers):
            shared[node] = max(numbers)
    return shared


def shared_ends(chains: Sequence[Chain]) -> tuple[Chain, Chain]:
    """Links that all chains begin and end with; what is left is empty for all or for none."""
    shortest = min(len(chain) for chain in chains)
    head = 0
    while head < shortest and all(chain[head] == chains[0][head] for chain in chains):
        head += 1
    if all(len(chain) == head for chain in chains):
        return chains[0], ()
    if head == shortest:
        head -= 1
    tail = 0
    while tail < shortest - head - 1 and all(
        chain[-1 - tail] == chains[0][-1 - tail] for chain in chains
    ):
        tail += 1
    if head < 0:
        return (), ()
    first = chains[0]
    return first[:head], first[len(first) - tail :]
