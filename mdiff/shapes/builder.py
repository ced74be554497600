"""The typed nodes of a problem so far, by step, and the small nodes that others are made of.

Sizes get their names here; which node a step becomes is decided elsewhere (`mdiff.shapes.build`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes import typed
from mdiff.shapes.dims import ONE, SCALAR, Dim, Shape
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.told import tell_by_elements, tell_spread

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.shapes.checked import Axes, Checked
    from mdiff.shapes.typed import Typed


class Builder:
    """The typed nodes so far; `readings` tell how the text was read."""

    __slots__ = (
        "checked", "declared", "dims", "functions", "nodes", "readings", "steps",
    )  # fmt: skip

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.steps = checked.steps
        self.nodes: list[Typed] = []
        self.readings: list[str] = []
        self.dims: dict[int, Dim] = {ONE_SIZE: ONE}
        self.declared: dict[str, typed.Declared] = {}
        self.functions = dict(self.steps.functions)

    def dim(self, size: int) -> Dim:
        """The value of a size."""
        known = self.dims.get(size)
        if known is None:
            known = self.dims[size] = self.checked.sizes.dim(size)
        return known

    def shape(self, axes: Axes) -> Shape:
        """The value of two sizes."""
        if axes == (ONE_SIZE, ONE_SIZE):
            return SCALAR
        return self.dim(axes[0]), self.dim(axes[1])

    @property
    def numpy(self) -> bool:
        """Whether the text is written for numpy."""
        return self.steps.dialect == "numpy"

    def tell(self, reading: str) -> None:
        """Remember a reading, if there is one."""
        if reading:
            self.readings.append(reading)

    def tell_by_elements(self, span: Span) -> None:
        """Tell that a product, a quotient or a power is one of the entries."""
        self.tell(tell_by_elements(self.steps, span))

    def spread(self, part: Typed, shape: Shape, *, row: bool) -> Typed:
        """A vector in every column of a matrix, or in every row."""
        column = part
        if part.shape[0] == ONE:
            column, row = transposed(part), True
        self.tell(tell_spread(self.steps, part.span, row=row))
        if row:
            return transposed(typed.Broadcast(column, shape[::-1], part.span))
        return typed.Broadcast(column, shape, part.span)


def transposed(node: Typed) -> typed.Transpose:
    """The transpose, where the node itself is written."""
    return typed.Transpose(node, node.shape[::-1], node.span)


def ones(size: Dim, span: Span) -> typed.Constant:
    """A vector of ones."""
    return typed.Constant("ones", (size, ONE), "", (size, ONE), span)
