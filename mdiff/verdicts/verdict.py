"""What is found about a claim, as data; the one sentence and the diagnostic that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.errors import Diagnostic, Label
from mdiff.record import Record, derived
from mdiff.shapes.dims import show_shape
from mdiff.verdicts.slips import SLIPS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdiff.answer import Answer
    from mdiff.errors import Span
    from mdiff.proof.result import Proof
    from mdiff.question import Kind
    from mdiff.shapes.typed import Typed
    from mdiff.verdicts.asked import Asked

Status = Literal["correct", "wrong", "unproved"]

STATUS: dict[str, tuple[Status, int]] = {
    "proved": ("correct", 0), "refuted": ("wrong", 1), "unknown": ("unproved", 6),
}  # fmt: skip
"""What a proof's verdict says of a claim, and the exit status of the command line."""

NAMES: dict[Kind, str] = {
    "grad": "gradient", "d": "differential", "jac": "Jacobian", "hess": "Hessian",
}  # fmt: skip

FORMS = ("plain", "unicode", "latex")

POSITIVE = "right up to a positive factor"


def _joined(words: Iterable[str]) -> str:
    """Each once."""
    return " and ".join(dict.fromkeys(words))


class Sense(Record):
    """In what sense a wrong claim is right, in words.

    `kind`: as another thing by the same name (`structure`), in another `layout`, or as it stands
    under a `condition`.
    """

    kind: Literal["structure", "layout", "condition"]
    words: str


class Place(Record):
    """One place of a claim that is wrong: the slips, and the text that should stand there.

    `about` is what is missing, where the slip is that something is.
    """

    slips: tuple[str, ...]
    span: Span
    right: str
    about: str = ""
    words: str = derived(
        lambda self: _joined(SLIPS[slip][0].format(self.about) for slip in self.slips)
    )

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
                return said if whole else f"{said}: `{self.right}`"
            case _:
                return self.words if whole else f"should be `{self.right}`"


class Repair(Record):
    """What a claim should have been: the places that are wrong, and the whole text put right.

    `positive`: only a positive factor before all of it is wrong.
    """

    places: tuple[Place, ...]
    text: str
    proof: Proof
    positive: bool = False
    slips: tuple[str, ...] = derived(
        lambda self: tuple(dict.fromkeys(slip for place in self.places for slip in place.slips))
    )
    words: str = derived(
        lambda self: POSITIVE if self.positive else _joined(place.words for place in self.places)
    )


class Term(Record):
    """A term of a wrong claim, and whether it is one of the true derivative."""

    span: Span
    text: str
    right: bool


class Verdict(Record):
    """The verdict on a claim, with its evidence.

    `span` is the claim's place in `text`, `typed` what it is; `clash` where its shapes do not fit.
    `known` is the true derivative, where mdiff has one that is proved, `answer` its plain text, and
    `shown` the same as the user writes. `sense`: in what other convention, or under what condition,
    a wrong claim is right; `terms` those of a claim that nothing small repairs. `line` which of
    several claims this is about, from 1, of `lines`, and `where` that in words.
    """

    asked: Asked
    text: str
    span: Span
    proof: Proof
    known: Answer | None
    shown: str
    typed: Typed | None
    clash: tuple[Label, ...]
    readings: tuple[str, ...]
    sense: Sense | None = None
    repair: Repair | None = None
    terms: tuple[Term, ...] = ()
    notes: tuple[str, ...] = ()
    line: int = 1
    lines: int = 1
    where: str = ""

    status: Status = derived(lambda self: STATUS[self.proof.verdict][0])
    kind: Kind = derived(lambda self: self.asked.name)
    wrt: tuple[str, ...] = derived(lambda self: tuple(dict.fromkeys(self.asked.of)))
    claim: str = derived(lambda self: self.text[slice(*self.span)].strip())
    start: int = derived(lambda self: self.text.find(self.claim, self.span[0]))
    trimmed: Span = derived(lambda self: (self.start, self.start + len(self.claim)))
    exit_status: int = derived(lambda self: STATUS[self.proof.verdict][1])
    wrong_shape: str = derived(lambda self: self.proof.why if self.proof.finding == "shape" else "")
    convention: str = derived(lambda self: self.sense.words if self.sense else "")
    answer: str = derived(lambda self: self.known.plain if self.known else "")
    shapes: dict[str, str] = derived(
        lambda self: {n: show_shape(v.shape) for n, v in self.asked.problem.variables.items()}
    )

    @property
    def conditions(self) -> tuple[str, ...]:
        """Where what is right holds."""
        return self.known.conditions if self.known else ()

    @property
    def sentence(self) -> str:
        """The verdict on one line: `correct`, `wrong: …; right is …`, `unproved: …`."""
        return self.told()

    def told(self, form: str | None = None) -> str:
        """The sentence, with what is right in a form; without one as the user writes."""
        match self.status:
            case "correct":
                return "correct"
            case "unproved":
                return f"unproved: {self.proof.why}"
            case "wrong":
                right = self.right(form)
                said = f"the {NAMES[self.kind]} is {right}" if self.sense else f"right is {right}"
                found = self.finding or self.value
                return f"wrong: {found}; {said}" if right else f"wrong: {found}"

    @property
    def value(self) -> str:
        """What is wrong with the value of a claim."""
        return self.proof.why if self.proof.finding == "undefined" else "it has another value"

    @property
    def finding(self) -> str:
        """What is wrong, in a few words; "" where nothing in particular is."""
        if self.sense is not None:
            return self.sense.words
        if self.repair is not None and self.repair.slips != ("shape",):
            return self.repair.words
        return self.wrong_shape

    def right(self, form: str | None = None) -> str:
        """What is right, in a form; without one as the user writes. "" where it is not known."""
        if self.known is not None and form in FORMS:
            return str(getattr(self.known, form))
        if self.repair is None:
            return self.shown
        other = self.sense is not None and self.sense.kind != "condition"
        whole = self.repair.places[0].span == self.trimmed
        longer = whole and 3 * len(self.repair.text) > 4 * len(self.shown)
        return self.shown if self.shown and (other or longer) else self.repair.text

    def diagnostic(self, form: str | None = None) -> Diagnostic | None:
        """What is wrong with a wrong claim, and where: E501, E502 (shape), E503 (convention)."""
        if self.status != "wrong":
            return None
        by = f"the {NAMES[self.kind]} by {', '.join(self.wrt)}"
        code, message = "E501", f"this is not {by}"
        if self.wrong_shape:
            code, message = "E502", f"this cannot be {by}: {self.wrong_shape}"
        if self.repair is not None and self.repair.positive:
            message = f"{message}, but it is {POSITIVE}"
        if self.sense is not None:
            code, message = "E503", f"this is not {by}, but it is {self.sense.words}"
        if self.where:
            message = f"{self.where}: {message}"
        right = self.right(form)
        helps = [f"the {NAMES[self.kind]} is `{right}`"] if right else []
        if self.repair is not None and right == self.repair.text:
            helps = [f"right is `{right}` ({self.repair.proof})"]
        notes = [*self.notes]
        right_terms = [f"`{term.text}`" for term in self.terms if term.right]
        if self.repair is None and self.clash:
            notes.append(f"the {NAMES[self.kind]} has the shape {show_shape(self.asked.shape)}")
        if self.repair is None and right_terms:
            notes.append(f"right: {', '.join(right_terms)}")
        return Diagnostic(
            code, message, self.text, tuple(self._labels()), tuple(notes), tuple(helps)
        )

    def _labels(self) -> list[Label]:
        whole = self.trimmed
        if self.repair is not None:
            return [
                Label(place.span, place.message(whole=place.span == whole))
                for place in self.repair.places
            ]
        if self.clash:
            return list(self.clash)
        wrong = [term for term in self.terms if not term.right]
        if wrong and len(wrong) < len(self.terms):
            return [Label(term.span, "this term is not in it") for term in wrong]
        found = "has another shape" if self.wrong_shape else self.value.removeprefix("it ")
        return [Label(whole, found)]

    def json(self) -> dict[str, object]:
        """All of it as one object."""
        repair = self.repair
        return {
            "verdict": self.status,
            "line": self.line,
            "lines": self.lines,
            "input": self.asked.problem.text,
            "claim": self.claim,
            "kind": self.kind,
            "wrt": ",".join(self.wrt),
            "structure": self.asked.structure,
            "finding": self.finding or None,
            "convention": self.convention or None,
            "slips": list(repair.slips) if repair is not None else [],
            "places": [
                {
                    "slip": place.slips[0],
                    "about": place.about or None,
                    "start": place.span[0],
                    "end": place.span[1],
                    "right": place.right,
                }
                for place in (repair.places if repair is not None else ())
            ],
            "repaired": repair.text if repair is not None else None,
            "terms": [{"text": term.text, "right": term.right} for term in self.terms],
            "answer": self.answer or None,
            **({form: self.right(form) for form in FORMS[1:]} if self.known else {}),
            "conditions": list(self.conditions),
            "reading": list(self.readings),
            "shapes": self.shapes,
            "notes": list(self.notes),
            "proof": self.proof.json(),
        }
