"""A refuted claim → where it is right, which slip was made, or which of its terms are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff import api
from mdiff.check.claim import reread
from mdiff.check.conventions import convention
from mdiff.check.nodes import detached
from mdiff.check.repair import Search, proved
from mdiff.check.terms import by_terms, with_parts_of
from mdiff.check.verdict import Place, Repair, Term
from mdiff.check.write import TERM, Writer, splice
from mdiff.errors import MdiffError
from mdiff.proof.bench import ExactBench
from mdiff.proof.field import Unsupported
from mdiff.proof.reread import unknown_functions
from mdiff.shapes.dims import ONE, SCALAR, show_shape
from mdiff.shapes.typed import Broadcast
from mdiff.syntax import parse
from mdiff.syntax.tree import Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mdiff.check.claim import Part
    from mdiff.check.conventions import Asked
    from mdiff.check.typist import Typist
    from mdiff.check.verdict import Verdict
    from mdiff.proof import Proof
    from mdiff.proof.bench import Bench
    from mdiff.shapes.typed import Declared, Typed
    from mdiff.syntax.tree import Tree


def diagnosed(verdict: Verdict, asked: Asked, part: Part, claim: Typed) -> None:
    """Say of a refuted claim all that can be found out about it."""
    found = convention(asked, claim)
    if found is not None:
        verdict.convention = found[0]
        if " as " in found[0]:  # another thing by that name, which needs no repair
            return
    typist = asked.typist()
    for bench in _benches(asked, [claim]):
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


def _spread(asked: Asked, part: Part, claim: Typed, typist: Typist) -> Repair | None:
    """A scalar that was meant for a multiple of ones."""
    shape = asked.shape
    if not asked.prove(Broadcast(claim, shape, claim.span)).ok:
        return None
    writer = Writer(part.text, [part.tree])
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
    return Repair((Place("shape", part.tree.span, text),), text, proof)


def mended(asked: Asked, part: Part, answer: str) -> Repair | None:
    """What makes a claim right that is not even typed; `answer` is the true one, if it is known."""
    typist = asked.typist()
    for bench in _benches(asked, []):
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
    if found is not None or not answer:
        return found, []
    true = detached(parse(answer, typist.names, typist.functions).expression)
    found = proved(search, with_parts_of(search, true), prover)
    if found is not None:
        return found, []
    rights, candidate = by_terms(search, true)
    return proved(search, [candidate] if candidate else [], prover), rights


def answered(asked: Asked, *, needed: bool = False) -> tuple[str, tuple[str, ...]]:
    """The true derivative and its conditions; "" where mdiff has none.

    `needed`: raises what deriving raises, where that says why nothing can be proved.
    """
    problem = asked.problem
    let = [*map(_declaration, problem.variables.values()), *unknown_functions(problem)]
    try:
        if asked.name == "d":
            found = api.d(problem.text, asked.wrt, let)
        elif asked.name == "jac":
            found = api.jac(problem.text, asked.wrt, let)
        elif asked.name == "hess":
            found = api.hess(problem.text, tuple(dict.fromkeys(asked.of)), let)
        elif asked.structure in ("projected", "ambient"):
            found = api.grad(problem.text, asked.wrt[0], let, structure=asked.structure)
        else:
            return "", ()
        texts = found.plain, found.conditions
    except MdiffError:
        if needed:
            raise
        return "", ()
    return texts


def _declaration(declared: Declared) -> str:
    return " ".join(
        [f"{declared.name}: {show_shape(declared.shape)}", *sorted(declared.properties)]
    )


def _benches(asked: Asked, anchors: list[Typed]) -> Iterator[Bench]:
    """Where claims are tried: exactly, and where that may miss something, in floating point."""
    trusted = False
    try:
        exact = ExactBench(
            asked.problem, asked.kind, asked.wrt, asked.structure, asked.seed, anchors
        )
        trusted = exact.trusted
        yield exact
    except Unsupported:
        pass
    if trusted:
        return
    from mdiff.proof.bench_numeric import NumericBench

    try:
        yield NumericBench(
            asked.problem, asked.kind, asked.wrt, asked.structure, asked.seed, anchors
        )
    except Unsupported:
        return


def _prover(asked: Asked, part: Part, typist: Typist) -> Callable[[str], Proof | None]:
    """What proves a repaired text: it is read again, as if it had been typed."""

    def prove(text: str) -> Proof | None:
        other = reread(part, text, typist.names, typist.functions)
        claim = typist.quickly(other.definitions, other.tree)
        return None if claim is None else asked.prove(claim)

    return prove


def _signed(part: Part, sign: int, tree: Tree) -> str:
    text = part.text[slice(*tree.span)]
    return text if sign > 0 else f"-{text}"
