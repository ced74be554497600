"""Words of an expression in, its tree out: what each alternative of the grammar means.

`grammar/expressions.lark` names a method behind each alternative; its parameters are the parts of
that alternative, words and what other methods made. Nothing here looks at shapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.syntax.calls import applied
from mdiff.syntax.doubts import Doubts
from mdiff.syntax.driver import drive
from mdiff.syntax.literals import check_pattern, exact, raised
from mdiff.syntax.tree import (
    Apply,
    Definition,
    Name,
    Number,
    Power,
    Product,
    Sum,
    Text,
    Transpose,
    as_exponent,
    inverse,
    inverse_transpose,
    juxtaposed,
    signed,
)
from mdiff.syntax.words import MAX_QUOTE, quote

if TYPE_CHECKING:
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Signs, Tree
    from mdiff.syntax.words import Word

    Parsed = tuple[list[Definition], Tree]
    Term = tuple[int, Tree, int]  # its sign, and where that stands
    Factors = list[tuple[Operator, Tree]]

_OPERATORS: dict[str, Operator] = {
    "TIMES": "*", "CDOT": "·", "AT": "@", "DIVIDE": "/", "LEFT_DIVIDE": "\\", "DOT_TIMES": ".*",
    "DOT_DIVIDE": "./",
}  # fmt: skip
_OF_NUMPY: dict[Operator, Operator] = {"*": ".*", "/": "./"}


def build(words: list[Word], names: Names) -> Parsed:
    """The definitions and the expression; what may surprise a reader goes to `names.readings`."""
    found = drive(words, "program", _Builder(names), names.text)
    return cast("Parsed", found if isinstance(found, tuple) else ([], found))


class _Builder:
    """Builds the tree of one text; the grammar shows each alternative, with what it reads."""

    __slots__ = ("_doubts", "_names")

    def __init__(self, names: Names) -> None:
        self._names = names
        self._doubts = Doubts(names)

    # ---- programs and sums

    def program(self, definitions: list[Definition], expression: Tree) -> Parsed:
        return definitions, expression

    def definition(self, target: Word, _equals: Word, expression: Tree, _end: Word) -> Definition:
        return Definition(target.text, expression, (target.start, expression.span[1]))

    def two_terms(self, tree: Tree, term: Term) -> list[Term]:
        return [(1, tree, tree.span[0]), term]

    def term(self, signs: Signs, tree: Tree) -> Term:
        return signs[0], tree, signs[1]

    def sum(self, terms: list[Term]) -> Tree:
        """A sum ends; `+x` is none."""
        sign, first, start = terms[0]
        if len(terms) == 1 and sign == 1:
            return first
        return Sum(tuple(term[:2] for term in terms), (start, terms[-1][1].span[1]))

    def sign(self, sign: Word) -> Signs:
        return 1 if sign.kind == "PLUS" else -1, sign.start

    def signs(self, before: Signs, sign: Signs) -> Signs:
        """`- -` is `+`."""
        return before[0] * sign[0], before[1]

    def signed(self, signs: Signs, tree: Tree) -> Tree:
        return signed(signs, tree)

    # ---- products

    def kron(self, left: Tree, sign: Word, right: Tree) -> Tree:
        """`left ⊗ right`, or `left : right`, the inner product."""
        kron = sign.kind == "KRON"
        for side in (left, right) if kron else ():
            if isinstance(side, Product) and not isinstance(side.factors[0][1], Number):
                self._names.note(f"`⊗` of the whole product {self._cited(side)}")
        function = "kron" if kron else "inner"
        return Apply(function, (left, right), sign.span, (left.span[0], right.span[1]))

    def first_run(self, run: list[Tree]) -> Factors:
        if self._doubts.exponentials:
            self._doubts.check_product(run)
        return [("*", factor) for factor in run]

    def next_run(self, factors: Factors, sign: Word, run: list[Tree]) -> Factors:
        """A product goes on: the run's first factor takes the operator, the others `*`.

        The one exception of the language: `a / x^T b` divides by the whole run, since a division
        by a transpose alone has no meaning.
        """
        before = factors[-1][1]
        operator = _OPERATORS[sign.kind]
        if self._names.dialect == "numpy":  # where `*` and `/` are by elements
            operator = _OF_NUMPY.get(operator, operator)
        if id(before) in self._doubts.calls:
            self._doubts.check_reach(before, run[0], operator)
        if operator == "/" and len(run) > 1 and self._bare_transpose(run[0]):
            run = self._doubts.divisor(run, len(run))
        elif operator == ".*" and len(run) > 1 and self._is_outer(run):
            run = [juxtaposed(run)]
            self._names.note(f"{self._cited(run[0])} as one factor")
        elif operator in ("/", "./"):
            self._doubts.check_root(before, run[0])
            self._doubts.check_quotient(before, run)
            if operator == "/" and len(run) > 1:
                run = self._doubts.divided_by_run(factors, run)
        if self._doubts.exponentials:
            self._doubts.check_product(run)
        if operator == "\\":
            left = self.product(factors)
            factors, operator = [("*", inverse(left, left.span, left.span))], "*"
        factors.append((operator, run[0]))
        factors.extend(("*", factor) for factor in run[1:])
        return factors

    def signed_run(self, signs: Signs, run: list[Tree]) -> list[Tree]:
        """Behind an operator signs belong to the run's first factor: `a*-x`."""
        return [signed(signs, run[0]), *run[1:]]

    def product(self, factors: Factors) -> Tree:
        """A product ends; one factor is none."""
        if len(factors) == 1:
            return factors[0][1]
        return Product(tuple(factors), (factors[0][1].span[0], factors[-1][1].span[1]))

    def signed_bracketless(self, head: Word, signs: Signs, run: list[Tree]) -> Tree:
        """`exp -x`."""
        return self.bracketless(head, run, signs)

    def bracketless(self, head: Word, run: list[Tree], signs: Signs | None = None) -> Tree:
        """`tr A B`: the function of the whole run."""
        argument = juxtaposed(run) if signs is None else signed(signs, juxtaposed(run))
        if len(run) > 1:
            name = self._names.text[head.start : head.end]
            start, end = argument.span
            inner = self._names.text[start : min(end, start + MAX_QUOTE)]
            self._names.note(f"{quote(f'{name} {inner}')} as {quote(f'{name}({inner})')}")
        tree = applied(head, (argument,), argument.span[1], self._names)
        if isinstance(tree, Apply):
            self._doubts.calls[id(tree)] = tree
        if len(run) == 1 and head.text == "exp":
            self._doubts.note_exponential(tree, argument)
        return tree

    def _bare_transpose(self, factor: Tree) -> bool:
        """Whether a factor is a transpose that does not stand in brackets."""
        return isinstance(factor, Transpose) and self._names.text[factor.span[1] - 1] != ")"

    def _is_outer(self, run: list[Tree]) -> bool:
        """Whether a run is a column times a row, `y y^T`."""
        return self._bare_transpose(run[-1]) and not self._bare_transpose(run[0])

    def _cited(self, tree: Tree) -> str:
        return self._names.cite(*tree.span)

    # ---- postfixes

    def transpose(self, argument: Tree, sign: Word) -> Tree:
        """`A'`, `A.T`."""
        if id(argument) in self._doubts.exponentials:
            raise self._doubts.of_postfix(argument, sign.end)
        return Transpose(argument, (argument.span[0], sign.end), attribute=sign.text == ".T")

    def inverse_transpose(self, argument: Tree, sign: Word) -> Tree:
        return inverse_transpose(argument, sign.span)

    def applied(self, argument: Tree, sign: Word) -> Tree:
        """`A^H`, the conjugate transpose, and `(z)_+`, the positive part."""
        function = "relu" if sign.kind == "POSITIVE" else "adjoint"
        return Apply(function, (argument,), sign.span, (argument.span[0], sign.end))

    def method(self, argument: Tree, head: Word, _open: Word, closing: Word) -> Tree:
        """`X.sum()`."""
        return applied(head, (argument,), closing.end, self._names)

    def method_call(
        self, argument: Tree, head: Word, _open: Word, arguments: list[Tree], closing: Word
    ) -> Tree:
        """`x.dot(y)`."""
        return applied(head, (argument, *arguments), closing.end, self._names)

    def superscript(self, tree: Tree, sign: Word) -> Tree:
        """`A⁻¹ᵀ`: powers and transposes, from the left."""
        for negative, said, start, end in raised(sign, self._names):
            if said == "T" and negative:
                tree = inverse_transpose(tree, (start, end))
            elif said == "T":
                tree = Transpose(tree, (tree.span[0], end))
            else:
                exponent: Tree = Name(said, (start + negative, end))
                if said.isdecimal():
                    exponent = Number(exact(said, (start, end), self._names), (start, end))
                signs = (-1 if negative else 1, start)
                tree = self._power(tree, as_exponent(signed(signs, exponent)), end=end)
        return tree

    def power(self, base: Tree, sign: Word, exponent: Tree) -> Tree:
        """`A^2`, `A**2`: numpy's is by elements."""
        numpy = sign.text == "**" and self._names.dialect == "numpy"
        return self._power(base, as_exponent(exponent), elementwise=numpy, end=exponent.span[1])

    def dot_power(self, base: Tree, _sign: Word, exponent: Tree) -> Tree:
        return self._power(base, as_exponent(exponent), elementwise=True, end=exponent.span[1])

    def _power(self, base: Tree, exponent: Tree, *, end: int, elementwise: bool = False) -> Tree:
        span = (base.span[0], end)
        if isinstance(base, Name) and base.name == "e" and self._names.euler:
            tree = Apply("euler", (exponent,), base.span, span)
            self._doubts.note_exponential(tree, exponent)
            return tree
        if id(base) in self._doubts.exponentials:
            raise self._doubts.of_postfix(base, end)
        if isinstance(base, Power) and self._names.text[base.span[1] - 1] != ")":
            whole = self._names.cite(*span)
            self._names.note(f"{whole} from the left, {self._cited(base)} to a power")
        return Power(base, exponent, elementwise, span)

    # ---- atoms

    def variable(self, word: Word) -> Tree:
        return Name(word.text, word.span)

    def constant(self, word: Word) -> Tree:
        """`1_n`: the reader has made it."""
        return cast("Tree", word.tree)

    def number(self, word: Word) -> Tree:
        return Number(exact(word.text, word.span, self._names), word.span)

    def imaginary(self, word: Word) -> Tree:
        return Apply("imaginary", (), word.span, word.span)

    def root(self, sign: Word, argument: Tree) -> Tree:
        return Apply("sqrt", (argument,), sign.span, (sign.start, argument.span[1]))

    def group(self, opening: Word, tree: Tree, closing: Word) -> Tree:
        """`(x + y)`: the node again, with the brackets in its span."""
        return tree.but(span=(opening.start, closing.end))

    def call(self, head: Word, _open: Word, arguments: list[Tree], closing: Word) -> Tree:
        return applied(head, tuple(arguments), closing.end, self._names)

    def call_fence(self, head: Word, argument: Tree) -> Tree:
        return applied(head, (argument,), argument.span[1], self._names)

    def pattern(self, quoted: Word) -> list[Tree]:
        """The first argument of `einsum("ij->ji", A)`."""
        return [Text(check_pattern(quoted, self._names.text), quoted.span)]

    def inner(self, opening: Word, left: Tree, _comma: Word, right: Tree, closing: Word) -> Tree:
        return Apply("inner", (left, right), opening.span, (opening.start, closing.end))

    def bars(self, opening: Word, argument: Tree, closing: Word) -> Tree:
        """`|x|`, `||x||`; the closing bars know which norm, and its exponent if it has one."""
        arguments = (argument,) if closing.tree is None else (argument, closing.tree)
        return Apply(closing.text, arguments, opening.span, (opening.start, closing.end))
