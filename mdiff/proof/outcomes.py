"""What may be found at a point instead of a value."""

from __future__ import annotations


class Singular(Exception):  # noqa: N818 - no error, and it never leaves the room
    """A matrix to be inverted is singular, or a number to be divided by is zero."""


class Undefined(Exception):  # noqa: N818 - as Singular
    """The point is outside the domain, or on a kink."""


class Unsupported(Exception):  # noqa: N818 - as Singular
    """These numbers do not know this function."""


class Void:
    """What a function is where it has no value; times zero it is zero, else it stays what it is.

    So `0^c log 0` is 0 off the diagonal of a diagonal matrix, and what is not read does not count.
    """

    def _stays(self, _: object) -> Void:
        return self

    __add__ = __radd__ = __sub__ = __rsub__ = __mod__ = _stays

    def __mul__(self, other: object) -> object:
        return self if isinstance(other, Void) or other else 0

    __rmul__ = __mul__

    def __neg__(self) -> Void:
        return self

    def _fails(self, *_: object) -> float:
        raise Undefined("no value at zero")

    __abs__ = __float__ = __complex__ = __lt__ = __gt__ = __le__ = __pow__ = __rpow__ = _fails
