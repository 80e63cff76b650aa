"""One realistic conversation through a real server, looked at from both ends.

A scripted model on this machine plays the provider, so nothing is sent anywhere. Everything shown
is read back from where it is: the provider's side from what arrived there, the kept text from the
opened record, the entry and its proof from the log.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import aiohttp
import orjson

from privity.adapters.home import open_home
from privity.adapters.standin import Behavior, Mode, Standin, start
from privity.adapters.standin.request import Api, ask
from privity.adapters.standin.script import play
from privity.audit.checkpoint import open_checkpoint
from privity.audit.entry import Event
from privity.audit.proofs import check_inclusion, inclusion_proof
from privity.audit.signing import Signer
from privity.audit.tiles import TiledNodes
from privity.audit.tree import leaf_hash
from privity.errors import OperatorError
from privity.gateway.identify import PERSON_HEADER
from privity.model.words import Recipient, Region, SubjectRef
from privity.policy.load import load
from privity.policy.notice import Sentence, notice
from privity.policy.starter import starter
from privity.prove.child import POLICY, Child
from privity.prove.positions import CHAT
from privity.prove.said import said
from privity.prove.visit import Visit, visit
from privity.settings import load as load_settings
from privity.vault.keep import Vault

Turn: TypeAlias = "dict[str, object]"

MODEL = "demo-model"
NAMED = "customer-4711"
JSON = {"content-type": "application/json", PERSON_HEADER: NAMED}
DELTA_MS = 15
PERSON = "the person"
TOOL = "the shop's tool"
OPENING = (
    "Hello, my name is Margaret Okafor and my order has not arrived. You have me as "
    "margaret.okafor@example.com. Can you see where it is?"
)
FOUND = {
    "order": "bookcase, oak",
    "customer": "Margaret Okafor",
    "phone": "+1 415-555-0132",
    "state": "left the warehouse this morning",
}
REFUND = (
    "Thank you! Please pay the postage back to my account GB82 WEST 1234 5698 7654 32. You may "
    "log in for me, my password is Copper-Kettle-58."
)
SCRIPT = (
    "run:{EMAIL}",
    (
        "Good news, {NAME}: the bookcase left the warehouse this morning. The driver will call "
        "{PHONE}, and I have written to {EMAIL}."
    ),
    (
        "Done: the postage goes to {BANK}. I did not need your password; as you have written it "
        "down here, please change {PASSWORD} soon."
    ),
)
LOOK_UP = {
    "type": "function",
    "function": {
        "name": "find_order",
        "description": "Finds the order of a customer.",
        "parameters": {"type": "object", "properties": {"email": {"type": "string"}}},
    },
}
OWN_WORDS = (
    "Margaret Okafor",
    "margaret.okafor@example.com",
    "+1 415-555-0132",
    "GB82 WEST 1234 5698 7654 32",
    "Copper-Kettle-58",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One exchange: what was written and received here, and what the provider got and said."""

    who: str
    wrote: str
    left: str
    answered: str
    got: str


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the log, with the proof that it is there (RFC 9162)."""

    entry: bytes
    index: int
    size: int
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What there is to see."""

    steps: tuple[Step, ...]
    kept: tuple[tuple[str, ...], ...]
    ends: datetime | None
    logged: Logged
    notice: tuple[Sentence, ...]
    visit: Visit


def demonstrate(scratch: Path, now: datetime) -> Demonstration:
    """Hold the conversation in an empty scratch folder, then visit its person's pages.

    Raises OperatorError.
    """
    child = Child(scratch)
    steps = asyncio.run(_converse(child))
    home = open_home(load_settings(child.home))
    with home.journal.reader.snapshot() as stored:
        head = stored.head()
        verifier = Signer(head.origin, home.secrets.signing).verifier
        checkpoint = open_checkpoint(verifier, head.note)
        entries = list(stored.entries(0, checkpoint.size))
        allowed = [e for e in entries if _field(e[1], "event") == Event.EXCHANGE_ALLOWED]
        index, entry = allowed[-1]
        path = inclusion_proof(TiledNodes(stored), index, checkpoint.size)
        check_inclusion(leaf_hash(entry), (index, checkpoint.size), path, checkpoint.root)
    subject = SubjectRef(_field(entry, "subject"))
    vault = Vault(home.custodian)
    with home.journal.transaction() as tx:
        records = tx.records.of(subject)
        kept = sorted((r.made_at, vault.open(tx, r, now)) for r in records)
    return Demonstration(
        steps=tuple(steps),
        kept=tuple(tuple(_texts(body)) for _, body in kept),
        ends=max((r.delete_at for r in records), default=None),
        logged=Logged(entry, index, checkpoint.size, path),
        notice=notice(load((child.home / POLICY).read_text("utf-8"), POLICY)),
        visit=visit(child, NAMED, verifier),
    )


async def _converse(child: Child) -> list[Step]:
    """Three exchanges: a question that needs a tool, the tool's result, and a request."""
    behavior = Behavior(mode=Mode.SCRIPT, script=SCRIPT, record=len(SCRIPT), delay_ms=DELTA_MS)
    standin = await start(behavior)
    result = orjson.dumps(FOUND).decode()
    try:
        policy = child.scratch / POLICY
        policy.write_text(starter(processors=[_processor(standin)]), "utf-8")
        await child.make_home(standin.url, policy)
        async with aiohttp.ClientSession() as session:
            await child.start(session)
            talk = Talk(session, child.url, standin, [])
            arguments = await talk.say(PERSON, {"role": "user", "content": OPENING})
            function = {"name": "find_order", "arguments": arguments}
            call = {"id": "call_1", "type": "function", "function": function}
            talk.turns.append({"role": "assistant", "content": None, "tool_calls": [call]})
            told: Turn = {"role": "tool", "tool_call_id": "call_1", "content": result}
            answer = await talk.say(TOOL, told)
            talk.turns.append({"role": "assistant", "content": answer})
            await talk.say(PERSON, {"role": "user", "content": REFUND})
            return talk.steps
    finally:
        await child.end(signal.SIGTERM)
        await standin.close()


def _processor(standin: Standin) -> Recipient:
    host = standin.url.removeprefix("http://")
    return Recipient("the provider of the model", Region.LOCAL, frozenset({host}))


@dataclass(slots=True)
class Talk:
    """The client's side: it sends the whole history again with each turn, as clients do."""

    session: aiohttp.ClientSession
    url: str
    standin: Standin
    turns: list[Turn]
    steps: list[Step] = field(default_factory=list)

    async def say(self, who: str, turn: Turn) -> str:
        """Send a turn and return the answer, read as a stream. Raises OperatorError."""
        self.turns.append(turn)
        body = {"model": MODEL, "messages": self.turns, "tools": [LOOK_UP], "stream": True}
        async with self.session.post(
            self.url + CHAT, data=orjson.dumps(body), headers=JSON
        ) as answer:
            back = await answer.read()
        if not answer.ok:
            message = f"the server refused the demonstration: {answer.reason}"
            raise OperatorError(message)
        got = said(back)
        received = self.standin.seen[-1].body
        left = orjson.loads(received)["messages"][-1]["content"]
        reply = play(SCRIPT[len(self.steps)], ask(Api.CHAT, received), received)
        answered = reply.call.arguments if reply.call else reply.text
        self.steps.append(Step(who, str(turn["content"]), left, answered, got))
        return got


def _field(entry: bytes, name: str) -> str:
    return str(orjson.loads(entry).get(name, ""))


def _texts(record: bytes) -> Iterator[str]:
    kept = orjson.loads(record)
    yield from kept["asked"]
    yield from kept["answered"]
