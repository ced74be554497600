"""Texts that cannot be read: the code, the place, and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdiff.errors import MdiffError
from mdiff.syntax import parse, parse_declaration

ERRORS = [
    # (text, code, the texts under the labels, a piece of what is said)
    ("", "E001", [], "nothing to read"),
    (" \n ;; ", "E001", [], "nothing to read"),
    ("x" * 1_000_000, "E002", [], "1000000 characters"),
    ("\frac{1}{2}", "E003", ["\f"], r"`\frac`"),
    ("x + \beta", "E003", ["\b"], r"`\beta`"),
    ("A^\top", "E003", ["\t"], r"`\top`"),
    ("\nabla f", "E003", ["\n"], r"`\nabla`"),
    ("x\x00", "E003", ["\x00"], r"\x00"),
    ("x # y", "E004", ["#"], "`#`"),
    ("‱", "E004", ["‱"], "U+2031"),
    ("x + \udc80", "E004", ["\udc80"], "U+DC80"),
    ("(A", "E005", ["("], "never closed"),
    ("A)", "E005", [")"], "closes nothing"),
    ("x^{(a}", "E005", ["(", "}"], "closed by"),
    ("||x", "E005", ["||"], "`norm(…)`"),
    ("(|x)", "E005", ["|"], "`abs(…)`"),
    ("||_F x", "E006", ["_F"], "an index of nothing"),
    ("(" * 10_000, "E005", ["("], "never closed"),
    ("x * / y", "E006", ["/"], "a name, a number, a function or `(` could stand here"),
    ("()", "E006", [")"], "could stand here"),
    ("A, B", "E006", [","], "the end could stand here"),
    ("<A B>", "E006", [">"], "`,` could stand here"),
    ("tr(A; B)", "E006", [";"], "`)` could stand here"),
    ("A × B", "E006", ["×"], "`A*B`"),
    ("f(2) = x", "E006", ["="], "could stand here"),
    ("kron A B", "E006", ["kron"], "`kron(…, …)`"),
    ("einsum(A)", "E006", ["A"], "a pattern in quotes"),
    ("x⁻", "E006", ["⁻"], "alone"),
    ("A^/", "E006", ["/"], "could stand here"),
    ("A =", "E007", ["="], "after this could stand"),
    ("x +", "E007", ["+"], "could stand a name"),
    ("f(x) = ", "E007", ["f(x) ="], "could stand a name"),
    ("tr", "E007", ["tr"], "could stand a name"),
    ("a; b", "E008", ["a"], "definitions"),
    ("sum_i x_i", "E009", ["sum_i"], "sum over an index"),
    ("sin_2 x", "E101", ["sin_2"], "unknown function"),
    ("x[i]", "E009", ["["], "entry"),
    ("[A, B; C, D]", "E009", ["["], "blocks"),
    (r"\log\det(A)", "E009", [r"\log"], "LaTeX"),
    ("||x||_H", "E010", ["||_H"], "`F`, `1`, `2`, `p`, `inf` or `*`"),
    ("sin^-1(x)", "E010", ["sin^-"], "whole number"),
    ("sin⁻¹(x)", "E010", ["sin⁻¹"], "whole number"),
    ("1e99999 x", "E011", ["1e99999"], "more than 1000 digits"),
    ("1" * 200_000, "E011", ["1" * 200_000], "more than 1000 digits"),
    ("lamda x", "E101", ["lamda"], "did you mean `lambda`"),
    ("logdetX", "E101", ["logdetX"], "`logdet X`"),
    ("trA", "E101", ["trA"], "did you mean `tr A`"),
    ("x mux", "E101", ["mux"], "`mu x`"),
    ("AXBCDE", "E101", ["AXBCDE"], "unknown name"),
    ("Sgima", "E101", ["Sgima"], "`Sigma`"),
    ("foo(x)", "E101", ["foo"], "unknown function"),
    ("log3(x)", "E101", ["log3"], "`log`"),
    ("∇φ(u)", "E101", ["∇φ"], "--let 'phi: R^n -> R'"),
    ("x" * 200_000, "E101", ["x" * 200_000], "unknown name"),
    ("r = 1; r = 2; r", "E102", ["r"], "twice"),
    ("r = r + 1; r", "E103", ["r"], "own definition"),
    ("s = r; r = x; s", "E103", ["r"], "before its definition"),
]


@pytest.mark.parametrize(
    ("text", "code", "places", "said"), ERRORS, ids=[f"{e[1]}-{e[0][:12]!a}" for e in ERRORS]
)
def test_refuses(text, code, places, said):
    with pytest.raises(MdiffError) as caught:
        parse(text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == code
    assert [text[label.span[0] : label.span[1]] for label in diagnostic.labels] == places
    told = [diagnostic.message, *(label.message for label in diagnostic.labels)]
    told += [*diagnostic.notes, *diagnostic.helps]
    assert said in "\n".join(told)
    assert all(len(line) < 300 and line.isprintable() for line in told)
    if code != "E002":
        assert diagnostic.text == text


def test_the_second_definition_is_the_one_marked():
    with pytest.raises(MdiffError) as caught:
        parse("r = 1; r = 2; r")
    assert caught.value.diagnostic.labels[0].span == (7, 8)


def test_declared_letters_glued_to_a_declared_name():
    with pytest.raises(MdiffError) as caught:
        parse("AdX", frozenset({"A", "dX"}))
    assert caught.value.diagnostic.helps == ("did you mean `A dX` or `A d X` or `dX`?",)


def test_status():
    with pytest.raises(MdiffError) as caught:
        parse("x +")
    assert caught.value.status == 3
    with pytest.raises(MdiffError) as caught:
        parse("foobar(x)")
    assert caught.value.status == 4


@pytest.mark.parametrize("text", ["x\ty", "x\r\n", "r = x\r\nr'r", "x\n", "\tx"])
def test_ordinary_blanks_are_no_control_characters(text):
    parse(text)


WORDS = "A x n T tr log sin^ K( ( ) { } < > | || || ||_F ‖ ' ^ ^T ^-1 ² ᵀ ⁻ - + * / .* ./ .^ , ; = √ ½ 2 .5 1e3 1_n I_n "
WORDS += "e_i Σ ∇φ sum_i foo Ax [ ] : -> × ⊗ ⊙ R ℝ ∈ symmetric 0 _ \\ # \n"


@given(st.lists(st.sampled_from([*WORDS.split(" "), " ", "\n"]), max_size=14))
def test_whatever_is_typed_is_read_or_refused(words):
    text = "".join(words)
    for read in (parse, parse_declaration):
        try:
            read(text)
        except MdiffError as error:
            for label in error.diagnostic.labels:
                assert 0 <= label.span[0] < label.span[1] <= len(text)


@given(st.text(max_size=8))
def test_any_characters_are_read_or_refused(text):
    for read in (parse, parse_declaration):
        try:
            read(text)
        except MdiffError as error:
            assert error.diagnostic.text == text  # noqa: PT017
