"""The kind of a free name: by its letter, by what the text uses it as, and what others would cost.

Prices are in units of one change of kind, with their reasons; nothing else in the room is a price.
What the text itself uses a name as is evidence. Nothing is tried here: whether the kinds fit is for
the search to see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.functions.wires import axes
from mdiff.properties import ROWS
from mdiff.record import Record
from mdiff.shapes.sizes import SCALAR_AXES
from mdiff.syntax.derivatives import USUAL
from mdiff.syntax.literals import groups
from mdiff.syntax.names import COUNTS
from mdiff.syntax.tree import Apply, Name, Power, Product, Sum, Text, Transpose
from mdiff.syntax.words import GREEK_NAMES
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.shapes.steps import Step, Steps

Kind = Literal["scalar", "vector", "matrix"]

KINDS: tuple[Kind, ...] = ("scalar", "vector", "matrix")

NO_NUMBERS = frozenset({"Sigma", "E"})
"""Letters that stand for a sum or an expectation where they are no matrices."""

DATA = frozenset({"X", "Z", "Phi", "Psi"})
"""Letters that matrices of data have, a sample a row."""

SCALAR_WORDS = frozenset(
    {
        "eps", "lam", "lr", "reg", "tol", "temp", "margin", "const", "bias", "decay", "scale",
        "step", "rate", "var", "std",
    }
)  # fmt: skip
"""Words for numbers in programs."""


def by_letter(name: str) -> Kind:
    """The kind that a name's spelling suggests: `A` a matrix, `x` a vector, `a`, `mu` scalars."""
    stem = name.split("_", maxsplit=1)[0].rstrip("0123456789") or name or "a"
    if stem in SCALAR_WORDS:
        return "scalar"
    if stem == "cov":
        return "matrix"
    greek = stem.islower() and stem.removeprefix("var") in GREEK_NAMES
    if greek or "α" <= stem[0] <= "ω":
        return "scalar"
    if stem[0].isupper():
        return "matrix"
    return "scalar" if "a" <= stem[0] <= "g" or stem == "t" else "vector"


def are_scalar_letters(names: list[str]) -> bool:
    """Whether there are only names, and all of scalars: one is no more than another, `a - b`."""
    return all(names) and all(by_letter(name) == "scalar" for name in names)


CHANGES: dict[tuple[Kind, Kind], float] = {
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

DOUBTS: dict[str, float] = {
    # A scalar that is no number, beside vectors: another kind would add like to like.
    "to every entry": 1.5,
    # The same where it is usual: in numpy, and in a sum over entries.
    "usual to every entry": 0.8,
    # The same of a scalar that is declared to be one.
    "declared to every entry": 0.2,
    # A free scalar right of a matrix, `A b`, or in `.*`.
    "misplaced": 1.2,
    # The same of a sum of such, `A (b - c)`.
    "misplaced sum": 2.5,
    # A product by elements of two bare names, `sum((y - m x)^2)`.
    "names by elements": 1.3,
    # The exponential of a vector, `e^x`, where no sum is taken of its entries.
    "vector exponent": 2.0,
    # `a·b` of two free scalars: who writes the dot means vectors.
    "dot of scalars": 2.5,
    # A free scalar where a function is of more, `sum(a)`, `||a - b||`; a variable in `tr(A rho)`.
    "more than a scalar": 4.0,
}
"""Why a reading that type-checks is in doubt, and what that costs."""


class Options(Record):
    """For every free name the kind to start with, and what it may be changed to, with costs.

    `further`: a vector letter is a scalar already. `evident`: the text has names that can only be
    vectors or matrices.
    """

    start: dict[str, Kind]
    changes: dict[str, dict[Kind, float]]
    further: bool = False
    evident: bool = False

    def cost(self, changes: Iterable[tuple[str, Kind]]) -> float:
        """What a set of changes costs."""
        total = 0.0
        scalars = 1 if self.further else 0
        for name, kind in changes:
            if kind == "scalar" and self.start[name] == "vector":
                total += FURTHER_SCALAR if scalars else self.changes[name][kind]
                scalars += 1
            else:
                total += self.changes[name][kind]
        return total


def options(steps: Steps) -> Options:
    """Start with the letters, and with what can be seen at a glance.

    What the text uses as a matrix or a vector is no scalar: what is transposed, stands right of a
    matrix, is the argument of a function of matrices; a capital is none (`mdiff.shapes.check`).
    A name that is an exponent or divided by is one; a vector letter that is squared is a scalar.
    Properties say more: `spd` is a matrix. So does the pattern of a contraction: two axes are a
    matrix. What an unknown function `f` returns is a scalar first, and `A(t)` what `A` is.
    """
    start: dict[str, Kind] = {}
    changes: dict[str, dict[Kind, float]] = {}
    if not (steps.free or steps.unknown):
        return Options(start, changes)
    evidence = _Evidence(steps)
    for name in (*steps.unknown, *steps.free):
        first, *others = evidence.kinds(name)
        more = SPOKEN if name in SCALAR_WORDS and name not in steps.unknown else 0.0
        start[name] = first
        changes[name] = {kind: CHANGES[first, kind] + more for kind in others}
    further = any(by_letter(n) == "vector" and start[n] == "scalar" for n in steps.free)
    known = any(each.axes not in (None, SCALAR_AXES) for each in steps.variables.values())
    evident = bool(evidence.never_scalar - {""}) or known or "matrix" in start.values()
    return Options(start, changes, further, evident)


class _Evidence:
    """What the text uses its free names and unknown functions as.

    `never_scalar` are used as vectors or matrices; `only_scalar` are exponents and divisors;
    `squared` are raised to 2, 3, …; `square` are unknown functions that return a square matrix;
    `contracted` are the arguments of contractions, with what their letters make of them.
    """

    def __init__(self, steps: Steps) -> None:
        self.steps = steps
        self.never_scalar: set[str] = set()
        self.only_scalar: set[str] = set()
        self.squared: set[str] = set()
        self.square: set[str] = set()
        self.contracted: dict[str, Kind] = {}
        for step in steps.steps:
            self.see(step)
        self.only_scalar -= self.never_scalar
        self.squared -= self.never_scalar

    def kinds(self, name: str) -> list[Kind]:
        """The kinds that a name can be at all, the one to start with first.

        That is the kind of the letter, or a scalar where the name is used as one.
        """
        first = letter = by_letter(name)
        possible = KINDS[1:] if name in self.never_scalar else KINDS
        if name in self.steps.unknown:
            if name in USUAL:
                first = "matrix" if name in self.square else "scalar"
        else:
            of = {ROWS[each].of for each in self.steps.variables[name].properties}
            if of & {"matrix", "square matrix"}:
                possible = ("matrix",)
            elif "vector" in of:
                possible = ("vector",)
            elif name in self.contracted:
                possible = (self.contracted[name],)
            elif name in NO_NUMBERS:
                possible = KINDS[1:]
            varied = letter == "matrix" and name in self.steps.wrt
            divides = name in self.only_scalar and not varied
            if divides or (name in self.squared and letter == "vector"):
                first = "scalar"
        return sorted(possible, key=lambda kind: kind != first)

    def see(self, step: Step) -> None:
        """What one step says of the names that are its parts."""
        parts = step.below
        match step.node:
            case Transpose():
                self.never_scalar.add(parts[0].bare)
            case Power(_, _, elementwise):
                base, exponent = parts
                self.only_scalar.add(exponent.bare)
                value = exponent.value
                whole = value is not None and value > 0 and value.denominator == 1
                if whole and not elementwise and not step.summed:
                    self.squared.add(base.bare)
            case Product(factors):
                self.see_product(step, [operator for operator, _ in factors])
            case Apply(_, (Text(pattern), *_)):
                for (_, letters), part in zip(groups(pattern), parts, strict=False):
                    if part.bare:
                        self.contracted.setdefault(part.bare, KINDS[sum(map(bool, axes(letters)))])
                self.see_call(step, "einsum")
            case Apply(function, _):
                self.see_call(step, function)
            case _:
                pass

    def see_product(self, step: Step, operators: list[str]) -> None:
        """Divisors are scalars; what is multiplied by elements, or right of a matrix, is none."""
        for position, (operator, part) in enumerate(zip(operators, step.below, strict=True)):
            before = step.below[position - 1]
            if operator == "/":
                name = part.bare
                capital = by_letter(name) == "matrix" and name not in COUNTS
                if not step.summed and not (capital and _is_matrix(before)):  # as in `B / A`
                    self.only_scalar.add(name)
            elif operator in (".*", "./") and self.steps.dialect != "numpy":
                pair = (part.bare, before.bare)
                self.never_scalar.update(each for each in pair if by_letter(each) == "vector")
            elif position and operator != ".*" and by_letter(part.bare) != "scalar":
                self.never_scalar.update([part.bare] if _is_matrix(before) else [])

    def see_call(self, step: Step, function: str) -> None:
        """Arguments of norms, and of functions of vectors and matrices, are no scalars.

        An unknown function in `tr` or `det` is square, and so is a factor there with a capital.
        """
        unknown = self.steps.unknown
        if function in unknown:
            if step.summed and not step.multiplied:
                self.never_scalar.add(function)  # the sum of one number is no sum
            return
        if function.startswith("norm"):
            for each in _below(step.below[:1], (Sum, Power)):  # `x - y`, `x^(k+1) - x^k`
                if each.bare in unknown or by_letter(each.bare) == "vector":
                    self.never_scalar.add(each.bare)
        if unknown and function in ("tr", "det", "logdet", "inv", "adj"):
            for through in ((Sum, Transpose), (Sum, Transpose, Product)):
                for each in _below(step.below, through):
                    name = each.bare if isinstance(each.node, Apply) else ""
                    if name in unknown and (Product not in through or name[0].isupper()):
                        self.square.add(name)
        rows = self.steps.rows(function)[:1]  # bars take a vector
        wanted = [shape for row in rows for _, shape in row.parameters] or ["n"]
        for part, shape in zip(step.below, wanted, strict=False):
            if shape != "scalar" and by_letter(part.bare) != "scalar":
                self.never_scalar.add(part.bare)


def _below(steps: Sequence[Step], through: tuple[type, ...]) -> list[Step]:
    """These steps, and what they are made of through nodes of some kinds; no exponents."""

    def parts(step: Step) -> list[Step]:
        last = 1 if isinstance(step.node, Power) else None
        return step.below[:last] if isinstance(step.node, through) else []

    return postorder(steps, parts)


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
