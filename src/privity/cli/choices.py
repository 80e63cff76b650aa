"""`privity choices`: what a person decided, deciding as they asked, and the proof of it."""

from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from privity.access.app_keys import LOCAL
from privity.adapters import home as homes
from privity.adapters.files import writing
from privity.adapters.moving import Everywhere, everywhere, region_of
from privity.adapters.sql.stores import SqlTransaction
from privity.adapters.versions import counting
from privity.audit.checkpoint import open_checkpoint
from privity.audit.stored import read_entry
from privity.cli.naming import Named, subject_named
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput, ChoiceNotOffered
from privity.model.words import AppId, Purpose
from privity.policy.notice import period_words
from privity.rights import ledger as ledgers
from privity.rights.choices import Choice, Choices, Method
from privity.rights.controls import NOTHING, Offer, Value, offer_of, offered, read_setting
from privity.rights.effective import effective
from privity.rights.ledger import Person
from privity.rights.minors import stands_now
from privity.settings import load

PersonArgument = Annotated[
    str, typer.Argument(help="The person, as the application names them; `-`: from stdin.")
]
AppOption = Annotated[str, typer.Option("--app", help="The application that names them so.")]
SubjectOption = Annotated[
    str, typer.Option("--subject", help="The person's reference, as in the log, instead.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True)
class There:
    """A person, and the store of the region in which they are kept."""

    everywhere: Everywhere
    store: homes.Home
    person: Person


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(
        help="Show what a person decided, decide as they ask, prove it.", no_args_is_help=True
    )
    group.command("show")(show)
    group.command("set")(choose)
    group.command("ledger")(ledger)
    app.add_typer(group, name="choices")


def show(
    person: PersonArgument = "",
    app: AppOption = LOCAL,
    subject: SubjectOption = "",
    home: HomeOption = HERE,
    as_json: JsonOption = False,
) -> None:
    """Show everything that a person can decide, what they decided, and what holds.

    For example:

      privity choices show customer-4711 --app helpdesk
    """
    there = _there(home, Named(person, app, subject))
    policy, who = there.everywhere.policy, there.person
    with there.store.journal.transaction() as tx:
        choices = tx.choices.of(who.subject)
        standing = stands_now(tx, who.subject, policy, homes.now())
    counts = counting(there.everywhere.home.settings.home, policy)
    held = effective(policy, who.purpose, choices, standing, counts)
    lines = [_line(offer, choices, counts) for offer in offered(policy, who.purpose)]
    if as_json:
        typer.echo(json.dumps({"choices": lines, "kept": held.keep is not None}, indent=2))
        return
    for line in lines:
        made = f"{line['by']}, {line['since']}" if line["since"] else "not decided"
        made = f"{made}, before the notice changed" if line["stale"] else made
        typer.echo(f"{line['setting']:<20} {line['value']:<10} ({made}; may be {line['may_be']})")
    if held.minor:
        typer.echo("a minor without a parent's consent: nothing is kept or used further")


def choose(
    setting: Annotated[
        str, typer.Option("--setting", help="keep, train, review, mail, share:NAME")
    ],
    value: Annotated[str, typer.Option("--value", help="yes, no, nothing, or a time: `7 days`.")],
    person: PersonArgument = "",
    app: AppOption = LOCAL,
    subject: SubjectOption = "",
    home: HomeOption = HERE,
) -> None:
    """Decide for a person, because they asked for it; the log says that staff did.

    It holds from the next message on, and for what is kept already.

    For example:

      privity choices set customer-4711 --app helpdesk --setting keep --value nothing
    """
    there = _there(home, Named(person, app, subject))
    policy, who = there.everywhere.policy, there.person
    offer = offer_of(policy, who.purpose, read_setting(setting))
    chosen = _read(offer, value)
    choice = Choice(offer.setting, chosen, homes.now(), Method.OPERATOR, policy.digest)
    with there.store.journal.transaction() as tx:
        after = ledgers.choose(tx, who, offer, choice)
    typer.echo(f"{setting} is {value}, choice {after.version} of {who.subject}")


def ledger(
    person: PersonArgument = "",
    app: AppOption = LOCAL,
    subject: SubjectOption = "",
    home: HomeOption = HERE,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Write the proof into this file.")
    ] = None,
) -> None:
    """List what a person was shown and what they or a parent decided; with -o, write its proof.

    The file holds each entry with its proof from the signed log, and no name.

    For example:

      privity choices ledger customer-4711 --app helpdesk -o ledger.json
    """
    there = _there(home, Named(person, app, subject))
    with there.store.journal.transaction() as tx:
        positions = tx.ledger.of(there.person.subject)
    with there.store.journal.reader.snapshot() as log:
        entries = [each for at in positions for each in log.entries(at, at + 1)]
        note = log.head().note
        signed = (open_checkpoint(there.store.signer.verifier, note), note)
        proof = ledgers.proof(log, entries, signed)
    if output is not None:
        with writing(output) as stream:
            stream.write(proof.decode())
        return
    for _, body in entries:
        said = ledgers.said_of(ledgers.read(read_entry(body)))
        typer.echo("  ".join(f"{name} {word}" for name, word in said.items() if word))


def _there(home: Path, named: Named) -> There:
    """Find a person's store. Raises BadInput for an application that there is not."""
    opened = homes.open_home(load(home))
    there = everywhere(homes.stores(opened), homes.policy_in_force(opened), homes.now)
    subject = subject_named(opened, named)
    region = region_of(there, subject)
    store = opened if region is None else there.stores[region]
    with opened.journal.transaction() as tx:
        purpose = _purpose(tx, AppId(named.app))
    return There(there, store, Person(subject, AppId(named.app), purpose))


def _purpose(tx: SqlTransaction, app: AppId) -> Purpose:
    if app == LOCAL:
        return Purpose.ASSIST
    for known in tx.apps.all():
        if known.name == app:
            return known.purpose
    message = "there is no application of this name"
    raise BadInput(message)


def _line(offer: Offer, choices: Choices, counts: AbstractSet[str]) -> dict[str, str]:
    made = choices.of(offer.setting)
    stale = made is not None and made.value is True and made.notice not in counts
    return {
        "setting": offer.setting.code,
        "value": _words(offer.default if made is None or stale else made.value),
        "stale": "yes" if stale else "",
        "by": "" if made is None else made.method.value,
        "since": "" if made is None else f"{made.at:%F %T} UTC",
        "may_be": " or ".join(map(_words, offer.values)),
    }


def _words(value: Value) -> str:
    if isinstance(value, timedelta):
        return "nothing" if value == NOTHING else period_words(value)
    return "yes" if value else "no"


def _read(offer: Offer, words: str) -> Value:
    for value in offer.values:
        if _words(value) == words.strip():
            return value
    message = f"{offer.setting.code} may be {' or '.join(map(_words, offer.values))}"
    raise ChoiceNotOffered(message)
