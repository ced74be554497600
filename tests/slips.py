"""Texts with one slip each, made from a true answer: what `mdiff check` has to find."""

import re
from itertools import pairwise

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


OTHER_SIGN = {ord("+"): "-", ord("-"): "+"}


def slips(text, names, sizes, functions=frozenset()):
    """(slip, text) for every place where the slip could have been made."""
    if ";" in text:
        return
    tree = parse(text, frozenset(names) | frozenset(sizes), frozenset(functions)).expression
    nodes = postorder([tree], children)
    parents = {id(part): node for node in nodes for part in children(node)}
    variables = sorted(name for name in names if name[0] != "d" or name[1:] not in names)
    yield from of_the_whole(text, sizes)
    terms = [term for _, term in tree.terms] if isinstance(tree, Sum) else []
    for term in terms:
        source = text[slice(*term.span)]
        if not isinstance(term, Number):
            yield "factor", put(text, term, f"2*({source})")
            yield "factor", put(text, term, f"({source})/2")
            yield "transpose", put(text, term, f"({source})'")
    for node in nodes:
        if isinstance(node, Sum):
            yield from of_a_sum(text, node)
        elif isinstance(node, Product):
            yield from of_a_product(text, node)
        else:
            yield from of_a_factor(text, node, parents.get(id(node)))
            yield from of_a_name(text, node, variables)


def put(text, node, new):
    """The text with something in the place of a node."""
    start, end = node.span
    return f"{text[:start]}{new}{text[end:]}"


def of_the_whole(text, sizes):
    yield "sign", f"-({text})"
    yield "factor", f"2*({text})"
    yield "factor", f"({text})/2"
    for size in sorted(sizes):
        yield "factor", f"{size}*({text})"
        yield "factor", f"({text})/{size}"
    yield "transpose", f"({text})'"
    yield "diag", f"diag({text})"


def of_a_sum(text, node):
    """Another sign; a term beside its transpose left out."""
    for (_, before), (_, term) in pairwise(node.terms):
        between = text[before.span[1] : term.span[0]].translate(OTHER_SIGN)
        yield "sign", f"{text[: before.span[1]]}{between}{text[term.span[0] :]}"
    if len(node.terms) == 2:
        kept, other = (text[slice(*term.span)] for _, term in node.terms)
        if is_transpose(kept, other):
            yield "transposed term", put(text, node, f"({kept})")
            yield "transposed term", put(text, node, f"(2*{kept})")


def of_a_product(text, node):
    """Two factors swapped, joined by another product, or put together; one forgotten."""
    yield from forgotten(text, node)
    yield from commuted(text, node)
    for (_, before), (operator, factor) in pairwise(node.factors):
        if isinstance(before, Number) or isinstance(factor, Number):
            continue
        one, other = (text[slice(*each.span)] for each in (before, factor))
        between = text[before.span[1] : factor.span[0]]
        begin, end = text[: before.span[0]], text[factor.span[1] :]
        if operator == "*":
            yield "order", f"{begin}{other}{between}{one}{end}"
            yield "elementwise", f"{begin}{one}.*{other}{end}"
        if operator == ".*":
            yield "elementwise", f"{begin}{one}*{other}{end}"


def forgotten(text, node):
    """Every factor but the numbers left out."""
    for at, (operator, factor) in enumerate(node.factors):
        follows = node.factors[at + 1][0] if at + 1 < len(node.factors) else "*"
        if isinstance(factor, Number) or operator == "/" or (at == 0 and follows != operator):
            continue
        start, end = factor.span
        if at:
            start = node.factors[at - 1][1].span[1]
        else:
            end = node.factors[1][1].span[0]
        yield "missing factor", text[:start] + text[end:]


def commuted(text, node):
    """`X^-2 dX` for `X^-1 dX X^-1`."""
    for at in range(len(node.factors) - 2):
        (_, one), (first, between), (second, other) = node.factors[at : at + 3]
        left, middle, right = (text[slice(*each.span)] for each in (one, between, other))
        if first == second == "*" and left == right:
            start, end = one.span[0], other.span[1]
            yield "order", f"{text[:start]}({left})^2*{middle}{text[end:]}"


def pairs(text, names, sizes, functions=frozenset()):
    """(slip, slip), text: two slips one after the other, each in one place."""
    for first, once in slips(text, names, sizes, functions):
        if first in ("sign", "factor", "transpose", "order", "elementwise"):
            for second, twice in slips(once, names, sizes, functions):
                if second in ("sign", "transpose", "order", "inverse", "function"):
                    yield (first, second), twice


def of_a_factor(text, node, parent):
    source = text[slice(*node.span)]
    match node:
        case Name(name) if not isinstance(parent, Transpose | Power) and not sized(parent):
            yield "transpose", put(text, node, f"{name}'")
            yield "diag", put(text, node, f"diag({name})")
            if name[0].isupper():
                yield "inverse", put(text, node, f"inv({name})")
        case Transpose(Name(name)):
            yield "transpose", put(text, node, name)
        case Transpose(Apply("inv", _) as inverse):
            yield "inverse", put(text, node, text[slice(*inverse.span)])
        case Apply("inv", (base,)) if not isinstance(parent, Transpose):
            yield "inverse", put(text, node, f"{source}'")
            yield "inverse", put(text, node, f"({text[slice(*base.span)]})")
        case Apply("diag", (base,)):
            yield "diag", put(text, node, f"({text[slice(*base.span)]})")
        case Apply(function, (_,)) if function in SWAPPED:
            yield "function", put(text, node, re.sub(r"^\w+", SWAPPED[function], source))
        case _:
            pass


def of_a_name(text, node, names):
    """Another name in its place."""
    match node:
        case Name(name) if name in names and len(names) > 1:
            yield "name", put(text, node, names[names.index(name) - 1])
        case _:
            pass


def sized(node):
    return isinstance(node, Apply) and node.function in ("eye", "ones", "zeros", "K", "unit")


def is_transpose(one, other):
    bare = [text[1:-1] if text.startswith("(") else text for text in (one, other)]
    return bare[1] == f"{bare[0]}'" or other == f"({one})'" or bare[0] == f"{bare[1]}'"
