"""Where an answer holds, read off its networks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mdiff.network.nodes import Sum
    from mdiff.notation.read import Reader


def conditions(reader: Reader, value: Sum) -> tuple[str, ...]:
    """Conditions in unicode, each once, in the order of the answer."""
    del reader, value
    return ()
