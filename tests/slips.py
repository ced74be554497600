"""Texts with one slip each, made from a true answer: what `mdiff check` has to find."""

import re

from mdiff.syntax import parse
from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Transpose, children
from mdiff.walk import postorder

SWAPPED = {
    "sin": "cos",
    "cos": "sin",
    "tanh": "sigmoid",
    "sigmoid": "tanh",
    "sign": "abs",
    "step": "relu",
    "det": "logdet",
}


def slips(text, names, sizes, functions=frozenset()):
    """(slip, text) for every place where the slip could have been made."""
    if ";" in text:
        return
    tree = parse(text, frozenset(names) | frozenset(sizes), frozenset(functions)).expression
    nodes = postorder([tree], children)
    parents = {id(part): node for node in nodes for part in children(node)}

    def put(node, new):
        start, end = node.span
        return f"{text[:start]}{new}{text[end:]}"

    def source(node):
        return text[slice(*node.span)]

    yield "sign", f"-({text})"
    yield "factor", f"2*({text})"
    yield "factor", f"({text})/2"
    for size in sorted(sizes):
        yield "factor", f"{size}*({text})"
        yield "factor", f"({text})/{size}"
    yield "transpose", f"({text})'"
    yield "diag", f"diag({text})"
    top = {id(term) for _, term in tree.terms} if isinstance(tree, Sum) else set()
    for node in nodes:
        parent = parents.get(id(node))
        if id(node) in top and not isinstance(node, Number):
            yield "factor", put(node, f"2*({source(node)})")
            yield "factor", put(node, f"({source(node)})/2")
            yield "transpose", put(node, f"({source(node)})'")
        match node:
            case Sum(terms) if len(terms) > 1:
                for (_, before), (_, term) in zip(terms, terms[1:], strict=False):
                    between = text[before.span[1] : term.span[0]]
                    other = between.translate({43: "-", 45: "+"})
                    yield "sign", f"{text[: before.span[1]]}{other}{text[term.span[0] :]}"
                if len(terms) == 2 and is_transpose(source(terms[0][1]), source(terms[1][1])):
                    opened = text[node.span[0]] == "("
                    kept = source(terms[0][1])
                    yield "transposed term", put(node, f"({kept})" if opened else kept)
                    if not opened:
                        continue
                    yield "transposed term", put(node, f"(2*{kept})")
            case Product(factors):
                for (_, before), (operator, factor) in zip(factors, factors[1:], strict=False):
                    if isinstance(before, Number) or isinstance(factor, Number):
                        continue
                    between = text[before.span[1] : factor.span[0]]
                    end = text[factor.span[1] :]
                    begin = text[: before.span[0]]
                    if operator == "*":
                        yield "order", f"{begin}{source(factor)}{between}{source(before)}{end}"
                        yield "elementwise", f"{begin}{source(before)}.*{source(factor)}{end}"
                    if operator == ".*":
                        yield "elementwise", f"{begin}{source(before)}*{source(factor)}{end}"
            case Name() if not isinstance(parent, Transpose | Power) and not sized(parent):
                yield "transpose", put(node, f"{node.name}'")
                if node.name[0].isupper():
                    yield "inverse", put(node, f"inv({node.name})")
                yield "diag", put(node, f"diag({node.name})")
            case Transpose(Name(name)):
                yield "transpose", put(node, name)
            case Transpose(Apply("inv", _) as inverse):
                yield "inverse", put(node, source(inverse))
            case Apply("inv", (base,)) if not isinstance(parent, Transpose):
                yield "inverse", put(node, f"{source(node)}'")
                yield "inverse", put(node, f"({source(base)})")
            case Apply("diag", (base,)):
                yield "diag", put(node, f"({source(base)})")
            case Apply(function, (_,)) if function in SWAPPED:
                yield "function", put(node, re.sub(r"^\w+", SWAPPED[function], source(node)))
            case _:
                pass


def sized(node):
    return isinstance(node, Apply) and node.function in ("eye", "ones", "zeros", "K", "unit")


def is_transpose(one, other):
    bare = [text[1:-1] if text.startswith("(") else text for text in (one, other)]
    return bare[1] == f"{bare[0]}'" or other == f"({one})'" or bare[0] == f"{bare[1]}'"
