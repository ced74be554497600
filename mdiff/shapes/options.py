"""Evidence goes in, the kind to start with for every free name and the price of others come out.

Nothing is checked here: whether the kinds fit is for the search to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.properties import ROWS
from mdiff.shapes.checked import SCALAR_AXES
from mdiff.shapes.costs import CHANGES, FURTHER_SCALAR, SPOKEN
from mdiff.shapes.evidence import find_evidence
from mdiff.shapes.kinds import KINDS, NO_NUMBERS, SCALAR_WORDS, by_letter
from mdiff.syntax.derivatives import USUAL

if TYPE_CHECKING:
    from mdiff.shapes.evidence import Evidence
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.steps import Steps


class Options:
    """For every free name the kind to start with, and what it may be changed to, with costs.

    `evident`: the text has names that can only be vectors or matrices.
    """

    __slots__ = ("changes", "evident", "further", "start")

    def __init__(
        self,
        start: dict[str, Kind],
        changes: dict[str, dict[Kind, float]],
        *,
        further: bool,
        evident: bool,
    ) -> None:
        self.start = start
        self.changes = changes
        self.further = further
        self.evident = evident

    def cost(self, changed: dict[str, Kind]) -> float:
        """What a set of changes costs."""
        total = 0.0
        scalars = 1 if self.further else 0
        for name, kind in changed.items():
            if kind == "scalar" and self.start[name] == "vector":
                total += FURTHER_SCALAR if scalars else self.changes[name][kind]
                scalars += 1
            else:
                total += self.changes[name][kind]
        return total


def options(steps: Steps) -> Options:
    """Start with the letters, and with what can be seen at a glance.

    What the text uses as a matrix or a vector is no scalar: what is transposed, stands right of a
    matrix, is the argument of a function of matrices; a capital is none (`bent`).
    A name that is an exponent or divided by is one; a vector letter that is squared is a scalar.
    Properties say more: `spd` is a matrix. So does the pattern of a contraction: two axes are a
    matrix. What an unknown function `f` returns is a scalar first, and `A(t)` what `A` is.
    """
    evidence = find_evidence(steps)
    start: dict[str, Kind] = {}
    changes: dict[str, dict[Kind, float]] = {}
    further = False
    for name in steps.unknown:
        kinds = KINDS[1:] if name in evidence.never_scalar else KINDS
        first = by_letter(name)
        if name in USUAL:
            first = "matrix" if name in evidence.square else "scalar"
        if first not in kinds:
            first = kinds[0]
        start[name] = first
        changes[name] = {kind: CHANGES[first, kind] for kind in kinds if kind != first}
    for name in steps.free:
        kinds = _possible(evidence, steps, name)
        first = _first(evidence, steps, name)
        if first not in kinds:
            first = kinds[0]
        further = further or (by_letter(name) == "vector" and first == "scalar")
        start[name] = first
        more = SPOKEN if name in SCALAR_WORDS else 0.0
        changes[name] = {kind: CHANGES[first, kind] + more for kind in kinds if kind != first}
    known = any(each.axes not in (None, SCALAR_AXES) for each in steps.variables.values())
    evident = bool(evidence.never_scalar - {""}) or known or "matrix" in start.values()
    return Options(start, changes, further=further, evident=evident)


def _possible(evidence: Evidence, steps: Steps, name: str) -> tuple[Kind, ...]:
    """The kinds that a free name can be at all, by its properties and its uses."""
    of = {ROWS[each].of for each in steps.variables[name].properties}
    if of & {"matrix", "square matrix"}:
        return ("matrix",)
    if "vector" in of:
        return ("vector",)
    if name in evidence.contracted:
        return (evidence.contracted[name],)
    if name in evidence.never_scalar or name in NO_NUMBERS:
        return KINDS[1:]
    return KINDS


def _first(evidence: Evidence, steps: Steps, name: str) -> Kind:
    """The kind to start with: that of the letter, or a scalar where it is used as one."""
    letter = by_letter(name)
    varied = letter == "matrix" and name in steps.wrt
    divides = name in evidence.only_scalar and not varied
    squared = name in evidence.squared and letter == "vector"
    return "scalar" if divides or squared else letter
