"""Limits on how often somebody asks, on a running server with several workers."""

import json
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import orjson
import pytest

from privity.adapters.home import open_home
from privity.settings import load
from tests.system.conftest import Gateway, call, privity, serving

LIMIT = 3


def question(person: str) -> bytes:
    messages = [{"role": "user", "content": "Hello."}]
    return orjson.dumps({"model": "m", "messages": messages, "user": person})


@pytest.fixture
def limited(tmp_path: Path):
    home = tmp_path / "home"
    subprocess.run(privity("init", "--home", home), check=True, capture_output=True)
    file = home / "settings.toml"
    text = file.read_text().replace("# person_per_minute = 0", f"person_per_minute = {LIMIT}")
    file.write_text(text.replace("# workers = 1", "workers = 2"))
    with serving(home, tmp_path / "log") as gateway:
        yield home, gateway


def ask(gateway: Gateway, person: str) -> tuple[int, dict[str, str]]:
    try:
        call(f"{gateway.url}/v1/chat/completions", question(person))
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)
    return 200, {}


def test_who_asks_too_often_waits_and_others_do_not(limited: tuple[Path, Gateway]) -> None:
    home, gateway = limited
    answers = [ask(gateway, "ann") for _ in range(LIMIT + 1)]
    assert [status for status, _ in answers] == [200] * LIMIT + [429]
    assert 1 <= int(answers[-1][1]["retry-after"]) <= 60
    assert answers[-1][1]["x-privity-code"] == "rate_limited"
    assert ask(gateway, "bob")[0] == 200
    with open_home(load(home)).journal.reader.snapshot() as log:
        entries = [json.loads(body) for _, body in log.entries(0)]
    refused = [each for each in entries if each["event"] == "exchange.refused"]
    assert [each["facts"]["code"] for each in refused] == ["rate_limited"]
