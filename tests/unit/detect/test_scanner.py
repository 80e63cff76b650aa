"""Scanning for many requests at once: off the event loop, in batches, within bounds."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from privity.adapters.detection import SHORT_CHARACTERS, Effort, Scanner
from privity.detect.cache import CachedDetector
from privity.detect.engine import PatternDetector
from privity.detect.stages import Stages
from privity.errors import DetectorUnavailable, Overloaded, PrivityError
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

PATTERNS = PatternDetector.load()
KEY = bytes(32)


class Reader:
    """A second stage: finds the word `planet`, waits for leave, and fails where it reads `boom`."""

    version = "reader"

    def __init__(self, *, held: bool = False) -> None:
        self.batches: list[int] = []
        self.threads: set[int] = set()
        self.leave = threading.Event()
        self.began = threading.Event()
        if not held:
            self.leave.set()

    def find(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        self.began.set()
        self.leave.wait(30)
        self.batches.append(len(leaves))
        self.threads.add(threading.get_ident())
        texts = [reveal(leaf.raw) for leaf in leaves]
        if any("boom" in text for text in texts):
            raise ValueError(texts[0])
        return tuple(
            (Finding(at, at + 6, Category.PLACE, 0.9, "reader"),) if at >= 0 else ()
            for at in (text.find("planet") for text in texts)
        )


def leaf(text: str) -> Leaf:
    return Leaf(Raw(text), Slot.TEXT, "content")


def scanner(reader: Reader, max_waiting: int = 1000) -> Scanner:
    cached = CachedDetector(Stages(PATTERNS, reader), KEY, 100)
    return Scanner(cached, Effort(short=0, max_waiting=max_waiting))


async def until(event: threading.Event) -> None:
    while not event.is_set():  # noqa: ASYNC110 (a thread sets it)
        await asyncio.sleep(0.001)


def test_both_stages_are_heard() -> None:
    async def scan() -> tuple[tuple[Finding, ...], ...]:
        return await scanner(Reader()).find([leaf("to planet, anna@example.org")])

    (findings,) = asyncio.run(scan())
    assert [f.rule for f in findings] == ["reader", "email"]


def test_a_slow_stage_does_not_run_on_the_event_loop() -> None:
    reader = Reader()
    asyncio.run(scanner(reader).find([leaf("a planet")]))
    assert reader.threads.isdisjoint({threading.get_ident()})


def test_requests_that_wait_are_read_together() -> None:
    reader = Reader(held=True)

    async def scan() -> list[tuple[tuple[Finding, ...], ...]]:
        ours = scanner(reader)
        first = asyncio.create_task(ours.find([leaf("first planet")]))
        await until(reader.began)
        others = [asyncio.create_task(ours.find([leaf(f"planet {n}")])) for n in range(5)]
        await asyncio.sleep(0)
        reader.leave.set()
        return await asyncio.gather(first, *others)

    answers = asyncio.run(scan())
    assert reader.batches == [1, 5]
    assert [findings[0].start for (findings,) in answers] == [6, 0, 0, 0, 0, 0]


def test_more_than_may_wait_is_refused() -> None:
    reader = Reader(held=True)

    async def scan() -> None:
        ours = scanner(reader, max_waiting=20)
        first = asyncio.create_task(ours.find([leaf("x" * 15)]))
        await until(reader.began)
        with pytest.raises(Overloaded):
            await ours.find([leaf("y" * 15)])
        reader.leave.set()
        await first
        await ours.find([leaf("z" * 15)])

    asyncio.run(scan())


def test_a_text_that_fails_fails_alone() -> None:
    reader = Reader(held=True)

    async def scan() -> list[object]:
        ours = scanner(reader)
        first = asyncio.create_task(ours.find([leaf("first")]))
        await until(reader.began)
        texts = ("planet one", "boom, says anna@example.org", "planet two")
        tasks = [asyncio.create_task(ours.find([leaf(text)])) for text in texts]
        await asyncio.sleep(0)
        reader.leave.set()
        await first
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    one, failed, two = asyncio.run(scan())
    assert isinstance(failed, DetectorUnavailable)
    assert "anna" not in repr(failed)
    assert not isinstance(one, PrivityError)
    assert not isinstance(two, PrivityError)


def test_a_request_that_is_given_up_is_not_read() -> None:
    reader = Reader(held=True)

    async def scan() -> None:
        ours = scanner(reader)
        first = asyncio.create_task(ours.find([leaf("first")]))
        await until(reader.began)
        given_up = asyncio.create_task(ours.find([leaf("given up")]))
        await asyncio.sleep(0)
        given_up.cancel()
        await asyncio.sleep(0)
        reader.leave.set()
        await first
        await ours.find([leaf("last")])

    asyncio.run(scan())
    assert reader.batches == [1, 1]


def test_long_texts_have_the_answer_of_short_ones() -> None:
    text = "My name is Ngozi Zorblatt. " + "Nothing here. " * 3000 + "Ask Zorblatt."
    assert len(text) > SHORT_CHARACTERS
    ours = Scanner(CachedDetector(PATTERNS, KEY, 100))
    leaves = [leaf(text), leaf("and Zorblatt")]
    assert asyncio.run(ours.find(leaves)) == PATTERNS.find(leaves)


def test_what_was_read_once_is_not_read_again() -> None:
    reader = Reader()

    async def scan() -> None:
        ours = scanner(reader)
        await ours.find([leaf("a planet")])
        await ours.find([leaf("a planet"), leaf("new")])

    asyncio.run(scan())
    assert reader.batches == [1, 1]
