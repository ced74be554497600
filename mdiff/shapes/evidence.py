"""The steps of a problem go in, what the text itself uses each free name as comes out.

Evidence, not a decision: nothing is tried, and nothing costs anything here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.wires import axes
from mdiff.shapes.kinds import KINDS, by_letter
from mdiff.syntax.names import COUNTS
from mdiff.syntax.pattern import groups
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.steps import Step, Steps


class Evidence:
    """What the text uses its free names and unknown functions as.

    `never_scalar` are used as vectors or matrices; `only_scalar` are exponents and divisors;
    `squared` are raised to 2, 3, …; `square` are unknown functions that return a square matrix;
    `contracted` are the arguments of contractions, with what their letters make of them.
    """

    __slots__ = ("contracted", "never_scalar", "only_scalar", "square", "squared")

    def __init__(self) -> None:
        self.never_scalar: set[str] = set()
        self.only_scalar: set[str] = set()
        self.squared: set[str] = set()
        self.square: set[str] = set()
        self.contracted: dict[str, Kind] = {}


def find_evidence(steps: Steps) -> Evidence:
    """What the steps say of the names that are their parts."""
    found = Evidence()
    for step in steps.steps:
        parts = [steps.steps[part] for part in step.parts]
        match step.node:
            case Transpose():
                found.never_scalar.add(parts[0].bare)
            case Power(_, _, elementwise):
                base, exponent = parts
                found.only_scalar.add(exponent.bare)
                value = exponent.value
                whole = value is not None and value > 0 and value.denominator == 1
                if whole and not elementwise and not step.summed:
                    found.squared.add(base.bare)
            case Product(factors):
                _see_product(found, steps, step, [operator for operator, _ in factors])
            case Apply(function, _):
                if function in steps.unknown and step.summed and not step.multiplied:
                    found.never_scalar.add(function)  # the sum of one number is no sum
                if function.startswith("norm"):
                    found.never_scalar.update(_terms(steps, step.parts[:1]))
                found.never_scalar.update(
                    part.bare
                    for part, wanted in zip(parts, _parameters(steps, function), strict=False)
                    if wanted != "scalar" and by_letter(part.bare) != "scalar"
                )
            case Number() | Name() | Text() | Sum():
                pass
    found.only_scalar -= found.never_scalar
    found.squared -= found.never_scalar
    if steps.unknown:
        found.square = _square(steps)
    found.contracted = _contracted(steps.steps)
    return found


def _see_product(found: Evidence, steps: Steps, step: Step, operators: list[str]) -> None:
    """Divisors are scalars; what is multiplied by elements, or right of a matrix, is none."""
    parts = [steps.steps[part] for part in step.parts]
    for position, (operator, part) in enumerate(zip(operators, parts, strict=True)):
        before = parts[position - 1]
        if operator == "/":
            if not step.summed and not _is_divided(before, part):
                found.only_scalar.add(part.bare)
        elif operator in (".*", "./") and steps.dialect != "numpy":
            pair = (part.bare, before.bare)
            found.never_scalar.update(each for each in pair if by_letter(each) == "vector")
        elif position and operator != ".*" and by_letter(part.bare) != "scalar":
            found.never_scalar.update([part.bare] if _is_matrix(before) else [])


def _square(steps: Steps) -> set[str]:
    """Unknown functions that are an argument of `tr`, `det`, `inv`, or with a capital a factor."""
    found: set[str] = set()
    for step in steps.steps:
        match step.node:
            case Apply("tr" | "det" | "logdet" | "inv" | "adj", _):
                stack = [(part, False) for part in step.parts]
            case _:
                continue
        while stack:
            place, factor = stack.pop()
            inner = steps.steps[place]
            match inner.node:
                case Apply(name) if name in steps.unknown and (name[0].isupper() or not factor):
                    found.add(name)
                case Sum() | Transpose():
                    stack += [(part, factor) for part in inner.parts]
                case Product():
                    stack += [(part, True) for part in inner.parts]
                case _:
                    pass
    return found


def _is_divided(before: Step, divisor: Step) -> bool:
    """Whether a capital stands on the right of a matrix, as in `B / A`; `X / N` is a mean."""
    name = divisor.bare
    return _is_matrix(before) and by_letter(name) == "matrix" and name not in COUNTS


def _parameters(steps: Steps, function: str) -> list[str]:
    """The shapes that a function takes, by the first of its rows; bars take a vector."""
    if function in steps.unknown:
        return []
    rows = steps.rows(function)
    return [shape for row in rows[:1] for _, shape in row.parameters] or ["n"]


def _terms(steps: Steps, places: Sequence[int]) -> set[str]:
    """The vector letters that a sum is made of, also as powers: `x - y`, `x^(k+1) - x^k`.

    So is an unknown function: `y - f(x)`.
    """
    found: set[str] = set()
    stack = list(places)
    while stack:
        step = steps.steps[stack.pop()]
        match step.node:
            case Sum():
                stack += step.parts
            case Power():
                stack.append(step.parts[0])
            case _:
                named = step.bare in steps.unknown or by_letter(step.bare) == "vector"
                found.update([step.bare] if named else [])
    return found


def _is_matrix(step: Step) -> bool:
    """Whether a factor looks like a matrix, or like a row: `A`, `A^-1`, `x^T`."""
    match step.node:
        case Transpose():
            return True
        case Name(name):
            return bool(step.bare) and by_letter(name) == "matrix"
        case Power(Name(name), _, False):
            return by_letter(name) == "matrix"
        case _:
            return False


def _contracted(steps: Sequence[Step]) -> dict[str, Kind]:
    """Names that are arguments of a contraction, as what its letters make of them."""
    found: dict[str, Kind] = {}
    for step in steps:
        match step.node:
            case Apply(_, (Text(pattern), *_)):
                for (_, letters), part in zip(groups(pattern), step.parts, strict=False):
                    if steps[part].bare:
                        found.setdefault(steps[part].bare, KINDS[sum(map(bool, axes(letters)))])
            case _:
                pass
    return found
