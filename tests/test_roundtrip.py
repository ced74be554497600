"""What mdiff prints it reads back: the text of every answer is the network it was printed from."""

import engine
import pytest

OWN = engine.own()
CORPUS = [case for case in engine.corpus() if engine.supported(case)]

FORMS = ("plain", "unicode")


def read_back(case, form):
    answer = engine.ask(case)
    text = getattr(answer, form)
    assert engine.reads_back(answer, text), f"{text!r} is another network"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_an_answer_is_read_back_as_its_own_network(case, form):
    read_back(case, form)


@pytest.mark.parametrize("case", OWN, ids=lambda case: case["id"])
def test_the_normal_form_of_an_answer_is_its_own(case):
    assert engine.is_settled(engine.ask(case))


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
