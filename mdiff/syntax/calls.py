"""The name of a function in, the word that calls it out; later the node of the call.

`sin^2 x` has a power, `exp.(X)` a dot. The options of a call, `axis=0`, `keepdims=True`, `ord=2`,
and the numbers that MATLAB and numpy put in their place, choose among rows of the table; they are
no arguments.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mdiff.functions.table import TABLE
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Transpose, inverse
from mdiff.syntax.words import FENCES, PLAIN_OPERANDS, POSTFIXES, POWERS, Word, quote, superscript

if TYPE_CHECKING:
    from mdiff.errors import Span
    from mdiff.syntax.cursor import Cursor
    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Operator, Tree

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

CALLED_OPERATORS: dict[str, Operator] = {
    "multiply": ".*", "hadamard": ".*", "hadamardproduct": ".*", "divide": "./", "matmul": "@",
    "solve": "\\",
}  # fmt: skip
"""Functions of two arguments that are operators."""

_OPTIONS = {"axis": "axis", "dim": "axis", "keepdims": "keepdims", "ord": "ord", "p": "ord"}
_LONG = 5  # words: an argument that is no option, and is not copied in each nested call
_SEVERAL_ARGUMENTS = {
    **dict.fromkeys(("kron", "inner", "K"), ("two", "…, …")), "unvec": ("three", "…, …, …"),
    "einsum": ("a pattern and", '"ij->ji", …'),
}  # fmt: skip
"""Functions that need their brackets: what they take, and how that looks."""


# ---- the word that calls


def function_head(word: Word, function: str, cursor: Cursor) -> Word:
    """The word for a function, before a bracket or before a product.

    Raises `E006` for a dot or a missing bracket, `E009` for an option, `E010` for a power.
    """
    names = cursor.names
    power = _power(word, cursor) if cursor.kind(0) in POWERS else 1
    options: dict[str, str] = {}
    if cursor.kind(0) == "DOT_CALL":
        if not any(row.by_elements for row in TABLE.get(function, ())):
            message = f"{quote(word.text)} is no function of scalars: it is not applied by elements"
            span = cursor.words[cursor.at].span
            raise names.fail("E006", message, span, "no dot could stand here")
        options["dotted"] = "True"
        cursor.at += 1
    fenced = cursor.kind(0) in FENCES
    several = "" if function in names.functions else function
    if not fenced and several in _SEVERAL_ARGUMENTS:
        what, example = _SEVERAL_ARGUMENTS[several]
        message = f"`{function}` takes {what} arguments, in brackets"
        raise names.fail("E006", message, word.span, f"`{function}({example})` could stand here")
    if cursor.kind(0) == "OPEN":
        if cursor.words[cursor.at].start > word.end:
            _note_bracket(word, cursor)
        if cursor.at in cursor.commas or cursor.kind(2) == "EQUALS":
            options |= _options(function, cursor, first=1)
    kind = "EINSUM" if several == "einsum" else "CALL" if fenced else "FUNCTION"
    return Word(kind, function, word.start, word.end, power=power, options=options)


def read_method(word: Word, cursor: Cursor) -> None:
    """`X.sum(axis=0)`, `x.dot(y)`. Raises `E101`, and `E009` for an option."""
    function = cursor.names.function(word.text[1:])
    if not function:
        raise cursor.names.unknown(word.text[1:], (word.start + 1, word.end), called=True)
    options = _options(function, cursor, first=0)
    cursor.out.append(Word("METHOD", function, word.start + 1, word.end, options=options))


def _power(word: Word, cursor: Cursor) -> int:
    """The 2 of `sin^2 x`; its words are passed over."""
    raised = cursor.words[cursor.at]
    text = superscript(raised.text)
    if raised.kind == "POWER":
        cursor.at += 1
        raised = cursor.words[cursor.at]
        text = raised.text
    cursor.at += 1
    if text.isdecimal() and text.isascii() and len(text) < 4:
        return int(text)
    message = f"{quote(word.text)} can have a whole number as its power here, as in `sin^2(x)`"
    helps = [f"put the power behind the brackets: `{word.text}(x)^-1`"]
    span = word.start, raised.end
    raise cursor.names.fail("E010", message, span, "a function, not a value", helps)


def _note_bracket(word: Word, cursor: Cursor) -> None:
    """`tr (A) B`: say that the function takes the bracket alone."""
    between = cursor.names.text[word.end : cursor.words[cursor.at].start]
    after = cursor.partner[cursor.at] + 1
    if between.strip() != between and cursor.words[after].kind in PLAIN_OPERANDS | POSTFIXES:
        call = cursor.names.cite(word.start, cursor.words[after - 1].end)
        cursor.names.note(f"{call} of its bracket alone")


def _options(function: str, cursor: Cursor, first: int) -> dict[str, str]:
    """The options in the brackets that come next, whose words are then taken.

    `first` is the number of the argument that may be one without a name: a method has its first
    argument before it. Raises `E009` for an option that means nothing here.
    """
    names, found = cursor.names, dict[str, str]()
    for count, places in enumerate(cursor.arguments(cursor.at)):
        named = len(places) > 2 and cursor.words[places[1]].kind == "EQUALS"
        inner = cursor.words[places.start : places.stop] if named or len(places) < _LONG else []
        said = _said(inner)
        axis = said if names.dialect == "numpy" else _FROM_ONE.get(said, said)
        if named and inner[0].kind == "NAME":
            option, value = _OPTIONS.get(inner[0].text, ""), _said(inner[2:])
            if not option:
                what = f"the option {quote(inner[0].text)} of a function is not supported"
                label = "`axis`, `keepdims` and `ord` are read"
                raise names.fail("E009", what, inner[0].span, label)
        elif count == first and function == "norm" and len(inner) == 1:
            option, value = "ord", said
        elif count == first and function != "norm" and f"{function}{_ENDS.get(axis, '?')}" in TABLE:
            option, value = "axis", axis
            if axis != said:
                found["keepdims"] = "True"
        else:
            continue
        found[option] = value.strip("'\"")
        cursor.taken.update(range(places.start - (count > 0), places.stop))
    return found


def _said(words: list[Word]) -> str:
    return "".join(word.text for word in words)


# ---- the node of the call


def applied(head: Word, arguments: tuple[Tree, ...], end: int, names: Names) -> Tree:
    """The node of a call that ends at `end`; that of a method starts with its first argument.

    Raises `E009` and `E010` for options with which there is no such function.
    """
    span = (min(head.start, arguments[0].span[0]), end)
    function, exponent = _chosen(head, names) if head.options else (head.text, None)
    if exponent is not None:
        arguments = (*arguments, exponent)
    zeros = [isinstance(each, Number) and each.value == 0 for each in arguments]
    tree: Tree
    if function == "transpose" and len(arguments) == 1:
        tree = Transpose(arguments[0], span)
    elif function in CALLED_OPERATORS and len(arguments) == 2:
        operator, (left, right) = CALLED_OPERATORS[function], arguments
        if operator == "\\":
            left, operator = inverse(left, head.span, left.span), "*"
        tree = Product((("*", left), (operator, right)), span)
    elif function == "max" and len(arguments) == 2 and sum(zeros) == 1:
        tree = Apply("relu", (arguments[zeros.index(False)],), head.span, span)
    else:
        tree = Apply(function, arguments, head.span, span, dotted="dotted" in head.options)
    kept = head.options.get("keepdims") == "True" and function in TABLE
    if kept and TABLE[function][0].result.isalpha() and TABLE[function][0].result != "scalar":
        tree = Transpose(tree, span)  # a row; of every row, a column that stays one
        if function.endswith("r"):
            tree = Transpose(tree, span)
    if head.power != 1:
        tree = Power(tree, Number(Fraction(head.power), head.span), elementwise=False, span=span)
    return tree


def _chosen(head: Word, names: Names) -> tuple[str, Tree | None]:
    """The function that a call with options means, and the exponent of a norm that has one."""
    function, options = head.text, head.options
    if "ord" in options and function == "norm":
        index = options["ord"]
        return (_INDUCED[index], None) if index in _INDUCED else norm_with(index, head.span, names)
    if "axis" not in options:
        return function, None
    along = f"{function}{_ENDS.get(options['axis'], '?')}"
    if along in TABLE:
        return along, None
    what = f"{quote(function)} along the axis {quote(options['axis'])}"
    raise names.unsupported(what, head.span, "this function")


def norm_with(index: str, span: Span, names: Names) -> tuple[str, Tree | None]:
    """The norm with an index, and its exponent where that is the index. Raises `E010`."""
    index = index.replace(" ", "")
    if index in NORMS:
        return NORMS[index], None
    upper, _, lower = index.partition("/")
    if upper.isdecimal() and (lower.isdecimal() or not lower) and len(index) < 10:
        value = Fraction(int(upper), int(lower or "1") or 1)
        if value > 0:
            return "normp", Number(value, span)
    elif index in _EXPONENTS or (index.isascii() and index.islower() and index in names.declared):
        return "normp", Name(index, span)
    label = "`F`, `1`, `2`, `p`, `inf` or `*` could stand here"
    raise names.fail("E010", f"there is no norm with the index {quote(index)}", span, label)
