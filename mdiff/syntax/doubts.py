"""Spellings that two people read differently: a quotient or a power that ends sooner than it looks.

`1/2n`, `x^-1/2`, `e^-x^2`: by the rules of the language each has one reading, and half of those who
type it mean the other. Where both are plausible mdiff asks (E119), with both written out.
"""

from __future__ import annotations

from itertools import pairwise, takewhile
from typing import TYPE_CHECKING

from mdiff.syntax.names import SAMPLE_SIZES
from mdiff.syntax.tree import Apply, Name, Number, Power, Sum, juxtaposed
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.errors import MdiffError
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree


class Doubts:
    """What is doubtful in one text; it knows the functions whose argument stands in no brackets.

    Those are `calls`, `tr A`, and `exponentials` of one factor, `e^…`, `exp -…`, with that. A
    bracket around one makes another node of it, and no doubt is left.
    """

    __slots__ = ("_names", "_text", "calls", "exponentials")

    def __init__(self, names: Names) -> None:
        self._names = names
        self._text = names.text
        self.calls: dict[int, Apply] = {}  # by identity; the node is held, so that it lasts
        self.exponentials: dict[int, tuple[Tree, Tree]] = {}

    def note_exponential(self, whole: Tree, argument: Tree) -> None:
        """Remember an exponential with its argument, unless that is in brackets."""
        if self._text[argument.span[0]] not in "({[":
            self.exponentials[id(whole)] = whole, argument

    def _ask(self, start: int, end: int, *spellings: str) -> MdiffError:
        """The error that asks which of several spellings is meant by a piece of the text."""
        piece = quote(self._text[start:end])
        helps = [f"write `{spelling}` for {piece}" for spelling in spellings]
        message = f"{piece} can be read in two ways"
        return self._names.fail("E119", message, (start, end), "how far does this reach?", helps)

    def _ask_reach(self, whole: Tree, inner: int, end: int) -> MdiffError:
        """Whether the argument that starts at `inner` ends with its node, or further on."""
        text, (start, near) = self._text, whole.span
        head = text[start:inner].rstrip()
        spellings = f"{head}({text[inner:end]})", f"{head}({text[inner:near]}){text[near:end]}"
        return self._ask(start, end, *spellings)

    # ---- divisors

    def divided_by_run(self, factors: list[tuple[Operator, Tree]], run: list[Tree]) -> list[Tree]:
        """What follows a `/`, with what is the whole divisor as one: `2σ^2`, `k_B T`, `‖x‖ ‖y‖`.

        Norms are, and what is written together. Asked about is after a number what is written
        together, `1/2n`, after anything else what is not, `-E/k T`, or ends with a norm,
        `q/4πε|x|`.
        """
        norms = _count(map(self._is_norm, run))
        if norms > 1:
            return self.divisor(run, norms)
        pairs = list(zip([None, *run], run, strict=False))
        together = _count(_is_part(*pair, blanks=False) for pair in pairs)
        count = max(together, _count(_is_part(*pair, blanks=True) for pair in pairs))
        alone = all(isinstance(factor, Number) for _, factor in factors)
        if count == 1 or (alone and (together == 1 or not isinstance(run[0], Number))):
            return run
        if alone:
            count = together
        elif together > 1:
            last, *rest = run[together - 1 : together + 1]
            if not (rest and last.span[1] == rest[0].span[0] and self._is_norm(rest[0])):
                return self.divisor(run, together)
            count = together + 1
        text, start, end = self._text, factors[0][1].span[0], run[count - 1].span[1]
        whole, divisor = text[start : run[0].span[0]], text[run[0].span[0] : end]
        near, after = text[start : run[0].span[1]], text[run[1].span[0] : end]
        raise self._ask(start, end, f"{whole}({divisor})", f"({near}) {after}")

    def _is_norm(self, factor: Tree) -> bool:
        named = isinstance(factor, Apply) and factor.function.startswith("norm")
        return named or self._text[factor.span[0]] in "|‖"

    def divisor(self, run: list[Tree], count: int) -> list[Tree]:
        """The run with its first factors as one, which is told."""
        span = run[0].span[0], run[count - 1].span[1]
        self._names.note(f"`/` by the whole of {quote(self._text[slice(*span)])}")
        return [juxtaposed(run[:count]), *run[count:]]

    def check_root(self, base: Tree, divisor: Tree) -> None:
        """Ask about `x^1/2` and `A^-1/2`: hardly anybody means half of a power."""
        match base, divisor:
            case Power(inner, Number(power)), Number(value) if abs(power) == 1:
                start, end = base.span
            case _:
                return
        text, whole = self._text, divisor.span[1]
        if end + 1 == divisor.span[0] and text[end - 1] == "1":
            raised = text[inner.span[1] : whole].lstrip("^*")
            far = f"{text[slice(*inner.span)]}^({raised})"
            raise self._ask(start, whole, far, f"({text[start:end]})/{value}")

    # ---- functions

    def check_reach(self, before: Tree, following: Tree, operator: Operator) -> None:
        """Ask how far `tr A * B` and `log det A / det B` reach; not by a scalar, `tr A / n`."""
        call = self.calls[id(before)]
        if isinstance(following, Number):
            plain = True
        elif operator == "/":
            small = isinstance(following, Name) and following.name[:1].islower()
            same = isinstance(following, Apply) and following.function == call.function
            plain = small or same
        else:
            plain = self._text[call.span[1] - 1] in ")]}|‖"
        if not plain:
            inner = call.arguments[0].span[0] if call.arguments else call.span[1]
            raise self._ask_reach(call, inner, following.span[1])

    def of_postfix(self, whole: Tree, end: int) -> MdiffError:
        """Ask where a power or a transpose follows: `e^-x^2`, `e^-x'x`."""
        return self._asked(whole, end, spaced=self._text[end - 1] not in "0123456789)}")

    def check_product(self, run: list[Tree]) -> None:
        """Ask where a factor follows at once: `e^-at`."""
        for whole, following in pairwise(run):
            if id(whole) in self.exponentials and whole.span[1] == following.span[0]:
                raise self._asked(whole, run[-1].span[1])

    def check_quotient(self, whole: Tree, run: list[Tree]) -> None:
        """Ask where a signed argument is divided at once: `e^-t/2`, `exp -1/2 x^T x`."""
        if id(whole) in self.exponentials and whole.span[1] + 1 == run[0].span[0]:
            _, argument = self.exponentials[id(whole)]
            if isinstance(argument, Sum) or (isinstance(argument, Number) and argument.value < 0):
                raise self._asked(whole, run[-1].span[1])

    def _asked(self, whole: Tree, end: int, *, spaced: bool = False) -> MdiffError:
        """Ask about an exponential; `spaced`: what follows after blanks belongs to it as well."""
        depth = 0
        while end < len(self._text):
            sign = self._text[end]
            depth += (sign in "([{") - (sign in ")]}")
            over = sign in "+-−,;*/)|\n" or (sign.isspace() and not spaced)
            if depth < 0 or (depth == 0 and over):
                break
            end += 1
        _, argument = self.exponentials[id(whole)]
        return self._ask_reach(whole, argument.span[0], len(self._text[:end].rstrip()))


def _count(parts: Iterable[bool]) -> int:
    """How many factors are part of the divisor, from the first; at least one is."""
    return max(1, sum(1 for _ in takewhile(bool, parts)))


def _is_part(before: Tree | None, factor: Tree, *, blanks: bool) -> bool:
    """Whether a divisor goes on: a number or a letter first, then letters and their powers.

    `blanks`: also after blanks; but not after a count, `lambda/n X w`.
    """
    inner = factor.base if isinstance(factor, Power) else factor
    if before is None or not isinstance(inner, Name):
        return before is None and isinstance(factor, Number | Name)
    if before.span[1] == factor.span[0]:
        return True
    return blanks and not (isinstance(before, Name) and before.name in SAMPLE_SIZES)
