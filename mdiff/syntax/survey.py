"""Words of an expression in, what the whole of them says about each out.

People write in the manner of their tool, one manner a text, and what `*`, `Rxs`, `Σ_t` or `D(n)`
means is decided by the rest of the text. This pass looks; it changes nothing and refuses nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.syntax.names import FUNCTIONS
from mdiff.syntax.words import OPERAND_ENDS, OPERANDS, POWERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.syntax.names import Names
    from mdiff.syntax.tree import Dialect
    from mdiff.syntax.words import Word

_NUMPY = frozenset({".sum", ".mean", ".dot", ".std", ".var", ".max", ".min", ".prod", ".clip"})
"""Methods that only numpy has; SymPy has `.inv()` and `.det()` as well."""

_SUMS = frozenset({"sum", "prod", "mean", "Sigma"})
_INDICES = frozenset("ijklmnst")
_SIZED = frozenset({"D", "K", "eye", "ones", "zeros"})
_SIZES = frozenset("mnkpqr")
"""The names that sizes have where nobody named them."""


def survey(words: list[Word], partner: Mapping[int, int], names: Names, *, explicit: bool) -> None:
    """Tell the names of a text what it says as a whole; `partner` is where each bracket closes."""
    spellings = [word.name for word in words]
    met = set(spellings)
    names.alone = {name for name in met if len(name) == 1}
    names.runs = {name for name in met if len(name) > 1 and name.isalpha()}
    names.dialect = "table" if explicit else _dialect(words)
    names.euler = "e" in met - names.declared and _is_euler(words)
    if any(name.partition("_")[0] in _SUMS for name in met):
        names.sums = _sums(words, spellings, names)
    if "D" in names.text and "D" not in names.declared | names.functions:
        names.duplications = _duplications(words, partner, names)


def _dialect(words: list[Word]) -> Dialect:
    """The manner of a text, by its signs."""
    kinds = {word.kind for word in words}
    methods = {word.text for word in words if word.kind == "METHOD"}
    if not kinds.isdisjoint(("AT", "MODULE")) or methods & _NUMPY:
        return "numpy"
    if "TIMES" not in kinds:
        return "notes"
    starred = False
    for at, word in enumerate(words[:-2]):
        following = words[at + 1]
        if word.kind == "TIMES":
            starred = starred or "NUMBER" not in (words[at - 1].kind, following.kind)
        elif word.kind in OPERAND_ENDS and following.kind in OPERANDS:
            called = word.kind == "NAME" and (
                word.name in FUNCTIONS or following.kind.startswith("OPEN")
            )
            if not called:
                return "notes"
    return "matlab" if starred else "notes"


def _is_euler(words: list[Word]) -> bool:
    """Whether an `e` that nobody declared is only ever raised to a power."""
    behind = [words[at + 1 : at + 3] for at, word in enumerate(words) if word.name == "e"]
    raised = all(after[0].kind in POWERS for after in behind)
    # a whole number may be the power of any name
    return raised and not all(
        after[0].text in ("²", "³") or (after[0].kind == "POWER" and after[-1].text.isdecimal())
        for after in behind
    )


def _sums(words: list[Word], spellings: list[str], names: Names) -> frozenset[int]:
    """The places of `sum_i`, `Σ_{i=1}`, `Σ_t x_t`, `Σ x_i`; a Σ that is a matrix is none."""
    found: set[int] = set()
    later: set[str] = set()  # the subscripts behind a place, from the right
    sole = spellings.count("Sigma") == 1
    for at in range(len(words) - 2, -1, -1):
        name = spellings[at]
        head, _, index = name.partition("_")
        if head in _SUMS and names.declared.isdisjoint((head, name)):
            following = words[at + 1].kind
            if following == "INDEX" or (head != "Sigma" and index):
                found.add(at)
            elif head == "Sigma" and following in OPERANDS:
                before = words[at - 1].kind if at else ""
                begins = before not in OPERAND_ENDS or before in ("NUMBER", "FRACTION")
                met = later & ({index} & _INDICES if index else _INDICES)
                if begins and met and (index or sole):
                    found.add(at)
        later.add(index)
    return frozenset(found)


# ---- the duplication matrix


def _duplications(words: list[Word], partner: Mapping[int, int], names: Names) -> frozenset[int]:
    """The places of the words that are the duplication matrix: `D(n)`, `D_n`, `Dₙ`.

    People like the letter for their own matrices, so that nothing is taken from a variable D: it is
    the constant only where every D of the text is a call of something that can only be a size.
    """
    # One walk collects the calls `D(…)`, the subscripts `D_n`, and what is used as an operand
    # outside of sizes; then each is judged. A D among the operands makes all of them variables.
    calls: dict[int, range] = {}
    subscripts: dict[int, str] = {}
    used: set[str] = set()  # as operands, not as sizes
    inside = -1
    for at, word in enumerate(words):
        name = word.name
        if not name:
            continue
        if name in _SIZED and word.called:
            inside = max(inside, partner[at + 1])
            if name == "D":
                calls[at] = range(at + 2, partner[at + 1])
            continue
        if name.startswith("D_") and name not in names.declared:
            subscripts[at] = name[2:]
        defined = words[at + 1].kind == "EQUALS"
        if at > inside or defined:
            used |= names.factors(name)
            if defined and name.startswith("D_"):
                return frozenset()
    if "D" in used or not all(_is_size(words, places, used, names) for places in calls.values()):
        return frozenset()
    known = {at for at, index in subscripts.items() if _is_size_name(index, used, names)}
    return frozenset(known.union(calls))


def _is_size(words: list[Word], places: range, used: set[str], names: Names) -> bool:
    """Whether the words in a bracket are a size: names, whole numbers, products of those."""
    operand = False
    for word in map(words.__getitem__, places):
        if word.kind == "TIMES" and operand:
            operand = False
        elif (word.kind == "NUMBER" and word.text.isdecimal()) or (
            word.kind == "NAME" and _is_size_name(word.name, used, names)
        ):
            operand = True
        else:
            return False
    return operand


def _is_size_name(name: str, used: set[str], names: Names) -> bool:
    """Whether a name is a size: a known one, or one by its letter that is nothing else."""
    if name in names.sizes:
        return True
    if name in names.declared or name in names.functions or name in used:
        return False
    return name[:1] in _SIZES and (len(name) == 1 or name[1:].isdecimal())
