"""An entry of the log, read back from the bytes that the tree commits to.

Invariant: `canonical(read_entry(body)) == body`, or LogCorrupt is raised; times are to the
millisecond, as they are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from privity.audit.entry import Entry, Event, canonical
from privity.errors import LogCorrupt
from privity.model.finding import Tally
from privity.model.words import (
    AppId,
    Category,
    ConversationRef,
    PracticeId,
    Purpose,
    RequestId,
    SubjectRef,
    Treatment,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_KINDS = {category.value: category for category in Category}


def read_entry(body: bytes) -> Entry:
    """Return the entry that these bytes are the canonical form of. Raises LogCorrupt."""
    try:
        entry = _entry(orjson.loads(body))
        same = canonical(entry) == body
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        msg = "an entry of the log cannot be read"
        raise LogCorrupt(msg) from error
    if not same:
        msg = "an entry of the log is not in canonical form"
        raise LogCorrupt(msg)
    return entry


def _entry(said: Mapping[str, Any]) -> Entry:
    return Entry(
        Event(said["event"]),
        _EPOCH + timedelta(milliseconds=said["at"]),
        said["policy"],
        because=tuple(PracticeId(practice) for practice in said.get("because", ())),
        request=None if "request" not in said else RequestId(said["request"]),
        app=None if "app" not in said else AppId(said["app"]),
        purpose=None if "purpose" not in said else Purpose(said["purpose"]),
        subject=None if "subject" not in said else SubjectRef(said["subject"]),
        conversation=None if "conversation" not in said else ConversationRef(said["conversation"]),
        tally=_tally(said.get("found", {})),
        facts=said.get("facts", {}),
    )


def _tally(found: Mapping[str, int]) -> Tally:
    split = ((key.rpartition("/"), count) for key, count in found.items())
    return {(_KINDS[kind], Treatment(how)): count for (kind, _, how), count in split}
