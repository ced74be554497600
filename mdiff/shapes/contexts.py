"""Steps go in, and each is marked with what stands around it; what that means is not decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.tree import Apply, Power, Product, Sum, Transpose

if TYPE_CHECKING:
    from mdiff.shapes.steps import Step, Steps

SUMS = frozenset({"sum", "mean"})
"""Functions that add up the entries of what they are given."""


def find_contexts(steps: Steps) -> None:
    """Say of each step whether it is summed over entries, a factor in a trace, or squared.

    `summed`: it is the argument of a sum or a mean, through sums, products and functions by
    elements; `traced`: it is a factor of a matrix product directly under a trace. Both end at a
    definition, whose value is used elsewhere as well.
    """
    for place in range(len(steps.steps) - 1, -1, -1):
        step = steps.steps[place]
        parts = [steps.steps[part] for part in step.parts]
        match step.node:
            case Apply(function, _):
                if function in SUMS:
                    _mark(parts, summed=True)
                elif function == "tr":
                    _mark(parts, traced=True)
                elif steps.by_elements(function) or function == "vec":
                    _mark(parts, summed=step.summed)
            case Power():
                parts[0].squared = parts[1].value == 2
                _mark(parts, summed=step.summed)
            case Product(factors):
                matrices = all(operator not in (".*", "./", "⊗") for operator, _ in factors)
                _mark(parts, summed=step.summed, traced=step.traced and matrices)
                if matrices and sum(part.value is None for part in parts) > 1:
                    for part in parts:
                        part.multiplied = True
            case Sum() | Transpose():
                _mark(parts, summed=step.summed, traced=step.traced)
                for part in parts:
                    part.multiplied = part.multiplied or step.multiplied
            case _:
                pass


def _mark(parts: list[Step], *, summed: bool = False, traced: bool = False) -> None:
    for part in parts:
        part.summed = part.summed or summed
        part.traced = part.traced or traced
