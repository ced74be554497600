"""A name goes in, the kind that its spelling suggests comes out, and what others would cost.

The text is never looked at. Prices are in units of one change of kind, with their reasons; nothing
else in the room is a price.
"""

from __future__ import annotations

from typing import Literal

from mdiff.syntax.spelling import GREEK_NAMES

Kind = Literal["scalar", "vector", "matrix"]

KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")

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
    greek = stem.islower() and stem.removeprefix("var") in GREEK_NAMES
    if greek or "α" <= stem[0] <= "ω":
        return "scalar"
    if stem[0].isupper():
        return "matrix"
    return "scalar" if "a" <= stem[0] <= "g" or stem == "t" else "vector"


def are_scalar_letters(names: list[str]) -> bool:
    """Whether there are only names, and all of scalars: one is no more than another, `a - b`."""
    return all(names) and all(by_letter(name) == "scalar" for name in names)


CHANGES: dict[tuple[Kind, Kind], float] = {
    ("scalar", "vector"): 1.0,
    ("scalar", "matrix"): 2.5,
    ("vector", "scalar"): 1.0,
    ("vector", "matrix"): 2.5,
    ("matrix", "scalar"): 1.4,
    ("matrix", "vector"): 1.6,
}
"""What it costs to read a name against its letter. Small letters are hardly ever matrices, and
capitals more often matrices than anything else."""

SPOKEN = 2.0
"""What it costs more to read a word for a number, `eps`, as anything else."""

FURTHER_SCALAR = 0.6
"""What each vector letter after the first costs as a scalar: scalar problems are all scalar."""

DOUBTS: dict[str, float] = {
    # A scalar that is no number, beside vectors: another kind would add like to like.
    "to every entry": 1.5,
    # The same where it is usual: in numpy, and in a sum over entries.
    "usual to every entry": 0.8,
    # The same of a scalar that is declared to be one.
    "declared to every entry": 0.2,
    # A free scalar right of a matrix, `A b`, or in `.*`.
    "misplaced": 1.2,
    # The same of a sum of such, `A (b - c)`.
    "misplaced sum": 2.5,
    # A product by elements of two bare names, `sum((y - m x)^2)`.
    "names by elements": 1.3,
    # The exponential of a vector, `e^x`, where no sum is taken of its entries.
    "vector exponent": 2.0,
    # `a·b` of two free scalars: who writes the dot means vectors.
    "dot of scalars": 2.5,
    # A free scalar where a function is of more, `sum(a)`, `||a - b||`; a variable in `tr(A rho)`.
    "more than a scalar": 4.0,
}
"""Why a reading that type-checks is in doubt, and what that costs."""
