"""The public Python interface: typed text in, an `Answer` out; each function asks one `Question`.

`let` holds declarations: texts, `A: n×k spd`, or a mapping from names. `strict=True` refuses a
text that is read in one way of several (E118), which is told otherwise. What is raised is an
`MdiffError`: what `question.pose` and `kinds.answers` say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.answer import Answer
from mdiff.kinds import answer, answers
from mdiff.question import Question, names_of, pose, texts_of
from mdiff.shapes import subexpressions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.question import Form, Layout

    Wrt = str | Sequence[str] | None
    Let = Sequence[str] | Mapping[str, str]

__all__ = [
    "Answer",
    "d",
    "grad",
    "gradients",
    "hess",
    "inverse_hessian",
    "jac",
    "newton",
    "pose",
    "shape",
    "taylor",
]


def gradients(
    expr: str, wrt: Wrt = None, let: Let = (), *, structure: str = "projected", strict: bool = False
) -> tuple[Answer, ...]:
    """The gradients of a scalar by several variables, or by all of them."""
    question = Question(expr, names_of(wrt), texts_of(let), structure=structure, strict=strict)
    return answers(question)


def grad(
    expr: str, wrt: Wrt = None, let: Let = (), *, structure: str = "projected", strict: bool = False
) -> Answer:
    """The gradient of a scalar expression, in the shape of the variable.

    >>> grad("log det(A^T X A)", wrt="X").plain
    "A*inv(A'*X*A)'*A'"
    """
    question = Question(expr, names_of(wrt), texts_of(let), structure=structure, strict=strict)
    return answer(question)


def d(expr: str, wrt: Wrt = None, let: Let = (), *, order: int = 1, strict: bool = False) -> Answer:
    """The differential of an expression, with `dX` in place; by all variables unless told.

    `order=2` is the second differential, where `dX` does not change.

    >>> d("A x", wrt=["x"]).plain
    'A*dx'
    """
    return answer(Question(expr, names_of(wrt), texts_of(let), "d", order, strict=strict))


def jac(  # noqa: PLR0913 - the parts of a convention
    expr: str,
    wrt: Wrt = None,
    let: Let = (),
    *,
    form: Form = "matrix",
    layout: Layout = "numerator",
    half: bool = False,
    strict: bool = False,
) -> Answer:
    """The Jacobian of an expression by one variable: `d vec(expr) / d vec(wrt)^T`.

    Rows are the entries of the expression, columns those of the variable, both by columns; in
    denominator layout the transpose of that. `half`: the variable is symmetric, and only its
    lower triangle counts, `d vec(expr) / d vech(wrt)^T`; raises E401 where it is not symmetric,
    E402 where a variable has the name of the duplication matrix, E403 for an operator.

    >>> jac("A X B", "X").plain
    "kron(B',A)"
    >>> jac("A X B", "X", ["X: spd"], half=True).plain
    "kron(B',A)*D(n)"
    """
    names, texts = names_of(wrt), texts_of(let)
    return answer(Question(expr, names, texts, "jac", 0, form, layout, half, strict=strict))


def hess(  # noqa: PLR0913 - the parts of a convention
    expr: str,
    wrt: Wrt = None,
    let: Let = (),
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
    names, texts = names_of(wrt), texts_of(let)
    return answer(Question(expr, names, texts, "hess", form=form, half=half, strict=strict))


def inverse_hessian(expr: str, wrt: Wrt = None, let: Let = (), *, strict: bool = False) -> Answer:
    """The inverse of the Hessian of a scalar by one variable, vec by columns.

    >>> inverse_hessian("||T - U V^T||_F^2", "U").plain
    "kron(inv(V'*V),eye(m))/2"
    """
    return answer(Question(expr, names_of(wrt), texts_of(let), "inverse hessian", strict=strict))


def newton(expr: str, wrt: Wrt = None, let: Let = (), *, strict: bool = False) -> Answer:
    """The Newton step of a scalar, minus its inverse Hessian times its gradient, shaped as `wrt`.

    >>> newton("1/2 ||A x - b||^2", "x").plain
    "-inv(A'*A)*A'*(A*x-b)"
    """
    return answer(Question(expr, names_of(wrt), texts_of(let), "newton", strict=strict))


def taylor(
    expr: str, wrt: Wrt = None, let: Let = (), *, order: int = 2, strict: bool = False
) -> Answer:
    """The Taylor approximation of an expression around the variables, in `dX`, of order 1 or 2.

    >>> taylor("x^T x", "x").plain
    "x'*x+2*x'*dx+dx'*dx"
    """
    return answer(Question(expr, names_of(wrt), texts_of(let), "taylor", order, strict=strict))


def shape(expr: str, let: Let = (), *, strict: bool = False) -> list[tuple[int, str, str]]:
    """Every subexpression as (depth, text, shape), in the order of the text."""
    return subexpressions(pose(expr, (), texts_of(let), strict=strict))
