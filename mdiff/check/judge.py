"""An expression and the text of a claim → the verdict, with what is wrong and what is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.api import pose, varying
from mdiff.calculus.structure import PROJECTED
from mdiff.check.claim import read
from mdiff.check.conventions import TIED, Asked, wanted
from mdiff.check.diagnose import answered, diagnosed, mended
from mdiff.check.differentials import has_differentials, resolved
from mdiff.check.joint import joint
from mdiff.check.typist import Typist
from mdiff.check.verdict import NAMES, Verdict
from mdiff.errors import MdiffError, fail
from mdiff.proof.result import Proof
from mdiff.shapes.dims import SCALAR, show_shape
from mdiff.shapes.typed import Broadcast, Number
from mdiff.syntax import parse, parse_declaration

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.check.claim import Part
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Problem, Typed

KINDS: tuple[str, ...] = ("grad", "d")
"""What claims can be about; Jacobians and Hessians come later."""


def check(  # noqa: PLR0913 - a claim, what it is about, and how it is meant
    expr: str,
    claim: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    kind: str = "grad",
    structure: Structure = "projected",
    seed: int = 0,
) -> Verdict:
    """Is the claim the derivative of the expression? If not, which slip was made?

    `claim` is an expression in the names of `expr`, in any notation that mdiff reads; one in `dX`
    is taken as a differential. Several claims joined by `=` are held against the derivative one by
    one, and the verdict is that on the first false one.

    Raises `MdiffError` for a text that cannot be read, names that the expression does not have
    (E101), shapes that do not fit within the claim (E2xx), and kinds not supported yet (E352).

    >>> check("x^T A x", "2 A x", "x").sentence
    'wrong: right if A is symmetric'
    """
    verdicts = check_each(expr, [claim], wrt, let, kind=kind, structure=structure, seed=seed)
    return verdicts[-1]


def check_each(  # noqa: PLR0913 - as `check`
    expr: str,
    claims: Sequence[str],
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    kind: str = "grad",
    structure: Structure = "projected",
    seed: int = 0,
) -> list[Verdict]:
    """The verdicts on the lines of a derivation, up to the first that is not correct."""
    if kind not in KINDS:
        raise fail("E352", f"claims of kind `{kind}` are not supported yet, only `grad` and `d`")
    question = _Question(expr, _names(wrt), _declarations(let), kind, structure, seed)
    lines = [(claim, part) for claim in claims for part in question.read(claim)]
    question.changing_in([part for _, part in lines])
    verdicts: list[Verdict] = []
    for number, (claim, part) in enumerate(lines, 1):
        verdict = question.judge(part, claim)
        verdict.line, verdict.lines = number, len(lines)
        verdicts.append(verdict)
        if verdict.status != "correct":
            break
    return verdicts


def _names(wrt: str | Sequence[str] | None) -> list[str]:
    texts = [wrt] if isinstance(wrt, str) else list(wrt or ())
    return [name.strip() for text in texts for name in text.split(",") if name.strip()]


def _declarations(let: Sequence[str] | Mapping[str, str]) -> list[str]:
    return [f"{k}: {v}" for k, v in let.items()] if hasattr(let, "items") else list(let)


class _Question:
    """One expression, and how its derivative is asked for."""

    def __init__(  # noqa: PLR0913 - as `check`
        self,
        expr: str,
        wrt: list[str],
        let: list[str],
        kind: str,
        structure: Structure,
        seed: int,
    ) -> None:
        self.expr = expr
        self.wrt = wrt
        self.let = let
        self.kind = kind
        self.structure = structure
        self.seed = seed
        self._posed: dict[bool, Problem] = {}
        try:
            known = self.problem(scalar=kind == "grad")
        except MdiffError as error:
            if error.diagnostic.code[:2] != "E2" or kind == "d":
                raise
            known = self.problem(scalar=False)  # a differential may be meant
        functions = frozenset(known.functions)
        self.program = parse(expr, frozenset(known.variables) | known.sizes, functions)
        self.functions = functions
        changes = {f"d{name}" for name in known.variables} - set(known.variables)
        self.changes = frozenset(changes)
        self.names = frozenset(known.variables) | known.sizes | self.changes
        self.changing: tuple[str, ...] = ()

    def problem(self, *, scalar: bool) -> Problem:
        """The expression, typed; raises what `pose` raises."""
        if scalar not in self._posed:
            self._posed[scalar] = pose(self.expr, self.wrt, self.let, scalar=scalar)
        return self._posed[scalar]

    def read(self, claim: str) -> list[Part]:
        """The parts of a claim."""
        return read(claim, self.program, self.names, self.functions)

    def changing_in(self, parts: Sequence[Part]) -> None:
        """What changes in differentials: as asked, else what the claims are about, else all."""
        if self.wrt:
            self.changing = tuple(self.wrt)
            return
        met: set[str] = set()
        for part in parts:
            met |= part.names() & self.changes
        if any(map(self._differential, parts)):
            problem = self.problem(scalar=False)
            every = tuple(varying(problem))
            self.changing = tuple(name for name in every if f"d{name}" in met) or every

    def _differential(self, part: Part) -> bool:
        """Whether a claim is about the differential."""
        met = bool(part.names() & self.changes)
        return met or self.kind == "d" or ("d" not in self.names and has_differentials(part.tree))

    def judge(self, part: Part, text: str) -> Verdict:
        """The verdict on one part; `text` is the whole that its spans count in."""
        differential = self._differential(part)
        kind: Kind = "d" if differential else "grad"
        problem = self.problem(scalar=not differential)
        wrt = self.changing if differential else (self._one(problem),)
        if differential and "d" not in self.names:
            part.tree = resolved(part, Typist(problem, wrt), wrt)
        asked = Asked(problem, kind, wrt, self._sense(problem, kind, wrt), self.seed)
        try:
            verdict = _read(asked, part, text)
            fits = verdict.typed is not None
        except MdiffError as error:
            if error.diagnostic.code[:2] != "E2":
                raise
            return self._otherwise(asked, part, text, error)
        return verdict if fits else self._otherwise(asked, part, text, verdict)

    def _otherwise(
        self, asked: Asked, part: Part, text: str, found: Verdict | MdiffError
    ) -> Verdict:
        """The verdict on a claim that does not fit: perhaps a name is of another kind.

        Another reading of the expression counts only where the claim is right in it, and nothing
        small makes it right in the usual one.
        """
        alone = _ill_typed(asked, part, found, text) if isinstance(found, MdiffError) else found
        if alone is not None and (alone.repair is not None or alone.convention):
            return alone
        given = [parse_declaration(let) for let in self.let]
        problem = joint(
            self.program, part, asked.problem, asked.wrt, given, differential=asked.kind == "d"
        )
        if problem is not None:
            sense = self._sense(problem, asked.kind, asked.wrt)
            again = Asked(problem, asked.kind, asked.wrt, sense, self.seed)
            other = _read(again, part, text)
            if other.status == "correct":
                return other
        if isinstance(found, MdiffError):
            raise _explained(asked, found, text)
        return found

    def _one(self, problem: Problem) -> str:
        """The variable that a gradient is by."""
        names = self.wrt or varying(problem)
        if len(names) > 1:
            found = ", ".join(names)
            raise fail("E105", f"by which variable? there are {found}", text=self.expr)
        return names[0]

    def _sense(self, problem: Problem, kind: Kind, wrt: tuple[str, ...]) -> Structure:
        """In which sense the gradient is asked for, where the variable's structure makes one."""
        if kind == "d":
            return "ambient"
        properties = problem.variables[wrt[0]].properties
        match self.structure:
            case "projected":
                return "projected" if properties & PROJECTED else "ambient"
            case "entries":
                return "entries" if properties & TIED else "ambient"
            case "tangent":
                return "tangent" if "orthogonal" in properties else "ambient"
            case "ambient":
                return "ambient"


def _typed(problem: Problem, part: Part, kind: Kind, wrt: tuple[str, ...]) -> tuple[Typed, Problem]:
    """The claim in a problem's names; a plain 0 is zero in every shape."""
    typist = Typist(problem, wrt if kind == "d" else ())
    own = typist.read(part.definitions, part.tree, part.text)
    claim = own.expression
    shape = wanted(problem, kind, wrt)
    match claim:
        case Number(value) if value == 0 and shape != SCALAR:
            claim = Broadcast(claim, shape, claim.span)
        case _:
            pass
    return claim, own


def _blank(asked: Asked, part: Part, text: str, proof: Proof) -> Verdict:
    """A verdict with all that is known before anything is looked for."""
    verdict = Verdict(asked.kind, asked.wrt, asked.problem, text, part.span, proof)
    verdict.structure = asked.structure
    verdict.shapes = {n: show_shape(v.shape) for n, v in asked.problem.variables.items()}
    return verdict


def _ill_typed(asked: Asked, part: Part, error: MdiffError, text: str) -> Verdict | None:
    """The verdict on a claim whose shapes do not fit: wrong where a small repair makes it right.

    None where none does: the shapes may have been declared wrongly.
    """
    why = error.diagnostic.message
    verdict = _blank(asked, part, text, Proof("none", "refuted", 0, why=why))
    verdict.status = "wrong"
    verdict.wrong_shape = why
    verdict.answer = answered(asked)[0]
    verdict.repair = mended(asked, part, verdict.answer)
    return None if verdict.repair is None else verdict


def _explained(asked: Asked, error: MdiffError, text: str) -> MdiffError:
    """The error of a claim whose shapes do not fit, with the true derivative."""
    found = error.diagnostic
    notes = [_origin(note) for note in found.notes]
    answer = answered(asked)[0]
    if answer:
        notes.append(f"the {NAMES[asked.kind]} is `{answer}`")
    return fail(found.code, found.message, text=text, labels=found.labels, notes=notes)


def _origin(note: str) -> str:
    """Where a size comes from: what the expression says is declared to the claim."""
    while "--let '--let '" in note:
        before, _, rest = note.partition("--let '--let '")
        inner, _, after = rest.partition("''")
        note = f"{before}--let '{inner}'{after}"
    return note.replace("--let 'inferred'", "the expression")


def _read(asked: Asked, part: Part, text: str) -> Verdict:
    """The verdict on a claim in the names of a problem; raises E2xx where its shapes do not fit."""
    claim, own = _typed(asked.problem, part, asked.kind, asked.wrt)
    verdict = _judged(asked, part, claim, text)
    known = [*asked.problem.readings, *part.readings, *own.readings]
    verdict.readings = tuple(dict.fromkeys(known))
    return verdict


def _judged(asked: Asked, part: Part, claim: Typed, text: str) -> Verdict:
    """The verdict on a typed claim."""
    proof = asked.prove(claim)
    verdict = _blank(asked, part, text, proof)
    verdict.answer, verdict.conditions = answered(asked, needed=proof.verdict == "unknown")
    shape = wanted(asked.problem, asked.kind, asked.wrt)
    verdict.typed = claim if claim.shape == shape else None
    match proof.verdict:
        case "proved":
            verdict.status = "correct"
        case "unknown":
            verdict.status = "unproved"
        case "refuted":
            verdict.status = "wrong"
            if claim.shape != shape:
                shapes = show_shape(claim.shape), show_shape(shape)
                verdict.wrong_shape = f"it is {_article(shapes[0])}, not {_article(shapes[1])}"
            diagnosed(verdict, asked, part, claim)
    return verdict


def _article(shape: str) -> str:
    return "a scalar" if shape == "scalar" else shape
