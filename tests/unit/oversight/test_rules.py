"""Rules: those of the package answer their examples; what could never work is refused when read."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from privity.adapters.watch.compiling import compile_all, rules_of, shipped
from privity.errors import WatchRulesInvalid
from privity.oversight.rule import Level, Rule
from tests.quiet_month import month, watched

GOOD = shipped()["self_approval"]


@pytest.fixture(scope="module")
def rules() -> tuple[Rule, ...]:
    return compile_all(shipped())


def test_every_rule_of_the_package_answers_its_examples(rules: tuple[Rule, ...]) -> None:
    assert len(rules) == len(shipped())
    assert all(rule.examples for rule in rules)


def test_every_rule_says_what_would_have_been_quiet_and_what_else_it_may_be(rules) -> None:
    assert all(rule.quiet and rule.false_positives and rule.description for rule in rules)
    assert all(any(tag.startswith("attack.t") for tag in rule.tags) for rule in rules)


def test_rules_come_ready_from_a_process_of_their_own(rules, tmp_path: Path) -> None:
    assert rules_of(tmp_path) == rules


def test_a_home_has_rules_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    text = GOOD.replace("level: high", "level: critical")
    (tmp_path / "watch" / "self_approval.yml").write_text(text)
    found = {rule.name: rule for rule in rules_of(tmp_path)}
    assert found["self_approval"].level is Level.CRITICAL


def without(name: str) -> str:
    return re.sub(rf"^{name}:.*\n(?:  .*\n)*", "", GOOD, flags=re.MULTILINE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a list",
        "title: [",
        without("quiet"),
        without("level"),
        without("falsepositives"),
        without("examples"),
        without("tags"),
        without("detection"),
        GOOD.replace("event: access.denied\n    rule", "nothing: access.denied\n    rule"),
        GOOD.replace("alert: true", "alert: false"),
        GOOD.replace("rule: no-one-decides-alone", "rule: another", 1),
        GOOD.replace("condition: selection", "condition: other"),
        GOOD.replace("rows:", "lines:"),
        f"{GOOD}\n---\n{GOOD}",
        shipped()["bulk_read"].replace("value_count", "temporal"),
        shipped()["bulk_read"].replace("field: subject", "field: name"),
        shipped()["bulk_read"].replace("group-by: [actor]", "group-by: [name]"),
    ],
)
def test_a_rule_that_could_not_work_is_refused(text: str) -> None:
    with pytest.raises(WatchRulesInvalid):
        compile_all({"mine": text})


def test_two_rules_do_not_share_an_id() -> None:
    with pytest.raises(WatchRulesInvalid):
        compile_all({"one": GOOD, "two": GOOD})


def test_a_broken_rule_of_a_home_is_told_by_name(tmp_path: Path) -> None:
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "mine.yml").write_text("title: x")
    with pytest.raises(WatchRulesInvalid, match="mine"):
        rules_of(tmp_path)


@pytest.mark.parametrize("seed", [1, 20260302])
def test_a_quiet_month_is_quiet(rules: tuple[Rule, ...], seed: int) -> None:
    found = watched(rules, month(seed), timedelta(hours=1))
    assert len(found.alerts) <= 5
    assert not any(alert.level.drafts for alert in found.alerts)
