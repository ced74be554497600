"""The plain form: ASCII, every operator written, `A*inv(A'*X*A)'*A'`; mdiff reads it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mdiff.functions.table import pattern_of
from mdiff.notation import tree
from mdiff.render.layout import (
    ATOM,
    LONG,
    POSTFIX,
    PRODUCT,
    SUM,
    WORTH,
    bracketed,
    compose,
    repeated,
    symbols,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.notation.tree import Expr
    from mdiff.render.layout import Text, Texts

EINSUM = "einsum"
"""The contraction by indices, whose pattern is its first argument."""


def plain(root: Expr, taken: Collection[str] = ()) -> str:
    """The plain text; only far longer answers begin with definitions (`S = …; …`)."""
    if root.size <= LONG:
        return compose(root, {}, _one)
    names = repeated(root, WORTH, {*taken, *symbols(root)})
    lines = [f"{name} = {compose(node, names, _one)}" for node, name in names.items()]
    return "; ".join([*lines, compose(root, names, _one)])


def _one(node: Expr, texts: Texts) -> Text:
    match node:
        case tree.Number(value):
            return str(value), ATOM if value.denominator == 1 else PRODUCT
        case tree.Symbol(name):
            return name, ATOM
        case tree.Constant(name, dims, index):
            if name == "unit":
                return f"e_{index}", ATOM
            if name == "size":
                return str(dims[0]), ATOM
            return f"{name}({','.join(map(str, dims))})", ATOM
        case tree.Call(function, arguments) if function.name == EINSUM:
            inside = ", ".join(texts[a][0] for a in arguments)
            return f'einsum("{pattern_of(function)}", {inside})', ATOM
        case tree.Call(function, (argument,)) if function.name == "softmaxall":
            inside, dot = texts[argument][0], "." if node in texts.dotted else ""
            return f"exp{dot}({inside})/sum(exp({inside}))", PRODUCT
        case tree.Call(function, arguments):
            return (
                f"{function.name}{texts.dot(node)}({','.join(texts[a][0] for a in arguments)})",
                ATOM,
            )
        case tree.Transpose(argument):
            return f"{bracketed(texts[argument], ATOM)}'", POSTFIX
        case tree.Power(base, tree.Number(value)) if node in texts.spread:
            return "*".join([bracketed(texts[base], POSTFIX)] * int(value)), PRODUCT
        case tree.Power(base, exponent, elementwise):
            sign = ".^" if elementwise else "^"
            strength = POSTFIX if isinstance(base, tree.Transpose) else ATOM
            return f"{bracketed(texts[base], strength)}{sign}{_exponent(exponent, texts)}", POSTFIX
        case tree.Product(factors):
            return "*".join(_factors(factors, texts)), PRODUCT
        case tree.Hadamard(factors):
            return ".*".join(bracketed(texts[f], POSTFIX) for f in factors), PRODUCT
        case tree.Quotient(numerator, denominator):
            sign = "./" if denominator.rows or denominator.cols else "/"
            plain_product = isinstance(numerator, tree.Product) and sign == "/"
            above = bracketed(texts[numerator], PRODUCT if plain_product else POSTFIX)
            return f"{above}{sign}{bracketed(texts[denominator], POSTFIX)}", PRODUCT
        case tree.Sum(terms):
            return _sum(terms, texts), SUM
        case _:
            assert_never(node)


def _factors(factors: tuple[Expr, ...], texts: Texts) -> list[str]:
    return [bracketed(texts[f], POSTFIX) for f in factors]


def _exponent(exponent: Expr, texts: Texts) -> str:
    match exponent:
        case tree.Sum(((-1, tree.Number(value)),)) if value.denominator == 1:
            return f"-{value}"
        case _:
            return bracketed(texts[exponent], ATOM)


def _sum(terms: tuple[tuple[int, Expr], ...], texts: Texts) -> str:
    written = []
    for i, (sign, term) in enumerate(terms):
        lead = "-" if sign < 0 else "+" if i else ""
        written.append(lead + bracketed(texts[term], PRODUCT))
    return "".join(written)
