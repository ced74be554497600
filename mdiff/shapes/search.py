"""Steps and options go in, the most plausible kinds that type-check come out, or the first clash.

The number of attempts is bounded, whatever the number of names.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf

from mdiff.shapes.check import attempt
from mdiff.shapes.checked import Checked, Clash
from mdiff.shapes.kinds import Kind, Options, by_letter
from mdiff.shapes.sizes import SCALAR_AXES
from mdiff.shapes.steps import Step, Steps, free_below, is_sum_of_names
from mdiff.syntax.tree import Apply, Power, Product, Sum, Text

MOST_ATTEMPTS = 61
"""Attempts that look for the cheapest changes; after them, all vectors are tried as scalars."""
WORK = 100_000
"""Steps to check in all."""
DONE = -inf
"""What type-checks comes before all of its price that has still to be tried."""

Changes = tuple[tuple[str, Kind], ...]


def search(
    steps: Steps, options: Options, *, scalar: bool, limit: int = MOST_ATTEMPTS
) -> tuple[Checked, Clash | None]:
    """The cheapest kinds that type-check; else the attempt with the starting kinds, and its clash.

    `scalar`: the whole has to be a scalar.

    The cheapest set of changes is looked for best-first: the names that a clash or a doubt is about
    are changed one at a time, and a set waits at the least that it can cost in the end. So the
    first one taken off the queue that type-checks is the cheapest. Each set is tried once; as there
    are exponentially many, at most `limit` are, with at most `WORK` steps in all.
    """
    state = _Search(steps, options, scalar=scalar, limit=limit)
    first, clash = state.run(())
    if not options.start or (clash is None and not first.doubts):
        return first, clash
    state.sound = clash is not None and clash.code == "E203"
    state.expand((), first, clash)
    while state.queue and state.budget > 0:
        *_, changes, done = heappop(state.queue)
        if done is not None:
            return done, None
        state.expand(changes, *state.run(changes))
    if state.queue and limit > 1 and state.best is None:
        vectors = [name for name, kind in options.start.items() if kind == "vector"]
        if all("scalar" in options.changes[name] for name in vectors):
            state.run(tuple(sorted((name, "scalar") for name in vectors)))
    return (first, clash) if state.best is None else (state.best[1], None)


class _Search:
    """The state of one search: what was tried, and what is to be tried next.

    `sound`: as the names start all type-checks, and only the whole is no scalar.
    """

    def __init__(self, steps: Steps, options: Options, *, scalar: bool, limit: int) -> None:
        self.steps = steps
        self.options = options
        self.scalar = scalar
        self.budget = min(limit, 3 + WORK // (len(steps.steps) + 1))
        self.queue: list[tuple[float, float, int, int, Changes, Checked | None]] = []
        self.seen: set[Changes] = {()}
        self.count = 0
        self.best: tuple[float, Checked] | None = None
        self.sound = False

    def run(self, changes: Changes) -> tuple[Checked, Clash | None]:
        """One attempt; what type-checks may win."""
        self.budget -= 1
        checked, clash = attempt(self.steps, {**self.options.start, **dict(changes)})
        last = len(self.steps.steps) - 1
        if clash is None and self.scalar and checked.axes[last] != SCALAR_AXES:
            clash = Clash("E203", last, (last,))
        clash = clash or bent(checked)
        price = self.price(changes, checked)
        if clash is None and (self.best is None or price < self.best[0]):
            self.best = price, checked
        return checked, clash

    def price(self, changes: Changes, checked: Checked) -> float:
        return self.options.cost(changes) + sum(doubt.cost for doubt in checked.doubts)

    def push(self, first: float, second: float, changes: Changes, done: Checked | None) -> None:
        self.count += 1
        heappush(self.queue, (first, second, len(changes), self.count, changes, done))

    def expand(self, changes: Changes, checked: Checked, clash: Clash | None) -> None:
        """Queue every change that the clash or the doubts suggest, and all that are in doubt."""
        if clash is None:
            self.push(self.price(changes, checked), DONE, changes, checked)
        least: dict[str, tuple[float, Kind]] = {}  # what settling a name's doubt costs, and how
        for doubt in checked.doubts:
            kinds = self.options.changes.get(doubt.bare)
            if kinds and doubt.bare not in least:
                kind = min(kinds, key=kinds.__getitem__)
                least[doubt.bare] = min(doubt.cost, kinds[kind]), kind
        bound = sum(cost for cost, _ in least.values())
        changed = dict(changes)
        for name in self.candidates(checked, clash):
            rest = bound - (least[name][0] if name in least else 0.0)
            for kind in self.options.changes[name] if name not in changed else ():
                self.consider({**changed, name: kind}, rest)
        open_names = {name: kind for name, (_, kind) in least.items() if name not in changed}
        if len(open_names) > 1:
            self.consider({**changed, **open_names}, 0.0)

    def consider(self, changed: dict[str, Kind], rest: float) -> None:
        """Queue a plausible set of changes, once; `rest` is what is still to be paid with it."""
        changes = tuple(sorted(changed.items()))
        if changes not in self.seen and self.plausible(changes):
            self.seen.add(changes)
            price = self.options.cost(changes)
            self.push(price + rest, -price, changes, None)

    def candidates(self, checked: Checked, clash: Clash | None) -> list[str]:
        """The names whose kind the clash or the doubts are about."""
        names: set[str] = set()
        for doubt in checked.doubts:
            names |= {doubt.bare} if doubt.bare else free_below(self.steps, (doubt.step,))
        if clash is not None and clash.names is not None:
            names |= clash.names
        elif clash is not None:
            sizes = clash.sizes or ()
            places = [place for size in sizes for place in checked.sizes.origin(size)[1]]
            names |= free_below(self.steps, (clash.step, *places))
        return [name for name in self.options.start if name in names]

    def plausible(self, changes: Changes) -> bool:
        """Not everything shrinks: `A x` is never a vector times a number.

        Where only the whole is no scalar, capitals are no vectors, not both capitals and vectors
        are scalars, and beside vectors or matrices no variable of the gradient becomes a scalar: a
        gradient of `A x` is a mistake.
        """
        start = self.options.start
        if self.sound and self.options.evident:
            own = [name for name, kind in changes if kind == "scalar" and start[name] == "vector"]
            if any(name in self.steps.wrt for name in own):
                return False
        unknown = self.steps.unknown
        found = {(start[name], kind) for name, kind in changes if name not in unknown}
        smaller = ("vector", "scalar") in found
        if ("matrix", "vector") in found and (smaller or self.sound):
            return False
        return not (self.sound and smaller and ("matrix", "scalar") in found)


def bent(checked: Checked) -> Clash | None:
    """The clash of a capital that became a scalar and is more than a coefficient.

    In `C ||w||^2` and `1/N` it is nothing else; in `tr(A X)` or `log(X)` it is a matrix, and what
    would type-check with a scalar in its place is another question.
    """
    steps = checked.steps
    suspects = {
        name for name in steps.free
        if checked.kinds[name] == "scalar" and by_letter(name) == "matrix"
    }  # fmt: skip
    for place, step in enumerate(steps.steps if suspects else ()):
        for position, part in enumerate(step.parts):
            name = steps.steps[part].bare
            if name == step.bare:  # `2 N`: what stands around it decides
                continue
            if name in suspects and not _is_coefficient(checked, place, step, position):
                return Clash("E219", place, (part,), names=frozenset({name}))
    if steps.steps and steps.steps[-1].bare in suspects:
        return Clash("E219", len(steps.steps) - 1, names=frozenset(suspects))
    return None


def _is_coefficient(checked: Checked, place: int, step: Step, position: int) -> bool:
    """Whether a scalar stands where only a coefficient does: in a product of scalars, `N - 1`."""
    parts = checked.steps.parts(step)
    letters = [
        bool(part.bare) or part.value is not None or is_sum_of_names(checked.steps, part)
        for part in parts
    ]  # a number, a free name or a sum of names, and nothing more
    match step.node:
        case Product(factors):
            if factors[position][0] in ("/", "./"):
                return parts[position].bare not in checked.steps.wrt
            others = [each for at, each in enumerate(letters) if at != position]
            return not all(others) and checked.axes[place] == SCALAR_AXES
        case Power():
            return position == 1 or checked.axes[place] == SCALAR_AXES
        case Apply(_, (Text(), *_)):
            return True  # the pattern of a contraction says what it is
        case Sum():
            return len(letters) == 1 or all(letters)
        case _:
            return False
