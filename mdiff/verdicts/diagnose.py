"""A refuted claim → where it is right, which slip was made, or which of its terms are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.proof import reread as reread_answer
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.shapes.typed import Broadcast
from mdiff.syntax import parse
from mdiff.syntax.tree import Number
from mdiff.verdicts.claim import reread
from mdiff.verdicts.conventions import convention, scaled_convention
from mdiff.verdicts.findings import Place, Repair, Term
from mdiff.verdicts.missing import pieces
from mdiff.verdicts.nodes import detached
from mdiff.verdicts.pairs import pairs
from mdiff.verdicts.repair import Search, proved
from mdiff.verdicts.terms import by_terms, with_parts_of
from mdiff.verdicts.write import TERM, Writer, splice

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.answer import Answer
    from mdiff.proof import Proof
    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Tree
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.claim import Part
    from mdiff.verdicts.typist import Typist
    from mdiff.verdicts.verdict import Verdict


FAR = 2.0
"""What terms may cost that are mended one by one, before anything else is looked for."""


def diagnosed(verdict: Verdict, asked: Asked, part: Part, claim: Typed) -> None:
    """Say of a refuted claim all that can be found out about it."""
    verdict.convention = convention(asked, claim)
    if " as " in verdict.convention:  # another thing by that name, which needs no repair
        return
    typist = asked.typist()
    for bench in asked.benches([claim]):
        if claim.shape == SCALAR != asked.shape:
            verdict.repair = _spread(asked, part, claim, typist)
        if verdict.repair is not None:
            return
        if asked.name != "hess" and bench.equal(claim, asked.problem.expression):
            verdict.notes = ("this is the expression itself, not its derivative",)
        search = Search(part, typist, bench, asked.shape)
        answer = "" if verdict.notes else verdict.answer
        verdict.repair, rights = _repaired(search, asked, typist, answer)
        if verdict.repair is not None:
            return
        if len(rights) > 1 and not verdict.terms:
            verdict.terms = tuple(
                Term(term.tree.span, _signed(part, term.sign, term.tree), right=right)
                for term, right in zip(search.terms, rights, strict=True)
            )
    if not verdict.convention:
        verdict.convention = scaled_convention(asked, claim)


def _spread(asked: Asked, part: Part, claim: Typed, typist: Typist) -> Repair | None:
    """A scalar that was meant for a multiple of ones."""
    shape = asked.shape
    if not asked.prove(Broadcast(claim, shape, claim.span)).ok:
        return None
    writer = Writer(part.text, [part.tree], part.expression)
    sizes = ",".join(str(dim) for dim in shape if dim != ONE)
    text = f"{writer.fitting(part.tree, TERM)}{writer.style.times}ones({sizes})"
    match part.tree:
        case Number(value) if value == 1:
            text = f"ones({sizes})"
        case _:
            pass
    proof = _prover(asked, part, typist)(splice(part.text, part.tree.span, text))
    if proof is None or not proof.ok:
        return None
    return Repair((Place(("shape",), part.tree.span, text),), text, proof)


def mended(verdict: Verdict, part: Part) -> Repair | None:
    """What makes a claim right that is not even typed."""
    asked, answer = verdict.asked, verdict.answer
    typist = asked.typist()
    for bench in asked.benches([]):
        search = Search(part, typist, bench, asked.shape)
        found, _ = _repaired(search, asked, typist, answer)
        if found is not None:
            return found
    return None


def _repaired(
    search: Search, asked: Asked, typist: Typist, answer: str
) -> tuple[Repair | None, list[bool]]:
    """The smallest repair, else one term by term; and which terms are right."""
    prover = _prover(asked, search.part, typist)
    found = proved(search, search.candidates(), prover)
    if found is not None:
        return found, []
    read = parse(answer, typist.names, typist.functions).expression if answer else None
    true = None if read is None else detached(read)
    known = pieces(asked, true, search.pen.writer)
    chain = [each for each in known if each.slip == "chain"]
    found = proved(search, search.completed(chain), prover)
    if found is not None or read is None or true is None:
        return found, []
    found = proved(search, with_parts_of(search, true), prover)
    if found is not None:
        return found, []
    rights, candidate = by_terms(search, true)
    own = [candidate] if candidate else []
    simple = [each for each in own if each.cost < FAR]
    found = proved(search, simple, prover)
    if found is None:
        factors = [each for each in known if each.slip != "chain"]
        found = proved(search, search.completed(factors), prover)
    found = found or proved(search, pairs(search, read), prover) or proved(search, own, prover)
    return found, rights


def answer(verdict: Verdict, part: Part, *, needed: bool = False) -> None:
    """Fill in the true derivative and its conditions, where mdiff has one that is proved.

    `needed`: raises what deriving raises, where that says why nothing can be proved.
    """
    asked = verdict.asked
    try:
        found = _derived(asked)
        if found is None or not (verdict.proof.ok or _is_proved(asked, found.plain)):
            return
        verdict.answer, verdict.conditions = found.plain, found.conditions
        verdict.forms = {"plain": found.plain, "unicode": found.unicode, "latex": found.latex}
    except MdiffError:
        if needed:
            raise
        return
    typist = asked.typist()
    program = parse(verdict.answer, typist.names, typist.functions)
    verdict.shown = verdict.answer
    if not program.definitions:
        writer = Writer(part.text, [part.tree], part.expression)
        verdict.shown, _ = writer.write(detached(program.expression))


def _is_proved(asked: Asked, plain: str) -> bool:
    """Whether an answer, as it is printed, is proved: only then it is told as what is right."""
    changing = asked.wrt if asked.kind == "d" else ()
    return asked.prove(reread_answer(asked.problem, plain, changing)).ok


def _derived(asked: Asked) -> Answer | None:
    text, let = asked.problem.text, asked.declarations({})
    match asked.name:
        case "d":
            return api.d(text, asked.wrt, let)
        case "jac":
            return api.jac(text, asked.wrt, let)
        case "hess":
            return api.hess(text, tuple(dict.fromkeys(asked.of)), let)
        case "grad":
            if asked.structure in ("projected", "ambient"):
                return api.grad(text, asked.wrt[0], let, structure=asked.structure)
            return None


def _prover(asked: Asked, part: Part, typist: Typist) -> Callable[[str], Proof | None]:
    """What proves a repaired text: it is read again, as if it had been typed."""

    def prove(text: str) -> Proof | None:
        other = reread(part, text, typist.names, typist.functions)
        found = typist.read(other.definitions, other.tree, other.text)
        known = found.sizes <= asked.problem.sizes and typist.names.issuperset(found.variables)
        return asked.prove(found.expression) if known else None

    return prove


def _signed(part: Part, sign: int, tree: Tree) -> str:
    text = part.text[slice(*tree.span)]
    return text if sign > 0 else f"-{text}"
