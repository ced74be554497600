"""Records, as JSON objects or plain lines → one result each, in order; prints nothing.

A record's failure is its own: whatever goes wrong becomes that record's result.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Literal, TypedDict

from mdiff import api
from mdiff.errors import MdiffError, fail, unexpected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from mdiff.api import Answer

Source = Literal["jsonl", "plain"]

LONGEST_LINE = 1_000_000
"""Bytes of a line; longer ones are refused without being kept."""

KINDS = ("grad", "jac", "hess", "differential")
STRUCTURES = ("ambient", "projected")

_NAME = re.compile(r"[^\W\d_]\w*")
_SIZE = re.compile(r"[^\W\d_]\w*|[1-9][0-9]{0,8}")


Status = Literal["ok", "error", "refuted", "crash"]
"""`ok`: answered, and `proof` says how surely; `refuted`: the answer failed its proof."""


class Result(TypedDict):
    """What is told of one record; `code` and `message` say why where `status` is not `ok`."""

    id: object
    status: Status
    plain: str | None
    latex: str | None
    shape: str | None
    conditions: list[str] | None
    proof: dict[str, str | int | float | None] | None
    message: str | None
    code: str | None
    seconds: float


class Record:
    """One problem of a batch, as it is asked."""

    __slots__ = ("expression", "kind", "let", "structure", "wrt")

    def __init__(
        self,
        expression: str,
        wrt: tuple[str, ...],
        kind: str = "grad",
        let: tuple[str, ...] = (),
        structure: str = "projected",
    ) -> None:
        self.expression = expression
        self.wrt = wrt
        self.kind = kind
        self.let = let
        self.structure = structure


def source_of(name: str) -> Source:
    """How a file of that name is written, by its suffix alone."""
    return "jsonl" if name.endswith(".jsonl") else "plain"


def solve(stream: BinaryIO, source: Source, seed: int | None = 0) -> Iterator[Result]:
    """The results of a stream's records, one at a time, in order, proved at points of that seed.

    Memory does not grow with the number of records. A record without an id has its line's number.
    """
    for number, line in _lines(stream):
        began = time.perf_counter()
        result = _failure(number, "crash", "E901", "nothing was answered")
        try:
            if source == "jsonl":
                entry = _parse_object(_decode(line))
                if entry is None:
                    continue
                result["id"] = _identity(entry, number)
                record = _from_json(entry)
            else:
                text, _, name = _decode(line).partition("#")
                if not text.strip():
                    continue
                result["id"] = name.strip() or number
                record = _from_plain(text)
            _answer(record, result, seed)
        except MdiffError as error:
            _fill(result, "error", error.diagnostic.code, error.diagnostic.message)
        except Exception as error:  # noqa: BLE001 - the other records are to be answered
            _fill(result, "crash", "E901", unexpected(error).diagnostic.message)
        result["seconds"] = round(time.perf_counter() - began, 6)
        yield result


def _answer(record: Record, result: Result, seed: int | None) -> None:
    """Ask, prove where there is a seed, and fill the result in."""
    answer = _asked(record)
    plain, latex = answer.plain, answer.latex
    proof = None if seed is None else answer.check(seed)
    if proof is not None and proof.verdict == "refuted":
        message = f"internal error: the answer is not the derivative ({proof.why}): please report"
        _fill(result, "refuted", "E902", f"{message} `{plain}`")
        result["proof"] = proof.json()
        return
    result["shape"] = answer.shape
    result["conditions"] = list(answer.conditions)
    result["plain"], result["latex"] = plain, latex
    result["proof"] = None if proof is None else proof.json()
    result["status"], result["code"], result["message"] = "ok", None, None


def _asked(record: Record) -> Answer:
    """The answer to a record; Jacobians are in numerator layout."""
    text, wrt, let = record.expression, record.wrt, record.let
    match record.kind:
        case "differential":
            return api.d(text, wrt or None, let)
        case "hess":
            return api.hess(text, wrt or None, let)
        case "jac":
            return api.jac(text, wrt or None, let)
        case _:
            if len(wrt) > 1:
                message = "a gradient of the batch is by one variable, and `wrt` names several"
                raise fail("E052", message)
            return api.grad(text, wrt[0] if wrt else None, let, structure=record.structure)


def _failure(identity: object, status: Status, code: str, message: str) -> Result:
    """A result without an answer."""
    return Result(
        id=identity,
        status=status,
        plain=None,
        latex=None,
        shape=None,
        conditions=None,
        proof=None,
        message=message,
        code=code,
        seconds=0.0,
    )


def _fill(result: Result, status: Status, code: str, message: str) -> None:
    """Make a result one without an answer."""
    result.update(_failure(result["id"], status, code, message))


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of one that is too long only its beginning, which is too long as well."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and len(rest) == LONGEST_LINE + 2:
            rest = stream.readline(LONGEST_LINE + 2)
        yield number, line


def _decode(line: bytes) -> str:
    """The line as text, without its newline."""
    line = line.rstrip(b"\r\n")
    if len(line) > LONGEST_LINE:
        raise fail("E002", f"a line of more than {LONGEST_LINE} bytes is not read")
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail("E051", f"byte {error.start + 1} of the line is not UTF-8") from None


def _parse_object(text: str) -> dict[str, object] | None:
    """The JSON object on a line, None for an empty line."""
    if not text.strip():
        return None
    try:
        entry: object = json.loads(text)
    except ValueError as error:
        raise fail("E052", f"the line is not JSON: {error}") from None
    except RecursionError:
        raise fail("E052", "the line is not JSON: nested too deeply") from None
    if not isinstance(entry, dict):
        raise fail("E052", "the line is not a JSON object")
    return entry


def _identity(entry: dict[str, object], number: int) -> str | int:
    """The record's id; its line's number where it has none that could be one."""
    identity = entry.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        return number
    return identity


def _text(entry: dict[str, object], key: str, default: str | None = None) -> str:
    """A text of the record."""
    value = entry.get(key, default)
    if value is None:
        raise fail("E052", f"the record has no `{key}`")
    if not isinstance(value, str):
        raise fail("E052", f"`{key}` of the record is not a text")
    return value


def _from_json(entry: dict[str, object]) -> Record:
    """The problem that a record states."""
    kind = _text(entry, "kind", "grad")
    if kind not in KINDS:
        raise fail("E351", f"records of kind `{kind}` are not supported, only {_listed(KINDS)}")
    structure = _text(entry, "structure", "projected")
    if structure not in STRUCTURES:
        known = _listed(STRUCTURES)
        raise fail("E451", f"structure `{structure}` is not supported, only {known}")
    variables = entry.get("vars", {})
    if not isinstance(variables, dict):
        raise fail("E052", "`vars` of the record is not an object")
    let = tuple(_declaration(name, value) for name, value in variables.items())
    wrt = tuple(name.strip() for name in _text(entry, "wrt", "").split(",") if name.strip())
    return Record(_text(entry, "expr"), wrt, kind, let, structure)


def _listed(names: tuple[str, ...]) -> str:
    """`a`, `b` and `c`."""
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} and {last}"


def _declaration(name: str, value: object) -> str:
    """What `--let` would take: `A: n×k spd`, `phi: R^n -> R`."""
    if not _NAME.fullmatch(name):
        raise fail("E052", f"`{name}` in `vars` is no name")
    if not isinstance(value, dict):
        raise fail("E052", f"`{name}` in `vars` is not an object")
    if value.get("function"):
        argument = _space(_shape(name, value.get("argument", [])))
        return f"{name}: {argument} -> {_space(_shape(name, value.get('shape', [])))}"
    properties = value.get("props", [])
    if not isinstance(properties, list) or not all(
        isinstance(word, str) and _NAME.fullmatch(word) for word in properties
    ):
        raise fail("E052", f"`props` of `{name}` is not a list of words")
    shape = "×".join(_shape(name, value.get("shape"))) or "scalar"
    return " ".join([f"{name}: {shape}", *properties])


def _space(sizes: list[str]) -> str:
    return f"R^{{{'×'.join(sizes)}}}" if sizes else "R"


def _shape(name: str, value: object) -> list[str]:
    """The sizes of a shape: none for a scalar, one for a column, two for a matrix."""
    if not isinstance(value, list) or len(value) > 2:
        raise fail("E052", f"the shape of `{name}` is not a list of at most two sizes")
    sizes = [str(size) for size in value if type(size) in {str, int}]
    if len(sizes) < len(value) or not all(_SIZE.fullmatch(size) for size in sizes):
        raise fail("E052", f"a size of `{name}` is neither a name nor a positive whole number")
    return sizes


def _from_plain(text: str) -> Record:
    """The problem on a plain line, `EXPR [; wrt X]`: the gradient of the expression."""
    expression, semicolon, last = text.rpartition(";")
    words = last.split(maxsplit=1)
    if semicolon and words and words[0] == "wrt":
        names = words[1] if len(words) > 1 else ""
        return Record(expression.strip(), tuple(filter(None, map(str.strip, names.split(",")))))
    return Record(text.strip(), ())
