"""A typed tree and a point → its value as a numpy array; no derivative and no symmetry is used."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, cast

import numpy as np

from floats.decompositions import VALUES
from floats.special import SPECIAL
from floats.stand_in import stand_in
from mdiff.errors import fail
from mdiff.functions.wires import axes
from mdiff.proof.arrays import duplication, joins, wire_lengths
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.program import Program, Sized, sized

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mdiff.functions.row import Function
    from mdiff.shapes.typed import Typed

Array = np.ndarray
"""Always of two axes; a scalar is 1×1, a vector a column."""

MODULES = ("numpy", "math", "special", "spectral", "decomposition", "unknown")
"""Where the `value` of a row may point into."""

REAL_ENOUGH = 1e-8


class Point:
    """Sizes of the dimensions and values of the variables, by name."""

    __slots__ = ("sizes", "values")

    def __init__(self, sizes: Mapping[str, int], values: Mapping[str, Array]) -> None:
        self.sizes = sizes
        self.values = values

    def moved(self, step: float, directions: Mapping[str, Array]) -> Point:
        """The point with `step` times a direction added to some of its variables."""
        moved = {name: self.values[name] + step * along for name, along in directions.items()}
        return Point(self.sizes, {**self.values, **moved})


def evaluate(expression: Typed, point: Point) -> Array:
    """Value of an expression at a point; entries are nan or infinite outside its domain.

    Raises `Unsupported`, which the room turns into a verdict, for a function without a value.
    """
    program = Program()
    place = program.write(expression)
    return run(sized(program, point.sizes), point.values)[place]


def run(steps: list[Sized], values: Mapping[str, Array]) -> list[Array]:
    """Value of every step of a program."""
    done: list[Array] = []
    with np.errstate(all="ignore"):
        for step in steps:
            done.append(np.asarray(_step(step, [done[place] for place in step.args], values)))
    return done


def _step(step: Sized, args: list[Array], values: Mapping[str, Array]) -> Array:
    match step.operation:
        case "variable":
            return values[str(step.payload)]
        case "add":
            return _sum(step, args)
        case "matmul":
            return np.asarray(args[0] @ args[1])
        case "times":
            return np.asarray(args[0] * args[1])
        case "over":
            return np.asarray(args[0] / args[1])
        case "transpose":
            return args[0].T
        case "contract":
            return _contract(str(step.payload), args)
        case "power":
            return np.asarray(args[0] ** args[1])
        case "matrixpower":
            return _matrix_power(args[0], args[1])
        case "call":
            return _call(step, args)
        case _:
            return _constant(step)


def _constant(step: Sized) -> Array:
    match step.operation, step.payload:
        case "pi", _:
            return np.full((1, 1), np.pi)
        case "eye", _:
            return np.eye(step.shape[0])
        case "unit", int(at):
            return np.eye(step.shape[0])[:, [at]]
        case "K", (int(m), int(n)):
            moved = np.arange(m * n).reshape((n, m)).T.reshape(-1)
            return np.eye(m * n)[moved]
        case "D", (int(n),):
            return np.eye(step.shape[1])[duplication(n)]
        case (("number" | "size"), value) if value is not None and not isinstance(
            value, str | tuple
        ):
            return np.full((1, 1), float(value))
        case _:
            return np.ones(step.shape)


def _sum(step: Sized, args: list[Array]) -> Array:
    signs = step.payload if isinstance(step.payload, tuple) else ()
    total: Array = np.zeros(step.shape)
    for sign, value in zip(signs, args, strict=True):
        total = total + value if sign > 0 else total - value
    return total


def _contract(wires: str, args: list[Array]) -> Array:
    """Contraction by the row's wires: axes are split into wires, joined, and merged again."""
    inputs, _, result = wires.partition("->")
    lengths = wire_lengths(inputs, [(len(value), value.shape[1]) for value in args])
    operands: list[Array] = []
    terms: list[str] = []
    for term, value in zip(inputs.split(","), args, strict=True):
        letters = "".join(axes(term))
        operands.append(value.reshape([lengths[letter] for letter in letters]))
        terms.append(letters)
    split = axes(result)
    whole = "".join(split)
    for places, left in joins(terms, whole, lengths):
        pattern = f"{','.join(terms[place] for place in places)}->{left}"
        operands.append(np.asarray(np.einsum(pattern, *(operands[place] for place in places))))
        terms.append(left)
    shape = [int(np.prod([lengths[letter] for letter in axis])) for axis in split]
    if len(terms[-1]) == len(whole):
        return operands[-1].reshape(shape)
    spread = np.zeros([lengths[letter] for letter in whole], operands[-1].dtype)
    indices = dict(zip(terms[-1], np.indices(operands[-1].shape), strict=True))
    spread[tuple(indices[letter] for letter in whole)] = operands[-1]  # two axes on one wire
    return spread.reshape(shape)


def _matrix_power(base: Array, exponent: Array) -> Array:
    """A power of a matrix, the principal one where the exponent is no whole number."""
    number = complex(exponent[0, 0])
    try:
        if number != round(number.real):
            return _spectral(lambda values: values**number, base)
        return np.linalg.matrix_power(base, round(number.real))
    except np.linalg.LinAlgError:
        return np.full_like(base, np.nan)


def _call(step: Sized, args: list[Array]) -> Array:
    if step.function is None or not step.function.value:
        raise Unsupported(f"`{step.payload}` does not say how its value is computed")
    if step.function.unknown is not None:
        return stand_in(step.function.unknown, step.shape)(*args)
    try:
        value = np.asarray(named(step.function)(*args))
    except (np.linalg.LinAlgError, ValueError):
        return np.full(step.shape, np.nan)
    return value.reshape(step.shape)


def named(function: Function) -> Callable[..., Array]:
    """What the `value` of a row names.

    `numpy:linalg.inv`; `math:erf` and `special:digamma`, taken by elements; `spectral:exp`,
    numpy's function of the eigenvalues.
    """
    module, _, path = function.value.partition(":")
    if module not in MODULES:
        raise fail("E901", f"`{function.name}` names a value outside of {', '.join(MODULES)}")
    if module == "decomposition":
        return VALUES[path]
    if module == "special":
        return np.vectorize(SPECIAL[path], otypes=[float])
    found: object = importlib.import_module("math" if module == "math" else "numpy")
    for name in path.split("."):
        found = getattr(found, name)
    value = cast("Callable[..., Array]", found)
    match module:
        case "math":
            return np.vectorize(value, otypes=[float])
        case "spectral":
            return lambda matrix: _spectral(value, matrix)
        case _:
            return value


def _spectral(function: Callable[..., Array], matrix: Array) -> Array:
    """A function of a diagonalisable matrix, by its eigenvalues; nan where it is not real."""
    values, vectors = np.linalg.eig(matrix.astype(complex))
    result = vectors @ np.diag(function(values)) @ np.linalg.inv(vectors)
    if np.iscomplexobj(matrix):
        return np.asarray(result)
    if np.max(np.abs(result.imag)) > REAL_ENOUGH * np.max(np.abs(result)):
        return np.full(matrix.shape, np.nan)
    return np.asarray(result.real)
