"""What was found wrong in a claim, as data: slips in words, places, a repair, terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.proof.result import Proof

SLIPS = {
    "sign": "a sign",
    "factor": "a factor",
    "transpose": "a transpose",
    "order": "the order of factors",
    "inverse": "an inverse",
    "transposed term": "a missing transposed term",
    "elementwise": "a product by elements",
    "diag": "a diag",
    "function": "a function",
    "power": "a power",
    "name": "a name",
    "extra": "something too much",
    "missing": "a missing term",
    "missing factor": "the factor `{}` is missing",
    "chain": "the derivative of `{}` is missing",
    "trace": "a trace",
    "shape": "a scalar in place of ones",
}
"""The slips in words; `{}` is what they are about."""


POSITIVE = "right up to a positive factor"


class Place:
    """One place of a claim that is wrong: the slips, and the text that should stand there.

    `about` is what is missing, where the slip is that something is.
    """

    __slots__ = ("about", "right", "slips", "span")

    def __init__(self, slips: tuple[str, ...], span: Span, right: str, about: str = "") -> None:
        self.slips = slips
        self.span = span
        self.right = right
        self.about = about

    @property
    def words(self) -> str:
        """The slips in words."""
        return " and ".join(SLIPS[slip].format(self.about) for slip in dict.fromkeys(self.slips))

    def message(self, *, whole: bool) -> str:
        """What is to be said about the place; of a `whole` claim right is said elsewhere."""
        match self.slips:
            case ("extra",):
                return "this is too much"
            case ("missing",):
                return f"after this, `{self.right}` is missing"
            case ("chain" | "missing factor",):
                return self.words
            case (("sign" | "factor") as slip,):
                said = f"the {slip} is wrong"
            case _:
                said = self.words if whole else "should be"
        if whole:
            return said
        return f"{said} `{self.right}`" if said == "should be" else f"{said}: `{self.right}`"


class Repair:
    """What a claim should have been: the places that are wrong, and the whole text put right.

    `positive`: only a positive factor before all of it is wrong.
    """

    __slots__ = ("places", "positive", "proof", "text")

    def __init__(
        self, places: tuple[Place, ...], text: str, proof: Proof, *, positive: bool = False
    ) -> None:
        self.positive = positive
        self.places = places
        self.text = text
        self.proof = proof

    @property
    def slips(self) -> tuple[str, ...]:
        """The slips, each once."""
        return tuple(dict.fromkeys(slip for place in self.places for slip in place.slips))

    @property
    def words(self) -> str:
        """The slips in words, each once."""
        if self.positive:
            return POSITIVE
        return " and ".join(dict.fromkeys(place.words for place in self.places))


class Term:
    """A term of a wrong claim, and whether it is one of the true derivative."""

    __slots__ = ("right", "span", "text")

    def __init__(self, span: Span, text: str, *, right: bool) -> None:
        self.span = span
        self.text = text
        self.right = right
