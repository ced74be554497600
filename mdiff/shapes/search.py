"""Steps and options go in, the most plausible kinds that type-check come out, or the first clash.

The number of attempts is bounded, whatever the number of names.
"""

from __future__ import annotations

from heapq import heappop, heappush
from math import inf
from typing import TYPE_CHECKING

from mdiff.shapes.capitals import bent
from mdiff.shapes.check import attempt
from mdiff.shapes.checked import Checked, Clash
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import free_below

if TYPE_CHECKING:
    from mdiff.shapes.checked import Doubt
    from mdiff.shapes.kinds import Kind
    from mdiff.shapes.options import Options
    from mdiff.shapes.steps import Steps

BEST_FIRST = 60
"""Attempts that look for the cheapest changes; after them, those that get furthest go first."""
GREEDY = 150
"""Attempts of the second sort."""
WORK = 100_000
"""Steps to check in all."""
DONE = -inf
"""What type-checks comes before all of its price that has still to be tried."""

Changes = tuple[tuple[str, "Kind"], ...]


def _not_scalar(steps: Steps, checked: Checked) -> Clash | None:
    """The clash of an expression that has to be a scalar and is none."""
    last = len(steps.steps) - 1
    if checked.axes[last] == (ONE_SIZE, ONE_SIZE):
        return None
    return Clash("E203", last, (last,))


class _Search:
    """The state of one search: what was tried, and what is to be tried next."""

    __slots__ = ("best", "budget", "count", "options", "queue", "scalar", "seen", "sound", "steps")

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
        """One attempt."""
        self.budget -= 1
        checked, clash = attempt(self.steps, {**self.options.start, **dict(changes)})
        if clash is None and self.scalar:
            clash = _not_scalar(self.steps, checked)
        return checked, clash or bent(checked)

    def push(self, first: float, second: float, changes: Changes, done: Checked | None) -> None:
        """Put a set of changes in the queue."""
        self.count += 1
        heappush(self.queue, (first, second, len(changes), self.count, changes, done))

    def candidates(self, checked: Checked, clash: Clash | None, doubts: list[Doubt]) -> list[str]:
        """The names whose kind the clash or the doubts are about."""
        names: set[str] = set()
        for doubt in doubts:
            names |= {doubt.bare} if doubt.bare else free_below(self.steps, (doubt.step,))
        if clash is not None:
            if clash.names is not None:
                names |= clash.names
            else:
                places = {clash.step}
                for size in clash.sizes or ():
                    places.update(checked.sizes.origin(size)[1])
                names |= free_below(self.steps, tuple(places))
        return [name for name in self.options.start if name in names]

    def neighbours(self, changes: Changes, names: list[str]) -> list[tuple[str, Changes]]:
        """All sets with one of the names changed, that were not met yet."""
        changed = dict(changes)
        found: list[tuple[str, Changes]] = []
        for name in names:
            if name in changed:
                continue
            for kind in self.options.changes[name]:
                more = tuple(sorted((*changes, (name, kind))))
                if more not in self.seen and self.plausible(more):
                    self.seen.add(more)
                    found.append((name, more))
        return found

    def plausible(self, changes: Changes) -> bool:
        """Not everything shrinks: `A x` is never a vector times a number.

        Where all type-checks and only the whole is no scalar (`sound`), capitals are no vectors,
        not both capitals and vectors are scalars, and beside vectors or matrices no variable of the
        gradient becomes a scalar: a gradient of `A x` is a mistake.
        """
        start = self.options.start
        if self.sound and self.options.evident:
            wrt = self.steps.wrt
            if any(
                kind == "scalar" and name in wrt and start[name] == "vector"
                for name, kind in changes
            ):
                return False
        names = [(name, kind) for name, kind in changes if name not in self.steps.unknown]
        found = {(start[name], kind) for name, kind in names}
        smaller = ("vector", "scalar") in found
        if ("matrix", "vector") in found and (smaller or self.sound):
            return False
        return not (self.sound and smaller and ("matrix", "scalar") in found)

    def cheapest(self, doubts: list[Doubt]) -> dict[str, tuple[float, Kind]]:
        """For every name in doubt what it costs at least to settle that, and the kind to take."""
        found: dict[str, tuple[float, Kind]] = {}
        for doubt in doubts:
            changes = self.options.changes.get(doubt.bare)
            if changes and doubt.bare not in found:
                kind = min(changes, key=changes.__getitem__)
                found[doubt.bare] = min(doubt.cost, changes[kind]), kind
        return found

    def expand(self, changes: Changes, checked: Checked, clash: Clash | None) -> None:
        """Queue every change that the clash or the doubts suggest, and all that are in doubt."""
        doubts = checked.doubts
        if clash is None:
            self.accept(changes, checked)
            self.push(self.total(changes, doubts), DONE, changes, checked)
        least = self.cheapest(doubts)
        bound = sum(cost for cost, _ in least.values())
        for name, more in self.neighbours(changes, self.candidates(checked, clash, doubts)):
            price = self.options.cost(dict(more))
            rest = bound - (least[name][0] if name in least else 0.0)
            self.push(price + rest, -price, more, None)
        open_names = {name: kind for name, (_, kind) in least.items() if name not in dict(changes)}
        if len(open_names) > 1:
            together = tuple(sorted((*changes, *open_names.items())))
            if together not in self.seen and self.plausible(together):
                self.seen.add(together)
                price = self.options.cost(dict(together))
                self.push(price, -price, together, None)

    def total(self, changes: Changes, doubts: list[Doubt]) -> float:
        """The price of the changes and of what is still in doubt."""
        return self.options.cost(dict(changes)) + sum(doubt.cost for doubt in doubts)

    def accept(self, changes: Changes, checked: Checked) -> None:
        """Keep the best of what type-checks."""
        total = self.total(changes, checked.doubts)
        if self.best is None or total < self.best[0]:
            self.best = total, checked


def search(
    steps: Steps, options: Options, *, scalar: bool, limit: int = 400
) -> tuple[Checked, Clash | None]:
    """The cheapest kinds that type-check; else the attempt with the starting kinds, and its clash.

    `scalar`: the whole has to be a scalar. `limit`: no more attempts than that.
    """
    state = _Search(steps, options, scalar=scalar, limit=limit)
    first, first_clash = state.run(())
    if first_clash is None and not first.doubts:
        return first, None
    if not options.start:
        return first, first_clash
    state.sound = first_clash is not None and first_clash.code == "E203"
    state.expand((), first, first_clash)
    cheapest = min(BEST_FIRST, state.budget)
    while state.queue and cheapest > 0:
        _, _, _, _, changes, done = heappop(state.queue)
        if done is not None:
            return done, None
        cheapest -= 1
        checked, clash = state.run(changes)
        if clash is None and not checked.doubts:
            state.push(options.cost(dict(changes)), DONE, changes, checked)
        else:
            state.expand(changes, checked, clash)
    if state.queue and state.budget > 0 and state.best is None:
        _all_scalars(state)
        if not state.sound:
            _greedy(state, first, first_clash)
    if state.best is not None:
        return state.best[1], None
    return first, first_clash


def _all_scalars(state: _Search) -> None:
    """With many names: perhaps there is no vector at all."""
    options = state.options
    vectors = [name for name, kind in options.start.items() if kind == "vector"]
    if all("scalar" in options.changes[name] for name in vectors):
        changes: Changes = tuple(sorted((name, "scalar") for name in vectors))
        checked, clash = state.run(changes)
        if clash is None:
            state.accept(changes, checked)


def _greedy(state: _Search, first: Checked, first_clash: Clash | None) -> None:
    """With many names: follow the attempt that gets furthest, one clash at a time."""
    state.queue.clear()
    state.seen = {()}
    state.budget = min(state.budget, GREEDY)
    changes: Changes = ()
    checked, clash = first, first_clash
    while state.best is None and state.budget > 0:
        for _, more in state.neighbours(changes, state.candidates(checked, clash, [])):
            state.push(-float(len(checked.axes)), state.options.cost(dict(more)), more, None)
        if not state.queue:
            return
        _, _, _, _, changes, _ = heappop(state.queue)
        checked, clash = state.run(changes)
        if clash is None:
            state.accept(changes, checked)
