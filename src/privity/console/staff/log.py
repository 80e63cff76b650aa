"""The log as auditors read it: found by event, time and reference; each entry with its proof.

Invariants: who reads the log is in the log before anything is shown, with what they looked for; an
entry is shown only with a proof that was checked against the signed checkpoint; the archive holds
everything an outsider needs, and nothing here holds text of a person: what is looked for is a code,
or it is refused before it is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from privity.access.desk import Acting, Refusal, Wish
from privity.access.staff import Action, Kind, StaffId, Thing
from privity.audit.entry import Event
from privity.audit.search import REFERENCE, Search, reference
from privity.console.staff.navigation import Group, Section, may, to
from privity.console.staff.rendering import ROOT
from privity.console.staff.site import Handler, Site, StaffRequest, form, page
from privity.console.staff.sources import Known, Shown
from privity.errors import BadInput
from privity.model.words import Purpose

PATH = f"{ROOT}/log"
SHOWN = 50
_LONGEST = 18
_EVIDENCE = Thing(Kind.EVIDENCE, "log")
SEE = Wish(Action.SEE_EVIDENCE, _EVIDENCE, Purpose.SECURITY)
EXPORT = Wish(Action.EXPORT_EVIDENCE, _EVIDENCE, Purpose.SECURITY)


async def _finds(site: Site, _: StaffRequest, typed: str) -> str | None:
    """Return the entry of this number, if there is one, or the entries that make this reference."""
    if _is_index(typed):
        found = await site.sources.logs.find("", Search(), 0, 1)
        return f"{PATH}/{int(typed)}" if int(typed) < found.size else None
    return f"{PATH}?about={typed}" if re.fullmatch(REFERENCE, typed) else None


SECTIONS = (
    Section(
        PATH,
        "Log",
        Group.WATCH,
        to(SEE),
        "Everything that happened, entry by entry, with proofs; never whose words.",
        "audit entries events evidence proof checkpoint export",
        _finds,
    ),
)


def routes(site: Site) -> list[Route]:
    """Return the log, its entries, their proofs, and the archive."""

    async def shown(asked: StaffRequest) -> Response:
        log, entry, names = await _entry(site, asked)
        values = {"shown": entry, "log": log, "names": names, "suffix": _suffix(log)}
        return await site.page("log_entry.html", asked, values)

    async def proof(asked: StaffRequest) -> Response:
        _, entry, _ = await _entry(site, asked)
        name = f"{entry.index}.tlog-proof"
        return Response(entry.proof, headers=_download(name), media_type="text/plain")

    async def export(asked: StaffRequest) -> Response:
        log = _named(site, asked)
        await site.act(asked, lambda acting: acting.refused(EXPORT) or True)
        return await site.page("log_export.html", asked, {"log": log})

    return [
        page(site, PATH, _listing(site)),
        page(site, f"{PATH}/export", export),
        form(site, f"{PATH}/export", _exporting(site)),
        page(site, f"{PATH}/{{index}}", shown),
        page(site, f"{PATH}/{{index}}/proof", proof),
    ]


def _listing(site: Site) -> Handler:
    async def listed(asked: StaffRequest) -> Response:
        wanted, below = _search(asked.query), _index(asked.query.get("below", ""))
        log = _named(site, asked)
        said = {"event": "" if wanted.event is None else wanted.event.value}
        seen = {**said, "about": wanted.reference, "log": log.origin}
        names = await site.act(asked, lambda acting: _told(acting, seen))
        found = await site.sources.logs.find(log.name, wanted, below, SHOWN)
        values = {
            "found": found,
            "names": names,
            "log": log,
            "logs": site.sources.logs.known(),
            "events": tuple(sorted(each.value for each in Event)),
            "query": asked.query,
            "form": REFERENCE,
            "older": _address(asked.query, found.older),
            "newest": _address(asked.query, None) if below is not None else "",
            "exports": await _may_export(site, asked),
        }
        return await site.page("log.html", asked, values)

    return listed


def _exporting(site: Site) -> Handler:
    async def export(asked: StaffRequest) -> Response:
        log = next((e for e in site.sources.logs.known() if e.name == asked.form.one("log")), None)
        if log is None:
            raise BadInput(_NO_LOG)

        def told(acting: Acting) -> Refusal | bool:
            if refusal := acting.refused(EXPORT):
                return refusal
            acting.write(Event.EVIDENCE_EXPORTED, {"log": log.origin})
            return True

        await site.act(asked, lambda acting: acting.refused(EXPORT) or True)
        # Only what can be sent is said to be exported: a log that does not hold raises here.
        made = await site.sources.logs.bundle(log.name)
        await site.act(asked, told)
        headers = {**_download("evidence.zip"), "content-length": str(made.length)}
        return StreamingResponse(made.parts, headers=headers, media_type="application/zip")

    return export


async def _entry(site: Site, asked: StaffRequest) -> tuple[Known, Shown, Mapping[StaffId, str]]:
    """Return an entry with its proof, once the log says who reads it. Raises BadInput."""
    log, index = _named(site, asked), _index(asked.named["index"])
    seen: dict[str, str | int] = {"entry": -1 if index is None else index, "log": log.origin}
    names = await site.act(asked, lambda acting: _told(acting, seen))
    found = None if index is None else await site.sources.logs.show(log.name, index)
    if found is None:
        message = "the log has no entry of this number"
        raise BadInput(message)
    return log, found, names


def _told(acting: Acting, seen: Mapping[str, str | int]) -> Refusal | dict[StaffId, str]:
    """Write that the log is read; return the names of staff, which it does not hold."""
    if refusal := acting.refused(SEE):
        return refusal
    acting.write(Event.EVIDENCE_SEEN, {key: value for key, value in seen.items() if value != ""})
    return {each.id: each.name or "who left" for each in acting.tx.accounts.all()}


async def _may_export(site: Site, asked: StaffRequest) -> bool:
    return await site.act(asked, lambda acting: may(acting, EXPORT))


def _named(site: Site, asked: StaffRequest) -> Known:
    """Return the log that an address names. Raises BadInput."""
    name = asked.query.get("log", "")
    found = next((each for each in site.sources.logs.known() if each.name == name), None)
    if found is None:
        raise BadInput(_NO_LOG)
    return found


def _search(query: Mapping[str, str]) -> Search:
    """Return what an address looks for. Raises BadInput."""
    event = next((each for each in Event if each.value == query.get("event", "")), None)
    return Search(
        event,
        reference(query.get("about", "").strip()),
        _day(query.get("since", "")),
        _day(query.get("until", ""), timedelta(days=1)),
    )


def _day(given: str, after: timedelta = timedelta()) -> datetime | None:
    """Return when a day begins, or a time after that. Raises BadInput, as for 9999-12-31."""
    try:
        if not given:
            return None
        return datetime.combine(date.fromisoformat(given), time(), UTC) + after
    except (ValueError, OverflowError):
        message = "a day is written like 2026-01-31"
        raise BadInput(message) from None  # the inner error quotes what was sent


def _is_index(given: str) -> bool:
    return given.isascii() and given.isdigit() and len(given) <= _LONGEST


def _index(given: str) -> int | None:
    return int(given) if _is_index(given) else None


def _address(query: Mapping[str, str], below: int | None) -> str:
    """Return the address of older entries; empty at the end."""
    kept = {key: query[key] for key in ("log", "event", "about", "since", "until") if key in query}
    if below is not None:
        kept["below"] = str(below)
    return f"{PATH}?{urlencode(kept)}"


def _suffix(log: Known) -> str:
    return f"?{urlencode({'log': log.name})}" if log.name else ""


def _download(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


_NO_LOG = "there is no log of this name"
