"""Words of an expression in, what the whole of them says about each out.

People write in the manner of their tool, one manner a text, and what `*`, `Rxs` or `Σ_t` means is
decided by the rest of the text. This pass looks; it changes nothing and refuses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from mdiff.syntax.kinds import OPERAND_ENDS, OPERANDS, POWERS
from mdiff.syntax.names import FUNCTIONS
from mdiff.syntax.spelling import spelled

if TYPE_CHECKING:
    from mdiff.syntax.names import Names
    from mdiff.syntax.words import Word

Dialect = Literal["notes", "matlab", "numpy", "table"]
"""The manner in which a text is written.

`numpy`: `*` by elements, vectors have one axis; `matlab` (and SymPy): `*` is the product, a run of
letters one name; `notes`: juxtaposition, a short run of letters may be a product; `table`: the
language of the function table, where everything is what it says."""

_NUMPY = frozenset({".sum", ".mean", ".dot", ".std", ".var", ".max", ".min", ".prod", ".clip"})
"""Methods that only numpy has; SymPy has `.inv()` and `.det()` as well."""

_SUMS = frozenset({"sum", "prod", "mean"})
_INDICES = frozenset("ijklmnst")


class Survey:
    """What a text as a whole says.

    `dialect`; `alone`, the names that stand for themselves somewhere; `words`, the runs of letters;
    `euler`: `e` is the base of the exponential function; `sums`: the places of the words that are
    sums over an index.
    """

    __slots__ = ("alone", "dialect", "euler", "runs", "sums")

    def __init__(self, words: list[Word], names: Names, *, explicit: bool) -> None:
        spellings = [spelled(word.text) if word.kind == "NAME" else "" for word in words]
        self.alone = {name for name in spellings if len(name) == 1}
        self.runs = {name for name in spellings if len(name) > 1 and name.isalpha()}
        self.dialect: Dialect = "table" if explicit else _dialect(words, spellings)
        self.euler = _is_euler(words, spellings, names)
        self.sums = _sums(words, spellings, names)


def _dialect(words: list[Word], spellings: list[str]) -> Dialect:
    """The manner of a text, by its signs."""
    kinds = {word.kind for word in words}
    methods = {word.text for word in words if word.kind == "METHOD"}
    if not kinds.isdisjoint(("AT", "MODULE")) or methods & _NUMPY:
        return "numpy"
    if "TIMES" not in kinds:
        return "notes"
    starred = False
    for at, word in enumerate(words[:-1]):
        following = words[at + 1]
        if word.kind == "TIMES":
            starred = starred or "NUMBER" not in (words[at - 1].kind, following.kind)
        elif word.kind in OPERAND_ENDS and following.kind in OPERANDS:
            called = word.kind == "NAME" and (
                spellings[at] in FUNCTIONS or following.kind.startswith("OPEN")
            )
            if not called:
                return "notes"
    return "matlab" if starred else "notes"


def _is_euler(words: list[Word], spellings: list[str], names: Names) -> bool:
    """Whether an `e` that nobody declared is only ever raised to a power."""
    if "e" in names.declared:
        return False
    places = [at for at, name in enumerate(spellings) if name == "e"]
    raised = all(at + 1 < len(words) and words[at + 1].kind in POWERS for at in places)
    return raised and not all(_is_plain_power(words, at + 1) for at in places)


def _is_plain_power(words: list[Word], at: int) -> bool:
    """Whether a power is a whole number, as that of any name may be: `^2`, `²`."""
    text = words[at + 1].text if words[at].kind == "POWER" and at + 1 < len(words) else ""
    return text.isdecimal() or words[at].text in ("²", "³")


def _sums(words: list[Word], spellings: list[str], names: Names) -> frozenset[int]:
    """The places of `sum_i`, `Σ_{i=1}`, `Σ_t x_t`, `Σ x_i`; a Σ that is a matrix is none."""
    found: set[int] = set()
    for at, name in enumerate(spellings):
        head, _, index = name.partition("_")
        if head not in _SUMS and head != "Sigma":
            continue
        if head in names.declared or name in names.declared:
            continue
        following = words[at + 1] if at + 1 < len(words) else None
        if following is not None and following.kind == "INDEX":
            found.add(at)
        elif head in _SUMS:
            if index:
                found.add(at)
        elif following is not None and following.kind in OPERANDS:
            indices = {index} & _INDICES if index else _INDICES
            later = {each.partition("_")[2] for each in spellings[at + 1 :]}
            before = words[at - 1].kind if at else ""
            begins = before not in OPERAND_ENDS or before in ("NUMBER", "FRACTION")
            sole = bool(index) or spellings.count(name) == 1
            if begins and sole and indices & later:
                found.add(at)
    return frozenset(found)
