"""What the grammar's alternatives mean: one method each, from the parts of a rule to a tree node.

The parts are words and what other methods made, as the alternative in `grammar/expressions.lark`
says; the casts repeat it. Nothing here looks at names or shapes.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.syntax.calls import CALLED_OPERATORS, chosen, keeps_axes
from mdiff.syntax.doubts import Exponentials, check_reach, check_root, divided_by_run
from mdiff.syntax.names import superscript
from mdiff.syntax.pattern import check_pattern
from mdiff.syntax.tree import Apply, Definition, Name, Number, Power, Product, Sum, Text, Transpose
from mdiff.syntax.words import MAX_QUOTE, Word, quote

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.syntax.driver import Method
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree

    Parts = list[object]
    Terms = tuple[int, list[tuple[int, Tree]]]  # where the sum starts, and its signed terms
    Factors = list[tuple[Operator, Tree]]
    Signs = tuple[int, int]  # the sign and where it starts

_FRACTIONS = {
    "¼": (1, 4), "½": (1, 2), "¾": (3, 4), "⅐": (1, 7), "⅑": (1, 9), "⅒": (1, 10), "⅓": (1, 3),
    "⅔": (2, 3), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6),
    "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
}  # fmt: skip
_MAX_DIGITS = 1_000


class Builder:
    """Builds the tree of one text; what the reader may be surprised by goes to `names.readings`."""

    __slots__ = ("exponentials", "names", "open_calls")

    def __init__(self, names: Names) -> None:
        self.names = names
        self.exponentials = Exponentials(names)
        self.open_calls: set[int] = set()  # functions whose argument stands in no brackets

    def methods(self) -> dict[str, Method]:
        """The methods by the aliases of the grammar."""
        return {
            "bare_program": self.bare_program,
            "program": self.program,
            "first": first,
            "more": more,
            "argument": self.argument,
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
            "transpose": self.transpose,
            "inverse_transpose": self.inverse_transpose,
            "conjugate": self.conjugate,
            "positive": self.positive,
            "method": self.method,
            "method_call": self.method_call,
            "superscript": self.superscript,
            "power": self.power,
            "dot_power": self.dot_power,
            "signed_exponent": self.signed_exponent,
            "variable": self.variable,
            "constant": self.constant,
            "number": self.number,
            "imaginary": self.imaginary,
            "root": self.root,
            "group": self.group,
            "call": self.call,
            "call_fence": self.call_fence,
            "einsum": self.einsum,
            "inner": self.inner,
            "absolute": self.bars,
            "norm": self.bars,
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
        right = _signed(cast("Signs", parts[2]), self.product(parts[3:]))
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
            factors, operator = [("*", _inverse(left, parts[1]))], "*"
        factors.append((operator, run[0]))
        factors.extend(("*", factor) for factor in run[1:])
        return factors

    def next_signed_run(self, parts: Parts) -> Factors:
        """`product operator signs run`: the signs belong to the run's first factor."""
        run = cast("list[Tree]", parts[3])
        run[0] = _signed(cast("Signs", parts[2]), run[0])
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
        return self._bracketless(head, _signed(cast("Signs", parts[1]), self._whole(run)), len(run))

    def _bracketless(self, head: Word, argument: Tree, factors: int) -> Tree:
        if factors > 1:
            name = self.names.text[head.start : head.end]
            start, end = argument.span
            inner = self.names.text[start : min(end, start + MAX_QUOTE)]
            cited = f"{name} {inner}"
            self.names.note(f"{quote(cited)} as {quote(f'{name}({inner})')}")
        tree = self._apply(head, (argument,), argument.span[1])
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

    # ---- postfixes

    def transpose(self, parts: Parts) -> Tree:
        """`factor '`."""
        argument, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        self.exponentials.check_postfix(argument, sign.end)
        return Transpose(argument, (argument.span[0], sign.end))

    def inverse_transpose(self, parts: Parts) -> Tree:
        """`factor ^-T`."""
        argument, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        return _inverse_transpose(argument, sign.span)

    def conjugate(self, parts: Parts) -> Tree:
        """`factor ^H`: the conjugate transpose."""
        argument, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        return Apply("adjoint", (argument,), sign.span, (argument.span[0], sign.end))

    def positive(self, parts: Parts) -> Tree:
        """`factor _+`: the positive part."""
        argument, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        return Apply("relu", (argument,), sign.span, (argument.span[0], sign.end))

    def method(self, parts: Parts) -> Tree:
        """`factor .sum()`."""
        argument, head = cast("Tree", parts[0]), cast("Word", parts[1])
        return self._method(head, (argument,), cast("Word", parts[3]).end)

    def method_call(self, parts: Parts) -> Tree:
        """`factor .dot(arguments)`."""
        argument, more_arguments = cast("Tree", parts[0]), cast("list[Tree]", parts[3])
        arguments = (argument, *more_arguments)
        return self._method(cast("Word", parts[1]), arguments, cast("Word", parts[4]).end)

    def _method(self, head: Word, arguments: tuple[Tree, ...], end: int) -> Tree:
        tree = self._apply(head, arguments, end)
        tree.span = (arguments[0].span[0], end)
        return tree

    def superscript(self, parts: Parts) -> Tree:
        """`factor ⁻¹ᵀ`: powers and transposes, from the left."""
        tree, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        text = superscript(sign.text)
        at = 0
        while at < len(text):
            start = at
            negative = text[at] == "-"
            at += negative
            body = at
            if at < len(text) and text[at] == "T":
                at += 1
            else:
                digits = at < len(text) and text[at].isdecimal()
                while at < len(text) and text[at] not in "-T" and text[at].isdecimal() == digits:
                    at += 1
                    if not digits:
                        break
            span = (sign.start + start, sign.start + at)
            if body == at:
                raise fail(
                    "E006",
                    "a raised minus stands alone",
                    text=self.names.text,
                    labels=[Label(sign.span, "a number, a letter or `ᵀ` could follow it")],
                )
            word = text[body:at]
            if word == "T":
                inverse = _inverse_transpose(tree, span)
                tree = inverse if negative else Transpose(tree, (tree.span[0], span[1]))
                continue
            exponent: Tree = (
                Number(self._value(word, span), span)
                if word.isdecimal()
                else Name(word, (sign.start + body, sign.start + at))
            )
            if negative:
                exponent = _exponent(_signed((-1, span[0]), exponent))
            tree = self._power(tree, exponent, elementwise=False, end=span[1])
        return tree

    def power(self, parts: Parts) -> Tree:
        """`factor ^ exponent`."""
        exponent = cast("Tree", parts[2])
        numpy = cast("Word", parts[1]).text == "**" and self.names.dialect == "numpy"
        return self._power(
            cast("Tree", parts[0]), _exponent(exponent), elementwise=numpy, end=exponent.span[1]
        )

    def dot_power(self, parts: Parts) -> Tree:
        """`factor .^ exponent`."""
        exponent = cast("Tree", parts[2])
        return self._power(
            cast("Tree", parts[0]), _exponent(exponent), elementwise=True, end=exponent.span[1]
        )

    def _power(self, base: Tree, exponent: Tree, *, elementwise: bool, end: int) -> Tree:
        span = (base.span[0], end)
        if isinstance(base, Name) and base.name == "e" and self.names.euler:
            tree = Apply("euler", (exponent,), base.span, span)
            self.exponentials.note(tree, exponent)
            return tree
        self.exponentials.check_postfix(base, end)
        if isinstance(base, Power) and self.names.text[base.span[1] - 1] != ")":
            whole = self.names.cite(*span)
            self.names.note(f"{whole} from the left, {self._cited(base)} to a power")
        return Power(base, exponent, elementwise, span)

    def signed_exponent(self, parts: Parts) -> Tree:
        """`signs simple`."""
        return _exponent(_signed(cast("Signs", parts[0]), cast("Tree", parts[1])))

    # ---- atoms

    def variable(self, parts: Parts) -> Tree:
        """`VARIABLE`."""
        word = cast("Word", parts[0])
        return Name(word.text, word.span)

    def constant(self, parts: Parts) -> Tree:
        """`CONSTANT`: the reader has made it."""
        return cast("Tree", cast("Word", parts[0]).tree)

    def number(self, parts: Parts) -> Tree:
        """`NUMBER` or `FRACTION`."""
        word = cast("Word", parts[0])
        return Number(self._value(word.text, word.span), word.span)

    def _value(self, text: str, span: Span) -> Fraction:
        """A number, exactly; raises `E011` for one of more than a thousand digits."""
        if text in _FRACTIONS:
            return Fraction(*_FRACTIONS[text])
        digits, _, exponent = text.lower().partition("e")
        size = exponent.lstrip("+-0")
        if len(digits) > _MAX_DIGITS or len(size) > 6 or int(size or "0") > _MAX_DIGITS:
            raise fail(
                "E011",
                f"the number {quote(text)} has more than {_MAX_DIGITS} digits",
                text=self.names.text,
                labels=[Label(span, "numbers are exact, and this one is too long")],
            )
        return Fraction(text)

    def imaginary(self, parts: Parts) -> Tree:
        """`1i`."""
        word = cast("Word", parts[0])
        return Apply("imaginary", (), word.span, word.span)

    def root(self, parts: Parts) -> Tree:
        """`√ atom`."""
        sign, argument = cast("Word", parts[0]), cast("Tree", parts[1])
        return Apply("sqrt", (argument,), sign.span, (sign.start, argument.span[1]))

    def group(self, parts: Parts) -> Tree:
        """`( expression )`: the same node, with the brackets in its span."""
        opening, tree, closing = cast("Word", parts[0]), cast("Tree", parts[1]), parts[2]
        tree.span = (opening.start, cast("Word", closing).end)
        return tree

    def argument(self, parts: Parts) -> list[object]:
        """`arguments , expression`."""
        arguments = cast("list[object]", parts[0])
        arguments.append(parts[2])
        return arguments

    def call(self, parts: Parts) -> Tree:
        """`CALL ( arguments )`."""
        arguments, closing = cast("list[Tree]", parts[2]), cast("Word", parts[3])
        return self._apply(cast("Word", parts[0]), tuple(arguments), closing.end)

    def call_fence(self, parts: Parts) -> Tree:
        """`CALL fence`: `log|x|`."""
        argument = cast("Tree", parts[1])
        return self._apply(cast("Word", parts[0]), (argument,), argument.span[1])

    def einsum(self, parts: Parts) -> Tree:
        """`EINSUM ( TEXT , arguments )`."""
        quoted, closing = cast("Word", parts[2]), cast("Word", parts[5])
        pattern = check_pattern(quoted, self.names.text)
        arguments = (Text(pattern, quoted.span), *cast("list[Tree]", parts[4]))
        return self._apply(cast("Word", parts[0]), arguments, closing.end)

    def _apply(self, head: Word, arguments: tuple[Tree, ...], end: int) -> Tree:
        span = (head.start, end)
        function, exponent = chosen(head, self.names)
        if exponent is not None:
            arguments = (*arguments, exponent)
        if function == "transpose" and len(arguments) == 1:
            tree: Tree = Transpose(arguments[0], span)
        elif function in CALLED_OPERATORS and len(arguments) == 2:
            operator = cast("Operator", CALLED_OPERATORS[function])
            left, right = arguments
            if operator == "\\":
                left, operator = _inverse(left, head), "*"
            tree = Product((("*", left), (operator, right)), span)
        elif _is_relu(function, arguments):
            tree = Apply("relu", (_nonzero(arguments),), head.span, span)
        else:
            tree = Apply(function, arguments, head.span, span, dotted="dotted" in head.options)
        if keeps_axes(head, function):
            tree = Transpose(tree, span)  # a row; of every row, a column that stays one
            if function.endswith("r"):
                tree = Transpose(tree, span)
        if head.power != 1:
            tree = Power(tree, Number(Fraction(head.power), head.span), False, span)  # noqa: FBT003
        return tree

    def inner(self, parts: Parts) -> Tree:
        """`< A , B >`."""
        arguments = (cast("Tree", parts[1]), cast("Tree", parts[3]))
        return self._fence("inner", arguments, parts[0], parts[4])

    def bars(self, parts: Parts) -> Tree:
        """`| x |`, `|| x ||`; the closing bars know which norm, and its exponent if it has one."""
        closing = cast("Word", parts[2])
        arguments = (cast("Tree", parts[1]), *((closing.tree,) if closing.tree else ()))
        return self._fence(closing.text, arguments, parts[0], closing)

    def _fence(
        self, function: str, arguments: tuple[Tree, ...], opening: object, closing: object
    ) -> Tree:
        head = cast("Word", opening)
        return Apply(function, arguments, head.span, (head.start, cast("Word", closing).end))


def first(parts: Parts) -> list[object]:
    """A list begins."""
    return [parts[0]]


def more(parts: Parts) -> list[object]:
    """A list grows."""
    items = cast("list[object]", parts[0])
    items.append(parts[1])
    return items


def _signed(signs: Signs, tree: Tree) -> Tree:
    sign, start = signs
    return tree if sign == 1 else Sum(((sign, tree),), (start, tree.span[1]))


def _inverse(argument: Tree, sign: object) -> Tree:
    """The inverse of what stands on the left of a division."""
    span = sign.span if isinstance(sign, Word) else argument.span
    return Power(argument, Number(Fraction(-1), span), False, argument.span)  # noqa: FBT003


def _is_relu(function: str, arguments: tuple[Tree, ...]) -> bool:
    """`max(0, z)` and `max(z, 0)`."""
    return function == "max" and len(arguments) == 2 and sum(map(_is_zero, arguments)) == 1


def _is_zero(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value == 0


def _nonzero(arguments: tuple[Tree, ...]) -> Tree:
    """The one of two arguments that is not zero."""
    return arguments[1] if _is_zero(arguments[0]) else arguments[0]


def _inverse_transpose(argument: Tree, span: Span) -> Tree:
    whole = (argument.span[0], span[1])
    power = Power(argument, Number(Fraction(-1), span), False, whole)  # noqa: FBT003
    return Transpose(power, whole)


def _exponent(tree: Tree) -> Tree:
    """An exponent as one number where it is one: `-1`, `(1/2)`, `{-1/2}`."""
    sign, inner = 1, tree
    while isinstance(inner, Sum) and len(inner.terms) == 1:
        sign *= inner.terms[0][0]
        inner = inner.terms[0][1]
    if isinstance(inner, Number):
        return Number(sign * inner.value, tree.span)
    match inner:
        case Product(((_, top), ("/", bottom))):
            upper, lower = _exponent(top), _exponent(bottom)
            if isinstance(upper, Number) and isinstance(lower, Number) and lower.value:
                return Number(sign * upper.value / lower.value, tree.span)
        case _:
            pass
    return tree
