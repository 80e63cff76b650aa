"""The notice as a text for a terminal or a file, and as Markdown, in any of its languages.

Invariants: every sentence of the notice stands in each form, word for word; names that the team
chose cannot change the form around them. The HTML form is a page of the console.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from privity.model.policy import Policy
from privity.model.words import Language
from privity.policy.notice import Sentence, Topic, notice, tongue

WIDTH = 88
EN = Language.EN
_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>#|&])")


def by_topic(
    policy: Policy, language: Language = EN
) -> tuple[tuple[Topic, tuple[Sentence, ...]], ...]:
    """Return the sentences of the notice by topic, without topics that are empty."""
    said = notice(policy, language)
    parts = ((topic, tuple(s for s in said if s.topic is topic)) for topic in Topic)
    return tuple((topic, sentences) for topic, sentences in parts if sentences)


def heading(topic: Topic, language: Language = EN) -> str:
    """Return the heading of a part of the notice."""
    return tongue(language).topics[topic]


def title(policy: Policy, language: Language = EN) -> str:
    """Return the title of the notice."""
    return tongue(language).frame.title.format(controller=policy.controller)


def standing(policy: Policy, language: Language = EN) -> str:
    """Say which policy this is, so that anyone can compare it with the log."""
    form = tongue(language).frame.standing
    return form.format(version=policy.version, digest=policy.digest)


def asking(policy: Policy, language: Language = EN) -> str:
    """Say whom to ask."""
    return tongue(language).frame.asking.format(contact=policy.contact)


def closing(language: Language = EN) -> tuple[str, str]:
    """Return the words at the end: that silence refuses, and that no program sees everything."""
    return tongue(language).frame.closing


def as_text(policy: Policy, language: Language = EN) -> str:
    """Return the notice as plain text of lines up to 88 characters."""
    return "\n".join(_text(policy, language)) + "\n"


def _text(policy: Policy, language: Language) -> Iterator[str]:
    yield from _wrapped(title(policy, language), "")
    yield ""
    for topic, sentences in by_topic(policy, language):
        yield heading(topic, language).upper()
        for sentence in sentences:
            yield from _wrapped(sentence.text, "- ")
        yield ""
    yield from (line for end in closing(language) for line in _wrapped(end, ""))
    yield ""
    yield from _wrapped(asking(policy, language), "")
    yield standing(policy, language)


def _wrapped(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_markdown(policy: Policy, language: Language = EN) -> str:
    """Return the notice as CommonMark."""
    lines = [f"# {_escaped(title(policy, language))}", ""]
    for topic, sentences in by_topic(policy, language):
        said = (f"- {_escaped(s.text)}" for s in sentences)
        lines += [f"## {heading(topic, language)}", "", *said, ""]
    ends = (_escaped(asking(policy, language)), "", _escaped(standing(policy, language)))
    return "\n".join([*lines, *closing(language), "", *ends]) + "\n"


def _escaped(text: str) -> str:
    """Keep characters that mean something in Markdown from meaning it, and lines from breaking."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
