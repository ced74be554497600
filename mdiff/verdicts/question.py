"""An expression and how its derivative is asked for → what each claim about it is held against."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff import api
from mdiff.errors import MdiffError, fail
from mdiff.proof import prove, reread
from mdiff.properties import LINEAR, PROJECTED
from mdiff.record import Record, derived
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
    from mdiff.syntax.tree import Program
    from mdiff.verdicts.asked import Asking
    from mdiff.verdicts.claim import Part


def _posed(question: Question) -> Problem:
    """The expression, typed as a scalar where it has to be one, unless a differential is meant."""
    try:
        return question.problem(scalar=question.kind in ("grad", "hess"))
    except MdiffError as error:
        if error.diagnostic.code[:2] != "E2" or question.kind != "grad":
            raise
        return question.problem(scalar=False)


class Question(Record):
    """One expression, and how its derivative is asked for.

    `changes` are the names of differentials; `names` all that a claim may have in it. Raises what
    `pose` raises, and E203 for a gradient or Hessian of what is no scalar.
    """

    expr: str
    wrt: list[str]
    let: list[str]
    kind: Asking
    structure: Structure
    seed: int
    known: Problem = derived(_posed)
    functions: frozenset[str] = derived(lambda self: frozenset(self.known.functions))
    own: frozenset[str] = derived(lambda self: self.known.sizes | set(self.known.variables))
    program: Program = derived(lambda self: parse(self.expr, self.own, self.functions))
    changes: frozenset[str] = derived(
        lambda self: frozenset(f"d{name}" for name in self.known.variables) - self.own
    )
    names: frozenset[str] = derived(lambda self: self.own | self.changes)

    def problem(self, *, scalar: bool) -> Problem:
        """The expression, typed."""
        return api.pose(self.expr, self.wrt, self.let, scalar=scalar)

    def read(self, claim: str) -> list[Part]:
        """The parts of a claim."""
        return read(claim, self.program, self.names, self.functions)

    def changing(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What changes in differentials: as asked, else what the claims are about, else all."""
        if self.wrt or not any(map(self.differential, parts)):
            return tuple(self.wrt)
        met = {name for part in parts for name in part.names & self.changes}
        every = tuple(api.varying(self.problem(scalar=False)))
        return tuple(name for name in every if f"d{name}" in met) or every

    def differential(self, part: Part) -> bool:
        """Whether a claim is about the differential."""
        met = bool(part.names & self.changes)
        return met or self.kind == "d" or ("d" not in self.names and has_differentials(part.tree))

    def asked(self, changing: tuple[str, ...]) -> Asked:
        """What a claim is held against; where something changes in it, the differential.

        Raises E105 where the variable is not named.
        """
        if changing:
            problem = self.problem(scalar=False)
            return Asked(problem, "d", changing, "ambient", self.seed, "d")
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
        return again.asked(asked.changing)

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
