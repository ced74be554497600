"""The kinds of words in groups: which begin an operand, which end one, which part or go on.

The kinds themselves are the terminals of `grammar/words.lark` and those that the reader makes.
"""

from __future__ import annotations

CLOSING = {
    "OPEN": "CLOSE",
    "OPEN_BRACE": "CLOSE_BRACE",
    "OPEN_SQUARE": "CLOSE_SQUARE",
    "OPEN_ANGLE": "CLOSE_ANGLE",
}
"""The brackets that open → those that close them."""

CLOSERS = frozenset(CLOSING.values())

ROUND = frozenset({"OPEN_BRACE", "OPEN_SQUARE", "CLOSE_BRACE", "CLOSE_SQUARE"})
"""Brackets that group just as round ones do."""

BAR_KINDS = frozenset({"BAR", "BARS"})

FENCES = BAR_KINDS.union(CLOSING)
"""What may open the argument of a function."""

PLAIN_OPERANDS = frozenset(
    {"NAME", "NUMBER", "FRACTION", "CONSTANT", "OPEN", "OPEN_ANGLE", "ROOT"}
)  # fmt: skip
"""Words that begin an operand also where a bar stands before them."""

OPERANDS = PLAIN_OPERANDS | {"OPEN_BRACE", "OPEN_SQUARE", "GRADIENT", "MODULE"}
"""Words that begin an operand."""

_ENDS = CLOSERS | {
    "NUMBER", "FRACTION", "IMAGINARY", "CONSTANT", "TRANSPOSE", "INVERSE_TRANSPOSE", "SUPERSCRIPT",
    "CONJUGATE",
}  # fmt: skip

OPERAND_ENDS = _ENDS | {"NAME", "INDEX"}
"""Words that end an operand, as they are typed."""

READ_ENDS = _ENDS | {"VARIABLE", "POSITIVE", "CLOSE_ABS", "CLOSE_NORM"}
"""Words that end an operand, as the reader leaves them."""

POWERS = frozenset({"POWER", "SUPERSCRIPT"})

POSTFIXES = POWERS | {"TRANSPOSE", "INVERSE_TRANSPOSE", "CONJUGATE", "DOT_POWER", "METHOD"}

CONTINUING = POSTFIXES | {
    "TIMES", "CDOT", "AT", "DIVIDE", "LEFT_DIVIDE", "DOT_TIMES", "DOT_DIVIDE", "KRON", "EQUALS",
}  # fmt: skip
"""Words that begin no statement: where a line begins with one, the line before goes on."""

SIGNS = frozenset({"PLUS", "MINUS"})

SEPARATORS = frozenset({"NEWLINE", "SEMICOLON"})
"""What parts statements."""
