"""Unknown sizes go in, the equations between them are solved; why each one holds is remembered."""

from __future__ import annotations

from collections import Counter
from math import gcd
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.shapes.dims import Dim, half

if TYPE_CHECKING:
    from collections.abc import Iterable

ONE_SIZE = 0
"""The identifier of the size 1 in every table of sizes."""

Axes = tuple[int, int]
SCALAR_AXES: Axes = (ONE_SIZE, ONE_SIZE)

LARGE = 2**53
"""Numbers from here on have no roots."""

MOST_FACTORS = 4096
"""Sizes with more factors are refused: a definition that uses another twice doubles them."""

Monomial = tuple[int, tuple[int, ...]]
"""A whole number times other sizes, by identifier."""

Product = tuple[int, list[int]]
"""The same of sizes that are no products themselves."""

Value = str | Monomial | None
"""What is known of a size: its name, the product that it is, or nothing."""


def without(factors: list[int], taken: list[int]) -> list[int]:
    """The factors that are left, in order, where others are taken out, each as often as it is."""
    counts = Counter(taken)
    counts.subtract(factors)
    left: list[int] = []
    for factor in reversed(factors):  # the first ones are taken, the last are left
        if counts[factor] < 0:
            counts[factor] += 1
            left.append(factor)
    return left[::-1]


class Sizes:
    """Union-find over sizes: unknown, named (all different), or a monomial of others.

    An unknown size is never 1: scalars, columns and rows are told apart before sizes are.
    Every axis of every variable has an identifier of its own, so that `links` (who was made equal
    to whom, and at which step) can tell where a size comes from.
    """

    def __init__(self) -> None:
        self.parents: list[int] = [ONE_SIZE]
        self.values: list[Value] = [(1, ())]
        self.origins: dict[int, str] = {}
        self.links: list[tuple[int, int, int]] = []
        self.deferred: list[tuple[int, int, int]] = []
        self.dims: dict[int, Dim] = {}

    def copy(self) -> Sizes:
        """A table to try something in."""
        other = Sizes()
        for part, value in vars(self).items():
            setattr(other, part, value.copy())
        return other

    def new(self, value: Value = None) -> int:
        """A new size that is not 1; one with a name is different from every other."""
        self.parents.append(len(self.parents))
        self.values.append(value)
        return len(self.parents) - 1

    def monomial(self, number: int, factors: tuple[int, ...]) -> int:
        """The size of a product."""
        kept = tuple(factor for factor in factors if self.find(factor) != ONE_SIZE)
        if number == 1 and not kept:
            return ONE_SIZE
        if number == 1 and len(kept) == 1:
            return kept[0]
        return self.new((number, kept))

    def half(self, size: int) -> int:
        """The size `n*(n+1)/2` of a known size `n`: the same one each time."""
        value = half(self.dim(size))
        if not value.factors:
            return self.monomial(value.number, ())
        name = value.factors[0]
        return self.values.index(name) if name in self.values else self.new(name)

    def axis(self, size: int, origin: str) -> int:
        """A new identifier for a known size, which says where it was written."""
        if size == ONE_SIZE:
            return ONE_SIZE
        alias = self.new()
        self.parents[alias] = size
        self.origins[alias] = origin
        return alias

    def find(self, size: int) -> int:
        """The identifier that stands for all that are equal to this one."""
        parents = self.parents
        while parents[size] != size:
            parents[size] = parents[parents[size]]
            size = parents[size]
        return size

    def expand(self, size: int) -> Product:
        """The size as a number times named and unknown ones, in the order of the text."""
        number = 1
        atoms: list[int] = []
        stack = [size]
        while stack:
            root = self.find(stack.pop())
            value = self.values[root]
            if not isinstance(value, tuple):
                atoms.append(root)
            else:
                number *= value[0]
                stack.extend(reversed(value[1]))
                if len(atoms) + len(stack) > MOST_FACTORS:
                    raise fail("E220", f"a size is a product of more than {MOST_FACTORS} others")
        return number, atoms

    def free(self, sizes: Iterable[int]) -> list[int]:
        """The unknown sizes that these are made of."""
        known = (size for size in sizes if size != ONE_SIZE)
        return [atom for size in known for atom in self.expand(size)[1] if not self.values[atom]]

    def unify(self, left: int, right: int, step: int) -> bool:
        """Make two sizes equal; False where they cannot be. `step` is where that is asked."""
        one, other = self.find(left), self.find(right)
        if one == other:
            return True
        if self.values[other] is None:
            one, other = other, one
        values = self.values[one], self.values[other]
        if values[0] is None:
            if other == ONE_SIZE:
                return False
            if not isinstance(values[1], tuple) or one not in self.expand(other)[1]:
                self.parents[one] = other
                self.links.append((left, right, step))
                return True
        elif isinstance(values[0], str) and isinstance(values[1], str):
            return False
        return self._cancel(left, right, step)

    def _cancel(self, left: int, right: int, step: int) -> bool:
        """Make two products equal: what is left of them without their common factors."""
        one, other = self._remainders(left, right)
        if not one[1] and not other[1]:
            return one[0] == other[0]
        for (alone, lone), (factor, atoms) in ((one, other), (other, one)):
            if alone != 1:
                continue
            if not lone:
                return False
            root = self._root(factor, atoms, len(lone)) if len(set(lone)) == 1 else None
            if root is not None and self.values[lone[0]] is None:
                value = self.monomial(*root)
                if value == ONE_SIZE:
                    return False
                self.parents[lone[0]] = self.find(value)
                self.links.append((left, right, step))
                return True
        if not self.free((*one[1], *other[1])):
            return False
        self.deferred.append((left, right, step))
        return True

    def _remainders(self, left: int, right: int) -> tuple[Product, Product]:
        """What is left of two products without their common factors."""
        (number, rest), (other, others) = self.expand(left), self.expand(right)
        common = gcd(number, other)
        return (number // common, without(rest, others)), (other // common, without(others, rest))

    def _root(self, number: int, atoms: list[int], power: int) -> Monomial | None:
        """The product that has this one as its power; None where there is none."""
        if power == 1:
            return number, tuple(atoms)
        base = round(number ** (1 / power)) if number < LARGE else 0
        kept = dict.fromkeys(atoms)
        if base**power != number or any(atoms.count(atom) % power for atom in kept):
            return None
        return base, tuple(a for a in kept for _ in range(atoms.count(a) // power))

    def settle(self, whole: frozenset[int]) -> tuple[int, int, int] | None:
        """Solve what was put off; the first equation that has no solution, else None.

        What is still open then, `m*u = p*v` with all four unknown, is solved factor by factor,
        but for equations of sizes that may not be guessed, those in `whole`.
        """
        for pairwise in (False, True):
            progress = True
            while self.deferred and progress:
                waiting, self.deferred = self.deferred, []
                for left, right, step in waiting:
                    free = self.free((left, right))
                    if pairwise and {self.find(size) for size in whole}.isdisjoint(free):
                        (_, rest), (_, others) = self._remainders(left, right)
                        for one, other in zip(rest, others, strict=False):
                            self.unify(one, other, step)
                    if not self.unify(left, right, step):
                        return left, right, step
                progress = len(self.deferred) < len(waiting)
        return self.deferred[0] if self.deferred else None

    def dim(self, size: int) -> Dim:
        """The size as a value; every free one must have been given a name."""
        if size not in self.dims:
            number, atoms = self.expand(size)
            names = sorted(str(self.values[atom]) for atom in atoms)
            self.dims[size] = Dim(number, tuple(names))
        return self.dims[size]

    def origin(self, size: int) -> tuple[str, tuple[int, ...]]:
        """Where a size was written, and the steps that carried it here; ("", ()) if unknown."""
        if size in self.origins:
            return self.origins[size], ()
        neighbours: dict[int, list[tuple[int, int]]] = {}
        for left, right, step in self.links:
            neighbours.setdefault(left, []).append((right, step))
            neighbours.setdefault(right, []).append((left, step))
        ways: dict[int, tuple[int, ...]] = {size: ()}
        queue = [size]
        for here in queue:
            if here in self.origins:
                return self.origins[here], ways[here]
            for there, step in neighbours.get(here, ()):
                if there not in ways:
                    ways[there] = (step, *ways[here])
                    queue.append(there)
        return "", ()
