"""What ends a computation that takes too long or too much, and what it leaves as it was."""

import signal
import sys
import threading
import time

import pytest

from mdiff.errors import MdiffError
from mdiff.limits import Limits, within


def busy(seconds=60.0):
    """Computes so long, and takes every exception for its own."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        try:
            sum(range(1000))
        except Exception:  # noqa: BLE001 - that is what is tried
            pytest.fail("it can be caught on the way")
    return "done"


def greedy():
    kept = []
    while True:
        kept.append([0] * 100_000)


def code(limits, work):
    with pytest.raises(MdiffError) as caught:
        within(limits, work)
    return caught.value.diagnostic.code


def disarmed():
    """No timer runs, and whoever heard it before hears it again."""
    return signal.getitimer(signal.ITIMER_REAL) == (0, 0) and (
        signal.getsignal(signal.SIGALRM) is signal.SIG_DFL
    )


@pytest.mark.parametrize("limits", [Limits(), Limits(5), Limits(0, 100), Limits(5, 100)])
def test_what_keeps_to_its_limits_has_its_value(limits):
    assert within(limits, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(limits, lambda: 1 / 0)
    assert disarmed()


def test_too_long():
    began = time.thread_time()
    assert code(Limits(0.1), busy) == "E305"
    assert time.thread_time() - began < 1
    assert disarmed()


def test_waiting_is_not_computing():
    assert within(Limits(0.05), lambda: time.sleep(0.3) or "awake") == "awake"


def test_too_much():
    assert code(Limits(0, 50), greedy) == "E306"
    assert code(Limits(30, 50), greedy) == "E306"
    assert disarmed()


@pytest.mark.parametrize("error", [MemoryError, SystemError])
@pytest.mark.parametrize("limits", [Limits(), Limits(5, 100)])
def test_no_memory_at_all(limits, error):
    """Python raises the second where there is no room for the first."""

    def work():
        raise error

    assert code(limits, work) == "E306"
    assert disarmed()


def test_an_interruption_that_gets_lost_comes_again():
    """What is raised in a finaliser is not raised any further."""

    class Deaf:
        def __del__(self):
            busy(0.3)

    def work():
        Deaf()
        busy()

    ignored, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        assert code(Limits(0.1), work) == "E305"
    finally:
        sys.unraisablehook = ignored


def test_an_import_is_never_interrupted(tmp_path, monkeypatch):
    """numpy could not be imported a second time."""
    (tmp_path / "slow_module.py").write_text(
        "import time\nend = time.thread_time() + 0.3\nwhile time.thread_time() < end: pass\n",
        encoding="utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)

    def work():
        import slow_module

        seen.append(slow_module)
        busy()

    seen = []
    assert code(Limits(0.1), work) == "E305"
    assert len(seen) == 1


def test_another_thread_is_not_bounded():
    found = []
    thread = threading.Thread(target=lambda: found.append(within(Limits(0.05), lambda: busy(0.2))))
    thread.start()
    thread.join()
    assert found == ["done"]
