"""Whatever stands in a file, a batch answers or says what is wrong: no traceback, E901 or E902.

`MDIFF_LINES=100000 pytest -m long tests/test_hostile.py` tries that many lines.
"""

import os

import hostile
import pytest

SAMPLE = 2000
COUNT = int(os.environ.get("MDIFF_LINES", "100000"))
SEED = 1


def faults(count, seed):
    found = ((line, hostile.outcome(source, line)) for source, line in hostile.lines(count, seed))
    return [(line, *outcome) for line, outcome in found if hostile.is_fault(outcome)]


def test_no_line_ends_in_a_fault():
    assert faults(SAMPLE, SEED) == []


@pytest.mark.long
def test_none_of_many_lines_ends_in_a_fault():
    assert faults(COUNT, SEED + 1) == []


def test_most_kinds_of_outcome_are_met():
    codes = {hostile.outcome(*each)[1] for each in hostile.lines(400, SEED + 2)}
    assert {"", "E004", "E005", "E051", "E052", "E203"} <= codes
