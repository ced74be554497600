"""A tree as an s-expression, for tests to compare."""

from mdiff.syntax.tree import Apply, Name, Number, Power, Product, Sum, Transpose, children
from mdiff.walk import postorder


def dump(root):
    told = {}
    for node in postorder([root], children):
        parts = [told.pop(id(child)) for child in children(node)]
        match node:
            case Number(value):
                text = str(value)
            case Name(name):
                text = name
            case Sum(terms):
                signs = ["+" if sign == 1 else "-" for sign, _ in terms]
                text = "(sum " + " ".join(s + p for s, p in zip(signs, parts, strict=True)) + ")"
            case Product(factors):
                rest = [f"{op} {p}" for (op, _), p in zip(factors, parts, strict=True)]
                text = "(" + " ".join([rest[0].removeprefix("* "), *rest[1:]]) + ")"
            case Power(_, _, elementwise):
                text = f"({'.^' if elementwise else '^'} {parts[0]} {parts[1]})"
            case Transpose():
                text = f"(' {parts[0]})"
            case Apply(function):
                text = "(" + " ".join([function, *parts]) + ")"
        told[id(node)] = text
    return told[id(root)]
