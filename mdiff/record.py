"""Frozen records with slots, from annotated names; nothing here knows what is recorded.

`class Point(Record): x: int; y: int = 0` has slots, an `__init__` by place and by name, a `repr`,
and matches by its fields in a `case`. That nothing assigns to a field is for the type checker to
see. A class costs some microseconds at import: its `__init__` is written when first called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Self, TypeVar, cast, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class _Derived:
    """How a field follows from the others."""

    __slots__ = ("compute",)

    def __init__(self, compute: Callable[[Any], object]) -> None:
        self.compute = compute


def derived(
    compute: Callable[[Any], Value],
    *,
    init: Literal[False] = False,  # noqa: ARG001 - told to the type checker
) -> Value:
    """Give a field that is no argument: computed once from the record, in the order of fields."""
    return cast("Value", _Derived(compute))


@dataclass_transform(eq_default=False, frozen_default=True, field_specifiers=(derived,))
class _Fields(type):
    """Makes slots of annotations, and defaults of the values given there."""

    record_fields: tuple[str, ...]
    record_arguments: tuple[str, ...]
    record_defaults: dict[str, Any]
    record_equal: bool

    def __new__(
        mcs, name: str, bases: tuple[type, ...], body: dict[str, Any], *, eq: bool = False
    ) -> _Fields:
        """`eq`: equal and hashed by the fields, not by identity."""
        own = [
            field
            for field, kind in body.get("__annotations__", {}).items()
            if not str(kind).startswith("ClassVar")
        ]
        parent = next((base for base in bases if isinstance(base, _Fields)), None)
        given = {field: body.pop(field) for field in own if field in body}
        fields = (*(parent.record_fields if parent else ()), *own)
        given = {**(parent.record_defaults if parent else {}), **given}
        body["__slots__"] = tuple(own)
        arguments = tuple(f for f in fields if not isinstance(given.get(f), _Derived))
        body["record_fields"], body["record_defaults"] = fields, given
        body["record_arguments"] = body["__match_args__"] = arguments
        body.setdefault("__init__", _first)
        body["record_equal"] = eq or (parent is not None and parent.record_equal)
        if body["record_equal"]:
            body.setdefault("__eq__", _equal)
            body.setdefault("__hash__", _hash)
        return super().__new__(mcs, name, bases, body)


def _first(self: Record, *args: object, **named: object) -> None:
    """Write the class's `__init__` from its own fields (no text but their names), and call it."""
    kind = type(self)
    arguments, lines = ["self"], ["pass"]
    for field in kind.record_fields:
        given = kind.record_defaults.get(field, _first)
        if isinstance(given, _Derived):
            lines.append(f"self.{field} = _given[{field!r}].compute(self)")
            continue
        arguments.append(field if given is _first else f"{field}=_given[{field!r}]")
        lines.append(f"self.{field} = {field}")
    space: dict[str, Any] = {"_given": kind.record_defaults}
    text = f"def __init__({', '.join(arguments)}):\n    " + "\n    ".join(lines)
    if kind.record_equal:  # as fast as by hand, for sizes are compared all the time
        same = " and ".join(f"self.{f} == other.{f}" for f in kind.record_arguments) or "True"
        values = "".join(f"self.{f}, " for f in kind.record_arguments)
        text += f"\ndef __eq__(self, other):\n    return type(self) is type(other) and {same}"
        text += f"\ndef __hash__(self):\n    return hash((type(self), {values}))"
    exec(text, space)  # noqa: S102 - the class statement's own names
    for name, slow in (("__init__", _first), ("__eq__", _equal), ("__hash__", _hash)):
        if vars(kind).get(name) is slow:
            setattr(kind, name, space[name])
    kind.__init__(self, *args, **named)


def _equal(self: Record, other: object) -> bool:
    return type(self) is type(other) and _values(self) == _values(cast("Any", other))


def _hash(self: Record) -> int:
    return hash((type(self), *_values(self)))


def _values(record: Record) -> list[object]:
    return [getattr(record, field) for field in type(record).record_arguments]


class Record(metaclass=_Fields):
    """The base of all records."""

    def __repr__(self) -> str:
        """Name and fields, as one would write the record."""
        kind = type(self)
        shown = ", ".join(f"{field}={getattr(self, field)!r}" for field in kind.record_arguments)
        return f"{kind.__name__}({shown})"

    def but(self, **changed: object) -> Self:
        """The record with some fields changed; what is derived is derived again."""
        kind = type(self)
        kept = {field: getattr(self, field) for field in kind.record_arguments}
        return kind(**{**kept, **changed})
