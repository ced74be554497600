"""The notation of wires, as in the rows of the function table: text in, letters on axes out."""

from __future__ import annotations

import re

_AXIS = re.compile(r"\((.*?)\)|(.)")


def axes(term: str) -> tuple[str, str]:
    """The letters on the rows and on the columns of one term, "" for a missing axis.

    >>> axes("(ik)j"), axes("i."), axes("i"), axes("")
    (('ik', 'j'), ('i', ''), ('i', ''), ('', ''))
    """
    found = [group or sign.strip(".") for group, sign in _AXIS.findall(term)]
    rows, columns = (*found, "", "")[:2]
    return rows, columns


def written(rows: str, columns: str) -> str:
    """The term with these letters on its axes.

    >>> written("ik", "j"), written("i", ""), written("", "")
    ('(ik)j', 'i.', '')
    """
    if not (rows or columns):
        return ""
    return "".join(f"({axis})" if len(axis) > 1 else axis or "." for axis in (rows, columns))


def loose(inputs: str) -> str:
    """The letters to be given sizes, so that those of all others follow from the arguments' axes.

    The size of an axis is the product of those of its letters.

    >>> loose("(ij)k,j."), loose("(ij)."), loose("(ii).")
    ('', 'i', '')
    """
    waiting = [axis for term in inputs.split(",") for axis in axes(term)]
    known: set[str] = set()
    given = ""
    while True:
        waiting = ["".join(letter for letter in axis if letter not in known) for axis in waiting]
        waiting = [axis for axis in waiting if axis]
        if not waiting:
            return given
        found = {axis[0] for axis in waiting if len(set(axis)) == 1}
        if not found:
            found.add(waiting[0][0])
            given += waiting[0][0]
        known = found
