"""`privity mail`: is the mail server reachable, and what waits?"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from typing import Annotated

import typer

from privity.adapters import home as homes
from privity.cli.options import HERE, HomeOption
from privity.errors import BadInput, MailUnavailable
from privity.model.text import Raw
from privity.model.words import Language
from privity.rights.letters import Letter, LetterId, LetterKind
from privity.settings import Settings, load

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    group = typer.Typer(help="Test the mail server, see what waits.", no_args_is_help=True)
    group.command("status")(status)
    group.command("test")(send_test)
    app.add_typer(group, name="mail")


def status(home: HomeOption = HERE, as_json: JsonOption = False) -> None:
    """Say how many letters wait, and since when. No letter is opened.

    For example:

      privity mail status --home ~/privity
    """
    settings = load(home)
    with homes.open_home(settings).journal.transaction() as tx:
        waiting = tx.outbox.all()
    kinds = dict(sorted(Counter(each.kind.value for each in waiting).items()))
    oldest = min((each.made_at for each in waiting), default=None)
    retried = sum(each.attempts > 1 for each in waiting)
    said = {
        "server": settings.mail.host,
        "waiting": len(waiting),
        "retried": retried,
        "oldest": "" if oldest is None else oldest.isoformat(timespec="seconds"),
        "kinds": kinds,
    }
    if as_json:
        typer.echo(json.dumps(said, indent=2))
        return
    typer.echo(f"server: {settings.mail.host or 'none; letters wait until [mail] names one'}")
    typer.echo(f"{len(waiting)} letters wait, {retried} of them were tried before")
    for kind, count in kinds.items():
        typer.echo(f"  {count:>6}  {kind}")


def send_test(
    to: Annotated[str, typer.Argument(help="The address that a test letter is sent to.")],
    language: Annotated[
        Language, typer.Option("--language", help="The letter's language.")
    ] = Language.EN,
    home: HomeOption = HERE,
) -> None:
    """Send a test letter now, past the outbox, and say what the server answered.

    For example:

      privity mail test me@example.org --home ~/privity
    """
    settings = load(home)
    if not settings.mail.host:
        message = "mail.host is empty in settings.toml, so no letter can be sent"
        raise BadInput(message)
    asyncio.run(_send(settings, Letter(LetterKind.TEST, Raw(to), language, {})))
    typer.echo("the server has taken the letter")


async def _send(settings: Settings, letter: Letter) -> None:
    from privity.adapters.mail.compose import Composer  # noqa: PLC0415 - templates, when needed
    from privity.adapters.mail.opening import sender_of, server_of  # noqa: PLC0415 - an extra
    from privity.adapters.mail.smtp import Sent, connected  # noqa: PLC0415 - an extra

    policy = homes.read_policy(settings.home)
    composer = Composer(sender_of(settings, policy))
    message = composer.message(LetterId(secrets.token_hex(16)), letter, homes.now())
    async with connected(server_of(settings)) as line:
        outcome = await line.send(message)
    if not isinstance(outcome, Sent):
        detail = f"the mail server refused the letter with {outcome.code}"
        raise MailUnavailable(detail)
