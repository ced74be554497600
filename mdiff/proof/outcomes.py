"""What may be found at a point instead of a value."""

from __future__ import annotations


class Singular(Exception):  # noqa: N818 - no error, and it never leaves the room
    """A matrix to be inverted is singular, or a number to be divided by is zero."""


class Undefined(Exception):  # noqa: N818 - as Singular
    """The point is outside the domain, or on a kink."""


class Unsupported(Exception):  # noqa: N818 - as Singular
    """These numbers do not know this function."""


class Void:
    """What a function is where it has no value: it stays what it is in sums and products.

    So an entry that is not read does not count. The limit at the end of a domain is zero times
    zero: `0^c log 0` is 0 off the diagonal of a diagonal matrix.
    """

    __slots__ = ("_limit",)

    def __init__(self, *, limit: bool) -> None:
        self._limit = limit

    def _stays(self, _: object = None) -> Void:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mod__ = __neg__ = __truediv__ = __rtruediv__ = (
        _stays
    )

    def __mul__(self, other: object) -> object:
        return 0 if self._limit and not other else self

    __rmul__ = __mul__

    def _fails(self, *_: object) -> float:
        raise Undefined("no value")

    __abs__ = __float__ = __complex__ = __lt__ = __gt__ = __le__ = __pow__ = __rpow__ = _fails


NOTHING, LIMIT = Void(limit=False), Void(limit=True)


def is_void(argument: object) -> bool:
    """Whether a function cannot be taken: of a number, or of a residue with its companions."""
    parts = argument if isinstance(argument, tuple) else (argument,)
    return any(isinstance(part, Void) for part in parts)
