"""A successful attempt goes in, the typed problem comes out: sizes named, broadcasts explicit."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mdiff.errors import Label, fail
from mdiff.functions.table import TABLE
from mdiff.functions.unknown import mapping, spellings, unknown
from mdiff.shapes import typed
from mdiff.shapes.dims import ONE, SCALAR, Dim, Shape, named, show_shape
from mdiff.shapes.excerpt import quote
from mdiff.shapes.kinds import by_letter
from mdiff.shapes.naming import name_sizes
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.functions.row import Function
    from mdiff.shapes.checked import Axes, Call, Checked, Factor
    from mdiff.shapes.steps import Step, Steps
    from mdiff.shapes.typed import Typed

_SCALAR_CASES: dict[str, Literal["itself", "log", "abs", "inverse", "one"]] = {
    "tr": "itself", "det": "itself", "diag": "itself", "logdet": "log", "norm": "abs",
    "norm2": "abs", "inv": "inverse", "adj": "one",
}  # fmt: skip
"""What a function of matrices is for a 1-by-1 matrix."""


class _Builder:
    """The typed nodes so far, by step."""

    __slots__ = (
        "checked", "declared", "dims", "functions", "nodes", "readings", "steps", "text",
    )  # fmt: skip

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.steps = checked.steps
        self.text = checked.steps.text
        self.nodes: list[Typed] = []
        self.readings: list[str] = []
        self.dims: dict[int, Dim] = {ONE_SIZE: ONE}
        self.declared: dict[str, typed.Declared] = {}
        self.functions = dict(self.steps.functions)

    def dim(self, size: int) -> Dim:
        """The value of a size."""
        known = self.dims.get(size)
        if known is None:
            known = self.dims[size] = self.checked.sizes.dim(size)
        return known

    def shape(self, axes: Axes) -> Shape:
        """The value of two sizes."""
        if axes == (ONE_SIZE, ONE_SIZE):
            return SCALAR
        return self.dim(axes[0]), self.dim(axes[1])

    def signature(self, axes: Axes) -> str:
        """Two sizes as the shape in a signature."""
        shape = self.shape(axes)
        return show_shape(shape)

    def quote(self, node: Typed) -> str:
        """The user's text of a node."""
        return quote(self.text, node.span)


def check_constants(checked: Checked) -> None:
    """Raise E211 where nothing says how large an identity, a unit vector or ones are."""
    sizes = checked.sizes
    known = {
        atom
        for axes in checked.variables.values()
        for size in axes
        if size != ONE_SIZE
        for atom in sizes.expand(size)[1]
    }
    for place, step in enumerate(checked.steps.steps):
        name = _constant(checked.steps, step)
        if name:
            atoms = (atom for size in checked.axes[place] for atom in sizes.expand(size)[1])
            if any(sizes.is_free(atom) and atom not in known for atom in atoms):
                raise fail(
                    "E211",
                    f"nothing says how large `{quote(checked.steps.text, step.node.span)}` is",
                    text=checked.steps.text,
                    labels=(Label(step.node.span, "size unknown"),),
                    helps=(name,),
                )


def _constant(steps: Steps, step: Step) -> str:
    """How to give a constant of unknown size one, "" for all other steps."""
    match step.node:
        case Name() if step.meaning == "identity":
            return "write the size: `I_n` or `eye(n)`"
        case Apply("unit", _):
            return "declare a variable that it is multiplied with"
        case Apply("vector", _) if "vector" not in steps.functions:
            return "write the size: `ones(n)`"
        case Apply("matrix", _) if "matrix" not in steps.functions:
            return "write the sizes: `ones(m,n)`"
        case Transpose(Number()):
            return "write the size: `ones(n)'`"
        case _:
            return ""


def build(checked: Checked, readings: tuple[str, ...]) -> typed.Problem:
    """Make the typed tree; `readings` come before what is read here. Raises E211."""
    check_constants(checked)
    names = name_sizes(checked)
    builder = _Builder(checked)
    steps = checked.steps
    for name, known in steps.variables.items():
        shape = builder.shape(checked.variables[name])
        builder.declared[name] = typed.Declared(name, shape, known.properties, known.origin)
    for name in steps.free:
        if checked.kinds[name] != by_letter(name):
            builder.readings.append(f"`{name}` is read as a {checked.kinds[name]}")
    for name, (arguments, result) in checked.unknown.items():
        shapes = [builder.signature(axes) for axes in (*arguments, result)]
        rows = unknown(name, tuple(shapes[:-1]), shapes[-1])
        builder.functions.update((each, (row,)) for each, row in spellings(rows).items())
        spaces = mapping(tuple(shapes[:-1]), shapes[-1])
        builder.readings.append(f"`{name}` as an unknown function, {spaces}")
    for place, step in enumerate(steps.steps):
        builder.nodes.append(_node(builder, place, step))
    return typed.Problem(
        builder.nodes[-1],
        builder.declared,
        builder.functions,
        names,
        (*readings, *dict.fromkeys(builder.readings)),
        steps.text,
    )


def _node(builder: _Builder, place: int, step: Step) -> Typed:
    node = step.node
    span = node.span
    shape = builder.shape(builder.checked.axes[place])
    parts = [builder.nodes[part] for part in step.parts]
    match node:
        case Number(value):
            return typed.Number(value, SCALAR, span)
        case Name(name):
            return _name(builder, step, name, shape)
        case Sum(terms):
            signs = [sign for sign, _ in terms]
            return _sum(builder, signs, parts, shape, span)
        case Product():
            return _product(builder, builder.checked.factors[place], span)
        case Power(_, _, elementwise):
            kind = builder.checked.powers[place]
            if kind == "elementwise" and not elementwise:
                builder.readings.append(f"`{quote(builder.text, span)}` is read by elements")
            return typed.Power(parts[0], parts[1], kind, shape, span)
        case Transpose(Number()) if shape != SCALAR:
            ones = typed.Constant("ones", (shape[1], ONE), "", (shape[1], ONE), parts[0].span)
            return typed.Transpose(ones, shape, span)
        case Transpose():
            return typed.Transpose(parts[0], shape, span)
        case Text():
            raise AssertionError(place)  # a pattern is no step
        case Apply(function, _):
            if function in builder.checked.unknown:
                (row,) = builder.functions[function]
                return typed.Apply(row, tuple(parts), _own_sizes(row), shape, span)
            call = builder.checked.calls.get(place)
            if call is None:
                return _constant_node(builder, step, function, parts, shape)
            return _call(builder, call, parts, shape, span)


def _name(builder: _Builder, step: Step, name: str, shape: Shape) -> Typed:
    span = step.node.span
    match step.meaning:
        case "definition":
            return builder.nodes[step.target]
        case "identity":
            return typed.Constant("eye", (shape[0],), "", shape, span)
        case "pi":
            return typed.Constant("pi", (), "", SCALAR, span)
        case "size":
            return typed.Size(named(name), SCALAR, span)
        case "variable" | "constant" | "":
            return typed.Variable(builder.declared[name], span)


def _sum(
    builder: _Builder, signs: list[int], parts: list[Typed], shape: Shape, span: Span
) -> Typed:
    """Scalars beside vectors and matrices are multiples of ones."""
    terms: list[tuple[int, Typed]] = []
    for sign, part in zip(signs, parts, strict=True):
        term = part
        if part.shape != shape:
            term = typed.Broadcast(part, shape, part.span)
            match part:
                case typed.Number(value) if value == 0:
                    pass
                case _:
                    builder.readings.append(
                        f"`{builder.quote(part)}` is added to every entry"
                        if sign > 0
                        else f"`{builder.quote(part)}` is subtracted from every entry"
                    )
        terms.append((sign, term))
    return typed.Sum(tuple(terms), shape, span)


def _together(factors: list[tuple[typed.Join, Typed]], shape: Shape) -> Typed:
    """The product of some factors, as one node."""
    if len(factors) == 1:
        return factors[0][1]
    span = factors[0][1].span[0], factors[-1][1].span[1]
    return typed.Product(tuple(factors), shape, span)


def _product(builder: _Builder, factors: tuple[Factor, ...], span: Span) -> Typed:
    """Factors from the left; a product that is spread out is one node."""
    found: list[tuple[typed.Join, Typed]] = []
    before = SCALAR
    for factor in factors:
        right = builder.nodes[factor.part]
        shape = builder.shape(factor.axes)
        match factor.wrap:
            case "left":
                left = _together(found, before)
                if left.shape != SCALAR:
                    builder.readings.append(_repeated(builder, factor, left, right))
                found = [("scale", typed.Broadcast(left, shape, left.span))]
            case "right":
                builder.readings.append(_repeated(builder, factor, right, _together(found, before)))
                right = typed.Broadcast(right, shape, right.span)
            case "":
                pass
        if factor.join == "kron":
            left = _together(found, before)
            row = TABLE["kron"][0]
            letters = dict(zip("mnpq", (*left.shape, *right.shape), strict=True))
            where = left.span[0], right.span[1]
            found = [("scale", typed.Apply(row, (left, right), letters, shape, where))]
        else:
            found.append((factor.join, right))
        before = shape
    if len(found) == 1:
        return found[0][1]
    return typed.Product(tuple(found), before, span)


def _repeated(builder: _Builder, factor: Factor, column: Typed, matrix: Typed) -> str:
    if factor.join == "over" and factor.wrap == "left":
        return f"`{builder.quote(column)}` is repeated in every column"
    verb = "divides" if factor.join == "over" else "scales"
    return f"`{builder.quote(column)}` {verb} the rows of `{builder.quote(matrix)}`"


def _constant_node(
    builder: _Builder, step: Step, function: str, parts: list[Typed], shape: Shape
) -> Typed:
    """A sized constant, or a multiple of ones of inferred shape."""
    span = step.node.span
    match function:
        case "eye":
            return typed.Constant("eye", (shape[0],), "", shape, span)
        case "K":
            rows, columns = (builder.dim(size) for size in step.sizes)
            return typed.Constant("K", (rows, columns), "", shape, span)
        case "duplication":
            return typed.Constant("D", (builder.dim(step.sizes[0]),), "", shape, span)
        case "unit":
            return typed.Constant("unit", (shape[0],), step.index, shape, span)
        case "zeros":
            return typed.Constant("zeros", shape, "", shape, span)
        case "ones":
            return typed.Constant("ones", shape, "", shape, span)
        case _:
            match parts[0]:
                case typed.Number(value) if value == 1:
                    return typed.Constant("ones", shape, "", shape, span)
                case _:
                    return typed.Broadcast(parts[0], shape, span)


def _call(builder: _Builder, call: Call, parts: list[Typed], shape: Shape, span: Span) -> Typed:
    arguments = tuple(parts)
    if not call.natural:
        letters = {letter: builder.dim(size) for letter, size in call.letters.items()}
        return typed.Apply(call.row, arguments, letters, shape, span)
    match _SCALAR_CASES.get(call.row.name):
        case "itself":
            return arguments[0]
        case "log":
            return typed.Apply(TABLE["log"][0], arguments, {}, SCALAR, span)
        case "abs":
            return typed.Apply(TABLE["abs"][0], arguments, {}, SCALAR, span)
        case "inverse":
            exponent = typed.Number(Fraction(-1), SCALAR, span)
            return typed.Power(arguments[0], exponent, "scalar", SCALAR, span)
        case "one":
            return typed.Number(Fraction(1), SCALAR, span)
        case None:
            letters = dict.fromkeys(_letters(call), ONE)
            return typed.Apply(call.row, arguments, letters, SCALAR, span)


def _own_sizes(row: Function) -> dict[str, Dim]:
    """The sizes of a row of an unknown function, whose letters are names of sizes."""
    shapes = (*(shape for _, shape in row.parameters), row.result)
    parts = (part for shape in shapes for axis in shape.split("×") for part in axis.split("*"))
    return {part: named(part) for part in parts if part != "scalar" and not part.isdecimal()}


def _letters(call: Call) -> list[str]:
    return [
        letter
        for _, shape in call.row.parameters
        for letter in shape.replace("×", "*").split("*")
        if letter.isalpha() and letter != "scalar"
    ]
