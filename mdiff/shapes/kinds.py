"""A name goes in, the kind that its spelling suggests comes out; the text is never looked at."""

from __future__ import annotations

from typing import Literal

Kind = Literal["scalar", "vector", "matrix"]

KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")

GREEK = frozenset(
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
        "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "varpi", "rho",
        "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
    }
)  # fmt: skip
"""Greek letters by name: scalars, as the letters themselves."""

NO_NUMBERS = frozenset({"Sigma", "E"})
"""Letters that stand for a sum or an expectation where they are no matrices."""

DATA = frozenset({"X", "Z", "Phi", "Psi"})
"""Letters that matrices of data have, a sample a row."""

SCALAR_WORDS = frozenset(
    {
        "eps", "lam", "lr", "reg", "tol", "temp", "margin", "const", "bias", "decay", "scale",
        "step", "rate", "var", "std",
    }
)  # fmt: skip
"""Words for numbers in programs."""


def by_letter(name: str) -> Kind:
    """The kind that a name's spelling suggests: `A` a matrix, `x` a vector, `a`, `mu` scalars."""
    stem = name.split("_", maxsplit=1)[0].rstrip("0123456789") or name or "a"
    if stem in SCALAR_WORDS:
        return "scalar"
    if stem == "cov":
        return "matrix"
    if stem in GREEK or "α" <= stem[0] <= "ω":
        return "scalar"
    if stem[0].isupper():
        return "matrix"
    return "scalar" if "a" <= stem[0] <= "g" or stem == "t" else "vector"


def are_scalar_letters(names: list[str]) -> bool:
    """Whether there are only names, and all of scalars: one is no more than another, `a - b`."""
    return all(names) and all(by_letter(name) == "scalar" for name in names)
