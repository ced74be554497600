"""An expression and how its derivative is asked for → what claims about it are held against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff import api
from mdiff.errors import MdiffError, fail
from mdiff.proof import Proof, prove, reread
from mdiff.proof.bench import Bench
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.reread import known, unknown_functions
from mdiff.properties import LINEAR, PROJECTED
from mdiff.record import Record, derived
from mdiff.shapes import infer
from mdiff.shapes.build import build
from mdiff.shapes.dims import SCALAR, Dim, by_vec, product, show_shape
from mdiff.shapes.dims import outline as outlined
from mdiff.shapes.flatten import flatten
from mdiff.shapes.options import options
from mdiff.shapes.search import search
from mdiff.syntax import parse, parse_declaration
from mdiff.syntax.tree import Program
from mdiff.verdicts.claim import read
from mdiff.verdicts.differentials import has_differentials
from mdiff.verdicts.nodes import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Problem, Typed
    from mdiff.syntax import Declaration
    from mdiff.syntax.tree import Definition, Tree
    from mdiff.verdicts.claim import Part

Asking = Literal["grad", "d", "jac", "hess"]
"""What a claim is about: gradient, differential, Jacobian, Hessian."""


def _outline(asked: Asked) -> Outline:
    expression = asked.problem.expression.shape
    if asked.kind == "d":
        return outlined(expression)
    variable = asked.problem.variables[asked.wrt[0]].shape
    return outlined(variable) if asked.kind == "grad" else by_vec(expression, variable)


class Asked(Record):
    """How a derivative is asked for: the problem, by what, as what.

    A Hessian is asked for as the Jacobian (`kind`) of a gradient, which is then the problem's
    expression; `of` are then its two variables. `changing` are those whose `dX` claims may have in
    them; `outline` the axes that a claim has to have; `names` those of the problem, with its sizes;
    `functions` those known by name alone.
    """

    problem: Problem
    kind: Kind
    wrt: tuple[str, ...]
    structure: Structure
    seed: int
    name: Asking = "grad"
    second: tuple[str, ...] = ()
    of: tuple[str, ...] = derived(lambda self: self.second or self.wrt)
    changing: tuple[str, ...] = derived(lambda self: self.wrt if self.kind == "d" else ())
    outline: Outline = derived(_outline)
    shape: Shape = derived(lambda self: (product(self.outline[0]), product(self.outline[1])))
    known: tuple[list[Declaration], frozenset[str], frozenset[str]] = derived(
        lambda self: known(self.problem, self.changing)
    )
    names: frozenset[str] = derived(lambda self: self.known[1])
    functions: frozenset[str] = derived(lambda self: self.known[2])

    # ------------------------------------------------------------------------ reading

    def parse(self, text: str) -> Tree:
        """The tree of an answer, with places in a text of its own."""
        return parse(text, self.names, self.functions).expression

    def typed(self, part: Part) -> Problem:
        """A claim as a problem of its own. Raises what `infer` raises."""
        return self.read(part.definitions, part.tree, part.text, self.outline)

    def read(
        self,
        definitions: Sequence[Definition],
        tree: Tree,
        text: str,
        shape: Outline | None = None,
    ) -> Problem:
        """A tree as a problem of its own, in a shape if it can have that: how large is its `I`?"""
        program = Program(tuple(definitions), tree, (), text)
        return infer(program, self.known[0], sizes=self.problem.sizes, known=shape)

    def quickly(self, definitions: Sequence[Definition], tree: Tree) -> Typed | None:
        """The typed tree, None where there is none: edits are typed by the hundred."""
        program = Program(tuple(definitions), tree, (), "")
        try:
            steps = flatten(program, self.known[0], (), self.problem.sizes, self.outline)
            checked, clash = search(steps, options(steps), scalar=False, limit=1)
            if clash is not None or steps.free:
                return None
            found = build(checked, program)
        except MdiffError:
            return None
        return found.expression if found.sizes <= self.problem.sizes else None

    # ------------------------------------------------------------------------ proving

    def prove(self, claim: Typed) -> Proof:
        """The proof of a claim, or its refutation; what has another shape is never looked at."""
        if claim.shape != self.shape:
            shapes = claim.shape, self.shape
            found, wanted = ("a scalar" if s == SCALAR else show_shape(s) for s in shapes)
            return Proof("exact", "refuted", 0, why=f"it is {found}, not {wanted}")
        return prove(
            self.problem, self.kind, self.wrt, claim, structure=self.structure, seed=self.seed
        )

    def right(self, part: Part) -> Proof | None:
        """The proof of a claim; None where it is not proved, or cannot be read in these names."""
        try:
            found = self.typed(part)
            own = found.sizes <= self.problem.sizes and self.names.issuperset(found.variables)
            proof = self.prove(found.expression) if own else None
        except MdiffError:
            return None
        return proof if proof is not None and proof.ok else None

    def benches(self, anchors: list[Typed]) -> Iterator[Bench]:
        """Where claims are tried: exactly, and where that may miss something, on real numbers."""
        given = self.problem, self.kind, self.wrt, self.structure, self.seed, anchors
        for real in (False, True):
            try:
                bench = Bench(*given, real=real)
            except Unsupported:
                continue
            yield bench
            if bench.trusted:
                return

    def declarations(self, renamed: Mapping[str, str]) -> list[str]:
        """What declares all that is known of the names, with other names for some sizes."""
        found = unknown_functions(self.problem, renamed)
        for each in reversed(self.problem.variables.values()):
            rows, columns = (
                Dim(dim.number, tuple(renamed.get(name, name) for name in dim.factors))
                for dim in each.shape
            )
            shape = show_shape((rows, columns))
            found.insert(0, " ".join([f"{each.name}: {shape}", *sorted(each.properties)]))
        return found


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
        for declared in map(parse_declaration, self.let):
            for shape in (declared.shape, *(declared.arguments or ())):
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
        gradient = reread(known, slope.plain, (), outlined(known.variables[first].shape))
        proof = prove(known, "grad", (first,), gradient, seed=self.seed)
        if not proof.ok:
            raise fail("E302", f"the gradient by {first} cannot be proved: {proof.why}")
        problem = known.but(expression=gradient)
        return Asked(problem, "jac", (last,), "ambient", self.seed, "hess", (first, last))
