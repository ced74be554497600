"""Every case of the corpus has the shapes that the corpus says, declared and (nearly all) undeclared."""

import json
import re
from pathlib import Path

import pytest

from mdiff.errors import MdiffError
from mdiff.functions.table import TABLE
from mdiff.shapes import infer
from mdiff.shapes.dims import ONE, SCALAR, show_shape
from mdiff.syntax import parse, parse_declaration

CORPUS = Path(__file__).resolve().parent.parent.parent / "shared" / "corpus"
LATER = {
    "pinv", "chol", "tril", "halflow", "eig", "prod", "eigmax", "eigvecmax", "singvals", "svdu1",
    "svdv1", "softmaxr", "toepsum", "sinm", "cosm", "expm", "logm", "sqrtm",
} - set(TABLE)  # fmt: skip
AMBIGUOUS = {
    "abs(z)",
    "re(z)",
    "im(z)",
    "cos(x)",
    "exp(x)",
    "log(x)",
    "c",
    "a*sin(x)+b*exp(x)",
    "sin(x+y)",
}
"""Read by elements, of vectors, where nothing is declared; the corpus means scalars."""

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the project")


def cases():
    for file in sorted(CORPUS.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            used = set(re.findall(r"[a-z0-9]+", f"{case['expr']} {case['answer']}"))
            if not used & LATER and "1i" not in used:
                yield pytest.param(case, id=case["id"])


CASES = list(cases()) if CORPUS.is_dir() else []


def spell(shape):
    return "×".join(shape) or "scalar"


def declared(case, *, only_functions=False):
    texts = []
    for name, it in case["vars"].items():
        if it.get("function"):
            texts.append(f"{name}: R^{{{spell(it['argument'])}}} -> R")
        elif not only_functions:
            texts.append(f"{name}: {spell(it['shape'])} {' '.join(it.get('props', ()))}")
    return [parse_declaration(text) for text in texts]


def read(text, declarations):
    names = {each.name for each in declarations if each.arguments is None}
    sizes = {"m", "n", "k", "p", "q"} if declarations else set()
    functions = {each.name for each in declarations if each.arguments is not None}
    functions |= {f"grad{name}" for name in functions}
    return parse(text, frozenset(names | sizes), frozenset(functions))


def size(shape):
    return shape[0] * shape[1]


def wanted(case, problem):
    """The shape of the answer."""
    variables = [problem.variables[name].shape for name in case["wrt"].split(",")]
    match case["kind"]:
        case "grad" | "structured":
            return variables[0]
        case "differential":
            return problem.expression.shape
        case "jac":
            return size(problem.expression.shape), size(variables[0])
        case "hess":
            return size(variables[0]), size(variables[0])
        case _:
            raise AssertionError(case["kind"])


@pytest.mark.parametrize("case", CASES)
def test_declared(case):
    declarations = declared(case)
    scalar = case["kind"] not in ("jac", "differential")
    problem = infer(read(case["expr"], declarations), declarations, scalar=scalar)
    for name, it in case["vars"].items():
        if not it.get("function"):
            assert show_shape(problem.variables[name].shape) == spell(it["shape"])
    if scalar:
        assert problem.expression.shape == SCALAR
    if case["kind"] == "complex" or not case["answer"]:
        return
    for name in case["wrt"].split(","):
        if case["kind"] == "differential":
            declarations.append(parse_declaration(f"d{name}: {spell(case['vars'][name]['shape'])}"))
    answer = infer(read(case["answer"], declarations), declarations)
    assert answer.expression.shape == wanted(case, problem)


def kind(shape):
    return "scalar" if shape == SCALAR else "column" if shape[1] == ONE else "matrix"


OPEN = {"norm2(A)", "g*norm2(A)"}
"""Of what nobody declared, this may be the spectral norm or that of Frobenius."""


@pytest.mark.parametrize("case", CASES)
def test_undeclared(case):
    declarations = declared(case)
    scalar = case["kind"] in ("grad", "hess")
    right = infer(read(case["expr"], declarations), declarations, scalar=scalar)
    functions = declared(case, only_functions=True)
    program = read(case["expr"], declarations)
    if case["expr"] in OPEN:
        with pytest.raises(MdiffError, match="E209"):
            infer(program, functions, scalar=scalar)
        return
    found = infer(program, functions, scalar=scalar)
    kinds = {name: kind(it.shape) for name, it in found.variables.items() if name in case["vars"]}
    expected = {name: kind(it.shape) for name, it in right.variables.items() if name in kinds}
    if case["expr"] in AMBIGUOUS and not scalar:
        assert kinds != expected
    else:
        assert kinds == expected


def test_which_norm_of_a_matrix_is_asked():
    with pytest.raises(MdiffError) as caught:
        infer(parse("norm(A)"), [parse_declaration("A: m×n")])
    assert caught.value.diagnostic.code == "E209"
