"""The notation of wires, as in the rows of the function table: text in, letters on axes out."""

from __future__ import annotations


def axes(term: str) -> tuple[str, str]:
    """The letters on the rows and on the columns of one term, "" for a missing axis.

    >>> axes("(ik)j"), axes("i."), axes("i"), axes("")
    (('ik', 'j'), ('i', ''), ('i', ''), ('', ''))
    """
    found: list[str] = []
    group: str | None = None
    for sign in term:
        if sign == "(":
            group = ""
        elif sign == ")":
            found.append(group or "")
            group = None
        elif group is not None:
            group += sign
        else:
            found.append("" if sign == "." else sign)
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
