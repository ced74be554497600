"""Nodes of a syntax tree → text in the user's own way of writing; nothing is computed or checked.

What the user wrote is quoted as it stands; only nodes that an edit has made are put into words.
What is written may be misread: whoever uses it parses it again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from mdiff.functions.table import TABLE
from mdiff.render.unicode import symbol
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree

NEW: Span = (-1, -1)
"""The span of a node that an edit has made."""

SUM, TERM, POSTFIX, ATOM = range(4)
"""How tightly a text holds together."""

LONGEST_SIGN = 4

_SPELLINGS: dict[Operator, tuple[str, ...]] = {
    "*": ("", "*"),
    "·": ("·", "⋅"),
    "@": ("@",),
    "\\": ("\\",),
    "/": ("/", "÷"),
    ".*": (".*", "⊙", "∘", "*"),
    "./": ("./", "⊘", "/"),
    "⊗": ("⊗",),
}

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_FENCES = {
    "norm": ("||", "||"), "norm2": ("||", "||"), "normF": ("||", "||_F"), "norm1": ("||", "||_1"),
}  # fmt: skip
_CONSTANTS = frozenset({"eye", "ones", "zeros", "unit"})


_TRANSPOSES = ("'", "ᵀ", ".T", "^\\top", "^{\\top}", "^\\intercal", "^T")
_BY_ELEMENTS = ("⊙", "∘", "\\odot", "\\circ", ".*")
_JUXTAPOSED = re.compile(r"[\w)\]}'ᵀ] +[\w(\[\\]")


class Style:
    """How the user writes: products, transposes, inverses, products by elements.

    What the first text does not show is seen in the next one.
    """

    __slots__ = ("by_elements", "inverse", "latex", "numpy", "over_elements", "times", "transpose")

    def __init__(self, *texts: str) -> None:
        self.latex = any("\\" in text for text in texts)
        self.times = next(filter(None, map(_times, texts)), " ")
        usual = ".*" if self.times == "*" else " .* "
        found = _first(_BY_ELEMENTS, texts) or ("\\odot" if self.latex else ".*")
        self.by_elements = usual if found == ".*" else f" {found} "
        self.over_elements = " ⊘ " if _first(("⊘",), texts) else " ./ "
        self.numpy = self.times == " @ "
        if self.numpy:
            self.by_elements, self.over_elements = " * ", " / "
        usual = "^\\top" if self.latex else ".T" if self.numpy else "^T"
        self.transpose = _first(_TRANSPOSES, texts) or usual
        inverse = _first(("^{-", "^-", "inv("), texts)
        self.inverse = "^{-1}" if self.latex or inverse == "^{-" else "^-1"
        if inverse == "inv(":
            self.inverse = "inv"


def _times(text: str) -> str:
    """The sign between the factors of a product; "" where there is none."""
    if "@" in text:  # whatever `*` is beside it, a matrix product it is not
        return " @ "
    if "*" in text.replace(".*", "").replace("**", ""):
        return "*"
    return " " if _JUXTAPOSED.search(text) else ""


def _first(signs: Sequence[str], texts: Sequence[str]) -> str:
    """The first of some signs that the first text which has any of them has; "" for none."""
    return next((sign for text in texts for sign in signs if sign in text), "")


class Writer:
    """Writes nodes of one claim.

    `roots` are its trees as they were parsed, `context` another text by the same hand.
    """

    __slots__ = ("_hidden", "_texts", "style", "text")

    def __init__(self, text: str, roots: Sequence[Tree], context: str = "") -> None:
        self.text = text
        self.style = Style(text, context)
        self._texts = f"{text}\n{context}"
        self._hidden: set[int] = set()
        for node in postorder(roots, children):
            # `A^-T` is one piece of text and two nodes: the inner one cannot be quoted
            self._hidden.update(id(part) for part in children(node) if part.span == node.span)

    def quoted(self, node: Tree) -> bool:
        """Whether the node stands in the user's text by itself."""
        return node.span != NEW and id(node) not in self._hidden

    def fitting(self, node: Tree, context: int) -> str:
        """The text of a node, in brackets where it does not hold together tightly enough."""
        text, strength = self.write(node)
        return text if strength >= context else f"({text})"

    def context(self, parent: Tree | None, index: int) -> int:
        """How tightly a text has to hold together to stand as this part of a node."""
        match parent:
            case None:
                return SUM
            case Sum():
                return TERM
            case Product():
                return TERM if index == 0 else POSTFIX
            case Power() | Transpose() | Number() | Name() | Text():
                return ATOM
            case Apply(_, arguments):
                if len(arguments) > 1:
                    return SUM if parent.head[0] == parent.span[0] else POSTFIX
                source = self.text[parent.span[0] : parent.span[1]]
                return SUM if self._strength(parent, source) == ATOM else ATOM
            case _:
                assert_never(parent)

    def write(self, node: Tree) -> tuple[str, int]:
        """The text of a node and how tightly it holds; new nodes are few, so this may recurse."""
        if self.quoted(node):
            source = self.text[node.span[0] : node.span[1]]
            return source, self._strength(node, source)
        match node:
            case Number(value):
                return _number(value), ATOM if value.denominator == 1 and value >= 0 else TERM
            case Name(name):
                letter = symbol(name)
                return letter if letter in self._texts else name, ATOM
            case Text(value):
                return f'"{value}"', ATOM
            case Sum(terms):
                return self._sum(terms), SUM
            case Product(factors):
                return self._product(factors), TERM
            case Power(base, exponent, elementwise):
                return self._power(base, exponent, elementwise=elementwise)
            case Transpose(Power(base, Number(value), False)) if value == -1 and self._joint():
                return self.fitting(base, ATOM) + "^-T", POSTFIX
            case Transpose(Apply("inv", (base,))) if self._joint():
                return self.fitting(base, ATOM) + "^-T", POSTFIX
            case Transpose(argument):
                return self.fitting(argument, ATOM) + self.style.transpose, POSTFIX
            case Apply("inv", (base,)):
                return self._inverse(base, 1)
            case Apply(function, arguments):
                inside = ", ".join(self.write(argument)[0] for argument in arguments)
                if function in _FENCES:
                    before, after = _FENCES[function]
                    return f"{before}{inside}{after}", ATOM
                return f"{self._function(function)}({inside})", ATOM
            case _:
                assert_never(node)

    def _function(self, name: str) -> str:
        rows = TABLE.get(name, ())
        return rows[0].latex if self.style.latex and rows and rows[0].latex else name

    def _sum(self, terms: Sequence[tuple[int, Tree]]) -> str:
        pieces: list[str] = []
        for sign, term in terms:
            text = self.fitting(term, TERM)
            if not pieces:
                pieces.append(text if sign > 0 else f"-{text}")
            else:
                pieces.append(f"{' + ' if sign > 0 else ' - '}{text}")
        return "".join(pieces)

    def _product(self, factors: Sequence[tuple[Operator, Tree]]) -> str:
        before = factors[0][1]
        text = self.fitting(before, TERM if _is_product(before) else POSTFIX)
        for operator, factor in factors[1:]:
            text += self._operator(operator, before, factor) + self.fitting(factor, POSTFIX)
            before = factor
        return text

    def _operator(self, operator: Operator, left: Tree, right: Tree) -> str:
        if self.quoted(left) and self.quoted(right) and left.span[1] <= right.span[0]:
            between = self.text[left.span[1] : right.span[0]]
            if between.strip() in _SPELLINGS[operator] and len(between) < LONGEST_SIGN:
                return between
        match operator:
            case "*" if isinstance(left, Number) or isinstance(right, Number):
                return " * " if self.style.numpy else self.style.times
            case "*":
                return self.style.times
            case "/":
                return "/"
            case ".*":
                return self.style.by_elements
            case "./":
                return self.style.over_elements
            case "⊗" | "·" | "@":
                return f" {operator} "
            case "\\":
                raise AssertionError(operator)  # it is in no tree

    def _power(self, base: Tree, exponent: Tree, *, elementwise: bool) -> tuple[str, int]:
        match base, exponent:
            case _, Number(value) if value == -1 and not elementwise:
                return self._inverse(base, 1)
            case Apply("inv", (inner,)), Number(value) if value.denominator == 1 < value:
                return self._inverse(inner, value.numerator)
            case _:
                pass
        text, strength = self.write(exponent)
        if strength < ATOM or not text.isdecimal():
            text = f"{{{text}}}" if self.style.latex else f"({text})"
        sign = "**" if self.style.numpy else ".^" if elementwise else "^"
        return f"{self.fitting(base, ATOM)}{sign}{text}", POSTFIX

    def _joint(self) -> bool:
        """Whether an inverse and a transpose are written in one, `A^-T`."""
        return self.style.transpose == "^T" and self.style.inverse == "^-1"

    def _inverse(self, base: Tree, power: int) -> tuple[str, int]:
        if self.style.inverse == "inv":
            call = f"inv({self.write(base)[0]})"
            return (call, ATOM) if power == 1 else (f"{call}^{power}", POSTFIX)
        return self.fitting(base, ATOM) + self.style.inverse.replace("1", str(power)), POSTFIX

    def _strength(self, node: Tree, source: str) -> int:
        """How tightly a piece of the user's text holds together."""
        if bracketed(source):
            return ATOM
        match node:
            case Number() | Name() | Text():
                return ATOM
            case Sum():
                return SUM
            case Product():
                return TERM
            case Power() | Transpose():
                return POSTFIX
            case Apply(function, _):
                if node.head[0] != node.span[0]:  # `A ⊗ B`
                    return SUM
                after = source[node.head[1] - node.head[0] :].removeprefix("\\left")
                if (
                    function in _CONSTANTS
                    or not after
                    or after[0] in "([{|_"
                    or source[0] in "|<‖⟨"
                ):
                    return ATOM
                return ATOM if source.endswith(("|", "‖", "⟩", ">")) else SUM
            case _:
                assert_never(node)


def _is_product(node: Tree) -> bool:
    match node:
        case Product() | Number():
            return True
        case _:
            return False


def _number(value: Fraction) -> str:
    return str(value)


def bracketed(source: str) -> bool:
    """Whether a piece of text is one bracket from its beginning to its end."""
    inner = source.removeprefix("\\left")
    if not inner or inner[0] not in _CLOSING:
        return False
    depth = 0
    for at, sign in enumerate(inner):
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
            if depth == 0:
                return at == len(inner) - 1
    return False


def splice(text: str, span: Span, piece: str) -> str:
    """The text with a piece in the place of a span; words that would touch are kept apart."""
    before, after = text[: span[0]], text[span[1] :]
    if before and piece and _joins(before[-1], piece[0]):
        piece = f" {piece}"
    if after and piece and _joins(piece[-1], after[0]):
        piece = f"{piece} "
    return f"{before}{piece}{after}"


def _joins(left: str, right: str) -> bool:
    """Whether two characters would become one word side by side."""
    return (left.isalnum() or left == "_") and (right.isalnum() or right == "_")
