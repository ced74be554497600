"""The unicode form, for terminals: `A (AᵀXA)⁻ᵀ Aᵀ`; mdiff reads it back."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, assert_never

from mdiff.functions.table import ALIASES, TABLE, pattern_of
from mdiff.notation import tree
from mdiff.render.greek import GREEK, split, subscript, superscript
from mdiff.render.layout import (
    ATOM,
    POSTFIX,
    PRODUCT,
    SUM,
    bracketed,
    compose,
    repeated,
    symbols,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.notation.tree import Expr
    from mdiff.render.layout import Text, Texts

(INV,) = TABLE["inv"]

FENCES = {
    "norm2": ("‖", "‖"),
    "normF": ("‖", "‖_F"),
    "norminf": ("‖", "‖_∞"),
    "nuclear": ("‖", "‖_*"),
}
"""Functions that are written around their argument."""

EXPONENTS = frozenset("pqrs")
"""Names that, below the bars of a norm, are read as its exponent."""

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
    line, where = unicode_lines(root, taken)
    heads = ["where ", *("      " for _ in where)]
    return "\n".join([line, *map("".join, zip(heads, where, strict=False))])


def unicode_lines(root: Expr, taken: Collection[str] = ()) -> tuple[str, tuple[str, ...]]:
    """The answer and what is named in it, each a line `S = …`, before it is used."""
    names: dict[Expr, str] = {}
    if root.size >= BIG:
        names = repeated(root, REPEATED, {*taken, *symbols(root)})
    shown = {node: symbol(name, taken) for node, name in names.items()}
    width = max(map(len, shown.values()), default=0)
    lines = (
        f"{name:<{width}} = {compose(node, shown, _one, taken)}" for node, name in shown.items()
    )
    return compose(root, shown, _one, taken), tuple(lines)


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


def _one(node: Expr, texts: Texts) -> Text:
    match node:
        case tree.Number(value):
            return str(value), ATOM if value.denominator == 1 else PRODUCT
        case tree.Symbol(name):
            return symbol(name, texts.taken), ATOM
        case tree.Constant():
            return _constant(node)
        case tree.Call():
            return _call(node, texts)
        case tree.Transpose(argument):
            base = _inverted(argument, texts)
            if base is not None:
                return f"{_compact(base, texts)}⁻ᵀ", POSTFIX
            return f"{bracketed(texts[argument], ATOM)}ᵀ", POSTFIX
        case tree.Power(base, tree.Number(value)) if node in texts.spread:
            return " ".join([bracketed(texts[base], POSTFIX)] * int(value)), PRODUCT
        case tree.Power(base, exponent, elementwise):
            return _power(base, exponent, texts, elementwise=elementwise), POSTFIX
        case tree.Product(factors):
            return _product(factors, texts), PRODUCT
        case tree.Hadamard(factors):
            return _hadamard(factors, texts), PRODUCT
        case tree.Quotient(numerator, denominator):
            return _quotient(numerator, denominator, texts), PRODUCT
        case tree.Sum(terms):
            written = []
            for i, (sign, term) in enumerate(terms):
                lead = ("− " if i else "−") if sign < 0 else "+ " if i else ""
                written.append(lead + bracketed(texts[term], PRODUCT))
            return " ".join(written), SUM
        case _:
            assert_never(node)


def _constant(node: tree.Constant) -> Text:
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
        case "unit":
            return f"e_{node.index}", ATOM
        case "size":
            return sizes[0], ATOM
        case _:
            return f"{node.name}({', '.join(sizes)})", ATOM


def _inverted(node: Expr, texts: Texts) -> Expr | None:
    """What a node is the inverse of, if it is one and has no name."""
    if isinstance(node, tree.Call) and node.function is INV and node not in texts.names:
        return node.arguments[0]
    return None


def _call(node: tree.Call, texts: Texts) -> Text:
    name, arguments = node.function.name, node.arguments
    if node.function is INV:
        return f"{_compact(arguments[0], texts)}⁻¹", POSTFIX
    inside = [texts[a][0] for a in arguments]
    if name == "einsum":
        return f'einsum("{pattern_of(node.function)}", {", ".join(inside)})', ATOM
    if name in FENCES:
        left, right = FENCES[name]
        index = "₂" if name == "norm2" and arguments[0].cols else ""
        return f"{left}{texts[arguments[0]][0]}{right}{index}", ATOM
    if name == "normp" and is_index(arguments[1]):
        below = texts[arguments[1]][0].replace(" ", "")
        below = below if below.isalnum() else f"{{{below}}}"
        return f"‖{texts[arguments[0]][0]}‖_{below}", ATOM
    if name == "kron":
        return " ⊗ ".join(bracketed(texts[a], POSTFIX) for a in arguments), PRODUCT
    if name == "sqrt" and not texts.dot(node):
        return f"√({texts[arguments[0]][0]})", ATOM
    unknown = node.function.unknown
    if unknown is not None:
        direction = f"[{inside.pop()}]" if unknown.along is not None else ""
        return f"{unknown.unicode(symbol(unknown.name))}({', '.join(inside)}){direction}", ATOM
    shown = node.function.unicode or name
    return f"{shown}{texts.dot(node)}({', '.join(inside)})", PRODUCT if " " in shown else ATOM


def is_index(node: Expr) -> bool:
    """Whether an expression below the bars of a norm is read as its exponent."""
    match node:
        case tree.Number() | tree.Quotient(tree.Number(), tree.Number()):
            return True
        case tree.Symbol(name):
            return name in EXPONENTS
        case _:
            return False


def compact(node: Expr) -> str:
    """An expression on its own; a product of single letters without spaces."""
    return _letters(node) or unicode_lines(node)[0]


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


def _compact(node: Expr, texts: Texts) -> str:
    """The base of an inverse."""
    text = "" if node in texts.names else _letters(node)
    return f"({text})" if text else bracketed(texts[node], ATOM)


def _power(base: Expr, exponent: Expr, texts: Texts, *, elementwise: bool) -> str:
    whole = _whole(exponent)
    if whole is not None and not elementwise:
        inverted = _inverted(base, texts)
        if inverted is not None:
            return _compact(inverted, texts) + superscript(str(-whole))
        return bracketed(texts[base], ATOM) + superscript(str(whole))
    shown = texts[exponent][0]
    if texts[exponent][1] < ATOM:
        shown = f"({shown})"
    strength = POSTFIX if isinstance(base, tree.Transpose) else ATOM
    return f"{bracketed(texts[base], strength)}{'.^' if elementwise else '^'}{shown}"


def _whole(exponent: Expr) -> int | None:
    """The value of an exponent that is a whole number."""
    match exponent:
        case tree.Number(value) if value.denominator == 1:
            return int(value)
        case tree.Sum(((-1, tree.Number(value)),)) if value.denominator == 1:
            return -int(value)
        case _:
            return None


def _product(factors: tuple[Expr, ...], texts: Texts) -> str:
    written = bracketed(texts[factors[0]], POSTFIX)
    for before, factor in itertools.pairwise(factors):
        text = bracketed(texts[factor], POSTFIX)
        row = isinstance(before, tree.Transpose) and not before.rows
        close = row and written.endswith("ᵀ") and text[0].isalpha() and not text.startswith("d")
        if isinstance(factor, tree.Number):
            text = f"· {text}"
        written += text if close else f" {text}"
    return written


def _hadamard(factors: tuple[Expr, ...], texts: Texts) -> str:
    """The last factor may be a bare product: `v ⊙ X w` has one value in either reading."""
    shown = [bracketed(texts[f], POSTFIX) for f in factors]
    last = factors[-1]
    if isinstance(last, tree.Product) and not last.cols:
        first = last.factors[0]
        if first.rows and first.cols and not isinstance(first, tree.Sum):
            shown[-1] = texts[last][0]
    return " ⊙ ".join(shown)


def _quotient(numerator: Expr, denominator: Expr, texts: Texts) -> str:
    by_elements = bool(denominator.rows or denominator.cols)
    bare = isinstance(numerator, tree.Product) and not by_elements
    above = bracketed(texts[numerator], PRODUCT if bare else POSTFIX)
    if by_elements:
        if isinstance(numerator, tree.Constant) and numerator.name == "ones":
            above = "1"
        return f"{above} ⊘ {bracketed(texts[denominator], POSTFIX)}"
    below = bracketed(texts[denominator], POSTFIX)
    if isinstance(denominator, tree.Product) and _transposed_first(denominator):
        below = texts[denominator][0]
    return f"{above} / {below}"


def _transposed_first(node: tree.Product) -> bool:
    return isinstance(node.factors[0], tree.Transpose) and all(
        isinstance(f, tree.Transpose | tree.Symbol) for f in node.factors
    )
