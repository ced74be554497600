"""The text of a claim → its parts, each with its tree: definitions, and claims joined by `=`.

A part that merely names the thing, as `d f` in `d f = 2 x^T dx`, is no claim. Nothing is judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.record import Record, derived
from mdiff.syntax import parse
from mdiff.verdicts.differentials import joined
from mdiff.verdicts.nodes import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Definition, Program, Tree

_WORD = re.compile(r"[dD]?[^\W\d_]\w*(?:\([^()]*\))?")
_QUOTIENT = re.compile(r"d\s*\w*\s*/\s*d\s*\w+|grad\b.*")
_OPERATOR = re.compile(r"∂|∇|\\partial|\\nabla|\\frac\s*\{\s*(?:∂|\\partial|d\b)")
_DIFFERENTIAL = re.compile(r"(?:d|\\mathrm\{d\}|\\mathrm d)(?![^\W\d_])")
_DEFINITION = re.compile(r"\s*[^\W\d_]\w*\s*=")


class Part(Record):
    """One claim of a text: what is read of it, all spans counting in the whole text.

    `text` is the whole text with everything blanked that is not part of this claim. `inherited`
    are the definitions of the expression, whose spans count elsewhere; `own` those of the claim;
    `expression` is the text of the expression.
    """

    text: str
    span: Span
    inherited: tuple[Definition, ...]
    own: tuple[Definition, ...]
    tree: Tree
    readings: tuple[str, ...]
    expression: str
    definitions: tuple[Definition, ...] = derived(lambda self: (*self.inherited, *self.own))
    roots: list[Tree] = derived(lambda self: [*(d.expression for d in self.definitions), self.tree])
    names: set[str] = derived(lambda self: names(self.roots))


def read(text: str, given: Program, known: frozenset[str], functions: frozenset[str]) -> list[Part]:
    """The claims of a text, in order.

    `given` is the program of the expression, whose definitions hold in the claims as well; `known`
    are the names of the problem, with its differentials. Raises what `parse` raises, and E001.
    """
    known |= frozenset(each.name for each in given.definitions)
    parts = []
    for start, end, body in _pieces(text, known):
        kept = blanked(text, [(0, body), (start, end)])
        program = parse(kept, known, functions)
        parts.append(_part(program, (start, end), given.definitions, known, given.text))
    if not parts:
        raise fail("E001", "there is no claim", text=text)
    return parts


def reread(part: Part, text: str, known: frozenset[str], functions: frozenset[str]) -> Part:
    """Another text in the place of a part's own."""
    known |= frozenset(each.name for each in part.inherited)
    program = parse(text, known, functions)
    return _part(program, (0, len(text)), part.inherited, known, part.expression)


def _part(
    program: Program,
    span: Span,
    given: Sequence[Definition],
    known: frozenset[str],
    expression: str,
) -> Part:
    own = program.definitions
    # a definition of the expression is replaced by the claim's own one of that name
    inherited = tuple(each for each in given if each.name not in {other.name for other in own})
    readings = list(program.readings)
    tree = joined(program.expression, known, program.text, readings)
    return Part(program.text, span, inherited, own, tree, tuple(readings), expression)


def _pieces(text: str, names: frozenset[str]) -> list[tuple[int, int, int]]:
    """Start and end of every claim, and where the definitions before it end."""
    statements = _split(text, ";\n")
    statements = _continued(text, [each for each in statements if text[each[0] : each[1]].strip()])
    body = 0
    while len(statements) > 1 and _DEFINITION.match(text[slice(*statements[0])]):
        body = statements[1][0]
        del statements[0]
    if len(statements) > 1:
        # no chain of definitions: the parser says what is wrong with it
        return [(body, statements[-1][1], body)]
    found: list[tuple[int, int, int]] = []
    for start, end in statements:
        pieces = _split(text[:end], "=", start)
        pieces = [piece for piece in pieces if text[slice(*piece)].strip()]
        if len(pieces) > 1 and _merely_names(text[slice(*pieces[0])].strip(), names):
            del pieces[0]
        found += [(first, last, body) for first, last in pieces]
    return found


def _merely_names(text: str, names: frozenset[str]) -> bool:
    """Whether what stands before the first `=` only says what is claimed: `d f`, `∂f/∂x`, `G`."""
    if _WORD.fullmatch(text):
        word = text.partition("(")[0]
        return word not in names and not names.issuperset(word)
    differential = "d" not in names and _DIFFERENTIAL.match(text)
    return bool(differential or _OPERATOR.match(text) or _QUOTIENT.fullmatch(text))


def _split(text: str, signs: str, start: int = 0) -> list[Span]:
    """The stretches between some signs outside of brackets."""
    found: list[Span] = []
    depth, at = 0, start
    for place in range(start, len(text)):
        sign = text[place]
        depth += (sign in "([{") - (sign in ")]}")
        if sign in signs and depth <= 0:
            found.append((at, place))
            at = place + 1
    return [*found, (at, len(text))]


def _continued(text: str, statements: Sequence[Span]) -> list[Span]:
    """A line that begins with `=`, or follows one that ends with it, goes on with the chain."""
    found: list[Span] = []
    for start, end in statements:
        before = text[slice(*found[-1])].rstrip() if found else ""
        goes_on = text[start:end].lstrip().startswith("=") or before.endswith("=")
        if found and goes_on and ";" not in text[found[-1][1] : start]:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def blanked(text: str, kept: Sequence[Span]) -> str:
    """The text with blanks in place of everything outside of some stretches."""
    found = [" " if sign != "\n" else "\n" for sign in text]
    for start, end in kept:
        found[start:end] = text[start:end]
    return "".join(found)
