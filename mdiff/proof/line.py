"""A question, sizes and a point → the derivative along a random line, and what a claim says of it.

The one place where sizes are chosen, directions are drawn and claims are read along them; proof,
bench and plot stand on it.
"""

from __future__ import annotations

from itertools import islice, permutations
from math import prod
from operator import mul
from typing import TYPE_CHECKING

from mdiff.proof.jet import Jet
from mdiff.proof.needs import AT_Q, AT_R, COSTLIEST, VALUE, Needs, cost, needs
from mdiff.proof.outcomes import Singular, Undefined, Unsupported, Void
from mdiff.proof.points import exponents
from mdiff.proof.program import Program, Sized, size, sized
from mdiff.proof.run import Run
from mdiff.proof.scalars import ORDERED
from mdiff.properties import basis, linear_part
from mdiff.record import Record, derived

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mdiff.proof.arrays import Entries
    from mdiff.proof.jet import Numbers
    from mdiff.proof.points import Point
    from mdiff.proof.result import Expansion, Kind, Structure
    from mdiff.shapes.typed import Declared, Problem, Typed

NO_VALUE = (Undefined, Singular, OverflowError, ZeroDivisionError, ValueError)
"""What is raised where an expression has no value at a point, or floats cannot hold it."""

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
    """What a claim is about: which derivative of a problem, by what, in which sense."""

    problem: Problem
    kind: Kind | Expansion
    wrt: tuple[str, ...]
    structure: Structure

    @property
    def order(self) -> int:
        """Up to which power of ε the input is followed."""
        return 2 if self.kind in ("d2", "taylor2") else 1

    @property
    def complex(self) -> bool:
        """Whether a variable is complex."""
        return any("complex" in each.properties for each in self.problem.variables.values())


class Written(Record):
    """Input and claim written as one program, and what is needed of its steps."""

    target: Target
    program: Program
    root: int
    claim: int | None
    needs: Needs
    whole: frozenset[str] = derived(lambda self: exponents(self.program))
    levels: int = derived(lambda self: _levels(self.needs))


class Stage(Record):
    """What is written, at given sizes."""

    written: Written
    sizes: Sizes
    steps: list[Sized] = derived(lambda self: sized(self.written.program, self.sizes))
    cost: int = derived(lambda self: cost(self.steps, self.written.needs.masks))


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
    """The program at given sizes. Raises `Unsupported` where it is too large."""
    found = Stage(known, Sizes(sizes))
    if found.cost > COSTLIEST:
        raise Unsupported("too large")
    return found


def _levels(known: Needs) -> int:
    """How many of P, Q and R are needed."""
    masks = 0
    for mask in known.masks:
        masks |= mask
    return 3 if masks & AT_R else 2 if masks & AT_Q else 1


class Line:
    """A stage at a point, with a random direction for all that changes."""

    def __init__(self, known: Stage, point: Point) -> None:
        self.stage = known
        self.point = point
        self.variables: dict[str, list[Jet]] = {}
        self.directions: dict[str, Entries] = {}
        self.generic: Entries = []
        """Of a gradient: what it is multiplied with."""
        self.target = known.written.target
        for name in self.target.wrt:
            self._move(name, self.target.problem.variables[name])
        self._draw(known.steps, known.written.whole)
        self._run = Run(known.steps, known.written.needs.masks, point.levels, self.variables)

    # ----------------------------------------------------------------- drawing

    def _draw(self, steps: Sequence[Sized], whole: frozenset[str]) -> None:
        """Draw the variables of a program that are not drawn yet."""
        known = self.target.problem.variables
        for step in steps:
            name = str(step.payload)
            if step.operation == "variable" and name not in self.variables:
                if name not in known:
                    raise Unsupported(f"`{name}` is no variable of the problem")
                entries = self.point.draw(known[name], step.shape, whole=name in whole)
                self.variables[name] = self._jets(step.shape, entries)

    def _jets(self, shape: tuple[int, int], entries: Sequence[Entries]) -> list[Jet]:
        pairs = zip(self.point.levels, entries, strict=False)
        return [Jet(numbers, *shape, [each]) for numbers, each in pairs]

    def _move(self, name: str, declared: Declared) -> None:
        """Draw a variable that changes, and how."""
        target, point = self.target, self.point
        rows, columns = (size(dim, self.stage.sizes) for dim in declared.shape)
        shape = rows, columns
        entries = point.draw(declared, shape, whole=name in self.stage.written.whole)
        jets = self._jets(shape, entries)
        if target.kind in ("grad", "jac"):
            self.generic = point.direction(None, shape)
            along = self._along(jets[0], declared)
        else:
            along = point.direction(linear_part(declared.properties), shape)
            levels = point.levels
            self.variables[f"d{name}"] = self._jets(shape, [n.reduce(along) for n in levels])
        jets[0] = jets[0].like([jets[0].value, along])
        self.directions[name] = along
        self.variables[name] = jets

    def _along(self, value: Jet, declared: Declared) -> Entries:
        """The direction whose slope is <gradient, generic>, for a gradient of the structure.

        It is the adjoint of what makes the gradient of the ambient one: an orthogonal projection,
        onto the structure's space or its tangent space, or the sum over equal entries.
        """
        generic, structure = value.like([self.generic]), self.target.structure
        if structure == "ambient" or self.target.kind != "grad":
            return self.generic
        numbers, (rows, columns) = value.numbers, value.shape
        if structure == "tangent":
            x, v = (value, generic) if rows >= columns else (value.T, generic.T)
            gram = x.T @ v
            inner = (gram + gram.T).times(numbers.reciprocal(2))
            found = v - x @ inner
            return (found if rows >= columns else found.T).value
        along = [0] * len(self.generic)
        for element in basis(linear_part(declared.properties), rows, columns):
            total = sum(self.generic[place] * sign for place, sign in element)
            if structure == "projected":
                total = total * numbers.reciprocal(len(element))
            for place, sign in element:
                along[place] = total * sign
        return numbers.reduce(along)

    @property
    def numbers(self) -> Numbers:
        """Those that things move in."""
        return self.point.levels[0]

    def reduce(self, entries: Entries) -> Entries:
        """Entries after sums and products."""
        return self.numbers.reduce(entries)

    # ----------------------------------------------------------------- reading

    def truth(self) -> Entries:
        """The derivative along the direction. Raises what is in `NO_VALUE`, and `Unsupported`."""
        root = self._run.at(self.stage.written.root)
        _existing(root.value)
        match self.target.kind:
            case "d2":
                found = root.like([root.part(2)]).times(2).value
            case "taylor1" | "taylor2":
                parts = map(root.part, range(self.target.order + 1))
                found = self.reduce([sum(each) for each in zip(*parts, strict=True)])
            case "jac":
                found = root.like([root.part(1)]).T.value
            case _:
                found = root.part(1)
        return _existing(found)

    def signs(self) -> list[set[int]]:
        """For every step that reads signs, those that it read."""
        return [
            {self.numbers.sign(entry) for entry in self._run.at(step.args[0]).value}
            for step, mask in zip(self.stage.steps, self.stage.written.needs.masks, strict=True)
            if mask and step.operation == "call" and step.payload in ORDERED
        ]

    def claimed(self) -> Entries | None:
        """The same as the claim has it; None where it has another shape."""
        claim = self.stage.written.claim
        return None if claim is None else self._read(self._run.at(claim))

    def _read(self, claim: Jet) -> Entries | None:
        """What is read of a claim's value. Raises `Undefined` where that has none."""
        seen = self._seen(claim)
        return seen and _existing(seen)

    def _seen(self, claim: Jet) -> Entries | None:
        shape = self.stage.steps[self.stage.written.root].shape
        match self.target.kind:
            case "grad":
                (name,) = self.target.wrt
                if claim.shape != self.variables[name][0].shape:
                    return None
                return claim.numbers.reduce([sum(map(mul, claim.value, self.generic))])
            case "jac":
                (name,) = self.target.wrt
                moved = self.variables[name][0]
                along = moved.like([moved.part(1)]).T
                if claim.shape != (prod(shape), len(along.value)):
                    return None
                return (claim.plain() @ Jet(along.numbers, len(along.value), 1, along.parts)).value
            case _:
                return claim.value if claim.shape == shape else None

    def moved(self, step: float) -> Entries:
        """The value of the problem's expression, a step further along the line."""
        variables = dict(self.variables)
        for name, along in self.directions.items():
            jet = variables[name][0]
            entries = [x + step * v for x, v in zip(jet.value, along, strict=True)]
            variables[name] = [jet.like([entries])]
        root = self.stage.written.root
        masks = [mask | VALUE for mask in self.stage.written.needs.masks]
        jet = Run(self.stage.steps, masks, self.point.levels, variables).at(root)
        return _existing(jet.T.value if self.target.kind == "jac" else jet.value)

    def read(self, expression: Typed) -> tuple[Jet, Entries | None]:
        """The value of another claim at the same point, and what it says. Raises as `truth`."""
        program = Program()
        place = program.write(expression)
        steps = sized(program, self.stage.sizes)
        known = needs(program, None, place, (), value=False)
        self._draw(steps, exponents(program))
        if len(self.point.levels) > 1 and _levels(known) > self.point.drawn:
            raise Unsupported("more is read than was drawn")
        jet = Run(steps, known.masks, self.point.levels, self.variables).at(place)
        return jet, self._read(jet)


def _existing(entries: Entries) -> Entries:
    """The entries; raises `Undefined` where one has no value."""
    if any(isinstance(entry, Void) for entry in entries):
        raise Undefined("no value")
    return entries
