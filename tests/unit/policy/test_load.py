"""A policy file is read strictly: every mistake, each on its line, all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privity.errors import PolicyInvalid
from privity.model.policy import Collect, Keep, NeverInfer, Policy, Reside
from privity.model.words import (
    Category,
    Media,
    Purpose,
    Recipient,
    Region,
    Treatment,
    UnknownFields,
)
from privity.policy.decide import accepted_media, recipient, retention, treatments, unknown_fields
from privity.policy.load import load
from privity.policy.starter import ECHO, starter

GOOD = """\
version = "1"
controller = "Example Ltd"
contact = "privacy@example.org"

[[processor]]
name = "amber"
region = "eu"
hosts = ["Amber.example", "10.0.0.1:8443"]

[practice.answer]
purpose = "assist"
share = ["amber"]
keep = "2 weeks"
store_in = "eu"

[practice.answer.treat]
pseudonymize = ["identity.*", "contact.email"]
keep = ["time.date"]
everything_else = "exclude"

[practice.answer.accept]
media = ["image"]
unknown_fields = "treat"

[never]
use = ["sales"]
share = ["brokers"]
infer = ["special.*"]
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(PolicyInvalid) as refusal:
        load(text, "policy.toml")
    return refusal.value.detail.splitlines()


def test_what_the_file_says_is_what_is_enforced() -> None:
    policy = load(GOOD, "policy.toml")
    how = treatments(policy, Purpose.ASSIST)
    assert how[Category.NAME] is Treatment.PSEUDONYMIZE
    assert how[Category.DATE] is Treatment.KEEP
    assert how[Category.CARD] is Treatment.EXCLUDE
    assert retention(policy, Purpose.ASSIST) == timedelta(weeks=2)
    assert accepted_media(policy, Purpose.ASSIST) == {Media.IMAGE}
    assert unknown_fields(policy, Purpose.ASSIST) is UnknownFields.TREAT
    found = recipient(policy, Purpose.ASSIST, "amber.example")
    assert found == Recipient("amber", Region.EU, frozenset({"amber.example", "10.0.0.1:8443"}))
    assert recipient(policy, Purpose.ASSIST, "other.example") is None


def test_comments_order_and_space_mean_nothing() -> None:
    head, *tables = GOOD.split("\n\n")
    turned = "\n\n# a remark\n".join([head, *reversed(tables)])
    assert load(turned, "a") == load(GOOD, "b")


def test_listing_everything_is_the_same_as_naming_groups() -> None:
    spelled = ", ".join(f'"{c}"' for c in Category if c.startswith("identity."))
    assert load(GOOD.replace('"identity.*"', spelled), "a") == load(GOOD, "b")


def test_without_keep_nothing_is_kept_and_without_never_nothing_is_promised() -> None:
    short = GOOD.replace('keep = "2 weeks"\nstore_in = "eu"\n', "").partition("[never]")[0]
    for text in (short, f"{short}[never]\nuse = []\n"):
        policy = load(text, "policy.toml")
        assert not any(isinstance(c, Keep | Reside | NeverInfer) for _, c in policy.clauses)


def test_what_is_not_accepted_is_refused() -> None:
    policy = load(GOOD.replace('media = ["image"]\nunknown_fields = "treat"\n', ""), "policy.toml")
    assert accepted_media(policy, Purpose.ASSIST) == frozenset()
    assert unknown_fields(policy, Purpose.ASSIST) is UnknownFields.REFUSE
    without = GOOD.replace(
        '[practice.answer.accept]\nmedia = ["image"]\nunknown_fields = "treat"\n', ""
    )
    assert load(without, "policy.toml") == policy


CASES = [
    ('version = "1"', "version = 1", "1: version must be a text that is not empty"),
    ('controller = "Example Ltd"', "", "1: controller is missing"),
    ('contact = "privacy@example.org"', 'contact = " "', "3: contact must be a text"),
    ("[never]", "[nevr]", '25: unknown key nevr; did you mean "never"?'),
    ("[[processor]]", "[processor]", "5: processor must be written [[processor]]"),
    ('region = "eu"', "", "5: processor.region is missing"),
    ('region = "eu"', 'region = "mars"', '7: processor.region does not know "mars"; known are'),
    ('"Amber.example"', '"https://x"', '8: "https://x" is not a host name'),
    ('hosts = ["Amber.example", "10.0.0.1:8443"]', "", "5: processor.hosts must name at least"),
    ('name = "amber"', "", "5: processor.name is missing"),
    ("[practice.answer]", "[practice.Answer]", '10: "Answer" cannot name a practice'),
    ("[practice.answer]", "[practice.never]", '10: "never" cannot name a practice'),
    ('purpose = "assist"', "", "10: practice.answer.purpose is missing"),
    ('purpose = "assist"', 'purpose = "asist"', '11: practice.answer.purpose does not know "asi'),
    ('purpose = "assist"', 'purpose = "sales"', '11: never.use forbids the purpose "sales"'),
    ('share = ["amber"]', 'share = ["ambr"]', '12: no [[processor]] is named "ambr"; did you'),
    ('share = ["amber"]', "share = []", '5: no practice shares with "amber"'),
    ('share = ["brokers"]', 'share = ["amber"]', '12: never.share forbids "amber"'),
    ('share = ["amber"]', 'share = "amber"', "12: practice.answer.share must be a list of texts"),
    ('keep = "2 weeks"', 'keep = "2 months"', "13: practice.answer.keep must be like"),
    ('keep = "2 weeks"', 'keep = "0 days"', "13: practice.answer.keep must be like"),
    ('keep = "2 weeks"', "", "14: practice.answer.store_in needs practice.answer.keep"),
    ('store_in = "eu"', "", "13: practice.answer.keep needs practice.answer.store_in"),
    ('everything_else = "exclude"', "", "16: no treatment for contact.phone"),
    ('"exclude"', '"keep"', "19: practice.answer.treat.everything_else may be exclude"),
    ('"exclude"', '"drop"', '19: practice.answer.treat.everything_else does not know "drop"'),
    ('"time.date"', '"contact.email"', '18: practice.answer.treat.keep: "contact.email" is alr'),
    ('"time.date"', '"time.dat"', '18: practice.answer.treat.keep: unknown category "time.dat"'),
    ('"time.date"', '"time.*", "time.*"', '18: practice.answer.treat.keep names "time.*" twice'),
    ('"time.date"', "3", "18: practice.answer.treat.keep must hold only texts"),
    ('keep = ["time.date"]', 'kept = ["time.date"]', "18: unknown key practice.answer.treat.kept"),
    ('media = ["image"]', 'media = ["images"]', "22: practice.answer.accept.media does not know"),
    ('"treat"', '"pass"', "23: practice.answer.accept.unknown_fields does not know"),
    ('use = ["sales"]', 'use = ["sale"]', '26: never.use does not know "sale"; did you mean'),
    ('"special.*"', '"specials.*"', '28: never.infer: unknown category "specials.*"'),
]


@pytest.mark.parametrize(("was", "is_now", "said"), CASES)
def test_a_mistake_is_named_with_its_line(was: str, is_now: str, said: str) -> None:
    assert was in GOOD
    found = mistakes(GOOD.replace(was, is_now, 1))
    assert any(line.startswith(f"policy.toml:{said}") for line in found), found


def test_all_mistakes_are_named_at_once_in_the_order_of_the_file() -> None:
    text = GOOD.replace('"1"', "1").replace('"assist"', '"asist"').replace("[never]", "[nevr]")
    assert [line.split(":")[1] for line in mistakes(text)] == ["1", "11", "25"]


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ('[[processor]]\nname = "amber"\nregion = "eu"\nhosts = ["b.example"]', "declared above"),
        (
            '[[processor]]\nname = "b"\nregion = "eu"\nhosts = ["amber.example"]',
            'host "amber.example" belongs to a processor above',
        ),
        ('[practice.two]\npurpose = "assist"\ntreat = {everything_else = "hash"}', '"answer" is'),
        ('[practice.two]\npurpose = "review"', "practice.two.treat is missing"),
        ('[practice.two]\npurpose = "review"\ntreat = 3', "practice.two.treat must be a table"),
    ],
)
def test_what_stands_twice_or_half_is_a_mistake(added: str, said: str) -> None:
    assert any(said in line for line in mistakes(f"{GOOD}\n{added}\n"))


@pytest.mark.parametrize("text", ["", 'practice = "none"', "[practice]", "[practice]\nx = 1"])
def test_a_policy_without_a_practice_is_no_policy(text: str) -> None:
    assert mistakes(text)


@pytest.mark.parametrize(
    ("text", "line"), [("a = ", 1), ("\n\n[", 3), ("a = [" * 2000, 1), ('x = """\n\n', 3)]
)
def test_what_is_no_toml_is_refused_with_a_line(text: str, line: int) -> None:
    assert mistakes(text)[0].startswith(f"policy.toml:{line}: not valid TOML")


def kept(policy: Policy) -> set[Category]:
    return {
        category
        for _, clause in policy.clauses
        if isinstance(clause, Collect) and clause.treatment is Treatment.KEEP
        for category in clause.categories
    }


def test_the_starter_policy_lets_nothing_pass_that_points_at_a_person() -> None:
    policy = load(starter(), "starter.toml")
    pointing = (
        "identity.n",
        "contact.",
        "online.",
        "financial.",
        "health.",
        "secret.",
        "location.",
    )
    assert not {c for c in kept(policy) if c.startswith(pointing)}
    assert accepted_media(policy, Purpose.ASSIST) == frozenset()
    assert (retention(policy, Purpose.ASSIST) or timedelta.max) <= timedelta(days=30)
    assert recipient(policy, Purpose.ASSIST, "builtin") == ECHO


def test_the_starter_policy_takes_any_name() -> None:
    odd = 'A "team" \\ with $money, #tags\nand ünïcode \x7f'
    other = Recipient(odd, Region.US, frozenset({"a.example:1", "b.example"}))
    policy = load(starter(odd, odd, Region.EU, (ECHO, other)), "starter.toml")
    assert (policy.controller, policy.contact) == (odd, odd)
    assert recipient(policy, Purpose.ASSIST, "b.example") == other
