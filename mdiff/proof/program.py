"""Typed trees → a straight-line program of few primitive steps; then, the steps at given sizes.

Definitions and value expressions of the function table are written out; its differentials are never
read. A program is written once and holds sizes by name; `sized` makes numbers of them.
"""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, Literal, assert_never

from mdiff.functions.wires import loose
from mdiff.proof.arrays import work
from mdiff.proof.matrices import MATRIX, NEWTON
from mdiff.proof.outcomes import Unsupported
from mdiff.record import Record
from mdiff.shapes import typed
from mdiff.shapes.dims import ONE, SCALAR, Dim, half, halved, product
from mdiff.shapes.rows import typed_row
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mdiff.functions.row import Function
    from mdiff.shapes.dims import Shape

Operation = Literal[
    "number", "size", "pi", "eye", "ones", "K", "D", "unit", "variable",
    "add", "matmul", "times", "over", "transpose", "contract", "power", "matrixpower", "call",
]  # fmt: skip
"""What a step does; `payload` says more.

`number`, `size`: the payload, 1×1. `unit`: the payload's row is 1. `variable`: by name.
`add`: signs.
`times`, `over`, `power`, and `add`: by elements, where a 1×1, a row or a column is repeated.
`contract`: wires, as in the function table. `matrixpower`: the exponent is a whole number.
`call`: a function of the table that is not written out; `payload` is its name.
"""

NONE: Mapping[str, Any] = {}

DIRECT = frozenset(("inv", "det", "chol", "max", "hardmax", "halflow", "tril", "conj"))
"""Functions of matrices that are no iterations."""

LARGEST_CONTRACTION = 2_000_000
"""Products of numbers that one contraction may take."""

Number = Fraction | str | int | tuple[int, ...] | None

Payload = Number | Dim | tuple[Dim, ...]


class Step(Record):
    """One value of the program, made from earlier ones (`args` are their places)."""

    operation: Operation
    args: tuple[int, ...]
    payload: Payload
    shape: Shape
    function: Function | None


class Sized(Record):
    """A step at given sizes: its payload and shape are numbers.

    `work`: about how many products of numbers its value takes.
    """

    operation: Operation
    args: tuple[int, ...]
    payload: Number
    shape: tuple[int, int]
    function: Function | None
    work: int


class Program:
    """Steps in order, equal ones once; several trees may be written into one program."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.sized = False
        """Whether a size is read as a number."""
        self._places: dict[tuple[Operation, tuple[int, ...], Payload, Shape], int] = {}

    def write(
        self,
        expression: typed.Typed,
        letters: Mapping[str, Dim] = NONE,
        arguments: Mapping[str, int] = NONE,
    ) -> int:
        """Append the steps of an expression in the problem's variables; the place of its value.

        In the body of a row `letters` are its sizes, `arguments` its parameters.
        """
        places: dict[int, int] = {}
        for node in postorder([expression], typed.children):
            at = [places[id(child)] for child in typed.children(node)]
            places[id(node)] = self._node(node, at, letters, arguments)
        return places[id(expression)]

    def constant(self, place: int) -> Fraction | None:
        """The exact number at a place, where it is one."""
        payload = self.steps[place].payload
        return payload if isinstance(payload, Fraction) else None

    def _node(
        self,
        node: typed.Typed,
        at: list[int],
        letters: Mapping[str, Dim],
        arguments: Mapping[str, int],
    ) -> int:
        match node:
            case typed.Number(value):
                return self._number(value)
            case typed.Size(dim):
                self.sized = True
                return self._step("size", (), _meant(dim, letters), SCALAR)
            case typed.Constant(name, dims, index):
                return self._constant(name, [_meant(dim, letters) for dim in dims], index)
            case typed.Variable(declared):
                if declared.name in arguments:
                    return arguments[declared.name]
                return self._step("variable", (), declared.name, declared.shape)
            case typed.Sum(terms):
                return self._add(tuple(sign for sign, _ in terms), tuple(at))
            case typed.Product(factors):
                place = at[0]
                for (join, _), right in zip(factors[1:], at[1:], strict=True):
                    if join == "matmul":
                        (rows, inner), (other, columns) = (
                            self.steps[p].shape for p in (place, right)
                        )
                        if inner != other:
                            raise Unsupported(f"a product of sizes {inner} and {other}")
                        place = self._step("matmul", (place, right), None, (rows, columns))
                    else:
                        over = join in ("divide", "over")
                        place = self._elements("over" if over else "times", place, right)
                return place
            case typed.Power(_, _, "matrix"):
                return self._step("matrixpower", (at[0], at[1]), None, self.steps[at[0]].shape)
            case typed.Power():
                return self._elements("power", at[0], at[1])
            case typed.Transpose():
                return self._transpose(at[0])
            case typed.Broadcast(_, (rows, columns)):
                shape = _meant(rows, letters), _meant(columns, letters)
                return self._elements("times", at[0], self._step("ones", (), None, shape))
            case typed.Apply(function, _, sizes, (rows, columns)):
                shape = _meant(rows, letters), _meant(columns, letters)
                here = {name: _meant(dim, letters) for name, dim in sizes.items()}
                return self._apply(function, at, here, shape)
            case _:
                assert_never(node)

    # ------------------------------------------------------------------ steps

    def _step(
        self,
        operation: Operation,
        args: tuple[int, ...],
        payload: Payload,
        shape: Shape,
        function: Function | None = None,
    ) -> int:
        key = (operation, args, payload, shape)
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.steps)
            self.steps.append(Step(operation, args, payload, shape, function))
        return place

    def _number(self, value: Fraction) -> int:
        return self._step("number", (), value, SCALAR)

    def _wide(self, places: Iterable[int]) -> Shape:
        """Shape of an operation by elements."""
        shapes = [self.steps[place].shape for place in places]
        rows = next((rows for rows, _ in shapes if rows != ONE), ONE)
        return rows, next((columns for _, columns in shapes if columns != ONE), ONE)

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
        if operation == "power" and b is not None:
            inner = self.steps[left]
            known = self.constant(inner.args[1]) if inner.operation == "power" else None
            if known is not None and self._squares(inner.args[0]):  # (u^p)^q = u^(p q)
                return self._elements("power", inner.args[0], self._number(known * b))
        return self._step(operation, (left, right), None, self._wide((left, right)))

    def _squares(self, place: int) -> bool:
        """Whether a value is a sum of squares by its form: `x'x`, `tr(X'X)`; so of no sign.

        Its root need not exist where only the square of that is asked for, as in `||x||^2`.
        """
        step = self.steps[place]
        if step.operation == "contract" and step.payload == "ii->":
            return self._squares(step.args[0])
        if step.operation != "matmul" or self.steps[step.args[0]].operation != "transpose":
            return False
        (turned,) = self.steps[step.args[0]].args
        left = self.steps[turned]
        return step.args[1] == (left.args[0] if left.payload == "conj" else turned)

    def _add(self, signs: tuple[int, ...], places: tuple[int, ...]) -> int:
        known = [self.constant(place) for place in places]
        numbers = [sign * x for sign, x in zip(signs, known, strict=True) if x is not None]
        if len(numbers) == len(places):
            return self._number(sum(numbers, Fraction(0)))
        return self._step("add", places, signs, self._wide(places)) if signs != (1,) else places[0]

    def _constant(self, name: typed.ConstantName, dims: list[Dim], index: str) -> int:
        n, second = [*dims, ONE, ONE][:2]
        payload: Payload = None
        match name:
            case "pi":
                shape = SCALAR
            case "eye":
                shape = n, n
            case "ones":
                shape = n, second
            case "zeros":
                return self._elements(
                    "times", self._number(Fraction(0)), self._constant("ones", dims, index)
                )
            case "K":
                payload, shape = tuple(dims), (n * second, n * second)
            case "D":
                payload, shape = tuple(dims), (n * n, half(n))
            case "unit":
                payload, shape = index, (n, ONE)
            case _:
                assert_never(name)
        return self._step(name, (), payload, shape)

    def _transpose(self, place: int) -> int:
        step = self.steps[place]
        if step.shape == SCALAR:
            return place
        if step.operation == "transpose":
            return step.args[0]
        return self._step("transpose", (place,), None, step.shape[::-1])

    def _apply(
        self, function: Function, at: list[int], sizes: Mapping[str, Dim], shape: Shape
    ) -> int:
        if function.wires:
            return self._contract(function.wires, at, sizes, shape)
        number = self.constant(at[0])
        if number and function.name in ("abs", "sign"):  # integers keep their sign
            return self._number(abs(number) / (1 if function.name == "abs" else number))
        text = function.definition or function.value
        if text and ":" not in text:
            arguments = zip((name for name, _ in function.parameters), at, strict=True)
            return self.write(typed_row(function, text), sizes, dict(arguments))
        if function.by_elements and function.unknown is None:
            shape = self._wide(at)
        return self._step("call", tuple(at), function.name, shape, function)

    def _contract(self, wires: str, at: list[int], sizes: Mapping[str, Dim], shape: Shape) -> int:
        """A contraction; ones tell how long those wires are whose lengths no shape tells."""
        inputs, _, result = wires.partition("->")
        if inputs == "ij" and result == "ji":
            return self._transpose(at[0])
        for letter in loose(inputs):
            inputs += f",{letter}."
            at.append(self._step("ones", (), None, (sizes[letter], ONE)))
        return self._step("contract", tuple(at), f"{inputs}->{result}", shape)


def _meant(dim: Dim, letters: Mapping[str, Dim]) -> Dim:
    """A size in the letters of a row, where it stands in its body."""
    if not letters:
        return dim
    return product([Dim(dim.number), *(letters[name] for name in dim.factors)])


def size(dim: Dim, sizes: Mapping[str, int]) -> int:
    """The number that a dimension is where its names have these sizes."""
    number = dim.number
    for name in dim.factors:
        if name in sizes or (whole := halved(name)) is None:
            number *= sizes[name]
        else:
            n = size(whole, sizes)
            number *= n * (n + 1) // 2
    return number


def sized(program: Program, sizes: Mapping[str, int]) -> list[Sized]:
    """The steps of a program at given sizes. Raises `Unsupported` where one is too large."""
    steps: list[Sized] = []
    for step in program.steps:
        rows, columns = (size(dim, sizes) for dim in step.shape)
        count, payload = rows * columns, step.payload
        shapes = [steps[arg].shape for arg in step.args]
        match step.operation:
            case "matmul":
                count *= shapes[0][1]
            case "contract":
                count = work(str(payload), shapes)
                if count > LARGEST_CONTRACTION:
                    raise Unsupported("a contraction over too many indices")
                count *= len(shapes)
            case "matrixpower":
                count *= 8 * rows
            case "call" if payload in MATRIX:
                count = shapes[0][0] ** 3 * (1 if payload in DIRECT else NEWTON)
            case "call" if step.function and step.function.unknown:
                count *= 1 if step.function.by_elements else sum(map(prod, shapes))
            case _:
                pass
        match payload:
            case Dim():
                number: Number = Fraction(size(payload, sizes))
            case tuple():
                number = tuple(size(p, sizes) if isinstance(p, Dim) else p for p in payload)
            case str() if step.operation == "unit":
                named_at = sum(map(ord, payload)) % rows
                number = int(payload) - 1 if payload.isdigit() else named_at
            case _:
                number = payload
        steps.append(
            Sized(step.operation, step.args, number, (rows, columns), step.function, count)
        )
    return steps
