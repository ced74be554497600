"""Random well-typed expressions: every form of their derivatives answers, agrees, and is right.

`MDIFF_EXAMPLES=100000 pytest -m long tests/test_random_derivatives.py` draws more than the usual
number.
"""

import multiprocessing
import os
import traceback
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import agreement
import expressions
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from mdiff.api import pose

EXAMPLES = int(os.environ.get("MDIFF_EXAMPLES", "2000"))
COMPARED = 0.8
"""The share of the questions that must have an answer which differences can be held against."""
OPERATIONS = 12
BATCH = 250
ALWAYS = 2
BATCHES = [
    pytest.param(number, marks=[] if number < ALWAYS else [pytest.mark.long])
    for number in range(-(-EXAMPLES // BATCH))
]
ANY = [*expressions.PLAIN, "1", "1", "L"]


def check(expr, wrt):
    """Hold the derivatives of one expression against each other and differences.

    For each question that was asked: whether anything could be compared. The dearer half, two layouts and two variables, is asked for where the length of the text says.
    """
    lets, turn = expressions.LETS, len(expr) % 4
    compared = [agreement.jacobian(expr, wrt, lets, layouts=turn == 0)]
    problem = pose(expr, [wrt], lets)
    others = sorted({name for name in problem.variables if name in "ABXxyzct"} - {wrt})
    other = others[len(expr) % len(others)]
    if turn == 1:
        compared.append(agreement.differential(expr, sorted({wrt, other}), lets))
    if problem.expression.shape == problem.variables["c"].shape:
        compared.append(agreement.hessian(expr, wrt, wrt, lets))
        if turn == 2:
            compared.append(agreement.hessian(expr, wrt, other, lets))
    return compared


def batch(number):
    """What fails first in a batch of expressions, smallest first, and what was compared, by question."""
    compared = []

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
        compared.extend(check(*problem))

    try:
        run()
    except Exception:  # noqa: BLE001 - told by the test, in another process
        return traceback.format_exc(), compared
    return "", compared


@pytest.fixture(scope="module")
def found(request):
    """The batches that are asked for, spread over the cores."""
    here = [item for item in request.session.items if item.path == Path(__file__)]
    numbers = [item.callspec.params["number"] for item in here]
    context = multiprocessing.get_context("spawn")
    workers = 1 if "PYTEST_XDIST_WORKER" in os.environ else os.cpu_count()
    with ProcessPoolExecutor(workers, context) as pool:
        yield {number: pool.submit(batch, number) for number in numbers}


@pytest.mark.parametrize("number", BATCHES)
def test_all_derivatives_of_random_expressions_agree(number, found):
    text, compared = found[number].result()
    assert not text, text
    assert sum(compared) >= COMPARED * len(compared)
