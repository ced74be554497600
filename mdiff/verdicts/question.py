"""An expression and how its derivative is asked for → what each claim about it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff import api
from mdiff.errors import MdiffError, fail
from mdiff.proof import prove, reread
from mdiff.properties import LINEAR, PROJECTED
from mdiff.shapes.dims import outline
from mdiff.syntax import parse, parse_declaration
from mdiff.verdicts.asked import Asked
from mdiff.verdicts.claim import read
from mdiff.verdicts.differentials import has_differentials
from mdiff.verdicts.nodes import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Problem
    from mdiff.verdicts.asked import Asking
    from mdiff.verdicts.claim import Part


class Question:
    """One expression, and how its derivative is asked for.

    Raises what `pose` raises, and E203 for a gradient or Hessian of what is no scalar.
    """

    def __init__(  # noqa: PLR0913 - as `check`
        self,
        expr: str,
        wrt: list[str],
        let: list[str],
        kind: Asking,
        structure: Structure,
        seed: int,
    ) -> None:
        self.expr = expr
        self.wrt = wrt
        self.let = let
        self.kind: Asking = kind
        self.structure: Structure = structure
        self.seed = seed
        self._posed: dict[bool, Problem] = {}
        try:
            known = self.problem(scalar=kind in ("grad", "hess"))
        except MdiffError as error:
            if error.diagnostic.code[:2] != "E2" or kind != "grad":
                raise
            known = self.problem(scalar=False)  # a differential may be meant
        self.functions = frozenset(known.functions)
        self.program = parse(expr, frozenset(known.variables) | known.sizes, self.functions)
        self.changes = frozenset({f"d{name}" for name in known.variables} - set(known.variables))
        self.names = frozenset(known.variables) | known.sizes | self.changes
        self.changing: tuple[str, ...] = ()

    def problem(self, *, scalar: bool) -> Problem:
        """The expression, typed."""
        if scalar not in self._posed:
            self._posed[scalar] = api.pose(self.expr, self.wrt, self.let, scalar=scalar)
        return self._posed[scalar]

    def read(self, claim: str) -> list[Part]:
        """The parts of a claim."""
        return read(claim, self.program, self.names, self.functions)

    def changing_in(self, parts: Sequence[Part]) -> None:
        """What changes in differentials: as asked, else what the claims are about, else all."""
        self.changing = tuple(self.wrt)
        if not self.wrt and any(map(self.differential, parts)):
            met: set[str] = set().union(*(part.names for part in parts))
            every = tuple(api.varying(self.problem(scalar=False)))
            changing = self.changes & met
            self.changing = tuple(name for name in every if f"d{name}" in changing) or every

    def differential(self, part: Part) -> bool:
        """Whether a claim is about the differential."""
        met = bool(part.names & self.changes)
        return met or self.kind == "d" or ("d" not in self.names and has_differentials(part.tree))

    def asked(self, *, differential: bool) -> Asked:
        """What a claim is held against. Raises E105 where the variable is not named."""
        if differential:
            problem = self.problem(scalar=False)
            return Asked(problem, "d", self.changing, "ambient", self.seed, "d")
        if self.kind == "hess":
            return self._second()
        problem = self.problem(scalar=self.kind != "jac")
        name = api.one_of(self.wrt or api.varying(problem), self.expr)
        if self.kind == "jac":
            return Asked(problem, "jac", (name,), "ambient", self.seed, "jac")
        senses = {"projected": PROJECTED, "entries": LINEAR, "tangent": {"orthogonal"}}
        tied = problem.variables[name].properties & senses.get(self.structure, set())
        return Asked(problem, "grad", (name,), self.structure if tied else "ambient", self.seed)

    def unnamed(self, asked: Asked) -> frozenset[str]:
        """Sizes that neither the expression nor a declaration names."""
        roots = [*(each.expression for each in self.program.definitions), self.program.expression]
        typed = names(roots)
        for known in map(parse_declaration, self.let):
            for shape in (known.shape, *(known.arguments or ())):
                typed.update(name for _, factors in shape or () for name in factors)
        return asked.problem.sizes - typed

    def renamed(self, asked: Asked, sizes: dict[str, str]) -> Asked:
        """The same with other names for some sizes."""
        let = asked.declarations(sizes)
        again = Question(self.expr, self.wrt, let, self.kind, self.structure, self.seed)
        again.changing = self.changing
        return again.asked(differential=asked.kind == "d")

    def _second(self) -> Asked:
        """A Hessian is the Jacobian of the gradient, which is proved first."""
        known = self.problem(scalar=True)
        by = self.wrt or api.varying(known)
        first, last = by[0], by[-1]
        if len(by) > 2 or (len(by) == 2 and not self.wrt):
            api.one_of(by, self.expr)
        slope = api.grad(self.expr, first, [*self.let], structure="ambient")
        gradient = reread(known, slope.plain, (), outline(known.variables[first].shape))
        proof = prove(known, "grad", (first,), gradient, seed=self.seed)
        if not proof.ok:
            raise fail("E302", f"the gradient by {first} cannot be proved: {proof.why}")
        problem = known.but(expression=gradient)
        return Asked(problem, "jac", (last,), "ambient", self.seed, "hess", (first, last))
