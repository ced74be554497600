"""No false claim is called correct, and every true one is, however it is spelled."""

import pytest
from claims import BENT, OTHER, TRUE

from mdiff.verdicts import check


@pytest.mark.parametrize(("expr", "claim", "wrt"), BENT, ids=lambda text: text)
def test_no_kind_is_bent_for_a_claim(expr, claim, wrt):
    """A false claim keeps every name what it is, and is wrong because of its shape."""
    verdict = check(expr, claim, wrt)
    assert (verdict.status, verdict.exit_status) == ("wrong", 1)
    told = verdict.wrong_shape or verdict.convention
    assert told
    assert verdict.right()


@pytest.mark.parametrize(("expr", "claim", "wrt"), OTHER, ids=lambda text: text)
def test_no_false_claim_is_correct(expr, claim, wrt):
    assert check(expr, claim, wrt).status == "wrong"


@pytest.mark.parametrize(("expr", "claim", "wrt"), TRUE, ids=lambda text: text)
def test_a_true_claim_is_correct(expr, claim, wrt):
    assert check(expr, claim, wrt).sentence == "correct"


def test_there_are_enough_of_them():
    assert len(BENT) >= 50
    assert len(BENT) + len(OTHER) >= 100
    assert len(TRUE) >= 60
