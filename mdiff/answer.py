"""An answer: a derivative with everything that belongs to it, in every text form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.calculus.idioms import named
from mdiff.errors import fail_at, unexpected
from mdiff.notation.half import by_vech
from mdiff.notation.read import Reader
from mdiff.notation.tree import Book
from mdiff.proof import Proof
from mdiff.record import Record, derived
from mdiff.render import latex, plain, unicode
from mdiff.render.conditions import conditions
from mdiff.shapes.dims import show_shape
from mdiff.shapes.typed import occurring
from mdiff.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from mdiff.network.nodes import Sum
    from mdiff.network.table import Table
    from mdiff.notation.half import Sides
    from mdiff.notation.tree import Expr
    from mdiff.shapes.typed import Problem

    Prove = Callable[[str, int], Proof]
    """From the printed plain text and a seed to its proof."""


TOLD = (
    "kind", "wrt", "plain", "unicode", "latex", "shape", "convention", "form", "structure",
    "conditions", "reading", "readings", "shapes", "notes",
)  # fmt: skip
"""What of an answer stands in its object, in this order."""


class Reading(Record):
    """Values read as matrix notation: the reader, the values with their idioms, the notation."""

    reader: Reader
    values: tuple[Sum, ...]
    expr: Expr


class Answer(Record):
    """A derivative, in the convention that it says; the text forms are made when asked for.

    `kind` is as in a question; `shape` is that of the answer (`m×n`, `n`, `scalar`); `form` is
    `matrix`, `operator` (the map that takes `dX` to the change) or `index`; `structure` is
    `ambient` or `projected`; `_half`: the sizes of the symmetric variables whose vech the rows and
    the columns are. `conditions` say where it holds, `readings` how the input was understood,
    `notes` what else is worth a word.
    """

    problem: Problem
    kind: str
    wrt: str
    shape: str
    convention: str
    _table: Table
    _values: tuple[Sum, ...]
    _prove: Prove
    form: str = "matrix"
    structure: str = "ambient"
    _half: Sides = (None, None)
    readings: tuple[str, ...] = derived(lambda self: self.problem.readings)
    _reading: list[Reading] = derived(lambda _: [])
    _proof: list[Proof] = derived(lambda _: [])

    def _read(self) -> Reading:
        """The values, one after the other, as one sum."""
        if self._reading:
            return self._reading[0]
        book = Book()
        reader = Reader(self._table, book, indices=self.form == "index")
        values = tuple(named(self._table, value) for value in self._values)
        pieces = [reader.read(value) for value in values if value.terms]
        expr = book.joined(pieces, values[0].rows, values[0].cols)
        if self._half != (None, None):
            expr = by_vech(book, expr, self._half)
        self._reading.append(Reading(reader, values, expr))
        return self._reading[0]

    @property
    def plain(self) -> str:
        """ASCII with every operator written; mdiff reads it back."""
        return plain(self._read().expr, self.problem.variables)

    @property
    def unicode(self) -> str:
        """As in a textbook; further lines `where …` name large repeated pieces."""
        return unicode(self._read().expr, self.problem.variables)

    @property
    def latex(self) -> str:
        """A LaTeX fragment for amsmath and amssymb."""
        return latex(self._read().expr, self.problem.variables)

    @property
    def conditions(self) -> tuple[str, ...]:
        """Where the answer holds: `A x ≠ b`, `AᵀXA invertible`."""
        reading = self._read()
        found = [text for value in reading.values for text in conditions(reading.reader, value)]
        return tuple(dict.fromkeys(found))

    @property
    def reading(self) -> str:
        """The readings on one line, "" where there is none."""
        return " · ".join(dict.fromkeys(self.readings))

    @property
    def shapes(self) -> dict[str, str]:
        """The shape of every variable."""
        return {name: show_shape(v.shape) for name, v in self.problem.variables.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """Further remarks."""
        if any(value.terms for value in self._values):
            return ()
        changing = self.wrt.split(",")
        names = ", ".join(changing)
        if occurring(self.problem.expression).isdisjoint(changing):
            return (f"the expression does not depend on {names}: the answer is zero",)
        return (f"this derivative by {names} is zero wherever it exists",)

    @property
    def proof(self) -> Proof:
        """The proof of the printed text, with the points of seed 0; made once."""
        if not self._proof:
            self._proof.append(self.check())
        return self._proof[0]

    def check(self, seed: int = 0) -> Proof:
        """Hold the printed text, read again, against the input: by residues, or real numbers.

        A fault of the proof does not cost the answer: it is not proved then, and says why.
        """
        text = self.plain
        try:
            return self._prove(text, seed)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever the proof met
            return Proof("none", "unknown", 0, why=unexpected(error).diagnostic.message)

    def json(self, proof: Proof | None = None) -> dict[str, object]:
        """All of it as one object; `proof` is null where none is given."""
        told: dict[str, object] = {"input": self.problem.text, "expr": self.problem.text}
        for name in TOLD:
            value: object = getattr(self, name)
            told[name] = list(value) if isinstance(value, tuple) else value
        return {**told, "proof": proof.json() if proof else None, "version": __version__}

    def __str__(self) -> str:
        """The formula, as in a textbook."""
        return self.unicode

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def __repr__(self) -> str:
        """The plain form."""
        return f"Answer({self.plain})"


def existing(proof: Proof, text: str) -> Proof:
    """The proof; raises E301 where the expression has no value at any point that was tried."""
    if proof.finding == "nowhere":
        said = "has no value at any of the points tried"
        raise fail_at("E301", "the expression exists nowhere", text, (0, len(text)), said)
    return proof
