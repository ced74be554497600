"""The checked factors of a product go in, one typed node comes out; how they join is settled."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.shapes import typed
from mdiff.shapes.builder import ones, transposed
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.told import tell_row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.shapes.builder import Builder
    from mdiff.shapes.checked import Factor
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.typed import Typed

    Factors = list[tuple[typed.Join, Typed]]


def build_product(
    builder: Builder, factors: tuple[Factor, ...], operators: Sequence[str], span: Span
) -> Typed:
    """Factors from the left; a product that is spread out or turned is one node."""
    found: Factors = []
    before = SCALAR
    for factor, operator in zip(factors, operators, strict=True):
        right = builder.nodes[factor.part]
        shape = builder.shape(factor.axes)
        left = _together(found, before) if found else right
        by_elements = factor.join in ("hadamard", "over")
        if by_elements and (builder.numpy or operator not in (".*", "./")):
            builder.tell_by_elements((left.span[0], right.span[1]))
        match factor.wrap:
            case "left" | "left row" if left.shape == SCALAR:
                found = [("scale", typed.Broadcast(left, shape, left.span))]
            case "left" | "left row":
                found = [("scale", builder.spread(left, shape, row="row" in factor.wrap))]
            case "right" | "right row":
                right = builder.spread(right, shape, row="row" in factor.wrap)
            case "":
                pass
        match factor.join:
            case "kron":
                found = [("scale", _kron(left, right, shape))]
            case "row":
                found = [("scale", _row(builder, left, right, shape, operator))]
            case "inverse":
                found.append(("matmul", _inverse(right)))
            case "ones" if left.shape == SCALAR:
                found.append(("scale", ones(shape[0], right.span)))
            case "ones":
                found.append(("matmul", ones(left.shape[1], right.span)))
            case "ones before":
                found = [("scale", ones(shape[0], left.span)), ("matmul", right)]
            case _:
                found.append((factor.join, right))
        before = shape
    return found[0][1] if len(found) == 1 else typed.Product(tuple(found), before, span)


def _together(factors: Factors, shape: Shape) -> Typed:
    """The product of some factors, as one node."""
    if len(factors) == 1:
        return factors[0][1]
    span = factors[0][1].span[0], factors[-1][1].span[1]
    return typed.Product(tuple(factors), shape, span)


def _kron(left: Typed, right: Typed, shape: Shape) -> Typed:
    """The Kronecker product, a function of the table."""
    letters = dict(zip("mnpq", (*left.shape, *right.shape), strict=True))
    span = left.span[0], right.span[1]
    return typed.Apply(TABLE["kron"][0], (left, right), letters, shape, span)


def _inverse(divisor: Typed) -> Typed:
    """What a division by a square matrix multiplies with."""
    minus = typed.Number(Fraction(-1), SCALAR, divisor.span)
    return typed.Power(divisor, minus, "matrix", divisor.shape, divisor.span)


def _row(builder: Builder, left: Typed, right: Typed, shape: Shape, operator: str) -> Typed:
    """A vector on the left that stands for a row, `x @ A`: `A^T x`; of two vectors `x^T y`."""
    span = left.span[0], right.span[1]
    builder.tell(tell_row(builder.steps, span, operator))
    if shape == SCALAR:
        first, second = transposed(left), right
    else:
        first, second = transposed(right), left
    return typed.Product((("scale", first), ("matmul", second)), shape, span)
