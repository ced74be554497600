"""A typed problem goes in, every subexpression with its text and shape comes out, as a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.shapes import typed
from mdiff.shapes.dims import show_shape
from mdiff.shapes.excerpt import whole

if TYPE_CHECKING:
    from mdiff.shapes.typed import Problem, Typed


def subexpressions(problem: Problem) -> list[tuple[int, str, str]]:
    """Depth, text and shape of every subexpression, each before its parts.

    Broadcasts are not shown, nor a part with the text of the whole; what is used several times
    (a definition) is shown once with its parts, and after that without.
    """
    found: list[tuple[int, str, str]] = []
    stack: list[tuple[int, Typed, str]] = [(0, problem.expression, "")]
    shown: set[int] = set()
    while stack:
        depth, node, above = stack.pop()
        match node:
            case typed.Broadcast(argument):
                stack.append((depth, argument, above))
                continue
            case _:
                pass
        text = whole(problem.text, node.span)
        below = depth
        if text != above:
            found.append((depth, text, show_shape(node.shape)))
            below = depth + 1
        if id(node) in shown:
            continue
        shown.add(id(node))
        stack.extend((below, part, text) for part in reversed(typed.children(node)))
    return found
