"""Random answers, proved by mdiff and judged by differences of the tests' own: neither refutes the other.

`MDIFF_ANSWERS=20000 pytest -m long tests/test_random_answers.py` asks for that many.
"""

import os

import pytest
import random_answers

SAMPLE = 300
COUNT = int(os.environ.get("MDIFF_ANSWERS", "20000"))
COMPARED = 0.85
RARE = 5000
"""Of so many answers one may be refuted that differences say nothing of."""


def met(count, seed):
    counts, faults = random_answers.run(count, seed)
    assert random_answers.compared(counts) >= COMPARED
    assert len(faults["unknown and refuted"]) <= 1 + count // RARE
    return [each for name in random_answers.FAULTS for each in faults[name]]


def test_differences_and_the_proof_say_the_same():
    assert met(SAMPLE, 1) == []


@pytest.mark.long
def test_they_do_for_many_answers():
    assert met(COUNT, 2) == []
