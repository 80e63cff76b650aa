"""Append entries and seal records until standard input ends, with whichever privity is found.

    python writing.py URL ROOT_KEY NAME

Prints the revision of the tables that this version knows and where it lies, then the index of each
entry as soon as it is durable. When told to end, it opens every record that there is and prints how
many it opened.
"""

import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import privity
from privity.adapters.keys.file import FileCustodian
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.schema import REVISION
from privity.adapters.sql.session import Session
from privity.audit.entry import Entry, Event
from privity.audit.signing import Signer
from privity.model.words import ConversationRef, Purpose, Region, RequestId, SubjectRef
from privity.vault.keep import Lifetime, Vault
from privity.vault.ports import Place

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIFE = Lifetime(NOW, timedelta(days=30))
WHO = SubjectRef("someone")


def main(url: str, root_key: str, name: str) -> None:
    session = Session(open_engine(url), Signer("privity.test/log", bytes(range(32))))
    vault = Vault(FileCustodian(Path(root_key)))
    ending = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ending.set()), daemon=True).start()
    say(f"{REVISION} {privity.__file__}")
    number = 0
    while not ending.is_set():
        record = f"{name}-{number}"

        def work(tx, record=record):
            place = Place(Region.EU, Purpose.ASSIST, WHO, record, "transcript")
            vault.seal(tx, place, ConversationRef("c"), record.encode(), LIFE)
            return tx.log.append(
                Entry(Event.EXCHANGE_ALLOWED, NOW, name, request=RequestId(record))
            )

        [outcome] = session.run([work])
        if outcome.error is not None:
            raise outcome.error
        number += 1
        say(str(outcome.value))
    with session.transaction() as tx:
        records = tx.records.of(WHO)
        opened = [vault.open(tx, each, NOW).decode() == each.place.record for each in records]
    say(str(opened.count(True)))
    session.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
