"""`--strict`: what would only be told is refused, with each phrase and how to be explicit."""

import pytest

import mdiff
from mdiff import api
from mdiff.cli import app
from mdiff.errors import MdiffError, fail
from mdiff.strict import refusal


def refused(*asked, **options):
    with pytest.raises(MdiffError) as caught:
        api.pose(*asked, strict=True, **options)
    assert (caught.value.diagnostic.code, caught.value.status) == ("E118", 4)
    return caught.value.diagnostic


def test_a_kind_that_is_assumed_and_the_declaration_that_says_it():
    told = api.pose("||A x - b||^2", ["x"]).readings
    diagnostic = refused("||A x - b||^2", ["x"])
    assert [(label.span, label.message) for label in diagnostic.labels] == [((8, 9), told[0])]
    assert diagnostic.helps == ("declare --let 'b: m'",)
    assert api.pose("||A x - b||^2", ["x"], ["b: m"], strict=True).readings == ()


def test_a_product_that_is_assumed_and_how_it_is_written():
    diagnostic = refused("log det(AXB)", ["X"])
    assert diagnostic.labels[0].span == (8, 11)
    assert diagnostic.helps == ("write `A X B` for `AXB`",)
    assert api.pose("log det(A X B)", ["X"], strict=True).readings == ()


def with_readings(text, *readings):
    problem = api.pose(text)
    problem.readings = readings
    return problem


def test_every_phrase_is_named_where_it_stands_or_in_a_note():
    problem = with_readings("a^T b + ||X||_F", "`a`, `b` as vectors", "numpy", "`q` as `r`")
    diagnostic = refusal(problem, lambda _text, _lets: ()).diagnostic
    assert [(label.span, label.message) for label in diagnostic.labels] == [
        ((0, 1), "`a`, `b` as vectors"),
        ((4, 5), ""),
    ]
    assert diagnostic.notes == ("read: numpy", "read: `q` as `r`")
    assert diagnostic.helps == ("declare --let 'a: k' --let 'b: k'",)


def again(text, lets):
    return api.pose(text, (), lets).readings


@pytest.mark.parametrize(
    ("text", "reading", "offered"),
    [
        ("sum(x .* y)", "`x` as a vector", "declare --let 'x: n'"),
        ("log(det(S)) + tr(S)", "`det(S)` as `tr(S)`", None),
        ("tr((A B)' C)", "`(A B)'` as `B' A'`", "write `B' A'` for `(A B)'`"),
        ("tr((A B)' C)", "`(A B)'` as `A' B'`", None),
        ("c^2 + tr(S)", "`c^2` by elements", "write `c.^2` for `c^2`"),
        ("log(det(S)) + tr(S)", "`det(S)` as det S", "write `det S` for `det(S)`"),
    ],
)
def test_an_edit_is_offered_where_it_has_the_same_value(text, reading, offered):
    expected = () if offered is None else (offered,)
    assert refusal(with_readings(text, reading), again).diagnostic.helps == expected


def test_what_does_not_help_is_not_offered():
    problem = with_readings("a^T b", "`a`, `b` as vectors", "`a^T` as `a'`")
    assert refusal(problem, lambda _text, _lets: problem.readings).diagnostic.helps == ()

    def unreadable(_text, _lets):
        raise fail("E001", "no")

    assert refusal(problem, unreadable).diagnostic.helps == ()


ASKED = {
    "grad": lambda text, **options: mdiff.grad(text, "x", **options),
    "gradients": lambda text, **options: mdiff.gradients(text, ["x"], **options),
    "d": lambda text, **options: mdiff.d(text, ["x"], **options),
    "jac": lambda text, **options: mdiff.jac(text, "x", **options),
    "hess": lambda text, **options: mdiff.hess(text, "x", **options),
    "taylor": lambda text, **options: mdiff.taylor(text, "x", **options),
    "shape": mdiff.shape,
    "newton": lambda text, **options: api.newton(text, "x", **options),
    "inverse": lambda text, **options: api.inverse_hessian(text, "x", **options),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=ASKED)
def test_every_question_can_be_strict(ask):
    with pytest.raises(MdiffError, match="E118"):
        ask("||A x - b||^2", strict=True)
    assert ask("||A x - b||^2", let=["b: m"], strict=True)


def test_records_can_be_strict():
    vague, clear = mdiff.batch(["||A x - b||^2; wrt x", "x^T A x; wrt x"], strict=True)
    assert (vague["status"], vague["code"], clear["status"]) == ("error", "E118", "ok")


@pytest.mark.parametrize("command", ["grad", "d", "jac", "hess", "taylor", "shape"])
def test_every_command_can_be_strict(command, capsys):
    by = [] if command == "shape" else ["--wrt", "x"]
    assert app.run([command, "||A x - b||^2", *by, "--strict"]) == 4
    assert "error[E118]" in capsys.readouterr().err
    assert app.run([command, "||A x - b||^2", *by, "--strict", "--let", "b: m"]) == 0


def test_a_batch_can_be_strict(tmp_path, capsys):
    file = tmp_path / "problems.txt"
    file.write_text("||A x - b||^2; wrt x # vague\nx^T A x; wrt x # clear\n", encoding="utf-8")
    assert app.run(["batch", str(file), "--format", "plain", "--strict"]) == 7
    out, err = capsys.readouterr()
    assert out == "clear: (A+A')*x\n"
    assert err.startswith("vague: error[E118]: ")
