"""How the printed text of each kind of answer is proved: what it is held against.

A second derivative is proved as the first derivative of a first one that is itself proved: the
gradient (for a Hessian) or the differential is written out, read again, and differentiated by the
proof's own means. Such a proof is a chain of proofs, as good as the weakest of them.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.read import Reader
from mdiff.notation.tree import Book
from mdiff.proof import Proof, prove, reread
from mdiff.render import plain
from mdiff.shapes.dims import ONE, SCALAR, by_vec, outline, product
from mdiff.shapes.typed import Apply, Declared, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mdiff.answer import Prove
    from mdiff.calculus.problem import Derivation
    from mdiff.network.nodes import Sum
    from mdiff.notation.half import Sides
    from mdiff.proof.result import Expansion, Kind, Structure
    from mdiff.shapes.dims import Outline


def axes(problem: Problem, kind: Kind | Expansion, wrt: tuple[str, ...]) -> Outline:
    """The axes that a derivative of this kind has."""
    value, variable = problem.expression.shape, problem.variables[wrt[0]].shape
    match kind:
        case "grad":
            return outline(variable)
        case "jac":
            return by_vec(value, variable)
        case _:
            return outline(value)


def held(
    problem: Problem,
    kind: Kind | Expansion,
    wrt: tuple[str, ...],
    *,
    structure: Structure = "ambient",
    after: str = "",
) -> Prove:
    """What is proved at once: the text, with what stands `after` it, is a derivative of `kind`."""
    changing = () if kind in ("grad", "jac") else wrt
    shape = axes(problem, kind, wrt)

    def proof(text: str, seed: int) -> Proof:
        claim = reread(problem, around("", text, after) if after else text, changing, shape)
        return prove(problem, kind, wrt, claim, structure=structure, seed=seed)

    return proof


def around(before: str, text: str, after: str) -> str:
    """A plain text in brackets between others, after its definitions."""
    *definitions, last = text.split("; ")
    return "; ".join([*definitions, f"{before}({last}){after}"])


def chained(links: Callable[[str, int], Iterator[Proof]]) -> Prove:
    """The first link that fails, else the first that is not exact, else the last."""

    def proof(text: str, seed: int) -> Proof:
        weakest = None
        for link in links(text, seed):
            if not link.ok:
                return link
            if weakest is None or weakest.method == "exact":
                weakest = link
        return weakest or Proof("none", "unknown", 0, why="nothing was held against it")

    return proof


def hessian(derivation: Derivation, first: str, last: str, *, operator: bool = False) -> Prove:
    """A block of a Hessian: the gradient is proved, and then its Jacobian or differential."""

    def links(text: str, seed: int) -> Iterator[Proof]:
        inner, below = slope(derivation, first, seed)
        yield below
        found = held(inner, "d" if operator else "jac", (last,))(text, seed)
        if found.verdict == "refuted" and not operator:  # the gradient's text may use X = X'
            found = _along(inner, last, text, seed)
        yield found

    return chained(links)


def by_vech(  # noqa: PLR0913 - the parts of a convention
    derivation: Derivation, value: Sum, sides: Sides, last: str, *, first: str = "", turned: bool
) -> Prove:
    """A Jacobian by vech of the variable `last`, of the input or of its gradient by `first`.

    That by vec, `value`, is proved along symmetric directions, and the text is `D' (…) D` of it.
    """
    problem = derivation.problem
    before, after = (f"D({size})" if size is not None else "" for size in sides)

    def links(text: str, seed: int) -> Iterator[Proof]:
        matrix = written(derivation, value)
        inner = problem
        if first:
            inner, below = slope(derivation, first, seed)
            yield below
        yield _along(inner, last, matrix, seed)
        whole = around("", matrix, "'") if turned else matrix
        product = around(f"{before}'*" if before else "", whole, f"*{after}" if after else "")
        yield _same(problem, product, text, seed)

    return chained(links)


def solved(derivation: Derivation, name: str, *, step: bool) -> Prove:
    """The inverse of a Hessian, or a Newton step: what it is made of is proved, then its equation.

    That is `H H^-1 = I`, or `H vec(N) = -vec(G)`.
    """
    problem = derivation.problem

    def links(text: str, seed: int) -> Iterator[Proof]:
        matrix = written(derivation, derivation.hessian(name, name))
        yield hessian(derivation, name, name)(matrix, seed)
        size = product(problem.variables[name].shape)
        left, right = f"({matrix})*({text})", "1" if size == ONE else f"eye({size})"
        if step:
            gradient = written(derivation, derivation.free_gradient(name))
            left, right = f"({matrix})*vec({text})", f"-vec({gradient})"
        if ";" in left + right:
            yield Proof("none", "unknown", 0, why="too long to be put into its equation")
        else:
            yield _same(problem, left, right, seed)

    return chained(links)


def written(derivation: Derivation, value: Sum) -> str:
    """A value as plain text."""
    return plain(Reader(derivation.table, Book()).read(value), derivation.problem.variables)


def slope(derivation: Derivation, name: str, seed: int) -> tuple[Problem, Proof]:
    """The problem whose expression is the text of the gradient, and the proof of that text."""
    problem = derivation.problem
    text = written(derivation, derivation.free_gradient(name))
    gradient = reread(problem, text, (), axes(problem, "grad", (name,)))
    return problem.but(expression=gradient), prove(problem, "grad", (name,), gradient, seed=seed)


def _along(problem: Problem, name: str, matrix: str, seed: int) -> Proof:
    """Whether a matrix is the Jacobian along the directions that the variable can move in."""
    if f"d{name}" in problem.variables:
        return held(problem, "jac", (name,))(matrix, seed)
    shape = axes(problem, "jac", (name,))
    change = f"d{name}" if problem.variables[name].shape[1] == ONE else f"vec(d{name})"
    claim = reread(problem, around("", matrix, f"*{change}"), (name,), (shape[0], (ONE,)))
    value = problem.expression
    if value.shape[1] != ONE:
        (row,), (rows, columns) = TABLE["vec"], value.shape
        value = Apply(row, (value,), {}, (rows * columns, ONE), value.span)
    return prove(problem.but(expression=value), "d", (name,), claim, seed=seed)


def _same(problem: Problem, left: str, right: str, seed: int) -> Proof:
    """Whether two texts have one value: the derivative of `t left` by a new `t` is `right`."""
    new = next(n for n in (f"t{i}" for i in count(1)) if n not in problem.variables)
    scalar = Declared(new, SCALAR, frozenset(), "new")
    wider = problem.but(variables={**problem.variables, new: scalar})
    expression = reread(wider, around(f"{new}*", left, ""))
    claim = reread(wider, right if expression.shape[1] == ONE else around("vec", right, ""))
    return prove(wider.but(expression=expression), "jac", (new,), claim, seed=seed)
