"""Words of an expression in, words that the grammar knows out: names, bars and line ends decided.

What a bar or a line's end is depends on what stands before it, and what a name is on what is
declared; an LALR grammar sees neither. This pass decides both, from left to right, and checks the
brackets; it builds nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.syntax.calls import function_head, read_method
from mdiff.syntax.cursor import Cursor, read_bar, read_bars
from mdiff.syntax.names import ALSO_NAMES, LONGEST_PRODUCT
from mdiff.syntax.statements import begin, circular, separate
from mdiff.syntax.survey import survey
from mdiff.syntax.tree import Apply, Name, Number, juxtaposed
from mdiff.syntax.words import (
    BAR_KINDS,
    CLOSERS,
    CLOSING,
    END,
    GREEK_NAMES,
    OPERANDS,
    POWERS,
    ROUND,
    SIGNS,
    Word,
    quote,
    spelled,
)

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Tree

_ENDING = CLOSERS | {"COMMA", "SEMICOLON", END}
_AFTER_STAR = SIGNS | {"BARS"}
_ARGUMENTS = OPERANDS | BAR_KINDS | POWERS
"""What may follow a function that stands without brackets."""
_CONSTANTS = {"1": "ones", "0": "zeros", "I": "eye", "e": "unit", "D": "duplication"}
_MOST_DIGITS = 18
_POSITIVE = frozenset({"_+", "₊", "_{+}"})


def read(words: list[Word], names: Names, *, explicit: bool) -> list[Word]:
    """Every word as the grammar's kind; `explicit` is the language of the function table.

    Raises `E005` for brackets that do not match, `E008` for parts that are no program, `E009` for
    what is not supported yet, `E010` for a norm or a power of a function that does not exist, and
    what `Names` raises for names.
    """
    cursor = Cursor(words, names)
    survey(words, cursor.partner, names, explicit=explicit)
    begin(cursor)
    while (word := words[cursor.at]).kind != END:
        cursor.at += 1
        if cursor.at - 1 in cursor.taken:
            continue
        if word.kind in _READERS:
            _READERS[word.kind](word, cursor)
        else:
            cursor.out.append(word)
    if cursor.open:
        raise cursor.unclosed(cursor.open[-1][0])
    if cursor.target and len(cursor.out) > cursor.statement + 2:  # the value has a name, `f = …`
        names.label = cursor.target
        del cursor.out[cursor.statement : cursor.statement + 2]
    return [*cursor.out, word]


# ---- signs


def _opening(word: Word, cursor: Cursor) -> None:
    """Brackets of any kind group."""
    cursor.open.append((word, cursor.at - 1))
    cursor.out.append(word.but(kind="OPEN") if word.kind in ROUND else word)


def _closing(word: Word, cursor: Cursor) -> None:
    opening, _ = cursor.open.pop()
    if opening.kind in ("OPEN_ABS", "OPEN_NORM"):
        raise cursor.unclosed(opening)
    cursor.out.append(word.but(kind="CLOSE") if word.kind in ROUND else word)


def _passed(word: Word, cursor: Cursor) -> None:
    """`∈` is refused, and `^T` told where there is a T."""
    if word.text == "∈":
        label = "a set is no part of an expression"
        help_ = "declare what a name is: --let 'x: n'"
        raise cursor.names.fail("E006", "`∈` cannot stand here", word.span, label, [help_])
    if word.text == "^T" and "T" in cursor.names.declared:
        cursor.names.note("`^T` as the transpose, not a power")
    cursor.out.append(word)


def _star(word: Word, cursor: Cursor) -> None:
    """`x^*`, an optimum, and `x*` as names, where nothing that a star could join follows."""
    out, following = cursor.out, cursor.words[cursor.at]
    before = out[-1] if len(out) > cursor.statement else word
    conjugate = word.kind == "CONJUGATE"
    joined = word.text.endswith("*") if conjugate else before.end == word.start
    parted = conjugate or following.start > word.end
    ends = following.kind in _ENDING or (parted and following.kind in _AFTER_STAR)
    if before.kind == "VARIABLE" and before.text[:1].islower() and joined and ends:
        name = f"{before.text}_star"
        cursor.names.note(f"{cursor.names.cite(before.start, word.end)} as a name, `{name}`")
        word = Word("VARIABLE", name, out.pop().start, word.end)
    out.append(word)


def _index(word: Word, cursor: Cursor) -> None:
    """A subscript that is no part of a name: `(z)_+`, and an entry of anything else."""
    if word.text in _POSITIVE and cursor.operand_before():
        cursor.out.append(word.but(kind="POSITIVE"))
        return
    if cursor.operand_before():
        raise cursor.names.unsupported("an entry, `(X)_{ij}`,", word.span)
    message = f"{quote(word.text)} cannot stand here"
    raise cursor.names.fail("E006", message, word.span, "an index of nothing")


# ---- names


def _name(word: Word, cursor: Cursor) -> None:
    """A variable, a function, a constant, or a product of letters."""
    if cursor.at - 1 in cursor.names.sums:
        what = f"a sum over an index, {quote(word.text)},"
        label = "write this in matrix form, without the index"
        raise cursor.names.unsupported(what, word.span, label)
    called = word.called or cursor.kind(0) == "DOT_CALL"
    function = _function(word, cursor, called=called)
    if function in ALSO_NAMES and not called and cursor.kind(0) not in _ARGUMENTS:
        cursor.names.note(f"{quote(word.text)} as a name")
        function = ""
    if function:
        cursor.out.append(function_head(word, function, cursor))
    else:
        _variable(word, cursor, called=called)


def _function(word: Word, cursor: Cursor, *, called: bool) -> str:
    """The function that a name is, "" for none."""
    name = word.name
    function = cursor.names.function(name, called=called)
    if name == "K" and name not in cursor.names.functions:
        two = cursor.at in cursor.commas and (called or bool(function))
        function = "K" if two else ""
        if [cursor.kind(ahead) for ahead in range(3)] == ["OPEN", "NAME", "CLOSE"]:
            cursor.names.note("`K` before a bracket as a factor")
    if not function and name == "sigma" and called and name not in cursor.names.declared:
        function = "sigmoid"
    if called and cursor.at - 1 in cursor.names.duplications:
        function = "duplication"
    return function


def _variable(word: Word, cursor: Cursor, *, called: bool) -> None:
    head, _, index = word.name.partition("_")
    names, declared = cursor.names, cursor.names.declared
    constant = index and head in ("I", "e") and word.text[0] == head  # no accent, `ê`
    duplication = cursor.at - 1 in names.duplications
    if duplication or (constant and declared.isdisjoint((head, f"{head}_{index}"))):
        if duplication and index not in names.sizes:
            names.note(f"{quote(word.text)} as the duplication matrix")
        _constant(word, cursor)
        return
    parts = names.letters(word, called=called, transposed=cursor.kind(0) == "TRANSPOSE")
    cursor.used.update(parts)
    if cursor.target in parts:
        raise circular(cursor.target, word, "in its own definition", names)
    for at, part in enumerate(parts, word.start):
        end = at + 1 if len(parts) > 1 else word.end
        cursor.out.append(Word("VARIABLE", part, at, end))


def _constant(word: Word, cursor: Cursor) -> None:
    """The word as a whole node: a function, by its first letter, of the size in its subscript."""
    index = word.text[1:].lstrip("_")
    size = _size(spelled("_" + index).lstrip("_"), (word.end - len(index), word.end), cursor.names)
    tree = Apply(_CONSTANTS[word.text[0]], (size,), (word.start, word.start + 1), word.span)
    cursor.out.append(Word("CONSTANT", word.text, word.start, word.end, tree=tree))


def _size(text: str, span: Span, names: Names) -> Tree:
    """The size in a subscript: `n`, `3`, `2n`, `mn`."""
    rest = text.lstrip("0123456789")
    digits = text[: len(text) - len(rest)]
    parts: list[Tree] = [Number(Fraction(int(digits[:_MOST_DIGITS])), span)] if digits else []
    if rest:
        known = rest in names.declared or rest in GREEK_NAMES
        whole = known or len(rest) > LONGEST_PRODUCT or not rest.isalpha()
        parts += [Name(part, span) for part in ([rest] if whole else rest)]
    return juxtaposed(parts)


def _module(word: Word, cursor: Cursor) -> None:
    """`np.` before a function or a constant; nothing else of a module is known."""
    following = cursor.words[cursor.at]
    if following.text != "pi" and not cursor.names.function(following.text):
        wrong = following if following.text else word
        raise cursor.names.unknown(wrong.text, wrong.span, called=True)


def _gradient(word: Word, cursor: Cursor) -> None:
    """`∇f` of an f that is not known; known ones are names by now."""
    name = "grad" + word.name.lstrip("∇ \t\n\r")
    raise cursor.names.unknown(name, word.span, called=True)


_READERS = {
    "NAME": _name, "BAR": read_bar, "BARS": read_bars, "CONSTANT": _constant, "INDEX": _index,
    "METHOD": read_method, "MODULE": _module, "GRADIENT": _gradient, "CONJUGATE": _star,
    "TIMES": _star, "COLON": _passed, "TRANSPOSE": _passed, "NEWLINE": separate,
    "SEMICOLON": separate,
    **dict.fromkeys(CLOSING, _opening), **dict.fromkeys(CLOSERS, _closing),
}  # fmt: skip
"""What reads a word of a kind; all others are words of the grammar already."""
