"""How names are printed, below the line where they end in an index; and that they read back."""

import engine
import pytest

from mdiff import api
from mdiff.render import latex, unicode
from mdiff.render.latex import symbol as in_latex
from mdiff.render.unicode import symbol as in_unicode

NAMES = {
    "W1": ("W₁", "W_1"),
    "W_1": ("W₁", "W_1"),
    "W12": ("W₁₂", "W_{12}"),
    "Sigma2": ("Σ₂", r"\Sigma_2"),
    "dSigma2": ("dΣ₂", r"\mathrm{d}\Sigma_2"),
    "dW_1": ("dW₁", r"\mathrm{d}W_1"),
    "sigma_T": ("σ_T", r"\sigma_T"),
    "W_ij": ("Wᵢⱼ", "W_{ij}"),
    "w_old": ("w_old", "w_{old}"),
    "layer2": ("layer₂", r"\mathit{layer}_2"),
    "x1_2": ("x1_2", "x_{1,2}"),
    "D2": ("D2", r"\mathit{D2}"),
    "I1": ("I1", r"\mathit{I1}"),
    "D_2": ("D₂", "D_2"),
    "lambda": ("λ", r"\lambda"),
    "x": ("x", "x"),
    "A_": ("A_", r"\mathit{A\_}"),
    "_x": ("_x", r"\mathit{\_x}"),
    "a__b": ("a__b", r"\mathit{a\_\_b}"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_with_its_index_below_the_line(name):
    assert (in_unicode(name), in_latex(name)) == NAMES[name]


@pytest.mark.parametrize(
    "both",
    [
        {"W1", "W_1", "dW1", "dW_1"},
        {"A", "A_", "A__", "_A", "dA", "dA_"},
        {"x1_2", "x_1_2", "x_12", "x12"},
    ],
)
def test_two_names_never_look_alike(both):
    assert len({in_unicode(name, both) for name in both}) == len(both)
    assert len({in_latex(name, both) for name in both}) == len(both)


def test_an_exponent_never_looks_like_a_transpose():
    power = api.grad("c**T*log(c)^(1/2)", "c", ["T: scalar", "c: positive scalar"])
    assert "c^(T)" in power.plain or "c^(T-1)" in power.plain
    raised = api.d("x**T/T", ["T"], ["T: scalar", "x: positive scalar"])
    assert "x^(T)" in raised.plain
    assert "x^(T)" in raised.unicode
    assert r"x^{\left(T\right)}" in raised.latex
    assert engine.reads_back(raised, raised.unicode)
    assert engine.reads_back(raised, raised.plain)
    by_elements = api.d("sum(x.^T)", ["T"], ["T: scalar", "x: n positive"])
    assert engine.reads_back(by_elements, by_elements.plain)


ASKED = [
    ("||W2 tanh(W1 x + b1) - y||^2", "W1", ("b1: m", "y: k")),
    ("tr(W1 W_1 X)", "X", ()),
    ("log det(Sigma2 + alpha1 D2) + sigma_T^2", "Sigma2", ("D2: n×n", "alpha1: scalar")),
    ("tr(D_2 X)", "X", ("D_2: n×n",)),
    ("h = sigmoid(w1^T x + b1); y1 log(h) + (1 - y1) log(1 - h)", "w1", ("w1: n", "b1: scalar")),
]


@pytest.mark.parametrize(("text", "wrt", "let"), ASKED)
def test_what_is_printed_below_the_line_reads_back(text, wrt, let):
    for answer in (api.grad(text, wrt, let), api.d(text, [wrt], let)):
        assert engine.reads_back(answer, answer.unicode)
        assert engine.reads_back(answer, answer.plain)


def test_an_index_as_it_was_declared():
    assert api.grad("||W₁ x||^2", "x", ["W1: m×n"]).plain == "2*W1'*W1*x"
    assert api.grad("||W₁ x||^2", "x", ["W_1: m×n"]).plain == "2*W_1'*W_1*x"
    assert api.grad("||W₁ x||^2", "x").plain == "2*W_1'*W_1*x"


LOGISTIC = "h = 1/(1+exp(-(w^T x + b))); -(1/m)(y log(h) + (1-y) log(1-h))"


def test_definitions_stand_below_each_other_and_before_they_are_used():
    answer = api.hess(LOGISTIC, "w")
    first, *where = answer.unicode.split("\n")
    assert len(where) >= 2
    assert [line[:6] for line in where] == ["where ", *["      "] * (len(where) - 1)]
    assert len({line.index(" = ") for line in where}) == 1
    names = [line[6:].partition(" = ")[0].strip() for line in where]
    for place, line in enumerate(where):
        assert not any(
            later in line.partition(" = ")[2] for later in names[place:] if len(later) > 1
        )
    assert all(name in first + "".join(where) for name in names)
    assert engine.reads_back(answer, answer.unicode)
    tail = answer.latex.partition(r"\text{where } ")[2]
    assert [piece.partition(" = ")[0] for piece in tail.split(r",\ ")] == [
        in_latex(name.translate(str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789"))) for name in names
    ]


def test_both_forms_are_made_of_the_same_names():
    answer = api.grad("tr(W1 W_1 X)", "X")
    expr, taken = answer._read().expr, answer.problem.variables
    assert unicode(expr, taken) == "W₁ᵀ W1ᵀ"
    assert latex(expr, taken) == r"W_1^{\top} \mathit{W1}^{\top}"


@pytest.mark.parametrize("form", ["plain", "unicode"])
def test_a_power_to_a_scalar_t_is_no_transpose(form):
    answer = api.grad("c**T", "T", ["T: scalar", "c: scalar positive"])
    assert answer.proof.ok
    assert engine.reads_back(answer, getattr(answer, form))
