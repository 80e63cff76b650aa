"""What a parent agreed to, and what nobody can agree to for a child."""

import re

import pytest

from privity.model.words import Purpose
from privity.policy.load import load
from privity.policy.starter import starter
from privity.rights.ages import Standing
from privity.rights.choices import UNDECIDED
from privity.rights.effective import effective

REVIEW = re.compile(r"^review .*$", re.MULTILINE)
OPEN = REVIEW.sub('train = "opt_out"\nreview = "opt_out"', starter(), count=1)
OPEN = OPEN.replace(', "train"]', "]")
POLICY = load(OPEN, "open.toml")


def of(standing: Standing) -> tuple[bool, bool, bool]:
    """Whether text is kept, used to make the assistant better, and sampled."""
    held = effective(POLICY, Purpose.ASSIST, UNDECIDED, standing)
    return held.keep is not None, held.train, held.review


@pytest.mark.parametrize(
    ("standing", "kept"),
    [
        (Standing.ADULT, (True, True, True)),
        (Standing.UNKNOWN, (True, True, True)),
        (Standing.MINOR_WITH_CONSENT, (True, False, False)),
        (Standing.MINOR_WITHOUT_CONSENT, (False, False, False)),
    ],
)
def test_of_a_child_with_consent_text_is_kept_and_used_for_nothing_further(standing, kept) -> None:
    assert of(standing) == kept
