import os
import subprocess
import sys
from contextlib import suppress
from time import process_time

import pytest

from mdiff.errors import MdiffError
from mdiff.shapes import infer, subexpressions, typed
from mdiff.shapes.dims import SCALAR, Dim, named, show_shape
from mdiff.shapes.sizes import without
from mdiff.syntax import parse, parse_declaration
from mdiff.walk import postorder


def problem(text, *lets, scalar=False, wrt=()):
    declarations = [parse_declaration(let) for let in lets]
    functions = {each.name for each in declarations if each.arguments is not None}
    names = {each.name for each in declarations if each.arguments is None} | set(wrt)
    gradients = {f"grad{name}" for name in functions}
    program = parse(text, frozenset(names), frozenset(functions | gradients))
    return infer(program, declarations, scalar=scalar, wrt=wrt)


def shapes(found):
    return ", ".join(f"{name}: {show_shape(it.shape)}" for name, it in found.variables.items())


GRADIENTS = [
    ("||A x - b||^2", "A: m×n, x: n, b: m"),
    ("C ||w||^2", "C: scalar, w: n"),
    ("a^T X b", "a: m, X: m×n, b: n"),
    ("det(A + t B)", "A: n×n, t: scalar, B: n×n"),
    ("x^T A x / x^T x", "x: n, A: n×n"),
    ("(A z + B u)^T Q (A z + B u)", "A: n×k, z: k, B: n×m, u: m, Q: n×n"),
    ("sum(log(1 + exp(-y .* (X w))))", "y: m, X: m×n, w: n"),
    ("1/2 ||A x - b||^2 + lambda/2 ||x||^2", "A: m×n, x: n, b: m, lambda: scalar"),
    ("c^T x", "c: n, x: n"),
    ("exp(-||x-y||^2/(2 c^2))", "x: n, y: n, c: scalar"),
    ("tr(X^T A X B)", "X: n×k, A: n×n, B: k×k"),
    ("log det(A^T X A)", "A: n×k, X: n×n"),
    ("tr((A X B + C)(A X B + C)^T)", "A: m×n, X: n×k, B: k×p, C: m×p"),
    ("x^2 + 3 y", "x: scalar, y: scalar"),
    ("c/sigma*exp(-(x-mu)^2/(2*sigma^2))", "c: scalar, sigma: scalar, x: scalar, mu: scalar"),
    ("sin(t)^2 exp(t)", "t: scalar"),
    ("u^2+v^2", "u: scalar, v: scalar"),
    ("x^2*y + sin(y*z)", "x: scalar, y: scalar, z: scalar"),
    ("-y^T log(softmax(W x + b))", "y: m, W: m×n, x: n, b: m"),
    ("w^T x + b", "w: n, x: n, b: scalar"),
    ("x^T A y", "x: m, A: m×n, y: n"),
    ("log(1 + exp(-y w^T x))", "y: scalar, w: n, x: n"),
    ("||y - X beta||^2", "y: m, X: m×n, beta: n"),
    ("(x-mu)^T inv(Sigma) (x-mu)", "x: n, mu: n, Sigma: n×n"),
    ("x^T A x - lambda (x^T x - 1)", "x: n, A: n×n, lambda: scalar"),
    ("a^T (g .* x)", "a: n, g: n, x: n"),
    ("1/m ||X w - y||^2 + C ||w||^2", "m: scalar, X: n×k, w: k, y: n, C: scalar"),
    ("||A - b c^T||_F", "A: m×n, b: m, c: n"),
    ("sum(a)", "a: n"),
    ("sin(x)", "x: scalar"),
]


@pytest.mark.parametrize(("text", "expected"), GRADIENTS)
def test_kinds_of_a_scalar(text, expected):
    found = problem(text, scalar=True)
    assert shapes(found) == expected
    assert found.expression.shape == SCALAR


DIFFERENTIALS = [
    ("diag(Y Y^T)/n", "Y: m×k, n: scalar", "m"),
    ("V = diag(Y Y^T)/n; V^(-1/2) .* Y", "Y: m×k, n: scalar", "m×k"),
    ("x^2 + 3 y", "x: scalar, y: scalar", "scalar"),
    ("sin(t)^2 exp(t)", "t: scalar", "scalar"),
    ("a^T X b", "a: m, X: m×n, b: n", "scalar"),
    ("(A - lambda I) x", "A: n×n, lambda: scalar, x: n", "n"),
    ("X beta", "X: m×n, beta: n", "m"),
    ("x^a", "x: scalar, a: scalar", "scalar"),
    ("A^k", "A: n×n, k: scalar", "n×n"),
    ("A^(1/2)", "A: n×n", "n×n"),
    ("C ||w||^2", "C: m×n, w: k", "m×n"),
    ("W x + b", "W: m×n, x: n, b: m", "m"),
    ("x x^T", "x: n", "n×n"),
    ("sin(x)", "x: n", "n"),
    ("A ⊗ B", "A: m×n, B: k×p", "k*m×n*p"),
    ("vec(A)", "A: m×n", "m*n"),
    ("kron(A,B) + kron(C,D)", "A: m×n, B: k×p, C: m×n, D: k×p", "k*m×n*p"),
    ("I_n + A", "A: n×n", "n×n"),
    ("A e_i", "A: m×n", "m"),
    ("1^T X", "X: m×n", "1×n"),
    ("X vector(1)", "X: m×n", "m"),
    ("X - matrix(3)", "X: m×n", "m×n"),
    ("K(m,n) vec(A)", "A: m×n", "m*n"),
    ("Σ x_1", "Sigma: m×n, x_1: n", "m"),
    ("inv(sigma) A", "sigma: n×n, A: n×k", "n×k"),
]


@pytest.mark.parametrize(("text", "expected", "shape"), DIFFERENTIALS)
def test_kinds_of_any_shape(text, expected, shape):
    found = problem(text)
    assert (shapes(found), show_shape(found.expression.shape)) == (expected, shape)


DECLARED = [
    ("K(m,n) vec(A)", ["A: m×n"], "m*n"),
    ("ones(2*n)", ["x: n"], "2*n"),
    ("ones(m, n)' ", [], "n×m"),
    ("zeros(n) + x", [], "n"),
    ("v .* Y", ["v: n", "Y: n×k"], "n×k"),
    ("Y .* v", ["v: n", "Y: n×k"], "n×k"),
    ("v ./ Y", ["v: n", "Y: n×k"], "n×k"),
    ("Y ./ v", ["v: n", "Y: n×k"], "n×k"),
    ("1 ./ Y", ["Y: n×k"], "n×k"),
    ("2 x .* Y", ["x: n", "Y: n×k"], "n×k"),
    ("x' A", ["A: n×k"], "1×k"),
    ("x' y", ["y: 3"], "scalar"),
    ("x.^c", ["x: n"], "n"),
    ("x^-1", ["x: n"], "n"),
    ("A^-1", ["A: n×n"], "n×n"),
    ("phi(W x + b)", ["phi: R^m -> R"], "scalar"),
    ("gradphi(W x + b)", ["phi: R^m -> R"], "m"),
    ("phi(X)", ["phi: R^{n×k} -> R"], "scalar"),
    ("kron(x, y')", ["x: n", "y: m"], "n×m"),
    ("det(c) + tr(c) + logdet(c) + inv(c) + adj(c) + ||c|| + diag(c)", ["c: scalar"], "scalar"),
    ("r = A x - b; r' r", ["A: m×n"], "scalar"),
    ("pi x", ["x: n"], "n"),
    ("I x", ["I: m×n"], "m"),
    ("n x / n", ["x: n"], "n"),
    ("u", ["u: n simplex"], "n"),
    ("S x", ["S: spd", "x: k"], "k"),
    ("c", ["c: simplex"], "n"),
    ("vec(A) + x", ["A: m×n", "x: m*n"], "m*n"),
    ("vec(A) + x", ["A: m×n"], "m*n"),
    ("A x", ["A: 3×4"], "3"),
]


@pytest.mark.parametrize(("text", "lets", "shape"), DECLARED)
def test_shapes_from_declarations(text, lets, shape):
    assert show_shape(problem(text, *lets).expression.shape) == shape


READINGS = [
    ("||A x - b||^2", [], ["`b` as a vector"]),
    ("C ||w||^2 + A", [], []),
    ("x + 1", ["x: n"], ["`1` added to every entry"]),
    ("x - c", ["x: n", "c: scalar"], ["`c` subtracted from every entry"]),
    ("x + 0", ["x: n"], []),
    ("v .* Y", ["v: n", "Y: n×k"], ["`v` in every column"]),
    ("Y ./ v", ["v: n", "Y: n×k"], ["`v` in every column"]),
    ("v ./ Y", ["v: n", "Y: n×k"], ["`v` in every column"]),
    ("v^(-1/2)", ["v: n"], ["`v^(-1/2)` by elements"]),
]


@pytest.mark.parametrize(("text", "lets", "readings"), READINGS)
def test_readings(text, lets, readings):
    assert list(problem(text, *lets).readings) == readings


def outline(node):
    """A typed tree in one line."""
    match node:
        case typed.Number(value):
            return str(value)
        case typed.Size(dim):
            return f"size {dim}"
        case typed.Constant(name, dims, index):
            return f"{name}{index}({','.join(map(str, dims))})"
        case typed.Variable(declared):
            return declared.name
        case typed.Sum(terms):
            return "(" + "".join("+-"[sign < 0] + outline(term) for sign, term in terms) + ")"
        case typed.Product(factors):
            return "[" + " ".join(f"{join}:{outline(factor)}" for join, factor in factors) + "]"
        case typed.Power(base, exponent, kind):
            return f"{outline(base)}^{kind}:{outline(exponent)}"
        case typed.Transpose(argument):
            return f"{outline(argument)}'"
        case typed.Apply(function, arguments):
            sizes = "".join(f" {letter}={dim}" for letter, dim in sorted(node.sizes.items()))
            return f"{function.name}<{sizes.strip()}>({','.join(map(outline, arguments))})"
        case typed.Broadcast(argument):
            return f"spread({outline(argument)}→{show_shape(node.shape)})"
    raise AssertionError(node)


TREES = [
    ("A x - 2", ["A: m×n"], "(+[scale:A matmul:x]-spread(2→m))"),
    ("2 A x / c", ["A: m×n"], "[scale:2 scale:A matmul:x divide:c]"),
    ("x' A x A", ["A: n×n"], "[scale:x' matmul:A matmul:x scale:A]"),
    (
        "2 v .* Y .* Z",
        ["v: n", "Y: n×k"],
        "[scale:spread([scale:2 scale:v]→n×k) hadamard:Y hadamard:Z]",
    ),
    ("Y .* v", ["v: n", "Y: n×k"], "[scale:Y hadamard:spread(v→n×k)]"),
    ("c ./ x", ["c: scalar"], "[scale:spread(c→n) over:x]"),
    ("c .* x", ["c: scalar"], "[scale:c scale:x]"),
    ("x ./ 2", [], "[scale:x divide:2]"),
    ("2 A ⊗ B", ["A: m×n", "B: p×q"], "kron<m=m n=n p=p q=q>([scale:2 scale:A],B)"),
    ("X^3", [], "X^matrix:3"),
    ("x^2", ["x: scalar"], "x^scalar:2"),
    ("x.^2", ["x: n"], "x^elementwise:2"),
    ("x^-1", ["x: n"], "x^elementwise:-1"),
    ("mean(X)", ["X: n×k"], "mean<k=k n=n>(X)"),
    ("mean(x)", ["x: n"], "mean<k=1 n=n>(x)"),
    ("sin(X)", ["X: n×k"], "sin<>(X)"),
    ("||x||", ["x: m"], "norm<n=m>(x)"),
    ("tr(A I)", ["A: k×k"], "tr<n=k>([scale:A matmul:eye(k)])"),
    ("1^T x", [], "[scale:ones(n,1)' matmul:x]"),
    ("ones(n)' x + ones(m,n)", [], "(+spread([scale:ones(n,1)' matmul:x]→m×n)+ones(m,n))"),
    ("e_i^T x", ["x: m"], "[scale:uniti(m)' matmul:x]"),
    ("n x", ["x: n"], "[scale:size n scale:x]"),
    ("n x", ["x: n", "n: scalar"], "[scale:n scale:x]"),
    ("r = A x; r' r", [], "[scale:[scale:A matmul:x]' matmul:[scale:A matmul:x]]"),
    ("det(c) inv(c) adj(c)", ["c: scalar"], "[scale:c scale:c^scalar:-1 scale:1]"),
    ("logdet(c) + ||c||", ["c: scalar"], "(+log<>(c)+abs<>(c))"),
    ("phi(x)", ["phi: R^m -> R"], "phi<m=m>(x)"),
    ("pi", [], "pi()"),
    ("vector(2) + x", ["x: n"], "(+spread(2→n)+x)"),
    ("-x", [], "(-x)"),
]


@pytest.mark.parametrize(("text", "lets", "tree"), TREES)
def test_typed_trees(text, lets, tree):
    assert outline(problem(text, *lets).expression) == tree


def test_definitions_are_shared():
    expression = problem("r = A x; r' r").expression
    first, second = (factor for _, factor in expression.factors)
    assert first.argument is second


def test_what_a_problem_knows():
    found = problem("A x", "A: m×n", "B: k×k symmetric", "phi: R^q -> R", wrt=("y",))
    assert list(found.variables) == ["A", "x", "y", "B"]
    assert found.variables["A"].origin == "--let 'A: m×n'"
    assert found.variables["x"].origin == "inferred"
    assert found.variables["B"].properties == frozenset({"symmetric"})
    assert sorted(found.functions) == ["gradphi", "hessphi", "phi"]
    assert {"m", "n", "k", "q"} <= found.sizes
    assert found.text == "A x"
    assert show_shape(found.variables["y"].shape) == "p"


def test_names_of_sizes_avoid_names_of_variables():
    assert shapes(problem("n^T A m")) == "n: k, A: k×p, m: p"
    many = problem(" + ".join(f"||A_{i} x_{i}||" for i in range(6)))
    names = {str(dim) for it in many.variables.values() for dim in it.shape}
    assert len(names) == 13
    assert not names & set(many.variables)


def test_a_variable_may_be_called_as_a_constant():
    found = problem("I + pi", "I: n×n", "pi: n×n")
    assert shapes(found) == "I: n×n, pi: n×n"
    assert list(problem("I x", wrt=("I",)).variables) == ["I", "x"]


def test_a_name_that_does_not_occur():
    found = problem("x' x", scalar=True, wrt=("Y",))
    assert shapes(found) == "x: k, Y: m×n"


SHOWN = [
    (
        "log det(A^T X A)",
        [
            (0, "log det(A^T X A)", "scalar"),
            (1, "det(A^T X A)", "scalar"),
            (2, "A^T X A", "k×k"),
            (3, "A^T", "k×n"),
            (4, "A", "n×k"),
            (3, "X", "n×n"),
            (3, "A", "n×k"),
        ],
    ),
    ("x + 1", [(0, "x + 1", "n"), (1, "x", "n"), (1, "1", "scalar")]),
    (
        "r = A x; ||r||^2",
        [
            (0, "||r||^2", "scalar"),
            (1, "||r||", "scalar"),
            (2, "A x", "m"),
            (3, "A", "m×n"),
            (3, "x", "n"),
            (1, "2", "scalar"),
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), SHOWN)
def test_subexpressions(text, expected):
    assert subexpressions(problem(text)) == expected


def test_dims():
    n, m = named("n"), named("m")
    assert n * m == m * n == Dim(1, ("m", "n"))
    assert str(Dim(2, ("n",))) == "2*n"
    assert repr(Dim(6)) == "Dim(6)"
    assert len({n * m, m * n}) == 1


def big(count):
    nested = "x"
    for place in range(count):
        nested = f"tanh(W_{place}*{nested})"
    return [
        "tr(" + "*".join(f"A_{i}" for i in range(count)) + ")",
        "tr(" + "*".join("X" for _ in range(count)) + ")",
        f"sum({nested})",
        "+".join(f"||A_{i} x - b_{i}||^2" for i in range(count)),
        "+".join(f"z_{i}^2" for i in range(count)),
        "(" * count + "x'*x" + ")" * count,
        "sum(X" + "'" * count + ")",
        "r_0 = x'*x; "
        + "; ".join(f"r_{i + 1} = r_{i} + r_{i}" for i in range(count))
        + f"; r_{count}",
    ]


@pytest.mark.parametrize("text", big(1000), ids=range(8))
def test_large_problems(text):
    found = problem(text, scalar=True)
    assert found.expression.shape == SCALAR
    assert len(postorder((found.expression,), typed.children)) >= 3


def test_many_names_of_unknown_kind():
    scalars = problem(" + ".join(f"y_{i} z_{i}" for i in range(25)), scalar=True)
    assert {it.shape for it in scalars.variables.values()} == {SCALAR}
    with pytest.raises(MdiffError) as caught:
        problem(" + ".join(f"A_{i} z_{i}" for i in range(25)), scalar=True)
    assert caught.value.diagnostic.code == "E203"


SMALL, CAPITALS = "abcdfghjklmnopqrstuvwxyz", "ABCDFGHJKLMNOPQRSUVWXYZ"


@pytest.mark.parametrize("scalar", [True, False])
@pytest.mark.parametrize(
    "text",
    [
        " ".join(SMALL),
        " ".join(CAPITALS),
        "+".join(SMALL + CAPITALS),
        "|".join(SMALL),
        "' ".join(CAPITALS),
        "^T ".join(SMALL),
        ".*".join(SMALL + CAPITALS),
        " ".join(f"|{name}|" for name in CAPITALS),
        "+".join(f"{one} {other}" for one, other in zip(CAPITALS, SMALL[:23], strict=True)),
        " ".join(f"({one}-{other})" for one, other in zip(CAPITALS, SMALL[:23], strict=True)),
        " ".join(f"{one}/{other}" for one, other in zip(CAPITALS, SMALL[:23], strict=True)),
        "; ".join(f"z_{i + 1} = |z_{i}| z_{i} {SMALL[i]}" for i in range(12)) + "; z_12",
        "; ".join(f"Z_{i + 1} = Z_{i} {CAPITALS[i]} + Z_{i}'" for i in range(12)) + "; Z_12",
    ],
    ids=range(13),
)
def test_the_search_for_kinds_is_bounded(text, scalar):
    start = process_time()
    with suppress(MdiffError):
        problem(text, scalar=scalar)
    assert process_time() - start < 3


def doubled(count, factors):
    """Definitions that each use the one before several times, as factors of `⊗`."""
    lines = [f"Z_{i + 1} = " + " ⊗ ".join([f"Z_{i}"] * factors) for i in range(count)]
    return "; ".join([*lines, f"sum(Z_{count})"])


@pytest.mark.parametrize(("count", "factors"), [(13, 2), (16, 2), (60, 2), (12, 4)])
def test_sizes_do_not_double_for_ever(count, factors):
    assert problem(doubled(12, 2), scalar=True).expression.shape == SCALAR
    with pytest.raises(MdiffError) as caught:
        problem(doubled(count, factors), scalar=True)
    assert caught.value.diagnostic.code == "E220"


def test_factors_that_two_sizes_share_are_taken_out_as_often_as_they_are_shared():
    assert without([1, 2, 1, 3, 1], [1, 3, 4]) == [2, 1, 1]
    assert without([1, 1], [1, 1, 1]) == without([], [2]) == []


def test_no_answer_depends_on_the_order_of_hashes():
    script = (
        "from mdiff.shapes import infer; from mdiff.syntax import parse\n"
        "for text in ('K(p,q) vec(A)', 'kron(A,B) + kron(C,D)', 'x y z + u v', 'eye(q) A eye(p)'):\n"
        "    print({n: str(v.shape) for n, v in infer(parse(text), []).variables.items()})"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(found) == 1
