"""What a claim is held against: a problem, by what, and in which sense; it types and proves claims.

Claims and their edits are typed by the hundred, so `quickly` looks for no explanations.
"""

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
from mdiff.shapes.dims import SCALAR, Dim, by_vec, outline, show_shape
from mdiff.shapes.flatten import flatten
from mdiff.shapes.options import options
from mdiff.shapes.search import search
from mdiff.shapes.typed import Broadcast
from mdiff.syntax.tree import Program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mdiff.proof.bench import Bench
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Declared, Problem, Typed
    from mdiff.syntax import Declaration
    from mdiff.syntax.tree import Definition, Tree

Asking = Literal["grad", "d", "jac", "hess"]
"""What a claim is about: gradient, differential, Jacobian, Hessian."""


class Typist(Record):
    """Types trees in the names of one problem, with `dX` for each variable that changes.

    `outline` is that of a claim, whose axes say how large its `I` is.
    """

    problem: Problem
    changing: tuple[str, ...]
    outline: Outline | None = None
    known: tuple[list[Declaration], frozenset[str], frozenset[str]] = derived(
        lambda self: known(self.problem, self.changing)
    )

    @property
    def names(self) -> frozenset[str]:
        """All names of the problem, with its sizes."""
        return self.known[1]

    @property
    def functions(self) -> frozenset[str]:
        """The functions that the problem knows by name alone."""
        return self.known[2]

    def read(self, definitions: Sequence[Definition], tree: Tree, text: str) -> Problem:
        """The tree as a problem of its own, in the shape of a claim if it can have that.

        Raises what `infer` raises.
        """
        program = Program(tuple(definitions), tree, (), text)
        return infer(program, self.known[0], sizes=self.problem.sizes, known=self.outline)

    def quickly(
        self, definitions: Sequence[Definition], tree: Tree, shape: Shape | None = None
    ) -> Typed | None:
        """The typed tree, None where there is none; a scalar is spread out to `shape`."""
        program = Program(tuple(definitions), tree, (), "")
        try:
            steps = flatten(program, self.known[0], (), self.problem.sizes, self.outline)
            checked, clash = search(steps, options(steps), scalar=False, limit=1)
            if clash is not None or steps.free:
                return None
            found = build(checked, program)
        except MdiffError:
            return None
        if not found.sizes <= self.problem.sizes:
            return None
        typed = found.expression
        if shape is not None and typed.shape != shape and typed.shape == SCALAR:
            return Broadcast(typed, shape, typed.span)
        return typed


class Asked(Record):
    """How a derivative is asked for: the problem, by what, as what.

    A Hessian is asked for as the Jacobian (`kind`) of a gradient, which is then the problem's
    expression; `of` are then its two variables.
    """

    problem: Problem
    kind: Kind
    wrt: tuple[str, ...]
    structure: Structure
    seed: int
    name: Asking = "grad"
    second: tuple[str, ...] = ()
    of: tuple[str, ...] = derived(lambda self: self.second or self.wrt)

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

    @property
    def changing(self) -> tuple[str, ...]:
        """The variables whose `dX` claims may have in them."""
        return self.wrt if self.kind == "d" else ()

    def typist(self) -> Typist:
        """What types claims about it."""
        return Typist(self.problem, self.changing, self.outline)

    def prove(self, claim: Typed) -> Proof:
        """The proof of a claim, or its refutation; what has another shape is never looked at."""
        if claim.shape != self.shape:
            found = show_shape(claim.shape)
            found = "a scalar" if claim.shape == SCALAR else found
            wanted = "a scalar" if self.shape == SCALAR else show_shape(self.shape)
            return Proof("exact", "refuted", 0, why=f"it is {found}, not {wanted}")
        proof = prove(
            self.problem, self.kind, self.wrt, claim, structure=self.structure, seed=self.seed
        )
        if proof.ok and not defined(self.problem, claim):
            why = "it has no value at points where the expression has one"
            return Proof(proof.method, "refuted", proof.points, why=why)
        return proof

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
