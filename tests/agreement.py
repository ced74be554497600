"""Whether all forms of a derivative say the same, and the same as differences.

Every form is taken as it is printed: read again, and evaluated by the proof's evaluator.
"""

from functools import wraps

import engine
import numerics
import numpy as np
from floats import points
from floats.evaluate import evaluate, run
from floats.numeric import check_differential, check_jacobian

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.proof.outcomes import Unsupported
from mdiff.proof.program import Program, sized
from mdiff.properties import linear_part

FORMS = ("matrix", "index", "operator")
CLOSE, ROUGHLY = 1e-9, 1e-5
HUGE = 1e6
WORST_CONDITION = 1e6
POINTS = 5
NUDGE = 1 + 2.0**-45
"""What rounding may do to a variable, and more: values that feel it are no evidence."""
STEPS = (2.0**-6, 2.0**-8, 2.0**-4, 2.0**-10)
"""First steps of second differences: a function that bends sharply needs small ones."""


class DisagreementError(AssertionError):
    """Two values that should be the same are not."""


class SingularError(Exception):
    """An answer takes the inverse of a matrix that has none: what it says is noise."""


class SteepError(Exception):
    """A value that rounding of the variables changes visibly."""


class DifferencesError(DisagreementError):
    """A derivative and differences are not the same at a point, which may lie beside a kink."""


def reread(answer, text):
    """The typed tree of a text; `dX` is known in operators and differentials."""
    operator = answer.form == "operator" or answer.kind in ("d", "taylor")
    changing = tuple(answer.wrt.split(","))
    if answer.kind == "hess":
        changing = changing[-1:]
    return engine.reread(answer.problem, engine.one_line(text), changing if operator else ())


def values(trees, at, along):
    """The values of some trees at a point; `along` are the directions of what changes."""
    program = Program()
    places = [program.write(tree) for tree in trees]
    steps = sized(program, at.sizes)
    named = {f"d{name}": direction for name, direction in along.items()}
    found = run(steps, {**at.values, **named})
    for step in steps:
        if step.operation == "call" and step.payload == "inv":
            condition = np.linalg.cond(np.nan_to_num(found[step.args[0]]))
            if condition > WORST_CONDITION:
                raise SingularError
    nudged = run(steps, {**{name: NUDGE * at.values[name] for name in at.values}, **named})
    if not all(numerics.near(found[place], nudged[place], CLOSE / 10) for place in places):
        raise SteepError
    return [found[place] for place in places]


def value(answer, at, along=None, text=None):
    """The value of a printed answer at a point."""
    return values([reread(answer, answer.plain if text is None else text)], at, along or {})[0]


def column(array):
    """`vec`."""
    return array.reshape((-1, 1), order="F")


def equal(one, other, closeness, words):
    """Raise where two arrays differ."""
    if one.shape != other.shape:
        raise DisagreementError(f"{words}: {one.shape} and {other.shape}")
    if not numerics.near(one, other, closeness):
        raise DisagreementError(f"{words}: they differ by {np.max(np.abs(one - other)):.1e}")


def point(problem, seed):
    """A point where the expression has a value of ordinary size, or None."""
    try:
        return points.draw(
            problem, seed, lambda at: np.max(np.abs(evaluate(problem.expression, at))) < HUGE
        )
    except Unsupported:
        return None


def ordinary(array):
    """Whether a value is one that can be held against another."""
    return np.all(np.isfinite(array)) and np.max(np.abs(array), initial=0) < HUGE**2


def direction(problem, name, at, seed):
    """A random direction, in the linear structure of the variable."""
    linear = linear_part(problem.variables[name].properties)
    return points.direction(np.random.default_rng(seed), linear, at.values[name].shape)


def at_some_point(check):
    """The same check, which differences may fail at a point or two; False if it has no value."""

    @wraps(check)
    def checked(*problem, **options):
        for seed in range(POINTS):
            try:
                return check(*problem, seed=seed, **options)
            except SingularError:
                return False
            except SteepError:
                continue
            except MdiffError as error:
                return _has_none(error, problem)
            except DifferencesError:
                if seed == POINTS - 1:
                    raise
        return False

    return checked


def _has_none(error, asked):
    """False where an expression takes the inverse of zero, and so has a value nowhere."""
    expr, *_, let = asked
    if error.diagnostic.code != "E301" or point(api.pose(expr, let=let), 0) is not None:
        raise error
    return False


@at_some_point
def jacobian(expr, wrt, let, *, seed, layouts=True):
    """Hold the forms of a Jacobian against each other and differences; False if it has no value."""
    answers = [api.jac(expr, wrt, let, form=form) for form in FORMS]
    if layouts:
        answers.append(api.jac(expr, wrt, let, layout="denominator"))
    trees = [reread(answer, answer.plain) for answer in answers]
    problem = answers[0].problem
    at = point(problem, seed)
    if at is None:
        return False
    along = {wrt: direction(problem, wrt, at, seed)}
    matrix, index, operator, *turned = values(trees, at, along)
    if not ordinary(matrix):
        return False
    equal(matrix, index, CLOSE, "matrix and index form")
    for other in turned:
        equal(matrix, other.T, CLOSE, "the layouts")
    equal(matrix @ column(along[wrt]), column(operator), CLOSE, "matrix form and operator")
    if not numerics.near(operator, numerics.difference(problem.expression, at, along), ROUGHLY):
        found = check_differential(problem, (wrt,), trees[2], seed=seed)
        if found.verdict == "refuted":
            raise DifferencesError(f"operator and differences: {found.error}")
    free = {wrt: np.random.default_rng(seed + 1).standard_normal(at.values[wrt].shape)}
    slope = column(numerics.difference(problem.expression, at, free))
    if not numerics.near(matrix @ column(free[wrt]), slope, ROUGHLY):
        found = check_jacobian(problem, wrt, trees[0], seed=seed)
        if found.verdict == "refuted":
            raise DifferencesError(f"matrix form and differences: {found.error}")
    return True


@at_some_point
def hessian(expr, first, second, let, *, seed):
    """The same for a block of the Hessian of a scalar, and its second differential."""
    wrt = [first] if first == second else [first, second]
    answers = [api.hess(expr, wrt, let, form=form) for form in FORMS]
    if first == second:
        answers.append(api.d(expr, wrt, let, order=2))
    trees = [reread(answer, answer.plain) for answer in answers]
    problem = answers[0].problem
    at = point(problem, seed)
    if at is None:
        return False
    one = {first: direction(problem, first, at, seed + 1)}
    other = one if first == second else {second: direction(problem, second, at, seed + 2)}
    matrix, index, operator, *twice = values(trees, at, other)
    if not ordinary(matrix):
        return False
    equal(matrix, index, CLOSE, "matrix and index form")
    equal(matrix @ column(other[second]), column(operator), CLOSE, "matrix form and operator")
    bent = column(one[first]).T @ matrix @ column(other[second])
    for found in twice:
        equal(matrix, matrix.T, CLOSE, "the Hessian and its transpose")
        equal(bent, found, CLOSE, "Hessian and second differential")
    _bends(problem, at, bent, one, other)
    return True


@at_some_point
def differential(expr, wrt, let, *, seed):
    """Hold the first and second differential of an expression against differences."""
    answers = [api.d(expr, wrt, let, order=order) for order in (1, 2)]
    trees = [reread(answer, answer.plain) for answer in answers]
    problem = answers[0].problem
    at = point(problem, seed)
    if at is None:
        return False
    along = {name: direction(problem, name, at, seed + i) for i, name in enumerate(wrt)}
    once, twice = values(trees, at, along)
    if not ordinary(once) or not ordinary(twice):
        return False
    if not numerics.near(once, numerics.difference(problem.expression, at, along), ROUGHLY):
        found = check_differential(problem, tuple(wrt), trees[0], seed=seed)
        if found.verdict == "refuted":
            raise DifferencesError(f"differential and differences: {found.error}")
    _bends(problem, at, twice, along, along)
    return True


def _bends(problem, at, bent, one, other):
    """Hold a second derivative along two directions against differences."""
    found = bent
    for step in STEPS:
        found = numerics.second_difference(problem.expression, at, one, other, step)
        if not ordinary(found) or numerics.near(bent, found, ROUGHLY):
            return
    error = np.max(np.abs(bent - found))
    raise DifferencesError(f"second derivative and differences: they differ by {error:.1e}")
