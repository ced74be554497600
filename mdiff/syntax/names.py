"""A name in, what it is out: a declared variable, a function, letters that are factors, or unknown.

Also what is known of a text: its names, growing as it defines more, and what was assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import fail_at
from mdiff.functions.table import ALIASES, TABLE
from mdiff.syntax.calls import CALLED_OPERATORS
from mdiff.syntax.words import GREEK_NAMES, MAX_QUOTE, quote, spelled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import MdiffError, Span
    from mdiff.syntax.tree import Dialect
    from mdiff.syntax.words import Word

CONSTANTS = frozenset({"eye", "ones", "zeros", "K", "vector", "matrix"})
"""Constants that are written like functions; `K` is one only with two sizes, `K(m,n)`, and then
also where `K` is a variable."""

LATER = frozenset({"eig", "singvals", "prod", "toepsum"})
"""Functions that the language names and the table does not have: they are read, and refused by name
where they are to be differentiated."""

FUNCTIONS = {
    **{name: name for name in (*TABLE, *CONSTANTS, *LATER, *CALLED_OPERATORS, "einsum")},
    **ALIASES,
}
"""All names of functions → the one in the table."""

_SHORT = 2
ANY_CASE = {
    name.lower(): FUNCTIONS[name]
    for name in sorted(FUNCTIONS.keys() - {"var", "cov"})
    if len(name) > _SHORT
}
"""The same by names in small letters, where capitals do not count; `Var(x)` is the variance of a
random x."""

LONGEST_PRODUCT = 3
"""The most letters that are a product, where not all of them are capitals."""

_LONGEST_CAPITALS = 5
_LONGEST_NAME = 64
_WORDS = frozenset({"eps", "lam", "lr", "reg", "tol", "bias", "loss", "var", "std", "cov"})
"""Names that nobody takes for a product."""

_PARTS = frozenset({"Re", "Im"})
"""Functions whose names are letters elsewhere."""

_PROSE = frozenset({
    "of", "where", "with", "wrt", "for", "is", "the", "and", "or", "if", "let", "given", "subject",
    "gradient", "derivative", "differential", "jacobian", "hessian", "find", "compute", "such",
})  # fmt: skip
"""Words around an expression."""

ALSO_NAMES = frozenset({"cov", "var", "std", "mean", "step", "sym", "max", "min"})
"""Functions whose names people give to variables as well: `w^T cov w`."""

SAMPLE_SIZES = frozenset({"n", "N"})
"""Letters that nobody multiplies by in a divisor after a blank: `lambda/n X w`."""

COUNTS = SAMPLE_SIZES | frozenset({"M", "T", "K", "Z", "C", "D", "L"})
"""Letters that count, or normalise, where something is divided by them."""

_MOST_READINGS = 50
_WHOLE = "write this as products, sums and functions of whole matrices"


class Names:
    """The names that a text may use, growing as the text defines more; and what was assumed.

    `sizes` are those of the declared names that are known as sizes; `readings` the assumptions
    that may surprise, each once, in order; `by` the variables that stand before the expression,
    how that is told, and `label` its name.

    What the text as a whole says is told by `mdiff.syntax.survey`: its `dialect`; `alone`, the
    names that stand for themselves somewhere; `runs`, the runs of letters; `euler`: `e` is the base
    of the exponential function; the places of the words that are `sums` over an index, and of those
    that are `duplications`, the constant matrix D.
    """

    __slots__ = (
        "alone", "by", "by_told", "declared", "dialect", "duplications", "euler", "functions",
        "label", "readings", "runs", "sizes", "sums", "text",
    )  # fmt: skip

    def __init__(
        self,
        text: str,
        declared: frozenset[str],
        functions: frozenset[str],
        sizes: frozenset[str] = frozenset(),
    ) -> None:
        self.text = text
        self.declared = set(declared)
        self.sizes = sizes
        self.functions = functions
        self.readings: dict[str, None] = {}
        self.by: tuple[str, ...] = ()
        self.by_told = ""
        self.label = ""
        self.dialect: Dialect = "notes"
        self.euler = False
        self.alone: set[str] = set()
        self.runs: set[str] = set()
        self.sums: frozenset[int] = frozenset()
        self.duplications: frozenset[int] = frozenset()

    def note(self, reading: str) -> None:
        """Remember an assumption; a text that needs many is told about the first ones."""
        if len(self.readings) < _MOST_READINGS:
            self.readings[reading] = None

    def cite(self, start: int, end: int) -> str:
        """A piece of the text for a message, cut where it is long: no cost for a long piece."""
        return quote(self.text[start : min(end, start + MAX_QUOTE + 1)])

    def fail(
        self, code: str, message: str, span: Span, label: str, helps: Sequence[str] = ()
    ) -> MdiffError:
        """Make the error about a place of the text."""
        return fail_at(code, message, self.text, span, label, helps)

    def unsupported(
        self, what: str, span: Span, label: str = _WHOLE, helps: Sequence[str] = ()
    ) -> MdiffError:
        """Make the error for a part of the language that is still to come."""
        return self.fail("E009", f"{what} is not supported yet", span, label, helps)

    def function(self, name: str, *, called: bool = False) -> str:
        """The canonical name of the function called `name`; "" where it is none.

        `called`: a bracket follows at once; then capitals do not count: `Log(x)`, `ReLU(z)`.
        """
        if name in self.functions:
            return name
        if name in self.declared:
            return ""
        if name == "dot" and self.dialect == "numpy":
            return "matmul"
        if not called and name.partition("_")[0] in GREEK_NAMES:
            return ""  # `lambda_max` is a number, `lambda_max(H)` an eigenvalue
        if name in _PARTS and not called:
            return ""
        if name not in FUNCTIONS and name.partition("_")[0] in FUNCTIONS:  # `norm_F(X)`, `log_2 x`
            name = name.replace("_", "")
        return FUNCTIONS.get(name) or (ANY_CASE.get(name.lower(), "") if called else "")

    def letters(self, word: Word, *, called: bool, transposed: bool = False) -> list[str]:
        """The factors that a name which is no function stands for: mostly just itself.

        `called`: a bracket follows at once; `transposed`: a transpose does. Raises `E101` for an
        unknown function and for a name that looks like a misspelled one.
        """
        name, raw = word.name, word.text
        if name in self.declared or name in GREEK_NAMES or name in ("I", "pi") or len(name) == 1:
            return [name]
        head, _, index = name.partition("_")
        if index or not name.isalpha():
            stem = head if index else name.rstrip("0123456789")
            numbered = index.isdecimal() if index else len(stem) > _SHORT
            if len(stem) > 1 and stem in FUNCTIONS and (called or numbered):
                raise self.unknown(name, word.span, called=True)
            return [name]
        parts = [spelled(letter) for letter in raw]
        unlike = not called or raw.isupper() or self.declared.issuperset(parts)
        notes = self.dialect == "notes" and name not in _WORDS
        outer = transposed and len(parts) == 2 and notes
        if unlike and (outer or self._is_product(parts)):
            self.note(f"{quote(raw)} as {quote(' '.join(parts))}")
            return parts
        if name in _PROSE:
            message = f"{quote(raw)} is a word, and no part of an expression"
            raise self.fail("E101", message, word.span, "write the expression alone")
        if called or (name not in _WORDS and self._is_misspelled(name)):
            raise self.unknown(name, word.span, called=called)
        if notes:
            self.note(f"{quote(raw)} as one name")
        return [name]

    def factors(self, name: str) -> set[str]:
        """What a name may stand for: itself, and the letters of a short run."""
        whole = name in self.declared or name in FUNCTIONS or name in GREEK_NAMES
        short = len(name) <= LONGEST_PRODUCT and name.isalpha()
        return {name, *name} if short and not whole else {name}

    def _is_product(self, parts: list[str]) -> bool:
        """Whether a run of letters is a product: `Ax`, `AXBX`, and `ab` where a and b are met.

        Where `*` is written between factors a run is a name, and so is one that looks like its
        siblings, `Sxx` beside `Sxy`; but not where it hides the only place of a declared letter.
        """
        if len(set(parts)) == 1 and len(parts) == 2:  # `x x^T`
            return True
        if parts[0] == "d" and "".join(parts[1:]) in self.declared:  # a differential, `d r`
            return True
        hidden = self.declared.intersection(parts) - self.alone
        met = (self.declared | self.alone).issuperset(parts)
        if any(len(part) > 1 for part in parts):  # Greek letters are never parts of a word
            return len(parts) <= _LONGEST_CAPITALS
        if len(parts) > LONGEST_PRODUCT:
            return all(part.isupper() for part in parts) and len(parts) <= _LONGEST_CAPITALS
        name = "".join(parts)
        if self.dialect != "notes" or self._has_sibling(name) or self._is_misspelled(name):
            return met and bool(hidden)
        if any(part.isupper() for part in parts):
            return True
        pairs = {run for run in self.runs - _WORDS if len(run) == 2} - {name}
        shares = any(run[1] == name[1] for run in pairs)  # `ax^2 + bx`
        return met or (len(parts) == 2 and (bool(hidden) or shares))

    def _has_sibling(self, name: str) -> bool:
        """Whether another name differs in its small letters only, `Sxx`, `Sxy`.

        Of two letters, whether a declared name has the same index: `bf` beside `Wf`.
        """
        if len(name) == 2:
            return any(len(other) == 2 and other[1] == name[1] for other in self.declared)
        others = {other for other in self.runs | self.declared if other.isalpha()} - {name}
        return name[0].isupper() and any(
            len(other) == len(name) and other[0] == name[0] and other[1:].islower()
            for other in (others if name[1:].islower() else ())
        )

    def _is_misspelled(self, name: str) -> bool:
        """Whether an unknown word is rather a known one: `trA`, `Sgima`, `logdetX`."""
        if len(name) > LONGEST_PRODUCT:
            return len(name) > _LONGEST_NAME or bool(self._near(name))
        parts = (name[:2], name[1:]) if len(name) == 3 else ()
        return any(
            part in self.declared or part in FUNCTIONS or part in GREEK_NAMES for part in parts
        )

    def unknown(self, name: str, span: Span, *, called: bool = False) -> MdiffError:
        """The error for a name that means nothing, with the known names nearest to it."""
        helps = []
        near = self._near(name, 0.7)
        if near:
            helps.append("did you mean " + " or ".join(quote(text) for text in near[:3]) + "?")
        kind, example = ("function", "R^n -> R") if called else ("name", "n×k")
        declared = name.removeprefix("grad") if called else name
        message = f"unknown {kind} {quote(name)}"
        label = "not declared, and no name that mdiff knows"
        note = f"names are declared like this: --let '{declared[:_LONGEST_NAME]}: {example}'"
        return fail_at("E101", message, self.text, span, label, helps, [note])

    def _near(self, name: str, cutoff: float = 0.8) -> list[str]:
        """What an unknown name may be meant for: its parts, and the known names nearest to it."""
        if len(name) > _LONGEST_NAME:
            return []
        from difflib import get_close_matches

        known = {*FUNCTIONS, *self.functions, *self.declared, *GREEK_NAMES} - {name}
        near = get_close_matches(name, sorted(k for k in known if len(k) > 1), 2, cutoff)
        return list(dict.fromkeys((*self._apart(name, known), *near)))

    def _apart(self, name: str, known: set[str]) -> list[str]:
        """The name with blanks in it, where its parts are known: `logdetX`, `AXB`.

        Letters stand behind a known name, before one, or on both sides of a function.
        """
        whole, most = len(name), LONGEST_PRODUCT
        cuts = [(0, end) for end in range(max(2, whole - most), whole)]
        cuts += [(start, whole) for start in range(1, min(whole - 1, most + 1))]
        cuts += [
            (start, end)
            for start in range(1, most)
            for end in range(max(start + 2, whole - 2), whole)
            if name[start:end] in FUNCTIONS
        ]
        found = [
            " ".join([*name[:start], name[start:end], *name[end:]])
            for start, end in cuts
            if name[start:end] in known
        ]
        short = whole <= 2 * most and name.isalpha()
        if short and (self.declared.issuperset(name) or not name.islower()):
            found.append(" ".join(name))
        return found
