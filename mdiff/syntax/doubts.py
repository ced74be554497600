"""Spellings that two people read differently: a quotient or a power that ends sooner than it looks.

`1/2n`, `x^-1/2`, `e^-x^2`: by the rules of the language each has one reading, and half of those who
type it mean the other. Where both are plausible mdiff asks (E119), with both written out.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree


def ask(names: Names, span: Span, *spellings: str) -> MdiffError:
    """The error that asks which of several spellings is meant by a piece of the text."""
    piece = names.text[slice(*span)]
    return fail(
        "E119",
        f"{quote(piece)} can be read in two ways",
        text=names.text,
        labels=[Label(span, "how far does this reach?")],
        helps=[f"write `{spelling}` for {quote(piece)}" for spelling in spellings],
    )


def divided_by_run(
    names: Names, factors: list[tuple[Operator, Tree]], run: list[Tree]
) -> list[Tree]:
    """What follows a `/`, where it begins with a number before a name: `2σ^2`, `2n`.

    After a number it is asked about where it is written together, `1/2n`; after anything else it
    is the whole divisor where it is written together, and asked about where it is not.
    """
    if not (isinstance(run[0], Number) and isinstance(run[1], Name | Power)):
        return run
    inner = run[1].base if isinstance(run[1], Power) else run[1]
    if not isinstance(inner, Name):
        return run
    text = names.text
    together = run[0].span[1] == run[1].span[0]
    start, end = factors[0][1].span[0], run[1].span[1]
    divisor = text[run[0].span[0] : end]
    alone = all(isinstance(factor, Number) for _, factor in factors)
    if alone and not together:
        return run
    if not alone and together:
        names.note(f"`/` by the whole of {quote(divisor)}")
        return [_joined(run), *run[2:]]
    before = text[start : run[0].span[1]]
    rest = text[run[1].span[0] : end]
    whole = text[start : run[0].span[0]]
    raise ask(names, (start, end), f"{whole}({divisor})", f"({before}) {rest}")


def _joined(run: list[Tree]) -> Tree:
    return Product((("*", run[0]), ("*", run[1])), (run[0].span[0], run[1].span[1]))


def check_root(names: Names, base: Tree, divisor: Tree) -> None:
    """Ask about `x^1/2` and `A^-1/2`: hardly anybody means half of a power."""
    if not (isinstance(base, Power) and isinstance(divisor, Number)):
        return
    exponent = base.exponent
    one = isinstance(exponent, Number) and abs(exponent.value) == 1
    together = base.span[1] + 1 == divisor.span[0]
    if not (one and together and names.text[base.span[1] - 1] == "1"):
        return
    whole = base.span[0], divisor.span[1]
    inner = names.text[slice(*base.base.span)]
    raised = names.text[base.base.span[1] : whole[1]].lstrip("^*")
    raise ask(
        names, whole, f"{inner}^({raised})", f"({names.text[slice(*base.span)]})/{divisor.value}"
    )


def check_reach(names: Names, call: Tree, following: Tree, operator: Operator) -> None:
    """Ask how far `tr A * B` and `log det A / det B` reach; not of a scalar, `log det A / n`."""
    small = isinstance(following, Name) and following.name[:1].islower()
    closed = names.text[call.span[1] - 1] in ")]}|‖" and operator != "/"
    if closed or (operator == "/" and small):
        return
    if not isinstance(call, Apply):
        return
    start, end = call.span[0], following.span[1]
    inner = call.arguments[0].span[0] if call.arguments else call.span[1]
    head = names.text[start:inner].rstrip()
    far = f"{head}({names.text[inner:end]})"
    near = f"{head}({names.text[inner : call.span[1]]}){names.text[call.span[1] : end]}"
    raise ask(names, (start, end), far, near)


class Exponentials:
    """The `e^…` and the `exp -…` of a text whose argument stands in no brackets."""

    __slots__ = ("_loose", "names")

    def __init__(self, names: Names) -> None:
        self.names = names
        self._loose: dict[int, Tree] = {}

    def note(self, whole: Tree, argument: Tree) -> None:
        """Remember one, with its argument, unless that is in brackets."""
        if self.names.text[argument.span[0]] not in "({[":
            self._loose[id(whole)] = argument

    def check_postfix(self, whole: Tree, end: int) -> None:
        """Ask where a power or a transpose follows: `e^-x^2`, `e^-x'x`."""
        if id(whole) in self._loose:
            transposed = self.names.text[end - 1] not in "0123456789)}"
            raise self._asked(whole, end, spaced=transposed)

    def check_product(self, run: list[Tree]) -> None:
        """Ask where a factor follows at once: `e^-at`."""
        for whole, following in pairwise(run):
            if id(whole) in self._loose and whole.span[1] == following.span[0]:
                raise self._asked(whole, run[-1].span[1])

    def check_quotient(self, whole: Tree, run: list[Tree]) -> None:
        """Ask where a signed argument is divided at once: `e^-t/2`, `exp -1/2 x^T x`."""
        argument = self._loose.get(id(whole))
        if argument is None or not (isinstance(argument, Sum) or _is_negative(argument)):
            return
        if whole.span[1] + 1 == run[0].span[0]:
            raise self._asked(whole, run[-1].span[1])

    def _asked(self, whole: Tree, end: int, *, spaced: bool = False) -> MdiffError:
        text = self.names.text
        start = self._loose[id(whole)].span[0]
        head = text[whole.span[0] : start].rstrip()
        end = self._end_of_run(end, spaced=spaced)
        far = f"{head}({text[start:end]})"
        near = f"{head}({text[start : whole.span[1]]}){text[whole.span[1] : end]}"
        return ask(self.names, (whole.span[0], end), far, near)

    def _end_of_run(self, end: int, *, spaced: bool) -> int:
        """Where the letters that follow at once end; `spaced`: also those after blanks."""
        text = self.names.text
        depth = 0
        while end < len(text):
            sign = text[end]
            depth += (sign in "([{") - (sign in ")]}")
            over = sign in "+-−,;*/)|\n" or (sign.isspace() and not spaced)
            if depth < 0 or (depth == 0 and over):
                break
            end += 1
        return len(text[:end].rstrip())


def _is_negative(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value < 0
