"""Every row of the function table is proved: shape, linearity, differences, text forms."""

import re

import engine
import numerics
import numpy as np
import pytest
from floats.numeric import check_differential, check_gradient

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.functions.row import Function
from mdiff.functions.table import ALIASES, ROWS, TABLE
from mdiff.functions.unknown import unknown
from mdiff.proof import prove
from mdiff.shapes import subexpressions
from mdiff.shapes.dims import show_shape
from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Name, children
from mdiff.walk import postorder

COMPLEX = {"conj", "re", "im"}
"""Functions that are nothing but their argument, or zero, where this is real."""

CONSTANTS = {"ones", "eye", "zeros", "transpose"}

PHI = {
    "phi: R -> R": unknown("phi", ("scalar",)),
    "phi: R^n -> R": unknown("phi", ("n",)),
    "phi: R^{n×k} -> R": unknown("phi", ("n×k",)),
}


def by_row(rows):
    return [pytest.param(row, id=f"{row.name}{row.signature}".replace(" ", "")) for row in rows]


LAST = {"trigamma"}
"""Functions that the table has as derivatives of others, and no derivative of."""

DIFFERENTIABLE = by_row(
    row for row in ROWS if row.differential or not (row.commuting or row.name in LAST)
)
TWICE = [
    each
    for each in DIFFERENTIABLE
    if not any(f"{name}(" in each.values[0].differential for name in LAST)
]
COMMUTING = by_row(row for row in ROWS if row.commuting)
ONLY_COMMUTING = by_row(row for row in ROWS if row.commuting and not row.differential)
BY_ELEMENTS = [row for row in ROWS if row.by_elements and row.name not in LAST]
OF_SCALARS = by_row(row for row in BY_ELEMENTS if len(row.parameters) == 1)
OF_SEVERAL = by_row(row for row in BY_ELEMENTS if len(row.parameters) > 1)


def call(row):
    return f"{row.name}({', '.join([*names(row), *row.sizes])})"


def let(row):
    also = " complex" if row.name in COMPLEX else " spd" if row.requires else ""
    return [f"{name}: {shape}{also}" for name, shape in row.parameters]


def names(row):
    return tuple(name for name, _ in row.parameters)


def differential(row):
    return api.d(call(row), names(row), let(row))


def again(row, answer):
    """The differential once more, its own `dX` held fixed as `HX`; and that answer's problem."""
    text = re.sub(r"\bd(\w+)", lambda m: f"H{m[1]}" if m[1] in names(row) else m[0], answer.plain)
    kept = f"constant {row.requires}".strip()
    fixed = [f"H{name}: {shape} {kept}" for name, shape in row.parameters]
    return api.d(text, names(row), [*let(row), *fixed])


def within(row, directions):
    """Directions that keep the property that the row asks of its argument."""
    if row.requires != "symmetric":
        return directions
    return {name: (value + value.T) / 2 for name, value in directions.items()}


def sized(shape):
    """A signature's shape as it is shown of a value."""
    problem = api.pose("R", (), [f"R: {shape}"])
    return show_shape(problem.variables["R"].shape)


@pytest.mark.parametrize("row", by_row(ROWS))
def test_the_columns_of_a_row_fit_together(row):
    ways = [row.wires, row.definition, row.differential or row.commuting]
    assert sum(map(bool, ways)) == (row.name not in LAST)
    assert row.doc
    assert row.wires or row.definition or row.value
    assert TABLE[row.name].count(row) == 1
    assert all(ALIASES[alias] == row.name and alias not in TABLE for alias in row.aliases)


@pytest.mark.parametrize("row", by_row(ROWS))
def test_a_row_uses_only_functions_of_the_table(row):
    value = "" if ":" in row.value else row.value
    for text in filter(None, (row.definition, row.differential, row.commuting, value)):
        sizes = set(re.findall(r"[a-z]", " ".join([row.result, *(s for _, s in row.parameters)])))
        known = {*names(row), *(f"d{name}" for name in names(row)), *sizes, "pi"}
        tree = parse(text, frozenset(known)).expression
        for node in postorder([tree], children):
            if isinstance(node, Apply):
                assert node.function in {*TABLE, *CONSTANTS, "einsum"}
            if isinstance(node, Name):
                assert node.name in known


@pytest.mark.parametrize("row", by_row(ROWS))
def test_a_call_has_the_shape_of_the_signature(row):
    shapes = subexpressions(api.pose(call(row), (), let(row)))
    assert shapes[0] == (0, call(row), sized(row.result))


@pytest.mark.parametrize("row", DIFFERENTIABLE)
def test_the_differential_has_the_shape_of_the_value(row):
    answer = differential(row)
    assert answer.shape == sized(row.result)
    assert show_shape(engine.again(answer, answer.plain).shape) == sized(row.result)


@pytest.mark.parametrize("row", DIFFERENTIABLE)
def test_the_differential_is_linear_in_the_change(row):
    answer = differential(row)
    claim = engine.again(answer, answer.plain)
    point = numerics.point(answer.problem)
    one, other = (numerics.directions(point, names(row), seed) for seed in (1, 2))
    both = {name: one[name] - 2.5 * other[name] for name in one}

    def at(along):
        return numerics.claimed(claim, point, along)

    assert np.allclose(at(both), at(one) - 2.5 * at(other), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("row", DIFFERENTIABLE)
def test_the_differential_agrees_with_first_differences(row):
    answer = differential(row)
    claim = engine.again(answer, answer.plain)
    proof = check_differential(answer.problem, names(row), claim, points=4)
    assert proof.ok, proof
    exact = prove(answer.problem, "d", names(row), claim)
    assert exact.ok or row.name in COMPLEX


@pytest.mark.parametrize("row", TWICE)
def test_the_differential_of_the_differential_agrees_with_second_differences(row):
    first = differential(row)
    second = again(row, first)
    point = numerics.point(first.problem)
    one, other = (within(row, numerics.directions(point, names(row), seed)) for seed in (1, 2))
    wanted = numerics.second_difference(first.problem.expression, point, one, other)
    held = {f"H{name}": value for name, value in one.items()}
    claim = engine.again(second, second.plain)
    found = numerics.claimed(claim, numerics.with_values(point, held), other)
    scale = max(1.0, float(np.max(np.abs(wanted))))
    assert np.max(np.abs(found - wanted)) < 1e-5 * scale


@pytest.mark.parametrize("shape", ["n", "n×k"])
@pytest.mark.parametrize("row", OF_SCALARS)
def test_a_function_of_scalars_applies_by_elements(row, shape):
    also = " complex" if row.name in COMPLEX else ""
    answer = api.d(f"W .* {row.name}(X)", ["X"], [f"X: {shape}{also}", f"W: {shape}"])
    claim = engine.again(answer, answer.plain)
    proof = check_differential(answer.problem, ("X",), claim)
    assert proof.ok, proof
    assert engine.reads_back(answer, answer.unicode)


@pytest.mark.parametrize("shape", ["n", "n×k"])
@pytest.mark.parametrize("row", OF_SEVERAL)
@pytest.mark.parametrize("scalar", [None, 0, 1])
def test_a_function_of_several_scalars_applies_by_elements_beside_scalars(row, shape, scalar):
    lets = [f"{name}: {'scalar' if at == scalar else shape}" for at, name in enumerate(names(row))]
    answer = api.d(f"W .* {call(row)}", names(row), [*lets, f"W: {shape}"])
    claim = engine.again(answer, answer.plain)
    assert check_differential(answer.problem, names(row), claim).ok
    assert engine.reads_back(answer, answer.unicode)
    for name, let_ in zip(names(row), lets, strict=True):
        gradient = api.grad(f"sum(W .* {call(row)})", name, [*lets, f"W: {shape}"])
        assert gradient.shape == sized(let_.partition(": ")[2])
        assert check_gradient(gradient.problem, name, engine.again(gradient, gradient.plain)).ok


def shown(row):
    """The value of a row as it stands in an answer: `dc*f(X)`."""
    return api.d(f"c*{call(row)}", ["c"], ["c: scalar", *let(row)])


def is_spelled_out(text):
    """Whether the softmax of all entries is in a plain text: there it is a quotient, by value."""
    return bool(re.search(r"exp\.?\(X\)/sum\(exp\(X\)\)", text))


@pytest.mark.parametrize("form", ["plain", "unicode"])
@pytest.mark.parametrize("row", by_row(ROWS))
def test_a_call_is_printed_and_read_back(row, form):
    answer = shown(row)
    text = getattr(answer, form)
    if not is_spelled_out(text):
        assert engine.network(answer, text) is engine.value_of(answer)
    assert check_differential(answer.problem, ("c",), engine.again(answer, text)).ok


@pytest.mark.parametrize("form", ["plain", "unicode"])
@pytest.mark.parametrize("row", DIFFERENTIABLE)
def test_a_differential_is_printed_and_read_back(row, form):
    answer = differential(row)
    text = getattr(answer, form)
    if is_spelled_out(text):
        assert answer.check().ok
    else:
        assert engine.reads_back(answer, text)


@pytest.mark.parametrize("row", by_row(ROWS))
def test_a_row_is_printed_in_latex(row):
    text = shown(row).latex
    assert text.count("{") == text.count("}")
    assert row.unicode == "" or row.unicode not in text
    if row.latex and row.kind in ("elementwise", "opaque") and row.name != "logdet":
        assert row.latex in text


def of(row, argument):
    """The function of a matrix at another argument; what else it takes stays."""
    return f"{row.name}({', '.join([argument, *names(row)[1:]])})"


def others(row):
    return [f"{name}: {shape} constant" for name, shape in row.parameters[1:]]


@pytest.mark.parametrize("row", COMMUTING)
def test_a_function_of_a_matrix_has_a_differential_under_a_trace(row):
    for text, shape in (
        (f"tr({of(row, 'X')})", "X: n×n"),
        (f"tr({of(row, '(X X^T)')})", "X: k×n"),
        (f"log(tr({of(row, 'X')})^2 + 1)", "X: n×n"),
    ):
        answer = api.grad(text, "X", [shape, *others(row)])
        claim = engine.again(answer, answer.plain)
        assert check_gradient(answer.problem, "X", claim).ok
        assert prove(answer.problem, "grad", ("X",), claim).ok


@pytest.mark.parametrize("row", COMMUTING)
def test_a_function_of_a_matrix_has_a_differential_along_its_own_argument(row):
    shapes = ["t: positive scalar", "X: n×n spd", *others(row)]
    first = api.d(of(row, "t*X"), ["t"], shapes)
    claim = engine.again(first, first.plain)
    assert check_differential(first.problem, ("t",), claim).ok
    second = api.d(first.plain.replace("dt", "h"), ["t"], [*shapes, "h: scalar constant"])
    claim = engine.again(second, second.plain)
    point = numerics.point(first.problem)
    along = {"t": 0.1 * np.ones((1, 1))}
    wanted = numerics.second_difference(first.problem.expression, point, along, along)
    held = numerics.with_values(point, {"h": along["t"]})
    assert np.allclose(numerics.claimed(claim, held, along), wanted, rtol=1e-5, atol=1e-8)


@pytest.mark.parametrize("row", ONLY_COMMUTING)
def test_a_function_of_a_matrix_has_no_other_differential(row):
    with pytest.raises(MdiffError) as caught:
        api.d(call(row), ["X"], [*let(row)[:1], *others(row)])
    assert caught.value.diagnostic.code == "E302"


@pytest.mark.parametrize("name", sorted(LAST))
def test_a_row_without_a_derivative_says_so(name):
    with pytest.raises(
        MdiffError, match=f"the derivative of `{name}` is not in the table"
    ) as caught:
        api.grad(f"sum({name}(x))", "x")
    assert caught.value.diagnostic.code == "E302"


@pytest.mark.parametrize("declaration", PHI)
def test_a_function_known_by_name_has_a_gradient_of_its_name(declaration):
    shape = PHI[declaration][0].parameters[0][1]
    answer = api.grad("phi(2 U)^2", "U", [declaration, f"U: {shape}"])
    assert answer.plain == "4*phi(2*U)*gradphi(2*U)"
    assert prove(answer.problem, "grad", ("U",), engine.again(answer, answer.plain)).ok
    assert engine.network(answer, answer.unicode) is engine.value_of(answer)


def test_a_wrong_rule_is_caught(monkeypatch):
    wrong = Function(
        "sin", "(x: scalar) -> scalar", "sine", differential="-cos(x)*dx", value="numpy:sin"
    )
    monkeypatch.setitem(TABLE, "sin", (wrong,))
    answer = differential(wrong)
    claim = engine.again(answer, answer.plain)
    assert answer.plain == "-cos(x)*dx"
    assert check_differential(answer.problem, ("x",), claim).verdict == "refuted"
    assert prove(answer.problem, "d", ("x",), claim).verdict == "refuted"
