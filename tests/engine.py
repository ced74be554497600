"""What the engine's tests share: the corpus, asking for an answer, and reading it back."""

import json
from itertools import product
from math import ceil
from pathlib import Path

from mdiff import kinds
from mdiff.calculus.idioms import named
from mdiff.calculus.problem import Derivation
from mdiff.calculus.rebuild import rebuild
from mdiff.network.draft import Draft
from mdiff.network.lower import Scope, lower
from mdiff.network.nodes import Apply, Closed, Constant, Net, Sum, Variable, parts
from mdiff.proof import reread
from mdiff.records import _from_json
from mdiff.walk import postorder

HERE = Path(__file__).parent
MDIFF = Path(kinds.__file__).parents[1]
CORPUS = HERE.parents[1] / "shared" / "corpus"
ABSENT = f"no corpus beside this checkout ({CORPUS.parent.name}/{CORPUS.name})"
ANSWERED = ("grad", "differential")

LATER = {"eig", "singvals", "prod"}
"""Functions of the corpus that this version does not differentiate."""


def load(path):
    """The cases of a file that ask for what this version answers."""
    cases = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [case for case in cases if case["kind"] in ANSWERED]


def own():
    """The cases that come with the tests."""
    return load(HERE / "cases.jsonl")


def corpus():
    """All cases of the corpus beside the checkout; none where there is no corpus."""
    return [case for path in sorted(CORPUS.glob("*.jsonl")) for case in load(path)]


def supported(case):
    """Whether this version knows all functions of a case."""
    return not any(f"{name}(" in case["expr"] for name in LATER)


def ask(case):
    """The answer to a case, by the interface that the command line calls."""
    return kinds.answer(_from_json(case))


def changing(answer):
    """The variables whose differentials stand in an answer."""
    return tuple(answer.wrt.split(",")) if answer.kind == "d" else ()


def one_line(text):
    """The `where` lines of a unicode answer as definitions before it."""
    first, *where = text.split("\n")
    return "; ".join([line.removeprefix("where ").strip() for line in where] + [first])


def again(answer, text):
    """The typed tree of an answer's text, read with the problem's names."""
    return reread(answer.problem, one_line(text), changing(answer))


def network(answer, text):
    """The network that an answer's text means, in the table of the answer itself."""
    derivation = Derivation(answer.problem, answer._table)
    changes = {f"d{name}": derivation.change(name) for name in answer.problem.variables}
    return lower(answer._table, again(answer, text), Scope({**changes, **derivation.values}))


def value_of(answer):
    """The network that an answer was printed from."""
    (value,) = answer._values
    return value


def reads_back(answer, text):
    """Whether a text of an answer means what the answer was printed from."""
    return same(answer._table, network(answer, text), value_of(answer))


def is_settled(answer):
    """Whether bringing the answer to normal form once more changes nothing."""
    return rebuild(answer._table, value_of(answer), {}) is value_of(answer)


def same(table, one, other):
    """Whether two values are one network, once products of sums are multiplied out."""
    if one is other:
        return True
    one, other = named(table, one), named(table, other)
    return one is other or expanded(table, one) is expanded(table, other)


def multiplied(table, one, other):
    """The product of two scalars."""
    draft = Draft()
    for value in (one, other):
        table.place(draft, value, ())
    return table.single(draft, (), ())


def expanded(table, value):
    """The value with every product of sums multiplied out (the calculus never does this)."""
    known = {}
    for node in postorder([value], parts):
        match node:
            case Variable() | Constant():
                known[id(node)] = table.of_node(node)
            case Apply():
                arguments = tuple(known[id(argument)] for argument in node.arguments)
                known[id(node)] = table.apply(node.function, arguments)
            case Closed():
                known[id(node)] = known[id(node.net)]
            case Sum():
                terms = [table.scaled(known[id(net)], c) for c, net in node.terms]
                known[id(node)] = table.added(terms) if terms else node
            case Net():
                known[id(node)] = _multiplied(table, node, known)
    return known[id(value)]


def _multiplied(table, net, known):
    """A sum of one network for every choice of a term from each sum among the factors."""
    fixed, choices = [], []
    for factor, wires, exponent in net.factors:
        inner = known[id(factor)]
        if exponent in (1, 2, 3) and inner.terms:
            choices += [[(inner, term, wires) for term in inner.terms]] * int(exponent)
        else:
            power = known[id(exponent)] if isinstance(exponent, Sum) else exponent
            whole = 0 if isinstance(power, Sum) or len(inner.terms) > 1 else ceil(power)
            if whole:  # (ab)^(-3/2) is (ab)^(-1/2)/(ab), and only the last opens
                fixed.append((table.power(inner, whole), wires))
                power -= whole
            if power != 0:
                fixed.append((table.power(inner, power), wires))
    terms = []
    for chosen in product(*choices):
        draft = Draft()
        outer = draft.wires(net.dims)
        for inner, wires in fixed:
            table.place(draft, inner, [outer[w] for w in wires])
        for inner, term, wires in chosen:
            single = table.sum([term], inner.rows, inner.cols)
            table.place(draft, single, [outer[w] for w in wires])
        terms.append(
            table.single(draft, [outer[w] for w in net.rows], [outer[w] for w in net.cols])
        )
    return table.added(terms)
