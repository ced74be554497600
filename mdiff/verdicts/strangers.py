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
    from collections.abc import Callable, Iterator

    from mdiff.shapes.typed import Declared
    from mdiff.verdicts.asked import Asked
    from mdiff.verdicts.claim import Part

MOST_SIZES = 4  # sizes nobody named, each of which a name of the claim may be


def admitted(
    asked: Asked, part: Part, unnamed: frozenset[str], renamed: Callable[[dict[str, str]], Asked]
) -> tuple[Asked, tuple[str, ...]]:
    """What a claim is held against where it has names of its own, and what they are read as.

    `unnamed` are sizes that mdiff named itself; `renamed` poses the question with other names for
    them. Raises what `infer` raises, E101 for the differential of what does not change.
    """
    found = asked.typed(part)
    names = [name for name in found.variables if name not in asked.names]
    sizes = sorted((found.sizes - asked.problem.sizes) | (part.names & unnamed))
    if not names and not sizes:
        return asked, ()
    _refuse_constant(asked, part, names)
    claimed = {name: found.variables[name].but(origin=CLAIMED) for name in names}
    variables = {**asked.problem.variables, **claimed}
    sizes_too = asked.problem.sizes | found.sizes
    own = asked.but(problem=asked.problem.but(variables=variables, sizes=sizes_too))
    if all(found.variables[name].shape == SCALAR for name in names) and not own.right(part):
        for sized in _as_sizes([*names, *sizes], sorted(unnamed)):
            again = renamed(sized)
            if again.right(part):
                changed = [(old, new) for old, new in sized.items() if new in (*names, *sizes)]
                return again, tuple(_size(new, old, asked) for old, new in changed)
    return own, tuple(f"`{name}` as {_kind(found.variables[name])}" for name in names)


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
        rows, columns = (dim.factors for dim in variable.shape)
        if (size,) in (rows, columns):
            if variable.shape[1] == ONE:
                return f"`{name}` as the length of `{variable.name}`"
            which = "rows" if rows == (size,) else "columns"
            return f"`{name}` as the number of {which} of `{variable.name}`"
    return f"`{name}` as a size"


def _kind(declared: Declared) -> str:
    if declared.shape == SCALAR:
        return "a scalar"
    return "a vector" if declared.shape[1] == ONE else "a matrix"


def _refuse_constant(asked: Asked, part: Part, names: list[str]) -> None:
    """`dA` where A does not change: the question has to say that it does."""
    variables = asked.problem.variables
    constant = {name for name in names if name[0] == "d" and name[1:] in variables}
    if not constant:
        return
    labels = [
        Label(node.span, "does not change here")
        for node in postorder(part.roots, children)
        if isinstance(node, Name) and node.name in constant
    ]
    changing = sorted(name[1:] for name in constant)
    raise fail(
        "E101",
        f"the claim is about {', '.join(f'`d{name}`' for name in changing)}, which is zero here",
        text=part.text,
        labels=labels,
        notes=[f"{name} does not change here: name it by --wrt" for name in changing],
    )
