"""The consent ledger: what a person was shown, apart from what they or a parent decided.

The ledger is entries of the audit log and an index of whose they are: nothing is written twice, and
nothing that was shown or chosen can be changed later. GDPR article 7(1): the controller can
demonstrate consent; 7(3): withdrawing is as easy as giving, here the same act with another value.

Invariants: a choice, its entry and its effect on what is kept are one transaction; an entry holds
codes, a digest, a language and a time, and nothing else; a proof needs the log's public key alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import orjson

from privity.audit import tlog_proof
from privity.audit.checkpoint import Checkpoint
from privity.audit.entry import Entry, Event
from privity.audit.stored import read_entry
from privity.audit.tiles import TileSource
from privity.errors import LogCorrupt
from privity.model.policy import Policy
from privity.model.words import AppId, Language, Purpose, SubjectRef
from privity.policy.diff import widens
from privity.rights import parental
from privity.rights.choices import (
    UNDECIDED,
    Choice,
    Choices,
    Method,
    acknowledged,
    changed,
    objections,
    replaced,
    signalled,
)
from privity.rights.controls import (
    Control,
    Offer,
    Setting,
    Value,
    offered,
    parse_value,
    read_setting,
    value_code,
)
from privity.rights.minors import KEPT
from privity.rights.ports import ChoosingStore
from privity.vault.discard import AT_ONCE, discard
from privity.vault.residence import check_staying

FORM = "privity.ledger/v1"


@dataclass(frozen=True, slots=True)
class Person:
    """Whose choices they are: a person as one application knows them, and what it is for."""

    subject: SubjectRef
    app: AppId
    purpose: Purpose


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice (the digest of its policy) was shown in a language, and acknowledged."""

    notice: str
    language: Language
    at: datetime


@dataclass(frozen=True, slots=True)
class Chosen:
    """A choice; `shown`: the digest of the notice that the person had acknowledged, or empty."""

    setting: Setting
    value: Value
    method: Method
    at: datetime
    notice: str
    shown: str


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step of a parent's consent: evidence of who agreed (GDPR, article 8(2)).

    `method`: how it was shown that a parent answers, None until a way was begun; `notice`: the
    digest of the notice that the parent was shown, in this language.
    """

    step: parental.State
    method: parental.Method | None
    at: datetime
    notice: str
    language: Language


Happened: TypeAlias = Shown | Chosen | Stepped


def choose(tx: ChoosingStore, who: Person, offer: Offer, choice: Choice) -> Choices:
    """Make a choice: the entry, the ledger, the choice and its effect on what is kept, at once.

    To agree, to object and to withdraw are this one act. Raises ChoiceNotOffered, PersonMoved and
    what the stores raise; then nothing changed.
    """
    check_staying(tx.departures, who.subject)
    before = tx.choices.of(who.subject)
    after = changed(before, offer, choice)
    effects = _limit(tx, who, choice)
    _write(tx, who, choice, {**effects, "version": after.version, "shown": before.shown})
    _put(tx, who, after)
    return after


def signal(tx: ChoosingStore, who: Person, policy: Policy, at: datetime) -> Choices:
    """Take `Sec-GPC: 1` as an objection to training and to each optional processor.

    The first time counts; later nothing changes.
    """
    check_staying(tx.departures, who.subject)
    before = tx.choices.of(who.subject)
    after = signalled(before, at)
    if after is before:
        return before
    effects = {"withdrawn": tx.kept.withdraw(who.subject, train=True, review=False)}
    objected = [Setting(Control.TRAIN)]
    objected += [o.setting for o in offered(policy, who.purpose) if o.setting.recipient]
    for setting in objected:
        choice = Choice(setting, value=False, at=at, method=Method.SIGNAL, notice=policy.digest)
        _write(tx, who, choice, {**effects, "version": after.version, "shown": before.shown})
        effects = {}
    _put(tx, who, after)
    return after


def acknowledge(tx: ChoosingStore, who: Person, shown: Shown) -> Choices:
    """Note that a person was shown a notice and acknowledged it."""
    check_staying(tx.departures, who.subject)
    before = tx.choices.of(who.subject)
    after = acknowledged(before, shown.notice)
    if after is before:
        return before
    facts = {"language": shown.language.value, "version": after.version}
    entry = Entry(
        Event.NOTICE_SHOWN,
        shown.at,
        shown.notice,
        app=who.app,
        purpose=who.purpose,
        subject=who.subject,
        facts=facts,
    )
    tx.ledger.add(who.subject, tx.log.append(entry))
    _put(tx, who, after)
    return after


def forget(tx: ChoosingStore, subject: SubjectRef) -> None:
    """Forget what an erased person agreed to; what they refused stays refused.

    The log keeps the entries, for when it is asked what was agreed to (GDPR article 17(3)(e));
    which of them are this person's is forgotten.
    """
    tx.ledger.remove(subject)
    before = tx.choices.of(subject)
    if before == UNDECIDED:
        return
    left = objections(before)
    tx.people.changed(subject)
    if left == UNDECIDED:
        tx.choices.remove(subject)
    else:
        tx.choices.put(subject, left)


def again(tx: ChoosingStore, entry: Entry, index: int) -> None:
    """Make a choice again that an entry speaks of, in a database put back from a backup.

    A step of a parent's consent is put into the index only. Raises LogCorrupt.
    """
    if entry.subject is None:
        raise LogCorrupt(_ODD)
    who = Person(entry.subject, entry.app or AppId(""), entry.purpose or Purpose.ASSIST)
    happened, before = read(entry), tx.choices.of(entry.subject)
    tx.ledger.add(who.subject, index)
    if isinstance(happened, Stepped):
        return
    if isinstance(happened, Shown):
        after = acknowledged(before, happened.notice)
    elif happened.method is Method.SIGNAL:
        after = signalled(before, happened.at)
    else:
        choice = Choice(
            happened.setting, happened.value, happened.at, happened.method, happened.notice
        )
        after = replaced(before, choice)
    _effects(tx, who.subject, happened)
    _put(tx, who, after)


def read(entry: Entry) -> Happened:
    """Return what an entry of the ledger says. Raises LogCorrupt for another entry."""
    facts = entry.facts
    try:
        if entry.event is Event.NOTICE_SHOWN:
            return Shown(entry.policy, Language(str(facts["language"])), entry.at)
        if entry.event is Event.CHOICE_MADE:
            return Chosen(
                read_setting(str(facts["setting"])),
                parse_value(str(facts["value"])),
                Method(str(facts["method"])),
                entry.at,
                entry.policy,
                str(facts["shown"]),
            )
        if entry.event is Event.PARENT_MOVED:
            return _stepped(entry)
    except (KeyError, ValueError) as error:
        raise LogCorrupt(_ODD) from error
    raise LogCorrupt(_ODD)


def proof(
    source: TileSource, entries: Sequence[tuple[int, bytes]], signed: tuple[Checkpoint, str]
) -> bytes:
    """Return a file that proves what a person was shown and what was decided, entry by entry.

    `entries` are (position, bytes) in order of the log. Each proof is a file of C2SP tlog-proof,
    all under one checkpoint. Raises BadInput when the checkpoint does not cover them, LogCorrupt.
    """
    said = [said_of(read(read_entry(body))) for _, body in entries]
    proofs = [tlog_proof.prove(source, index, body, signed) for index, body in entries]
    document = {"ledger": FORM, "said": said, "proofs": proofs}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def said_of(happened: Happened) -> dict[str, str]:
    """Return what an entry of the ledger says, as words of a document."""
    at = happened.at.isoformat(timespec="milliseconds")
    if isinstance(happened, Shown):
        said = {"what": "shown", "notice": happened.notice, "language": happened.language.value}
    elif isinstance(happened, Stepped):
        said = {
            "what": "parent",
            "step": happened.step.value,
            "method": happened.method.value if happened.method else "",
            "notice": happened.notice,
            "language": happened.language.value,
        }
    else:
        said = {
            "what": "chosen",
            "setting": happened.setting.code,
            "value": value_code(happened.value),
            "method": happened.method.value,
            "notice": happened.notice,
            "shown": happened.shown,
        }
    return {**said, "at": at}


def still_counting(in_force: Policy, earlier: Mapping[str, Policy]) -> frozenset[str]:
    """Return the digests of notices under which an agreement still counts.

    An agreement goes stale when the policy allows anything that the one it was given under did
    not: what changed might have changed the answer. `earlier`: policies by their digest.
    """
    same = {digest for digest, policy in earlier.items() if not widens(policy, in_force)}
    return frozenset(same | {in_force.digest})


def _stepped(entry: Entry) -> Stepped:
    """Read a step of a parent's consent. Raises KeyError and ValueError for what is none."""
    facts = entry.facts
    method = facts.get("method")
    return Stepped(
        parental.State(str(facts["state"])),
        None if method is None else _METHODS[str(method)],
        entry.at,
        str(facts["notice"]),
        Language(str(facts["language"])),
    )


def _limit(tx: ChoosingStore, who: Person, choice: Choice) -> dict[str, int]:
    """Let a choice have its effect on what is kept already; return what it did, for the log."""
    effects = _effects(tx, who.subject, choice)
    if choice.setting.control is Control.KEEP:
        effects["removed"] = _remove_due(tx, who.subject, choice)
    return effects


def _effects(tx: ChoosingStore, subject: SubjectRef, made: Choice | Happened) -> dict[str, int]:
    """Shorten deadlines and take leaves away, as a choice says; say of how many records."""
    if isinstance(made, Shown | Stepped):
        return {}
    control, value = made.setting.control, made.value
    if control is Control.KEEP and not isinstance(value, bool):
        return {"shortened": tx.kept.shorten(subject, value)}
    train, review = control is Control.TRAIN, control is Control.REVIEW
    if value is False and (train or review):
        return {"withdrawn": tx.kept.withdraw(subject, train=train, review=review)}
    return {}


def _remove_due(tx: ChoosingStore, subject: SubjectRef, choice: Choice) -> int:
    """Delete the conversations whose time is over by this choice, each named in the log."""
    due = [
        record.place.record
        for record in tx.records.of(subject)
        if record.place.kind == KEPT and record.delete_at <= choice.at
    ]
    gone = 0
    for start in range(0, len(due), AT_ONCE):
        some = due[start : start + AT_ONCE]
        discarded = discard(tx, subject, some, choice.at, choice.notice)
        gone += 0 if discarded is None else len(discarded.records)
    return gone


def _write(tx: ChoosingStore, who: Person, choice: Choice, facts: Mapping[str, str | int]) -> None:
    said = {
        "setting": choice.setting.code,
        "value": value_code(choice.value),
        "method": choice.method.value,
    }
    entry = Entry(
        Event.CHOICE_MADE,
        choice.at,
        choice.notice,
        app=who.app,
        purpose=who.purpose,
        subject=who.subject,
        facts={**said, **facts},
    )
    tx.ledger.add(who.subject, tx.log.append(entry))


def _put(tx: ChoosingStore, who: Person, choices: Choices) -> None:
    tx.choices.put(who.subject, choices)
    tx.people.changed(who.subject)


_METHODS = {method.value: method for method in parental.Method}
_ODD = "an entry of the ledger is none"
