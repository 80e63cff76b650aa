"""Courses as they are read: the package's, a home's own, and those that cannot be understood."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from privity.access.staff import Role
from privity.adapters.courses import courses
from privity.errors import CourseInvalid
from privity.governance.training import Edition, Sort

FACTS = """
title = "House rules"
version = "1.2"
sort = "policy"
roles = ["reviewer"]
due = 2027-01-31
[[question]]
asks = "Which?"
choices = ["this", "that"]
right = 2
why = "That."
"""


def write(home: Path, facts: str = FACTS, name: str = "house-rules") -> Path:
    folder = home / "training" / name
    folder.mkdir(parents=True)
    (folder / "course.toml").write_text(facts)
    (folder / "text.md").write_text("# House rules\n")
    return home


def test_the_package_has_a_starter_course_of_every_subject(tmp_path: Path) -> None:
    found = {course.id: course for course in courses(tmp_path)}
    assert set(found) == {"personal-data", "break-glass", "incidents", "phishing"}
    assert all(len(course.questions) >= 3 for course in found.values())
    everybody = [name for name, course in found.items() if not course.roles]
    assert "personal-data" in everybody


def test_a_home_adds_courses_of_its_own(tmp_path: Path) -> None:
    found = {course.id: course for course in courses(write(tmp_path))}["house-rules"]
    assert (found.title, found.edition, found.sort) == ("House rules", Edition(1, 2), Sort.POLICY)
    assert found.roles == {Role.REVIEWER}
    assert found.due == datetime(2027, 1, 31, tzinfo=UTC)
    assert found.questions[0].right == 1


def test_a_homes_own_stands_in_the_place_of_the_packages(tmp_path: Path) -> None:
    found = {course.id: course for course in courses(write(tmp_path, name="phishing"))}
    assert found["phishing"].title == "House rules"


def test_a_changed_text_has_another_digest(tmp_path: Path) -> None:
    before = {course.id: course for course in courses(write(tmp_path))}["house-rules"]
    (tmp_path / "training" / "house-rules" / "text.md").write_text("# Other rules\n")
    after = {course.id: course for course in courses(tmp_path)}["house-rules"]
    assert before.digest != after.digest


@pytest.mark.parametrize(
    "change",
    [
        ('"1.2"', '"1"'),
        ("right = 2", "right = 3"),
        ("right = 2", 'right = "2"'),
        ('["this", "that"]', '["this"]'),
        ('["reviewer"]', '["everybody"]'),
        ("due = 2027-01-31", 'due = "soon"'),
        ('sort = "policy"', 'sort = "law"'),
        ('why = "That."', 'whi = "That."'),
        ('title = "House rules"', 'titel = "House rules"'),
        ("[[question]]", "[question]"),
    ],
)
def test_a_course_that_cannot_be_understood_is_refused(tmp_path: Path, change) -> None:
    write(tmp_path, FACTS.replace(*change))
    with pytest.raises(CourseInvalid):
        courses(tmp_path)


def test_a_course_without_a_text_is_refused(tmp_path: Path) -> None:
    (write(tmp_path) / "training" / "house-rules" / "text.md").unlink()
    with pytest.raises(CourseInvalid):
        courses(tmp_path)
