"""Why something was found, and what would have changed that.

Invariant: an explanation holds names of rules, checks and the phrases that a rule lists, never a
word of the text that no rule lists.
"""

from __future__ import annotations

from dataclasses import dataclass

from privity.detect.engine import POSITION, THRESHOLD, PatternDetector, Rule
from privity.detect.own import Own
from privity.detect.repeat import RULE as REPEAT
from privity.detect.shadow import shadow_of
from privity.detect.surroundings import AFTER, BEFORE, Context, hint_words, window
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf

NAMED = 3  # phrases
ALONE = "no word around it matters"
NEIGHBORS = "with other words beside it, it might not be found"
LISTS = {
    "name_given": (
        "a listed given name that is no everyday word, with a capital letter",
        "in small letters, or inside of a path or code, it would not be found",
    ),
    "name_family": (
        "a listed family name that is nothing else, with a capital letter",
        "in small letters it would not be found",
    ),
    "name_full": (
        "a listed given name with a family name",
        "each word by itself would be found only if it is a name and nothing else",
    ),
    "name_titled": ("a name behind a title", "without the title it would need to be a listed name"),
    "place_large": (
        "a listed country, state or city that is nothing else",
        "in small letters it would not be found",
    ),
    "place_located": (
        "a listed place behind a word such as 'in' or 'from'",
        "without that word it would not be found",
    ),
    "place_phrase": ("a listed place of several words", "one of its words would not be enough"),
    "company": (
        "a name with the form of a company",
        "without a word such as 'Ltd' or 'University' it would not be found",
    ),
    POSITION: ("a field that identifies a person in this protocol", "in prose it would be scanned"),
    REPEAT: (
        "the same value, or a part of the same name, was found elsewhere in this text",
        "without that other place it would not be found",
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule found something. `without` is the confidence without its context words."""

    says: str
    changed: str
    check: str = ""
    context: tuple[str, ...] = ()
    without: float | None = None


class Explainer:
    """Explains the findings of a detector."""

    __slots__ = ("_lists", "_places", "_rules")

    def __init__(self, detector: PatternDetector, own: Own) -> None:
        self._rules = {rule.pattern.id: rule for rule in detector.rules}
        self._lists = frozenset(one.id for one in own.lists)
        self._places = own.places

    def reason(self, leaf: Leaf, finding: Finding) -> Reason:
        """Return why a finding of this leaf was found."""
        name = finding.rule
        rule = self._rules.get(name)
        if rule is not None:
            own = f", of {self._places[name]}" if name in self._places else ""
            return _pattern(rule, leaf, finding, own)
        if name in LISTS:
            return Reason(*LISTS[name])
        if name in self._lists:
            return Reason(
                f"a term of the list {self._places[name]}",
                "as a part of a longer word it would not be found",
            )
        if name.startswith("language:"):
            return Reason("the language model, from the words around it", "other words might")
        return Reason(
            "the name of its field, and its form", "in a field of another name it might not be"
        )


def _pattern(rule: Rule, leaf: Leaf, finding: Finding, own: str) -> Reason:
    pattern = rule.pattern
    form = f"it has the form of {pattern.id}{own}"
    check = f", and its check ({pattern.check}) holds" if pattern.check else ""
    broken = "; a value that fails the check would not be found" if pattern.check else ""
    if not pattern.context:
        changed = ALONE if pattern.trim == "" else NEIGHBORS
        return Reason(f"{form}{check}", changed + broken, pattern.check)
    near = _near(rule.context, leaf, finding)
    if not near:
        some = ", ".join(f"'{phrase}'" for phrase in sorted(pattern.context)[:NAMED])
        more = f"with a word such as {some} nearby it would be {pattern.confidence:.2f}{broken}"
        return Reason(f"{form}{check}", more, pattern.check, (), pattern.alone)
    below = " and below the threshold" if pattern.alone < THRESHOLD else ""
    words = ", ".join(f"'{phrase}'" for phrase in near)
    return Reason(
        f"{form}{check}; nearby: {words}",
        f"without {words} nearby this would be {pattern.alone:.2f}{below}{broken}",
        pattern.check,
        near,
        pattern.alone,
    )


def _near(context: Context, leaf: Leaf, finding: Finding) -> tuple[str, ...]:
    """Return the rule's phrases in the field's name or around the finding."""
    hinted = context.which(hint_words(leaf.hint))
    if hinted:
        return hinted
    text = reveal(leaf.raw)
    # Twice the window: invisible characters in it are taken out before words are read.
    before = _plain(text[max(0, finding.start - 2 * BEFORE) : finding.start])
    after = _plain(text[finding.end : finding.end + 2 * AFTER])
    return context.which(window(f"{before}\0{after}", len(before), len(before) + 1))


def _plain(text: str) -> str:
    shadow = shadow_of(text)
    return shadow.text if shadow else text
