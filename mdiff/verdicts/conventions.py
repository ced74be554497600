"""A refuted claim → the other convention or condition in which it is right, proved, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.properties import LINEAR
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.shapes.typed import Declared, Number, Problem, Product, Transpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Property, Typed
    from mdiff.verdicts.asked import Asked

MOST_NAMES = 6
"""Square variables that are tried as symmetric ones."""


def convention(asked: Asked, claim: Typed) -> str:
    """In what other convention, or under what condition, a refuted claim is right; "" in none."""
    for words, other, form in _attempts(asked, claim):
        if other.prove(form).ok:
            return words
        if other is asked:
            multiple = _multiple(asked, form)
            if multiple:
                return f"{words}, up to {multiple}"
    return ""


def scaled_convention(asked: Asked, claim: Typed) -> str:
    """In what other convention a multiple of a refuted claim is right; "" where in none."""
    for words, other, form in _attempts(asked, claim):
        multiple = _multiple(other, form)
        if multiple:
            return f"{words}, up to {multiple}"
    return ""


def _multiple(asked: Asked, form: Typed) -> str:
    """Up to what factor something is right, in words; "" where up to none."""
    bench = next(asked.benches([form]), None)
    measure = None if bench is None else bench.measure(form)
    factor = None if bench is None or measure is None else bench.factor(measure, bench.truth)
    if factor is None or factor.sizes:
        return ""
    number = Number(factor.number, SCALAR, form.span)
    multiple = Product((("scale", number), ("scale", form)), form.shape, form.span)
    if not asked.prove(multiple).ok:
        return ""
    if factor.number > 0:
        return "a positive factor"
    return "the sign" if factor.number == -1 else f"the factor {factor.number}"


Attempt = tuple[str, "Asked", "Typed"]


def _attempts(asked: Asked, claim: Typed) -> Iterator[Attempt]:
    """The senses in which a claim may be right, in words, each with what it is held against."""
    shape = asked.shape
    if asked.kind == "grad" and claim.shape == shape:
        yield from _structures(asked, claim)
    turned = Transpose(claim, (claim.shape[1], claim.shape[0]), claim.span)
    other = "numerator" if asked.kind == "grad" else "denominator"
    forms = [("right", claim)] if claim.shape == shape else []
    if asked.kind != "d" and turned.shape == shape != SCALAR:
        forms.append((f"right in {other} layout (transposed)", turned))
    for words, form in forms:
        if form is turned:
            yield words, asked, form
    for words, form in forms:
        for condition, under in _conditions(asked):
            yield f"{words} {condition}", under, form


def _structures(asked: Asked, claim: Typed) -> Iterator[Attempt]:
    """Gradients of a structured variable in another sense."""
    name = asked.wrt[0]
    properties = asked.problem.variables[name].properties
    tied = sorted(properties & LINEAR)
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


def _conditions(asked: Asked) -> Iterator[tuple[str, Asked]]:
    """Variables taken as what nobody declared: symmetric, each alone, then all; positive; a sum."""
    variables = asked.problem.variables.values()
    names = [
        each.name
        for each in variables
        if each.shape[0] == each.shape[1] != ONE and not each.properties & LINEAR
    ][:MOST_NAMES]
    groups: list[tuple[str, ...]] = [(name,) for name in names]
    if len(names) > 1:
        groups.append(tuple(names))
    for group in groups:
        own = asked.kind == "grad" and asked.wrt[0] in group
        symmetric = asked.with_problem(_with(asked.problem, group, "symmetric"))
        words = f"if {group[0]} is symmetric"
        if len(group) > 1:
            words = f"if {', '.join(group[:-1])} and {group[-1]} are symmetric"
        yield words, symmetric.with_structure("projected") if own else symmetric
        if own:
            name = asked.wrt[0]
            words = f"as the entries table of a symmetric {name}, not its gradient"
            yield words, symmetric.with_structure("entries")
    bare = [each for each in variables if ONE in each.shape and not each.properties]
    for each in bare[:MOST_NAMES]:
        positive = asked.with_problem(_with(asked.problem, (each.name,), "positive"))
        yield f"if {each.name} is positive", positive
        if each.shape[0] != ONE == each.shape[1] and each.name not in asked.wrt:
            simplex = asked.with_problem(_with(asked.problem, (each.name,), "simplex"))
            yield f"if {each.name} sums to one", simplex


def _with(problem: Problem, names: tuple[str, ...], what: Property) -> Problem:
    """The problem with some variables declared more than they are; the expression is the same."""
    variables = dict(problem.variables)
    for name in names:
        known = variables[name]
        properties: frozenset[Property] = known.properties.union((what,))
        variables[name] = Declared(name, known.shape, properties, known.origin)
    return Problem(
        problem.expression,
        variables,
        problem.functions,
        problem.sizes,
        problem.readings,
        problem.text,
    )
