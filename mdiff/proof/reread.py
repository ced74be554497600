"""A problem and the text of an answer → its typed tree, with the problem's names and shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.functions.unknown import declaration
from mdiff.properties import of_change
from mdiff.shapes import infer
from mdiff.syntax import Declaration, parse, parse_declaration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mdiff.shapes.dims import Outline
    from mdiff.shapes.typed import Problem, Typed


def reread(
    problem: Problem,
    text: str,
    changing: tuple[str, ...] = (),
    shape: Outline | None = None,
) -> Typed:
    """Read an answer again; `dX` is known for each changing X, with its shape and structure.

    `shape` is what the answer must have: it says how large a unit vector is.

    Raises what `parse` and `infer` raise for a text that is no expression in the problem's names.
    """
    declarations, names, functions = known(problem, changing)
    program = parse(text, names, functions, problem.sizes)
    return infer(program, declarations, sizes=problem.sizes, known=shape).expression


def known(
    problem: Problem, changing: tuple[str, ...] = ()
) -> tuple[list[Declaration], frozenset[str], frozenset[str]]:
    """What a text about a problem is read with: declarations, names with sizes, functions."""
    variables = problem.variables
    properties = {name: variable.properties for name, variable in variables.items()}
    properties |= {
        f"d{name}": of_change(properties[name]) for name in changing if f"d{name}" not in variables
    }
    declarations = []
    for name, those in properties.items():
        variable = variables.get(name) or variables[name[1:]]
        rows, columns = ((dim.number, dim.factors) for dim in variable.shape)
        declarations.append(Declaration(name, (rows, columns), those, None, variable.origin))
    declarations += map(parse_declaration, unknown_functions(problem))
    functions = frozenset(problem.functions)
    names = frozenset(declaration.name for declaration in declarations) - functions
    return declarations, names | problem.sizes, functions


def unknown_functions(problem: Problem, renamed: Mapping[str, str] | None = None) -> list[str]:
    """What declares the functions of a problem that are known only by name.

    `renamed`: other names for some of their sizes.
    """
    found = (row.unknown for (row,) in problem.functions.values())
    return [declaration(each, renamed) for each in found if each is not None and not each.by]
