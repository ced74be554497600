"""What a claim is held against: a problem, by what, and in which sense; it proves claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.network.split import product
from mdiff.proof import prove
from mdiff.proof.bench import Bench
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.reread import unknown_functions
from mdiff.proof.result import Proof
from mdiff.shapes.dims import Dim, by_vec, outline, show_shape
from mdiff.verdicts.typist import Typist

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Declared, Problem, Typed

Asking = Literal["grad", "d", "jac", "hess"]
"""What a claim is about: gradient, differential, Jacobian, Hessian."""


class Asked:
    """How a derivative is asked for: the problem, by what, as what.

    A Hessian is asked for as the Jacobian (`kind`) of a gradient, which is then the problem's
    expression; `of` are its two variables.
    """

    __slots__ = ("kind", "name", "of", "problem", "seed", "structure", "wrt")

    def __init__(  # noqa: PLR0913 - the parts of a question
        self,
        problem: Problem,
        kind: Kind,
        wrt: tuple[str, ...],
        structure: Structure,
        seed: int,
        name: Asking = "grad",
        of: tuple[str, ...] = (),
    ) -> None:
        self.problem = problem
        self.kind: Kind = kind
        self.wrt = wrt
        self.structure: Structure = structure
        self.seed = seed
        self.name: Asking = name
        self.of = of or wrt

    def with_structure(self, structure: Structure) -> Asked:
        """The same, in another sense of the gradient."""
        return Asked(self.problem, self.kind, self.wrt, structure, self.seed, self.name, self.of)

    def with_problem(self, problem: Problem) -> Asked:
        """The same of another problem."""
        return Asked(problem, self.kind, self.wrt, self.structure, self.seed, self.name, self.of)

    @property
    def outline(self) -> Outline:
        """The axes that a claim has to have."""
        expression = self.problem.expression.shape
        match self.kind:
            case "grad":
                return outline(self.problem.variables[self.wrt[0]].shape)
            case "d":
                return outline(expression)
            case "jac":
                return by_vec(expression, self.problem.variables[self.wrt[0]].shape)

    @property
    def shape(self) -> Shape:
        """The shape that a claim has to have."""
        rows, columns = self.outline
        return product(rows), product(columns)

    def typist(self) -> Typist:
        """What types claims about it."""
        return Typist(self.problem, self.wrt if self.kind == "d" else (), self.outline)

    def prove(self, claim: Typed) -> Proof:
        """The proof of a claim, or its refutation; what has another shape is never looked at."""
        if claim.shape != self.shape:
            found, wanted = _article(claim.shape), _article(self.shape)
            return Proof("exact", "refuted", 0, why=f"it is {found}, not {wanted}")
        return prove(
            self.problem, self.kind, self.wrt, claim, structure=self.structure, seed=self.seed
        )

    def benches(self, anchors: list[Typed]) -> Iterator[Bench]:
        """Where claims are tried: exactly, and where that may miss something, on real numbers."""
        for real in (False, True):
            try:
                bench = Bench(
                    self.problem,
                    self.kind,
                    self.wrt,
                    self.structure,
                    self.seed,
                    anchors,
                    real=real,
                )
            except Unsupported:
                continue
            yield bench
            if bench.trusted:
                return

    def declarations(self, renamed: Mapping[str, str]) -> list[str]:
        """What declares all that is known of the names, with other names for some sizes."""
        problem = self.problem
        found = [_declaration(each, renamed) for each in problem.variables.values()]
        return [*found, *unknown_functions(problem, renamed)]


def _declaration(declared: Declared, renamed: Mapping[str, str]) -> str:
    rows, columns = (
        Dim(dim.number, tuple(renamed.get(name, name) for name in dim.factors))
        for dim in declared.shape
    )
    return " ".join(
        [f"{declared.name}: {show_shape((rows, columns))}", *sorted(declared.properties)]
    )


def _article(shape: Shape) -> str:
    text = show_shape(shape)
    return "a scalar" if text == "scalar" else text
