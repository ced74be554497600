"""Answers as they are printed: the issue's table of taste, and textbook examples."""

import engine
import pytest

import mdiff
from mdiff import api
from mdiff.answer import existing
from mdiff.errors import MdiffError
from mdiff.proof import prove

SYMMETRIC = ("A: symmetric",)

# what is asked, the plain form, the unicode form, the LaTeX form
SEEDS = [
    (
        ("grad", "log det(A^T X A)", "X", ()),
        "A*inv(A'*X*A)'*A'",
        "A (AᵀXA)⁻ᵀ Aᵀ",
        r"A \left(A^{\top} X A\right)^{-\top} A^{\top}",
    ),
    (
        ("grad", "log det(A^T X A)", "X", ("X: spd",)),
        "A*inv(A'*X*A)*A'",
        "A (AᵀXA)⁻¹ Aᵀ",
        r"A \left(A^{\top} X A\right)^{-1} A^{\top}",
    ),
    (
        ("d", "log det(A^T X A)", None, ()),
        "tr(inv(A'*X*A)*(A'*(dX*A+X*dA)+dA'*X*A))",
        "tr((AᵀXA)⁻¹ (Aᵀ (dX A + X dA) + dAᵀ X A))",
        (
            r"\operatorname{tr}\left(\left(A^{\top} X A\right)^{-1} \left(A^{\top} "
            r"\left(\mathrm{d}X A + X \mathrm{d}A\right) + \mathrm{d}A^{\top} X A\right)\right)"
        ),
    ),
    (
        ("grad", "||A x - b||^2", "x", ()),
        "2*A'*(A*x-b)",
        "2 Aᵀ (A x − b)",
        r"2 A^{\top} \left(A x - b\right)",
    ),
    (
        ("grad", "||A x - b||", "x", ()),
        "A'*(A*x-b)/norm2(A*x-b)",
        "Aᵀ (A x − b) / ‖A x − b‖",
        r"\frac{A^{\top} \left(A x - b\right)}{\left\lVert A x - b \right\rVert}",
    ),
    (
        ("grad", "tr(A X^T B X C)", "X", ()),
        "B*X*C*A+B'*X*A'*C'",
        "B X C A + Bᵀ X Aᵀ Cᵀ",
        r"B X C A + B^{\top} X A^{\top} C^{\top}",
    ),
    (
        ("grad", "tr(X^3)", "X", ()),
        "3*(X^2)'",
        "3 (X²)ᵀ",
        r"3 \left(X^{2}\right)^{\top}",
    ),
    (
        ("grad", "x^T A x / x^T x", "x", SYMMETRIC),
        "2*(A*x-(x'*A*x)*x/(x'*x))/(x'*x)",
        "2 (A x − (xᵀA x) x / xᵀx) / xᵀx",
        r"\frac{2 \left(A x - \frac{\left(x^{\top} A x\right) x}{x^{\top} x}\right)}{x^{\top} x}",
    ),
    (
        ("grad", "sum(log(1 + exp(-y .* (X w))))", "w", ()),
        "-X'*(y.*sigmoid(-y.*(X*w)))",
        "−Xᵀ (y ⊙ σ(−y ⊙ X w))",
        r"-X^{\top} \left(y \odot \sigma\left(-y \odot \left(X w\right)\right)\right)",
    ),
    (
        ("grad", "x^T A x", "x", ()),
        "(A+A')*x",
        "(A + Aᵀ) x",
        r"\left(A + A^{\top}\right) x",
    ),
    (("grad", "x^T A x", "x", SYMMETRIC), "2*A*x", "2 A x", "2 A x"),
    (
        ("grad", "phi(W x + b)", "W", ("phi: R^m -> R",)),
        "gradphi(W*x+b)*x'",
        "∇φ(W x + b) xᵀ",
        r"\nabla \phi\left(W x + b\right) x^{\top}",
    ),
    (
        ("d", "V = diag(Y Y^T)/n; V^(-1/2) .* Y", ["Y"], ()),
        "diag((diag(Y*Y')/n).^(-1/2))*dY-diag(diag(dY*Y')./(diag(Y*Y')/n).^(3/2))*Y/n",
        "diag(s.^(−1/2)) dY − diag(diag(dY Yᵀ) ⊘ s.^(3/2)) Y / n\nwhere s = diag(Y Yᵀ) / n",
        (
            r"\operatorname{diag}\left(s^{\odot \left(-\frac{1}{2}\right)}\right) \mathrm{d}Y - "
            r"\frac{\operatorname{diag}\left(\operatorname{diag}\left(\mathrm{d}Y Y^{\top}\right) "
            r"\oslash s^{\odot \left(\frac{3}{2}\right)}\right) Y}{n} \quad\text{where } "
            r"s = \frac{\operatorname{diag}\left(Y Y^{\top}\right)}{n}"
        ),
    ),
]

GRADIENTS = [
    ("1/2 ||A x - b||^2 + lambda/2 ||x||^2", "x", (), "A'*(A*x-b)+lambda*x"),
    ("tr(A X B)", "X", (), "A'*B'"),
    ("y^T A x", "A", (), "y*x'"),
    ("a^T X^-1 b", "X", (), "-inv(X)'*a*b'*inv(X)'"),
    ("a^T X X^T b", "X", (), "(a*b'+b*a')*X"),
    ("log det(X X^T + I)", "X", (), "2*inv(X*X'+eye(m))*X"),
    ("det(X)^3", "X", (), "3*det(X)^3*inv(X)'"),
    ("det(X^T A X)", "X", SYMMETRIC, "2*det(X'*A*X)*A*X*inv(X'*A*X)"),
    ("||X||_F", "X", (), "X/normF(X)"),
    ("||A - U V^T||_F^2", "U", (), "2*(U*V'-A)*V"),
    ("<A, X B>", "X", (), "A*B'"),
    ("sum(A .* X)", "X", (), "A"),
    ("sum(X)", "X", ("X: n×k",), "ones(n,k)"),
    ("tr(X)", "X", (), "eye(n)"),
    ("mean(x)", "x", ("x: n",), "ones(n)/n"),
    ("1/||x||", "x", (), "-x/norm2(x)^3"),
    ("||x||_1", "x", (), "sign(x)"),
    ("||A||_2", "A", (), "svdu1(A)*svdv1(A)'"),
    ("||A X - B||_2^2", "X", (), "2*norm2(A*X-B)*A'*svdu1(A*X-B)*svdv1(A*X-B)'"),
    ("x^T diag(w) x", "w", (), "x.^2"),
    ("tr(A diag(x) B)", "x", ("x: n",), "diag(B*A)"),
    ("x^T x/2 - log(sum(exp(x)))", "x", ("x: n",), "x-softmax(x)"),
    ("logsumexp(X w) - y^T X w", "w", (), "X'*(softmax(X*w)-y)"),
    ("sum(softplus(X w))", "w", (), "X'*sigmoid(X*w)"),
    ("sum(relu(W x + b))", "W", (), "step(W*x+b)*x'"),
    ("sum(x.^a)", "a", ("x: n positive", "a: scalar"), "(x.^a)'*log(x)"),
    ("exp(-||x - y||^2/2)", "x", (), "exp(-norm2(x-y)^2/2)*(y-x)"),
    ("tr(expm(X))", "X", (), "expm(X)'"),
    ("phi(||x||^2)", "x", ("phi: R -> R",), "2*gradphi(x'*x)*x"),
    ("log det(A + t B)", "t", (), "tr(inv(A+t*B)*B)"),
    ("x^3 - 2 x + log x", "x", ("x: scalar",), "3*x^2-2+1/x"),
]

DIFFERENTIALS = [
    ("inv(X)", ["X"], (), "-inv(X)*dX*inv(X)"),
    ("X^T X", ["X"], (), "dX'*X+X'*dX"),
    ("x^T A x", ["x"], (), "x'*(A+A')*dx"),
    ("x x^T", ["x"], (), "dx*x'+x*dx'"),
    ("X .* Y", ["X", "Y"], (), "X.*dY+Y.*dX"),
    ("A X B", None, (), "A*(X*dB+dX*B)+dA*X*B"),
    ("diag(x) A", ["x"], (), "diag(dx)*A"),
    ("exp(X)", ["X"], (), "exp(X).*dX"),
    ("norm2(x)", ["x"], (), "x'*dx/norm2(x)"),
    ("norm2(A)", ["A"], ("A: m×n",), "svdu1(A)'*dA*svdv1(A)"),
    ("x/||x||", ["x"], ("x: n",), "dx/norm2(x)-x*(x'*dx)/norm2(x)^3"),
    ("tr(X^3)", ["X"], (), "3*tr(X^2*dX)"),
    ("S^-1", ["S"], ("S: n×n symmetric",), "-inv(S)*dS*inv(S)"),
    ("D^-1", ["D"], ("D: n×n diagonal",), "-inv(D)^2*dD"),
    ("kron(A, X)", ["X"], (), "kron(A,dX)"),
    ("vec(A X)", ["X"], (), "vec(A*dX)"),
]

# definitions are put in: along a curve the answer is the total derivative
DEFINITIONS = [
    ("grad", "r = A x - b; ||r||^2", "x", (), "2*A'*(A*x-b)"),
    ("grad", "r = A x - b; s = r^T r; log(s)", "x", (), "2*A'*(A*x-b)/norm2(A*x-b)^2"),
    ("grad", "S = X^T X; log det S", "X", (), "2*X*inv(X'*X)"),
    ("d", "x = t^2; y = sin(t); x y", ["t"], ("t: scalar",), "t*(t*cos(t)+2*sin(t))*dt"),
    ("d", "x = l(t); x^T A x", ["t"], ("l: R -> R", "t: n"), "l(t)'*(A+A')*(gradl(t).*dt)"),
    ("grad", "x = a + t v; x^T x", "t", ("t: scalar", "v: n"), "2*(a+t*v)'*v"),
]

# by variable and structure: the projected gradient and the ambient one
STRUCTURES = [
    ("tr(S A)", "S", ("S: n×n symmetric",), "(A+A')/2", "A'"),
    ("log det S", "S", ("S: n×n spd",), "inv(S)", "inv(S)"),
    ("x^T S y", "S", ("S: n×n symmetric",), "(x*y'+y*x')/2", "x*y'"),
    ("tr(D A)", "D", ("D: n×n diagonal",), "diag(diag(A))", "A'"),
    ("x^T D x", "D", ("D: n×n diagonal",), "diag(x.^2)", "x*x'"),
    ("tr(inv(S) A)", "S", ("S: n×n spd", "A: symmetric"), "-inv(S)*A*inv(S)", "-inv(S)*A*inv(S)"),
]

ZEROS = [
    (("grad", "a^T b", "X", ("X: n×k", "a: m", "b: m")), "zeros(n,k)", "n×k"),
    (("grad", "a^T b", "x", ("x: n", "a: m", "b: m")), "zeros(n)", "n"),
    (("grad", "tr(X) - tr(X^T)", "X", ()), "zeros(n,n)", "n×n"),
    (("grad", "sum(sign(x))", "x", ("x: n",)), "zeros(n)", "n"),
    (("d", "a^T b", ["x"], ("x: n", "a: m", "b: m")), "0", "scalar"),
    (("d", "X X^-1", ["X"], ("X: n×n",)), "zeros(n,n)", "n×n"),
]


def ask(kind, expr, wrt, let, structure="projected"):
    if kind == "d":
        return api.d(expr, wrt, let)
    return api.grad(expr, wrt, let, structure=structure)


def proof(answer):
    names = engine.changing(answer)
    wrt = names or (answer.wrt,)
    claim = engine.again(answer, answer.plain)
    kind = "d" if names else "grad"
    return prove(answer.problem, kind, wrt, claim, structure=answer.structure)


@pytest.mark.parametrize(("asked", "plain", "unicode", "latex"), SEEDS)
def test_the_seeds_of_taste(asked, plain, unicode, latex):
    answer = ask(*asked)
    assert (answer.plain, answer.unicode, answer.latex) == (plain, unicode, latex)
    assert proof(answer).ok


@pytest.mark.parametrize(("expr", "wrt", "let", "plain"), GRADIENTS)
def test_gradients_of_the_textbook(expr, wrt, let, plain):
    answer = api.grad(expr, wrt, let)
    assert answer.plain == plain
    assert answer.shape == answer.shapes[wrt]
    assert proof(answer).ok


@pytest.mark.parametrize(("expr", "wrt", "let", "plain"), DIFFERENTIALS)
def test_differentials_of_the_textbook(expr, wrt, let, plain):
    answer = api.d(expr, wrt, let)
    assert answer.plain == plain
    assert proof(answer).ok


@pytest.mark.parametrize(("kind", "expr", "wrt", "let", "plain"), DEFINITIONS)
def test_definitions_are_put_in(kind, expr, wrt, let, plain):
    answer = ask(kind, expr, wrt, let)
    assert answer.plain == plain
    assert proof(answer).ok


@pytest.mark.parametrize(("expr", "wrt", "let", "projected", "ambient"), STRUCTURES)
def test_a_structured_variable_has_two_gradients(expr, wrt, let, projected, ambient):
    kind = "diagonal" if "diagonal" in let[0] else "symmetric"
    for structure, plain in (("projected", projected), ("ambient", ambient)):
        answer = api.grad(expr, wrt, let, structure=structure)
        assert answer.plain == plain
        assert answer.structure == structure
        assert (kind in answer.convention) == (structure == "projected")
        assert ("ambient" in answer.convention) == (structure == "ambient")
        assert proof(answer).ok


@pytest.mark.parametrize("structure", ["lower", "upper", "skew", "toeplitz", "orthogonal"])
def test_other_structures_are_answered_ambient_and_say_so(structure):
    answer = api.grad("tr(A X^T)", "X", [f"X: n×n {structure}"])
    assert answer.plain == "A"
    assert answer.convention == "gradient in the shape of X, all entries free (ambient)"


@pytest.mark.parametrize(("asked", "plain", "shape"), ZEROS)
def test_a_zero_has_a_shape_and_a_note(asked, plain, shape):
    answer = ask(*asked)
    assert (answer.plain, answer.shape) == (plain, shape)
    assert len(answer.notes) == 1


def test_gradients_by_all_variables_in_the_order_of_the_text():
    answers = api.gradients("1/2 ||A x - b||^2")
    assert [(a.wrt, a.plain) for a in answers] == [
        ("A", "(A*x-b)*x'"),
        ("x", "A'*(A*x-b)"),
        ("b", "b-A*x"),
    ]


def test_the_gradient_by_a_power_that_is_not_there_is_zero():
    (answer,) = api.gradients("q", ["c^2"])
    assert answer.plain == "0"


def test_gradients_by_some_variables_in_the_order_asked():
    answers = api.gradients("||U V^T - A||_F^2", ["V", "U"])
    assert [(a.wrt, a.plain) for a in answers] == [
        ("V", "2*(U*V'-A)'*U"),
        ("U", "2*(U*V'-A)*V"),
    ]


def test_a_constant_is_no_variable_to_differentiate_by():
    answers = api.gradients("||A x - b||^2", None, ["A: m×n constant", "b: m constant"])
    assert [a.wrt for a in answers] == ["x"]


@pytest.mark.parametrize(
    ("expr", "wrt", "let", "condition"),
    [
        ("||A x - b||", "x", (), "A x ≠ b"),
        ("log det(A^T X A)", "X", (), "AᵀXA invertible"),
        ("1/(a^T x)", "x", (), "aᵀx ≠ 0"),
        ("tr((X X^T)^(1/2))", "X", (), "XXᵀ positive definite"),
        ("tr(A^(1/2))", "A", (), "A has no eigenvalue on the closed negative real axis"),
    ],
)
def test_an_answer_says_where_it_holds(expr, wrt, let, condition):
    assert condition in api.grad(expr, wrt, let).conditions


@pytest.mark.parametrize("name", ["eig", "prod", "singvals", "toepsum"])
def test_a_function_of_a_later_version_is_refused_with_a_code(name):
    with pytest.raises(MdiffError):
        api.d(f"{name}(X)", ["X"], ["X: n×n"])


def test_what_cancels_keeps_the_size_of_what_is_left():
    """`inv(S) S` of a product with an inner size is the identity of the outer one."""
    answer = mdiff.grad("t*tr(inv(A'*X*A)*A'*X*A)", "t", ["A: n×k", "X: n×n", "t: scalar"])
    assert answer.plain == "k"


def test_a_symmetric_kronecker_product_is_no_symmetric_matrix_of_two_ports():
    answer = mdiff.jac("inv(kron(A,A))", "A", ["A: n×n symmetric"])
    assert answer.check().ok


def test_each_name_is_defined_before_it_is_used():
    inner = "inv(X'*X+B)"
    expr = f"log det(A^T {inner} A) + log det({inner}+C)*tr((A'*{inner}*A)^2)"
    answer = api.grad(expr, "X", ["A: n×k", "X: m×n", "B: n×n", "C: n×n"])
    first, *where = answer.unicode.split("\n")
    names = [line.removeprefix("where ").partition(" = ")[0].strip() for line in where]
    assert names == ["S", "S₂"]
    assert first == "−X (S S₂ᵀ S + Sᵀ S₂ Sᵀ)"
    assert where[0] == "where S  = (Xᵀ X + B)⁻¹"
    assert " S " in where[1]
    assert "S_{2}" not in answer.latex[answer.latex.index("where") :].partition("S_{2} =")[0]
    engine.again(answer, answer.unicode)  # raises where a name comes before its definition


def test_the_conditions_of_several_values():
    answer = api.taylor("log(x^T x - c)", "x", let=["x: n", "c: scalar"], order=1)
    assert answer.conditions == ("xᵀx − c > 0", "xᵀx ≠ c")


@pytest.mark.parametrize(
    ("kind", "expr", "wrt", "plain"),
    [
        ("grad", "e_1^T A e_2", "A", "e_1*e_2'"),
        ("grad", "e_i^T A e_i", "A", "e_i*e_i'"),
        ("d", "A e_2", "A", "dA*e_2"),
        ("jac", "e_1^T A e_2", "A", "kron(e_2,e_1)'"),
        ("jac", "A e_2", "A", "kron(e_2',eye(m))"),
        ("hess", "(e_1^T x)^2", "x", "2*e_1*e_1'"),
        ("hess", "(e_1^T A e_2)^2", "A", "2*kron(e_2,e_1)*kron(e_2,e_1)'"),
        ("taylor", "x + e_1", "x", "x+e_1+dx"),
    ],
)
def test_the_shape_of_an_answer_says_how_large_a_unit_vector_is(kind, expr, wrt, plain):
    answer = getattr(api, kind)(expr, wrt, let=["A: m×n", "x: n"])
    assert answer.plain == plain
    assert answer.proof.method == "exact"
    assert answer.proof.ok


SPD, SYM = ("A: n×n spd",), ("X: n×n symmetric", "A: n×n symmetric")
LINE = ("S: n×n symmetric", "x: scalar")


@pytest.mark.parametrize(
    ("kind", "expr", "wrt", "let", "plain"),
    [
        ("grad", "tr(A^(1/2))", "A", SPD, "A^(-1/2)/2"),
        ("grad", "tr(A^(-3/2))", "A", SPD, "-3*A^(-5/2)/2"),
        ("grad", "tr(A^k)", "A", SPD, "k*A^(k-1)"),
        ("grad", "tr((X X^T)^(1/2))", "X", (), "(X*X')^(-1/2)*X"),
        ("grad", "tr((A X A)^(1/2))", "X", SYM, "A*(A*X*A)^(-1/2)*A/2"),
        ("d", "(I + x S)^(1/2)", "x", LINE, "(eye(n)+x*S)^(-1/2)*S*dx/2"),
        ("d", "sqrtm(I + x S)", "x", LINE, "inv(sqrtm(eye(n)+x*S))*S*dx/2"),
        ("d", "expm(x S + x^2 S^2)", "x", LINE, "expm(x*(S+x*S^2))*(S+2*x*S^2)*dx"),
        ("grad", "tr(B (I + x S)^(-1/2))", "x", LINE, "-tr((eye(n)+x*S)^(-3/2)*B*S)/2"),
    ],
)
def test_a_function_of_a_matrix_that_commutes_with_its_change(kind, expr, wrt, let, plain):
    answer = getattr(api, kind)(expr, wrt, let=[*let, "B: n×n", "k: scalar"])
    assert answer.plain == plain
    assert answer.proof.ok


@pytest.mark.parametrize("expr", ["(A + x S)^(1/2)", "expm(A + x S)", "logm((I + x S) A)"])
def test_a_change_that_does_not_commute_is_refused(expr):
    with pytest.raises(MdiffError) as raised:
        api.d(expr, "x", ["A: n×n spd", *LINE])
    assert raised.value.diagnostic.code == "E302"


POSITIVE = ("z: n positive",)
KRON = ("A: m×m", "P: n×n")


@pytest.mark.parametrize(
    ("kind", "expr", "wrt", "let"),
    [
        ("grad", "sqrt(sum(z)^2)", "z", POSITIVE),
        ("grad", "norm2(sum(z)*z)", "z", POSITIVE),
        ("grad", "sum(D.^c)", "c", ("D: n×n diagonal", "c: scalar")),
        ("grad", "relu(23*x)", "x", ("x: scalar positive",)),
        ("grad", "logdet(kron(A, P.^-1))", "P", KRON),
        ("hess", "logdet(kron(A, P.^2))", "P", KRON),
        ("d", "inv(kron(A, P.^-1))", "P", KRON),
        ("d", "softmaxr(x)", "x", ("x: n",)),
        ("d", "softmaxr(x)", "x", ("x: 1×n",)),
        ("hess", "sum(softmaxr(x).^2)", "x", ("x: n",)),
    ],
)
def test_an_answer_is_proved(kind, expr, wrt, let):
    assert getattr(api, kind)(expr, wrt, let).proof.ok


def test_what_is_nowhere_defined_is_the_fault_of_the_input():
    """A matrix of rank one has no inverse."""
    answer = api.grad("logdet(y*v')", "y", ["y: n", "v: n"])
    with pytest.raises(MdiffError) as raised:
        existing(answer.check(), answer.problem.text)
    assert raised.value.diagnostic.code == "E301"


def test_a_fault_of_the_proof_is_no_verdict():
    def fault(*_):
        raise ValueError("oh")

    answer = api.grad("x'x", "x", ["x: n"])
    for faulty in (fault, lambda *_: api.grad("x +", "x")):
        found = answer.but(_prove=faulty).check()
        assert found.verdict == "unknown"
        assert found.why.startswith("internal error")


def test_what_complex_numbers_do_not_know_is_not_proved():
    answer = api.grad("sum(hardmax(X))", "X", ["X: n×k complex"])
    assert answer.proof.why == "the order of complex numbers"


MANY_FACTORS = [
    ("grad", " ".join(f"(x+{i})" for i in range(1, 17)), "x", 1000),
    ("d", " ".join(f"tr({letter} X)" for letter in "ABCDEFGHPQRS"), "X", 1000),
    ("d", " ".join(f"({letter}^T x)" for letter in "abcpqrstuvwz"), "x", 1000),
]


@pytest.mark.parametrize(("kind", "expr", "wrt", "most"), MANY_FACTORS)
def test_what_the_terms_share_is_not_sought_in_all_sets_of_terms(kind, expr, wrt, most):
    assert len(ask(kind, expr, wrt, ()).plain) < most


def test_numbers_of_groups_are_added_up():
    many = ask("grad", "(x+1) (x+2) (x+3) (x+4) (x+5) (x+6) (x+7) (x+8)", "x", ())
    assert "2*x+10" in many.plain


def test_kronecker_products_that_share_a_side_are_one():
    answer = api.hess("1^T X^14 1", "X")
    assert len(answer.plain) < 1000
    assert answer.plain.startswith("S = ones(n,n)*X+X*ones(n,n); S2 = S*X+X^2*ones(n,n)")


@pytest.mark.parametrize("inner", ["P.^-1", "P.^2", "(x*y').*P", "P*P + diag(x)", "P.*(B*B')"])
@pytest.mark.parametrize(
    ("kind", "outer"),
    [
        ("grad", "logdet(kron(A, {}))"),
        ("hess", "logdet(kron({}, A))"),
        ("d", "inv(kron(A, {}))"),
        ("jac", "inv(kron(A, kron({}, diag(z))))"),
    ],
)
def test_a_block_of_an_inverse_has_its_own_sizes(kind, outer, inner):
    lets = ["A: m×m", "z: m", "P: n×n", "x: n", "y: n", "B: n×k"]
    answer = getattr(api, kind)(outer.format(f"({inner})"), ["P"], let=lets)
    assert answer.proof.method == "exact"
    assert answer.proof.ok


def test_an_inverse_whose_rows_are_a_product_and_whose_columns_are_one_size():
    answer = api.d("det(S⊗x)", "S", ["S: m×m*n", "x: n"])
    assert answer.plain == "det(kron(S,x))*tr(inv(kron(S,x))*kron(eye(m),x)*dS)"


def test_a_row_and_a_column_on_one_wire_are_multiplied_out_together():
    answer = api.grad("norminf(softmaxc(a z))", "z", ["a: scalar"])
    assert answer.check(1).ok


def test_an_exponent_of_a_matrix_that_is_made_of_a_vector():
    answer = api.jac("skewpart(matpow(eye(n)^k, norm(y)))", "y", ["y: n", "k: scalar"])
    assert answer.plain == "zeros(n*n,n)"
    assert answer.check(1).verdict != "refuted"


@pytest.mark.parametrize(
    "expr", ["sum(huber(sumr(p)))", "log10(sum(p))^2 + sum(relu(sumr(p) - 1))"]
)
def test_what_is_a_kink_but_for_rounding_exists_nowhere(expr):
    found = api.hess(expr, "p", ["p: n simplex"]).check(1)
    assert found.finding == "nowhere"


@pytest.mark.parametrize(
    ("expr", "let", "plain"),
    [
        ("clip(k, k, k)", "k: scalar", "1"),
        ("clip(-1, k, k)", "k: scalar", "1"),
        ("sum(clip(x, k, k))", "x: n", "ones(n)"),
        ("log(clip(-1, k, k))", "k: scalar", "1/k"),
    ],
)
def test_what_is_clipped_between_equal_bounds_is_the_bound(expr, let, plain):
    answer = api.grad(expr, "k", [let])
    assert answer.plain == plain
    assert answer.proof.verdict != "refuted"
