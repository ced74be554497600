"""What a problem is for the room: one flat list of steps, and what each name stands for."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from mdiff.functions.table import CONSTANTS, TABLE
from mdiff.record import Record
from mdiff.shapes.sizes import Sizes
from mdiff.syntax.tree import Apply, Name, Number, Program, Sum, Tree
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from mdiff.errors import Span
    from mdiff.functions.row import Function

LONGEST = 60
"""Longer quotations are cut in the middle."""

Meaning = Literal["", "variable", "definition", "size", "identity", "pi"]
"""What a name stands for, "" for a node that is no name."""

SHAPELESS = {
    "vector": "write the size: `ones(n)`",
    "matrix": "write the sizes: `ones(m,n)`",
    "unit": "declare a variable that it is multiplied with",
}
"""What has whatever size is wanted, a number spread out, `vector(1)`, and a unit vector → what to
do where nothing says the size."""

OF_MATRICES = {"exp": "expm", "log": "logm", "sqrt": "sqrtm", "sin": "sinm", "cos": "cosm"}
"""Functions by elements → the functions of square matrices with the same name in textbooks."""

BY_KIND = {
    "bars": ("abs", "norm2", "det"),
    "euler": ("exp", "exp", "expm"),
    "induced1": ("norm1", "norm1", ""),
    "induced2": ("norm2", "norm2", "norm2"),
    "inducedinf": ("norminf", "norminf", ""),
}
"""Functions of the language that are no rows of the table → the rows that they are of a scalar, of
a vector and of a matrix; "" is refused (E209). `norm(A, 1)` of programs is `induced1`."""

UNTABLED = frozenset({*BY_KIND, *SHAPELESS, "adjoint"})
"""All functions of the language that are no rows of the table."""


class Known(Record):
    """A variable: its properties, and where its shape is declared the identifiers of its sizes."""

    axes: tuple[int, int] | None = None
    properties: frozenset[str] = frozenset()
    origin: str = "inferred"


class Step:
    """A node of the tree, after all its parts: `below` are these, `parts` their places in the list.

    The part of a name that is a definition is the definition. `value` is the number that a constant
    expression is; `bare` the name of the free variable that the node is, up to a number (`b`,
    `-2 b`); `sizes` the arguments that are sizes, `index` that of a unit vector. `summed`,
    `traced`, `squared` and `multiplied` are what stands around it (`mdiff.shapes.flatten`).
    """

    def __init__(self, node: Tree, parts: tuple[int, ...], below: list[Step]) -> None:
        self.node = node
        self.parts = parts
        self.below = below
        self.meaning: Meaning = ""
        self.value: Fraction | None = None
        self.bare = ""
        self.sizes: tuple[int, ...] = ()
        self.index = ""
        self.summed = self.traced = self.squared = self.multiplied = False


class Steps:
    """All steps of a problem, the last of them the whole expression.

    `names` are the sizes and `targets` the steps of definitions, by name. `variables` are in the
    order of appearance; `free` are those of unknown kind, in that order; `reserved` are names that
    no size found later may take; `unknown` functions of which not even the shapes are declared, in
    the order of appearance, and whether they are summed. `dialect` is the manner of the text, `wrt`
    the variables of the derivative. `wanted` are the axes that the whole is known to have, if that
    is known.
    """

    def __init__(self, program: Program, wrt: tuple[str, ...]) -> None:
        self.text = program.text
        self.dialect = program.dialect
        self.wrt = wrt
        self.steps: list[Step] = []
        self.sizes = Sizes()
        self.names: dict[str, int] = {}
        self.targets: dict[str, int] = {}
        self.variables: dict[str, Known] = {}
        self.free: tuple[str, ...] = ()
        self.functions: dict[str, tuple[Function, ...]] = {}
        self.unknown: dict[str, bool] = {}
        self.reserved: set[str] = set()
        self.wanted: tuple[int, int] | None = None

    def size(self, number: int, letters: Iterable[str]) -> int:
        """The identifier of a product of sizes by name, made where they are new."""
        factors: list[int] = []
        for letter in letters:
            if letter not in self.names:
                self.names[letter] = self.sizes.new(letter)
            factors.append(self.names[letter])
        return self.sizes.monomial(number, tuple(factors))

    def quote(self, span: Span) -> str:
        """A piece of the text as it is quoted in a sentence; never very long."""
        return cut(" ".join(self.text[slice(*span)].split()))

    def is_called(self, step: Step, *names: str) -> bool:
        """Whether a function is typed as one of these; bars and signs are names here too."""
        return isinstance(step.node, Apply) and self.text[slice(*step.node.head)] in names

    def rows(self, function: str) -> tuple[Function, ...]:
        """The rows of a function, declared or of the table; none for one of neither."""
        return self.functions.get(function) or TABLE.get(function) or CONSTANTS.get(function, ())


def cut(text: str) -> str:
    """The beginning and the end of what is very long."""
    half = LONGEST // 2 - 1
    return text if len(text) <= LONGEST else f"{text[:half]} … {text[-half:]}"


def is_sum_of_names(step: Step) -> bool:
    """Whether a step is a sum of two names or more, and of nothing else."""
    bare = [part.bare for part in step.below]
    return isinstance(step.node, Sum) and len(bare) > 1 and all(bare)


def is_literal_one(step: Step) -> bool:
    """The number 1 as typed, which beside matrices is a vector of ones."""
    return isinstance(step.node, Number) and step.value == 1


def free_below(steps: Steps, places: Iterable[int]) -> frozenset[str]:
    """The free names that the steps at these places are made of, through definitions.

    An unknown function is one of them: what it returns is free.
    """
    roots = [steps.steps[place] for place in places if place >= 0]
    below = postorder(roots, attrgetter("below"))
    names = [step.node.name for step in below if isinstance(step.node, Name)]
    called = [step.node.function for step in below if isinstance(step.node, Apply)]
    return frozenset((*{*steps.free}.intersection(names), *steps.unknown.keys() & called))
