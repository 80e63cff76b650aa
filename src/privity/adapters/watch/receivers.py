"""Receivers of events: syslog, an OpenTelemetry collector, and a webhook.

Invariants: a connection goes to the host that the settings name and to no other, in TLS 1.3 with
AES-256 beyond this machine; what a receiver did not take is an error, unless it took the others and
says how many it never will, as OTLP can; nothing of its answer is quoted. Each event is JSON in
OCSF.

Source: RFC 5424 (syslog), 5425 (over TLS), 6587 (over TCP, octet counting), 5426 (over UDP);
OTLP/HTTP 1.x with JSON; Standard Webhooks 1.0 for the signature.
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from base64 import b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Protocol, TypeAlias
from urllib.parse import urlsplit

import aiohttp
import orjson

from privity.adapters.egress import Firewall, stopped, way_to
from privity.adapters.tls import client_context
from privity.errors import EventsRefused, PrivityError, ReceiverUnavailable
from privity.oversight.ocsf import Event

SECONDS = 20.0
_AUDIT = 13
"""The facility `log audit`."""
_GRADES = {1: 6, 2: 5, 3: 4, 4: 3, 5: 2}
_SEVERITIES = {1: 9, 2: 10, 3: 13, 4: 17, 5: 21}
_DOWN = "the receiver of events could not be reached"
_REFUSED = "the receiver of events did not take them"
_NEVER = frozenset({400, 413, 422})
"""Answers that say that the same would be refused again (RFC 9110)."""
_MOST_ANSWER = 65_536
_MOST_DIGITS = 9
Networks: TypeAlias = tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class To:
    """Where a receiver is: its address, the networks declared, whom to trust."""

    url: str
    networks: Networks = ()
    authorities: Path | None = None


class Receiver(Protocol):
    """What takes events."""

    async def send(self, events: Sequence[Event], at: datetime) -> int:
        """Hand events over, and return how many of them the receiver will never take.

        Raises ReceiverUnavailable, EgressRefused: all come again; EventsRefused: never all at once.
        """
        ...


@dataclass(frozen=True, slots=True)
class Syslog:
    """A syslog server: `tls://`, `tcp://` or `udp://`."""

    to: To
    host: str

    async def send(self, events: Sequence[Event], at: datetime) -> int:
        """Hand events over, one message each. TLS and TCP end the connection in order.

        Returns 0, as syslog does not answer. Raises ReceiverUnavailable, EgressRefused.
        """
        del at
        parts = urlsplit(self.to.url)
        messages = [self._message(each) for each in events]
        try:
            async with asyncio.timeout(SECONDS):
                if parts.scheme == "udp":
                    await self._datagrams(messages)
                else:
                    await self._stream(messages, tls=parts.scheme == "tls")
        except (OSError, TimeoutError) as error:
            raise failed(error) from None  # it may quote an address
        return 0

    async def _stream(self, messages: Sequence[bytes], *, tls: bool) -> None:
        opened = await self._opened(socket.SOCK_STREAM)
        context = client_context(self.to.authorities) if tls else None
        name = urlsplit(self.to.url).hostname if tls else None
        reader, writer = await asyncio.open_connection(
            sock=opened, ssl=context, server_hostname=name
        )
        try:
            writer.writelines(b"%d %s" % (len(each), each) for each in messages)
            await writer.drain()
            if writer.can_write_eof():
                writer.write_eof()
                while await reader.read(_MOST_ANSWER):
                    pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _datagrams(self, messages: Sequence[bytes]) -> None:
        opened = await self._opened(socket.SOCK_DGRAM)
        with opened:
            loop = asyncio.get_running_loop()
            for each in messages:
                await loop.sock_sendall(opened, each)

    async def _opened(self, kind: socket.SocketKind) -> socket.socket:
        """Return a connection to the first address of the host that answers."""
        parts = urlsplit(self.to.url)
        firewall = Firewall(way_to(self.to.url, self.to.networks))
        refused: OSError = ConnectionError(_DOWN)
        try:
            for each in await firewall.resolve(parts.hostname or "", parts.port or 6514):
                address = (each["host"], each["port"])
                opened = firewall.open((each["family"], kind, 0, "", address))
                opened.setblocking(False)  # noqa: FBT003 - a standard function
                try:
                    await asyncio.get_running_loop().sock_connect(opened, address)
                except BaseException as error:
                    opened.close()
                    if not isinstance(error, OSError):
                        raise
                    refused = error
                else:
                    return opened
        finally:
            await firewall.close()
        raise refused

    def _message(self, event: Event) -> bytes:
        grade = _GRADES.get(_int(event["severity_id"]), 5)
        at = datetime.fromtimestamp(_int(event["time"]) / 1000, UTC)
        head = f"<{_AUDIT * 8 + grade}>1 {at:%Y-%m-%dT%H:%M:%S.%f}Z {self.host} privity - "
        return f"{head}{event['activity_name']} - ".encode() + orjson.dumps(event)


@dataclass(frozen=True, slots=True)
class Collector:
    """An OpenTelemetry collector, by OTLP/HTTP with JSON."""

    to: To
    version: str

    async def send(self, events: Sequence[Event], at: datetime) -> int:
        """Hand events over as log records, and return how many the collector rejected for good.

        What was partly taken must not be sent again (OTLP, Partial Success).
        Raises ReceiverUnavailable, EventsRefused, EgressRefused.
        """
        records = [_record(each, at) for each in events]
        scope = {"scope": {"name": "privity", "version": self.version}, "logRecords": records}
        resource = {"attributes": [_attribute("service.name", "privity")]}
        body = orjson.dumps({"resourceLogs": [{"resource": resource, "scopeLogs": [scope]}]})
        answer = await _post(self.to, body, {"content-type": "application/json"})
        return min(_rejected(answer), len(events))


@dataclass(frozen=True, slots=True, repr=False)
class Webhook:
    """A signed call."""

    to: To
    secret: str

    async def send(self, events: Sequence[Event], at: datetime) -> int:
        """Hand events over in one call. Raises ReceiverUnavailable, EventsRefused, EgressRefused.

        Returns 0.
        """
        body = orjson.dumps({"type": "privity.events", "events": list(events)})
        metadata: Any = events[0]["metadata"]
        name, stamp = f"{metadata['uid']}+{len(events)}", f"{int(at.timestamp())}"
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, name, stamp, body),
        }
        await _post(self.to, body, headers)
        return 0


def signature(secret: str, name: str, stamp: str, body: bytes) -> str:
    """Return the signature of a call, as its receiver computes it, too."""
    signed = f"{name}.{stamp}.".encode() + body
    return "v1," + b64encode(hmac.digest(secret.encode(), signed, "sha256")).decode()


def failed(error: BaseException) -> PrivityError:
    """Return what is told of a failure: nothing that it quotes."""
    return stopped(error) or ReceiverUnavailable(_DOWN)


async def _post(to: To, body: bytes, headers: dict[str, str]) -> bytes:
    firewall = Firewall(way_to(to.url, to.networks))
    secure = to.url.startswith("https:")
    connector = aiohttp.TCPConnector(
        ssl=client_context(to.authorities) if secure else True,
        resolver=firewall,
        socket_factory=firewall.open,
    )
    timeout = aiohttp.ClientTimeout(total=SECONDS)
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False) as client,
            client.post(to.url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            given = await answer.content.read(_MOST_ANSWER)
            status = answer.status
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise failed(error) from None  # it may quote an address
    if status in _NEVER:
        raise EventsRefused(_REFUSED)
    if not 200 <= status < 300:  # noqa: PLR2004 - success, RFC 9110
        raise ReceiverUnavailable(_REFUSED)
    return given


def _rejected(answer: bytes) -> int:
    """Return how many records an answer says were rejected; 0 if it says nothing of that form.

    Protobuf's JSON writes the count as a number or as text.
    """
    try:
        said = orjson.loads(answer)
    except orjson.JSONDecodeError:
        return 0
    match said:
        case {"partialSuccess": {"rejectedLogRecords": int() | str() as count}}:
            digits = str(count)[:_MOST_DIGITS]
            return int(digits) if digits.isascii() and digits.isdigit() else 0
        case _:
            return 0


def _record(event: Event, at: datetime) -> dict[str, Any]:
    names = ("class_uid", "class_name", "activity_name", "severity_id", "status_id")
    return {
        "timeUnixNano": f"{_int(event['time'])}000000",
        "observedTimeUnixNano": f"{int(at.timestamp() * 1000)}000000",
        "severityNumber": _SEVERITIES.get(_int(event["severity_id"]), 9),
        "body": {"stringValue": orjson.dumps(event).decode()},
        "attributes": [_attribute(f"ocsf.{name}", str(event[name])) for name in names],
    }


def _attribute(name: str, value: str) -> dict[str, Any]:
    return {"key": name, "value": {"stringValue": value}}


def _int(value: Any) -> int:
    return int(value)
