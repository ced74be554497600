"""Long answers on a terminal: broken at signs, outside brackets, never inside a word."""

import pytest

from mdiff import api
from mdiff.render.lines import formula, listed

LONG = "2 ((W₂ᵀ (W₂ relu(W₁ x + b₁) − y)) ⊙ step(W₁ x + b₁)) xᵀ + λ (A x − b)"

CASES = {
    "short": ("A x + b", 7, ["A x + b"]),
    "at a sign": ("A x + b − c", 8, ["A x + b", "    − c"]),
    "outside brackets": (LONG, 60, [LONG[:-14], "    + λ (A x − b)"]),
    "inside as few as can be": (
        LONG, 40, ["2 ((W₂ᵀ (W₂ relu(W₁ x + b₁)", "    − y)) ⊙ step(W₁ x + b₁)) xᵀ", "    + λ (A x − b)"],
    ),
    "before a number": ("(A + Aᵀ) · 2", 10, ["(A + Aᵀ)", "    · 2"]),
    "no sign": ("A B C D E F", 6, ["A B C", "    D", "    E", "    F"]),
    "no blank": ("einsum(x,y)+z", 5, ["einsum(x,y)+z"]),
    "a long word first": ("einsum(x,y) + z", 5, ["einsum(x,y)", "    + z"]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "width", "lines"), CASES.values(), ids=CASES)
def test_formulas(text, width, lines):
    assert formula(text, width) == lines
    assert " ".join(line.strip() for line in lines) == text


@pytest.mark.parametrize("width", range(14, 90))
def test_a_formula_that_is_broken_at_signs_is_read_as_the_whole_one(width):
    declared = ["A: m×n", "x: n", "b: m", "y: m", "B: m×n"]
    text = "(A x − b)ᵀ (B x + y) − 2 λ ‖x‖² + tr(A Bᵀ) · 3 − bᵀ(A x + y)"
    whole, broken = (
        api.grad(t, "x", declared).plain for t in (text, "\n".join(formula(text, width)))
    )
    assert broken == whole


def test_a_formula_of_any_length_ends_in_any_width():
    text = " + ".join(["A (x − b)"] * 20_000)
    assert " ".join(line.strip() for line in formula(text, 80)) == text
    assert max(map(len, formula(text, 80))) <= 80
    for width in range(-2, 14):
        assert " ".join(line.strip() for line in formula(LONG, width, 20)) == LONG


def test_facts_are_broken_between_them():
    facts = ["m×n", "gradient in the shape of W", "with x: n, A: m×n", "proved exactly"]
    assert listed(facts, " · ", 40) == [
        "m×n · gradient in the shape of W ·",
        "  with x: n, A: m×n · proved exactly",
    ]
    assert listed(facts, " · ", 20) == [
        "m×n · gradient in",
        "  the shape of W ·",
        "  with x: n,",
        "  A: m×n ·",
        "  proved exactly",
    ]
    assert listed(["n"], " · ", 40) == ["n"]
    assert listed(["with W₁: m×n, W₂: k×m", "c"], " · ", 16) == ["with W₁: m×n,", "  W₂: k×m · c"]
