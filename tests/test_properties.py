"""Each row of the table of properties holds what its columns say."""

import re
from pathlib import Path

import pytest

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.properties import ROWS, SQUARE, SYMMETRIC, SYNONYMS, TABLE, basis, clash
from mdiff.shapes import infer
from mdiff.syntax import parse, parse_declaration

LINEAR = [row.name for row in TABLE if row.entry]


def full(element, rows, columns):
    matrix = [[0] * columns for _ in range(rows)]
    for place, sign in element:
        matrix[place // columns][place % columns] = sign
    return matrix


@pytest.mark.parametrize(
    ("name", "elements"),
    [
        ("diagonal", 3),
        ("symtoeplitz", 3),
        ("toeplitz", 5),
        ("skew", 3),
        ("symmetric", 6),
        ("spd", 6),
        ("lower", 6),
        ("upper", 6),
    ],
)
def test_a_basis_has_the_dimension_of_its_space(name, elements):
    found = basis(name, 3, 3)
    assert len(found) == elements
    places = [place for element in found for place, _ in element]
    assert len(places) == len(set(places))
    for element in found:
        matrix = full(element, 3, 3)
        turned = [list(row) for row in zip(*matrix, strict=True)]
        if name in SYMMETRIC or name == "diagonal":
            assert turned == matrix
        if name == "skew":
            assert turned == [[-entry for entry in row] for row in matrix]
        if name.endswith("toeplitz"):
            assert [row[1:] for row in matrix[1:]] == [row[:-1] for row in matrix[:-1]]


def test_all_bases_are_tried():
    assert {*LINEAR} == SQUARE


def test_without_structure_every_entry_is_free():
    assert basis(None, 2, 3) == basis("orthogonal", 2, 3) == [[(p, 1)] for p in range(6)]


@pytest.mark.parametrize("name", ROWS)
def test_a_property_is_declared_by_all_its_names(name):
    for each in (name, *(other for other, one in SYNONYMS.items() if one == name)):
        assert parse_declaration(f"A: {each}").properties == {name}


@pytest.mark.parametrize("name", ROWS)
def test_what_cannot_have_it_is_refused(name):
    shapes = {"scalar": "", "n": "vector", "m×n": "matrix", "n×n": "square matrix"}
    for shape, what in shapes.items():
        declaration = parse_declaration(f"A: {shape} {name}".replace("A: n ", "A: n×1 "))
        fits = what.endswith(ROWS[name].of) if ROWS[name].of != "vector" else what == "vector"
        if fits:
            assert infer(parse("A", frozenset("A")), [declaration]).variables["A"]
            continue
        with pytest.raises(MdiffError, match=f"only a {ROWS[name].of} is"):
            infer(parse("A", frozenset("A")), [declaration])


def test_what_excludes_each_other():
    assert clash(frozenset({"symmetric", "skew", "lower"})) == ("skew", "symmetric")
    assert clash(frozenset({"complex", "positive"})) == ("complex", "positive")
    assert clash(frozenset({"spd", "positive", "constant"})) is None
    for row in TABLE:
        assert ROWS.keys() >= {*row.excludes}
        assert row.change in ("", *ROWS)


def test_the_manual_names_them_all():
    readme = Path(__file__).parent.parent.joinpath("README.md").read_text("utf-8")
    (listed,) = re.findall("^`(symmetric .*)`\\.$", readme, re.MULTILINE)
    assert sorted(listed.split()) == sorted(ROWS)


@pytest.mark.parametrize("kinds", ["diagonal spd", "symtoeplitz spd", "symtoeplitz symmetric"])
def test_two_properties_are_drawn_and_proved_together(kinds):
    for text, plain in (("logdet(S)", "inv(S)"), ("tr(S^2)", "2*S")):
        answer = api.grad(text, "S", [f"S: n×n {kinds}"])
        assert answer.plain == plain
        assert answer.check(1).ok


def test_a_triangle_that_would_be_diagonal_is_not_called_so():
    with pytest.raises(MdiffError) as caught:
        api.grad("logdet(L)", "L", ["L: n×n lower spd"])
    assert caught.value.diagnostic.code == "E112"
