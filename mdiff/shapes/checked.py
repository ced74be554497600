"""What one attempt to check the steps has found so far, and at its end the names of free sizes."""

from __future__ import annotations

from itertools import chain, count
from typing import TYPE_CHECKING, Literal

from mdiff.properties import SQUARE
from mdiff.record import Record, derived
from mdiff.shapes.dims import SCALAR, Shape, halved
from mdiff.shapes.kinds import DOUBTS, Kind
from mdiff.shapes.sizes import ONE_SIZE, SCALAR_AXES, Axes, Sizes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.functions.row import Function
    from mdiff.shapes.steps import Steps
    from mdiff.shapes.typed import Join, PowerKind

SQUARE_FIRST = "nkmpqr"
"""Where a matrix is square: `X: n×n`, `A: n×k`."""
MATRIX_FIRST = "mnkpqr"
"""Where none is: `A: m×n`, `x: n`."""
VECTORS = "nmkpqr"
"""Where there are only vectors."""


class Factor(Record):
    """How one factor joins the product before it.

    `part` is its step, `axes` are those of the product so far. By elements, a side that has others
    is spread out to them: a scalar or a column over all columns, a vector of numpy over all rows.
    Besides the joins of the typed tree: `kron`; `row`, where a column on the left stands for a
    row, `x @ A` and `a·x`; `inverse`, a division by a matrix; `ones`, a 1 beside a matrix.
    """

    join: Join | Literal["kron", "row", "inverse", "ones", "ones before"]
    part: int
    axes: Axes


class Call(Record):
    """The row that an application takes, and the sizes that its letters stand for.

    `natural`: the row is of matrices and the argument a scalar (`det(c)`, `||c||`). `stacked`: a
    contraction of arguments with stacked axes. Their sizes are never guessed: `(ij)` on an axis of
    m*n could be either way round.
    """

    row: Function
    letters: dict[str, int]
    natural: bool = False
    stacked: bool = derived(lambda self: "(" in self.row.wires.partition("->")[0])


class Clash(Exception):  # noqa: N818 - not an error until no kinds are left to try
    """What does not fit: a code, the step, the steps to point at, the two sizes that differ.

    `names`: the free names that another kind could help, all below the step where it is None.
    """

    def __init__(  # noqa: PLR0913 - the parts of a clash
        self,
        code: str,
        step: int,
        parts: Sequence[int] = (),
        sizes: tuple[int, int] | None = None,
        names: frozenset[str] | None = None,
        operator: str = "",
    ) -> None:
        super().__init__(code)
        self.code = code
        self.step = step
        self.parts = tuple(parts)
        self.sizes = sizes
        self.names = names
        self.operator = operator


class Doubt(Record):
    """A reading that type-checks but that nobody would mean: its cost, and who could change."""

    cost: float
    step: int
    bare: str


class Checked:
    """An attempt: the axes of every step so far, and how each was read.

    `kept` are numpy's transposes of vectors, which do nothing; `standing` the columns of a text for
    numpy that have two axes there; `unsized` the constants that only what is around them can give a
    size, with what to do where it does not; `unknown` the arguments of an unknown function where it
    was met first, and its value.
    """

    def __init__(self, steps: Steps, kinds: Mapping[str, Kind]) -> None:
        self.steps = steps
        self.kinds = kinds
        self.sizes: Sizes = steps.sizes.copy()
        self.axes: list[Axes] = []
        self.variables: dict[str, Axes] = {}
        self.unknown: dict[str, tuple[tuple[Axes, ...], Axes]] = {}
        self.factors: dict[int, list[Factor]] = {}
        self.powers: dict[int, PowerKind] = {}
        self.calls: dict[int, Call] = {}
        self.doubts: list[Doubt] = []
        self.kept: set[int] = set()
        self.standing: set[int] = set()
        self.unsized: dict[int, str] = {}
        for name, known in steps.variables.items():
            axes = self.variables[name] = known.axes or self.fresh(kinds[name])
            if known.axes is None and known.properties & SQUARE:
                self.sizes.unify(*axes, -1)

    def fresh(self, kind: Kind) -> Axes:
        """The axes of something new of this kind."""
        rows = ONE_SIZE if kind == "scalar" else self.sizes.new()
        return rows, self.sizes.new() if kind == "matrix" else ONE_SIZE

    def shape(self, axes: Axes) -> Shape:
        """The value of two sizes, once all free ones have names."""
        rows, columns = axes
        return SCALAR if axes == SCALAR_AXES else (self.sizes.dim(rows), self.sizes.dim(columns))

    def is_flat(self, place: int) -> bool:
        """Whether a step is a vector of one axis, as numpy has them."""
        flat = self.steps.dialect == "numpy" and place not in self.standing
        return flat and self.axes[place][1] == ONE_SIZE != self.axes[place][0]

    def doubt(self, reason: str, place: int, bare: str = "") -> None:
        """Remember a reading that nobody would mean if another kind does."""
        self.doubts.append(Doubt(DOUBTS[reason], place, bare))


def unify(checked: Checked, one: Axes, other: Axes, clash: Clash) -> None:
    """Make two shapes equal, or raise the clash with the sizes that differ."""
    for left, right in zip(one, other, strict=True):
        if not checked.sizes.unify(left, right, clash.step):
            clash.sizes = left, right
            raise clash


def is_plain(checked: Checked, part: int) -> bool:
    """Whether a scalar is one because its names are: `x`, `exp(x)`, but not `sum(x)` or `y^T x`."""
    stack = [part]
    found = False
    while stack:
        place = stack.pop()
        step = checked.steps.steps[place]
        if checked.axes[place] != SCALAR_AXES or step.meaning == "definition":
            return False
        found = found or bool(step.bare)
        stack += step.parts
    return found


def doubt_scalars(checked: Checked, *parts: int) -> None:
    """Doubt all free scalars where more is usual."""
    for part in parts:
        if checked.axes[part] == SCALAR_AXES and is_plain(checked, part):
            checked.doubt("more than a scalar", part, checked.steps.steps[part].bare)


def make_square(checked: Checked, axes: Axes, place: int) -> bool:
    """Make a matrix square, if it can be; whether it is now."""
    return ONE_SIZE not in axes and checked.sizes.unify(axes[0], axes[1], place)


def must_be_square(checked: Checked, axes: Axes) -> bool:
    """Whether a matrix is square by what is known of it."""
    sizes = checked.sizes
    return ONE_SIZE not in axes and sizes.find(axes[0]) == sizes.find(axes[1])


# -------------------------------------------------------------------- sizes without a name


def name_sizes(checked: Checked) -> frozenset[str]:
    """Name the free sizes, and return all names of sizes.

    In order of appearance, square matrices first, then other matrices, vectors, the rest; no name
    is one of a variable or of another size.
    """
    sizes = checked.sizes
    shapes = list(checked.variables.values())
    matrices = [axes for axes in shapes if ONE_SIZE not in axes]
    square = [axes for axes in matrices if sizes.find(axes[0]) == sizes.find(axes[1])]
    free_square = any(sizes.values[sizes.find(axes[0])] is None for axes in square)
    letters = SQUARE_FIRST if free_square else MATRIX_FIRST if matrices else VECTORS
    more = (f"{letters[0]}{number}" for number in count(1))
    names = (name for name in chain(letters, more) if name not in checked.steps.reserved)
    letters_of = (tuple(call.letters.values()) for call in checked.calls.values())
    for axes in chain(square, matrices, shapes, checked.axes, letters_of):
        for atom in sizes.free(axes):
            sizes.values[atom] = sizes.values[atom] or next(names)
    found = {value for value in sizes.values if isinstance(value, str)}
    for name in tuple(found):
        whole = halved(name) if "(" in name else None
        if whole is not None:
            found.remove(name)
            found.update(whole.factors)
    return frozenset(found)
