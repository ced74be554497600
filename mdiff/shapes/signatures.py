"""A row's signature goes in, its letters axis by axis come out; nothing is solved here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mdiff.functions.row import Function

Axis = tuple[int, tuple[str, ...]]
"""A number times letters; `(1, ())` is a missing axis."""

Fit = Literal["scalar", "column", "row", "matrix", "square", "any"]
"""What a parameter takes: `any` is a matrix, a column, a row or a scalar."""


class Parameter:
    """One parameter: its name, what it takes, and its axes."""

    __slots__ = ("columns", "fit", "name", "rows")

    def __init__(self, name: str, fit: Fit, rows: Axis, columns: Axis) -> None:
        self.name = name
        self.fit = fit
        self.rows = rows
        self.columns = columns


class Signature:
    """The parameters of a row, and the axes of its result."""

    __slots__ = ("columns", "elementwise", "parameters", "rows")

    def __init__(
        self, parameters: tuple[Parameter, ...], rows: Axis, columns: Axis, *, elementwise: bool
    ) -> None:
        self.parameters = parameters
        self.rows = rows
        self.columns = columns
        self.elementwise = elementwise

    @property
    def axes(self) -> tuple[Axis, ...]:
        """Those of the parameters, then those of the result."""
        pairs = ((each.rows, each.columns) for each in self.parameters)
        return (*(axis for pair in pairs for axis in pair), self.rows, self.columns)


def _axis(text: str) -> Axis:
    number = 1
    letters: list[str] = []
    for part in text.split("*"):
        factor = part.strip()
        if factor.isdigit():
            number *= int(factor)
        else:
            letters.append(factor)
    return number, tuple(letters)


def _axes(shape: str) -> tuple[Axis, Axis]:
    if shape == "scalar":
        return (1, ()), (1, ())
    rows, _, columns = shape.partition("×")
    return _axis(rows), _axis(columns) if columns else (1, ())


def _parameter(name: str, shape: str, *, any_shape: bool) -> Parameter:
    rows, columns = _axes(shape)
    fit: Fit
    if shape == "scalar":
        fit = "scalar"
    elif any_shape:
        fit = "any"
    elif columns == (1, ()):
        fit = "column"
    elif rows == (1, ()):
        fit = "row"
    else:
        fit = "square" if rows == columns else "matrix"
    return Parameter(name, fit, rows, columns)


_READ: dict[tuple[str, bool, bool], Signature] = {}


def signature_of(row: Function) -> Signature:
    """The signature of a row, each read once; rows come and go with declared functions."""
    elementwise = row.by_elements
    key = row.signature, row.any_shape, elementwise
    known = _READ.get(key)
    if known is None:
        parameters = tuple(
            _parameter(name, shape, any_shape=row.any_shape) for name, shape in row.parameters
        )
        rows, columns = _axes(row.result)
        known = Signature(parameters, rows, columns, elementwise=elementwise)
        _READ[key] = known
    return known
