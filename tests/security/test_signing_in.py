"""The ways in: nothing planted, nothing guessed, nothing used twice, nobody found out."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from html import unescape
from typing import TypeVar

import pyotp
import pytest
from webauthn.helpers import base64url_to_bytes

from privity.access.accounts import Factor, FactorKind
from privity.access.sessions import FREE_GUESSES, Guesses
from privity.access.staff import Role, StaffId
from privity.adapters import home as homes
from privity.adapters.factors import passkeys
from privity.adapters.factors.passkeys import Challenge, Site
from privity.settings import load
from privity.vault.home_secrets import derive
from tests.security.authenticator import Authenticator
from tests.security.crew import SESSION, employ
from tests.system.people_scene import Answer, People, people_talking
from tests.system.staff_scene import PASSWORD, Colleague, invite, token_in

T = TypeVar("T")
SOME = FREE_GUESSES - 1
AT_ONCE = 12


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[People]:
    with people_talking(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture(scope="module")
def ada(house: People) -> Colleague:
    return Colleague(house, "ada").join(invite(house.home, "ada"))


@pytest.fixture(autouse=True)
def nothing_was_guessed(house: People) -> Iterator[None]:
    """All tests come from one address: each begins as if the tries of the others were long over."""
    yield
    with homes.open_home(load(house.home)).journal.transaction() as tx:
        for kind, name in (("address", "127.0.0.1"), ("name", "ada@example.org")):
            secret = derive(homes.open_home(load(house.home)).secrets.references, "staff")
            tx.sessions.guessed(derive(secret, "tries", kind, name).hex(), Guesses())


def together(work: Callable[[int], T], times: int = AT_ONCE) -> list[T]:
    """Do the same so many times at the same moment."""
    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(work, range(times)))


def at_the_door(house: People, times: int = AT_ONCE) -> list[tuple[Colleague, str]]:
    """Browsers that have the page of signing in open, and the tokens of their forms."""
    visitors = [Colleague(house, "ada") for _ in range(times)]
    return [(each, each.token("/console/sign-in")) for each in visitors]


def knock(
    who: tuple[Colleague, str], code: str, mail: str = "", password: str = PASSWORD
) -> Answer:
    visitor, token = who
    fields = {"mail": mail or f"{visitor.name}@example.org", "password": PASSWORD, "code": code}
    return visitor.send("POST /console/sign-in", {"token": token, **fields})


def test_a_cookie_that_was_there_before_opens_nothing_afterwards(ada: Colleague) -> None:
    ada.sign_in()
    before = ada.browser.cookies[SESSION]
    ada.sign_in()
    assert ada.browser.cookies[SESSION] != before


def test_a_cookie_of_the_page_of_signing_in_is_no_session(house: People) -> None:
    visitor, _ = at_the_door(house, 1)[0]
    kept = dict(visitor.browser.cookies)
    visitor.browser.cookies[SESSION] = kept["__Host-privity-console-visit"]
    assert visitor.send("GET /console").headers["location"] == "/console/sign-in"


def test_the_page_of_another_browser_carries_no_token_for_this_one(house: People) -> None:
    (mine, _), (_, theirs) = at_the_door(house, 2)
    assert knock((mine, theirs), "000000").status == 403


def test_a_recovery_code_used_at_the_same_moment_opens_one_session(ada: Colleague) -> None:
    code, doors = ada.codes.pop(), at_the_door(ada.people, SOME)
    answers = together(lambda n: knock(doors[n], code).status, len(doors))
    assert Counter(answers)[303] == 1


def test_a_code_of_an_app_used_at_the_same_moment_opens_one_session(ada: Colleague) -> None:
    code, doors = pyotp.TOTP(ada.seed).now(), at_the_door(ada.people, SOME - 1)
    answers = together(lambda n: knock(doors[n], code).status, len(doors))
    assert Counter(answers)[303] <= 1  # none, where joining used the code of this half minute
    assert knock(at_the_door(ada.people, 1)[0], code).status == 403


def test_an_invitation_used_at_the_same_moment_makes_one_account(ada: Colleague) -> None:
    ada.sign_in()
    who = {"name": "eve", "mail": "eve@example.org", "role": "support", "region": "local"}
    made = ada.post("/console/staff", "/console/staff", **who)
    secret = re.search(r"invitation=([\w-]+)", made.body)[1]
    seeds, sent = [], []
    for _ in range(3):
        other = Colleague(ada.people, "eve")
        other.send(f"GET /console/join?invitation={secret}")
        shown = other.send("GET /console/join")
        seeds.append(re.search(r"by hand: <code>([A-Z2-7]+)", shown.body)[1])
        sent.append((other, token_in(shown)))

    def join(n: int) -> int:
        other, token = sent[n]
        fields = {"token": token, "password": PASSWORD, "code": pyotp.TOTP(seeds[n]).now()}
        return other.send("POST /console/join/codes", fields).status

    assert sorted(together(join, 3)) == [200, 403, 403]


def test_guesses_at_the_same_moment_are_no_way_around_the_lock(ada: Colleague) -> None:
    *doors, last = at_the_door(ada.people, AT_ONCE + 1)
    answers = together(lambda n: knock(doors[n], "000000").status)
    assert Counter(answers) == {403: FREE_GUESSES, 429: AT_ONCE - FREE_GUESSES}
    # Whoever is right now is told no more than who is wrong.
    assert knock(last, ada.codes.pop()).status == 429


def test_guesses_of_the_second_factor_are_bounded_as_well(house: People, ada: Colleague) -> None:
    ada.sign_in()
    token = ada.token("/console/confirm")

    def guess(n: int) -> str:
        fields = {"token": token, "code": f"{n:06d}", "to": "/console"}
        return "that is not right" in ada.send("POST /console/confirm", fields).body

    tried = together(guess)
    assert sum(tried) <= FREE_GUESSES
    right = {"token": token, "code": ada.codes.pop(), "to": "/console"}
    assert ada.send("POST /console/confirm", right).status == 429


def test_who_is_unknown_suspended_or_has_no_password_is_answered_alike(house: People) -> None:
    """Timing is not measured; that the same work is done is shown where proofs are made."""
    keyholder = employ(house, [Role.SUPPORT])
    answers = []
    for mail in ("nobody@example.org", f"{keyholder.id}@example.org"):
        door = at_the_door(house, 1)[0]
        answers.append(knock(door, "000000", mail))
    first, second = answers
    assert first.status == second.status == 403
    assert blank(first.body) == blank(second.body)
    assert first.headers.keys() == second.headers.keys()


def blank(page: str) -> str:
    """A page without what is random in it."""
    return re.sub(r'value="[^"]+"|[A-Za-z0-9_-]{40,}', "", page)


def test_an_answer_of_a_passkey_is_taken_once(house: People) -> None:
    kim = employ(house, [Role.SUPPORT])
    host, origin = "localhost", house.url.replace("127.0.0.1", "localhost")
    key = Authenticator(kim.id, origin, host)
    add_passkey(house, kim.id, key)
    visitor = Colleague(house, "kim")
    page = visitor.send("GET /console/sign-in")
    options = json.loads(unescape(re.search(r'data-options="([^"]+)"', page.body)[1]))
    answer = key.shown(base64url_to_bytes(options["challenge"]))
    sent = {"token": token_in(page), "answer": answer}
    kept = dict(visitor.browser.cookies)
    assert visitor.send("POST /console/sign-in/passkey", sent).status == 303
    visitor.browser.cookies = kept
    assert visitor.send("POST /console/sign-in/passkey", sent).status == 403


def add_passkey(house: People, account: StaffId, key: Authenticator) -> None:
    challenge, now = Challenge(bytes(32), datetime.now(UTC)), datetime.now(UTC)
    made = passkeys.registered(
        Site(key.host, key.origin), challenge, key.registered(bytes(32)), now
    )
    factor = Factor(made.id, account, FactorKind.PASSKEY, made.public_key, made.counter, now)
    with homes.open_home(load(house.home)).journal.transaction() as tx:
        tx.accounts.add_factor(factor)
