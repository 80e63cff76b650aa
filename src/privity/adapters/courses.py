"""The courses and policies that staff take: those of the package, and a home's own.

A course is a folder with `course.toml` (title, version, questions) and `text.md`. A home's own lie
in its folder `training`; one with the name of the package's stands in its place.

Invariants: what is read is checked whole, and a course that cannot be understood stops the start:
one that is left out would let people in untrained. Texts and names are the team's own.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from privity.access.staff import Role
from privity.errors import CourseInvalid
from privity.governance.training import Course, CourseId, Curriculum, Edition, Question, Sort
from privity.settings import Settings

FOLDER = "training"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_VERSION = re.compile(r"([1-9][0-9]{0,3})\.([0-9]{1,4})")
_KEYS = frozenset({"title", "version", "sort", "roles", "due", "question"})
_QUESTION = frozenset({"asks", "choices", "right", "why"})
_FEWEST = 2


def courses(home: Path) -> tuple[Course, ...]:
    """Return every course, by name. Raises CourseInvalid."""
    found = {each.id: each for each in _in(files("privity.governance").joinpath("courses"))}
    own = home / FOLDER
    if own.is_dir():
        found |= {each.id: each for each in _in(own)}
    return tuple(found[name] for name in sorted(found))


def curriculum(settings: Settings) -> Curriculum:
    """Return the courses of a home, and for how long one counts. Raises CourseInvalid."""
    return Curriculum(courses(settings.home), timedelta(days=settings.staff.training_days))


def _in(folder: Traversable) -> Iterator[Course]:
    for each in folder.iterdir():
        if each.is_dir() and not each.name.startswith(("_", ".")):
            yield _course(each)


def _course(folder: Traversable) -> Course:
    name = folder.name
    if not _NAME.fullmatch(name):
        message = "a course's folder is named with small letters, digits and hyphens"
        raise CourseInvalid(message)
    try:
        facts = folder.joinpath("course.toml").read_bytes()
        text = folder.joinpath("text.md").read_text(encoding="utf-8")
        said = tomllib.loads(facts.decode("utf-8"))
        _only(said, _KEYS)
        digest = hashlib.sha256(facts + b"\0" + text.encode()).hexdigest()
        return Course(
            CourseId(name),
            _words(said["title"]),
            Sort(said.get("sort", Sort.COURSE.value)),
            _edition(said["version"]),
            frozenset(map(Role, said.get("roles", ()))),
            _words(text),
            _questions(said["question"]),
            _due(said.get("due")),
            digest,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"the course {name} cannot be read: {error}"
        raise CourseInvalid(message) from error


def _questions(said: Any) -> tuple[Question, ...]:
    if not isinstance(said, list) or not said:
        message = "a course needs a question"
        raise ValueError(message)
    return tuple(map(_question, said))


def _question(said: Mapping[str, Any]) -> Question:
    _only(said, _QUESTION)
    choices = tuple(map(_words, said["choices"]))
    right = said["right"]
    if len(choices) < _FEWEST or not isinstance(right, int) or not 1 <= right <= len(choices):
        message = "a question needs two choices or more, and the number of the right one"
        raise ValueError(message)
    return Question(_words(said["asks"]), choices, right - 1, _words(said["why"]))


def _only(said: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(said.keys() - known):
        message = f"unknown: {', '.join(unknown)}"
        raise ValueError(message)


def _words(said: Any) -> str:
    if not isinstance(said, str) or not said.strip():
        message = "a text is missing"
        raise ValueError(message)
    return said.strip()


def _edition(said: Any) -> Edition:
    found = _VERSION.fullmatch(said)
    if found is None:
        message = "a version has the form 1.0"
        raise ValueError(message)
    return Edition(int(found[1]), int(found[2]))


def _due(said: Any) -> datetime | None:
    if said is None:
        return None
    if not isinstance(said, date) or isinstance(said, datetime):
        message = "due is a day, such as 2027-01-31"
        raise TypeError(message)
    return datetime.combine(said, time(), UTC)
