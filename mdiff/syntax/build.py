"""What the grammar's alternatives mean: one method each, from the parts of a rule to a tree node.

The parts are words and what other methods made, as the alternative in `grammar/expressions.lark`
says; the casts repeat it. Nothing here looks at names or shapes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.syntax.calls import applied
from mdiff.syntax.doubts import Exponentials, check_reach, check_root, divided_by_run
from mdiff.syntax.driver import first, more
from mdiff.syntax.factors import FactorBuilder
from mdiff.syntax.nodes import inverse, signed
from mdiff.syntax.tree import Apply, Definition, Number, Product, Sum, Transpose
from mdiff.syntax.words import MAX_QUOTE, quote

if TYPE_CHECKING:
    from mdiff.syntax.driver import Method, Parts
    from mdiff.syntax.names import Names
    from mdiff.syntax.nodes import Signs
    from mdiff.syntax.tree import Operator, Tree
    from mdiff.syntax.words import Word

    Terms = tuple[int, list[tuple[int, Tree]]]  # where the sum starts, and its signed terms
    Factors = list[tuple[Operator, Tree]]


class Builder:
    """Builds the tree of one text; what the reader may be surprised by goes to `names.readings`."""

    __slots__ = ("exponentials", "names", "open_calls")

    def __init__(self, names: Names) -> None:
        self.names = names
        self.exponentials = Exponentials(names)
        self.open_calls: set[int] = set()  # functions whose argument stands in no brackets

    def methods(self) -> dict[str, Method]:
        """The methods by the aliases of the grammar."""
        factors = FactorBuilder(self.names, self.exponentials)
        return {
            "bare_program": self.bare_program,
            "program": self.program,
            "first": first,
            "more": more,
            "argument": factors.argument,
            "definition": self.definition,
            "sum": self.sum,
            "first_term": self.first_term,
            "first_signed_term": self.first_signed_term,
            "next_term": self.next_term,
            "signs": self.signs,
            "plus": self.plus,
            "minus": self.minus,
            "product": self.product,
            "kron": self.kron,
            "signed_kron": self.signed_kron,
            "frobenius": self.frobenius,
            "first_run": self.first_run,
            "next_run": self.next_run,
            "next_signed_run": self.next_signed_run,
            "times": self.times,
            "centered": lambda _: "·",
            "at": lambda _: "@",
            "divide": self.divide,
            "left_divide": lambda _: "\\",
            "dot_times": self.dot_times,
            "dot_divide": self.dot_divide,
            "bracketless": self.bracketless,
            "signed_bracketless": self.signed_bracketless,
            "transpose": factors.transpose,
            "inverse_transpose": factors.inverse_transpose,
            "conjugate": factors.conjugate,
            "positive": factors.positive,
            "method": factors.method,
            "method_call": factors.method_call,
            "superscript": factors.superscript,
            "power": factors.power,
            "dot_power": factors.dot_power,
            "signed_exponent": factors.signed_exponent,
            "variable": factors.variable,
            "constant": factors.constant,
            "number": factors.number,
            "imaginary": factors.imaginary,
            "root": factors.root,
            "group": factors.group,
            "call": factors.call,
            "call_fence": factors.call_fence,
            "einsum": factors.einsum,
            "inner": factors.inner,
            "absolute": factors.bars,
            "norm": factors.bars,
        }

    # ---- programs

    def bare_program(self, parts: Parts) -> tuple[list[Definition], Tree]:
        """`expression`."""
        return [], cast("Tree", parts[0])

    def program(self, parts: Parts) -> tuple[list[Definition], Tree]:
        """`definitions expression`."""
        return cast("list[Definition]", parts[0]), cast("Tree", parts[1])

    def definition(self, parts: Parts) -> Definition:
        """`TARGET = expression ;`."""
        target, expression = cast("Word", parts[0]), cast("Tree", parts[2])
        return Definition(target.text, expression, (target.start, expression.span[1]))

    # ---- sums

    def first_term(self, parts: Parts) -> Terms:
        """`kronecker`: a sum begins."""
        tree = cast("Tree", parts[0])
        return tree.span[0], [(1, tree)]

    def first_signed_term(self, parts: Parts) -> Terms:
        """`signs kronecker`: a sum begins, with a sign."""
        sign, start = cast("Signs", parts[0])
        return start, [(sign, cast("Tree", parts[1]))]

    def next_term(self, parts: Parts) -> Terms:
        """`terms signs kronecker`."""
        terms = cast("Terms", parts[0])
        sign, _ = cast("Signs", parts[1])
        terms[1].append((sign, cast("Tree", parts[2])))
        return terms

    def sum(self, parts: Parts) -> Tree:
        """`terms`: the sum is whole; one positive term is no sum."""
        start, terms = cast("Terms", parts[0])
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return Sum(tuple(terms), (start, terms[-1][1].span[1]))

    def plus(self, parts: Parts) -> Signs:
        """`+`."""
        return 1, cast("Word", parts[0]).start

    def minus(self, parts: Parts) -> Signs:
        """`-`."""
        return -1, cast("Word", parts[0]).start

    def signs(self, parts: Parts) -> Signs:
        """`signs sign`: `- -` is `+`."""
        before, sign = cast("Signs", parts[0]), cast("Signs", parts[1])
        return before[0] * sign[0], before[1]

    # ---- Kronecker products

    def kron(self, parts: Parts) -> Tree:
        """`kronecker ⊗ product`."""
        left, sign, right = cast("Tree", parts[0]), cast("Word", parts[1]), self.product(parts[2:])
        for side in (left, right):
            if isinstance(side, Product) and not isinstance(side.factors[0][1], Number):
                self.names.note(f"`⊗` of the whole product {self._cited(side)}")
        return Apply("kron", (left, right), sign.span, (left.span[0], right.span[1]))

    def signed_kron(self, parts: Parts) -> Tree:
        """`kronecker ⊗ signs product`."""
        right = signed(cast("Signs", parts[2]), self.product(parts[3:]))
        left, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        return Apply("kron", (left, right), sign.span, (left.span[0], right.span[1]))

    def frobenius(self, parts: Parts) -> Tree:
        """`kronecker : product`."""
        left, sign, right = cast("Tree", parts[0]), cast("Word", parts[1]), self.product(parts[2:])
        return Apply("inner", (left, right), sign.span, (left.span[0], right.span[1]))

    # ---- products

    def times(self, parts: Parts) -> Operator:  # noqa: ARG002 - the sign says it all
        """`*`: numpy's is by elements."""
        return ".*" if self.names.dialect == "numpy" else "*"

    def divide(self, parts: Parts) -> Operator:  # noqa: ARG002
        """`/`."""
        return "./" if self.names.dialect == "numpy" else "/"

    def dot_times(self, parts: Parts) -> Operator:  # noqa: ARG002
        """`.*`."""
        return ".*"

    def dot_divide(self, parts: Parts) -> Operator:  # noqa: ARG002
        """`./`."""
        return "./"

    def first_run(self, parts: Parts) -> Factors:
        """`run`: a product begins."""
        run = cast("list[Tree]", parts[0])
        self.exponentials.check_product(run)
        return [("*", factor) for factor in run]

    def next_run(self, parts: Parts) -> Factors:
        """`product operator run`: the run's first factor takes the operator, the others `*`.

        The one exception of the language: `a / x^T b` divides by the whole run, since a division
        by a transpose alone has no meaning.
        """
        factors, run = cast("Factors", parts[0]), cast("list[Tree]", parts[2])
        operator = cast("Operator", parts[1])
        if id(factors[-1][1]) in self.open_calls and not isinstance(run[0], Number):
            check_reach(self.names, factors[-1][1], run[0], operator)
        if operator == "/" and len(run) > 1 and self._bare_transpose(run[0]):
            run = [self._whole(run)]
            self.names.note(f"`/` by the whole of {self._cited(run[0])}")
        elif operator == ".*" and len(run) > 1 and self._is_outer(run):
            run = [self._whole(run)]
            self.names.note(f"{self._cited(run[0])} as one factor")
        elif operator in ("/", "./"):
            check_root(self.names, factors[-1][1], run[0])
            self.exponentials.check_quotient(factors[-1][1], run)
            if operator == "/" and len(run) > 1:
                run = divided_by_run(self.names, factors, run)
        self.exponentials.check_product(run)
        if operator == "\\":
            left = self.product([factors])
            factors, operator = [("*", inverse(left, left.span, left.span))], "*"
        factors.append((operator, run[0]))
        factors.extend(("*", factor) for factor in run[1:])
        return factors

    def next_signed_run(self, parts: Parts) -> Factors:
        """`product operator signs run`: the signs belong to the run's first factor."""
        run = cast("list[Tree]", parts[3])
        run[0] = signed(cast("Signs", parts[2]), run[0])
        return self.next_run([parts[0], parts[1], run])

    def product(self, parts: Parts) -> Tree:
        """`product`: it is whole; one factor is no product."""
        factors = cast("Factors", parts[0])
        if len(factors) == 1:
            return factors[0][1]
        return Product(tuple(factors), (factors[0][1].span[0], factors[-1][1].span[1]))

    def bracketless(self, parts: Parts) -> Tree:
        """`FUNCTION run`: the function of the whole run."""
        head, run = cast("Word", parts[0]), cast("list[Tree]", parts[1])
        return self._bracketless(head, self._whole(run), len(run))

    def signed_bracketless(self, parts: Parts) -> Tree:
        """`FUNCTION signs run`."""
        head, run = cast("Word", parts[0]), cast("list[Tree]", parts[2])
        return self._bracketless(head, signed(cast("Signs", parts[1]), self._whole(run)), len(run))

    def _bracketless(self, head: Word, argument: Tree, factors: int) -> Tree:
        if factors > 1:
            name = self.names.text[head.start : head.end]
            start, end = argument.span
            inner = self.names.text[start : min(end, start + MAX_QUOTE)]
            cited = f"{name} {inner}"
            self.names.note(f"{quote(cited)} as {quote(f'{name}({inner})')}")
        tree = applied(head, (argument,), argument.span[1], self.names)
        self.open_calls.add(id(tree))
        if factors == 1 and head.text == "exp":
            self.exponentials.note(tree, argument)
        return tree

    def _whole(self, run: list[Tree]) -> Tree:
        return self.product([[("*", factor) for factor in run]])

    def _bare_transpose(self, factor: Tree) -> bool:
        """Whether a factor is a transpose that does not stand in brackets."""
        return isinstance(factor, Transpose) and self.names.text[factor.span[1] - 1] != ")"

    def _is_outer(self, run: list[Tree]) -> bool:
        """Whether a run is a column times a row, `y y^T`."""
        return self._bare_transpose(run[-1]) and not self._bare_transpose(run[0])

    def _cited(self, tree: Tree) -> str:
        return self.names.cite(*tree.span)
