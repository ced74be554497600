"""Random well-typed expressions, built from patterns that are named by their shapes.

To build with a new pattern, add it to `PATTERNS` under its shape.
"""

import re

from hypothesis import strategies as st

from mdiff.functions.table import ELEMENTWISE
from mdiff.shapes.steps import OF_MATRICES

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
    f"{row.name}." if row.name in OF_MATRICES else row.name
    for row in ELEMENTWISE
    if not row.domain and row.name not in ("conj", "re", "im")
]
"""Functions by elements that have derivatives of every order everywhere.

Those with a dot would be functions of matrices in a trace without it.
"""

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


@st.composite
def text(draw, shape, operations, *, stacked=False):
    """An expression of this shape, of at most so many patterns one in the other.

    `stacked` allows parts with stacked axes: `vec`, `kron`.
    """
    if operations == 0:
        return draw(st.sampled_from(SHAPES[shape]))
    own = PATTERNS[shape]
    if not stacked:
        own = [pattern for pattern in own if "{K}" not in pattern and "{L}" not in pattern]
    pattern = draw(st.sampled_from(own * 2 + EVERYWHERE))
    if pattern.startswith("f("):
        pattern = draw(st.sampled_from(SMOOTH)) + pattern[1:]
    shapes = [shape if part == "0" else part for part in PART.findall(pattern)]
    shares = draw(split(operations - 1, len(shapes)))
    parts = [
        draw(text(part, share, stacked=stacked)) for part, share in zip(shapes, shares, strict=True)
    ]
    return PART.sub(lambda _: bracketed(parts.pop(0)), pattern)


@st.composite
def split(draw, number, count):
    """A number in so many parts, the largest more often at an end."""
    shares = []
    for left in range(count, 0, -1):
        shares.append(draw(st.integers(0, number)) if left > 1 else number)
        number -= shares[-1]
    return shares[::-1] if count > 1 and draw(st.booleans()) else shares


def bracketed(part):
    """A part as it can stand anywhere."""
    return part if part.isalpha() else f"({part})"


@st.composite
def asked(draw, shapes, operations, *, tied="SD", stacked=False):
    """An expression and a variable that occurs in it, none of those in `tied`."""
    most = draw(st.integers(1, operations))
    expr = draw(text(draw(st.sampled_from(shapes)), draw(st.integers(1, most)), stacked=stacked))
    names = sorted(set(NAME.findall(expr)) - {"m", "n", *tied})
    return expr, draw(st.sampled_from(names or ["X"]))
