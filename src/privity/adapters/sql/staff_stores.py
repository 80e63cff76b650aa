"""Staff inside one transaction: access.ports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    Table,
    delete,
    insert,
    select,
    true,
    update,
)

from privity.access.accounts import Account, Factor, FactorKind, State
from privity.access.grants import Request, Stage
from privity.access.sessions import Guesses, Session, holds
from privity.access.staff import GrantId, Role, StaffId
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.staff_tables import (
    access_request,
    guesses,
    staff_account,
    staff_factor,
    staff_session,
)
from privity.model.words import ConversationRef, Purpose, Region

_TICK = timedelta(microseconds=1)
_OPEN = (Stage.ASKED.value, Stage.APPROVED.value)


class SqlAccounts:
    """access.ports.Accounts."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, account: Account) -> None:
        """Store an account."""
        _put(self._pending, staff_account, staff_account.c.id == account.id, _account_row(account))

    def get(self, name: StaffId) -> Account | None:
        """Return an account, or None."""
        return next(iter(self._some(staff_account.c.id == name)), None)

    def by_mail(self, mail: str) -> Account | None:
        """Return the account, not ended, of this address, or None."""
        living = staff_account.c.state != State.ENDED.value
        return next(iter(self._some((staff_account.c.mail == mail) & living)), None)

    def by_invitation(self, digest: str) -> Account | None:
        """Return the account that awaits whoever holds the secret of this digest, or None."""
        waits = staff_account.c.state == State.INVITED.value
        return next(iter(self._some((staff_account.c.invitation == digest) & waits)), None)

    def all(self) -> tuple[Account, ...]:
        """Return every account, oldest first."""
        return self._some(true())

    def factors(self, name: StaffId) -> tuple[Factor, ...]:
        """Return the factors of an account, oldest first."""
        columns = staff_factor.c
        query = select(staff_factor).where(columns.account == name)
        ordered = query.order_by(columns.made_at, columns.id)
        return tuple(map(_factor, self._pending.direct().execute(ordered).mappings()))

    def factor(self, name: str) -> Factor | None:
        """Return a factor by its id, or None."""
        query = select(staff_factor).where(staff_factor.c.id == name)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else _factor(row)

    def add_factor(self, factor: Factor) -> None:
        """Store a new factor."""
        values = {
            "id": factor.id,
            "account": factor.account,
            "kind": factor.kind.value,
            "secret": factor.secret,
            "counter": factor.counter,
            "made_at": to_ticks(factor.made_at),
            "name": factor.name,
        }
        self._pending.direct().execute(insert(staff_factor).values(**values))

    def count(self, factor: str, counter: int) -> bool:
        """Raise a factor's counter; say whether it is higher than it was."""
        older = (staff_factor.c.id == factor) & (staff_factor.c.counter < counter)
        change = update(staff_factor).where(older).values(counter=counter)
        return bool(self._pending.direct().execute(change).rowcount)

    def remove_factor(self, factor: str) -> bool:
        """Remove a factor and say whether there was one."""
        return _remove(self._pending, staff_factor, staff_factor.c.id == factor) > 0

    def _some(self, which: ColumnElement[bool]) -> tuple[Account, ...]:
        columns = staff_account.c
        query = select(staff_account).where(which).order_by(columns.made_at, columns.id)
        return tuple(map(_account, self._pending.direct().execute(query).mappings()))


class SqlSessions:
    """access.ports.Sessions."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, session: Session) -> None:
        """Store a session."""
        values = {
            "digest": session.digest,
            "account": session.account,
            "csrf": session.csrf,
            "began": to_ticks(session.began),
            "seen": to_ticks(session.seen),
            "proved": to_ticks(session.proved),
        }
        _put(self._pending, staff_session, staff_session.c.digest == session.digest, values)

    def get(self, digest: str) -> Session | None:
        """Return a session, or None."""
        query = select(staff_session).where(staff_session.c.digest == digest)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else _session(row)

    def of(self, account: StaffId, now: datetime) -> tuple[Session, ...]:
        """Return the sessions of an account that hold now, newest first."""
        columns = staff_session.c
        query = select(staff_session).where(columns.account == account)
        ordered = query.order_by(columns.began.desc(), columns.digest)
        rows = self._pending.direct().execute(ordered).mappings()
        return tuple(each for each in map(_session, rows) if holds(each, now))

    def remove(self, digest: str) -> None:
        """End a session."""
        _remove(self._pending, staff_session, staff_session.c.digest == digest)

    def remove_of(self, account: StaffId) -> int:
        """End every session of an account and say how many there were."""
        return _remove(self._pending, staff_session, staff_session.c.account == account)

    def sweep(self, before: datetime) -> int:
        """Remove sessions that began before this and guesses that were made before it."""
        ticks = to_ticks(before)
        gone = _remove(self._pending, staff_session, staff_session.c.began < ticks)
        return gone + _remove(self._pending, guesses, guesses.c.last < ticks)

    def guesses(self, who: str) -> Guesses:
        """Return the wrong tries for a keyed reference."""
        query = select(guesses).where(guesses.c.who == who)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return Guesses() if row is None else Guesses(row["count"], from_ticks(row["last"]))

    def guessed(self, who: str, found: Guesses) -> None:
        """Store them; none are forgotten by storing a count of 0."""
        if found.last is None or not found.count:
            _remove(self._pending, guesses, guesses.c.who == who)
            return
        values = {"who": who, "count": found.count, "last": to_ticks(found.last)}
        _put(self._pending, guesses, guesses.c.who == who, values)


class SqlGrants:
    """access.ports.Grants."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, request: Request, reason: bytes) -> None:
        """Store a request and its sealed reason."""
        values = {**_request_row(request), "reason": reason}
        _put(self._pending, access_request, access_request.c.id == request.id, values)

    def decide(self, request: Request) -> None:
        """Store what became of a request that is stored."""
        change = update(access_request).where(access_request.c.id == request.id)
        decided = request.decided_at
        values = {
            "stage": request.stage.value,
            "approver": request.approver,
            "decided_at": None if decided is None else to_ticks(decided),
        }
        self._pending.direct().execute(change.values(**values))

    def get(self, name: GrantId) -> tuple[Request, bytes] | None:
        """Return a request without its reason, and the sealed reason, or None."""
        query = select(access_request).where(access_request.c.id == name)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else (_request(row), row["reason"])

    def latest(self, limit: int) -> tuple[Request, ...]:
        """Return the newest requests, without their reasons."""
        columns = access_request.c
        query = select(access_request).order_by(columns.asked_at.desc(), columns.id).limit(limit)
        return tuple(map(_request, self._pending.direct().execute(query).mappings()))

    def of(self, account: StaffId, limit: int) -> tuple[Request, ...]:
        """Return the newest requests of a reader, without their reasons."""
        columns = access_request.c
        query = select(access_request).where(columns.reader == account)
        newest = query.order_by(columns.asked_at.desc(), columns.id).limit(limit)
        return tuple(map(_request, self._pending.direct().execute(newest).mappings()))

    def end_of(self, account: StaffId) -> int:
        """End every request of a reader that could still open something; say how many."""
        columns = access_request.c
        which = (columns.reader == account) & columns.stage.in_(_OPEN)
        change = update(access_request).where(which).values(stage=Stage.ENDED.value)
        return int(self._pending.direct().execute(change).rowcount)


def _put(
    pending: Pending, table: Table, which: ColumnElement[bool], values: dict[str, Any]
) -> None:
    if not pending.direct().execute(update(table).where(which).values(**values)).rowcount:
        pending.direct().execute(insert(table).values(**values))


def _remove(pending: Pending, table: Table, which: ColumnElement[bool]) -> int:
    gone = int(pending.direct().execute(delete(table).where(which)).rowcount)
    if gone:
        pending.link.deleted()
    return gone


def _account_row(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "mail": account.mail,
        "roles": " ".join(sorted(account.roles)),
        "regions": " ".join(sorted(account.regions)),
        "state": account.state.value,
        "invitation": account.invitation,
        "invited_until": to_ticks(account.invited_until),
        "made_at": to_ticks(account.made_at),
        "admitted_by": " ".join(sorted(account.admitted_by)),
        "confirmed_by": account.confirmed_by,
    }


def _account(row: RowMapping) -> Account:
    return Account(
        StaffId(row["id"]),
        row["name"],
        row["mail"],
        frozenset(map(Role, row["roles"].split())),
        frozenset(map(Region, row["regions"].split())),
        State(row["state"]),
        row["invitation"],
        from_ticks(row["invited_until"]),
        from_ticks(row["made_at"]),
        frozenset(map(StaffId, row["admitted_by"].split())),
        None if row["confirmed_by"] is None else StaffId(row["confirmed_by"]),
    )


_KINDS = {kind.value: kind for kind in FactorKind}


def _factor(row: RowMapping) -> Factor:
    return Factor(
        row["id"],
        StaffId(row["account"]),
        _KINDS[row["kind"]],
        row["secret"],
        row["counter"],
        from_ticks(row["made_at"]),
        row["name"],
    )


def _session(row: RowMapping) -> Session:
    return Session(
        row["digest"],
        StaffId(row["account"]),
        row["csrf"],
        from_ticks(row["began"]),
        from_ticks(row["seen"]),
        from_ticks(row["proved"]),
    )


def _request_row(request: Request) -> dict[str, Any]:
    decided = request.decided_at
    return {
        "id": request.id,
        "reader": request.reader,
        "session": request.session,
        "conversation": request.conversation,
        "region": request.region.value,
        "purpose": request.purpose.value,
        "ticket": request.ticket,
        "lasts": request.lasts // _TICK,
        "asked_at": to_ticks(request.asked_at),
        "stage": request.stage.value,
        "approver": request.approver,
        "decided_at": None if decided is None else to_ticks(decided),
    }


def _request(row: RowMapping) -> Request:
    return Request(
        GrantId(row["id"]),
        StaffId(row["reader"]),
        row["session"],
        ConversationRef(row["conversation"]),
        Region(row["region"]),
        Purpose(row["purpose"]),
        row["ticket"],
        "",
        _TICK * row["lasts"],
        from_ticks(row["asked_at"]),
        Stage(row["stage"]),
        None if row["approver"] is None else StaffId(row["approver"]),
        None if row["decided_at"] is None else from_ticks(row["decided_at"]),
    )
