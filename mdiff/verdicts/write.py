"""Nodes and edits of a claim → text in the user's own way of writing; nothing is judged here.

What the user wrote is quoted as it stands; only nodes that an edit has made are put into words.
What is written may be misread: whoever uses it parses it again.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from mdiff.functions.table import TABLE
from mdiff.record import Record, derived
from mdiff.render.unicode import symbol
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose, children
from mdiff.verdicts.nodes import NEW, inverted, top_terms
from mdiff.verdicts.verdict import Place
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Operator, Tree
    from mdiff.verdicts.claim import Part
    from mdiff.verdicts.slips import Edit

SUM, TERM, POSTFIX, ATOM = range(4)
"""How tightly a text holds together."""

POINTED = frozenset({"sign", "factor", "extra"})
"""Slips that are shown where they are, in a larger piece of the claim that is replaced."""

_CLOSING = {"(": ")", "[": "]", "{": "}"}
_FENCES = {
    "norm": ("||", "||"), "norm2": ("||", "||"), "normF": ("||", "||_F"), "norm1": ("||", "||_1"),
}  # fmt: skip
_CONSTANTS = frozenset({"eye", "ones", "zeros", "unit"})
_TRANSPOSE = re.compile(r"'|ᵀ|\.T|\^\\top|\^\{\\top\}|\^\\intercal|\^T")
_BY_ELEMENTS = re.compile(r"⊙|∘|\\odot|\\circ|\.\*")
_TIMES = re.compile(r"(?<![.*])\*(?!\*)|[\w)\]}'ᵀ] +[\w(\[\\]")
_INVERSE = re.compile(r"\^\{-|\^-|inv\(")
_TOUCHING = re.compile(r"\w\w")


class Style(Record):
    """How the user writes: the signs between factors, a transpose, an inverse."""

    signs: dict[Operator, str]
    latex: bool
    transpose: str
    inverse: str
    numpy: bool = derived(lambda self: self.signs["*"] == " @ ")
    joint: bool = derived(lambda self: (self.transpose, self.inverse) == ("^T", "^-1"))


def style_of(text: str) -> Style:
    """The style of a text; of several signs for one thing it is the first."""
    latex, numpy = "\\" in text, "@" in text  # whatever `*` is beside `@`, no product of matrices
    times = " @ " if numpy else "*" if _seen(_TIMES, text) == "*" else " "
    elements = _seen(_BY_ELEMENTS, text, "\\odot" if latex else ".*")
    tight = times == "*" and elements == ".*"
    signs: dict[Operator, str] = {
        "*": times,
        ".*": " * " if numpy else elements if tight else f" {elements} ",
        "./": " / " if numpy else " ⊘ " if "⊘" in text else " ./ ",
        "/": "/",
        "⊗": " ⊗ ",
        "·": " · ",
        "@": " @ ",
    }
    transpose = _seen(_TRANSPOSE, text, ".T" if numpy else "^\\top" if latex else "^T")
    inverse = _seen(_INVERSE, text, "^{-" if latex else "^-")
    return Style(signs, latex, transpose, {"inv(": "inv", "^{-": "^{-1}", "^-": "^-1"}[inverse])


def _seen(pattern: re.Pattern[str], text: str, usual: str = "") -> str:
    found = pattern.search(text)
    return found.group() if found else usual


class Writer:
    """Writes nodes of one claim, and edits into its text."""

    def __init__(self, part: Part) -> None:
        self.text = part.text
        self.tree = part.tree
        self._texts = f"{part.text}\n{part.expression}"
        self.style = style_of(self._texts)
        self._parents: dict[int, tuple[Tree, int]] = {}
        roots = [*(each.expression for each in part.own), part.tree]
        for node in postorder(roots, children):
            for index, below in enumerate(children(node)):
                self._parents[id(below)] = node, index

    # ------------------------------------------------------------------------ edits

    def edited(self, edits: Sequence[Edit]) -> tuple[str, tuple[Place, ...]]:
        """The text with edits made, and the places with what should stand there."""
        text = self.text
        places = []
        written = [(*self._piece(edit), edit) for edit in edits]
        for span, piece, edit in sorted(written, key=lambda each: each[0], reverse=True):
            text = splice(text, span, piece)
            # where "should be …" is said, that is all of what is replaced
            pointed = edit.place if edit.slip in POINTED else None
            place = pointed or edit.target.span
            places.append(Place(edit.slips, place, _bare(piece), edit.about))
        return text.strip(), tuple(reversed(places))

    def _piece(self, edit: Edit) -> tuple[Span, str]:
        """What an edit replaces, and by which text.

        Terms are dropped with the sign before them, and a term's sign changes where it stands.
        """
        node, target = edit.node, edit.target
        terms = top_terms(self.tree)
        at = next((i for i, (_, term) in enumerate(terms) if term is target), -1)
        if edit.slip == "missing":  # behind all terms
            ((sign, term),) = top_terms(node)
            end = self.tree.span[1]
            return (end, end), f" {'+' if sign > 0 else '-'} {self.fitting(term, TERM)}"
        match node:
            case Sum(()):
                start, end = self._signed(at)
                if at == 0 and terms[1][0] > 0:  # the sign of the next one as well
                    end = terms[1][1].span[0]
                return (start, end), ""
            case Sum(((-1, term),)) if at >= 0 and target is not self.tree:
                other = "+" if terms[at][0] < 0 else "-"
                lead = f" {other} " if at else other.strip("+")
                return self._signed(at), lead + self.fitting(term, TERM)
            case _:
                return target.span, self.fitting(node, self._room(target))

    def _signed(self, at: int) -> Span:
        """The span of a term of the sum with the sign before it."""
        terms = top_terms(self.tree)
        start, end = terms[at][1].span
        if at:
            return terms[at - 1][1].span[1], end
        source = self.text[slice(*self.tree.span)]
        inner = source.removeprefix("\\left")[1:].lstrip() if bracketed(source) else source
        return min(start, self.tree.span[1] - len(inner)), end

    def _room(self, target: Tree) -> int:
        """How tightly a text has to hold together to stand in a node's place."""
        parent, index = self._parents.get(id(target), (None, 0))
        match parent:
            case None:
                return SUM
            case Sum():
                return TERM
            case Product():
                return POSTFIX if index else TERM
            case Apply(_, arguments) if len(arguments) > 1:
                return SUM if parent.head[0] == parent.span[0] else POSTFIX
            case Apply():
                return SUM if self.written(parent)[1] == ATOM else ATOM
            case _:
                return ATOM

    # ------------------------------------------------------------------------ nodes

    def quoted(self, node: Tree) -> bool:
        """Whether the node stands in the user's text by itself.

        `A^-T` is one piece of text and two nodes: the inner one cannot be quoted.
        """
        parent, _ = self._parents.get(id(node), (None, 0))
        return node.span != NEW and (parent is None or parent.span != node.span)

    def fitting(self, node: Tree, room: int) -> str:
        """The text of a node, in brackets where it does not hold together tightly enough."""
        text, strength = self.written(node)
        return text if strength >= room else f"({text})"

    def write(self, node: Tree) -> str:
        """The text of a node."""
        return self.written(node)[0]

    def written(self, node: Tree) -> tuple[str, int]:
        """The text of a node and how tightly it holds; new nodes are few, so this may recurse."""
        if self.quoted(node):
            source = self.text[slice(*node.span)]
            return source, _strength(node, source)
        match node:
            case Number(value):
                return str(value), ATOM if value.denominator == 1 and value >= 0 else TERM
            case Name(name):
                letter = symbol(name)
                return letter if letter in self._texts else name, ATOM
            case Text(value):
                return f'"{value}"', ATOM
            case Sum(terms):
                pieces = [f" {'+' if s > 0 else '-'} {self.fitting(t, TERM)}" for s, t in terms]
                text = "".join(pieces)[3:]
                return text if terms[0][0] > 0 else f"-{text}", SUM
            case Product(factors):
                before = factors[0][1]
                mixed = self.quoted(before) and factors[1][0] == ".*"
                first = TERM if isinstance(before, Product | Number) and not mixed else POSTFIX
                text = self.fitting(before, first)
                for operator, factor in factors[1:]:
                    sign = self.style.signs[operator]
                    if (
                        operator == "*"
                        and self.style.numpy
                        and Number in (type(before), type(factor))
                    ):
                        sign = " * "
                    text += sign + self.fitting(factor, POSTFIX)
                    before = factor
                return text, TERM
            case Power(base, exponent, elementwise):
                return self._power(base, exponent, elementwise=elementwise)
            case Transpose(argument):
                inner = inverted(argument)
                if self.style.joint and inner is not None:
                    return self.fitting(inner, ATOM) + "^-T", POSTFIX
                return self.fitting(argument, ATOM) + self.style.transpose, POSTFIX
            case Apply("inv", (base,)):
                return self._inverse(base, 1)
            case Apply(function, arguments):
                rows = TABLE.get(function, ())
                latex = self.style.latex and rows and rows[0].latex
                start, end = _FENCES.get(function, (f"{latex or function}(", ")"))
                comma = "," if function in _CONSTANTS else ", "
                return f"{start}{comma.join(map(self.write, arguments))}{end}", ATOM
            case _:
                assert_never(node)

    def _power(self, base: Tree, exponent: Tree, *, elementwise: bool) -> tuple[str, int]:
        match base, exponent:
            case _, Number(value) if value == -1 and not elementwise:
                return self._inverse(base, 1)
            case Apply("inv", (inner,)), Number(value) if value.denominator == 1 < value:
                return self._inverse(inner, value.numerator)
            case _:
                pass
        text, strength = self.written(exponent)
        if strength < ATOM or not text.isdecimal():
            text = f"{{{text}}}" if self.style.latex else f"({text})"
        sign = "**" if self.style.numpy else ".^" if elementwise else "^"
        return f"{self.fitting(base, ATOM)}{sign}{text}", POSTFIX

    def _inverse(self, base: Tree, power: int) -> tuple[str, int]:
        if self.style.inverse == "inv":
            call = f"inv({self.write(base)})"
            return (call, ATOM) if power == 1 else (f"{call}^{power}", POSTFIX)
        return self.fitting(base, ATOM) + self.style.inverse.replace("1", str(power)), POSTFIX


def _strength(node: Tree, source: str) -> int:
    """How tightly a piece of the user's text holds together."""
    if bracketed(source):
        return ATOM
    match node:
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
            called = function in _CONSTANTS or not after or after[0] in "([{|_"
            fenced = source[0] in "|<‖⟨" or source[-1] in "|‖⟩>"
            return ATOM if called or fenced else SUM
        case _:
            return ATOM


def _bare(piece: str) -> str:
    """What is put in, without brackets around all of it."""
    piece = piece.strip()
    return piece[1:-1] if piece.startswith("(") and bracketed(piece) else piece


def bracketed(source: str) -> bool:
    """Whether a piece of text is one bracket from its beginning to its end."""
    inner = source.removeprefix("\\left")
    if not inner or inner[0] not in _CLOSING:
        return False
    depth = 0
    for at, sign in enumerate(inner):
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0:
            return at == len(inner) - 1
    return False


def splice(text: str, span: Span, piece: str) -> str:
    """The text with a piece in the place of a span; words that would touch are kept apart."""
    before, after = text[: span[0]], text[span[1] :]
    lead = " " if _TOUCHING.match(before[-1:] + piece[:1]) else ""
    tail = " " if _TOUCHING.match(piece[-1:] + after[:1]) else ""
    return f"{before}{lead}{piece}{tail}{after}"
