"""One `[practice.NAME]` of the policy file becomes its clauses.

Invariants: every category has exactly one treatment; what nobody listed may be excluded, hashed or
pseudonymized by `everything_else`, but never passed on as it is; what is kept has a place and an
end; only declared processors receive anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from privity.model.policy import (
    AcceptMedia,
    AcceptUnknown,
    Clause,
    Collect,
    Keep,
    Reside,
    Sample,
    Share,
    Train,
)
from privity.model.words import (
    Category,
    Consent,
    Media,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownFields,
)
from privity.policy.section import Section, nearest

_PERIOD = re.compile(r"([1-9][0-9]{0,4}) (hour|day|week)s?")
_UNIT = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}
_GROUPS = {f"{category.value.partition('.')[0]}.*" for category in Category if "." in category}
_NAMES = {category.value for category in Category} | _GROUPS
_LIKE = 'must be like "12 hours", "30 days" or "2 weeks"'
_TRAINING = frozenset({Purpose.TRAIN, Purpose.IMPROVE})
_REVIEWING = frozenset({Purpose.REVIEW})
_REST = "everything_else"
_SAFE_FOR_THE_REST = (Treatment.EXCLUDE, Treatment.HASH, Treatment.PSEUDONYMIZE)


@dataclass(frozen=True, slots=True)
class Declared:
    """What the rest of the file says that a practice must agree with."""

    processors: Mapping[str, Recipient]
    asked: Mapping[str, Consent]
    never_use: frozenset[Purpose]
    never_share: frozenset[str]


@dataclass(frozen=True, slots=True)
class Practice:
    """What one practice says. `purpose` is None when the file does not say it well."""

    purpose: Purpose | None
    clauses: tuple[Clause, ...]
    shares_with: frozenset[str]


def read_practice(section: Section, declared: Declared) -> Practice:
    """Read one practice and note every mistake in it."""
    purpose = section.word("purpose", Purpose, required=True)
    if purpose in declared.never_use:
        section.note(f'never.use forbids the purpose "{purpose}"', "purpose")
    shares_with = tuple(_shares(section, declared))
    # A wrong purpose is noted already; any purpose serves to read on and find the other mistakes.
    aim = purpose or Purpose.ASSIST
    clauses: list[Clause] = [*_treat(section, aim), *_keep(section, aim), *_accept(section, aim)]
    clauses += [*_further(section, aim, declared)]
    clauses += [
        Share(aim, declared.processors[name], declared.asked.get(name)) for name in shares_with
    ]
    section.close()
    return Practice(purpose, tuple(clauses), frozenset(shares_with))


def categories(section: Section, key: str) -> Iterator[tuple[int, Category]]:
    """Read a list of categories and groups (`financial.*`), each with its place in the list."""
    for place, name in section.texts(key):
        if name not in _NAMES:
            hint = nearest(name, _NAMES)
            section.note(f'{section.name(key)}: unknown category "{name}"{hint}', key, place)
        for category in Category:
            if name in (category.value, f"{category.value.partition('.')[0]}.*"):
                yield place, category


def _treat(section: Section, purpose: Purpose) -> Iterator[Collect]:
    """Read how each category is treated: once each, and all of them."""
    table = section.section("treat")
    if table is None:
        section.note(f"{section.name('treat')} is missing: say what happens to personal data")
        return
    chosen: dict[Category, Treatment] = {}
    for treatment in Treatment:
        for place, category in categories(table, treatment.value):
            if category in chosen:
                already = f'"{category}" is already under {chosen[category]}'
                table.note(f"{table.name(treatment)}: {already}", treatment.value, place)
            chosen.setdefault(category, treatment)
    _treat_the_rest(table, chosen)
    table.close()
    for treatment in Treatment:
        members = frozenset(c for c, given in chosen.items() if given is treatment)
        if members:
            yield Collect(purpose, members, treatment)


def _treat_the_rest(table: Section, chosen: dict[Category, Treatment]) -> None:
    """Give what nobody listed the treatment of `everything_else`, or note what is missing."""
    rest = table.word(_REST, Treatment)
    left = [category for category in Category if category not in chosen]
    if rest is not None and rest not in _SAFE_FOR_THE_REST:
        safe = ", ".join(_SAFE_FOR_THE_REST)
        table.note(f"{table.name(_REST)} may be {safe}: name what passes less hidden", _REST)
    if rest is not None:
        chosen.update(dict.fromkeys(left, rest))
    elif left and not table.has(_REST):
        table.note(f"no treatment for {', '.join(left)}: list them, or add {table.name(_REST)}")


def _keep(section: Section, purpose: Purpose) -> Iterator[Keep | Reside]:
    """Read how long and where minimized conversations are kept: both, or neither."""
    written = section.text("keep")
    regions = read_regions(section)
    if section.has("keep") != section.has("store_in"):
        there, gone = ("keep", "store_in") if section.has("keep") else ("store_in", "keep")
        section.note(f"{section.name(there)} needs {section.name(gone)} beside it", there)
    period = None if written is None else _period(written)
    if written is not None and period is None:
        section.note(f"{section.name('keep')} {_LIKE}; leave it out to keep nothing", "keep")
    offered = frozenset(_offered(section, period))
    if period is not None and regions:
        yield Keep(purpose, period, offered)
        yield Reside(purpose, regions[0], frozenset(regions[1:]))


def _offered(section: Section, longest: timedelta | None) -> Iterator[timedelta]:
    """Read which shorter times a person may choose."""
    for place, written in section.texts("or_keep"):
        period = _period(written)
        if period is None:
            section.note(f"{section.name('or_keep')} {_LIKE}", "or_keep", place)
        elif longest is None or period >= longest:
            section.note(f"{section.name('or_keep')} must be shorter than keep", "or_keep", place)
        else:
            yield period


def _further(section: Section, purpose: Purpose, declared: Declared) -> Iterator[Train | Sample]:
    """Read what else may be done with what is kept, as each person decides."""
    for key, forbidding in (("train", _TRAINING), ("review", _REVIEWING)):
        asked = section.word(key, Consent)
        if asked is not None and not section.has("keep"):
            section.note(f"{section.name(key)} needs {section.name('keep')} beside it", key)
        for never in sorted(forbidding & declared.never_use):
            if asked is not None:
                section.note(f'never.use forbids the purpose "{never}"', key)
        if asked is not None:
            yield (Train if key == "train" else Sample)(purpose, asked)


def read_period(section: Section, key: str) -> timedelta | None:
    """Read a length of time that must be there."""
    written = section.text(key, required=True)
    period = None if written is None else _period(written)
    if written is not None and period is None:
        section.note(f"{section.name(key)} {_LIKE}", key)
    return period


def _period(written: str) -> timedelta | None:
    found = _PERIOD.fullmatch(written)
    return None if found is None else int(found.group(1)) * _UNIT[found.group(2)]


def read_regions(section: Section) -> tuple[Region, ...]:
    """Read one region, or a list of them, of which the first is the default."""
    if section.is_list("store_in"):
        if not section.texts("store_in"):
            section.note(f"{section.name('store_in')} must name at least one region", "store_in")
        return section.words("store_in", Region)
    region = section.word("store_in", Region)
    return () if region is None else (region,)


def _shares(section: Section, declared: Declared) -> Iterator[str]:
    """Read which processors receive minimized text."""
    for place, name in section.texts("share"):
        if name in declared.never_share:
            section.note(f'never.share forbids "{name}"', "share", place)
        if name in declared.processors:
            yield name
            continue
        hint = nearest(name, declared.processors)
        section.note(f'no [[processor]] is named "{name}"{hint}', "share", place)


def _accept(section: Section, purpose: Purpose) -> Iterator[AcceptMedia | AcceptUnknown]:
    """Read what may pass unscanned; what is not said is refused."""
    table = section.section("accept")
    media = () if table is None else table.words("media", Media)
    rule = None if table is None else table.word("unknown_fields", UnknownFields)
    if table is not None:
        table.close()
    yield AcceptMedia(purpose, frozenset(media))
    yield AcceptUnknown(purpose, rule or UnknownFields.REFUSE)
