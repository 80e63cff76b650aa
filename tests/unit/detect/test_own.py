"""A team's own patterns and word lists."""

from collections.abc import Callable
from pathlib import Path

import pytest

from privity.adapters.detectors import open_detector
from privity.detect.engine import PatternDetector
from privity.errors import DetectorsInvalid
from privity.model.text import Leaf, Raw, Slot

STAFF = r"""
[[pattern]]
id = "acme_staff"
category = "work.employee_id"
regex = '''\bAC-\d{6}\b'''
confidence = 0.95
alone = 0.4
context = ["employee", "badge"]
examples = ["badge «AC-204817» is lost"]
near_misses = ["part AC-204817", "badge AC-2048"]
"""
PROJECTS = "# secret\nBlue Bird\n\nOperation Kestrel\nC++ Kernel\n"


@pytest.fixture
def found(tmp_path: Path) -> Callable[[str], list[tuple[str, str]]]:
    """Write files, then say what a text holds by which rule."""

    def scan(text: str) -> list[tuple[str, str]]:
        detector = open_detector(tmp_path)
        (findings,) = detector.find([Leaf(Raw(text), Slot.TEXT, "content")])
        return [(f.rule, text[f.start : f.end]) for f in findings]

    return scan


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        stem, _, ending = name.rpartition("_")
        (folder / f"{stem}.{ending}").write_text(text, "utf-8")


Scan = Callable[[str], list[tuple[str, str]]]


def test_a_pattern_of_the_team_is_found(tmp_path: Path, found: Scan) -> None:
    write(tmp_path, staff_toml=STAFF)
    assert found("badge AC-123456") == [("acme_staff", "AC-123456")]
    assert found("part AC-123456") == []


def test_a_word_list_is_found_in_any_case_as_whole_words(tmp_path: Path, found: Scan) -> None:
    write(tmp_path, projects_txt=PROJECTS)
    assert found("on BLUE BIRD, bluebirds, Blue Birds and c++ kernel.") == [
        ("projects", "BLUE BIRD"),
        ("projects", "c++ kernel"),
    ]


def test_a_list_may_mind_case_and_have_a_category(tmp_path: Path, found: Scan) -> None:
    rule = '[[list]]\nid="firms"\ncategory="work.organization"\nfile="f.txt"\nany_case=false\n'
    write(tmp_path, a_toml=rule, f_txt="Nordwind\n")
    assert found("Nordwind and nordwind") == [("firms", "Nordwind")]


def test_a_field_of_the_team_is_found(tmp_path: Path) -> None:
    rule = (
        '[[field]]\nid="crew"\ncategory="work.employee_id"\nnames=["crew code"]\nregex="[a-z]+"\n'
    )
    write(tmp_path, f_toml=rule)
    (findings,) = open_detector(tmp_path).find([Leaf(Raw("qzx"), Slot.TEXT, "crewCode")])
    assert [f.rule for f in findings] == ["crew"]


def test_without_a_folder_there_is_the_package_alone(tmp_path: Path) -> None:
    assert open_detector(tmp_path / "none").version == PatternDetector.load().version


def test_other_rules_have_another_version(tmp_path: Path) -> None:
    versions = {open_detector(tmp_path).version}
    for text in ("Kestrel\n", "Kestrel\nHeron\n"):
        write(tmp_path, p_txt=text)
        versions.add(open_detector(tmp_path).version)
    assert len(versions) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("badge «AC-204817» is lost", "part «AC-204817»"), "s.toml:2: acme_staff does not find"),
        (("part AC-204817", "badge AC-204817"), "acme_staff finds its near miss 1"),
        (("badge «AC-204817» is lost", "badge AC-204817"), "must stand between"),
        ((r"\bAC-\d{6}\b", "(?<!x)AC"), "s.toml:2: acme_staff"),
        (("acme_staff", "email"), "the name of another rule"),
        (("work.employee_id", "work.nothing"), "work.nothing"),
        (("confidence = 0.95", "confidence = 95"), "from 0 to 1"),
        (("confidence = 0.95", "confidence = '1'"), "wrong type"),
        (("confidence = 0.95", "likely = 1"), "unknown keys: likely"),
        (("confidence = 0.95", "check = 'nothing'"), "nothing"),
        (('"employee", "badge"]', '"employee", "badge"'), "line"),
        (("[[pattern]]", "[[patterns]]"), "none of"),
        (('examples = ["badge «AC-204817» is lost"]', ""), "needs examples"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    write(tmp_path, s_toml=STAFF.replace(*change))
    with pytest.raises(DetectorsInvalid) as caught:
        open_detector(tmp_path)
    assert says in caught.value.detail
    assert "s.toml" in caught.value.detail


def test_every_error_is_told_at_once(tmp_path: Path) -> None:
    wrong = STAFF.replace("0.95", "95")
    write(tmp_path, a_toml=wrong, b_toml=wrong.replace("acme_staff", "Acme"), e_txt="#\n")
    with pytest.raises(DetectorsInvalid) as caught:
        open_detector(tmp_path)
    assert [place in caught.value.detail for place in ("a.toml:2", "b.toml:2", "e.txt")] == [
        True,
        True,
        True,
    ]


def test_an_error_does_not_quote_an_example(tmp_path: Path) -> None:
    write(tmp_path, s_toml=STAFF.replace("badge «AC-204817» is lost", "Ngozi has «AC-204817»"))
    with pytest.raises(DetectorsInvalid) as caught:
        open_detector(tmp_path)
    assert "Ngozi" not in caught.value.detail


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe")
    with pytest.raises(DetectorsInvalid):
        open_detector(tmp_path)
