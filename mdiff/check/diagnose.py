"""A refuted claim → where it is right, which slip was made, or which of its terms are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff import api
from mdiff.check.claim import reread
from mdiff.check.conventions import convention
from mdiff.check.repair import Search, proved
from mdiff.check.typist import Typist
from mdiff.check.verdict import Term
from mdiff.errors import MdiffError
from mdiff.proof.bench import ExactBench
from mdiff.proof.field import Unsupported
from mdiff.shapes.dims import show_shape
from mdiff.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mdiff.api import Answer
    from mdiff.check.claim import Part
    from mdiff.check.conventions import Asked
    from mdiff.check.verdict import Repair, Verdict
    from mdiff.proof import Proof
    from mdiff.proof.bench import Bench
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.typed import Declared, Problem, Typed
    from mdiff.syntax.tree import Tree


def diagnosed(verdict: Verdict, asked: Asked, part: Part, claim: Typed) -> None:
    """Say of a refuted claim all that can be found out about it."""
    found = convention(asked, claim)
    if found is not None:
        verdict.convention = found[0]
    typist = _typist(asked)
    for bench in _benches(asked, [claim]):
        if not verdict.notes and bench.equal(claim, asked.problem.expression):
            verdict.notes = ("this is the expression itself, not its derivative",)
        search = Search(part, typist, bench, _wanted(asked))
        verdict.repair = _repaired(search, asked, part, typist)
        if verdict.repair is not None:
            return
        if not verdict.answer:
            continue
        rights, candidate = search.by_terms(_tree(typist, verdict.answer))
        if candidate is not None:
            verdict.repair = proved(search, [candidate], _prover(asked, part, typist))
        if verdict.repair is not None:
            return
        if len(rights) > 1 and not verdict.terms:
            verdict.terms = tuple(
                Term(term.tree.span, _signed(part, term.sign, term.tree), right=right)
                for term, right in zip(search.terms, rights, strict=True)
            )


def mended(asked: Asked, part: Part) -> Repair | None:
    """What makes a claim right that is not even typed."""
    typist = _typist(asked)
    for bench in _benches(asked, []):
        search = Search(part, typist, bench, _wanted(asked))
        found = _repaired(search, asked, part, typist)
        if found is not None:
            return found
        try:
            known = answer(asked)
        except MdiffError:
            return None
        if known is None:
            return None
        _, candidate = search.by_terms(_tree(typist, known.plain))
        if candidate is not None:
            return proved(search, [candidate], _prover(asked, part, typist))
    return None


def answer(asked: Asked) -> Answer | None:
    """The true derivative, None in a sense that is not answered; raises what deriving raises."""
    problem = asked.problem
    let = [*map(_declaration, problem.variables.values()), *_functions(problem)]
    if asked.kind == "d":
        return api.d(problem.text, asked.wrt, let)
    if asked.structure not in ("projected", "ambient"):
        return None
    return api.grad(problem.text, asked.wrt[0], let, structure=asked.structure)


def _declaration(declared: Declared) -> str:
    return " ".join(
        [f"{declared.name}: {show_shape(declared.shape)}", *sorted(declared.properties)]
    )


def _functions(problem: Problem) -> Iterator[str]:
    for name, rows in problem.functions.items():
        if f"grad{name}" in problem.functions:
            _, argument = rows[0].parameters[0]
            yield f"{name}: {'R' if argument == 'scalar' else f'R^{{{argument}}}'} -> R"


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


def _wanted(asked: Asked) -> Shape:
    if asked.kind == "d":
        return asked.problem.expression.shape
    return asked.problem.variables[asked.wrt[0]].shape


def _typist(asked: Asked) -> Typist:
    return Typist(asked.problem, asked.wrt if asked.kind == "d" else ())


def _repaired(search: Search, asked: Asked, part: Part, typist: Typist) -> Repair | None:
    return proved(search, search.candidates(), _prover(asked, part, typist))


def _prover(asked: Asked, part: Part, typist: Typist) -> Callable[[str], Proof | None]:
    """What proves a repaired text: it is read again, as if it had been typed."""

    def prove(text: str) -> Proof | None:
        other = reread(part, text, typist.names, typist.functions)
        claim = typist.quickly(other.definitions, other.tree, _wanted(asked))
        return None if claim is None else asked.prove(claim)

    return prove


def _tree(typist: Typist, text: str) -> Tree:
    """The true answer as a tree; definitions at its beginning are rare, and left out of account."""
    return parse(text, typist.names, typist.functions).expression


def _signed(part: Part, sign: int, tree: Tree) -> str:
    text = part.text[slice(*tree.span)]
    return text if sign > 0 else f"-{text}"
