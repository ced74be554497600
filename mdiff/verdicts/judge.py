"""An expression and the text of a claim → the verdict, with what is wrong and what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.errors import MdiffError
from mdiff.kinds import answer
from mdiff.proof import reread
from mdiff.proof.result import Proof
from mdiff.question import Question, by_name, names_of, texts_of
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.typed import Broadcast, Number
from mdiff.verdicts.asked import Claimed, admitted
from mdiff.verdicts.bench import benches
from mdiff.verdicts.claim import read, resolved
from mdiff.verdicts.conventions import convention, scaled_convention
from mdiff.verdicts.nodes import detached
from mdiff.verdicts.repair import repaired
from mdiff.verdicts.search import Search
from mdiff.verdicts.verdict import Term, Verdict
from mdiff.verdicts.write import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.answer import Answer
    from mdiff.errors import Label
    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Typed
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.claim import Part

Asking = Literal["grad", "d", "jac", "hess"]
"""What a claim is about: gradient, differential, Jacobian, Hessian."""

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
    question = Question(expr, names_of(wrt), texts_of(let), kind, structure=structure)
    verdicts = check_each(question, [claim], seed)
    return next((each for each in verdicts if each.status != "correct"), verdicts[-1])


def check_each(question: Question, claims: Sequence[str], seed: int = 0) -> list[Verdict]:
    """The verdicts on all lines of a derivation."""
    claimed = Claimed(question.but(wrt=by_name(question.wrt)), seed)
    chains = [
        (claim, read(claim, claimed.program, claimed.names, claimed.functions)) for claim in claims
    ]
    changing = claimed.changing([part for _, parts in chains for part in parts])
    verdicts: list[Verdict] = []
    for claim, parts in chains:  # what is joined by `=` is the differential where one part is
        asked = claimed.asked(changing if any(map(claimed.differential, parts)) else ())
        verdicts += [_judged(claimed, asked, part, claim) for part in parts]
    rows = [each.text.count("\n", 0, each.trimmed[0]) + 1 for each in verdicts]
    where = [f"line {row}" for row in rows]
    if len(set(rows)) < len(rows):
        where = [f"claim {at}" for at, _ in enumerate(rows, 1)]
    numbered = enumerate(zip(verdicts, where if len(rows) > 1 else [""], strict=True), 1)
    return [each.but(line=at, lines=len(rows), where=place) for at, (each, place) in numbered]


def _judged(claimed: Claimed, asked: Asked, part: Part, text: str) -> Verdict:
    """The verdict on one claim; `text` is the whole that its spans count in."""
    claim: Typed | None = None
    clash: tuple[Label, ...] = ()
    readings = [*part.readings]
    try:
        if asked.kind == "d" and "d" not in claimed.names:
            part = part.but(tree=resolved(part, asked))
        asked, told = admitted(claimed, asked, part)
        readings[:0] = told
        own = asked.typed(part)
        claim, readings = own.expression, [*readings, *own.readings]
        if isinstance(claim, Number) and claim.value == 0 and asked.shape != SCALAR:
            claim = Broadcast(claim, asked.shape, claim.span)  # zero in every shape
        proof = asked.prove(claim)
    except MdiffError as error:
        found = error.diagnostic
        if found.code[:2] != "E2" or found.code in OPEN:
            raise
        # what has no shape is no derivative
        proof, clash = Proof("none", "refuted", 0, None, found.message, "shape"), found.labels
    readings = [*dict.fromkeys((*asked.problem.readings, *readings))]
    known, shown = _known(asked, part, proof)
    verdict = Verdict(asked, text, part.span, proof, known, shown, claim, clash, tuple(readings))
    if verdict.status != "wrong":
        return verdict
    if claim is None:
        return _repaired(verdict, part, [])
    sense = convention(asked, claim)
    verdict = verdict.but(sense=sense)
    if sense is not None and sense.kind == "structure":  # needs no repair
        return verdict
    verdict = _repaired(verdict, part, [claim])
    if verdict.repair is None and sense is None:
        return verdict.but(sense=scaled_convention(asked, claim))
    return verdict


def _repaired(verdict: Verdict, part: Part, claims: list[Typed]) -> Verdict:
    """A verdict with what repairs a wrong claim, or with the terms of it that are right."""
    asked = verdict.asked
    for bench in benches(asked, claims):
        if asked.name != "hess" and any(bench.equal(c, asked.problem.expression) for c in claims):
            verdict = verdict.but(notes=("this is the expression itself, not its derivative",))
        search = Search(asked, part, bench)
        right = "" if verdict.notes else verdict.answer
        found = repaired(search, right)
        if found is not None:
            return verdict.but(repair=found)
        if claims and right and not verdict.terms:
            terms = []
            for each in search.terms if len(search.terms) > 1 else ():
                source = part.text[slice(*each.tree.span)]
                source = source if each.sign > 0 else f"-{source}"
                terms.append(Term(each.tree.span, source, each in search.rights))
            verdict = verdict.but(terms=tuple(terms))
    return verdict


def _known(asked: Asked, part: Part, proof: Proof) -> tuple[Answer | None, str]:
    """The true derivative, where mdiff has one that is proved, and as the user would write it.

    Where nothing can be proved, raises what deriving raises, which says why.
    """
    if asked.structure in ("entries", "tangent"):
        return None, ""
    try:
        by, let = tuple(dict.fromkeys(asked.of)), asked.declarations({})
        text, structure = asked.problem.text, asked.structure
        found = answer(Question(text, by, let, asked.name, structure=structure))
        if not proof.ok and not asked.prove(reread(asked.problem, found.plain, asked.changing)).ok:
            return None, ""
    except MdiffError:
        if proof.verdict == "unknown":
            raise
        return None, ""
    shown = found.plain
    if ";" not in shown:
        shown = Writer(part).write(detached(asked.parse(shown)))
    return found, shown
