"""From a typed problem to its derivative, in the declared structure of its variables.

A variable that is differentiated is first taken without structure (all its entries vary), because
a symmetric factor could not be told from its transpose when it is cut out.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.calculus import local
from mdiff.calculus.derivatives import differential, gradients, jacobian
from mdiff.calculus.rebuild import rebuild
from mdiff.calculus.shorten import shortened, weight
from mdiff.errors import MdiffError
from mdiff.network.axes import contract
from mdiff.network.lower import INV, Scope, lower
from mdiff.network.nodes import Variable
from mdiff.network.table import Table
from mdiff.properties import LINEAR, SYMMETRIC, of_change, projection
from mdiff.shapes.dims import ONE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mdiff.network.nodes import Sum
    from mdiff.shapes.typed import Problem

LAST = 1_000_000
"""Where differentials stand in the order of the text: behind everything."""

MOST_FORWARD = 3
"""Up to so many scalar variables are differentiated forwards: `d/dt` commutes with more."""


class Derivation:
    """One problem on its way: the shared table, and the variables as networks know them.

    Of each name, `own` is the node with its properties (of a diagonal matrix, of the vector of its
    entries), `values` what it stands for, and `free` the node without structure that ties entries.
    """

    def __init__(self, problem: Problem, table: Table | None = None) -> None:
        self.problem = problem
        self.table = table or Table()
        self.own: dict[str, Variable] = {}
        self.values: dict[str, Sum] = {}
        self.free: dict[str, Variable] = {}
        for order, (name, declared) in enumerate(problem.variables.items()):
            rows, cols = (() if dim == ONE else (dim,) for dim in declared.shape)
            properties = declared.properties
            kept = properties & {"positive", "complex"}
            if properties & SYMMETRIC:
                kept |= {local.AT_POINT}
            self.free[name] = self.table.node(Variable, name, rows, cols, kept, order)
            if "diagonal" in properties:
                cols = ()
            self.own[name] = self.table.node(Variable, name, rows, cols, properties, order)
            self.values[name] = self._whole(name, self.table.of_node(self.own[name]))

    def _whole(self, name: str, value: Sum) -> Sum:
        """A diagonal matrix from its vector of entries, which stands for it."""
        diagonal = "diagonal" in self.problem.variables[name].properties
        return contract(self.table, "i.->ii", value) if diagonal else value

    def _own_change(self, name: str) -> Sum:
        """The change of a variable's own node."""
        node = self.own[name]
        kept = of_change(node.properties) | {"differential"}
        change = (f"d{name}", node.rows, node.cols, kept, LAST + node.order)
        return self.table.of_node(self.table.node(Variable, *change))

    def change(self, name: str) -> Sum:
        """The differential `dX` of a variable, with its linear structure."""
        return self._whole(name, self._own_change(name))

    def value(self, free: Iterable[str] = ()) -> Sum:
        """The problem's expression; variables in `free` without structure."""
        values = {**self.values, **{name: self.table.of_node(self.free[name]) for name in free}}
        return lower(self.table, self.problem.expression, Scope(values))

    def gradients(self, names: Sequence[str], *, projected: bool) -> Mapping[str, Sum]:
        """The gradient by each variable, in its shape; projected on its structure if wanted."""
        value = self.value(names)
        nodes = [self.free[name] for name in names]
        scalars = [node for node in nodes if not (node.rows or node.cols)]
        forward = scalars if len(scalars) <= MOST_FORWARD else []
        found = gradients(self.table, value, [node for node in nodes if node not in forward])
        for node in forward:
            found[node] = self._forward(value, {node: self.table.number(1)})
        results = {}
        for name, node in zip(names, nodes, strict=True):
            results[name] = self._settled(found[node], names)
            structure = projection(self.own[name].properties) if projected else ""
            if structure:
                results[name] = self._projected(results[name], structure)
        return results

    def _projected(self, gradient: Sum, structure: str) -> Sum:
        """The ambient gradient projected on the matrices of the variable's structure.

        Three different things are all called the gradient of a symmetric matrix: this projection
        `sym(G)`, the true gradient; the table of entries `G + G^T - G ⊙ I` (Matrix Cookbook 2.8);
        and the ambient `G`.
        """
        table = self.table
        if structure == "diagonal":
            return contract(table, "ii->ii", gradient)
        both = table.added([gradient, table.transposed(gradient)])
        return table.scaled(both, Fraction(1, 2))

    def by_power(self, gradient: Sum, name: str, power: int) -> Sum:
        """The derivative by a power of a scalar variable, from that by the variable itself.

        `df/d(s^k) = df/ds / (k s^(k-1))`.
        """
        factor = self.table.power(self.values[name], 1 - power)
        terms = [self.table.sum([(c / power, net)], (), ()) for c, net in gradient.terms]
        found = [contract(self.table, ",->", term, factor) for term in terms]
        return self.table.added(found) if found else gradient

    def jacobian(self, name: str) -> Sum:
        """`d vec(expression) / d vec(variable)^T`, all entries of the variable free."""
        return self._settled(jacobian(self.table, self.value([name]), self.free[name]), [name])

    def hessian(self, first: str, second: str) -> Sum:
        """The Jacobian by `second` of the vec of the gradient by `first`, all entries free."""
        gradient = self.free_gradient(first, second)
        return self._settled(jacobian(self.table, gradient, self.free[second]), [first, second])

    def _settled(self, value: Sum, names: Sequence[str]) -> Sum:
        """A derivative, shortened, in which free variables have their declared structure again."""
        short = shortened(self.table, value)
        structured = [name for name in names if self.own[name].properties]
        replace = {self.free[name]: self.values[name] for name in structured}
        return rebuild(self.table, short, replace) if replace else short

    def inverse_hessian(self, name: str) -> Sum:
        """The inverse of the Hessian by one variable."""
        return self.table.apply(INV, (self.hessian(name, name),))

    def newton(self, name: str) -> Sum:
        """The Newton step `-H^-1 G` in the shape of the variable."""
        inverse = self.inverse_hessian(name)
        gradient = self._settled(self.free_gradient(name), [name])
        sizes = dict(zip("ijkl", (gradient.rows, gradient.cols) * 2, strict=True))
        step = contract(self.table, "(ji)(lk),kl->ij", inverse, gradient, sizes=sizes)
        return self.table.scaled(step, Fraction(-1))

    def hessian_operator(self, first: str, second: str) -> Sum:
        """The change of the gradient by `first` where `second` changes by `d second`."""
        changes = {self.free[second]: self.change(second)}
        gradient = self.free_gradient(first, second)
        return self._settled(differential(self.table, gradient, changes), [first, second])

    def free_gradient(self, name: str, *others: str) -> Sum:
        """The gradient by one variable, which (as the others) has no structure in the result."""
        value = self.value([name, *others])
        node = self.free[name]
        if node.rows or node.cols:
            return shortened(self.table, gradients(self.table, value, [node])[node])
        return self._forward(value, {node: self.table.number(1)})

    def differential(self, names: Sequence[str], order: int = 1) -> Sum:
        """`d expression` (or the second differential) where these variables change."""
        free = [n for n in names if not self.own[n].properties & LINEAR]
        nodes = {**self.own, **{n: self.free[n] for n in free}}
        changes = {nodes[n]: self._own_change(n) for n in names}
        found = self.value(free)
        for _ in range(order):
            found = self._forward(found, changes)
        return self._settled(found, free)

    def _forward(self, value: Sum, changes: Mapping[Variable, Sum]) -> Sum:
        """The differential; of a scalar as `<G, dX>` where `G` gets shorter than it is.

        Terms that cancel in the gradient stand apart in the differential.
        """
        found = shortened(self.table, differential(self.table, value, changes))
        if value.rows or value.cols:
            return found
        table = self.table
        try:
            whole = gradients(table, value, changes)
        except MdiffError:  # the differential is all there is: it has no transpose, or is too long
            return found
        short = {node: shortened(table, gradient) for node, gradient in whole.items()}
        if short == whole:
            return found
        pairs = [
            contract(table, "ij,ij->", gradient, changes[node]) for node, gradient in short.items()
        ]
        return min(found, table.added(pairs), key=lambda total: weight(total, {}))
