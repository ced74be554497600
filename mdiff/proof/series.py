"""Numbers `a + bε + cε²` modulo a prime, in matrices → products, elimination, compositions of them.

A truncated power series is a list of its coefficients; what is left out at its end is zero. With
two of them these are dual numbers. No derivative of a product, inverse or determinant is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mdiff.proof.field import P, Singular, inverse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mdiff.proof.matrices import Entries

    Series = list[Entries]
    """Coefficients of a matrix of numbers, the value first."""

HALF = (P + 1) // 2


def joined(
    parts: list[Series], order: int, join: Callable[[list[Entries]], Entries], lowest: int = 0
) -> Series:
    """Coefficients from `lowest` on of a product, whose coefficients are multiplied by `join`."""
    limits = [len(part) - 1 for part in parts]
    product: Series = []
    for degree in range(lowest, min(order, sum(limits)) + 1):
        total: Entries | None = None
        for split in _splits(degree, limits):
            term = join([part[at] for part, at in zip(parts, split, strict=True)])
            if total is None:
                total = term
            else:
                total = [(x + y) % P for x, y in zip(total, term, strict=True)]
        product.append(total or [])
    return product


def _splits(degree: int, limits: list[int]) -> Iterator[list[int]]:
    """All ways to take powers of ε from the factors that make this degree."""
    if len(limits) == 1:
        if degree <= limits[0]:
            yield [degree]
        return
    for first in range(min(degree, limits[0]) + 1):
        for rest in _splits(degree - first, limits[1:]):
            yield [first, *rest]


def multiplied(parts: list[Entries]) -> Entries:
    """Two matrices, by elements."""
    first, second = parts
    return [x * y % P for x, y in zip(first, second, strict=True)]


def reciprocal(series: Series, order: int) -> Series:
    """1/x for every entry x."""
    first = [inverse(entry, P) for entry in series[0]]
    found = [first]
    for degree in range(1, order + 1):
        total = [0] * len(first)
        for at, coefficient in enumerate(series[1 : degree + 1], 1):
            known = found[degree - at]
            total = [t + x * y for t, x, y in zip(total, coefficient, known, strict=True)]
        found.append([-t * x % P for t, x in zip(total, first, strict=True)])
    return found


def composed(slopes: Entries, curves: Entries, moved: Series) -> Series:
    """How f(u) moves where u does; `slopes` are f'(u), `curves` f''(u)/2, none for first order."""
    change = [[x * u % P for x, u in zip(slopes, part, strict=True)] for part in moved]
    if curves:
        bent = [x * u * u % P for x, u in zip(curves, moved[0], strict=True)]
        straight = change[1] if len(change) > 1 else _zero(bent)
        change[1:] = [[(x + y) % P for x, y in zip(bent, straight, strict=True)]]
    return change


def _zero(like: Entries) -> Entries:
    return [0] * len(like)


def powered(power: Entries, base: Series, exponent: Series, log: Entries, order: int) -> Series:
    """How `a^b = exp(b log a)` moves; `log` is only needed where the exponent moves."""
    below = reciprocal(base[:1], 0)[0]
    rate = [[x * y % P for x, y in zip(part, below, strict=True)] for part in base[1:]]
    logs = [log or _zero(below), *rate]
    if order > 1 and rate:
        second = rate[1] if len(rate) > 1 else _zero(below)
        logs[2:] = [[(y - x * x * HALF) % P for x, y in zip(rate[0], second, strict=True)]]
    change = joined([exponent, logs], order, multiplied, 1)
    halves = [entry * HALF % P for entry in power] if order > 1 else []
    return composed(power, halves, change)


def eliminated(series: Series, n: int, order: int) -> tuple[Series, list[int]]:
    """Inverse and determinant of a matrix of series, by Gauss–Jordan elimination over series."""
    empty = [0] * n
    levels: list[list[Entries]] = []
    for degree in range(order + 1):
        flat = series[degree] if degree < len(series) else [0] * (n * n)
        right = [[int(i == j) for j in range(n)] for i in range(n)] if degree == 0 else [empty] * n
        levels.append([[*flat[n * i : n * i + n], *right[i]] for i in range(n)])
    determinant = [1, *([0] * order)]
    for column in range(n):
        pivot = next((i for i in range(column, n) if levels[0][i][column]), None)
        if pivot is None:
            raise Singular
        value = [rows[pivot][column] for rows in levels]
        determinant = [entry[0] for entry in _scaled([[x] for x in determinant], value)]
        scale = [entry[0] for entry in reciprocal([[x] for x in value], order)]
        top = _scaled([rows[pivot] for rows in levels], scale)
        if pivot != column:
            determinant = [-x for x in determinant]
        for rows, row in zip(levels, top, strict=True):
            rows[pivot], rows[column] = rows[column], row
        for i in range(n):
            factor = [rows[i][column] for rows in levels]
            if i != column and any(factor):
                for rows, less in zip(levels, _scaled(top, factor), strict=True):
                    rows[i] = [(x - y) % P for x, y in zip(rows[i], less, strict=True)]
    inverses = [[entry for row in rows for entry in row[n:]] for rows in levels]
    return inverses, [x % P for x in determinant]


def _scaled(row: Series, factor: list[int]) -> Series:
    """A row of series times a series."""
    scaled: Series = []
    for degree, highest in enumerate(row):
        total = [x * factor[0] for x in highest]
        for lower in range(degree):
            times = factor[degree - lower]
            if times:
                total = [t + x * times for t, x in zip(total, row[lower], strict=True)]
        scaled.append([t % P for t in total])
    return scaled
