"""The living notice: each sentence with where it is enforced and what its evidence last counted.

`/privacy/notice` is for everyone, without signing in; `/privacy/notice/versions` shows any two
versions side by side, statement by statement.

Invariants: what is shown is generated from the policy in force; a sentence that was broken says so;
nothing about any one person is on these pages.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from privity.console.people.guard import language_of
from privity.console.people.published import Checked, Published
from privity.console.people.rendering import Around, Rendering
from privity.console.people.site import Site
from privity.errors import RecordUnknown
from privity.model.policy import Clause, Policy
from privity.model.words import Language
from privity.policy.enforced import enforced_by
from privity.policy.evidence import Broken, Result
from privity.policy.notice import Topic, items, lead
from privity.policy.publish import by_topic, closing, heading, title
from privity.policy.versions import Version, differences, in_force, upcoming

HERE = "/privacy/notice"
VERSIONS = HERE + "/versions"
_SILENCE = "privity.policy.decide"
_NAME = 16
"""How many digits of a digest name a version in an address."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence as the page shows it. `result` is None where nothing was counted yet."""

    text: str
    kinds: tuple[str, ...]
    practice: str
    places: tuple[str, ...]
    result: Result | None

    @property
    def broken(self) -> int:
        """How many things break it."""
        return self.result.count if isinstance(self.result, Broken) else 0

    @property
    def examined(self) -> int:
        """In how many things it held."""
        return 0 if self.result is None or isinstance(self.result, Broken) else self.result.examined


def routes(site: Site) -> list[Route]:
    """Return the pages of the notice; they need no session."""
    if site.published is None:
        return []
    now, published = site.clock, site.published
    return [
        Route(HERE, _notice(site.rendering, published, now), methods=["GET"]),
        Route(VERSIONS, _versions(site.rendering, published, now), methods=["GET"]),
    ]


def statements(
    policy: Policy, language: Language, checked: Checked
) -> tuple[tuple[str, tuple[Statement, ...]], ...]:
    """Return the notice as headings with their statements, each with its evidence."""
    results = {(e.practice, e.clause): result for e, result in checked.results}
    return tuple(
        (
            heading(topic, language),
            tuple(
                _statement(s.clause, language, s.practice, results.get((s.practice, s.clause)))
                for s in sentences
            ),
        )
        for topic, sentences in by_topic(policy, language)
    )


def _statement(
    clause: Clause, language: Language, practice: str, result: Result | None
) -> Statement:
    kinds = items(clause, language)
    text = lead(clause, language) + (":" if kinds else ".")
    return Statement(text, kinds, practice, enforced_by(clause), result)


def _notice(
    rendering: Rendering, published: Published, clock: Callable[[], datetime]
) -> Callable[[Request], Awaitable[Response]]:
    async def notice(request: Request) -> Response:
        language, versions, now = language_of(request), published.versions(), clock()
        version = _now(versions, now)
        ahead = upcoming(versions, now)
        checked = await published.checked()
        silence = next((r for e, r in checked.results if e.clause is None), None)
        values: Mapping[str, object] = {
            "title": title(version.policy, language),
            "topics": statements(version.policy, language, checked),
            "closing": closing(language),
            "silence": Statement(closing(language)[0], (), "", (_SILENCE,), silence),
            "checked": checked.at,
            "policy": version.policy,
            "ahead": ahead,
            "changes": _compare(version, ahead) if ahead is not None else "",
            "versions": VERSIONS,
        }
        return rendering.open_page("notice.html", Around(language, HERE), values)

    return notice


def _versions(
    rendering: Rendering, published: Published, clock: Callable[[], datetime]
) -> Callable[[Request], Awaitable[Response]]:
    async def versions(request: Request) -> Response:
        language, every = language_of(request), published.versions()
        held = _now(every, clock())
        to = _named(every, request.query_params.get("to", "")) or every[-1]
        before = _named(every, request.query_params.get("from", "")) or _before(every, to)
        found = differences(before.policy, to.policy, language)
        values: Mapping[str, object] = {
            "every": [(_name(each), each) for each in reversed(every)],
            "before": before,
            "to": to,
            "held": held,
            "ahead": upcoming(every, clock()),
            "name": _name,
            "groups": [
                (heading(topic, language), [d for d in found if d.topic is topic])
                for topic in Topic
                if any(d.topic is topic for d in found)
            ],
            "notice": HERE,
            "versions": VERSIONS,
        }
        return rendering.open_page("versions.html", Around(language, VERSIONS), values)

    return versions


def _now(versions: Sequence[Version], now: datetime) -> Version:
    held = in_force(versions, now)
    if held is None:
        message = "no version of the policy holds"
        raise RecordUnknown(message)
    return held


def _named(versions: Sequence[Version], name: str) -> Version | None:
    return next((each for each in versions if name and _name(each) == name), None)


def _before(versions: Sequence[Version], version: Version) -> Version:
    return versions[max(0, list(versions).index(version) - 1)]


def _compare(old: Version, new: Version) -> str:
    return f"{VERSIONS}?from={_name(old)}&to={_name(new)}"


def _name(version: Version) -> str:
    return version.policy.digest[:_NAME]
