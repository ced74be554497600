"""A problem and an answer → whether the answer is its derivative, by exact arithmetic mod p.

The typed tree of the input is evaluated over dual numbers at random points, and the result is
compared with the value of the answer's tree: no tolerance, no differences, no rule of the table.
"""

from __future__ import annotations

from operator import mul
from typing import TYPE_CHECKING

from mdiff.proof.domain import has_point, needs_point
from mdiff.proof.draw import draw, exponents, from_basis
from mdiff.proof.dual import Run
from mdiff.proof.field import Functions, P, Redraw, Singular, Stream, Unsupported
from mdiff.proof.matrices import product, transposed
from mdiff.proof.result import Proof
from mdiff.proof.stage import Stage
from mdiff.proof.structure import basis, linear_part, size_orders

if TYPE_CHECKING:
    from mdiff.proof.draw import Drawn
    from mdiff.proof.matrices import Entries
    from mdiff.proof.result import Expansion, Kind, Structure
    from mdiff.shapes.typed import Declared, Problem, Typed

POINTS = 2
"""A wrong answer survives a point with probability 1e-15; two have different sizes."""

SIGNS, SIGNS_AT_LEAST = 48, 3
"""A wrong `sign(x)` survives with 1/2: about so many are tried, in at most 16 points."""

DRAWS = 64

ORDERS: dict[Kind | Expansion, int] = {
    "grad": 1,
    "d": 1,
    "jac": 1,
    "d2": 2,
    "taylor1": 1,
    "taylor2": 2,
}
"""Up to which power of ε the input is followed."""

NAMES: dict[Kind | Expansion, str] = {
    "grad": "gradient",
    "d": "differential",
    "jac": "Jacobian",
    "d2": "second differential",
    "taylor1": "Taylor polynomial",
    "taylor2": "Taylor polynomial",
}


class Refuted(Exception):  # noqa: N818 - never leaves this module
    """The values differ."""


class Exact:
    """The exact method on one problem: `trusted` says whether a refutation is final.

    It is not where a true identity of logarithms, signs or roots could have been missed.
    """

    __slots__ = (
        "_answer",
        "_in_domain",
        "_kind",
        "_problem",
        "_seed",
        "_stages",
        "_structure",
        "_wrt",
        "trusted",
    )

    def __init__(  # noqa: PLR0913 - a problem, a claim about it, and a seed
        self,
        problem: Problem,
        kind: Kind | Expansion,
        wrt: tuple[str, ...],
        answer: Typed,
        structure: Structure,
        seed: int,
    ) -> None:
        self._problem = problem
        self._kind = kind
        self._wrt = wrt
        self._answer = answer
        self._structure = structure
        self._seed = seed
        self._stages: dict[int, Stage] = {}
        self._in_domain = False
        self.trusted = True

    def proof(self) -> Proof:
        """The verdict; method `none` where the exact method does not reach."""
        if any("complex" in declared.properties for declared in self._problem.variables.values()):
            return Proof("none", "unknown", 0, why="complex variables")
        agreed, wanted = 0, POINTS
        try:
            while agreed < wanted:
                signs = self._point(agreed)
                agreed += 1
                if signs:
                    wanted = max(POINTS, SIGNS // max(signs, SIGNS_AT_LEAST))
        except Refuted as refuted:
            return Proof("exact", "refuted", agreed + 1, why=str(refuted))
        except (Unsupported, Redraw, Singular) as reason:
            return Proof("none", "unknown", agreed, why=str(reason))
        return Proof("exact", "proved", agreed)

    def _point(self, number: int) -> int:
        """Compare at one point; how many signs it tries, 0 where none occur."""
        smallest = 2 + number % 2
        if smallest in self._stages:
            stages = iter((self._stages[smallest],))
        else:
            orders = size_orders(sorted(self._problem.sizes), smallest)
            stages = (self._stage(sizes) for sizes in orders)
        stream = Stream(self._seed * 1009 + number)
        for stage in stages:
            if self._agrees(stage, stream):
                self._stages[smallest] = stage
                return stage.signs
        raise Unsupported("an inverse does not exist at any size tried")

    def _agrees(self, stage: Stage, stream: Stream) -> bool:
        """Compare at a point of the domain; False where a matrix is singular at these sizes."""
        for _ in range(DRAWS):
            try:
                self._compare(stage, stream)
            except Redraw:
                continue
            except Singular:
                return False
            return True
        raise Unsupported("no point of the domain found")

    def _stage(self, sizes: dict[str, int]) -> Stage:
        """Write the program at these sizes; see that the exact method knows all of it."""
        value = self._kind in ("taylor1", "taylor2")
        stage = Stage(self._problem, self._wrt, self._answer, sizes, value=value)
        self.trusted = self.trusted and stage.trusted
        if not self._in_domain:
            whole = exponents(stage.program)
            if needs_point(stage.program, stage.root) and not has_point(
                stage.program, stage.root, self._problem, whole
            ):
                raise Unsupported("no point of the domain found")
            self._in_domain = True
        return stage

    # ------------------------------------------------------------- one point

    def _compare(self, stage: Stage, stream: Stream) -> None:
        functions = Functions(stream)
        drawn, directions = self._draw(stage, functions)
        program = stage.program
        run = Run(program, stage.needed, drawn, functions, ORDERS[self._kind])
        step, answered = program.steps[stage.root], program.steps[stage.answer]
        claim = run.values[stage.answer][0]
        shape = answered.rows, answered.columns
        if self._kind not in ("grad", "jac"):
            _same_shape(shape, (step.rows, step.columns))
            if claim != self._along(run, stage.root):
                raise Refuted(f"the {NAMES[self._kind]} has another value")
            return
        slope = run.coefficient(stage.root, 1)
        name = self._wrt[0]
        direction, value = directions[name], drawn[name][0][0]
        variable = next(step for step in program.steps if step.payload == name)
        rows, columns = variable.rows, variable.columns
        if self._kind == "grad":
            _same_shape(shape, (rows, columns))
            self._compare_gradient(claim, slope[0], value, direction, rows)
            return
        _same_shape(shape, (len(slope), len(direction)))
        along = transposed(direction, rows, columns)
        if product(claim, along, len(along), 1, P) != transposed(slope, step.rows, step.columns):
            raise Refuted("the Jacobian has another value")

    def _along(self, run: Run, root: int) -> Entries:
        """What a differential or a Taylor polynomial is, along the directions drawn."""
        match self._kind:
            case "d2":
                return [2 * entry % P for entry in run.coefficient(root, 2)]
            case "taylor1" | "taylor2":
                degrees = range(1, ORDERS[self._kind] + 1)
                parts = [run.values[root][0], *(run.coefficient(root, k) for k in degrees)]
                return [sum(entries) % P for entries in zip(*parts, strict=True)]
            case _:
                return run.coefficient(root, 1)

    def _draw(
        self, stage: Stage, functions: Functions
    ) -> tuple[dict[str, Drawn], dict[str, Entries]]:
        """Values of all variables, and the directions of those that change."""
        drawn: dict[str, Drawn] = {}
        directions: dict[str, Entries] = {}
        whole = exponents(stage.program)
        levels = 0
        for mask in stage.needed:
            levels |= mask
        variables = self._problem.variables
        for step in stage.program.steps:
            name = str(step.payload)
            if step.operation != "variable":
                continue
            if name not in variables:
                if name[1:] not in self._wrt:
                    raise Unsupported(f"`{name}` is no variable of the problem")
                continue
            shape = step.rows, step.columns
            entries = draw(functions, variables[name], shape, levels, whole=name in whole)
            along: Entries | None = None
            if name in self._wrt:
                along = self._direction(functions.stream, variables[name], entries[0], shape)
                directions[name] = along
            drawn[name] = (entries, along)
        for name, along in directions.items():
            drawn.setdefault(f"d{name}", ((along, along, along), None))
        return drawn, directions

    def _direction(
        self, stream: Stream, declared: Declared, value: Entries, shape: tuple[int, int]
    ) -> Entries:
        """A random direction that the variable can move in."""
        rows, columns = shape
        if self._structure == "tangent" and self._kind == "grad":
            turn = from_basis(stream, "skew", rows, rows)
            return product(turn, value, rows, columns, P)
        free = self._kind in ("grad", "jac") and self._structure == "ambient"
        return from_basis(stream, None if free else linear_part(declared.properties), *shape)

    # ---------------------------------------------------------------- claims

    def _compare_gradient(
        self, claim: Entries, slope: int, value: Entries, direction: Entries, rows: int
    ) -> None:
        """<G, V> is the derivative along V, and G lies in the structure's space."""
        declared = self._problem.variables[self._wrt[0]]
        columns = len(value) // rows
        if self._structure == "tangent":
            gram = product(transposed(value, rows, columns), claim, rows, columns, P)
            mirrored = transposed(gram, columns, columns)
            if any((x + y) % P for x, y in zip(gram, mirrored, strict=True)):
                raise Refuted("the answer is no tangent vector")
        elif self._structure != "ambient":
            spanned = [0] * len(claim)
            total = 0
            for element in basis(linear_part(declared.properties), rows, columns):
                place, factor = element[0]
                total += claim[place] * factor * direction[place] * factor
                for at, turned in element:
                    spanned[at] = claim[place] * factor * turned % P
            if spanned != claim:
                raise Refuted("the answer has not the structure of the variable")
            if self._structure == "entries":
                if (total - slope) % P:
                    raise Refuted("the derivative has another value")
                return
        if (sum(map(mul, claim, direction)) - slope) % P:
            raise Refuted("the gradient has another value")


def _same_shape(found: tuple[int, int], wanted: tuple[int, int]) -> None:
    if found != wanted:
        raise Refuted("the answer has another shape")
