"""A policy that does not answer minors, and ages that the application states."""

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from privity.adapters import home as homes
from privity.audit.entry import Event
from privity.audit.stored import read_entry
from privity.policy.starter import starter
from privity.settings import load
from tests.system.conftest import Gateway, privity, serving

AGE = "x-privity-age-band"


@pytest.fixture(scope="module")
def strict(tmp_path_factory) -> Iterator[Gateway]:
    """A server that answers nobody under 16 and counts people of unknown age as such."""
    folder = tmp_path_factory.mktemp("strict")
    policy = folder / "policy.toml"
    text = starter().replace("under   = 18 ", "under   = 16 ").replace('"adult" #', '"minor" #', 1)
    policy.write_text(text.replace("refuse  = false", "refuse  = true"))
    made = privity("init", "--home", folder / "home", "--policy", policy)
    subprocess.run(made, check=True, capture_output=True)
    with serving(folder / "home", folder / "log") as gateway:
        yield gateway


def say(gateway: Gateway, name: str, text: str, **headers: str) -> tuple[int, str]:
    """One message of a person; the status and the code of a refusal."""
    body = {"model": "m", "messages": [{"role": "user", "content": text}], "user": name}
    given = {"content-type": "application/json", **headers}
    request = urllib.request.Request(
        gateway.url + "/v1/chat/completions", json.dumps(body).encode(), given
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.loads(refused.read())["error"]["code"]


def sent(gateway: Gateway) -> int:
    with homes.open_home(load(gateway.home)).journal.reader.snapshot() as snapshot:
        read = [read_entry(body) for _, body in snapshot.entries(0)]
    return sum(entry.event is Event.EXCHANGE_ALLOWED for entry in read)


@pytest.mark.parametrize("band", ["under-13", "13-15"])
def test_minors_are_not_answered(strict: Gateway, band: str) -> None:
    before = sent(strict)
    assert say(strict, f"a-{band}", "Hello", **{AGE: band}) == (403, "minor_refused")
    assert sent(strict) == before


def test_people_of_unknown_age_count_as_the_policy_says(strict: Gateway) -> None:
    assert say(strict, "nobody-knows", "Hello") == (403, "minor_refused")


@pytest.mark.parametrize("band", ["16-17", "adult", "adult; checked"])
def test_everyone_else_is_answered(strict: Gateway, band: str) -> None:
    assert say(strict, f"b-{band}", "Hello", **{AGE: band}) == (200, "")


def test_an_adult_of_whom_the_application_knows_stays_one(strict: Gateway) -> None:
    assert say(strict, "grown", "Hello", **{AGE: "adult"}) == (200, "")
    assert say(strict, "grown", "Hello again") == (200, "")


def test_words_count_in_the_message_that_says_them(strict: Gateway) -> None:
    stated = {AGE: "adult"}
    assert say(strict, "small", "Hello", **stated) == (200, "")
    assert say(strict, "small", "I'm 12", **stated) == (403, "minor_refused")
    assert say(strict, "small", "Hello again", **stated) == (403, "minor_refused")
    assert say(strict, "small", "Hello again", **{AGE: "adult; checked"}) == (200, "")


def test_a_band_that_is_none_is_refused(strict: Gateway) -> None:
    assert say(strict, "odd", "Hello", **{AGE: "12 years"}) == (400, "bad_age")
