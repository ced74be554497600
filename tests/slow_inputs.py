"""Inputs that are slow or large on purpose, each short to type, and what each of them costs.

Each is at most 100 characters or 12 definitions. `python tests/slow_inputs.py [COUNT [SEED]]` runs
them, one after the other in a process that is ended where one takes too long, and tells the worst.
"""

import contextlib
import json
import os
import random
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SECONDS, MEGABYTES = 5, 300
PATIENCE, WAIT, MEMORY = 10, 120, 3 << 30
"""CPU seconds, seconds and bytes of address space after which an input is given up."""

LONGEST, DEFINITIONS = 100, 12
SEED = 1

KINDS = (
    "grad", "grad", "grad", "hess", "hess", "d", "d2", "jac", "taylor", "taylor2", "check", "shape",
)  # fmt: skip

WORKER = """
import contextlib, io, json, resource, signal, sys, time
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
from mdiff.cli import app
def peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmHWM")) / 1024
for line in sys.stdin:
    with contextlib.suppress(OSError), open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    before, began = peak(), time.process_time()
    signal.setitimer(signal.ITIMER_PROF, {patience})  # which ends the process
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = app.run(json.loads(line))
        except BaseException as error:
            status = type(error).__name__
    seconds = time.process_time() - began
    signal.setitimer(signal.ITIMER_PROF, 0)
    sys.__stdout__.write(json.dumps([status, seconds, peak() - before, len(out.getvalue()), err.getvalue()[:200]]) + chr(10))
    sys.__stdout__.flush()
""".replace("{memory}", str(MEMORY)).replace("{patience}", str(PATIENCE))


# ----------------------------------------------------------------------------------- families


def most(part, joined="", end="", start=""):
    """As many parts as fit, `part` of 1, 2, 3, …"""
    found = []
    while len(joined.join([start, *found, part(len(found) + 1), end])) <= LONGEST:
        found.append(part(len(found) + 1))
    return start + joined.join(found) + end


def nest(rng, opening, inside, closing=")", limit=None):
    """As deep as fits, or less."""
    depth = (LONGEST - len(inside)) // (len(opening) + len(closing))
    depth = rng.randint(max(2, depth // 3), depth) if limit is None else min(limit, depth)
    return opening * depth + inside + closing * depth


def products_of_sums(rng):
    letters = rng.choice(["c", "x'*x", "a+b", "sum(x)", "det(X)"])
    scalar = most(lambda i: f"({letters}+{i})")
    sine = most(lambda i: f"(c+{rng.choice(['sin', 'exp', 'cos'])}({i}*c))")
    by_elements = most(lambda i: f"(x+{i}*y)", joined=".*", start="sum(", end=")")
    matrices = most(lambda i: f"(X+{i}*Y)", start="tr(", end=")")
    chain = most(lambda _: rng.choice(["(A+B)", "(A-B')", "(A+C)", "(B+X)"]), start="tr(", end=")")
    quotient = most(lambda i: f"(c+{i})", start="1/(", end=")")
    return rng.choice([scalar, sine, by_elements, matrices, chain, quotient])


def powers(rng):
    a, b, c = (rng.choice([2, 3, 5, 7, 9, 12, 20, 40, 99]) for _ in range(3))
    big = rng.choice(
        ["10^6", "99999", "10^9", "1000000", "2^31", "10^(10^6)", "9^9^9", "1/10^9", "-10^6"]
    )
    return rng.choice([
        f"logdet(((X')^{a})^{b})", f"sum(X^{a})", f"tr(((X^{a})^{b})^{c})", f"sum((X+Y)^{a})", f"tr((X*Y)^{a})",
        f"((c^{a}+1)^{b}+1)^{c}", f"(x'*x+1)^{big}", f"tr(X^{big})", f"c^({big})", f"({big})*c", f"sum(x.^({big}))",
        f"x'*X^{a}*x", f"det(X^{a}+Y^{b})", f"tr(inv(X^{a}+X^{b}))", f"(c+1)^{big}", f"(1+1/c)^{big}",
        f"tr((X+Y)^{a}*(X-Y)^{b})", f"x'*(X+eye(n))^{a}*x", f"((((c^2+c)^2+c)^2+c)^2+c)^{a}", f"c^c^c^c^{a}",
        "c^" * rng.randint(5, 40) + "c", "(" * 12 + "c" + "^2+c)" * 12, f"sum(X^{a}*Y^{b}*X^{c})", f"e^(e^({big}))*c",
    ])  # fmt: skip


def nests(rng):
    f = rng.choice(
        [
            "sin",
            "exp",
            "tanh",
            "sigmoid",
            "sqrt",
            "log",
            "atan",
            "erf",
            "relu",
            "softplus",
            "gelu",
            "silu",
            "cosh",
        ]
    )
    g = rng.choice(["sin", "exp", "tanh", "log", "cos"])
    inside = rng.choice(["c", "c", "x'*x", "sum(x)"])
    return rng.choice([
        nest(rng, f"{f}(", inside), nest(rng, f"{f}({g}(", inside, "))"), nest(rng, f"c*{f}(", inside),
        nest(rng, f"c+{f}(", inside), nest(rng, f"{f}(c*{g}(", inside, "))"), "sum(" + nest(rng, f"{f}(", "x") + ")",
        nest(rng, "1/(1+", "c"), nest(rng, "c/(c+", "c"), nest(rng, "(1+", "c", ")^2"), nest(rng, "c^(", "c"),
        nest(rng, "sqrt(1+", "c"), nest(rng, "log(1+exp(", "c", "))"), nest(rng, f"{f}(x'*x+", "c"),
    ])  # fmt: skip


def vector_nests(rng):
    return rng.choice([
        "sum(" + nest(rng, "softmax(", "x", limit=9) + ")", "x'*" + nest(rng, "softmax(A*", "x", limit=rng.randint(2, 9)),
        "norm2(" + nest(rng, "tanh(A*", "x", limit=10) + ")", nest(rng, "norm2(x*", "x", limit=rng.randint(3, 11)),
        nest(rng, "norm2(x+x*", "x", limit=9), nest(rng, "logsumexp(x*", "c", limit=rng.randint(3, 6)),
        "sum(" + nest(rng, "normalize(", "x", limit=7) + ")", "sum(" + nest(rng, "log_softmax(", "x", limit=6) + ")",
        nest(rng, "normF(X*", "X", limit=rng.randint(3, 12)), "sum(" + nest(rng, "relu(A*", "x", limit=10) + ")",
        "sum(" + nest(rng, "softmax(x.*", "x", limit=7) + ")", "x'*" + nest(rng, "tanh(X*", "x", limit=rng.randint(3, 11)),
        "tr(" + nest(rng, "expm(", "X", limit=6) + ")", "var(" + nest(rng, "tanh(x-", "x", limit=10) + ")",
        nest(rng, "std(x*", "x", limit=6), "||" + nest(rng, "sin(A*", "x", limit=8) + "-y||^2",
    ])  # fmt: skip


def kronecker(rng):
    tree = "X"
    for _ in range(rng.randint(1, 6)):
        other = rng.choice(["X", "Y", "X'", "A", tree])
        grown = rng.choice(
            [f"kron({tree},{other})", f"kron({other},{tree})", f"kron({tree}*{tree},{other})"]
        )
        tree = grown if len(grown) < LONGEST - 12 else tree
    flat = " ⊗ ".join(rng.choices(["X", "Y", "X'", "X^2"], k=rng.randint(3, 14)))
    return rng.choice([
        f"tr({tree})", f"logdet({tree})", f"normF({tree})", f"sum({tree})", f"tr(inv({tree}))", f"tr({flat})",
        f"sum({flat})", f"vec({tree})'*vec({tree})", f"normF({flat})^2", f"tr(({flat})^2)",
    ])  # fmt: skip


def doubling(rng):
    steps = [
        ("c", "{0}*{0}+c"), ("c", "{0}+{0}"), ("c", "({0}+1)*({0}+2)"), ("c", "sin({0})*{0}"), ("c", "{0}^{0}"),
        ("X", "{0}*{0}'"), ("X", "{0}*{0}+X"), ("X", "inv({0}+{0}')"), ("X", "kron({0},{0})"), ("X", "{0}.*{0}+X"),
        ("x", "{0}.*{0}+x"), ("x", "tanh(X*{0})+{0}"), ("x", "{0}*({0}'*{0})"), ("X", "{0}*Y*{0}"), ("x", "softmax({0}.*{0})"),
        ("c", "exp({0})/(1+{0})"), ("X", "({0}+Y)*({0}-Y)"), ("x", "{0}/norm2({0}+x)"), ("c", "log(1+{0}^2)*{0}"), ("X", "expm({0}*{0})"),
    ]  # fmt: skip
    start, step = rng.choice(steps)
    count, lines, last = rng.randint(4, DEFINITIONS), [], start
    for number in range(1, count + 1):
        name = f"{'b' if start == 'c' else 'v' if start == 'x' else 'M'}_{number}"
        lines.append(f"{name} = {step.format(last)}")
        last = name
    end = {"c": last, "x": f"sum({last})", "X": rng.choice([f"tr({last})", f"sum({last})"])}[start]
    return "; ".join([*lines, end])


def inverses(rng):
    return rng.choice([
        "tr(" + nest(rng, "inv(", "X") + ")", "tr(" + nest(rng, "inv(Y+", "X") + ")", "X" + "'" * rng.randint(20, 95),
        "tr(" + nest(rng, "(", "X", ")'") + ")", "tr(" + nest(rng, "inv(eye(n)+", "X") + ")",
        "logdet(" + nest(rng, "inv(X+", "Y") + ")", "tr(" + nest(rng, "(X+", "Y", ")^-1") + ")",
        "x'*" + nest(rng, "(X*", "Y", ")^-T") + "*x", "tr(" + nest(rng, "adj(", "X", limit=8) + ")",
        "tr(" + nest(rng, "pinv(", "A", limit=6) + ")", "tr(" + nest(rng, "sqrtm(", "X", limit=6) + ")",
        "det(" + nest(rng, "inv(X'*", "X") + ")", "tr(" + nest(rng, "inv(X*", "Y", ")*X)", limit=8) + ")",
    ])  # fmt: skip


def huge_sizes(rng):
    n = rng.choice(["1000", "5000", "30000", "100000", "1000000", "999999999"])
    return rng.choice([
        f"c*tr(eye({n}))", f"sum(c*ones({n}))", f"sum(c*ones({n},{n}))", f"tr(kron(eye({n}),X))", f"c*sum(K({n},{n}))",
        f"c*det(eye({n}))", f"sum(kron(ones({n}),x))", f"c*norm2(ones({n}))", f"c*sum(expm(eye({n})))", f"c*sum(softmax(ones({n})))",
        f"logdet(c*eye({n}))", f"tr(inv(c*eye({n})))", f"c*sum(D({n}))", f"c*tr(zeros({n},{n}))", f"c*sum(kron(eye({n}),eye({n})))",
        f"x'*ones({n})", f"tr(X*eye({n}))", f"norm2(x+ones({n}))", f"x'*X*ones({n})", f"sum(sin(x+ones({n})))", f"tr(expm(X+eye({n})))",
        f"logdet(X+eye({n}))", f"x'*inv(X+eye({n}))*x", f"sum(unvec(x,{n},{n}))", f"c*e_1'*eye({n})*e_{n}", f"sum(softmax(X*ones({n})))",
    ])  # fmt: skip


def long_sums(rng):
    f = rng.choice(["sin", "exp", "log", "tanh", "cos"])
    return rng.choice([
        most(lambda i: f"{f}({i}c)", joined="+"), most(lambda i: f"c^{i}", joined="+"), most(lambda i: f"x'*X^{i}*x", joined="+"),
        most(lambda i: f"tr(X^{i})", joined="+"), "tr(" + most(lambda i: "XYXZ"[i % 4], joined="*")[:90] + ")",
        most(lambda i: f"1/(c+{i})", joined="+"), most(lambda i: f"norm2(x+{i}y)", joined="*"), most(lambda i: f"{f}({i}c)", joined="*"),
        "tr((" + most(lambda i: f"{i}X", joined="+")[:80] + ")^3)", most(lambda _: f"{f}(x)'*y", joined="*"),
        "sum(" + most(lambda _: f"{f}(x)", joined=".*")[:90] + ")", most(lambda i: f"sqrt(c+{i})", joined="*"),
        "log(" + most(lambda i: f"(c+{i})^{i}", joined="*")[:80].rpartition("*")[0] + ")", most(lambda i: f"det(X+{i}Y)", joined="*"),
        most(lambda i: f"max(c,{i})", joined="+"), most(lambda i: f"abs(c-{i})", joined="*"), most(lambda i: f"relu({i}-c)", joined="*"),
    ])  # fmt: skip


def contractions(rng):
    letters = "abcdefghijkl"
    count = rng.randint(3, 9)
    chain = ",".join(letters[i : i + 2] for i in range(count))
    return rng.choice([
        f'einsum("{chain}->", {", ".join(["X"] * count)})', f'sum(einsum("{chain}->{letters[0]}{letters[count]}", {", ".join(["X"] * count)}))',
        f'einsum("{",".join(["ij"] * count)}->", {", ".join(["X"] * count)})', f'einsum("{",".join(letters[:count])}->", {", ".join(["x"] * count)})',
        f'einsum("{",".join("a" + each for each in letters[1:count])}->", {", ".join(["X"] * (count - 1))})',
        'einsum("ab,bc,ca,ad,bd,cd->", X, X, X, X, X, X)', 'einsum("ab,ac,ad,bc,bd,cd,ae->", X,Y,X,Y,X,Y,X)',
        f"tr({'*'.join(rng.choices(['X', 'diag(x)', 'Y', 'diag(X)*x' + chr(39)], k=8))})",
        f"sum({' .* '.join(rng.choices(['X', 'Y', 'X*Y', 'Y*X'], k=rng.randint(4, 14)))})",
        "tr(" + nest(rng, "diag(X*diag(", "X", "))", limit=6) + ")", "sum(" + nest(rng, "(X.*(Y*", "X", "))", limit=7) + ")",
    ])  # fmt: skip


def doubled(name, first, step, count, end):
    """Definitions that each hold the one before twice, and what is asked of the last one."""
    lines = [f"{name}_1 = {first}"]
    lines += [f"{name}_{i} = {step.format(f'{name}_{i - 1}')}" for i in range(2, count + 1)]
    return "; ".join([*lines, end.format(f"{name}_{count}")])


NAMED = (
    ["grad", "(x+1)(x+2)(x+3)(x+4)(x+5)(x+6)(x+7)(x+8)(x+9)(x+10)(x+11)(x+12)(x+13)(x+14)(x+15)(x+16)", "--wrt=x", "--let=x: scalar"],
    ["hess", "logdet(((X')^9)^20)", "--wrt=X"],
    ["hess", "sum(X^40)", "--wrt=X", "--let=X: n×n"],
    ["hess", "sin(sin(sin(sin(sin(sin(sin(sin(sin(sin(sin(sin(c))))))))))))", "--wrt=c"],
    ["grad", "normp(ones(n)/T, 10^9)^2", "--wrt=T", "--let=T: scalar"],
    ["hess", "normp(p, 10^9)", "--wrt=p", "--let=p: n simplex"],
    ["hess", "sin(1c)*sin(2c)*sin(3c)*sin(4c)*sin(5c)*sin(6c)*sin(7c)*sin(8c)*sin(9c)*sin(10c)*sin(11c)*sin(12c)", "--wrt=c"],
    ["hess", "norm2(x+ones(5000))", "--wrt=x"],
    ["d", "sum(unvec(x,1000,1000))", "--order=2", "--wrt=x"],
    ["d", "det(X^40+Y^9)", "--order=2", "--wrt=X"],
    ["taylor", "tr(((X^5)^5)^12)", "--order=2", "--wrt=X"],
    ["check", "(x'*x+1)(x'*x+2)(x'*x+3)(x'*x+4)(x'*x+5)(x'*x+6)(x'*x+7)(x'*x+8)(x'*x+9)(x'*x+10)(x'*x+11)(x'*x+12)", "x"],
    ["grad", "c^(10^(10^6))", "--wrt=c"],
    ["check", "tr(expm(expm(expm(expm(expm(expm(X)))))))", "X", "--wrt=X", "--let=X: n×n"],
    ["jac", "huber(n + y'z, nuclear(Q + H))", "--wrt=H", "--let=H: n×n spd", "--let=Q: n×n orthogonal"],
    ["hess", doubled("M", "X*Y*X", "{0}*Y*{0}", 7, "sum({0})"), "--wrt=X", "--let=X: n×n"],
    ["hess", doubled("M", "X*X'", "{0}*{0}'", 7, "sum({0})"), "--wrt=X", "--let=X: n×n"],
    ["taylor", doubled("b", "log(1+c^2)*c", "log(1+{0}^2)*{0}", 12, "{0}"), "--wrt=c", "--let=c: scalar"],
)  # fmt: skip
"""Inputs that were met to be slow, or to end in a fault."""

FAMILIES = (
    products_of_sums, powers, powers, nests, vector_nests, kronecker, doubling, doubling, inverses, huge_sizes,
    long_sums, contractions,
)  # fmt: skip

VARIABLES = {
    "X": "n×n", "Y": "n×n", "A": "n×n", "B": "n×n", "C": "n×n", "Z": "n×n", "x": "n", "y": "n",
    "c": "scalar", "a": "scalar", "b": "scalar",
}  # fmt: skip


def names(expr):
    return set(re.findall(r"(?<![A-Za-z_])[A-Za-z](?![A-Za-z_])", expr))


def generate(count, seed=SEED):
    """Words of the command line, all different."""
    rng, seen = random.Random(seed), {}
    while len(seen) < count:
        family = FAMILIES[len(seen) % len(FAMILIES)]
        expr = family(rng)
        assert len(expr) <= LONGEST + 20 or expr.count(";") <= DEFINITIONS, expr
        kind = rng.choice(KINDS)
        wrt = (
            next((name for name in rng.sample(["c", "x", "X"], 3) if name in names(expr)), None)
            or "Y"
        )
        tail = [f"--wrt={wrt}"]
        if not any(
            literal in expr for literal in ("00", "999")
        ):  # a size in digits is that of the variable
            tail += [f"--let={n}: {s}" for n, s in VARIABLES.items() if n in names(expr)]
        words = {
            "d2": ["d", expr, "--order=2"], "taylor2": ["taylor", expr, "--order=2"],
            "check": ["check", expr, "2*c" if wrt == "c" else wrt], "shape": ["shape", expr],
        }.get(kind, [kind, expr])  # fmt: skip
        words += tail if kind != "shape" else tail[1:]
        seen.setdefault(tuple(words), family.__name__)
    return [(family, list(words)) for words, family in seen.items()]


# ------------------------------------------------------------------------------------- runner


class Runner:
    """A process that answers one command after the other, and is ended where one takes too long."""

    def __init__(self):
        self.process = None

    def start(self):
        environment = {**os.environ, "PYTHONPATH": os.fspath(ROOT)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=ROOT, env=environment, text=True,
        )  # fmt: skip
        self.ask(["grad", "x^T x"])  # what only the first one costs

    def ask(self, words):
        """Status, CPU seconds, megabytes more at the peak, characters printed, the first lines of errors."""
        if self.process is None:
            self.start()
        try:
            self.process.stdin.write(json.dumps(words) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        ready, _, _ = select.select([self.process.stdout], [], [], WAIT)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            late = self.close() in (-signal.SIGPROF, -signal.SIGKILL)
            return ["given up" if late else "died", float(PATIENCE) if late else 0.0, 0.0, 0, ""]
        return json.loads(line)

    def close(self):
        """Its exit status, after it was ended where it still ran."""
        if self.process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=0.2)
        self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        process, self.process = self.process, None
        return process.wait()


def too_much(cost):
    """Whether what an input costs is beyond what is promised, or it ends in a fault."""
    status, seconds, megabytes, _, error = cost
    return status not in range(7) or seconds > SECONDS or megabytes > MEGABYTES or "E90" in error


def main():
    count, seed = (
        (*map(int, sys.argv[1:3]), 500, SEED)[:2]
        if len(sys.argv) != 2
        else (int(sys.argv[1]), SEED)
    )
    runner, costs = Runner(), []
    for family, words in generate(count, seed):
        cost = runner.ask(words)
        costs.append((cost, family, words))
        if too_much(cost):
            sys.stdout.write(
                f"{cost[0]} {cost[1]:.1f} s {cost[2]:.0f} MB {cost[3]} chars {family} {words} {cost[4]}\n"
            )
            sys.stdout.flush()
    runner.close()
    worst = sorted(costs, key=lambda row: -row[0][1])
    sys.stdout.write(
        f"\n{sum(too_much(cost) for cost, _, _ in costs)} of {count} are too much; the slowest:\n"
    )
    for cost, family, words in worst[:40]:
        sys.stdout.write(
            f"{cost[0]} {cost[1]:.2f} s {cost[2]:.0f} MB {cost[3]} chars {family} {words[:2]} {words[2]}\n"
        )
    sys.stdout.write("the longest:\n")
    for cost, family, words in sorted(costs, key=lambda row: -row[0][3])[:15]:
        sys.stdout.write(f"{cost[3]} chars {family} {words[:2]} {words[2:]}\n")


if __name__ == "__main__":
    main()
