"""What each spelling of the language reads as, and what is said about it."""

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from dump import dump

from mdiff.errors import MdiffError
from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Product, Sum, Transpose, children
from mdiff.walk import postorder

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

ROWS = [
    # product
    ("A X", "(A * X)"),
    ("A*X", "(A * X)"),
    ("A @ X", "(A @ X)"),
    ("A·X⋅Y∗Z", "(A · X · Y * Z)"),
    ("2 x", "(2 * x)"),
    ("2x", "(2 * x)"),
    ("A X/n Y", "(A * X / n * Y)"),
    ("1/2 x^T A x", "(1 / 2 * (' x) * A * x)"),
    ("a/(2 b) c", "(a / (2 * b) * c)"),
    ("x^T A x / x^T x", "((' x) * A * x / ((' x) * x))"),
    ("a / x' A x + 1", "(sum +(a / ((' x) * A * x)) +1)"),
    ("a / (x) ^T x", "(a / ((' x) * x))"),
    ("a / (x^T) x", "(a / (' x) * x)"),
    ("a / x^T * x", "(a / (' x) * x)"),
    ("a ./ x' y", "(a ./ (' x) * y)"),
    ("a*-x*b", "(a * (sum -x) * b)"),
    ("a/-2", "(a / (sum -2))"),
    # sums
    ("-a*b", "(sum -(a * b))"),
    ("- x", "(sum -x)"),
    ("+x", "x"),
    ("--x", "x"),
    ("a - -b + -c", "(sum +a +b -c)"),
    ("a−b–c", "(sum +a -b -c)"),
    ("-(a - b)", "(sum -(sum +a -b))"),
    # transpose
    ("A^T", "(' A)"),
    ("A'", "(' A)"),
    ("A.'", "(' A)"),
    ("A.T B", "((' A) * B)"),
    ("Aᵀ", "(' A)"),
    ("A^{T}", "(' A)"),
    ("A^⊤", "(' A)"),
    ("A′", "(' A)"),
    ("transpose(A)", "(' A)"),
    ("A''", "(' (' A))"),
    ("x^TAx", "((' x) * A * x)"),
    ("x^Theta", "(^ x Theta)"),
    ("x'Ax", "((' x) * A * x)"),
    # inverse, powers
    ("A^-1", "(^ A -1)"),
    ("A^{-1}", "(^ A -1)"),
    ("A^(-1)", "(^ A -1)"),
    ("A⁻¹", "(^ A -1)"),
    ("inv(A)", "(inv A)"),
    ("A^-T", "(' (^ A -1))"),
    ("A^{-T}", "(' (^ A -1))"),
    ("A⁻ᵀ", "(' (^ A -1))"),
    ("A⁻¹ᵀ", "(' (^ A -1))"),
    ("A^2", "(^ A 2)"),
    ("A²", "(^ A 2)"),
    ("A**2", "(^ A 2)"),
    ("X¹²", "(^ X 12)"),
    ("A^k", "(^ A k)"),
    ("Aᵏ", "(^ A k)"),
    ("A^-k", "(^ A (sum -k))"),
    ("A⁻ᵏ", "(^ A (sum -k))"),
    ("A^(1/2)", "(^ A 1/2)"),
    ("A^{-1/2}", "(^ A -1/2)"),
    ("A^-(1/2)", "(^ A -1/2)"),
    ("A^½", "(^ A 1/2)"),
    ("A^(k-1)", "(^ A (sum +k -1))"),
    ("X'^2", "(^ (' X) 2)"),
    ("(X^2)'", "(' (^ X 2))"),
    ("X^2'", "(' (^ X 2))"),
    ("-x^2", "(sum -(^ x 2))"),
    ("x^2y", "((^ x 2) * y)"),
    ("A^2^3", "(^ (^ A 2) 3)"),
    # by elements
    ("A.*B*x", "(A .* B * x)"),
    ("A ⊙ B ∘ C", "(A .* B .* C)"),
    ("A./B ⊘ C", "(A ./ B ./ C)"),
    ("v.^2", "(.^ v 2)"),
    ("v.^(-3/2)", "(.^ v -3/2)"),
    ("v.^-1'", "(' (.^ v -1))"),
    ("2.*x", "(2 .* x)"),
    ("-y.*(X*w)", "(sum -(y .* (X * w)))"),
    # Kronecker
    ("kron(A,B)", "(kron A B)"),
    ("A ⊗ B", "(kron A B)"),
    ("A B ⊗ C D + E", "(sum +(kron (A * B) (C * D)) +E)"),
    ("A ⊗ -B", "(kron A (sum -B))"),
    ("A ⊗ B ⊗ C", "(kron (kron A B) C)"),
    # inner product
    ("<A, B>", "(inner A B)"),
    ("⟨A, B - C⟩", "(inner A (sum +B -C))"),
    ("inner(A,B)", "(inner A B)"),
    ("dot(a,b)", "(inner a b)"),
    # norms, absolute value
    ("||x||", "(norm x)"),
    ("‖A x − b‖", "(norm (sum +(A * x) -b))"),
    ("||A||_F^2", "(^ (normF A) 2)"),
    ("‖A‖_{F}", "(normF A)"),
    ("||x||_1", "(norm1 x)"),
    ("‖x‖₁", "(norm1 x)"),
    ("||A||_2", "(norm2 A)"),
    ("||x||_p^2", "(^ (normp x p) 2)"),
    ("||x||_3", "(normp x 3)"),
    ("‖x‖_{3/2}", "(normp x 3/2)"),
    ("||x||_inf", "(norminf x)"),
    ("||x||_oo", "(norminf x)"),
    ("‖x‖_∞", "(norminf x)"),
    (r"||x||_\infty", "(norminf x)"),
    (r"||x||_{\infty}", "(norminf x)"),
    ("||X||_{2,1}", "(norm21 X)"),
    ("||X||_{2, 1}", "(norm21 X)"),
    ("||X||_*", "(nuclear X)"),
    # softmax: of what
    ("softmax(X)", "(softmax X)"),
    ("softmax(X, rows)", "(softmaxr X)"),
    ("softmax(A X, cols) B", "((softmaxc (A * X)) * B)"),
    ("softmax(X, all)", "(softmaxall X)"),
    ("log_softmax(X, cols)", "(log_softmaxc X)"),
    ("logsoftmax(X, all)", "(log_softmaxall X)"),
    # capitals of a function's name do not count before a bracket
    ("Trace(A X)", "(tr (A * X))"),
    ("Log(Det(X))", "(log (det X))"),
    ("ReLU(x)", "(relu x)"),
    ("LogSumExp(x)", "(logsumexp x)"),
    ("NormF(X)", "(normF X)"),
    ("λ_max(S)", "(eigmax S)"),
    ("lambda_max S", "(lambda_max * S)"),
    ("||A||_*", "(nuclear A)"),
    ("1/2||x||^2", "(1 / 2 * (^ (norm x) 2))"),
    ("norm(x)", "(norm x)"),
    ("norm2(x)", "(norm2 x)"),
    ("normF(A)", "(normF A)"),
    ("norm1(x)", "(norm1 x)"),
    ("|c|", "(bars c)"),
    ("abs(c)", "(abs c)"),
    ("|x||y|", "((bars x) * (bars y))"),
    ("|(a |b|)|", "(bars (a * (bars b)))"),
    ("|b - |c||^2", "(^ (bars (sum +b -(bars c))) 2)"),
    ("a |b - |c||", "(a * (bars (sum +b -(bars c))))"),
    ("log|det A|", "(log (bars (det A)))"),
    ("log ||x|| y", "((log (norm x)) * y)"),
    # determinant, trace, sums
    ("det A", "(det A)"),
    ("tr A", "(tr A)"),
    ("trace(A)", "(tr A)"),
    ("sum(x) mean(x)", "((sum x) * (mean x))"),
    ("diag(x) vec(A)", "((diag x) * (vec A))"),
    ("tr(A) B", "((tr A) * B)"),
    ("tr A B + C", "(sum +(tr (A * B)) +C)"),
    ("tr A B / c", "((tr (A * B)) / c)"),
    ("log det A^T X A", "(log (det ((' A) * X * A)))"),
    ("A log det B C", "(A * (log (det (B * C))))"),
    ("exp -x^T x", "(exp (sum -((' x) * x)))"),
    ("log(x)^2", "(^ (log x) 2)"),
    ("sin^2(x) y", "((^ (sin x) 2) * y)"),
    ("sin² x y", "(^ (sin (x * y)) 2)"),
    ("inv(A)'", "(' (inv A))"),
    ("√(x)", "(sqrt x)"),
    ("√2 x", "((sqrt 2) * x)"),
    ("ln x", "(log x)"),
    # constants
    ("I", "I"),
    ("I_n", "(eye n)"),
    ("Iₙ", "(eye n)"),
    ("I_3", "(eye 3)"),
    ("I_{mn}", "(eye (m * n))"),
    ("eye(m*n)", "(eye (m * n))"),
    ("1_n^T x", "((' (ones n)) * x)"),
    ("1ₙ", "(ones n)"),
    ("1_{n}", "(ones n)"),
    ("ones(n)", "(ones n)"),
    ("ones(m,n)", "(ones m n)"),
    ("0_n", "(zeros n)"),
    ("zeros(m,n)", "(zeros m n)"),
    ("0", "0"),
    ("e_i", "(unit i)"),
    ("e_2", "(unit 2)"),
    ("pi + π", "(sum +pi +pi)"),
    ("K(m,n)*vec(A)", "((K m n) * (vec A))"),
    ("K (x)", "(K * x)"),
    ("vector(1)", "(vector 1)"),
    ("matrix(1)", "(matrix 1)"),
    ("1i*eye(n)", "((imaginary) * (eye n))"),
    # numbers
    ("½", "1/2"),
    ("0.5", "1/2"),
    (".5x", "(1/2 * x)"),
    ("1e-3", "1/1000"),
    ("2.5e2", "250"),
    ("2e_1", "(2 * (unit 1))"),
    # names
    ("Ax - b", "(sum +(A * x) -b)"),
    ("AXB", "(A * X * B)"),
    ("x1 W_2 x_i x_{10} x₁₀", "(x1 * W_2 * x_i * x_10 * x_10)"),
    ("Σ μ λ₁", "(Sigma * mu * lambda_1)"),
    ("Sigma^-1 (x - mu)", "((^ Sigma -1) * (sum +x -mu))"),
    ("αx", "(alpha * x)"),
    ("σ(x)", "(sigmoid x)"),
    ("sigma(x)", "(sigmoid x)"),
    ("sigma (x)", "(sigma * x)"),
    ("σ^2", "(^ sigma 2)"),
    # what the unicode renderer prints
    ("A (AᵀXA)⁻ᵀ Aᵀ", "(A * (' (^ ((' A) * X * A) -1)) * (' A))"),
    ("2 Aᵀ (A x − b)", "(2 * (' A) * (sum +(A * x) -b))"),
    (
        "−Xᵀ (y ⊙ σ(−y ⊙ X w))",
        "(sum -((' X) * (y .* (sigmoid (sum -(y .* X * w))))))",
    ),
    ("xᵀA x", "((' x) * A * x)"),
    ("(X²)ᵀ", "(' (^ X 2))"),
    ("X⁻³", "(^ X -3)"),
    ("v^(−1/2)", "(^ v -1/2)"),
    # blanks
    (" x\u00a0+\u2009y\t", "(sum +x +y)"),
    ("(a\n+ b)", "(sum +a +b)"),
    ("a +\n b", "(sum +a +b)"),
    ("a\n+ b", "(sum +a +b)"),
    ("x;\n", "x"),
    # brackets leave no doubt how far a function reaches
    ("(log det A)/(det B)", "((log (det A)) / (det B))"),
    ("(tr A)/det B", "((tr A) / (det B))"),
    ("(e^-x)^2", "(^ (euler (sum -x)) 2)"),
    ("(exp -x)/2", "((exp (sum -x)) / 2)"),
    ("(e^-x) y", "((euler (sum -x)) * y)"),
]


@pytest.mark.parametrize(("text", "tree"), ROWS, ids=[row[0] for row in ROWS])
def test_reads(text, tree):
    assert dump(parse(text).expression) == tree


DECLARED = [
    ("dX A", {"dX", "A"}, set(), "(dX * A)"),
    ("dΣ", {"dSigma"}, set(), "dSigma"),
    ("loss + AXBC", {"loss", "A", "AXBC"}, set(), "(sum +loss +AXBC)"),
    ("sum(x)", {"sum"}, set(), "(sum * x)"),
    ("K(m n)", {"K"}, set(), "(K * (m * n))"),
    ("K(m,n) K", {"K"}, set(), "((K m n) * K)"),
    ("sigma(x)", {"sigma"}, set(), "(sigma * x)"),
    ("∇φ(W x + b) xᵀ", set(), {"phi", "gradphi"}, "((gradphi (sum +(W * x) +b)) * (' x))"),
    ("φ(u)", set(), {"phi", "gradphi"}, "(phi u)"),
    ("gradphi(u)", set(), {"phi", "gradphi"}, "(gradphi u)"),
    ("log(u)", set(), {"log"}, "(log u)"),
    ("I_n", {"I"}, set(), "I_n"),
    ("e_i", {"e"}, set(), "e_i"),
    ("rea", {"r", "e", "a"}, set(), "(r * e * a)"),
    ("ax(b)", {"a", "x"}, set(), "(a * x * b)"),
]


@pytest.mark.parametrize(("text", "names", "functions", "tree"), DECLARED)
def test_declared_names_win(text, names, functions, tree):
    assert dump(parse(text, frozenset(names), frozenset(functions)).expression) == tree


def test_definitions():
    program = parse("r = A x - b; s = r'r\n1/2 s")
    told = [(d.name, dump(d.expression), d.span) for d in program.definitions]
    assert told == [
        ("r", "(sum +(A * x) -b)", (0, 11)),
        ("s", "((' r) * r)", (13, 20)),
    ]
    assert dump(program.expression) == "(1 / 2 * s)"
    assert program.text == "r = A x - b; s = r'r\n1/2 s"


def test_a_definition_goes_on_over_lines():
    program = parse("\nloss = A x\n  .* b\n\n;loss'loss\n")
    assert dump(program.definitions[0].expression) == "(A * x .* b)"
    assert dump(program.expression) == "((' loss) * loss)"


READINGS = [
    ("x^T A x", ()),
    ("log det(A^T X A)", ()),
    ("Ax - Ax", ("`Ax` as `A x`",)),
    ("αx", ("`αx` as `alpha x`",)),
    ("tr A B", ("`tr A B` as `tr(A B)`",)),
    ("tr A", ()),
    ("tr (A) B", ("`tr (A)` of its bracket alone",)),
    ("tr (A) + B", ()),
    ("sin^2(x) y", ()),
    ("a / x^T x", ("`/` by the whole of `x^T x`",)),
    ("A^B^C", ("`A^B^C` from the left, `A^B` to a power",)),
    ("A B ⊗ C", ("`⊗` of the whole product `A B`",)),
    ("2 B ⊗ C", ()),
    ("x^Ty", ()),
    ("phi(x)", ()),  # what it is told as waits for its shapes
    ("sum = x; sum", ()),
]


@pytest.mark.parametrize(("text", "readings"), READINGS)
def test_what_may_surprise_is_told(text, readings):
    assert parse(text).readings == readings


def test_spans_hold_the_brackets():
    text = "(A + B)' tr (x y)"
    tree = parse(text).expression
    assert isinstance(tree, Product)
    (_, transposed), (_, trace) = tree.factors
    assert isinstance(transposed, Transpose)
    assert isinstance(trace, Apply)
    spans = [tree.span, transposed.span, transposed.argument.span, trace.span, trace.head]
    assert [text[a:b] for a, b in spans] == [text, "(A + B)'", "(A + B)", "tr (x y)", "tr"]


def test_spans_of_signs_and_split_names():
    text = "c - Ax"
    tree = parse(text).expression
    assert isinstance(tree, Sum)
    product = tree.terms[1][1]
    assert product.span == (4, 6)
    assert [part.span for part in children(product)] == [(4, 5), (5, 6)]
    assert parse(" - x").expression.span == (1, 4)


def test_every_node_lies_inside_its_parent():
    text = "r = -A'x; log det(r' ‖x‖_F^-2 e_i^T √(a b)⁻ᵀ) + 1_n^T exp -x y ⊗ -<a, |b|>"
    program = parse(text)
    for node in postorder([program.expression, program.definitions[0].expression], children):
        for child in children(node):
            assert node.span[0] <= child.span[0] < child.span[1] <= node.span[1] <= len(text)


LARGE = [
    ("(" * 10_000 + "x" + ")" * 10_000, 1),
    ("+".join(["a*x"] * 60_000), 180_001),
    ("x " * 100_000, 100_001),
    ("tanh(" * 1_000 + "x" + ")" * 1_000, 1_001),
    ("tr A " * 30_000 + "x", 90_001),
    ("-" * 100_000 + "x", 1),
    ("x" + "'" * 100_000, 100_001),
    ("√" * 100_000 + "x", 100_001),
    (";".join(f"a{i} = x" for i in range(10_000)) + ";x", 1),
]


@pytest.mark.parametrize(("text", "nodes"), LARGE, ids=[row[0][:8] for row in LARGE])
def test_depth_and_length_cost_no_recursion(text, nodes):
    order = postorder([parse(text).expression], children)
    assert len(order) == nodes


def corpus_cases():
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            variables = case["vars"]
            functions = {name for name in variables if variables[name].get("function")}
            sizes = {
                size
                for one in variables.values()
                for size in (*one.get("shape", ()), *one.get("argument", ()))
            }
            names = set(variables) - functions
            names |= sizes | {f"d{name}" for name in names}
            functions |= {f"grad{name}" for name in functions}
            yield case, frozenset(names), frozenset(functions)


def nested(opening, closing, count=5_000):
    return opening * count + "x" + closing * count


LONG = {
    "calls": nested("f(", ")"),
    "unknown calls": nested("A(", ")"),
    "entries": nested("A(1, ", ")"),
    "sines": nested("sin(", ")"),
    "axes": nested("sum(", ", axis=0)"),
    "indices": nested("norm(", ", 2)"),
    "Kronecker products": nested("kron(x, ", ")"),
    "commutations": nested("K(K, ", ")"),
    "duplications": nested("D(", ")"),
    "second derivatives": nested("D²f(", ")[dx]", 2_500),
    "open second derivatives": "D²f(" * 5_000,
    "sides": nested("<", "|x|x>"),
    "inner products": "<x|x>" * 5_000,
    "sums": "Σ x_i " * 5_000,
    "nested quotients in an exponent": "x^(" + nested("1/(", ")") + ")",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_no_spelling_costs_a_square_of_the_length(text):
    functions = frozenset({"f", "gradf", "hessf"})
    began = time.process_time()
    with suppress(MdiffError):
        parse(text, frozenset({"A", "x"}), functions)
    assert time.process_time() - began < 1.5


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this checkout")
def test_the_corpus_is_read():
    unread, surprising = [], []
    for case, names, functions in corpus_cases():
        for text in filter(None, (case["expr"], case["answer"])):
            try:
                program = parse(text, names, functions)
            except MdiffError as error:
                unread.append((case["id"], text, str(error)))
            else:
                surprising += [(case["id"], reading) for reading in program.readings]
    assert unread == []
    assert surprising == []
