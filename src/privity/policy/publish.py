"""The notice as a text for a terminal or a file, and as Markdown.

Invariants: every sentence of the notice stands in each form, word for word; names that the team
chose cannot change the form around them. The HTML form is a page of the console.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from privity.model.policy import Policy
from privity.policy.notice import CLOSING, Sentence, Topic, notice

WIDTH = 88
_MEANS_SOMETHING = re.compile(r"([\\`*_\[\]<>#|&])")


def by_topic(policy: Policy) -> tuple[tuple[Topic, tuple[Sentence, ...]], ...]:
    """Return the sentences of the notice by topic, without topics that are empty."""
    said = notice(policy)
    parts = ((topic, tuple(s for s in said if s.topic is topic)) for topic in Topic)
    return tuple((topic, sentences) for topic, sentences in parts if sentences)


def title(policy: Policy) -> str:
    """Return the title of the notice."""
    return f"What {policy.controller} does with what you write"


def standing(policy: Policy) -> str:
    """Say which policy this is, so that anyone can compare it with the log."""
    return f"Version {policy.version} of the policy, SHA-256 {policy.digest}."


def asking(policy: Policy) -> str:
    """Say whom to ask."""
    return f"Questions, or your data: {policy.contact}"


def as_text(policy: Policy) -> str:
    """Return the notice as plain text of lines up to 88 characters."""
    return "\n".join(_text(policy)) + "\n"


def _text(policy: Policy) -> Iterator[str]:
    yield from _wrapped(title(policy), "")
    yield ""
    for topic, sentences in by_topic(policy):
        yield topic.value.upper()
        for sentence in sentences:
            yield from _wrapped(sentence.text, "- ")
        yield ""
    yield from (line for closing in CLOSING for line in _wrapped(closing, ""))
    yield ""
    yield from _wrapped(asking(policy), "")
    yield standing(policy)


def _wrapped(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def as_markdown(policy: Policy) -> str:
    """Return the notice as CommonMark."""
    lines = [f"# {_escaped(title(policy))}", ""]
    for topic, sentences in by_topic(policy):
        lines += [f"## {topic.value}", "", *(f"- {_escaped(s.text)}" for s in sentences), ""]
    lines += [*CLOSING, "", _escaped(asking(policy)), "", _escaped(standing(policy))]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Keep characters that mean something in Markdown from meaning it, and lines from breaking."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
