"""What is found about a claim, as data; the one sentence and the diagnostic that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.errors import Diagnostic, Label

if TYPE_CHECKING:
    from mdiff.check.asked import Asked, Asking
    from mdiff.errors import Span
    from mdiff.proof.result import Proof
    from mdiff.shapes.typed import Typed

Status = Literal["correct", "wrong", "unproved"]

EXIT: dict[Status, int] = {"correct": 0, "wrong": 1, "unproved": 6}
"""Exit status of the command line."""

NAMES: dict[Asking, str] = {
    "grad": "gradient",
    "d": "differential",
    "jac": "Jacobian",
    "hess": "Hessian",
}

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
    "extra": "something too much",
    "missing": "a missing term",
    "trace": "a trace",
    "shape": "the shape",
}
"""The slips in words."""


class Place:
    """One place of a claim that is wrong: the slip, and the text that should stand there."""

    __slots__ = ("right", "slip", "span")

    def __init__(self, slip: str, span: Span, right: str) -> None:
        self.slip = slip
        self.span = span
        self.right = right

    @property
    def message(self) -> str:
        """What is to be said about the place."""
        match self.slip:
            case "missing":
                return f"after this, `{self.right}` is missing"
            case "extra" if not self.right:
                return "this is too much"
            case "sign":
                return f"the sign is wrong: `{self.right}`"
            case "factor":
                return f"the factor is wrong: `{self.right}`"
            case _:
                return f"should be `{self.right}`"


class Repair:
    """What a claim should have been: the places that are wrong, and the whole text put right."""

    __slots__ = ("places", "proof", "text")

    def __init__(self, places: tuple[Place, ...], text: str, proof: Proof) -> None:
        self.places = places
        self.text = text
        self.proof = proof

    @property
    def slips(self) -> tuple[str, ...]:
        """The slips, each once."""
        return tuple(dict.fromkeys(place.slip for place in self.places))


class Term:
    """A term of a wrong claim, and whether it is one of the true derivative."""

    __slots__ = ("right", "span", "text")

    def __init__(self, span: Span, text: str, *, right: bool) -> None:
        self.span = span
        self.text = text
        self.right = right


class Verdict:
    """The verdict on a claim, with its evidence.

    `convention`: in what other convention, or under what condition, a wrong claim is right;
    `answer` the true derivative (plain), "" where mdiff has none; `terms` those of a claim that
    nothing small repairs; `line` which of several claims this is about, from 1, of `lines`.
    `span` is the claim's place in `text`, `typed` what it is where its shape is right.
    """

    __slots__ = (
        "answer", "asked", "claim", "clash", "conditions", "convention", "expression", "kind",
        "line", "lines", "notes", "proof", "readings", "repair", "shapes", "span", "status",
        "structure", "terms", "text", "typed", "wrong_shape", "wrt",
    )  # fmt: skip

    def __init__(
        self,
        asked: Asked,
        text: str,
        span: Span,
        proof: Proof,
    ) -> None:
        self.status: Status = "unproved"
        self.asked = asked
        self.kind = asked.name
        self.wrt = tuple(dict.fromkeys(asked.of))
        self.expression = asked.problem.text
        self.text = text
        self.span = span
        self.claim = text[span[0] : span[1]].strip()
        self.proof = proof
        self.structure = asked.structure
        self.convention = ""
        self.typed: Typed | None = None
        self.repair: Repair | None = None
        self.terms: tuple[Term, ...] = ()
        self.answer = ""
        self.conditions: tuple[str, ...] = ()
        self.readings: tuple[str, ...] = ()
        self.shapes: dict[str, str] = {}
        self.notes: tuple[str, ...] = ()
        self.wrong_shape = ""
        self.clash: tuple[Label, ...] = ()
        self.line = 1
        self.lines = 1

    @property
    def exit_status(self) -> int:
        """Exit status of the command line: 0 correct, 1 wrong, 6 not proved."""
        return EXIT[self.status]

    @property
    def sentence(self) -> str:
        """The verdict on one line: `correct`, `wrong: …`, `unproved: …`."""
        match self.status:
            case "correct":
                return "correct"
            case "unproved":
                return f"unproved: {self.proof.why}"
            case "wrong":
                return f"wrong: {self._line()}{self._why()}"

    def _line(self) -> str:
        return f"line {self.line}: " if self.lines > 1 else ""

    def _why(self) -> str:
        if self.convention:
            return self.convention
        if self.repair is not None:
            what = " and ".join(SLIPS[slip] for slip in self.repair.slips)
            return f"{what}; right is {self.repair.text}"
        if self.wrong_shape:
            return self.wrong_shape
        return f"right is {self.answer}" if self.answer else self.proof.why

    def diagnostic(self) -> Diagnostic | None:
        """What is wrong with a wrong claim, and where: E501, E502 (shape), E503 (convention)."""
        if self.status != "wrong":
            return None
        name = NAMES[self.kind]
        by = ", ".join(self.wrt)
        labels = self._labels()
        message = f"this is not the {name} by {by}"
        code = "E501"
        if self.wrong_shape:
            code, message = "E502", f"this cannot be the {name} by {by}: {self.wrong_shape}"
        if self.convention:
            code, message = "E503", f"{message}, but it is {self.convention}"
        if self.lines > 1:
            message = f"line {self.line} of {self.lines}: {message}"
        return Diagnostic(
            code, message, text=self.text, labels=labels, notes=self._notes(), helps=self._helps()
        )

    def _labels(self) -> list[Label]:
        if self.repair is not None:
            return [Label(place.span, place.message) for place in self.repair.places]
        wrong = [term for term in self.terms if not term.right]
        if wrong and len(wrong) < len(self.terms):
            return [Label(term.span, "this term is not in it") for term in wrong]
        start, end = self.span
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip())
        end -= len(inner) - len(inner.rstrip())
        return [Label((start, end), self.wrong_shape or "has another value")]

    def _notes(self) -> list[str]:
        notes = list(self.notes)
        right = [f"`{term.text}`" for term in self.terms if term.right]
        if right and self.repair is None:
            notes.append(f"right: {', '.join(right)}")
        if self.repair is None and self.answer:
            notes.append(f"the {NAMES[self.kind]} is `{self.answer}`")
        return notes

    def _helps(self) -> list[str]:
        if self.repair is None:
            return []
        return [f"`{self.repair.text}` is right ({self.repair.proof})"]

    def json(self) -> dict[str, object]:
        """All of it as one object."""
        repair = self.repair
        return {
            "verdict": self.status,
            "line": self.line,
            "lines": self.lines,
            "input": self.expression,
            "claim": self.claim,
            "kind": self.kind,
            "wrt": ",".join(self.wrt),
            "structure": self.structure,
            "convention": self.convention or None,
            "slips": list(repair.slips) if repair is not None else [],
            "places": [
                {
                    "slip": place.slip,
                    "start": place.span[0],
                    "end": place.span[1],
                    "right": place.right,
                }
                for place in (repair.places if repair is not None else ())
            ],
            "repaired": repair.text if repair is not None else None,
            "terms": [{"text": term.text, "right": term.right} for term in self.terms],
            "answer": self.answer or None,
            "conditions": list(self.conditions),
            "reading": list(self.readings),
            "shapes": self.shapes,
            "notes": list(self.notes),
            "proof": self.proof.json(),
        }
