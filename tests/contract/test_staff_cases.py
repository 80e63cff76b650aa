"""Requests of people over two regions, as the console handles them."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from privity.access.staff import StaffId
from privity.adapters.desks import Desks
from privity.adapters.directory import KnownResidences
from privity.adapters.staff_cases import HomeCases
from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.console.staff.cases import Letter, Person, Post
from privity.errors import BadInput, RequestUnknown
from privity.governance.handling import Act
from privity.governance.requests import Proof, Reason, RequestKind, State
from privity.model.text import Raw
from privity.model.words import Language, Region, SubjectRef
from tests.homes import NOON
from tests.two_regions import LOCAL, US, TwoRegions, make

EVE = StaffId("eve")


@pytest.fixture
def house(tmp_path: Path) -> TwoRegions:
    return make(tmp_path / "home")


@pytest.fixture
def cases(house: TwoRegions) -> HomeCases:
    there = house.there
    directory = KnownResidences(there.home.journal, there.own, there.policy.digest, lambda: NOON)
    return HomeCases(Desks(there), directory)


def letter(kind: RequestKind, proof: Proof = Proof.STAFF, mail: str = "") -> Letter:
    return Letter(kind, proof, Raw(mail) if mail else None, Language.EN, EVE)


def living(house: TwoRegions, name: str, region: Region) -> SubjectRef:
    """Somebody who lives in a region and of whom something is kept there."""
    house.settle(name, region)
    house.speak(name, "a record", region)
    return SubjectRef(name)


def events(house: TwoRegions, region: Region) -> list[Entry]:
    with house.there.stores[region].journal.reader.snapshot() as snapshot:
        return [read_entry(body) for _, body in snapshot.entries(0)]


def test_who_somebody_is_and_where_they_live_is_found_over_all_regions(
    house: TwoRegions, cases: HomeCases
) -> None:
    maggie = living(house, "maggie", US)
    assert asyncio.run(cases.known(maggie, "")).region is US
    assert asyncio.run(cases.who(Raw("nobody"), "")).region is None


def test_what_is_kept_of_somebody_is_counted_over_all_regions(
    house: TwoRegions, cases: HomeCases
) -> None:
    maggie = living(house, "maggie", US)
    held = asyncio.run(cases.held(Person(maggie, "local", US)))
    assert held.counts["record"] == 1
    assert held.requests == ()


def test_a_request_is_kept_where_its_person_lives_and_done_there(
    house: TwoRegions, cases: HomeCases
) -> None:
    who = Person(living(house, "maggie", US), "local", US)

    async def erase() -> State:
        opened = await cases.open(who, letter(RequestKind.ERASURE))
        assert opened.asked.region is US
        await cases.do(opened.id, Act.PROVE, None)
        return (await cases.do(opened.id, Act.COMPLETE, None)).state

    assert asyncio.run(erase()) is State.DONE
    assert asyncio.run(cases.held(who)).counts["record"] == 0
    assert Event.REQUEST_CLOSED in [each.event for each in events(house, US)]


def test_what_is_asked_twice_is_one_request(house: TwoRegions, cases: HomeCases) -> None:
    who = Person(living(house, "maggie", US), "local", US)

    async def twice() -> tuple[str, str]:
        first = await cases.open(who, letter(RequestKind.ACCESS))
        return first.id, (await cases.open(who, letter(RequestKind.ACCESS))).id

    first, second = asyncio.run(twice())
    assert first == second


def test_an_address_is_compared_with_the_one_that_was_entered(
    house: TwoRegions, cases: HomeCases
) -> None:
    who = Person(living(house, "maggie", US), "local", US)

    async def compared() -> tuple[bool, bool]:
        typed = letter(RequestKind.ACCESS, mail="maggie@example.org")
        name = (await cases.open(who, typed)).id
        right = await cases.reaches(name, Raw(" Maggie@example.org"))
        return right, await cases.reaches(name, Raw("marge@example.org"))

    assert asyncio.run(compared()) == (True, False)


@pytest.mark.parametrize(
    ("mail", "post"), [("maggie@example.org", Post.NO_SERVER), ("", Post.NONE_WAITS)]
)
def test_a_letter_that_no_server_takes_is_known_to_wait(
    house: TwoRegions, cases: HomeCases, mail: str, post: Post
) -> None:
    who = Person(living(house, "maggie", US), "local", US)
    typed = letter(RequestKind.RESTRICTION, mail=mail)
    opened = asyncio.run(cases.open(who, typed))
    assert asyncio.run(cases.post(opened)) is post


def test_a_move_needs_a_reason_and_a_request_that_is_there(
    house: TwoRegions, cases: HomeCases
) -> None:
    who = Person(living(house, "maggie", LOCAL), "local", LOCAL)
    opened = asyncio.run(cases.open(who, letter(RequestKind.ACCESS)))
    with pytest.raises(BadInput):
        asyncio.run(cases.do(opened.id, Act.EXTEND, None))
    assert asyncio.run(cases.do(opened.id, Act.EXTEND, Reason.COMPLEX)).extended
    with pytest.raises(RequestUnknown):
        asyncio.run(cases.find("nothing"))
    with pytest.raises(BadInput):
        asyncio.run(cases.open(who, letter(RequestKind.LIMIT, mail="no address")))


def test_what_staff_do_stands_in_the_log_of_the_region_too(
    house: TwoRegions, cases: HomeCases
) -> None:
    maggie = living(house, "maggie", US)
    seen = Entry(Event.PERSON_SEEN, NOON, "p", subject=maggie, facts={"by": "ada"})

    async def tell() -> None:
        async with AsyncExitStack() as stack:
            for store in house.there.every:
                await store.journal.start()
                stack.push_async_callback(store.journal.close)
            await cases.told(seen, US)
            await cases.told(seen, LOCAL)

    asyncio.run(tell())
    assert events(house, US)[-1] == seen
    assert Event.PERSON_SEEN not in [each.event for each in events(house, LOCAL)]


def test_the_rehearsal_is_nobodys_request(house: TwoRegions, cases: HomeCases) -> None:
    assert asyncio.run(cases.all(closed=True)) == ()
