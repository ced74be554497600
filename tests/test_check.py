"""Verdicts on claims: correct, wrong and where, or neither; every claim in several notations."""

import random
import subprocess
import sys

import pytest

from mdiff.errors import MdiffError
from mdiff.question import Question
from mdiff.verdicts import check, check_each
from mdiff.verdicts.lines import read_lines

SQUARE = ("X: n×n",)
SYMMETRIC = ("X: n×n symmetric",)


CORRECT = [
    ("log det(A^T X A)", "A (A^T X A)^-T A^T", "X", ()),
    ("log det(A^T X A)", "A*inv(A'*X*A)'*A'", "X", ()),
    ("||A x - b||^2", "2 A^T A x - 2 A^T b", "x", ()),
    ("||A x - b||^2", "2 Aᵀ(Ax − b)", "x", ()),
    ("tr(A X)", "transpose(A)", "X", ()),
    ("x^T A x", "A x + A' x", "x", ()),
    ("x^T A x", "B = A + A^T; B x", "x", ()),
    ("r = A x - b; r^T r", "2 A^T r", "x", ()),
    ("r = A x - b; r^T r", "r = b - A x; -2 A^T r", "x", ()),
    ("mean((A x - b).^2)", "2/m A^T (A x - b)", "x", ("A: m×n", "b: m")),
    ("exp(c)", "exp(c)", "c", ()),
    ("sum(sigmoid(x))", "sigmoid(x) .* (1 - sigmoid(x))", "x", ("x: n",)),
    ("log det X", "X^-1", "X", SYMMETRIC),
    ("b^T b", "0", "x", ("x: n",)),
    ("tr(X^k)", "k (X^T)^(k-1)", "X", (*SQUARE, "k: scalar")),
    ("phi(A x)", "A^T gradphi(A x)", "x", ("phi: R^m -> R",)),
    ("A X B", "A dX B", "X", ()),
    ("X^-1", "-X^-1 dX X^-1", "X", ()),
    ("||x||", "x^T dx / ||x||", "x", ()),
    ("cos(c)", "-sin c dc", "c", ()),
    ("tr(X^T X)", "2 tr(X^T d X)", "X", ()),
    ("1/2 ||A x - b||^2", "(A x - b)^T d(A x - b)", "x", ()),
    ("r = A x - b; 1/2 r^T r", "d f = r^T dr = r^T A dx", None, ()),
    ("1/2 ||A x - b||^2", "∇f = A^T (A x - b) = A^T A x - A^T b", "x", ()),
    ("1/2 ||A x - b||^2", "g = A^T (A x - b)", "x", ()),
    ("x^T A y", "∂f/∂x = A y", "x", ()),
]


@pytest.mark.parametrize(("expr", "claim", "wrt", "let"), CORRECT)
def test_what_is_right_is_correct(expr, claim, wrt, let):
    verdict = check(expr, claim, wrt, let)
    assert (verdict.sentence, verdict.exit_status) == ("correct", 0)
    assert verdict.proof.ok
    assert verdict.diagnostic() is None


@pytest.mark.parametrize(
    ("expr", "claim", "status"),
    [
        ("e_1'*A*e_2", "e_1*e_2'", "correct"),
        ("e_1'*A*e_2", "e_2*e_1'", "wrong"),
        ("tr(A)", "I", "correct"),
        ("tr(A)", "2*I", "wrong"),
    ],
)
def test_the_shape_of_a_claim_says_how_large_its_constants_are(expr, claim, status):
    assert check(expr, claim, "A", ("A: n×n",)).status == status


def test_an_exact_proof_loads_no_numpy():
    loaded = "import sys; from mdiff.verdicts import check; check('x^T A x', 'A x', 'x');"
    done = subprocess.run(
        [sys.executable, "-c", f"{loaded} print('numpy' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"


REPAIRED = [
    # expression, claim, by what, declarations, slips, what it should have been
    ("||A x - b||^2", "-2 A^T (A x - b)", "x", (), "sign", "2 A^T (A x - b)"),
    ("||A x - b||^2", "2 A^T A x + 2 A^T b", "x", (), "sign", "2 A^T A x - 2 A^T b"),
    ("||A x - b||^2", "2 A^T (A x + b)", "x", (), "sign", "2 A^T (A x - b)"),
    ("||A x - b||^2", "A^T (A x - b)", "x", (), "factor", "2 A^T (A x - b)"),
    ("||A x - b||^2", "4 A^T (A x - b)", "x", (), "factor", "2 A^T (A x - b)"),
    ("1/2 ||x||^2", "x/2", "x", (), "factor", "x"),
    ("mean(x.^2)", "2 x", "x", ("x: n",), "factor", "2/n x"),
    ("sum(x.^2)", "2/n x", "x", ("x: n",), "factor", "2 x"),
    ("||A x||^2 + c ||x||^2", "2 A^T A x + c x", "x", (), "factor", "2 A^T A x + 2 c x"),
    ("||x||", "x", "x", ("x: n",), "factor", "x/||x||"),
    ("log det X", "X^-1", "X", SQUARE, "transpose", "(X^T)^-1"),
    ("||A x - b||^2", "2 A (A x - b)", "x", (), "transpose", "2 A^T (A x - b)"),
    ("||A x - b||^2", "2 (A x - b)^T A", "x", (), "transpose", "(2 (A x - b)^T A)^T"),
    ("tr(A X B)", "A^T B", "X", (), "transpose", "A^T B^T"),
    ("a^T X b", "a^T b", "X", SQUARE, "transpose", "a b^T"),
    ("tr(A X B)", "B^T A^T", "X", ("A: n×n", "B: n×n"), "order", "A^T B^T"),
    ("X^-1", "-X^-1 X^-1 dX", "X", SQUARE, "order", "-X^-1 dX X^-1"),
    ("x^T A x", "A x", "x", (), "transposed term", "(A + A^T) x"),
    ("tr(X^T A X)", "A X + A X", "X", ("A: n×n",), "transpose", "A^T X + A X"),
    ("log det(X^T X)", "2 X (X^T X)", "X", ("X: m×n",), "inverse", "2 X (X^T X)^-1"),
    ("sum(x.^3)", "3 x^T x", "x", ("x: n",), "elementwise", "3 x .* x"),
    ("sum(A .* X)", "A X", "X", SQUARE, "extra", "A"),
    ("tr(diag(a) X)", "a", "X", ("a: n", *SQUARE), "diag", "diag(a)"),
    ("sum(sin(x))", "sin(x)", "x", ("x: n",), "function", "cos(x)"),
    ("sum(log(x))", "log(x)", "x", ("x: n positive",), "function", "1 ./ x"),
    ("sum(tanh(x))", "1 - tanh(x)", "x", ("x: n",), "power", "1 - tanh(x).^2"),
    ("tr(X^4)", "4 (X^T)^4", "X", SQUARE, "power", "4 (X^T)^3"),
    ("tr(X^3)", "3 (X^T)^2 + X", "X", SQUARE, "extra", "3 (X^T)^2"),
    ("x^T A y + b^T x", "A y", "x", (), "missing", "A y + b"),
    ("sum(X)", "1", "X", ("X: m×n",), "shape", "ones(m,n)"),
    ("tr(A X)", "2 tr(A dX)", "X", SQUARE, "factor", "tr(A dX)"),
    ("r = A x - b; r^T r", "r = A x + b; 2 A^T r", "x", (), "sign", "r = A x - b; 2 A^T r"),
    ("||A x - b||^2", "2*A*(A*x-b)", "x", (), "transpose", "2*A^T*(A*x-b)"),
    ("||A x - b||^2", "2*inv(A)'*(A*x-b)", "x", ("A: n×n",), "inverse", "2*A'*(A*x-b)"),
    # functions without exact values, in the claim alone
    ("log(det(X'*X))", "-(2*pinv(X)')", "X", ("X: m×n",), "sign", "2*pinv(X)'"),
    ("tr(X^2)", "4*sqrtm(X*X)'", "X", ("X: n×n spd",), "factor", "2*sqrtm(X*X)'"),
]


@pytest.mark.parametrize("case", REPAIRED, ids=lambda case: f"{case[0]} : {case[1]}")
def test_the_slip_is_found(case):
    expr, claim, wrt, let, slip, right = case
    verdict = check(expr, claim, wrt, let)
    assert (verdict.status, verdict.exit_status) == ("wrong", 1)
    assert verdict.repair is not None
    assert verdict.repair.text == right
    assert verdict.repair.slips == (slip,)
    assert verdict.repair.proof.ok
    assert check(expr, right, wrt, let).status == "correct"


TANH = "||y - W2 tanh(W1 x)||^2"
DIAGNOSED = [
    # expression, claim, by what, declarations, finding, what is right
    (TANH, "-2 W2^T (y - W2 tanh(W1 x)) x^T", "W1", (), "the derivative of `tanh(W1 x)` is missing",
     "-(2 W2^T (y - W2 tanh(W1 x)) x^T) .* (1 - tanh(W1 x).^2)"),
    ("sum(sin(A x))", "cos(A x)", "x", (), "the derivative of `A x` is missing", "A^T cos(A x)"),
    ("exp(-||x||^2)", "-2 x", "x", (), "the derivative of `exp(-||x||^2)` is missing",
     "-2 exp(-||x||^2) x"),
    ("(x^T A x)^2", "2 (x^T A x)", "x", (), "the derivative of `(x^T A x)` is missing",
     "2 ((A + A^T) x) (x^T A x)"),
    ("tr(A X B)", "B^T A^T", "X", (), "the order of factors", "A^T B^T"),
    ("X^-1", "-X^-2 dX", "X", (), "the order of factors", "-X^-1 dX X^-1"),
    ("X^2", "2 X dX", "X", (), "the order of factors", "X dX + dX X"),
    ("X^3", "3 X^2 dX", "X", (), "the order of factors", "X^2 dX + X dX X + dX X^2"),
    ("(A x - b)^T C (A x - b)", "2 A^T (A x - b)", "x", ("C: m×m symmetric",),
     "the factor `C` is missing", "2 A^T C (A x - b)"),
    ("||A X B - C||_F^2", "2 A^T (A X B - C)", "X", (), "the factor `B^T` is missing",
     "2 A^T (A X B - C) B^T"),
    ("x^T A x + b^T x", "(A + A^T) x + c", "x", ("b: n",), "a name", "(A + A^T) x + b"),
    ("x^T A x", "2 x^T A", "x", (), "right in numerator layout (transposed) if A is symmetric",
     "(A + A^T) x"),
    ("||A x - b||^2", "(A x - b)^T A", "x", (),
     "right in numerator layout (transposed), up to a positive factor", "2 A^T (A x - b)"),
    ("||A x - b||^2", "2 (A x - b) A", "x", (), "the order of factors and a transpose",
     "2 A^T (A x - b)"),
    ("||A x - b||^2", "2 A (b - A x)", "x", (), "a transpose and a sign", "-2 A^T (b - A x)"),
    ("||X w - y||^2 + c ||w||^2", "2 X (X w - y) + c w", "w", (), "a transpose and a factor",
     "2 X^T (X w - y) + 2 c w"),
    ("-y^T log softmax(x)", "softmax(x) - y", "x", (), "right if y sums to one",
     "softmax(x) sum(y) - y"),
    ("sum(abs(x))", "1_n", "x", ("x: n",), "right if x is positive", "sign(x)"),
    ("||A x - b||^2", "A^T (A x - b)", "x", (), "right up to a positive factor", "2 A^T (A x - b)"),
    ("||x||", "x", "x", ("x: n",), "right up to a positive factor", "x/||x||"),
    ("log det X", "1/det(X)", "X", (), "the derivative of `det X` is missing", "X^-T"),
    ("x^T x", "2 x sqrt(x^T A x)/sqrt(x^T A x)", "x", (), "", "2 x"),
]  # fmt: skip


@pytest.mark.parametrize("case", DIAGNOSED, ids=lambda case: f"{case[0]} : {case[1]}")
def test_what_is_found(case):
    expr, claim, wrt, let, finding, right = case
    verdict = check(expr, claim, wrt, let)
    assert (verdict.status, verdict.finding, verdict.right()) == ("wrong", finding, right)
    shown = verdict.diagnostic()
    told = [shown.message, *(label.message for label in shown.labels), *shown.helps]
    assert sum(right in line for line in told) == 1


def test_what_is_right_is_told_in_every_form():
    verdict = check("x^T A x", "2 A x", "x")
    assert verdict.right() == "(A + A^T) x"
    assert verdict.right("plain") == "(A+A')*x"
    assert verdict.right("unicode") == "(A + Aᵀ) x"
    assert verdict.right("latex") == r"\left(A + A^{\top}\right) x"
    assert check("x'*A*x", "2*A*x", "x").right() == "(A + A')*x"
    assert check("(x - μ)'Σ^-1(x - μ)", "Σ^-1 x", "μ").right() == ("-(Σ^-1 + (Σ^-1)') (x - μ)")
    assert check("x.T @ A @ x", "A @ x", "x").right() == "(A + A.T) @ x"


UNDEFINED = [
    ("||x||^2", "2 x/0"), ("||x||^2", "2 x + 0/0"), ("||x||^2", "2 x + 0*log(-1)"),
    ("||x||^2", "2 x + log(0) - log(0)"), ("x^T x", "2 x sqrt(-x^T x)/sqrt(-x^T x)"),
    ("log det X", "X^-T + 0^-1"),
]  # fmt: skip


@pytest.mark.parametrize(("expr", "claim"), UNDEFINED)
def test_what_has_no_value_is_not_correct(expr, claim):
    assert check(expr, claim, "X" if "X" in expr else "x").status == "wrong"


def test_what_is_underlined():
    verdict = check("||A x - b||^2", "2 A^T A x + A^T b", "x")
    (label,) = verdict.diagnostic().labels
    assert verdict.text[slice(*label.span)] == "A^T b"
    assert label.message == "the factor is wrong: `- 2 A^T b`"
    assert verdict.diagnostic().helps == ("right is `2 A^T A x - 2 A^T b` (proved exactly)",)


def test_several_terms_are_mended_at_once():
    """Matrix Cookbook (92) as it is printed, n = 2: its first summand is transposed."""
    printed = "X a b^T (X^2)^T + a b^T (X^2)^T X + X^2 a b^T X^T + X^T X^2 a b^T"
    verdict = check("a^T (X^2)^T X^2 b", printed, "X")
    places = [(p.slips, verdict.text[slice(*p.span)], p.right) for p in verdict.repair.places]
    assert places == [
        (("transpose",), "X a b^T (X^2)^T", "(X a b^T (X^2)^T)^T"),
        (("transpose",), "a b^T (X^2)^T X", "(a b^T (X^2)^T X)^T"),
    ]


def test_where_nothing_small_repairs_it_the_right_terms_are_named():
    verdict = check(
        "tr(A X B X^T) + ||X||_F^4",
        "A^T X B^T + B X A + X A B",
        "X",
        ["X: n×n", "A: n×n", "B: n×n"],
    )
    assert verdict.repair is None
    assert [(term.text, term.right) for term in verdict.terms] == [
        ("A^T X B^T", True),
        ("B X A", False),
        ("X A B", False),
    ]
    assert verdict.answer
    assert verdict.shown == "A X B + A^T X B^T + 4 ||X||_F^2 X"
    assert verdict.diagnostic().notes == ("right: `A^T X B^T`",)
    assert verdict.diagnostic().helps == (f"the gradient is `{verdict.shown}`",)


CONVENTIONS = [
    ("x^T A x", "2 A x", (), "right if A is symmetric"),
    ("x^T A B x", "A B x + B A x", ("A: n×n",), "right if A and B are symmetric"),
    ("x^T A y", "y^T A^T", (), "right in numerator layout (transposed)"),
    ("tr(A X B)", "B A", (), "right in numerator layout (transposed)"),
    ("log det X", "X^-1", SQUARE, "right in numerator layout (transposed)"),
    ("tr(A X)", "A^T", SYMMETRIC, "right as the ambient gradient (all entries of X free)"),
    (
        "log det X",
        "2 X^-1 - X^-1 .* I",
        SYMMETRIC,
        "right as the entries table of a symmetric X, not its gradient",
    ),
    (
        "log det X",
        "2 X^-1 - X^-1 .* I",
        SQUARE,
        "right as the entries table of a symmetric X, not its gradient",
    ),
]


@pytest.mark.parametrize(("expr", "claim", "let", "convention"), CONVENTIONS)
def test_another_convention_is_named(expr, claim, let, convention):
    verdict = check(expr, claim, "X" if "X" in expr else "x", let)
    assert (verdict.status, verdict.exit_status) == ("wrong", 1)
    assert verdict.convention == convention
    assert verdict.sentence == f"wrong: {convention}; the gradient is {verdict.right()}"
    assert verdict.diagnostic().code == "E503"


@pytest.mark.parametrize(
    ("structure", "claim"),
    [
        ("projected", "(A + A^T)/2"),
        ("ambient", "A^T"),
        ("entries", "A + A^T - A .* I"),
    ],
)
def test_the_sense_of_the_gradient_can_be_asked_for(structure, claim):
    for asked in ("projected", "ambient", "entries"):
        verdict = check("tr(A X)", claim, "X", SYMMETRIC, structure=asked)
        assert verdict.status == ("correct" if asked == structure else "wrong")


def test_the_expression_alone_decides_what_a_name_is():
    assert check("A x", "A dx", None, ()).status == "correct"
    assert check("a y", "a", "y", ()).status == "correct"
    assert check("C ||w||^2", "||w||^2", "C", ()).status == "correct"
    for claim in ("1/det(X)", "1/X", "X^-T x", "2 (A x - b) A"):
        verdict = check("log det X", claim, "X", ())
        assert (verdict.status, verdict.shapes) == ("wrong", {"X": "n×n"} | only_claimed(verdict))
    alone = check("||A x - b||^2", "2 A^T (A x - b) x^T", "x", ())
    assert (alone.status, alone.shapes["x"]) == ("wrong", "n")


def only_claimed(verdict):
    return {name: shape for name, shape in verdict.shapes.items() if name != "X"}


NAMES = [
    # expression, claim, by what, status, what is told
    ("mean((A x - b).^2)", "2/N A^T (A x - b)", "x", "correct", "`N` as the number of rows of `A`"),
    ("mean((A x - b).^2)", "2/n A^T (A x - b)", "x", "correct", "`n` as the number of rows of `A`"),
    ("||x||^2", "2 x + 0 y", "x", "correct", "`y` as a vector"),
    ("x^T A x", "(A + A^T) y", "x", "wrong", "`y` as a vector"),
    ("x^T A x", "(A + B) x", "x", "wrong", "`B` as a matrix"),
    ("||x||^2", "lambda x", "x", "wrong", "`lambda` as a scalar"),
]


@pytest.mark.parametrize(("expr", "claim", "wrt", "status", "told"), NAMES)
def test_a_name_that_only_the_claim_has_is_told(expr, claim, wrt, status, told):
    verdict = check(expr, claim, wrt)
    assert verdict.status == status
    assert told in verdict.readings


BAD = [
    ("x^T A x", "2 A x + dA", "x", (), "E101", 4),
    ("x^T A x", "", "x", (), "E001", 3),
    ("||A||_F", "A/||A||", "A", (), "E209", 4),
    ("x^T A x", "2 A (x", "x", (), "E005", 3),
    ("A x", "A", "x", (), "E203", 4),
    ("x^T A x", "A x", None, (), "E105", 4),
    ("tr(X inv(A - A))", "X", "X", (), "E301", 5),
]


@pytest.mark.parametrize("case", BAD, ids=lambda case: f"{case[0]} : {case[1]}")
def test_bad_input_has_a_code_and_a_status(case):
    expr, claim, wrt, let, code, status = case
    with pytest.raises(MdiffError) as raised:
        check(expr, claim, wrt, let)
    assert (raised.value.diagnostic.code, raised.value.status) == (code, status)


SECOND = [
    ("jac", "A X B", "kron(B^T, A)", "X", ()),
    ("jac", "X^-1", "-kron(X^-T, X^-1)", "X", SQUARE),
    ("jac", "A x", "A", "x", ()),
    ("jac", "x .* x", "2 diag(x)", "x", ("x: n",)),
    ("jac", "x^T A x", "x^T (A + A^T)", "x", ()),
    ("hess", "x^T A x", "A + A^T", "x", ()),
    ("hess", "||A x - b||^2", "2 A^T A", "x", ()),
    ("hess", "x^T A y", "A", ["x", "y"], ()),
    ("hess", "||Y - U V^T||_F^2", "2 kron(V^T V, eye(m))", "U", ("Y: m×n", "U: m×k", "V: n×k")),
]


@pytest.mark.parametrize(("kind", "expr", "claim", "wrt", "let"), SECOND)
def test_jacobians_and_hessians(kind, expr, claim, wrt, let):
    verdict = check(expr, claim, wrt, let, kind=kind)
    assert verdict.sentence == "correct"
    assert verdict.kind == kind
    verdict = check(expr, f"-({claim})", wrt, let, kind=kind)
    assert verdict.repair.slips == ("sign",)


def test_slips_in_jacobians_and_hessians():
    verdict = check("A X B", "kron(B, A)", "X", kind="jac")
    assert verdict.repair.text == "kron(B^T, A)"
    verdict = check("A X B", "kron(A, B^T)", "X", kind="jac")
    assert verdict.repair.text == "kron(B^T, A)"
    verdict = check("A x", "A^T", "x", kind="jac")
    assert verdict.sentence == (
        "wrong: right in denominator layout (transposed); the Jacobian is A"
    )
    verdict = check("x^T A x", "2 A", "x", kind="hess")
    assert verdict.sentence == "wrong: right if A is symmetric; the Hessian is A + A^T"
    assert verdict.diagnostic().message.startswith("this is not the Hessian by x")


def test_a_wrong_shape_is_named():
    verdict = check("x^T A x", "A", "x")
    assert verdict.wrong_shape == "it is n×n, not n"
    assert verdict.diagnostic().code == "E502"
    verdict = check("x^T A x", "(A x)(A x)(A x)", "x")
    assert verdict.wrong_shape == "inner dimensions differ in the product `(A x)(A x)`"
    assert verdict.diagnostic().code == "E502"
    assert verdict.diagnostic().notes == ("the gradient has the shape n",)
    assert verdict.right() == "(A + A^T) x"


def test_the_expression_itself_is_recognised():
    verdict = check("x^T A x", "x^T A x", "x")
    assert verdict.status == "wrong"
    assert "this is the expression itself, not its derivative" in verdict.notes
    assert check("exp(c)", "exp(c)", "c").status == "correct"


def test_what_exists_nowhere_is_neither_right_nor_wrong():
    for claim in ("1", "x", "-1"):
        verdict = check("log(-exp(x))", claim, "x", ["x: scalar"])
        assert (verdict.status, verdict.exit_status) == ("unproved", 6)
        assert "no point" in verdict.sentence


def test_conditions_say_where_it_is_differentiable():
    assert check("||x||", "x/||x||", "x", ["x: n"]).conditions == ("x ≠ 0",)


def test_a_chain_is_held_against_the_truth_link_by_link():
    chain = "d f = 2 (A x - b)^T A dx = 2 x^T A^T A dx + 2 b^T A dx = 0"
    verdicts = check_each(Question("||A x - b||^2", ("x",)), [chain])
    assert [each.status for each in verdicts] == ["correct", "wrong", "wrong"]
    last = verdicts[1]
    assert (last.line, last.lines, last.where) == (2, 3, "claim 2")
    assert check("||A x - b||^2", chain, "x").line == 2
    assert last.repair.text == "2 x^T A^T A dx - 2 b^T A dx"
    assert chain[slice(*last.repair.places[0].span)] == "2 b^T A dx"


def test_lines_of_a_file():
    text = "# note\nlet A: m×n, b: m\ndef r = A x - b\n1/2 r^T r ; wrt x\nd f = r^T A dx\n  = r^T A^T dx # no\n"
    found = read_lines(text)
    assert (found.expression, found.wrt) == ("r = A x - b; 1/2 r^T r", ["x"])
    assert found.let == ["A: m×n", "b: m"]
    verdicts = check_each(
        Question(found.expression, tuple(found.wrt), tuple(found.let)), found.claims
    )
    assert [each.status for each in verdicts] == ["correct", "wrong"]
    (place,) = verdicts[-1].repair.places
    assert place.slips == ("transpose",)
    assert verdicts[-1].where == "line 6"
    assert text[slice(*place.span)] == "A^T"


@pytest.mark.parametrize("text", ["", "# only a note\n", "x^T x ; wrt x\n", "let x: n\n"])
def test_a_file_without_claims_is_refused(text):
    with pytest.raises(MdiffError) as raised:
        read_lines(text)
    assert raised.value.diagnostic.code == "E001"


def test_long_claims_are_answered():
    """No recursion, and a bounded search."""
    long = " + ".join(["A^T (A x - b)"] * 200)
    assert check("||A x - b||^2", long, "x").status == "wrong"
    deep = "(" * 2000 + "2 A^T (A x - b)" + ")" * 2000
    assert check("||A x - b||^2", deep, "x").status == "correct"
    assert check("||A x - b||^2", f"3 {deep}", "x").repair is not None
    nested = "x"
    for _ in range(300):
        nested = f"sin({nested})"
    assert check("x^T x", nested, "x", ["x: n"]).status == "wrong"


def test_a_size_that_the_expression_does_not_have():
    assert check("x^T A x", "(A + A^T) x + 1_b", "x", ["x: n"]).repair.slips == ("extra",)
    declared = check("sum(x)", "1_b", "x", ["x: n"])
    assert (declared.status, declared.wrong_shape) == ("wrong", "it is b, not n")
    unnamed = check("sum(x)", "1_k", "x")
    assert (unnamed.status, unnamed.readings) == ("correct", ("`k` as the length of `x`",))


ODD = ("2 A x", "A^T (A x - b)", "-X^-1 dX X^-1", "d f = r^T dr = x", "diag(x) .* A", "sin x dx")
PIECES = "xAXb'^T()+-*/ .1d=;dn|,⊙ᵀ\n"


@pytest.mark.parametrize("seed", range(4))
def test_no_text_is_too_odd(seed):
    """Whatever is typed, there is a verdict or an error with a code."""
    rng, codes = random.Random(seed), set()
    for _ in range(60):
        text = rng.choice(ODD)
        for _ in range(rng.randint(1, 4)):
            at = rng.randint(0, len(text))
            text = text[:at] + rng.choice(PIECES) + text[at + rng.randint(0, 2) :]
        expr = rng.choice(["x^T A x", "||A x - b||^2", "A X B", "r = A x - b; r^T r"])
        kind = rng.choice(["grad", "d", "jac", "hess"])
        codes.update(code_or_status(expr, text, rng.choice([None, "x", "X"]), kind))
    assert codes <= {"E0", "E1", "E2", "E3", "correct", "wrong", "unproved"}


def code_or_status(expr, text, wrt, kind):
    try:
        verdict = check(expr, text, wrt, kind=kind)
    except MdiffError as error:
        return {error.diagnostic.code[:2]}
    return {verdict.status, verdict.json()["verdict"]}


def test_a_function_without_exact_values_is_held_against_numbers():
    verdict = check("log(det(X'*X))", "-(2*pinv(X)')", "X")
    assert verdict.status == "wrong"
    assert check("log(det(X'*X))", "2*pinv(X)'", "X").status == "correct"


def test_a_scalar_that_is_its_own_inverse_is_missing_and_no_divisor():
    found = check("a*det(Q)", "1", "a", ["Q: n×n orthogonal"])
    assert (found.repair.slips, found.repair.text) == (("missing factor",), "det(Q)")


def test_variables_are_listed_as_on_the_command_line():
    assert check("A x", "dA x + A dx", "A, x", kind="d").status == "correct"
