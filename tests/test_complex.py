"""What holds for real numbers only is not done to complex ones."""

import engine
import pytest

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.functions.identities import IDENTITIES
from mdiff.functions.table import TABLE
from mdiff.network.nodes import Variable
from mdiff.network.table import Table

LET = ["z: complex scalar", "v: complex n", "Z: complex m×n", "S: complex n×n", "c: scalar"]

KEPT = ["abs(z)^2", "abs(z)*sign(z)", "sqrt(z^2)", "(z^3)^(1/2)", "log(exp(z))"]

REFUSED = [
    ("abs(z)^2", "z", "`abs`"),
    ("sum(relu(v))", "v", "`relu`"),
    ("||v||_1", "v", "`abs`"),
    ("sum(erf(v))", "v", "`erf`"),
    ("sum(pinv(Z))", "Z", "`pinv`"),
    ("||Z||_2", "Z", "`norm2`"),
    ("||v||^2", "v", "`conj`"),
    ("||Z||_F^2", "Z", "`conj`"),
]

ANSWERED = [
    ("grad", "abs(z)^2*c^2", "c", "2*c*abs(z)^2"),
    ("grad", "v^T v", "v", "2*v"),
    ("grad", "tr(Z^T Z)", "Z", "2*Z"),
    ("grad", "sqrt(z^2)", "z", "z/sqrt(z^2)"),
    ("grad", "log det S", "S", "inv(S)'"),
    ("d", "||v||^2", "v", "conj(v)'*dv+v'*conj(dv)"),
    ("d", "||Z||_F^2", "Z", "tr(conj(Z)'*dZ)+tr(Z'*conj(dZ))"),
]


@pytest.mark.parametrize("expr", KEPT)
def test_an_identity_of_reals_is_not_applied(expr):
    value = api.d(f"c*({expr})", "c", LET).plain
    real = api.d(f"c*({expr})", "c", ["z: positive scalar", "c: scalar"]).plain
    assert value != real
    assert "conj" not in value


OF_SCALARS = [each for each in IDENTITIES if "tril" not in each[0]]
"""A mask is taken of ones only."""


@pytest.mark.parametrize(("left", "right", "where"), OF_SCALARS)
def test_the_condition_of_an_identity_is_looked_at(left, right, where):
    table = Table()
    for properties in (frozenset(), frozenset({"complex"})):
        u = table.of_node(table.node(Variable, "u", (), (), properties, 0))

        def product(powers, u=u):
            total = table.number(1)
            for name, exponent in powers.items():
                value = table.apply(TABLE[name][0], (u,)) if name else u
                total = engine.multiplied(table, total, table.power(value, exponent))
            return total

        holds = not (where and properties)
        assert (product(left) is product(right)) == holds


@pytest.mark.parametrize(("expr", "wrt", "name"), REFUSED)
def test_what_is_known_for_reals_only_is_refused(expr, wrt, name):
    with pytest.raises(MdiffError) as raised:
        api.grad(expr, wrt, LET)
    assert raised.value.diagnostic.code == "E302"
    assert name in raised.value.diagnostic.message
    assert api.grad(expr, wrt, [each.replace("complex", "") for each in LET]).proof.ok


@pytest.mark.parametrize(("kind", "expr", "wrt", "plain"), ANSWERED)
def test_what_holds_for_complex_numbers_is_proved(kind, expr, wrt, plain):
    answer = (api.grad if kind == "grad" else api.d)(expr, wrt, LET)
    assert answer.plain == plain
    assert answer.proof.ok


@pytest.mark.parametrize("expr", ["norm2(x)*abs(z)^2", "norm2(x)"])
def test_a_real_variable_beside_a_complex_one_is_drawn_real(expr):
    assert api.d(expr, "x", ["x: n", "z: complex scalar"]).check().verdict == "proved"
