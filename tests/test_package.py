"""The package as it is imported: its names, what importing it costs, and what its errors say."""

import pickle
import subprocess
import sys

import pytest

import mdiff

ERROR = """\
error[E203]: a gradient is of a scalar, and this is none
  1 | x^T A
    | ──┬──
    |   ╰─ this is 1×n (a row)
"""


def test_every_public_name_is_there_and_documented():
    for name in mdiff.__all__:
        assert getattr(mdiff, name) is not None
        if name != "__version__":
            assert getattr(mdiff, name).__doc__
    assert dir(mdiff) == sorted(mdiff.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'gard'"):
        _ = mdiff.gard


ALONE = """
import sys, mdiff
print(*sorted(name for name in sys.modules if name.startswith(("mdiff", "lark", "typing_ext"))))
import mdiff.records, mdiff.cli.app, mdiff.verdicts.lines
print(mdiff.check("x^T x", "2 x", wrt="x").status, [r["plain"] for r in mdiff.batch(["x^T x"])])
"""


def test_importing_it_costs_nothing_and_rooms_do_not_hide_functions():
    done = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    assert done.stdout == "mdiff mdiff.version\ncorrect ['2*x']\n"


def test_an_error_says_all_of_it():
    with pytest.raises(mdiff.MdiffError) as caught:
        mdiff.grad("x^T A")
    assert str(caught.value).startswith(ERROR)
    assert "\n  help: write `" in str(caught.value)
    assert caught.value.diagnostic.summary == "E203: a gradient is of a scalar, and this is none"
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - our own
    assert str(again) == str(caught.value)


def test_an_answer_prints_as_its_formula():
    answer = mdiff.grad("||A x - b||^2", wrt="x")
    assert f"{answer}" == str(answer) == answer.unicode == "2 Aᵀ (A x − b)"
    assert repr(answer) == "Answer(2*A'*(A*x-b))"


def test_an_answer_says_how_it_was_read():
    answer = mdiff.grad("||A x - b1||^2 + ||B x - b2||^2", wrt="x")
    assert len(answer.readings) == 2
    assert answer.reading == " · ".join(answer.readings)
    told = answer.json()
    assert (told["reading"], told["readings"]) == (answer.reading, list(answer.readings))
    assert told["expr"] == told["input"] == "||A x - b1||^2 + ||B x - b2||^2"
    assert {"wrt", "kind", "unicode", "shapes"} <= set(told)
    assert mdiff.grad("x^T A x", wrt="x").reading == ""
