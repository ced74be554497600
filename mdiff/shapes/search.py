"""Steps and options go in, the most plausible kinds that type-check come out, or the first clash.

The number of attempts is bounded, whatever the number of names.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from mdiff.shapes.check import attempt
from mdiff.shapes.kinds import Kind, Options, options
from mdiff.shapes.steps import Steps, free_below

if TYPE_CHECKING:
    from mdiff.shapes.checked import Checked, Clash

MOST_ATTEMPTS = 61
"""Attempts that look for the cheapest changes; after them, all vectors are tried as scalars."""
WORK = 100_000
"""Steps to check in all."""
DONE = -inf
"""What type-checks comes before all of its price that has still to be tried."""

Changes = tuple[tuple[str, Kind], ...]


def search(steps: Steps, *, scalar: bool, limit: int) -> tuple[Checked, Clash | None]:
    """The cheapest kinds that type-check; else the attempt with the starting kinds, and its clash.

    `scalar`: the whole has to be a scalar.

    The cheapest set of changes is looked for best-first: the names that a clash or a doubt is about
    are changed one at a time, and a set waits at the least that it can cost in the end. So the
    first one taken off the queue that type-checks is the cheapest. Each set is tried once; as there
    are exponentially many, at most `limit` are, with at most `WORK` steps in all.
    """
    choice = options(steps)
    first, clash = attempt(steps, choice.start, scalar=scalar)
    if not choice.start or (clash is None and not first.doubts):
        return first, clash
    state = _Search(steps, choice, scalar=scalar, sound=clash is not None and clash.code == "E203")
    state.budget = min(limit, 3 + WORK // (len(steps.steps) + 1)) - 1
    state.expand((), first, clash)
    while state.queue and state.budget > 0:
        *_, changes, done = heappop(state.queue)
        if done is not None:
            return done, None
        state.run(changes)
    if state.queue and limit > 1 and state.best is None:
        vectors = [name for name, kind in choice.start.items() if kind == "vector"]
        if all("scalar" in choice.changes[name] for name in vectors):
            state.run(tuple(sorted((name, "scalar") for name in vectors)))
    return (first, clash) if state.best is None else (state.best[1], None)


class _Search:
    """The state of one search: what was tried, and what is to be tried next.

    `sound`: as the names start all type-checks, and only the whole is no scalar.
    """

    def __init__(self, steps: Steps, options: Options, *, scalar: bool, sound: bool) -> None:
        self.steps = steps
        self.options = options
        self.scalar = scalar
        self.sound = sound
        self.budget = 0
        self.queue: list[tuple[float, float, int, int, Changes, Checked | None]] = []
        self.seen: set[Changes] = {()}
        self.count = 0
        self.best: tuple[float, Checked] | None = None

    def run(self, changes: Changes) -> None:
        """One more attempt."""
        self.budget -= 1
        kinds = {**self.options.start, **dict(changes)}
        self.expand(changes, *attempt(self.steps, kinds, scalar=self.scalar))

    def push(self, first: float, second: float, changes: Changes, done: Checked | None) -> None:
        self.count += 1
        heappush(self.queue, (first, second, len(changes), self.count, changes, done))

    def expand(self, changes: Changes, checked: Checked, clash: Clash | None) -> None:
        """Queue every change that the clash or the doubts suggest, and all that are in doubt.

        What type-checks waits too, at its price, and wins where no more can be tried.
        """
        if clash is None:
            price = self.options.cost(changes) + sum(doubt.cost for doubt in checked.doubts)
            self.push(price, DONE, changes, checked)
            if self.best is None or price < self.best[0]:
                self.best = price, checked
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
