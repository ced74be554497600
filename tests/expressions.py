"""Random well-typed expressions, built from patterns that are named by their shapes.

One builder, `grown`, asks a source of choices what to take: hypothesis (`text`, `asked`), which
shrinks what fails, or a seeded generator.
"""

import re

from hypothesis import strategies as st

from mdiff.functions.table import ROWS

LETS = [
    "A: m×n", "B: n×m", "X: n×n", "S: n×n spd", "D: n×n diagonal", "x: n", "y: n", "z: m",
    "c: scalar", "t: scalar",
]  # fmt: skip

SHAPES = {
    "1": ["c", "t"], "n": ["x", "y"], "m": ["z"], "L": ["vec(A)", "kron(x, z)"],
    "nn": ["X", "S", "D"], "mn": ["A"], "nm": ["B"], "K": ["kron(X, A*B)"],
}  # fmt: skip
"""What stands for a shape where nothing more is to be built. `L` is a vector of length `n*m`,
`K` a square matrix of that size."""

SMOOTH = [
    row.name
    for row in ROWS
    if row.kind == "elementwise" and not row.domain and row.name not in ("conj", "re", "im")
]
"""Functions by elements that have a derivative everywhere."""

EVERYWHERE = [
    "{0} + {0}", "{0} - 2*{0}", "{0}.*{0}", "{1}*{0}", "{0}/(2 + {1}^2)", "{0}.^2", "-{0}",
    "f({0})", "f({0})", "f({0})",
]  # fmt: skip
"""Patterns for every shape: `{0}` is a part of the same shape, others are named by theirs; `f` is
a function of `SMOOTH`."""

PATTERNS = {
    "1": [
        "{n}'*{n}", "{m}'*{mn}*{n}", "tr({nn})", "tr({mn}*{nm})", "inner({mn}, {mn})", "sum({mn})",
        "mean({n})", "logsumexp({n})", "log(1 + {n}'*S*{n})", "sqrt(1 + ||{n}||^2)",
        "logdet(S + {n}*x')", "normF({mn} + A)", "det({nn})", "||{m}||^2", "norm1({n})", "tr({K})",
        "sum({L})", "{n}'*inv(X + S)*{n}", "||{mn}||_F^2", "log(2 + tanh({1}))",
    ],
    "n": [
        "{nn}*{n}", "{mn}'*{m}", "diag({nn})", "softmax({n})", "inv(S)*{n}", "{n}./(2 + {n}.^2)",
        "{n}/sqrt(1 + ||{n}||^2)", "{nn}*ones(n)",
    ],
    "m": ["{mn}*{n}", "{nm}'*{n}", "softmax({m})", "relu({m})", "{m} - mean({m})", "{mn}*ones(n)"],
    "nn": [
        "{nn}*{nn}", "{nm}*{mn}", "{nn}'", "{n}*{n}'", "diag({n})", "{nn}^2", "inv(S + {n}*y')",
        "{nn} + {nn}'", "inv({nn})", "diag({n})*{nn}*diag({n})", "det({nn})*X", "{n} .* {nn}",
        "softmaxr({nn})", "tr({nn})*eye(n)", "diag(diag({nn}))",
    ],
    "mn": [
        "{mn}*{nn}", "{nm}'", "{m}*{n}'", "diag({m})*{mn}", "softmaxr({mn})", "abs({mn})",
        "softmax({mn})", "{mn}.*({m}*ones(n)')", "{mn} - {mn}*ones(n,n)/n",
    ],
    "nm": ["{mn}'", "{nn}*{nm}", "{nn}*{nm}*{mn}*{nm}"],
    "L": ["vec({mn})", "kron({n}, {m})", "{K}*{L}", "vec({m}*{n}')", "diag({K})"],
    "K": ["kron({nn}, {mn}*{nm})", "{L}*{L}'", "{K}'", "diag({L})", "{K}*{K}"],
}  # fmt: skip

PART = re.compile(r"\{(\w+)\}")

NAME = re.compile(r"\b[A-Za-z]\b")


PLAIN = ["1", "n", "m", "nn", "mn", "nm"]
"""The shapes of scalars, vectors and matrices whose axes are no products of sizes."""


def grown(choose, split, shape, operations, stacked=True):
    """An expression of this shape of at most so many patterns one in the other.

    `choose` takes one of a list, `split` deals a number into so many parts; `stacked` allows parts
    with stacked axes.
    """
    if operations == 0:
        return choose(SHAPES[shape])
    own = PATTERNS[shape]
    if not stacked:
        own = [pattern for pattern in own if "{K}" not in pattern and "{L}" not in pattern]
    pattern = choose(own * 2 + EVERYWHERE)
    if pattern.startswith("f("):
        pattern = choose(SMOOTH) + pattern[1:]
    shapes = PART.findall(pattern)
    parts = []
    for part, share in zip(shapes, split(operations - 1, len(shapes)), strict=True):
        inner = grown(choose, split, shape if part == "0" else part, share, stacked)
        parts.append(inner if inner.isalpha() else f"({inner})")
    return PART.sub(lambda _: parts.pop(0), pattern)


@st.composite
def text(draw, shape, operations):
    """An expression of this shape, of at most so many operations."""

    def split(number, count):
        """At most `number`, in `count` parts; where it shrinks, they become small."""
        shares = []
        for _ in range(count):
            shares.append(draw(st.integers(0, number)))
            number -= shares[-1]
        return draw(st.permutations(shares)) if count > 1 else shares

    return grown(lambda found: draw(st.sampled_from(found)), split, shape, operations)


@st.composite
def asked(draw, shapes, operations, tied="SD"):
    """An expression and a variable that occurs in it, none of those in `tied`."""
    shape = draw(st.sampled_from(shapes))
    expr = draw(text(shape, draw(st.integers(1, operations))))
    names = sorted(set(NAME.findall(expr)) - {"m", "n", "K", *tied})
    return expr, draw(st.sampled_from(names or ["X"]))


def drawn(rng, shapes, operations, stacked=True):
    """An expression and a variable that occurs in it, from a generator of random numbers."""

    def split(number, count):
        shares = [0] * count
        for _ in range(number if count else 0):
            shares[rng.randrange(count)] += 1
        return shares

    shape = rng.choice(shapes)
    expr = grown(rng.choice, split, shape, rng.randint(1, operations), stacked)
    names = sorted(set(NAME.findall(expr)) - {"m", "n", "K"})
    return expr, rng.choice(names or ["X"])
