"""The steps of a problem go in, what each free name is taken for comes out: kinds, not sizes.

Also how far-fetched every other kind is, in units of one change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.functions.wires import axes
from mdiff.shapes.steps import SQUARE
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

FURTHER_SCALAR = 0.6
"""What each vector letter after the first costs as a scalar: scalar problems are all scalar."""


def by_letter(name: str) -> Kind:
    """The kind that a name's spelling suggests: `A` a matrix, `x` a vector, `a`, `mu` scalars."""
    stem = name.split("_", maxsplit=1)[0].rstrip("0123456789") or name
    if stem in GREEK or "α" <= stem[0] <= "ω":
        return "scalar"
    if stem[0].isupper():
        return "matrix"
    return "scalar" if "a" <= stem[0] <= "g" else "vector"


class Options:
    """For every free name the kind to start with, and what it may be changed to, with costs."""

    __slots__ = ("changes", "further", "start")

    def __init__(
        self, start: dict[str, Kind], changes: dict[str, dict[Kind, float]], *, further: bool
    ) -> None:
        self.start = start
        self.changes = changes
        self.further = further

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

    A name that is transposed is no scalar; one that is an exponent or divided by is one; a vector
    letter that is squared is a scalar. Properties say more: `spd` is a matrix. So does the pattern
    of a contraction: two axes are a matrix. What an unknown function returns is a scalar first.
    """
    never_scalar, only_scalar, squared = _evidence(steps.steps)
    contracted = _contracted(steps.steps)
    start: dict[str, Kind] = {}
    changes: dict[str, dict[Kind, float]] = {}
    further = False
    square = _square(steps.steps, steps.unknown) if steps.unknown else set()
    for name in steps.unknown:
        kinds = [kind for kind in KINDS if kind != "scalar" or name not in never_scalar]
        if name in square:
            kinds.sort(key=lambda kind: kind != "matrix")
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
        elif name in never_scalar:
            kinds.remove("scalar")
        first = letter
        if name in only_scalar or (letter == "vector" and name in squared):
            first = "scalar"
        if first not in kinds:
            first = kinds[0]
        further = further or (letter == "vector" and first == "scalar")
        start[name] = first
        changes[name] = {kind: COSTS[first, kind] for kind in kinds if kind != first}
    return Options(start, changes, further=further)


def _evidence(steps: Sequence[Step]) -> tuple[set[str], set[str], set[str]]:
    """Names that are transposed; that are exponents or divisors; that are raised to 2, 3, …."""
    never_scalar: set[str] = set()
    only_scalar: set[str] = set()
    squared: set[str] = set()
    for step in steps:
        match step.node:
            case Transpose():
                never_scalar.add(steps[step.parts[0]].bare)
            case Power(_, _, elementwise):
                base, exponent = (steps[part] for part in step.parts)
                only_scalar.add(exponent.bare)
                whole = exponent.value is not None and exponent.value.denominator == 1
                if whole and exponent.value is not None and exponent.value > 0 and not elementwise:
                    squared.add(base.bare)
            case Product(factors):
                for (operator, _), part in zip(factors, step.parts, strict=True):
                    if operator == "/":
                        only_scalar.add(steps[part].bare)
            case Number() | Name() | Text() | Sum() | Apply():
                pass
    return never_scalar, only_scalar - never_scalar, squared - never_scalar


def _square(steps: Sequence[Step], unknown: Mapping[str, None]) -> set[str]:
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
