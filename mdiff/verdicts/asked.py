"""What a claim is held against: a problem, by what, in which sense; it types and proves claims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.errors import MdiffError
from mdiff.network.split import product
from mdiff.proof import Proof, prove
from mdiff.proof.bench import ExactBench
from mdiff.proof.domain import defined
from mdiff.proof.field import Unsupported
from mdiff.proof.reread import known, unknown_functions
from mdiff.record import Record, derived
from mdiff.shapes import infer
from mdiff.shapes.build import build
from mdiff.shapes.dims import SCALAR, Dim, by_vec, show_shape
from mdiff.shapes.dims import outline as outlined
from mdiff.shapes.flatten import flatten
from mdiff.shapes.options import options
from mdiff.shapes.search import search
from mdiff.syntax import parse
from mdiff.syntax.tree import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mdiff.proof.bench import Bench
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Declared, Problem, Typed
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
    expression; `of` are then its two variables. `outline` are the axes that a claim has to have;
    `names` those of the problem, with its sizes; `functions` those known by name alone.
    """

    problem: Problem
    kind: Kind
    wrt: tuple[str, ...]
    structure: Structure
    seed: int
    name: Asking = "grad"
    second: tuple[str, ...] = ()
    of: tuple[str, ...] = derived(lambda self: self.second or self.wrt)
    outline: Outline = derived(_outline)
    shape: Shape = derived(lambda self: (product(self.outline[0]), product(self.outline[1])))
    known: tuple[list[Declaration], frozenset[str], frozenset[str]] = derived(
        lambda self: known(self.problem, self.changing)
    )
    names: frozenset[str] = derived(lambda self: self.known[1])
    functions: frozenset[str] = derived(lambda self: self.known[2])

    @property
    def changing(self) -> tuple[str, ...]:
        """The variables whose `dX` claims may have in them."""
        return self.wrt if self.kind == "d" else ()

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
        proof = prove(
            self.problem, self.kind, self.wrt, claim, structure=self.structure, seed=self.seed
        )
        if proof.ok and not defined(self.problem, claim):
            why = "it has no value at points where the expression has one"
            return Proof(proof.method, "refuted", proof.points, why=why)
        return proof

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
        """Where claims are tried: exactly, and where that may miss something, in floating point."""
        given = self.problem, self.kind, self.wrt, self.structure, self.seed, anchors
        try:
            exact = ExactBench(*given)
            yield exact
            if exact.trusted:
                return
        except Unsupported:
            pass
        from mdiff.proof.bench_numeric import NumericBench

        try:
            yield NumericBench(*given)
        except Unsupported:
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
    words = f"{declared.name}: {show_shape((rows, columns))}", *sorted(declared.properties)
    return " ".join(words)
