"""Alerts and followers of the log inside one transaction: oversight.alerts, oversight.ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, RowMapping, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from privity.access.staff import StaffId
from privity.adapters.sql.alerts_tables import alert, follower, known, volume
from privity.adapters.sql.columns import from_ticks, to_ticks
from privity.adapters.sql.pending import Pending
from privity.adapters.sql.staff_tables import staff_account
from privity.oversight.alerts import Alert, Explained, Incident, Reason, State
from privity.oversight.observe import Known, Past, Sample
from privity.oversight.ports import Followed
from privity.oversight.rule import Level

_HOUR = 3600


class SqlAlerts:
    """oversight.alerts.Alerts."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def put(self, given: Alert) -> None:
        """Store an alert, in the place of the one with its id if there is one."""
        connection = self._pending.direct()
        connection.execute(delete(alert).where(alert.c.id == given.id))
        connection.execute(alert.insert().values(**_row(given)))

    def get(self, name: str) -> Alert | None:
        """Return an alert, or None."""
        query = select(alert).where(alert.c.id == name)
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else _alert(row)

    def going_on(self, rule: str, actor: str, since: datetime) -> Alert | None:
        """Return the alert, not closed, that this may extend: it was seen since then; or None."""
        columns = alert.c
        query = (
            select(alert)
            .where(columns.rule == rule, columns.actor == actor)
            .where(columns.last >= to_ticks(since), columns.state != State.CLOSED.value)
            .order_by(columns.last.desc(), columns.id)
            .limit(1)
        )
        row = self._pending.direct().execute(query).mappings().one_or_none()
        return None if row is None else _alert(row)

    def latest(self, limit: int) -> tuple[Alert, ...]:
        """Return the newest alerts: those not closed first."""
        columns = alert.c
        ended = columns.state == State.CLOSED.value
        query = select(alert).order_by(ended, columns.last.desc(), columns.id).limit(limit)
        return tuple(map(_alert, self._pending.direct().execute(query).mappings()))


class SqlFollowers:
    """oversight.ports.Followers."""

    def __init__(self, pending: Pending) -> None:
        self._pending = pending

    def get(self, name: str) -> Followed | None:
        """Return up to where a follower came, or None."""
        return followed(self._pending.direct(), name)

    def put(self, name: str, followed: Followed) -> None:
        """Store up to where a follower came."""
        connection = self._pending.direct()
        connection.execute(delete(follower).where(follower.c.name == name))
        connection.execute(
            follower.insert().values(
                name=name,
                position=followed.position,
                leaf=followed.leaf,
                at=to_ticks(followed.at),
                holder=followed.holder,
                until=to_ticks(followed.until),
            )
        )

    def learn(self, new: Sequence[Known], samples: Sequence[Sample], at: datetime) -> None:
        """Store what actors did for the first time, and volumes of hours that are over."""
        ticks = to_ticks(at)
        habits = [{"kind": k, "who": who, "what": what, "at": ticks} for k, who, what in new]
        volumes = [
            {"pool": each.pool, "who": each.who, "hour": each.hour, "count": each.count}
            for each in samples
        ]
        connection = self._pending.direct()
        for table, rows in ((known, habits), (volume, volumes)):
            if rows:
                insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
                connection.execute(insert(table).on_conflict_do_nothing(), rows)

    def forget(self, before: datetime) -> int:
        """Remove volumes and habits from before a time and say how many."""
        connection = self._pending.direct()
        gone = connection.execute(delete(volume).where(volume.c.hour < _hour(before))).rowcount
        old = delete(known).where(known.c.at < to_ticks(before))
        return int(gone) + int(connection.execute(old).rowcount)


def followed(connection: Connection, name: str) -> Followed | None:
    """Return up to where a follower came, or None."""
    query = select(follower).where(follower.c.name == name)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    at, until = from_ticks(row["at"]), from_ticks(row["until"])
    return Followed(row["position"], bytes(row["leaf"]), at, row["holder"], until)


def past(connection: Connection, since: datetime) -> Past:
    """Return what is remembered, volumes since a time."""
    query = select(volume.c.pool, volume.c.count).where(volume.c.hour >= _hour(since))
    volumes: dict[str, list[int]] = {}
    for pool, count in connection.execute(query.order_by(volume.c.hour)):
        volumes.setdefault(pool, []).append(count)
    habits = connection.execute(select(known))
    return Past(
        {pool: tuple(counts) for pool, counts in volumes.items()},
        {(kind, who, what): from_ticks(at).timestamp() for kind, who, what, at in habits},
    )


def staff_roles(connection: Connection) -> Mapping[str, str]:
    """Return the roles of each account of the staff, as one word."""
    rows = connection.execute(select(staff_account.c.id, staff_account.c.roles))
    return {name: str(roles).replace(" ", "+").replace(",", "+") for name, roles in rows}


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // _HOUR


def _row(given: Alert) -> dict[str, Any]:
    seen = {
        "entries": given.entries,
        "said": dict(given.said),
        "explained": asdict(given.explained),
    }
    return {
        "id": given.id,
        "rule": given.rule,
        "level": given.level.value,
        "actor": given.actor,
        "first": to_ticks(given.first),
        "last": to_ticks(given.last),
        "count": given.count,
        "hits": given.hits,
        "state": given.state.value,
        "incident": given.incident.value,
        "seen": orjson.dumps(seen),
        "by": given.by,
        "reason": given.reason and given.reason.value,
        "decided_at": given.decided_at and to_ticks(given.decided_at),
    }


def _alert(row: RowMapping) -> Alert:
    seen = orjson.loads(bytes(row["seen"]))
    said = seen["explained"]
    lists = {name: tuple(said[name]) for name in ("false_positives", "tags")}
    return Alert(
        id=row["id"],
        rule=row["rule"],
        level=Level(row["level"]),
        actor=row["actor"],
        first=from_ticks(row["first"]),
        last=from_ticks(row["last"]),
        count=row["count"],
        hits=row["hits"],
        entries=tuple(seen["entries"]),
        said=seen["said"],
        explained=Explained(**{**said, **lists}),
        state=State(row["state"]),
        incident=Incident(row["incident"]),
        by=row["by"] and StaffId(row["by"]),
        reason=row["reason"] and Reason(row["reason"]),
        decided_at=None if row["decided_at"] is None else from_ticks(row["decided_at"]),
    )
