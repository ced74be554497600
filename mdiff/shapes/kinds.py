"""The steps of a problem go in, what each free name is taken for comes out: kinds, not sizes.

Also how far-fetched every other kind is, in units of one change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.functions.table import TABLE
from mdiff.functions.wires import axes
from mdiff.shapes.checked import SCALAR_AXES, Checked, Clash
from mdiff.syntax.declaration import SQUARE
from mdiff.syntax.derivatives import USUAL
from mdiff.syntax.pattern import groups
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.shapes.steps import Step, Steps

Kind = Literal["scalar", "vector", "matrix"]

KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")

GREEK = frozenset(
    {
        "alpha", "beta", "gamma", "delta", "epsilon", "varepsilon", "zeta", "eta", "theta",
        "vartheta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi", "varpi", "rho",
        "varrho", "sigma", "varsigma", "tau", "upsilon", "phi", "varphi", "chi", "psi", "omega",
    }
)  # fmt: skip
"""Greek letters by name: scalars, as the letters themselves."""

NO_NUMBERS = frozenset({"Sigma", "E"})
"""Letters that stand for a sum or an expectation where they are no matrices."""

COUNTS = frozenset({"N", "M", "T", "K", "Z", "C", "D", "L"})
"""Capitals that count, or normalise, where something is divided by them."""

SCALAR_WORDS = frozenset(
    {
        "eps", "lam", "lr", "reg", "tol", "temp", "margin", "const", "bias", "decay", "scale",
        "step", "rate", "var", "std",
    }
)  # fmt: skip
"""Words for numbers in programs."""

COSTS: dict[tuple[Kind, Kind], float] = {
    ("scalar", "vector"): 1.0,
    ("scalar", "matrix"): 2.5,
    ("vector", "scalar"): 1.0,
    ("vector", "matrix"): 2.5,
    ("matrix", "scalar"): 1.4,
    ("matrix", "vector"): 1.6,
}
"""What it costs to read a name against its letter. Small letters are hardly ever matrices, and
capitals more often matrices than anything else."""

SPOKEN = 2.0
"""What it costs more to read a word for a number, `eps`, as anything else."""

FURTHER_SCALAR = 0.6
"""What each vector letter after the first costs as a scalar: scalar problems are all scalar."""


def by_letter(name: str) -> Kind:
    """The kind that a name's spelling suggests: `A` a matrix, `x` a vector, `a`, `mu` scalars."""
    stem = name.split("_", maxsplit=1)[0].rstrip("0123456789") or name or "a"
    if stem in SCALAR_WORDS:
        return "scalar"
    if stem == "cov":
        return "matrix"
    if stem in GREEK or "α" <= stem[0] <= "ω":
        return "scalar"
    if stem[0].isupper():
        return "matrix"
    return "scalar" if "a" <= stem[0] <= "g" or stem == "t" else "vector"


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
    never_scalar, only_scalar, squared = _evidence(steps)
    only_scalar -= {name for name in steps.wrt if by_letter(name) == "matrix"}
    contracted = _contracted(steps.steps)
    start: dict[str, Kind] = {}
    changes: dict[str, dict[Kind, float]] = {}
    further = False
    square = _square(steps.steps, steps.unknown) if steps.unknown else set()
    for name in steps.unknown:
        kinds = [kind for kind in KINDS if kind != "scalar" or name not in never_scalar]
        first = by_letter(name) if name not in USUAL else "matrix" if name in square else "scalar"
        if first in kinds:
            kinds.sort(key=lambda kind: kind != first)
        start[name] = kinds[0]
        changes[name] = {kind: COSTS[kinds[0], kind] for kind in kinds[1:]}
    for name in steps.free:
        properties = steps.variables[name].properties
        letter = by_letter(name)
        kinds = list(KINDS)
        if properties & SQUARE or "orthogonal" in properties:
            kinds = ["matrix"]
        elif "simplex" in properties:
            kinds = ["vector"]
        elif name in contracted:
            kinds = [contracted[name]]
        elif name in never_scalar or name in NO_NUMBERS:
            kinds.remove("scalar")
        first = letter
        if name in only_scalar or (letter == "vector" and name in squared):
            first = "scalar"
        if first not in kinds:
            first = kinds[0]
        further = further or (letter == "vector" and first == "scalar")
        start[name] = first
        changes[name] = {kind: COSTS[first, kind] for kind in kinds if kind != first}
        if name in SCALAR_WORDS:
            changes[name] = {kind: cost + SPOKEN for kind, cost in changes[name].items()}
    known = any(each.axes not in (None, SCALAR_AXES) for each in steps.variables.values())
    evident = bool(never_scalar - {""}) or known or "matrix" in start.values()
    return Options(start, changes, further=further, evident=evident)


def _evidence(steps: Steps) -> tuple[set[str], set[str], set[str]]:
    """Names used as vectors or matrices; exponents and divisors; those raised to 2, 3, …."""
    never_scalar: set[str] = set()
    only_scalar: set[str] = set()
    squared: set[str] = set()
    for step in steps.steps:
        parts = [steps.steps[part] for part in step.parts]
        match step.node:
            case Transpose():
                never_scalar.add(parts[0].bare)
            case Power(_, _, elementwise):
                base, exponent = parts
                only_scalar.add(exponent.bare)
                whole = exponent.value is not None and exponent.value.denominator == 1
                if whole and exponent.value is not None and exponent.value > 0 and not elementwise:
                    squared.update([] if step.summed else [base.bare])
            case Product(factors):
                for position, ((operator, _), part) in enumerate(zip(factors, parts, strict=True)):
                    if operator == "/":
                        divisor = not step.summed and not _is_divided(parts[position - 1], part)
                        only_scalar.update([part.bare] if divisor else [])
                    elif operator in (".*", "./") and steps.dialect != "numpy":
                        pair = (part.bare, parts[position - 1].bare)
                        never_scalar.update(each for each in pair if by_letter(each) == "vector")
                    elif (
                        position
                        and operator != ".*"
                        and _is_matrix(parts[position - 1])
                        and by_letter(part.bare) != "scalar"
                    ):
                        never_scalar.add(part.bare)
            case Apply(function, _):
                if function in steps.unknown and step.summed and not step.multiplied:
                    never_scalar.add(function)  # the sum of one number is no sum
                if function.startswith("norm"):
                    never_scalar.update(_terms(steps, step.parts[:1]))
                never_scalar.update(
                    part.bare
                    for part, wanted in zip(parts, _parameters(steps, function), strict=False)
                    if wanted != "scalar" and by_letter(part.bare) != "scalar"
                )
            case Number() | Name() | Text() | Sum():
                pass
    return never_scalar, only_scalar - never_scalar, squared - never_scalar


def _square(steps: Sequence[Step], unknown: Mapping[str, bool]) -> set[str]:
    """Unknown functions that are an argument of `tr`, `det`, `inv`, or with a capital a factor."""
    found: set[str] = set()
    for step in steps:
        match step.node:
            case Apply("tr" | "det" | "logdet" | "inv" | "adj", _):
                stack = [(part, False) for part in step.parts]
            case _:
                continue
        while stack:
            place, factor = stack.pop()
            inner = steps[place]
            match inner.node:
                case Apply(name) if name in unknown and (name[0].isupper() or not factor):
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
    rows = steps.functions.get(function) or TABLE.get(function, ())
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


def bent(checked: Checked) -> Clash | None:
    """The clash of a capital that became a scalar and is more than a coefficient.

    In `C ||w||^2` and `1/N` it is nothing else; in `tr(A X)` or `log(X)` it is a matrix, and what
    would type-check with a scalar in its place is another question.
    """
    steps = checked.steps
    suspects = {
        name for name in steps.free
        if checked.kinds[name] == "scalar" and by_letter(name) == "matrix"
    }  # fmt: skip
    if not suspects:
        return None
    for place, step in enumerate(steps.steps):
        for position, part in enumerate(step.parts):
            name = steps.steps[part].bare
            if name == step.bare:  # `2 N`: what stands around it decides
                continue
            if name in suspects and not _is_coefficient(checked, place, step, position):
                return Clash("E219", place, (part,), names=frozenset({name}))
    if steps.steps and steps.steps[-1].bare in suspects:
        return Clash("E219", len(steps.steps) - 1, names=frozenset(suspects))
    return None


def _is_coefficient(checked: Checked, place: int, step: Step, position: int) -> bool:
    """Whether a scalar stands where only a coefficient does: in a product of scalars, `N - 1`."""
    steps_of = checked.steps.steps
    match step.node:
        case Product(factors):
            if factors[position][0] in ("/", "./"):
                return steps_of[step.parts[position]].bare not in checked.steps.wrt
            others = [part for each, part in enumerate(step.parts) if each != position]
            whole = any(not _is_letter(checked.steps.steps[part]) for part in others)
            return whole and checked.axes[place] == SCALAR_AXES
        case Power():
            return position == 1 or checked.axes[place] == SCALAR_AXES
        case Sum():
            terms = [checked.steps.steps[part] for part in step.parts]
            return len(terms) == 1 or all(map(_is_letter, terms))
        case _:
            return False


def _is_letter(step: Step) -> bool:
    """Whether a factor is a number or a free name and nothing more."""
    return bool(step.bare) or step.value is not None


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
