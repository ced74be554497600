"""A program and what is asked of it → what is needed of each step; nothing is evaluated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import Unsupported
from mdiff.proof.scalars import CIRCULAR, EXPONENTIAL, NAMED

if TYPE_CHECKING:
    from mdiff.proof.program import Program, Step

VALUE, AT_Q, AT_R, TANGENT = 1, 2, 4, 8
"""What may be needed of a step: its value modulo P, Q, R; how it moves (modulo P)."""

ALL_LEVELS = VALUE | AT_Q | AT_R


def masks(
    program: Program, answer: int, root: int, moving: list[bool], *, value: bool = False
) -> list[int]:
    """What is needed of each step for how `root` moves and for the value of `answer`.

    `value`: the value of `root` is needed as well. Raises `Unsupported` where a function is needed
    that has no exact values.
    """
    needed = [0] * len(program.steps)
    needed[answer] |= VALUE
    if value:
        needed[root] |= VALUE
    if moving[root]:
        needed[root] |= TANGENT
    for place in range(len(program.steps) - 1, -1, -1):
        if needed[place]:
            step = program.steps[place]
            if step.operation == "call" and step.payload not in NAMED and not _is_unknown(step):
                raise Unsupported(f"`{step.payload}` has no exact values")
            for arg, mask in zip(step.args, _below(step, needed[place]), strict=True):
                needed[arg] |= mask if moving[arg] else mask & ALL_LEVELS
            if step.operation == "power" and needed[place] & TANGENT:
                needed[place] |= VALUE
    return needed


def _below(step: Step, mask: int) -> list[int]:
    """What a step needs of its arguments."""
    levels = mask & ALL_LEVELS
    linear = mask & TANGENT
    both = levels | (linear and linear | VALUE)
    match step.operation:
        case "add" | "transpose":
            return [mask for _ in step.args]
        case "contract":
            return [mask] if len(step.args) == 1 else [both for _ in step.args]
        case "power":
            exponent = both | AT_Q if both & VALUE else both
            return [both, exponent]
        case "matrixpower":
            return [both, VALUE]
        case "call":
            name = str(step.payload)
            needed = both if name in NAMED - {"log"} else both & ~(AT_Q | AT_R) | VALUE
            if name in EXPONENTIAL or name == "erf":
                needed = both | AT_Q if both & VALUE else both
            if name in CIRCULAR:
                needed = both | AT_R if both & VALUE else both
            if step.function is not None and step.function.unknown is not None:
                count = len(step.function.unknown.arguments)
                return [needed if i < count else both for i, _ in enumerate(step.args)]
            return [needed for _ in step.args]
        case _:
            return [both for _ in step.args]


def _is_unknown(step: Step) -> bool:
    return step.function is not None and step.function.unknown is not None
