"""`policy.toml` becomes a `Policy`, or every mistake in it is named with its line.

Invariants: a policy that loads is total (every category of a collected purpose has exactly one
treatment), holds no contradiction (nothing both allowed and forbidden), shares only with declared
processors, and has no key without effect. What stands in the file is what is enforced; two files
that mean the same load as equal policies.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

from privity.errors import PolicyInvalid
from privity.model.policy import (
    Announce,
    Clause,
    Minors,
    NeverInfer,
    NeverShare,
    NeverUse,
    Policy,
    PolicyAge,
    Rotate,
)
from privity.model.words import (
    Consent,
    KeyLevel,
    PracticeId,
    Purpose,
    Recipient,
    Region,
    UnknownAge,
)
from privity.policy.canonical import Title, compose
from privity.policy.practice import (
    Declared,
    Practice,
    categories,
    read_period,
    read_practice,
    read_regions,
)
from privity.policy.section import Problems, Section
from privity.policy.where import locate

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?")
_LINE = re.compile(r"at line ([0-9]+)")
_ANNOUNCE = PracticeId("announce")
_MINORS = PracticeId("minors")
_NEVER = PracticeId("never")
_ROTATE = PracticeId("rotate")
_RESERVED = frozenset({_ANNOUNCE, _MINORS, _NEVER, _ROTATE})
_AGES: dict[int, PolicyAge] = {13: 13, 16: 16, 18: 18}


def load(text: str, source: str) -> Policy:
    """Read a policy. `source` names the file in messages.

    Raises PolicyInvalid, with every mistake on a line of its own: `policy.toml:12: …`.
    """
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line = _LINE.search(str(error))
        number = int(line.group(1)) if line else text.count("\n") + 1
        msg = f"{source}:{number}: not valid TOML: {error}"
        raise PolicyInvalid(msg) from error
    problems = Problems(locate(text))
    root = Section(table, (), problems)
    title = Title(
        version=root.text("version", required=True) or "",
        controller=root.text("controller", required=True) or "",
        contact=root.text("contact", required=True) or "",
    )
    clauses = tuple(_clauses(root))
    root.close()
    if problems.found:
        raise PolicyInvalid("\n".join(f"{source}:{p.line}: {p.message}" for p in problems.sorted()))
    return compose(title, clauses)


def _clauses(root: Section) -> Iterator[tuple[PracticeId, Clause]]:
    """Read processors, nevers and practices, and see that they agree."""
    asked: dict[str, Consent] = {}
    processors = _processors(root, asked, several=_has_several_regions(root))
    nevers = tuple(_never(root))
    declared = Declared(
        processors=processors,
        asked=asked,
        never_use=frozenset(p for n in nevers if isinstance(n, NeverUse) for p in n.purposes),
        never_share=frozenset(r for n in nevers if isinstance(n, NeverShare) for r in n.recipients),
    )
    shared: set[str] = set()
    for practice_id, practice in _practices(root, declared):
        shared |= practice.shares_with
        yield from ((practice_id, clause) for clause in practice.clauses)
    for place, name in enumerate(processors):
        if name not in shared:
            root.note(f'no practice shares with "{name}": remove it', "processor", place)
    yield from ((_ANNOUNCE, said) for said in _announce(root))
    yield from ((_MINORS, rule) for rule in _minors(root))
    yield from ((_ROTATE, ages) for ages in _rotate(root))
    yield from ((_NEVER, never) for never in nevers)


def _has_several_regions(root: Section) -> bool:
    """Say whether text is stored in more than one region, over all practices."""
    table = root.section("practice")
    practices = () if table is None else map(table.section, table.names())
    written = (read_regions(practice) for practice in practices if practice is not None)
    return len({region for regions in written for region in regions}) > 1


def _processors(root: Section, asked: dict[str, Consent], *, several: bool) -> dict[str, Recipient]:
    """Read every [[processor]]: a name of its own, a region, and hosts that no other one has.

    `asked` is filled with what people are asked about each that is optional.

    `several`: text is stored in several regions; then a processor serves people of its own region
    only, unless it says otherwise.
    """
    declared: dict[str, Recipient] = {}
    taken: set[str] = set()
    for section in root.sections("processor"):
        name = section.text("name", required=True)
        region = section.word("region", Region, required=True)
        hosts = frozenset(_hosts(section, taken))
        served = frozenset(section.words("serves", Region))
        optional = section.word("optional", Consent)
        section.close()
        if name in declared:
            section.note(f'a processor named "{name}" is declared above', "name")
        elif name is not None:
            # A missing region is noted already; any region serves to read on.
            where = region or Region.LOCAL
            serves = served or (frozenset({where}) if several else frozenset())
            declared[name] = Recipient(name, where, hosts, serves)
            if optional is not None:
                asked[name] = optional
        taken |= hosts
    return declared


def _hosts(section: Section, taken: set[str]) -> Iterator[str]:
    given = section.texts("hosts")
    if not given:
        section.note("processor.hosts must name at least one host", "hosts")
    for place, written in given:
        host = written.lower()
        if not _HOST.fullmatch(host):
            section.note(f'"{written}" is not a host name or host:port', "hosts", place)
        elif host in taken:
            section.note(f'host "{host}" belongs to a processor above', "hosts", place)
        yield host


def _practices(root: Section, declared: Declared) -> Iterator[tuple[PracticeId, Practice]]:
    """Read every [practice.NAME]; each purpose has one at most."""
    table = root.section("practice")
    named = () if table is None else tuple((name, table.section(name)) for name in table.names())
    if not named:
        root.note("no [practice.NAME]: this policy would allow nothing")
    seen: dict[Purpose, str] = {}
    for name, section in named:
        if section is None:
            continue
        if not _NAME.fullmatch(name) or name in _RESERVED:
            taken = " or ".join(f'"{word}"' for word in sorted(_RESERVED))
            section.note(f'"{name}" cannot name a practice: use a-z, 0-9, - and _, not {taken}')
        practice = read_practice(section, declared)
        if practice.purpose in seen:
            other = seen[practice.purpose]
            section.note(f'practice "{other}" is for "{practice.purpose}" already', "purpose")
        elif practice.purpose is not None:
            seen[practice.purpose] = name
        yield PracticeId(name), practice


def _announce(root: Section) -> Iterator[Announce]:
    """Read [announce]: who is told of changes, and of readings, by mail; nobody, if missing."""
    section = root.section("announce")
    if section is None:
        return
    asked = section.word("mail", Consent, required=True)
    reading = section.flag("reading")
    section.close()
    if asked is not None:
        yield Announce(asked, reading)


def _minors(root: Section) -> Iterator[Minors]:
    """Read [minors]: the age, how unknown ages count, and whether minors are served."""
    section = root.section("minors")
    if section is None:
        return
    age = section.number("under", tuple(_AGES))
    unknown = section.word("unknown", UnknownAge, required=True)
    refuse = section.flag("refuse")
    section.close()
    if age is not None and unknown is not None:
        yield Minors(_AGES[age], unknown, refuse)


def _rotate(root: Section) -> Iterator[Rotate]:
    """Read [rotate]: at which age keys are replaced, at every level."""
    section = root.section("rotate")
    if section is None:
        return
    ages = [read_period(section, level) for level in KeyLevel]
    section.close()
    root_key, partition, person = ages
    if root_key is not None and partition is not None and person is not None:
        yield Rotate(root_key, partition, person)


def _never(root: Section) -> Iterator[Clause]:
    """Read [never]: what no practice can allow."""
    section = root.section("never")
    if section is None:
        return
    uses = frozenset(section.words("use", Purpose))
    recipients = frozenset(name for _, name in section.texts("share"))
    inferences = frozenset(category for _, category in categories(section, "infer"))
    section.close()
    if uses:
        yield NeverUse(uses)
    if recipients:
        yield NeverShare(recipients)
    if inferences:
        yield NeverInfer(inferences)
