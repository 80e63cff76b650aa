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
        env={**os.environ, "COLUMNS": "80", "TMPDIR": str(tmp_path)},
    )
    assert done.returncode == 0, done.stderr
    here, there = halves(done.stdout)
    words = ["".join(each.split()) for each in OWN_WORDS]
    assert [each for each in words if each not in here] == []
    assert [each for each in words if each in there] == []
    assert CODE.findall(here) == []
    assert len(set(CODE.findall(there))) == len(OWN_WORDS)
    assert "records removed; 0 are left" in one_line(done.stdout)
    assert "the log prove it; checked with its public key alone" in one_line(done.stdout)
    for told in (
        "What a person can do",
        "What is kept",
        "exchange.allowed",
        "proof of inclusion",
        "What people are told",
    ):
        assert told in done.stdout
    assert list(tmp_path.iterdir()) == []


def one_line(shown: str) -> str:
    """The cells of the second column of the last table, as one line."""
    rows = [line.split("│") for line in shown.splitlines() if line.count("│") == 3]
    return " ".join(" ".join(row[2] for row in rows).split())


def halves(shown: str) -> tuple[str, str]:
    """The two columns of the conversation, each as one text without blanks or line ends."""
    rows = [line.split("│")[1:3] for line in shown.splitlines() if line.count("│") == 3]
    here, there = zip(*rows, strict=True)
    return tuple("".join("".join(column).split()) for column in (here, there))
