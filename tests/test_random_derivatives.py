"""Random well-typed expressions: every form of their derivatives answers, agrees, and is right.

`MDIFF_EXAMPLES=100000 pytest tests/test_random_derivatives.py` draws more than the usual number.
"""

import multiprocessing
import os
import traceback
from concurrent.futures import ProcessPoolExecutor

import agreement
import expressions
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from mdiff.api import pose

EXAMPLES = int(os.environ.get("MDIFF_EXAMPLES", "2000"))
OPERATIONS = 12
BATCH = 250
BATCHES = range(-(-EXAMPLES // BATCH))
ANY = [*expressions.PLAIN, "1", "1", "L"]


def check(expr, wrt):
    """Hold the derivatives of one expression against each other and differences.

    The dearer half, two layouts and two variables, is asked for where the length of the text says.
    """
    lets, turn = expressions.LETS, len(expr) % 4
    agreement.jacobian(expr, wrt, lets, layouts=turn == 0)
    problem = pose(expr, [wrt], lets)
    others = sorted({name for name in problem.variables if name in "ABXxyzct"} - {wrt})
    other = others[len(expr) % len(others)]
    if turn == 1:
        agreement.differential(expr, sorted({wrt, other}), lets)
    if problem.expression.shape == problem.variables["c"].shape:
        agreement.hessian(expr, wrt, wrt, lets)
        if turn == 2:
            agreement.hessian(expr, wrt, other, lets)


def batch(number):
    """What fails first in a batch of expressions, smallest first; nothing if all agree."""

    @seed(number)
    @settings(
        max_examples=min(BATCH, EXAMPLES - number * BATCH),
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(expressions.asked(ANY, OPERATIONS, tied="", stacked=number % 4 == 0))
    def run(problem):
        check(*problem)

    try:
        run()
    except Exception:  # noqa: BLE001 - told by the test, in another process
        return traceback.format_exc()
    return ""


@pytest.fixture(scope="module")
def found():
    """The batches of this run, spread over the cores."""
    context = multiprocessing.get_context("spawn")
    workers = 1 if "PYTEST_XDIST_WORKER" in os.environ else os.cpu_count()
    with ProcessPoolExecutor(workers, context) as pool:
        yield [pool.submit(batch, number) for number in BATCHES]


@pytest.mark.parametrize("number", BATCHES)
def test_all_derivatives_of_random_expressions_agree(number, found):
    text = found[number].result()
    assert not text, text
