"""The text of a claim → its parts, each with its tree: definitions, and claims joined by `=`.

A part that merely names the thing, as `d f` in `d f = 2 x^T dx`, is no claim; `d(A x - b)` in one
stands for `A dx` where x changes: its differential is derived, and proved before it takes that
place. Nothing is judged.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.claims import written
from mdiff.errors import fail, fail_at
from mdiff.functions.table import ROWS
from mdiff.proof import prove, reread
from mdiff.record import Record, derived
from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Name, Product, Transpose, children
from mdiff.verdicts.nodes import detached, names, rewritten
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mdiff.errors import Span
    from mdiff.syntax.tree import Definition, Operator, Program, Tree
    from mdiff.verdicts.asked import Asked

_WORD = re.compile(r"[dD]?[^\W\d_]\w*(?:\([^()]*\))?")
_QUOTIENT = re.compile(r"d\s*\w*\s*/\s*d\s*\w+|grad\b.*")
_OPERATOR = re.compile(r"∂|∇|\\partial|\\nabla|\\frac\s*\{\s*(?:∂|\\partial|d\b)")
_DIFFERENTIAL = re.compile(r"(?:d|\\mathrm\{d\}|\\mathrm d)(?![^\W\d_])")
_NONLINEAR = frozenset(row.name for row in ROWS if row.kind == "elementwise") | {"sqrt"}
_EQUALS = re.compile(r"\s*=\s*")
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


def again(part: Part, text: str, known: frozenset[str], functions: frozenset[str]) -> Part:
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
    # a line that begins with `=`, or follows one that ends with it, goes on with the chain
    statements = _split(_EQUALS.sub(lambda m: m.group().replace("\n", " "), text), ";\n")
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
    """The stretches between some signs outside of brackets, without blank ones."""
    found: list[Span] = []
    depth, at = 0, start
    for place in range(start, len(text)):
        sign = text[place]
        depth += (sign in "([{") - (sign in ")]}")
        if sign in signs and depth <= 0:
            found.append((at, place))
            at = place + 1
    return [each for each in [*found, (at, len(text))] if text[slice(*each)].strip()]


def blanked(text: str, kept: Sequence[Span]) -> str:
    """The text with blanks in place of everything outside of some stretches."""
    found = [" " if sign != "\n" else "\n" for sign in text]
    for start, end in kept:
        found[start:end] = text[start:end]
    return "".join(found)


# ----------------------------------------------------------------------------- differentials


def has_differentials(tree: Tree) -> bool:
    """Whether `d` stands before something in a tree."""
    return any(
        operator == "*" and _is_d(before)
        for node in postorder([tree], children)
        if isinstance(node, Product)
        for (_, before), (operator, _) in pairwise(node.factors)
    )


def joined(tree: Tree, known: frozenset[str], text: str, readings: list[str]) -> Tree:
    """The tree with `d X` made `dX`, unless `d` is a name; and `sin x dx` made `sin(x) dx`."""

    def change(inner: Tree, span: Span) -> Tree | None:
        if isinstance(inner, Name) and f"d{inner.name}" in known:
            return Name(f"d{inner.name}", span)
        return None

    def join(node: Tree) -> Tree:
        if isinstance(node, Product) and "d" not in known:
            return _with_changes(node, change)
        if isinstance(node, Apply) and node.function in _NONLINEAR:
            return _freed(node, known, text, readings)
        return node

    return rewritten(tree, join)


def _with_changes(node: Product, change: Callable[[Tree, Span], Tree | None]) -> Tree:
    """A product with the change of F in place of `d F`; of `d F'` the transpose of that.

    `change` gets F and the span of `d F`, and gives None for what is left alone.
    """
    found: list[tuple[Operator, Tree]] = []
    for operator, factor in node.factors:
        new = None
        if found and operator == "*" and _is_d(found[-1][1]):
            start = found[-1][1].span[0]
            inner = factor.argument if isinstance(factor, Transpose) else factor
            new = change(inner, (start, inner.span[1]))
            if new is not None and inner is not factor:
                new = Transpose(new, (start, factor.span[1]))
        if new is None:
            found.append((operator, factor))
        else:
            found[-1] = (found[-1][0], new)
    if len(found) == len(node.factors):
        return node
    return found[0][1] if len(found) == 1 else Product(tuple(found), node.span)


def _freed(node: Apply, known: frozenset[str], text: str, readings: list[str]) -> Tree:
    """`sin x dx`: no claim is a sine of a differential, so the function ends before `dx`."""
    argument = node.arguments[0]
    bracketed = "(" in text[node.head[1] : argument.span[0] + 1]
    if bracketed or len(node.arguments) > 1 or not isinstance(argument, Product):
        return node
    factors = argument.factors
    count = len(factors)
    changes = {f"d{name}" for name in known} & known
    while count > 1 and names([factors[count - 1][1]]) & changes:
        count -= 1
    if count == len(factors):
        return node
    last = factors[count - 1][1].span[1]
    inner = factors[0][1]
    if count > 1:
        inner = Product(factors[:count], (argument.span[0], last))
    call = Apply(node.function, (inner,), node.head, (node.span[0], last))
    whole, rest = text[slice(*node.span)], text[last : node.span[1]].strip()
    readings.append(f"`{whole}` is read as `({text[node.span[0] : last]}) {rest}`")
    return Product((("*", call), *factors[count:]), node.span)


def _is_d(node: Tree) -> bool:
    return isinstance(node, Name) and node.name == "d"


def resolved(part: Part, asked: Asked) -> Tree:
    """The claim's tree with the differential of F in place of `d F`."""
    problem, wrt = asked.problem, asked.wrt

    def differential(inner: Tree, span: Span) -> Tree:
        found = asked.read(part.definitions, inner, part.text)
        strangers = sorted(set(found.variables) - asked.names)
        if strangers:
            message = f"`{strangers[0]}` is not a name of the expression"
            said = f"the differential of `{strangers[0]}` is unknown"
            raise fail_at("E101", message, part.text, inner.span, said)
        own = problem.but(expression=found.expression, readings=())
        derivation = Derivation(own)
        text = written(derivation, derivation.differential(list(wrt)))
        proof = prove(own, "d", wrt, reread(own, text, wrt))
        if not proof.ok:
            message = f"the differential of `{part.text[slice(*inner.span)]}` cannot be proved"
            raise fail_at("E302", message, part.text, inner.span, proof.why)
        return detached(asked.parse(text)).but(span=span)

    def resolve(node: Tree) -> Tree:
        return _with_changes(node, differential) if isinstance(node, Product) else node

    return rewritten(part.tree, resolve)
