"""Typed trees → a straight-line program of few primitive steps, with sizes as numbers.

The numeric and the exact method run the same program, each on its own numbers. Definitions and
value expressions of the function table are written out; its differentials are never read.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Literal, assert_never

from mdiff.errors import fail
from mdiff.functions.wires import axes, loose
from mdiff.proof.bodies import body
from mdiff.proof.field import Unsupported
from mdiff.proof.wires import wire_lengths, work
from mdiff.shapes import typed
from mdiff.shapes.dims import halved
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.functions.row import Function
    from mdiff.functions.unknown import Unknown
    from mdiff.shapes.dims import Dim

Operation = Literal[
    "number", "pi", "eye", "ones", "K", "D", "unit", "variable",
    "add", "matmul", "times", "over", "transpose", "contract", "power", "matrixpower", "call",
]  # fmt: skip
"""What a step does; `payload` says more.

`number`: the payload, 1×1. `unit`: the payload's row is 1. `variable`: by name. `add`: signs.
`times`, `over`, `power`, and `add`: by elements, where a 1×1, a row or a column is repeated.
`contract`: wires, as in the function table. `matrixpower`: the exponent is a whole number.
`call`: a function of the table that is not written out; `payload` is its name.
"""

LARGEST_CONTRACTION = 2_000_000
"""Products of numbers that one contraction may take."""

Payload = Fraction | str | int | tuple[int, ...] | None


class Step:
    """One value of the program, made from earlier ones (`args` are their places)."""

    __slots__ = ("args", "columns", "function", "operation", "payload", "rows")

    def __init__(  # noqa: PLR0913 - the parts of a step
        self,
        operation: Operation,
        args: tuple[int, ...],
        payload: Payload,
        rows: int,
        columns: int,
        function: Function | None,
    ) -> None:
        self.operation = operation
        self.args = args
        self.payload = payload
        self.rows = rows
        self.columns = columns
        self.function = function


class Program:
    """Steps in order, equal ones once; several trees may be written into one program."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        """`sizes` of dimensions by name."""
        self.sizes = sizes
        self.steps: list[Step] = []
        self._places: dict[tuple[Operation, tuple[int, ...], Payload, int, int], int] = {}

    def write(self, expression: typed.Typed) -> int:
        """Append the steps of an expression in the problem's variables; the place of its value."""
        return self._lower(expression, self.sizes, {})

    # ------------------------------------------------------------------ steps

    def _step(
        self,
        operation: Operation,
        args: tuple[int, ...],
        payload: Payload,
        shape: tuple[int, int],
        function: Function | None = None,
    ) -> int:
        key = (operation, args, payload, *shape)
        place = self._places.get(key)
        if place is None:
            place = len(self.steps)
            self.steps.append(Step(operation, args, payload, *shape, function))
            self._places[key] = place
        return place

    def _number(self, value: Fraction) -> int:
        return self._step("number", (), value, (1, 1))

    def constant(self, place: int) -> Fraction | None:
        """The exact number at a place, where it is one."""
        payload = self.steps[place].payload
        return payload if isinstance(payload, Fraction) else None

    def _shape(self, place: int) -> tuple[int, int]:
        step = self.steps[place]
        return step.rows, step.columns

    def _wide(self, *places: int) -> tuple[int, int]:
        """Shape of an operation by elements."""
        steps = [self.steps[place] for place in places]
        return max(step.rows for step in steps), max(step.columns for step in steps)

    def _elements(self, operation: Literal["times", "over", "power"], left: int, right: int) -> int:
        a, b = self.constant(left), self.constant(right)
        if a is not None and b is not None:
            if operation == "times":
                return self._number(a * b)
            if operation == "over" and b:
                return self._number(a / b)
            if operation == "power" and b.denominator == 1 and abs(b) < 64 and a:
                return self._number(a ** int(b))
        if b == 1:
            return left
        if a == 1 and operation == "times":
            return right
        return self._step(operation, (left, right), None, self._wide(left, right))

    def _add(self, signs: tuple[int, ...], places: tuple[int, ...]) -> int:
        numbers = [self.constant(place) for place in places]
        known = [number for number in numbers if number is not None]
        if len(known) == len(numbers):
            pairs = zip(signs, known, strict=True)
            return self._number(sum((sign * value for sign, value in pairs), Fraction(0)))
        if signs == (1,):
            return places[0]
        return self._step("add", places, signs, self._wide(*places))

    # -------------------------------------------------------------- lowering

    def _lower(
        self, root: typed.Typed, sizes: Mapping[str, int], arguments: Mapping[str, int]
    ) -> int:
        """Append a tree; `arguments` are the places of a row's parameters while in its body."""
        places: dict[int, int] = {}
        for node in postorder([root], typed.children):
            at = [places[id(child)] for child in typed.children(node)]
            places[id(node)] = self._node(node, at, sizes, arguments)
        return places[id(root)]

    def _node(
        self,
        node: typed.Typed,
        at: list[int],
        sizes: Mapping[str, int],
        arguments: Mapping[str, int],
    ) -> int:
        match node:
            case typed.Number(value):
                return self._number(value)
            case typed.Size(dim):
                return self._number(Fraction(size(dim, sizes)))
            case typed.Constant(name, dims, index):
                return self._constant(name, tuple(size(dim, sizes) for dim in dims), index)
            case typed.Variable(declared):
                if declared.name in arguments:
                    return arguments[declared.name]
                rows, columns = declared.shape
                shape = (size(rows, sizes), size(columns, sizes))
                return self._step("variable", (), declared.name, shape)
            case typed.Sum(terms):
                return self._add(tuple(sign for sign, _ in terms), tuple(at))
            case typed.Product(factors):
                place = at[0]
                for (join, _), right in zip(factors[1:], at[1:], strict=True):
                    place = self._join(join, place, right)
                return place
            case typed.Power(_, _, "matrix"):
                return self._step("matrixpower", (at[0], at[1]), None, self._shape(at[0]))
            case typed.Power():
                return self._elements("power", at[0], at[1])
            case typed.Transpose():
                return self._transpose(at[0])
            case typed.Broadcast():
                rows, columns = node.shape
                wide = self._step("ones", (), None, (size(rows, sizes), size(columns, sizes)))
                return self._elements("times", at[0], wide)
            case typed.Apply(function, _):
                if function.wires:
                    letters = {letter: size(dim, sizes) for letter, dim in node.sizes.items()}
                    return self._contract(function.wires, at, letters)
                return self._apply(function, at)
            case _:
                assert_never(node)

    def _constant(self, name: typed.ConstantName, dims: tuple[int, ...], index: str) -> int:
        match name:
            case "pi":
                return self._step("pi", (), None, (1, 1))
            case "eye":
                return self._step("eye", (), None, (dims[0], dims[0]))
            case "ones" | "zeros":
                shape = (dims[0], dims[1] if len(dims) > 1 else 1)
                ones = self._step("ones", (), None, shape)
                return (
                    ones
                    if name == "ones"
                    else self._elements("times", self._number(Fraction(0)), ones)
                )
            case "K":
                return self._step("K", (), dims, (dims[0] * dims[1], dims[0] * dims[1]))
            case "D":
                n = dims[0]
                return self._step("D", (), dims, (n * n, n * (n + 1) // 2))
            case "unit":
                at = int(index) - 1 if index.isdigit() else sum(map(ord, index)) % dims[0]
                return self._step("unit", (), at, (dims[0], 1))
            case _:
                assert_never(name)

    def _join(self, join: typed.Join, left: int, right: int) -> int:
        match join:
            case "matmul":
                (rows, inner), (other, columns) = self._shape(left), self._shape(right)
                if inner != other:
                    raise fail("E901", f"the proof met a product of sizes {inner} and {other}")
                return self._step("matmul", (left, right), None, (rows, columns))
            case "scale" | "hadamard":
                return self._elements("times", left, right)
            case "divide" | "over":
                return self._elements("over", left, right)
            case _:
                assert_never(join)

    def _transpose(self, place: int) -> int:
        step = self.steps[place]
        if step.rows == step.columns == 1:
            return place
        if step.operation == "transpose":
            return step.args[0]
        return self._step("transpose", (place,), None, (step.columns, step.rows))

    def _apply(self, function: Function, at: list[int]) -> int:
        sizes: dict[str, int] = {}
        if function.unknown is not None:
            return self._step(
                "call", tuple(at), function.name, self._unknown(function.unknown, at), function
            )
        for (_, text), place in zip(function.parameters, at, strict=True):
            rows, _, columns = text.partition("×")
            for letter, number in zip((rows, columns or "1"), self._shape(place), strict=True):
                sizes[letter.strip()] = number
        text = function.definition or function.value
        if text and ":" not in text:
            parameters = (name for name, _ in function.parameters)
            return self._lower(body(function, text), sizes, dict(zip(parameters, at, strict=True)))
        shape = self._result(function, at, sizes)
        return self._step("call", tuple(at), function.name, shape, function)

    def _unknown(self, function: Unknown, at: list[int]) -> tuple[int, int]:
        """Shape of the value of a function known by name: its sizes are those of the problem."""
        if function.curve and function.result == "scalar":
            return self._shape(at[0])
        rows, columns = (
            prod(
                int(part) if part.isdecimal() else self.sizes[part]
                for name in axis
                for part in name.split("*")
            )
            for axis in function.axes
        )
        return rows, columns

    def _result(
        self, function: Function, at: list[int], sizes: Mapping[str, int]
    ) -> tuple[int, int]:
        """Shape of the value of a function that is not written out."""
        if function.by_elements:
            return self._wide(*at)
        if function.result == "scalar":
            return (1, 1)
        axes = []
        for axis in (*function.result.split("×"), "1")[:2]:
            number = 1
            for letter in axis.split("*"):
                name = letter.strip()
                number *= int(name) if name.isdigit() else sizes[name]
            axes.append(number)
        return axes[0], axes[1]

    def _contract(self, wires: str, at: list[int], sizes: Mapping[str, int]) -> int:
        """A contraction; ones tell how long those wires are whose lengths no shape tells."""
        inputs, _, result = wires.partition("->")
        if inputs == "ij" and result == "ji":
            return self._transpose(at[0])
        for letter in loose(inputs):
            inputs += f",{letter}."
            at.append(self._step("ones", (), None, (sizes[letter], 1)))
        wires = f"{inputs}->{result}"
        shapes = [self._shape(place) for place in at]
        lengths = wire_lengths(inputs, shapes)
        rows, columns = axes(result)
        if work(wires, shapes) > LARGEST_CONTRACTION:
            raise Unsupported("a contraction over too many indices")
        shape = prod(lengths[wire] for wire in rows), prod(lengths[wire] for wire in columns)
        return self._step("contract", tuple(at), wires, shape)


def size(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The number that a dimension is where its names have these sizes."""
    number = dim.number
    for name in dim.factors:
        whole = halved(name)
        if whole is None:
            number *= sizes[name]
        else:
            n = size(whole, sizes)
            number *= n * (n + 1) // 2
    return number
