"""Every control, at every endpoint, plain and streamed: what a person decides holds at once.

The choice is made by another process than the one that serves, so nothing that the server remembers
may stand between the two.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from privity.access.app_keys import LOCAL
from privity.adapters import home as homes
from privity.audit.stored import read_entry
from privity.cli.naming import Named, subject_named
from privity.model.words import Language, Purpose, Recipient, Region, SubjectRef
from privity.policy.starter import starter
from privity.rights import ledger
from privity.rights.choices import Choice, Method
from privity.rights.controls import offer_of, read_setting, read_value
from privity.rights.ledger import Person, Shown
from privity.settings import load
from privity.vault.ports import Sealed
from tests.system.conftest import Gateway, Provider, call, make_home, serving

TEXT = "Write to margaret.okafor@example.org, please."
PATHS = {
    "chat": "/v1/chat/completions",
    "responses": "/v1/responses",
    "messages": "/v1/messages",
}
DAY = 24 * 3600


def body(endpoint: str, *, stream: bool, text: str = TEXT) -> bytes:
    turns = [{"role": "user", "content": text}]
    parts: dict[str, Any] = {"model": "m", "stream": stream}
    if endpoint == "responses":
        parts["input"] = text
    else:
        parts["messages"] = turns
    if endpoint == "messages":
        parts["max_tokens"] = 100
    return json.dumps(parts).encode()


@dataclass(frozen=True)
class Asked:
    """One exchange: its answer, and what its receipt says once it has ended."""

    status: int
    headers: dict[str, str]
    said: dict[str, Any]

    @property
    def code(self) -> str:
        return self.headers.get("x-privity-code", "")


@dataclass(frozen=True)
class Service:
    """A running server whose people can decide everything, seen from outside."""

    gateway: Gateway
    provider: Provider

    @property
    def home(self) -> homes.Home:
        return homes.open_home(load(self.gateway.home))

    def person(self, name: str) -> Person:
        subject = subject_named(self.home, Named(name, LOCAL, ""))
        return Person(subject, LOCAL, Purpose.ASSIST)

    def ask(self, name: str, endpoint: str, *, stream: bool, **headers: str) -> Asked:
        named = {"content-type": "application/json", "x-privity-person": name}
        named |= {key.replace("_", "-"): value for key, value in headers.items()}
        sent = body(endpoint, stream=stream)
        request = urllib.request.Request(self.gateway.url + PATHS[endpoint], sent, named)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                answer.read()
                found = answer.status, dict(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                found = error.code, dict(error.headers)
        return Asked(*found, self.receipt(found[1]["x-privity-request"]))

    def receipt(self, request: str) -> dict[str, Any]:
        for _ in range(500):
            said = json.loads(call(f"{self.gateway.url}/privity/receipts/{request}"))["said"]
            if said.get("answer", 1):
                return said
            time.sleep(0.01)
        pytest.fail("the exchange has no end")

    def choose(self, name: str, setting: str, value: str) -> None:
        home = self.home
        policy = homes.policy_in_force(home)
        offer = offer_of(policy, Purpose.ASSIST, read_setting(setting))
        chosen = read_value(offer, value)
        choice = Choice(offer.setting, chosen, homes.now(), Method.OPERATOR, policy.digest)
        with home.journal.transaction() as tx:
            ledger.choose(tx, self.person(name), offer, choice)

    def kept(self, name: str) -> tuple[Sealed, ...]:
        with self.home.journal.transaction() as tx:
            return tx.records.of(self.person(name).subject)

    def logged(self, subject: SubjectRef) -> list[Any]:
        with self.home.journal.reader.snapshot() as log:
            part = f'"subject":"{subject}"'.encode()
            found = log.containing(part, 0, log.head().size)
            return [read_entry(entry) for _, entry in found]


@pytest.fixture(scope="module")
def service(tmp_path_factory: Any, provider_process: Provider) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("choices")
    home = make_home(folder / "home", provider_process.url)
    write_policy(home, provider_process)
    with serving(home, folder / "log") as gateway:
        yield Service(gateway, provider_process)


def write_policy(home: Path, provider: Provider) -> None:
    """Two processors, one at each name of this machine: people decide about both."""
    port = urlsplit(provider.url).port
    settings = home / "settings.toml"
    written = settings.read_text().replace(
        f'anthropic = "{provider.url}', f'anthropic = "http://localhost:{port}'
    )
    settings.write_text(written)
    processors = [
        Recipient("amber", Region.LOCAL, frozenset({f"127.0.0.1:{port}"})),
        Recipient("birch", Region.LOCAL, frozenset({f"localhost:{port}"})),
    ]
    text = starter(processors=processors).replace('review  = "opt_in"', 'review = "opt_in"\n%s')
    text = text.replace('"train"]', "]").replace("%s", 'train = "opt_out"')
    for host in ("127.0.0.1", "localhost"):
        hosts = f'["{host}:{port}"]'
        text = text.replace(hosts, f'{hosts}\noptional = "opt_out"')
    for name in ("policy.toml", "policy-in-force.toml"):
        (home / name).write_text(text)


def nothing_is_kept(service: Service, name: str, asked: Asked) -> None:
    assert asked.said["choices"] == 1
    assert "keep_seconds" not in asked.said
    assert asked.said["answer"]["kept"] == 0
    assert service.kept(name) == ()


def a_day_is_kept(service: Service, name: str, asked: Asked) -> None:
    assert (asked.said["choices"], asked.said["keep_seconds"]) == (1, DAY)
    records = service.kept(name)
    assert len(records) == 2
    assert all((each.delete_at - each.made_at).total_seconds() <= DAY for each in records)


def nobody_trains(service: Service, name: str, asked: Asked) -> None:
    assert asked.said["objected"] == "train"
    assert "train" not in asked.said
    assert [each.train for each in service.kept(name)] == [False, False]


def staff_may_read(service: Service, name: str, asked: Asked) -> None:
    assert (asked.said["agreed"], asked.said["review"]) == ("review", 1)
    assert sorted(each.review for each in service.kept(name)) == [False, True]


CASES: dict[str, tuple[str, str, Callable[[Service, str, Asked], None]]] = {
    "keep nothing": ("keep", "0", nothing_is_kept),
    "keep a day": ("keep", str(DAY), a_day_is_kept),
    "no training": ("train", "no", nobody_trains),
    "samples": ("review", "yes", staff_may_read),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("endpoint", PATHS)
@pytest.mark.parametrize("case", CASES)
def test_a_choice_holds_for_the_next_message(
    service: Service, case: str, endpoint: str, stream: bool
) -> None:
    name = f"{case} {endpoint} {stream}"
    before = service.ask(name, endpoint, stream=stream)
    assert before.status == 200
    assert "choices" not in before.said
    assert len(service.kept(name)) == 1
    setting, value, holds = CASES[case]
    service.choose(name, setting, value)
    after = service.ask(name, endpoint, stream=stream)
    assert after.status == 200
    holds(service, name, after)


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("endpoint", PATHS)
def test_whom_a_person_excludes_gets_nothing_from_the_next_message_on(
    service: Service, endpoint: str, stream: bool
) -> None:
    name = f"share {endpoint} {stream}"
    to = "birch" if endpoint == "messages" else "amber"
    assert service.ask(name, endpoint, stream=stream).said["processor"] == to
    service.choose(name, f"share:{to}", "no")
    service.provider.forget()
    refused = service.ask(name, endpoint, stream=stream)
    assert (refused.status, refused.code) == (403, "recipient_excluded")
    assert (refused.said["outcome"], refused.said["code"]) == ("refused", "recipient_excluded")
    assert service.provider.seen() == []
    other = "chat" if endpoint == "messages" else "messages"
    assert service.ask(name, other, stream=stream).status == 200


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("endpoint", PATHS)
def test_a_browsers_objection_holds_for_the_message_it_comes_with_and_from_then_on(
    service: Service, endpoint: str, stream: bool
) -> None:
    name = f"signal {endpoint} {stream}"
    assert service.ask(name, endpoint, stream=stream).status == 200
    service.provider.forget()
    with_signal = service.ask(name, endpoint, stream=stream, sec_gpc="1")
    without = service.ask(name, endpoint, stream=stream)
    assert [with_signal.code, without.code] == ["recipient_excluded"] * 2
    assert service.provider.seen() == []
    assert [each.train for each in service.kept(name)] == [False]
    choices = [e for e in service.logged(service.person(name).subject) if e.event == "choice.made"]
    said = [(e.facts["setting"], e.facts["value"], e.facts["method"]) for e in choices]
    assert said == [(what, "no", "signal") for what in ("train", "share:amber", "share:birch")]


def test_a_choice_made_after_the_signal_says_otherwise(service: Service) -> None:
    service.ask("changed mind", "chat", stream=False, sec_gpc="1")
    service.choose("changed mind", "share:amber", "yes")
    asked = service.ask("changed mind", "chat", stream=False, sec_gpc="1")
    assert asked.status == 200
    assert asked.said["agreed"] == "share:amber"
    assert asked.said["objected"] == "share:birch,train"


def test_taking_back_shortens_and_withdraws_for_what_is_kept_already(service: Service) -> None:
    service.choose("earlier", "review", "yes")
    service.ask("earlier", "chat", stream=False)
    (before,) = service.kept("earlier")
    assert (before.train, before.review) == (True, True)
    service.choose("earlier", "review", "no")
    service.choose("earlier", "keep", str(DAY))
    (after,) = service.kept("earlier")
    assert (after.train, after.review) == (True, False)
    assert (after.delete_at - after.made_at).total_seconds() == DAY
    service.choose("earlier", "keep", "0")
    assert service.kept("earlier") == ()


def test_a_longer_time_is_never_given_to_what_is_kept_already(service: Service) -> None:
    service.choose("longer", "keep", str(DAY))
    service.ask("longer", "chat", stream=False)
    service.choose("longer", "keep", str(30 * DAY))
    service.ask("longer", "chat", stream=False)
    periods = {(each.delete_at - each.made_at).days for each in service.kept("longer")}
    assert periods == {1, 30}


def test_the_notice_is_announced_until_it_is_acknowledged(service: Service) -> None:
    first = service.ask("reader", "chat", stream=False).headers["x-privity-notice"]
    version, _, where = first.partition("; url=")
    shown = json.loads(call(service.gateway.url + where))
    assert shown["notice"] == version
    assert "deleted" in shown["text"] or "delete" in shown["text"]
    address = f"{service.gateway.url}{where}?notice={version}&language=de"
    call(address, b"", {"x-privity-person": "reader"})
    assert "x-privity-notice" not in service.ask("reader", "chat", stream=True).headers
    assert "x-privity-notice" in service.ask("another", "chat", stream=True).headers
    home = service.home
    with home.journal.transaction() as tx:
        positions = tx.ledger.of(service.person("reader").subject)
    with home.journal.reader.snapshot() as log:
        (entry,) = [read_entry(each) for at in positions for _, each in log.entries(at, at + 1)]
    happened = ledger.read(entry)
    assert isinstance(happened, Shown)
    assert (happened.notice[:16], happened.language) == (version, Language.DE)


def test_an_application_sends_a_person_to_their_pages_by_a_link(service: Service) -> None:
    found = call(service.gateway.url + "/privity/people/link", b"", {"x-privity-person": "linked"})
    assert "/privacy/enter?link=" in json.loads(found)["url"]
    assert "linked" not in json.loads(found)["url"]


def test_another_machine_that_shares_the_name_of_a_person_is_another_person(
    service: Service,
) -> None:
    service.choose("same", "keep", "0")
    assert service.ask("Same", "chat", stream=False).said["answer"]["kept"] > 0
