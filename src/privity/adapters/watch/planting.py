"""Plants honey people in the stores of a home, and knows them again.

Invariants: a honey person has keys, records and dates of deletion as everybody has, under the
policy's periods, so nothing that keeps or deletes makes an exception for them; there is no list of
them: who holds the home's secret makes their references anew; the log says how many were planted,
and not which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from privity.access.app_keys import LOCAL
from privity.adapters.home import Home
from privity.adapters.moving import Everywhere
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.entry import Entry, Event
from privity.model.policy import Policy
from privity.model.request import RANDOM_BYTES, request_id
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef
from privity.oversight.honey import MOST_EACH, Marks
from privity.oversight.planted import bodies
from privity.policy.decide import residences, retention
from privity.rights.view import TRANSCRIPT
from privity.vault.home_secrets import derive
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place


@dataclass(frozen=True, slots=True)
class Plot:
    """Where honey people are planted: an application, its purpose, a region, and for how long."""

    app: AppId
    purpose: Purpose
    region: Region
    period: timedelta


@dataclass(frozen=True, slots=True)
class Honey:
    """A honey person, and the canary of their conversation."""

    plot: Plot
    number: int
    subject: SubjectRef
    canary: str


def marks_of(store: Home) -> Marks:
    """Return what makes and knows the marks of a store."""
    return Marks.of(store.secrets.references)


def plots(store: Home, region: Region, policy: Policy) -> tuple[Plot, ...]:
    """Return where honey people can be in a store: wherever applications' text is kept."""
    with store.journal.reader.snapshot() as snapshot:
        apps = [(app.name, app.purpose) for app in snapshot.apps()]
    if store.settings.loopback and store.settings.listen.local:
        apps.append((LOCAL, Purpose.ASSIST))
    found = []
    for name, purpose in apps:
        period = retention(policy, purpose)
        if period is not None and region in residences(policy, purpose):
            found.append(Plot(name, purpose, region, period))
    return tuple(found)


def people(marks: Marks, where: Sequence[Plot], each: int = MOST_EACH) -> tuple[Honey, ...]:
    """Return the honey people of these plots, planted or not."""
    found = []
    for plot in where:
        for number in range(each):
            subject = marks.person(plot.region.value, plot.app, number)
            canary = marks.canary(plot.region.value, plot.app, f"{number}")
            found.append(Honey(plot, number, subject, canary))
    return tuple(found)


def plant(there: Everywhere, each: int, random: Callable[[int], bytes]) -> int:
    """Plant honey people wherever fewer than `each` are there; return how many. Idempotent.

    Raises KeyStoreUnavailable, DatabaseUnavailable.
    """
    total = 0
    for region, store in there.stores.items():
        marks = marks_of(store)
        wanted = people(marks, plots(store, region, there.policy), each)
        with store.journal.transaction() as tx:
            new = [honey for honey in wanted if not tx.records.of(honey.subject)]
            for honey in new:
                _plant_one(tx, store, honey, (there.clock(), random))
            if new:
                facts = {"count": len(new), "region": region.value}
                now, digest = there.clock(), there.policy.digest
                tx.log.append(Entry(Event.HONEY_PLANTED, now, digest, facts=facts))
        total += len(new)
    return total


def _plant_one(
    tx: SqlTransaction,
    store: Home,
    honey: Honey,
    chance: tuple[datetime, Callable[[int], bytes]],
) -> None:
    """Plant one conversation, of one to three exchanges on a day of the last third of a period."""
    now, random = chance
    plot, marks, vault = honey.plot, marks_of(store), Vault(store.custodian)
    drawn = derive(marks.secret, "when", honey.subject, now.isoformat())
    began = now - plot.period * (int.from_bytes(drawn[:4], "big") / 2**32 / 3)
    labels = (honey.subject, f"{began.timestamp()}")
    conversation = ConversationRef(marks.reference("conversation", *labels))
    for number, body in enumerate(bodies(marks.secret, honey.canary, labels, 1 + drawn[4] % 3)):
        at = began + timedelta(seconds=number * (20 + drawn[5 + number]))
        name = request_id(at, random(RANDOM_BYTES))
        place = Place(plot.region, plot.purpose, honey.subject, name, TRANSCRIPT)
        vault.prepare(tx, place, at)
        vault.seal(tx, place, conversation, body, Lifetime(at, plot.period))
