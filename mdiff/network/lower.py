"""From the typed tree to networks: wires take the place of products, transposes, traces and `diag`.

Comes in: a typed expression and what its names stand for. Goes out: a sum in normal form.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from typing import TYPE_CHECKING, assert_never

from mdiff.errors import fail
from mdiff.functions.table import TABLE
from mdiff.functions.wires import written
from mdiff.network.axes import axes_of, contract, widest
from mdiff.network.fold import resplit
from mdiff.network.nodes import Constant, Sum
from mdiff.network.powers import as_exponent, is_whole
from mdiff.record import Record
from mdiff.shapes import typed
from mdiff.shapes.dims import ONE, Dim
from mdiff.shapes.rows import typed_row
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.functions.row import Function
    from mdiff.network.nodes import Dims
    from mdiff.network.table import Table


INV = TABLE["inv"][0]
MATPOW = TABLE["matpow"][0]

LONGEST_POWER = 50
"""A matrix power of up to so many factors is a product; a longer one is a function of its own."""


class Scope(Record):
    """What the names of an expression stand for: values, and the letters of sizes.

    Without `sizes` every size stands for itself. The value of a variable that was typed as a
    scalar may have axes: then the expression is computed by elements (elementwise rules).
    """

    values: Mapping[str, Sum]
    sizes: dict[str, Dims] | None = None

    def dims(self, dim: Dim) -> Dims:
        """The sizes of the wires of an axis of this size."""
        if dim == ONE:
            return ()
        if self.sizes is None:
            return (dim,)
        sizes = [size for name in dim.factors for size in self.sizes.get(name, (Dim(1, (name,)),))]
        return (*sizes, Dim(dim.number)) if dim.number != 1 else tuple(sizes)


def lower(table: Table, expression: typed.Typed, scope: Scope) -> Sum:
    """The value of an expression as a sum of networks."""
    values: dict[int, Sum] = {}
    for node in postorder([expression], typed.children):
        values[id(node)] = _one(table, node, values, scope)
    return values[id(expression)]


def _one(table: Table, node: typed.Typed, values: dict[int, Sum], scope: Scope) -> Sum:
    match node:
        case typed.Number(value):
            return table.number(value)
        case typed.Size(dim):
            ones = contract(table, "->i.", sizes={"i": scope.dims(dim)})
            return contract(table, "i.->", ones)
        case typed.Constant():
            return _constant(table, node, scope)
        case typed.Variable(declared):
            return scope.values[declared.name]
        case typed.Sum(terms):
            return _sum(table, [(sign, values[id(term)]) for sign, term in terms])
        case typed.Product(factors):
            return _product(table, [(join, values[id(factor)]) for join, factor in factors])
        case typed.Power(base, exponent, kind):
            if kind == "matrix":
                return _matrix_power(table, values[id(base)], values[id(exponent)])
            return table.power(values[id(base)], as_exponent(values[id(exponent)]))
        case typed.Transpose(argument):
            return table.transposed(values[id(argument)])
        case typed.Apply(_, arguments):
            return _apply(table, node, tuple(values[id(a)] for a in arguments), scope)
        case typed.Broadcast(argument, shape=shape):
            rows, cols = scope.dims(shape[0]), scope.dims(shape[1])
            return broadcast(table, values[id(argument)], rows, cols)
        case _:
            assert_never(node)


def _constant(table: Table, node: typed.Constant, scope: Scope) -> Sum:
    sizes = dict(zip("ij", map(scope.dims, node.dims), strict=False))
    match node.name:
        case "eye":
            return contract(table, "->ii", sizes=sizes)
        case "ones":
            return contract(table, "->ij", sizes=sizes)
        case "zeros":
            return table.sum([], sizes["i"], sizes.get("j", ()))
        case "K":
            return contract(table, "->(ij)(ji)", sizes=sizes)
        case "D":
            raise fail("E302", "the duplication matrix is only used in answers")
        case "unit":
            return table.of_node(table.node(Constant, "unit", node.index, sizes["i"], ()))
        case "pi":
            return table.of_node(table.node(Constant, "pi", "", (), ()))
        case _:
            assert_never(node.name)


def _sum(table: Table, terms: list[tuple[int, Sum]]) -> Sum:
    wide = widest([value for _, value in terms])
    parts = []
    for sign, value in terms:
        same = value
        if (value.rows, value.cols) != (wide.rows, wide.cols):
            if value.rows or value.cols:
                same = resplit(table, value, wide.rows, wide.cols)
            else:
                same = broadcast(table, value, wide.rows, wide.cols)
        parts.append(same if sign > 0 else table.scaled(same, Fraction(-1)))
    total = table.added(parts)
    if len(total.terms) > 1:
        table.group(total)  # as a factor it stands as it was written here
    return total


def broadcast(table: Table, value: Sum, rows: Dims, cols: Dims) -> Sum:
    """A value repeated along the axes that it does not have."""
    pattern = f"{'i' if value.rows else '.'}{'j' if value.cols else '.'}->ij"
    return contract(table, pattern, value, sizes={"i": rows, "j": cols})


def _product(table: Table, factors: list[tuple[typed.Join, Sum]]) -> Sum:
    """A contraction with a letter for each axis; a matrix product joins two of them."""
    letters = map(chr, count(ord("α")))
    rows = cols = ""
    terms, values = [], []
    for join, given in factors:
        value = table.power(given, -1) if join in ("divide", "over") else given
        own = rows, cols
        if join == "matmul":
            own = cols, next(letters) if value.cols else ""
            cols = own[1]
        elif not (value.rows or value.cols):
            own = "", ""
        elif not (rows or cols):
            rows = next(letters) if value.rows else ""
            cols = next(letters) if value.cols else ""
            own = rows, cols
        terms.append(written(*own))
        values.append(value)
    return contract(table, f"{','.join(terms)}->{written(rows, cols)}", *values)


def _matrix_power(table: Table, base: Sum, power: Sum) -> Sum:
    exponent = as_exponent(power)
    if not (base.rows or base.cols):
        return table.power(base, exponent)
    if isinstance(exponent, Sum) or not is_whole(exponent):
        return table.apply(MATPOW, (base, power))
    if not exponent:
        return contract(table, "->ii", sizes={"i": base.rows})
    root, times = table.roots.get(base, (base, 1))
    length = len(base.terms[0][1].factors) if len(base.terms) == 1 else 1
    if max(length * abs(int(exponent)), abs(times)) <= LONGEST_POWER:
        factor = table.apply(INV, (base,)) if exponent < 0 else base
        again: list[tuple[typed.Join, Sum]] = [("matmul", factor)] * (abs(int(exponent)) - 1)
        found = _product(table, [("scale", factor), *again])
    else:
        found = table.apply(MATPOW, (root, table.scaled(power, Fraction(times))))
    table.roots[found] = root, times * int(exponent)
    return found


def _apply(table: Table, node: typed.Apply, arguments: tuple[Sum, ...], scope: Scope) -> Sum:
    function = node.function
    match function.kind:
        case "wired":
            stacked = "(" in function.wires.partition("->")[0]  # letters share an argument's axis
            sizes = {x: scope.dims(size) for x, size in node.sizes.items()} if stacked else None
            return contract(table, function.wires, *arguments, sizes=sizes)
        case "defined":
            if function.commutes and not isinstance(as_exponent(arguments[1]), Sum):
                arguments = arguments[::-1]
            return by_row(table, function, function.definition, arguments)
        case "elementwise":
            wide = widest(arguments)
            same = [
                resplit(table, value, wide.rows, wide.cols) if value.rows or value.cols else value
                for value in arguments
            ]
            return table.apply(function, tuple(same))
        case "opaque":
            return table.apply(function, arguments)
        case _:
            assert_never(function.kind)


def by_row(
    table: Table,
    function: Function,
    text: str,
    arguments: Sequence[Sum],
    changes: Sequence[Sum] = (),
) -> Sum:
    """The value of a text of a row, in its parameters and their changes: a definition, a rule."""
    names = [name for name, _ in function.parameters]
    values = dict(zip(names, arguments, strict=True))
    values |= {f"d{name}": change for name, change in zip(names, changes, strict=False)}
    known = axes_of(function, arguments)
    sizes = {letters[0]: dims for (_, letters), dims in known.items() if len(letters) == 1}
    return lower(table, typed_row(function, text), Scope(values, sizes))
