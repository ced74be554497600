"""Whether all forms of a derivative say the same, and the same as differences.

Every form is taken as it is printed: read again, and evaluated by the proof's evaluator.
"""

import engine
import numerics
import numpy as np

from mdiff import api
from mdiff.proof.evaluate import evaluate
from mdiff.proof.field import Unsupported
from mdiff.proof.numeric import check_differential, check_jacobian
from mdiff.proof.points import draw

FORMS = ("matrix", "index", "operator")
CLOSE = 1e-9
ROUGHLY = 1e-6
HUGE = 1e6


class DisagreementError(AssertionError):
    """Two things that should be the same are not."""


def reread(answer, text):
    """The typed tree of a text; `dX` is known in operators and differentials."""
    operator = answer.form == "operator" or answer.kind in ("d", "taylor")
    changing = tuple(answer.wrt.split(","))
    if answer.kind == "hess":
        changing = changing[-1:]
    return engine.reread(answer.problem, engine.one_line(text), changing if operator else ())


def value(answer, at, along=None, text=None):
    """The value of a printed answer at a point; `along` are the directions of what changes."""
    tree = reread(answer, answer.plain if text is None else text)
    named = {f"d{name}": direction for name, direction in (along or {}).items()}
    return evaluate(tree, numerics.with_values(at, named))


def column(array):
    """`vec`."""
    return array.reshape((-1, 1), order="F")


def equal(one, other, closeness, words):
    """Raise where two arrays differ."""
    if one.shape != other.shape:
        raise DisagreementError(f"{words}: {one.shape} and {other.shape}")
    error = np.max(np.abs(one - other), initial=0) / max(1, np.max(np.abs(one), initial=0))
    if not error < closeness:
        raise DisagreementError(f"{words}: they differ by {error:.1e}")


def point(problem, seed):
    """A point where the expression has a value of ordinary size, or None."""
    try:
        return draw(problem, seed, lambda at: np.max(np.abs(evaluate(problem.expression, at))) < HUGE)
    except Unsupported:
        return None


def direction(problem, name, at, seed):
    """A random direction, in the linear structure of the variable."""
    rng = np.random.default_rng(seed)
    along = rng.standard_normal(at.values[name].shape)
    properties = problem.variables[name].properties
    if "diagonal" in properties:
        return along * np.eye(len(along))
    if properties & {"spd", "symmetric"}:
        return along + along.T
    return along


def jacobian(expr, wrt, let, seed=0):
    """The Jacobian in all forms: at a point, and by differences; False where it has no value."""
    answers = {form: api.jac(expr, wrt, let, form=form) for form in FORMS}
    answers["denominator"] = api.jac(expr, wrt, let, layout="denominator")
    answers["d"] = api.d(expr, [wrt], let)
    problem = answers["matrix"].problem
    for answer in answers.values():
        reread(answer, answer.plain)
    at = point(problem, seed)
    if at is None:
        return False
    along = {wrt: direction(problem, wrt, at, seed)}
    matrix = value(answers["matrix"], at)
    if not np.all(np.isfinite(matrix)) or np.max(np.abs(matrix), initial=0) > HUGE**2:
        return False
    equal(matrix, value(answers["index"], at), CLOSE, "matrix and index form")
    equal(matrix, value(answers["denominator"], at).T, CLOSE, "the layouts")
    change = matrix @ column(along[wrt])
    for name in ("operator", "d"):
        moved = column(value(answers[name], at, along))
        equal(change, moved, CLOSE, f"matrix form and {name}")
    slope = column(numerics.difference(problem.expression, at, along))
    if not numerics.near(change, slope, ROUGHLY):
        proof = check_differential(problem, (wrt,), reread(answers["d"], answers["d"].plain))
        if proof.verdict == "refuted":
            raise DisagreementError(f"differential and differences: {proof.error}")
    whole = check_jacobian(problem, wrt, reread(answers["matrix"], answers["matrix"].plain), points=1)
    if whole.verdict == "refuted":
        raise DisagreementError("matrix form and differences")
    return True


def hessian(expr, first, second, let, seed=0):
    """The same for a block of the Hessian of a scalar, and its second differential."""
    wrt = [first] if first == second else [first, second]
    answers = {form: api.hess(expr, wrt, let, form=form) for form in FORMS}
    answers["d"] = api.d(expr, [first], let, order=2)
    problem = answers["matrix"].problem
    for answer in answers.values():
        reread(answer, answer.plain)
    at = point(problem, seed)
    if at is None:
        return False
    one = {first: direction(problem, first, at, seed + 1)}
    other = {second: direction(problem, second, at, seed + 2)}
    matrix = value(answers["matrix"], at)
    if not np.all(np.isfinite(matrix)) or np.max(np.abs(matrix), initial=0) > HUGE**2:
        return False
    equal(matrix, value(answers["index"], at), CLOSE, "matrix and index form")
    moved = column(value(answers["operator"], at, other))
    equal(matrix @ column(other[second]), moved, CLOSE, "matrix form and operator")
    bent = column(one[first]).T @ matrix @ column(other[second])
    _bends(problem, at, bent, one, other, "Hessian")
    if first == second:
        equal(matrix, matrix.T, CLOSE, "the Hessian and its transpose")
        again = column(one[first]).T @ matrix @ column(one[first])
        equal(again, value(answers["d"], at, one), CLOSE, "Hessian and second differential")
    return True


def _bends(problem, at, bent, one, other, words):
    """Hold a second derivative along two directions against differences."""
    for step in (2.0**-6, 2.0**-8, 2.0**-4, 2.0**-10):
        found = numerics.second_difference(problem.expression, at, one, other, step)
        if not np.all(np.isfinite(found)) or numerics.near(bent, found, 1e-5):
            return
    raise DisagreementError(f"{words} and differences: {bent.item()} and {found.item()}")


def differential(expr, wrt, let, seed=0):
    """The first and second differential of any expression against differences."""
    answers = [api.d(expr, wrt, let, order=order) for order in (1, 2)]
    problem = answers[0].problem
    for answer in answers:
        reread(answer, answer.plain)
    at = point(problem, seed)
    if at is None:
        return False
    along = {name: direction(problem, name, at, seed + i) for i, name in enumerate(wrt)}
    values = [value(answer, at, along) for answer in answers]
    if not all(np.all(np.isfinite(found)) for found in values):
        return False
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal(values[0].shape)
    for step in (2.0**-6, 2.0**-8, 2.0**-4, 2.0**-10):
        found = numerics.second_difference(problem.expression, at, along, along, step)
        if not np.all(np.isfinite(found)) or numerics.near(
            np.sum(weights * values[1]), np.sum(weights * found), 1e-5
        ):
            return True
    raise DisagreementError("second differential and differences")
