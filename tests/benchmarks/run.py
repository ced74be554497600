"""What mdiff costs, as a table: start, memory, textbook problems, a batch, and growth with size.

    python -m venv fresh && fresh/bin/pip install . && fresh/bin/python tests/benchmarks/run.py

measures the installed package, with its compiled modules, as users have it. Run from a checkout it
would measure an editable install. Parts can be named: `run.py start problems batch growth second`.

Times of whole processes are medians of runs that alternate with the ones they are compared to; times
in process are medians, or the best of three where the growth with size is fitted. No test asserts
them: they depend on the machine.
"""

import io
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
RUNS = 21
SIZES = (10, 30, 100, 300, 1000)
DEPTHS = (3, 10, 30, 100)

FIRST = ("grad", "log det(A^T X A)", "--wrt", "X")
LIBRARIES = "import typer, lark"
RESIDENT = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(open("/proc/self/status").read()))
from mdiff.__main__ import main
main()
"""


def environment():
    """This one, but compiled modules are written and used."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONIOENCODING": "utf-8"}


def whole(*words):
    """Seconds that a whole process takes, started where no checkout is."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        subprocess.run(words, check=True, cwd=folder, env=environment(), capture_output=True)
        return time.perf_counter() - began


def tell(what, measured, target=""):
    sys.stdout.write(f"{what:<62} {measured:>12}  {target}\n")
    sys.stdout.flush()


def milliseconds(seconds):
    return f"{1000 * seconds:.2f} ms"


def start():
    """The first example, against the libraries that it cannot do without."""
    command = Path(sys.executable).parent / "mdiff"
    runs = {
        "python -c pass": (sys.executable, "-c", "pass"),
        f"python -c '{LIBRARIES}'": (sys.executable, "-c", LIBRARIES),
        "mdiff grad 'log det(A^T X A)' --wrt X": (str(command), *FIRST),
    }
    for words in runs.values():
        whole(*words)
    taken = {name: [] for name in runs}
    for _ in range(RUNS):
        for name, words in runs.items():
            taken[name].append(whole(*words))
    medians = [statistics.median(times) for times in taken.values()]
    for name, median in zip(runs, medians, strict=True):
        tell(name, milliseconds(median))
    tell("  ratio to the libraries", f"{medians[2] / medians[1]:.2f}", "≤ 1.5")
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", RESIDENT, *FIRST],
            check=True, cwd=folder, env=environment(), capture_output=True, text=True,
        )  # fmt: skip
    peak = next(line.split()[1] for line in done.stderr.splitlines() if line[:6] == "VmHWM:")
    tell("  its peak memory", f"{int(peak) / 1024:.1f} MB", "≤ 60 MB")


def problems():
    """Every textbook problem in process, after the first time: seconds as the batch tells them."""
    from mdiff.records import solve

    sources = [(file.read_bytes(), "plain") for file in sorted((ROOT / "examples").glob("*.txt"))]
    sources += [(file.read_bytes(), "jsonl") for file in (ROOT / "examples").glob("*.jsonl")]
    levels = {"examples": sources}
    if CORPUS.is_dir():
        levels |= {f"corpus, level {level}": [(corpus(level), "jsonl")] for level in (1, 2, 3)}
    for name, texts in levels.items():
        for _ in range(2):
            results = [
                result for text, source in texts for result in solve(io.BytesIO(text), source)
            ]
        taken = sorted(result["seconds"] for result in results if result["status"] == "ok")
        worst = max(results, key=lambda result: result["seconds"])
        tell(
            f"{name}: {len(taken)} problems, median",
            milliseconds(statistics.median(taken)),
            "≤ 5 ms",
        )
        tell(f"  longest: {worst['id']}", milliseconds(worst["seconds"]))


def corpus(level=None):
    """The records that a batch answers, of one level or of all."""
    lines = [
        line
        for file in sorted(CORPUS.glob("*.jsonl"))
        for line in file.read_bytes().splitlines()
        if (case := json.loads(line))["kind"] in {"grad", "differential"}
        and level in {None, case["level"]}
    ]
    return b"\n".join(lines) + b"\n"


def batch():
    """The corpus by the command, as one process."""
    if not CORPUS.is_dir():
        tell("mdiff batch: no corpus beside the checkout", "-")
        return
    files = [str(file) for file in sorted(CORPUS.glob("*.jsonl"))]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "mdiff", "batch", *files],
            check=False, cwd=folder, env=environment(), capture_output=True,
        )  # fmt: skip
        taken = time.perf_counter() - began
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    answered = sum(line["status"] == "ok" for line in lines)
    tell(f"mdiff batch, {len(lines)} records, {answered} answered", f"{taken:.2f} s", "≤ 5 s")


FAMILIES = {
    "products: a^T X_1 … X_n b, by the middle one": (
        lambda n: "a^T " + " ".join(f"X_{i}" for i in range(1, n + 1)) + " b",
        lambda n: f"X_{(n + 1) // 2}",
    ),
    "one product: tr(A X A X …), n factors, by X": (
        lambda n: "tr(" + "A X " * (n // 2) + ")",
        lambda _: "X",
    ),
    "layers: sum(tanh(W_n … tanh(W_1 x))), by x": (
        lambda n: "sum(" + "".join(f"tanh(W_{i} " for i in range(n, 0, -1)) + "x" + ")" * (n + 1),
        lambda _: "x",
    ),
    "layers: the same, by all W_i": (
        lambda n: "sum(" + "".join(f"tanh(W_{i} " for i in range(n, 0, -1)) + "x" + ")" * (n + 1),
        lambda n: ",".join(f"W_{i}" for i in range(1, n + 1)),
    ),
    "sums: x^T A_1 x + … + x^T A_n x, by x": (
        lambda n: " + ".join(f"x^T A_{i} x" for i in range(1, n + 1)),
        lambda _: "x",
    ),
    "functions: sin(sin(… c)), n of them, by c": (
        lambda n: "sin(" * n + "c" + ")" * n,
        lambda _: "c",
    ),
    "definitions: x_k = tanh(A x_(k-1) + b), n of them, by A": (
        lambda n: (
            "; ".join(f"x_{i} = tanh(A x_{i - 1} + b)" for i in range(1, n + 1)) + f"; c^T x_{n}"
        ),
        lambda _: "A",
    ),
}


def growth():
    """Seconds from text to plain text against the size, and the exponent that fits the larger ones."""
    from mdiff import gradients

    for name, (text, by) in FAMILIES.items():
        fitted(name, SIZES, lambda n, t=text, b=by: gradients(t(n), b(n).split(",")))


def fitted(name, sizes, answers):
    """Tell the best of three times at each size, and the exponent; the answers are written out."""
    seconds = []
    for n in sizes:
        taken = []
        for _ in range(3):
            began = time.perf_counter()
            for answer in answers(n):
                _ = answer.plain
            taken.append(time.perf_counter() - began)
            if taken[-1] > 2:
                break
        seconds.append(min(taken))
        if seconds[-1] > 5:
            break
    shown = "  ".join(f"{n}: {1000 * s:.0f}" for n, s in zip(sizes, seconds, strict=False))
    tell(name, f"n^{slope(sizes[: len(seconds)][-3:], seconds[-3:]):.2f}", f"ms at {shown}")


def layers(n):
    """A net of n layers, and what its names are."""
    text = "".join(f"tanh(W{i} * " for i in range(n, 0, -1)) + "x" + ")" * n
    return text, [f"W{i}: n×n" for i in range(1, n + 1)] + ["x: n"]


def chain(n):
    """A product of n inverses, and what its names are."""
    return " * ".join(f"inv(X + A{i})" for i in range(n)), [f"A{i}: n×n" for i in range(n)]


def second():
    """Jacobians, Hessians and second differentials against the size."""
    from mdiff.api import d, hess, jac

    families = {
        "layers, Jacobian by x": lambda n: [jac(*named(layers(n), "x"))],
        "layers, Hessian by x": lambda n: [hess(*named(norm(layers(n)), "x"))],
        "layers, Hessian operator by x": lambda n: [
            hess(*named(norm(layers(n)), "x"), form="operator")
        ],
        "layers, second differential by x": lambda n: [d(*named(norm(layers(n)), "x"), order=2)],
        "product of n inverses, Jacobian by X": lambda n: [jac(*named(chain(n), "X"))],
    }
    for name, answers in families.items():
        fitted(name, DEPTHS, answers)


def named(problem, wrt):
    """The arguments of a derivative: expression, variable, declarations."""
    return problem[0], wrt, problem[1]


def norm(problem):
    """The squared norm of a vector."""
    return f"||{problem[0]}||^2", problem[1]


def slope(sizes, seconds):
    """The exponent of the power of n that fits best."""
    xs = [math.log(n) for n in sizes]
    ys = [math.log(s) for s in seconds]
    x, y = statistics.mean(xs), statistics.mean(ys)
    along = sum((a - x) ** 2 for a in xs)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / along


PARTS = {"start": start, "problems": problems, "batch": batch, "growth": growth, "second": second}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
