"""How the printed text of each kind of answer is proved: what it is held against.

A second derivative is proved as the first derivative of a first one that is itself proved: the
gradient (for a Hessian) or the differential is written out, read again, and differentiated by the
proof's own means.
"""

from __future__ import annotations

from functools import reduce
from itertools import count
from operator import mul
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.notation.read import Reader
from mdiff.notation.tree import Book
from mdiff.proof import Proof, prove, reread
from mdiff.render import plain
from mdiff.shapes.dims import ONE, SCALAR, by_vec, outline
from mdiff.shapes.typed import Apply, Declared, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.answer import Prove
    from mdiff.calculus.problem import Derivation
    from mdiff.network.nodes import Sum
    from mdiff.notation.half import Sides
    from mdiff.proof.result import Structure
    from mdiff.shapes.typed import Typed


def gradient(problem: Problem, name: str, structure: str) -> Prove:
    """A gradient by one variable."""
    used: Structure = "projected" if structure == "projected" else "ambient"

    def held(text: str, seed: int) -> Proof:
        claim = reread(problem, text, (), outline(problem.variables[name].shape))
        return prove(problem, "grad", (name,), claim, structure=used, seed=seed)

    return held


def by_power(problem: Problem, name: str, power: int) -> Prove:
    """A derivative by a power of a scalar: times that power's own derivative it is that by it."""

    def held(text: str, seed: int) -> Proof:
        claim = reread(problem, around("", text, f"*{power}*{name}^{power - 1}"))
        return prove(problem, "grad", (name,), claim, seed=seed)

    return held


def differential(problem: Problem, names: Sequence[str], order: int) -> Prove:
    """A differential of first or second order."""

    def held(text: str, seed: int) -> Proof:
        claim = reread(problem, text, tuple(names), outline(problem.expression.shape))
        if order == 1:
            return prove(problem, "d", tuple(names), claim, seed=seed)
        return prove(problem, "d2", tuple(names), claim, seed=seed)

    return held


def jacobian(problem: Problem, name: str, *, turned: bool) -> Prove:
    """A Jacobian in numerator layout, or its transpose."""

    def held(text: str, seed: int) -> Proof:
        shape = by_vec(problem.expression.shape, problem.variables[name].shape)
        claim = reread(problem, transposed(text) if turned else text, (), shape)
        return prove(problem, "jac", (name,), claim, seed=seed)

    return held


def transposed(text: str) -> str:
    """The transpose of a plain text."""
    return around("", text, "'")


def around(before: str, text: str, after: str) -> str:
    """A plain text in brackets between others, after its definitions."""
    *definitions, last = text.split("; ")
    return "; ".join([*definitions, f"{before}({last}){after}"])


def by_vech(  # noqa: PLR0913 - the parts of a convention
    derivation: Derivation,
    value: Sum,
    sides: Sides,
    last: str,
    *,
    first: str = "",
    turned: bool = False,
) -> Prove:
    """A Jacobian by vech of the variable `last`, of the input or of its gradient by `first`.

    That by vec, `value`, is proved along symmetric directions, and the text is `D' (…) D` of it.
    """
    problem = derivation.problem
    before, after = (f"D({size})" if size is not None else "" for size in sides)

    def held(text: str, seed: int) -> Proof:
        matrix = plain(Reader(derivation.table, Book()).read(value), problem.variables)
        inner, below = problem, None
        if first:
            inner, below = _slope(derivation, first, seed)
            if not below.ok:
                return below
        found = _along(inner, last, matrix, seed)
        if not found.ok:
            return found
        below = weaker(found, below) if below and below.method != "exact" else found
        whole = transposed(matrix) if turned else matrix
        product = around(f"{before}'*" if before else "", whole, f"*{after}" if after else "")
        found = same(problem, product, text, seed)
        return found if below.method == "exact" else weaker(found, below)

    return held


def _along(problem: Problem, name: str, matrix: str, seed: int) -> Proof:
    """Whether a matrix is the Jacobian along the directions that the variable can move in."""
    shape = by_vec(problem.expression.shape, problem.variables[name].shape)
    if f"d{name}" in problem.variables:
        return prove(problem, "jac", (name,), reread(problem, matrix, (), shape), seed=seed)
    change = f"d{name}" if problem.variables[name].shape[1] == ONE else f"vec(d{name})"
    claim = reread(problem, around("", matrix, f"*{change}"), (name,), (shape[0], (ONE,)))
    value = problem.expression
    if value.shape[1] != ONE:
        (row,), (rows, columns) = TABLE["vec"], value.shape
        stacked = (rows * columns, ONE)
        value = Apply(row, (value,), {}, stacked, value.span)
    return prove(of(problem, value), "d", (name,), claim, seed=seed)


def _slope(derivation: Derivation, name: str, seed: int) -> tuple[Problem, Proof]:
    """The problem whose expression is the text of the gradient, and the proof of that text."""
    problem = derivation.problem
    value = derivation.free_gradient(name)
    written = plain(Reader(derivation.table, Book()).read(value), problem.variables)
    slope = reread(problem, written, (), outline(problem.variables[name].shape))
    return of(problem, slope), prove(problem, "grad", (name,), slope, seed=seed)


def hessian(derivation: Derivation, first: str, last: str, *, operator: bool = False) -> Prove:
    """A block of a Hessian, as the Jacobian or the differential of the gradient, itself proved."""
    problem = derivation.problem

    def held(text: str, seed: int) -> Proof:
        inner, below = _slope(derivation, first, seed)
        if not below.ok:
            return below
        one, other = (problem.variables[name].shape for name in (first, last))
        shape = outline(one) if operator else by_vec(one, other)
        claim = reread(problem, text, (last,) if operator else (), shape)
        found = prove(inner, "d" if operator else "jac", (last,), claim, seed=seed)
        if found.verdict == "refuted" and not operator:  # the gradient's text may use X = X'
            found = _along(inner, last, text, seed)
        return found if below.method == "exact" else weaker(found, below)

    return held


def weaker(found: Proof, below: Proof) -> Proof:
    """The proof of a chain of two is as good as the weaker one."""
    return below if found.ok else found


def of(problem: Problem, expression: Typed) -> Problem:
    """The same problem about another expression."""
    return Problem(
        expression, problem.variables, problem.functions, problem.sizes, (), problem.text
    )


def taylor(problem: Problem, names: Sequence[str], order: int) -> Prove:
    """A Taylor polynomial: less the value, its first and second differential at zero."""

    def held(text: str, seed: int) -> Proof:
        claim = reread(problem, text, tuple(names), outline(problem.expression.shape))
        return prove(problem, "taylor2" if order > 1 else "taylor1", tuple(names), claim, seed=seed)

    return held


def inverse(derivation: Derivation, name: str) -> Prove:
    """The inverse of a Hessian: the Hessian is proved, and the product is the identity."""

    def held(text: str, seed: int) -> Proof:
        return _solved(derivation, name, text, seed, step=False)

    return held


def newton(derivation: Derivation, name: str) -> Prove:
    """A Newton step: Hessian and gradient are proved, and the Hessian times the step is `-G`."""

    def held(text: str, seed: int) -> Proof:
        return _solved(derivation, name, text, seed, step=True)

    return held


def _solved(derivation: Derivation, name: str, text: str, seed: int, *, step: bool) -> Proof:
    """Put what is solved for into its equation: `H vec(N) = -vec(G)`, `H H^-1 = I`."""
    problem = derivation.problem

    def written(value: Sum) -> str:
        return plain(Reader(derivation.table, Book()).read(value), problem.variables)

    matrix = written(derivation.hessian(name, name))
    below = hessian(derivation, name, name)(matrix, seed)
    if not below.ok:
        return below
    size = reduce(mul, problem.variables[name].shape)
    right = "1" if size == ONE else f"eye({size})"
    left = f"({matrix})*({text})"
    if step:
        left = f"({matrix})*vec({text})"
        right = f"-vec({written(derivation.free_gradient(name))})"
    if ";" in left + right:
        return Proof("none", "unknown", 0, why="too long to be put into its equation")
    found = same(problem, left, right, seed)
    return found if below.method == "exact" else weaker(found, below)


def same(problem: Problem, left: str, right: str, seed: int) -> Proof:
    """Whether two texts have one value: the derivative of `t left` by a new `t` is `right`."""
    new = next(n for n in (f"t{i}" for i in count(1)) if n not in problem.variables)
    scalar = Declared(new, SCALAR, frozenset(), "new")
    variables = {**problem.variables, new: scalar}
    wider = Problem(
        problem.expression, variables, problem.functions, problem.sizes, (), problem.text
    )
    expression = reread(wider, around(f"{new}*", left, ""))
    claim = reread(wider, right if expression.shape[1] == ONE else around("vec", right, ""))
    return prove(of(wider, expression), "jac", (new,), claim, seed=seed)
