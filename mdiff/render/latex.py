"""The LaTeX form: a fragment that compiles with amsmath and amssymb alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from mdiff.functions.table import TABLE, pattern_of
from mdiff.notation import tree
from mdiff.render.greek import GREEK, split
from mdiff.render.layout import ATOM, POSTFIX, PRODUCT, Target, inverted
from mdiff.render.unicode import BIG, REPEATED

if TYPE_CHECKING:
    from collections.abc import Collection
    from fractions import Fraction

    from mdiff.notation.tree import Expr
    from mdiff.render.layout import Text, Texts

COMPOSED = frozenset(TABLE[name][0].latex for name in ("logdet", "lgamma"))
"""Commands of two words, which a power or a product would tear apart."""


def latex(root: Expr, taken: Collection[str] = ()) -> str:
    r"""A bare fragment; large repeated pieces are named after `\\quad\\text{where}`."""
    *where, (_, text) = LATEX.defined(root, BIG, REPEATED, taken)
    if where:
        text += r" \quad\text{where } " + r",\ ".join(f"{name} = {inner}" for name, inner in where)
    return text


def symbol(name: str, taken: Collection[str] = ()) -> str:
    """A name as LaTeX: Greek letters by command, digits and what follows `_` below the line.

    Beside a `W_1` among the names `taken`, `W1` stays what it is.
    """
    stem, *below = split(name, taken)
    if len(stem) > 1 and stem[0] == "d" and (len(stem) == 2 or stem[1:] in GREEK):
        return rf"\mathrm{{d}}{symbol(name[1:], taken)}"
    if stem in GREEK or stem == "ell":
        shown = f"\\{stem}"
    elif len(stem) == 1:
        shown = stem
    else:
        shown = rf"\mathit{{{stem}}}".replace("_", r"\_")
    index = ",".join(part for part in below if part).replace("_", ",")
    return f"{shown}_{{{index}}}" if len(index) > 1 else f"{shown}_{index}" if index else shown


class Latex(Target):
    """Fractions, fences that grow, and everything above and below the line."""

    brackets = (r"\left(", r"\right)")
    elementwise = r" \odot "
    divided = r" \oslash "
    plus = " + "
    minus = " - "
    kron = r" \otimes "
    root = (r"\sqrt{", "}")
    spectral = "_2"
    fences: ClassVar = {
        "norm2": (r"\left\lVert ", r" \right\rVert"),
        "normF": (r"\left\lVert ", r" \right\rVert_F"),
        "norminf": (r"\left\lVert ", r" \right\rVert_\infty"),
        "nuclear": (r"\left\lVert ", r" \right\rVert_*"),
        "abs": (r"\left\lvert ", r" \right\rvert"),
    }
    above: ClassVar = {"transpose": r"\top", "inverse": "-1", "both": r"-\top"}
    spreads = False
    symbol = staticmethod(symbol)

    def number(self, value: Fraction) -> Text:
        """A fraction that stands."""
        if value.denominator == 1:
            return str(value), ATOM
        return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", PRODUCT

    def constant(self, node: tree.Constant) -> Text:
        """Constants with their sizes below the line."""
        sizes = [r" \cdot ".join(
            [*([str(d.number)] if d.number != 1 or not d.factors else []), *map(symbol, d.factors)]
        ) for d in node.dims]  # fmt: skip
        match node.name:
            case "eye":
                return rf"I_{{{sizes[0]}}}", ATOM
            case "ones":
                if len(sizes) == 1:
                    return rf"\mathbf{{1}}_{{{sizes[0]}}}", ATOM
                return rf"\mathbf{{1}}_{{{sizes[0]}}} \mathbf{{1}}_{{{sizes[1]}}}^{{\top}}", ATOM
            case "zeros":
                below = r" \times ".join(sizes)
                return rf"\mathbf{{0}}_{{{below}}}", ATOM
            case "unit":
                return rf"e_{{{symbol(node.index)}}}", ATOM
            case "size":
                return sizes[0], ATOM
            case _:
                return rf"{node.name}_{{{','.join(sizes)}}}", ATOM

    def named(self, node: tree.Call, inside: list[str], dot: str) -> Text:
        """Functions by their commands, upright where they have none."""
        name, unknown = node.function.name, node.function.unknown
        if name == "einsum":
            pattern = pattern_of(node.function).replace("->", r" \to ")
            return rf"\operatorname{{einsum}}_{{{pattern}}}" + self.fenced(inside), ATOM
        if unknown is not None:
            direction = rf"\left[{inside.pop()}\right]" if unknown.along is not None else ""
            return unknown.latex(symbol(unknown.name)) + self.fenced(inside) + direction, ATOM
        command = node.function.latex
        if not command:
            command = symbol(name) if len(name) == 1 else rf"\operatorname{{{name}}}"
        return command + dot + self.fenced(inside), PRODUCT if command in COMPOSED else ATOM

    def fenced(self, inside: list[str]) -> str:
        """Arguments in brackets that grow."""
        return ", ".join(inside).join(self.brackets)

    def raised(self, base: Expr, exponent: str, texts: Texts) -> str:
        """A base with something above the line."""
        return super().raised(base, f"^{{{exponent}}}", texts)

    def power(self, node: tree.Power, texts: Texts) -> str:
        """Exponents need no brackets above the line, but by elements, and where T is a scalar."""
        base, exponent = node.base, self.exponent(node.exponent, texts)
        if node.elementwise:
            return self.raised(base, rf"\odot {exponent}", texts)
        if not isinstance(node.exponent, tree.Symbol):
            exponent = texts[node.exponent][0]
        inner = inverted(base, texts)
        return (
            self.raised(base, exponent, texts)
            if inner is None
            else self.raised(inner, f"-{exponent}", texts)
        )

    def product(self, factors: tuple[Expr, ...], texts: Texts) -> str:
        """Factors in a row, a dot before a number."""
        first, *rest = (self.bracketed(texts[factor], POSTFIX) for factor in factors)
        dots = [r"\cdot " * isinstance(factor, tree.Number) for factor in factors[1:]]
        return " ".join([first, *map("".join, zip(dots, rest, strict=True))])

    def quotient(self, numerator: Expr, denominator: Expr, texts: Texts) -> str:
        """A fraction, but by elements."""
        if denominator.rows or denominator.cols:
            return (
                self.hadamard((numerator,), texts)
                + self.divided
                + self.hadamard((denominator,), texts)
            )
        return rf"\frac{{{texts[numerator][0]}}}{{{texts[denominator][0]}}}"


LATEX = Latex()
