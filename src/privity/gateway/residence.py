"""In which region a message is kept and treated: the person's own, whatever else the request says.

Invariants: a person's region is set once, durably, before anything of theirs leaves; a request that
states another one is refused, not corrected; where no region can be told, nothing passes. What is
kept, what it is sealed with and the codes that stand in its text belong to that region alone. A
home of one region asks nobody: it has only one answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NoReturn, Protocol

from privity.errors import PersonMoved, WrongRegion
from privity.gateway.headers import Headers
from privity.gateway.identify import Caller, Speaker
from privity.gateway.ports import Journal, Transaction
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import Region, SubjectRef
from privity.vault.home_secrets import HomeSecrets
from privity.vault.keep import Vault
from privity.vault.residence import check_here

REGION_HEADER = "x-privity-region"
_KNOWN = {region.value: region for region in Region}


class Quarters(Protocol):
    """Where people of one region are kept: its journal, its vault, its secrets."""

    @property
    def journal(self) -> Journal:
        """Its database and log."""
        ...

    @property
    def vault(self) -> Vault:
        """Seals with its keys."""
        ...

    @property
    def secrets(self) -> HomeSecrets:
        """Its secrets; the key of references is the same in all regions of a home."""
        ...


class Directory(Protocol):
    """Who lives where. It remembers some of its answers for a while."""

    async def region_of(self, subject: SubjectRef) -> Region | None:
        """Return a person's region, or None if none was set. Raises DatabaseUnavailable."""
        ...

    async def settle(self, subject: SubjectRef, region: Region) -> Region:
        """Set a person's region unless one is set, durably; return the one that stands.

        Raises DatabaseUnavailable and the like.
        """
        ...

    def forget(self, subject: SubjectRef) -> None:
        """Remember nothing of a person any more; the next question is asked anew."""
        ...


@dataclass(frozen=True, slots=True)
class Regions:
    """The regions of a home that has several."""

    quarters: Mapping[Region, Quarters]
    directory: Directory

    def at(self, region: Region | None) -> Quarters:
        """Return where people of a region are kept. Raises WrongRegion."""
        found = None if region is None else self.quarters.get(region)
        if found is None:
            message = "this home keeps nothing of people of this region"
            raise WrongRegion(message)
        return found


@dataclass(frozen=True, slots=True)
class Served:
    """The regions whose people a purpose serves. `default`: of people for whom none is stated."""

    default: Region | None
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Lodged:
    """In which region a message is kept and treated, and who speaks there.

    `settled`: nothing is left to be written in the directory.
    """

    speaker: Speaker | None
    region: Region | None
    settled: bool


NOWHERE = Lodged(None, None, settled=True)
"""Where a message is of which no more is known than that it came."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is known when the region is looked for: who calls, with which headers, and who speaks.

    `key` keys references.
    """

    caller: Caller
    headers: Headers
    speaker: Speaker | None
    key: bytes


async def lodge(spoken: Spoken, served: Served, regions: Regions | None) -> Lodged:
    """Find the region of a message. Raises WrongRegion, DatabaseUnavailable.

    1. The region that is set for the person. 2. What the request states, which must be the same.
    3. The application's, 4. the policy's default.
    """
    by = spoken.speaker
    stated = stated_region(spoken.headers)
    if regions is None:
        if stated is not None and stated is not served.default:
            _refuse("the policy names no such region for this purpose")
        return Lodged(by, served.default, settled=True)
    named = by is not None and by.named
    known = await regions.directory.region_of(by.subject) if by is not None and named else None
    if known is not None and stated is not None and stated is not known:
        _refuse("the person's region is another one than the request states")
    region = known or stated or spoken.caller.region or served.default
    if region is None:
        _refuse("no region is stated, and the policy names none for this purpose")
    if served.regions and region not in served.regions:
        _refuse("the policy serves nobody of this region for this purpose")
    regions.at(region)
    if by is not None and not named:
        by = _unnamed(spoken, by, region)
    return Lodged(by, region, settled=known is not None or not named)


async def settle(lodged: Lodged, regions: Regions | None) -> None:
    """Set the person's region, if it is not set yet, before anything leaves.

    Raises PersonMoved if somebody else set another one meanwhile, DatabaseUnavailable.
    """
    by, region = lodged.speaker, lodged.region
    if lodged.settled or regions is None or by is None or region is None:
        return
    if await regions.directory.settle(by.subject, region) is not region:
        message = "the person's region was set while the request was under way"
        raise PersonMoved(message)


def check_lodged(tx: Transaction, lodged: Lodged, regions: Regions | None) -> None:
    """Raise PersonMoved if the person left the region of this database meanwhile."""
    if regions is not None and lodged.speaker is not None:
        check_here(tx.departures, lodged.speaker.subject)


def forget(lodged: Lodged, regions: Regions | None) -> None:
    """Have the directory asked anew about a person who moved."""
    if regions is not None and lodged.speaker is not None:
        regions.directory.forget(lodged.speaker.subject)


def stated_region(headers: Headers) -> Region | None:
    """Return the region that a request states, or None. Raises WrongRegion for no region."""
    given = headers.get(REGION_HEADER)
    if given is None:
        return None
    if given.strip().lower() not in _KNOWN:
        _refuse(f"{REGION_HEADER} names no region; known are {', '.join(_KNOWN)}")
    return _KNOWN[given.strip().lower()]


def _unnamed(spoken: Spoken, by: Speaker, region: Region) -> Speaker:
    """Return whose a conversation without a person is: one of its own in each region."""
    label = f"unnamed {region.value}"
    subject = reference(spoken.key, label, spoken.caller.app, Raw(by.conversation))
    return replace(by, subject=SubjectRef(subject))


def _refuse(why: str) -> NoReturn:
    raise WrongRegion(why)
