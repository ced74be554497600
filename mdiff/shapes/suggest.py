"""An error goes in, the same with helps comes out: edits that make the whole expression right.

Every edit is tried: the edited text is parsed and checked again. Nothing untried is offered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import Diagnostic, MdiffError
from mdiff.shapes.edits import edits
from mdiff.shapes.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.shapes.checked import Checked, Clash
    from mdiff.syntax.declaration import Declaration

MOST_TRIALS = 10
MOST_HELPS = 2
LONGEST_TEXT = 2_000
"""Longer texts get no helps: trying them costs too much."""


def with_helps(  # noqa: PLR0913 - a problem has that many parts
    error: MdiffError,
    checked: Checked,
    clash: Clash,
    declarations: Sequence[Declaration],
    *,
    scalar: bool,
    wrt: Sequence[str],
) -> MdiffError:
    """The error with at most two helps; `checked` and `clash` are what it was made from."""
    old = error.diagnostic
    if len(checked.steps.text) > LONGEST_TEXT:
        return error
    trials = Trials(checked, clash, declarations, scalar=scalar, wrt=wrt)
    helps: list[str] = []
    for count, edit in enumerate(edits(trials)):
        if count == MOST_TRIALS or len(helps) == MOST_HELPS:
            break
        if edit.help not in helps and trials.works(edit):
            helps.append(edit.help)
    return MdiffError(
        Diagnostic(
            old.code,
            old.message,
            text=old.text,
            labels=old.labels,
            notes=old.notes,
            helps=(*old.helps, *helps),
        )
    )
