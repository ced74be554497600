"""Names in letters: which are Greek, and what stands below the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ",
    "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ",
    "Omega": "Ω",
}  # fmt: skip
"""Name → letter."""

SUBSCRIPTS = dict(zip("0123456789aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True))
"""Character → subscript."""

SUPERSCRIPTS = dict(zip("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻", strict=True))
"""Character → superscript."""


SPECIAL = frozenset({"I", "D", "K", "e"})
"""Letters that an index makes a constant of: `D₂` is a duplication matrix, `D2` any matrix."""


def split(name: str, taken: Collection[str] = ()) -> tuple[str, str, str]:
    """A name as its stem, the digits at its end and what follows its `_`: `W1_old` is W, 1, old.

    The digits stay with the stem where they would make a constant of it, or, of two names in
    `taken`, would make the one without `_` look like the other; `A_` stays what it is.
    """
    head, _, index = name.partition("_")
    stem = head.rstrip("0123456789")
    digits = head[len(stem) :]
    if not head or index.strip("_") != index or (name.endswith("_") and not index):
        return name, "", ""
    alike = f"{stem}_{digits}" + (f"_{index}" if index else "")
    hides = alike in taken or (stem[:1] == "d" and alike[1:] in taken)
    if not stem or (digits and (stem in SPECIAL or hides)):
        return head, "", index
    return stem, digits, index


def subscript(text: str) -> str:
    """The text below the line where every character can stand there, else `_text`."""
    if all(c in SUBSCRIPTS for c in text):
        return "".join(SUBSCRIPTS[c] for c in text)
    return f"_{text}"


def superscript(text: str) -> str:
    """Digits and minus above the line."""
    return "".join(SUPERSCRIPTS[c] for c in text)
