"""A program and declarations go in, the typed problem comes out; all shape errors are born here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes.build import build
from mdiff.shapes.flatten import flatten
from mdiff.shapes.search import MOST_ATTEMPTS, search
from mdiff.shapes.typed import Problem, subexpressions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.dims import Outline
    from mdiff.syntax.declaration import Declaration
    from mdiff.syntax.tree import Program

__all__ = ["Problem", "infer", "subexpressions"]


def infer(  # noqa: PLR0913 - all that may be known beside the text
    program: Program,
    declarations: Sequence[Declaration],
    *,
    scalar: bool = False,
    wrt: Sequence[str] = (),
    sizes: frozenset[str] = frozenset(),
    known: Outline | None = None,
    quick: bool = False,
) -> Problem:
    """Resolve the names, find kinds and sizes, and make every broadcast explicit.

    `scalar`: the expression has to be one. `wrt`: names of variables, whether they occur or not.
    `sizes`: names known as sizes, beside those in the declarations. `known`: the shape that the
    expression has if it is what it should be; sizes that nothing else says are taken from it.
    `quick`: all names are of the kind that they start with, and errors come without helps.
    Definitions are substituted; their nodes are shared.

    Raises E11x for names and E2xx for shapes, with helps that make the whole expression right;
    E220 where definitions double a size out of all bounds.
    """
    told = () if wrt or not program.by else (program.by_told,)
    wrt = wrt or program.by
    steps = flatten(program, declarations, wrt, sizes, known)
    checked, clash = search(steps, scalar=scalar, limit=1 if quick else MOST_ATTEMPTS)
    if clash is None:
        return build(checked, program, told)
    from mdiff.shapes.explain import Failure, explain  # what is right needs no more
    from mdiff.shapes.suggest import with_helps

    failure = Failure(checked, clash, declarations, scalar, wrt)
    raise explain(failure) if quick else with_helps(explain(failure), failure)
