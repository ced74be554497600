"""Every error of the room with its exact words: code and sentence, labels, notes, helps."""

import pytest

from mdiff.errors import MdiffError
from mdiff.shapes import infer
from mdiff.syntax import parse, parse_declaration


def failure(text, lets, *, scalar=False, wrt=()):
    """What is said about a text, as lines."""
    declarations = [parse_declaration(let) for let in lets]
    functions = {each.name for each in declarations if each.arguments is not None}
    names = {each.name for each in declarations if each.arguments is None} | set(wrt)
    program = parse(text, frozenset(names), frozenset(functions))
    with pytest.raises(MdiffError) as caught:
        infer(program, declarations, scalar=scalar, wrt=wrt)
    it = caught.value.diagnostic
    assert caught.value.status == 4
    return [
        f"{it.code}: {it.message}",
        *(f"  {it.text[each.span[0] : each.span[1]]} <- {each.message}" for each in it.labels),
        *(f"  note: {note}" for note in it.notes),
        *(f"  help: {each}" for each in it.helps),
    ]


FAILURES = [
    (
        "x",
        ["x: n", "x: m"],
        {},
        [
            "E111: `x` is declared twice",
            "  note: first by --let 'x: n', then by --let 'x: m'",
        ],
    ),
    (
        "S",
        ["S: n×n symmetric skew"],
        {},
        [
            "E112: `S` cannot be both skew and symmetric",
            "  note: declared by --let 'S: n×n symmetric skew'",
        ],
    ),
    (
        "r = 2; r",
        ["r: n"],
        {},
        [
            "E113: `r` is both declared and defined",
            "  r = 2 <- here",
        ],
    ),
    (
        "r = A x - b; ||r||^2",
        [],
        {"wrt": ["r"]},
        [
            "E115: `r` is defined by other names, so there is no derivative by it",
            "  r = A x - b <- defined here",
            "  note: `r` depends on A, x, b",
        ],
    ),
    (
        "r = A x; s = r' r; s",
        [],
        {"wrt": ["s"]},
        [
            "E115: `s` is defined by other names, so there is no derivative by it",
            "  s = r' r <- defined here",
            "  note: `s` depends on A, x",
        ],
    ),
    (
        "ones(n)' x",
        [],
        {"wrt": ["n"]},
        [
            "E116: `n` is a size: there is no derivative by it",
        ],
    ),
    (
        "det(X)",
        [],
        {"wrt": ["det"]},
        [
            "E116: `det` is a function: name a variable to differentiate by",
        ],
    ),
    (
        "phi(x)",
        ["phi: R^n -> R"],
        {"wrt": ["phi"]},
        [
            "E116: `phi` is a function: name a variable to differentiate by",
        ],
    ),
    (
        "log det(A^T X A)",
        ["A: n×k", "X: m×m"],
        {"scalar": True},
        [
            "E201: inner dimensions differ in the product `A^T X`",
            "  A^T <- A^T is k×n",
            "  X <- X is m×m",
            "  note: n comes from --let 'A: n×k', m from --let 'X: m×m'",
            "  help: declare X as n×n",
            "  help: declare A as m×k",
        ],
    ),
    (
        "||A x - b||^2",
        ["A: m×n", "x: m", "b: m"],
        {"scalar": True},
        [
            "E201: inner dimensions differ in the product `A x`",
            "  A <- A is m×n",
            "  x <- x is m (a column)",
            "  note: n comes from --let 'A: m×n', m from --let 'x: m'",
            "  help: declare x as n",
            "  help: declare A as m×m",
        ],
    ),
    (
        "(A+B) C x",
        ["A: m×n", "B: m×n", "C: k×k"],
        {},
        [
            "E201: inner dimensions differ in the product `(A+B) C`",
            "  (A+B) <- (A+B) is m×n",
            "  C <- C is k×k",
            "  note: n comes from --let 'A: m×n', k from --let 'C: k×k'",
            "  help: declare C as n×n",
            "  help: declare C as n×k",
        ],
    ),
    (
        "A B C D",
        ["A: m×n", "B: n×k", "C: m×k", "D: k×k"],
        {},
        [
            "E201: inner dimensions differ in the product `B C`",
            "  B <- B is n×k",
            "  C <- C is m×k",
            "  note: k comes from --let 'B: n×k', m from --let 'C: m×k'",
            "  help: declare C as k×k",
            "  help: declare B as n×m",
        ],
    ),
    (
        "2 x' A B",
        ["A: m×n", "B: m×k"],
        {},
        [
            "E201: inner dimensions differ in the product `A B`",
            "  A <- A is m×n",
            "  B <- B is m×k",
            "  note: n comes from --let 'A: m×n', m from --let 'B: m×k'",
            "  note: not declared: `x` is read as a vector",
            "  help: declare B as n×k",
            "  help: declare A as m×m",
        ],
    ),
    (
        "X A + Y A",
        ["X: n×n", "Y: m×m"],
        {},
        [
            "E201: inner dimensions differ in the product `Y A`",
            "  Y <- Y is m×m",
            "  A <- A is n×k",
            "  note: m comes from --let 'Y: m×m', n from --let 'X: n×n' by way of `X A`",
            "  note: not declared: `A` is read as a matrix",
            "  help: declare Y as n×n",
            "  help: write `A Y` for `Y A`",
        ],
    ),
    (
        "x y",
        ["x: n", "y: n"],
        {},
        [
            "E201: inner dimensions differ in the product `x y`",
            "  x <- x is n (a column)",
            "  y <- y is n (a column)",
            "  help: write `x y^T` for `x y`",
            "  help: write `x^T y` for `x y`",
        ],
    ),
    (
        "exp(A) B",
        ["A: m×n", "B: m×n"],
        {},
        [
            "E201: inner dimensions differ in the product `exp(A) B`",
            "  exp(A) <- exp(A) is m×n",
            "  B <- B is m×n",
            "  note: n comes from --let 'A: m×n', m from --let 'B: m×n'",
            "  help: declare B as n×n",
            "  help: write `exp(A) B^T` for `exp(A) B`",
        ],
    ),
    (
        "A + B",
        ["A: m×n", "B: n×m"],
        {},
        [
            "E202: unequal shapes in the sum `A + B`",
            "  A <- A is m×n",
            "  B <- B is n×m",
            "  note: m comes from --let 'A: m×n', n from --let 'B: n×m'",
            "  help: declare B as m×n",
            "  help: declare A as n×m",
        ],
    ),
    (
        "A B' + C",
        ["A: n×k", "B: m×k", "C: m×n"],
        {},
        [
            "E202: unequal shapes in the sum `A B' + C`",
            "  A B' <- A B' is n×m",
            "  C <- C is m×n",
            "  note: n comes from --let 'A: n×k', m from --let 'C: m×n'",
            "  help: declare C as n×m",
            "  help: write `C'` for `C`",
        ],
    ),
    (
        "x + A",
        ["A: m×n", "x: n"],
        {},
        [
            "E202: unequal shapes in the sum `x + A`",
            "  x <- x is n (a column)",
            "  A <- A is m×n",
            "  note: n comes from --let 'x: n', m from --let 'A: m×n'",
        ],
    ),
    (
        "x + y",
        ["x: 3", "y: 4"],
        {},
        [
            "E202: unequal shapes in the sum `x + y`",
            "  x <- x is 3 (a column)",
            "  y <- y is 4 (a column)",
            "  note: 3 comes from --let 'x: 3', 4 from --let 'y: 4'",
            "  help: declare y as 3",
            "  help: declare x as 4",
        ],
    ),
    (
        "A x",
        [],
        {"scalar": True},
        [
            "E203: a gradient is of a scalar, and this is none",
            "  A x <- this is m (a column)",
            "  note: not declared: `A` is read as a matrix, `x` as a vector",
            "  note: `mdiff d` gives the differential of a vector or a matrix",
            "  help: write `||A x||^2` for `A x`",
            "  help: write `sum(A x)` for `A x`",
        ],
    ),
    (
        "A^T A",
        [],
        {"scalar": True},
        [
            "E203: a gradient is of a scalar, and this is none",
            "  A^T A <- this is n×n",
            "  note: not declared: `A` is read as a matrix",
            "  note: `mdiff d` gives the differential of a vector or a matrix",
            "  help: write `tr(A^T A)` for `A^T A`",
            "  help: write `sum(A^T A)` for `A^T A`",
        ],
    ),
    (
        "A - B",
        ["A: m×n"],
        {"scalar": True},
        [
            "E203: a gradient is of a scalar, and this is none",
            "  A - B <- this is m×n",
            "  note: not declared: `B` is read as a matrix",
            "  note: `mdiff d` gives the differential of a vector or a matrix",
            "  help: write `||A - B||_F^2` for `A - B`",
            "  help: write `sum(A - B)` for `A - B`",
        ],
    ),
    (
        "||x||_1 + x",
        ["x: n"],
        {"scalar": True},
        [
            "E203: a gradient is of a scalar, and this is none",
            "  ||x||_1 + x <- this is n (a column)",
            "  note: `mdiff d` gives the differential of a vector or a matrix",
            "  help: write `norm2(||x||_1 + x)^2` for `||x||_1 + x`",
            "  help: write `sum(||x||_1 + x)` for `||x||_1 + x`",
        ],
    ),
    (
        "x .* y",
        ["x: n", "y: m"],
        {},
        [
            "E204: `.*` between unequal shapes in `x .* y`",
            "  x <- x is n (a column)",
            "  y <- y is m (a column)",
            "  note: n comes from --let 'x: n', m from --let 'y: m'",
            "  help: declare y as n",
        ],
    ),
    (
        "A .* B",
        ["A: m×n", "B: n×m"],
        {},
        [
            "E204: `.*` between unequal shapes in `A .* B`",
            "  A <- A is m×n",
            "  B <- B is n×m",
            "  note: m comes from --let 'A: m×n', n from --let 'B: n×m'",
            "  help: declare B as m×n",
            "  help: write `A .* B^T` for `A .* B`",
        ],
    ),
    (
        "x' ./ Y",
        ["x: k", "Y: n×k"],
        {},
        [
            "E204: `./` between unequal shapes in `x' ./ Y`",
            "  x' <- x' is 1×k (a row)",
            "  Y <- Y is n×k",
        ],
    ),
    (
        "x / y",
        ["x: n", "y: n"],
        {},
        [
            "E205: division by `y`, which is no scalar",
            "  y <- y is n (a column)",
            "  help: write `x ./ y` for `x / y`",
            "  help: write `x / ||y||` for `x / y`",
        ],
    ),
    (
        "a / A",
        ["A: n×n"],
        {},
        [
            "E205: division by `A`, which is no scalar",
            "  A <- A is n×n",
            "  help: write `a * inv(A)` for `a / A`",
            "  help: write `a ./ A` for `a / A`",
        ],
    ),
    (
        "a / x' * x",
        ["x: n"],
        {"scalar": True},
        [
            "E205: division by `x'`, which is no scalar",
            "  x' <- x' is 1×n (a row)",
            "  help: write `(x' * x)` for `x' * x`",
            "  help: write `a ./ x'` for `a / x'`",
        ],
    ),
    (
        "x^2",
        ["x: n"],
        {},
        [
            "E206: `x^2` is a power of a vector",
            "  x <- x is n (a column)",
            "  help: write `x.^2` for `x^2`",
            "  help: write `||x||^2` for `x^2`",
        ],
    ),
    (
        "x^2",
        ["x: n"],
        {"scalar": True},
        [
            "E206: `x^2` is a power of a vector",
            "  x <- x is n (a column)",
            "  help: write `||x||^2` for `x^2`",
        ],
    ),
    (
        "A^2",
        ["A: m×n"],
        {},
        [
            "E206: `A^2` is a power of a matrix that is not square",
            "  A <- A is m×n",
            "  note: m and n come from --let 'A: m×n'",
            "  help: write `A.^2` for `A^2`",
            "  help: write `||A||_F^2` for `A^2`",
        ],
    ),
    (
        "x' A x + x^2",
        [],
        {"scalar": True},
        [
            "E206: `x^2` is a power of a vector",
            "  x <- x is n (a column)",
            "  note: not declared: `x` is read as a vector",
            "  help: write `||x||^2` for `x^2`",
        ],
    ),
    (
        "2^x",
        ["x: n"],
        {},
        [
            "E207: the exponent `x` is no scalar",
            "  x <- x is n (a column)",
        ],
    ),
    (
        "tr(A)",
        ["A: m×n"],
        {},
        [
            "E208: `tr` takes a square matrix",
            "  A <- A is m×n",
            "  note: m and n come from --let 'A: m×n'",
            "  help: declare A as m×m",
        ],
    ),
    (
        "det(A B)",
        ["A: m×n", "B: n×k"],
        {},
        [
            "E208: `det` takes a square matrix",
            "  A B <- A B is m×k",
            "  note: m comes from --let 'A: m×n', k from --let 'B: n×k'",
        ],
    ),
    (
        "tr(x)",
        ["x: n"],
        {},
        [
            "E208: `tr` takes a square matrix",
            "  x <- x is n (a column)",
        ],
    ),
    (
        "inner(A, B)",
        ["A: m×n", "B: n×m"],
        {},
        [
            "E208: `inner` takes `(X: n×k, Y: n×k)`, and these differ",
            "  A <- A is m×n",
            "  B <- B is n×m",
            "  note: m comes from --let 'A: m×n', n from --let 'B: n×m'",
            "  help: write `A^T` for `A`",
            "  help: write `B^T` for `B`",
        ],
    ),
    (
        "diag(x')",
        ["x: n"],
        {},
        [
            "E208: `diag` takes `(x: n)` or `(X: n×n)`",
            "  x' <- x' is 1×n (a row)",
            "  help: write `x` for `x'`",
        ],
    ),
    (
        "phi(W x)",
        ["phi: R^m -> R", "W: n×n"],
        {},
        [
            "E208: `phi` takes `(u: m)`",
            "  W x <- W x is n (a column)",
            "  note: m comes from --let 'phi: R^m -> R', n from --let 'W: n×n'",
            "  note: not declared: `x` is read as a vector",
        ],
    ),
    (
        "phi(c)",
        ["phi: R^m -> R", "c: scalar"],
        {},
        [
            "E208: `phi` takes `(u: m)`",
            "  c <- c is a scalar",
        ],
    ),
    (
        "vector(x)",
        ["x: n"],
        {},
        [
            "E208: `vector` takes a number",
            "  x <- x is n (a column)",
        ],
    ),
    (
        "||A||",
        [],
        {},
        [
            "E209: `||A||` of a matrix leaves open which norm",
            "  A <- A is m×n",
            "  note: not declared: `A` is read as a matrix",
            "  help: write `||A||_F` for `||A||`",
            "  help: write `||A||_2` for `||A||`",
        ],
    ),
    (
        "norm(A - B)",
        ["A: n×k"],
        {},
        [
            "E209: `norm(A - B)` of a matrix leaves open which norm",
            "  A - B <- A - B is n×k",
            "  note: not declared: `B` is read as a matrix",
            "  help: write `normF(A - B)` for `norm(A - B)`",
            "  help: write `||A - B||_2` for `norm(A - B)`",
        ],
    ),
    (
        "kron(A)",
        [],
        {},
        [
            "E210: `kron` takes `(X: m×n, Y: p×q)`, not 1 argument",
            "  kron(A) <- 1 argument",
        ],
    ),
    (
        "tr(A, B)",
        [],
        {},
        [
            "E210: `tr` takes `(X: n×n)`, not 2 arguments",
            "  tr(A, B) <- 2 arguments",
        ],
    ),
    (
        "eye(m, n)",
        [],
        {},
        [
            "E210: `eye` takes 1 argument, not 2",
            "  eye(m, n) <- here",
        ],
    ),
    (
        "tr(I)",
        [],
        {},
        [
            "E211: nothing says how large `I` is",
            "  I <- size unknown",
            "  help: write the size: `I_n` or `eye(n)`",
        ],
    ),
    (
        "e_i",
        [],
        {},
        [
            "E211: nothing says how large `e_i` is",
            "  e_i <- size unknown",
            "  help: declare a variable that it is multiplied with",
        ],
    ),
    (
        "vector(1)",
        [],
        {},
        [
            "E211: nothing says how large `vector(1)` is",
            "  vector(1) <- size unknown",
            "  help: write the size: `ones(n)`",
        ],
    ),
    (
        "sum(x) + matrix(2)",
        [],
        {},
        [
            "E211: nothing says how large `matrix(2)` is",
            "  matrix(2) <- size unknown",
            "  help: write the sizes: `ones(m,n)`",
        ],
    ),
    (
        "S",
        ["S: n×k symmetric"],
        {},
        [
            "E212: `S` cannot be symmetric: only a square matrix is",
            "  note: declared by --let 'S: n×k symmetric'",
        ],
    ),
    (
        "x",
        ["x: R^n spd"],
        {},
        [
            "E212: `x` cannot be spd: only a square matrix is",
            "  note: declared by --let 'x: R^n spd'",
        ],
    ),
    (
        "X",
        ["X: n×n simplex"],
        {},
        [
            "E212: `X` cannot be simplex: only a vector is",
            "  note: declared by --let 'X: n×n simplex'",
        ],
    ),
    (
        "x",
        ["x: n orthogonal"],
        {},
        [
            "E212: `x` cannot be orthogonal: only a matrix is",
            "  note: declared by --let 'x: n orthogonal'",
        ],
    ),
    (
        "ones(x .* y)",
        [],
        {},
        [
            "E213: a size is a name, a positive whole number, or a product of those",
            "  x .* y <- here",
        ],
    ),
    (
        "eye(0)",
        [],
        {},
        [
            "E213: a size is a name, a positive whole number, or a product of those",
            "  0 <- here",
        ],
    ),
    (
        "ones(n)",
        ["n: k"],
        {},
        [
            "E213: a size is a name, a positive whole number, or a product of those",
            "  n <- here",
        ],
    ),
    (
        "kron(A,B) + I_6",
        [],
        {},
        [
            "E214: the sizes `k*m` and `6` have to be equal, and nothing says how",
            "  kron(A,B) + I_6 <- here they have to be equal",
            "  note: 6 comes from `I_6`",
            "  note: not declared: `A` is read as a matrix, `B` as a matrix",
        ],
    ),
    (
        "vec(A) + x",
        ["x: n"],
        {},
        [
            "E214: the sizes `m*n` and `n` have to be equal, and nothing says how",
            "  vec(A) + x <- here they have to be equal",
            "  note: n comes from --let 'x: n'",
            "  note: not declared: `A` is read as a matrix",
        ],
    ),
]


@pytest.mark.parametrize(("text", "lets", "options", "lines"), FAILURES)
def test_failure(text, lets, options, lines):
    assert failure(text, lets, **options) == lines


def test_every_code_is_provoked():
    codes = {lines[0][:4] for _, _, _, lines in FAILURES}
    expected = {f"E2{number:02}" for number in range(1, 15)}
    assert codes == expected | {"E111", "E112", "E113", "E115", "E116"}


def test_long_operands_are_cut():
    lines = failure(" + ".join(["A X"] * 40) + " + B", ["A: n×n", "X: n×n", "B: m×m"])
    assert lines[0].startswith("E202: unequal shapes in the sum `A X + A X + ")
    assert lines[0].endswith(" + A X + A X + B`")
    assert "…" in lines[0]
    assert len(lines[0]) < 100


def test_helps_of_a_chain_of_definitions():
    lines = failure("r = A x; s = B r; s", ["A: m×n", "B: m×n"])
    assert lines[0] == "E201: inner dimensions differ in the product `B r`"
    assert lines[-2:] == ["  help: declare B as m×m", "  help: write `B^T r` for `B r`"]
