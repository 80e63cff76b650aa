"""A home for people of two regions, as its operators and applications see it."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from privity.adapters import home as homes
from privity.adapters.moving import everywhere, region_of
from privity.adapters.regions import store_at
from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.cli.naming import Named, subject_named
from privity.model.words import Region
from privity.settings import load
from tests.system.conftest import Gateway, call, privity, serving

BODY = json.dumps(
    {"model": "m", "messages": [{"role": "user", "content": "I am tom@example.org."}]}
).encode()


def run(*arguments: str | Path) -> str:
    done = subprocess.run(privity(*arguments), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make(home: Path) -> Path:
    """A home whose own region is `local`, with a store for people of `us`."""
    run("init", "--home", home)
    run("region", "add", "us", "--home", home)
    policy = home / "policy.toml"
    text = policy.read_text().replace('store_in = "local"', 'store_in = ["local", "us"]')
    policy.write_text(
        text.replace('region = "local"', 'region = "local"\nserves = ["local", "us"]')
    )
    run("policy", "adopt", "--home", home, "--review", "DPIA-1")
    return home


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("regions")
    with serving(make(folder / "home"), folder / "errors") as served:
        yield served


def ask(gateway: Gateway, person: str, region: str = "") -> tuple[int, str]:
    """Send a message of a person; return status and code."""
    headers = {"x-privity-person": person} if person else {}
    if region:
        headers["x-privity-region"] = region
    answer = gateway.post("/v1/chat/completions", BODY, headers)
    if answer.status == 200:
        return 200, ""
    return answer.status, json.loads(answer.body)["error"]["code"]


def shown(gateway: Gateway, person: str, app: str = "local") -> dict[str, object]:
    """Who a person is in the logs, and where they live."""
    opened = homes.open_home(load(gateway.home))
    there = everywhere(homes.stores(opened), homes.policy_in_force(opened), homes.now)
    who = subject_named(opened, Named(person, app, ""))
    return {"subject": who, "region": region_of(there, who)}


def entries(gateway: Gateway, region: Region | None, event: Event) -> list[Entry]:
    """What the log of a region's store says of an event."""
    store = store_at(homes.open_home(load(gateway.home)), region)
    with store.journal.reader.snapshot() as log:
        read = [read_entry(body) for _, body in log.entries(0)]
    return [entry for entry in read if entry.event is event]


def test_a_person_is_kept_where_the_application_says_and_nowhere_else(gateway: Gateway) -> None:
    assert ask(gateway, "ann", "us") == (200, "")
    assert ask(gateway, "ann") == (200, "")
    said = shown(gateway, "ann")
    assert said["region"] == "us"
    there = [
        e
        for e in entries(gateway, Region.US, Event.EXCHANGE_ALLOWED)
        if e.subject == said["subject"]
    ]
    assert len(there) == 2
    assert {entry.facts["resident"] for entry in there} == {"us"}
    here = entries(gateway, None, Event.EXCHANGE_ALLOWED)
    assert said["subject"] not in {entry.subject for entry in here}


def test_where_nothing_is_stated_the_first_region_of_the_policy_holds(gateway: Gateway) -> None:
    assert ask(gateway, "bob") == (200, "")
    assert shown(gateway, "bob")["region"] == "local"


def test_stating_another_region_is_refused_written_and_counted(gateway: Gateway) -> None:
    assert ask(gateway, "cid", "local") == (200, "")
    before = len(entries(gateway, None, Event.EXCHANGE_REFUSED))
    assert ask(gateway, "cid", "us") == (403, "wrong_region")
    refused = entries(gateway, None, Event.EXCHANGE_REFUSED)[before:]
    assert [entry.facts["code"] for entry in refused] == ["wrong_region"]
    assert shown(gateway, "cid")["region"] == "local"


@pytest.mark.parametrize("region", ["eu", "mars"])
def test_a_region_that_is_not_served_is_refused(gateway: Gateway, region: str) -> None:
    assert ask(gateway, "dan", region) == (403, "wrong_region")
    assert shown(gateway, "dan")["region"] is None


def test_conversations_without_a_person_stay_in_the_region_that_is_stated(gateway: Gateway) -> None:
    before = len(entries(gateway, Region.US, Event.EXCHANGE_ALLOWED))
    assert ask(gateway, "", "us") == (200, "")
    assert ask(gateway, "", "local") == (200, "")
    there = entries(gateway, Region.US, Event.EXCHANGE_ALLOWED)[before:]
    here = entries(gateway, None, Event.EXCHANGE_ALLOWED)[-1:]
    assert len(there) == 1
    assert {entry.subject for entry in there}.isdisjoint({entry.subject for entry in here})


def test_an_application_has_a_region_for_people_of_whom_it_states_none(gateway: Gateway) -> None:
    key = run("app", "add", "shop", "--region", "us", "--home", gateway.home).strip()
    headers = {"authorization": f"Bearer {key}", "x-privity-person": "eve"}
    end = time.monotonic() + 20
    while gateway.post("/v1/chat/completions", BODY, headers).status != 200:
        assert time.monotonic() < end  # the server learns of an application in seconds
        time.sleep(0.1)
    assert shown(gateway, "eve", "shop")["region"] == "us"


def test_a_receipt_comes_from_the_log_of_the_region(gateway: Gateway) -> None:
    assert ask(gateway, "fay", "us") == (200, "")
    request = entries(gateway, Region.US, Event.EXCHANGE_ALLOWED)[-1].request
    answer = gateway.post(f"/privity/receipts/{request}", b"")  # not this way
    assert answer.status != 200
    receipt = run("receipt", "show", str(request), "--region", "us", "--home", gateway.home)
    assert "/us" in receipt


def test_a_moved_person_is_served_in_the_new_region_only(gateway: Gateway) -> None:
    assert ask(gateway, "gus", "us") == (200, "")
    move = ("person", "move", "gus", "--to", "local", "--reason", "T-1", "--yes")
    run(*move, "--home", gateway.home)
    told = json.loads(run("person", "show", "gus", "--home", gateway.home, "--json"))
    assert (told["region"], told["records"]) == ("local", 1)
    assert shown(gateway, "gus")["region"] == "local"
    end = time.monotonic() + 20
    while (said := ask(gateway, "gus")) != (200, ""):
        assert said == (409, "person_moved")
        assert time.monotonic() < end  # the server learns of a move in seconds
    assert ask(gateway, "gus", "us") == (403, "wrong_region")


def test_everything_is_ready(gateway: Gateway) -> None:
    ready = json.loads(call(gateway.url + "/readyz"))
    assert set(ready) == {"database", "keys", "database.us", "keys.us", "detector"}
    assert set(ready.values()) == {"ok"}


def test_the_evidence_covers_every_region(gateway: Gateway) -> None:
    assert ask(gateway, "hal", "us") == (200, "")
    assert ask(gateway, "ida", "local") == (200, "")
    said = json.loads(run("policy", "evidence", "--home", gateway.home, "--json"))
    assert sum(each["broken"] for each in said) == 0
    (sent,) = [each for each in said if "SentAbroad" in each["queries"]]
    assert sent["examined"] >= 4


def test_whoever_has_no_directory_entry_is_erased_where_their_keys_are(gateway: Gateway) -> None:
    assert ask(gateway, "", "us") == (200, "")
    subject = entries(gateway, Region.US, Event.EXCHANGE_ALLOWED)[-1].subject
    for _ in range(100):
        if any(e.subject == subject for e in entries(gateway, Region.US, Event.EXCHANGE_ENDED)):
            break
    run("erase", "--subject", str(subject), "--yes", "--home", gateway.home)
    erased = entries(gateway, Region.US, Event.SUBJECT_ERASED)
    assert subject in {entry.subject for entry in erased}
