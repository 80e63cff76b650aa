"""Keep what is in memory in memory: no core dumps, no files that others can read.

Invariant: where core dumps cannot be forbidden, the process does not start.
"""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import sys
from contextlib import suppress

_M_ARENA_MAX = -8
_PR_SET_DUMPABLE = 4
_TURN_SECONDS = 0.001


def harden() -> None:
    """Forbid core dumps and, on Linux, reading this process's memory; make new files private."""
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def save_memory() -> None:
    """Let the threads of this process share one heap.

    glibc gives each thread a heap of its own, which mostly stays empty here.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def take_turns() -> None:
    """Let threads hold the interpreter for a millisecond at a time, not five.

    So the event loop, which has little to do for each request, waits less for a long body's thread.
    """
    sys.setswitchinterval(_TURN_SECONDS)


def settle_memory() -> None:
    """Give back what loading left over, and let collections pass by what is here to stay."""
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        with suppress(AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
