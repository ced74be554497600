"""Random texts give a typed tree that is well formed, or the project's own error; nothing else."""

import random

import pytest

from mdiff.errors import MdiffError
from mdiff.functions.table import TABLE
from mdiff.shapes import infer, subexpressions, typed
from mdiff.shapes.dims import ONE, SCALAR
from mdiff.syntax import parse, parse_declaration
from mdiff.walk import postorder

NAMES = [*"ABXYabxyz", "mu", "I", "n", "m", "Sigma", "pi", "1", "2", "0", "1/2"]
CONSTANTS = [
    "I_n",
    "ones(m)",
    "ones(n,k)",
    "eye(2*n)",
    "K(m,n)",
    "e_i",
    "1_m",
    "vector(1)",
    "matrix(2)",
    "1^T",
]
LETS = [
    "A: n×k",
    "B: k×n",
    "X: n×n spd",
    "x: n",
    "y: m",
    "c: scalar",
    "Y: 3×2",
    "a: 1",
    "z: m*n",
    "b: positive",
]


def text(chance, depth):
    def deeper():
        return text(chance, depth - 1)

    if depth <= 0:
        return chance.choice(NAMES)
    match chance.randrange(8):
        case 0:
            return chance.choice(CONSTANTS)
        case 1 | 2:
            return (
                f"{deeper()} {chance.choice(['*', '+', '-', '/', '.*', './', '⊗', ''])} {deeper()}"
            )
        case 3:
            return f"({deeper()} {chance.choice(['+', '-', '.*', './'])} {deeper()})"
        case 4:
            name = chance.choice(sorted(TABLE))
            return f"{name}({', '.join(deeper() for _ in TABLE[name][0].parameters)})"
        case 5:
            return f"({deeper()})^{chance.choice(['T', '2', '-1', '-T', '(1/2)', 'a', 'n', 'x'])}"
        case 6:
            return f"({deeper()}).^{chance.choice(['2', '-1', 'a'])}"
        case _:
            return f"||{chance.choice(NAMES)} {chance.choice(NAMES)}||{chance.choice(['', '^2', '_F', '_1'])}"


def verify(node):
    """What is well formed: one case a type of node."""
    match node:
        case typed.Sum(terms):
            assert all(term.shape == node.shape for _, term in terms)
        case typed.Broadcast(argument):
            column = argument.shape[1] == ONE and argument.shape[0] == node.shape[0]
            assert argument.shape == SCALAR or column
        case typed.Transpose(argument):
            assert node.shape == argument.shape[::-1]
        case typed.Power(base, exponent, kind):
            assert (base.shape, exponent.shape) == (node.shape, SCALAR)
            assert (kind == "scalar") == (node.shape == SCALAR)
            assert kind != "matrix" or node.shape[0] == node.shape[1]
        case typed.Product(factors):
            shape = factors[0][1].shape
            for join, factor in factors[1:]:
                shape = joined(shape, join, factor.shape)
            assert shape == node.shape
        case typed.Variable(declared):
            assert node.shape == declared.shape
        case typed.Number() | typed.Size() | typed.Constant() | typed.Apply():
            pass


def joined(left, join, right):
    match join:
        case "matmul":
            assert left[1] == right[0]
            assert SCALAR not in (left, right)
            return left[0], right[1]
        case "scale":
            assert SCALAR in (left, right)
            return left if right == SCALAR else right
        case "divide":
            assert right == SCALAR
            return left
        case _:
            assert left == right
            return left


@pytest.mark.parametrize("seed", range(8))
def test_random_texts(seed):
    chance = random.Random(seed)
    found = 0
    codes = set()
    for _ in range(60):
        lets = chance.sample(LETS, chance.choice([0, 0, 2, 5]))
        declarations = [parse_declaration(let) for let in lets]
        try:
            program = parse(text(chance, 3), frozenset(each.name for each in declarations))
            problem = infer(program, declarations, scalar=chance.random() < 0.3)
        except MdiffError as error:
            codes.add(error.diagnostic.code[:2])
            continue
        found += 1
        for node in postorder((problem.expression,), typed.children):
            verify(node)
        assert subexpressions(problem)
    assert found > 10
    assert codes <= {"E0", "E1", "E2"}
