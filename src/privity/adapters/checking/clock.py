"""Check of the clock: by which records end, requests are due, and entries are dated."""

from __future__ import annotations

import ctypes
import struct
import sys
from datetime import UTC, datetime, timedelta

from privity.adapters.checking.setup import Setup, written_at
from privity.governance.checks import Verdict, advice, well, wrong

LATER = timedelta(minutes=1)
"""How much later than now the newest entry may be: another server wrote it by its own clock."""
APART = timedelta(seconds=5)
_TIMEX_BYTES = 256
_STATUS_AT = 40  # of `struct timex` on 64-bit Linux, see adjtimex(2)
_UNSYNCHRONIZED = 0x40
_REMEDY = "Let chrony or systemd-timesyncd keep the clock; then look again."


def clock(setup: Setup) -> Verdict:
    """Compare the clock with the log's newest entry, the database's and the kernel's opinion."""
    with setup.snapshot() as snapshot:
        size = snapshot.head().size
        last = [written_at(body) for _, body in snapshot.entries(max(size - 1, 0))]
        there = datetime.now(UTC)
        if snapshot.connection.dialect.name == "postgresql":
            query = "SELECT clock_timestamp()"
            there = snapshot.connection.exec_driver_sql(query).scalar_one()
        apart = abs(there - datetime.now(UTC))
    if last and last[-1] > setup.at + LATER:
        detail = f"the newest entry of the log is {_words(last[-1] - setup.at)} later than now"
        return wrong("clock_behind", detail, _REMEDY)
    if apart > APART:
        detail = f"the database's clock differs by {_words(apart)}"
        return wrong("clocks_apart", detail, _REMEDY)
    if synchronized() is False:
        return advice("clock_not_kept", "nothing keeps the system's clock right (NTP)", _REMEDY)
    return well("agrees with the log and the database")


def synchronized() -> bool | None:
    """Ask the kernel whether the clock is kept right from outside (adjtimex(2)); None: unknown."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return None
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # modes 0: only ask
    try:
        if ctypes.CDLL(None).adjtimex(timex) < 0:
            return None
    except AttributeError:  # another C library
        return None
    (status,) = struct.unpack_from("=i", timex, _STATUS_AT)
    return not status & _UNSYNCHRONIZED


def _words(length: timedelta) -> str:
    return f"{length.total_seconds():.0f} s"
