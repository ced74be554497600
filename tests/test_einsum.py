"""`einsum` as input: read, typed, differentiated, evaluated in both ways, and refused with reasons."""

import time
from itertools import pairwise, starmap
from itertools import product as assignments

import engine
import numpy as np
import pytest
from floats.evaluate import Point, evaluate
from hypothesis import given
from hypothesis import strategies as st

from mdiff import api
from mdiff.errors import MdiffError
from mdiff.functions.table import einsum, pattern_of
from mdiff.functions.wires import axes, loose, written
from mdiff.proof.arrays import contraction, joins, work
from mdiff.proof.jet import Jet
from mdiff.proof.points import Exact
from mdiff.proof.program import Program, sized
from mdiff.proof.residues import P
from mdiff.proof.run import Run
from mdiff.shapes import infer, subexpressions, typed
from mdiff.shapes.dims import show_shape
from mdiff.syntax import parse, parse_declaration
from mdiff.syntax.tree import Apply, Name, Power, Text, Transpose

SIZES = {name: number for number, name in enumerate("nkmpqr", 2)}


def pose(text, *lets):
    declarations = [parse_declaration(let) for let in lets]
    names = {each.name for each in declarations}
    names.update(letter for each in declarations for _, size in each.shape or () for letter in size)
    return infer(parse(text, frozenset(names)), declarations)


def values(problem, seed=0):
    rng = np.random.default_rng(seed)
    size = dict(SIZES)
    for name in sorted(problem.sizes):
        size.setdefault(name, 2 + len(size))

    def number(dim):
        return dim.number * int(np.prod([size[name] for name in dim.factors]))

    drawn = {
        name: rng.integers(-4, 5, [number(dim) for dim in declared.shape]).astype(float)
        for name, declared in problem.variables.items()
    }
    return Point(size, drawn)


def flat(array):
    """What numpy's einsum wants: no axes of length 1, since no size here is 1."""
    return array.reshape([n for n in array.shape if n > 1])


# ------------------------------------------------------------------------------------- the row


@pytest.mark.parametrize(
    ("pattern", "wires", "signature", "written"),
    [
        ("ij,jk->ik", "ij,jk->ik", "(X1: i×j, X2: j×k) -> i×k", "ij,jk->ik"),
        ("i,ij,j->", "i.,ij,j.->", "(X1: i, X2: i×j, X3: j) -> scalar", "i,ij,j->"),
        (",ij -> ij", "..,ij->ij", "(X1: scalar, X2: i×j) -> i×j", ",ij->ij"),
        ("i->ii", "i.->ii", "(X1: i) -> i×i", "i->ii"),
        (".i->.i", ".i->.i", "(X1: 1×i) -> 1×i", "i->.i"),
        ("i,j->(ij)", "i.,j.->(ij).", "(X1: i, X2: j) -> i*j", "i,j->(ij)"),
        ("ik,jl->(ji)(lk)", "ik,jl->(ji)(lk)", "(X1: i×k, X2: j×l) -> j*i×l*k", "ik,jl->(ji)(lk)"),
        ("ij->.(ij)", "ij->.(ij)", "(X1: i×j) -> 1×i*j", "ij->.(ij)"),
        ("ij->(i)(j)", "ij->ij", "(X1: i×j) -> i×j", "ij->ij"),
        ("ij->..", "ij->", "(X1: i×j) -> scalar", "ij->"),
        ("( i j ) k->k", "(ij)k->k.", "(X1: i*j×k) -> k", "(ij)k->k"),
        ("(ij),(i)->j", "(ij).,i.->j.", "(X1: i*j, X2: i) -> j", "(ij),i->j"),
        (".(ij)->j", ".(ij)->j.", "(X1: 1×i*j) -> j", "(ij)->j"),
    ],
)
def test_a_pattern_is_a_row(pattern, wires, signature, written):
    row = einsum(pattern)
    assert (row.name, row.kind) == ("einsum", "wired")
    assert (row.wires, row.signature) == (wires, signature)
    assert pattern_of(row) == written
    assert einsum(wires) is row
    assert einsum(written).wires.partition("->")[2] == wires.partition("->")[2]


# -------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    "text",
    [
        'einsum("ij,jk->ik", A, B)',
        "einsum('ij,jk->ik', A, B)",
        'einsum ( "ij,jk->ik" , A , B )',
        "einsum('ij,jk→ik', A, B)",
        'einsum("ij,jk→ik", A, B)',
    ],
)
def test_all_spellings_are_one_call(text):
    tree = parse(text).expression
    assert isinstance(tree, Apply)
    assert tree.function == "einsum"
    pattern, *arguments = tree.arguments
    assert isinstance(pattern, Text)
    assert pattern.value == "ij,jk->ik"
    assert text[pattern.span[0] + 1 :].startswith("ij,jk")
    assert [argument.name for argument in arguments] == ["A", "B"]
    assert tree.span == (0, len(text))


def test_it_stands_wherever_an_expression_may():
    text = "2 einsum('ij->ji', A)' x + exp(einsum('i->i', y)) einsum('ii->', (A' B'))^2"
    problem = pose(text, "A: n×n", "B: n×n", "x: n", "y: n")
    named = pose("2 A x + exp(y) tr(A' B')^2", "A: n×n", "B: n×n", "x: n", "y: n")
    point = values(problem)
    assert np.array_equal(evaluate(problem.expression, point), evaluate(named.expression, point))


def test_transposes_are_no_quotes():
    tree = parse("A' B' - x'y'z'").expression
    assert isinstance(tree.terms[0][1].factors[0][1], Transpose)


def test_a_power_of_the_call():
    tree = parse('einsum^2("i->", x)').expression
    assert isinstance(tree, Power)
    assert isinstance(tree.base, Apply)


def test_a_declared_name_comes_first():
    assert isinstance(parse("einsum", frozenset({"einsum"})).expression, Name)
    tree = parse("einsum(x)", frozenset(), frozenset({"einsum"})).expression
    assert isinstance(tree, Apply)
    assert tree.arguments[0].name == "x"


TEXT_ERRORS = [
    # (text, code, the texts under the labels, a piece of what is said)
    ("einsum", "E006", ["einsum"], '`einsum("ij->ji", …)`'),
    ("einsum A", "E006", ["einsum"], "takes a pattern and arguments, in brackets"),
    ("einsum|A|", "E006", ["|"], "could stand here"),
    ("einsum(A, B)", "E006", ["A"], "a pattern in quotes"),
    ('einsum("ij->")', "E006", [")"], "`,` could stand here"),
    ('einsum("ij->", )', "E006", [")"], "a name, a number"),
    ('einsum("ij->", A', "E005", ["("], "never closed"),
    ('einsum("ij->, A)', "E005", ['"'], "never closed"),
    ("einsum('ij', A)", "E006", ["'"], "a pattern in quotes"),
    ('x + "ij"', "E006", ['"ij"'], "cannot stand here"),
    ('tr("ij->", A)', "E006", ['"ij->"'], "cannot stand here"),
    ('einsum("ij", A)', "E014", ['"ij"'], "`->` and the axes of the result are missing"),
    ('einsum("", A)', "E014", ['""'], "`->`"),
    ('einsum("ijk->i", A)', "E014", ["k"], "an argument has at most two axes"),
    ('einsum("i1->i", A)', "E014", ["1"], "a letter, `(`, `,` or `->`"),
    ('einsum("(ij)kl->i", A)', "E014", ["l"], "an argument has at most two axes"),
    ('einsum("i(j,k->i", A, x)', "E014", ["("], "never closed"),
    ('einsum("i(j->i", A)', "E014", ["("], "never closed"),
    ('einsum("()i->i", A)', "E014", [")"], "a letter could"),
    ('einsum("(i.)->i", A)', "E014", ["."], "a letter could"),
    ('einsum("i)->i", A)', "E014", [")"], "a letter, `(`"),
    ('einsum("é->", A)', "E014", ["é"], "a letter"),
    ('einsum("ij->ik", A)', "E014", ["k"], "no argument has an axis `k`"),
    ('einsum("ij,kl->ijk", A, B)', "E014", ["k"], "the result has at most two axes"),
    ('einsum("ij->(ij", A)', "E014", ["("], "never closed"),
    ('einsum("ij->ij)", A)', "E014", [")"], "a letter or `(`"),
    ('einsum("ij->(i(j))", A)', "E014", ["("], "a letter could"),
    ('einsum("ij->()i", A)', "E014", [")"], "a letter could"),
    ('einsum("ij->( )i", A)', "E014", [")"], "a letter could"),
    ('einsum("ij->(i.)j", A)', "E014", ["."], "a letter could"),
    ('einsum("ij->i->j", A)', "E014", ["-"], "a letter or `(`"),
    ('einsum("...i->i", A)', "E014", ["."], "at most two axes"),
]


@pytest.mark.parametrize(("text", "code", "places", "said"), TEXT_ERRORS)
def test_refuses_texts(text, code, places, said):
    with pytest.raises(MdiffError) as caught:
        parse(text)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == code
    assert [text[label.span[0] : label.span[1]] for label in diagnostic.labels] == places
    told = [diagnostic.message, *(label.message for label in diagnostic.labels)]
    assert said in "\n".join((*told, *diagnostic.notes, *diagnostic.helps))
    assert diagnostic.text == text


PIECES = ["einsum", "(", ")", '"', "'", "ij", "->", ",", "i", ".", "A", "'ij->'", '"i,j->(ij)"']


@given(st.lists(st.sampled_from([*PIECES, " ", "→", ">", "\n"]), max_size=12))
def test_whatever_is_typed_is_read_or_refused(pieces):
    text = "".join(pieces)
    try:
        pose(text)
    except MdiffError as error:
        for label in error.diagnostic.labels:
            assert 0 <= label.span[0] < label.span[1] <= len(text)


@pytest.mark.parametrize("text", ["'->" * 60_000, "'" + "->" * 100_000, "'" * 200_000])
def test_quotes_cost_no_more_than_their_length(text):
    begun = time.perf_counter()
    with pytest.raises(MdiffError):
        parse(text)
    assert time.perf_counter() - begun < 5


# --------------------------------------------------------------------------------------- shapes


@pytest.mark.parametrize(
    ("text", "lets", "shape", "variables"),
    [
        ('einsum("ij,jk->ik", A, B)', [], "m×k", {"A": "m×n", "B": "n×k"}),
        ('einsum("ij,jk->ik", s, t)', [], "m×k", {"s": "m×n", "t": "n×k"}),
        ('einsum("i,j->ij", a, B)', [], "n×m", {"a": "n", "B": "m"}),
        ('einsum(",i->i", X, a)', [], "n", {"X": "scalar", "a": "n"}),
        ('einsum("ii->i", A)', [], "n", {"A": "n×n"}),
        ('einsum("i->ii", x)', [], "n×n", {"x": "n"}),
        ('einsum("ij->.j", A)', [], "1×n", {"A": "m×n"}),
        ('einsum("i->i", r)', ["r: 1×k"], "k", {"r": "1×k"}),
        ('einsum(".i->.i", r)', ["r: 1×k"], "1×k", {"r": "1×k"}),
        ('einsum("ik,jl->(ji)(lk)", A, B)', ["A: m×n", "B: p×q"], "m*p×n*q", {}),
        ('einsum("ij->(ij)", A)', ["A: m×n"], "m*n", {}),
        ('einsum("ij->(ji)(ji)", A)', ["A: m×n"], "m*n×m*n", {}),
        ('einsum("ij,jk->ik", I, A)', [], "m×n", {"A": "m×n"}),
        ('einsum("ij,j->i", A, 2 x + 1)', [], "m", {"A": "m×n", "x": "n"}),
        ('einsum("ij,j->i", A, x - b) + c', [], "m", {"b": "n", "c": "m"}),
        ('einsum("i,i->", x, x) A', [], "m×n", {"A": "m×n", "x": "k"}),
        ('einsum("(ij)(kl),ik->(jl)", K, A)', ["K: n*p×k*q", "A: n×k"], "p*q", {}),
        ('einsum("(ij)k,i->jk", M, x)', ["M: n*p×k", "x: n"], "p×k", {}),
        ('einsum("(ij)k,i->jk", M, x)', ["M: 6×k", "x: 2"], "3×k", {"x": "2"}),
        ('einsum("(ij),(jk),k->i", x, y, z)', ["x: 6", "y: 12", "z: 4"], "2", {}),
        ('einsum("(ij)->ji", x)', [], "m×n", {"x": "m*n"}),
        ('einsum("(ij),j->ij", x, ones(p))', ["x: p*n"], "n×p", {}),
        ('einsum("(ij),i->j", r, x)', ["r: 1×n*p", "x: n"], "p", {}),
        ('einsum("(ij),j->i", A, X)', [], "n", {"A": "m*n", "X": "m"}),
        ('einsum("(ii)->i", x)', ["x: n*n*m*m"], "m*n", {}),
        ('einsum("(ii)->i", x)', ["x: 9"], "3", {}),
        ('einsum("(ij)(kl),jl->(ji)(lk)", kron(A, B), B)', ["A: m×n", "B: p×q"], "m*p×n*q", {}),
    ],
)
def test_shapes(text, lets, shape, variables):
    problem = pose(text, *lets)
    assert show_shape(problem.expression.shape) == shape
    found = {name: show_shape(problem.variables[name].shape) for name in variables}
    assert found == variables


def test_the_typed_call_is_a_row_with_its_sizes():
    problem = pose('einsum("ij,i->j", A, x)', "A: m×n", "x: m")
    call = problem.expression
    assert isinstance(call, typed.Apply)
    assert call.function is einsum("ij,i.->j.")
    assert {letter: str(size) for letter, size in call.sizes.items()} == {"i": "m", "j": "n"}
    assert [text for _, text, _ in subexpressions(problem)] == [problem.text, "A", "x"]


SHAPE_ERRORS = [
    # (text, declarations, code, the texts under the labels, pieces of what is said)
    (
        'einsum("ij,jk->ik", A, B)', ["A: m×n", "B: m×k"], "E215", ["A", "B"],
        ["the letter `j` of `einsum` stands for two sizes", "A is m×n", "B is m×k",
         "n comes from --let 'A: m×n'"],
    ),
    (
        'einsum("ij,kj->ik", A, B)', ["A: m×n", "B: n×k"], "E215", ["A", "B"],
        ["write `B^T` for `B`"],
    ),
    ('einsum("ii->", A)', ["A: m×n"], "E215", ["A"], ["the letter `i`", "A is m×n"]),
    (
        'einsum("ij,j->i", x, A)', ["x: n", "A: n×n"], "E216", ["ij", "x"],
        ["`x` is n (a column), and `ij` in the pattern is for a matrix", "this is a matrix"],
    ),
    ('einsum("i j, j->i", A, B)', ["A: n×n", "B: n×n"], "E216", ["j", "B"], ["for a vector"]),
    ('einsum(",i->i", x, y)', ["x: n", "y: n"], "E216", ["x"], ["no letter in the pattern"]),
    ('einsum("i->i", c)', ["c: scalar"], "E216", ["i", "c"], ["`c` is a scalar, and `i`"]),
    ('einsum("i.->i", r)', ["r: 1×n"], "E216", ["i.", "r"], ["1×n (a row)"]),
    ('einsum("i,j->ij", x)', [], "E210", ['"i,j->ij"'], ["of 2 arguments, and there is 1"]),
    ('einsum("i->i", x, y)', [], "E210", ['"i->i"'], ["of 1 argument, and there are 2"]),
    (
        'einsum("(ij),i,j->", x, y, z)', ["x: m", "y: n", "z: k"], "E215", ["x"],
        ["the letters `(ij)` of `einsum` make k*n, and that axis is m", "x is m"],
    ),
    (
        'einsum("( i j ) k ,i->jk", x, y)', ["x: m", "y: n"], "E216", ["( i j ) k", "x"],
        ["`(ij)k` in the pattern is for a matrix"],
    ),
    ('einsum("(ij)->ji", A)', ["A: m×n"], "E216", ["(ij)", "A"], ["for a vector"]),
    (
        'einsum("(ij)->ji", x)', ["x: 6"], "E214", ['einsum("(ij)->ji", x)'],
        ["the sizes `m*n` and `6` have to be equal, and nothing says how",
         'can be said so: `einsum("(ij),i->ij", x, ones(n))`'],
    ),
    (
        'einsum("(ij)->ji", x)', ["x: m*n"], "E214", ['einsum("(ij)->ji", x)'],
        ["and `m*n` have to be equal"],
    ),
    (
        'einsum("(ij),i->j", x, y)', ["x: m*n"], "E214", ['einsum("(ij),i->j", x, y)'],
        ["and `m*n` have to be equal"],
    ),
    (
        'einsum("(ij)(kl)->jl", kron(A, B))', [], "E214",
        ['einsum("(ij)(kl)->jl", kron(A, B))'], ["nothing says how"],
    ),
    (
        'einsum("(ij)->ji", x)', ["x: m"], "E214", ['einsum("(ij)->ji", x)'],
        ["and `m` have to be equal"],
    ),
    (
        'einsum("(ij),i->j", x, y)', ["x: m", "y: n"], "E214", ['einsum("(ij),i->j", x, y)'],
        ["and `m` have to be equal"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "lets", "code", "places", "said"), SHAPE_ERRORS)
def test_refuses_shapes(text, lets, code, places, said):
    with pytest.raises(MdiffError) as caught:
        pose(text, *lets)
    diagnostic = caught.value.diagnostic
    assert diagnostic.code == code
    assert [text[label.span[0] : label.span[1]] for label in diagnostic.labels] == places
    told = [diagnostic.message, *(label.message for label in diagnostic.labels)]
    told = "\n".join((*told, *diagnostic.notes, *diagnostic.helps))
    for piece in said:
        assert piece in told


def test_einsum_is_no_variable():
    with pytest.raises(MdiffError) as caught:
        api.grad("x^T x", "einsum")
    assert caught.value.diagnostic.code == "E116"


# --------------------------------------------------------------------------------------- values

PATTERNS = [
    ("ij,jk->ik", "AB"),
    ("ij,kj->ik", "AC"),
    ("ij,ij->", "AD"),
    ("ij->ji", "A"),
    ("ii->i", "S"),
    ("ii->", "S"),
    ("ii,ij,j->i", "SSx"),
    ("ij,j,i->", "SxS"[:1] + "xx"),
    ("i,i,i->i", "xxx"),
    ("i,ij,jk,kl,l->", "xSSSx"),
    ("ij,jk,ki->", "SSS"),
    ("ab,bc,cd,da->ac", "SSSS"),
    (",ij,->ij", "cAc"),
    ("ij,i->j", "Ay"),
    ("ij,kl->ik", "AB"),
    ("ij,ik,il->kl", "AAA"),
]


@pytest.mark.parametrize(("pattern", "names"), PATTERNS)
def test_values_are_those_of_numpy(pattern, names):
    lets = ["A: m×n", "B: n×k", "C: k×n", "D: m×n", "S: n×n", "x: n", "y: m", "c: scalar"]
    problem = pose(f'einsum("{pattern}", {", ".join(names)})', *lets)
    point = values(problem)
    wanted = np.einsum(pattern, *(flat(point.values[name]) for name in names))
    found = evaluate(problem.expression, point)
    assert np.array_equal(flat(found), wanted)
    assert np.array_equal(exactly(problem.expression, point), found)


def exactly(expression, point):
    """The value by the arithmetic of the exact method, for whole numbers."""
    program = Program()
    root = program.write(expression)
    steps = sized(program, point.sizes)
    levels = Exact(1, 0, 0, 1, 1).levels
    jets = {
        name: [Jet(levels[0], *value.shape, [[int(entry) for entry in value.reshape(-1)]])]
        for name, value in point.values.items()
    }
    found = Run(steps, [1] * len(steps), levels, jets).at(root)
    signed = [entry - P if entry > P // 2 else entry for entry in found.value]
    return np.array(signed, float).reshape(found.shape)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ('einsum("i->ii", x)', "diag(x)"),
        ('einsum("ik,jl->(ij)(kl)", A, B)', "kron(A, B)"),
        ('einsum("ik,jl->(ji)(lk)", A, B)', "kron(B, A)"),
        ('einsum("ij->(ji)", A)', "vec(A)"),
        ('einsum("ij->.(ji)", A)', "vec(A)'"),
        ('einsum("ij->(ij)", A)', "vec(A')"),
        ('einsum("ij->(ji)(ji)", A)', "diag(vec(A))"),
        ('einsum("i->(ii)", x)', "vec(diag(x))"),
        ('einsum("ik,jl->(jl)(ik)", A, B)', "vec(B')*vec(A')'"),
        ('einsum("i,j->(ij)(ji)", ones(m), ones(n))', "K(m,n)"),
        ('einsum("ij->.j", A)', "1^T A"),
        ('einsum("i,j->ij", x, x)', "x x'"),
        ('einsum("i->i", x\')', "x"),
        ('einsum("ij,j,jk->ik", A, x, A\')', "A diag(x) A'"),
        ('einsum("(ij),i->ji", vec(A), ones(n))', "A"),
        ('einsum("(ij)(kl),i,k->(ji)(lk)", kron(A, B), ones(m), ones(n))', "kron(B, A)"),
        ('einsum("(ij)(kl),jl->ik", kron(A, B), B)', "normF(B)^2*A"),
        ('einsum("(ij)(kj),k->i", kron(A, S), x)', "tr(S)*A*x"),
        ('einsum("(ij)(kl),ik->jl", kron(A, B), A)', "normF(A)^2*B"),
        ('einsum("(ii)->", vec(S))', "tr(S)"),
        ('einsum("(ij)(kl),j,k->(ji)(lk)", K(m, n), ones(n), ones(n))', "K(n, m)"),
        ('einsum("(ij)(kl),j,l->(ijkl)", kron(A, B), ones(p), ones(q))', "vec(kron(A, B)')"),
        ('einsum("(ij),(kl),i,k->(jl)(ik)", vec(A), vec(B), x.^0, ones(q))', "kron(A, B)"),
        ('einsum(".(ij),i->(ij)", vec(A)\', ones(n))', "vec(A)"),
    ],
)
def test_results_that_have_a_name(text, same):
    lets = ["A: m×n", "B: p×q", "S: n×n", "x: n"]
    problem, named = pose(text, *lets), pose(same, *lets)
    assert problem.expression.shape == named.expression.shape
    point = values(problem)
    assert np.array_equal(evaluate(problem.expression, point), evaluate(named.expression, point))


AXIS = st.lists(st.sampled_from("ijkl"), max_size=3).map("".join)
GROUPS = st.lists(st.tuples(AXIS, AXIS), min_size=1, max_size=4)


@given(GROUPS, st.data())
def test_any_pattern_means_its_sum(groups, data):
    groups = [*groups, *((letter, "") for letter in loose(",".join(starmap(written, groups))))]
    known = sorted({letter for pair in groups for axis in pair for letter in axis})
    axis = st.lists(st.sampled_from(known), max_size=3) if known else st.just([])
    rows, columns = ("".join(data.draw(axis)) for _ in range(2))
    inputs = ",".join(written(*pair) for pair in groups)
    wires = einsum(f"{inputs}->{written(rows, columns)}").wires
    lengths = {letter: number for number, letter in enumerate("ijkl", 1)}
    rng = np.random.default_rng(len(wires))
    args, shapes = [], []
    for pair in groups:
        args.append(rng.integers(-3, 4, [lengths[letter] for letter in "".join(pair)]))
        shapes.append(tuple(int(np.prod([lengths[a] for a in axis])) for axis in pair))
    height, width = (int(np.prod([lengths[a] for a in axis])) for axis in (rows, columns))
    wanted = np.zeros((height, width), int)
    for picked in assignments(*(range(lengths[letter]) for letter in known)):
        at = dict(zip(known, picked, strict=True))
        row, column = (
            sum(
                at[letter] * int(np.prod([lengths[after] for after in axis[place + 1 :]]))
                for place, letter in enumerate(axis)
            )
            for axis in (rows, columns)
        )
        entries = (
            arg[tuple(at[a] for a in "".join(pair))] for arg, pair in zip(args, groups, strict=True)
        )
        wanted[row, column] += np.prod(list(entries))
    found = contraction(wires, shapes, *([int(e) for e in arg.reshape(-1)] for arg in args))
    assert found == wanted.reshape(-1).tolist()


@pytest.mark.parametrize(
    ("inputs", "letters"),
    [
        ("ij,jk", ""),
        ("(ij)k,j.", ""),
        ("(ij).", "i"),
        ("(ii).", ""),
        ("(iij).,j.", ""),
        ("(ij)(jk),k.", ""),
        ("(ij)(kl)", "ik"),
        ("(ijk)(ij)", "i"),
    ],
)
def test_letters_whose_sizes_do_not_follow(inputs, letters):
    assert loose(inputs) == letters


def test_long_contractions_are_summed_wire_by_wire():
    letters = "abcdefghijklmnopqrstuvwxyz"
    chain = ",".join(a + b for a, b in pairwise(letters))
    lengths = dict.fromkeys(letters, 3)
    assert work(f"{chain}->az", [(3, 3)] * 25) < 2_500
    places, left = joins(chain.split(","), "az", lengths)[-1]
    assert len(places) <= 2
    assert left == "az"
    names = ", ".join("A" * 25)
    problem = pose(f'einsum("{chain}->az", {names})')
    point = values(problem)
    power = np.linalg.matrix_power(point.values["A"], 25)
    assert np.allclose(evaluate(problem.expression, point), power)
    answer = api.grad(f'einsum("{chain},za->", {names}, A)', "A")
    assert answer.plain == "26*(A^25)'"
    assert answer.proof.verdict == "proved"


def test_what_is_too_large_is_not_proved_and_does_not_hang():
    letters = "abcdefghijklmnopqr"
    pairs = [a + b for at, a in enumerate(letters) for b in letters[at + 1 :]]
    begun = time.perf_counter()
    wires = f"{','.join(pairs)}->"
    assert work(wires, [(3, 3)] * len(pairs)) > 10**8
    assert time.perf_counter() - begun < 2


# -------------------------------------------------------------------------------------- answers

ANSWERS = [
    ('einsum("ij,i,j->", A, x, y)', "A", [], "x*y'"),
    ("einsum('ij,i,j->', A, x, y)", "x", [], "A*y"),
    ('einsum("ij,jk,ki->", A, B, C)', "B", [], "A'*C'"),
    ('einsum("ii->", A)', "A", [], "eye(n)"),
    ('einsum("ij->", A)', "A", [], "ones(m,n)"),
    ('einsum("i,i,i->", x, x, x)', "x", [], "3*x.^2"),
    ('einsum(",ij,ij->", c, A, A)', "c", [], "normF(A)^2"),
    ('log det einsum("ji,jk,kl->il", A, X, A)', "X", [], "A*inv(A'*X*A)'*A'"),
    ('einsum("ii->", exp(A))', "A", [], "diag(exp(diag(A)))"),
    ('r = einsum("ij,j->i", A, x) - b; r^T r', "x", [], "2*A'*(A*x-b)"),
    ('sum(einsum("i->ii", x) .* A)', "x", [], "diag(A)"),
    ('tr(einsum("ik,jl->(ji)(lk)", A, B))', "A", ["A: m×m", "B: n×n"], "tr(B)*eye(m)"),
]


@pytest.mark.parametrize(("text", "wrt", "lets", "plain"), ANSWERS)
def test_answers(text, wrt, lets, plain):
    answer = api.grad(text, wrt, lets)
    assert answer.plain == plain
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")


@pytest.mark.parametrize(
    ("text", "matrix"),
    [
        ('einsum("ij,jk->ik", A, X)', "A*X"),
        ('einsum("ji->ij", X)', "X'"),
        ('einsum("ij,ij->ij", A, X)', "A.*X"),
    ],
)
def test_differentials_are_those_of_the_matrix_form(text, matrix):
    assert api.d(text, ("X",)).plain == api.d(matrix, ("X",)).plain


STACKED = [
    # text, variable, declarations, gradient
    ('einsum("(ij)(kl),ik,jl->", kron(A, B), A, B)', "A", [], "2*normF(B)^2*A"),
    ('sum(einsum("(ii)->", x+c))', "x", ["x: scalar"], "n"),
    ('einsum("(ii)->", vec(A))', "A", ["A: n×n"], "eye(n)"),
    ('sum(einsum("(ij),i->ji", vec(A), x) C)', "A",
     ["A: m×n", "x: n", "C: n×k"], "ones(m)*(x.*(C*ones(k)))'"),
    ('einsum("(ij)(kl),ik,jl->", kron(A, B), C, D)', "A",
     ["A: m×n", "B: p×q", "C: m×n", "D: p×q"], "tr(B'*D)*C"),
    ('einsum("(ij)(kl),ik,j,l->", ones(m*p,n*q), A, x, y)', "A",
     ["A: m×n", "x: p", "y: q"], "sum(x)*sum(y)*ones(m,n)"),
    ('tr(einsum("(ij)(kl),jl->ik", kron(A, B), B))', "B", ["A: m×m"], "2*tr(A)*B"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wrt", "lets", "plain"), STACKED)
def test_stacked_axes_are_parted(text, wrt, lets, plain):
    answer = api.grad(text, wrt, lets)
    assert answer.plain == plain
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")


def test_a_variable_whose_axis_is_one_wire_is_folded():
    answer = api.grad('einsum("(ij),ji->", x, A)', "A", ["x: n*m", "A: m×n"])
    assert answer.plain == "unvec(x,m,n)"
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")


HARD = [
    # (kind, text, variables, declarations): networks of which factors have more than two wires
    (api.jac, "exp(kron(A, B))", "A", []),
    (api.jac, "exp(kron(A, B))", "B", []),
    (api.jac, "exp(kron(A, exp(kron(B, C))))", "A", []),
    (api.jac, "inv(kron(A, B) + I)", "A", []),
    (api.jac, 'einsum("(ij)(kl),ik->jl", exp(kron(A, B)), A)', "B", []),
    (api.jac, 'einsum("(ij)(kl),ik->(jl)", exp(kron(A, B)), A)', "A", []),
    (api.hess, "sum(exp(kron(A, B)))", "A", []),
    (api.hess, "sum(exp(kron(A, B)))", ["A", "B"], []),
    (api.grad, "logsumexp(vec(kron(A, B)))", "A", []),
    (api.grad, "logdet(kron(A, B) + I)", "A", []),
]


@pytest.mark.parametrize(("kind", "text", "wrt", "lets"), HARD)
def test_factors_on_more_than_two_wires_are_written(kind, text, wrt, lets):
    answer = kind(text, wrt, lets)
    assert "einsum(" in answer.plain
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")
    assert engine.reads_back(answer, answer.plain)
    assert engine.reads_back(answer, answer.unicode)


def test_wires_side_by_side_are_one_letter():
    jacobian = api.jac("inv(kron(A, B) + I)", "A").plain
    inverse = "inv(kron(A,B)+eye(k*n))"
    assert jacobian == f'-einsum("mn,i(km),(ln)j->(ji)(lk)", B, {inverse}, {inverse})'


def test_more_wires_than_letters():
    five = "ij,ik,il,im,jk,jl,jm,kl,km,lm"  # of no two series-parallel, also with one cut out
    chain = "*".join("ST" * 15)
    answer = api.grad(f'einsum("{five}->", A, {"B, " * 7}{chain}, {chain})', "A")
    assert answer.plain.count("einsum(") > 1
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")


def test_a_diagonal_of_other_wires_is_folded():
    answer = api.grad('einsum("ii->", kron(A, B))', "A", ["A: m×n", "B: n×m"])
    assert answer.plain == 'einsum("kl,(ik)(jl)->ij", B, eye(m*n))'
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")


def test_a_letter_takes_the_finest_split_of_its_axes():
    answer = api.grad('einsum("ij,jk->", ones(m,m*n), kron(A, B))', "A", ["A: m×k", "B: n×q"])
    assert answer.plain == "m*sum(B)*ones(m,k)"
    assert answer.proof.verdict == "proved"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("sum(kron(A, B)*ones(k*q,m))", "m*sum(B)*ones(m,k)"),
        ("sum(kron(A, B)*eye(k*q))", "sum(B)*ones(m,k)"),
        ("sum(ones(p,m)*A)", "p*ones(m,k)"),
    ],
)
def test_constants_beside_them(text, plain):
    answer = api.grad(text, "A", ["A: m×k", "B: n×q"])
    assert answer.plain == plain
    assert answer.proof.verdict == "proved"


@pytest.mark.parametrize(
    ("text", "wrt"),
    [("A*X*B", "X"), ("inv(X)", "X"), ("diag(v)*X*diag(v)", "v"), ("softmaxr(X*B)", "X")],
)
def test_the_index_form_of_a_jacobian_reads_back(text, wrt):
    answer = api.jac(text, wrt, form="index")
    assert "einsum(" in answer.plain
    assert (answer.proof.verdict, answer.proof.method) == ("proved", "exact")


def test_axes_of_a_term():
    assert axes("(ik)(jl)") == ("ik", "jl")
    assert axes(".(ij)") == ("", "ij")
    assert axes("") == ("", "")
