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

PACKAGES = ("cryptography", "h11", "httpx", "re2", "sqlalchemy", "starlette", "uvicorn")


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


def operations(chance: random.Random) -> str:
    """A few lines of what machines print, without personal data."""
    number = chance.randrange
    hexes = f"{chance.getrandbits(128):032x}"
    month = chance.choice("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())
    word = chance.choice("cache queue worker index parser router vector ledger socket".split())
    return chance.choice(
        [
            f"-rw-r--r-- 1 root root {number(10**6)} {month} {number(1, 29):2}  {number(2009, 2026)} {word}.cfg",
            f"drwxr-xr-x 3 app app 4096 {month} {number(1, 29):2} {number(24):02}:{number(60):02} {word}",
            f"{month} {number(1, 29):2} {number(24):02}:{number(60):02}:{number(60):02} node{number(9)} kernel: [{number(10**5)}.{number(10**6):06}] {word}: link up, {number(10**4)} Mbps",
            f"ii  lib{word}{number(9)}:amd64  {number(9)}.{number(30)}.{number(30)}-{number(9)}+deb12u{number(9)}  amd64  shared {word} library",
            f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {word}-{number(99)}\n  labels:\n    app: {word}\n    pod-template-hash: {hexes[:10]}\nspec:\n  replicas: {number(9)}\n  template:\n    spec:\n      containers:\n      - name: {word}\n        image: registry.internal/{word}:{number(9)}.{number(30)}.{number(9)}\n        ports:\n        - containerPort: {number(1024, 65535)}\n        resources:\n          limits: {{cpu: {number(1000)}m, memory: {number(1000)}Mi}}",
            f'Traceback (most recent call last):\n  File "/srv/{word}/run.py", line {number(900)}, in <module>\n    main()\n  File "/srv/{word}/{word}.py", line {number(900)}, in load\n    value = {word}[{number(99)}]\nKeyError: {number(10**6)}',
            f"    at com.example.{word}.Loader.read(Loader.java:{number(900)})\n    at java.base/java.lang.Thread.run(Thread.java:{number(900)})",
            f"{hexes[:7]} Keep the {word} small ({number(99)} files changed, {number(999)} insertions(+), {number(999)} deletions(-))",
            f"{number(10**4)},{word},{chance.random():.3f},{number(2000, 2026)}-{number(1, 13):02}-{number(1, 29):02},{chance.choice(['true', 'false'])},{number(10**5)}.{number(100):02}",
            f"index {hexes[:7]}..{hexes[7:14]} 100644\n--- a/src/{word}.rs\n+++ b/src/{word}.rs\n@@ -{number(900)},{number(9)} +{number(900)},{number(9)} @@ fn {word}(size: usize) -> u64 {{",
            f"CREATE INDEX {word}_at ON {word}s (created_at); -- {number(10**6)} rows, {number(999)} ms",
            f"{number(24):02}:{number(60):02}:{number(60):02}.{number(10**6):06} <{word}> tid={number(10**5)} uuid={hexes[:8]}-{hexes[8:12]}-4{hexes[13:16]}-b{hexes[17:20]}-{hexes[20:]} sz={number(10**7)}",
            f"  CPU {number(99)}.{number(9)}% MEM {number(10**4)}M/{number(10**5)}M SWAP 0 load {number(9)}.{number(100):02} {number(9)}.{number(100):02} {number(9)}.{number(100):02}",
            f'"{word}@^{number(9)}.{number(30)}.{number(9)}":\n  version "{number(9)}.{number(30)}.{number(9)}"\n  integrity sha512-{hexes}{hexes}==',
        ]
    )


def test_what_machines_print_has_few_false_alarms() -> None:
    chance = random.Random(12)
    texts = ["\n".join(operations(chance) for _ in range(15)) for _ in range(300)]
    alarms = found(texts)
    assert len(alarms) <= BOUND * sum(map(len, texts)), alarms


def test_the_libraries_that_this_project_uses_have_few_false_alarms() -> None:
    folder = Path(sysconfig.get_paths()["purelib"])
    files = [f for name in PACKAGES for f in sorted((folder / name).rglob("*.py"))]
    code = [f.read_text("utf-8")[:20_000] for f in files]
    passages = [text[at : at + PASSAGE] for text in code for at in range(0, len(text), PASSAGE)]
    passages = [passage for passage in passages if not CODE.search(passage)][::8]
    size = sum(map(len, passages))
    alarms = found(passages)
    assert size > 100_000
    assert len(alarms) <= BOUND * size, alarms


def test_names_of_places_are_the_only_thing_found_in_a_list_of_places() -> None:
    text = "Flights from Nairobi to Lisbon, then to Warszawa."
    (findings,) = DETECTOR.find([Leaf(Raw(text), Slot.TEXT, "content")])
    assert {f.category for f in findings} == {Category.PLACE}
