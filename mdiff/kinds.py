"""A question → its answers: a row for each kind of derivative says how it is derived and proved.

Words, shape and proof of an answer stand where it is derived. Adding a kind: its name in
`question.Kind`, a row here, and a door to it in `api` and on the command line.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mdiff import claims
from mdiff.answer import Answer
from mdiff.calculus.problem import Derivation
from mdiff.errors import fail, fail_at
from mdiff.properties import STRUCTURED, projection
from mdiff.question import by_name, one_of, pose, varying
from mdiff.record import Record, derived
from mdiff.shapes.dims import ONE, SCALAR, product, show_shape
from mdiff.shapes.dims import half as halved
from mdiff.shapes.typed import Number, Power, Variable, children
from mdiff.syntax import parse_variable
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mdiff.answer import Prove
    from mdiff.network.nodes import Sum
    from mdiff.notation.half import Sides
    from mdiff.proof.result import Structure
    from mdiff.question import Kind, Question
    from mdiff.shapes.dims import Dim, Shape
    from mdiff.shapes.typed import Problem


class Row(Record):
    """A kind of derivative: of scalars alone or not, by how many variables, and its answers.

    `by`: `each` variable for itself, `all` of them together, `one`, or `two` at most.
    `record`: what a record of a batch calls it, "" where a batch does not answer it.
    """

    scalar: bool
    by: Literal["each", "all", "one", "two"]
    answers: Callable[[Work], Iterable[Answer]]
    record: str = ""


class Work(Record):
    """A question on its way: the problem that it poses, and the variables that are meant."""

    question: Question
    problem: Problem
    names: tuple[str, ...]
    powers: dict[str, int]
    derivation: Derivation = derived(lambda self: Derivation(self.problem))

    def answer(  # noqa: PLR0913 - the parts of a convention
        self,
        values: Sequence[Sum],
        shape: Shape,
        words: str,
        prove: Prove,
        *,
        wrt: str = "",
        form: str = "matrix",
        structure: str = "ambient",
        half: Sides = (None, None),
    ) -> Answer:
        """An answer to the question, in words that tell its convention."""
        return Answer(
            self.problem,
            self.question.kind,
            wrt or ",".join(self.names),
            show_shape(shape),
            words,
            self.derivation.table,
            tuple(values),
            prove,
            form,
            structure,
            half,
        )

    def shape(self, name: str) -> Shape:
        """The shape of a variable."""
        return self.problem.variables[name].shape


def answers(question: Question) -> tuple[Answer, ...]:
    """All answers to a question: one, or for a gradient one for each variable.

    Raises `MdiffError`: what `pose` raises, E104 to E107 for the variables, E203 where the
    expression is no scalar and would have to be, E302 where a rule is missing, E401 to E403 for
    what has no vech.
    """
    row = ROWS[question.kind]
    if row.by == "each":
        powers = dict(parse_variable(name) for name in question.wrt)
    else:
        powers = dict.fromkeys(by_name(question.wrt), 1)
    problem = pose(
        question.expr, tuple(powers), question.let, scalar=row.scalar, strict=question.strict
    )
    names = list(powers) or varying(problem)
    if row.by == "one" or (row.by == "two" and not powers):
        names = [one_of(names, question.expr)]
    if row.by == "two" and len(names) > 2:
        message = f"a Hessian is by one variable or by two, and these are {', '.join(names)}"
        raise fail("E105", message, text=problem.text)
    return tuple(row.answers(Work(question, problem, tuple(names), powers)))


def answer(question: Question) -> Answer:
    """The answer to a question that has one; raises E105 where it has several."""
    found = answers(question)
    one_of([each.wrt for each in found], question.expr)
    return found[0]


# ------------------------------------------------------------------------------- first order


def _gradients(work: Work) -> Iterable[Answer]:
    """By each variable: in its shape, projected on its structure if asked for."""
    projected = work.question.structure == "projected"
    found = work.derivation.gradients(work.names, projected=projected)
    for name in work.names:
        declared, power = work.problem.variables[name], work.powers.get(name, 1)
        value, wrt, words = found[name], name, f"gradient in the shape of {name}"
        space = projection(declared.properties)
        structure: Structure = "projected" if space and projected else "ambient"
        if structure == "projected":
            words = f"gradient by a {space} {name}: {PROJECTIONS[space]}"
        elif declared.properties & STRUCTURED:
            words += ", all entries free (ambient)"
        prove = claims.held(work.problem, "grad", (name,), structure=structure)
        if power > 1:
            _only_power(work.problem, name, power)
            value, wrt = work.derivation.by_power(value, name, power), f"{name}^{power}"
            words = f"derivative by {wrt}"
            prove = claims.held(work.problem, "grad", (name,), after=f"*{power}*{name}^{power - 1}")
        yield work.answer([value], declared.shape, words, prove, wrt=wrt, structure=structure)


def _only_power(problem: Problem, name: str, power: int) -> None:
    """Raise E106 where a scalar stands in the expression otherwise than in this power."""
    inside: set[int] = set()
    nodes = list(postorder([problem.expression], children))
    for node in nodes:
        match node:
            case Power(Variable(declared) as base, Number(value)) if declared.name == name:
                inside.update([id(base)] if value.denominator == 1 and not value % power else [])
            case _:
                pass
    for node in nodes:
        if isinstance(node, Variable) and node.declared.name == name and id(node) not in inside:
            message = f"`{name}` also stands outside `{name}^{power}`: name `{name}` itself"
            said = f"not in `{name}^{power}`"
            raise fail_at("E106", message, problem.text, node.span, said)


PROJECTIONS = {"symmetric": "sym(G)", "diagonal": "the diagonal part of G"}
"""What a projection makes of the ambient gradient G, in words."""


def _differential(work: Work) -> Iterable[Answer]:
    """By all variables, with `dX` in place."""
    _no_clash(work)
    second = work.question.order == 2
    value = work.derivation.differential(work.names, 2 if second else 1)
    words = "second differential" if second else "differential"
    prove = claims.held(work.problem, "d2" if second else "d", work.names)
    yield work.answer([value], work.problem.expression.shape, words, prove)


def _no_clash(work: Work) -> None:
    """Raise E107 where the differential of a variable has the name of another one."""
    for name in work.names:
        if f"d{name}" in work.problem.variables:
            message = f"`d{name}` is both a variable and the differential of `{name}`"
            raise fail("E107", message, text=work.problem.text)


def _jacobian(work: Work) -> Iterable[Answer]:
    """`d vec(expr) / d vec(X)^T`, its transpose, by vech, or the map that takes `dX` to it."""
    (name,), problem, half = work.names, work.problem, work.question.half
    length = _vech(work)[0] if half else None
    if work.question.form == "operator":
        _no_clash(work)
        words = f"the map d{name} ↦ change of the value"
        value, prove = work.derivation.differential([name]), claims.held(problem, "d", (name,))
        yield work.answer([value], problem.expression.shape, words, prove, form="operator")
        return
    value = matrix = work.derivation.jacobian(name)
    shape = _length(problem.expression.shape, None), _length(work.shape(name), length)
    sides: Sides = (None, length)
    by = f"vech({name})" if half else name
    words = f"numerator layout: rows are the value, columns {by}"
    turned = work.question.layout == "denominator"
    if turned:
        value, shape, sides = work.derivation.table.transposed(value), shape[::-1], sides[::-1]
        words = f"denominator layout: rows are {by}, columns the value"
    words = f"Jacobian, vec by columns, {VECH + ', ' if half else ''}{words}"
    prove = claims.held(problem, "jac", (name,), after="'" if turned else "")
    if half:
        prove = claims.by_vech(work.derivation, matrix, sides, name, turned=turned)
    yield work.answer([value], shape, words, prove, form=work.question.form, half=sides)


VECH = "vech: the lower triangle by columns"


def _length(shape: Shape, half: Dim | None) -> Dim:
    """The length of the vec of something of this shape, or of its vech."""
    return product(shape) if half is None else halved(half)


def _vech(work: Work) -> list[Dim | None]:
    """The sizes of symmetric variables, None for vectors and scalars, which are their own vech."""
    problem = work.problem
    if work.question.form == "operator":
        message = "the operator form is a map of dX: it has neither vec nor vech"
        raise fail("E403", message, text=problem.text)
    found: list[Dim | None] = []
    for name in work.names:
        declared = problem.variables[name]
        symmetric = projection(declared.properties) == "symmetric"
        if not symmetric and (ONE not in declared.shape or len(work.names) == 1):
            message = f"vech is for symmetric variables, and `{name}` is not declared symmetric"
            square = declared.shape[0] == declared.shape[1] != ONE
            helps = [f"declare it: --let '{name}: symmetric'"] if square else []
            raise fail("E401", message, text=problem.text, helps=helps)
        found.append(declared.shape[0] if symmetric and declared.shape != SCALAR else None)
    for size in found:
        for name in ("D", f"D_{size}") if size is not None else ():
            if name in problem.variables or name in problem.functions:
                message = f"`{name}` is a name of the problem, and of the duplication matrix"
                raise fail("E402", message, text=problem.text, helps=["give it another name"])
    return found


# ------------------------------------------------------------------------------ second order


def _hessian(work: Work) -> Iterable[Answer]:
    """The Jacobian of the gradient; with two variables the mixed block; or `H[dX]`."""
    first, last = work.names[0], work.names[-1]
    half, form = work.question.half, work.question.form
    lengths = _vech(work) if half else [None]
    sides: Sides = (lengths[0], lengths[-1])
    if form == "operator":
        _no_clash(Work(work.question, work.problem, (last,), work.powers))
        value = work.derivation.hessian_operator(first, last)
        words = f"the map d{last} ↦ change of the gradient by {first}"
        prove = claims.hessian(work.derivation, first, last, operator=True)
        yield work.answer([value], work.shape(first), words, prove, form=form)
        return
    value = work.derivation.hessian(first, last)
    shape = _length(work.shape(first), sides[0]), _length(work.shape(last), sides[1])
    block = f"mixed block of the Hessian, rows {first}, columns {last}"
    words = f"{'Hessian' if first == last else block}, {VECH if half else 'vec by columns'}"
    prove = claims.hessian(work.derivation, first, last)
    if half:
        prove = claims.by_vech(work.derivation, value, sides, last, first=first, turned=False)
    yield work.answer([value], shape, words, prove, form=form, half=sides)


def _solved(work: Work) -> Iterable[Answer]:
    """The inverse of the Hessian by one variable, or minus that times the gradient."""
    (name,) = work.names
    step = work.question.kind == "newton"
    prove = claims.solved(work.derivation, name, step=step)
    if step:
        value, words = work.derivation.newton(name), f"Newton step by {name}"
        yield work.answer([value], work.shape(name), words, prove)
    else:
        value, size = work.derivation.inverse_hessian(name), _length(work.shape(name), None)
        yield work.answer([value], (size, size), "inverse of the Hessian, vec by columns", prove)


def _taylor(work: Work) -> Iterable[Answer]:
    """The value, the differential, and half the second one."""
    _no_clash(work)
    order = work.question.order or 2
    values = [work.derivation.value(), work.derivation.differential(work.names)]
    if order > 1:
        second = work.derivation.differential(work.names, 2)
        values.append(work.derivation.table.scaled(second, Fraction(1, 2)))
    words = f"Taylor approximation of order {order} around {', '.join(work.names)}"
    prove = claims.held(work.problem, "taylor2" if order > 1 else "taylor1", work.names)
    yield work.answer(values, work.problem.expression.shape, words, prove)


ROWS: dict[Kind, Row] = {
    "grad": Row(scalar=True, by="each", answers=_gradients, record="grad"),
    "jac": Row(scalar=False, by="one", answers=_jacobian, record="jac"),
    "hess": Row(scalar=True, by="two", answers=_hessian, record="hess"),
    "d": Row(scalar=False, by="all", answers=_differential, record="differential"),
    "taylor": Row(scalar=False, by="all", answers=_taylor),
    "newton": Row(scalar=True, by="one", answers=_solved),
    "inverse hessian": Row(scalar=True, by="one", answers=_solved),
}
