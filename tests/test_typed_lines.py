"""Lines as people type them, each with what its asker meant, written before they were run.

Those with `found` were written afterwards: they were found to be misread.

A record of `typed_lines.jsonl` with `meant` is asked both ways, as typed and explicitly with every
shape declared, and both must have one answer. One with `ask` has two plausible meanings: mdiff asks
back, whatever the code. One with `refused` is not supported: mdiff says so, with the reason `says`.
"""

import json
import re
from pathlib import Path

import pytest

import mdiff

LINES = [
    json.loads(line)
    for line in (Path(__file__).parent / "typed_lines.jsonl").read_text().splitlines()
]


def having(key):
    return [pytest.param(line, id=line["id"]) for line in LINES if key in line]


def sizes(answer):
    return {
        name: re.findall(r"\w+", shape.replace("scalar", ""))
        for name, shape in answer.shapes.items()
    }


def in_sizes_of(answer, other):
    """The plain text of an answer, its sizes called as in another answer of the same variables."""
    mine, yours = sizes(answer), sizes(other)
    assert {name: len(shape) for name, shape in mine.items() if name in yours} == {
        name: len(shape) for name, shape in yours.items() if name in mine
    }
    called = {
        size: yours[name][at]
        for name, shape in mine.items()
        if len(shape) == len(yours.get(name, ()))
        for at, size in enumerate(shape)
    }
    return re.sub(
        r"\b[a-z]\b",
        lambda size: size[0] if size[0] in mine else called.get(size[0], size[0]),
        answer.plain,
    )


@pytest.mark.parametrize("line", having("meant"))
def test_the_question_that_was_meant_is_answered(line):
    derivative = getattr(mdiff, line["command"])
    typed = derivative(line["typed"], line["wrt"], line["let"])
    meant = derivative(line["meant"], typed.wrt, line["meant_let"])
    claim = in_sizes_of(typed, meant)
    verdict = mdiff.check(line["meant"], claim, typed.wrt, line["meant_let"], kind=line["command"])
    assert verdict.status == "correct", f"{claim} for {meant.plain}; read: {typed.reading}"


@pytest.mark.parametrize("line", having("meant"))
def test_the_explicit_form_needs_no_remark(line):
    assert not getattr(mdiff, line["command"])(line["meant"], line["by"], line["meant_let"]).reading


@pytest.mark.parametrize("line", having("ask"))
def test_a_question_with_two_meanings_is_asked_back(line):
    with pytest.raises(mdiff.MdiffError, match=r"E[012]\d\d"):
        mdiff.grad(line["typed"], line["wrt"], line["let"])


@pytest.mark.parametrize("line", having("refused"))
def test_what_is_not_supported_is_refused(line):
    with pytest.raises(mdiff.MdiffError) as refusal:
        mdiff.grad(line["typed"], line["wrt"], line["let"])
    assert re.search(line["says"], str(refusal.value))


@pytest.mark.parametrize(
    ("expr", "claim", "wrt"),
    [
        ("||X β - y||^2", "2 X^T (X β - y)", "β"),
        ("||X beta - y||^2", "2 X^T (X beta - y)", "β"),
        ("log det Σ", "inv(Σ)'", "Σ"),
    ],
)
def test_a_true_claim_by_a_greek_letter_is_correct(expr, claim, wrt):
    assert mdiff.check(expr, claim, wrt).status == "correct"


@pytest.mark.parametrize(("expr", "claim"), [("tr(A (X ⊗ B))", "A"), ("tr(C kron(A, X))", "A")])
def test_a_false_claim_on_a_kronecker_product_is_wrong(expr, claim):
    assert mdiff.check(expr, claim, "X").status == "wrong"
