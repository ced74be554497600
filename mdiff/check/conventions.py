"""A refuted claim → the other convention or condition in which it is right, proved, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import MdiffError
from mdiff.proof import prove
from mdiff.shapes.dims import ONE
from mdiff.shapes.typed import Declared, Problem, Transpose, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mdiff.proof import Proof
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Property, Typed

    Retype = Callable[[Problem], tuple[Problem, Typed] | None]

TIED: frozenset[Property] = frozenset(
    {"symmetric", "spd", "diagonal", "skew", "lower", "upper", "toeplitz", "symtoeplitz"}
)
"""Properties that tie entries of a variable to each other, or to zero."""

MOST_NAMES = 6
"""Square variables that are tried as symmetric ones."""


class Asked:
    """How a derivative is asked for: the problem, by what, as what."""

    __slots__ = ("kind", "problem", "seed", "structure", "wrt")

    def __init__(
        self, problem: Problem, kind: Kind, wrt: tuple[str, ...], structure: Structure, seed: int
    ) -> None:
        self.problem = problem
        self.kind = kind
        self.wrt = wrt
        self.structure = structure
        self.seed = seed

    def prove(self, claim: Typed, structure: Structure | None = None) -> Proof:
        """The proof of a claim."""
        return prove(
            self.problem,
            self.kind,
            self.wrt,
            claim,
            structure=structure or self.structure,
            seed=self.seed,
        )


def convention(asked: Asked, claim: Typed, retyped: Retype) -> tuple[str, Proof] | None:
    """In what other convention a refuted claim is right, with the proof; None where in none.

    `retyped` reads expression and claim again where the problem's variables have more properties.
    """
    for words, attempt in _attempts(asked, claim, retyped):
        try:
            proof = attempt()
        except MdiffError:
            continue
        if proof is not None and proof.ok:
            return words, proof
    return None


def _attempts(
    asked: Asked, claim: Typed, retyped: Retype
) -> Iterator[tuple[str, Callable[[], Proof | None]]]:
    turned = Transpose(claim, (claim.shape[1], claim.shape[0]), claim.span)
    if asked.kind == "grad":
        yield from _structures(asked, claim)
        if _shape(asked) == turned.shape and turned.shape != (ONE, ONE):
            yield "right in numerator layout (transposed)", lambda: asked.prove(turned)
    if claim.shape == _shape(asked):
        yield from _symmetric(asked, retyped)


def _shape(asked: Asked) -> tuple[object, object]:
    if asked.kind == "grad":
        return asked.problem.variables[asked.wrt[0]].shape
    return asked.problem.expression.shape


def _structures(
    asked: Asked, claim: Typed
) -> Iterator[tuple[str, Callable[[], Proof | None]]]:
    """Gradients of a structured variable in another sense."""
    name = asked.wrt[0]
    declared = asked.problem.variables[name]
    if claim.shape != declared.shape:
        return
    tied = sorted(declared.properties & TIED)
    if tied:
        words: dict[Structure, str] = {
            "projected": f"right as the projected gradient by a {tied[0]} {name}",
            "ambient": f"right as the ambient gradient (all entries of {name} free)",
            "entries": f"right as the entries table of a {tied[0]} {name}, not its gradient",
        }
        for structure, word in words.items():
            if structure != asked.structure:
                yield word, lambda structure=structure: asked.prove(claim, structure)  # type: ignore[misc]
    if "orthogonal" in declared.properties and asked.structure != "tangent":
        word = f"right as the gradient tangent to the orthogonal matrices at {name}"
        yield word, lambda: asked.prove(claim, "tangent")


def _symmetric(
    asked: Asked, retyped: Retype
) -> Iterator[tuple[str, Callable[[], Proof | None]]]:
    """Square variables taken as symmetric: each alone, then all of them."""
    names = [
        declared.name
        for declared in asked.problem.variables.values()
        if declared.shape[0] == declared.shape[1] != ONE and not declared.properties & TIED
    ][:MOST_NAMES]
    groups = [(name,) for name in names]
    if len(names) > 1:
        groups.append(tuple(names))
    for group in groups:
        yield f"right if {_listed(group)} symmetric", lambda group=group: _as_symmetric(  # type: ignore[misc]
            asked, group, retyped, "projected"
        )
        if asked.kind == "grad" and asked.wrt[0] in group:
            word = f"the entries table of a symmetric {asked.wrt[0]}, not its gradient"
            yield f"right as {word}", lambda group=group: _as_symmetric(  # type: ignore[misc]
                asked, group, retyped, "entries"
            )


def _listed(names: tuple[str, ...]) -> str:
    if len(names) == 1:
        return f"{names[0]} is"
    return f"{', '.join(names[:-1])} and {names[-1]} are"


def _as_symmetric(
    asked: Asked, names: tuple[str, ...], retyped: Retype, structure: Structure
) -> Proof | None:
    problem = with_property(asked.problem, names, "symmetric")
    found = retyped(problem)
    if found is None:
        return None
    other, claim = found
    again = Asked(other, asked.kind, asked.wrt, structure, asked.seed)
    if asked.kind == "grad" and asked.wrt[0] not in names:
        again.structure = asked.structure
    return again.prove(claim)


def with_property(problem: Problem, names: tuple[str, ...], more: Property) -> Problem:
    """The problem with a property more of some variables; its expression is typed before that."""
    variables = {
        name: Declared(name, known.shape, known.properties | {more}, known.origin)
        if name in names
        else known
        for name, known in problem.variables.items()
    }
    return Problem(
        problem.expression,
        variables,
        problem.functions,
        problem.sizes,
        problem.readings,
        problem.text,
    )


__all__ = ["Asked", "Variable", "convention", "with_property"]
