"""How old people are and their parents' consent, inside one transaction.

Invariant: whatever changes here changes the person's state, so that every process decides anew what
is done with their text.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, select, true, update

from privity.adapters.sql.choices_stores import SqlPeople
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.minors_tables import age, parental
from privity.adapters.sql.pending import Pending
from privity.model.words import AppId, Language, Purpose, Region, SubjectRef
from privity.rights.ages import KnownAge, KnownAges, Source, read_band
from privity.rights.minors import ParentalRequest, Ward
from privity.rights.parental import Consent, ConsentId, Method, State


class SqlAges:
    """rights.minors.Ages."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def get(self, subject: SubjectRef) -> KnownAges:
        """Return what is known of a person; nothing, if nobody said anything."""
        query = select(age).where(age.c.subject == subject)
        return known_ages(self._pending.direct().execute(query).mappings().all())

    def put(self, subject: SubjectRef, ages: KnownAges) -> None:
        """Store what is known of a person in the place of what was."""
        self.forget(subject)
        rows = [
            {
                "subject": subject,
                "source": known.source.value,
                "band": known.band.value,
                "until": None if known.until is None else to_ticks(known.until),
            }
            for known in (ages.checked, ages.application, ages.screen, ages.words)
            if known is not None
        ]
        if rows:
            self._pending.direct().execute(insert(age), rows)

    def forget(self, subject: SubjectRef) -> None:
        """Remove what is known of a person."""
        self._pending.direct().execute(delete(age).where(age.c.subject == subject))
        SqlPeople(self._pending).changed(subject)


class SqlParental:
    """rights.minors.Consents."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def add(self, request: ParentalRequest) -> None:
        """Store a new request."""
        self._pending.direct().execute(insert(parental).values(**_row(request)))
        SqlPeople(self._pending).changed(request.ward.subject)

    def put(self, request: ParentalRequest) -> None:
        """Store a request in the place of the one with its id."""
        change = update(parental).where(parental.c.id == request.consent.id)
        self._pending.direct().execute(change.values(**_row(request)))
        SqlPeople(self._pending).changed(request.ward.subject)

    def find(self, name: ConsentId) -> ParentalRequest | None:
        """Return a request by its id, or None."""
        return next(iter(self._some(parental.c.id == name)), None)

    def by_link(self, digest: str) -> ParentalRequest | None:
        """Return the request whose last letter holds the link of this digest, or None."""
        return next(iter(self._some(parental.c.link == digest)), None)

    def of(self, subject: SubjectRef) -> tuple[ParentalRequest, ...]:
        """Return the requests for a child, oldest first."""
        return self._some(parental.c.subject == subject)

    def in_state(self, *states: State) -> tuple[ParentalRequest, ...]:
        """Return the requests whose stored state is one of these, oldest first."""
        return self._some(parental.c.state.in_([state.value for state in states]))

    def all(self) -> tuple[ParentalRequest, ...]:
        """Return all requests, oldest first."""
        return self._some(true())

    def forget(self, subject: SubjectRef) -> None:
        """Remove the requests for a child."""
        which = and_(parental.c.subject == subject)
        self._pending.direct().execute(delete(parental).where(which))
        SqlPeople(self._pending).changed(subject)

    def _some(self, which: ColumnElement[bool]) -> tuple[ParentalRequest, ...]:
        query = select(parental).where(which).order_by(parental.c.since, parental.c.id)
        rows = self._pending.direct().execute(query).mappings()
        return tuple(map(parental_request, rows))


def known_ages(rows: Any) -> KnownAges:
    """Return what rows of the table `age` say of one person."""
    said = {row["source"]: _known(row) for row in rows}
    return KnownAges(**{source.value: said.get(source.value) for source in Source})


def parental_request(row: RowMapping) -> ParentalRequest:
    """Return what a row of the table `parental` says."""
    consent = Consent(
        ConsentId(row["id"]),
        State(row["state"]),
        None if row["method"] is None else _METHODS[row["method"]],
        from_ticks(row["since"]),
        None if row["until"] is None else from_ticks(row["until"]),
        row["failed"],
    )
    ward = Ward(
        SubjectRef(row["subject"]),
        AppId(row["app"]),
        Purpose(row["purpose"]),
        Region(row["region"]),
    )
    return ParentalRequest(
        consent,
        ward,
        Language(row["language"]),
        row["notice"],
        row["link"],
        reminded=bool(row["reminded"]),
    )


_METHODS = {method.value: method for method in Method}


def _known(row: RowMapping) -> KnownAge:
    until = None if row["until"] is None else from_ticks(row["until"])
    return KnownAge(read_band(row["band"]), until, Source(row["source"]))


def _row(request: ParentalRequest) -> dict[str, Any]:
    consent, ward = request.consent, request.ward
    return {
        "id": consent.id,
        "subject": ward.subject,
        "app": ward.app,
        "purpose": ward.purpose.value,
        "region": ward.region.value,
        "state": consent.state.value,
        "method": None if consent.method is None else consent.method.value,
        "since": to_ticks(consent.since),
        "until": None if consent.until is None else to_ticks(consent.until),
        "failed": consent.failed,
        "language": request.language.value,
        "notice": request.notice,
        "link": request.link,
        "reminded": int(request.reminded),
    }
