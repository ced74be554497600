"""The text of a diagnostic: layout, long lines, wide and control characters, overlapping labels."""

import pytest

from mdiff.diagnostics.layout import WIDTH, clean, lines, text
from mdiff.errors import Diagnostic, Label


def lay_out(source, *labels, notes=(), helps=()):
    made = [Label(span, message) for span, message in labels]
    diagnostic = Diagnostic("E201", "it fails", text=source, labels=made, notes=notes, helps=helps)
    return text(diagnostic).split("\n")[1:]


def test_the_layout_of_the_language_page():
    diagnostic = Diagnostic(
        "E201",
        "inner dimensions differ in the product `A^T X`",
        text="log det(A^T X A)",
        labels=[Label((8, 11), "A^T is k×n"), Label((12, 13), "X is m×m")],
        notes=["n comes from --let 'A: n×k', m from --let 'X: m×m'"],
        helps=["declare X as n×n"],
    )
    assert text(diagnostic) == (
        "error[E201]: inner dimensions differ in the product `A^T X`\n"
        "  1 | log det(A^T X A)\n"
        "    |         ─┬─ ┬\n"
        "    |          │  ╰─ X is m×m\n"
        "    |          ╰─ A^T is k×n\n"
        "  note: n comes from --let 'A: n×k', m from --let 'X: m×m'\n"
        "  help: declare X as n×n"
    )


CASES = {
    "a label within another is nearer to the text": (
        "det(A X)",
        [((4, 7), "a product"), ((6, 7), "X")],
        [
            "  1 | det(A X)",
            "    |       ┬",
            "    |       ╰─ X",
            "    |     ─┬─",
            "    |      ╰─ a product",
        ],
    ),
    "the end of the text": (
        "A +",
        [((3, 3), "something must follow")],
        ["  1 | A +", "    |    ┬", "    |    ╰─ something must follow"],
    ),
    "an empty text": ("", [((0, 0), "nothing")], ["  1 |", "    | ┬", "    | ╰─ nothing"]),
    "a label without words": ("A B", [((2, 3), "")], ["  1 | A B", "    |   ─"]),
    "a second line": (
        "r = A x;\nr + B",
        [((13, 14), "a matrix")],
        ["  2 | r + B", "    |     ┬", "    |     ╰─ a matrix"],
    ),
    "a label over lines": (
        "f(A,\n\nB)\nC",
        [((0, 8), "here")],
        ["  1 | f(A,", "    | ────", "    ⋮", "  3 | B)", "    | ┬─", "    | ╰─ here"],
    ),
    "wide characters take two cells": (
        "世 + A",
        [((0, 1), "wide"), ((4, 5), "A")],
        ["  1 | 世 + A", "    | ┬─   ┬", "    | │    ╰─ A", "    | ╰─ wide"],
    ),
    "a combining mark takes none": (
        "e\u0301 A",
        [((3, 4), "A")],
        ["  1 | e\u0301 A", "    |   ┬", "    |   ╰─ A"],
    ),
    "tabs and control characters": (
        "\tA\x0crac\x1b[0m",
        [((2, 3), "form feed"), ((6, 7), "escape")],
        [
            "  1 |     A\\frac\\x1b[0m",
            "    |      ┬─   ─┬──",
            "    |      │     ╰─ escape",
            "    |      ╰─ form feed",
        ],
    ),
    "a label beyond the text": ("A", [((5, 9), "gone")], ["  1 | A", "    |  ┬", "    |  ╰─ gone"]),
    "a carriage return is part of the newline": (
        "A\r\nB",
        [((0, 4), "all")],
        ["  1 | A", "    | ─", "  2 | B", "    | ┬", "    | ╰─ all"],
    ),
    "line numbers are aligned": (
        "A\n" * 9 + "B",
        [((0, 1), "one"), ((18, 19), "ten")],
        [
            "   1 | A",
            "     | ┬",
            "     | ╰─ one",
            "     ⋮",
            "  10 | B",
            "     | ┬",
            "     | ╰─ ten",
        ],
    ),
}


@pytest.mark.parametrize(("source", "labels", "shown"), CASES.values(), ids=CASES.keys())
def test_source_lines(source, labels, shown):
    assert lay_out(source, *labels) == shown


def test_of_a_long_line_what_is_near_the_labels_is_shown():
    source = "a" * 500 + " + B + " + "c" * 500
    shown = lay_out(source, ((503, 504), "here"), ((0, 1), "there"))
    assert shown == [
        "  1 | aaaaaaaaaaaaaaaaa…aaaaaaaaaaaaa + B + ccccccccccccc…",
        "    | ┬                                 ┬",
        "    | │                                 ╰─ here",
        "    | ╰─ there",
    ]


def test_a_long_label_is_shortened_in_the_middle():
    shown = lay_out("x" * 1_000_000, ((10, 999_990), "long"))
    assert max(map(len, shown)) < WIDTH
    assert shown[1].count("─") == 2 * 16 + 1 - 1


def test_a_text_of_many_lines_is_cheap():
    shown = lay_out("x\n" * 200_000, ((399_998, 399_999), "last"))
    assert shown == ["  200000 | x", "         | ┬", "         | ╰─ last"]


def test_nothing_that_a_terminal_obeys_is_left():
    assert clean("a\x1b[31m\u202eb\nc\udcff\u2028") == "a\\x1b[31m\\u202eb c\\udcff\\u2028"
    assert clean("x" * 10_000) == "x" * 600 + "…"


def test_pieces_say_what_they_are():
    diagnostic = Diagnostic(
        "E1", "m", text="A", labels=[Label((0, 1), "l")], notes=["n"], helps=["h"]
    )
    assert lines(diagnostic) == [
        [("error", "error[E1]:"), ("head", " m")],
        [("frame", "  1 | "), ("plain", "A")],
        [("frame", "    | "), ("mark", "┬")],
        [("frame", "    | "), ("mark", "╰─ l")],
        [("note", "  note:"), ("plain", " n")],
        [("help", "  help:"), ("plain", " h")],
    ]


def test_on_a_narrow_terminal_sentences_are_broken_between_words():
    diagnostic = Diagnostic(
        "E201",
        "inner dimensions differ in the product of two matrices",
        text="A X + B",
        labels=[Label((0, 1), "A"), Label((2, 3), "this has as many columns as there are rows")],
        notes=["n comes from the declaration --let 'A: n×k' and from no other"],
        helps=["declare X as n×n, or A as something else"],
    )
    shown = ["".join(piece for _, piece in line) for line in lines(diagnostic, 40)]
    assert shown == [
        "error[E201]: inner dimensions differ in",
        "    the product of two matrices",
        "  1 | A X + B",
        "    | ┬ ┬",
        "    | │ ╰─ this has as many columns as",
        "    | │    there are rows",
        "    | ╰─ A",
        "  note: n comes from the declaration",
        "        --let 'A: n×k' and from no other",
        "  help: declare X as n×n, or A as",
        "        something else",
    ]


def test_on_a_narrow_terminal_a_long_line_is_cut_where_it_would_be_broken():
    diagnostic = Diagnostic("E1", "m", text="a + " * 20 + "B", labels=[Label((80, 81), "here")])
    shown = ["".join(piece for _, piece in line) for line in lines(diagnostic, 60)]
    assert shown[1:] == [
        "  1 | …a + a + a + a + B",
        "    |                  ┬",
        "    |                  ╰─ here",
    ]
    assert max(map(len, shown)) <= 60
