"""Walking trees and shared graphs without recursion, so that depth costs nothing but memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Node = TypeVar("Node")


def postorder(roots: Iterable[Node], children: Callable[[Node], Iterable[Node]]) -> list[Node]:
    """Every node reachable from the roots once, by identity, each after all its children."""
    order: list[Node] = []
    seen: set[int] = set()
    stack: list[tuple[Node, bool]] = [(root, False) for root in roots]
    stack.reverse()
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
            continue
        if id(node) in seen:
            continue
        seen.add(id(node))
        stack.append((node, True))
        below = [(child, False) for child in children(node) if id(child) not in seen]
        below.reverse()
        stack.extend(below)
    return order
