"""Powers by elements: exponents distributed, multiplied and merged where that keeps the value."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, TypeGuard

from mdiff.errors import fail
from mdiff.network.axes import contract
from mdiff.network.draft import Draft
from mdiff.network.nodes import Constant, Sum

if TYPE_CHECKING:
    from mdiff.functions.row import Function
    from mdiff.network.nodes import Exponent, Factor, Net
    from mdiff.network.table import Table


LARGE = 40
"""A network of more factors than this is a factor of its own and is not opened: else a chain of
n nested functions would cost n^2."""


MOST_BITS = 3000
"""A power of a number that has more binary digits than this is left a power."""


def as_exponent(value: Sum) -> Exponent:
    """A scalar sum as an exponent: a number where it is one."""
    if not value.terms:
        return 0
    if len(value.terms) == 1 and not value.terms[0][1].factors:
        return value.terms[0][0]
    return value


def is_whole(exponent: Exponent) -> TypeGuard[Fraction | int]:
    """Whether the exponent is a whole number."""
    return isinstance(exponent, int) or (
        isinstance(exponent, Fraction) and exponent.denominator == 1
    )


def is_entrywise(net: Net, exponent: Exponent) -> bool:
    """Whether a power of every entry is the product of powers of the factors' entries.

    Every wire must be open. Two axes on one wire are a diagonal: zeros off it stay zero only in
    a positive power.
    """
    opened = net.rows + net.cols
    positive = not isinstance(exponent, Sum) and exponent > 0
    return len(set(opened)) == len(net.dims) and (positive or len(set(opened)) == len(opened))


def power(table: Table, value: Sum, exponent: Exponent) -> Sum:
    """Every entry of `value` raised to `exponent` (a number, or a scalar sum)."""
    if exponent == 1:
        return value
    found = table.by_entries((value,), lambda entries: power(table, entries[0], exponent))
    if found is not None:
        return found
    draft = Draft()
    rows, cols = draft.wires(value.rows), draft.wires(value.cols)
    wires = rows + cols
    if exponent == 0:
        return table.single(draft, rows, cols)
    if not value.terms and not isinstance(exponent, Sum):
        if exponent < 0:
            raise fail("E301", "division by zero")
        return value
    if len(value.terms) == 1 and is_entrywise(value.terms[0][1], exponent):
        _distribute(table, draft, value, wires, exponent)
    else:
        content, group, turned = table.group(value) if value.terms else (Fraction(1), value, False)
        if content < 0 and not is_whole(exponent):  # only what is positive comes out of a root
            content, group = -content, table.scaled(group, Fraction(-1))
        _number_power(table, draft, content, exponent)
        draft.factors.append((group, cols + rows if turned else wires, exponent))
    return table.single(draft, rows, cols)


def _number_power(table: Table, draft: Draft, base: Fraction, exponent: Exponent) -> None:
    """Multiply by a positive number (any number under a whole exponent) to a power."""
    whole = is_whole(exponent)
    size = max(abs(base.numerator), base.denominator)
    if is_whole(exponent) and not _too_long(size, exponent):
        draft.coefficient *= base ** int(exponent)
        return
    for number, sign in ((base.numerator, 1), (base.denominator, -1)):
        if number == 1:
            continue
        power = times(table, exponent, sign)
        square = isqrt(abs(number))
        if isinstance(power, Sum):
            draft.factors.append((table.node(Constant, "number", str(number), (), ()), (), power))
        elif not whole and Fraction(power).denominator == 2 and square * square == number:
            draft.coefficient *= Fraction(square) ** Fraction(power).numerator
        else:
            draft.coefficient *= -1 if number < 0 and power % 2 else 1
            node = table.node(Constant, "number", str(abs(number)), (), ())
            draft.factors.append((node, (), Fraction(power)))


def _too_long(number: int, exponent: Fraction | int) -> bool:
    """Whether a power of a number has more digits than anybody reads."""
    return number.bit_length() * abs(Fraction(exponent)) > MOST_BITS and number != 1


def _distribute(
    table: Table, draft: Draft, value: Sum, wires: tuple[int, ...], exponent: Exponent
) -> None:
    """`(c a^p b^q)^e` as `c^e a^(pe) b^(qe)`, as far as signs allow it; the rest stays a group."""
    ((coefficient, net),) = value.terms
    place: dict[int, int] = {}
    for own, outer in zip(net.rows + net.cols, wires, strict=True):
        draft.join(place.setdefault(own, outer), outer)
    whole = is_whole(exponent)
    negative = coefficient < 0 and not whole
    sure, unsure, rest = [], [], []
    for factor in net.factors:
        node, _, inner = factor
        if whole or node.nonnegative:
            sure.append(factor)
        elif "complex" in node.marks or isinstance(inner, Sum) or not inner.numerator % 2:
            rest.append(factor)
        else:  # its power exists or is positive only where it is: an odd or broken exponent
            unsure.append(factor)
    if negative or rest or len(unsure) > 1:
        rest += unsure
    else:
        sure += unsure
    for node, ports, inner in sure:
        at = tuple([place[p] for p in ports])
        draft.factors.append((node, at, times(table, inner, exponent)))
    _number_power(table, draft, -coefficient if negative else coefficient, exponent)
    if rest or negative:
        kept = Draft(rest, net.dims, Fraction(-1 if negative else 1))
        draft.factors.append((table.single(kept, net.rows, net.cols), wires, exponent))


def plus(table: Table, one: Exponent, other: Exponent) -> Exponent:
    """The sum of two exponents, a number where it is one."""
    if isinstance(one, Sum) or isinstance(other, Sum):
        return as_exponent(table.added([as_sum(table, one), as_sum(table, other)]))
    return one + other


def times(table: Table, one: Exponent, other: Exponent) -> Exponent:
    """The product of two exponents, a number where it is one."""
    if isinstance(one, Sum) or isinstance(other, Sum):
        return as_exponent(contract(table, ",->", as_sum(table, one), as_sum(table, other)))
    return one * other


def as_sum(table: Table, exponent: Exponent) -> Sum:
    """An exponent as a value."""
    return exponent if isinstance(exponent, Sum) else table.number(exponent)


def expand_groups(draft: Draft) -> bool:
    """Splice groups that are no sums: single terms, and pointwise ones at whole exponents."""
    factors, draft.factors = draft.factors, []
    kept = [factor for factor in factors if not _expanded(draft, factor)]
    draft.factors = [*draft.factors, *kept]
    return len(kept) < len(factors)


def _expanded(draft: Draft, factor: Factor) -> bool:
    node, wires, exponent = factor
    if isinstance(exponent, Sum):
        return False
    if isinstance(node, Constant) and node.name == "number" and isinstance(exponent, Fraction):
        whole = exponent.numerator // exponent.denominator
        if not whole or _too_long(int(str(node.value)), whole):
            return False
        draft.coefficient *= Fraction(int(str(node.value))) ** whole
        draft.factors.append((node, wires, exponent - whole))
        return True
    if not isinstance(node, Sum) or len(node.terms) != 1 or not is_whole(exponent):
        return False
    ((coefficient, net),) = node.terms
    symbolic = any(isinstance(e, Sum) for _, _, e in net.factors)
    opens = exponent == 1 or (is_entrywise(net, exponent) and not symbolic)
    if not opens or len(net.factors) > LARGE:
        return False
    draft.coefficient *= coefficient ** int(exponent)
    draft.splice(net, wires, exponent)
    return True


AT_NUMBERS: dict[tuple[str, int], int] = {
    ("exp", 0): 1, ("log", 1): 0, ("sin", 0): 0, ("cos", 0): 1, ("tanh", 0): 0, ("sqrt", 1): 1,
    ("sign", 1): 1, ("sign", -1): -1, ("abs", 0): 0,
}  # fmt: skip
"""Values of functions at whole numbers that simplify."""


def function_of_number(table: Table, function: Function, argument: Sum) -> Sum | None:
    """The value of a function at a number where the table above has it."""
    exponent = as_exponent(argument)
    if isinstance(exponent, Sum) or not is_whole(exponent):
        return None
    if (function.name, exponent) == ("log", 0):
        raise fail("E301", "the logarithm of zero does not exist")
    value = AT_NUMBERS.get((function.name, int(exponent)))
    return None if value is None else table.number(value)
