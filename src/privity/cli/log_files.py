"""`privity log export`, and the choice between a home's log and an exported folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from privity.adapters import home as homes
from privity.adapters.bundle import Bundle, open_bundle
from privity.adapters.bundle import export as export_log
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.read import Reader, Snapshot
from privity.adapters.witness.asking import witnesses_of
from privity.audit.signing import Verifier, read_vkey
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput
from privity.settings import load

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
SignedLog: TypeAlias = Snapshot | Bundle


def export(
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder; made, or brought up.")],
    home: HomeOption = HERE,
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
    verifier = verifier_of(home, key)
    reader = reader_of(home)
    witnesses = witnesses_of(load(home), reader, verifier)
    with reader.snapshot() as snapshot:
        signed = witnesses.cosigned() if cosigned else witnesses.signed(snapshot.head().note)
        if signed is None:
            message = "no witness has cosigned a checkpoint yet; see `privity log witness --ask`"
            raise BadInput(message)
        done = export_log(snapshot, verifier, signed, out)
    typer.echo(f"{out}: {done.size} entries, {done.size - done.before} of them new")
    typer.echo(f"check it: sh {out / 'verify.sh'} {verifier.vkey}")


def verifier_of(home: Path, key: str) -> Verifier:
    """Return the key that was given, or the home's own."""
    return read_vkey(key) if key else homes.open_home(load(home)).signer.verifier


def reader_of(home: Path) -> Reader:
    """Return what reads the log of a home."""
    return Reader(open_engine(load(home).database_url))


@contextmanager
def signed_log(home: Path, bundle: Path | None, verifier: Verifier) -> Iterator[SignedLog]:
    """Give the log of a home, or that of a folder."""
    if bundle is not None:
        yield open_bundle(bundle, verifier)
        return
    with reader_of(home).snapshot() as snapshot:
        yield snapshot


def read_text(path: Path) -> str:
    """Return the text of a file. Raises BadInput."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read: {type(error).__name__}"
        raise BadInput(message) from error
