"""In which region a message is kept, and which messages are refused for their region."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest

from privity.errors import PersonMoved, WrongRegion
from privity.gateway.identify import Caller, Speaker
from privity.gateway.residence import (
    Lodged,
    Regions,
    Served,
    Spoken,
    forget,
    lodge,
    settle,
    stated_region,
)
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef

LOCAL, US, EU = Region.LOCAL, Region.US, Region.EU
ANN = Speaker(SubjectRef("ann"), ConversationRef("c"), named=True)
NOBODY = Speaker(SubjectRef("c"), ConversationRef("c"))
BOTH = Served(LOCAL, (LOCAL, US))


@dataclass
class Known:
    """A directory with a memory of its own."""

    lives: dict[str, Region] = field(default_factory=dict)
    forgotten: list[str] = field(default_factory=list)

    async def region_of(self, subject: SubjectRef) -> Region | None:
        return self.lives.get(subject)

    async def settle(self, subject: SubjectRef, region: Region) -> Region:
        return self.lives.setdefault(subject, region)

    def forget(self, subject: SubjectRef) -> None:
        self.forgotten.append(subject)


def home(**lives: Region) -> Regions:
    quarters: dict[Region, Any] = {LOCAL: object(), US: object()}
    return Regions(quarters, Known(dict(lives)))


def lodged(
    regions: Regions | None,
    stated: str = "",
    by: Speaker | None = ANN,
    app: Region | None = None,
    served: Served = BOTH,
) -> Lodged:
    headers = {"x-privity-region": stated} if stated else {}
    caller = Caller(AppId("shop"), Purpose.ASSIST, local=False, region=app)
    return asyncio.run(lodge(Spoken(caller, headers, by, bytes(32)), served, regions))


@pytest.mark.parametrize(
    ("lives", "stated", "app", "region"),
    [
        (US, "", None, US),
        (US, "us", None, US),
        (US, "", LOCAL, US),
        (None, "us", None, US),
        (None, "US ", None, US),
        (None, "us", LOCAL, US),
        (None, "", US, US),
        (None, "", None, LOCAL),
    ],
)
def test_the_set_region_holds_then_the_stated_one_then_the_applications_then_the_policys(
    lives: Region | None, stated: str, app: Region | None, region: Region
) -> None:
    found = lodged(home(**({"ann": lives} if lives else {})), stated, app=app)
    assert found.region is region
    assert found.settled == (lives is not None)


@pytest.mark.parametrize(
    ("lives", "stated", "served", "why"),
    [
        (US, "local", BOTH, "another one than the request states"),
        (None, "eu", BOTH, "serves nobody of this region"),
        (None, "mars", BOTH, "names no region"),
        (None, "eu", Served(None, ()), "keeps nothing of people of this region"),
        (None, "", Served(None, ()), "no region is stated"),
        (US, "", Served(LOCAL, (LOCAL,)), "serves nobody of this region"),
    ],
)
def test_another_region_is_refused(
    lives: Region | None, stated: str, served: Served, why: str
) -> None:
    with pytest.raises(WrongRegion, match=why):
        lodged(home(**({"ann": lives} if lives else {})), stated, served=served)


def test_a_home_of_one_region_has_one_answer() -> None:
    only = Served(LOCAL, (LOCAL,))
    for stated in ("", "local"):
        assert lodged(None, stated, served=only) == Lodged(ANN, LOCAL, settled=True)
    with pytest.raises(WrongRegion):
        lodged(None, "us", served=only)


def test_a_conversation_without_a_person_has_a_reference_in_each_region() -> None:
    here, there = lodged(home(), "local", NOBODY), lodged(home(), "us", NOBODY)
    assert here.settled
    assert there.settled
    assert here.speaker is not None
    assert there.speaker is not None
    assert len({here.speaker.subject, there.speaker.subject, NOBODY.subject}) == 3
    assert here.speaker.conversation == there.speaker.conversation
    assert lodged(home(), "us", NOBODY) == there


def test_a_request_without_a_body_goes_where_it_says() -> None:
    assert lodged(home(), "us", None).region is US
    assert lodged(home(), "", None).region is LOCAL


def test_a_region_is_set_once() -> None:
    regions = home()
    found = lodged(regions, "us")
    asyncio.run(settle(found, regions))
    assert lodged(regions).region is US
    late = Lodged(ANN, LOCAL, settled=False)
    with pytest.raises(PersonMoved):
        asyncio.run(settle(late, regions))


def test_nothing_is_set_where_there_is_nothing_to_set() -> None:
    regions = home()
    for each in (Lodged(NOBODY, US, settled=True), Lodged(None, None, settled=False)):
        asyncio.run(settle(each, regions))
        asyncio.run(settle(each, None))
    assert regions.directory.lives == {}


def test_who_moved_is_asked_for_anew() -> None:
    regions = home(ann=US)
    forget(lodged(regions), regions)
    forget(Lodged(None, None, settled=True), regions)
    assert regions.directory.forgotten == ["ann"]


def test_a_header_states_a_region_or_none() -> None:
    assert stated_region({}) is None
    assert stated_region({"x-privity-region": "Eu"}) is EU
    with pytest.raises(WrongRegion):
        stated_region({"x-privity-region": ""})
