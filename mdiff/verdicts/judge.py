"""An expression and the text of a claim → the verdict, with what is wrong and what is right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.proof.result import Proof
from mdiff.shapes.dims import SCALAR, show_shape
from mdiff.shapes.typed import Broadcast, Number
from mdiff.verdicts.diagnose import answer, diagnosed, mended
from mdiff.verdicts.differentials import resolved
from mdiff.verdicts.question import Question
from mdiff.verdicts.strangers import admitted
from mdiff.verdicts.typist import Typist
from mdiff.verdicts.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.errors import Span
    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Problem, Typed
    from mdiff.verdicts.asked import Asked, Asking
    from mdiff.verdicts.claim import Part


OPEN = frozenset({"E119", "E209", "E217", "E218", "E219"})
"""Codes of texts that may be read in two ways: whoever claims one is asked which is meant."""


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
    one, and the verdict is that on the first that is not correct.

    Jacobians (numerator layout) and Hessians are of vec by columns; a Hessian by two variables is
    the mixed block, rows the first one.

    What the names of `expr` are is decided by `expr` and `let` alone. A claim whose shapes do not
    fit is wrong; a name that only the claim has is what fits, and is told in `readings`.

    Raises `MdiffError` for a text that cannot be read, or in two ways, and for an expression with
    something wrong about its names or shapes.

    >>> check("x^T A x", "2 A x", "x").sentence
    'wrong: right if A is symmetric; the gradient is (A + A^T) x'
    """
    verdicts = check_each(expr, [claim], wrt, let, kind=kind, structure=structure, seed=seed)
    return next((each for each in verdicts if each.status != "correct"), verdicts[-1])


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
    """The verdicts on all lines of a derivation."""
    question = Question(expr, _names(wrt), _declarations(let), kind, structure, seed)
    chains = [(claim, question.read(claim)) for claim in claims]
    lines = [(claim, part) for claim, parts in chains for part in parts]
    question.changing_in([part for _, part in lines])
    verdicts: list[Verdict] = []
    for claim, parts in chains:  # what is joined by `=` is the differential where one part is
        asked = question.asked(differential=any(map(question.differential, parts)))
        verdicts += [_judged(question, asked, part, claim) for part in parts]
    rows = [text.count("\n", 0, _start(text, part.span)) + 1 for text, part in lines]
    for number, (verdict, row) in enumerate(zip(verdicts, rows, strict=True), 1):
        verdict.line, verdict.lines = number, len(lines)
        if len(lines) > 1:
            verdict.where = f"line {row}" if len(set(rows)) == len(rows) else f"claim {number}"
    return verdicts


def _start(text: str, span: Span) -> int:
    """Where a claim begins, without the blanks before it."""
    return span[1] - len(text[span[0] : span[1]].lstrip())


def _names(wrt: str | Sequence[str] | None) -> list[str]:
    texts = [wrt] if isinstance(wrt, str) else list(wrt or ())
    return api.by_name([part for text in texts for part in text.split(",") if part.strip()])


def _declarations(let: Sequence[str] | Mapping[str, str]) -> list[str]:
    return [f"{k}: {v}" for k, v in let.items()] if hasattr(let, "items") else list(let)


def _judged(question: Question, asked: Asked, part: Part, text: str) -> Verdict:
    """The verdict on one claim; `text` is the whole that its spans count in."""
    told: tuple[str, ...] = ()
    try:
        if asked.kind == "d" and "d" not in question.names:
            part.tree = resolved(part, Typist(asked.problem, asked.wrt), asked.wrt)
            part.readings = tuple(each for each in part.readings if "product `d " not in each)
        renamed = partial(question.renamed, asked)
        asked, told = admitted(asked, part, question.unnamed(asked), renamed)
        claim, own = _typed(asked, part)
        verdict, readings = _held(asked, part, claim, text), own.readings
    except MdiffError as error:
        if error.diagnostic.code[:2] != "E2" or error.diagnostic.code in OPEN:
            raise
        verdict, readings = _ill_typed(asked, part, error, text), ()
    known = [*asked.problem.readings, *told, *part.readings, *readings]
    verdict.readings = tuple(dict.fromkeys(known))
    return verdict


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


def _ill_typed(asked: Asked, part: Part, error: MdiffError, text: str) -> Verdict:
    """The verdict on a claim in which shapes do not fit: what has no shape is no derivative."""
    found = error.diagnostic
    verdict = _blank(asked, part, text, Proof("none", "refuted", 0, why=found.message))
    verdict.status = "wrong"
    verdict.wrong_shape = found.message
    verdict.clash = found.labels
    answer(verdict, part)
    verdict.repair = mended(verdict, part)
    return verdict


def _held(asked: Asked, part: Part, claim: Typed, text: str) -> Verdict:
    """The verdict on a typed claim."""
    proof = asked.prove(claim)
    verdict = _blank(asked, part, text, proof)
    answer(verdict, part, needed=proof.verdict == "unknown")
    verdict.typed = claim if claim.shape == asked.shape else None
    match proof.verdict:
        case "proved":
            verdict.status = "correct"
        case "unknown":
            verdict.status = "unproved"
        case "refuted":
            verdict.status = "wrong"
            verdict.wrong_shape = "" if verdict.typed else proof.why
            diagnosed(verdict, asked, part, claim)
    return verdict
