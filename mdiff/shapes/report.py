"""An attempt and its clash go in, labels and notes come out: what things are, and why.

The pieces that all diagnostics of the room are made of; which are taken is for `explain` to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.shapes.dims import ONE, SCALAR, show_shape
from mdiff.shapes.excerpt import quote, widen
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import free_below

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import MdiffError, Span
    from mdiff.shapes.checked import Axes, Checked, Clash


class Report:
    """What is said about an attempt that failed."""

    __slots__ = ("checked", "clash", "text")

    def __init__(self, checked: Checked, clash: Clash) -> None:
        self.checked = checked
        self.clash = clash
        self.text = checked.steps.text

    def span(self, place: int) -> Span:
        """Where a step is written."""
        return self.checked.steps.steps[place].node.span

    def quote(self, place: int) -> str:
        """The user's text of a step."""
        return quote(self.text, self.span(place))

    def shape(self, axes: Axes) -> str:
        """A shape in words; free sizes must have names."""
        sizes = self.checked.sizes
        rows, columns = (ONE if size == ONE_SIZE else sizes.dim(size) for size in axes)
        if (rows, columns) == SCALAR:
            return "a scalar"
        if columns == ONE:
            return f"{rows} (a column)"
        if rows == ONE:
            return f"{show_shape((rows, columns))} (a row)"
        return show_shape((rows, columns))

    def label(self, place: int, span: Span | None = None, axes: Axes | None = None) -> Label:
        """`A^T is k×n`, at the operand."""
        where = span or self.span(place)
        shape = self.shape(axes or self.checked.axes[place])
        return Label(widen(self.text, where), f"{quote(self.text, where)} is {shape}")

    def fail(
        self,
        message: str,
        labels: Sequence[Label],
        operands: Sequence[int] = (),
        notes: Sequence[str] = (),
    ) -> MdiffError:
        """The error, with notes on sizes and on names that were not declared."""
        return fail(
            self.clash.code,
            message,
            text=self.text,
            labels=labels,
            notes=(*self.origins(), *self.undeclared(operands), *notes),
        )

    def origins(self) -> list[str]:
        """Where the two sizes that differ come from."""
        told: list[tuple[str, str]] = []
        sizes = self.clash.sizes or ()
        if ONE_SIZE in sizes:
            return []
        for size in sizes:
            origin, steps = self.checked.sizes.origin(size)
            if not origin:
                continue
            through = [f"`{self.quote(step)}`" for step in steps if step >= 0]
            way = f" by way of {', '.join(dict.fromkeys(through))}" if through else ""
            name = str(self.checked.sizes.dim(size))
            if (name, f"{origin}{way}") not in told:
                told.append((name, f"{origin}{way}"))
        if len(told) == 2 and told[0][1] == told[1][1]:
            return [f"{told[0][0]} and {told[1][0]} come from {told[0][1]}"]
        if len(told) == 2:
            return [f"{told[0][0]} comes from {told[0][1]}, {told[1][0]} from {told[1][1]}"]
        return [f"{name} comes from {origin}" for name, origin in told]

    def undeclared(self, operands: Sequence[int]) -> list[str]:
        """What the names that nobody declared were taken for."""
        names = free_below(self.checked.steps, operands or (self.clash.step,))
        free = [name for name in self.checked.steps.free if name in names]
        if not free:
            return []
        found = [f"`{name}` as a {self.checked.kinds[name]}" for name in free[:4]]
        found[0] = found[0].replace("` as", "` is read as")
        return [f"not declared: {', '.join((*found, *['…'] * (len(free) > 4)))}"]
