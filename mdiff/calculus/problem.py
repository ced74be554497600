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
from mdiff.network.lower import INV, Scope, dims_of, lower
from mdiff.network.nodes import Variable
from mdiff.network.table import Table
from mdiff.properties import LINEAR, SYMMETRIC, of_change, projection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mdiff.network.nodes import Sum
    from mdiff.shapes.typed import Declared, Problem

LAST = 1_000_000
"""Where differentials stand in the order of the text: behind everything."""

MOST_FORWARD = 3
"""Up to so many scalar variables are differentiated forwards: `d/dt` commutes with more."""


class Derivation:
    """One problem on its way: the shared table and the variables as networks know them."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.table = Table()
        self._orders = {name: i for i, name in enumerate(problem.variables)}

    def variable(self, declared: Declared, *, free: bool = False) -> Variable:
        """The node of a variable; `free`: with no structure that ties its entries."""
        rows, cols = dims_of(declared.shape)
        properties = declared.properties
        order = self._orders.get(declared.name, 0)
        if free:
            kept = properties & {"positive", "complex"}
            if properties & SYMMETRIC:
                kept |= {local.AT_POINT}
        elif "diagonal" in properties:
            return self.table.node(Variable, declared.name, rows, (), properties, order)
        else:
            kept = properties
        return self.table.node(Variable, declared.name, rows, cols, kept, order)

    def _own_change(self, declared: Declared) -> Sum:
        """The change of a variable's node: of a diagonal matrix, of its vector of entries."""
        rows, cols = dims_of(declared.shape)
        kept = of_change(declared.properties) | {"differential"}
        diagonal = "diagonal" in kept
        order = LAST + self._orders.get(declared.name, 0)
        name, table = f"d{declared.name}", self.table
        node = table.node(Variable, name, rows, () if diagonal else cols, kept, order)
        return table.of_node(node)

    def change(self, declared: Declared) -> Sum:
        """The differential `dX` of a variable, with its linear structure."""
        return self._whole(declared, self._own_change(declared))

    def _whole(self, declared: Declared, value: Sum) -> Sum:
        """A diagonal matrix from its vector of entries, which stands for it."""
        diagonal = "diagonal" in declared.properties
        return contract(self.table, "i.->ii", value) if diagonal else value

    def declared_value(self, declared: Declared) -> Sum:
        """A variable with the structure that it was declared with."""
        return self._whole(declared, self.table.of_node(self.variable(declared)))

    def value(self, free: frozenset[str] = frozenset()) -> Sum:
        """The problem's expression; variables in `free` without structure."""

        def look_up(declared: Declared) -> Sum:
            if declared.name in free:
                return self.table.of_node(self.variable(declared, free=True))
            return self.declared_value(declared)

        return lower(self.table, self.problem.expression, Scope(look_up))

    def gradients(self, names: Sequence[str], *, projected: bool) -> Mapping[str, Sum]:
        """The gradient by each variable, in its shape; projected on its structure if wanted."""
        variables = self.problem.variables
        value = self.value(frozenset(names))
        nodes = {name: self.variable(variables[name], free=True) for name in names}
        scalars = [node for node in nodes.values() if not (node.rows or node.cols)]
        forward = scalars if len(scalars) <= MOST_FORWARD else []
        found = gradients(self.table, value, [n for n in nodes.values() if n not in forward])
        for node in forward:
            found[node] = self._forward(value, {node: self.table.number(1)})
        results = {}
        for name, node in nodes.items():
            gradient = self._declared(shortened(self.table, found[node]), names)
            results[name] = self._projected(gradient, variables[name]) if projected else gradient
        return results

    def _projected(self, gradient: Sum, declared: Declared) -> Sum:
        """The ambient gradient projected on the matrices of the variable's structure.

        Three different things are all called the gradient of a symmetric matrix: this projection
        `sym(G)`, the true gradient; the table of entries `G + G^T - G ⊙ I` (Matrix Cookbook 2.8);
        and the ambient `G`.
        """
        table = self.table
        match projection(declared.properties):
            case "diagonal":
                return contract(table, "i.->ii", table.diagonal(gradient))
            case "symmetric":
                both = table.added([gradient, table.transposed(gradient)])
                return table.scaled(both, Fraction(1, 2))
            case _:
                return gradient

    def by_power(self, gradient: Sum, name: str, power: int) -> Sum:
        """The derivative by a power of a scalar variable, from that by the variable itself.

        `df/d(s^k) = df/ds / (k s^(k-1))`.
        """
        node = self.declared_value(self.problem.variables[name])
        factor = self.table.power(node, 1 - power)
        terms = [self.table.sum([(c / power, net)], (), ()) for c, net in gradient.terms]
        found = [contract(self.table, ",->", term, factor) for term in terms]
        return self.table.added(found) if found else gradient

    def jacobian(self, name: str) -> Sum:
        """`d vec(expression) / d vec(variable)^T`, all entries of the variable free."""
        node = self.variable(self.problem.variables[name], free=True)
        return self._settled(jacobian(self.table, self.value(frozenset({name})), node), [name])

    def hessian(self, first: str, second: str) -> Sum:
        """The Jacobian by `second` of the vec of the gradient by `first`, all entries free."""
        gradient = self.free_gradient(first, {second})
        node = self.variable(self.problem.variables[second], free=True)
        return self._settled(jacobian(self.table, gradient, node), [first, second])

    def _settled(self, value: Sum, names: Sequence[str]) -> Sum:
        """A derivative, shortened, in which free variables have their declared structure again."""
        return self._declared(shortened(self.table, value), names)

    def _declared(self, value: Sum, names: Iterable[str]) -> Sum:
        variables = self.problem.variables
        replace = {
            self.variable(variables[name], free=True): self.declared_value(variables[name])
            for name in names
            if variables[name].properties
        }
        return rebuild(self.table, value, replace) if replace else value

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
        variables = self.problem.variables
        declared = variables[second]
        change = self.change(declared)
        node = self.variable(declared, free=True)
        gradient = self.free_gradient(first, {second})
        return self._settled(differential(self.table, gradient, {node: change}), [first, second])

    def free_gradient(self, name: str, others: frozenset[str] | set[str] = frozenset()) -> Sum:
        """The gradient by one variable, which (as the others) has no structure in the result."""
        value = self.value(frozenset({name, *others}))
        node = self.variable(self.problem.variables[name], free=True)
        if node.rows or node.cols:
            return shortened(self.table, gradients(self.table, value, [node])[node])
        return self._forward(value, {node: self.table.number(1)})

    def differential(self, names: Sequence[str], order: int = 1) -> Sum:
        """`d expression` (or the second differential) where these variables change."""
        variables = self.problem.variables
        free = frozenset(n for n in names if not variables[n].properties & LINEAR)
        value = self.value(free)
        changes = {
            self.variable(variables[n], free=n in free): self._own_change(variables[n])
            for n in names
        }
        found = value
        for _ in range(order):
            found = self._forward(found, changes)
        return self._declared(found, free)

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
