"""`privity erase` and `privity certificate`: destroy what is kept of a person, and prove it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from privity.access.app_keys import LOCAL
from privity.adapters import home as homes
from privity.adapters.erasing import erase_person
from privity.adapters.files import writing
from privity.adapters.moving import everywhere
from privity.adapters.regions import store_at
from privity.audit.checkpoint import open_checkpoint
from privity.audit.signing import Verifier
from privity.cli.log_files import given_key, read_text
from privity.cli.naming import Named, subject_named
from privity.cli.options import HERE, HomeOption, RegionOption
from privity.model.words import Region
from privity.settings import load
from privity.vault import certificate, discard
from privity.vault.discard import certified

OutOption = Annotated[
    Path | None, typer.Option("-o", "--output", help="Write the certificate here.")
]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    app.command("erase")(erase)
    group = typer.Typer(help="Issue and verify deletion certificates.", no_args_is_help=True)
    group.command("issue")(issue)
    group.command("verify")(verify)
    app.add_typer(group, name="certificate")


def erase(
    person: Annotated[
        str, typer.Argument(help="The person, as the application names them; `-`: from stdin.")
    ] = "",
    app: Annotated[str, typer.Option("--app", help="The application that names them so.")] = LOCAL,
    subject: Annotated[
        str, typer.Option("--subject", help="The person's reference, as in the log, instead.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    output: OutOption = None,
    home: HomeOption = HERE,
) -> None:
    """Destroy the keys and records of one person, for ever, and certify it.

    From the moment the keys are destroyed nothing of theirs can be read, whatever they said; the
    records are removed right after. Other people's are untouched. The certificate can be verified
    by anyone with the log's public key. Records under a legal hold stay until it ends.

    For example:

      privity erase customer-4711 --app helpdesk -o certificate.json

      privity erase --subject 9f86d081884c7d659a2feaa0c55ad015 --yes
    """
    opened = homes.open_home(load(home))
    policy = homes.policy_in_force(opened)
    who = subject_named(opened, Named(person, app, subject))
    if not yes:
        typer.confirm("Destroy everything kept of this person, for ever?", abort=True, err=True)
    done = erase_person(everywhere(homes.stores(opened), policy, homes.now), who)
    last = done[-1]
    _give(last.store, last.erased.entry, output)
    for each in done:
        log, erased = each.store.settings.storage.origin, each.erased
        message = f"erased: {erased.keys} keys destroyed; see entry {erased.entry} of {log}"
        typer.echo(message, err=True)
        if erased.held:
            typer.echo(f"a legal hold keeps {erased.held} records until it ends", err=True)


def issue(
    entry: Annotated[int, typer.Argument(help="The index of the erasure's entry in the log.")],
    output: OutOption = None,
    home: HomeOption = HERE,
    region: RegionOption = None,
) -> None:
    """Print the certificate of an erasure again.

    For example:

      privity certificate issue 41 -o certificate.json
    """
    _give(store_at(homes.open_home(load(home)), region), entry, output)


def verify(
    file: Annotated[Path, typer.Argument(help="A certificate of an erasure or a deletion.")],
    key: Annotated[
        str, typer.Option("--key", help="The log's public key; else the home's own.")
    ] = "",
    home: HomeOption = HERE,
    region: RegionOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Verify a certificate offline. With --key it needs no home.

    For example:

      privity certificate verify certificate.json --key privity.local/1a2b+0d1e2f3a+AbC=
    """
    text = read_text(file)
    verifier = _verifier(home, region, key)
    if discard.FORM in text:
        _say_records(discard.check(text, verifier), as_json=as_json)
        return
    said = certificate.check(text, verifier)
    if as_json:
        counts = {"keys": said.keys, "records": said.records, "held": said.held}
        typer.echo(json.dumps({"log": said.log, "subject": said.subject, **counts}, indent=2))
        return
    typer.echo(f"the log {said.log} proves: of the person {said.subject}")
    typer.echo(f"  {said.keys} keys were destroyed at {said.unreadable_at:%F %T} UTC")
    typer.echo(f"  {said.records} records were removed until {said.removed_at:%F %T} UTC")
    typer.echo(f"  {said.held} records were kept under a legal hold")


def _say_records(said: discard.DiscardCertificate, *, as_json: bool) -> None:
    if as_json:
        counts = {"records": len(said.records), "held": said.held}
        typer.echo(json.dumps({"log": said.log, "subject": said.subject, **counts}, indent=2))
        return
    typer.echo(f"the log {said.log} proves: of the person {said.subject}")
    typer.echo(f"  {len(said.records)} records were deleted at {said.deleted_at:%F %T} UTC")
    typer.echo(f"  {said.held} records were kept under a legal hold")


def _give(opened: homes.Home, entry: int, output: Path | None) -> None:
    with opened.journal.reader.snapshot() as snapshot:
        note = snapshot.head().note
        signed = (open_checkpoint(opened.signer.verifier, note), note)
        text = certified(snapshot, entry, signed)
    with writing(output) as stream:
        stream.write(text)


def _verifier(home: Path, region: Region | None, key: str) -> Verifier:
    return given_key(key) if key else store_at(homes.open_home(load(home)), region).signer.verifier
