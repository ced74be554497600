"""A successful attempt goes in, the typed problem comes out: sizes named, broadcasts explicit.

What each step means was decided when it was checked; nothing is decided here, but it is told.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Literal, cast

from mdiff.errors import fail_at
from mdiff.functions.table import CONSTANTS, TABLE
from mdiff.functions.unknown import mapping, spellings, unknown
from mdiff.shapes import typed
from mdiff.shapes.checked import Call, Checked, must_be_square, name_sizes
from mdiff.shapes.dims import ONE, SCALAR, Dim, Shape, named, show_shape
from mdiff.shapes.kinds import Kind, by_letter
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import OF_MATRICES, Step, Steps
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Program, Sum, Text, Transpose
from mdiff.syntax.words import spelled

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.shapes.typed import Typed

_SCALAR_CASES: dict[str, Literal["itself", "log", "abs", "inverse", "one"]] = {
    "tr": "itself", "det": "itself", "diag": "itself", "logdet": "log", "norm": "abs",
    "norm2": "abs", "nuclear": "abs", "norminf": "abs", "norm21": "abs",
    "eigmax": "itself", "eigmin": "itself", "inv": "inverse", "adj": "one",
}  # fmt: skip
"""What a function of matrices is for a 1-by-1 matrix."""

_ROWS = {"det": "det({})", "norm2": "‖{}‖₂", "normF": "‖{}‖_F"}
"""What a row is told as that is not the function as typed; `{}` is the user's argument."""

_BY_ELEMENTS = ("hadamard", "over")


def build(checked: Checked, program: Program, told: tuple[str, ...] = ()) -> typed.Problem:
    """Make the typed tree; the readings of the text come before those found here.

    Raises E211 where nothing says how large an identity, a unit vector or ones are. `told`: what
    else is to be told.
    """
    steps, sizes = checked.steps, checked.sizes
    known = sizes.free(chain(*checked.variables.values())) if checked.unsized else []
    for place, remedy in checked.unsized.items():
        if not set(sizes.free(checked.axes[place])) <= set(known):
            span = steps.steps[place].node.span
            said = f"nothing says how large `{steps.quote(span)}` is"
            raise fail_at("E211", said, steps.text, span, "size unknown", helps=[remedy])
    names = name_sizes(checked)
    builder = _Builder(checked)
    for place, step in enumerate(steps.steps):
        builder.nodes.append(builder.node(place, step))
    return typed.Problem(
        builder.nodes[-1],
        builder.declared,
        builder.functions,
        names,
        (*told, *program.readings, *dict.fromkeys(builder.readings)),
        steps.text,
        program.by,
        program.label,
    )


class _Builder:
    """The typed nodes so far, by step; `readings` tell how the text was read."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.steps = checked.steps
        self.numpy = checked.steps.dialect == "numpy"
        self.nodes: list[Typed] = []
        self.readings: list[str] = []
        self.functions = dict(self.steps.functions)
        self.declared = {
            name: typed.Declared(
                name, checked.shape(checked.variables[name]), known.properties, known.origin
            )
            for name, known in self.steps.variables.items()
        }
        for name in checked.unknown:
            self.unknown(name)
        self.readings += _tell_kinds(checked)

    def tell(self, span: Span, how: str) -> None:
        self.readings.append(f"`{self.steps.quote(span)}` {how}")

    def by_elements(self, span: Span) -> None:
        """Tell that a product, a quotient or a power is one of the entries."""
        if self.numpy:
            self.readings.append("`*`, `/`, `**` by elements, as in numpy")
        else:
            self.tell(span, "by elements")

    def unknown(self, name: str) -> None:
        """Make the rows of an unknown function, and tell between which spaces it maps."""
        axes, value = self.checked.unknown[name]
        *given, result = (show_shape(self.checked.shape(each)) for each in (*axes, value))
        self.functions.update(spellings(unknown(name, tuple(given), result)))
        how = ", by elements" if self.steps.unknown[name] and len(given) == 1 else ""
        spaces = mapping(tuple(given), result)
        self.readings.append(f"`{name}` as an unknown function, {spaces}{how}")

    def node(self, place: int, step: Step) -> Typed:
        checked, span = self.checked, step.node.span
        shape = checked.shape(checked.axes[place])
        parts = tuple(self.nodes[part] for part in step.parts)
        match step.node:
            case Number(value):
                return typed.Number(value, SCALAR, span)
            case Name(name) if step.meaning == "variable":
                return typed.Variable(self.declared[name], span)
            case Name() if step.meaning == "definition":
                return parts[0]
            case Name() if step.meaning == "identity":
                return typed.Constant("eye", shape[:1], "", shape, span)
            case Name() if step.meaning == "pi":
                return typed.Constant("pi", (), "", SCALAR, span)
            case Name(name):
                return typed.Size(named(name), SCALAR, span)
            case Sum(terms):
                return self.sum(step, [sign for sign, _ in terms], shape)
            case Product(factors):
                return self.product(place, [operator for operator, _ in factors], span)
            case Power(_, _, elementwise):
                kind = checked.powers[place]
                if kind == "elementwise" and (not elementwise or self.numpy):
                    self.by_elements(span)
                return typed.Power(parts[0], parts[1], kind, shape, span)
            case Transpose(Number()) if shape != SCALAR:
                return _transposed(_ones(shape[1], parts[0].span), span)
            case Transpose() if place in checked.kept:
                return parts[0]
            case Transpose():
                return _transposed(parts[0], span)
            case Text():
                raise AssertionError(place)  # a pattern is no step
            case Apply(function, _):
                return self.application(place, step, function, parts)

    def sum(self, step: Step, signs: list[int], shape: Shape) -> Typed:
        """Scalars beside vectors and matrices are multiples of ones; vectors of numpy are rows."""
        terms: list[tuple[int, Typed]] = []
        for sign, place in zip(signs, step.parts, strict=True):
            part = term = self.nodes[place]
            if part.shape == SCALAR != shape:
                term = typed.Broadcast(part, shape, part.span)
                if not (isinstance(part, typed.Number) and part.value == 0):
                    how = "added to" if sign > 0 else "subtracted from"
                    self.tell(part.span, f"{how} every entry")
            elif part.shape != shape:
                term = self.spread(part, shape, row=self.checked.is_flat(place))
            terms.append((sign, term))
        return typed.Sum(tuple(terms), shape, step.node.span)

    def spread(self, part: Typed, shape: Shape, *, row: bool) -> Typed:
        """A vector in every column of a matrix, or in every row; a scalar in every entry."""
        if part.shape == SCALAR:
            return typed.Broadcast(part, shape, part.span)
        column = part
        if part.shape[0] == ONE:
            column, row = _transposed(part), True
        self.tell(part.span, f"in every {'row' if row else 'column'}")
        if row:
            return _transposed(typed.Broadcast(column, shape[::-1], part.span))
        return typed.Broadcast(column, shape, part.span)

    # ------------------------------------------------------------------------- products

    def product(self, place: int, operators: list[str], span: Span) -> Typed:
        """Factors from the left; a product that is spread out or turned is one node."""
        found: list[tuple[typed.Join, Typed]] = []
        before = SCALAR
        factors = self.checked.factors[place]
        for at, (factor, operator) in enumerate(zip(factors, operators, strict=True)):
            shape = self.checked.shape(factor.axes)
            right = self.nodes[factor.part]
            left = right
            if found:
                start, end = found[0][1].span[0], found[-1][1].span[1]
                left = typed.Product(tuple(found), before, (start, end))
                left = found[0][1] if len(found) == 1 else left
            both = left.span[0], right.span[1]
            written = span if factor is factors[-1] else both
            if factor.join in _BY_ELEMENTS:
                if self.numpy or operator not in (".*", "./"):
                    self.by_elements(both)
                if left.shape != shape:
                    row = at == 1 and self.checked.is_flat(factors[0].part)
                    found = [("scale", self.spread(left, shape, row=row))]
                if right.shape != shape:
                    right = self.spread(right, shape, row=self.checked.is_flat(factor.part))
            match factor.join:
                case "kron":
                    letters = dict(zip("mnpq", (*left.shape, *right.shape), strict=True))
                    node = typed.Apply(TABLE["kron"][0], (left, right), letters, shape, written)
                    found = [("scale", node)]
                case "row":
                    found = [("scale", self.row(left, right, shape, operator, written))]
                case "inverse":
                    minus = typed.Number(Fraction(-1), SCALAR, right.span)
                    power = typed.Power(right, minus, "matrix", right.shape, right.span)
                    found.append(("matmul", power))
                case "ones" if left.shape == SCALAR:
                    found.append(("scale", _ones(shape[0], right.span)))
                case "ones":
                    found.append(("matmul", _ones(left.shape[1], right.span)))
                case "ones before":
                    found = [("scale", _ones(shape[0], left.span)), ("matmul", right)]
                case _:
                    found.append((factor.join, right))
            before = shape
        return found[0][1] if len(found) == 1 else typed.Product(tuple(found), before, span)

    def row(self, left: Typed, right: Typed, shape: Shape, operator: str, span: Span) -> Typed:
        """A vector on the left that stands for a row, `x @ A`: `A^T x`; of two vectors `x^T y`."""
        if operator == "@":
            self.readings.append("`@` and vectors as in numpy")
        else:
            self.tell((left.span[0], right.span[1]), "as an inner product")
        first, second = (left, right) if shape == SCALAR else (right, left)
        return typed.Product((("scale", _transposed(first)), ("matmul", second)), shape, span)

    # --------------------------------------------------------------------- applications

    def application(
        self, place: int, step: Step, function: str, arguments: tuple[Typed, ...]
    ) -> Typed:
        """A row of the table, of an unknown function, a conjugate transpose, or a constant."""
        checked, span = self.checked, step.node.span
        shape = checked.shape(checked.axes[place])
        if function in checked.unknown:
            (row,) = self.functions[function]
            letters = {letter: named(letter) for letter in row.letters}  # names of sizes
            return typed.Apply(row, arguments, letters, shape, span)
        if function == "adjoint":
            return self.adjoint(arguments[0], span)
        if function == "unit":
            return typed.Constant("unit", shape[:1], step.index, shape, span)
        call = checked.calls.get(place)
        if call is None:  # a number in every entry
            one = isinstance(arguments[0], typed.Number) and arguments[0].value == 1
            ones = typed.Constant("ones", shape, "", shape, span)
            return ones if one else typed.Broadcast(arguments[0], shape, span)
        letters = {letter: checked.sizes.dim(size) for letter, size in call.letters.items()}
        if function in CONSTANTS:
            dims = tuple(letters[letter] for letter in call.row.sizes)
            dims = shape if function in ("ones", "zeros") else dims
            return typed.Constant(cast("typed.ConstantName", call.row.name), dims, "", shape, span)
        said = _tell_function(checked, place, arguments[0].span)
        for how in (said, call.row.told):
            if how:
                self.tell(span, how)
        if call.natural:
            return _of_scalar(call, arguments, span)
        return typed.Apply(call.row, arguments, letters, shape, span)

    def adjoint(self, argument: Typed, span: Span) -> Typed:
        """The conjugate transpose; of what is real the transpose."""
        if any("complex" in each.properties for each in self.declared.values()):
            row = TABLE["conj"][0]
            argument = typed.Apply(row, (argument,), {}, argument.shape, argument.span)
        else:
            self.tell(span, "as the transpose (all is real)")
        return argument if argument.shape == SCALAR else _transposed(argument, span)


def _transposed(node: Typed, span: Span | None = None) -> typed.Transpose:
    return typed.Transpose(node, node.shape[::-1], span or node.span)


def _ones(size: Dim, span: Span) -> typed.Constant:
    return typed.Constant("ones", (size, ONE), "", (size, ONE), span)


def _of_scalar(call: Call, arguments: tuple[Typed, ...], span: Span) -> Typed:
    """What a function of matrices is of a scalar."""
    match _SCALAR_CASES.get(call.row.name):
        case "itself":
            return arguments[0]
        case "log" | "abs" as name:
            return typed.Apply(TABLE[name][0], arguments, {}, SCALAR, span)
        case "inverse":
            exponent = typed.Number(Fraction(-1), SCALAR, span)
            return typed.Power(arguments[0], exponent, "scalar", SCALAR, span)
        case "one":
            return typed.Number(Fraction(1), SCALAR, span)
        case None:
            letters = dict.fromkeys(call.row.letters, ONE)
            return typed.Apply(call.row, arguments, letters, SCALAR, span)


# ------------------------------------------------------------ what is told


def _tell_kinds(checked: Checked) -> list[str]:
    """The names that are not what their letter says: `b1`, `b2` as vectors."""
    found: dict[Kind, list[str]] = {}
    for name in checked.steps.free:
        kind = checked.kinds[name]
        if kind != by_letter(name):
            found.setdefault(kind, []).append(f"`{_as_typed(checked.steps, name)}`")
    plurals = {"scalar": "scalars", "vector": "vectors", "matrix": "matrices"}
    return [
        f"{', '.join(names)} as {plurals[kind] if len(names) > 1 else f'a {kind}'}"
        for kind, names in found.items()
    ]


def _as_typed(steps: Steps, name: str) -> str:
    """A name in the user's letters."""
    for step in steps.steps:
        if isinstance(step.node, Name) and step.node.name == name:
            typed_so = steps.text[slice(*step.node.span)]
            return typed_so if spelled(typed_so) == name else name
    return name


def _tell_function(checked: Checked, place: int, argument: Span) -> str:
    """Which function was meant, where its name alone does not say it; `argument` is its first."""
    steps = checked.steps
    step, used = steps.steps[place], checked.calls[place].row
    of_matrix = ONE_SIZE not in checked.axes[step.parts[0]]
    match step.node:
        case Apply(function, _) if used.name != function:
            plain = used.name == "norm2" and function != "bars" and not of_matrix
            return "" if plain else _row(used.name, steps.quote(argument))
        case Apply("norm2", _) if of_matrix and not steps.is_called(step, *used.aliases):
            return "as the spectral norm"
        case Apply(function, _, dotted=False) if function in OF_MATRICES:
            unusual = steps.dialect != "numpy" and must_be_square(checked, checked.axes[place])
            return f"by elements, not `{OF_MATRICES[function]}`" if unusual else ""
        case _:
            return ""


def _row(name: str, argument: str) -> str:
    """`as det A`, with brackets where the argument is more than a name."""
    if name in OF_MATRICES.values():
        return f"as the {TABLE[name][0].doc.removeprefix('principal ')}"
    said = _ROWS.get(name, "").replace("{}", argument)
    if argument.isalnum():
        said = said.replace(f"({argument})", f" {argument}")
    return said and f"as {said}"
