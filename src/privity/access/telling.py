"""Telling privacy officers what somebody of the staff does.

Invariants: a letter is written in the transaction of what it tells of, with an entry of the log; it
goes to every privacy officer whose account is in use, whoever acts.
"""

from __future__ import annotations

from privity.access.desk import Acting
from privity.access.notices import Notice, to_officers
from privity.audit.entry import Event


def tell_officers(acting: Acting, notice: Notice, about: str) -> None:
    """Let every privacy officer know. `about`: the id of a grant or of an account."""
    named = "colleague" if notice is Notice.ADMITTED else "grant"
    for note in to_officers(acting.tx.accounts.all(), notice, about, acting.at.now):
        acting.tx.notes.add(note)
        said = {"letter": note.id, "kind": notice.value, named: about}
        acting.write(Event.MAIL_POSTED, said)
