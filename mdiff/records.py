"""Problems, as records or lines of text → one result each, in order; prints nothing.

A record's failure is its own: whatever goes wrong becomes that record's result.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, TypedDict, cast

from mdiff import kinds
from mdiff.answer import existing
from mdiff.errors import MdiffError, fail, unexpected
from mdiff.limits import Limits, within
from mdiff.question import Question, names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

Source = Literal["jsonl", "plain"]

LONGEST_LINE = 1_000_000
"""Bytes of a line; longer ones are refused without being kept."""

KINDS = {row.record: kind for kind, row in kinds.ROWS.items() if row.record}
STRUCTURES = ("ambient", "projected")

_NAME = re.compile(r"[^\W\d_]\w*")
_SIZE = re.compile(r"[^\W\d_]\w*|[1-9][0-9]{0,8}")

Status = Literal["ok", "error", "refuted", "timeout", "crash"]
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


def batch(
    problems: Iterable[str | Mapping[str, object]],
    *,
    seed: int | None = 0,
    strict: bool = False,
    timeout: float = 0,
    memory: float = 0,
) -> Iterator[Result]:
    """Answer many problems, one result each, in order, each when it is asked for.

    A problem is a line of text, `EXPR [; wrt X] [# id]`, or a mapping with `expr` and, where
    wanted, `id`, `wrt`, `kind` (`grad`, `differential`, `jac`, `hess`), `vars` (a name's `shape`
    and `props`) and `structure`. A result is a dictionary with the keys of `Result`; whatever is
    wrong with a problem is told in its own (`status`, `code`, `message`), and raises nothing.
    Without an `id` a problem is called by its number, from 1; blank lines have no result.

    Answers are proved at points of `seed`, or not at all where it is None. `strict` refuses
    problems whose text could be read in another way (E118). `timeout` seconds and `memory` MiB are
    what one problem may take, where they are not 0 (in the main thread: a timer's signal tells).

    >>> [each["plain"] for each in batch(["x^T x", {"expr": "tr(A X)", "wrt": "X"}])]
    ['2*x', "A'"]
    """
    reads = ((number, partial(_given, each)) for number, each in enumerate(problems, 1))
    return _results(reads, seed, Limits(timeout, memory), strict=strict)


def source_of(name: str) -> Source:
    """How a file of that name is written, by its suffix alone."""
    return "jsonl" if name.endswith(".jsonl") else "plain"


def solve(
    stream: BinaryIO,
    source: Source,
    seed: int | None = 0,
    limits: Limits | None = None,
    *,
    strict: bool = False,
) -> Iterator[Result]:
    """The results of a stream's records, one at a time, in order, as `batch` gives them.

    Memory does not grow with the number of records. A record without an id has its line's number.
    """
    reads = ((number, partial(_entry, line, source)) for number, line in _lines(stream))
    return _results(reads, seed, limits or Limits(), strict=strict)


def _results(
    reads: Iterable[tuple[int, Callable[[], str | Mapping[str, object]]]],
    seed: int | None,
    limits: Limits,
    *,
    strict: bool,
) -> Iterator[Result]:
    """The results of numbered problems; what reads one may fail, which is its own failure."""
    for number, read in reads:
        began = time.perf_counter()
        identity: str | int = number
        question = None
        try:
            problem = read()
            if isinstance(problem, str):
                text, _, name = problem.partition("#")
                if not text.strip():
                    continue
                identity = name.strip() or number
                question = _from_plain(text)
            else:
                given = problem.get("id")
                if isinstance(given, str | int) and not isinstance(given, bool):
                    identity = given
                question = _from_json(problem)
            question = question.but(strict=strict)
            result = within(limits, partial(_answered, identity, question, seed))
        except MdiffError as error:
            told = error.diagnostic
            status: Status = "timeout" if told.code == "E305" else "error"
            result = _result(identity, question, status, told.code, told.message)
        except Exception as error:  # noqa: BLE001 - the other records are to be answered
            message = unexpected(error).diagnostic.message
            result = _result(identity, question, "crash", "E901", message)
        result["seconds"] = round(time.perf_counter() - began, 6)
        yield result


def _answered(identity: str | int, question: Question, seed: int | None) -> Result:
    """The answer to a question, proved where there is a seed; Jacobians in numerator layout."""
    if len(question.wrt) > 1 and kinds.ROWS[question.kind].by == "each":
        message = "a gradient of the batch is by one variable, and `wrt` names several"
        raise fail("E052", message)
    answer = kinds.answer(question)
    plain, latex = answer.plain, answer.latex
    proof = None if seed is None else existing(answer.check(seed), question.expr)
    if proof is not None and proof.contradicted:
        why = f"the answer is not the derivative ({proof.why})"
        message = f"internal error: {why}: please report `{plain}`"
        result = _result(identity, question, "refuted", "E902", message)
    else:
        result = _result(identity, question, "ok")
        result["shape"], result["shapes"] = answer.shape, answer.shapes
        result["reading"], result["conditions"] = answer.reading, list(answer.conditions)
        result["plain"], result["unicode"], result["latex"] = plain, answer.unicode, latex
    result["wrt"], result["proof"] = answer.wrt, None if proof is None else proof.json()
    return result


def _result(
    id_: str | int,
    question: Question | None,
    status: Status,
    code: str | None = None,
    message: str | None = None,
) -> Result:
    """A result without an answer; what was asked is told as far as it was read."""
    result = cast("Result", dict.fromkeys(Result.__annotations__))
    result["id"], result["status"], result["code"], result["message"] = id_, status, code, message
    if question is not None:
        result["expr"], result["wrt"] = question.expr, ",".join(question.wrt) or None
        result["kind"] = kinds.ROWS[question.kind].record
    return result


# ------------------------------------------------------------------------------ what is read


def _given(problem: object) -> str | Mapping[str, object]:
    """The problem, if it is one."""
    if isinstance(problem, str | Mapping):
        return problem
    raise fail("E052", f"a problem is a line or a mapping, and this is a {type(problem).__name__}")


def _entry(line: bytes, source: Source) -> str | Mapping[str, object]:
    """What stands on a line of a file: a text, or the object of a record."""
    line = line.rstrip(b"\r\n")
    if len(line) > LONGEST_LINE:
        raise fail("E002", f"a line of more than {LONGEST_LINE} bytes is not read")
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise fail("E051", f"byte {error.start + 1} of the line is not UTF-8") from None
    if source == "plain" or not text.strip():
        return text
    try:
        entry: object = json.loads(text)
    except ValueError as error:
        raise fail("E052", f"the line is not JSON: {error}") from None
    except RecursionError:
        raise fail("E052", "the line is not JSON: nested too deeply") from None
    if not isinstance(entry, dict):
        raise fail("E052", "the line is not a JSON object")
    return entry


def _lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of one that is too long only its beginning, which is too long as well."""
    number = 0
    while line := stream.readline(LONGEST_LINE + 2):
        number += 1
        rest = line
        while not rest.endswith(b"\n") and len(rest) == LONGEST_LINE + 2:
            rest = stream.readline(LONGEST_LINE + 2)
        yield number, line


def _text(entry: Mapping[str, object], key: str, default: str | None = None) -> str:
    """A text of the record."""
    value = entry.get(key, default)
    if value is None:
        raise fail("E052", f"the record has no `{key}`")
    if not isinstance(value, str):
        raise fail("E052", f"`{key}` of the record is not a text")
    return value


def _from_json(entry: Mapping[str, object]) -> Question:
    """The problem that a record states."""
    kind = _text(entry, "kind", "grad")
    if kind not in KINDS:
        known = _listed(tuple(KINDS))
        raise fail("E351", f"records of kind `{kind}` are not supported, only {known}")
    structure = _text(entry, "structure", "projected")
    if structure not in STRUCTURES:
        known = _listed(STRUCTURES)
        raise fail("E451", f"structure `{structure}` is not supported, only {known}")
    variables = entry.get("vars", {})
    if not isinstance(variables, dict):
        raise fail("E052", "`vars` of the record is not an object")
    let = tuple(_declaration(name, value) for name, value in variables.items())
    wrt = names_of(_text(entry, "wrt", ""))
    return Question(_text(entry, "expr"), wrt, let, KINDS[kind], structure=structure)


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


def _from_plain(text: str) -> Question:
    """The problem on a plain line, `EXPR [; wrt X]`: the gradient of the expression."""
    expression, semicolon, last = text.rpartition(";")
    words = last.split(maxsplit=1)
    if semicolon and words and words[0] == "wrt":
        return Question(expression.strip(), names_of(words[1:]))
    return Question(text.strip())
