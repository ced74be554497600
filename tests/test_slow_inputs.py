"""Whatever is typed, no input of a line takes long or much memory.

`slow_inputs.py` makes the inputs. `MDIFF_SLOW=2000 pytest -m long tests/test_slow_inputs.py` tries more.
"""

import os
import random

import pytest
import slow_inputs

SAMPLE = 10
COUNT = int(os.environ.get("MDIFF_SLOW", "500"))


@pytest.fixture(scope="module")
def runner():
    found = slow_inputs.Runner()
    yield found
    found.close()


def costs(runner, inputs):
    """What is too much, with what it costs."""
    found = ((family, words, runner.ask(words)) for family, words in inputs)
    return [each for each in found if slow_inputs.too_much(each[2])]


def test_the_inputs_are_short():
    inputs = slow_inputs.generate(500)
    assert {family for family, _ in inputs} == {each.__name__ for each in slow_inputs.FAMILIES}
    for _, words in inputs:
        expr = words[1]
        assert len(expr) <= slow_inputs.LONGEST or expr.count(";") <= slow_inputs.DEFINITIONS


@pytest.mark.parametrize(
    "words", slow_inputs.NAMED, ids=lambda words: " ".join([words[0], words[1][-60:]])
)
def test_an_input_that_was_slow(words, runner):
    assert not slow_inputs.too_much(runner.ask(words))


def test_a_sample_is_answered_or_refused_in_time(runner):
    assert costs(runner, random.Random(0).sample(slow_inputs.generate(500), SAMPLE)) == []


@pytest.mark.long
def test_all_are_answered_or_refused_in_time(runner):
    assert costs(runner, slow_inputs.generate(COUNT)) == []
