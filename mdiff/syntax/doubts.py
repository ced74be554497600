"""Spellings that two people read differently: a quotient or a power that ends sooner than it looks.

`1/2n`, `x^-1/2`, `e^-x^2`: by the rules of the language each has one reading, and half of those who
type it mean the other. Where both are plausible mdiff asks (E119), with both written out.
"""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from mdiff.syntax.names import SAMPLE_SIZES
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree


def ask(names: Names, span: Span, *spellings: str) -> MdiffError:
    """The error that asks which of several spellings is meant by a piece of the text."""
    piece = names.text[slice(*span)]
    helps = [f"write `{spelling}` for {quote(piece)}" for spelling in spellings]
    message = f"{quote(piece)} can be read in two ways"
    return names.fail("E119", message, span, "how far does this reach?", helps)


def divided_by_run(
    names: Names, factors: list[tuple[Operator, Tree]], run: list[Tree]
) -> list[Tree]:
    """What follows a `/`, with what is the whole divisor as one: `2σ^2`, `k_B T`, `‖x‖ ‖y‖`.

    Norms are, and what is written together. Asked about is after a number what is written
    together, `1/2n`, after anything else what is not, `-E/k T`, or ends with a norm, `q/4πε|x|`.
    """
    text = names.text
    norms = _count(_is_norm(names, factor) for factor in run)
    if norms > 1:
        return _divisor(names, run, norms)
    pairs = list(zip([None, *run], run, strict=False))
    together = _count(_is_part(*pair, blanks=False) for pair in pairs)
    count = max(together, _count(_is_part(*pair, blanks=True) for pair in pairs))
    alone = all(isinstance(factor, Number) for _, factor in factors)
    if count == 1 or (alone and (together == 1 or not isinstance(run[0], Number))):
        return run
    if alone:
        count = together
    elif together > 1 and not _is_norm_at_once(names, run, together):
        return _divisor(names, run, together)
    elif together > 1:
        count = together + 1
    start, end = factors[0][1].span[0], run[count - 1].span[1]
    whole, divisor = text[start : run[0].span[0]], text[run[0].span[0] : end]
    near, rest = text[start : run[0].span[1]], text[run[1].span[0] : end]
    raise ask(names, (start, end), f"{whole}({divisor})", f"({near}) {rest}")


def _count(parts: Iterable[bool]) -> int:
    """How many factors are part of the divisor, from the first; at least one is."""
    return max(1, sum(1 for _ in takewhile(bool, parts)))


def _is_norm(names: Names, factor: Tree) -> bool:
    named = isinstance(factor, Apply) and factor.function.startswith("norm")
    return named or names.text[factor.span[0]] in "|‖"


def _is_norm_at_once(names: Names, run: list[Tree], place: int) -> bool:
    """Whether `|x|` follows without a blank, `4πε|x|`."""
    at_once = place < len(run) and run[place - 1].span[1] == run[place].span[0]
    return at_once and _is_norm(names, run[place])


def _is_part(before: Tree | None, factor: Tree, *, blanks: bool) -> bool:
    """Whether a divisor goes on: a number or a letter first, then letters and their powers.

    `blanks`: also after blanks; but not after a count, `lambda/n X w`.
    """
    inner = factor.base if isinstance(factor, Power) else factor
    if before is None:
        return isinstance(factor, Number | Name)
    if not isinstance(inner, Name):
        return False
    if before.span[1] == factor.span[0]:
        return True
    return blanks and not (isinstance(before, Name) and before.name in SAMPLE_SIZES)


def _divisor(names: Names, run: list[Tree], count: int) -> list[Tree]:
    """The run with its first factors as one, which is told."""
    span = run[0].span[0], run[count - 1].span[1]
    names.note(f"`/` by the whole of {quote(names.text[slice(*span)])}")
    return [Product(tuple(("*", factor) for factor in run[:count]), span), *run[count:]]


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


class Loose:
    """The functions of a text whose argument stands in no brackets: `tr A`, `e^…`, `exp -…`.

    A bracket around one makes another node of it, and no doubt is left.
    """

    __slots__ = ("_calls", "_exponentials", "_names")

    def __init__(self, names: Names) -> None:
        self._names = names
        self._calls: dict[int, Apply] = {}
        self._exponentials: dict[int, tuple[Tree, Tree]] = {}

    def note_call(self, call: Tree) -> None:
        """Remember a function of the product behind it."""
        if isinstance(call, Apply):
            self._calls[id(call)] = call

    def note_exponential(self, whole: Tree, argument: Tree) -> None:
        """Remember one, with its argument, unless that is in brackets."""
        if self._names.text[argument.span[0]] not in "({[":
            self._exponentials[id(whole)] = whole, argument

    def check_reach(self, before: Tree, following: Tree, operator: Operator) -> None:
        """Ask how far `tr A * B` and `log det A / det B` reach; not by a scalar, `tr A / n`."""
        call, text = self._calls.get(id(before)), self._names.text
        if call is None or isinstance(following, Number):
            return
        if operator == "/":
            small = isinstance(following, Name) and following.name[:1].islower()
            same = isinstance(following, Apply) and following.function == call.function
            plain = small or same
        else:
            plain = text[call.span[1] - 1] in ")]}|‖"
        if plain:
            return
        start, end = call.span[0], following.span[1]
        inner = call.arguments[0].span[0] if call.arguments else call.span[1]
        head = text[start:inner].rstrip()
        far = f"{head}({text[inner:end]})"
        near = f"{head}({text[inner : call.span[1]]}){text[call.span[1] : end]}"
        raise ask(self._names, (start, end), far, near)

    def check_postfix(self, whole: Tree, end: int) -> None:
        """Ask where a power or a transpose follows: `e^-x^2`, `e^-x'x`."""
        if id(whole) in self._exponentials:
            transposed = self._names.text[end - 1] not in "0123456789)}"
            raise self._asked(whole, end, spaced=transposed)

    def check_product(self, run: list[Tree]) -> None:
        """Ask where a factor follows at once: `e^-at`."""
        for whole, following in pairwise(run):
            if id(whole) in self._exponentials and whole.span[1] == following.span[0]:
                raise self._asked(whole, run[-1].span[1])

    def check_quotient(self, whole: Tree, run: list[Tree]) -> None:
        """Ask where a signed argument is divided at once: `e^-t/2`, `exp -1/2 x^T x`."""
        _, argument = self._exponentials.get(id(whole), (whole, whole))
        negative = isinstance(argument, Number) and argument.value < 0
        if argument is whole or not (isinstance(argument, Sum) or negative):
            return
        if whole.span[1] + 1 == run[0].span[0]:
            raise self._asked(whole, run[-1].span[1])

    def _asked(self, whole: Tree, end: int, *, spaced: bool = False) -> MdiffError:
        text = self._names.text
        start = self._exponentials[id(whole)][1].span[0]
        head = text[whole.span[0] : start].rstrip()
        end = self._end_of_run(end, spaced=spaced)
        far = f"{head}({text[start:end]})"
        near = f"{head}({text[start : whole.span[1]]}){text[whole.span[1] : end]}"
        return ask(self._names, (whole.span[0], end), far, near)

    def _end_of_run(self, end: int, *, spaced: bool) -> int:
        """Where the letters that follow at once end; `spaced`: also those after blanks."""
        text = self._names.text
        depth = 0
        while end < len(text):
            sign = text[end]
            depth += (sign in "([{") - (sign in ")]}")
            over = sign in "+-−,;*/)|\n" or (sign.isspace() and not spaced)
            if depth < 0 or (depth == 0 and over):
                break
            end += 1
        return len(text[:end].rstrip())
