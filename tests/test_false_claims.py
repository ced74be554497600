"""No false claim passes, whatever the points; a true one does. What the claims are worth is judged here as well.

`false_claims.jsonl` holds a claim a line, several about each expression, by class: signs and order, sizes,
structure, domain, scale, regions that ordinary points do not meet, periods, exponents, second derivatives.
"""

import json
import os
from itertools import groupby

import judge
import pytest
from engine import HERE

from mdiff.verdicts import check
from mdiff.verdicts import judge as verdicts

CLAIMS = [
    json.loads(line) for line in (HERE / "false_claims.jsonl").read_text("utf-8").splitlines()
]
SEEDS = int(os.environ.get("MDIFF_SEEDS", "20"))
STATUS = {"right": "correct", "wrong": "wrong"}


@pytest.fixture(autouse=True)
def _only_the_verdict(monkeypatch):
    """A wrong claim is not looked into: what slip was made is tested elsewhere, and costs most."""
    monkeypatch.setattr(verdicts, "_repaired", lambda verdict, *_: verdict)
    monkeypatch.setattr(verdicts, "convention", lambda *_: None)


def found(claim, seed):
    """The status of a claim, at points of a seed."""
    expr, text, wrt, let = (claim[key] for key in ("expr", "claim", "wrt", "let"))
    return check(expr, text, wrt, let, kind=claim["kind"], seed=seed).status


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["id"])
def test_a_verdict(claim):
    """At the points of one seed, another for every claim."""
    seed = sum(map(ord, claim["id"])) % 20
    assert found(claim, seed) == STATUS[claim["expected"]]


@pytest.mark.long
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim["id"])
def test_a_verdict_at_many_points(claim):
    statuses = {found(claim, seed) for seed in range(SEEDS)}
    assert statuses == {STATUS[claim["expected"]]}


def expression_of(claim):
    return claim["id"].rpartition("-")[0]


@pytest.mark.parametrize(
    "claims", [pytest.param(list(g), id=name) for name, g in groupby(CLAIMS, expression_of)]
)
def test_the_expected_verdict_is_that_of_differences(claims):
    """The first right claim agrees with differences; every wrong one differs from them or from it."""
    truth = None
    for claim in claims:
        names = claim["wrt"].split(",")
        problem = judge.posed(claim.get("same", claim["expr"]), names, claim["let"])
        changing = names if claim["kind"] == "d" else ()
        tree = judge.claimed(problem, claim["claim"], changing)
        ruling = judge.judge(problem, claim["kind"], names, tree, count=8)
        if claim["expected"] == "right":
            assert ruling.verdict == "right", claim["claim"]
            truth = truth or tree
        elif ruling.verdict != "wrong":
            assert judge.differ(problem, tree, truth), claim["claim"]


def test_there_are_enough_of_them():
    assert len({c["id"] for c in CLAIMS}) == len(CLAIMS)
    assert sum(c["expected"] == "wrong" for c in CLAIMS) >= 700
    assert sum(c["expected"] == "right" for c in CLAIMS) >= 380
