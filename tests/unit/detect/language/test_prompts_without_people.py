"""Ordinary prompts, in which there is nobody to find."""

from pathlib import Path

from privity.adapters.detectors import Reading, open_detector
from privity.model.text import Leaf, Raw, Slot

PROMPTS = Path(__file__).parents[3] / "data" / "prompts_without_people.txt"
MOST = 12
"""As docs/detection.md says."""


def test_few_words_of_ordinary_prompts_are_taken_for_somebody(tmp_path: Path) -> None:
    detector = open_detector(tmp_path / "none", Reading.FAST)
    prompts = PROMPTS.read_text("utf-8").splitlines()
    leaves = [[Leaf(Raw(prompt), Slot.TEXT, "")] for prompt in prompts]
    found = [
        prompt[finding.start : finding.end]
        for prompt, each in zip(prompts, leaves, strict=True)
        for finding in detector.find(each)[0]
    ]
    assert len(prompts) == 38
    assert len(found) <= MOST, found
