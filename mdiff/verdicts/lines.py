"""The text of a derivation, line by line → what is derived and the claims about it; judges nothing.

# ridge regression
let A: m×n, b: m
def r = A x - b
1/2 ||r||^2 + c/2 ||x||^2 ; wrt x
d f = r^T dr + c x^T dx
    = (r^T A + c x^T) dx
A^T r + c x
"""

from __future__ import annotations

import re

from mdiff.errors import fail_at
from mdiff.record import Record
from mdiff.verdicts.claim import blanked

_DECLARED = re.compile(r",\s*(?=[^\W\d_]\w*\s*(?::|∈))")
_COMMENT = re.compile(r"#[^\n]*")
_BY = re.compile(r"\s*;\s*wrt\b")


class Lines(Record):
    """What a text asks: the expression, by what, declarations, and the claims.

    Each claim is the whole text with all but its own line blanked, so that places stay true.
    """

    expression: str
    wrt: list[str]
    let: list[str]
    claims: list[str]


def read_lines(text: str, expression: str | None = None) -> Lines:
    """Read a derivation; where the expression is given, all lines are claims about it.

    Raises E001 where there is no expression or no claim.
    """
    wrt: list[str] = []
    let: list[str] = []
    claims: list[str] = []
    definitions: list[str] = []
    start = 0
    read = _COMMENT.sub(lambda match: " " * len(match.group()), text)
    for kept in read.split("\n"):
        end = start + len(kept)
        word, _, rest = kept.strip().partition(" ")
        if word == "let":
            let += [part.strip() for part in _DECLARED.split(rest)]
        elif word == "def":
            definitions.append(rest.strip())
        elif word and not expression:
            expression, *wrt = map(str.strip, _BY.split(kept))
        elif word:
            claims.append(blanked(read, [(start, end)]))
        start = end + 1
    if not expression or not claims:
        what = "claim about it" if expression else "expression"
        span, said = (0, len(text.rstrip())), "lines are an expression, then claims"
        raise fail_at("E001", f"there is no {what}", text, span, said)
    return Lines("; ".join([*definitions, expression]), wrt, let, claims)
