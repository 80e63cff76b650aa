"""Asks the witnesses of a log to cosign its newest checkpoint, and keeps what they answer.

Invariants: nothing of this is on the path of a message; what is sent is a signed checkpoint and
hashes; an answer is kept only if it is a valid cosignature of a witness that the operator named. A
witness that has seen another history is told of as LogCorrupt: that is what witnesses are for.
What is kept can be asked for again, so it needs no database.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import aiohttp

from privity.adapters.bundle import Signed
from privity.adapters.egress import Firewall, Network, way_to
from privity.adapters.home import write_private
from privity.adapters.sql.read import Reader
from privity.audit.checkpoint import Checkpoint, open_checkpoint
from privity.audit.cosigning import WitnessKey, read_witness_key
from privity.audit.proofs import consistency_proof
from privity.audit.signing import Verifier
from privity.audit.tiles import TiledNodes
from privity.audit.witness import CONFLICT, INCONSISTENT, Submission
from privity.errors import LogCorrupt, PrivityError, SettingsInvalid, WitnessUnavailable
from privity.gateway.report import Line, Report
from privity.settings import Settings

FOLDER = "cosigned"
SECONDS = 10.0
_SIZE_DIGITS = 20
_MOST_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Named:
    """A witness that the operator named: its key and where it answers."""

    key: WitnessKey
    url: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint that a witness cosigned, and when it did."""

    witness: Named
    checkpoint: Checkpoint
    at: datetime
    line: str
    note: str


def read_witnesses(file: Path) -> tuple[Named, ...]:
    """Read a list of witnesses, `witness NAME VKEY URL` in each line, as C2SP tlog-policy has it.

    Empty lines and those that begin with # are left out. Raises SettingsInvalid.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file} cannot be read: {type(error).__name__}"
        raise SettingsInvalid(msg) from error
    named = []
    for number, line in enumerate(lines, 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        match words:
            case ["witness", _, vkey, url] if url.startswith(("https://", "http://")):
                named.append(Named(read_witness_key(vkey), url.rstrip("/")))
            case _:
                msg = f"{file}:{number}: not of the form `witness NAME VKEY URL`"
                raise SettingsInvalid(msg)
    return tuple(named)


class Witnesses:
    """The witnesses of one log, and what they cosigned."""

    def __init__(
        self,
        folder: Path,
        named: tuple[Named, ...],
        reader: Reader,
        verifier: Verifier,
        networks: tuple[Network, ...] = (),
    ) -> None:
        self._networks = networks
        self._folder = folder / FOLDER
        self.named = named
        self._reader = reader
        self._verifier = verifier

    def seen(self) -> tuple[Seen, ...]:
        """Return what each witness cosigned last; one that cosigned nothing is left out."""
        found = (self._seen_by(witness) for witness in self.named)
        return tuple(each for each in found if each is not None)

    def signed(self, note: str) -> Signed:
        """Return a checkpoint of the log with the cosignatures that it has. Raises LogCorrupt."""
        seen = self.seen()
        text = note.rpartition("\n\n")[0]
        over = [each for each in seen if each.note.rpartition("\n\n")[0] == text]
        lines = "".join(f"{each.line}\n" for each in over if each.line not in note)
        keys = tuple(each.witness.key.vkey for each in over)
        return Signed(open_checkpoint(self._verifier, note), note + lines, keys)

    def cosigned(self, index: int = -1) -> Signed | None:
        """Return the newest checkpoint that a witness cosigned, if it covers this entry."""
        newest = max(self.seen(), key=lambda each: each.checkpoint.size, default=None)
        covers = newest is not None and newest.checkpoint.size > index
        return self.signed(newest.note) if newest is not None and covers else None

    async def ask(self, witness: Named) -> Seen:
        """Have a witness cosign the newest checkpoint.

        Raises WitnessUnavailable, DatabaseUnavailable, and LogCorrupt when the witness has seen
        what this log does not extend.
        """
        known = await asyncio.to_thread(self._seen_by, witness)
        old, status = 0 if known is None else known.checkpoint.size, 0
        for _ in range(2):
            given = await asyncio.to_thread(self._submission, old)
            status, kind, body = await _post(
                f"{witness.url}/add-checkpoint", given.text(), self._networks
            )
            if status == CONFLICT and kind.startswith("text/x.tlog.size") and _is_size(body):
                if int(body) == old:
                    break
                old = int(body)
                continue
            if status != 200:  # noqa: PLR2004 - HTTP's word for success
                break
            return await asyncio.to_thread(self._keep, witness, given.note + body)
        if status in {CONFLICT, INCONSISTENT}:
            msg = f"{witness.key.name} has seen another history of this log"
            raise LogCorrupt(msg)
        msg = f"{witness.key.name} answered with status {status}"
        raise WitnessUnavailable(msg)

    def _submission(self, old: int) -> Submission:
        with self._reader.snapshot() as log:
            head = log.head()
            if old > head.size:
                msg = f"a witness has seen {old} entries of this log, which has {head.size}"
                raise LogCorrupt(msg)
            proof = consistency_proof(TiledNodes(log), old, head.size)
        return Submission(old, proof, head.note)

    def _keep(self, witness: Named, answered: str) -> Seen:
        """Keep a note with the witness's own line only. Raises LogCorrupt."""
        at, line = witness.key.seen_at(answered)
        text = answered.rpartition("\n\n")[0]
        log_lines = [each for each in answered.rpartition("\n\n")[2].splitlines() if each != line]
        note = text + "\n\n" + "".join(f"{each}\n" for each in (*log_lines, line))
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            write_private(self._file(witness), note.encode())
        except OSError as error:
            msg = f"what a witness answered could not be kept: {type(error).__name__}"
            raise WitnessUnavailable(msg) from error
        return Seen(witness, open_checkpoint(self._verifier, note), at, line, note)

    def _seen_by(self, witness: Named) -> Seen | None:
        try:
            note = self._file(witness).read_text(encoding="utf-8")
            checkpoint = open_checkpoint(self._verifier, note)
            at, line = witness.key.seen_at(note)
        except (OSError, UnicodeDecodeError, PrivityError):
            return None  # it is asked for again
        return Seen(witness, checkpoint, at, line, note)

    def _file(self, witness: Named) -> Path:
        return self._folder / sha256(witness.key.vkey.encode()).hexdigest()[:16]


def witnesses_of(settings: Settings, reader: Reader, verifier: Verifier) -> Witnesses:
    """Return the witnesses that the settings name. Raises SettingsInvalid."""
    file = settings.witnesses.file
    named = read_witnesses(settings.path(file)) if file else ()
    return Witnesses(settings.folder, named, reader, verifier, settings.egress.networks)


async def keep_asking(witnesses: Witnesses, seconds: int, report: Report) -> None:
    """Ask every witness, now and again, until cancelled; what fails is reported by its code."""
    while witnesses.named:
        for number, each in enumerate(witnesses.named, 1):
            place = f"witness {number}"
            try:
                seen = await witnesses.ask(each)
                report(Line.WITNESSED, {"where": place, "count": seen.checkpoint.size})
            except PrivityError as error:
                report(Line.WITNESS_FAILED, {"where": place, "code": error.code})
        await asyncio.sleep(seconds)


async def _post(url: str, text: str, networks: tuple[Network, ...]) -> tuple[int, str, str]:
    """Return status, content type and body of an answer. Raises WitnessUnavailable."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    firewall = Firewall(way_to(url, networks))
    connector = aiohttp.TCPConnector(resolver=firewall, socket_factory=firewall.open)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.post(url, data=text.encode(), ssl=context, allow_redirects=False) as answer,
        ):
            body = await answer.content.read(_MOST_BYTES)
            return answer.status, answer.headers.get("content-type", ""), body.decode("utf-8")
    except (aiohttp.ClientError, TimeoutError, OSError, UnicodeDecodeError) as error:
        msg = f"a witness could not be reached: {type(error).__name__}"
        raise WitnessUnavailable(msg) from error


def _is_size(body: str) -> bool:
    size = body.removesuffix("\n")
    return size.isascii() and size.isdecimal() and len(size) <= _SIZE_DIGITS
