"""Words whose names have subscripts → the same, in the spelling of the names that are known.

mdiff prints `W1` as `W₁`, and so does everybody who then types it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.spelling import spelled

if TYPE_CHECKING:
    from collections.abc import Collection

    from mdiff.syntax.words import Word


def as_known(words: list[Word], known: Collection[str]) -> list[Word]:
    """The words; where `W_1` is not known and `W1` is, `W₁` is spelled `W1`."""
    for word in words:
        if word.kind == "NAME" and not word.text.isascii():
            name = spelled(word.text)
            short = name.replace("_", "", 1)
            if name not in known and short in known:
                word.text = short
    return words
