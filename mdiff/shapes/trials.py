"""A problem that failed and an edit go in, whether the edited problem is right comes out.

Edits are tried by reading the whole again; none is made up here (`mdiff.shapes.edits`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import MdiffError
from mdiff.shapes.excerpt import whole, widen
from mdiff.shapes.flatten import flatten
from mdiff.shapes.options import options
from mdiff.shapes.search import search
from mdiff.shapes.unsized import check_constants
from mdiff.syntax import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.shapes.checked import Checked, Clash
    from mdiff.syntax.declaration import Declaration


class Edit:
    """A piece of the text and what to write instead, or a declaration in place of another."""

    __slots__ = ("declaration", "help", "new", "span")

    def __init__(self, span: Span, new: str, declaration: Declaration | None, text: str) -> None:
        self.span = span
        self.new = new
        self.declaration = declaration
        self.help = text


class Trials:
    """What failed, and how to try again."""

    __slots__ = ("checked", "clash", "declarations", "scalar", "text", "wrt")

    def __init__(
        self,
        checked: Checked,
        clash: Clash,
        declarations: Sequence[Declaration],
        *,
        scalar: bool,
        wrt: Sequence[str],
    ) -> None:
        self.checked = checked
        self.clash = clash
        self.declarations = declarations
        self.scalar = scalar
        self.wrt = wrt
        self.text = checked.steps.text

    def span(self, place: int) -> Span:
        """Where a step is written, with its brackets."""
        return widen(self.text, self.checked.steps.steps[place].node.span)

    def written(self, place: int) -> str:
        """A step as it is written, with its brackets."""
        return whole(self.text, self.checked.steps.steps[place].node.span)

    def works(self, edit: Edit) -> bool:
        """The edited problem type-checks, with every name of the kind it starts with."""
        declarations = self.declarations
        text = self.text
        if edit.declaration is not None:
            changed = edit.declaration
            others = [each for each in declarations if each.name != changed.name]
            declarations = [*others, changed]
        else:
            text = f"{text[: edit.span[0]]}{edit.new}{text[edit.span[1] :]}"
        steps = self.checked.steps
        try:
            names = frozenset((*(each.name for each in declarations), *self.wrt, *steps.names))
            functions, sizes = frozenset(steps.functions), frozenset(steps.names)
            program = parse(text, names - functions, functions, sizes - set(steps.variables))
            again = flatten(program, declarations, self.wrt)
            checked, clash = search(again, options(again), scalar=self.scalar, limit=1)
            if clash is None:
                check_constants(checked)
        except MdiffError:
            return False
        return clash is None
