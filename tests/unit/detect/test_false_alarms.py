"""How often the first stage takes code and logs for personal data.

The code is Python's own library, read where it is installed. Passages that name people, places or
addresses are left out: what is found there is found rightly.
"""
# ruff: noqa: E501 (a line of a log stays one line)

import random
import re
import sysconfig
from pathlib import Path

from privity.detect.engine import PatternDetector
from privity.model.text import Leaf, Raw, Slot
from privity.model.words import Category

DETECTOR = PatternDetector.load()
PASSAGE = 1500
BOUND = 0.5 / 10_000
CODE = re.compile(
    r"(?i)copyright|author|written by|contributed|thanks to|@\w+\.\w|wrote|\d+ years? old"
)
MODULES = (
    "argparse ast bdb calendar cmd codecs configparser copy csv dataclasses difflib dis "
    "enum fractions functools gzip inspect logging/__init__ mailbox os pathlib pickle "
    "random re/_parser sched selectors shutil ssl statistics string subprocess tarfile "
    "threading timeit tokenize trace traceback types typing unittest/mock uuid weakref "
    "zipfile"
).split()


def found(texts: list[str]) -> list[str]:
    leaves = [[Leaf(Raw(text), Slot.TEXT, "content")] for text in texts]
    return [
        f"{finding.rule}: {text[finding.start : finding.end]}"
        for text, leaf in zip(texts, leaves, strict=True)
        for finding in DETECTOR.find(leaf)[0]
    ]


def test_code_has_few_false_alarms() -> None:
    library = Path(sysconfig.get_paths()["stdlib"])
    code = [(library / f"{module}.py").read_text("utf-8") for module in MODULES]
    passages = [text[at : at + PASSAGE] for text in code for at in range(0, len(text), PASSAGE)]
    passages = [passage for passage in passages if not CODE.search(passage)]
    size = sum(map(len, passages))
    alarms = found(passages)
    assert size > 500_000
    assert len(alarms) <= BOUND * size, alarms


def line(chance: random.Random) -> str:
    """One line of a log, a table, a lock file or a price list, without personal data."""
    number = chance.randrange
    hexes = f"{chance.getrandbits(128):032x}"
    return chance.choice(
        [
            f"2024-{number(1, 12):02}-{number(1, 28):02}T{number(24):02}:{number(60):02}:{number(60):02}.{number(1000):03}Z INFO worker-{number(9)} took {number(10**6)} us",
            f"[{number(10**9, 2 * 10**9)}] DEBUG {hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-a{hexes[17:20]}-{hexes[20:]} retry={number(9)}",
            f"lib-{number(9)}.{number(30)}.{number(30)}-py3-none-any.whl sha256:{hexes}{hexes}",
            f"total {number(10**4)}.{number(100):02} EUR, {number(100)} items, {number(100)} % off, id {number(10**6)}",
            f"{number(10**7)}\t{number(10**4)}\t{chance.random():.6f}\t{chance.random():.4e}",
            f"GET /api/v2/items/{number(10**6)}?page={number(99)} 200 {number(10**5)} {number(10**3)}ms",
            f"commit {hexes}{hexes[:8]} v{number(9)}.{number(99)}.{number(99)}.{number(9)}",
            f"0x{number(2**32):08x}: {hexes[:4]} {hexes[4:8]} {hexes[8:12]} {hexes[12:16]}",
            f"numpy=={number(9)}.{number(30)}.{number(9)} ; python_version >= '3.{number(13)}'",
            f"step {number(10**5)} loss={chance.random():.5f} lr={chance.random():.2e} eta 0:{number(60):02}:{number(60):02}",
        ]
    )


def test_logs_prices_versions_and_hashes_have_few_false_alarms() -> None:
    chance = random.Random(11)
    texts = ["\n".join(line(chance) for _ in range(20)) for _ in range(300)]
    alarms = found(texts)
    assert len(alarms) <= BOUND * sum(map(len, texts)), alarms


def test_names_of_places_are_the_only_thing_found_in_a_list_of_places() -> None:
    text = "Flights from Nairobi to Lisbon, then to Warszawa."
    (findings,) = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])
    assert {f.category for f in findings} == {Category.PLACE}
