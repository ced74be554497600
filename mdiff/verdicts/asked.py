"""A question and its typed expression → what claims about its derivative are held against."""

from __future__ import annotations

import re
from itertools import permutations
from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.claims import axes, slope
from mdiff.errors import MdiffError, fail, fail_at
from mdiff.proof import Proof, prove
from mdiff.proof.reread import known, unknown_functions
from mdiff.properties import LINEAR, PROJECTED
from mdiff.question import Question, one_of, pose, varying
from mdiff.record import Record, derived
from mdiff.shapes import infer
from mdiff.shapes.declare import declared
from mdiff.shapes.dims import ONE, SCALAR, product, show_shape
from mdiff.syntax import parse, parse_declaration
from mdiff.syntax.tree import Name, Program, children
from mdiff.verdicts.claim import has_differentials
from mdiff.verdicts.nodes import names
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mdiff.proof import result
    from mdiff.proof.result import Structure
    from mdiff.question import Kind
    from mdiff.shapes.dims import Outline, Shape
    from mdiff.shapes.typed import Problem, Typed
    from mdiff.syntax import Declaration
    from mdiff.syntax.tree import Definition, Tree
    from mdiff.verdicts.claim import Part

CLAIMED = "the claim"  # where a variable is from that only the claim has
MOST_SIZES = 4  # sizes nobody named, each of which a name of the claim may be

_NAME = re.compile(r"[^\W\d]\w*")

HELD: dict[Kind, result.Kind] = {"grad": "grad", "d": "d", "jac": "jac", "hess": "jac"}
"""As what each kind is proved: a Hessian as the Jacobian of a gradient."""

SENSES: dict[Structure, frozenset[str]] = {
    "projected": PROJECTED, "entries": LINEAR, "tangent": frozenset({"orthogonal"}),
}  # fmt: skip
"""The properties of variables whose gradient may be meant in another sense than the ambient one."""


class Asked(Record):
    """How a derivative is asked for: the problem, as what, by what, in which sense.

    The problem of a Hessian is about a gradient; `of` are its two variables. `changing` are those
    whose `dX` claims may have in them; `outline` the axes that a claim has to have; `names` those
    of the problem, with its sizes; `functions` those known by name alone.
    """

    problem: Problem
    name: Kind
    of: tuple[str, ...]
    structure: Structure
    seed: int
    kind: result.Kind = derived(lambda self: HELD[self.name])
    wrt: tuple[str, ...] = derived(lambda self: self.of[-1:] if self.name == "hess" else self.of)
    changing: tuple[str, ...] = derived(lambda self: self.wrt if self.kind == "d" else ())
    outline: Outline = derived(lambda self: axes(self.problem, self.kind, self.wrt))
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

    def read(
        self, definitions: Sequence[Definition], tree: Tree, text: str, shape: Outline | None = None
    ) -> Problem:
        """A tree as a problem of its own, in a shape if it can have that: how large is its `I`?"""
        program = Program(tuple(definitions), tree, (), text)
        return infer(program, self.known[0], sizes=self.problem.sizes, known=shape)

    def typed(self, part: Part) -> Problem:
        """A claim as a problem of its own. Raises what `infer` raises."""
        return self.read(part.definitions, part.tree, part.text, self.outline)

    def quickly(self, definitions: Sequence[Definition], tree: Tree) -> Typed | None:
        """The typed tree, None where there is none: edits are typed by the hundred."""
        program, sizes = Program(tuple(definitions), tree, (), ""), self.problem.sizes
        try:
            found = infer(program, self.known[0], sizes=sizes, known=self.outline, quick=True)
        except MdiffError:
            return None
        own = all(each.origin != "inferred" for each in found.variables.values())
        return found.expression if own and found.sizes <= sizes else None

    # ------------------------------------------------------------------------ proving

    def prove(self, claim: Typed, *, hasty: bool = False) -> Proof:
        """The proof of a claim, or its refutation; what has another shape is never looked at."""
        if claim.shape != self.shape:
            shapes = claim.shape, self.shape
            found, wanted = ("a scalar" if s == SCALAR else show_shape(s) for s in shapes)
            return Proof("exact", "refuted", 0, None, f"it is {found}, not {wanted}", "shape")
        structure, seed = self.structure, self.seed
        return prove(
            self.problem, self.kind, self.wrt, claim, structure=structure, seed=seed, hasty=hasty
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

    def declarations(self, renamed: Mapping[str, str]) -> tuple[str, ...]:
        """What declares all that is known of the names, with other names for some sizes."""
        found = []
        for each in self.problem.variables.values():
            shape = _NAME.sub(lambda m: renamed.get(m.group(), m.group()), show_shape(each.shape))
            found.append(" ".join([f"{each.name}: {shape}", *sorted(each.properties)]))
        return (*found, *unknown_functions(self.problem, renamed))


def _posed(claimed: Claimed) -> Problem:
    """The expression, typed as a scalar where it has to be one, unless a differential is meant."""
    kind = claimed.question.kind
    try:
        return claimed.problem(scalar=kind in ("grad", "hess"))
    except MdiffError as error:
        if error.diagnostic.code[:2] != "E2" or kind != "grad":
            raise
        return claimed.problem(scalar=False)


class Claimed(Record):
    """A question, and what claims about it are read with.

    `changes` are the names of differentials; `names` all that a claim may have in it. Raises what
    `pose` raises, and E203 for a gradient or Hessian of what is no scalar.
    """

    question: Question
    seed: int
    known: Problem = derived(_posed)
    functions: frozenset[str] = derived(lambda self: frozenset(self.known.functions))
    own: frozenset[str] = derived(lambda self: self.known.sizes | set(self.known.variables))
    program: Program = derived(lambda self: parse(self.question.expr, self.own, self.functions))
    changes: frozenset[str] = derived(
        lambda self: frozenset(f"d{name}" for name in self.known.variables) - self.own
    )
    names: frozenset[str] = derived(lambda self: self.own | self.changes)

    def problem(self, *, scalar: bool) -> Problem:
        """The expression, typed."""
        question = self.question
        return pose(question.expr, question.wrt, question.let, scalar=scalar)

    def changing(self, parts: Sequence[Part]) -> tuple[str, ...]:
        """What changes in differentials: as asked, else what the claims are about, else all."""
        if self.question.wrt or not any(map(self.differential, parts)):
            return self.question.wrt
        met = {name for part in parts for name in part.names & self.changes}
        every = tuple(varying(self.problem(scalar=False)))
        return tuple(name for name in every if f"d{name}" in met) or every

    def differential(self, part: Part) -> bool:
        """Whether a claim is about the differential."""
        if part.names & self.changes or self.question.kind == "d":
            return True
        return "d" not in self.names and has_differentials(part.tree)

    def asked(self, changing: tuple[str, ...]) -> Asked:
        """What a claim is held against; where something changes in it, the differential.

        Raises E105 where the variable is not named, E302 for a Hessian whose gradient, which is
        proved first, cannot be.
        """
        if changing:
            return Asked(self.problem(scalar=False), "d", changing, "ambient", self.seed)
        kind, wrt = self.question.kind, self.question.wrt
        problem = self.problem(scalar=kind != "jac")
        by = wrt or tuple(varying(problem))
        if kind != "hess" or not wrt or len(by) > 2:
            one_of(by, self.question.expr)
        if kind == "hess":
            gradient, proof = slope(Derivation(problem), by[0], self.seed)
            if not proof.ok:
                raise fail("E302", f"the gradient by {by[0]} cannot be proved: {proof.why}")
            problem, by = gradient.but(readings=problem.readings), (by[0], by[-1])
        structure: Structure = "ambient"
        for sense, properties in SENSES.items():
            tied = problem.variables[by[0]].properties & properties
            if kind == "grad" and sense == self.question.structure and tied:
                structure = sense
        return Asked(problem, kind, by, structure, self.seed)

    def unnamed(self, asked: Asked) -> frozenset[str]:
        """Sizes that neither the expression nor a declaration names."""
        roots = [*(each.expression for each in self.program.definitions), self.program.expression]
        _, _, sizes = declared(map(parse_declaration, self.question.let))
        return asked.problem.sizes - names(roots) - sizes

    def renamed(self, asked: Asked, sizes: dict[str, str]) -> Asked:
        """The same with other names for some sizes."""
        again = self.question.but(let=asked.declarations(sizes))
        return Claimed(again, self.seed).asked(asked.changing)


# ---------------------------------------------------------------- names that only a claim has


def admitted(claimed: Claimed, asked: Asked, part: Part) -> tuple[Asked, tuple[str, ...]]:
    """What a claim is held against where it has names of its own, and what they are read as.

    Such a name is a size that nobody named, where the claim is right with it as one; else a
    variable of the kind that fits. What the names of the expression are, never changes.
    Raises what `infer` raises, E101 for the differential of what does not change.
    """
    found, unnamed = asked.typed(part), claimed.unnamed(asked)
    names = [name for name in found.variables if name not in asked.names]
    sizes = sorted((found.sizes - asked.problem.sizes) | (part.names & unnamed))
    if not names and not sizes:
        return asked, ()
    _refuse_constant(asked, part, names)
    new = {name: found.variables[name].but(origin=CLAIMED) for name in names}
    variables = {**asked.problem.variables, **new}
    sizes_too = asked.problem.sizes | found.sizes
    own = asked.but(problem=asked.problem.but(variables=variables, sizes=sizes_too))
    if all(found.variables[name].shape == SCALAR for name in names) and not own.right(part):
        for sized in _as_sizes([*names, *sizes], sorted(unnamed)):
            again = claimed.renamed(asked, sized)
            if again.right(part):
                changed = [(old, new) for old, new in sized.items() if new in (*names, *sizes)]
                return again, tuple(_size(new, old, asked) for old, new in changed)
    return own, tuple(f"`{name}` as a {_kind(found.variables[name].shape)}" for name in names)


def _as_sizes(names: list[str], unnamed: list[str]) -> Iterator[dict[str, str]]:
    """Sizes that nobody named, under the names of the claim; the others get what is left over."""
    if len(names) <= len(unnamed) <= MOST_SIZES:
        for chosen in permutations(unnamed, len(names)):
            given = dict(zip(chosen, names, strict=True))
            spare = [name for name in chosen if name not in names]
            for other in unnamed:
                if other in names and other not in given:
                    given[other] = spare.pop()
            changed = {old: new for old, new in given.items() if old != new}
            if changed:
                yield changed


def _size(name: str, size: str, asked: Asked) -> str:
    for variable in asked.problem.variables.values():
        rows, columns = (dim.factors == (size,) for dim in variable.shape)
        if rows or columns:
            which = "rows" if rows else "columns"
            said = "length" if variable.shape[1] == ONE else f"number of {which}"
            return f"`{name}` as the {said} of `{variable.name}`"
    return f"`{name}` as a size"


def _kind(shape: Shape) -> str:
    return "scalar" if shape == SCALAR else "vector" if shape[1] == ONE else "matrix"


def _refuse_constant(asked: Asked, part: Part, names: list[str]) -> None:
    """`dA` where A does not change: the question has to say that it does."""
    for node in postorder(part.roots, children):
        if isinstance(node, Name) and node.name in names and node.name[0] == "d":
            name = node.name[1:]
            if name in asked.problem.variables:
                message = f"the claim is about `d{name}`, which is zero here"
                notes = [f"{name} does not change here: name it by --wrt"]
                raise fail_at(
                    "E101", message, part.text, node.span, "does not change here", notes=notes
                )
