"""The factors of a product go in, how each joins those before it comes out, or a clash."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.record import Record, derived
from mdiff.shapes.checked import (
    Checked,
    Clash,
    Factor,
    doubt_scalars,
    is_plain,
    make_square,
    unify,
)
from mdiff.shapes.kinds import are_scalar_letters
from mdiff.shapes.sizes import ONE_SIZE, SCALAR_AXES, Axes
from mdiff.shapes.steps import Step, free_below, is_literal_one, is_sum_of_names
from mdiff.syntax.tree import Apply, Power

if TYPE_CHECKING:
    from mdiff.shapes.typed import Join


def check_product(checked: Checked, place: int, step: Step, operators: list[str]) -> Axes:
    """From the left; every factor joins the product of all before it."""
    so_far = checked.axes[step.parts[0]]
    factors = checked.factors[place] = [Factor("scale", step.parts[0], so_far)]
    for position in range(1, len(operators)):
        joint = _Joint(checked, place, position, operators[position], so_far)
        match operators[position]:
            case "*" | "/" | "·" | "@":
                factor = joint.times()
            case "⊗":
                rows, columns = zip(so_far, joint.right, strict=True)
                axes = checked.sizes.monomial(1, rows), checked.sizes.monomial(1, columns)
                factor = Factor("kron", joint.part, axes)
            case _:
                factor = joint.by_elements()
                joint.doubt_hadamard()
        factors.append(factor)
        so_far = factor.axes
    return so_far


class _Joint(Record):
    """A factor at some position of a product, and the axes of the product of all before it."""

    checked: Checked
    place: int
    position: int
    operator: str
    left: Axes
    step: Step = derived(lambda self: self.checked.steps.steps[self.place])
    part: int = derived(lambda self: self.step.parts[self.position])
    right: Axes = derived(lambda self: self.checked.axes[self.part])
    factor: Step = derived(lambda self: self.checked.steps.steps[self.part])
    last: int = derived(lambda self: self.step.parts[self.position - 1])
    before: Step = derived(lambda self: self.checked.steps.steps[self.last])

    def times(self) -> Factor:
        """A matrix product, or a multiple where one of the two is a scalar; scalars divide.

        Inside a sum over entries columns are multiplied and divided by elements. A 1 beside a
        matrix is a vector of ones. `·` of two vectors is their inner product, and so is `@`.
        """
        checked, left, right = self.checked, self.left, self.right
        if self.operator == "@":
            doubt_scalars(checked, self.last, self.part)
        if right == SCALAR_AXES:
            return self.by_scalar()
        if self.operator == "/":
            return self.over()
        if left == SCALAR_AXES:
            return self.multiple()
        turned = self.operator == "@" or (self.operator == "·" and right[1] == ONE_SIZE)
        if turned and left[1] == ONE_SIZE != right[0]:
            if self.part in checked.kept:
                raise Clash("E218", self.place, (self.part,), names=frozenset())
            self.join(left[0])
            return Factor("row", self.part, (right[1], ONE_SIZE))
        if left[1] == right[1] == ONE_SIZE and self.step.summed and self.operator == "*":
            unify(checked, left, right, Clash("E201", self.place, (self.part,)))
            if self.before.bare and self.factor.bare:
                checked.doubt("names by elements", self.place, self.before.bare)
            return Factor("hadamard", self.part, left)
        self.join(left[1])
        return Factor("matmul", self.part, (left[0], right[1]))

    def join(self, size: int) -> None:
        """Make the rows of the factor as many as these, or raise E201."""
        if not self.checked.sizes.unify(size, self.right[0], self.place):
            raise Clash("E201", self.place, (self.part,), (size, self.right[0]))

    def by_scalar(self) -> Factor:
        """A scalar on the right divides, scales, or is a 1 that stands for a vector of ones."""
        checked, left, bare = self.checked, self.left, self.factor.bare
        one = is_literal_one(self.factor)
        between = checked.steps.text[self.before.node.span[1] : self.factor.node.span[0]]
        behind = one and bool(self.before.bare) and between.isspace()  # as in `b 1`
        if left == SCALAR_AXES:
            if self.operator == "·" and bare and self.before.bare:
                checked.doubt("dot of scalars", self.place)
            if behind:
                return Factor("ones", self.part, (checked.sizes.new(), ONE_SIZE))
            return Factor("divide" if self.operator == "/" else "scale", self.part, left)
        if self.step.traced and bare in checked.steps.wrt:
            checked.doubt("more than a scalar", self.place, bare)
        if self.operator == "/":
            return Factor("divide", self.part, left)
        if left[1] != ONE_SIZE and self.operator == "*" and one:
            return Factor("ones", self.part, (left[0], ONE_SIZE))
        if behind:
            checked.doubt("misplaced sum", self.place, self.before.bare)
        if bare:
            checked.doubt("misplaced", self.place, bare)
        elif is_sum_of_names(self.factor):
            checked.doubt("misplaced sum", self.place)
        return Factor("scale", self.part, left)

    def multiple(self) -> Factor:
        """A scalar on the left scales, or is a 1 before a row that stands for a vector of ones."""
        checked, right = self.checked, self.right
        if self.step.traced and self.before.bare in checked.steps.wrt:
            checked.doubt("more than a scalar", self.place, self.before.bare)
        if right[0] == ONE_SIZE and self.position == 1 and is_literal_one(self.before):
            return Factor("ones before", self.part, (checked.sizes.new(), right[1]))
        return Factor("scale", self.part, right)

    def over(self) -> Factor:
        """Division by what is no scalar: by a square matrix, or by elements inside a sum."""
        checked, left, right = self.checked, self.left, self.right
        if left != SCALAR_AXES and make_square(checked, right, self.place):
            self.join(left[1])
            return Factor("inverse", self.part, left)
        if self.step.summed and right[1] == ONE_SIZE:
            if left == SCALAR_AXES:
                return Factor("over", self.part, right)
            if left[1] == ONE_SIZE:
                unify(checked, left, right, Clash("E204", self.place, (self.part,), operator="/"))
                return Factor("over", self.part, left)
        raise Clash("E205", self.place, (self.part,), names=free_below(checked.steps, (self.part,)))

    def by_elements(self) -> Factor:
        """Equal shapes; a column beside a matrix counts in each of its columns.

        In numpy a vector counts in each of the rows instead.
        """
        checked, left, right = self.checked, self.left, self.right
        over = self.operator == "./"
        join: Join = "over" if over else "hadamard"
        if right == SCALAR_AXES:
            return Factor("divide" if over else "scale", self.part, left)
        if left == SCALAR_AXES:
            return Factor("over" if over else "scale", self.part, right)
        self.doubt_diagonal()
        whole = left if ONE_SIZE in right and ONE_SIZE not in left else right
        if right[1] == ONE_SIZE != right[0]:
            right = _in_all(right, whole, flat=checked.is_flat(self.part))
        if left[1] == ONE_SIZE != left[0]:
            flat = self.position == 1 and checked.is_flat(self.step.parts[0])
            left = _in_all(left, whole, flat=flat)
        clash = Clash("E204", self.place, (self.part,), operator=self.operator)
        unify(checked, left, right, clash)
        return Factor(join, self.part, whole)

    def doubt_diagonal(self) -> None:
        """Who writes `s*np.eye(n)` means a multiple of the identity."""
        steps = self.checked.steps
        pair = self.part, self.step.parts[0]
        for one, other in (pair, pair[::-1]):
            names = free_below(steps, (one,))
            meaning, node = steps.steps[other].meaning, steps.steps[other].node
            eye = isinstance(node, Apply) and node.function == "eye"
            if len(names) == 1 and (eye or meaning == "identity"):
                self.checked.doubt("misplaced", self.place, *names)

    def doubt_hadamard(self) -> None:
        """Who writes `a .* x` does not mean a multiple; in numpy all do, but of `a * b` nobody."""
        checked = self.checked
        alike = are_scalar_letters([self.before.bare, self.factor.bare])
        if checked.steps.dialect == "numpy" and not (alike and self.step.summed):
            return
        for part in (self.last, self.part):
            step = checked.steps.steps[part]
            power = isinstance(step.node, Power) and step.node.elementwise
            if (step.bare or power or isinstance(step.node, Apply)) and is_plain(checked, part):
                checked.doubt("misplaced", part, step.bare)


def spread_together(
    checked: Checked, one: tuple[int, Axes], other: tuple[int, Axes], clash: Clash
) -> Axes:
    """The axes of a matrix and a vector of numpy, added: the vector counts in every row.

    A column with two axes counts in every column, a row in every row.
    """
    (place, vector), (_, matrix) = (one, other) if ONE_SIZE in one[1] else (other, one)
    flat = checked.is_flat(place) or vector[0] == ONE_SIZE
    unify(checked, _in_all(vector, matrix, flat=flat), matrix, clash)
    return matrix


def _in_all(vector: Axes, whole: Axes, *, flat: bool) -> Axes:
    """The axes of a vector where it counts in every column of a matrix, or, `flat`, every row."""
    size = vector[1] if vector[0] == ONE_SIZE else vector[0]
    if ONE_SIZE in whole:
        return vector
    return (whole[0], size) if flat else (size, whole[1])
