"""A refuted claim → the other convention or condition in which it is right, proved, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.dims import ONE, SCALAR
from mdiff.shapes.typed import Declared, Problem, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.check.asked import Asked
    from mdiff.proof import Proof
    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Property, Typed

TIED: frozenset[Property] = frozenset(
    {"symmetric", "spd", "diagonal", "skew", "lower", "upper", "toeplitz", "symtoeplitz"}
)
"""Properties that tie entries of a variable to each other, or to zero."""

MOST_NAMES = 6
"""Square variables that are tried as symmetric ones."""


def convention(asked: Asked, claim: Typed) -> tuple[str, Proof] | None:
    """In what other convention a refuted claim is right, with the proof; None where in none."""
    for words, other, text in _attempts(asked, claim):
        proof = other.prove(text)
        if proof.ok:
            return words, proof
    return None


Attempt = tuple[str, "Asked", "Typed"]


def _attempts(asked: Asked, claim: Typed) -> Iterator[Attempt]:
    shape = asked.shape
    if asked.kind == "grad" and claim.shape == shape:
        yield from _structures(asked, claim)
    turned = Transpose(claim, (claim.shape[1], claim.shape[0]), claim.span)
    if asked.kind != "d" and turned.shape == shape != SCALAR:
        layout = "numerator" if asked.kind == "grad" else "denominator"
        yield f"right in {layout} layout (transposed)", asked, turned
    if claim.shape == shape:
        yield from _symmetric(asked, claim)


def _structures(asked: Asked, claim: Typed) -> Iterator[Attempt]:
    """Gradients of a structured variable in another sense."""
    name = asked.wrt[0]
    properties = asked.problem.variables[name].properties
    tied = sorted(properties & TIED)
    words: dict[Structure, str] = {}
    if tied:
        words["projected"] = f"right as the projected gradient by a {tied[0]} {name}"
        words["ambient"] = f"right as the ambient gradient (all entries of {name} free)"
        words["entries"] = f"right as the entries table of a {tied[0]} {name}, not its gradient"
    if "orthogonal" in properties:
        words["tangent"] = f"right as the gradient tangent to the orthogonal matrices at {name}"
    for structure, word in words.items():
        if structure != asked.structure:
            yield word, asked.with_structure(structure), claim


def _symmetric(asked: Asked, claim: Typed) -> Iterator[Attempt]:
    """Square variables taken as symmetric: each alone, then all of them."""
    names = [
        declared.name
        for declared in asked.problem.variables.values()
        if declared.shape[0] == declared.shape[1] != ONE and not declared.properties & TIED
    ][:MOST_NAMES]
    groups: list[tuple[str, ...]] = [(name,) for name in names]
    if len(names) > 1:
        groups.append(tuple(names))
    for group in groups:
        own = asked.kind == "grad" and asked.wrt[0] in group
        symmetric = asked.with_problem(_with_symmetric(asked.problem, group))
        words = f"right if {group[0]} is symmetric"
        if len(group) > 1:
            words = f"right if {', '.join(group[:-1])} and {group[-1]} are symmetric"
        yield words, symmetric.with_structure("projected") if own else symmetric, claim
        if own:
            name = asked.wrt[0]
            words = f"right as the entries table of a symmetric {name}, not its gradient"
            yield words, symmetric.with_structure("entries"), claim


def _with_symmetric(problem: Problem, names: tuple[str, ...]) -> Problem:
    """The problem with some variables declared symmetric; the expression is the same."""
    variables = dict(problem.variables)
    for name in names:
        known = variables[name]
        properties: frozenset[Property] = known.properties.union(("symmetric",))
        variables[name] = Declared(name, known.shape, properties, known.origin)
    return Problem(
        problem.expression,
        variables,
        problem.functions,
        problem.sizes,
        problem.readings,
        problem.text,
    )
