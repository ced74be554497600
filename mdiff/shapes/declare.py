"""Declarations and sized constants go in, the sizes and variables that are known come out.

Only names, whole numbers and their products are sizes (E213). Declarations that make no sense are
refused: E111, E112, E113, E212.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.errors import fail, fail_at
from mdiff.functions.table import ALIASES, CONSTANTS, SIZED, TABLE
from mdiff.functions.unknown import spellings, unknown
from mdiff.properties import ROWS, clash
from mdiff.shapes.dims import Dim, show_shape
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import Known, Step, Steps
from mdiff.syntax.tree import Apply, Name, Number, Product, Text, Tree, children
from mdiff.walk import postorder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mdiff.functions.row import Function
    from mdiff.syntax.declaration import Declaration, Size


def declare(steps: Steps, declarations: Sequence[Declaration]) -> None:
    """Enter the declarations; E111, E112, E113 and E212 where they make no sense."""
    seen: dict[str, str] = {}
    for declaration in declarations:
        name, text = declaration.name, declaration.text
        origin = f"--let '{text}'"
        if name in seen:
            note = f"first by --let '{seen[name]}', then by {origin}"
            raise fail("E111", f"`{name}` is declared twice", notes=(note,))
        seen[name] = text
        properties = _properties(declaration)
        if declaration.arguments is not None:
            if any(name in each for each in (TABLE, ALIASES, CONSTANTS, ("unit", "einsum"))):
                raise fail(
                    "E113",
                    f"`{name}` is a function that mdiff knows: an unknown one needs another name",
                    notes=(f"declared by {origin}",),
                )
            for number, letters in (size for shape in _shapes(declaration) for size in shape):
                steps.size(number, letters)
                for letter in letters:
                    steps.sizes.origins.setdefault(steps.names[letter], origin)
            steps.functions.update(declared_functions(declaration))
            continue
        axes = None
        if declaration.shape is not None:
            rows, columns = (
                steps.sizes.axis(steps.size(*size), origin) for size in declaration.shape
            )
            axes = rows, columns
        steps.variables[name] = Known(axes, properties, origin)


def declared_functions(declaration: Declaration) -> dict[str, tuple[Function, ...]]:
    """The rows of a declared function and its derivatives, by the names a text may use."""
    *arguments, result = (
        show_shape((Dim(*rows), Dim(*columns))) for rows, columns in _shapes(declaration)
    )
    return spellings(unknown(declaration.name, tuple(arguments), result))


def declared(
    declarations: Iterable[Declaration],
) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The names of variables, of functions, and of sizes."""
    names: set[str] = set()
    functions: set[str] = set()
    sizes: set[str] = set()
    for declaration in declarations:
        if declaration.arguments is not None:
            functions.update(declared_functions(declaration))
        else:
            names.add(declaration.name)
        for shape in (declaration.shape, *(declaration.arguments or ())):
            for _, factors in shape or ():
                sizes.update(factors)
    return frozenset(names), frozenset(functions), frozenset(sizes)


def _shapes(declaration: Declaration) -> list[tuple[Size, Size]]:
    """The shapes of a declared function's arguments, and that of its value."""
    return [each for each in (*(declaration.arguments or ()), declaration.shape) if each]


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


# ------------------------------------------------------------------- sizes in the text itself


def expressions(node: Tree) -> tuple[Tree, ...]:
    """Parts that are expressions: arguments that are sizes, and patterns, are not."""
    match node:
        case Apply("unit"):
            return ()
        case Apply("einsum", (Text(), *arguments)):
            return tuple(arguments)
        case Apply(function, arguments) if function in SIZED:
            return arguments[: SIZED[function]]
        case _:
            return children(node)


def size_names(nodes: Sequence[Tree]) -> dict[str, None]:
    """The names used as sizes: in the arguments of sized constants."""
    found: dict[str, None] = {}
    for node in nodes:
        if isinstance(node, Apply) and node.function in SIZED:
            parts = postorder(node.arguments[SIZED[node.function] :], children)
            found.update({part.name: None for part in parts if isinstance(part, Name)})
    return found


def enter_sizes(steps: Steps, step: Step, node: Apply) -> None:
    """Read the arguments of a sized constant or function that are sizes; E210, E213."""
    function, arguments = node.function, node.arguments
    counts = [len(row.parameters) + len(row.sizes) for row in steps.rows(function)] or [1]
    if len(arguments) not in counts:
        count = " or ".join(map(str, counts))
        many = "s" * (counts[-1] > 1)
        said = f"`{function}` takes {count} argument{many}, not {len(arguments)}"
        raise fail_at("E210", said, steps.text, node.span, "here")
    if function == "unit":
        match arguments[0]:
            case Name(name):
                step.index = name
            case Number(value) if value.denominator == 1 and value > 0:
                step.index = str(value)
            case argument:
                said = "the index of a unit vector is a name or a number"
                raise fail_at("E213", said, steps.text, argument.span, "here")
        return
    origin = f"`{steps.text[slice(*node.span)]}`"
    step.sizes = tuple(
        steps.sizes.axis(_monomial(steps, each), origin) for each in arguments[SIZED[function] :]
    )


def _monomial(steps: Steps, argument: Tree) -> int:
    """A size as typed: names, whole numbers, and products of those; E213 for all else."""
    number = 1
    letters: list[str] = []
    stack = [argument]
    while stack:
        part = stack.pop()
        match part:
            case Number(value) if value.denominator == 1 and value > 0:
                number *= int(value)
            case Name(name) if steps.variables.get(name, Known()).axes in (
                None,
                (ONE_SIZE, ONE_SIZE),
            ):
                letters.append(name)
            case Product(inner) if all(operator == "*" for operator, _ in inner):
                stack.extend(factor for _, factor in reversed(inner))
            case _:
                said = "a size is a name, a positive whole number, or a product of those"
                raise fail_at("E213", said, steps.text, part.span, "here")
    return steps.size(number, letters)
