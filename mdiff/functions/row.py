"""What a row of the function table is: everything mdiff knows about one function, as data."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import TYPE_CHECKING, Literal

from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from mdiff.functions.unknown import Unknown

Kind = Literal["elementwise", "wired", "defined", "opaque"]

SCALAR = "scalar"

Axis = tuple[int, tuple[str, ...]]
"""The size of an axis: a number times letters; `MISSING` is a missing axis."""

MISSING: Axis = (1, ())


class Parameter(Record):
    """One parameter: its name, its shape as written, its axes, and which of the two are missing."""

    name: str
    shape: str
    rows: Axis
    columns: Axis
    missing: tuple[bool, bool] = derived(
        lambda self: (self.rows == MISSING, self.columns == MISSING)
    )


class Signature(Record):
    """What `(X: n×n, b: n) -> n×k` says: the parameters, and the value's shape and axes."""

    parameters: tuple[Parameter, ...]
    result: str
    rows: Axis
    columns: Axis
    letters: tuple[str, ...] = derived(
        lambda self: tuple(
            letter
            for each in (*self.parameters, self)
            for _, letters in (each.rows, each.columns)
            for letter in letters
        )
    )


@lru_cache(4096)
def _parsed(text: str) -> Signature:
    """A signature, read once: most rows of the table share theirs with others."""
    arguments, _, result = text.partition("->")
    pairs = (part.partition(":")[::2] for part in arguments.strip()[1:-1].split(",") if part)
    parameters = [
        Parameter(name.strip(), shape.strip(), *_axes(shape.strip())) for name, shape in pairs
    ]
    return Signature(tuple(parameters), result.strip(), *_axes(result.strip()))


def _axes(shape: str) -> tuple[Axis, Axis]:
    rows, _, columns = shape.partition("×")
    return _axis(rows) if rows != SCALAR else (1, ()), _axis(columns) if columns else (1, ())


def _axis(text: str) -> Axis:
    parts = [part.strip() for part in text.split("*")]
    number = prod(int(part) for part in parts if part.isdigit())
    return number, tuple(part for part in parts if not part.isdigit())


def shape_of(rows: Sequence[str], columns: Sequence[str]) -> str:
    """A shape as a signature writes it, from the sizes stacked on its axes, the slowest first.

    >>> shape_of("ik", "j"), shape_of("i", ""), shape_of("", "")
    ('i*k×j', 'i', 'scalar')
    """
    if columns:
        return f"{'*'.join(rows) or 1}×{'*'.join(columns)}"
    return "*".join(rows) or SCALAR


class Function(Record):
    """One row of the table: a function with one signature.

    Signature: `(X: n×n, b: n) -> n×k`. A shape is `scalar`, `n` (a column) or `n×k`; equal
    letters are equal sizes. `n×k` also takes a column or a row where `any_shape` is set.

    What the function is, by exactly one of:

    * `wires`: a contraction, written like einsum over the pairs (rows, columns) of the
      arguments: trace is `"ii->"`, `kron` is `"ij,kl->(ik)(jl)"`. Rows first; an axis is one
      letter, or several in brackets, the slowest first.
    * `definition`: an expression in its parameters: `mean` is `sum(x)/n`. It is substituted.
    * `differential`: an expression, linear in `dX` for each parameter `X`: `inv` is
      `-inv(X)*dX*inv(X)`. A function of scalars to a scalar applies by elements; beside an argument
      with entries, those of the others that are scalars count for every entry.

    `value` says how numbers are computed: an expression in simpler functions, or
    `numpy:linalg.inv`, a name in numpy.
    `unknown`: of a function known only by name, or a derivative of one, which it is.
    `commuting` is the derivative of a matrix function (`expm`: `expm(X)`): the differential is
    `commuting*dX` where `dX` commutes with `X`, or under a trace. Elsewhere it is `differential`,
    where there is one.
    `domain` says where the value and the differential exist, with the parameter's name:
    `"X invertible"`, `"x > 0"`, `"x != 0"`.
    `requires`: a property (`symmetric`) that the argument must have for the differential to hold.
    `sizes`: letters of the signature whose sizes are said by further arguments, in this order.
    `real`: the rule holds for real arguments only.
    `entries`: only the entries of the argument count, so `f(vec(X))` is `f(X)` or `vec(f(X))`.
    `symmetric`: the value is symmetric where the argument is. `nonnegative`: the value is >= 0.
    `sums`: `all` entries of the value together are 1, or those of every row (`rows`).
    `mask`: the function multiplies the entries of a matrix by those of a constant one, `f(ones)`,
    whose diagonal has this entry, a number.
    `commutes`: its two arguments may change places; a number stands first.
    `of_column`: the name of the same function of a column, where that has another.
    `told`: what of its meaning differs from book to book; whoever uses the function is told.
    `parsed` is the signature, read: `parameters` are the names with their shapes as written,
    `letters` those of all shapes, `result` the shape of the value as written. `by_elements`: the
    function takes scalars to a scalar, and so applies to every entry of a matrix.
    """

    name: str
    signature: str
    doc: str
    aliases: tuple[str, ...] = ()
    wires: str = ""
    definition: str = ""
    differential: str = ""
    commuting: str = ""
    value: str = ""
    domain: str = ""
    any_shape: bool = False
    symmetric: bool = False
    entries: bool = False
    requires: str = ""
    real: bool = False
    sizes: str = ""
    nonnegative: bool = False
    sums: Literal["", "rows", "all"] = ""
    mask: Fraction | int = 0
    commutes: bool = False
    of_column: str = ""
    told: str = ""
    unicode: str = ""
    latex: str = ""
    source: str = ""
    unknown: Unknown | None = None
    parsed: Signature = derived(lambda self: _parsed(self.signature))
    parameters: tuple[tuple[str, str], ...] = derived(
        lambda self: tuple((each.name, each.shape) for each in self.parsed.parameters)
    )
    letters: tuple[str, ...] = derived(lambda self: self.parsed.letters)
    result: str = derived(lambda self: self.parsed.result)
    by_elements: bool = derived(
        lambda self: {shape for _, shape in self.parameters} == {self.result} == {SCALAR}
    )

    @property
    def kind(self) -> Kind:
        """How the function enters a network."""
        if self.wires:
            return "wired"
        if self.definition:
            return "defined"
        return "elementwise" if self.by_elements else "opaque"

    def __repr__(self) -> str:
        """Name and signature."""
        return f"{self.name}{self.signature}"
