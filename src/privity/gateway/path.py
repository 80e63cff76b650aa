"""The path of one message, top to bottom. Each step needs what the step above it made.

    receive -> identify -> attend -> permit -> minimize -> write -> ask -> restore -> keep

Invariants: nothing leaves before the entry that says so is durable; a step that fails ends the
exchange, and what it would have passed on stays here; every exchange that was allowed has an end in
the log, in one transaction with what is kept, written after the client has its last byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn, TypeAlias

from privity.audit.entry import Entry, Event
from privity.errors import (
    NotPermitted,
    PersonMoved,
    PrivityError,
    RateLimited,
    WrongRegion,
)
from privity.gateway.attend import (
    confirm,
    decided,
    facts_of,
    kept_now,
    narrowed,
    notice_header,
    refusal_of,
)
from privity.gateway.canaries import canaries, stop
from privity.gateway.headers import outbound_headers
from privity.gateway.identify import proven, speaker
from privity.gateway.means import Client, Means
from privity.gateway.ports import Answer, Outbound, Transaction
from privity.gateway.rates import take
from privity.gateway.record import find, record_of
from privity.gateway.replies.reply import reply_for
from privity.gateway.residence import Spoken, check_lodged, forget, lodge, settle
from privity.gateway.stages import Exchange, Identified, Keeping, Permitted, Ready, Received, Work
from privity.gateway.state import State
from privity.gateway.steps import Steps
from privity.gateway.wire.endpoint import Endpoint
from privity.gateway.wire.read import read
from privity.minimize.measure import Weight
from privity.minimize.pseudonym import Pseudonyms
from privity.minimize.treat import Treated, treat
from privity.minimize.weigh import weigh
from privity.model.finding import Finding
from privity.model.text import MinimizedBody
from privity.policy.decide import (
    Act,
    Allowed,
    Disclose,
    Pass,
    Store,
    Use,
    serves,
)
from privity.rights.controls import Control, Setting
from privity.vault.home_secrets import derive
from privity.vault.keep import Lifetime
from privity.vault.ports import Place

KEPT = frozenset({Endpoint.CHAT, Endpoint.RESPONSES, Endpoint.MESSAGES})
"""The endpoints whose exchanges are conversations; others are answered and not kept."""
Findings: TypeAlias = tuple[tuple[Finding, ...], ...]
Facts: TypeAlias = Mapping[str, str | int]
_NOTHING = MinimizedBody(b"")


async def carry(
    received: Received, means: Means, client: Client, steps: Steps | None = None
) -> None:
    """Carry one message down the path and its answer back.

    Raises a CallerError or OperatorError; `client` has begun to answer only if a provider did.
    """
    step = steps or STEPS
    try:
        who = await step.identify(received, means)
        permitted = await step.permit(who, means)
        ready = await step.minimize(permitted, means)
    except PrivityError as refusal:
        means.counters.refused(refusal.code)
        await write_refused(received, refusal, means)
        raise
    exchange = Exchange(ready)
    try:
        await step.write(exchange, means)
        means.counters.added((means.clock() - received.at).total_seconds())
        answer = await step.ask(exchange, means)
        await step.restore(answer, exchange, means, client)
    except PrivityError as failure:
        exchange.code = failure.code
        raise
    except Exception:
        exchange.code = PrivityError.code
        raise
    finally:
        if exchange.allowed:
            means.counters.lasted((means.clock() - received.at).total_seconds())
            means.afterwards(lambda: step.keep(exchange, means))


async def identify(received: Received, means: Means) -> Identified:
    """Find every string of the body, whose they are, and where those people live.

    Raises the CallerErrors of the wire, PersonUnproven, WrongRegion, DatabaseUnavailable.
    """
    caller, body = received.caller, received.body
    charter, key = means.charters[caller.purpose], means.secrets.references
    parsed, by = None, None
    if body is not None:
        parsed = await means.apart(len(body), lambda: read(received.endpoint, body, charter.rules))
        token = await proven(caller, received.headers, parsed.person, means.proofs)
        by = speaker(caller, received.headers, parsed, key, token)
    spoken = Spoken(caller, received.headers, by, key)
    lodged = await lodge(spoken, charter.served, means.regions)
    return Identified(received, parsed, lodged)


def permit(who: Identified, state: State, means: Means) -> Permitted:
    """Let the message through only if the policy and the person allow every act in it.

    Raises NotPermitted, WrongRegion for a processor that does not serve the person's region,
    RecipientExcluded for one that the person does not share with, MinorRefused.
    """
    received, region = who.received, who.lodged.region
    purpose = received.caller.purpose
    charter = means.charters[purpose]
    to = charter.recipients[received.endpoint.provider]
    if to is None:
        _refuse("the policy names no processor at the address of this provider")
    if not serves(to, region):
        message = "the processor at the address of this provider serves nobody of this region"
        raise WrongRegion(message)
    held = means.effects.of(purpose, state, means.clock())
    keeping = None
    if region is not None and received.endpoint in KEPT:
        keeping = narrowed(charter.keepings.get(region), held)
    # Where there is nobody's text, nobody has to be asked.
    word = held.chosen(Setting(Control.SHARE, to.name)) if who.speaker is not None else True
    disclosed = Disclose(purpose, to.name, region, word, held.minor)
    acts: list[Act] = [Use(purpose, held.minor), disclosed]
    if who.parsed is not None:
        acts += [Pass(purpose, media) for media in who.parsed.media]
    if keeping is not None:
        acts.append(Store(purpose, keeping.region, keeping.period, held.minor))
    because = []
    for act in acts:
        decision = means.decisions.decide(act)
        if not isinstance(decision, Allowed):
            raise refusal_of(decision.because, act, means)
        because.append(decision.because)
    return Permitted(who, tuple(dict.fromkeys(because)), to, keeping, state, held)


async def minimize(permitted: Permitted, means: Means) -> Ready:
    """Treat every finding in every string. Raises DetectorUnavailable, NotPermitted."""
    who = permitted.who
    parsed = who.parsed
    if parsed is None or who.speaker is None:
        return Ready(permitted, _outbound(who.received, _NOTHING, means), None, None, {})
    app = who.received.caller.app
    secrets = means.at(who.lodged.region).secrets
    key = derive(secrets.pseudonyms, app, who.speaker.conversation)
    work = Work(Pseudonyms(key), derive(secrets.hashes, app))
    findings = await find(parsed.leaves, means)
    treatments = means.charters[who.received.caller.purpose].treatments

    def treating() -> tuple[Treated, MinimizedBody, Weight, int]:
        leaves = parsed.leaves
        treated = treat(leaves, findings, treatments, work.pseudonyms, work.hashes)
        body = parsed.rebuild(treated.texts)
        weight = weigh(leaves, findings, treatments)
        return treated, body, weight, canaries(leaves, treated, body, means.marks)

    treated, body, weight, seen = await means.apart(len(parsed.body), treating)
    await stop(seen, permitted, means)
    means.counters.minimized(treated.tally)
    means.counters.weighed(weight)
    outbound = _outbound(who.received, body, means)
    return Ready(permitted, outbound, treated, work, treated.tally)


async def write_allowed(exchange: Exchange, means: Means) -> None:
    """Write that the message leaves, before it does, in the transaction that finds it allowed.

    What the person decided meanwhile is decided anew. Raises what `permit` raises,
    DatabaseUnavailable and the like.
    """
    who = exchange.ready.permitted.who
    try:
        await settle(who.lodged, means.regions)
        while (newer := await _write_allowed(exchange, means)) is not None:
            if who.speaker is not None:
                means.states.saw(who.speaker.subject, newer)
            exchange.ready = await _anew(exchange.ready, means)
    except PrivityError as error:
        exchange.allowed = False
        if isinstance(error, PersonMoved):
            forget(who.lodged, means.regions)
        if isinstance(error, RateLimited):
            means.counters.refused(error.code)
            await write_refused(who.received, error, means)
        raise


async def _anew(ready: Ready, means: Means) -> Ready:
    """Decide again by what is known of the person now; a refusal is written."""
    who = ready.permitted.who
    try:
        return replace(ready, permitted=await decided(who, means, permit))
    except PrivityError as refusal:
        means.counters.refused(refusal.code)
        await write_refused(who.received, refusal, means)
        raise


async def _write_allowed(exchange: Exchange, means: Means) -> State | None:
    """Write the entry and return None, or what is known of the person by now if that is newer."""
    ready = exchange.ready
    permitted = ready.permitted
    facts: dict[str, str | int] = {
        "endpoint": ready.received.endpoint.name.lower(),
        "processor": permitted.recipient.name,
        "region": permitted.recipient.region.value,
        "bytes": len(ready.outbound.body.data),
    }
    lodged = permitted.who.lodged
    if lodged.region is not None and (means.regions is not None or permitted.recipient.serves):
        facts["resident"] = lodged.region.value
    if permitted.who.parsed is not None and permitted.who.parsed.media:
        facts["media"] = ",".join(sorted(permitted.who.parsed.media))
    if permitted.keeping is not None:
        facts["keep_seconds"] = round(permitted.keeping.period.total_seconds())
    facts |= facts_of(permitted.held)
    entry = replace(
        _entry(Event.EXCHANGE_ALLOWED, permitted.who, means, facts),
        because=permitted.because,
        tally=ready.tally,
    )
    place, there = _place(ready), means.at(lodged.region)

    def write(tx: Transaction) -> State | None:
        newer = confirm(tx, permitted)
        if newer is not None:
            return newer
        take(tx, ready.received.caller.app, entry.subject, means.rates, entry.at)
        if place is not None:
            there.vault.prepare(tx, place, entry.at)
        else:
            check_lodged(tx, lodged, means.regions)
        tx.log.append(entry)
        return None

    return await there.journal.write(write)


async def write_refused(received: Received, refusal: PrivityError, means: Means) -> None:
    """Write that a message stayed here, and why, as a code."""
    facts = {"endpoint": received.endpoint.name.lower(), "code": refusal.code}
    entry = _entry(Event.EXCHANGE_REFUSED, Identified(received, None), means, facts)
    await means.journal.write(lambda tx: tx.log.append(entry))


async def ask(exchange: Exchange, means: Means) -> Answer:
    """Send what may leave to its processor. Raises UpstreamUnavailable."""
    return await means.upstream.send(exchange.ready.outbound)


async def restore(answer: Answer, exchange: Exchange, means: Means, client: Client) -> None:
    """Give the client the answer as it arrives, with the person's own words in it.

    Raises UpstreamUnavailable; what came before that has reached the client.
    """
    try:
        treated = exchange.ready.treated
        kind = dict(answer.headers).get("content-type", "")
        words = {} if treated is None else treated.words
        reply = reply_for(exchange.ready.received.endpoint, kind, answer.status, words)
        exchange.reply = reply
        exchange.status = answer.status
        notice = notice_header(exchange.ready.permitted, means)
        await client.begin(answer.status, (*answer.headers, *notice))
        try:
            async for chunk in answer.chunks():
                await _pass(reply.feed(chunk), exchange, client)
        finally:
            await _pass(reply.close(), exchange, client)
        await client.finish()
        exchange.code = "ok"
    finally:
        await answer.close()


async def keep(exchange: Exchange, means: Means) -> None:
    """Write the end of an exchange, and keep its minimized text if the policy does.

    An answer that cannot be minimized is not kept, and the entry says so.
    Raises DatabaseUnavailable and the like.
    """
    record = b""
    try:
        record, tally = await record_of(exchange, means)
    except PrivityError as failure:
        exchange.code, tally = f"not_kept.{failure.code}", {}
    who = exchange.ready.permitted.who
    facts: dict[str, str | int] = {
        "code": exchange.code,
        "status": exchange.status,
        "bytes": exchange.bytes_out,
        "kept": len(record),
    }
    entry = replace(_entry(Event.EXCHANGE_ENDED, who, means, facts), tally=tally)

    place, there = _place(exchange.ready), means.at(who.lodged.region)

    def write(tx: Transaction) -> None:
        keeping = kept_now(tx, exchange.ready.permitted, means, entry.at)
        if not record or keeping is None or place is None or who.speaker is None:
            tx.log.append(replace(entry, facts={**facts, "kept": 0}))
            return
        life = Lifetime(entry.at, keeping.period, keeping.train, keeping.review)
        there.vault.seal(tx, place, who.speaker.conversation, record, life)
        tx.log.append(replace(entry, facts={**facts, **_kept_facts(keeping, exchange)}))

    try:
        await there.journal.write(write)
    except PersonMoved as moved:
        exchange.code = f"not_kept.{moved.code}"
        unkept = replace(entry, facts={**facts, "code": exchange.code, "kept": 0})
        await there.journal.write(lambda tx: tx.log.append(unkept))
    means.counters.ended(exchange.code)


def _kept_facts(keeping: Keeping, exchange: Exchange) -> Facts:
    """Return for how long a message is kept, if that is no longer what its beginning says."""
    if keeping == exchange.ready.permitted.keeping:
        return {}
    return {"keep_seconds": round(keeping.period.total_seconds())}


async def _pass(chunk: bytes, exchange: Exchange, client: Client) -> None:
    if chunk:
        exchange.bytes_out += len(chunk)
        await client.send(chunk)


def _place(ready: Ready) -> Place | None:
    """Return where the record of an exchange belongs, or None if none is kept."""
    permitted, received = ready.permitted, ready.received
    keeping, by = permitted.keeping, permitted.who.speaker
    if keeping is None or by is None:
        return None
    purpose = received.caller.purpose
    return Place(keeping.region, purpose, by.subject, received.request, "transcript")


def _outbound(received: Received, body: MinimizedBody, means: Means) -> Outbound:
    own_key = received.caller.local and received.endpoint.provider not in means.held
    headers = outbound_headers(received.headers, own_key=own_key)
    return Outbound(received.endpoint, received.path, received.query, headers, body)


def _entry(event: Event, who: Identified, means: Means, facts: Facts) -> Entry:
    received, by = who.received, who.speaker
    return Entry(
        event,
        means.clock(),
        means.policy.digest,
        request=received.request,
        app=received.caller.app,
        purpose=received.caller.purpose,
        subject=None if by is None else by.subject,
        conversation=None if by is None else by.conversation,
        facts=facts,
    )


def _refuse(why: str) -> NoReturn:
    raise NotPermitted(why)


async def _permitted(who: Identified, means: Means) -> Permitted:
    return await decided(who, means, permit)


STEPS = Steps(identify, _permitted, minimize, write_allowed, ask, restore, keep)
"""The steps as they are when nobody watches."""
