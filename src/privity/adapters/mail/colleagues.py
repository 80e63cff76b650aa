"""Send letters to staff: claim, send, settle, as with letters to people.

Invariants: the address is the account's when the letter is sent; who has no account in use any more
gets none; a letter is sent at least once, and given up after `LIFE` with an entry of the log.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from privity.access.accounts import State
from privity.access.notices import Note, Notice
from privity.adapters.mail.compose import Composer
from privity.adapters.mail.sending import BATCH, LEASE, Writing, wait
from privity.adapters.mail.smtp import Later, Never, Outcome, Sent, Server, connected
from privity.adapters.sql.stores import SqlTransaction
from privity.audit.entry import Entry, Event
from privity.errors import BadInput
from privity.model.text import Raw
from privity.model.words import Language
from privity.rights.letters import LIFE, Fact, Letter, LetterId, LetterKind


@dataclass(frozen=True, slots=True)
class StaffMailer:
    """Sends the letters to the staff of a home. `site`: where staff reach this server."""

    journal: Writing
    server: Server
    composer: Composer
    clock: Callable[[], datetime]
    site: str
    policy: str

    async def send_waiting(self) -> int:
        """Try what is due once, and return how many letters went out.

        Raises MailUnavailable when the server cannot be used, CredentialMissing, KeyExposed, and
        what the journal raises; what was claimed is then put off.
        """
        now, until = self.clock(), self.clock() + LEASE
        claimed = await self.journal.write(lambda tx: tx.notes.claim(now, until, BATCH))
        left, sent = list(claimed), 0
        if not left:
            return 0
        try:
            async with connected(self.server) as line:
                while left:
                    note = left[0]
                    letter = await self.journal.write(partial(self._letter, note))
                    outcome: Outcome = Never("gone")
                    if letter is not None:
                        message = self.composer.message(LetterId(note.id), letter, note.made_at)
                        outcome = await line.send(message)
                    await self._settle(note, outcome)
                    sent += isinstance(outcome, Sent)
                    left.pop(0)
        finally:
            for note in left:
                await self._settle(note, Later("connection"))
        return sent

    def _letter(self, note: Note, tx: SqlTransaction) -> Letter | None:
        account = tx.accounts.get(note.account)
        if account is None or account.state is not State.ACTIVE:
            return None
        try:
            return Letter(
                LetterKind(note.notice.value), Raw(account.mail), Language.EN, self._facts(note)
            )
        except BadInput:
            return None  # an address to which no letter can go

    def _facts(self, note: Note) -> dict[Fact, str]:
        if note.notice is Notice.TRAINING:
            return {Fact.LINK: f"{self.site}/console/training", Fact.DATE: note.about}
        page = "staff" if note.notice is Notice.ADMITTED else "access"
        return {Fact.LINK: f"{self.site}/console/{page}/{note.about}"}

    async def _settle(self, note: Note, outcome: Outcome) -> None:
        now = self.clock()
        await self.journal.write(lambda tx: settle(tx, note, outcome, now, self.policy))


def settle(tx: SqlTransaction, note: Note, outcome: Outcome, at: datetime, policy: str) -> None:
    """Write how a try ended. `policy`: the digest of the one in force."""
    given_up = isinstance(outcome, Never) or at + wait(note.attempts) - note.made_at > LIFE
    if isinstance(outcome, Later) and not given_up:
        tx.notes.put_off(note.id, at + wait(note.attempts))
        return
    if not tx.notes.remove(note.id):
        return  # another worker has settled it, after this one's claim had ended
    facts: dict[str, str | int] = {
        "letter": note.id,
        "kind": note.notice.value,
        "account": note.account,
        "attempts": note.attempts,
    }
    event = Event.MAIL_SENT
    if not isinstance(outcome, Sent):
        event, facts["code"] = Event.MAIL_GIVEN_UP, outcome.code
    tx.log.append(Entry(event, at, policy, facts=facts))
