"""A problem, an answer and sizes → one program for both, and what the exact method makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import Unsupported
from mdiff.proof.needs import ALL_LEVELS, AT_Q, AT_R, masks
from mdiff.proof.program import Program
from mdiff.proof.scalars import MATRIX
from mdiff.proof.wires import work
from mdiff.shapes.typed import Variable

if TYPE_CHECKING:
    from mdiff.proof.program import Step
    from mdiff.shapes.typed import Problem, Typed

COSTLIEST = 3_000_000
"""Products of numbers at one point; beyond, arrays are faster."""

OPAQUE = frozenset(("log", "abs", "sign", "asin", "acos", "atan", "erf"))


class Stage:
    """Input and answer written as one program at given sizes, and what is needed of its steps.

    `signs`: 0 where no signs occur, else how many a point tries at least.
    `trusted`: no true identity of logarithms, signs, roots or nested functions can be missed.
    """

    __slots__ = ("answer", "needed", "program", "root", "signs", "trusted")

    def __init__(
        self,
        problem: Problem,
        wrt: tuple[str, ...],
        answer: Typed,
        sizes: dict[str, int],
        *,
        value: bool = False,
    ) -> None:
        """`value`: the value of the input is needed as well, not only how it moves."""
        program = Program(_Sizes(sizes))
        self.program = program
        self.root = program.write(problem.expression)
        self.answer = program.write(answer)
        for name in wrt:
            program.write(Variable(problem.variables[name], (0, 0)))
        moving: list[bool] = []
        for step in program.steps:
            here = step.operation == "variable" and step.payload in wrt
            moving.append(here or any(moving[arg] for arg in step.args))
        self.needed = masks(program, self.answer, self.root, moving, value=value)
        self.signs = 0
        self.trusted = True
        for step, mask in zip(program.steps, self.needed, strict=True):
            if mask:
                self._look_at(step, mask)
        if cost(program, self.needed) > COSTLIEST:
            raise Unsupported("too large")

    def _look_at(self, step: Step, mask: int) -> None:
        """See what functions are on the path, and whether they keep all their identities here."""
        if step.operation == "power":
            exponent = self.program.constant(step.args[1])
            if exponent is None or exponent.denominator != 1:
                self.trusted = False
        if step.operation != "call" or step.payload in MATRIX:
            return
        name = str(step.payload)
        if name in ("abs", "sign"):
            count = step.rows * step.columns
            self.signs = min(self.signs or count, count)
        read = mask & ALL_LEVELS or name != "log"
        if mask & (AT_Q | AT_R) or (name in OPAQUE and read):
            self.trusted = False


class _Sizes(dict[str, int]):
    """Sizes of the problem; a name that only the answer has gets one of its own."""

    def __missing__(self, name: str) -> int:
        self[name] = max(self.values(), default=1) + 1
        return self[name]


def cost(program: Program, needed: list[int]) -> int:
    """About how many products of numbers one run takes."""
    total = 0
    for step, mask in zip(program.steps, needed, strict=True):
        if not mask:
            continue
        count = step.rows * step.columns
        match step.operation:
            case "matmul":
                count *= program.steps[step.args[0]].columns
            case "contract":
                parts = (program.steps[arg] for arg in step.args)
                shapes = [(part.rows, part.columns) for part in parts]
                count = work(str(step.payload), shapes) * len(shapes)
            case "call" if step.payload in ("det", "inv"):
                count = program.steps[step.args[0]].rows ** 3
            case "matrixpower":
                count *= 8 * step.rows
            case "call" if (
                step.function and step.function.unknown and not step.function.by_elements
            ):
                count *= sum(
                    program.steps[arg].rows * program.steps[arg].columns for arg in step.args
                )
            case _:
                pass
        total += count * mask.bit_count()
    return total
