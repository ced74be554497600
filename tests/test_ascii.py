"""Texts for people on a stream that takes no unicode: said in ASCII as far as it goes."""

import pytest

from mdiff.render.ascii import ascii_of, fitting

SHOWN = {
    "AᵀXA invertible": "A^TXA invertible",
    "A (AᵀXA)⁻ᵀ Aᵀ": "A (A^TXA)^-T A^T",
    "‖x − μ₁₂‖ ≠ 0": "||x - mu_12|| != 0",
    "n×k": "nxk",
    "dX ↦ A dX": "dX -> A dX",
    "  ╰─ here": "  `- here",
    "plain": "plain",
}


@pytest.mark.parametrize("text", SHOWN)
def test_signs_have_names(text):
    assert ascii_of(text) == SHOWN[text]
    assert fitting(text, "ascii") == SHOWN[text]
    assert fitting(text, "utf-8") == text


def test_what_has_no_name_is_escaped():
    assert fitting("ж ᵀ", "ascii") == "\\u0436 ^T"
    assert fitting("é", "latin-1") == "é"
