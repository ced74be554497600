"""Every textbook answer of the corpus is proved, and what is made wrong of it is refuted."""

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest
from floats.numeric import check_differential, check_gradient

from mdiff.api import pose
from mdiff.errors import MdiffError
from mdiff.proof import prove, reread

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
KINDS = {"grad": "grad", "differential": "d", "jac": "jac", "structured": "grad"}

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")


def declarations(case):
    for name, known in case["vars"].items():
        if known.get("function"):
            argument = "×".join(map(str, known["argument"]))
            yield f"{name}: R^{{{argument}}} -> R" if argument else f"{name}: R -> R"
        else:
            shape = "×".join(map(str, known["shape"])) or "scalar"
            yield f"{name}: {shape} {' '.join(known.get('props', ()))}"


class Case:
    def __init__(self, record):
        self.record = record
        self.kind = KINDS[record["kind"]]
        self.wrt = tuple(record["wrt"].split(","))
        self.structure = record["structure"]
        self.problem = pose(record["expr"], self.wrt, list(declarations(record)))

    def read(self, answer):
        return reread(self.problem, answer, self.wrt if self.kind == "d" else ())

    def prove(self, answer, seed):
        typed = self.read(answer)
        return prove(self.problem, self.kind, self.wrt, typed, structure=self.structure, seed=seed)


def load(*kinds):
    """The cases that can be read by now."""
    for file in sorted(CORPUS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if record["kind"] in kinds and record["answer"]:
                try:
                    case = Case(record)
                    case.read(record["answer"])
                except (MdiffError, KeyError):
                    continue
                yield case


@pytest.fixture(scope="module")
def cases():
    return list(load("grad", "differential"))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_true_answers_are_proved(cases, seed):
    assert len(cases) >= 230
    proofs = [(case, case.prove(case.record["answer"], seed)) for case in cases]
    assert [case.record["id"] for case, proof in proofs if not proof.ok] == []
    textbook = [proof.method for case, proof in proofs if case.record["level"] <= 2]
    assert textbook.count("exact") / len(textbook) > 0.95


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_differences_agree(cases, seed):
    for case in cases:
        answer = case.read(case.record["answer"])
        if case.kind == "grad":
            proof = check_gradient(case.problem, case.wrt[0], answer, seed=seed)
        else:
            proof = check_differential(case.problem, case.wrt, answer, seed=seed)
        assert (proof.verdict, case.record["id"]) == ("proved", case.record["id"])


def test_jacobians_and_structured_gradients_are_proved():
    found = [(case, case.prove(case.record["answer"], 0)) for case in load("jac", "structured")]
    assert len(found) >= 55
    assert [case.record["id"] for case, proof in found if not proof.ok] == []


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_signs_and_factors_are_refuted(cases, seed):
    for case in cases:
        answer = case.record["answer"]
        if answer.startswith("zeros"):
            continue
        for wrong in (f"-({answer})", f"2*({answer})", f"({answer})/2"):
            proof = case.prove(wrong, seed)
            assert (case.record["id"], wrong, proof.verdict) == (
                case.record["id"],
                wrong,
                "refuted",
            )


def slips(text):
    """Texts with one slip: a transpose more or less, another sign, another number, an order."""
    for found in re.finditer(r"'", text):
        yield text[: found.start()] + text[found.end() :]
    for found in re.finditer(r"\b[A-Z]\b(?!')|\)(?!')", text):
        yield text[: found.end()] + "'" + text[found.end() :]
    for found in re.finditer(r"(?<![\^(])[+-]", text):
        other = "-" if found.group() == "+" else "+"
        yield text[: found.start()] + other + text[found.end() :]
    for found in re.finditer(r"\b\d\b", text):
        yield text[: found.start()] + str(int(found.group()) + 1) + text[found.end() :]
    for found in re.finditer(r"\b(\w)\*(\w)\b(?!\()", text):
        swapped = f"{found.group(2)}*{found.group(1)}"
        yield text[: found.start()] + swapped + text[found.end() :]
    for found in re.finditer(r"\bsin\b|\bcos\b|\.\*", text):
        other = {"sin": "cos", "cos": "sin", ".*": "*"}[found.group()]
        yield text[: found.start()] + other + text[found.end() :]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_slips_are_judged_as_the_corpus_judges_them(cases, seed):
    spec = importlib.util.spec_from_file_location("corpus_tools", CORPUS / "corpus_tools.py")
    tools = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tools)
    counts = {"proved": 0, "refuted": 0}
    for case in cases:
        texts = sorted(set(slips(case.record["answer"])) - {case.record["answer"]})
        for text in texts[seed::7][:2]:
            try:
                right = tools.judge(case.record, text)
                proof = case.prove(text, seed)
            except (
                MdiffError,
                tools.SyntaxProblem,
                ValueError,
                sys.modules["numpy"].linalg.LinAlgError,
            ):
                continue  # no expression: shapes do not fit
            verdict = "proved" if right else "refuted"
            assert (case.record["id"], text, proof.verdict) == (case.record["id"], text, verdict)
            counts[verdict] += 1
    assert counts["refuted"] > 100
