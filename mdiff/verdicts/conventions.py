"""A refuted claim → the other convention or condition in which it is right, proved, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.properties import LINEAR
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.shapes.typed import Number, Product, Transpose
from mdiff.verdicts.bench import benches
from mdiff.verdicts.verdict import Sense

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Property, Typed
    from mdiff.verdicts.asked import Asked

    Attempt = tuple[Sense, Asked, Typed]
    """A sense in which something may be right, and what it is then held against."""

MOST_NAMES = 6  # square variables that are tried as symmetric ones


def convention(asked: Asked, claim: Typed) -> Sense | None:
    """In what other convention, or under what condition, a refuted claim is right."""
    for sense, other, form in _attempts(asked, claim):
        if other.prove(form, hasty=True).ok:
            return sense
        if other is asked:
            found = _up_to_a_factor([(sense, other, form)])
            if found is not None:
                return found
    return None


def scaled_convention(asked: Asked, claim: Typed) -> Sense | None:
    """In what other convention a multiple of a refuted claim is right."""
    return _up_to_a_factor(_attempts(asked, claim))


def _up_to_a_factor(attempts: Iterable[Attempt]) -> Sense | None:
    """The first sense in which a multiple is right."""
    for sense, asked, form in attempts:
        bench = next(benches(asked, [form]), None)
        measure = bench and bench.measure(form)
        factor = bench.factor(measure, bench.truth) if bench and measure else None
        if factor is None or factor.sizes:
            continue
        number = Number(factor.number, SCALAR, form.span)
        multiple = Product((("scale", number), ("scale", form)), form.shape, form.span)
        if asked.prove(multiple, hasty=True).ok:
            what = "the sign" if factor.number == -1 else f"the factor {factor.number}"
            what = "a positive factor" if factor.number > 0 else what
            return Sense(sense.kind, f"{sense.words}, up to {what}")
    return None


def _attempts(asked: Asked, claim: Typed) -> Iterator[Attempt]:
    """The senses in which a claim may be right: another structure, layout, or condition."""
    shape = asked.shape
    if asked.kind == "grad" and claim.shape == shape:
        for structure, words in _structures(asked):
            if structure != asked.structure:
                other = asked.but(structure=structure)
                yield Sense("structure", f"right {words}"), other, claim
    turned = Transpose(claim, (claim.shape[1], claim.shape[0]), claim.span)
    forms = [(Sense("condition", "right"), claim)] if claim.shape == shape else []
    if asked.kind != "d" and turned.shape == shape != SCALAR:
        layout = "numerator" if asked.kind == "grad" else "denominator"
        forms.append((Sense("layout", f"right in {layout} layout (transposed)"), turned))
        yield forms[-1][0], asked, turned
    for sense, form in forms:
        for condition, under in _conditions(asked):
            kind = sense.kind if condition.kind == "condition" else condition.kind
            yield Sense(kind, f"{sense.words} {condition.words}"), under, form


def _structures(asked: Asked) -> Iterator[tuple[Structure, str]]:
    """The senses of a gradient by a structured variable."""
    name = asked.wrt[0]
    properties = asked.problem.variables[name].properties
    for tied in sorted(properties & LINEAR)[:1]:
        yield "projected", f"as the projected gradient by a {tied} {name}"
        yield "ambient", f"as the ambient gradient (all entries of {name} free)"
        yield "entries", f"as the entries table of a {tied} {name}, not its gradient"
    if "orthogonal" in properties:
        yield "tangent", f"as the gradient tangent to the orthogonal matrices at {name}"


def _conditions(asked: Asked) -> Iterator[tuple[Sense, Asked]]:
    """Variables taken as what nobody declared: symmetric, each alone, then all; positive; a sum."""
    variables = asked.problem.variables.values()
    square = (each for each in variables if each.shape[0] == each.shape[1] != ONE)
    names = [each.name for each in square if not each.properties & LINEAR][:MOST_NAMES]
    for group in [[name] for name in names] + ([names] if len(names) > 1 else []):
        symmetric = _declared(asked, group, "symmetric")
        words = f"if {group[0]} is symmetric"
        if len(group) > 1:
            words = f"if {', '.join(group[:-1])} and {group[-1]} are symmetric"
        if asked.kind == "grad" and asked.wrt[0] in group:
            yield Sense("condition", words), symmetric.but(structure="projected")
            words = f"as the entries table of a symmetric {asked.wrt[0]}, not its gradient"
            yield Sense("structure", words), symmetric.but(structure="entries")
        else:
            yield Sense("condition", words), symmetric
    bare = [each for each in variables if ONE in each.shape and not each.properties]
    for each in bare[:MOST_NAMES]:
        name = each.name
        yield Sense("condition", f"if {name} is positive"), _declared(asked, [name], "positive")
        if each.shape[0] != ONE == each.shape[1] and name not in asked.wrt:
            simplex = _declared(asked, [name], "simplex")
            yield Sense("condition", f"if {name} sums to one"), simplex


def _declared(asked: Asked, names: list[str], what: Property) -> Asked:
    """The question with some variables declared more than they are; the expression is the same."""
    variables = dict(asked.problem.variables)
    for name in names:
        known = variables[name]
        variables[name] = known.but(properties=known.properties | {what})
    return asked.but(problem=asked.problem.but(variables=variables))
