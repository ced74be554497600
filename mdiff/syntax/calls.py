"""A function as it is called in, the node of the function that is meant out: `norm(A, 'fro')`.

The options of a call, `axis=0`, `keepdims=True`, `ord=2`, and the numbers that MATLAB and numpy put
in their place, choose among rows of the table; they are no arguments.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, cast

from mdiff.errors import Label, fail
from mdiff.functions.table import TABLE
from mdiff.syntax.nodes import inverse
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Transpose
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.names import Names
    from mdiff.syntax.survey import Dialect
    from mdiff.syntax.tree import Operator, Tree
    from mdiff.syntax.words import Word

NORMS = {
    "": "norm", "2": "norm2", "1": "norm1", "F": "normF", "Fro": "normF", "fro": "normF",
    "*": "nuclear", "∗": "nuclear", "nuc": "nuclear", "inf": "norminf", "oo": "norminf",
    "∞": "norminf", "infty": "norminf", "\\infty": "norminf", "2,1": "norm21",
}  # fmt: skip
"""The index of a norm → its function; `norm` is whichever its argument has."""

_INDUCED = {"1": "induced1", "2": "induced2", "inf": "inducedinf"}
"""The norms of programs: of a matrix they are induced by those of vectors."""

_EXPONENTS = frozenset("pqrs")
"""Letters that, as the index of a norm, are its exponent."""

_ENDS = {"0": "c", "1": "r", "-1": "r", "rows": "r", "cols": "c", "all": "all"}
"""An axis → the end of the name of the function along it: `softmax(X, cols)` is `softmaxc(X)`."""

_FROM_ONE = {"1": "0", "2": "1"}
"""MATLAB counts the axes from one, and keeps both of them."""

CALLED_OPERATORS = {
    "multiply": ".*", "hadamard": ".*", "hadamardproduct": ".*", "divide": "./", "matmul": "@",
    "solve": "\\",
}  # fmt: skip
"""Functions of two arguments that are operators."""

_OPTIONS = {"axis": "axis", "dim": "axis", "keepdims": "keepdims", "ord": "ord", "p": "ord"}


def take_options(  # noqa: PLR0913 - where the words of a call are
    head: Word,
    words: list[Word],
    first: int,
    last: int,
    partner: dict[int, int],
    dialect: Dialect,
    text: str,
) -> set[int]:
    """Move the options among the words of a call to its head; the places of those words.

    `first` and `last` are the places of its brackets. Raises `E009` for an option that means
    nothing here.
    """
    taken: set[int] = set()
    starts = [first + 1]
    at = first + 1
    while at < last:
        if words[at].kind == "COMMA":
            starts.append(at + 1)
        at = partner.get(at, at) + 1
    for count, (start, end) in enumerate(
        zip(starts, [*(each - 1 for each in starts[1:]), last], strict=True)
    ):
        inner = words[start:end]
        if len(inner) > 2 and inner[0].kind == "NAME" and inner[1].kind == "EQUALS":
            option = _OPTIONS.get(inner[0].text)
            if option is None:
                raise _no_option(inner[0], text)
            value = "".join(word.text for word in inner[2:])
        elif count == (head.kind != "METHOD") and _is_option(head.text, inner, dialect):
            option = "ord" if head.text == "norm" else "axis"
            value = "".join(word.text for word in inner)
            if value in _FROM_ONE and option == "axis" and dialect != "numpy":
                value = _FROM_ONE[value]
                head.options["keepdims"] = "True"
        else:
            continue
        head.options[option] = value.strip("'\"")
        taken.update(range(start - (start > first + 1), end))
    return taken


def _is_option(function: str, inner: list[Word], dialect: Dialect) -> bool:
    """Whether an argument of a call is a norm's index or an axis; a method has no other."""
    if function == "norm":
        return len(inner) == 1
    axis = "".join(word.text for word in inner)
    end = _ENDS.get(_FROM_ONE.get(axis, axis) if dialect != "numpy" else axis)
    return end is not None and f"{function}{end}" in TABLE


def _no_option(word: Word, text: str) -> MdiffError:
    return fail(
        "E009",
        f"the option {quote(word.text)} of a function is not supported",
        text=text,
        labels=[Label(word.span, "`axis`, `keepdims` and `ord` are read")],
    )


def _chosen(head: Word, names: Names) -> tuple[str, Tree | None]:
    """The function that a call with options means, and the exponent of a norm that has one."""
    function, options = head.text, head.options
    if "ord" in options and function == "norm":
        index = options["ord"]
        return (_INDUCED[index], None) if index in _INDUCED else norm_with(index, head, names)
    if "axis" not in options:
        return function, None
    along = f"{function}{_ENDS.get(options['axis'], '?')}"
    if along in TABLE:
        return along, None
    raise fail(
        "E009",
        f"{quote(function)} along the axis {quote(options['axis'])} is not supported yet",
        text=names.text,
        labels=[Label(head.span, "this function")],
    )


def _keeps_axes(head: Word, function: str) -> bool:
    """Whether the vector that a function along an axis gives has two axes."""
    kept = head.options.get("keepdims") == "True" and function in TABLE
    return kept and TABLE[function][0].result.isalpha() and TABLE[function][0].result != "scalar"


def applied(head: Word, arguments: tuple[Tree, ...], end: int, names: Names) -> Tree:
    """The node of a call that ends at `end`.

    Raises `E009` and `E010` for options with which there is no such function.
    """
    span = (head.start, end)
    function, exponent = _chosen(head, names)
    if exponent is not None:
        arguments = (*arguments, exponent)
    if function == "transpose" and len(arguments) == 1:
        tree: Tree = Transpose(arguments[0], span)
    elif function in CALLED_OPERATORS and len(arguments) == 2:
        operator = cast("Operator", CALLED_OPERATORS[function])
        left, right = arguments
        if operator == "\\":
            left, operator = inverse(left, head.span, left.span), "*"
        tree = Product((("*", left), (operator, right)), span)
    elif _is_relu(function, arguments):
        tree = Apply("relu", (_nonzero(arguments),), head.span, span)
    else:
        tree = Apply(function, arguments, head.span, span, dotted="dotted" in head.options)
    if _keeps_axes(head, function):
        tree = Transpose(tree, span)  # a row; of every row, a column that stays one
        if function.endswith("r"):
            tree = Transpose(tree, span)
    if head.power != 1:
        tree = Power(tree, Number(Fraction(head.power), head.span), elementwise=False, span=span)
    return tree


def _is_relu(function: str, arguments: tuple[Tree, ...]) -> bool:
    """`max(0, z)` and `max(z, 0)`."""
    return function == "max" and len(arguments) == 2 and sum(map(_is_zero, arguments)) == 1


def _is_zero(tree: Tree) -> bool:
    return isinstance(tree, Number) and tree.value == 0


def _nonzero(arguments: tuple[Tree, ...]) -> Tree:
    """The one of two arguments that is not zero."""
    return arguments[1] if _is_zero(arguments[0]) else arguments[0]


def norm_with(index: str, word: Word, names: Names) -> tuple[str, Tree | None]:
    """The norm with an index, and its exponent where that is the index. Raises `E010`."""
    index = index.replace(" ", "")
    if index in NORMS:
        return NORMS[index], None
    exponent = _exponent(index, word, names)
    if exponent is not None:
        return "normp", exponent
    raise fail(
        "E010",
        f"there is no norm with the index {quote(index)}",
        text=names.text,
        labels=[Label(word.span, "`F`, `1`, `2`, `p`, `inf` or `*` could stand here")],
    )


def _exponent(index: str, word: Word, names: Names) -> Tree | None:
    """The p of `||x||_p`: a positive number, or a letter that is one."""
    upper, _, lower = index.partition("/")
    if upper.isdecimal() and (lower.isdecimal() or not lower) and len(index) < 10:
        value = Fraction(int(upper), int(lower or "1") or 1)
        return Number(value, word.span) if value > 0 else None
    lone = index.isascii() and index.islower() and index in names.declared
    return Name(index, word.span) if lone or index in _EXPONENTS else None
