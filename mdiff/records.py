"""Problems, as records or lines of text → one result each, in order; prints nothing.

A record's failure is its own: whatever goes wrong becomes that record's result.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, TypedDict

from mdiff import api
from mdiff.errors import MdiffError, fail, unexpected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from mdiff.api import Answer

    Named = tuple[str | int | None, Callable[[], "Record"]]
    """A problem's id, None where it has none, and the problem itself, made when it is wanted."""

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
    """What is told of one problem; `code` and `message` say why where `status` is not `ok`.

    `expr`, `wrt` and `kind` are what was asked, as far as it could be read; `reading` says how the
    text was understood where that could surprise, "" where it could not.
    """

    id: object
    status: Status
    expr: str | None
    wrt: str | None
    kind: str | None
    plain: str | None
    unicode: str | None
    latex: str | None
    shape: str | None
    shapes: dict[str, str] | None
    reading: str | None
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


def batch(
    problems: Iterable[str | Mapping[str, object]], *, seed: int | None = 0, strict: bool = False
) -> Iterator[Result]:
    """Answer many problems, one result each, in order, each when it is asked for.

    A problem is a line of text, `EXPR [; wrt X] [# id]`, or a mapping with `expr` and, where
    wanted, `id`, `wrt`, `kind` (`grad`, `differential`, `jac`, `hess`), `vars` (a name's `shape`
    and `props`) and `structure`. A result is a dictionary with the keys of `Result`; whatever is
    wrong with a problem is told in its own (`status`, `code`, `message`), and raises nothing.
    Without an `id` a problem is called by its number, from 1; blank lines have no result.

    Answers are proved at points of `seed`, or not at all where it is None. `strict` refuses
    problems whose text could be read in another way (E118).

    >>> [each["plain"] for each in batch(["x^T x", {"expr": "tr(A X)", "wrt": "X"}])]
    ['2*x', "A'"]
    """
    for number, problem in enumerate(problems, 1):
        result = _solved(partial(_from_given, problem), number, seed, strict=strict)
        if result is not None:
            yield result


def source_of(name: str) -> Source:
    """How a file of that name is written, by its suffix alone."""
    return "jsonl" if name.endswith(".jsonl") else "plain"


def solve(
    stream: BinaryIO, source: Source, seed: int | None = 0, *, strict: bool = False
) -> Iterator[Result]:
    """The results of a stream's records, one at a time, in order, as `batch` gives them.

    Memory does not grow with the number of records. A record without an id has its line's number.
    """
    for number, line in _lines(stream):
        result = _solved(partial(_from_bytes, line, source), number, seed, strict=strict)
        if result is not None:
            yield result


def _solved(
    made: Callable[[], Named | None], number: int, seed: int | None, *, strict: bool
) -> Result | None:
    """The result of a problem; None where there is none, as on a blank line."""
    began = time.perf_counter()
    result = _failure(number, "crash", "E901", "nothing was answered")
    try:
        named = made()
        if named is None:
            return None
        identity, record = named
        if identity is not None:
            result["id"] = identity
        _answer(record(), result, seed, strict=strict)
    except MdiffError as error:
        _fill(result, "error", error.diagnostic.code, error.diagnostic.message)
    except Exception as error:  # noqa: BLE001 - the other records are to be answered
        _fill(result, "crash", "E901", unexpected(error).diagnostic.message)
    result["seconds"] = round(time.perf_counter() - began, 6)
    return result


def _from_given(problem: object) -> Named | None:
    """The problem that is a line or a mapping."""
    if isinstance(problem, str):
        return _from_line(problem)
    if isinstance(problem, Mapping):
        return _from_mapping(problem)
    raise fail("E052", f"a problem is a line or a mapping, and this is a {type(problem).__name__}")


def _from_bytes(line: bytes, source: Source) -> Named | None:
    """The problem on a line of a file."""
    text = _decode(line)
    if source == "plain":
        return _from_line(text)
    entry = _parse_object(text)
    return None if entry is None else _from_mapping(entry)


def _from_line(text: str) -> Named | None:
    """The problem on a plain line, `EXPR [; wrt X] [# id]`."""
    text, _, name = text.partition("#")
    if not text.strip():
        return None
    return name.strip() or None, lambda: _from_plain(text)


def _from_mapping(entry: Mapping[str, object]) -> Named:
    """The problem that a record states."""
    return _identity(entry), lambda: _from_json(entry)


def _answer(record: Record, result: Result, seed: int | None, *, strict: bool) -> None:
    """Ask, prove where there is a seed, and fill the result in."""
    result["expr"], result["kind"] = record.expression, record.kind
    result["wrt"] = ",".join(record.wrt) or None
    answer = _asked(record, strict=strict)
    result["wrt"] = answer.wrt
    plain, latex = answer.plain, answer.latex
    proof = None if seed is None else answer.check(seed)
    if proof is not None and proof.verdict == "refuted":
        message = f"internal error: the answer is not the derivative ({proof.why}): please report"
        _fill(result, "refuted", "E902", f"{message} `{plain}`")
        result["proof"] = proof.json()
        return
    result["shape"], result["shapes"] = answer.shape, answer.shapes
    result["reading"], result["conditions"] = answer.reading, list(answer.conditions)
    result["plain"], result["unicode"], result["latex"] = plain, answer.unicode, latex
    result["proof"] = None if proof is None else proof.json()
    result["status"], result["code"], result["message"] = "ok", None, None


def _asked(record: Record, *, strict: bool) -> Answer:
    """The answer to a record; Jacobians are in numerator layout."""
    text, wrt, let = record.expression, record.wrt, record.let
    match record.kind:
        case "differential":
            return api.d(text, wrt or None, let, strict=strict)
        case "hess":
            return api.hess(text, wrt or None, let, strict=strict)
        case "jac":
            return api.jac(text, wrt or None, let, strict=strict)
        case _:
            if len(wrt) > 1:
                message = "a gradient of the batch is by one variable, and `wrt` names several"
                raise fail("E052", message)
            name = wrt[0] if wrt else None
            return api.grad(text, name, let, structure=record.structure, strict=strict)


def _failure(identity: object, status: Status, code: str, message: str) -> Result:
    """A result without an answer."""
    return Result(
        id=identity,
        status=status,
        expr=None,
        wrt=None,
        kind=None,
        plain=None,
        unicode=None,
        latex=None,
        shape=None,
        shapes=None,
        reading=None,
        conditions=None,
        proof=None,
        message=message,
        code=code,
        seconds=0.0,
    )


def _fill(result: Result, status: Status, code: str, message: str) -> None:
    """Make a result one without an answer; what was asked stays."""
    asked = result["expr"], result["wrt"], result["kind"]
    result.update(_failure(result["id"], status, code, message))
    result["expr"], result["wrt"], result["kind"] = asked


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


def _identity(entry: Mapping[str, object]) -> str | int | None:
    """The record's id; None where it has none that could be one."""
    identity = entry.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        return None
    return identity


def _text(entry: Mapping[str, object], key: str, default: str | None = None) -> str:
    """A text of the record."""
    value = entry.get(key, default)
    if value is None:
        raise fail("E052", f"the record has no `{key}`")
    if not isinstance(value, str):
        raise fail("E052", f"`{key}` of the record is not a text")
    return value


def _from_json(entry: Mapping[str, object]) -> Record:
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
