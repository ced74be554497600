"""The unicode form, for terminals: `A (AᵀXA)⁻ᵀ Aᵀ`; mdiff reads it back."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, ClassVar

from mdiff.functions.table import ALIASES, TABLE
from mdiff.notation import tree
from mdiff.render.greek import GREEK, split, subscript, superscript
from mdiff.render.layout import ATOM, POSTFIX, PRODUCT, Target, inverted

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.notation.tree import Expr
    from mdiff.render.layout import Text, Texts

BIG = 30
"""A line of at least this many signs names its repeated pieces."""

REPEATED = 7
"""A piece of at least this many signs is worth a name here."""

SHORT_RUN = 3
"""Single letters may stand together up to this many: longer runs would not read back."""


def unicode(root: Expr, taken: Collection[str] = ()) -> str:
    """The answer in one line; further lines, below a `where`, name large repeated pieces.

    They stand before they are used, and below each other.
    """
    *where, (_, line) = UNICODE.defined(root, BIG, REPEATED, taken)
    width = max((len(name) for name, _ in where), default=0)
    heads = ["where ", *("      " for _ in where)]
    lines = (f"{head}{n:<{width}} = {t}" for head, (n, t) in zip(heads, where, strict=False))
    return "\n".join([line, *lines])


def line(root: Expr) -> str:
    """An expression on its own, what repeats in it named but not told."""
    return UNICODE.defined(root, BIG, REPEATED, ())[-1][1]


def compact(node: Expr) -> str:
    """An expression on its own; a product of single letters without spaces."""
    return _letters(node) or line(node)


def symbol(name: str, taken: Collection[str] = ()) -> str:
    """A name in its letters: `lambda` is `λ`, `dSigma` is `dΣ`, `W1` is `W₁`, and so is `W_1`.

    Beside a `W_1` among the names `taken`, `W1` stays what it is.
    """
    stem, digits, index = split(name, taken)
    if digits and index:
        return name
    if stem in GREEK:
        stem = GREEK[stem]
    elif stem[0] == "d" and stem[1:] in GREEK:
        stem = f"d{GREEK[stem[1:]]}"
    below = digits or index
    return stem + subscript(below) if below else stem


class Unicode(Target):
    """Products by juxtaposition, powers and indices above and below the line."""

    times = " "
    elementwise = " ⊙ "
    divided = " ⊘ "
    slash = " / "
    plus = " + "
    minus = " − "
    comma = ", "
    kron = " ⊗ "
    root = ("√(", ")")
    spectral = "₂"
    fences: ClassVar = {
        "norm2": ("‖", "‖"),
        "normF": ("‖", "‖_F"),
        "norminf": ("‖", "‖_∞"),
        "nuclear": ("‖", "‖_*"),
    }
    above: ClassVar = {"transpose": "ᵀ", "inverse": "⁻¹", "both": "⁻ᵀ"}
    symbol = staticmethod(symbol)

    def constant(self, node: tree.Constant) -> Text:
        """`Iₙ`, `1ₘ 1ₙᵀ`, where the sizes can stand below the line."""
        sizes = [str(dim) for dim in node.dims]
        simple = all(size.isalnum() for size in sizes)
        below = simple and all(size[0].isalpha() for size in sizes)
        match node.name:
            case "eye" if simple:
                return (f"I{subscript(sizes[0])}" if len(sizes[0]) == 1 else f"I_{sizes[0]}"), ATOM
            case "ones" if below and len(sizes) == 1:
                return f"1{subscript(sizes[0])}", ATOM
            case "ones" if below:
                return f"1{subscript(sizes[0])} 1{subscript(sizes[1])}ᵀ", PRODUCT
            case "D" if simple and len(sizes[0]) == 1 and sizes[0].isalpha():
                return f"D{subscript(sizes[0])}", ATOM
            case _:
                return super().constant(node)

    def named(self, node: tree.Call, inside: list[str], dot: str) -> Text:
        """Some functions have a letter."""
        unknown, shown = node.function.unknown, node.function.unicode
        if unknown is not None:
            direction = f"[{inside.pop()}]" if unknown.along is not None else ""
            return f"{unknown.unicode(symbol(unknown.name))}({', '.join(inside)}){direction}", ATOM
        if not shown:
            return super().named(node, inside, dot)
        return f"{shown}{dot}({', '.join(inside)})", PRODUCT if " " in shown else ATOM

    def below(self, text: str) -> str:
        """`‖x‖_p`, `‖x‖_{3/2}`."""
        return f"_{bare}" if (bare := text.replace(" ", "")).isalnum() else f"_{{{bare}}}"

    def raised(self, base: Expr, exponent: str, texts: Texts) -> str:
        """A product of single letters stands close below an inverse, `(AᵀXA)⁻¹`."""
        letters = "" if base in texts.names or exponent == "ᵀ" else _letters(base)
        return f"({letters}){exponent}" if letters else super().raised(base, exponent, texts)

    def power(self, node: tree.Power, texts: Texts) -> str:
        """Whole powers above the line."""
        whole, base = _whole(node.exponent), inverted(node.base, texts)
        if whole is None or node.elementwise:
            return super().power(node, texts)
        if base is not None:
            return self.raised(base, superscript(str(-whole)), texts)
        return self.bracketed(texts[node.base], ATOM) + superscript(str(whole))

    def product(self, factors: tuple[Expr, ...], texts: Texts) -> str:
        """A row, `xᵀ`, stands close to what it is multiplied by."""
        written = self.bracketed(texts[factors[0]], POSTFIX)
        for before, factor in itertools.pairwise(factors):
            text = self.bracketed(texts[factor], POSTFIX)
            row = isinstance(before, tree.Transpose) and not before.rows
            close = row and written.endswith("ᵀ") and text[0].isalpha() and text[0] != "d"
            if isinstance(factor, tree.Number):
                text = f"· {text}"
            written += text if close else f" {text}"
        return written

    def hadamard(self, factors: tuple[Expr, ...], texts: Texts) -> str:
        """The last factor may be a bare product: `v ⊙ X w` has one value in either reading."""
        *others, last = (self.bracketed(texts[f], POSTFIX) for f in factors)
        match factors[-1]:
            case tree.Product((first, *_), _, ()) as bare if first.rows and first.cols:
                last = last if isinstance(first, tree.Sum) else texts[bare][0]
            case _:
                pass
        return self.elementwise.join([*others, last])

    def quotient(self, numerator: Expr, denominator: Expr, texts: Texts) -> str:
        """`1 ⊘ v` of ones, `a / xᵀAx` of a product that begins with a row."""
        wide = denominator.rows or denominator.cols
        if wide and tree.is_constant(numerator, "ones"):
            return f"1{self.divided}{self.bracketed(texts[denominator], POSTFIX)}"
        text = super().quotient(numerator, denominator, texts)
        factors = denominator.factors if isinstance(denominator, tree.Product) else (denominator,)
        letters = all(isinstance(f, tree.Transpose | tree.Symbol) for f in factors)
        if not wide and letters and factors[1:] and isinstance(factors[0], tree.Transpose):
            below = texts[denominator][0]
            return text.removesuffix(f"({below})") + below
        return text


UNICODE = Unicode()


def _letters(node: Expr) -> str:
    """A product of single letters and their transposes written together, if it reads back so."""
    if not isinstance(node, tree.Product):
        return ""
    text = ""
    for factor in node.factors:
        letter = factor.argument if isinstance(factor, tree.Transpose) else factor
        if not (isinstance(letter, tree.Symbol) and len(symbol(letter.name)) == 1):
            return ""
        text += symbol(letter.name) + ("ᵀ" if letter is not factor else "")
    runs = text.replace("ᵀ", " ").split()
    fine = all(len(r) <= SHORT_RUN and r not in TABLE and r not in ALIASES for r in runs)
    return text if fine else ""


def _whole(exponent: Expr) -> int | None:
    """The value of an exponent that is a whole number."""
    match exponent:
        case tree.Number(value) if value.denominator == 1:
            return int(value)
        case tree.Sum(((-1, tree.Number(value)),)) if value.denominator == 1:
            return -int(value)
        case _:
            return None
