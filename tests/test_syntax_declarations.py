"""What `--let` reads."""

import pytest

from mdiff.errors import MdiffError
from mdiff.syntax import parse_declaration

ONE = (1, ())
N, K, M = (1, ("n",)), (1, ("k",)), (1, ("m",))
NK, NN, COLUMN, SCALAR = (N, K), (N, N), (N, ONE), (ONE, ONE)

SHAPES = [
    *((text, "A", NK) for text in (
        "A: n×k", "A:n×k", "A: n x k", "A: nxk", "A: n,k", "A: (n,k)", "A: (n × k)", "A: [n,k]",
        "A: R^{n×k}", "A: R^{n,k}", "A: R^n×k", "A: R^n x k", "A: R^(n x k)", "A: matrix(n,k)",
        "A: ℝ^{n×k}", "A: ℝⁿˣᵏ", "A ∈ R^{n×k}", "A in R^{n x k}", "A: n by k", "A : \n n × k",
    )),
    *((text, "x", COLUMN) for text in (
        "x: n", "x: R^n", "x: R^{n}", "x: ℝⁿ", "x: vector(n)", "x: (n)", "x: [n]",
    )),
    *((text, "c", SCALAR) for text in ("c: scalar", "c: R", "c: ℝ", "c in R")),
    ("A: 3×4", "A", ((3, ()), (4, ()))),
    ("A: 3x4", "A", ((3, ()), (4, ()))),
    ("A: nx4", "A", (N, (4, ()))),
    ("A: 1×n", "A", (ONE, N)),
    ("x: 2*n", "x", ((2, ("n",)), ONE)),
    ("x: 2n", "x", ((2, ("n",)), ONE)),
    ("A: n*m × 2*3", "A", ((1, ("m", "n")), (6, ()))),
    ("x: R^T", "x", ((1, ("T",)), ONE)),
    ("x: x x x", "x", ((1, ("x",)), (1, ("x",)))),
    ("Σ: n×n", "Sigma", NN),
    ("x₁: n_1", "x_1", ((1, ("n_1",)), ONE)),
    ("dX: n×k", "dX", NK),
    ("sum: n", "sum", COLUMN),
]  # fmt: skip


@pytest.mark.parametrize(("text", "name", "shape"), SHAPES)
def test_shapes(text, name, shape):
    declaration = parse_declaration(text)
    assert declaration.name == name
    assert declaration.shape == shape
    assert declaration.properties == frozenset()
    assert declaration.arguments is None
    assert declaration.text == text


PROPERTIES = [
    ("X: n×n symmetric", NN, "symmetric"),
    ("X: symmetric n×n", NN, "symmetric"),
    ("X: symmetric, n, n", NN, "symmetric"),
    ("X: n, n, symmetric", NN, "symmetric"),
    ("X: (n, n), spd, constant", NN, "spd constant"),
    ("X: spd n×n constant", NN, "spd constant"),
    ("X: spd", None, "spd"),
    ("X: sym, diag", None, "symmetric diagonal"),
    ("X: psd", None, "spd"),
    ("X: pd", None, "spd"),
    ("X: posdef", None, "spd"),
    ("X: positive definite", None, "spd"),
    ("X: positive-definite", None, "spd"),
    ("X: symmetric positive definite", None, "spd"),
    ("X: symmetric positive", None, "symmetric positive"),
    ("X: orth", None, "orthogonal"),
    ("L: n×n lower-triangular", NN, "lower"),
    ("L: n×n lower triangular", NN, "lower"),
    ("L: ltri", None, "lower"),
    ("U: upper triangular, constant", None, "upper constant"),
    ("S: skew-symmetric", None, "skew"),
    ("T: n×n toeplitz", NN, "toeplitz"),
    ("T: symtoeplitz", None, "symtoeplitz"),
    ("p: n simplex", COLUMN, "simplex"),
    *(
        (f"S: {text}", NN, text.replace("n", "", 1).strip())
        for text in (
            "n spd",
            "n diagonal",
            "n lower",
            "n upper",
            "n skew",
            "n toeplitz",
            "n symtoeplitz",
            "n positive symmetric",
        )
    ),
    ("S: symmetric n", NN, "symmetric"),
    ("S: spd (n)", NN, "spd"),
    ("W: diagonal, n", NN, "diagonal"),
    ("S: spd 3", ((3, ()), (3, ())), "spd"),
    ("S: constant n symmetric", NN, "constant symmetric"),
    ("S: R^n spd", COLUMN, "spd"),
    ("S: spd vector(n)", COLUMN, "spd"),
    ("x: positive n", COLUMN, "positive"),
    ("z: complex scalar", SCALAR, "complex"),
    ("c: positive R", SCALAR, "positive"),
    ("x: ℝ^n positive", COLUMN, "positive"),
]


@pytest.mark.parametrize(("text", "shape", "properties"), PROPERTIES)
def test_properties(text, shape, properties):
    declaration = parse_declaration(text)
    assert declaration.shape == shape
    assert declaration.properties == frozenset(properties.split())


FUNCTIONS = [
    ("phi: R^m -> R", "phi", ((M, ONE),), SCALAR),
    ("φ: R^m → R", "phi", ((M, ONE),), SCALAR),
    ("phi: R^{n×k} -> R", "phi", (NK,), SCALAR),
    ("phi: n×k -> scalar", "phi", (NK,), SCALAR),
    ("f: R -> R", "f", (SCALAR,), SCALAR),
    ("f: R^n -> R^m", "f", (COLUMN,), (M, ONE)),
    ("F: R^m → ℝ^{n×k}", "F", ((M, ONE),), NK),
    ("F: R^{n×k} -> R^{n×k}", "F", (NK,), NK),
    ("f: R^n, R^m -> R", "f", (COLUMN, (M, ONE)), SCALAR),
    ("f: R^n × R^m -> R", "f", (COLUMN, (M, ONE)), SCALAR),
    ("f: R^{n,k}, R, R^m -> R^n", "f", (NK, SCALAR, (M, ONE)), COLUMN),
]


@pytest.mark.parametrize(("text", "name", "arguments", "shape"), FUNCTIONS)
def test_functions(text, name, arguments, shape):
    declaration = parse_declaration(text)
    assert declaration.name == name
    assert declaration.arguments == arguments
    assert declaration.shape == shape


ERRORS = [
    ("", "E001", [], "nothing"),
    ("A", "E007", ["A"], "`:`"),
    ("A:", "E007", [":"], "a shape such as `n×k`"),
    ("A: n×", "E007", ["×"], "a number"),
    (": n", "E006", [":"], "the name that is declared"),
    ("A: n;k", "E006", [";"], "`×`"),
    ("A: n×k×m", "E006", ["×"], "the end"),
    ("f: n -> R symmetric", "E006", ["symmetric"], "the end"),
    ("f: R^n, -> R", "E006", ["->"], "a name or a number"),
    ("A: symetric", "E012", ["symetric"], "did you mean `symmetric`"),
    ("A: n×n symetric", "E012", ["symetric"], "did you mean `symmetric`"),
    ("A: n×n, foo", "E012", ["foo"], "properties: complex, constant"),
    ("A: n k", "E012", ["k"], "no property `k`"),
    ("A: 0×3", "E013", ["0"], "whole number"),
    ("A: 1.5", "E013", ["1.5"], "whole number"),
    ("x: 99999999999999999999", "E013", ["99999999999999999999"], "no size"),
]


@pytest.mark.parametrize(("text", "code", "places", "said"), ERRORS)
def test_refuses(text, code, places, said):
    with pytest.raises(MdiffError) as caught:
        parse_declaration(text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == code
    assert diagnostic.text == text
    assert [text[label.span[0] : label.span[1]] for label in diagnostic.labels] == places
    told = [diagnostic.message, *(label.message for label in diagnostic.labels)]
    assert said in "\n".join([*told, *diagnostic.notes, *diagnostic.helps])
