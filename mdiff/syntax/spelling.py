"""A name or a superscript as typed in, the same in the letters that mdiff uses out: `Σ` is `Sigma`.

It knows letters, not what anything means.
"""

from __future__ import annotations

from unicodedata import normalize

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
_ACCENTS = {
    "\u0302": "_hat", "\u0304": "_bar", "\u0305": "_bar", "\u0303": "_tilde", "\u0307": "_dot",
    "\u0308": "_ddot", "\u0301": "_acute", "\u0300": "_grave", "\u030c": "_check",
    "\u0306": "_breve", "\u20d7": "_vec",
}  # fmt: skip
_SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ",
        "0123456789-Tabcdefghijklmnoprstuvwxyz",
        strict=True,
    )
)

GREEK_NAMES = frozenset(_LETTERS.values())
"""The Greek letters, small and capital, as mdiff spells them."""


def _has_accents(text: str) -> bool:
    """Whether a name has accents, joined to their letters or not."""
    return any("À" <= c <= "ž" or "Ẁ" <= c <= "ỹ" or c in _ACCENTS for c in text)


def spelled(text: str) -> str:
    """A name in the letters that mdiff uses: `Σ` is `Sigma`, `x₁` and `x_{1}` are `x_1`."""
    if text.isascii():
        return text.replace("{", "").replace("}", "")
    name = ""
    if _has_accents(text):
        text = normalize("NFD", text)
    for at, character in enumerate(text):
        if character in _SUBSCRIPTS:
            if text[at - 1] not in _SUBSCRIPTS and not name.endswith("_"):
                name += "_"
            name += _SUBSCRIPTS[character]
        elif character in _ACCENTS:
            name += _ACCENTS[character]
        else:
            name += _LETTERS.get(character, character)
    return name.replace("{", "").replace("}", "")


def superscript(text: str) -> str:
    """The characters of a superscript, on the line: `⁻¹ᵀ` is `-1T`."""
    return "".join(_SUPERSCRIPTS[character] for character in text)
