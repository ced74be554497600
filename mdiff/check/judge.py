"""An expression and the text of a claim → the verdict, with what is wrong and what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.check.diagnose import answered, diagnosed, mended
from mdiff.check.differentials import resolved
from mdiff.check.question import Question
from mdiff.check.typist import Typist
from mdiff.check.verdict import NAMES, Verdict
from mdiff.errors import MdiffError, fail
from mdiff.proof.result import Proof
from mdiff.shapes.dims import SCALAR, show_shape
from mdiff.shapes.typed import Broadcast, Number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.check.claim import Part
    from mdiff.check.conventions import Asked, Asking
    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Problem, Typed


def check(  # noqa: PLR0913 - a claim, what it is about, and how it is meant
    expr: str,
    claim: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    kind: Asking = "grad",
    structure: Structure = "projected",
    seed: int = 0,
) -> Verdict:
    """Is the claim the derivative of the expression? If not, which slip was made?

    `claim` is an expression in the names of `expr`, in any notation that mdiff reads; one in `dX`
    is taken as a differential. Several claims joined by `=` are held against the derivative one by
    one, and the verdict is that on the first false one.

    Jacobians (numerator layout) and Hessians are of vec by columns; a Hessian by two variables is
    the mixed block, rows the first one.

    Raises `MdiffError` for a text that cannot be read, names that the expression does not have
    (E101), and shapes that do not fit within the claim (E2xx).

    >>> check("x^T A x", "2 A x", "x").sentence
    'wrong: right if A is symmetric'
    """
    verdicts = check_each(expr, [claim], wrt, let, kind=kind, structure=structure, seed=seed)
    return verdicts[-1]


def check_each(  # noqa: PLR0913 - as `check`
    expr: str,
    claims: Sequence[str],
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    kind: Asking = "grad",
    structure: Structure = "projected",
    seed: int = 0,
) -> list[Verdict]:
    """The verdicts on the lines of a derivation, up to the first that is not correct."""
    question = Question(expr, _names(wrt), _declarations(let), kind, structure, seed)
    lines = [(claim, part) for claim in claims for part in question.read(claim)]
    question.changing_in([part for _, part in lines])
    verdicts: list[Verdict] = []
    for number, (claim, part) in enumerate(lines, 1):
        verdict = _judged(question, part, claim)
        verdict.line, verdict.lines = number, len(lines)
        verdicts.append(verdict)
        if verdict.status != "correct":
            break
    return verdicts


def _names(wrt: str | Sequence[str] | None) -> list[str]:
    texts = [wrt] if isinstance(wrt, str) else list(wrt or ())
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _declarations(let: Sequence[str] | Mapping[str, str]) -> list[str]:
    return [f"{k}: {v}" for k, v in let.items()] if hasattr(let, "items") else list(let)


def _judged(question: Question, part: Part, text: str) -> Verdict:
    """The verdict on one claim; `text` is the whole that its spans count in."""
    asked = question.asked(part)
    if asked.kind == "d" and "d" not in question.names:
        part.tree = resolved(part, Typist(asked.problem, asked.wrt), asked.wrt)
        part.readings = tuple(each for each in part.readings if "product `d " not in each)
    try:
        verdict = _read(asked, part, text)
    except MdiffError as error:
        if error.diagnostic.code[:2] != "E2":
            raise
        return _otherwise(question, asked, part, text, error)
    return verdict if verdict.typed else _otherwise(question, asked, part, text, verdict)


def _otherwise(
    question: Question, asked: Asked, part: Part, text: str, found: Verdict | MdiffError
) -> Verdict:
    """The verdict on a claim that does not fit: perhaps a name is of another kind.

    Another reading of the expression counts only where the claim is right in it, and nothing
    small makes it right in the usual one.
    """
    alone = _ill_typed(asked, part, found, text) if isinstance(found, MdiffError) else found
    if alone is not None and (alone.repair is not None or alone.convention):
        return alone
    again = question.otherwise(asked, part)
    if again is not None:
        other = _read(again, part, text)
        if other.status == "correct":
            return other
    if isinstance(found, MdiffError):
        raise _explained(asked, found, text)
    return found


def _typed(asked: Asked, part: Part) -> tuple[Typed, Problem]:
    """The claim in a problem's names; a plain 0 is zero in every shape."""
    own = asked.typist().read(part.definitions, part.tree, part.text)
    claim = own.expression
    shape = asked.shape
    match claim:
        case Number(value) if value == 0 and shape != SCALAR:
            claim = Broadcast(claim, shape, claim.span)
        case _:
            pass
    return claim, own


def _blank(asked: Asked, part: Part, text: str, proof: Proof) -> Verdict:
    """A verdict with all that is known before anything is looked for."""
    verdict = Verdict(asked, text, part.span, proof)
    verdict.shapes = {n: show_shape(v.shape) for n, v in asked.problem.variables.items()}
    return verdict


def _ill_typed(asked: Asked, part: Part, error: MdiffError, text: str) -> Verdict | None:
    """The verdict on a claim whose shapes do not fit: wrong where a small repair makes it right.

    None where none does: the shapes may have been declared wrongly.
    """
    why = error.diagnostic.message
    verdict = _blank(asked, part, text, Proof("none", "refuted", 0, why=why))
    verdict.status = "wrong"
    verdict.wrong_shape = why
    verdict.answer = answered(asked)[0]
    verdict.repair = mended(asked, part, verdict.answer)
    return None if verdict.repair is None else verdict


def _explained(asked: Asked, error: MdiffError, text: str) -> MdiffError:
    """The error of a claim whose shapes do not fit, with the true derivative."""
    found = error.diagnostic
    notes = [_origin(note) for note in found.notes]
    answer = answered(asked)[0]
    if answer:
        notes.append(f"the {NAMES[asked.name]} is `{answer}`")
    return fail(found.code, found.message, text=text, labels=found.labels, notes=notes)


def _origin(note: str) -> str:
    """Where a size comes from: what the expression says is declared to the claim."""
    while "--let '--let '" in note:
        before, _, rest = note.partition("--let '--let '")
        inner, _, after = rest.partition("''")
        note = f"{before}--let '{inner}'{after}"
    return note.replace("--let 'inferred'", "the expression")


def _read(asked: Asked, part: Part, text: str) -> Verdict:
    """The verdict on a claim in the names of a problem; raises E2xx where its shapes do not fit."""
    claim, own = _typed(asked, part)
    verdict = _held(asked, part, claim, text)
    known = [*asked.problem.readings, *part.readings, *own.readings]
    verdict.readings = tuple(dict.fromkeys(known))
    return verdict


def _held(asked: Asked, part: Part, claim: Typed, text: str) -> Verdict:
    """The verdict on a typed claim."""
    proof = asked.prove(claim)
    verdict = _blank(asked, part, text, proof)
    verdict.answer, verdict.conditions = answered(asked, needed=proof.verdict == "unknown")
    shape = asked.shape
    verdict.typed = claim if claim.shape == shape else None
    match proof.verdict:
        case "proved":
            verdict.status = "correct"
        case "unknown":
            verdict.status = "unproved"
        case "refuted":
            verdict.status = "wrong"
            if claim.shape != shape:
                shapes = show_shape(claim.shape), show_shape(shape)
                verdict.wrong_shape = f"it is {_article(shapes[0])}, not {_article(shapes[1])}"
            diagnosed(verdict, asked, part, claim)
    return verdict


def _article(shape: str) -> str:
    return "a scalar" if shape == "scalar" else shape
