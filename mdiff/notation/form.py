"""A term as it is being put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeGuard

from mdiff.network.nodes import Sum, exponent_key
from mdiff.network.powers import is_whole
from mdiff.notation.links import Link, made, reverse, transposes
from mdiff.notation.tree import Call
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Exponent, Node
    from mdiff.notation.links import Chain


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


def argument_of(form: Form, function: Function) -> Form | None:
    """The term inside, of a term that is `diag(v)`, `vec(A)` or `unvec(x, n, k)`."""
    match form.chain:
        case (Link(expr=Call(found, (inner, *_))) as link,) if found is function:
            return form.but(chain=(made(inner, (link,)),))
        case _:
            return None


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
