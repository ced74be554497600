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
from mdiff.shapes.options import options
from mdiff.shapes.search import search
from mdiff.shapes.typed import Broadcast, Problem
from mdiff.syntax.tree import Program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Problem, Typed
    from mdiff.syntax.tree import Definition, Tree


class Typist:
    """Types trees in the names of one problem, with `dX` for each variable that changes.

    `outline` is that of a claim, whose axes say how large its `I` is.
    """

    __slots__ = ("declarations", "functions", "names", "outline", "problem")

    def __init__(
        self, problem: Problem, changing: tuple[str, ...], outline: Outline | None = None
    ) -> None:
        self.problem = problem
        self.outline = outline
        self.declarations, self.names, self.functions = known(problem, changing)

    def read(self, definitions: Sequence[Definition], tree: Tree, text: str) -> Problem:
        """The tree as a problem of its own, in the shape of a claim if it can have that.

        Raises what `infer` raises.
        """
        program = Program(tuple(definitions), tree, (), text)
        return infer(program, self.declarations, sizes=self.problem.sizes, known=self.outline)

    def quickly(
        self, definitions: Sequence[Definition], tree: Tree, shape: Shape | None = None
    ) -> Typed | None:
        """The typed tree, None where there is none; a scalar is spread out to `shape`."""
        try:
            program = Program(tuple(definitions), tree, (), "")
            steps = flatten(program, self.declarations, (), self.problem.sizes, self.outline)
            checked, clash = search(steps, options(steps), scalar=False, limit=1)
            if clash is not None or steps.free:
                return None
            found = build(checked, program)
        except MdiffError:
            return None
        if not found.sizes <= self.problem.sizes:
            return None
        typed = found.expression
        if shape is not None and typed.shape != shape and typed.shape == SCALAR:
            return Broadcast(typed, shape, typed.span)
        return typed
