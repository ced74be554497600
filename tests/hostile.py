"""Lines that nobody should type, for `mdiff batch`: what may come of them is an answer or a diagnostic.

`python tests/hostile.py [COUNT [SEED]]` runs them, and tells what ends in a fault, by class, the
smallest first.
"""

import contextlib
import io
import json
import random
import re
import signal
import sys
from collections import defaultdict
from pathlib import Path

from mdiff.functions.table import ALIASES, ROWS, TABLE
from mdiff.records import solve

HERE = Path(__file__).parent
SECONDS = 8
"""After which a line is given up: what is slow is counted, and tested elsewhere."""

FAULTS = ("E901", "E902")

FUNCTIONS = sorted({row.name for row in ROWS} | set(ALIASES))
OPERATORS = [
    "+", "-", "*", "/", ".*", "./", "^", ".^", "@", "⊙", "⊗", ":", "=", ";", ",", "\\", "**", "·",
    "∘", "==", ":=", "'", "^T", "^-1", "^{-1}", "^{", "}", ".T", "²", "⁻¹", "ᵀ", "||", "|", "‖",
    "_F", "_2", "_*", "_1", "!", "?", "->", "<", ">", "&", "#", "%", "$", "~", "`", '"',
]  # fmt: skip
BRACKETS = ["(", ")", "[", "]", "{", "}", "⟨", "⟩", "<", ">", "|", "\\left(", "\\right)"]
NAMES = [
    "A", "B", "X", "Y", "S", "D", "Q", "T", "I", "K", "x", "y", "z", "w", "n", "m", "k", "i", "c",
    "a", "t", "d", "e", "pi", "π", "Σ", "λ", "μ", "σ", "∇", "∂", "dX", "dx", "A_", "A_1", "x_i",
    "W1", "1_n", "I_n", "e_1", "e_i", "lambda", "alpha", "f", "phi", "gradf", "True", "None", "nan",
    "inf", "_", "__",
]  # fmt: skip
NUMBERS = [
    "0", "1", "2", "3", "-1", "1/2", "½", "0.5", "1e3", "1e-300", "1e999", "10^12", ".5", "1.",
    "1i", "0x1", "007", "1_000", "99999999999", "1e-9",
]  # fmt: skip
WORDS = [
    "where", "wrt", "let", "if", "for", "sum_i", "sum_{i=1}^n", "d/dx", "\\frac{", "}{", "\\nabla",
    "\\sum", "\\mathbf{x}", "np.", "X.sum()", "axis=0", "lambda x: x", "import", "\t", "\n", " ",
    "  ", "\x00", "\u200b", "\u202e", "😀", "ﬁ", "é", "Å", "한", "ß", "İ", "\x1b[31m", "\r", "\ufeff",
    "\ud7ff",
]  # fmt: skip
PROPERTIES = [
    "symmetric", "spd", "diagonal", "orthogonal", "lower", "upper", "skew", "toeplitz",
    "symtoeplitz", "positive", "simplex", "complex", "constant", "banded", "",
]  # fmt: skip
SHAPES = (
    [], ["n"], ["n", "n"], ["m", "n"], ["n", 1], [1, "n"], [1, 1], [1], [2, 3], [3, 3], ["n", "k"],
    [0], ["n", "n", "n"], [-1], ["2n"], "n", None, [1.5], ["n*m"], [10**9], [True], ["n+1"],
)  # fmt: skip
KINDS = (
    "grad", "grad", "grad", "differential", "jac", "hess", "jac", "hess", "d", "taylor", "", None,
    3,
)  # fmt: skip


def texts():
    """Good lines, to be spoiled."""
    found = []
    for path in (HERE / "cases.jsonl", HERE / "typed_lines.jsonl", HERE / "false_claims.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            found += [
                entry[key]
                for key in ("expr", "typed", "meant", "claim")
                if isinstance(entry.get(key), str)
            ]
    return sorted(set(found))


def tokens(text):
    return re.findall(r"[A-Za-z_0-9]+|\s+|.", text)


def spoiled(rng, good):
    """A good text with a few changes: tokens or characters dropped, doubled, swapped, put in."""
    parts = tokens(rng.choice(good))
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 6])):
        at = rng.randrange(len(parts) + 1)
        match rng.randrange(7):
            case 0:
                parts[at : at + rng.randint(1, 3)] = []
            case 1:
                parts[at:at] = parts[at : at + rng.randint(1, 6)] or ["x"]
            case 2:
                parts[at:at] = [
                    rng.choice(rng.choice([OPERATORS, BRACKETS, NAMES, NUMBERS, WORDS, FUNCTIONS]))
                ]
            case 3 if at < len(parts):
                parts[at] = rng.choice(rng.choice([OPERATORS, NAMES, NAMES, NUMBERS, FUNCTIONS]))
            case 4:
                other = tokens(rng.choice(good))
                parts[at:] = other[rng.randrange(len(other)) :]
            case 5 if at + 1 < len(parts):
                parts[at], parts[at + 1] = parts[at + 1], parts[at]
            case _:
                parts = [rng.choice(FUNCTIONS), "(", *parts, ")"]
        parts = parts or ["x"]
    return "".join(parts)


def soup(rng):
    """Tokens in no order."""
    kinds = [OPERATORS, BRACKETS, NAMES, NAMES, NUMBERS, FUNCTIONS, WORDS]
    return rng.choice(["", " "]).join(
        rng.choice(rng.choice(kinds)) for _ in range(rng.randint(1, 14))
    )


def built(rng, depth):
    """An expression that parses: any function of anything, with any number of arguments or nearly so."""
    if depth <= 0 or rng.random() < 0.15:
        return rng.choice(
            [
                "x",
                "y",
                "X",
                "Y",
                "A",
                "B",
                "c",
                "a",
                "z",
                "S",
                "D",
                "n",
                "2",
                "1/2",
                "0",
                "eye(n)",
                "ones(n)",
                "e_1",
                "zeros(n,n)",
                "K(n,n)",
                "D(n)",
                "pi",
                "ones(m,n)",
                "p",
            ]
        )
    part = lambda: built(rng, depth - 1 - rng.randrange(2))  # noqa: E731 - short is clear here
    match rng.randrange(12):
        case 0 | 1 | 2 | 3:
            rows = TABLE[rng.choice(sorted(TABLE))]
            count = len(rng.choice(rows).parameters)
            count = count if rng.random() < 0.97 else rng.randrange(4)
            dot = "." if rng.random() < 0.02 else ""
            return f"{rng.choice(rows).name}{dot}({','.join(part() for _ in range(count))})"
        case 4 | 5 | 6:
            operator = rng.choice(
                ["*", "*", " ", ".*", "./", "/", "+", "-", "+", "⊗", "@", "\\", ":"]
            )
            return f"({part()}{operator}{part()})"
        case 7:
            exponent = rng.choice(
                [
                    "2",
                    "3",
                    "-1",
                    "-2",
                    "0",
                    "1/2",
                    "1/3",
                    "k",
                    "c",
                    "x",
                    "-T",
                    "1000",
                    "n",
                    "(n-2)",
                    "-c",
                    "0.5",
                ]
            )
            return f"({part()}){rng.choice(['^', '^', '.^'])}{exponent if exponent == '-T' else f'({exponent})'}"
        case 8:
            return f"({part()})'"
        case 9:
            return f"{rng.choice(['||', 'tr', 'sum', 'det', '-', 'log det'])}({part()})".replace(
                "||(", "||(", 1
            )
        case 10:
            return f"||{part()}||" + rng.choice(["", "^2", "_F", "_F^2", "_1", "_2", "_*"])
        case _:
            return f"sum({part()})"


SIGNATURES = defaultdict(list)
"""Rows by the kind of their result: scalar, column, matrix."""
for _row in ROWS:
    SIGNATURES[{"scalar": "1"}.get(_row.result, "nn" if "×" in _row.result else "n")].append(_row)

LEAVES = {
    "1": ["c", "a", "k", "2", "1/2", "n", "0", "pi", "-1", "10^9", "T"],
    "n": ["x", "y", "z", "p", "ones(n)", "e_1", "zeros(n)"],
    "nn": ["X", "Y", "S", "D", "L", "Q", "H", "eye(n)", "ones(n,n)", "0*X"],
}  # fmt: skip

SQUARE = {
    **{name: {"shape": ["n", "n"], "props": []} for name in "XY"}, "S": {"shape": ["n", "n"], "props": ["symmetric"]},
    "H": {"shape": ["n", "n"], "props": ["spd"]}, "D": {"shape": ["n", "n"], "props": ["diagonal"]},
    "L": {"shape": ["n", "n"], "props": ["lower"]}, "Q": {"shape": ["n", "n"], "props": ["orthogonal"]},
    **{name: {"shape": ["n"], "props": []} for name in "xy"}, "z": {"shape": ["n"], "props": ["positive"]},
    "p": {"shape": ["n"], "props": ["simplex"]}, **{name: {"shape": [], "props": []} for name in "cakT"},
}  # fmt: skip


def fitting(rng, shape, depth):
    """An expression whose shapes fit, all of one size, of any functions of the table."""
    if depth <= 0:
        return rng.choice(LEAVES[shape])

    def part(kind):
        return fitting(rng, kind, depth - rng.choice([1, 1, 2]))

    patterns = {
        "1": ["{n}'*{n}", "{n}'*{nn}*{n}", "{1}*{1}", "{1}/{1}", "tr({nn})", "{1}^{1}", "||{n}||", "sum({nn})", "{1}^2", "1/{1}", "{1}^(1/2)", "{1} : {1}"],
        "n": ["{nn}*{n}", "{nn} \\ {n}", "{1}*{n}", "{n}.*{n}", "{n}./{n}", "{n}.^{1}", "{n}/{1}", "{n}.^2", "diag({nn})", "{nn}'*{n}"],
        "nn": ["{nn}*{nn}", "{nn}'", "{nn}.*{nn}", "{nn}./{nn}", "{nn}^2", "{nn}^-1", "{nn}^k", "{n}*{n}'", "diag({n})", "{1}*{nn}", "{nn}.^{1}", "{nn}.^(1/2)", "{nn}/{nn}", "kron({1},{nn})"],
    }  # fmt: skip
    if rng.random() < 0.5:
        pattern = rng.choice(
            [*patterns[shape], f"{{{shape}}} + {{{shape}}}", f"{{{shape}}} - {{{shape}}}"]
        )
        return "(" + re.sub(r"\{(\w+)\}", lambda found: part(found[1]), pattern) + ")"
    row = rng.choice(SIGNATURES[shape])
    if row.by_elements and rng.random() < 0.7:
        return f"{row.name}({', '.join(part(shape) for _ in row.parameters)})"
    kinds = [
        "1" if text == "scalar" else "nn" if "×" in text else "n" for _, text in row.parameters
    ]
    return f"{row.name}({', '.join(part(kind) for kind in kinds)})"


def fitting_record(rng):
    """A record of which most are answered."""
    expr = fitting(rng, rng.choice(["1", "1", "1", "n", "nn"]), rng.randint(1, 4))
    kind = rng.choice(KINDS[:8])
    if kind in ("grad", "hess") and rng.random() < 0.5:
        expr = f"sum({expr})"
    used = [name for name in SQUARE if re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", expr)] or [
        "x"
    ]
    declared = {name: SQUARE[name] for name in used}
    entry = {"expr": expr, "kind": kind, "wrt": rng.choice(used), "vars": declared}
    return json.dumps(entry).encode()


def plain(rng, good):
    """A line of a plain file."""
    match rng.randrange(10):
        case 0 | 1 | 2:
            text = spoiled(rng, good)
        case 3:
            text = soup(rng)
        case 4:
            text = "; ".join(
                [f"{rng.choice(NAMES)} = {built(rng, 2)}" for _ in range(rng.randint(1, 3))]
                + [built(rng, 2)]
            )
        case _:
            text = built(rng, rng.randint(1, 5))
    text = text.replace("\n", " ").replace("#", "")
    if rng.random() < 0.6:
        text += f" ; wrt {rng.choice(['x', 'X', 'c', 'y', 'A', rng.choice(NAMES), 'x,X', ''])}"
    return text.encode("utf-8", "replace")


def record(rng, good):
    """A line of a file of records."""
    expr = spoiled(rng, good) if rng.random() < 0.3 else built(rng, rng.randint(1, 4))
    if rng.random() < 0.4:
        expr = f"sum({expr})"
    declared = {}
    for name in rng.sample(
        ["x", "y", "X", "Y", "A", "S", "D", "c", "p", "T", "A_", "n"], rng.randint(0, 5)
    ):
        shape = rng.choice(SHAPES[:7]) if rng.random() < 0.95 else rng.choice(SHAPES)
        declared[name] = {
            "shape": shape,
            "props": [p for p in rng.sample(PROPERTIES, rng.choice([0, 0, 1, 1, 2])) if p],
        }
    entry = {
        "expr": expr,
        "vars": declared,
        "kind": rng.choice(KINDS[:8]) if rng.random() < 0.97 else rng.choice(KINDS),
    }
    if rng.random() < 0.9:
        entry["wrt"] = rng.choice(["x", "X", "c", "S", "D", "A", "x,X", rng.choice(NAMES)])
    if rng.random() < 0.2:
        entry["structure"] = rng.choice(["ambient", "projected", "entries", ""])
    if rng.random() < 0.02:
        entry[rng.choice(list(entry))] = rng.choice([None, 1, [], {}, "", [[]], True, 1e999])
    return json.dumps(entry, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")


def lines(count, seed=1):
    """(source, line), reproducible."""
    rng, good = random.Random(seed), texts()
    for number in range(count):
        match number % 20:
            case 0:
                raw = bytes(rng.choices(range(256), k=rng.randint(1, 40))).replace(b"\n", b" ")
                yield rng.choice(["plain", "jsonl"]), raw
            case 1:
                line = bytearray(record(rng, good))
                line[rng.randrange(len(line))] = rng.randrange(256)
                yield "jsonl", bytes(line).replace(b"\n", b" ")
            case turn if turn < 8:
                yield "plain", plain(rng, good)
            case turn if turn < 16:
                yield "jsonl", fitting_record(rng)
            case _:
                yield "jsonl", record(rng, good)


class LateError(BaseException):
    """Not an `Exception`: nothing below catches it."""


@contextlib.contextmanager
def patience(seconds):
    def late(*_):
        raise LateError

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(source, line):
    """(status, code, message) of a line; `late` where it was given up, `raised` where it left batch."""
    try:
        with patience(SECONDS):
            results = list(solve(io.BytesIO(line), source))
            json.dumps(results)
    except LateError:
        return "late", "late", ""
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        return "raised", type(error).__name__, str(error)
    if not results:
        return "blank", "", ""
    return results[0]["status"], results[0]["code"] or "", results[0]["message"] or ""


def is_fault(found):
    status, code, _ = found
    return status in ("crash", "refuted", "raised") or code in FAULTS


def main():
    count, seed = ([int(word) for word in sys.argv[1:]] + [20_000, 1][len(sys.argv) - 1 :])[:2]
    codes, faults = defaultdict(int), defaultdict(list)
    for number, (source, line) in enumerate(lines(count, seed)):
        found = outcome(source, line)
        codes[found[:2]] += 1
        if is_fault(found) or found[0] == "late":
            message = re.sub(r"`.*", "", found[2])[:110]
            faults[found[0], found[1], message].append((len(line), number, line))
    for key, met in sorted(faults.items(), key=lambda item: -len(item[1])):
        sys.stdout.write(f"{len(met)} × {key}\n")
        for _, number, line in sorted(met)[:4]:
            sys.stdout.write(f"      #{number} {line!r}\n")
    sys.stdout.write(f"{dict(sorted(codes.items(), key=lambda item: -item[1]))}\n")


if __name__ == "__main__":
    main()
