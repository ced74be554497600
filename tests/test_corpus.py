"""Every problem of the corpus is answered by the batch, right by differences, and briefly."""

import io
import json
import re
import statistics
import sys
import warnings

import engine
import pytest
from floats.numeric import check_differential, check_gradient

from mdiff import records
from mdiff.proof import prove

OWN = engine.own()
CORPUS = engine.corpus()

TOKEN = re.compile(r"\d+(?:\.\d+)?|[A-Za-z_]\w*|\.\*|\./|\.\^|[-+*/^']")
"""What counts for the length of an answer: all but brackets and commas."""


def solved(cases):
    """The results of `mdiff batch` over these cases, by id."""
    lines = "".join(json.dumps(case) + "\n" for case in cases)
    stream = io.BytesIO(lines.encode())
    return {result["id"]: result for result in records.solve(stream, "jsonl")}


def right(case, text):
    """Whether a text in the corpus syntax is the derivative, by differences alone."""
    answer = engine.ask(case)
    claim = engine.again(answer, text)
    names = engine.changing(answer)
    if names:
        return check_differential(answer.problem, names, claim).ok
    return check_gradient(answer.problem, answer.wrt, claim, structure=answer.structure).ok


def ratio(case, text):
    """Length of an answer against the textbook's."""
    return len(TOKEN.findall(text)) / max(1, len(TOKEN.findall(case["answer"])))


def up_to(level):
    return [case for case in CORPUS if case["level"] <= level]


@pytest.fixture(scope="module")
def judge():
    """The judge that comes with the corpus; it shares nothing with mdiff."""
    if not CORPUS:
        pytest.skip(engine.ABSENT)
    sys.path.append(str(engine.CORPUS))
    try:
        import corpus_tools
    finally:
        sys.path.remove(str(engine.CORPUS))

    def judged(case, text):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return corpus_tools.judge(case, text)

    return judged


def test_the_cases_cover_what_can_be_asked():
    assert {case["kind"] for case in OWN} == set(engine.ANSWERED)
    assert {case["level"] for case in OWN} == {1, 2, 3}
    assert len({case["family"] for case in OWN}) > 30


@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_a_case_is_answered_and_right(case):
    (result,) = solved([case]).values()
    assert (result["status"], result["message"]) == ("ok", None)
    assert right(case, result["plain"]), result["plain"]
    answer = engine.ask(case)
    kind = "d" if engine.changing(answer) else "grad"
    wrt = engine.changing(answer) or (answer.wrt,)
    claim = engine.again(answer, result["plain"])
    assert prove(answer.problem, kind, wrt, claim, structure=answer.structure).ok


def test_the_answers_are_as_short_as_the_textbooks():
    results = solved(OWN)
    ratios = {c["id"]: ratio(c, results[c["id"]]["plain"]) for c in OWN if c["answer"]}
    assert statistics.median(ratios.values()) <= 1.0
    assert sum(found > 1 for found in ratios.values()) <= 0.1 * len(ratios)
    assert max(ratios.values()) <= 2


def test_a_wrong_answer_is_seen(judge):
    case = next(case for case in CORPUS if case["id"] == "cookbook-0081")
    assert right(case, "(B+B')*x")
    assert judge(case, "(B+B')*x")
    assert not right(case, "(B+B)*x")
    assert not judge(case, "(B+B)*x")


@pytest.mark.parametrize(
    ("level", "share", "median", "longer"), [(1, 0.98, 1.0, 0.1), (2, 0.9, 1.1, 0.1)]
)
def test_the_corpus_is_answered_right_and_briefly(judge, level, share, median, longer):
    cases = up_to(level)
    results = solved(cases)
    answered = [case for case in cases if results[case["id"]]["status"] == "ok"]
    plain = {case["id"]: results[case["id"]]["plain"] for case in answered}
    wrong = [case["id"] for case in answered if not judge(case, plain[case["id"]])]
    ratios = [ratio(case, plain[case["id"]]) for case in answered if case["answer"]]
    assert wrong == []
    assert len(answered) >= share * len(cases)
    assert statistics.median(ratios) <= median
    assert sum(found > 1 for found in ratios) <= longer * len(ratios)


@pytest.mark.skipif(not CORPUS, reason=engine.ABSENT)
def test_what_is_not_answered_says_so_and_what_is_answered_is_right():
    results = solved(CORPUS)
    unanswered = {name for name, result in results.items() if result["status"] != "ok"}
    assert unanswered == {case["id"] for case in CORPUS if not engine.supported(case)}
    assert {results[name]["status"] for name in unanswered} <= {"error"}
    hard = [case for case in CORPUS if case["level"] == 3 and case["id"] not in unanswered]
    assert [c["id"] for c in hard if not right(c, results[c["id"]]["plain"])] == []


def test_answers_come_in_the_order_of_the_records():
    assert list(solved(OWN)) == [case["id"] for case in OWN]
