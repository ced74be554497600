"""What all text forms share: the walk over notation, binding strengths, `where` names.

A form is a `Target`: a table of its signs, and how it writes the few nodes that differ by more.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, assert_never

from mdiff.functions.table import TABLE, pattern_of
from mdiff.notation.tree import (
    Call,
    Constant,
    Hadamard,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Symbol,
    Transpose,
)
from mdiff.shapes.steps import OF_MATRICES
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Collection
    from fractions import Fraction

    from mdiff.notation.tree import Expr

(INV,) = TABLE["inv"]

SUM, PRODUCT, POSTFIX, ATOM = range(4)
"""Binding strengths: what an expression is from outside, weakest first."""

Text = tuple[str, int]
"""A text and its binding strength."""

EXPONENTS = frozenset("pqrs")
"""Names that, below the bars of a norm, are read as its exponent."""


class Texts(dict["Expr", Text]):
    """The texts of the parts written so far, and which parts stand under a name.

    `dotted` are the parts in which `exp(X)`, without a dot, would be read as a function of matrices
    (under a trace), `spread` those whose powers of matrices are written as products, `sum(X*X)`,
    for `sum(X^2)` may mean the entries; `taken` are the names of the problem, beside which no other
    name may look like one of them.
    """

    dotted: Collection[Expr] = ()
    spread: Collection[Expr] = ()

    def __init__(self, names: dict[Expr, str], taken: Collection[str]) -> None:
        super().__init__()
        self.names = names
        self.taken = taken


class Target:
    """A text form: the signs that it has, here those of the plain one, and how it writes nodes.

    `fences` are written around the argument of a function, `root` around that of a square root,
    `kron` between factors; `above` are the exponents of a transpose, an inverse and both, where
    they stand above the line. What a form has no sign for is written as a call, a function that
    people have no name for as it is `spelled` by its argument and a dot where one is needed.
    """

    brackets = ("(", ")")
    times = "*"
    elementwise = ".*"
    divided = "./"
    slash = "/"
    plus = "+"
    minus = "-"
    comma = ","
    kron = ""
    root = ("", "")
    spectral = ""
    fences: ClassVar[dict[str, tuple[str, str]]] = {}
    above: ClassVar[dict[str, str]] = {}
    spelled: ClassVar[dict[str, str]] = {}
    spreads = True

    # ---- the walk

    def compose(self, root: Expr, names: dict[Expr, str], taken: Collection[str] = ()) -> str:
        """Write an expression; what has a name is written as its name (the root is not)."""
        named = names.keys() - {root}
        order = postorder([root], lambda node: () if node in named else node.parts)
        calls: dict[str, list[Expr]] = {}
        for node in order:
            if isinstance(node, Call) and node not in named:
                calls.setdefault(node.function.name, []).append(node.arguments[0])
        texts = Texts(names, taken)
        if "tr" in calls:
            texts.dotted = _within(calls["tr"], named, (Product, Sum, Transpose, Quotient))
        if sums := calls.get("sum", []) + calls.get("mean", []):
            texts.spread = _within(sums, named, (Sum, Transpose, Hadamard, Quotient))
        for node in order:
            texts[node] = (names[node], ATOM) if node in named else self.write(node, texts)
        return texts[root][0]

    def defined(
        self, root: Expr, least: int, worth: int, taken: Collection[str]
    ) -> list[tuple[str, str]]:
        """Names for what repeats in an expression of `least` signs, with their texts; at last it.

        Each name, of a piece of at least `worth` signs, comes before it is used.
        """
        names = repeated(root, worth, {*taken, *symbols(root)}) if root.size >= least else {}
        shown = {node: self.symbol(name, taken) for node, name in names.items()}
        lines = [(name, self.compose(node, shown, taken)) for node, name in shown.items()]
        return [*lines, ("", self.compose(root, shown, taken))]

    def write(self, node: Expr, texts: Texts) -> Text:
        """One node whose parts are written."""
        match node:
            case Number(value):
                return self.number(value)
            case Symbol(name):
                return self.symbol(name, texts.taken), ATOM
            case Constant():
                return self.constant(node)
            case Call():
                return self.call(node, texts)
            case Transpose(argument):
                return self.transpose(argument, texts), POSTFIX
            case Power(base, Number(value), False) if (
                self.spreads and node in texts.spread and node.cols and value in SPREAD
            ):
                return self.product((base,) * int(value), texts), PRODUCT
            case Power():
                return self.power(node, texts), POSTFIX
            case Product(factors):
                return self.product(factors, texts), PRODUCT
            case Hadamard(factors):
                return self.hadamard(factors, texts), PRODUCT
            case Quotient(numerator, denominator):
                return self.quotient(numerator, denominator, texts), PRODUCT
            case Sum(terms):
                text = ""
                for sign, term in terms:
                    lead = self.minus if sign < 0 else self.plus
                    text += lead if text else lead.strip() * (sign < 0)
                    text += self.bracketed(texts[term], PRODUCT)
                return text, SUM
            case _:
                assert_never(node)

    def bracketed(self, text: Text, strength: int) -> str:
        """The text, in round brackets where it binds weaker than asked."""
        left, right = self.brackets
        return text[0] if text[1] >= strength else f"{left}{text[0]}{right}"

    # ---- what a form may write in its own way

    def number(self, value: Fraction) -> Text:
        """A positive rational number."""
        return str(value), ATOM if value.denominator == 1 else PRODUCT

    def symbol(self, name: str, taken: Collection[str] = ()) -> str:  # noqa: ARG002 - others do
        """A name; beside the names `taken` it looks like none of them."""
        return name

    def constant(self, node: Constant) -> Text:
        """A sized constant."""
        match node.name:
            case "unit":
                return f"e_{node.index}", ATOM
            case "size":
                return str(node.dims[0]), ATOM
            case _:
                return f"{node.name}({self.comma.join(map(str, node.dims))})", ATOM

    def call(self, node: Call, texts: Texts) -> Text:
        """A function of written arguments."""
        name, arguments = node.function.name, node.arguments
        inside = [texts[argument][0] for argument in arguments]
        dotted = node in texts.dotted and (name in OF_MATRICES or name in self.spelled)
        dot = "." if dotted else ""
        if name in self.spelled:
            return self.spelled[name].format(inside[0], dot), PRODUCT
        if node.function is INV and self.above:
            return self.raised(arguments[0], self.above["inverse"], texts), POSTFIX
        if name in self.fences:
            left, right = self.fences[name]
            below = self.spectral if name == "norm2" and arguments[0].cols else ""
            return f"{left}{inside[0]}{right}{below}", ATOM
        if name == "normp" and self.fences and is_index(arguments[1]):
            left, right = self.fences["norm2"]
            return f"{left}{inside[0]}{right}{self.below(inside[1])}", ATOM
        if name == "kron" and self.kron:
            return self.kron.join(self.bracketed(texts[a], POSTFIX) for a in arguments), PRODUCT
        if name == "sqrt" and self.kron and not dot:
            return inside[0].join(self.root), ATOM
        return self.named(node, inside, dot)

    def named(self, node: Call, inside: list[str], dot: str) -> Text:
        """A function by its name; what stands between that and its bracket is `dot`."""
        if node.function.name == "einsum":
            return f'einsum("{pattern_of(node.function)}", {", ".join(inside)})', ATOM
        return f"{node.function.name}{dot}({self.comma.join(inside)})", ATOM

    def below(self, text: str) -> str:
        """An index below the line."""
        return f"_{{{text}}}"

    def raised(self, base: Expr, exponent: str, texts: Texts) -> str:
        """A base with something above the line."""
        return self.bracketed(texts[base], ATOM) + exponent

    def transpose(self, argument: Expr, texts: Texts) -> str:
        """A transpose; of an inverse, both above the line."""
        base = inverted(argument, texts) if self.above else None
        if base is not None:
            return self.raised(base, self.above["both"], texts)
        return self.raised(argument, self.above.get("transpose", "'"), texts)

    def power(self, node: Power, texts: Texts) -> str:
        """A power, of all or of every entry."""
        base, exponent = node.base, node.exponent
        strength = POSTFIX if isinstance(base, Transpose) else ATOM
        sign = ".^" if node.elementwise else "^"
        return f"{self.bracketed(texts[base], strength)}{sign}{self.exponent(exponent, texts)}"

    def exponent(self, exponent: Expr, texts: Texts) -> str:
        """An exponent on the line; `c^(T)` of a scalar T, for `c^T` is a transpose."""
        named = isinstance(exponent, Symbol) and exponent.name[0] in "TH"
        text, strength = texts[exponent]
        return self.bracketed((text, SUM if named else strength), ATOM)

    def product(self, factors: tuple[Expr, ...], texts: Texts) -> str:
        """Factors in a row."""
        return self.times.join(self.bracketed(texts[f], POSTFIX) for f in factors)

    def hadamard(self, factors: tuple[Expr, ...], texts: Texts) -> str:
        """Factors by elements."""
        return self.elementwise.join(self.bracketed(texts[f], POSTFIX) for f in factors)

    def quotient(self, numerator: Expr, denominator: Expr, texts: Texts) -> str:
        """A quotient, by elements where the denominator has axes."""
        sign = self.divided if denominator.rows or denominator.cols else self.slash
        bare = isinstance(numerator, Product) and sign == self.slash
        above = self.bracketed(texts[numerator], PRODUCT if bare else POSTFIX)
        return f"{above}{sign}{self.bracketed(texts[denominator], POSTFIX)}"


def inverted(node: Expr, texts: Texts) -> Expr | None:
    """What a node is the inverse of, if it is one and has no name."""
    if isinstance(node, Call) and node.function is INV and node not in texts.names:
        return node.arguments[0]
    return None


def is_index(node: Expr) -> bool:
    """Whether an expression below the bars of a norm is read as its exponent."""
    match node:
        case Number() | Quotient(Number(), Number()):
            return True
        case Symbol(name):
            return name in EXPONENTS
        case _:
            return False


SPREAD = range(2, 7)
"""These powers are written as products where they could be taken for those of the entries."""


def _within(stack: list[Expr], named: Collection[Expr], through: tuple[type, ...]) -> set[Expr]:
    """The parts that some arguments are made of, through these nodes alone."""
    found: set[Expr] = set()
    while stack:
        node = stack.pop()
        if node not in found:
            found.add(node)
            stack += node.parts if isinstance(node, through) and node not in named else ()
    return found


def repeated(root: Expr, worth: int, taken: Collection[str]) -> dict[Expr, str]:
    """Names for the pieces of at least `worth` signs that stand in more than one place.

    Names are free of `taken`; matrices are called `S`, vectors `s`, scalars `r`, with numbers. They
    come in the order of the text, each after all that are used in what it stands for. A named piece
    counts as one sign of what it stands in.
    """
    # Equal pieces are one node, so a piece repeats where it is a part of two nodes (or twice of
    # one): counting edges counts places, each shared piece once, not once a path to it. Parts
    # come before wholes, so a whole is weighed with its named parts as one sign each: linear.
    order = postorder([root], attrgetter("parts"))
    uses: dict[Expr, int] = {}
    for node in order:
        for child in node.parts:
            uses[child] = uses.get(child, 0) + 1
    names: dict[Expr, str] = {}
    saved: dict[Expr, int] = {}
    counts = {"S": 0, "s": 0, "r": 0}
    for node in order:
        saved[node] = sum(saved[child] for child in node.parts)
        if isinstance(node, Number | Symbol | Constant) or node.size - saved[node] < worth:
            continue
        if uses.get(node, 0) < 2 or node is root:
            continue
        saved[node] = node.size - 1
        letter = "S" if node.rows and node.cols else "s" if node.rows or node.cols else "r"
        while True:
            counts[letter] += 1
            name = letter if counts[letter] == 1 else f"{letter}{counts[letter]}"
            if name not in taken:
                break
        names[node] = name
    return names


def symbols(root: Expr) -> set[str]:
    """All names of variables and sizes in an expression."""
    found: set[str] = set()
    for node in postorder([root], attrgetter("parts")):
        if isinstance(node, Symbol):
            found.add(node.name)
        elif isinstance(node, Constant):
            found.update(name for dim in node.dims for name in dim.factors)
        elif isinstance(node, Call):
            found.add(node.function.name)
    return found
