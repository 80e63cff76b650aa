"""`privity demo`: one conversation through the gateway, seen from both ends, and its person."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from privity.adapters.home import now
from privity.policy.notice import Sentence
from privity.prove.demonstrate import OWN_WORDS, Demonstration, demonstrate
from privity.prove.visit import Visit

HELP = """Show one conversation on its way through the gateway.

A realistic conversation, streamed, with a tool, goes through a real server in a temporary home. A
scripted model on this machine plays the provider: nothing is sent anywhere. Then the person opens
their page, keeps less, deletes everything, and the certificate is verified.

Example:

  privity demo
"""
CODE = re.compile(r"\[[A-Z]+_[a-z0-9]+\]")
OWN = re.compile("|".join(re.escape(words) for words in OWN_WORDS))


def add_to(app: typer.Typer) -> None:
    """Add the command to a program."""
    app.command("demo", help=HELP)(demo)


def demo() -> None:
    """Hold the conversation and print what there is to see."""
    console = Console()
    busy = Console(stderr=True).status("A server starts in a temporary home.")
    with busy, tempfile.TemporaryDirectory(prefix="privity-demo-") as folder:
        shown = demonstrate(Path(folder), now())
    _conversation(console, shown)
    _kept(console, shown)
    _log(console, shown)
    _notice(console, shown.notice)
    _visit(console, shown.visit)
    console.print(
        "\nTry it with your own client: [bold]privity init[/] and [bold]privity serve[/]."
    )


def _conversation(console: Console, shown: Demonstration) -> None:
    table = Table(title="The conversation", title_justify="left", show_lines=True, expand=True)
    for side in ("on this side", "at the provider"):
        table.add_column(side, ratio=1, overflow="fold")
    for step in shown.steps:
        table.add_row(_own(f"{step.who} wrote", step.wrote), _masked("received", step.left))
        table.add_row(_own("came back", step.got), _masked("answered", step.answered))
    console.print(table)


def _own(label: str, text: str) -> Text:
    return _marked(label, text, OWN, "yellow")


def _masked(label: str, text: str) -> Text:
    return _marked(label, text, CODE, "cyan")


def _marked(label: str, text: str, pattern: re.Pattern[str], style: str) -> Text:
    shown = Text(text, overflow="fold")
    shown.highlight_regex(pattern, style)
    return Text.assemble((f"{label}: " if label else "", "dim"), shown)


def _kept(console: Console, shown: Demonstration) -> None:
    until = f"until {shown.ends:%Y-%m-%d}, then deleted" if shown.ends else "nothing"
    table = Table(title=f"What is kept, sealed: {until}", title_justify="left", expand=True)
    table.add_column("one record an exchange, opened with its key", overflow="fold")
    for record in shown.kept:
        table.add_row(_marked("", " · ".join(record), CODE, "cyan"), end_section=True)
    console.print(table)


def _log(console: Console, shown: Demonstration) -> None:
    logged = shown.logged
    table = Table(title="What the log says", title_justify="left", expand=True, show_header=False)
    table.add_column(overflow="fold")
    entry = json.loads(logged.entry)
    table.add_row(Text(json.dumps(entry, indent=1, ensure_ascii=False)))
    proof = " ".join(step.hex()[:8] for step in logged.path)
    table.add_row(
        f"entry {logged.index} of {logged.size}; its proof of inclusion ({proof}) was checked "
        "against the signed checkpoint"
    )
    console.print(table)


def _visit(console: Console, visit: Visit) -> None:
    table = Table(title="What a person can do", title_justify="left", expand=True)
    table.add_column("on their page", ratio=1, overflow="fold")
    table.add_column("what happened", ratio=2, overflow="fold")
    certified = visit.certificate
    rows = (
        (
            "open it",
            Text(f"{visit.address}, signed, works once and until {visit.link_ends:%H:%M} UTC"),
        ),
        (
            "see what is kept",
            Text.assemble(
                f"{visit.count} records until {visit.until:%Y-%m-%d}: ",
                _marked("", visit.asked, CODE, "cyan"),
            ),
        ),
        ("keep less: 7 days", Text(f"what is kept goes by {visit.chosen_until:%Y-%m-%d} now")),
        (
            "delete everything",
            Text(
                f"{certified.keys} key destroyed, {certified.records} records removed; "
                f"{visit.left} are left"
            ),
        ),
        (
            "verify the certificate",
            Text(
                f"entries {certified.entries[0]} and {certified.entries[1]} of the log prove it; "
                "checked with its public key alone"
            ),
        ),
    )
    for did, happened in rows:
        table.add_row(did, happened)
    console.print(table)


def _notice(console: Console, sentences: tuple[Sentence, ...]) -> None:
    table = Table(title="What people are told", title_justify="left", expand=True)
    table.add_column("from the policy that was enforced just now")
    first = {sentence.topic: sentence.text for sentence in reversed(sentences)}
    for text in reversed(first.values()):
        table.add_row(text)
    console.print(table)
