"""A function as it is called in, the function of the table that is meant out: `norm(A, 'fro')`.

The options of a call, `axis=0`, `keepdims=True`, `ord=2`, and the numbers that MATLAB and numpy put
in their place, choose among rows of the table; they are no arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Label, fail
from mdiff.syntax.words import quote

if TYPE_CHECKING:
    from mdiff.errors import MdiffError
    from mdiff.syntax.survey import Dialect
    from mdiff.syntax.words import Word

NORMS = {
    "": "norm", "2": "norm2", "1": "norm1", "F": "normF", "Fro": "normF", "fro": "normF",
    "*": "nuclear", "∗": "nuclear", "nuc": "nuclear",
}  # fmt: skip
"""The index of a norm → its function; `norm` is whichever its argument has."""

ALONG = {
    "sum": ("sumc", "sumr"), "mean": ("meanc", "meanr"), "norm": ("normc", "normr"),
    "softmax": ("softmaxc", "softmaxr"), "logsumexp": ("logsumexpc", "logsumexpr"),
}  # fmt: skip
"""Functions along an axis: what they are of every column (axis 0) and of every row (axis 1)."""

CALLED_OPERATORS = {"multiply": ".*", "divide": "./", "matmul": "@", "solve": "\\"}
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
        elif count == 1 and _is_option(head.text, inner):
            option = "ord" if head.text == "norm" else "axis"
            value = "".join(word.text for word in inner)
            if (
                option == "axis" and dialect != "numpy"
            ):  # MATLAB counts from one, and keeps both axes
                value = {"1": "0", "2": "1"}.get(value, value)
                head.options["keepdims"] = "True"
        else:
            continue
        head.options[option] = value.strip("'\"")
        taken.update(range(start - (start > first + 1), end))
    return taken


def _is_option(function: str, inner: list[Word]) -> bool:
    """Whether the second argument of a call is a norm's index or an axis."""
    if function == "norm":
        return len(inner) == 1
    plain = len(inner) == 1 or (len(inner) == 2 and inner[0].kind == "MINUS")
    return function in ALONG and plain and inner[-1].kind == "NUMBER"


def _no_option(word: Word, text: str) -> MdiffError:
    return fail(
        "E009",
        f"the option {quote(word.text)} of a function is not supported",
        text=text,
        labels=[Label(word.span, "`axis`, `keepdims` and `ord` are read")],
    )


def chosen(head: Word, text: str) -> str:
    """The function that a call with options means. Raises `E009` and `E010` where there is none."""
    function, options = head.text, head.options
    if "ord" in options and function == "norm":
        index = options["ord"]
        if index not in NORMS:
            raise no_norm(index, head, text)
        return NORMS[index]
    if "axis" not in options:
        return function
    axis = options["axis"]
    if function in ALONG and axis in ("0", "1", "-1"):
        return ALONG[function][axis != "0"]
    raise fail(
        "E009",
        f"{quote(function)} along the axis {quote(axis)} is not supported yet",
        text=text,
        labels=[Label(head.span, "this function")],
    )


def no_norm(index: str, word: Word, text: str) -> MdiffError:
    """The error for an index that no norm has."""
    return fail(
        "E010",
        f"there is no norm with the index {quote(index)}",
        text=text,
        labels=[Label(word.span, "`F`, `1`, `2` or `*` could stand here")],
    )
