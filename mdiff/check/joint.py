"""An expression and a claim about it → the kinds of names that only both together decide.

`f(x)` alone may leave open what `c` is; where the claim does not fit what was inferred, another
reading of the expression is looked for in which it does. One name may be of another kind: with
more, nearly anything could be made to fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.check.write import NEW
from mdiff.errors import MdiffError
from mdiff.shapes import infer
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.syntax.declaration import Declaration
from mdiff.syntax.tree import Apply, Name, Program, Sum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.check.claim import Part
    from mdiff.shapes.dims import Shape
    from mdiff.shapes.typed import Declared, Problem
    from mdiff.syntax.tree import Tree


def joint(  # noqa: PLR0913 - an expression, a claim, and what is known of both
    program: Program,
    part: Part,
    problem: Problem,
    wrt: Sequence[str],
    declarations: Sequence[Declaration],
    *,
    differential: bool,
) -> Problem | None:
    """The expression with the kinds that it and the claim have together, where they are others."""
    terms: list[tuple[int, Tree]]
    if differential:
        terms = [(1, _inner(part.tree, program.expression))]
        terms += [(1, _inner(Name(f"d{name}", NEW), Name(name, NEW))) for name in wrt]
    else:
        terms = [(1, program.expression), (1, _inner(part.tree, Name(wrt[0], NEW)))]
    definitions = (*program.definitions, *part.own)
    both = Program(definitions, Sum(tuple(terms), NEW), (), part.text)
    try:
        found = infer(both, declarations, scalar=True, wrt=wrt)
        known = found.variables
        if set(known) - {f"d{name}" for name in wrt} != set(problem.variables):
            return None
        changed = [
            name
            for name, declared in problem.variables.items()
            if _kind(known[name].shape) != _kind(declared.shape)
        ]
        new_sizes = not found.sizes <= problem.sizes
        if len(changed) > 1 or (not changed and not new_sizes):
            return None
        given = [_declaration(known[name]) for name in problem.variables]
        given += [each for each in declarations if each.arguments is not None]
        return infer(program, given, scalar=not differential, wrt=wrt)
    except MdiffError:
        return None


def _inner(one: Tree, other: Tree) -> Tree:
    return Apply("inner", (one, other), NEW, NEW)


def _kind(shape: Shape) -> str:
    if shape == SCALAR:
        return "scalar"
    return "vector" if shape[1] == ONE else "matrix"


def _declaration(declared: Declared) -> Declaration:
    rows, columns = declared.shape
    shape = (rows.number, rows.factors), (columns.number, columns.factors)
    return Declaration(declared.name, shape, declared.properties, None, declared.origin)
