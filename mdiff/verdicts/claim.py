"""The text of a claim → its parts, each with its tree: definitions, and claims joined by `=`.

A part that merely names the thing, as `d f` in `d f = 2 x^T dx`, is no claim. Nothing is judged.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mdiff.errors import fail
from mdiff.functions.table import ROWS
from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Name, Product, Transpose, children
from mdiff.verdicts.nodes import rewritten
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Definition, Operator, Program, Tree

_OPENING, _CLOSING = "([{", ")]}"
_WORD = re.compile(r"[dD]?[^\W\d_]\w*(?:\([^()]*\))?")
_QUOTIENT = re.compile(r"d\s*\w*\s*/\s*d\s*\w+|grad\b.*")
_OPERATOR = re.compile(r"∂|∇|\\partial|\\nabla|\\frac\s*\{\s*(?:∂|\\partial|d\b)")
_DIFFERENTIAL = re.compile(r"(?:d|\\mathrm\{d\}|\\mathrm d)(?![^\W\d_])")
_NONLINEAR = frozenset(row.name for row in ROWS if row.kind == "elementwise") | {"sqrt"}
_DEFINITION = re.compile(r"\s*[^\W\d_]\w*\s*=")


class Part:
    """One claim of a text: what is read of it, all spans counting in the whole text.

    `text` is the whole text with everything blanked that is not part of this claim. `given` are
    the definitions of the expression, whose spans count elsewhere; `own` those of the claim;
    `expression` is the text of the expression.
    """

    __slots__ = ("expression", "given", "own", "readings", "span", "text", "tree")

    def __init__(  # noqa: PLR0913 - the parts of a claim
        self,
        text: str,
        span: Span,
        given: tuple[Definition, ...],
        own: tuple[Definition, ...],
        tree: Tree,
        readings: tuple[str, ...],
        expression: str,
    ) -> None:
        self.expression = expression
        self.text = text
        self.span = span
        self.given = given
        self.own = own
        self.tree = tree
        self.readings = readings

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """All definitions that hold in it."""
        return (*self.given, *self.own)

    def names(self) -> set[str]:
        """All names in it."""
        return named([*(each.expression for each in self.definitions), self.tree])


def named(roots: Sequence[Tree]) -> set[str]:
    """All names in some trees."""
    found: set[str] = set()
    for node in postorder(roots, children):
        match node:
            case Name(name):
                found.add(name)
            case _:
                pass
    return found


def read(text: str, given: Program, names: frozenset[str], functions: frozenset[str]) -> list[Part]:
    """The claims of a text, in order.

    `given` is the program of the expression, whose definitions hold in the claims as well; `names`
    are those of the problem, with its differentials. Raises what `parse` raises, E001 for nothing.
    """
    known = names | frozenset(each.name for each in given.definitions)
    parts = []
    for start, end, body in _pieces(text, known):
        kept = _blanked(text, [(0, body), (start, end)])
        program = parse(kept, known, functions)
        parts.append(_part(program, (start, end), given.definitions, known, given.text))
    if not parts:
        raise fail("E001", "there is no claim", text=text)
    return parts


def reread(part: Part, text: str, names: frozenset[str], functions: frozenset[str]) -> Part:
    """Another text in the place of a part's own."""
    known = names | frozenset(each.name for each in part.given)
    program = parse(text, known, functions)
    return _part(program, (0, len(text)), part.given, known, part.expression)


def _part(
    program: Program,
    span: Span,
    given: Sequence[Definition],
    names: frozenset[str],
    expression: str,
) -> Part:
    own = program.definitions
    # a definition of the expression is replaced by the claim's own one of that name
    inherited = tuple(each for each in given if each.name not in {name.name for name in own})
    readings = list(program.readings)
    tree = joined_differentials(program.expression, names, program.text, readings)
    return Part(program.text, span, inherited, own, tree, tuple(readings), expression)


def joined_differentials(tree: Tree, names: frozenset[str], text: str, readings: list[str]) -> Tree:
    """The tree with `d X` made `dX`, unless `d` is a name; and `sin x dx` made `sin(x) dx`."""

    def joined(node: Tree) -> Tree:
        match node:
            case Product(factors) if "d" not in names:
                return _joined(node, factors, names)
            case Apply(function, (Product(factors),)) if function in _NONLINEAR:
                return _freed(node, factors, names, text, readings)
            case _:
                return node

    return rewritten(tree, joined)


def _joined(
    node: Product, factors: tuple[tuple[Operator, Tree], ...], names: frozenset[str]
) -> Tree:
    found: list[tuple[Operator, Tree]] = []
    for operator, factor in factors:
        changed = _change(found[-1][1], factor, names) if found and operator == "*" else None
        if changed is None:
            found.append((operator, factor))
        else:
            found[-1] = (found[-1][0], changed)
    if len(found) == len(factors):
        return node
    return found[0][1] if len(found) == 1 else Product(tuple(found), node.span)


def _freed(
    node: Apply,
    factors: tuple[tuple[Operator, Tree], ...],
    names: frozenset[str],
    text: str,
    readings: list[str],
) -> Tree:
    """`sin x dx`: no claim is a sine of a differential, so the function ends before `dx`."""
    start = node.arguments[0].span[0]
    if "(" in text[node.head[1] : start + 1]:
        return node
    count = len(factors)
    while count > 1 and _is_change(factors[count - 1][1], names):
        count -= 1
    if count == len(factors):
        return node
    last = factors[count - 1][1].span[1]
    inner = factors[0][1] if count == 1 else Product(factors[:count], (start, last))
    call = Apply(node.function, (inner,), node.head, (node.span[0], last))
    rest = text[last : node.span[1]].strip()
    readings.append(
        f"`{text[slice(*node.span)]}` is read as `({text[node.span[0] : last]}) {rest}`"
    )
    return Product((("*", call), *factors[count:]), node.span)


def _is_change(node: Tree, names: frozenset[str]) -> bool:
    match node:
        case Name(name):
            return name.startswith("d") and name in names and name[1:] in names
        case _:
            return False


def _change(before: Tree, factor: Tree, names: frozenset[str]) -> Tree | None:
    """`dX` where `before` is `d` and the factor is X, or its transpose."""
    match before, factor:
        case Name("d"), Name(name) if f"d{name}" in names:
            return Name(f"d{name}", (before.span[0], factor.span[1]))
        case Name("d"), Transpose(Name(name)) if f"d{name}" in names:
            changed = Name(f"d{name}", (before.span[0], factor.argument.span[1]))
            return Transpose(changed, (before.span[0], factor.span[1]))
        case _:
            return None


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
    if _OPERATOR.match(text):
        return True
    if _WORD.fullmatch(text):
        word = text.partition("(")[0]
        return word not in names and not names.issuperset(word)
    if _QUOTIENT.fullmatch(text):
        return True
    return "d" not in names and bool(_DIFFERENTIAL.match(text))


def _split(text: str, signs: str, start: int = 0) -> list[Span]:
    """The stretches between some signs outside of brackets."""
    found: list[Span] = []
    depth, at = 0, start
    for place in range(start, len(text)):
        sign = text[place]
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth -= 1
        elif sign in signs and depth <= 0:
            found.append((at, place))
            at = place + 1
    found.append((at, len(text)))
    return found


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


def _blanked(text: str, kept: Sequence[Span]) -> str:
    """The text with blanks in place of everything outside of some stretches."""
    found = [" " if sign != "\n" else "\n" for sign in text]
    for start, end in kept:
        found[start:end] = text[start:end]
    return "".join(found)
