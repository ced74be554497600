"""What is found about a claim, as data; the one sentence and the diagnostic that tell it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.errors import Diagnostic, Label
from mdiff.shapes.dims import show_shape
from mdiff.verdicts.findings import POSITIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.errors import Span
    from mdiff.proof.result import Proof
    from mdiff.shapes.typed import Typed
    from mdiff.verdicts.asked import Asked, Asking
    from mdiff.verdicts.findings import Repair, Term

Status = Literal["correct", "wrong", "unproved"]

EXIT: dict[Status, int] = {"correct": 0, "wrong": 1, "unproved": 6}
"""Exit status of the command line."""

NAMES: dict[Asking, str] = {
    "grad": "gradient",
    "d": "differential",
    "jac": "Jacobian",
    "hess": "Hessian",
}


class Verdict:
    """The verdict on a claim, with its evidence.

    `convention`: in what other convention, or under what condition, a wrong claim is right;
    `answer` the true derivative (plain), "" where mdiff has none, `shown` the same as the user
    writes; `terms` those of a claim that nothing small repairs; `clash` where shapes do not fit.
    `line` which of several claims this is about, from 1, of `lines`, and `where` that in words.
    `span` is the claim's place in `text`, `typed` what it is where its shape is right.
    """

    __slots__ = (
        "answer", "asked", "claim", "clash", "conditions", "convention", "expression", "forms",
        "kind", "line", "lines", "notes", "proof", "readings", "repair", "shapes", "shown", "span",
        "status", "structure", "terms", "text", "typed", "where", "wrong_shape", "wrt",
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
        self.shown = ""
        self.forms: Mapping[str, str] = {}
        self.conditions: tuple[str, ...] = ()
        self.readings: tuple[str, ...] = ()
        self.shapes: dict[str, str] = {}
        self.notes: tuple[str, ...] = ()
        self.wrong_shape = ""
        self.clash: tuple[Label, ...] = ()
        self.line = 1
        self.lines = 1
        self.where = ""

    @property
    def exit_status(self) -> int:
        """Exit status of the command line: 0 correct, 1 wrong, 6 not proved."""
        return EXIT[self.status]

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
                said = f"right is {right}"
                if self.convention:
                    said = f"the {NAMES[self.kind]} is {right}"
                parts = [self.finding or self.proof.why, *([said] if right else [])]
                return f"wrong: {'; '.join(parts)}"

    @property
    def finding(self) -> str:
        """What is wrong, in a few words; "" where nothing in particular is."""
        if self.convention:
            return self.convention
        if self.repair is not None and self.repair.slips != ("shape",):
            return self.repair.words
        return self.wrong_shape

    def right(self, form: str | None = None) -> str:
        """What is right, in a form; without one as the user writes. "" where it is not known."""
        if form is not None and form in self.forms:
            return self.forms[form]
        if self.repair is None:
            return self.shown
        layout = self.convention and not self.convention.startswith("right if")
        (first, *_) = self.repair.places
        longer = 3 * len(self.repair.text) > 4 * len(self.shown)
        longer = longer and first.span == self._trimmed()
        return self.shown if self.shown and (layout or longer) else self.repair.text

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
        if self.convention:
            code, message = "E503", f"this is not {by}, but it is {self.convention}"
        if self.where:
            message = f"{self.where}: {message}"
        return Diagnostic(
            code,
            message,
            text=self.text,
            labels=tuple(self._labels()),
            notes=tuple(self._notes()),
            helps=tuple(self._helps(form)),
        )

    def _labels(self) -> list[Label]:
        whole = self._trimmed()
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
        if self.typed is None:
            return [Label(whole, "has another shape")]
        other = "another value" in self.proof.why
        return [Label(whole, "has another value" if other else self.proof.why)]

    def _trimmed(self) -> Span:
        start, end = self.span
        inner = self.text[start:end]
        return start + len(inner) - len(inner.lstrip()), end - len(inner) + len(inner.rstrip())

    def _notes(self) -> list[str]:
        notes = list(self.notes)
        if self.clash and self.repair is None:
            notes.append(f"the {NAMES[self.kind]} has the shape {show_shape(self.asked.shape)}")
        right = [f"`{term.text}`" for term in self.terms if term.right]
        if right and self.repair is None:
            notes.append(f"right: {', '.join(right)}")
        return notes

    def _helps(self, form: str | None) -> list[str]:
        right = self.right(form)
        if self.repair is not None and right == self.repair.text:
            return [f"right is `{right}` ({self.repair.proof})"]
        return [f"the {NAMES[self.kind]} is `{right}`"] if right else []

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
            **{form: text for form, text in self.forms.items() if form != "plain"},
            "conditions": list(self.conditions),
            "reading": list(self.readings),
            "shapes": self.shapes,
            "notes": list(self.notes),
            "proof": self.proof.json(),
        }
