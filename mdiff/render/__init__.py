"""From matrix notation to text: one file a target, all on the same tree."""

from mdiff.render.latex import latex
from mdiff.render.plain import plain
from mdiff.render.unicode import symbol, unicode

__all__ = ["latex", "plain", "symbol", "unicode"]
