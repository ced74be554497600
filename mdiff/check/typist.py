"""Syntax trees in a problem's names → typed trees; what is ill-typed is told by None, or by errors.

Claims and their edits are typed by the hundred, so nothing here looks for explanations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import MdiffError
from mdiff.proof.reread import known
from mdiff.shapes import infer
from mdiff.shapes.build import build
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.flatten import flatten
from mdiff.shapes.kinds import options
from mdiff.shapes.search import search
from mdiff.shapes.typed import Broadcast, Problem
from mdiff.shapes.typed import children as typed_children
from mdiff.syntax.declaration import Declaration
from mdiff.syntax.tree import Apply, Name, Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.dims import Shape
    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Definition, Tree


_PLACE = "·"
"""Stands for something in the shape of the derivative; no name that can be typed."""


class Typist:
    """Types trees in the names of one problem, with `dX` for each variable that changes.

    `shape` is that of a claim, which says how large its `I` is.
    """

    __slots__ = ("declarations", "functions", "names", "problem", "shape")

    def __init__(
        self, problem: Problem, changing: tuple[str, ...], shape: Shape | None = None
    ) -> None:
        self.problem = problem
        self.shape = shape
        self.declarations, self.names, self.functions = known(problem, changing)

    def read(self, definitions: Sequence[Definition], tree: Tree, text: str) -> Problem:
        """The tree as a problem of its own, in the shape of a claim if it can have that.

        Raises what `infer` raises.
        """
        if self.shape is not None:
            try:
                return self._fitting(definitions, tree, text, self.shape)
            except MdiffError as error:
                if error.diagnostic.code[:2] != "E2":
                    raise
        program = Program(tuple(definitions), tree, (), text)
        return infer(program, self.declarations, sizes=self.problem.sizes)

    def _fitting(
        self, definitions: Sequence[Definition], tree: Tree, text: str, shape: Shape
    ) -> Problem:
        rows, columns = ((dim.number, dim.factors) for dim in shape)
        place = Declaration(_PLACE, (rows, columns), frozenset(), None, _PLACE)
        fits = Apply("inner", (tree, Name(_PLACE, tree.span)), tree.span, tree.span)
        program = Program(tuple(definitions), fits, (), text)
        found = infer(program, [*self.declarations, place], sizes=self.problem.sizes)
        claim, _ = typed_children(found.expression)
        variables = {name: each for name, each in found.variables.items() if name != _PLACE}
        return Problem(claim, variables, found.functions, found.sizes, found.readings, found.text)

    def quickly(
        self, definitions: Sequence[Definition], tree: Tree, shape: Shape | None = None
    ) -> Typed | None:
        """The typed tree, None where there is none; a scalar is spread out to `shape`."""
        try:
            program = Program(tuple(definitions), tree, (), "")
            steps = flatten(program, self.declarations, (), self.problem.sizes)
            checked, clash = search(steps, options(steps), scalar=False, limit=1)
            if clash is not None or steps.free:
                return None
            found = build(checked, ())
        except MdiffError:
            return None
        if not found.sizes <= self.problem.sizes:
            return None
        typed = found.expression
        if shape is not None and typed.shape != shape and typed.shape == SCALAR:
            return Broadcast(typed, shape, typed.span)
        return typed
