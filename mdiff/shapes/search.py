"""Steps and options go in, the most plausible kinds that type-check come out, or the first clash.

The number of attempts is bounded, whatever the number of names.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from mdiff.shapes.check import attempt
from mdiff.shapes.checked import Checked, Clash
from mdiff.shapes.sizes import ONE_SIZE
from mdiff.shapes.steps import free_below

if TYPE_CHECKING:
    from mdiff.shapes.checked import Doubt
    from mdiff.shapes.kinds import Kind, Options
    from mdiff.shapes.steps import Steps

BEST_FIRST = 60
"""Attempts that look for the cheapest changes; after them, those that get furthest go first."""
WORK = 150_000
"""Steps to check in all."""

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
        return checked, clash

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
        and not both capitals and vectors are scalars: a gradient of `A x` is a mistake.
        """
        start = self.options.start
        found = {(start[name], kind) for name, kind in changes}
        smaller = ("vector", "scalar") in found
        if ("matrix", "vector") in found and (smaller or self.sound):
            return False
        return not (self.sound and smaller and ("matrix", "scalar") in found)

    def bound(self, doubts: list[Doubt], without: str) -> float:
        """What the doubts will cost at least, when one name has another kind."""
        total = 0.0
        counted: set[str] = {without}
        for doubt in doubts:
            if doubt.bare and doubt.bare not in counted:
                counted.add(doubt.bare)
                cheapest = min(self.options.changes[doubt.bare].values(), default=doubt.cost)
                total += min(doubt.cost, cheapest)
        return total


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
    cheapest = min(BEST_FIRST, state.budget)
    _expand(state, (), first, first_clash, greedy=False)
    waiting: list[Changes] = [()]
    while state.queue and cheapest > 0:
        _, _, _, _, changes, done = heappop(state.queue)
        if done is not None:
            return done, None
        cheapest -= 1
        checked, clash = state.run(changes)
        if clash is None and not checked.doubts:
            state.push(options.cost(dict(changes)), 0.0, changes, checked)
            continue
        _expand(state, changes, checked, clash, greedy=False)
        waiting.append(changes)
    if state.queue and state.budget > 0:
        _greedy(state, first, first_clash)
    if state.best is not None:
        return state.best[1], None
    return first, first_clash


def _expand(
    state: _Search, changes: Changes, checked: Checked, clash: Clash | None, *, greedy: bool
) -> None:
    """Queue every change that the clash or the doubts suggest."""
    cost = state.options.cost(dict(changes))
    doubts = [each for each in checked.doubts if state.options.start]
    penalty = sum(doubt.cost for doubt in doubts)
    if clash is None:
        if state.best is None or cost + penalty < state.best[0]:
            state.best = cost + penalty, checked
        if not greedy:
            state.push(cost + penalty, 0.0, changes, checked)
    if greedy:
        doubts = doubts[:1] if clash is None else []
    for name, more in state.neighbours(changes, state.candidates(checked, clash, doubts)):
        price = state.options.cost(dict(more))
        if greedy:
            state.push(-float(len(checked.axes)), price + penalty, more, None)
        else:
            state.push(price + state.bound(doubts, name), price, more, None)


def _greedy(state: _Search, first: Checked, first_clash: Clash | None) -> None:
    """With many names: follow the attempt that gets furthest, one clash at a time."""
    state.queue.clear()
    state.seen = {()}
    state.budget = min(state.budget, 20 + 6 * len(state.options.start))
    _expand(state, (), first, first_clash, greedy=True)
    while state.queue and state.budget > 0:
        _, _, _, _, changes, _ = heappop(state.queue)
        checked, clash = state.run(changes)
        _expand(state, changes, checked, clash, greedy=True)
        if clash is None and not checked.doubts:
            return
