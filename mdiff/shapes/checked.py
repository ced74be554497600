"""What one attempt to check the steps has found so far; it holds, and decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.properties import SQUARE
from mdiff.shapes.costs import DOUBTS
from mdiff.shapes.dims import SCALAR
from mdiff.shapes.sizes import ONE_SIZE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.functions.row import Function
    from mdiff.shapes.costs import Reason
    from mdiff.shapes.dims import Dim, Shape
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.sizes import Sizes
    from mdiff.shapes.steps import Steps
    from mdiff.shapes.typed import Join, PowerKind

Axes = tuple[int, int]
Wrap = Literal["", "left", "right", "left row", "right row"]
"""The side of a product that is spread out: a scalar or a column over all columns, or a vector of
numpy over all rows."""

SCALAR_AXES: Axes = (ONE_SIZE, ONE_SIZE)


class Factor:
    """How one factor joins the product before it.

    `part` is its step, `wrap` the side that is spread out to `axes`, those of the product so far.
    Besides the joins of the typed tree: `kron`; `row`, where a column on the left stands for a
    row, `x @ A` and `a·x`; `inverse`, a division by a matrix; `ones`, a 1 beside a matrix.
    """

    __slots__ = ("axes", "join", "part", "wrap")

    def __init__(
        self,
        join: Join | Literal["kron", "row", "inverse", "ones", "ones before"],
        part: int,
        axes: Axes,
        wrap: Wrap = "",
    ) -> None:
        self.join = join
        self.part = part
        self.axes = axes
        self.wrap = wrap


class Call:
    """The row that an application takes, and the sizes that its letters stand for.

    `natural`: the row is of matrices and the argument a scalar (`det(c)`, `||c||`).
    """

    __slots__ = ("letters", "natural", "row")

    def __init__(self, row: Function, letters: dict[str, int], *, natural: bool) -> None:
        self.row = row
        self.letters = letters
        self.natural = natural


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


class Doubt:
    """A reading that type-checks but that nobody would mean: its cost, and who could change."""

    __slots__ = ("bare", "cost", "step")

    def __init__(self, cost: float, step: int, bare: str) -> None:
        self.cost = cost
        self.step = step
        self.bare = bare


class Checked:
    """An attempt: the axes of every step so far, and how each was read.

    `kept` are numpy's transposes of vectors, which do nothing; `standing` the columns of a text for
    numpy that have two axes there; `unknown` the arguments of an unknown function where it was met
    first, and its value.
    """

    __slots__ = (
        "axes", "calls", "dims", "doubts", "factors", "kept", "kinds", "powers", "sizes",
        "standing", "steps", "unknown", "variables",
    )  # fmt: skip

    def __init__(self, steps: Steps, kinds: Mapping[str, Kind]) -> None:
        self.steps = steps
        self.kinds = kinds
        self.sizes: Sizes = steps.sizes.copy()
        self.axes: list[Axes] = []
        self.variables: dict[str, Axes] = {}
        self.unknown: dict[str, tuple[tuple[Axes, ...], Axes]] = {}
        self.factors: dict[int, tuple[Factor, ...]] = {}
        self.powers: dict[int, PowerKind] = {}
        self.calls: dict[int, Call] = {}
        self.doubts: list[Doubt] = []
        self.kept: set[int] = set()
        self.standing: set[int] = set()
        self.dims: dict[int, Dim] = {}
        for name, known in steps.variables.items():
            self.variables[name] = known.axes or self.fresh(kinds[name])
        for name, known in steps.variables.items():
            if known.axes is None and known.properties:
                rows, columns = self.variables[name]
                if known.properties & SQUARE:
                    self.sizes.unify(rows, columns, -1)

    def fresh(self, kind: Kind) -> Axes:
        """The axes of something new of this kind."""
        match kind:
            case "scalar":
                return SCALAR_AXES
            case "vector":
                return self.sizes.unknown(), ONE_SIZE
            case "matrix":
                return self.sizes.unknown(), self.sizes.unknown()

    def dim(self, size: int) -> Dim:
        """The value of a size, once all free ones have names."""
        known = self.dims.get(size)
        if known is None:
            known = self.dims[size] = self.sizes.dim(size)
        return known

    def shape(self, axes: Axes) -> Shape:
        """The value of two sizes, once all free ones have names."""
        return SCALAR if axes == SCALAR_AXES else (self.dim(axes[0]), self.dim(axes[1]))

    def is_flat(self, place: int) -> bool:
        """Whether a step is a vector of one axis, as numpy has them."""
        flat = self.steps.dialect == "numpy" and place not in self.standing
        return flat and self.axes[place][1] == ONE_SIZE != self.axes[place][0]

    def doubt(self, reason: Reason, place: int, bare: str = "") -> None:
        """Remember a reading that nobody would mean if another kind does."""
        self.doubts.append(Doubt(DOUBTS[reason], place, bare))


def unify(checked: Checked, one: Axes, other: Axes, clash: Clash) -> None:
    """Make two shapes equal, or raise the clash with the sizes that differ."""
    for left, right in zip(one, other, strict=True):
        if left != right and not checked.sizes.unify(left, right, clash.step):
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


def make_square(checked: Checked, axes: Axes, place: int) -> bool:
    """Make a matrix square, if it can be; whether it is now."""
    return ONE_SIZE not in axes and checked.sizes.unify(axes[0], axes[1], place)


def must_be_square(checked: Checked, axes: Axes) -> bool:
    """Whether a matrix is square by what is known of it."""
    sizes = checked.sizes
    return ONE_SIZE not in axes and sizes.find(axes[0]) == sizes.find(axes[1])
