"""A question, sizes and a point → the derivative along a random line, and what a claim says of it.

The one place where sizes are chosen, directions are drawn and claims are read along them; proof,
bench and plot stand on it.
"""

from __future__ import annotations

from itertools import islice, permutations
from math import prod
from operator import mul
from typing import TYPE_CHECKING

from mdiff.proof.arrays import product, transposed
from mdiff.proof.jet import Jet
from mdiff.proof.needs import RUN, VALUE, Needs, needs, unsigned
from mdiff.proof.outcomes import Singular, Undefined, Unsupported, Void
from mdiff.proof.program import Program, Sized, size, sized
from mdiff.proof.run import Run
from mdiff.proof.scalars import ORDERED
from mdiff.properties import basis, linear_part, projection
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mdiff.proof.arrays import Entries
    from mdiff.proof.points import Point
    from mdiff.proof.result import Expansion, Kind, Structure
    from mdiff.shapes.typed import Problem, Typed

NO_VALUE = (Undefined, Singular, OverflowError, ZeroDivisionError, ValueError)
"""What is raised where an expression has no value at a point, or floats cannot hold it."""

COSTLIEST = 3_000_000
"""Products of numbers at one point."""

SIZE_RANK = "pknmq"
"""Matrices such as X: n×k with inv(X'*X) are taken to be tall: p < k < n < m < q."""

SIZES = (
    (2, 5, 3, 6, 4, 7, 8), (4, 2, 5, 3, 6, 8, 7), (3,) * 7, (13, 11, 17, 19, 14, 12, 16),
)  # fmt: skip
"""For the names of sizes by rank, at each point: not consecutive, not in order, and equal once; the
last, which shows polynomials in the sizes, where sizes are read as numbers."""


def size_orders(names: frozenset[str], number: int) -> Iterator[dict[str, int]]:
    """Sizes to try for the dimensions at a point: its own first, then such that tall is tall."""
    ranked = sorted(names, key=lambda name: (SIZE_RANK.find(name) % (len(SIZE_RANK) + 1), name))
    wished = SIZES[number % len(SIZES)]
    yield {name: wished[i % len(wished)] for i, name in enumerate(ranked)}
    if len(ranked) > 1:
        start = 2 + number % 3
        spaced = [start, *range(start + 2, start + 1 + len(ranked))]
        for order in islice(permutations(spaced), 24):
            yield dict(zip(ranked, order, strict=True))
    for start in range(2, 7):
        yield {name: start + i for i, name in enumerate(ranked)}


class Sizes(dict[str, int]):
    """Sizes of the problem; a name that only the answer has gets one of its own."""

    def __missing__(self, name: str) -> int:
        self[name] = max(self.values(), default=1) + 1
        return self[name]


class Target(Record):
    """What a claim is about: which derivative of a problem, by what, in which sense.

    `order`: up to which power of ε the input is followed; `complex`: whether a variable is so.
    """

    problem: Problem
    kind: Kind | Expansion
    wrt: tuple[str, ...]
    structure: Structure
    order: int = derived(lambda self: 2 if self.kind in ("d2", "taylor2") else 1)
    complex: bool = derived(
        lambda self: any("complex" in v.properties for v in self.problem.variables.values())
    )


class Written(Record):
    """Input and claim written as one program, and what is needed of its steps."""

    target: Target
    program: Program
    root: int
    claim: int | None
    needs: Needs
    stages: dict[tuple[int, ...], Stage] = derived(lambda _: {})


class Stage(Record):
    """What is written, at given sizes; `cost`: about how many products of numbers a run takes."""

    written: Written
    sizes: Sizes
    steps: list[Sized] = derived(lambda self: sized(self.written.program, self.sizes))
    cost: int = derived(
        lambda self: sum(
            step.work * (mask & RUN).bit_count()
            for step, mask in zip(self.steps, self.written.needs.masks, strict=True)
        )
    )


def written(target: Target, claim: Typed | None) -> Written:
    """Write the program, of the input alone where there is no claim.

    Raises `Unsupported` for what no proof knows.
    """
    program = Program()
    root = program.write(target.problem.expression)
    at = None if claim is None else program.write(claim)
    value = target.kind in ("taylor1", "taylor2")
    return Written(target, program, root, at, needs(program, root, at, target.wrt, value=value))


def stage(known: Written, sizes: Mapping[str, int]) -> Stage:
    """The program at given sizes, made once. Raises `Unsupported` where it is too large."""
    key = tuple(sizes.values())
    if key not in known.stages:
        found = Stage(known, Sizes(sizes))
        if found.cost > COSTLIEST:
            raise Unsupported("too large")
        known.stages[key] = found
    return known.stages[key]


class Line:
    """A stage at a point, with a random direction for all that changes.

    `generic` is, of a gradient, what it is multiplied with.
    """

    def __init__(self, known: Stage, point: Point) -> None:
        self.stage = known
        self.point = point
        self.numbers = point.levels[0]
        self.reduce = self.numbers.reduce
        self.target = known.written.target
        self.generic: Entries = []
        self.variables: dict[str, list[Jet]] = {}
        needed = known.written.needs
        for name in self.target.wrt:
            self._move(name, whole=name in needed.whole)
        self._draw(known.steps, needed.whole)
        self.run = Run(known.steps, needed.masks, point.levels, self.variables)

    # ----------------------------------------------------------------- drawing

    def _draw(self, steps: Sequence[Sized], whole: frozenset[str]) -> None:
        """Draw the variables of a program that are not drawn yet."""
        known = self.target.problem.variables
        for step in steps:
            name = str(step.payload)
            if step.operation == "variable" and name not in self.variables:
                if name not in known:
                    raise Unsupported(f"`{name}` is no variable of the problem")
                self.variables[name] = self.point.draw(known[name], step.shape, whole=name in whole)

    def _move(self, name: str, *, whole: bool) -> None:
        """Draw a variable that changes, and how."""
        declared, point = self.target.problem.variables[name], self.point
        rows, columns = (size(dim, self.stage.sizes) for dim in declared.shape)
        shape = rows, columns
        jets = self.variables[name] = point.draw(declared, shape, whole=whole)
        if self.target.kind in ("grad", "jac"):
            along = self.generic = point.spread(None, shape)
            if self.target.structure != "ambient" and self.target.kind == "grad":
                space = projection(declared.properties) or linear_part(declared.properties)
                along = self._along(jets[0], space)
        else:
            along = point.spread(linear_part(declared.properties), shape)
            levels = point.levels
            self.variables[f"d{name}"] = [Jet(n, *shape, [n.reduce(along)]) for n in levels]
        jets[0] = jets[0].like([jets[0].value, along])

    def _along(self, value: Jet, structure: str | None) -> Entries:
        """The direction whose slope is <gradient, generic>, for a gradient of the structure.

        It is the adjoint of what makes the gradient of the ambient one: an orthogonal projection,
        onto the structure's space or its tangent space, or the sum over equal entries.
        """
        numbers = self.numbers
        if self.target.structure == "tangent":
            generic = value.like([self.generic])
            gram = value.T @ generic
            inner = (gram + gram.T).times(numbers.reciprocal(2))
            return (generic - value @ inner).value
        along = [0] * len(self.generic)
        for element in basis(structure, *value.shape):
            total = sum(self.generic[place] * sign for place, sign in element)
            if self.target.structure == "projected":
                total = total * numbers.reciprocal(len(element))
            for place, sign in element:
                along[place] = total * sign
        return numbers.reduce(along)

    # ----------------------------------------------------------------- reading

    def truth(self) -> Entries:
        """The derivative along the direction. Raises what is in `NO_VALUE`, and `Unsupported`."""
        root = self.run.at(self.stage.written.root)
        _existing(root.value)
        match self.target.kind:
            case "d2":
                found = self.reduce([2 * entry for entry in root.part(2)])
            case "taylor1" | "taylor2":
                parts = map(root.part, range(self.target.order + 1))
                found = self.reduce([sum(each) for each in zip(*parts, strict=True)])
            case "jac":
                found = transposed(root.part(1), *root.shape)
            case _:
                found = root.part(1)
        return _existing(found)

    def claimed(self) -> Entries | None:
        """The same as the claim has it; None where it has another shape."""
        claim = self.stage.written.claim
        return None if claim is None else self._said(self.run.at(claim))

    def _said(self, claim: Jet) -> Entries | None:
        """What is read of a claim's value. Raises `Undefined` where that has none."""
        shape, kind = self.stage.steps[self.stage.written.root].shape, self.target.kind
        said = claim.value
        if kind in ("grad", "jac"):
            moved = self.variables[self.target.wrt[0]][0]
            shape = moved.shape if kind == "grad" else (prod(shape), len(moved.value))
        if claim.shape != shape:
            return None
        if kind == "grad":
            said = self.reduce([sum(map(mul, said, self.generic))])
        elif kind == "jac":
            along = transposed(moved.part(1), *moved.shape)
            said = self.reduce(product(said, along, len(along), 1))
        return _existing(said)

    def signs(self) -> dict[int, set[int]]:
        """For every step that reads signs, or loses them, those that it met."""
        steps, found = self.stage.steps, dict[int, set[int]]()
        for place, (step, mask) in enumerate(
            zip(steps, self.stage.written.needs.masks, strict=True)
        ):
            reads = step.operation == "call" and step.payload in ORDERED
            source = step.args[0] if reads else unsigned(steps, step)
            if mask and source is not None:
                found[place] = {self.numbers.sign(entry) for entry in self.run.at(source).value}
        return found

    def moved(self, step: float) -> Entries:
        """The value of the problem's expression, a step further along the line."""
        variables = dict(self.variables)
        for name in self.target.wrt:
            jet = variables[name][0]
            pairs = zip(jet.value, jet.part(1), strict=True)
            variables[name] = [jet.like([[x + step * v for x, v in pairs]])]
        masks = [mask | VALUE for mask in self.stage.written.needs.masks]
        run = Run(self.stage.steps, masks, self.point.levels, variables)
        jet = run.at(self.stage.written.root)
        return _existing(jet.T.value if self.target.kind == "jac" else jet.value)

    def read(self, expression: Typed) -> tuple[Jet, Entries | None]:
        """The value of another claim at the same point, and what it says. Raises as `truth`."""
        program = Program()
        place = program.write(expression)
        steps = sized(program, self.stage.sizes)
        known = needs(program, None, place, (), value=False)
        self._draw(steps, known.whole)
        if self.numbers.exact and known.levels > len(self.point.levels):
            raise Unsupported("more is read than was drawn")
        jet = Run(steps, known.masks, self.point.levels, self.variables).at(place)
        return jet, self._said(jet)


def _existing(entries: Entries) -> Entries:
    """The entries; raises `Undefined` where one has no value."""
    if any(isinstance(entry, Void) for entry in entries):
        raise Undefined("no value")
    return entries
