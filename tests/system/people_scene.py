"""People who talk through a real server, and the links with which they open their pages."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from privity.adapters import home as homes
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import AppId, Purpose, Region, SubjectRef
from privity.policy.starter import starter
from privity.rights import passes
from privity.rights.passes import Kind, Pass
from privity.settings import load

LOCAL = AppId("local")


def policy_text() -> str:
    """A policy that leaves people everything to decide."""
    text = starter(controller="Okafor Furniture", contact="privacy@okafor.example")
    text = text.replace(', "train"]', "]", 1)
    text = text.replace(
        'store_in = "local"',
        'store_in = "local"\nor_keep  = ["7 days"]\ntrain    = "opt_in"\nreview   = "opt_out"',
    )
    text = text.replace('share    = ["echo"]', 'share    = ["echo", "helper"]')
    helper = '[[processor]]\nname     = "helper"\nregion   = "local"\nhosts    = ["helper.example"]\n'
    helper += 'optional = "opt_out"\n\n'
    text = text.replace("# What is done to answer people.", helper + "# What is done.")
    return text + '\n[announce]\nmail = "opt_in"\n'


@dataclass(frozen=True)
class People:
    """A running server and who talks through it."""

    url: str
    home: Path

    def subject(self, name: str, app: AppId = LOCAL) -> SubjectRef:
        secrets = homes.open_home(load(self.home)).secrets
        return SubjectRef(reference(secrets.references, "person", app, Raw(name)))

    def say(self, name: str, text: str, conversation: str = "one") -> None:
        """One message of a person through the gateway, answered by the echo."""
        body = {"model": "m", "messages": [{"role": "user", "content": text}], "user": name}
        headers = {"content-type": "application/json", "x-privity-conversation": conversation}
        request = urllib.request.Request(
            self.url + "/v1/chat/completions", json.dumps(body).encode(), headers
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()

    def token(self, name: str, **changed: object) -> str:
        """A link's token, as the home signs it; `changed` are other fields of its pass."""
        now = datetime.now().astimezone()
        given: dict[str, object] = {
            "kind": Kind.LINK,
            "subject": self.subject(name),
            "app": LOCAL,
            "purpose": Purpose.ASSIST,
            "region": Region.LOCAL,
            "authenticated_at": now,
            "ends": now + timedelta(minutes=5),
            "nonce": token_hex(16),
            **changed,
        }
        key = passes.pass_key(homes.open_home(load(self.home)).secrets.references)
        return passes.issue(Pass(**given), key, now)  # type: ignore[arg-type]

    def link(self, name: str, **changed: object) -> str:
        return f"{self.url}/privacy/enter?link={self.token(name, **changed)}"
