"""Who speaks: the application, the person and the conversation; none of them by name.

Invariants: on loopback in local mode nobody needs a key; everywhere else one that privity made is
needed. People and conversations are known by keyed references only, and two applications never
share one. A name that a client library sends in a header is believed before one in the body,
because a body's is often a template's; the opening text is the last resort.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from privity.access.app_keys import LOCAL, PREFIX, App
from privity.errors import PersonUnproven, Unauthenticated
from privity.gateway.headers import Headers
from privity.gateway.wire.read import Parsed
from privity.minimize.reference import reference
from privity.model.text import Raw
from privity.model.words import AppId, ConversationRef, Purpose, Region, SubjectRef

CONVERSATION_HEADERS = (
    "x-privity-conversation",
    "x-claude-code-session-id",
    "session-id",
    "session_id",
    "thread-id",
)
PERSON_HEADER = "x-privity-person"
TOKEN_HEADER = "x-privity-person-token"  # noqa: S105 - the name of a header
EVERY_APP = AppId("*")
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class AppKeys(Protocol):
    """The applications that hold keys."""

    def holder(self, key: str) -> App | None:
        """Return who holds this key, or None. Raises KeyStoreUnavailable."""
        ...


class Tokens(Protocol):
    """The team's identity provider, as far as it says who a person is."""

    async def person(self, token: str) -> Raw:
        """Return whom a token names. Raises PersonUnproven, IdentityUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Proofs:
    """How people are proven: what reads tokens, and the applications that must send them."""

    tokens: Tokens | None = None
    required: frozenset[AppId] = frozenset()


@dataclass(frozen=True, slots=True)
class Caller:
    """An application and what it may use data for; `local`: known by where it is, not by a key.

    `region`: of people for whom the application states none.
    """

    app: AppId
    purpose: Purpose
    local: bool
    region: Region | None = None


LOCAL_CALLER = Caller(LOCAL, Purpose.ASSIST, local=True)


@dataclass(frozen=True, slots=True)
class Speaker:
    """References to the person (or, where none is named, the conversation) and conversation.

    `named`: the application names the person.
    """

    subject: SubjectRef
    conversation: ConversationRef
    named: bool = False


def caller(headers: Headers, apps: AppKeys, *, local: bool) -> Caller:
    """Return the application that calls. Raises Unauthenticated and what `holder` does."""
    key = _key(headers)
    if not key.startswith(PREFIX):
        if local:
            check_local(headers)
            return LOCAL_CALLER
        message = "no key of privity came with the request"
        raise Unauthenticated(message)
    app = apps.holder(key)
    if app is None:
        message = "no application holds this key"
        raise Unauthenticated(message)
    return Caller(app.name, app.purpose, local=False, region=app.region)


def check_local(headers: Headers) -> None:
    """Raise Unauthenticated when a request on loopback speaks for someone elsewhere.

    A web page can make a browser call loopback (DNS rebinding), and a reverse proxy on this
    machine makes everyone look local; neither is the person at this machine.
    """
    host = headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    origin = headers.get("origin", "")
    foreign = bool(origin) and origin.split("://")[-1].rpartition(":")[0] not in _LOCAL_HOSTS
    if name.lower() not in _LOCAL_HOSTS or foreign or any(each in headers for each in _FORWARDED):
        message = "the request comes through another host, so it is not local; it needs a key"
        raise Unauthenticated(message)


async def proven(who: Caller, headers: Headers, in_body: Raw | None, proofs: Proofs) -> Raw | None:
    """Return whom a token proves to speak, or None where the application names them at most.

    A name without a token is believed because the application's key came with it; where the
    application has to prove more, a bare name is refused. Raises PersonUnproven,
    IdentityUnavailable.
    """
    if token := headers.get(TOKEN_HEADER):
        if proofs.tokens is None:
            message = "no identity provider is set, so no token can be checked"
            raise PersonUnproven(message)
        return await proofs.tokens.person(token)
    bare = bool(headers.get(PERSON_HEADER)) or in_body is not None
    if bare and not proofs.required.isdisjoint({who.app, EVERY_APP}):
        message = "the application has to prove who speaks, and no token came"
        raise PersonUnproven(message)
    return None


def subject_of(who: Caller, person: Raw, key: bytes) -> SubjectRef:
    """Return the reference of a person, by the name that an application has for them."""
    return SubjectRef(reference(key, "person", who.app, person))


def speaker(
    who: Caller, headers: Headers, parsed: Parsed, key: bytes, token: Raw | None = None
) -> Speaker:
    """Return who speaks, by references keyed with `key`; `token`: whom a token proves to speak.

    Where a person is named, conversations of two people never share a reference, even if they open
    with the same words.
    """
    person = token or named_by_header(headers) or parsed.person
    subject = "" if person is None else subject_of(who, person, key)
    named = conversation_named(headers) or parsed.conversation or parsed.opening
    conversation = reference(key, f"conversation {subject}", who.app, named)
    return Speaker(
        SubjectRef(subject or reference(key, "unnamed", who.app, Raw(conversation))),
        ConversationRef(conversation),
        named=bool(subject),
    )


def named_by_header(headers: Headers) -> Raw | None:
    """Return the person that a header names, or None."""
    given = headers.get(PERSON_HEADER)
    return Raw(_as_sent(given)) if given else None


def conversation_named(headers: Headers) -> Raw | None:
    """Return the conversation that a header names, the most trusted first, or None."""
    for name in CONVERSATION_HEADERS:
        if value := headers.get(name):
            return Raw(value)
    return None


def _key(headers: Headers) -> str:
    """Return the key that came as bearer token or x-api-key; privity's own goes first."""
    bearer = headers.get("authorization", "")
    token = bearer[7:].strip() if bearer[:7].lower() == "bearer " else ""
    other = headers.get("x-api-key", "")
    return token if token.startswith(PREFIX) or not other else other


def _as_sent(value: str) -> str:
    """Return a header's text as UTF-8 where it is that, so that a name is the same as in a body.

    HTTP libraries give the bytes of a header as Latin-1 (RFC 9110, 5.5).
    """
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
