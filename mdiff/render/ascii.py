"""A text for people → the same for a stream that takes no unicode: `≠` as `!=`, `Aᵀ` as `A^T`."""

from __future__ import annotations

import re

from mdiff.render.greek import GREEK, SUBSCRIPTS, SUPERSCRIPTS

SIGNS = {
    "─": "-", "┬": "+", "│": "|", "╰": "`", "├": "|", "└": "`", "⋮": ":",
    "×": "x", "·": "*", "−": "-", "≠": "!=", "≥": ">=", "≤": "<=", "↦": "->", "→": "->",
    "⊙": ".*", "⊘": "./", "⊗": "(x)", "‖": "||", "√": "sqrt", "∇": "grad", "∂": "d", "½": "1/2",
    "…": "...", "✓": "ok", "✗": "no", "∈": "in", "—": "-", "–": "-",
    **{letter: name for name, letter in GREEK.items()},
}  # fmt: skip

_ABOVE = {**{letter: sign for sign, letter in SUPERSCRIPTS.items()}, "ᵀ": "T"}
_BELOW = {letter: sign for sign, letter in SUBSCRIPTS.items()}
_RUNS = re.compile(f"([{''.join(_ABOVE)}]+)|([{''.join(_BELOW)}]+)")


def ascii_of(text: str) -> str:
    """The text in ASCII as far as there are signs for it; what has none stays."""
    shown = _RUNS.sub(_on_the_line, text)
    return "".join(SIGNS.get(character, character) for character in shown)


def _on_the_line(run: re.Match[str]) -> str:
    above, below = run.groups()
    if above:
        return "^" + "".join(_ABOVE[letter] for letter in above)
    return "_" + "".join(_BELOW[letter] for letter in below)


def fitting(text: str, encoding: str) -> str:
    """The text as a stream of this encoding can take it, nothing left out."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return ascii_of(text).encode(encoding, "backslashreplace").decode(encoding)
    return text
