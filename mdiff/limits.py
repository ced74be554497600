"""A computation → its value, or an end to it where it takes too much time or memory (E305, E306).

A timer interrupts it some times a second and looks. What is raised then is no `Exception`, so that
nothing on the way takes it for a fault of its own, and it is caught in one place. The seconds are
those of computing, so that what is answered does not depend on what else the machine does. Nothing
is bounded where there is no such timer (Windows), nor in another thread than the main one.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from typing import TYPE_CHECKING, TypeVar

from mdiff.errors import fail
from mdiff.record import Record

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from mdiff.errors import MdiffError

Value = TypeVar("Value")

TICK = 0.05
"""Seconds between two looks at the clock and the memory."""

GRACE = 2.0
"""Seconds that what was interrupted has to unwind before it is interrupted again."""

SELDOM = (50_000, 20)
"""Objects made between two searches for cycles, and so on: values hold none, and are many."""


class Limits(Record):
    """What one problem may take: seconds, MiB beyond what is held before it; 0 for no bound."""

    seconds: float = 0
    memory: float = 0


class _Exceeded(BaseException):
    """A limit is passed; which one, as a code."""


def within(limits: Limits, work: Callable[[], Value]) -> Value:
    """The value of `work`; raises E305 or E306 where it passes a limit, E306 for MemoryError."""
    end = time.thread_time() + (limits.seconds or float("inf"))
    most = _resident() + limits.memory * 2**20 if limits.memory else float("inf")

    def look(_signal: int, frame: FrameType | None) -> None:
        code = "E305" if time.thread_time() >= end else "E306" if _resident() > most else ""
        if code and not _importing(frame):
            signal.setitimer(signal.ITIMER_REAL, GRACE, GRACE)
            raise _Exceeded(code)

    often = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        if not (limits.seconds or limits.memory) or not hasattr(signal, "setitimer"):
            return work()
        try:
            before = signal.signal(signal.SIGALRM, look)
        except ValueError:  # only the main thread can be interrupted
            return work()
        try:
            signal.setitimer(signal.ITIMER_REAL, min(TICK, limits.seconds or TICK), TICK)
            return work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)
    except _Exceeded as exceeded:
        # it may have come just before the timer was stopped: what is left of it must not come
        signal.setitimer(signal.ITIMER_REAL, 0)
        passed = str(exceeded)
    except (MemoryError, SystemError):  # the latter where there is none for the former
        passed = "E306"
    finally:
        gc.set_threshold(*often)
    gc.collect()  # what was computed is held by nothing but itself: the next problem needs the room
    raise _error(passed, limits)


def _importing(frame: FrameType | None) -> bool:
    """Whether a module is being imported: what was imported by half could never be used again."""
    while frame is not None and frame.f_code is not within.__code__:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _error(code: str, limits: Limits) -> MdiffError:
    """What is told where a limit is passed."""
    if code == "E305":
        message, option = f"no answer within {limits.seconds:g} seconds", "--timeout SECONDS"
    else:
        there = f"{limits.memory:g} MiB of" if limits.memory else "the"
        message, option = f"no answer within {there} memory", "--memory MIB"
    return fail(code, message, helps=[f"`{option}` sets another bound, 0 none"])


def _resident() -> int:
    """Bytes of memory that the process holds; its peak where the system tells no more."""
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123 - many times a second
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
