"""The public Python interface: typed text in, an `Answer` out; the command line calls it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.calculus.problem import Derivation
from mdiff.calculus.structure import PROJECTED
from mdiff.errors import fail
from mdiff.notation.idioms import named
from mdiff.notation.read import Reader
from mdiff.notation.tree import Book
from mdiff.proof import prove, reread
from mdiff.render import latex, plain, unicode
from mdiff.render.conditions import conditions
from mdiff.shapes import infer, subexpressions
from mdiff.shapes.dims import show_shape
from mdiff.shapes.typed import Variable, children
from mdiff.syntax import parse, parse_declaration, parse_name
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mdiff.network.nodes import Sum
    from mdiff.notation.tree import Expr
    from mdiff.proof import Proof
    from mdiff.proof.result import Kind, Structure
    from mdiff.shapes.typed import Declared, Problem
    from mdiff.syntax import Declaration

VERSION = "0.1.0"


class Reading:
    """An answer read as matrix notation: the reader, the value with its idioms, the notation."""

    __slots__ = ("expr", "reader", "value")

    def __init__(self, reader: Reader, value: Sum, expr: Expr) -> None:
        self.reader = reader
        self.value = value
        self.expr = expr


class Answer:
    """A derivative, with everything that belongs to it; the text forms are made when asked for.

    `shape` is that of the answer (`m×n`, `n`, `scalar`), `conditions` say where it holds,
    `readings` how the input was understood, `notes` what else is worth a word.
    """

    def __init__(  # noqa: PLR0913 - the parts of an answer
        self,
        problem: Problem,
        kind: str,
        wrt: str,
        structure: str,
        derivation: Derivation,
        value: Sum,
    ) -> None:
        self.problem = problem
        self.kind = kind
        self.wrt = wrt
        self.structure = structure
        self._derivation = derivation
        self._value = value
        self._reading: Reading | None = None
        self._proof: Proof | None = None

    def _read(self) -> Reading:
        if self._reading is None:
            value = named(self._derivation.table, self._value)
            reader = Reader(self._derivation.table, Book())
            self._reading = Reading(reader, value, reader.read(value))
        return self._reading

    @property
    def plain(self) -> str:
        """ASCII with every operator written; mdiff reads it back."""
        return plain(self._read().expr, self.problem.variables)

    @property
    def unicode(self) -> str:
        """As in a textbook; a second line `where …` names large repeated pieces."""
        return unicode(self._read().expr, self.problem.variables)

    @property
    def latex(self) -> str:
        """A LaTeX fragment for amsmath and amssymb."""
        return latex(self._read().expr, self.problem.variables)

    @property
    def shape(self) -> str:
        """The answer's shape."""
        if self.kind == "d":
            return show_shape(self.problem.expression.shape)
        return show_shape(self.problem.variables[self.wrt].shape)

    @property
    def convention(self) -> str:
        """What exactly is printed, in words."""
        if self.kind == "d":
            return "differential"
        declared = self.problem.variables[self.wrt]
        tied = declared.properties & PROJECTED
        if self.structure == "projected" and tied:
            if "diagonal" in tied:
                return f"gradient by a diagonal {self.wrt}: the diagonal part of G"
            return f"gradient by a symmetric {self.wrt}: sym(G)"
        free = "" if not _structured(declared) else ", all entries free (ambient)"
        return f"gradient in the shape of {self.wrt}{free}"

    @property
    def conditions(self) -> tuple[str, ...]:
        """Where the answer holds: `A x ≠ b`, `AᵀXA invertible`."""
        reading = self._read()
        return conditions(reading.reader, reading.value)

    @property
    def readings(self) -> tuple[str, ...]:
        """How the input was read where that could surprise."""
        return self.problem.readings

    @property
    def shapes(self) -> dict[str, str]:
        """The shape of every variable."""
        return {name: show_shape(v.shape) for name, v in self.problem.variables.items()}

    @property
    def notes(self) -> tuple[str, ...]:
        """Further remarks."""
        if not self._value.terms:
            names = self.wrt.replace(",", ", ")
            return (f"the expression does not depend on {names}: the answer is zero",)
        return ()

    @property
    def proof(self) -> Proof:
        """The proof of the printed text, with the points of seed 0; made once."""
        if self._proof is None:
            self._proof = self.check()
        return self._proof

    def check(self, seed: int = 0) -> Proof:
        """Hold the printed text, read again, against the input: exactly, or by differences."""
        names = tuple(self.wrt.split(","))
        changing = names if self.kind == "d" else ()
        claim = reread(self.problem, self.plain, changing)
        structure: Structure = "projected" if self.structure == "projected" else "ambient"
        kind: Kind = "d" if self.kind == "d" else "grad"
        return prove(self.problem, kind, names, claim, structure=structure, seed=seed)

    def json(self, proof: Proof | None = None) -> dict[str, object]:
        """All of it as one object; `proof` is null where none is given."""
        return {
            "input": self.problem.text,
            "kind": self.kind,
            "wrt": self.wrt,
            "plain": self.plain,
            "unicode": self.unicode,
            "latex": self.latex,
            "shape": self.shape,
            "convention": self.convention,
            "structure": self.structure,
            "conditions": list(self.conditions),
            "reading": list(self.readings),
            "shapes": self.shapes,
            "notes": list(self.notes),
            "proof": proof.json() if proof else None,
            "version": VERSION,
        }

    def _repr_latex_(self) -> str:
        return f"$\\displaystyle {self.latex}$"

    def __repr__(self) -> str:
        """The plain form."""
        return f"Answer({self.plain})"


def _structured(declared: Declared) -> bool:
    return bool(declared.properties - {"positive", "constant", "complex"})


def pose(
    expr: str,
    wrt: Sequence[str] = (),
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    scalar: bool = False,
) -> Problem:
    """Parse and type an expression with its declarations.

    Raises `MdiffError` for anything wrong with the text, the names or the shapes.
    """
    texts = [f"{k}: {v}" for k, v in let.items()] if hasattr(let, "items") else list(let)
    declarations = [parse_declaration(text) for text in texts]
    names, functions = _known(declarations)
    program = parse(expr, names | frozenset(wrt), functions)
    return infer(program, declarations, scalar=scalar, wrt=wrt)


def _known(declarations: Sequence[Declaration]) -> tuple[frozenset[str], frozenset[str]]:
    names: set[str] = set()
    functions: set[str] = set()
    for declaration in declarations:
        if declaration.argument is not None:
            functions |= {declaration.name, f"grad{declaration.name}"}
        else:
            names.add(declaration.name)
        for shape in (declaration.shape, declaration.argument):
            for _, factors in shape or ():
                names.update(factors)
    return frozenset(names), frozenset(functions)


def gradients(
    expr: str,
    wrt: Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    structure: str = "projected",
) -> tuple[Answer, ...]:
    """The gradients of a scalar by several variables, or by all of them.

    Raises `MdiffError`: E203 where the expression is no scalar, E302 where a rule is missing.
    """
    named = by_name(wrt)
    problem = pose(expr, named, let, scalar=True)
    names = named or varying(problem)
    derivation = Derivation(problem)
    found = derivation.gradients(names, projected=structure == "projected")
    answers = []
    for name in names:
        tied = problem.variables[name].properties & PROJECTED
        used = structure if tied else "ambient"
        answers.append(Answer(problem, "grad", name, used, derivation, found[name]))
    return tuple(answers)


def by_name(wrt: Sequence[str] | None) -> list[str]:
    """The canonical names of variables, each once; raises E106 for what is no name."""
    return list(dict.fromkeys(parse_name(name) for name in wrt or ()))


def varying(problem: Problem) -> list[str]:
    """All variables that occur in the expression and are not declared constant."""
    found = {
        node.declared.name
        for node in postorder([problem.expression], children)
        if isinstance(node, Variable)
    }
    names = [
        n for n, v in problem.variables.items() if n in found and "constant" not in v.properties
    ]
    if not names:
        raise fail("E104", "the expression has no variable to differentiate by", text=problem.text)
    return names


def grad(
    expr: str,
    wrt: str | Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    structure: str = "projected",
) -> Answer:
    """The gradient of a scalar expression, in the shape of the variable.

    >>> grad("log det(A^T X A)", wrt="X").plain
    "A*inv(A'*X*A)'*A'"
    """
    names = [wrt] if isinstance(wrt, str) else wrt
    answers = gradients(expr, names, let, structure=structure)
    if len(answers) > 1:
        found = ", ".join(answer.wrt for answer in answers)
        raise fail("E105", f"by which variable? there are {found}", text=expr)
    return answers[0]


def d(
    expr: str,
    wrt: Sequence[str] | None = None,
    let: Sequence[str] | Mapping[str, str] = (),
    *,
    structure: str = "ambient",
) -> Answer:
    """The differential of an expression, with `dX` in place; by all variables unless told.

    >>> d("A x", wrt=["x"]).plain
    'A*dx'
    """
    named = by_name(wrt)
    problem = pose(expr, named, let)
    names = named or varying(problem)
    for name in names:
        if f"d{name}" in problem.variables:
            raise fail(
                "E107", f"`d{name}` is both a variable and the differential of `{name}`", text=expr
            )
    derivation = Derivation(problem)
    value = derivation.differential(names)
    return Answer(problem, "d", ",".join(names), structure, derivation, value)


def jac(expr: str, wrt: str, let: Sequence[str] | Mapping[str, str] = ()) -> Answer:
    """The Jacobian of an expression by one variable: `d vec(expr) / d vec(wrt)^T`.

    Rows are the entries of the expression, columns those of the variable, both by columns.

    >>> jac("A X B", "X").plain
    "kron(B',A)"
    """
    (name,) = by_name([wrt])
    problem = pose(expr, [name], let)
    derivation = Derivation(problem)
    return Answer(problem, "jac", name, "ambient", derivation, derivation.jacobian(name))


def hess(expr: str, wrt: Sequence[str], let: Sequence[str] | Mapping[str, str] = ()) -> Answer:
    """The Hessian of a scalar: the Jacobian by the last of the gradient by the first variable.

    >>> hess("x^T A x", ["x"]).plain
    "A+A'"
    """
    names = by_name([wrt] if isinstance(wrt, str) else wrt)
    problem = pose(expr, names, let, scalar=True)
    derivation = Derivation(problem)
    value = derivation.hessian(names[0], names[-1])
    return Answer(problem, "hess", ",".join(names), "ambient", derivation, value)


def shape(expr: str, let: Sequence[str] | Mapping[str, str] = ()) -> list[tuple[int, str, str]]:
    """Every subexpression as (depth, text, shape), in the order of the text."""
    return subexpressions(pose(expr, (), let))


__all__ = ["Answer", "d", "grad", "gradients", "shape"]
