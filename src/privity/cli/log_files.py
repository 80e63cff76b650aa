"""`privity log export`, and the choice between a home's log and an exported folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from privity.adapters import home as homes
from privity.adapters.bundle import Bundle, open_bundle
from privity.adapters.bundle import export as export_log
from privity.adapters.regions import store_at
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.read import Reader, Snapshot
from privity.adapters.witness.asking import witnesses_of
from privity.audit.signing import Verifier, read_vkey
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.errors import BadInput, SettingsInvalid
from privity.model.words import Region
from privity.settings import Settings, load

KeyOption = Annotated[
    str,
    typer.Option(
        "--key", help="The log's public key (name+id+base64); else the home's own, from its keys."
    ),
]
BundleOption = Annotated[
    Path | None,
    typer.Option("--bundle", help="A folder that `privity log export` wrote; needs no home."),
]
MOST_BYTES = 1 << 24
"""The largest receipt, certificate, checkpoint or proof that is read from a file."""
SignedLog: TypeAlias = Snapshot | Bundle


def export(
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder; made, or brought up.")],
    home: HomeOption = HERE,
    region: RegionOption = None,
    key: KeyOption = "",
    cosigned: Annotated[
        bool,
        typer.Option("--cosigned", help="Up to the newest checkpoint that a witness cosigned."),
    ] = False,
) -> None:
    """Write the log as static files that anyone can check with openssl and sha256sum.

    The folder holds entries and tree as C2SP tiles, the newest signed checkpoint, the public key
    and a script, `verify.sh`, that knows nothing of privity. Export into the same folder again, and
    only what grew is written; if the log does not extend what the folder holds, nothing is.

    For example:

      privity log export -o evidence && sh evidence/verify.sh
    """
    where = Where(home, region)
    verifier = verifier_of(where, key)
    reader = reader_of(where)
    witnesses = witnesses_of(where.settings, reader, verifier)
    with reader.snapshot() as snapshot:
        signed = witnesses.cosigned() if cosigned else witnesses.signed(snapshot.head().note)
        if signed is None:
            message = "no witness has cosigned a checkpoint yet; see `privity log witness --ask`"
            raise BadInput(message)
        done = export_log(snapshot, verifier, signed, out)
    typer.echo(f"{out}: {done.size} entries, {done.size - done.before} of them new")
    typer.echo(f"check it: sh {out / 'verify.sh'} {verifier.vkey}")


@dataclass(frozen=True, slots=True)
class Where:
    """Which log: that of a home's own store, or of a region in it."""

    home: Path
    region: Region | None = None

    @property
    def settings(self) -> Settings:
        """The settings of the home, narrowed to the region if it is a further one.

        Raises HomeMissing, SettingsInvalid.
        """
        settings = load(self.home)
        further = self.region is not None and self.region in settings.regions
        if self.region is not None and not further:
            # The home's own region may be named, too; any other is refused.
            return store_at(homes.open_home(settings), self.region).settings
        return settings if self.region is None else settings.of(self.region)


def verifier_of(where: Where, key: str) -> Verifier:
    """Return the key that was given, or the log's own."""
    return given_key(key) if key else homes.open_home(where.settings).signer.verifier


def given_key(key: str) -> Verifier:
    """Return a key that stands on the command line. Raises BadInput."""
    try:
        return read_vkey(key)
    except SettingsInvalid as error:
        raise BadInput(str(error)) from error


def reader_of(where: Where) -> Reader:
    """Return what reads a log."""
    return Reader(open_engine(where.settings.database_url))


@contextmanager
def signed_log(where: Where, bundle: Path | None, verifier: Verifier) -> Iterator[SignedLog]:
    """Give the log of a home or region, or that of a folder."""
    if bundle is not None:
        yield open_bundle(bundle, verifier)
        return
    with reader_of(where).snapshot() as snapshot:
        yield snapshot


def read_text(path: Path) -> str:
    """Return the text of a file of at most `MOST_BYTES`. Raises BadInput."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
        text = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {type(error).__name__}"
        raise BadInput(message) from None  # a decoding error holds the bytes
    if len(data) > MOST_BYTES:
        message = f"{path} is too large to be what it should be"
        raise BadInput(message)
    return text
