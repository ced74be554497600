"""The parts of a factor in, its node out: names, numbers, brackets, calls, and their postfixes.

One method for each alternative of the grammar; the casts repeat what it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.syntax.calls import applied
from mdiff.syntax.nodes import as_exponent, inverse_transpose, signed
from mdiff.syntax.numerals import exact
from mdiff.syntax.pattern import check_pattern
from mdiff.syntax.superscripts import raised
from mdiff.syntax.tree import Apply, Name, Number, Power, Text, Transpose

if TYPE_CHECKING:
    from mdiff.syntax.doubts import Exponentials
    from mdiff.syntax.driver import Parts
    from mdiff.syntax.names import Names
    from mdiff.syntax.nodes import Signs
    from mdiff.syntax.tree import Tree
    from mdiff.syntax.words import Word


class FactorBuilder:
    """Builds the factors of one text; asks where the reach of an exponential is in doubt."""

    __slots__ = ("exponentials", "names")

    def __init__(self, names: Names, exponentials: Exponentials) -> None:
        self.names = names
        self.exponentials = exponentials

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
        return Number(exact(word.text, word.span, self.names.text), word.span)

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
        return applied(cast("Word", parts[0]), tuple(arguments), closing.end, self.names)

    def call_fence(self, parts: Parts) -> Tree:
        """`CALL fence`: `log|x|`."""
        argument = cast("Tree", parts[1])
        return applied(cast("Word", parts[0]), (argument,), argument.span[1], self.names)

    def einsum(self, parts: Parts) -> Tree:
        """`EINSUM ( TEXT , arguments )`."""
        quoted, closing = cast("Word", parts[2]), cast("Word", parts[5])
        pattern = check_pattern(quoted, self.names.text)
        arguments = (Text(pattern, quoted.span), *cast("list[Tree]", parts[4]))
        return applied(cast("Word", parts[0]), arguments, closing.end, self.names)

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

    # ---- postfixes

    def transpose(self, parts: Parts) -> Tree:
        """`factor '`."""
        argument, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        self.exponentials.check_postfix(argument, sign.end)
        span = argument.span[0], sign.end
        return Transpose(argument, span, attribute=sign.text == ".T")

    def inverse_transpose(self, parts: Parts) -> Tree:
        """`factor ^-T`."""
        argument, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        return inverse_transpose(argument, sign.span)

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
        tree = applied(head, arguments, end, self.names)
        tree.span = (arguments[0].span[0], end)
        return tree

    def superscript(self, parts: Parts) -> Tree:
        """`factor ⁻¹ᵀ`: powers and transposes, from the left."""
        tree, sign = cast("Tree", parts[0]), cast("Word", parts[1])
        for negative, word, start, end in raised(sign, self.names.text):
            if word == "T":
                tree = (
                    inverse_transpose(tree, (start, end))
                    if negative
                    else Transpose(tree, (tree.span[0], end))
                )
                continue
            exponent: Tree = (
                Number(exact(word, (start, end), self.names.text), (start, end))
                if word.isdecimal()
                else Name(word, (start + negative, end))
            )
            if negative:
                exponent = as_exponent(signed((-1, start), exponent))
            tree = self._power(tree, exponent, elementwise=False, end=end)
        return tree

    def power(self, parts: Parts) -> Tree:
        """`factor ^ exponent`."""
        exponent = cast("Tree", parts[2])
        numpy = cast("Word", parts[1]).text == "**" and self.names.dialect == "numpy"
        return self._power(
            cast("Tree", parts[0]), as_exponent(exponent), elementwise=numpy, end=exponent.span[1]
        )

    def dot_power(self, parts: Parts) -> Tree:
        """`factor .^ exponent`."""
        exponent = cast("Tree", parts[2])
        return self._power(
            cast("Tree", parts[0]), as_exponent(exponent), elementwise=True, end=exponent.span[1]
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
            self.names.note(f"{whole} from the left, {self.names.cite(*base.span)} to a power")
        return Power(base, exponent, elementwise, span)

    def signed_exponent(self, parts: Parts) -> Tree:
        """`signs simple`."""
        return as_exponent(signed(cast("Signs", parts[0]), cast("Tree", parts[1])))
