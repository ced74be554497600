"""Syntax trees in a problem's names → typed trees; what is ill-typed is told by None, or by errors.

Claims and their edits are typed by the hundred, so nothing here looks for explanations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, MdiffError, fail
from mdiff.proof.reread import known
from mdiff.shapes import infer
from mdiff.shapes.build import build
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.flatten import flatten
from mdiff.shapes.kinds import options
from mdiff.shapes.search import search
from mdiff.shapes.typed import Broadcast
from mdiff.syntax.tree import Name, Program, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Problem, Typed
    from mdiff.syntax.tree import Definition, Tree


class Typist:
    """Types trees in the names of one problem, with `dX` for each variable that changes."""

    __slots__ = ("_declarations", "_outline", "functions", "names", "problem")

    def __init__(
        self, problem: Problem, changing: tuple[str, ...], outline: Outline | None = None
    ) -> None:
        """`outline`: the axes that a claim should have."""
        self.problem = problem
        self._outline = outline
        self._declarations, self.names, self.functions = known(problem, changing)

    def read(self, definitions: Sequence[Definition], tree: Tree, text: str) -> Problem:
        """The tree as a problem of its own.

        Raises E101 for a name that the problem does not have, E211 for such a size, and what
        `infer` raises.
        """
        program = Program(tuple(definitions), tree, (), text)
        found = infer(program, self._declarations, sizes=self.problem.sizes, known=self._outline)
        strangers = set(found.variables) - {each.name for each in self._declarations}
        if strangers:
            raise self._unknown(definitions, tree, strangers, text)
        sizes = sorted(found.sizes - self.problem.sizes)
        if sizes:
            known = ", ".join(sorted(self.problem.sizes)) or "none"
            raise fail(
                "E211",
                f"nothing says how large `{sizes[0]}` is",
                text=text,
                notes=[f"the sizes of the expression are {known}"],
            )
        return found

    def quickly(
        self, definitions: Sequence[Definition], tree: Tree, shape: Shape | None = None
    ) -> Typed | None:
        """The typed tree, None where there is none; a scalar is spread out to `shape`."""
        try:
            program = Program(tuple(definitions), tree, (), "")
            steps = flatten(program, self._declarations, (), self.problem.sizes, self._outline)
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

    def _unknown(
        self, definitions: Sequence[Definition], tree: Tree, strangers: set[str], text: str
    ) -> MdiffError:
        labels = []
        roots = [*(each.expression for each in definitions), tree]
        for node in postorder(roots, children):
            match node:
                case Name(name) if name in strangers:
                    labels.append(Label(node.span, "not a name of the expression"))
                    strangers = strangers - {name}
                case _:
                    pass
        still = [
            label for label in labels if text[slice(*label.span)][1:] in self.problem.variables
        ]
        constant = [text[slice(*label.span)][1:] for label in still]
        names = ", ".join(f"`{text[label.span[0] : label.span[1]]}`" for label in labels)
        shapes = ", ".join(self.problem.variables)
        return fail(
            "E101",
            f"the claim is about {names}, which the expression does not have",
            text=text,
            labels=labels,
            notes=[
                *(f"{name} does not change here: name it by --wrt" for name in constant),
                f"the names of the expression are {shapes}",
            ],
        )
