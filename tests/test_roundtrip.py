"""What mdiff prints it reads back: the text of every answer is the network it was printed from."""

import engine
import pytest

OWN = engine.own()
CORPUS = [case for case in engine.corpus() if engine.supported(case)]

FORMS = ("plain", "unicode")


def read_back(case, form):
    answer = engine.ask(case)
    text = getattr(answer, form)
    table = answer._derivation.table
    back = engine.network(answer, text)
    assert engine.same(table, back, answer._value), f"{text!r} is another network"
    return answer, text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_an_answer_is_read_back_as_its_own_network(case, form):
    read_back(case, form)


@pytest.mark.skipif(not CORPUS, reason=engine.ABSENT)
@pytest.mark.parametrize("form", FORMS)
def test_every_answer_of_the_corpus_is_read_back_as_its_own_network(form):
    wrong = []
    for case in CORPUS:
        try:
            read_back(case, form)
        except Exception as problem:  # noqa: BLE001 - all that fail are to be named
            wrong.append(f"{case['id']}: {problem}")
    assert wrong == []
