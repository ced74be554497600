"""A claim with names that its expression does not have → the question with those names in it.

A name that only the claim has is a size that nobody named, where the claim is right with it as
one; else a variable of the kind that fits. What the names of the expression are, never changes.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.syntax.tree import Name, children
from mdiff.verdicts.search import CLAIMED
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mdiff.shapes.dims import Shape
    from mdiff.verdicts.asked import Asked, Claimed
    from mdiff.verdicts.claim import Part

MOST_SIZES = 4  # sizes nobody named, each of which a name of the claim may be


def admitted(claimed: Claimed, asked: Asked, part: Part) -> tuple[Asked, tuple[str, ...]]:
    """What a claim is held against where it has names of its own, and what they are read as.

    Raises what `infer` raises, E101 for the differential of what does not change.
    """
    found, unnamed = asked.typed(part), claimed.unnamed(asked)
    names = [name for name in found.variables if name not in asked.names]
    sizes = sorted((found.sizes - asked.problem.sizes) | (part.names & unnamed))
    if not names and not sizes:
        return asked, ()
    _refuse_constant(asked, part, names)
    new = {name: found.variables[name].but(origin=CLAIMED) for name in names}
    variables = {**asked.problem.variables, **new}
    sizes_too = asked.problem.sizes | found.sizes
    own = asked.but(problem=asked.problem.but(variables=variables, sizes=sizes_too))
    if all(found.variables[name].shape == SCALAR for name in names) and not own.right(part):
        for sized in _as_sizes([*names, *sizes], sorted(unnamed)):
            again = claimed.renamed(asked, sized)
            if again.right(part):
                changed = [(old, new) for old, new in sized.items() if new in (*names, *sizes)]
                return again, tuple(_size(new, old, asked) for old, new in changed)
    return own, tuple(f"`{name}` as a {_kind(found.variables[name].shape)}" for name in names)


def _as_sizes(names: list[str], unnamed: list[str]) -> Iterator[dict[str, str]]:
    """Sizes that nobody named, under the names of the claim; the others get what is left over."""
    if len(names) <= len(unnamed) <= MOST_SIZES:
        for chosen in permutations(unnamed, len(names)):
            given = dict(zip(chosen, names, strict=True))
            spare = [name for name in chosen if name not in names]
            for other in unnamed:
                if other in names and other not in given:
                    given[other] = spare.pop()
            changed = {old: new for old, new in given.items() if old != new}
            if changed:
                yield changed


def _size(name: str, size: str, asked: Asked) -> str:
    for variable in asked.problem.variables.values():
        rows, columns = (dim.factors == (size,) for dim in variable.shape)
        if rows or columns:
            which = "rows" if rows else "columns"
            said = "length" if variable.shape[1] == ONE else f"number of {which}"
            return f"`{name}` as the {said} of `{variable.name}`"
    return f"`{name}` as a size"


def _kind(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else "vector" if shape[1] == ONE else "matrix"


def _refuse_constant(asked: Asked, part: Part, names: list[str]) -> None:
    """`dA` where A does not change: the question has to say that it does."""
    for node in postorder(part.roots, children):
        if isinstance(node, Name) and node.name in names and node.name[0] == "d":
            name = node.name[1:]
            if name in asked.problem.variables:
                raise fail(
                    "E101",
                    f"the claim is about `d{name}`, which is zero here",
                    text=part.text,
                    labels=[Label(node.span, "does not change here")],
                    notes=[f"{name} does not change here: name it by --wrt"],
                )
