"""The language model as a detector: a small network for everything, a large one where it is unsure.

Promises: every leaf of text is read whole; an answer is complete, or there is none
(`DetectorUnavailable`). The same leaf gives the same findings whatever is read beside it, up to
the rounding of sums.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from privity.detect.engine import SILENT
from privity.detect.language.opinion import Opinion
from privity.detect.language.quick import Quick, open_quick
from privity.detect.language.spans import Gates, Judgement
from privity.detect.language.stretches import Stretch, stretches
from privity.detect.language.words import cut
from privity.detect.shadow import Shadow, shadow_of
from privity.detect.surroundings import hint_words
from privity.errors import DetectorUnavailable
from privity.model.finding import Finding
from privity.model.reveal import reveal
from privity.model.text import Leaf, Slot
from privity.model.words import Category

FIELD_LENGTH = 200  # characters; a longer text says enough by itself


class Again(Protocol):
    """Reads again where the first reading is not sure."""

    def again(self, opinions: Sequence[Opinion]) -> Sequence[Opinion]:
        """Return the opinions with better scores."""
        ...


@dataclass(frozen=True, slots=True)
class LanguageDetector:
    """Finds what has no fixed shape. Implements `detect.ports.Detector`; any thread may call it."""

    version: str
    quick: Quick
    gates: Gates
    careful: Again | None = None

    @classmethod
    def load(cls, folder: Path | None = None, *, full: bool = False) -> LanguageDetector:
        """Read the model from `folder`, or from inside the package; `full` with the large network.

        Raises DetectorUnavailable.
        """
        place = folder or Path(str(files("privity.detect.language") / "data"))
        try:
            settings = json.loads((place / "settings.json").read_text("utf-8"))
            quick = open_quick(place)
            again = _careful(place, quick, settings) if full else None
            gates = _gates(settings, "full" if full else "fast")
        except ImportError as error:
            message = "reading with the large network needs the extra privity[language]"
            raise DetectorUnavailable(message) from error
        except Exception as error:
            raise DetectorUnavailable("the language model cannot be read") from error
        version = gates.rule.removeprefix("language:")
        return cls(version, quick, gates, again)

    def find(self, leaves: Sequence[Leaf]) -> tuple[tuple[Finding, ...], ...]:
        """Findings of each leaf, in order of place, not overlapping. Raises DetectorUnavailable."""
        asked = [_Asked.of(leaf) for leaf in leaves]
        found: list[list[Finding]] = [[] for _ in asked]
        try:
            for group in stretches([one.seen for one in asked]):
                for stretch, said in zip(group, self._read(group), strict=True):
                    places = said.words.places
                    spans = self.gates.spans(said.text, Judgement(said.scores, places))
                    found[stretch.number].extend(stretch.own(spans))
        except Exception:  # noqa: BLE001 - no library's message may carry the text on
            raise DetectorUnavailable("the language model failed") from None
        return tuple(one.place(own) for one, own in zip(asked, found, strict=True))

    def _read(self, group: Sequence[Stretch]) -> Sequence[Opinion]:
        words = [cut(stretch.text) for stretch in group]
        judged = zip(group, words, self.quick.judge(words), strict=True)
        opinions = [Opinion(stretch.text, seen, scores) for stretch, seen, scores in judged]
        return self.careful.again(opinions) if self.careful else opinions


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the networks see of a leaf: its plain form, after the name of its field.

    A value that stands alone in a field (`"firstName": "Rosa"`) is read as `first name: Rosa`.
    """

    seen: str
    head: int
    shadow: Shadow | None

    @classmethod
    def of(cls, leaf: Leaf) -> _Asked:
        if leaf.slot is not Slot.TEXT:
            return cls("", 0, None)
        text = reveal(leaf.raw)
        shadow = shadow_of(text)
        short = len(text) <= FIELD_LENGTH and leaf.hint not in SILENT
        names = hint_words(leaf.hint) if short else []
        head = " ".join(names) + ": " if names else ""
        return cls(head + (shadow.text if shadow else text), len(head), shadow)

    def place(self, found: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return findings in what was seen as findings in the leaf's text."""
        return tuple(self._one(f) for f in found if f.end > self.head)

    def _one(self, finding: Finding) -> Finding:
        start, end = max(0, finding.start - self.head), finding.end - self.head
        if self.shadow:
            start, end = self.shadow.place(start, end)
        return Finding(start, end, finding.category, finding.confidence, finding.rule)


def _careful(place: Path, quick: Quick, settings: Mapping[str, Any]) -> Again:
    # Imported here: its libraries take memory and time that the small network does not need.
    from privity.detect.language.careful import open_careful  # noqa: PLC0415

    least, most = settings["unsure"]
    return open_careful(place, quick.tables, (float(least), float(most)))


def _gates(settings: Mapping[str, Any], reading: str) -> Gates:
    own = settings[reading]
    categories = [Category[name] for name in settings["labels"]]
    gates = {Category[name]: float(gate) for name, gate in own["gates"].items()}
    posts = {Category[name]: float(gate) for name, gate in own.get("posts", {}).items()}
    return Gates(categories, gates, f"language:{own['version']}", posts)
