"""A question, which every door makes and no room changes: a text, what of it, in which convention.

`pose` types its text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mdiff.errors import fail
from mdiff.record import Record
from mdiff.shapes import infer
from mdiff.shapes.declare import declared
from mdiff.shapes.typed import occurring
from mdiff.syntax import parse, parse_declaration, parse_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mdiff.shapes.typed import Problem

Kind = Literal["grad", "d", "jac", "hess", "taylor", "newton", "inverse hessian"]
"""What is asked for; `mdiff.kinds` has a row for each."""

Form = Literal["matrix", "operator", "index"]
"""A matrix (Kronecker products where needed), the map `dX ↦ …`, or indices (`einsum`)."""

Layout = Literal["numerator", "denominator"]
"""Rows are the entries of the value (numerator), or those of the variable."""


class Question(Record, eq=True):
    """A text, its declarations, and what derivative of it is asked for.

    `wrt`: the variables, none for all that may vary; `order`: of a differential or a polynomial, 0
    for the usual one; `half`: of a symmetric variable only the lower triangle counts (vech);
    `structure`: `projected` on matrices of the variable's structure, or `ambient`; `strict` refuses
    a text that is read in one way of several. What a kind has no use for is not looked at.
    """

    expr: str
    wrt: tuple[str, ...] = ()
    let: tuple[str, ...] = ()
    kind: Kind = "grad"
    order: int = 0
    form: Form = "matrix"
    layout: Layout = "numerator"
    half: bool = False
    structure: str = "projected"
    strict: bool = False


_COMMA = re.compile(r",(?![^\[{(]*[\]})])")
"""A comma that stands in no bracket."""


def names_of(wrt: str | Iterable[str] | None) -> tuple[str, ...]:
    """Variables as every door gives them, texts of one or of several, `A,X`: each once."""
    texts = [wrt] if isinstance(wrt, str) else wrt or ()
    found = (name.strip() for text in texts for name in _COMMA.split(text))
    return tuple(dict.fromkeys(filter(None, found)))


def texts_of(let: Sequence[str] | Mapping[str, str]) -> tuple[str, ...]:
    """Declarations as Python gives them: texts, or what each name is."""
    return tuple(f"{k}: {v}" for k, v in let.items()) if hasattr(let, "items") else tuple(let)


def by_name(wrt: Iterable[str]) -> tuple[str, ...]:
    """The canonical names of variables, each once; raises E106 for what is no name."""
    return tuple(dict.fromkeys(map(parse_name, wrt)))


def pose(
    expr: str,
    wrt: Sequence[str] = (),
    let: Sequence[str] = (),
    *,
    scalar: bool = False,
    strict: bool = False,
) -> Problem:
    """Parse and type an expression with its declarations.

    Raises `MdiffError` for anything wrong with the text, the names or the shapes; E009 for `A_{ij}`
    where A is a variable and nothing else has that name; `strict`: E118 for a text that is read in
    one way of several, which would only be told otherwise.
    """

    def typed(text: str, more: Sequence[str] = ()) -> Problem:
        declarations = [parse_declaration(each) for each in (*let, *more)]
        names, functions, sizes = declared(declarations)
        program = parse(text, names | sizes | frozenset(wrt), functions, sizes)
        return infer(program, declarations, scalar=scalar, wrt=wrt)

    problem = typed(expr)
    for name in wrt:
        head, _, index = name.partition("_")
        if not index.isalpha():
            continue
        found = occurring(problem.expression)
        if head in found and name not in found:
            raise fail(
                "E009",
                f"the derivative by an entry, `{name}` of `{head}`, is not supported yet",
                text=expr,
                helps=[f"name the whole variable: --wrt {head}"],
            )
    if strict and problem.readings:
        from mdiff.strict import refusal

        raise refusal(problem, lambda text, more: typed(text, more).readings)
    return problem


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


def one_of(names: Sequence[str], text: str) -> str:
    """The only name; raises E105 where there are several."""
    if len(names) > 1:
        raise fail("E105", f"by which variable? there are {', '.join(names)}", text=text)
    return names[0]
