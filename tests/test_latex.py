"""The LaTeX of every answer is well formed, uses known commands only, and compiles."""

import re
import shutil
import subprocess

import engine
import pytest

from mdiff import api

CASES = [*engine.own(), *filter(engine.supported, engine.corpus())]

WORDS = r"""
left right top frac sqrt log exp det sin cos tan tanh sinh cosh arcsin arccos arctan operatorname
mathrm mathbf mathit odot oslash otimes cdot times nabla lVert rVert lvert rvert text quad
alpha beta gamma delta epsilon varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma
tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega
"""
COMMANDS = {f"\\{word}" for word in WORDS.split()} | {"\\,", "\\ "}
"""What LaTeX, amsmath and amssymb have, of what an answer may need."""

COMMAND = re.compile(r"\\(?:[A-Za-z]+|.)")

HARD = (
    ("phi(W x + b)", "W", ("phi: R^m -> R",)),
    ("||x_1 - alpha_2||^2", "x_1", ("x_1: n",)),
    ("log det(kron(A, B) kron(Theta, Omega))", "Theta", ()),
    ("sum(X.^(1/2)) + e_i^T X y", "X", ("X: n×k",)),
    ("weight^2 ||rate||^2", "rate", ("weight: scalar", "rate: n")),
    ("sum((A .* X) ./ B)", "X", ()),
    ("||X||_F + ||x||_1 |c - d|", "c", ()),
)


def fragments():
    texts = {engine.ask(case).latex for case in CASES}
    return sorted(texts | {api.grad(*asked).latex for asked in HARD})


@pytest.fixture(scope="module")
def texts():
    return fragments()


def balanced(text):
    depth = 0
    for sign in re.findall(r"\\.|[{}]", text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0:
            return False
    return depth == 0


def test_brackets_are_balanced(texts):
    assert [text for text in texts if not balanced(text)] == []
    pairs = [(text.count(r"\left") - text.count(r"\right")) for text in texts]
    assert set(pairs) == {0}


def test_brackets_that_grow_stay_inside_their_group(texts):
    for text in texts:
        open_groups = [0]
        for sign in re.findall(r"\\left(?![a-z])|\\right(?![a-z])|[{}]", text):
            match sign:
                case "{":
                    open_groups.append(0)
                case "}":
                    assert open_groups.pop() == 0, text
                case _:
                    open_groups[-1] += 1 if sign == r"\left" else -1
                    assert open_groups[-1] >= 0, text


def test_only_commands_of_amsmath_and_amssymb_are_used(texts):
    used = {command for text in texts for command in COMMAND.findall(text)}
    assert used <= COMMANDS


def test_only_ascii_is_used(texts):
    assert [text for text in texts if not text.isascii()] == []


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
def test_all_answers_compile_in_one_document(texts, tmp_path):
    body = "\n".join(f"\\[{text}\\]" for text in texts)
    document = tmp_path / "answers.tex"
    document.write_text(
        "\\documentclass{article}\\usepackage{amsmath,amssymb}\\begin{document}\n"
        f"{body}\n\\end{{document}}\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-draftmode", document.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:]
