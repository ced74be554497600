"""Declarations go in, variables and sizes that are known come out; E111, E112, E212."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from mdiff.errors import fail
from mdiff.functions.table import ALIASES, TABLE
from mdiff.functions.unknown import SCALAR, spellings, unknown
from mdiff.properties import ROWS, clash
from mdiff.shapes.steps import SIZED, Known

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mdiff.functions.row import Function
    from mdiff.shapes.dims import Outline
    from mdiff.shapes.steps import Steps
    from mdiff.syntax.declaration import Declaration, Size


def want(steps: Steps, outline: Outline) -> None:
    """Enter the axes that the whole is known to have."""
    rows, columns = (
        steps.sizes.monomial(1, tuple(_size(steps, (dim.number, dim.factors)) for dim in axis))
        for axis in outline
    )
    steps.wanted = rows, columns


def _size(steps: Steps, size: Size) -> int:
    """The identifier of a size as declared, made where it is new."""
    number, letters = size
    factors: list[int] = []
    for letter in letters:
        if letter not in steps.names:
            steps.names[letter] = steps.sizes.named(letter)
        factors.append(steps.names[letter])
    return steps.sizes.monomial(number, tuple(factors))


def declare(steps: Steps, declarations: Sequence[Declaration]) -> None:
    """Enter the declarations; E111, E112 and E212 where they make no sense."""
    seen: dict[str, str] = {}
    for declaration in declarations:
        name, text = declaration.name, declaration.text
        if name in seen:
            raise fail(
                "E111",
                f"`{name}` is declared twice",
                notes=(f"first by --let '{seen[name]}', then by --let '{text}'",),
            )
        seen[name] = text
        properties = _properties(declaration)
        if declaration.arguments is not None:
            if name in TABLE or name in ALIASES or name in SIZED or name == "einsum":
                raise fail(
                    "E113",
                    f"`{name}` is a function that mdiff knows: an unknown one needs another name",
                    notes=(f"declared by --let '{text}'",),
                )
            for size in (size for shape in _shapes(declaration) for size in shape):
                _size(steps, size)
                for letter in size[1]:
                    steps.sizes.origins.setdefault(steps.names[letter], f"--let '{text}'")
            steps.functions.update(declared_functions(declaration))
            continue
        origin = f"--let '{text}'"
        known = Known(name, None, properties, origin)
        if declaration.shape is not None:
            known.axes = cast(
                "tuple[int, int]",
                tuple(steps.sizes.axis(_size(steps, size), origin) for size in declaration.shape),
            )
        steps.variables[name] = known


def declared_functions(declaration: Declaration) -> dict[str, tuple[Function, ...]]:
    """The rows of a declared function and its derivatives, by the names a text may use."""
    if declaration.arguments is None:
        return {}
    *arguments, result = map(_spell, _shapes(declaration))
    rows = unknown(declaration.name, tuple(arguments), result)
    return {name: (row,) for name, row in spellings(rows).items()}


def _shapes(declaration: Declaration) -> tuple[tuple[Size, Size], ...]:
    """The shapes of a declared function's arguments, and that of its value."""
    if declaration.arguments is None or declaration.shape is None:
        return ()
    return (*declaration.arguments, declaration.shape)


def _spell(shape: tuple[Size, Size]) -> str:
    """A shape as in a signature."""
    rows, columns = map(_write, shape)
    if columns != "1":
        return f"{rows}×{columns}"
    return SCALAR if rows == "1" else rows


def _write(size: Size) -> str:
    number, letters = size
    parts = [str(number)] if number != 1 or not letters else []
    return "*".join((*parts, *letters))


def _properties(declaration: Declaration) -> frozenset[str]:
    """The declared properties; E112 where they contradict each other, E212 where the shape does."""
    name, properties = declaration.name, declaration.properties
    text = f"declared by --let '{declaration.text}'"
    both = clash(properties)
    if both is not None:
        raise fail("E112", f"`{name}` cannot be both {' and '.join(both)}", notes=(text,))
    unknown = properties - ROWS.keys()
    if unknown:
        raise fail("E112", f"`{min(unknown)}` is no property", notes=(text,))
    if declaration.shape is not None:
        rows, columns = (size != (1, ()) for size in declaration.shape)
        square = declaration.shape[0] == declaration.shape[1]
        had = {
            "square matrix": rows and square,
            "matrix": rows and columns,
            "vector": rows and not columns,
            "": True,
        }
        wrong = sorted(each for each in properties if not had[ROWS[each].of])
        if wrong:
            what = f"only a {ROWS[wrong[0]].of} is"
            raise fail("E212", f"`{name}` cannot be {wrong[0]}: {what}", notes=(text,))
    return properties
