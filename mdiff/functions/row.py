"""What a row of the function table is: everything mdiff knows about one function, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.record import Record, derived

if TYPE_CHECKING:
    from fractions import Fraction

    from mdiff.functions.unknown import Unknown

Kind = Literal["elementwise", "wired", "defined", "opaque"]


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
    parameters: tuple[tuple[str, str], ...] = derived(lambda self: _parameters(self.signature))
    result: str = derived(lambda self: self.signature.partition("->")[2].strip())

    @property
    def by_elements(self) -> bool:
        """Whether it takes scalars to a scalar, and so applies to every entry of a matrix."""
        return {shape for _, shape in self.parameters} == {self.result} == {"scalar"}

    @property
    def kind(self) -> Kind:
        """How the function enters a network."""
        if self.wires:
            return "wired"
        if self.definition:
            return "defined"
        if self.by_elements:
            return "elementwise"
        return "opaque"

    def __repr__(self) -> str:
        """Name and signature."""
        return f"{self.name}{self.signature}"


def _parameters(signature: str) -> tuple[tuple[str, str], ...]:
    """Names and shapes, left of the arrow."""
    parts = [each.partition(":") for each in signature.partition("->")[0].strip()[1:-1].split(",")]
    return tuple((name.strip(), shape.strip()) for name, _, shape in parts)
