"""What a name is: a declared variable, a function, a letter, a product of letters, or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.functions.table import ALIASES, TABLE
from mdiff.syntax.words import MAX_QUOTE, quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError, Span

_GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa",
    "lambda", "mu", "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi",
    "psi", "omega",
)  # fmt: skip
_LETTERS = {
    **dict(zip("αβγδεζηθικλμνξοπρστυφχψω", _GREEK, strict=True)),
    **dict(zip("ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", (name.title() for name in _GREEK), strict=True)),
    "ς": "sigma", "ϑ": "theta", "ϕ": "phi", "ϖ": "pi", "ϱ": "rho", "ϵ": "epsilon", "µ": "mu",
}  # fmt: skip
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
_SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        "0123456789-Tabcdefghijklmnoprstuvwxyz",
        strict=True,
    )
)

GREEK_NAMES = frozenset(_LETTERS.values())

CONSTANTS = frozenset({"eye", "ones", "zeros", "K", "vector", "matrix"})
"""Constants that are written like functions; `K` is one only with two sizes, `K(m,n)`, and then
also where `K` is a variable."""

LATER = frozenset({
    "pinv", "expm", "logm", "sqrtm", "sinm", "cosm", "eig", "eigmax", "eigvecmax", "singvals",
    "chol", "tril", "halflow", "prod", "toepsum", "softmaxr", "max", "nuclear",
})  # fmt: skip
"""Functions that the language names and the table may not have: they are read, and refused by name
where they are to be differentiated."""

FUNCTIONS = frozenset({*TABLE, *ALIASES, *CONSTANTS, *LATER, "einsum"})

_LONGEST_PRODUCT = 3
_LONGEST_NAME = 64
_MOST_READINGS = 50


def spelled(text: str) -> str:
    """A name in the letters that mdiff uses: `Σ` is `Sigma`, `x₁` and `x_{1}` are `x_1`."""
    if text.isascii():
        return text.replace("{", "").replace("}", "")
    name = ""
    for at, character in enumerate(text):
        if character in _SUBSCRIPTS:
            if text[at - 1] not in _SUBSCRIPTS and not name.endswith("_"):
                name += "_"
            name += _SUBSCRIPTS[character]
        else:
            name += _LETTERS.get(character, character)
    return name.replace("{", "").replace("}", "")


def superscript(text: str) -> str:
    """The characters of a superscript, on the line: `⁻¹ᵀ` is `-1T`."""
    return "".join(_SUPERSCRIPTS[character] for character in text)


class Names:
    """The names that a text may use, growing as the text defines more; and what was assumed.

    `sizes` are those of the declared names that are known as sizes; `readings` the assumptions
    that may surprise, each once, in order.
    """

    __slots__ = ("declared", "functions", "readings", "sizes", "text")

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

    def note(self, reading: str) -> None:
        """Remember an assumption; a text that needs many is told about the first ones."""
        if len(self.readings) < _MOST_READINGS:
            self.readings[reading] = None

    def cite(self, start: int, end: int) -> str:
        """A piece of the text for a message, cut where it is long: no cost for a long piece."""
        return quote(self.text[start : min(end, start + MAX_QUOTE + 1)])

    def function(self, name: str) -> str:
        """The canonical name of the function called `name`; "" where it is none."""
        if name in self.functions:
            return name
        if name in self.declared:
            if name in FUNCTIONS and name != "K":
                self.note(f"{quote(name)} is the declared name, not the function")
            return ""
        return ALIASES.get(name, name) if name in FUNCTIONS else ""

    def letters(self, raw: str, span: Span, *, called: bool) -> list[str]:
        """The factors that a name which is no function stands for: mostly just itself.

        `called`: a bracket follows at once. Raises `E101` for an unknown name and `E009` for an
        index on a function.
        """
        name = spelled(raw)
        if name in self.declared or name in GREEK_NAMES or name in ("I", "pi") or len(name) == 1:
            return [name]
        head, index, _ = name.partition("_")
        if index:
            if len(head) > 1 and head in FUNCTIONS:
                raise self._indexed(head, span)
            return [name]
        if not name.isalpha():
            stem = name.rstrip("0123456789")
            if stem in FUNCTIONS and (called or len(stem) > 2):
                raise self.unknown(name, span, called=True)
            return [name]
        parts = [spelled(letter) for letter in raw]
        if len(parts) > _LONGEST_PRODUCT:
            raise self.unknown(name, span, called=called)
        if not self.declared.issuperset(parts) and (
            self._glued(name) or (called and raw.islower())
        ):
            raise self.unknown(name, span, called=called)
        self.note(f"{quote(raw)} is read as the product {quote(' '.join(parts))}")
        return parts

    def unknown(self, name: str, span: Span, *, called: bool = False) -> MdiffError:
        """The error for a name that means nothing, with the known names nearest to it."""
        helps = []
        if len(name) <= _LONGEST_NAME:
            from difflib import get_close_matches

            known = {*FUNCTIONS, *self.functions, *self.declared, *GREEK_NAMES} - {name}
            near = self._apart(name)
            near += get_close_matches(name, sorted(k for k in known if len(k) > 1), 2, 0.7)
            if near:
                helps.append("did you mean " + " or ".join(quote(text) for text in near[:3]) + "?")
        kind, example = ("function", "R^n -> R") if called else ("name", "n×k")
        declared = name.removeprefix("grad") if called else name
        return fail(
            "E101",
            f"unknown {kind} {quote(name)}",
            text=self.text,
            labels=[Label(span, "not declared, and no name that mdiff knows")],
            notes=[f"names are declared like this: --let '{declared[:_LONGEST_NAME]}: {example}'"],
            helps=helps,
        )

    def _apart(self, name: str) -> list[str]:
        """The name with blanks in it, where its parts are known: `logdetX`, `AXB`."""
        known = {*FUNCTIONS, *self.functions, *self.declared, *GREEK_NAMES}
        found = [
            f"{name[:at]} {' '.join(name[at:])}"
            for at in range(max(2, len(name) - _LONGEST_PRODUCT), len(name))
            if name[:at] in known
        ]
        found += [
            f"{' '.join(name[:at])} {name[at:]}"
            for at in range(1, min(len(name) - 1, _LONGEST_PRODUCT + 1))
            if name[at:] in known
        ]
        short = len(name) <= 2 * _LONGEST_PRODUCT and name.isalpha()
        if short and (self.declared.issuperset(name) or not name.islower()):
            found.append(" ".join(name))
        return found

    def _glued(self, name: str) -> bool:
        """Whether a name of three letters is a letter glued to a known name: `trA`, `mux`."""
        return len(name) == 3 and any(
            part in self.declared or part in FUNCTIONS or part in GREEK_NAMES
            for part in (name[:2], name[1:])
        )

    def _indexed(self, head: str, span: Span) -> MdiffError:
        """The error for `sum_i`, and for a base or an index on any other function."""
        what = "a sum over an index" if head == "sum" else "an index on a function"
        return fail(
            "E009",
            f"{what}, {quote(self.text[span[0] : span[1]])}, is not supported yet",
            text=self.text,
            labels=[Label(span, "write this without the index")],
            helps=["in matrix form, `sum(log(1 + exp(-y .* (X w))))`"] if head == "sum" else [],
        )
