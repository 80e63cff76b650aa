"""From a letter to a message: plain text and HTML, in the language of who it is for.

Invariants: everything in a message is ours (a template, the policy's names, the settings) or one of
the letter's facts, which were checked when it was written; the same letter gives the same
Message-ID and Date however often it is tried, so that a second copy is recognizable as one (RFC
5322, 3.6.4); a header with a line break cannot be made (the library refuses it). HTML is escaped
and loads nothing.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from privity.model.reveal import reveal
from privity.model.words import Language
from privity.rights.letters import Fact, Letter, LetterId

OTHER = "other"
"""The reason that stands for one without words."""
_POLICY = SMTP.clone(cte_type="7bit")  # passes every server, also one without 8BITMIME


@dataclass(frozen=True, slots=True)
class Sender:
    """Who letters come from: the name and address in From, who is responsible, whom to ask."""

    address: str
    name: str
    controller: str
    contact: str

    @property
    def domain(self) -> str:
        """What stands behind the @ of a Message-ID."""
        return self.address.rpartition("@")[2]


class Composer:
    """Makes messages. Reads the words of all languages once."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._words = {language: read_words(language) for language in Language}
        loader = PackageLoader(__package__, "")
        options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}
        self._plain = Environment(loader=loader, undefined=StrictUndefined, **options)  # noqa: S701 - plain text
        self._rich = Environment(
            loader=loader, undefined=StrictUndefined, autoescape=True, **options
        )

    def message(self, name: LetterId, letter: Letter, made_at: datetime) -> EmailMessage:
        """Return the message of a letter."""
        said = self._said(letter)
        sender = self._sender
        message = EmailMessage(_POLICY)
        message["From"] = Address(sender.name, addr_spec=sender.address)
        message["To"] = Address(addr_spec=reveal(letter.to))
        message["Subject"] = said["subject"]
        message["Date"] = format_datetime(made_at)
        message["Message-ID"] = f"<{name}@{sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answer, please
        if letter.kind.announcement:
            message["List-Unsubscribe"] = f"<{letter.facts[Fact.UNSUBSCRIBE]}>"  # RFC 2369
        message.set_content(self._plain.get_template("letter.txt.j2").render(said))
        html = self._rich.get_template("letter.html.j2").render(said)
        message.add_alternative(html, subtype="html")
        message["Content-Language"] = letter.language.value
        message.set_boundary(f"={name}=")
        return message

    def _said(self, letter: Letter) -> Mapping[str, Any]:
        """Return what the templates of both forms need."""
        words = self._words[letter.language]
        own = words["letter"][letter.kind.value]
        facts = {fact.value: self._in_words(words, fact, f) for fact, f in letter.facts.items()}
        told = {**facts, "controller": self._sender.controller, "contact": self._sender.contact}

        def fill(text: str) -> str:
            return self._filled(text).render(told)

        optional = {part: part in facts for part in ("reference", "unsubscribe")}
        return {
            "language": letter.language.value,
            "subject": fill(own["subject"]),
            "greeting": words["greeting"],
            "paragraphs": [fill(paragraph) for paragraph in own["text"]],
            "action": own.get("action", ""),
            "link": facts.get("link", ""),
            "signature": fill(words["signature"]),
            **{part: fill(words[part]) if there else "" for part, there in optional.items()},
        }

    def _in_words(self, words: Mapping[str, Any], fact: Fact, value: str) -> str:
        if fact is Fact.DATE:
            day = date.fromisoformat(value)
            month = words["months"][day.month - 1]
            return self._filled(words["day"]).render(day=day.day, month=month, year=day.year)
        if fact is Fact.ABOUT:
            return str(words["about"].get(value, value))
        if fact is Fact.REASON:
            return str(words["reason"].get(value, words["reason"][OTHER]))
        return value

    def _filled(self, text: str) -> Template:
        return self._plain.from_string(text)


def read_words(language: Language) -> Mapping[str, Any]:
    """Return what letters say in a language."""
    shipped = files(__package__).joinpath("words", f"{language.value}.toml")
    return tomllib.loads(shipped.read_text("utf-8"))
