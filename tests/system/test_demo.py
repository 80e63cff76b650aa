"""The demonstration shows what it says, and what it shows is true."""

import os
import re
import subprocess

from privity.prove.demonstrate import OWN_WORDS
from tests.system.conftest import privity

CODE = re.compile(r"\[[A-Z]+_[a-z0-9]{6}\]")


def test_the_demonstration_shows_both_ends(tmp_path) -> None:
    done = subprocess.run(
        privity("demo"),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "240", "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    here, there = halves(done.stdout)
    assert [words for words in OWN_WORDS if words not in here] == []
    assert [words for words in OWN_WORDS if words in there] == []
    assert CODE.findall(here) == []
    assert len(set(CODE.findall(there))) == len(OWN_WORDS)
    for told in ("What is kept", "exchange.allowed", "proof of inclusion", "What people are told"):
        assert told in done.stdout
    assert list(tmp_path.iterdir()) == []


def halves(shown: str) -> tuple[str, str]:
    """The two columns of the conversation, each as one text."""
    rows = [line.split("│")[1:3] for line in shown.splitlines() if line.count("│") == 3]
    here, there = zip(*rows, strict=True)
    return tuple(re.sub(r"\s+", " ", " ".join(column)) for column in (here, there))
