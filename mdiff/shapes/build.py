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
from mdiff.shapes.meant import OF_MATRICES, TOLD, must_be_square
from mdiff.shapes.naming import name_sizes
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.syntax.spelling import spelled
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Text, Transpose

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.functions.row import Function
    from mdiff.shapes.checked import Axes, Call, Checked, Factor
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.steps import Step, Steps
    from mdiff.shapes.typed import Typed
    from mdiff.syntax.tree import Program

_SCALAR_CASES: dict[str, Literal["itself", "log", "abs", "inverse", "one"]] = {
    "tr": "itself", "det": "itself", "diag": "itself", "logdet": "log", "norm": "abs",
    "norm2": "abs", "nuclear": "abs", "norminf": "abs", "norm21": "abs",
    "eigmax": "itself", "eigmin": "itself", "inv": "inverse", "adj": "one",
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
        return show_shape(self.shape(axes))

    @property
    def numpy(self) -> bool:
        """Whether the text is written for numpy."""
        return self.steps.dialect == "numpy"

    def tell_by_elements(self, span: Span) -> None:
        """Tell that a product, a quotient or a power is one of the entries."""
        if self.numpy:
            self.readings.append("`*`, `/`, `**` by elements, as in numpy")
        else:
            self.readings.append(f"`{quote(self.text, span)}` by elements")

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


def build(checked: Checked, program: Program, told: tuple[str, ...] = ()) -> typed.Problem:
    """Make the typed tree; the readings of the text come before those found here. Raises E211.

    `told`: what else is to be told.
    """
    check_constants(checked)
    names = name_sizes(checked)
    builder = _Builder(checked)
    steps = checked.steps
    for name, known in steps.variables.items():
        shape = builder.shape(checked.variables[name])
        builder.declared[name] = typed.Declared(name, shape, known.properties, known.origin)
    _unknown_functions(builder)
    builder.readings += _kinds(checked)
    for place, step in enumerate(steps.steps):
        builder.nodes.append(_node(builder, place, step))
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


def _unknown_functions(builder: _Builder) -> None:
    """Make the rows of unknown functions, and tell between which spaces they map."""
    checked = builder.checked
    for name, axes in checked.unknown.items():
        *arguments, result = map(builder.signature, (*axes[0], axes[1]))
        rows = unknown(name, tuple(arguments), result)
        builder.functions.update((each, (row,)) for each, row in spellings(rows).items())
        spaces = mapping(tuple(arguments), result)
        by_elements = checked.steps.unknown[name] and len(arguments) == 1
        how = ", by elements" if by_elements else ""
        builder.readings.append(f"`{name}` as an unknown function, {spaces}{how}")


def _kinds(checked: Checked) -> list[str]:
    """The names that are not what their letter says: `b1`, `b2` as vectors."""
    found: dict[Kind, list[str]] = {}
    for name in checked.steps.free:
        if checked.kinds[name] != by_letter(name):
            found.setdefault(checked.kinds[name], []).append(f"`{_as_typed(checked, name)}`")
    plural = {"scalar": "scalars", "vector": "vectors", "matrix": "matrices"}
    return [
        f"{', '.join(names)} as {plural[kind] if len(names) > 1 else f'a {kind}'}"
        for kind, names in found.items()
    ]


def _as_typed(checked: Checked, name: str) -> str:
    """A name in the user's letters."""
    for step in checked.steps.steps:
        match step.node:
            case Name(used) if used == name:
                typed_so = checked.steps.text[slice(*step.node.span)]
                return typed_so if spelled(typed_so) == name else name
            case _:
                pass
    return name


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
            return _sum(builder, signs, step.parts, shape, span)
        case Product(operators):
            return _product(builder, builder.checked.factors[place], operators, span)
        case Power(_, _, elementwise):
            kind = builder.checked.powers[place]
            if kind == "elementwise" and (not elementwise or builder.numpy):
                builder.tell_by_elements(span)
            return typed.Power(parts[0], parts[1], kind, shape, span)
        case Transpose(Number()) if shape != SCALAR:
            ones = typed.Constant("ones", (shape[1], ONE), "", (shape[1], ONE), parts[0].span)
            return typed.Transpose(ones, shape, span)
        case Transpose():
            kept = place in builder.checked.kept
            return parts[0] if kept else typed.Transpose(parts[0], shape, span)
        case Text():
            raise AssertionError(place)  # a pattern is no step
        case Apply(function, _):
            if function in builder.checked.unknown:
                (row,) = builder.functions[function]
                return typed.Apply(row, tuple(parts), _own_sizes(row), shape, span)
            if function == "adjoint":
                return _adjoint(builder, parts[0], shape, span)
            call = builder.checked.calls.get(place)
            if call is None:
                return _constant_node(builder, step, function, parts, shape)
            _tell_function(builder, place, step, function)
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
    builder: _Builder, signs: list[int], places: tuple[int, ...], shape: Shape, span: Span
) -> Typed:
    """Scalars beside vectors and matrices are multiples of ones; vectors of numpy are rows."""
    terms: list[tuple[int, Typed]] = []
    for sign, place in zip(signs, places, strict=True):
        part = term = builder.nodes[place]
        if part.shape == SCALAR != shape:
            term = typed.Broadcast(part, shape, part.span)
            match part:
                case typed.Number(value) if value == 0:
                    pass
                case _:
                    how = "added to" if sign > 0 else "subtracted from"
                    builder.readings.append(f"`{builder.quote(part)}` {how} every entry")
        elif part.shape != shape:
            term = _spread(builder, part, shape, row=builder.checked.is_flat(place))
        terms.append((sign, term))
    return typed.Sum(tuple(terms), shape, span)


def _spread(builder: _Builder, part: Typed, shape: Shape, *, row: bool) -> Typed:
    """A vector in every column of a matrix, or in every row."""
    column = part
    if part.shape[0] == ONE:
        column, row = typed.Transpose(part, part.shape[::-1], part.span), True
    builder.readings.append(f"`{builder.quote(part)}` in every {'row' if row else 'column'}")
    if not row:
        return typed.Broadcast(column, shape, part.span)
    return typed.Transpose(typed.Broadcast(column, shape[::-1], part.span), shape, part.span)


def _together(factors: list[tuple[typed.Join, Typed]], shape: Shape) -> Typed:
    """The product of some factors, as one node."""
    if len(factors) == 1:
        return factors[0][1]
    span = factors[0][1].span[0], factors[-1][1].span[1]
    return typed.Product(tuple(factors), shape, span)


def _product(
    builder: _Builder,
    factors: tuple[Factor, ...],
    operators: tuple[tuple[str, object], ...],
    span: Span,
) -> Typed:
    """Factors from the left; a product that is spread out or turned is one node."""
    found: list[tuple[typed.Join, Typed]] = []
    before = SCALAR
    for factor, (operator, _) in zip(factors, operators, strict=True):
        right = builder.nodes[factor.part]
        shape = builder.shape(factor.axes)
        left = _together(found, before) if found else right
        if factor.join in ("hadamard", "over"):
            typed_so = operator in (".*", "./") and not builder.numpy
            if not typed_so:
                builder.tell_by_elements((left.span[0], right.span[1]))
        match factor.wrap:
            case "left" | "left row":
                if left.shape != SCALAR:
                    found = [("scale", _spread(builder, left, shape, row="row" in factor.wrap))]
                else:
                    found = [("scale", typed.Broadcast(left, shape, left.span))]
            case "right" | "right row":
                right = _spread(builder, right, shape, row="row" in factor.wrap)
            case "":
                pass
        where = left.span[0], right.span[1]
        match factor.join:
            case "kron":
                letters = dict(zip("mnpq", (*left.shape, *right.shape), strict=True))
                found = [
                    ("scale", typed.Apply(TABLE["kron"][0], (left, right), letters, shape, where))
                ]
            case "row":
                found = [("scale", _row(builder, left, right, shape, operator))]
            case "inverse":
                minus = typed.Number(Fraction(-1), SCALAR, right.span)
                inverse = typed.Power(right, minus, "matrix", right.shape, right.span)
                found.append(("matmul", inverse))
            case "ones":
                size = left.shape[1] if left.shape != SCALAR else shape[0]
                ones = typed.Constant("ones", (size, ONE), "", (size, ONE), right.span)
                found.append(("scale" if left.shape == SCALAR else "matmul", ones))
            case "ones before":
                size = shape[0]
                ones = typed.Constant("ones", (size, ONE), "", (size, ONE), left.span)
                found = [("scale", ones), ("matmul", right)]
            case _:
                found.append((factor.join, right))
        before = shape
    if len(found) == 1:
        return found[0][1]
    return typed.Product(tuple(found), before, span)


def _row(builder: _Builder, left: Typed, right: Typed, shape: Shape, operator: str) -> Typed:
    """A vector on the left that stands for a row, `x @ A`: `A^T x`."""
    span = left.span[0], right.span[1]
    if operator == "@":
        builder.readings.append("`@` and vectors as in numpy")
    else:
        cited = quote(builder.text, span)
        builder.readings.append(f"`{cited}` as an inner product")
    turned = typed.Transpose(right, right.shape[::-1], right.span)
    if shape == SCALAR:
        turned = typed.Transpose(left, left.shape[::-1], left.span)
        left = right
    return typed.Product((("scale", turned), ("matmul", left)), shape, span)


def _adjoint(builder: _Builder, argument: Typed, shape: Shape, span: Span) -> Typed:
    """The conjugate transpose; of what is real the transpose."""
    if any("complex" in each.properties for each in builder.declared.values()):
        row = TABLE["conj"][0]
        argument = typed.Apply(row, (argument,), {}, argument.shape, argument.span)
    else:
        builder.readings.append(f"`{quote(builder.text, span)}` as the transpose (all is real)")
    return argument if shape == SCALAR else typed.Transpose(argument, shape, span)


def _tell_function(builder: _Builder, place: int, step: Step, function: str) -> None:
    """Tell which function was meant, where its name alone does not say it."""
    checked = builder.checked
    used = checked.calls[place].row.name
    said = ""
    if used != function:
        vector = used == "norm2" and ONE_SIZE in checked.axes[step.parts[0]]
        said = "" if vector and function != "bars" else TOLD.get(used, "")
        if "{}" in said:
            argument = builder.quote(builder.nodes[step.parts[0]])
            said = said.format(argument)
            if argument.isalnum():
                said = said.replace(f"({argument})", f" {argument}")
        said = said and f"as {said}"
    elif function == "norm2" and ONE_SIZE not in checked.axes[step.parts[0]]:
        explicit = isinstance(step.node, Apply) and builder.text.startswith(
            "sigma_max", step.node.head[0]
        )
        said = "" if explicit else "as the spectral norm"
    elif function in OF_MATRICES and must_be_square(checked, checked.axes[place]):
        dotted = isinstance(step.node, Apply) and step.node.dotted
        said = "" if dotted or builder.numpy else f"by elements, not `{OF_MATRICES[function]}`"
    if said:
        builder.readings.append(f"`{quote(builder.text, step.node.span)}` {said}")


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
    if call.row.told:
        builder.readings.append(f"`{quote(builder.text, span)}` {call.row.told}")
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
