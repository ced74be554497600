"""A program and what is asked of it → what is needed of each step; nothing is evaluated."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.proof.matrices import MATRIX
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.scalars import CIRCULAR, EXPONENTIAL, LAWLESS, ORDERED, SCALAR
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.program import Program, Sized, Step

VALUE, AT_Q, AT_R, TANGENT, WHOLE = 1, 2, 4, 8, 16
"""What may be needed of a step: its value modulo P (or the real one), Q, R; how it moves; whole
numbers for its variables, as it is an exponent of a matrix."""

LEVELS = VALUE | AT_Q | AT_R
RUN = LEVELS | TANGENT
"""What costs time."""

PARTIAL = frozenset((
    "log", "asin", "acos", "lgamma", "digamma", "trigamma", "chol", "atan2", "max", "hardmax",
    "eigmax", "eigmin", "eigvecmax", "eigvecmin", "norm2", "nuclear", "svdu1", "svdv1",
    "logm", "sqrtm",
))  # fmt: skip
"""Functions that are not defined everywhere, or look at what is largest."""


class Needs(Record):
    """What is needed of each step (`masks`), and what the path through them is like.

    `levels`: how many of P, Q and R are needed. `whole`: the variables that are whole numbers.
    `trusted`: no true identity of logarithms, signs, roots or nested functions can be missed among
    residues. `partial`: something exists only in a part of space. `ordered`: what is read depends
    on signs, or on being in that part (the slope of a logarithm does not). `signed`: a sign is
    read. `own`: the answer may exist in another part than what it is the derivative of.
    """

    masks: list[int]
    levels: int
    whole: frozenset[str]
    trusted: bool
    partial: bool
    ordered: bool
    signed: bool
    own: bool


def needs(
    program: Program, root: int | None, answer: int | None, wrt: tuple[str, ...], *, value: bool
) -> Needs:
    """What is needed for how `root` moves with some variables, and for the value of `answer`.

    `value`: the value of `root` is needed as well. Raises `Unsupported` where a step has no value
    at all.
    """
    steps = program.steps
    moving: list[bool] = []
    for step in steps:
        here = step.operation == "variable" and step.payload in wrt
        moving.append(here or any(map(moving.__getitem__, step.args)))
    masks = [0] * len(steps)
    if answer is not None:
        masks[answer] |= VALUE
    if root is not None:
        masks[root] |= TANGENT if moving[root] else VALUE
        masks[root] |= VALUE if value else 0
    everything, whole = 0, set()
    trusted, partial, ordered, signed, own = True, False, False, False, False
    for place in range(len(steps) - 1, -1, -1):
        mask, step = masks[place], steps[place]
        if not mask:
            continue
        everything |= mask
        if mask & WHOLE and step.operation == "variable":
            whole.add(str(step.payload))
        for arg, below in zip(step.args, _below(step, mask), strict=True):
            masks[arg] |= below if moving[arg] else below & ~TANGENT
        name = step.payload if step.operation == "call" else ""
        rooted = False
        if step.operation == "power":
            exponent = program.constant(step.args[1])
            rooted = exponent is None or exponent.denominator != 1
            signed = signed or unsigned(steps, step) is not None
        lost = rooted or name in ORDERED or (name in LAWLESS and mask & LEVELS)
        trusted = trusted and not lost and not mask & (AT_Q | AT_R)
        if rooted or name in ORDERED or name in PARTIAL:
            partial = True
            own = own or (root is not None and place > root)
            signed = signed or name in ORDERED
            ordered = ordered or bool(mask & LEVELS) or name not in LAWLESS
    levels = 3 if everything & AT_R else 2 if everything & AT_Q else 1
    return Needs(masks, levels, frozenset(whole), trusted, partial, ordered, signed, own)


def unsigned(steps: Sequence[Step] | Sequence[Sized], step: Step | Sized) -> int | None:
    """The place of the value whose sign a root of a square has lost, `sqrt(u^2)`; else None."""
    if step.operation != "power" or not steps[step.args[0]].args:
        return None
    power, inner = steps[step.args[1]].payload, steps[step.args[0]]
    whole = steps[inner.args[-1]].payload
    if not isinstance(power, Fraction) or power.denominator % 2:
        return None
    squared = inner.operation == "times" and inner.args[0] == inner.args[1]
    even = inner.operation == "power" and isinstance(whole, Fraction) and whole % 2 == 0
    return inner.args[0] if squared or even else None


def _below(step: Step, mask: int) -> list[int]:
    """What a step needs of its arguments."""
    both = mask | VALUE if mask & TANGENT else mask
    match step.operation:
        case "add" | "transpose":
            both = mask
        case "contract" if len(step.args) == 1:
            both = mask
        case "power":
            return [both, both | AT_Q if both & VALUE else both]
        case "matrixpower":
            return [both, VALUE | WHOLE]
        case "call":
            name, known = str(step.payload), step.function and step.function.unknown
            at_p = both & ~(AT_Q | AT_R) | VALUE
            if known:
                count = len(known.arguments)
                return [at_p] * count + [both] * (len(step.args) - count)
            if name not in SCALAR and name not in MATRIX and name != "atan2":
                raise Unsupported(f"`{name}` has no value here")
            needed = at_p if name == "log" else both
            if both & VALUE:
                needed |= AT_Q if name in EXPONENTIAL else AT_R if name in CIRCULAR else 0
            both = needed
        case _:
            pass
    return [both] * len(step.args)
