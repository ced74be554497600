"""The LaTeX form: a fragment that compiles with amsmath and amssymb alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from mdiff.functions.table import TABLE, pattern_of
from mdiff.notation import tree
from mdiff.render.greek import GREEK, split
from mdiff.render.layout import (
    ATOM,
    POSTFIX,
    PRODUCT,
    SUM,
    compose,
    repeated,
    symbols,
)
from mdiff.render.unicode import BIG, REPEATED, is_index

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.notation.tree import Expr
    from mdiff.render.layout import Text, Texts

(INV,) = TABLE["inv"]
COMPOSED = frozenset(TABLE[name][0].latex for name in ("logdet", "lgamma"))
"""Commands of two words, which a power or a product would tear apart."""

FENCES = {
    "norm2": (r"\left\lVert ", r" \right\rVert"),
    "normF": (r"\left\lVert ", r" \right\rVert_F"),
    "norminf": (r"\left\lVert ", r" \right\rVert_\infty"),
    "nuclear": (r"\left\lVert ", r" \right\rVert_*"),
    "abs": (r"\left\lvert ", r" \right\rvert"),
}
"""Functions that are written around their argument."""


def latex(root: Expr, taken: Collection[str] = ()) -> str:
    r"""A bare fragment; large repeated pieces are named after `\\quad\\text{where}`."""
    names: dict[Expr, str] = {}
    if root.size >= BIG:
        names = repeated(root, REPEATED, {*taken, *symbols(root)})
    shown = {node: symbol(name, taken) for node, name in names.items()}
    text = compose(root, shown, _one, taken)
    where = [f"{name} = {compose(node, shown, _one, taken)}" for node, name in shown.items()]
    if where:
        text += r" \quad\text{where } " + r",\ ".join(where)
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
        shown = rf"\mathit{{{stem}}}"
    index = ",".join(part for part in below if part).replace("_", ",")
    return f"{shown}_{{{index}}}" if len(index) > 1 else f"{shown}_{index}" if index else shown


def fenced(text: str) -> str:
    """Round brackets that grow."""
    return rf"\left({text}\right)"


def _in(text: Text, strength: int) -> str:
    return text[0] if text[1] >= strength else fenced(text[0])


def _one(node: Expr, texts: Texts) -> Text:
    match node:
        case tree.Number(value):
            if value.denominator == 1:
                return str(value), ATOM
            return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", PRODUCT
        case tree.Symbol(name):
            return symbol(name, texts.taken), ATOM
        case tree.Constant():
            return _constant(node), ATOM
        case tree.Call():
            return _call(node, texts)
        case tree.Transpose(argument):
            base = _inverted(argument, texts)
            if base is not None:
                return _raised(base, r"-\top", texts), POSTFIX
            return _raised(argument, r"\top", texts), POSTFIX
        case tree.Power(base, exponent, elementwise):
            return _power(base, exponent, texts, elementwise=elementwise), POSTFIX
        case tree.Product(factors):
            return _product(factors, texts), PRODUCT
        case tree.Hadamard(factors):
            return r" \odot ".join(_in(texts[f], POSTFIX) for f in factors), PRODUCT
        case tree.Quotient(numerator, denominator):
            if denominator.rows or denominator.cols:
                above, below = (_in(texts[e], POSTFIX) for e in (numerator, denominator))
                return rf"{above} \oslash {below}", PRODUCT
            return rf"\frac{{{texts[numerator][0]}}}{{{texts[denominator][0]}}}", PRODUCT
        case tree.Sum(terms):
            written = []
            for i, (sign, term) in enumerate(terms):
                lead = ("- " if i else "-") if sign < 0 else "+ " if i else ""
                written.append(lead + _in(texts[term], PRODUCT))
            return " ".join(written), SUM
        case _:
            assert_never(node)


def _constant(node: tree.Constant) -> str:
    sizes = [r" \cdot ".join(
        [*([str(d.number)] if d.number != 1 or not d.factors else []), *map(symbol, d.factors)]
    ) for d in node.dims]  # fmt: skip
    match node.name:
        case "eye":
            return rf"I_{{{sizes[0]}}}"
        case "ones":
            if len(sizes) == 1:
                return rf"\mathbf{{1}}_{{{sizes[0]}}}"
            return rf"\mathbf{{1}}_{{{sizes[0]}}} \mathbf{{1}}_{{{sizes[1]}}}^{{\top}}"
        case "zeros":
            below = r" \times ".join(sizes)
            return rf"\mathbf{{0}}_{{{below}}}"
        case "unit":
            return rf"e_{{{symbol(node.index)}}}"
        case "size":
            return sizes[0]
        case _:
            return rf"{node.name}_{{{','.join(sizes)}}}"


def _inverted(node: Expr, texts: Texts) -> Expr | None:
    """What a node is the inverse of, if it is one and has no name."""
    if isinstance(node, tree.Call) and node.function is INV and node not in texts.names:
        return node.arguments[0]
    return None


def _call(node: tree.Call, texts: Texts) -> Text:
    name, arguments = node.function.name, node.arguments
    inside = ", ".join(texts[a][0] for a in arguments)
    if node.function is INV:
        return _raised(arguments[0], "-1", texts), POSTFIX
    if name == "einsum":
        pattern = pattern_of(node.function).replace("->", r" \to ")
        return rf"\operatorname{{einsum}}_{{{pattern}}}" + fenced(inside), ATOM
    if name in FENCES:
        left, right = FENCES[name]
        index = "_2" if name == "norm2" and arguments[0].cols else ""
        return f"{left}{inside}{right}{index}", ATOM
    if name == "normp" and is_index(arguments[1]):
        below = texts[arguments[1]][0]
        return rf"\left\lVert {texts[arguments[0]][0]} \right\rVert_{{{below}}}", ATOM
    if name == "kron":
        return r" \otimes ".join(_in(texts[a], POSTFIX) for a in arguments), PRODUCT
    if name == "sqrt" and not texts.dot(node):
        return rf"\sqrt{{{inside}}}", ATOM
    unknown = node.function.unknown
    if unknown is not None:
        shown = [texts[a][0] for a in arguments]
        direction = rf"\left[{shown.pop()}\right]" if unknown.along is not None else ""
        head = unknown.latex(symbol(unknown.name))
        return f"{head}{fenced(', '.join(shown))}{direction}", ATOM
    command = node.function.latex
    if not command:
        command = symbol(name) if len(name) == 1 else rf"\operatorname{{{name}}}"
    return command + texts.dot(node) + fenced(inside), PRODUCT if command in COMPOSED else ATOM


def _raised(base: Expr, exponent: str, texts: Texts) -> str:
    return f"{_in(texts[base], ATOM)}^{{{exponent}}}"


def _power(base: Expr, exponent: Expr, texts: Texts, *, elementwise: bool) -> str:
    raised = texts[exponent][0]
    if elementwise:
        return _raised(
            base, rf"\odot {fenced(raised) if texts[exponent][1] < ATOM else raised}", texts
        )
    inverted = _inverted(base, texts)
    if inverted is not None:
        return _raised(inverted, f"-{raised}", texts)
    return _raised(base, raised, texts)


def _product(factors: tuple[Expr, ...], texts: Texts) -> str:
    written = []
    for i, factor in enumerate(factors):
        text = _in(texts[factor], POSTFIX)
        if i and isinstance(factor, tree.Number):
            text = rf"\cdot {text}"
        written.append(text)
    return " ".join(written)
