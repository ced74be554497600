"""Random expressions, derived and proved by mdiff, and judged by differences that share nothing with it.

`python tests/random_answers.py [COUNT [SEED]]` tells which right answers are refuted, which proved ones
differences refute, and what ends in a fault, the smallest first.
"""

import random
import re
import sys
from collections import Counter, defaultdict

import expressions
import hostile
import judge

from mdiff import api
from mdiff.errors import MdiffError

FAULTS = (
    "right and refuted",
    "wrong and proved",
    "wrong and not proved",
    "wrong and refuted",
    "raised",
)
"""Classes of which none should be met; `refuted` is an E902 of the command line."""

SECONDS = 10
KINDS = ("grad", "grad", "d", "jac", "hess")


def text(rng, shape, operations):
    """An expression of a shape, of the patterns that random derivatives are drawn from."""
    if operations <= 0:
        return rng.choice(expressions.SHAPES[shape])
    patterns = expressions.PATTERNS[shape] * 2 + expressions.EVERYWHERE
    pattern = rng.choice([each for each in patterns if "{K}" not in each and "{L}" not in each])
    if pattern.startswith("f("):
        pattern = rng.choice(expressions.SMOOTH) + pattern[1:]

    def part(found):
        kind = shape if found[1] == "0" else found[1]
        return expressions.bracketed(text(rng, kind, operations - rng.choice([1, 2, 2, 3])))

    return expressions.PART.sub(part, pattern)


def question(rng):
    """(kind, expression, variable, declarations) at random."""
    kind = rng.choice(KINDS)
    scalar = kind in ("grad", "hess")
    if rng.random() < 0.6:
        expr = text(rng, rng.choice(["1"] if scalar else ["1", "n", "mn", "nn"]), rng.randint(1, 7))
        let = expressions.LETS
    else:
        expr = hostile.fitting(
            rng, rng.choice(["1"] if scalar else ["1", "n", "nn"]), rng.randint(1, 4)
        )
        let = [
            f"{n}: {'×'.join(v['shape']) or 'scalar'} {' '.join(v['props'])}"
            for n, v in hostile.SQUARE.items()
        ]
    names = [each.partition(":")[0] for each in let]
    found = [name for name in names if re.search(rf"(?<![A-Za-z_]){name}(?![A-Za-z_])", expr)]
    used = [each for each in let if each.partition(":")[0] in found]
    return kind, expr, rng.choice(found or ["x"]), used or ["x: n"]


def answered(kind, expr, wrt, let, seed):
    """The class that a question falls in, and the printed answer."""
    asked = {"grad": api.grad, "jac": api.jac, "hess": api.hess}.get(kind)
    try:
        answer = asked(expr, wrt, let) if asked else api.d(expr, [wrt], let)
        plain = answer.plain
    except MdiffError as error:
        code = error.diagnostic.code
        return ("raised" if code[:2] == "E9" else code), error.diagnostic.message
    proof = answer.check(seed)
    try:
        claim = judge.claimed(answer.problem, plain, (wrt,) if kind == "d" else ())
        ruling = judge.judge(answer.problem, kind, (wrt,), claim, seed=seed, count=4)
        verdict = ruling.verdict
    except (judge.UnknownFunctionError, MdiffError):
        verdict = "unknown"
    said = {"proved": "proved", "refuted": "refuted", "unknown": "not proved"}[proof.verdict]
    if proof.finding == "undefined":  # it has no value in a part of the domain, and that is told
        said = "not proved"
    if verdict == "wrong" and not ruling.wrong:  # has no value where the differences have one
        verdict = "undefined"
    return f"{verdict} and {said}", plain


def run(count, seed=1):
    """(counts by class, what is to be looked at by class)."""
    rng, counts, faults = random.Random(seed), Counter(), defaultdict(list)
    for number in range(count):
        asked = question(rng)
        try:
            with hostile.patience(SECONDS):
                found, plain = answered(*asked, seed=number)
        except hostile.LateError:
            found, plain = "late", ""
        except Exception as error:  # noqa: BLE001 - this is what is looked for
            found, plain = "raised", repr(error)[:200]
        counts[found] += 1
        if found in FAULTS or found in ("late", "unknown and refuted", "undefined and proved"):
            faults[found].append((len(asked[1]), number, asked, plain))
    return counts, faults


def compared(counts):
    """The share of the answers that differences had something to say of."""
    answers = {name: n for name, n in counts.items() if " and " in name}
    return sum(n for name, n in answers.items() if not name.startswith("unknown")) / sum(
        answers.values()
    )


def main():
    count, seed = ([int(word) for word in sys.argv[1:]] + [20_000, 1][len(sys.argv) - 1 :])[:2]
    counts, faults = run(count, seed)
    for name, met in faults.items():
        sys.stdout.write(f"{len(met)} × {name}\n")
        for _, number, (kind, expr, wrt, let), plain in sorted(met)[:25]:
            lets = " ".join(f"--let '{each.strip()}'" for each in let)
            sys.stdout.write(
                f"    #{number} {kind} '{expr}' --wrt {wrt} {lets}  ->  {plain[:300]}\n"
            )
    sys.stdout.write(f"{counts.most_common()}\ncompared: {compared(counts):.3f}\n")


if __name__ == "__main__":
    main()
