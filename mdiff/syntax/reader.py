"""Words of an expression in, words that the grammar knows out: names, bars and line ends decided.

What a bar or a line's end is depends on what stands before it, and what a name is on what is
declared; an LALR grammar sees neither. This pass decides both, from left to right, and checks the
brackets; it builds nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.functions.table import TABLE
from mdiff.syntax.brackets import match, unsupported
from mdiff.syntax.calls import norm_with, take_options
from mdiff.syntax.duplication import duplications
from mdiff.syntax.kinds import (
    BAR_KINDS,
    CLOSERS,
    CLOSING,
    CONTINUING,
    FENCES,
    OPERANDS,
    PLAIN_OPERANDS,
    POSTFIXES,
    POWERS,
    READ_ENDS,
    ROUND,
    SEPARATORS,
    SIGNS,
)
from mdiff.syntax.names import ALSO_NAMES
from mdiff.syntax.prelude import prelude
from mdiff.syntax.spelling import GREEK_NAMES, spelled, superscript
from mdiff.syntax.survey import Survey
from mdiff.syntax.tree import Apply, Name, Number, Product
from mdiff.syntax.words import Word, quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree

_ENDING = CLOSERS | {"COMMA", "SEMICOLON"}
_STARTING = BAR_KINDS | POWERS
_POSITIVE = frozenset({"_+", "₊", "_{+}"})
_SEVERAL_ARGUMENTS = {"kron": "two", "inner": "two", "K": "two", "unvec": "three"}


def read(words: list[Word], names: Names, *, explicit: bool) -> list[Word]:
    """Every word as the grammar's kind; `explicit` is the language of the function table.

    Raises `E005` for brackets that do not match, `E008` for parts that are no program, `E009` for
    what is not supported yet, `E010` for a norm or a power of a function that does not exist, and
    what `Names` raises for names.
    """
    return _Reader(words, names, explicit=explicit).read()


class _Reader:
    """One pass over the words; `out` is what it has read, `open` the brackets not yet closed."""

    __slots__ = (
        "at", "commas", "defined", "duplications", "names", "open", "out", "partner", "statement",
        "survey", "taken", "target", "used", "words",
    )  # fmt: skip

    def __init__(self, words: list[Word], names: Names, *, explicit: bool) -> None:
        self.words = words
        self.names = names
        self.out: list[Word] = []
        self.open: list[Word] = []
        self.defined: set[str] = set()
        self.used: set[str] = set()
        self.at = 0
        self.statement = 0  # where in `out` the current statement begins
        self.target = ""  # the name that it defines
        self.taken: set[int] = set()  # the places of words that are read already
        self.partner, self.commas = match(words, names.text)
        self.survey = Survey(words, names, explicit=explicit)
        names.dialect, names.euler = self.survey.dialect, self.survey.euler
        self.duplications = duplications(words, self.partner, names)

    def read(self) -> list[Word]:
        """All words, and the end of the program checked."""
        while self.at < len(self.words):
            word = self.words[self.at]
            self.at += 1
            if self.at - 1 not in self.taken:
                self._word(word)
        if self.open:
            raise self._unclosed(self.open[-1])
        if self.target:  # `f = x^T x` alone: the name of the value
            self.names.label = self.target
            del self.out[self.statement : self.statement + 2]
        return self.out

    def _word(self, word: Word) -> None:
        kind = word.kind
        if len(self.out) == self.statement and not self.open and self._prelude():
            return
        if kind == "NAME" or kind == "GRADIENT":  # noqa: PLR1714 - the hot path
            self._name(word)
        elif kind == "BAR":
            self._bar(word)
        elif kind == "BARS":
            self._bars(word)
        elif kind in CLOSING:
            self.open.append(word)
            self._bracket(word)
        elif kind in CLOSERS:
            if self.open[-1].kind in ("OPEN_ABS", "OPEN_NORM"):
                raise self._unclosed(self.open[-1])
            self.open.pop()
            self._bracket(word)
        elif kind in SEPARATORS and not (self.open and kind == "NEWLINE"):
            self._separator(word)
        elif kind == "CONSTANT":
            self._constant(word, "ones" if word.text[0] == "1" else "zeros", word.text[1:])
        elif kind == "TRANSPOSE":
            self._transpose(word)
        elif kind == "INDEX":
            self._index(word)
        elif kind == "METHOD":
            self._method(word)
        elif kind == "MODULE":
            self._module(word)
        elif kind in ("CONJUGATE", "TIMES") and self._is_star(word):
            self._starred(word)
        elif kind == "COLON" and word.text == "∈":
            raise fail(
                "E006",
                "`∈` cannot stand here",
                text=self.names.text,
                labels=[Label(word.span, "a set is no part of an expression")],
                helps=["declare what a name is: --let 'x: n'"],
            )
        elif kind != "NEWLINE":
            self.out.append(word)

    def _is_star(self, word: Word) -> bool:
        """Whether a star is part of a name, `x^*` and `x*`: nothing that it could join follows."""
        if word.kind == "CONJUGATE" and not word.text.endswith("*"):
            return False
        before = self.out[-1] if len(self.out) > self.statement else None
        if before is None or before.kind != "VARIABLE" or not before.text[:1].islower():
            return False
        if word.kind == "TIMES" and before.end != word.start:
            return False
        following = self._next()
        if following is None:
            return True
        parted = following.start > word.end or word.kind == "CONJUGATE"
        ends = following.kind in _ENDING or (following.kind == "BARS" and parted)
        return ends or (following.kind in SIGNS and parted)

    def _starred(self, word: Word) -> None:
        """`x^*`, an optimum, as a name."""
        before = self.out.pop()
        name = f"{before.text}_star"
        self.names.note(f"{self.names.cite(before.start, word.end)} as a name, `{name}`")
        self.out.append(Word("VARIABLE", name, before.start, word.end))

    def _bracket(self, word: Word) -> None:
        """Brackets of any kind group."""
        kind = word.kind.partition("_")[0] if word.kind in ROUND else word.kind
        self.out.append(Word(kind, word.text, word.start, word.end))

    def _prelude(self) -> bool:
        """Pass over `∂/∂X` and its like, and remember the variables."""
        found = prelude(self.words, self.at - 1, self.commas, self.names.declared)
        if found is None:
            return False
        end = self.words[self.at + found.count - 2].end
        if found.variables:
            said = ", ".join(quote(name) for name in found.variables)
            cited = self.names.cite(self.words[self.at - 1].start, end)
            self.names.by = found.variables
            self.names.by_told = f"{cited} as by {said}"
        self.at += found.count - 1
        return True

    def _index(self, word: Word) -> None:
        """A subscript that is no part of a name: `(z)_+`, and an entry of anything else."""
        if word.text in _POSITIVE and self._operand_before():
            self.out.append(Word("POSITIVE", word.text, word.start, word.end))
            return
        if self._operand_before():
            raise unsupported("an entry, `(X)_{ij}`,", word.span, self.names.text)
        raise fail(
            "E006",
            f"{quote(word.text)} cannot stand here",
            text=self.names.text,
            labels=[Label(word.span, "an index of nothing")],
        )

    # ---- names

    def _name(self, word: Word) -> None:
        """A variable, a function, a constant, or a product of letters."""
        following = self._next()
        dotted = following is not None and following.kind == "DOT_CALL"
        called = dotted or (
            following is not None and following.kind == "OPEN" and following.start == word.end
        )
        if self._labels(word):
            return
        if (
            following is not None
            and following.kind == "EQUALS"
            and len(self.out) == self.statement
            and not self.open
        ):
            self._define(word)
            return
        if self.at - 1 in self.survey.sums:
            raise self.names.indexed(word.span)
        name = spelled(word.text)
        if word.kind == "GRADIENT":
            name = "grad" + name.lstrip("∇ \t\n\r")
        function = self.names.function(name, called=called)
        if name == "K" and name not in self.names.functions:
            two = self.at in self.commas and (called or bool(function))
            function = "K" if two else ""
        if not function and name == "sigma" and called and name not in self.names.declared:
            function = "sigmoid"
        if name == "dot" and function and self.survey.dialect == "numpy":
            function = "matmul"
        if called and self.at - 1 in self.duplications:
            function = "duplication"
        if function in ALSO_NAMES and not called and not self._may_be_argument(following):
            self.names.note(f"{quote(word.text)} as a name")
            function = ""
        if function:
            self._function(word, function)
        elif word.kind == "GRADIENT":
            raise self.names.unknown(name, word.span, called=True)
        else:
            self._variable(word, called=called)

    def _may_be_argument(self, word: Word | None) -> bool:
        """Whether a function without brackets could take what comes next."""
        return word is not None and (word.kind in OPERANDS or word.kind in _STARTING)

    def _variable(self, word: Word, *, called: bool) -> None:
        head, _, index = spelled(word.text).partition("_")
        declared = self.names.declared
        if index and head in ("I", "e") and not declared.intersection((head, f"{head}_{index}")):
            self._constant(word, "eye" if head == "I" else "unit", word.text[1:])
            return
        if self.at - 1 in self.duplications:
            if index not in self.names.sizes:
                self.names.note(f"{quote(word.text)} as the duplication matrix")
            self._constant(word, "duplication", word.text[1:])
            return
        transposed = self._following_kind(0) == "TRANSPOSE"
        parts = self.names.letters(
            word.text, word.span, self.survey, called=called, transposed=transposed
        )
        self.used.update(parts)
        if self.target in parts:
            raise self._circular(self.target, word, "in its own definition")
        if len(parts) == 1:
            self.out.append(Word("VARIABLE", parts[0], word.start, word.end))
            return
        for at, part in enumerate(parts, word.start):
            self.out.append(Word("VARIABLE", part, at, at + 1))

    def _function(self, word: Word, function: str) -> None:
        """A function, with its power if it has one, before a bracket or before a product."""
        power = self._function_power(word)
        head = Word("", function, word.start, word.end, power)
        following = self._next()
        if following is not None and following.kind == "DOT_CALL":
            if not any(row.by_elements for row in TABLE.get(function, ())):
                raise fail(
                    "E006",
                    f"{quote(word.text)} is no function of scalars: it is not applied by elements",
                    text=self.names.text,
                    labels=[Label(following.span, "no dot could stand here")],
                )
            head.options["dotted"] = "True"
            self.at += 1
            following = self._next()
        fenced = following is not None and following.kind in FENCES
        contraction = function == "einsum" and function not in self.names.functions
        if not fenced and (contraction or function in _SEVERAL_ARGUMENTS):
            count = _SEVERAL_ARGUMENTS.get(function, "")
            what, example = "a pattern and", '"ij->ji", …'
            if not contraction:
                what, example = count, ", ".join("…" for _ in range(3 if count == "three" else 2))
            raise fail(
                "E006",
                f"`{function}` takes {what} arguments, in brackets",
                text=self.names.text,
                labels=[Label(word.span, f"`{function}({example})` could stand here")],
            )
        if following is not None and following.kind == "OPEN":
            self._note_bracket(word, following)
            self._options(head)
        head.kind = "EINSUM" if contraction else "CALL" if fenced else "FUNCTION"
        self.out.append(head)

    def _options(self, head: Word) -> None:
        """Take the options out of the brackets that come next."""
        dialect = self.survey.dialect
        last = self.partner[self.at]
        self.taken |= take_options(
            head, self.words, self.at, last, self.partner, dialect, self.names.text
        )

    def _method(self, word: Word) -> None:
        """`X.sum(axis=0)`, `x.dot(y)`."""
        name = word.text[1:]
        function = "matmul" if name == "dot" else self.names.function(name)
        if not function:
            raise self.names.unknown(name, (word.start + 1, word.end), called=True)
        head = Word("METHOD", function, word.start + 1, word.end)
        self._options(head)
        self.out.append(head)

    def _module(self, word: Word) -> None:
        """`np.` before a function or a constant; nothing else of a module is known."""
        following = self._next()
        name = following.text if following is not None else ""
        if following is None or not (name == "pi" or self.names.function(name)):
            span = following.span if following is not None else word.span
            raise self.names.unknown(name or word.text, span, called=True)

    def _labels(self, word: Word) -> bool:
        """Whether this is the `f(x) =` before the last expression, which is passed over."""
        if self.open or len(self.out) != self.statement or self._following_kind(0) != "OPEN":
            return False
        closing = self.partner[self.at]
        inner = [each.kind for each in self.words[self.at + 1 : closing]]
        named = bool(inner) and set(inner[::2]) == {"NAME"} and set(inner[1::2]) <= {"COMMA"}
        if self._following_kind(closing + 1 - self.at) != "EQUALS" or not named:
            return False
        if self.names.function(spelled(word.text), called=True):
            return False
        if any(each.kind == "SEMICOLON" for each in self.words[closing:]):
            raise fail(
                "E009",
                "a definition with arguments is not supported yet",
                text=self.names.text,
                labels=[Label((word.start, self.words[closing].end), "define the value alone")],
                helps=[f"write `{word.text} = …`"],
            )
        self.names.label = spelled(word.text)
        self.at = closing + 2
        return True

    def _following_kind(self, count: int) -> str:
        """The kind of a word to come, "" behind the last one."""
        at = self.at + count
        return self.words[at].kind if at < len(self.words) else ""

    def _function_power(self, word: Word) -> int:
        """The 2 of `sin^2 x`; its words are passed over."""
        following = self._next()
        if following is None or following.kind not in ("POWER", "SUPERSCRIPT"):
            return 1
        self.at += 1
        text, end = following.text, following.end
        if following.kind == "SUPERSCRIPT":
            text = superscript(text)
        elif (number := self._next()) is not None:
            text, end = number.text, number.end
            self.at += 1
        if text.isdecimal() and text.isascii() and len(text) < 4:
            return int(text)
        raise fail(
            "E010",
            f"{quote(word.text)} can have a whole number as its power here, as in `sin^2(x)`",
            text=self.names.text,
            labels=[Label((word.start, end), "a function, not a value")],
            helps=[f"put the power behind the brackets: `{word.text}(x)^-1`"],
        )

    def _note_bracket(self, word: Word, bracket: Word) -> None:
        """`tr (A) B`: say that the function takes the bracket alone."""
        if bracket.start == word.end or (word.end < bracket.start and self._tight(word, bracket)):
            return
        after = self.partner[self.at] + 1
        if after < len(self.words) and (
            self.words[after].kind in PLAIN_OPERANDS or self.words[after].kind in POSTFIXES
        ):
            end = self.words[after - 1].end
            call = self.names.cite(word.start, end)
            self.names.note(f"{call} of its bracket alone")

    def _tight(self, word: Word, bracket: Word) -> bool:
        """Whether nothing blank stands between a function (or its power) and the bracket."""
        return not any(c.isspace() for c in self.names.text[word.end : bracket.start])

    def _constant(self, word: Word, function: str, index: str) -> None:
        """`1_n`, `I_n`, `e_i`: a node of its own."""
        start = word.end - len(index.lstrip("_"))
        size = self._size(spelled("_" + index.lstrip("_")).lstrip("_"), (start, word.end))
        tree = Apply(function, (size,), (word.start, word.start + 1), word.span)
        self.out.append(Word("CONSTANT", word.text, word.start, word.end, tree=tree))

    def _size(self, text: str, span: Span) -> Tree:
        """The size in a subscript: `n`, `3`, `2n`, `mn`."""
        digits = len(text) - len(text.lstrip("0123456789"))
        parts: list[Tree] = [Number(Fraction(int(text[:digits][:18])), span)] if digits else []
        rest = text[digits:]
        known = rest in self.names.declared or rest in GREEK_NAMES
        if rest:
            whole = known or len(rest) > 3 or not rest.isalpha()
            parts += [Name(part, span) for part in ([rest] if whole else rest)]
        if len(parts) == 1:
            return parts[0]
        times: Operator = "*"
        return Product(tuple((times, part) for part in parts), span)

    def _transpose(self, word: Word) -> None:
        if word.text == "^T" and "T" in self.names.declared:
            self.names.note("`^T` as the transpose, not a power")
        self.out.append(word)

    # ---- bars

    def _bar(self, word: Word) -> None:
        """`|`: closes an absolute value, or opens one; parts the sides of `<x|A|y>`."""
        if self._operand_before() and self._innermost() == "OPEN_ANGLE":
            self._part(word)
            return
        if self._operand_before() and self._innermost() == "OPEN_ABS":
            self._close_bars("CLOSE_ABS", word, "")
        else:
            self._open("OPEN_ABS", word)

    def _bars(self, word: Word) -> None:
        """`||`, `‖`, with a subscript: closes a norm, or opens one.

        In `|x||y|` it closes and opens an absolute value, in `|x - |y||` it closes two.
        """
        sign = "‖" if word.text[0] == "‖" else "||"
        index = spelled(word.text[len(sign) :]).removeprefix("_").replace(" ", "")
        if self._operand_before():
            innermost = self._innermost()
            if innermost == "OPEN_NORM":
                self._close_bars("CLOSE_NORM", word, index)
                return
            if innermost == "OPEN_ABS" and word.text == "||":
                middle = word.start + 1
                second = Word("BAR", "|", middle, word.end)
                self._close("CLOSE_ABS", Word("BAR", "bars", word.start, middle))
                following = self._next()
                if following is not None and following.kind in PLAIN_OPERANDS:
                    self._open("OPEN_ABS", second)
                else:
                    self._bar(second)
                return
        if index:
            raise fail(
                "E005",
                f"{quote(word.text)} closes a norm that is not open",
                text=self.names.text,
                labels=[Label(word.span, "no opening bars before this")],
            )
        self._open("OPEN_NORM", word)

    def _part(self, word: Word) -> None:
        """The first bar of `<x|A|y>` is a comma, the second one says nothing."""
        at = next(at for at, each in enumerate(self.words) if each is self.open[-1])
        if at not in self.commas:
            self.commas.add(at)
            self.out.append(Word("COMMA", word.text, word.start, word.end))

    def _close_bars(self, kind: str, word: Word, index: str) -> None:
        """Close bars; which norm they are is said by an index behind them or behind their power.

        `‖X‖_F^2`, `‖X‖^2_F`; bars without an index are whatever stands between them makes of them.
        """
        behind = self.at
        following = self._following_kind(0)
        if following == "SUPERSCRIPT":
            behind += 1
        elif following == "POWER":
            behind = self.partner.get(behind + 1, behind + 1) + 1
        last = word
        if behind < len(self.words) and self.words[behind].kind == "INDEX":
            last = self.words[behind]
            self.taken.add(behind)
            index = last.text.lstrip("_").strip("{} ")
        function, exponent = "bars", None
        if index or kind == "CLOSE_NORM":
            function, exponent = norm_with(index, Word("", "", word.start, last.end), self.names)
        if isinstance(exponent, Name):
            self.used.add(index)
        end = last.end if behind == self.at else word.end
        self._close(kind, Word("BARS", function, word.start, end))
        self.out[-1].tree = exponent

    def _open(self, kind: str, word: Word) -> None:
        self.out.append(Word(kind, word.text, word.start, word.end))
        self.open.append(self.out[-1])

    def _close(self, kind: str, word: Word) -> None:
        self.open.pop()
        self.out.append(Word(kind, word.text, word.start, word.end))

    def _operand_before(self) -> bool:
        return len(self.out) > self.statement and self.out[-1].kind in READ_ENDS

    def _innermost(self) -> str:
        return self.open[-1].kind if self.open else ""

    def _unclosed(self, word: Word) -> MdiffError:
        bars = word.kind in ("OPEN_ABS", "OPEN_NORM")
        write = "`abs(…)`" if word.kind == "OPEN_ABS" else "`norm(…)`"
        return fail(
            "E005",
            f"{quote(word.text)} is never closed",
            text=self.names.text,
            labels=[Label(word.span, "opened here")],
            helps=[f"where bars are hard to tell apart, write {write}"] if bars else (),
        )

    # ---- statements

    def _define(self, word: Word) -> None:
        """The name before `=`."""
        name = spelled(word.text)
        if name in self.defined:
            raise fail(
                "E102",
                f"{quote(name)} is defined twice",
                text=self.names.text,
                labels=[Label(word.span, "the second definition")],
            )
        if name in self.used:
            raise self._circular(name, word, "before its definition")
        self.defined.add(name)
        self.target = name
        self.out.append(Word("TARGET", name, word.start, word.end))

    def _circular(self, name: str, word: Word, where: str) -> MdiffError:
        return fail(
            "E103",
            f"{quote(name)} is used {where}",
            text=self.names.text,
            labels=[Label(word.span, "definitions can use only those before them")],
        )

    def _separator(self, word: Word) -> None:
        """A line's end or `;`: the end of a definition, or nothing."""
        following = self._next()
        while following is not None and following.kind in SEPARATORS:
            self.at += 1
            if following.kind == "SEMICOLON":
                word = following
            following = self._next()
        if following is None or len(self.out) == self.statement:
            return
        if word.kind == "NEWLINE" and (
            not self._operand_before()
            or following.kind in CONTINUING
            or (following.kind in SIGNS and not self.target)
        ):
            return
        if self.open:
            self.out.append(Word("END", word.text, word.start, word.end))
            return
        if not self.target:
            span = (self.out[self.statement].start, self.out[-1].end)
            raise fail(
                "E008",
                "only the last part of a text is an expression, the others are definitions",
                text=self.names.text,
                labels=[Label(span, "`name = …` could stand here")],
            )
        self.out.append(Word("END", word.text, word.start, word.end))
        self.names.declared.add(self.target)
        self.target = ""
        self.statement = len(self.out)

    def _next(self) -> Word | None:
        return self.words[self.at] if self.at < len(self.words) else None
