"""Run the detector without holding up other requests.

Short texts are scanned at once, which is faster than handing them over; long ones in a thread, so
that the streams of others keep their rhythm. The number of scans at once is bounded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from privity.detect.ports import Detector
from privity.model.finding import Finding
from privity.model.text import Leaf

SHORT_CHARACTERS = 16_384


class Scanner:
    """Finds personal data for many requests at once."""

    __slots__ = ("_detector", "_threads")

    def __init__(self, detector: Detector, threads: int = 1) -> None:
        self._detector = detector
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="detect")

    async def find(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        """Return the findings of each leaf. Raises DetectorUnavailable."""
        if sum(len(leaf.raw) for leaf in leaves) <= SHORT_CHARACTERS:
            return self._detector.find(leaves)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._detector.find, leaves)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)
