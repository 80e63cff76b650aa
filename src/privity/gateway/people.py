"""What applications do for their people: `/privity/notice` and `/privity/people/link`.

An application shows the notice in its own pages and says that it was acknowledged; and it sends a
person to their pages through a link that opens once, for a few minutes.

Invariants: only an application that holds a key names people, and only its own; where it has to
prove who they are, it does so here, too; a link names its person by a reference, not by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

import orjson

from privity.errors import BadInput, NoticeOutdated, PersonUnproven, UnknownField
from privity.gateway.attend import NOTICE_DIGITS, NOTICE_PATH
from privity.gateway.headers import Headers
from privity.gateway.identify import (
    AppKeys,
    Caller,
    Speaker,
    caller,
    named_by_header,
    proven,
    subject_of,
)
from privity.gateway.means import Means
from privity.gateway.ports import Transaction
from privity.gateway.residence import Lodged, Spoken, check_lodged, lodge, settle
from privity.gateway.state import State, stored
from privity.model.words import ConversationRef, Language
from privity.policy.versions import differences
from privity.rights import ledger, passes
from privity.rights.ledger import Person, Shown
from privity.rights.passes import Kind, Pass, pass_key

LINK_PATH = "/privity/people/link"
ENTER = "/privacy/enter"
LINK_LIVES = timedelta(minutes=5)
PATHS = {NOTICE_PATH: frozenset({"GET", "HEAD", "POST"}), LINK_PATH: frozenset({"POST"})}
_WORDS = {"language", "notice"}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of an application about one of its people, or about nobody."""

    method: str
    path: str
    headers: Headers
    query: bytes


@dataclass(frozen=True, slots=True)
class Lodging:
    """A person, who calls for them, and where they live."""

    caller: Caller
    lodged: Lodged
    person: Person


@dataclass(frozen=True, slots=True)
class Site:
    """Where people reach this server, and what it tells them.

    `address` is what links begin with, without a slash at its end; `local`: on this machine,
    callers need no key; `nonce` gives a new random name each time, `notice` the text of the notice.
    """

    address: str
    local: bool
    nonce: Callable[[], str]
    notice: Callable[[Language], str]


class People:
    """Answers applications."""

    __slots__ = ("_apps", "_means", "_site")

    def __init__(self, means: Means, apps: AppKeys, site: Site) -> None:
        self._means = means
        self._apps = apps
        self._site = site

    async def __call__(self, asked: Asked) -> bytes:
        """Answer a request, as JSON. Raises CallerErrors and OperatorErrors."""
        who = caller(asked.headers, self._apps, local=self._site.local)
        words = _words(asked.query)
        if asked.path == LINK_PATH:
            return await self._link(await self._lodge(who, asked.headers))
        if asked.method == "POST":
            there = await self._lodge(who, asked.headers)
            return await self._acknowledge(there, words)
        return self._show(_language(words))

    def _show(self, language: Language) -> bytes:
        policy = self._means.policy
        shown: dict[str, object] = {
            "notice": policy.digest[:NOTICE_DIGITS],
            "policy": policy.digest,
            "language": language.value,
            "text": self._site.notice(language),
            "choices": f"{self._site.address}/privacy/choices",
        }
        ahead = self._means.upcoming.version
        if ahead is not None and ahead.since is not None:
            shown["upcoming"] = {
                "notice": ahead.policy.digest[:NOTICE_DIGITS],
                "policy": ahead.policy.digest,
                "from": ahead.since.date().isoformat(),
                "changes": [
                    {"before": each.before, "after": each.after}
                    for each in differences(policy, ahead.policy, language)
                ],
            }
        return orjson.dumps(shown)

    async def _acknowledge(self, there: Lodging, words: dict[str, str]) -> bytes:
        """Note that a person was shown the notice in force, or the one announced, and no other."""
        now, ahead = self._means.clock(), self._means.upcoming.version
        named = words.get("notice", "")
        policies = [self._means.policy, *([] if ahead is None else [ahead.policy])]
        known = (each.digest for each in policies)
        digest = next((d for d in known if named in {d, d[:NOTICE_DIGITS]}), "")
        if not digest:
            message = "the notice that was shown is neither the one in force nor the one announced"
            raise NoticeOutdated(message)
        shown = Shown(digest, _language(words), now)

        def acknowledging(tx: Transaction) -> State:
            check_lodged(tx, there.lodged, self._means.regions)
            ledger.acknowledge(tx, there.person, shown)
            return stored(tx, there.person.subject)

        await settle(there.lodged, self._means.regions)
        journal = self._means.at(there.lodged.region).journal
        self._means.states.saw(there.person.subject, await journal.write(acknowledging))
        return orjson.dumps({"notice": digest[:NOTICE_DIGITS], "shown": now.isoformat()})

    async def _link(self, there: Lodging) -> bytes:
        """Make a link to a person's pages."""
        now, person = self._means.clock(), there.person
        given = Pass(
            Kind.LINK,
            person.subject,
            person.app,
            person.purpose,
            there.lodged.region,
            now,
            now + LINK_LIVES,
            self._site.nonce(),
        )
        token = passes.issue(given, pass_key(self._means.secrets.references), now)
        url = f"{self._site.address}{ENTER}?link={token}"
        return orjson.dumps({"url": url, "ends": given.ends.isoformat()})

    async def _lodge(self, who: Caller, headers: Headers) -> Lodging:
        """Find the person that a request names, and where they live."""
        means = self._means
        key = means.secrets.references
        name = await proven(who, headers, None, means.proofs) or named_by_header(headers)
        if name is None:
            message = "no header names the person"
            raise PersonUnproven(message)
        subject = subject_of(who, name, key)
        by = Speaker(subject, ConversationRef(""), named=True)
        served = means.charters[who.purpose].served
        lodged = await lodge(Spoken(who, headers, by, key), served, means.regions)
        return Lodging(who, lodged, Person(subject, who.app, who.purpose))


def _words(query: bytes) -> dict[str, str]:
    """Return the words of a query. Raises UnknownField."""
    try:
        pairs = parse_qsl(query.decode("ascii"), strict_parsing=True) if query else []
    except ValueError:  # the inner error would name what was sent
        pairs = [("", "")]
    if not {name for name, _ in pairs} <= _WORDS:
        message = "the query has a parameter that privity does not know"
        raise UnknownField(message)
    return dict(pairs)


def _language(words: dict[str, str]) -> Language:
    """Return the language that a query names, English if it names none. Raises BadInput."""
    named = words.get("language", Language.EN.value)
    try:
        return Language(named)
    except ValueError:
        message = f"language is one of {', '.join(Language)}"
        raise BadInput(message) from None  # the inner error would name what was sent
