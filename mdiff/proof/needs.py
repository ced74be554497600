"""A program and what is asked of it → what is needed of each step; nothing is evaluated."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from mdiff.proof.arrays import work
from mdiff.proof.matrices import MATRIX, NEWTON
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.scalars import CIRCULAR, EXPONENTIAL, LAWLESS, ORDERED, SCALAR
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.program import Program, Sized, Step

VALUE, AT_Q, AT_R, TANGENT = 1, 2, 4, 8
"""What may be needed of a step: its value modulo P (or the real one), Q, R; how it moves."""

LEVELS = VALUE | AT_Q | AT_R

COSTLIEST = 3_000_000
"""Products of numbers at one point."""

PARTIAL = frozenset(
    (
        *(
            "log",
            "asin",
            "acos",
            "lgamma",
            "digamma",
            "trigamma",
            "chol",
            "atan2",
            "max",
            "hardmax",
        ),
        *("eigmax", "eigmin", "eigvecmax", "eigvecmin", "norm2", "nuclear", "svdu1", "svdv1"),
    )
)
"""Functions that are not defined everywhere, or look at what is largest."""

DIRECT = frozenset(("inv", "det", "chol", "max", "hardmax", "halflow", "tril", "conj"))
"""Functions of matrices that are no iterations."""


class Needs(Record):
    """What is needed of each step (`masks`), and what the path through them is like.

    `trusted`: no true identity of logarithms, signs, roots or nested functions can be missed among
    residues. `partial`: something exists only in a part of space. `ordered`: what is read depends
    on signs, or on being in that part (the slope of a logarithm does not). `signed`: a sign is
    read.
    """

    masks: list[int]
    trusted: bool
    partial: bool
    ordered: bool
    signed: bool


def needs(
    program: Program, root: int | None, answer: int | None, wrt: tuple[str, ...], *, value: bool
) -> Needs:
    """What is needed for how `root` moves with some variables, and for the value of `answer`.

    `value`: the value of `root` is needed as well. Raises `Unsupported` where a step has no value
    at all.
    """
    steps = program.steps
    moving = [False] * len(steps)
    for place, step in enumerate(steps):
        here = step.operation == "variable" and step.payload in wrt
        moving[place] = here or any(moving[arg] for arg in step.args)
    masks = [0] * len(steps)
    if answer is not None:
        masks[answer] |= VALUE
    if root is not None:
        masks[root] |= (VALUE if value or not moving[root] else 0) | (
            TANGENT if moving[root] else 0
        )
    trusted, partial, ordered, signed = True, False, False, False
    for place in range(len(steps) - 1, -1, -1):
        mask, step = masks[place], steps[place]
        if not mask:
            continue
        for arg, below in zip(step.args, _below(step, mask), strict=True):
            masks[arg] |= below if moving[arg] else below & LEVELS
        trusted = trusted and not mask & (AT_Q | AT_R) and not _lossy(program, step, mask)
        if _partial(program, step):
            partial = True
            signed = signed or step.payload in ORDERED
            ordered = ordered or bool(mask & LEVELS) or step.payload not in LAWLESS
    return Needs(masks, trusted, partial, ordered, signed)


def _below(step: Step, mask: int) -> list[int]:
    """What a step needs of its arguments."""
    levels, linear = mask & LEVELS, mask & TANGENT
    both = levels | (linear and linear | VALUE)
    match step.operation:
        case "add" | "transpose":
            return [mask for _ in step.args]
        case "contract":
            return [mask] if len(step.args) == 1 else [both for _ in step.args]
        case "power":
            return [both, both | AT_Q if both & VALUE else both]
        case "matrixpower":
            return [both, VALUE]
        case "call":
            name, known = str(step.payload), step.function and step.function.unknown
            if known:
                lone = both & ~(AT_Q | AT_R) | VALUE
                return [lone if i < len(known.arguments) else both for i, _ in enumerate(step.args)]
            if name not in SCALAR and name not in MATRIX and name != "atan2":
                raise Unsupported(f"`{name}` has no value here")
            needed = both & ~(AT_Q | AT_R) | VALUE if name == "log" else both
            if both & VALUE:
                needed |= AT_Q if name in EXPONENTIAL else AT_R if name in CIRCULAR else 0
            return [needed for _ in step.args]
        case _:
            return [both for _ in step.args]


def _lossy(program: Program, step: Step, mask: int) -> bool:
    """Whether a true identity of a step's values could be missed among residues."""
    if step.operation == "power":
        exponent = program.constant(step.args[1])
        return exponent is None or exponent.denominator != 1
    if step.operation != "call":
        return False
    return step.payload in ORDERED or (step.payload in LAWLESS and bool(mask & LEVELS))


def _partial(program: Program, step: Step) -> bool:
    """Whether a step reads a sign, or has no value in a part of space."""
    if step.operation == "power":
        exponent = program.constant(step.args[1])
        return exponent is None or exponent.denominator != 1
    return step.operation == "call" and step.payload in ORDERED | PARTIAL


def cost(steps: Sequence[Sized], masks: Sequence[int]) -> int:
    """About how many products of numbers a run takes."""
    total = 0
    for step, mask in zip(steps, masks, strict=True):
        if not mask:
            continue
        shapes = [steps[arg].shape for arg in step.args]
        count = prod(step.shape)
        match step.operation:
            case "matmul":
                count *= shapes[0][1]
            case "contract":
                count = work(str(step.payload), shapes) * len(shapes)
            case "matrixpower":
                count *= 8 * step.shape[0]
            case "call" if step.payload in MATRIX:
                count = shapes[0][0] ** 3 * (1 if step.payload in DIRECT else NEWTON)
            case "call" if step.function and step.function.unknown:
                count *= 1 if step.function.by_elements else sum(map(prod, shapes))
            case _:
                pass
        total += count * mask.bit_count()
    return total
