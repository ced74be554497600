"""The public Python interface: typed text in, an `Answer` out; the command line calls it too.

`strict=True` refuses a text that is read in one way of several (E118), which is told otherwise.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import mul
from typing import TYPE_CHECKING, Literal

from mdiff import claims
from mdiff.answer import Answer, Meaning
from mdiff.calculus.problem import Derivation
from mdiff.calculus.structure import PROJECTIONS
from mdiff.errors import Label, fail
from mdiff.properties import PROJECTED, STRUCTURED, projection
from mdiff.shapes import infer, subexpressions
from mdiff.shapes.declare import declared_functions
from mdiff.shapes.dims import ONE, SCALAR, show_shape
from mdiff.shapes.dims import half as halved
from mdiff.shapes.typed import Number, Power, Variable, children, occurring
from mdiff.syntax import parse, parse_declaration, parse_name, parse_variable
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.notation.half import Sides
    from mdiff.shapes.dims import Dim, Shape
    from mdiff.shapes.typed import Declared, Problem
    from mdiff.syntax import Declaration

Form = Literal["matrix", "operator", "index"]
"""A matrix (Kronecker products where needed), the map `dX ↦ …`, or indices (`einsum`)."""

Layout = Literal["numerator", "denominator"]
"""Rows are the entries of the value (numerator), or those of the variable."""


def pose(
    expr: str,
    wrt: Sequence[str] = (),
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    scalar: bool = False,
    strict: bool = False,
) -> Problem:
    """Parse and type an expression with its declarations.

    Raises `MdiffError` for anything wrong with the text, the names or the shapes; `strict`: E118
    for a text that is read in one way of several, which would only be told otherwise.
    """
    texts = [f"{k}: {v}" for k, v in let.items()] if hasattr(let, "items") else list(let)
    problem = _posed(expr, wrt, texts, scalar=scalar)
    _refuse_entries(problem, wrt)
    if strict and problem.readings:
        from mdiff.strict import refusal

        def again(text: str, more: Sequence[str]) -> Sequence[str]:
            return _posed(text, wrt, [*texts, *more], scalar=scalar).readings

        raise refusal(problem, again)
    return problem


def _refuse_entries(problem: Problem, wrt: Sequence[str]) -> None:
    """Raise E009 for `A_{ij}` where A is a variable and nothing else has that name."""
    found = occurring(problem.expression)
    for name in wrt:
        head, _, index = name.partition("_")
        if index.isalpha() and name not in found and head in found:
            raise fail(
                "E009",
                f"the derivative by an entry, `{name}` of `{head}`, is not supported yet",
                text=problem.text,
                helps=[f"name the whole variable: --wrt {head}"],
            )


def _posed(expr: str, wrt: Sequence[str], let: Sequence[str], *, scalar: bool) -> Problem:
    declarations = [parse_declaration(text) for text in let]
    names, functions, sizes = _known(declarations)
    program = parse(expr, names | sizes | frozenset(wrt), functions, sizes)
    return infer(program, declarations, scalar=scalar, wrt=wrt)


def _known(declarations: Sequence[Declaration]) -> tuple[frozenset[str], ...]:
    """The names of variables, of functions, and of sizes."""
    names: set[str] = set()
    functions: set[str] = set()
    sizes: set[str] = set()
    for declaration in declarations:
        if declaration.arguments is not None:
            functions.update(declared_functions(declaration))
        else:
            names.add(declaration.name)
        for shape in (declaration.shape, *(declaration.arguments or ())):
            for _, factors in shape or ():
                sizes.update(factors)
    return frozenset(names), frozenset(functions), frozenset(sizes)


def by_name(wrt: Sequence[str] | str | None) -> list[str]:
    """The canonical names of variables, each once; raises E106 for what is no name."""
    given = [wrt] if isinstance(wrt, str) else wrt or ()
    return list(dict.fromkeys(parse_name(name) for name in given))


def varying(problem: Problem) -> list[str]:
    """The variables named before the expression, else all that occur in it and may vary."""
    if problem.by:
        return list(problem.by)
    found = occurring(problem.expression)
    names = [
        n for n, v in problem.variables.items() if n in found and "constant" not in v.properties
    ]
    if not names:
        raise fail("E104", "the expression has no variable to differentiate by", text=problem.text)
    return names


def one_of(names: list[str], text: str) -> str:
    """The only name; raises E105 where there are several."""
    if len(names) > 1:
        found = ", ".join(names)
        raise fail("E105", f"by which variable? there are {found}", text=text)
    return names[0]


# ------------------------------------------------------------------------------- first order


def gradients(
    expr: str,
    wrt: Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    structure: str = "projected",
    strict: bool = False,
) -> tuple[Answer, ...]:
    """The gradients of a scalar by several variables, or by all of them.

    Raises `MdiffError`: E203 where the expression is no scalar, E302 where a rule is missing.
    """
    powers = dict(parse_variable(name) for name in wrt or ())
    problem = pose(expr, tuple(powers), let, scalar=True, strict=strict)
    names = list(powers) or varying(problem)
    derivation = Derivation(problem)
    found = derivation.gradients(names, projected=structure == "projected")
    answers = []
    for name in names:
        declared = problem.variables[name]
        used = structure if declared.properties & PROJECTED else "ambient"
        shape = show_shape(declared.shape)
        words = _gradient_words(declared, used)
        value, by, power = found[name], name, powers.get(name, 1)
        prove = claims.gradient(problem, name, used)
        if power > 1:
            _only_power(problem, name, power)
            by = f"{name}^{power}"
            value, words = derivation.by_power(value, name, power), f"derivative by {by}"
            prove = claims.by_power(problem, name, power)
        meaning = Meaning("grad", by, shape, words, structure=used)
        answers.append(Answer(problem, meaning, derivation.table, (value,), prove))
    return tuple(answers)


def _only_power(problem: Problem, name: str, power: int) -> None:
    """Raise E106 where a scalar stands in the expression otherwise than in this power."""
    inside: set[int] = set()
    for node in postorder([problem.expression], children):
        match node:
            case Power(Variable(declared) as base, Number(value)) if declared.name == name:
                inside.update([id(base)] if value.denominator == 1 and not value % power else [])
            case _:
                pass
    for node in postorder([problem.expression], children):
        if isinstance(node, Variable) and node.declared.name == name and id(node) not in inside:
            raise fail(
                "E106",
                f"`{name}` also stands outside `{name}^{power}`: name `{name}` itself",
                text=problem.text,
                labels=[Label(node.span, f"not in `{name}^{power}`")],
            )


def _gradient_words(declared: Declared, structure: str) -> str:
    space = projection(declared.properties)
    if structure == "projected" and space:
        return f"gradient by a {space} {declared.name}: {PROJECTIONS[space]}"
    free = ", all entries free (ambient)" if declared.properties & STRUCTURED else ""
    return f"gradient in the shape of {declared.name}{free}"


def grad(
    expr: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    structure: str = "projected",
    strict: bool = False,
) -> Answer:
    """The gradient of a scalar expression, in the shape of the variable.

    >>> grad("log det(A^T X A)", wrt="X").plain
    "A*inv(A'*X*A)'*A'"
    """
    given = [wrt] if isinstance(wrt, str) else wrt
    answers = gradients(expr, given, let, structure=structure, strict=strict)
    one_of([answer.wrt for answer in answers], expr)
    return answers[0]


def d(
    expr: str,
    wrt: Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    order: int = 1,
    strict: bool = False,
) -> Answer:
    """The differential of an expression, with `dX` in place; by all variables unless told.

    `order=2` is the second differential, where `dX` does not change.

    >>> d("A x", wrt=["x"]).plain
    'A*dx'
    """
    named = by_name(wrt)
    problem = pose(expr, named, let, strict=strict)
    names = named or varying(problem)
    _no_clash(problem, names)
    derivation = Derivation(problem)
    value = derivation.differential(names, order)
    shape = show_shape(problem.expression.shape)
    words = "differential" if order == 1 else "second differential"
    prove = claims.differential(problem, names, order)
    meaning = Meaning("d", ",".join(names), shape, words)
    return Answer(problem, meaning, derivation.table, (value,), prove)


def _no_clash(problem: Problem, names: Sequence[str]) -> None:
    for name in names:
        if f"d{name}" in problem.variables:
            message = f"`d{name}` is both a variable and the differential of `{name}`"
            raise fail("E107", message, text=problem.text)


def jac(  # noqa: PLR0913 - the parts of a convention
    expr: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    form: Form = "matrix",
    layout: Layout = "numerator",
    half: bool = False,
    strict: bool = False,
) -> Answer:
    """The Jacobian of an expression by one variable: `d vec(expr) / d vec(wrt)^T`.

    Rows are the entries of the expression, columns those of the variable, both by columns; in
    denominator layout the transpose of that. `half`: the variable is symmetric, and only its
    lower triangle counts, `d vec(expr) / d vech(wrt)^T`.

    Raises `MdiffError`, beside what `pose` raises: E401 where `half` is asked for and the variable
    is not symmetric, E402 where a variable has the name of the duplication matrix, E403 where the
    form has no `half`.

    >>> jac("A X B", "X").plain
    "kron(B',A)"
    >>> jac("A X B", "X", ["X: spd"], half=True).plain
    "kron(B',A)*D(n)"
    """
    named = by_name(wrt)
    problem = pose(expr, named, let, strict=strict)
    name = one_of(named or varying(problem), expr)
    derivation = Derivation(problem)
    size = stacked(problem.expression.shape), stacked(problem.variables[name].shape)
    length = _vech(problem, [name], form)[0] if half else None
    if form == "operator":
        return _operator(derivation, name, show_shape(problem.expression.shape))
    value = derivation.jacobian(name)
    size = size[0], size[1] if length is None else halved(length)
    sides: Sides = (None, length)
    by = f"vech({name})" if half else name
    words = f"numerator layout: rows are the value, columns {by}"
    if layout == "denominator":
        value, size, sides = derivation.table.transposed(value), size[::-1], sides[::-1]
        words = f"denominator layout: rows are {by}, columns the value"
    words = f"Jacobian, vec by columns, {VECH if half else ''}{words}"
    meaning = Meaning("jac", name, show_shape(size), words, form=form, half=sides)
    turned = layout == "denominator"
    prove = claims.jacobian(problem, name, turned=turned)
    if half:
        prove = claims.by_vech(derivation, derivation.jacobian(name), sides, name, turned=turned)
    return Answer(problem, meaning, derivation.table, (value,), prove)


VECH = "vech: the lower triangle by columns, "


def _vech(problem: Problem, names: Sequence[str], form: Form) -> list[Dim | None]:
    """The sizes of symmetric variables, None for vectors and scalars, which are their own vech."""
    if form == "operator":
        message = "the operator form is a map of dX: it has neither vec nor vech"
        raise fail("E403", message, text=problem.text)
    found: list[Dim | None] = []
    for name in names:
        declared = problem.variables[name]
        symmetric = projection(declared.properties) == "symmetric"
        if not symmetric and (ONE not in declared.shape or len(set(names)) == 1):
            message = f"vech is for symmetric variables, and `{name}` is not declared symmetric"
            square = declared.shape[0] == declared.shape[1] != ONE
            helps = [f"declare it: --let '{name}: symmetric'"] if square else []
            raise fail("E401", message, text=problem.text, helps=helps)
        found.append(declared.shape[0] if symmetric and declared.shape != SCALAR else None)
    for size in found:
        for name in ("D", f"D_{size}") if size is not None else ():
            if name in problem.variables or name in problem.functions:
                message = f"`{name}` is a name of the problem, and of the duplication matrix"
                helps = ["give it another name"]
                raise fail("E402", message, text=problem.text, helps=helps)
    return found


def _operator(derivation: Derivation, name: str, shape: str) -> Answer:
    """The derivative as the map that takes `dX` to the change of the value."""
    problem = derivation.problem
    _no_clash(problem, [name])
    value = derivation.differential([name])
    words = f"the map d{name} ↦ change of the value"
    meaning = Meaning("jac", name, shape, words, form="operator")
    prove = claims.differential(problem, [name], 1)
    return Answer(problem, meaning, derivation.table, (value,), prove)


def stacked(shape: Shape) -> Dim:
    """The length of the vec of something of this shape."""
    return reduce(mul, shape, ONE)


# ------------------------------------------------------------------------------ second order


def hess(  # noqa: PLR0913 - the parts of a convention
    expr: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    form: Form = "matrix",
    half: bool = False,
    strict: bool = False,
) -> Answer:
    """The Hessian of a scalar: the Jacobian of its gradient, vec by columns.

    With two variables the mixed block: rows are the first, columns the second. As an operator,
    `H[dX]`: the change of the gradient. `half`: matrices are symmetric, and only their lower
    triangles count; raises E401, E402 and E403 as `jac`, and E105 for more than two variables.

    >>> hess("x^T A x", "x").plain
    "A+A'"
    """
    named = by_name(wrt)
    problem = pose(expr, named, let, scalar=True, strict=strict)
    names = named or [one_of(varying(problem), expr)]
    if len(names) > 2:
        message = f"a Hessian is by one variable or by two, and these are {', '.join(names)}"
        raise fail("E105", message, text=problem.text)
    first, last = names[0], names[-1]
    derivation = Derivation(problem)
    shapes = problem.variables[first].shape, problem.variables[last].shape
    lengths = _vech(problem, (first, last), form) if half else [None, None]
    if form == "operator":
        _no_clash(problem, [last])
        value = derivation.hessian_operator(first, last)
        words = f"the map d{last} ↦ change of the gradient by {first}"
        meaning = Meaning("hess", ",".join(names), show_shape(shapes[0]), words, form=form)
        prove = claims.hessian(derivation, first, last, operator=True)
    else:
        value = derivation.hessian(first, last)
        sides: Sides = (lengths[0], lengths[1])
        rows, columns = (
            stacked(shape) if length is None else halved(length)
            for shape, length in zip(shapes, sides, strict=True)
        )
        words = f"Hessian, {VECH.removesuffix(', ')}" if half else "Hessian, vec by columns"
        if first != last:
            by = "vech: the lower triangle by columns" if half else "vec by columns"
            words = f"mixed block of the Hessian, rows {first}, columns {last}, {by}"
        shape = show_shape((rows, columns))
        meaning = Meaning("hess", ",".join(names), shape, words, form=form, half=sides)
        prove = claims.hessian(derivation, first, last)
        if half:
            prove = claims.by_vech(derivation, value, sides, last, first=first)
    return Answer(problem, meaning, derivation.table, (value,), prove)


def inverse_hessian(
    expr: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    strict: bool = False,
) -> Answer:
    """The inverse of the Hessian of a scalar by one variable, vec by columns.

    >>> inverse_hessian("||T - U V^T||_F^2", "U").plain
    "kron(inv(V'*V),eye(m))/2"
    """
    return _solved(expr, wrt, let, step=False, strict=strict)


def newton(
    expr: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    strict: bool = False,
) -> Answer:
    """The Newton step of a scalar, minus its inverse Hessian times its gradient, shaped as `wrt`.

    >>> newton("1/2 ||A x - b||^2", "x").plain
    "-inv(A'*A)*A'*(A*x-b)"
    """
    return _solved(expr, wrt, let, step=True, strict=strict)


def _solved(
    expr: str,
    wrt: str | Sequence[str] | None,
    let: Sequence[str] | Mapping[str, str],
    *,
    step: bool,
    strict: bool,
) -> Answer:
    named = by_name(wrt)
    problem = pose(expr, named, let, scalar=True, strict=strict)
    name = one_of(named or varying(problem), expr)
    derivation = Derivation(problem)
    value = derivation.newton(name) if step else derivation.inverse_hessian(name)
    size = stacked(problem.variables[name].shape)
    shape = show_shape(problem.variables[name].shape) if step else show_shape((size, size))
    words = f"Newton step by {name}" if step else "inverse of the Hessian, vec by columns"
    meaning = Meaning("newton" if step else "inverse hessian", name, shape, words)
    prove = claims.newton(derivation, name) if step else claims.inverse(derivation, name)
    return Answer(problem, meaning, derivation.table, (value,), prove)


def taylor(
    expr: str,
    wrt: Sequence[str] | str | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    order: int = 2,
    strict: bool = False,
) -> Answer:
    """The Taylor approximation of an expression around the variables, in `dX`, of order 1 or 2.

    >>> taylor("x^T x", "x").plain
    "x'*x+2*x'*dx+dx'*dx"
    """
    named = by_name(wrt)
    problem = pose(expr, named, let, strict=strict)
    names = named or varying(problem)
    _no_clash(problem, names)
    derivation = Derivation(problem)
    values = [derivation.value(), derivation.differential(names)]
    if order > 1:
        second = derivation.differential(names, 2)
        values.append(derivation.table.scaled(second, Fraction(1, 2)))
    shape = show_shape(problem.expression.shape)
    words = f"Taylor approximation of order {order} around {', '.join(names)}"
    meaning = Meaning("taylor", ",".join(names), shape, words)
    prove = claims.taylor(problem, names, order)
    return Answer(problem, meaning, derivation.table, tuple(values), prove)


def shape(
    expr: str, let: Sequence[str] | Mapping[str, str] = (), *, strict: bool = False
) -> list[tuple[int, str, str]]:
    """Every subexpression as (depth, text, shape), in the order of the text."""
    return subexpressions(pose(expr, (), let, strict=strict))


__all__ = [
    "Answer",
    "d",
    "grad",
    "gradients",
    "hess",
    "inverse_hessian",
    "jac",
    "newton",
    "shape",
    "taylor",
]
